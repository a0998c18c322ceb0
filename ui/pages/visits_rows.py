"""The log as rows: its columns, its filter fields, its source of rows, its sums in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

from core.base.dates import format_date, format_hours
from core.base.fields import Field, Kind
from core.org.queries import units
from core.org.settings import values
from core.service_log.counting import RULE
from core.service_log.model import VISIT, VisitFilter
from core.service_log.queries import VisitSums, visit_page, visit_rows, visit_uids
from core.store import Reads, Row
from ui.kit.columns import Column, column_of
from ui.kit.editors import Lists, Offers
from ui.kit.rows import Order, QuerySource, Where
from ui.pages.roster_rows import communities_near

UNITS, COMMUNITIES = "@unit", "@community"  # lists that are no code lists
TONES = {"CONFIRMED": "ok", "WAITING": "warn", "RETURNED": "bad", "DRAFT": "info", "VOID": "sub"}
FIRST = (
    "name", "staff_no", "served_on", "clock", "minutes", "state", "content", "category", "community", "place", "track",
    "unit", "confirmed_by",
)  # fmt: skip
# orders that walk an index: a column without one would hold up the window on a large log
SORTABLE = {
    "served_on": ("day_up", "day"),
    "name": ("person", "person_down"),
    "written_on": ("written_up", "written"),
}
FILTERS = (
    "unit",
    "branch",
    "community",
    "category",
    "track",
    "state",
    "served_on",
    "place",
    "confirm_method",
    "confirmed_by",
    "name",
)
_DIRECT = ("state", "community", "track", "category")  # parts of VisitFilter with an index or a plain test
_TAB = {"waiting": {"state": "WAITING"}, "returned": {"state": "RETURNED"}, "late": {"late": True}}


def lists_of(reads: Reads) -> Lists:
    """Values a form or a filter offers: editable lists, units and communities by name."""

    def offered(name: str) -> Sequence[str]:
        if name == UNITS:
            return [row["name"] for row in units(reads)]
        if name == COMMUNITIES:
            # the index on (community, served_on) gives each name by one step, however many records there are
            sql = (
                "WITH RECURSIVE used (name) AS (SELECT min(community) FROM visit WHERE community > '' UNION ALL "
                "SELECT (SELECT min(community) FROM visit WHERE community > name) FROM used WHERE name IS NOT NULL) "
                "SELECT name FROM used WHERE name IS NOT NULL UNION SELECT name FROM community ORDER BY 1"
            )
            return [row[0] for row in reads.tuples(sql)]
        return values(reads, name)

    return Offers(offered, communities_near(reads), "社区")


def chosen_field(key: str, **changes: Any) -> Field:
    """A field of a record as a form offers it: unit and community are chosen from what there is."""
    found = VISIT.field(key)
    code_list = {"unit": UNITS, "community": COMMUNITIES}.get(key, "")
    return replace(found, kind=Kind.CHOICE, code_list=code_list, **changes) if code_list else replace(found, **changes)


def filter_fields() -> list[Field]:
    """What 条件 offers."""
    return [chosen_field(key) for key in FILTERS]


def visit_columns() -> list[Column]:
    """Every field of a record; those of FIRST are shown from the start, in that order."""
    own = [
        Column("clock", "起止", 15, text=clock_words, sortable=False),
        Column("counted", "计入（小时）", 9, right=True, text=_counted, sortable=False, shown=False),
        Column("sheet", "待确认清单", 22, text=sheet_words, sortable=False, shown=False),
        Column("state_reason", "退回、改动原因", 20, sortable=False, shown=False),
        Column("written_on", "登记日期", 11, text=lambda row: format_date(row["written_on"]), shown=False),
    ]
    fields = [one for one in VISIT.fields if one.key not in ("start_at", "end_at")]
    made = {one.key: one for one in [*(column_of(one) for one in fields), *own]}
    made["state"] = replace(made["state"], tone=lambda row: TONES.get(row["state"], ""))
    for key in ("served_on", "confirmed_on", "written_on"):
        made[key] = replace(made[key], width=14)
    made["minutes"] = replace(made["minutes"], label="小时", width=6)
    made["track"] = replace(made["track"], text=track_words, width=9)
    ordered = [*FIRST, *(key for key in made if key not in FIRST)]
    return [replace(made[key], shown=key in FIRST, sortable=key in SORTABLE) for key in ordered]


def visit_source(reads: Reads, year: Callable[[], int], tab: Callable[[], str]) -> QuerySource:
    """The list; `year` is the 年度 in force and `tab` the tab in view whenever it is read."""
    return QuerySource(
        reads,
        lambda on, where, order: visit_uids(on, asked_of(where, year(), tab()), _order(order)),
        visit_page,
        lambda on, where, order, limit: visit_rows(on, asked_of(where, year(), tab()), _order(order), limit),
    )


def asked_of(where: Where, year: int, tab: str) -> VisitFilter:
    """The page's filter as a question to the log."""
    uids = where.get("uids")
    if uids is not None:  # rows another page named, whatever the tab and the year
        return VisitFilter(uids=tuple(uids), with_void=True)
    parts: dict[str, Any] = dict(_TAB.get(tab, {}))
    plain: list[tuple[str, str]] = []
    for key, _operator, value in where.get("where", ()):
        if key in _DIRECT and key not in parts:
            parts[key] = str(value)
        else:
            plain.append((key, str(value)))
    sheet_no = str(where.get("sheet_no") or "")
    return VisitFilter(
        year=None if sheet_no else year,
        search=str(where.get("search") or ""),
        cadre_uid=str(where.get("cadre_uid") or ""),
        unit_uid=str(where.get("unit_uid") or ""),
        sheet_no=sheet_no,
        where=tuple(plain),
        **parts,
    )


