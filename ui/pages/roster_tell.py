"""The roster in numbers: its foot, one sentence to paste, 按…统计. Every number says 口径 and 截至."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QWidget

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.base.fields import Kind
from core.roster.filter import RosterFilter
from core.roster.listing import listed_uids
from core.roster.model import CADRE
from core.roster.queries import count_by
from core.roster.timeline import day_of_year
from core.service_log.counting import RULE
from core.service_log.quota import ASSESSED, quota_report
from core.store import Reads
from ui.context import Context
from ui.kit.crosstab import CrosstabDialog

UNCOUNTED = (Kind.NAME, Kind.STAFF_NO, Kind.PHONE, Kind.ID_NO, Kind.MEMO)


@dataclass(frozen=True, slots=True)
class Totals:
    """People of a filter against the year's minimum, and what they served."""

    people: int = 0
    assessed: int = 0
    standing: tuple[tuple[str, int], ...] = ()  # of them: label and people
    exempt: int = 0
    left_people: int = 0
    left_met: int = 0
    times: int = 0
    minutes: int = 0
    waiting_minutes: int = 0
    minimum: str = ""  # in words


def totals_of(reads: Reads, asked: RosterFilter, year: int) -> Totals:
    """Count a filter."""
    uids = asked.uids if _is_bare(asked) and asked.uids is not None else tuple(listed_uids(reads, asked))
    report = quota_report(reads, year, cadre_uids=uids)
    total = report.total
    return Totals(
        len(uids),
        total.people,
        report.standing(total),
        total.exempt,
        total.left_people,
        total.left_met,
        total.times,
        total.minutes,
        total.waiting_minutes,
        report.minimum.text,
    )


def _is_bare(asked: RosterFilter) -> bool:
    return not (asked.unit_uid or asked.branch_uid or asked.search or asked.where or asked.status)


def footer_of(totals: Totals, selected: int) -> str:
    """'286 人 · 已确认 1,204 次 3310.5 小时 · 待确认 12 小时'."""
    parts = [f"{totals.people:,} 人"]
    if selected > 1:
        parts.append(f"选中 {selected:,} 人")
    parts.append(f"已确认 {totals.times:,} 次 {format_hours(totals.minutes)} 小时")
    if totals.waiting_minutes:
        parts.append(f"待确认 {format_hours(totals.waiting_minutes)} 小时")
    return " · ".join(parts)


def sentence_of(reads: Reads, asked: RosterFilter, year: int, what: str) -> str:
    """One sentence for a report or a message."""
    totals = totals_of(reads, asked, year)
    left = f"、{totals.left_people}人年内离开（另有达标{totals.left_met}人）" if totals.left_people else ""
    return (
        f"截至{format_date(day_of_year(year))}，{what or '全校名册'}共{totals.people}人，其中{year}年度应考核{totals.assessed}人："
        f"{'、'.join(f'{label}{people}人' for label, people in totals.standing)}，另有{totals.exempt}人不纳入考核{left}；"
        f"已确认服务{totals.times}次、{format_hours(totals.minutes)}小时。"
        f"（统计口径：{scope(asked)}；{year}年最低要求{totals.minimum}，只计已确认的业余时间服务，{RULE}；{ASSESSED}）"
    )


def scope(asked: RosterFilter) -> str:
    """Who is counted."""
    return {True: "已归档人员", False: "名册在册人员，不含已归档", None: "指定人员"}[asked.archived]


def statistics(ctx: Context, asked: RosterFilter, what: str, parent: QWidget) -> CrosstabDialog:
    """按…统计 over the people of a filter."""
    fields = [(one.key, one.label) for one in CADRE.fields if one.kind not in UNCOUNTED]
    first = [one for one in fields if one[0] in ("unit", "branch", "sex", "party_status", "status")]
    ordered = [*first, *(one for one in fields if one not in first)]
    foot = f"统计口径：{what or '全校'}，{scope(asked)}。截至{format_date(today())}。双击数字可以打开这些人。"
    return CrosstabDialog(ordered, lambda one, two: count_by(ctx.store, asked, one, two), foot, parent)
