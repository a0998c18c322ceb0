"""A closed year on paper: the figures and grades as they were frozen, what was corrected since told beside them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from core.archive.closing import closed, frozen_cadres
from core.archive.model import FIGURE_LABEL, figure_text
from core.store import Reads, Row
from reports.kit.text import date_cn

_TOLD = (
    "times", "minutes", "duty_times", "duty_minutes", "verdict", "community_rating", "branch_rating", "overall_rating",
)  # fmt: skip
_GRADES = ("community_rating", "branch_rating", "overall_rating")


@dataclass(frozen=True, slots=True)
class Closed:
    """The frozen side of a batch of people; empty while the year is open."""

    figures: Mapping[str, Row] = field(default_factory=dict)
    closed_on: str = ""

    def sums(self, uid: str, row: Row) -> Row:
        """The row of the quota report as it was."""
        return {**row, **self.figures.get(uid, {})}

    def evaluation(self, uid: str, row: Row) -> Row:
        """The evaluation with the grades as they were."""
        frozen = self.figures.get(uid)
        return row if frozen is None else {**row, **{key: frozen.get(key, "") for key in _GRADES}}

    def note(self, uid: str, sums: Row, evaluation: Row) -> str:
        """结账后更正 of one person in a sentence; '' if nothing differs."""
        frozen = self.figures.get(uid)
        if frozen is None:
            return ""
        now = {**sums, **{key: evaluation.get(key, "") for key in _GRADES}}
        told = [
            f"{FIGURE_LABEL[key]}{figure_text(key, frozen.get(key))}→{figure_text(key, now.get(key))}"
            for key in _TOLD
            if (frozen.get(key) or 0) != (now.get(key) or 0)
        ]
        head = f"本表为{date_cn(self.closed_on)}结账时的数据，结账后更正："
        return f"{head}{'；'.join(told)}。" if told else ""


def closed_side(reads: Reads, year: int, uids: Sequence[str], as_of: str) -> Closed:
    """What was frozen of these people; nothing if the year is open or only a part of it is asked for."""
    there = closed(reads, year)
    if there is None or as_of < min(there["closed_on"], f"{year}-12-31"):
        return Closed()
    return Closed(frozen_cadres(reads, year, uids), there["closed_on"])