def named_words(reads: Reads, named: Where) -> str:
    """What another page asked for, in words."""
    if named.get("uids") is not None:
        return f"指定的 {len(named['uids'])} 条"
    if named.get("sheet_no"):
        return f"待确认清单 {named['sheet_no']}"
    for key, table in (("cadre_uid", "cadre"), ("unit_uid", "unit")):
        if named.get(key):
            return str(reads.value(f"SELECT name FROM {table} WHERE uid = ?", (named[key],)) or "")
    return ""


def _order(order: Order) -> str:
    """The query's order of a column and a direction."""
    key, descending = order[0] if order else ("served_on", True)
    return SORTABLE.get(key, SORTABLE["served_on"])[descending]


def clock_words(row: Row) -> str:
    """'14:00-16:00', '22:00-次日01:00', '' for hours-only records."""
    if not row["start_at"]:
        return ""
    return f"{row['start_at']}-{'次日' if row['end_at'] <= row['start_at'] else ''}{row['end_at']}"


def track_words(row: Row) -> str:
    """Short, for a column."""
    return "组织派遣" if row["track"] == "DISPATCHED" else "业余"


def sheet_words(row: Row) -> str:
    """'2020-017 第2页第5行': where it was signed."""
    return f"{row['sheet_no']} 第{row['sheet_page']}页第{row['sheet_row']}行" if row["sheet_no"] else ""


def state_chip(row: Row) -> tuple[str, str]:
    """State and tone for the head of the panel."""
    return VISIT.field("state").text(row["state"]), TONES.get(row["state"], "").replace("sub", "")


def _counted(row: Row) -> str:
    return format_hours(row["counted_minutes"]) if row["state"] in ("CONFIRMED", "WAITING") else ""


def sums_words(sums: VisitSums) -> str:
    """The foot of the list: people, records, and both sums of own time; dispatched time apart (三(三))."""
    parts = [
        f"{sums.people:,} 人 · {sums.visits:,} 条",
        f"业余已确认 {sums.times:,} 次 {_hours(sums.minutes)} 小时",
        f"待确认 {sums.waiting_times:,} 次 {_hours(sums.waiting_minutes)} 小时",
    ]
    if sums.duty_times or sums.duty_waiting_times:
        duty, waiting = _hours(sums.duty_minutes), _hours(sums.duty_waiting_minutes)
        parts.append(f"组织派遣已确认 {duty} / 待确认 {waiting} 小时")
    return " · ".join(parts)


def sums_sentence(sums: VisitSums, words: str, as_of: str) -> str:
    """复制为一句话, with 口径 and 截至."""
    what = f"（{words}）" if words else ""
    return (
        f"截至{format_date(as_of)}，服务记录{what}共{sums.visits}条、{sums.people}人：业余时间已确认{sums.times}次"
        f"{format_hours(sums.minutes)}小时，待确认{sums.waiting_times}次{format_hours(sums.waiting_minutes)}小时；"
        f"组织派遣已确认{sums.duty_times}次{format_hours(sums.duty_minutes)}小时，待确认{sums.duty_waiting_times}次"
        f"{format_hours(sums.duty_waiting_minutes)}小时。口径：{RULE}；作废的不计。"
    )


def _hours(minutes: int) -> str:
    return f"{round(minutes / 60, 2):,.10g}"
