"""The year's minimum: who meets it, who falls short by how much, who is not assessed. 方案 五(三)3

Only confirmed own-time service counts. 在职 only; others and the exempted are listed apart. No proration.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.base.dates import format_duration, format_hours
from core.org.settings import quota_for
from core.store import Reads, Row

_STATUS = {"RETIRED": "离退休", "OTHER": "非在职"}

_KINDS = (("CONFIRMED", "OWN"), ("WAITING", "OWN"), ("CONFIRMED", "DISPATCHED"), ("WAITING", "DISPATCHED"))
_TALLY = """
SELECT cadre_uid, sum(records), sum(times), sum(minutes), sum(waiting_times), sum(waiting_minutes),
  sum(duty_times), sum(duty_minutes), sum(duty_waiting_times), sum(duty_waiting_minutes)
FROM person_tally WHERE year = ? {where} GROUP BY cadre_uid
"""
# after the day asked about lies little or nothing: it is taken from the sums of the year
_LATER = """
SELECT t.cadre_uid, t.state, t.track, count(*), sum(t.times), sum(t.minutes)
FROM visit v CROSS JOIN visit_tally t ON t.visit_uid = v.uid
WHERE v.served_on > ? AND v.served_on <= ? {where} GROUP BY t.cadre_uid, t.state, t.track
"""
_PEOPLE = """
SELECT c.uid, c.staff_no, c.name, c.status, c.archived_on, c.archive_reason, unit.uid, unit.name,
  coalesce(e.exempt_reason, ''), {branch}
FROM cadre c JOIN unit ON unit.uid = {unit} LEFT JOIN evaluation e ON e.cadre_uid = c.uid AND e.year = {year}
WHERE {where}
ORDER BY unit.position, unit.name, unit.uid, c.staff_no, c.uid
"""
# unit and branch at the year's end: hours stay where they were earned, a person stands in one list
_THEN = (
    """FROM membership m WHERE m.cadre_uid = c.uid AND m.from_on <= '{year}-12-31' ORDER BY m.from_on DESC LIMIT 1)"""
)
_UNIT_THEN = f"coalesce((SELECT m.unit_uid {_THEN}, c.unit_uid)"
_BRANCH_THEN = f"nullif(coalesce((SELECT coalesce(m.branch_uid, '') {_THEN}, c.branch_uid), '')"  # '' then: without one

# the rules of `_row` and `_by_unit` as one query; a test holds them to the same figures
_UNITS = """
WITH person AS (
  SELECT {unit} AS unit_uid, coalesce(sum(s.times), 0) AS times, coalesce(sum(s.minutes), 0) AS minutes,
    coalesce(sum(s.waiting_times), 0) AS waiting_times, coalesce(sum(s.waiting_minutes), 0) AS waiting_minutes,
    coalesce(sum(s.duty_minutes), 0) AS duty_minutes,
    c.status IN ('RETIRED', 'OTHER') OR c.archived_on BETWEEN '0' AND ?3
      OR coalesce(e.exempt_reason, '') <> '' AS exempt
  FROM cadre c LEFT JOIN person_tally s ON s.year = ?1 AND s.cadre_uid = c.uid
  LEFT JOIN evaluation e ON e.cadre_uid = c.uid AND e.year = ?1
  WHERE c.archived_on = '' OR c.archived_on > ?3 OR (c.archived_on >= ?2 AND s.cadre_uid IS NOT NULL)
  GROUP BY c.uid),
judged AS (
  SELECT *, CASE WHEN exempt THEN 'EXEMPT' WHEN times >= ?6 AND minutes >= ?7 THEN 'MET'
    WHEN times + waiting_times >= ?4 AND minutes + waiting_minutes >= ?5 THEN 'GOING'
    ELSE 'BEHIND' END AS progress
  FROM person)
SELECT unit.uid, unit.name, people, met, going, behind, exempt, times, minutes, waiting_times, waiting_minutes, duty_minutes
FROM (SELECT unit_uid, sum(progress <> 'EXEMPT') AS people, sum(progress = 'MET') AS met,
    sum(progress = 'GOING') AS going, sum(progress = 'BEHIND') AS behind, sum(progress = 'EXEMPT') AS exempt,
    sum(times) AS times, sum(minutes) AS minutes, sum(waiting_times) AS waiting_times,
    sum(waiting_minutes) AS waiting_minutes, sum(duty_minutes) AS duty_minutes
  FROM judged GROUP BY unit_uid) JOIN unit ON unit.uid = unit_uid
