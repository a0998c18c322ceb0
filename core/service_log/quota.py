"""The year's minimum: who meets it, who falls short by how much, who is not assessed. 方案 五(三)3

Only confirmed own-time service counts. 应考核: 在职 on the year's last day (while it runs, today), less the exempted; no
proration. Who was 在职 for a part of the year only is listed apart. What a person was comes from his timeline.
"""

from __future__ import annotations

import datetime as dt
import json
import math
from collections.abc import Sequence
from dataclasses import dataclass

from core.base.clock import today
from core.base.dates import day_after, format_date, format_duration, format_hours
from core.org.settings import quota_for
from core.roster.timeline import day_of_year, people_of_year
from core.store import Reads, Row

FIRST_YEAR = 2020
"""方案: nobody was asked to serve before it, so nobody fell short."""
NOT_THERE = "不在册"
ASSESSED = (
    "应考核为年末（年内为统计当天）在职的党员干部，免予考核的除外；年内调入的计入并注明日期，不按在册时间折算；"
    "年内离开、离退休的不计入，另列，其中达到要求的为“另有达标”。"
)
"""统计口径 of 应考核, wherever a figure of it stands."""
PROGRESS = (
    ("MET", "已达标"),
    ("GOING", "进行中"),
    ("BEHIND", "落后"),
    ("EXEMPT", "不纳入考核"),
    ("LEFT", "年内离开"),
    ("AWAY", NOT_THERE),
)
"""How a person stands; the first three are 应考核."""
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
WITH {people}
SELECT c.uid, c.staff_no, c.name, p.status, p.party_status, p.standing, unit.uid AS unit_uid, unit.name AS unit, p.branch_uid,
  coalesce(e.exempt_reason, '') AS excused,
  CASE WHEN p.came THEN (SELECT min(m.from_on) FROM membership m WHERE m.cadre_uid = c.uid
    AND m.from_on > ?2 AND m.from_on <= ?3) ELSE '' END AS came_on,
  coalesce(w.until_on, '') AS active_until, coalesce(w.left_reason, '') AS left_reason
FROM person p JOIN cadre c ON c.uid = p.cadre_uid JOIN unit ON unit.uid = p.unit_uid
LEFT JOIN evaluation e ON e.cadre_uid = c.uid AND e.year = ?1
LEFT JOIN membership w ON p.standing = 'LEFT' AND w.uid = (SELECT m.uid FROM membership m WHERE m.cadre_uid = c.uid
  AND m.status = 'ACTIVE' AND m.from_on <= ?3 ORDER BY m.from_on DESC LIMIT 1)
WHERE ?4 IN ('', unit.uid) AND (p.standing NOT IN ('GONE', 'AWAY') OR {named}
  OR EXISTS (SELECT 1 FROM person_tally s WHERE s.year = ?1 AND s.cadre_uid = p.cadre_uid))
ORDER BY unit.position, unit.name, unit.uid, c.staff_no, c.uid
"""

# the rules of `_row` as a query; a test holds both to the same figures
_JUDGED = f"""
WITH {people_of_year("?2", "?3")},
served AS (
  SELECT p.cadre_uid, p.unit_uid, p.standing, coalesce(sum(s.times), 0) AS times, coalesce(sum(s.minutes), 0) AS minutes,
    coalesce(sum(s.waiting_times), 0) AS waiting_times, coalesce(sum(s.waiting_minutes), 0) AS waiting_minutes,
    coalesce(sum(s.duty_minutes), 0) AS duty_minutes, coalesce(e.exempt_reason, '') <> '' OR ?1 < {FIRST_YEAR} AS excused
  FROM person p LEFT JOIN person_tally s ON s.year = ?1 AND s.cadre_uid = p.cadre_uid
  LEFT JOIN evaluation e ON e.cadre_uid = p.cadre_uid AND e.year = ?1
  WHERE p.standing NOT IN ('GONE', 'AWAY') OR s.cadre_uid IS NOT NULL
  GROUP BY p.cadre_uid),
judged AS (
  SELECT *, times >= ?6 AND minutes >= ?7 AS met, CASE WHEN standing IN ('LEFT', 'AWAY') THEN standing
    WHEN standing <> 'DUE' OR excused THEN 'EXEMPT' WHEN times >= ?6 AND minutes >= ?7 THEN 'MET'
    WHEN times + waiting_times >= ?4 AND minutes + waiting_minutes >= ?5 THEN 'GOING'
    ELSE 'BEHIND' END AS progress
  FROM served)
"""
_BELOW = f"{_JUDGED} SELECT cadre_uid FROM judged WHERE progress IN ('GOING', 'BEHIND')"
_UNITS = f"""{_JUDGED}
SELECT unit.uid, unit.name, people, met, going, behind, exempt, left_people, left_met, away, times, minutes, waiting_times,
  waiting_minutes, duty_minutes
