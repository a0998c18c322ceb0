"""The rules of all rooms in one tuple: asked by every step, by undo and put-back, and by `check`."""

from __future__ import annotations

from core.checkin import must_hold as checkin
from core.grid_assignment import must_hold as grid_assignment
from core.place import must_hold as place
from core.roster import must_hold as roster
from core.store import Rule
from core.team import must_hold as team

MUST_HOLD: tuple[Rule, ...] = (
    *roster.MUST_HOLD,
    *place.MUST_HOLD,
    *grid_assignment.MUST_HOLD,
    *team.MUST_HOLD,
    *checkin.MUST_HOLD,
)
