"""What the years of a ledger must say, from its raw tables in plain Python: no rule, query or constant of the product is used.

Slow and obvious on purpose: everybody is looked at day by day, and the minutes a person's records can hold are the
smallest cut over all choices of records (max flow = min cut), not the product's sweep.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

Row = dict[str, Any]
Span = tuple[int, int, int]  # start, end, actual minutes
KINDS = {  # as the product's rows name them
    ("OWN", "CONFIRMED"): "",
    ("OWN", "WAITING"): "waiting_",
    ("DISPATCHED", "CONFIRMED"): "duty_",
    ("DISPATCHED", "WAITING"): "duty_waiting_",
}
SUMS = tuple(f"{prefix}{what}" for prefix in KINDS.values() for what in ("times", "minutes"))
_ORDER = (("DISPATCHED", "CONFIRMED"), ("OWN", "CONFIRMED"), ("DISPATCHED", "WAITING"), ("OWN", "WAITING"))
_ADDS_TO = {0: (), 1: (0,), 2: (0,), 3: (0, 1, 2)}


@dataclass
class Person:
    """One person's year."""

    uid: str
    unit: str  # where he was last in the year
    branch: str
    due: bool = False  # 应考核
    left: bool = False  # 年内离开
    away: bool = False  # not there in the year
    why: str = ""  # not assessed
    came_on: str = ""
    left_on: str = ""
    met: bool = False
    sums: dict[str, int] = field(default_factory=dict)


@dataclass
class Check:
    """应报到 of a unit on a day."""

    due: int = 0
    checked: int = 0
    on_time: int = 0


class Oracle:
    """The raw tables, and every figure of a year from them."""

    def __init__(self, tables: dict[str, list[Row]]) -> None:
        self.tables = tables
        self.stays: dict[str, list[Row]] = defaultdict(list)
        for row in sorted(tables["membership"], key=lambda row: row["from_on"]):
            self.stays[row["cadre_uid"]].append(row)
        self.shares = dict(self._shares())

    @classmethod
    def of(cls, store: Any) -> Oracle:
        """From the tables of an open ledger."""
        names = ("cadre", "membership", "visit", "checkin", "evaluation", "service_quota", "unit", "setting")
        return cls({name: store.rows(f"SELECT * FROM {name}") for name in names})

    # -- who was there -------------------------------------------------------------------------------------------------

    def on(self, uid: str, day: str) -> Row | None:
        """What a person was on a day, None if he was not there."""
        for row in self.stays[uid]:
            if row["from_on"] <= day and (not row["until_on"] or day <= row["until_on"]):
                return row
        return None

    def of_record(self, uid: str, day: str) -> Row:
        """Where a record of a day belongs: of that day, else of the last day before it, else of the first one."""
        begun = [row for row in self.stays[uid] if row["from_on"] <= day]
        return begun[-1] if begun else self.stays[uid][0]

    def minimum(self, year: int) -> tuple[int, int]:
        """次 and minutes."""
        rows = {row["uid"]: row for row in self.tables["service_quota"]}
        row = rows.get(str(year)) or rows["default"]
        return row["times"], row["minutes"]

    def year(self, year: int, until: str) -> dict[str, Person]:
        """Everybody who stands on the lists of a year, asked on a day of it (ISO)."""
        days = [one for one in _days(year) if one <= until]
        excused = {row["cadre_uid"]: row["exempt_reason"] for row in self.tables["evaluation"] if row["year"] == year}
        sums, served = self._sums(year, until)
        found = {}
        for uid in self.stays:
            there = {day: row for day in days if (row := self.on(uid, day))}
            if not there and uid not in served:
                continue
            person = self._standing(uid, there, until, excused.get(uid, ""))
            if person.why == "已离开" and uid not in served:
                continue
            person.sums = {key: sums[uid].get(key, 0) for key in SUMS}
            times, minutes = self.minimum(year)
            person.met = person.sums["times"] >= times and person.sums["minutes"] >= minutes
            found[uid] = person
        return found

    def _standing(self, uid: str, there: dict[str, Row], until: str, excused: str) -> Person:
        last = there[max(there)] if there else self.of_record(uid, until)
        person = Person(uid, last["unit_uid"], last["branch_uid"] or "")
        active = [day for day, row in there.items() if row["status"] == "ACTIVE"]
        word = {"RETIRED": "离退休", "OTHER": "非在职", "ACTIVE": ""}[last["status"]]
        if not there:
            person.away, person.why = True, "不在册"
        elif until in active:
            person.due, person.why = not excused, excused
        elif active:
            then = there[max(active)]
            person.left, person.left_on = True, _after(max(active))
            year, month, day = map(int, person.left_on.split("-"))
            person.why = f"年内离开（{year}年{month}月{day}日{then['left_reason'] or word or '离开'}）"
        else:
            person.why = word or "已离开"
        first = f"{until[:4]}-01-01"
        if there and first not in there:
            person.came_on = min(there)
        return person

    # -- service -------------------------------------------------------------------------------------------------------

    def records(self, year: int, until: str = "9999") -> Iterator[tuple[Row, str, int, int]]:
        """The records of a year that count: the row, its kind, 次 and minutes."""
        for row in self.tables["visit"]:
            kind = KINDS.get((row["track"], row["state"]))
            if kind is not None and row["served_on"][:4] == str(year) and row["served_on"] <= until:
                minutes = self.shares[row["uid"]]
                yield row, kind, int(minutes > 0), minutes

    def earned(self, year: int, key: str) -> dict[str, dict[str, int]]:
        """Sums of a year by a column of the record (unit_uid, category, grid_uid …), as of the day served."""
        found: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        people: dict[str, set[str]] = defaultdict(set)
        for row, kind, times, minutes in self.records(year):
            mine = found[str(row[key] or "")]
            mine[f"{kind}times"] += times
            mine[f"{kind}minutes"] += minutes
            mine["records"] += 1
            if row["state"] == "CONFIRMED":
                people[str(row[key] or "")].add(row["cadre_uid"])
        for name, mine in found.items():
            mine["people"] = len(people[name])
        return found

    def half(self, uid: str, year: int, half: int) -> tuple[int, int]:
        """次 and minutes of a half year, own time, confirmed."""
        span = ("01-01", "06-30") if half == 1 else ("07-01", "12-31")
        mine = [
            (times, minutes)
            for row, kind, times, minutes in self.records(year)
            if row["cadre_uid"] == uid and not kind and span[0] <= row["served_on"][5:] <= span[1]
        ]
        return sum(one[0] for one in mine), sum(one[1] for one in mine)

    def _sums(self, year: int, until: str) -> tuple[dict[str, dict[str, int]], set[str]]:
        sums: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
        served = set()
        for row, kind, times, minutes in self.records(year, until):
            sums[row["cadre_uid"]][f"{kind}times"] += times
            sums[row["cadre_uid"]][f"{kind}minutes"] += minutes
            served.add(row["cadre_uid"])
        return sums, served

    def _shares(self) -> Iterator[tuple[str, int]]:
        of_person: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["visit"]:
            if (row["track"], row["state"]) in KINDS:
                of_person[row["cadre_uid"]].append(row)
        for rows in of_person.values():
            for cluster in _overlapping(rows):
                yield from _of_cluster(cluster)

    # -- check-ins -----------------------------------------------------------------------------------------------------

    def checkins(self, day: str, due_on: str) -> dict[str, Check]:
        """By unit: who must have checked in at home by a day, who has."""
        homes: dict[str, list[Row]] = defaultdict(list)
        for row in self.tables["checkin"]:
            if row["track"] == "HOME" and row["cadre_uid"]:
                homes[row["cadre_uid"]].append(row)
        found: dict[str, Check] = defaultdict(Check)
        for uid in self.stays:
            was = self.on(uid, day)
            if was is None or was["status"] != "ACTIVE":
                continue
            mine = [row for row in homes[uid] if row["checked_on"] <= day]
            checked = any(not row["ended_on"] or row["ended_on"] > day for row in mine)
            count = found[was["unit_uid"]]
            count.due += 1
            count.checked += checked
            # who moves house stays on time: his first one says it
            count.on_time += checked and min(row["checked_on"] for row in mine) <= due_on
        return found


