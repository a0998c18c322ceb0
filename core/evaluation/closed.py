"""A closed year: what its figures are called, what was frozen of a person, what was corrected since told beside it. 方案 三(七)"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from core.base.dates import format_date
from core.store import Reads, Row

_TIMES, _HOURS = "次", "小时"
_PEOPLE = ("people", "met", "below", "exempt", "left_people", "left_met")
FIGURES: tuple[tuple[str, str], ...] = (
    ("unit", "所在单位"),
    ("branch", "所在党支部"),
    ("people", "应考核人数"),
    ("met", "已达标人数"),
    ("below", "未达标人数"),
    ("exempt", "不纳入考核人数"),
    ("left_people", "年内离开人数"),
    ("left_met", "另有达标人数"),
    ("times", "业余次数"),
    ("minutes", "业余时长"),
    ("duty_times", "派遣次数"),
    ("duty_minutes", "派遣时长"),
    ("waiting_times", "待确认次数"),
    ("waiting_minutes", "待确认时长"),
    ("duty_waiting_times", "待确认派遣次数"),
    ("duty_waiting_minutes", "待确认派遣时长"),
    ("earned_times", "在本单位时服务次数"),
    ("earned_minutes", "在本单位时服务时长"),
    ("served_times", "网格内服务次数"),
    ("served_minutes", "网格内服务时长"),
    ("verdict", "是否达标"),
    ("community_rating", "社区评价等次"),
    ("branch_rating", "党支部评价等次"),
    ("overall_rating", "综合等次"),
)
"""What is frozen, with its label; each subject holds those that fit it."""
FIGURE_LABEL = dict(FIGURES)
Figures = dict[str, Any]


def figure_text(key: str, value: object) -> str:
    """A figure as a person reads it: '12次', '3.5小时'; '无' for none."""
    if value is None or value == "":
        return "无"
    if key.endswith("minutes"):
        return f"{float(str(value)) / 60:.10g}{_HOURS}"
    if key.endswith("times"):
        return f"{value}{_TIMES}"
    return f"{value}人" if key in _PEOPLE else str(value)


def closed(reads: Reads, year: int) -> Row | None:
    """The closing of a year (closed_on, closed_by, closed_at, note); None while it is open."""
    return reads.one("SELECT * FROM closed_year WHERE uid = ?", (str(year),))


def frozen_cadres(reads: Reads, year: int, uids: Sequence[str]) -> dict[str, Figures]:
    """The frozen figures of these people, by uid."""
    sql = (
        "SELECT subject_uid, figures FROM year_figure WHERE year = ? AND kind = 'CADRE' "
        "AND subject_uid IN (SELECT value FROM json_each(?))"
    )
    return {uid: json.loads(text) for uid, text in reads.tuples(sql, (year, json.dumps(list(uids))))}


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
            late = bool(self.closed_on) and any(sums[key] for key in _TOLD if key.endswith(("times", "minutes")))
            return f"{format_date(self.closed_on)}结账时名单里没有这个人，所列为现在的数据。" if late else ""
        now = {**sums, **{key: evaluation.get(key, "") for key in _GRADES}}
        told = [
            f"{FIGURE_LABEL[key]}{figure_text(key, frozen.get(key))}→{figure_text(key, now.get(key))}"
            for key in _TOLD
            if (frozen.get(key) or 0) != (now.get(key) or 0)
        ]
        head = f"所列为{format_date(self.closed_on)}结账时的数据，结账后更正："
        return f"{head}{'；'.join(told)}。" if told else ""


def closed_side(reads: Reads, year: int, uids: Sequence[str], as_of: str) -> Closed:
    """What was frozen of these people; nothing if the year is open or only a part of it is asked for."""
    there = closed(reads, year)
    if there is None or as_of < min(there["closed_on"], f"{year}-12-31"):
        return Closed()
    return Closed(frozen_cadres(reads, year, uids), there["closed_on"])
