"""What the lists of 半年报告 hold: branches with their counts, people with what the log says beside, and the words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.base.dates import format_hours
from core.base.fields import Field, Kind
from core.reporting import half_year
from core.reporting.half_year import BranchCount, Drafted
from core.reporting.model import HALF_LABEL, HALF_YEAR
from core.store import Reads, Row, Tx
from ui.kit.columns import Column, column_of

STATES = (("REPORTED", "已报告"), ("DRAFTED", "已起草"), ("MISSING", "未起草"))
STATE_FIELD = Field("state", "情况", Kind.CHOICE, choices=STATES, editable=False, width=7)
TONES = {"REPORTED": "ok", "DRAFTED": "info", "MISSING": "warn"}
COUNTS = (("due", "应报告"), ("reported", "已报告"), ("drafted", "已起草"), ("missing", "未起草"))
NO_BRANCH = "（未编入支部）"
_DAY = 14  # characters: 2020年12月24日 stands whole
_TITLED = {"times": "次数", "minutes": "小时"}  # heads beside each other: 服务 stands over them


def key_of(one: BranchCount) -> str:
    """What a branch is called in the list."""
    return f"{one.unit_uid} {one.branch_uid}"


def branch_columns() -> list[Column]:
    """Unit, branch, how many."""
    numbers = [
        Column(key, label, 5, right=True, tone=(lambda row: "warn" if row["missing"] else "") if key == "missing" else None)
        for key, label in COUNTS
    ]  # fmt: skip
    return [
        Column("unit", HALF_YEAR.field("unit").label, 17),
        Column("branch", HALF_YEAR.field("branch").label, 16),
        *numbers,
    ]


def branch_rows(counts: Sequence[BranchCount]) -> list[Row]:
    """A row for each."""
    return [
        {"uid": key_of(one), "unit": one.unit, "branch": one.branch or NO_BRANCH}
        | {key: getattr(one, key) for key, _label in COUNTS}
        for one in counts
    ]


def people_columns() -> list[Column]:
    """Who, how far, what the report says, and what the log says where that is another thing by now."""
    keys = ("name", "staff_no", "times", "minutes", "reported_on", "occasion", "signed_by")
    made = {key: column_of(HALF_YEAR.field(key)) for key in keys}
    made["name"] = replace(made["name"], width=8)
    made["staff_no"] = replace(made["staff_no"], width=9)
    for key, label in _TITLED.items():
        made[key] = replace(made[key], label=label, width=5)
    made["reported_on"] = replace(made["reported_on"], width=_DAY)
    state = column_of(STATE_FIELD, tone=lambda row: TONES[row["state"]])
    log = Column("log", "服务记录现为", 14, right=True, tone=lambda _row: "warn")
    order = [made["name"], made["staff_no"], state, made["times"], made["minutes"], log]
    return [*order, *(made[key] for key in ("reported_on", "occasion", "signed_by"))]


def people_rows(reads: Reads, year: int, half: int, one: BranchCount) -> list[Row]:
    """Those of a branch."""
    found = half_year.report_rows(reads, year, half, unit_uid=one.unit_uid, branch_uid=one.branch_uid)
    return [{**row, "log": log_words(row)} for row in found if row["branch_uid"] == one.branch_uid]


def log_words(row: Row) -> str:
    """'2次 5小时' where the log says otherwise than the report, else ''."""
    return f"{row['log_times']}次 {format_hours(row['log_minutes'])}小时" if row["stale"] else ""


def draft_of(tx: Tx, year: int, half: int, one: BranchCount | None) -> Drafted:
    """Draft the reports of a branch, of everybody where it is None."""
    unit, branch = (one.unit_uid, one.branch_uid) if one is not None else ("", "")
    rows = half_year.report_rows(tx, year, half, unit_uid=unit, branch_uid=branch, log_too=False)
    uids = [row["cadre_uid"] for row in rows if one is None or row["branch_uid"] == one.branch_uid]
    return half_year.draft(tx, uids, year, half)


def take_all(tx: Tx, uids: Sequence[str]) -> None:
    """The log's present times and hours into these reports."""
    for uid in uids:
        half_year.take_figures(tx, uid)


def remove_all(tx: Tx, uids: Sequence[str]) -> None:
    """Take out these reports."""
    for uid in uids:
        half_year.remove(tx, uid)


def told(done: Drafted) -> str:
    """What a drafting did."""
    kept = f"；{len(done.kept)}人改过或已报告，没有动" if done.kept else ""
    return f"新起草{len(done.made)}人，更新{len(done.refreshed)}人{kept}。"


def sums(year: int, half: int, counts: Sequence[BranchCount]) -> str:
    """The foot of the window: 应报告 = 已报告 + 已起草 + 未起草."""
    due, reported, drafted, missing = (sum(getattr(one, key) for one in counts) for key, _label in COUNTS)
    parts = f"应报告 {due:,} = 已报告 {reported:,} + 已起草 {drafted:,} + 未起草 {missing:,}"
    return f"{year}年{HALF_LABEL[half]} · {parts}"
