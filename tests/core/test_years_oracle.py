"""Three years with people who come, move, retire, turn 转正, leave and come back: figures of each year stay what they were.

The oracle shares no code with the timeline: it holds what each person was on each single day, and the service typed.
"""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from typing import Any

import pytest

from core.archive.closing import close_year, corrections
from core.check import findings
from core.checkin.status import checkin_status, people_on
from core.leaving import leave
from core.ledger import memory_ledger
from core.org.ops import add_unit
from core.reporting.results import results
from core.roster.ops import change_person, restore_cadre, save_cadre
from core.service_log.model import VisitDraft
from core.service_log.ops import record_visit
from core.service_log.quota import quota_report, unit_progress
from core.store import Store

FIRST, LAST = dt.date(2020, 1, 1), dt.date(2022, 12, 31)
MINIMUM = {2020: (3, 720), 2021: (5, 1200), 2022: (5, 1200)}
LETTERS = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳午未申酉戌亥天地人和"
FULL, PROBATION = "中共党员", "中共预备党员"
Day = dict[str, str]


class Oracle:
    """Who was what on which day."""

    def __init__(self) -> None:
        self.days: dict[str, dict[dt.date, Day]] = defaultdict(dict)
        self.served: list[tuple[str, dt.date, int]] = []

    def since(self, name: str, day: dt.date, **facts: str) -> None:
        """From a day on it is so."""
        while day <= LAST:
            before = self.days[name].get(day - dt.timedelta(days=1), {})
            self.days[name][day] = {**before, **self.days[name].get(day, {}), **facts}
            day += dt.timedelta(days=1)

    def away(self, name: str, day: dt.date) -> None:
        """From a day on he is not there."""
        for each in [one for one in self.days[name] if one >= day]:
            del self.days[name][each]

    def stamp(self, name: str, day: dt.date) -> str:
        """The unit of a record: of the day, else of the last day before it, else of the first one."""
        there = sorted(self.days[name])
        before = [one for one in there if one <= day]
        return self.days[name][before[-1] if before else there[0]]["unit"]

    def year(self, year: int, day: dt.date) -> dict[str, tuple[Any, ...]]:
        """By name: unit, progress, times, minutes, whether met."""
        found: dict[str, tuple[Any, ...]] = {}
        for name, days in self.days.items():
            mine = [minutes for who, on, minutes in self.served if who == name and on.year == year]
            in_year = [one for one in sorted(days) if one.year == year and one <= day]
            active = [one for one in in_year if days[one]["status"] == "ACTIVE"]
            here = days.get(day)
            met = len(mine) >= MINIMUM[year][0] and sum(mine) >= MINIMUM[year][1]
            if here and here["status"] == "ACTIVE":
                standing = "DUE"
            elif active:
                standing = "LEFT"
            elif here or (in_year and mine):
                standing = "EXEMPT"
            elif mine:
                standing = "AWAY"
            else:
                continue
            found[name] = (self.stamp(name, in_year[-1] if in_year else day), standing, len(mine), sum(mine), met)
        return found


