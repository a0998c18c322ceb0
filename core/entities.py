"""Every plain entity of the house by its kind: lists, import, export and templates read this one table."""

from __future__ import annotations

from core.checkin import entities as checkin
from core.evaluation import entities as evaluation
from core.grid_assignment import entities as grid_assignment
from core.place import entities as place
from core.points import entities as points
from core.reporting import commendations
from core.roster.feedback import FEEDBACKS
from core.roster.volunteers import VOLUNTEERS
from core.sheet.plain import PlainEntity
from core.submission import entities as submission
from core.team import entities as team

PLAIN: dict[str, PlainEntity] = {
    **place.PLAIN,
    VOLUNTEERS.spec.kind: VOLUNTEERS,
    FEEDBACKS.spec.kind: FEEDBACKS,
    **grid_assignment.PLAIN,
    **team.PLAIN,
    **checkin.PLAIN,
    **submission.PLAIN,
    **evaluation.PLAIN,
    **commendations.PLAIN,
    **points.PLAIN,
}