ORDER BY unit.position, unit.name, unit.uid
"""


@dataclass(frozen=True, slots=True)
class Minimum:
    """The minimum of a year."""

    times: int
    minutes: int

    @property
    def text(self) -> str:
        """'至少3次、不少于12小时'."""
        return f"至少{self.times}次、不少于{format_hours(self.minutes)}小时"


@dataclass(frozen=True, slots=True)
class UnitProgress:
    """One unit against the minimum: met + going + behind = people (应考核); exempt stands apart."""

    unit_uid: str
    unit: str
    people: int = 0
    met: int = 0  # 达标
    going: int = 0  # 进行中
    behind: int = 0  # 落后
    exempt: int = 0  # 不纳入考核
    times: int = 0
    minutes: int = 0
    waiting_times: int = 0
    waiting_minutes: int = 0
    duty_minutes: int = 0


@dataclass(frozen=True, slots=True)
class YearProgress:
    """The units against the year's minimum."""

    year: int
    as_of: str  # service up to this day
    minimum: Minimum
    by_unit: list[UnitProgress]

    @property
    def total(self) -> UnitProgress:
        """One line for the school."""
        return _summed("", "全校", self.by_unit)


@dataclass(frozen=True, slots=True)
class QuotaReport(YearProgress):
    """Everybody against the year's minimum."""

    rows: list[Row]


def quota_report(
    reads: Reads,
    year: int,
    unit_uid: str | None = None,
    *,
    cadre_uids: Sequence[str] | None = None,
    as_of: str = "",
) -> QuotaReport:
    """Each person's year: times, minutes (confirmed, own time, after the union rule), what waits, duty, shortfall.

    `as_of`: service up to that day, as known today. Rows carry uid, staff_no, name, unit, unit_uid, branch_uid, status,
    times, minutes, waiting_times, waiting_minutes, duty_times, duty_minutes, duty_waiting_times, duty_waiting_minutes,
    meets, short_times, short_minutes, exempt (the reason, '' if assessed), progress (MET, GOING, BEHIND, EXEMPT) and
    verdict (the words).
    """
    minimum = Minimum(*quota_for(reads, year))
    end = f"{year}-12-31"
    until = min(as_of, end) if as_of else end
    served = _served(reads, year, until, cadre_uids)
    share = _year_gone(year, as_of)
    rows = [
        _row(person, served.get(person[0], {}), minimum, share, end)
        for person in _people(reads, year, cadre_uids, unit_uid)
        if cadre_uids is not None or not person[4] or person[4] > end or person[0] in served
    ]
    return QuotaReport(year, until, minimum, _by_unit(rows), rows)


def unit_progress(reads: Reads, year: int) -> YearProgress:
    """The year, minimum, by_unit and total of `quota_report`, without a row per person: for the first page."""
    minimum, share = Minimum(*quota_for(reads, year)), _year_gone(year, "")
    end, by_now = f"{year}-12-31", (int(minimum.times * share), minimum.minutes * share)
    params = (year, f"{year}-01-01", end, *by_now, minimum.times, minimum.minutes)
    found = reads.tuples(_UNITS.format(unit=_place_of(reads, year)[0]), params)
    return YearProgress(year, end, minimum, [UnitProgress(*line) for line in found])


def quota_rows(reads: Reads, year: int, unit_uid: str | None = None, *, as_of: str = "") -> list[Row]:
    """The rows of `quota_report`."""
    return quota_report(reads, year, unit_uid, as_of=as_of).rows


def verdict(short_times: int, short_minutes: int, exempt: str) -> str:
    """已达标, 未达标（差2次、3.5小时）, 不纳入考核（离退休）: always concrete."""
    if exempt:
        return f"不纳入考核（{exempt}）"
    parts = [f"{short_times}次"] if short_times else []
    if short_minutes:
        text = format_duration(short_minutes)
        parts.append(text if text.endswith(("分", "分钟")) else f"{text}小时")
    return f"未达标（差{'、'.join(parts)}）" if parts else "已达标"


def _people(reads: Reads, year: int, cadre_uids: Sequence[str] | None, unit_uid: str | None) -> list[tuple[Any, ...]]:
    unit, branch = _place_of(reads, year)
    where, params = f"(c.archived_on = '' OR c.archived_on >= '{int(year)}-01-01')", []
    if cadre_uids is not None:  # who is named is answered for, also one who left long ago
        where, params = "c.uid IN (SELECT value FROM json_each(?))", [json.dumps(list(cadre_uids))]
    if unit_uid:
        where += " AND unit.uid = ?"
        params.append(unit_uid)
    return reads.tuples(_PEOPLE.format(year=int(year), unit=unit, branch=branch, where=where), params)


def _place_of(reads: Reads, year: int) -> tuple[str, str]:
    # nobody has moved since: the current place is the one of then, and costs no look-up per person
    moved = reads.value("SELECT EXISTS (SELECT 1 FROM membership WHERE from_on > ?)", (f"{year}-12-31",))
    if not moved:
        return "c.unit_uid", "c.branch_uid"
    return _UNIT_THEN.format(year=int(year)), _BRANCH_THEN.format(year=int(year))


