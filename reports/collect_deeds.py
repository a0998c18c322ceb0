"""What the ledger knows for 五、半年报告 and 六、培训、表彰与突发事件处置 of the handbook. 方案 三(三) 六(四) 七(三)1"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from core.base.dates import format_date, format_hours
from core.evaluation.drafting import main_service
from core.reporting.commendations import commendations_of
from core.reporting.half_year import report_rows
from core.reporting.model import HALF_LABEL, half_span
from core.service_log.categories import emergency_categories
from core.store import Reads, Row
from reports.collect_person import served_text
from reports.handbook import HalfYear

Deed = tuple[str, str, str, str]


def half_reports(reads: Reads, cadre_uids: Sequence[str], year: int) -> dict[str, dict[int, Row]]:
    """The half-year reports that are written, by person and half."""
    found: dict[str, dict[int, Row]] = {}
    for half in HALF_LABEL:
        for row in report_rows(reads, year, half, cadre_uids=cadre_uids, log_too=False):
            if row["uid"]:
                found.setdefault(row["cadre_uid"], {})[half] = row
    return found


def half_years(
    reports: Mapping[int, Row], visits: Sequence[Row], year: int, as_of: str, words: Mapping[str, str]
) -> tuple[HalfYear, HalfYear]:
    """五: as reported to the branch; what was not written yet is told by the log, up to `as_of` (ISO)."""
    first, second = (_half(reports.get(half, {}), visits, half_span(year, half), as_of, words) for half in (1, 2))
    return first, second


def honours(reads: Reads, cadre_uids: Sequence[str], year: int) -> dict[str, tuple[Deed, ...]]:
    """六(二): 表彰 of the year by person; the 文号 stands behind the title, the level is not in the ledger."""
    return {
        uid: tuple((row["given_on"], _named(row), row["given_by"], "") for row in rows if row["year"] == year)
        for uid, rows in commendations_of(reads, cadre_uids).items()
    }


def incidents(reads: Reads, visits: Sequence[Row], confirm: Callable[[Row], str]) -> tuple[Deed, ...]:
    """六(三): 战时 services, confirmed ones and those that still wait; a task of several days is one line."""
    categories = emergency_categories(reads)
    mine = [one for one in visits if one["category"] in categories]
    found = []
    for (content, place), group in groupby(mine, key=lambda one: (one["content"] or one["category"], one["place"])):
        rows = list(group)
        days = [rows[0]["served_on"], rows[-1]["served_on"]]
        when = days[0] if days[0] == days[1] else "至".join(format_date(day) for day in days)
        signs = "\n".join(dict.fromkeys(filter(None, map(confirm, rows))))
        found.append((when, f"{place}：{content}" if place else content, _share(rows), signs))
    return tuple(found)


def _half(row: Row, visits: Sequence[Row], span: tuple[str, str], as_of: str, words: Mapping[str, str]) -> HalfYear:
    first, last = span
    if as_of < first:
        return HalfYear()
    here = [one for one in visits if one["state"] == "CONFIRMED" and first <= one["served_on"] <= last]
    service, text = served_text(here, first, last), main_service(here)
    written = row and (row["reported_on"] or row["edited_on"] or row["drafted_on"])
    if not written or (as_of < last and written > as_of):  # it speaks of days that are not printed
        return HalfYear(service, text)
    if row["reported_on"] and row["reported_on"] <= as_of:
        own = [one for one in here if one["track"] == "OWN"]
        now = tuple(sum(one[key] for one in own) for key in ("counted_times", "counted_minutes"))
        if now != (row["times"], row["minutes"]):  # what was reported stands, and what came after it is told
            then = f"业余时间{row['times']}次、{format_hours(row['minutes'])}小时"
            service = words["half_now"].format(then=then, now=service or "0次")
        said = "，".join(filter(None, (row["occasion"], format_date(row["reported_on"]))))
        signed = "，".join(filter(None, (row["signed_by"], format_date(row["reported_on"]))))
        return HalfYear(service, row["main_work"], row["review"], said, signed if row["signed_by"] else "")
    typed = row["edited_on"] and row["main_work"] != row["drafted_text"]
    return HalfYear(service, row["main_work"] if typed else text, row["review"])


def _named(row: Row) -> str:
    return f"{row['title']}（{row['letter_no']}）" if row["letter_no"] else str(row["title"])


def _share(rows: Sequence[Row]) -> str:
    """'业余时间3次、8小时': what counts; of records that wait, as written."""
    parts = []
    for track, name in (("OWN", "业余时间"), ("DISPATCHED", "组织派遣")):
        for state, note in (("CONFIRMED", ""), ("WAITING", "（待确认）")):
            mine = [one for one in rows if one["track"] == track and one["state"] == state]
            if mine:
                minutes = sum(one["counted_minutes" if not note else "minutes"] for one in mine)
                parts.append(f"{name}{len(mine)}次、{format_hours(minutes)}小时{note}")
    return "；".join(parts)
