"""The roster as rows: its columns (with the year's progress), its filter fields, its source of rows."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core.base.dates import format_hours
from core.base.fields import Field, Kind
from core.org.queries import branches, units
from core.org.settings import values
from core.place.spelling import Spellings
from core.roster.filter import RosterFilter
from core.roster.listing import can_sort, listed_rows, listed_uids
from core.roster.model import CADRE
from core.roster.queries import cadre_page
from core.service_log.quota import PROGRESS as STEPS
from core.service_log.quota import quota_report
from core.store import Reads, Row
from ui.kit.columns import Column, column_of
from ui.kit.editors import Lists, Offers
from ui.kit.rows import Order, QuerySource, Where

UNITS, BRANCHES, COMMUNITIES = "@unit", "@branch", "@community"  # lists that are no code lists
PROGRESS = Field(
    "progress",
    "年度进度",
    Kind.CHOICE,
    # the list of conditions is of no year: 落后 of a year that is over is 未达标
    choices=tuple((code, f"{label}（年末后为未达标）" if code == "BEHIND" else label) for code, label in STEPS),
)
PROGRESS_TONE = {"MET": "ok", "GOING": "warn", "BEHIND": "bad", "EXEMPT": "sub", "LEFT": "sub", "AWAY": "sub"}
FIRST = ("name", "staff_no", "verdict", "unit", "branch", "title", "phone", "community", "status", "times", "minutes")
OPERATORS = ("=", "blank")


def lists_of(reads: Reads) -> Lists:
    """Values a form or a filter offers: editable lists, units, branches and communities by name."""

    def offered(name: str) -> Sequence[str]:
        if name == UNITS:
            return [row["name"] for row in units(reads)]
        if name == BRANCHES:
            return list(dict.fromkeys(one["name"] for unit in units(reads) for one in branches(reads, unit["uid"])))
        if name == COMMUNITIES:
            sql = "SELECT name FROM community UNION SELECT community FROM cadre WHERE community <> '' ORDER BY 1"
            return [row[0] for row in reads.tuples(sql)]
        return values(reads, name)

    return Offers(offered, communities_near(reads), "社区")


def communities_near(reads: Reads) -> Callable[[str, str], Sequence[str] | None]:
    """Communities a new name may be meant for; None of a known one however it is written, and of other lists."""

    def near(name: str, text: str) -> Sequence[str] | None:
        known = Spellings(reads) if name == COMMUNITIES else None
        return None if known is None or known.knows(text) else known.near(text)

    return near


def place_field(field: Field) -> Field:
    """unit, branch and community are chosen from what there is."""
    code_list = {"unit": UNITS, "branch": BRANCHES, "community": COMMUNITIES}.get(field.key, "")
    return replace(field, kind=Kind.CHOICE, code_list=code_list) if code_list else field


def filter_fields() -> list[Field]:
    """What 条件 offers: the year's progress, then every field of the roster."""
    return [PROGRESS, *(place_field(one) for one in CADRE.fields)]


def roster_columns() -> list[Column]:
    """Every field and the year's sums; those of FIRST are shown from the start, in that order."""
    own = [
        Column("verdict", "达标情况", 24, tone=_verdict_tone, sortable=False),
        Column("times", "已确认（次）", 10, right=True, text=lambda row: f"{row['times'] or ''}", sortable=False),
        Column("minutes", "已确认（小时）", 11, right=True, text=_hours("minutes"), sortable=False),
        Column("waiting_minutes", "待确认（小时）", 11, right=True, text=_hours("waiting_minutes"), sortable=False),
        Column("duty_minutes", "组织派遣（小时）", 12, right=True, text=_hours("duty_minutes"), sortable=False),
        Column("archived_on", "归档日期", 11),
        Column("archive_reason", "归档原因", 9),
    ]
    made = {one.key: one for one in [*(column_of(one, sortable=can_sort(one.key)) for one in CADRE.fields), *own]}
    ordered = [*FIRST, *(key for key in made if key not in FIRST)]
    return [replace(made[key], shown=key in FIRST) for key in ordered]


def roster_source(reads: Reads, year: Callable[[], int]) -> QuerySource:
    """The list; `year` is the 年度 in force whenever it is read."""
    return QuerySource(
        reads,
        lambda on, where, order: listed_uids(on, asked_of(on, where, year()), order),
        lambda on, uids: rows_of(on, uids, year()),
        lambda on, where, order, limit: _first(on, where, order, limit, year()),
    )


def asked_of(reads: Reads, where: Where, year: int) -> RosterFilter:
    """The page's filter as a question to the roster."""
    plain: list[tuple[str, str]] = []
    uids = where.get("uids") or None
    for key, operator, value in where.get("where", ()):
        if key == PROGRESS.key:
            found = progress_uids(reads, year, str(where.get("unit_uid") or ""), str(value))
            uids = found if uids is None else [uid for uid in uids if uid in set(found)]
        else:
            plain.append((key, "" if operator == "blank" else str(value)))
    if where.get("unplaced"):
        plain.append(("branch", ""))
    return RosterFilter(
        unit_uid=str(where.get("unit_uid") or ""),
        branch_uid=str(where.get("branch_uid") or ""),
        archived=bool(where.get("archived")) if uids is None else None,
        search=str(where.get("search") or ""),
        where=tuple(plain),
        uids=None if uids is None else tuple(uids),
    )


def progress_uids(reads: Reads, year: int, unit_uid: str, progress: str) -> list[str]:
    """Who has come how far in a year, counted as 工作台 counts it."""
    return [row["uid"] for row in quota_report(reads, year, unit_uid or None).rows if row["progress"] == progress]


def rows_of(reads: Reads, uids: Sequence[str], year: int) -> list[Row]:
    """People with their year's sums."""
    return _with_year(reads, cadre_page(reads, uids), year)


def _first(reads: Reads, where: Where, order: Order, limit: int, year: int) -> list[Row]:
    return _with_year(reads, listed_rows(reads, asked_of(reads, where, year), order, limit), year)


def _with_year(reads: Reads, rows: list[Row], year: int) -> list[Row]:
    sums = {one["uid"]: one for one in quota_report(reads, year, cadre_uids=[row["uid"] for row in rows]).rows}
    keys = ("times", "minutes", "waiting_minutes", "duty_minutes", "progress", "verdict")
    return [{**row, **{key: sums.get(row["uid"], {}).get(key, "") for key in keys}} for row in rows]


def _verdict_tone(row: Any) -> str:
    return PROGRESS_TONE.get(row["progress"], "")


def _hours(key: str) -> Callable[[Any], str]:
    return lambda row: format_hours(row[key]) if row[key] else ""