# -- the clock ---------------------------------------------------------------------------------------------------------


def most(spans: Iterable[Span]) -> int:
    """The most minutes these records hold without using one twice: the cheapest cut between records and the clock."""
    listed = list(spans)
    best = sum(minutes for _, _, minutes in listed)
    for size in range(1, len(listed) + 1):
        for chosen in combinations(range(len(listed)), size):
            covered: set[int] = set()
            for at in chosen:
                covered |= set(range(listed[at][0], listed[at][1]))
            best = min(best, len(covered) + sum(one[2] for at, one in enumerate(listed) if at not in chosen))
    return best


def _span(row: Row) -> Span | None:
    if not row["start_at"] or not row["end_at"]:
        return None
    day = dt.date.fromisoformat(row["served_on"]).toordinal() * 1440
    start, end = (int(text[:2]) * 60 + int(text[3:]) for text in (row["start_at"], row["end_at"]))
    return day + start, day + end + (1440 if end <= start else 0), row["minutes"]


def _overlapping(rows: list[Row]) -> list[list[Row]]:
    timed = sorted((row for row in rows if _span(row)), key=lambda row: _span(row) or ())
    found: list[list[Row]] = [[row] for row in rows if not _span(row)]
    reach = -1
    for row in timed:
        start, end, _ = _span(row) or (0, 0, 0)
        if start < reach:
            found[-1].append(row)
        else:
            found.append([row])
        reach = max(reach, end) if start < reach else end
    return found


def _of_cluster(rows: list[Row]) -> Iterator[tuple[str, int]]:
    if len(rows) == 1:
        span = _span(rows[0])
        yield rows[0]["uid"], min(span[2], span[1] - span[0]) if span else rows[0]["minutes"]
        return
    groups: list[list[tuple[Span, str]]] = [[], [], [], []]
    for row in rows:
        groups[_ORDER.index((row["track"], row["state"]))].append((_span(row) or (0, 0, 0), row["uid"]))
    for at, group in enumerate(groups):
        group.sort(key=lambda one: (one[0][0], -one[0][1], -one[0][2]))
        placed = [span for before in _ADDS_TO[at] for span, _ in groups[before]]
        for span, uid in group:
            yield uid, most([*placed, span]) - most(placed)
            placed.append(span)


def _days(year: int) -> list[str]:
    first = dt.date(year, 1, 1)
    return [(first + dt.timedelta(at)).isoformat() for at in range((dt.date(year + 1, 1, 1) - first).days)]


def _after(day: str) -> str:
    return (dt.date.fromisoformat(day) + dt.timedelta(1)).isoformat()
