"""What each record of a person counts: no minute of the clock is used twice, and no order of typing matters.

The minutes of some records are the most that fit: each at most its actual minutes, within its span, no minute of the
clock used twice (`capacity`: never less when a record is added). Dispatched confirmed records come first; own confirmed
ones count what they add to them, dispatched waiting ones what they add to dispatched confirmed, own waiting ones what
they add to all: what is confirmed never depends on what waits. 方案 三(三) 三(六) 五(三)3
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from heapq import heappop, heappush
from itertools import pairwise
from typing import NamedTuple

DAY = 1440
RULE = "同一人同一分钟只计一次，先计组织派遣、再计业余，每条不超过实际时长，没有新增时长的不计次"
"""The counting in one clause (no stop at its end): every paper, screen and table that tells its 口径 says it from here."""
RULE_VERSION = 2
"""Raised when the same records count otherwise: a ledger counted by an older rule is counted anew when it is opened."""

_GROUP = {
    ("DISPATCHED", "CONFIRMED"): 0,
    ("OWN", "CONFIRMED"): 1,
    ("DISPATCHED", "WAITING"): 2,
    ("OWN", "WAITING"): 3,
}
_BEFORE = ((), (0,), (0,), (0, 1, 2))  # of each group: what it adds to
Span = tuple[int, int, int]
"""[start, end) in minutes of an absolute clock, and the actual minutes of service."""


@dataclass(frozen=True, slots=True)
class TallyRules:
    """The settings that bear on counting."""

    own_time_in_linked: bool = True  # 三(三): own time in the linked community counts for people who live elsewhere
    same_day_each: bool = True  # several records on one day each are a 次
    linked_community: str = ""
    linked_district: str = ""


class Served(NamedTuple):
    """What counting needs to know of one visit; `counts` False: own time that a setting leaves out.

    `other` is what else the record says: of two with one span it decides who comes first, so that the uid does not.
    """

    uid: str
    served_on: str
    start_at: str
    end_at: str
    minutes: int
    track: str
    state: str
    counts: bool = True
    other: tuple[object, ...] = ()


class _Timed(NamedTuple):
    start: int
    end: int
    minutes: int
    visit: Served


@lru_cache(maxsize=4096)
def _day_start(iso: str) -> int:
    return date.fromisoformat(iso).toordinal() * DAY


@lru_cache(maxsize=2048)
def clock_minutes(text: str) -> int:
    """'14:30' as minutes after midnight."""
    return int(text[:2]) * 60 + int(text[3:5])


def interval(served_on: str, start_at: str, end_at: str) -> tuple[int, int] | None:
    """Absolute minutes [from, to) of a visit, None for an hours-only record; an end not after the start is the next day."""
    if not start_at or not end_at:
        return None
    start, end = clock_minutes(start_at), clock_minutes(end_at)
    base = _day_start(served_on)
    return base + start, base + end + (DAY if end <= start else 0)


def capacity(spans: Sequence[Span]) -> int:
    """The most minutes these records hold: sweep the clock, each stretch goes to the open record that ends first.

    (Maximum matching of minutes of service to minutes of the clock; Glover: greedy is optimal since spans are intervals.)
    """
    points = sorted({point for start, end, _ in spans for point in (start, end)})
    waiting = sorted(spans)
    open_now: list[tuple[int, int]] = []  # end, minutes left
    used = at = 0
    for here, there in pairwise(points):
        while at < len(waiting) and waiting[at][0] <= here:
            heappush(open_now, waiting[at][1:])
            at += 1
        room = there - here
        while room and open_now:
            end, left = heappop(open_now)
            if end <= here:
                continue
            given = min(room, left)
            used, room = used + given, room - given
            if left > given:
                heappush(open_now, (end, left - given))
    return used


def count_visits(visits: Iterable[Served], rules: TallyRules) -> dict[str, tuple[int, int]]:
    """(minutes, 次) that each visit of ONE person counts; other states than CONFIRMED and WAITING are left out."""
    listed = [visit for visit in visits if (visit.track, visit.state) in _GROUP]
    minutes = {visit.uid: 0 for visit in listed}
    timed: list[_Timed] = []
    for visit in listed:
        if not visit.counts:
            continue
        span = interval(visit.served_on, visit.start_at, visit.end_at)
        if span is None:
            minutes[visit.uid] = visit.minutes
        else:
            timed.append(_Timed(*span, visit.minutes, visit))
    for cluster in _clusters(timed):
        if len(cluster) == 1:  # nearly always
            start, end, actual, visit = cluster[0]
            minutes[visit.uid] = min(actual, end - start)
        else:
            minutes |= _shares(cluster)
    if rules.same_day_each:
        return {uid: (count, int(count > 0)) for uid, count in minutes.items()}
    return _one_a_day(listed, minutes)


def _clusters(timed: list[_Timed]) -> Iterator[list[_Timed]]:
    """Records that hang together by overlapping; only among those can one take a minute from another."""
    timed.sort(key=lambda one: one.start)
    cluster: list[_Timed] = []
    reach = 0
    for one in timed:
        if cluster and one.start >= reach:
            yield cluster
            cluster = []
        cluster.append(one)
        reach = max(reach, one.end)
    if cluster:
        yield cluster


def _shares(cluster: list[_Timed]) -> dict[str, int]:
    """What each record of a cluster adds to what comes before its group, by start, longer first."""
    cluster.sort(key=lambda one: (one.start, -one.end, -one.minutes, repr(one.visit.other), one.visit.uid))
    groups: list[list[_Timed]] = [[], [], [], []]
    for one in cluster:
        groups[_GROUP[one.visit.track, one.visit.state]].append(one)
    shares: dict[str, int] = {}
    for group, before in zip(groups, _BEFORE, strict=True):
        placed: list[Span] = [one[:3] for earlier in before for one in groups[earlier]] if group else []
        so_far = capacity(placed)
        for one in group:
            placed.append(one[:3])
            now = capacity(placed)
            shares[one.visit.uid], so_far = now - so_far, now
    return shares


def _one_a_day(listed: list[Served], minutes: dict[str, int]) -> dict[str, tuple[int, int]]:
    """One 次 a day and track: the first confirmed record of the day that counts, else the first that waits."""
    listed.sort(key=lambda one: (one.state, one.served_on, one.start_at or "99", repr(one.other), one.uid))
    days: set[tuple[str, str]] = set()
    counted: dict[str, tuple[int, int]] = {}
    for visit in listed:
        day = visit.track, visit.served_on
        times = int(minutes[visit.uid] > 0 and day not in days)
        if times:
            days.add(day)
        counted[visit.uid] = (minutes[visit.uid], times)
    return counted
