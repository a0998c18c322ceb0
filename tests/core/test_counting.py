"""What each record counts, against an oracle that shares no code: minutes of service matched to minutes of the clock."""

from __future__ import annotations

import datetime as dt
import random

import pytest

from core.ledger import memory_ledger
from core.service_log.counting import RULE, Served, TallyRules, capacity, count_visits

GROUPS = (("DISPATCHED", "CONFIRMED"), ("OWN", "CONFIRMED"), ("DISPATCHED", "WAITING"), ("OWN", "WAITING"))
Record = tuple[int, int, int]  # first minute, end, actual minutes


def matched(records: list[Record]) -> int:
    """The most minutes of service that find a minute of the clock each, by augmenting paths, one minute at a time."""
    taken: dict[int, int] = {}

    def place(record: int, seen: set[int]) -> bool:
        for minute in range(records[record][0], records[record][1]):
            if minute not in seen:
                seen.add(minute)
                if minute not in taken or place(taken[minute], seen):
                    taken[minute] = record
                    return True
        return False

    return sum(place(record, set()) for record, (_, _, minutes) in enumerate(records) for _ in range(minutes))


def person(dice: random.Random, count: int, span: int = 30) -> list[Served]:
    """Records of one person within `span` minutes of two days, many with fewer actual minutes than their span."""
    made = []
    for number in range(count):
        start = dice.randrange(1440 - span // 2, 1440) if dice.random() < 0.2 else dice.randrange(span)
        length = dice.randint(1, span // 2)
        clock = "" if dice.random() < 0.1 else f"{start // 60:02d}:{start % 60:02d}"
        end = (start + length) % 1440
        until = clock and f"{end // 60:02d}:{end % 60:02d}"
        track, state = dice.choice((*GROUPS, ("OWN", "CONFIRMED"), ("OWN", "DRAFT")))
        day = f"2020-08-{dice.randint(1, 2):02d}"
        actual = length if dice.random() < 0.4 else dice.randint(1, length)
        uid = f"{dice.randrange(10**6):06d}{number}"
        made.append(Served(uid, day, clock, until, actual, track, state, dice.random() < 0.95, (dice.choice("甲乙"),)))
    return made


def records(visits: list[Served], *groups: tuple[str, str]) -> list[Record]:
    found = []
    for one in visits:
        if one.counts and one.start_at and (one.track, one.state) in groups:
            first = dt.datetime.fromisoformat(f"{one.served_on}T{one.start_at}")
            until = dt.datetime.fromisoformat(f"{one.served_on}T{one.end_at}")
            until += dt.timedelta(days=until <= first)
            zero = dt.datetime(2020, 8, 1)
            found.append((*(int((at - zero).total_seconds()) // 60 for at in (first, until)), one.minutes))
    return found


def sums(visits: list[Served]) -> dict[tuple[str, str], int]:
    counted = count_visits(visits, TallyRules())
    return {group: sum(counted[one.uid][0] for one in visits if (one.track, one.state) == group) for group in GROUPS}


@pytest.mark.parametrize("seed", range(150))
def test_the_four_sums_are_what_a_matching_by_minutes_finds(seed: int) -> None:
    visits = person(random.Random(seed), 8)
    duty, own, duty_waiting, own_waiting = GROUPS
    base = matched(records(visits, duty))
    confirmed = matched(records(visits, duty, own))
    duties = matched(records(visits, duty, duty_waiting))
    but_last = matched(records(visits, duty, own, duty_waiting))
    right = {
        duty: base, own: confirmed - base, duty_waiting: duties - base,
        own_waiting: matched(records(visits, *GROUPS)) - but_last,
    }  # fmt: skip
    loose = {
        group: sum(one.minutes for one in visits if one.counts and not one.start_at and (one.track, one.state) == group)
        for group in GROUPS
    }
    assert sums(visits) == {group: right[group] + loose[group] for group in GROUPS}
    counted = count_visits(visits, TallyRules())
    assert set(counted) == {one.uid for one in visits if one.state != "DRAFT"}
    assert all((minutes > 0) == (times == 1) for minutes, times in counted.values())
    assert all(counted[one.uid][0] <= one.minutes for one in visits if one.uid in counted)


@pytest.mark.parametrize("seed", range(60))
def test_neither_the_order_nor_the_uid_decides(seed: int) -> None:
    dice = random.Random(seed)
    visits = person(dice, 9)
    counted = count_visits(visits, TallyRules())
    assert count_visits(dice.sample(visits, len(visits)), TallyRules()) == counted
    names = dict(zip(counted, dice.sample(range(10**6), len(counted)), strict=True))
    renamed = [one._replace(uid=str(names[one.uid])) for one in visits if one.uid in names]
    again = count_visits(renamed, TallyRules())

    def by_what_they_say(listed: list[Served], found: dict[str, tuple[int, int]]) -> list[tuple[object, ...]]:
        return sorted((*one[1:], found[one.uid]) for one in listed if one.uid in found)

    assert by_what_they_say(renamed, again) == by_what_they_say(visits, counted)


@pytest.mark.parametrize("seed", range(60))
def test_another_confirmed_record_lowers_no_total_of_what_is_confirmed(seed: int) -> None:
    dice = random.Random(seed)
    visits = [one._replace(counts=True) for one in person(dice, 8) if one.state == "CONFIRMED"]
    for at in range(len(visits)):
        before, after = sums(visits[:at]), sums(visits[: at + 1])
        track = (visits[at].track, "CONFIRMED")
        assert after[track] >= before[track]
        assert sum(after.values()) >= sum(before.values())


def test_what_waits_changes_nothing_of_what_is_confirmed() -> None:
    for seed in range(40):
        visits = person(random.Random(seed), 9)
        without = sums([one for one in visits if one.state == "CONFIRMED"])
        assert all(sums(visits)[group] == without[group] for group in GROUPS[:2])


def _own(uid: str, start: str, end: str, minutes: int, track: str = "OWN") -> Served:
    return Served(uid, "2020-08-01", start, end, minutes, track, "CONFIRMED")


def test_the_cases_of_the_review() -> None:
    short, long = _own("a", "08:00", "09:00", 60), _own("b", "08:00", "12:00", 240)
    assert count_visits([short, long], TallyRules()) == {"a": (0, 0), "b": (240, 1)}
    assert count_visits([short._replace(uid="z"), long], TallyRules()) == {"z": (0, 0), "b": (240, 1)}
    full, broken = _own("a", "09:00", "11:00", 120), _own("b", "08:00", "12:00", 60)
    assert count_visits([full, broken], TallyRules()) == {"a": (120, 1), "b": (60, 1)}
    duty = _own("b", "08:00", "18:00", 30, "DISPATCHED")
    assert count_visits([full, duty], TallyRules()) == {"a": (120, 1), "b": (30, 1)}


def test_a_day_of_many_overlapping_records_is_counted_in_no_time() -> None:
    dice = random.Random(3)
    spans = [(start, start + dice.randint(10, 300), dice.randint(5, 10)) for start in dice.choices(range(600), k=300)]
    visits = [
        _own(str(at), f"{a // 60:02d}:{a % 60:02d}", f"{b // 60:02d}:{b % 60:02d}", m)
        for at, (a, b, m) in enumerate(spans)
    ]
    counted = count_visits(visits, TallyRules())
    assert sum(minutes for minutes, _ in counted.values()) == capacity(spans) <= 900


def test_every_place_that_states_the_counting_says_it_in_the_same_clause() -> None:
    from core.archive import model as archive
    from core.base.paths import asset
    from core.overview import answers, figures
    from core.reporting import results, unit_figures
    from reports import collect_person

    stated = (archive.SCOPE, figures.SCOPE, unit_figures.SCOPE, collect_person.SCOPE, answers._RULE)
    assert all(RULE in text for text in (*stated, results.scope(memory_ledger())))
    assert RULE in asset("help", "30_登记服务.md").read_text(encoding="utf-8")