def _served(
    reads: Reads, year: int, until: str, cadre_uids: Sequence[str] | None
) -> dict[str, dict[tuple[str, str], tuple[int, int]]]:
    where = "" if cadre_uids is None else "AND {}cadre_uid IN (SELECT value FROM json_each(?))"
    params = () if cadre_uids is None else (json.dumps(list(cadre_uids)),)
    served: dict[str, dict[tuple[str, str], tuple[int, int]]] = {}
    records: dict[str, int] = {}
    for cadre_uid, count, *sums in reads.tuples(_TALLY.format(where=where.format("")), (year, *params)):
        records[cadre_uid] = count
        served[cadre_uid] = dict(zip(_KINDS, zip(sums[::2], sums[1::2], strict=True), strict=True))
    end = f"{year}-12-31"
    if until < end:
        sql, since = _LATER.format(where=where.format("v.")), max(until, f"{year - 1}-12-31")
        for cadre_uid, state, track, count, times, minutes in reads.tuples(sql, (since, end, *params)):
            before = served[cadre_uid][state, track]
            served[cadre_uid][state, track] = before[0] - times, before[1] - minutes
            records[cadre_uid] -= count
    return {uid: one for uid, one in served.items() if records[uid]}


def _row(
    person: tuple[Any, ...],
    served: dict[tuple[str, str], tuple[int, int]],
    minimum: Minimum,
    share: float,
    year_end: str,
) -> Row:
    uid, staff_no, name, status, archived_on, archive_reason, unit_uid, unit, exempt, branch_uid = person
    times, minutes = served.get(("CONFIRMED", "OWN"), (0, 0))
    waiting_times, waiting_minutes = served.get(("WAITING", "OWN"), (0, 0))
    duty_times, duty_minutes = served.get(("CONFIRMED", "DISPATCHED"), (0, 0))
    duty_waiting_times, duty_waiting_minutes = served.get(("WAITING", "DISPATCHED"), (0, 0))
    if archived_on and archived_on <= year_end:
        exempt = exempt or archive_reason or "已归档"
    exempt = exempt or _STATUS.get(status, "")
    short_times, short_minutes = max(0, minimum.times - times), max(0, minimum.minutes - minutes)
    meets = not short_times and not short_minutes
    on_the_way = times + waiting_times >= int(minimum.times * share) and (
        minutes + waiting_minutes >= minimum.minutes * share
    )
    progress = "EXEMPT" if exempt else "MET" if meets else "GOING" if on_the_way else "BEHIND"
    return {
        "uid": uid,
        "staff_no": staff_no,
        "name": name,
        "unit": unit,
        "unit_uid": unit_uid,
        "branch_uid": branch_uid,
        "status": status,
        "times": times,
        "minutes": minutes,
        "waiting_times": waiting_times,
        "waiting_minutes": waiting_minutes,
        "duty_times": duty_times,
        "duty_minutes": duty_minutes,
        "duty_waiting_times": duty_waiting_times,
        "duty_waiting_minutes": duty_waiting_minutes,
        "meets": meets,
        "short_times": 0 if exempt else short_times,
        "short_minutes": 0 if exempt else short_minutes,
        "exempt": exempt,
        "progress": progress,
        "verdict": verdict(short_times, short_minutes, exempt),
    }


def _year_gone(year: int, as_of: str) -> float:
    """How much of the year lies behind: 落后 is measured against it, with what still waits counted in."""
    day = dt.date.fromisoformat(as_of) if as_of else today()
    if day.year != year:
        return 1.0 if day.year > year else 0.0
    return day.timetuple().tm_yday / dt.date(year, 12, 31).timetuple().tm_yday


_SUMS = ("times", "minutes", "waiting_times", "waiting_minutes", "duty_minutes")
_STEPS = {"MET": "met", "GOING": "going", "BEHIND": "behind", "EXEMPT": "exempt"}


def _by_unit(rows: Sequence[Row]) -> list[UnitProgress]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        sums = found.setdefault((row["unit_uid"], row["unit"]), dict.fromkeys((*_SUMS, "people", *_STEPS.values()), 0))
        sums[_STEPS[row["progress"]]] += 1
        sums["people"] += row["progress"] != "EXEMPT"
        for key in _SUMS:
            sums[key] += row[key]
    return [UnitProgress(uid, name, **sums) for (uid, name), sums in found.items()]


def _summed(unit_uid: str, unit: str, parts: Sequence[UnitProgress]) -> UnitProgress:
    keys = (*_SUMS, "people", *_STEPS.values())
    return UnitProgress(unit_uid, unit, **{key: sum(getattr(one, key) for one in parts) for key in keys})
