"""What the verbs need to know of people and their records around a day."""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.base.dates import day_after, format_date
from core.base.errors import Stale
from core.place.queries import grid_in, grids, linked_community
from core.roster.timeline import Period, membership_on, nearest_period, period_of, period_on, periods_of
from core.service_log.grid_links import stay_on, stays_of
from core.service_log.rules import overlap_minutes, overlap_text, person_text
from core.store import Reads, Row

_VISIT_AND_PERSON = (
    "SELECT visit.*, cadre.name, cadre.staff_no, unit.name AS unit FROM json_each(?) j "
    "CROSS JOIN visit ON visit.uid = j.value JOIN cadre ON cadre.uid = visit.cadre_uid "
    "JOIN unit ON unit.uid = visit.unit_uid ORDER BY j.key"
)


def people(reads: Reads, cadre_uids: Iterable[str]) -> dict[str, Row]:
    """Name, 工号, unit and archive of people by uid; Stale if one is gone."""
    wanted = list(dict.fromkeys(cadre_uids))
    sql = (
        "SELECT cadre.uid, cadre.name, cadre.staff_no, cadre.status, cadre.archived_on, cadre.archive_reason, unit.name AS unit "
        "FROM json_each(?) j CROSS JOIN cadre ON cadre.uid = j.value JOIN unit ON unit.uid = cadre.unit_uid"
    )
    found = {row["uid"]: row for row in reads.rows(sql, (json.dumps(wanted),))}
    if len(found) < len(wanted):
        raise Stale("选中的人里有人已不在名册中，可能刚被撤销或删除。", "请刷新后再试。")
    return found


def visits_in_words(reads: Reads, uids: Sequence[str]) -> list[Row]:
    """The records of `uids` in that order, with the person's name, 工号 and unit of the day; Stale if one is gone."""
    wanted = list(dict.fromkeys(uids))
    rows = reads.rows(_VISIT_AND_PERSON, (json.dumps(wanted),))
    if len(rows) < len(wanted):
        raise Stale("选中的服务记录里有的已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return rows


def who(row: Mapping[str, Any]) -> str:
    """A person as messages name him."""
    return person_text(row["name"], row["unit"], row["staff_no"])


class Places:
    """Unit, branch and grid as of the day, for one person or ten thousand."""

    def __init__(self, reads: Reads, cadre_uids: Sequence[str]) -> None:
        self._reads = reads
        self._periods: dict[str, list[Period]] = periods_of(reads, cadre_uids)
        self._stays = stays_of(reads, cadre_uids)

    def on(self, cadre_uid: str, day: str) -> dict[str, str | None]:
        """unit_uid, branch_uid and home_grid_uid (None: in no grid then) of a person on a day."""
        periods = self._periods.get(cadre_uid)
        unit_uid, branch_uid = period_on(periods, day) if periods else membership_on(self._reads, cadre_uid, day)
        home_grid_uid = stay_on(self._stays.get(cadre_uid, ()), day)
        return {"unit_uid": unit_uid, "branch_uid": branch_uid, "home_grid_uid": home_grid_uid}

    def status(self, cadre_uid: str, day: str) -> str:
        """在职状态 of a person on a day (ISO)."""
        periods = self._periods.get(cadre_uid)
        return nearest_period(periods, day).status if periods else ""

    def absence(self, cadre_uid: str, day: str) -> str:
        """Why a record of a day lies outside a person's timeline and the way out, '' if he was there."""
        return absence(self._periods.get(cadre_uid, ()), day)


def absence(periods: Sequence[Period], day: str) -> str:
    """Why a record of a day (ISO) lies outside a person's timeline and the way out, '' if he was there."""
    if not periods or period_of(periods, day):
        return ""
    one = nearest_period(periods, day)
    if one.from_on > day:
        return f"{format_date(one.from_on)}才到岗，服务日期在此之前；到岗日期登记错了的，请在名册里更正到岗日期。"
    return f"{format_date(day_after(one.until_on))}已经离开，服务日期在此之后；请核对日期，误归档的请先恢复。"


class Grids:
    """Where in the linked community a record was served. 三(三): a 第3网格 elsewhere is place text, never a grid."""

    def __init__(self, reads: Reads) -> None:
        self._grids = grids(reads)
        self._linked = (linked_community(reads) or {}).get("name", "")
        self._known: dict[str, str | None] = {}

    def located(self, community: str, place: str, grid: str) -> tuple[str | None, str]:
        """(grid_uid, place as kept) of what was typed."""
        if not community or community != self._linked:
            return None, " ".join(dict.fromkeys(part for part in (grid, place) if part))
        grid_uid = self._uid(grid) or self._uid(place)
        if grid and grid not in place:
            place = f"{grid} {place}".strip()
        return grid_uid, place

    def community_in(self, place: str) -> str:
        """The linked community if the place is written behind its name ('经院社区第3网格'), else ''."""
        return self._linked if self._linked and place.startswith(self._linked) else ""

    def _uid(self, text: str) -> str | None:
        if text not in self._known:
            found = grid_in(self._grids, text)
            self._known[text] = found["uid"] if found else None
        return self._known[text]


def visits_near(reads: Reads, cadre_uids: Iterable[str], from_on: str, until_on: str) -> dict[str, list[Row]]:
    """Timed records (not void) of people between two days and the nights around them, by person."""
    first = (dt.date.fromisoformat(from_on) - dt.timedelta(days=1)).isoformat()
    last = (dt.date.fromisoformat(until_on) + dt.timedelta(days=1)).isoformat()
    sql = (
        "SELECT visit.uid, visit.cadre_uid, served_on, start_at, end_at, minutes, track, content "
        "FROM json_each(?) j CROSS JOIN visit ON visit.cadre_uid = j.value "
        "WHERE served_on BETWEEN ? AND ? AND start_at <> '' AND state <> 'VOID'"
    )
    near: dict[str, list[Row]] = defaultdict(list)
    for row in reads.rows(sql, (json.dumps(list(dict.fromkeys(cadre_uids))), first, last)):
        near[row["cadre_uid"]].append(row)
    return near


def overlap_warnings(person: Row, new: Mapping[str, Any], near: Iterable[Row]) -> list[str]:
    """A sentence for each record of `near` that overlaps the new one."""
    span = (new["served_on"], new["start_at"], new["end_at"])
    found = []
    for row in near:
        there = (row["served_on"], row["start_at"], row["end_at"])
        if row["uid"] != new.get("uid") and (minutes := overlap_minutes(span, there)):
            found.append(overlap_text(who(person), there, span, minutes, tracks=row["track"] != new["track"]))
    return found