class Life:
    """One random ledger and its oracle, driven day by day."""

    def __init__(self, seed: int) -> None:
        self.dice, self.oracle = random.Random(seed), Oracle()
        self.store: Store = memory_ledger()
        self.uids: dict[str, str] = {}
        self.gone: set[str] = set()
        with self.store.transact("单位") as tx:
            self.units = {name: add_unit(tx, {"name": name}) for name in ("甲党委", "乙党委")}

    def come(self, name: str, day: dt.date | None) -> None:
        """On the roster since ever, or from a day."""
        unit, party = self.dice.choice(list(self.units)), self.dice.choice((FULL, FULL, PROBATION))
        values = {"staff_no": f"{len(self.uids):04d}", "name": name, "unit": unit, "party_status": party}
        with self.store.transact(f"新增{name}") as tx:
            self.uids[name] = save_cadre(tx, values | {"from_on": day.isoformat() if day else ""})
        self.oracle.since(name, day or FIRST, unit=unit, status="ACTIVE", party=party)

    def act(self, name: str, day: dt.date) -> None:
        """Something happens to somebody."""
        uid, now = self.uids[name], self.oracle.days[name].get(day - dt.timedelta(days=1))
        iso = day.isoformat()
        what = self.dice.random()
        with self.store.transact("变动") as tx:
            if name in self.gone:
                if what < 0.4:
                    restore_cadre(tx, uid, iso)
                    last = self.oracle.days[name][max(self.oracle.days[name])]
                    self.oracle.since(name, day, **last)
                    self.gone.discard(name)
            elif now is None:
                return
            elif what < 0.3:
                unit = "乙党委" if now["unit"] == "甲党委" else "甲党委"
                save_cadre(tx, {"unit": unit}, uid, transfer_on=iso)
                self.oracle.since(name, day, unit=unit)
            elif what < 0.55:
                status = self.dice.choice([one for one in ("ACTIVE", "RETIRED", "OTHER") if one != now["status"]])
                change_person(tx, uid, {"status": status}, from_on=iso)
                self.oracle.since(name, day, status=status)
            elif what < 0.75:
                change_person(tx, uid, {"party_status": FULL}, from_on=iso)
                self.oracle.since(name, day, party=FULL)
            else:
                leave(tx, uid, iso, "调离")
                self.oracle.away(name, day)
                self.gone.add(name)

    def serve(self, name: str, day: dt.date) -> None:
        """A confirmed record in own time, whether he is there or not."""
        hours = self.dice.choice((2, 4, 6))
        draft = VisitDraft(
            day.isoformat(), "08:00", f"{8 + hours:02d}:00", content="清扫", community="经院社区", late_reason="补登",
            confirm_method="社区党组织", confirmed_by="陈书记", cadre_uid=self.uids[name],
        )  # fmt: skip
        with self.store.transact("登记") as tx:
            record_visit(tx, draft)
        self.oracle.served.append((name, day, hours * 60))

    def compare(self, year: int, day: dt.date) -> None:
        """The year as the product and as the oracle has it."""
        right = self.oracle.year(year, day)
        report = quota_report(self.store, year)
        step = {"MET": "DUE", "GOING": "DUE", "BEHIND": "DUE"}
        found = {
            row["name"]: (
                row["unit"], step.get(row["progress"], row["progress"]), row["times"], row["minutes"], row["meets"],
            )
            for row in report.rows
        }  # fmt: skip
        assert found == right
        due = [one for one in right.values() if one[1] == "DUE"]
        left = [one for one in right.values() if one[1] == "LEFT"]
        total = report.total
        assert (total.people, total.met) == (len(due), sum(one[4] for one in due))
        assert (total.left_people, total.left_met) == (len(left), sum(one[4] for one in left))
        everything = sum(minutes for _, on, minutes in self.oracle.served if on.year == year)
        assert total.minutes == everything == sum(row["minutes"] for row in report.rows)
        assert unit_progress(self.store, year).by_unit == report.by_unit

    def compare_day(self, day: dt.date) -> None:
        """应报到 of a day."""
        here = {name: days[day] for name, days in self.oracle.days.items() if day in days}
        status = checkin_status(self.store, day.isoformat())
        assert status.total.due == sum(one["status"] == "ACTIVE" for one in here.values())
        assert status.total.exempt == sum(one["status"] != "ACTIVE" for one in here.values())
        rows = {row["name"]: (row["unit"], row["status"]) for row in people_on(self.store, day.isoformat())}
        assert rows == {name: (one["unit"], one["status"]) for name, one in here.items()}


@pytest.mark.parametrize("seed", range(3))
def test_each_year_stays_what_it_was(seed: int, monkeypatch: pytest.MonkeyPatch) -> None:
    life = Life(seed)
    for at in range(6):
        life.come(f"老{LETTERS[at]}", None)
    closed: dict[int, list[tuple[Any, ...]]] = {}
    day = FIRST + dt.timedelta(days=3)
    while day <= LAST:
        monkeypatch.setenv("XCJS_TODAY", day.isoformat())
        name = life.dice.choice(list(life.uids))
        what = life.dice.random()
        if what < 0.06:
            life.come(f"新{LETTERS[len(life.uids) % 26]}{LETTERS[len(life.uids) // 26]}", day)
        elif what < 0.3:
            life.act(name, day)
        else:
            life.serve(name, day)
        after = day + dt.timedelta(days=life.dice.randrange(1, 9))
        if after.year > day.year:  # the year's end: its figures are frozen
            end = dt.date(day.year, 12, 31)
            monkeypatch.setenv("XCJS_TODAY", end.isoformat())
            life.compare(day.year, end)
            with life.store.transact("结账") as tx:
                close_year(tx, day.year)
            closed[day.year] = _years(life, day.year)
        day = after
    monkeypatch.setenv("XCJS_TODAY", "2023-02-01")
    for year, was in closed.items():
        life.compare(year, dt.date(year, 12, 31))
        assert corrections(life.store, year) == []
        assert _years(life, year) == was
    for each in (dt.date(2020, 8, 10), dt.date(2021, 3, 1), dt.date(2022, 12, 31)):
        life.compare_day(each)
    assert findings(life.store) == []


def _years(life: Life, year: int) -> list[tuple[Any, ...]]:
    uids = [life.uids[name] for name in sorted(life.oracle.year(year, dt.date(year, 12, 31)))]
    return [
        (one.person["name"], one.years[0].minutes, one.years[0].verdict) for one in results(life.store, uids, [year])
    ]