FROM (SELECT unit_uid, sum(progress IN ('MET', 'GOING', 'BEHIND')) AS people, sum(progress = 'MET') AS met,
    sum(progress = 'GOING') AS going, sum(progress = 'BEHIND') AS behind, sum(progress = 'EXEMPT') AS exempt,
    sum(progress = 'LEFT') AS left_people, sum(progress = 'LEFT' AND met AND ?1 >= {FIRST_YEAR}) AS left_met,
    sum(progress = 'AWAY') AS away,
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
    """One unit against the minimum: met + going + behind = people (应考核); exempt, left_people and away stand apart."""

    unit_uid: str
    unit: str
    people: int = 0
    met: int = 0  # 达标
    going: int = 0  # 进行中
    behind: int = 0  # 落后
    exempt: int = 0  # 不纳入考核
    left_people: int = 0  # 年内离开: 在职 for a part of the year only
    left_met: int = 0  # of them 另有达标
    away: int = 0  # not there in the year, with service in it
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
    def over(self) -> bool:
        """The year has ended and all of it is counted: nobody is on the way any more."""
        return year_over(self.year, self.as_of)

    def standing(self, one: UnitProgress) -> tuple[tuple[str, int], ...]:
        """How the 应考核 of a line stand, label and people: 进行中 and 落后 are 未达标 when the year is over."""
        counts = {"MET": one.met, "GOING": one.going, "BEHIND": one.behind}
        return tuple((label, counts[code]) for code, label in steps_of(self.year, self.as_of) if code in counts)

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

    `as_of`: service up to that day, as known today, and people as they were that day. Whoever was there in the year or
    served in it has a row; of `cadre_uids` everybody. Rows carry uid, staff_no, name, unit, unit_uid, branch_uid, status and
    party_status (as they were), times, minutes, waiting_times, waiting_minutes, duty_times, duty_minutes,
    duty_waiting_times, duty_waiting_minutes, meets, short_times, short_minutes, exempt (why not assessed, '' if assessed),
    progress (PROGRESS), came_on (年内调入: the day, else ''), left_on (年内离开: the first day no longer 在职), remark and
    verdict (the words).
    """
    minimum = Minimum(*quota_for(reads, year))
    end = f"{year}-12-31"
    until = min(as_of, end) if as_of else end
    served = _served(reads, year, until, cadre_uids)
    by_now = _by_now(year, as_of, minimum)
    rows = [
        _row(person, served.get(person["uid"], {}), minimum, by_now, year)
        for person in _people(reads, year, cadre_uids, unit_uid, as_of)
        if cadre_uids is not None or person["standing"] not in ("GONE", "AWAY") or person["uid"] in served
    ]
    return QuotaReport(year, until, minimum, _by_unit(rows), rows)


def unit_progress(reads: Reads, year: int) -> YearProgress:
    """The year, minimum, by_unit and total of `quota_report`, without a row per person: for the first page."""
    minimum = Minimum(*quota_for(reads, year))
    units = [UnitProgress(*line) for line in reads.tuples(_UNITS, _judged_by(year, minimum))]
    return YearProgress(year, f"{year}-12-31", minimum, units)


def below_minimum(reads: Reads, year: int) -> set[str]:
    """The uids of those who are 应考核 and do not meet the minimum, as in `quota_report`, without a row per person."""
    minimum = Minimum(*quota_for(reads, year))
    return {row[0] for row in reads.tuples(_BELOW, _judged_by(year, minimum))}


def _judged_by(year: int, minimum: Minimum) -> tuple[object, ...]:
    return (year, f"{year}-01-01", day_of_year(year), *_by_now(year, "", minimum), minimum.times, minimum.minutes)


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


def not_asked(year: int) -> str:
    """Why nobody can have fallen short in a year, '' if somebody can."""
    return f"{FIRST_YEAR}年以前没有要求" if year < FIRST_YEAR else ""


def _people(reads: Reads, year: int, cadre_uids: Sequence[str] | None, unit_uid: str | None, as_of: str) -> list[Row]:
    params = [year, f"{year}-01-01", day_of_year(year, as_of), unit_uid or ""]
    if cadre_uids is None:
        return reads.rows(_PEOPLE.format(people=people_of_year("?2", "?3"), named=0), params)
    # who is named is answered for, also one who was not there
    people = people_of_year("?2", "?3", "SELECT value FROM json_each(?5)")
    return reads.rows(_PEOPLE.format(people=people, named=1), [*params, json.dumps(list(dict.fromkeys(cadre_uids)))])


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
    person: Row,
    served: dict[tuple[str, str], tuple[int, int]],
    minimum: Minimum,
    by_now: tuple[float, float],
    year: int,
) -> Row:
    times, minutes = served.get(("CONFIRMED", "OWN"), (0, 0))
    waiting_times, waiting_minutes = served.get(("WAITING", "OWN"), (0, 0))
    duty_times, duty_minutes = served.get(("CONFIRMED", "DISPATCHED"), (0, 0))
    duty_waiting_times, duty_waiting_minutes = served.get(("WAITING", "DISPATCHED"), (0, 0))
    exempt = _why_not(person, year)
    short_times, short_minutes = max(0, minimum.times - times), max(0, minimum.minutes - minutes)
    meets = not short_times and not short_minutes and year >= FIRST_YEAR
    on_the_way = times + waiting_times >= by_now[0] and minutes + waiting_minutes >= by_now[1]
    apart = person["standing"] if person["standing"] in ("LEFT", "AWAY") else "EXEMPT" if exempt else ""
    return {
        **{key: person[key] for key in ("uid", "staff_no", "name", "unit", "unit_uid", "branch_uid", "status")},
        "party_status": person["party_status"],
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
        "progress": apart or ("MET" if meets else "GOING" if on_the_way else "BEHIND"),
        "came_on": person["came_on"] or "",
        "left_on": _left_on(person),
        "remark": _remark(person, apart, bool(served)),
        "verdict": not_asked(year) or _words(apart, short_times, short_minutes, exempt),
    }


def _words(apart: str, short_times: int, short_minutes: int, exempt: str) -> str:
    if apart not in ("LEFT", "AWAY"):
        return verdict(short_times, short_minutes, exempt)
    met = apart == "LEFT" and not short_times and not short_minutes
    return f"{exempt}，另有达标" if met else exempt


def _remark(person: Row, apart: str, served: bool) -> str:
    if apart == "AWAY":
        return "不在册期间的服务" if served else ""
    return f"年内调入，{format_date(person['came_on'])}到岗" if person["came_on"] and not apart else ""


def _left_on(person: Row) -> str:
    return day_after(person["active_until"]) if person["active_until"] else ""


def _why_not(person: Row, year: int) -> str:
    """Why a person is not assessed, '' if he is."""
    standing, status = person["standing"], _STATUS.get(person["status"], "")
    if standing == "AWAY":
        return NOT_THERE
    if standing == "LEFT":
        on = _left_on(person)
        left = person["left_reason"] or status or "离开"
        return f"年内离开（{format_date(on)}{left}）"
    if standing != "DUE":
        return status or "已离开"
    return str(not_asked(year) or person["excused"])


def year_over(year: int, as_of: str = "") -> bool:
    """Whether figures of a year (as of a day, ISO) come after its end: then there is only 已达标 or 未达标."""
    return today() > dt.date(year, 12, 31) and (not as_of or as_of >= f"{year}-12-31")


def steps_of(year: int, as_of: str = "") -> tuple[tuple[str, str], ...]:
    """PROGRESS as words of a year: while it runs, and after its end."""
    if not year_over(year, as_of):
        return PROGRESS
    return tuple((code, "未达标" if code == "BEHIND" else label) for code, label in PROGRESS if code != "GOING")


def _by_now(year: int, as_of: str, minimum: Minimum) -> tuple[float, float]:
    """次 and minutes that should be reached by the day, with what still waits counted in; out of reach after the year."""
    if year_over(year, as_of):
        return math.inf, math.inf
    day, last = dt.date.fromisoformat(as_of) if as_of else today(), dt.date(year, 12, 31)
    share = (0.0 if day < last else 1.0) if day.year != year else day.timetuple().tm_yday / last.timetuple().tm_yday
    return int(minimum.times * share), minimum.minutes * share


_SUMS = ("times", "minutes", "waiting_times", "waiting_minutes", "duty_minutes")
_STEPS = {
    "MET": "met",
    "GOING": "going",
    "BEHIND": "behind",
    "EXEMPT": "exempt",
    "LEFT": "left_people",
    "AWAY": "away",
}
_COUNTS = ("people", *_STEPS.values(), "left_met")


def _by_unit(rows: Sequence[Row]) -> list[UnitProgress]:
    found: dict[tuple[str, str], dict[str, int]] = {}
    for row in rows:
        sums = found.setdefault((row["unit_uid"], row["unit"]), dict.fromkeys((*_SUMS, *_COUNTS), 0))
        sums[_STEPS[row["progress"]]] += 1
        sums["people"] += row["progress"] in ("MET", "GOING", "BEHIND")
        sums["left_met"] += row["progress"] == "LEFT" and row["meets"]
        for key in _SUMS:
            sums[key] += row[key]
    return [UnitProgress(uid, name, **sums) for (uid, name), sums in found.items()]


def _summed(unit_uid: str, unit: str, parts: Sequence[UnitProgress]) -> UnitProgress:
    keys = (*_SUMS, *_COUNTS)
    return UnitProgress(unit_uid, unit, **{key: sum(getattr(one, key) for one in parts) for key in keys})
