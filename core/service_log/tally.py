"""What each visit counts: derived after every write, undo and merge for the people touched, proved by `check`.

Rules (方案 三(三) 三(六) 五(三)3): the own-time minutes of a person are the union of the own-time intervals less the
dispatched ones; a record that adds no minute adds no 次; hours-only records count as they stand; a night's service
counts on the day it began. Confirmed records count among confirmed ones only. What a waiting record counts is what it
would add if everything that waits were confirmed, so the two sums shown side by side never hold one minute twice.
"""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from itertools import groupby
from typing import Any, NamedTuple

from core.service_log.person_tally import keep_sums, sums_of, sums_there
from core.store import Reads, Tx

DAY = 1440
SETTINGS = frozenset({"own_time_in_linked_counts", "same_day_visits_count_each", "linked_community", "linked_district"})
_CHUNK = 2000  # people recomputed at a time
_COLUMNS = (
    "visit_uid, cadre_uid, year, unit_uid, grid_uid, track, state, minutes, times, "
    "month, branch_uid, home_grid_uid, category, firsts"
)
_MARKS = ", ".join("?" * 14)
GRID_BIT, CATEGORY_BIT, MONTH_BIT, TRACK_BIT = range(4)
"""Bits of `firsts`: the record stands for its person in its grid, category, month, track of the year.

So people are counted as a sum over one index. It is the person's confirmed record there with the least uid.
"""


@dataclass(frozen=True, slots=True)
class TallyRules:
    """The settings that bear on counting."""

    own_time_in_linked: bool = True  # 三(三): own time in the linked community counts for people who live elsewhere
    same_day_each: bool = True  # several records on one day each are a 次
    linked_community: str = ""
    linked_district: str = ""


class Served(NamedTuple):
    """What counting needs to know of one visit; `counts` False: own time that a setting leaves out."""

    uid: str
    served_on: str
    start_at: str
    end_at: str
    minutes: int
    track: str
    state: str
    counts: bool = True


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


def count_visits(visits: Iterable[Served], rules: TallyRules) -> dict[str, tuple[int, int]]:
    """(minutes, 次) that each visit of ONE person counts; other states than CONFIRMED and WAITING are left out."""
    ordered = sorted(visits, key=lambda one: (one.served_on, one.start_at or "99", one.uid))
    spans = {one.uid: interval(one.served_on, one.start_at, one.end_at) for one in ordered}
    sets = {
        (track, state): [one for one in ordered if one.track == track and one.state == state and one.counts]
        for track in ("OWN", "DISPATCHED")
        for state in ("CONFIRMED", "WAITING")
    }
    duty, own = sets["DISPATCHED", "CONFIRMED"], sets["OWN", "CONFIRMED"]
    duty_waiting, own_waiting = sets["DISPATCHED", "WAITING"], sets["OWN", "WAITING"]
    counted: dict[str, tuple[int, int]] = {}
    days: dict[str, set[str]] = {"OWN": set(), "DISPATCHED": set()}
    for group, blocked_by in (
        (duty, []),
        (duty_waiting, duty),
        (own, duty),
        (own_waiting, [*duty, *duty_waiting, *own]),
    ):
        if group:
            blocked = _merged(spans[one.uid] for one in blocked_by)
            _add(group, spans, blocked, None if rules.same_day_each else days[group[0].track], counted)
    for one in ordered:
        if one.state in ("CONFIRMED", "WAITING"):
            counted.setdefault(one.uid, (0, 0))
    return counted


def _add(
    group: Sequence[Served],
    spans: Mapping[str, tuple[int, int] | None],
    blocked: tuple[list[int], list[int]],
    days: set[str] | None,
    counted: dict[str, tuple[int, int]],
) -> None:
    """Count `group` (sorted by start) beyond `blocked`; `days` (if given) holds the days that already gave a 次."""
    reach = 0
    for one in group:
        span = spans[one.uid]
        minutes = one.minutes
        if span is not None:
            start, end = max(span[0], reach), span[1]
            reach = max(reach, end)
            # raw minutes are actual service: they can be fewer than the clock says (a break), never more count
            minutes = min(one.minutes, _free(start, end, blocked)) if start < end else 0
        times = int(minutes > 0 and (days is None or one.served_on not in days))
        if days is not None and times:
            days.add(one.served_on)
        counted[one.uid] = (minutes, times)


def _merged(spans: Iterable[tuple[int, int] | None]) -> tuple[list[int], list[int]]:
    """Disjoint intervals in order, as starts and ends."""
    starts: list[int] = []
    ends: list[int] = []
    for start, end in sorted(one for one in spans if one is not None):
        if ends and start <= ends[-1]:
            ends[-1] = max(ends[-1], end)
        else:
            starts.append(start)
            ends.append(end)
    return starts, ends


def _free(start: int, end: int, blocked: tuple[list[int], list[int]]) -> int:
    """Minutes of [start, end) outside the blocked intervals."""
    starts, ends = blocked
    free = end - start
    for place in range(max(bisect_left(starts, start) - 1, 0), len(starts)):
        if starts[place] >= end:
            break
        free -= max(0, min(end, ends[place]) - max(start, starts[place]))
    return free


# -- the derived table -----------------------------------------------------------------------------------------


def read_rules(reads: Reads) -> TallyRules:
    """The counting settings in force."""
    found = dict(
        reads.tuples("SELECT uid, value FROM setting WHERE uid IN (SELECT value FROM json_each(?))", (_json(SETTINGS),))
    )
    return TallyRules(
        own_time_in_linked=found.get("own_time_in_linked_counts", "1") != "0",
        same_day_each=found.get("same_day_visits_count_each", "1") != "0",
        linked_community=found.get("linked_community", ""),
        linked_district=found.get("linked_district", ""),
    )


def derive_tally(tx: Tx, touched: Mapping[str, frozenset[str]]) -> None:
    """Bring visit_tally up to date for everybody whose visits (or a setting that bears on them) changed."""
    everybody = bool(touched.get("setting", frozenset()) & SETTINGS)
    if not everybody and not (touched.keys() & {"visit", "cadre"}):
        return
    rules = read_rules(tx)
    if everybody:
        people = [row[0] for row in tx.tuples("SELECT cadre_uid FROM visit UNION SELECT cadre_uid FROM visit_tally")]
    else:
        people = _people_touched(tx, touched, rules)
    for chunk in _chunks(people):
        _bring_up_to_date(tx, chunk, rules)


def _people_touched(tx: Tx, touched: Mapping[str, frozenset[str]], rules: TallyRules) -> list[str]:
    people: set[str] = set()
    if visits := touched.get("visit"):
        listed = _json(visits)
        found = tx.tuples(
            "SELECT v.cadre_uid FROM json_each(?) j CROSS JOIN visit v ON v.uid = j.value "
            "UNION SELECT t.cadre_uid FROM json_each(?) j CROSS JOIN visit_tally t ON t.visit_uid = j.value",
            (listed, listed),
        )
        people.update(row[0] for row in found)
    if not rules.own_time_in_linked:
        people.update(touched.get("cadre", ()))  # a new home may move what counts
    return sorted(people)


def _bring_up_to_date(tx: Tx, people: Sequence[str], rules: TallyRules) -> None:
    right, there = _right_rows(tx, people, rules), _rows_there(tx, people)
    gone = [(uid,) for uid in there if uid not in right]
    changed = [row for uid, row in right.items() if there.get(uid) != row]
    if gone:
        tx.derived("DELETE FROM visit_tally WHERE visit_uid = ?", gone)
    if changed:
        tx.derived(f"INSERT OR REPLACE INTO visit_tally ({_COLUMNS}) VALUES ({_MARKS})", changed)
    was = [row for uid, row in there.items() if right.get(uid) != row]
    if was or changed:
        keep_sums(tx, {(row[1], row[2]) for row in (*was, *changed)}, right.values())


TallyRow = tuple[object, ...]  # in the order of _COLUMNS


def _rows_there(reads: Reads, people: Sequence[str]) -> dict[str, tuple[object, ...]]:
    sql = f"SELECT {_COLUMNS} FROM json_each(?) j CROSS JOIN visit_tally t ON t.cadre_uid = j.value"
    return {row[0]: row for row in reads.tuples(sql, (_json(people),))}


def _right_rows(reads: Reads, people: Sequence[str], rules: TallyRules) -> dict[str, TallyRow]:
    sql = (
        "SELECT v.uid, v.cadre_uid, v.served_on, v.start_at, v.end_at, v.minutes, v.track, v.state, v.unit_uid, v.grid_uid, "
        "v.community, c.community, c.district, v.branch_uid, v.home_grid_uid, v.category "
        "FROM json_each(?) j CROSS JOIN visit v ON v.cadre_uid = j.value "
        "JOIN cadre c ON c.uid = v.cadre_uid WHERE v.state IN ('CONFIRMED', 'WAITING')"
    )
    rows: dict[str, TallyRow] = {}
    found = sorted(reads.tuples(sql, (_json(people),)), key=lambda row: row[1])
    for cadre_uid, group in groupby(found, key=lambda row: row[1]):
        mine = list(group)
        served = [
            Served(row[0], row[2], row[3], row[4], row[5], row[6], row[7], _counts(rules, row[6], *row[10:13]))
            for row in mine
        ]
        counted = count_visits(served, rules)
        firsts = _firsts(mine)
        for row in mine:
            year, month = int(row[2][:4]), int(row[2][5:7])
            earned = (year, row[8], row[9], row[6], row[7], *counted[row[0]])
            rows[row[0]] = (row[0], cadre_uid, *earned, month, *row[13:16], firsts.get(row[0], 0))
    return rows


def _firsts(mine: Sequence[tuple[Any, ...]]) -> dict[str, int]:
    """`firsts` of one person's confirmed records; 0 for all others."""
    seen: set[tuple[object, ...]] = set()
    found: dict[str, int] = {}
    for row in sorted((one for one in mine if one[7] == "CONFIRMED"), key=lambda one: str(one[0])):
        year, month = row[2][:4], row[2][5:7]
        places = (row[9], row[15], month, row[6])
        bits = 0
        for bit, place in enumerate(places):
            if (year, bit, place) not in seen:
                seen.add((year, bit, place))
                bits |= 1 << bit
        found[row[0]] = bits
    return found


def _counts(rules: TallyRules, track: str, community: str, home: str, home_district: str) -> bool:
    """三(三): whether a visit counts at all. A home not known leaves nobody without his hours."""
    if rules.own_time_in_linked or track != "OWN" or not home or community != rules.linked_community:
        return True
    same_district = not home_district or not rules.linked_district or home_district == rules.linked_district
    return home == rules.linked_community and same_district


def prove_tally(reads: Reads) -> list[str]:
    """Recompute everything and compare: a sentence for each person whose stored counts differ (none = proved)."""
    rules = read_rules(reads)
    people = [row[0] for row in reads.tuples("SELECT cadre_uid FROM visit UNION SELECT cadre_uid FROM visit_tally")]
    wrong: set[str] = set()
    kept = sums_there(reads)
    for chunk in _chunks(people):
        right, there = _right_rows(reads, chunk, rules), _rows_there(reads, chunk)
        owners = {str(row[1]) for row in right.values() if there.get(str(row[0])) != row}
        wrong |= owners | {str(row[1]) for uid, row in there.items() if uid not in right}
        wrong |= {key[1] for key, sums in sums_of(right.values()).items() if kept.pop(key, None) != sums}
    wrong |= {key[1] for key in kept}
    names = {
        row[0]: f"{row[1]}（工号{row[2] or '未填'}）"
        for row in reads.tuples(
            "SELECT uid, name, staff_no FROM cadre WHERE uid IN (SELECT value FROM json_each(?))", (_json(wrong),)
        )
    }
    return [f"{names.get(uid, uid)}的计入时长与服务记录不符，请运行“重新计算”。" for uid in sorted(wrong)]


def rebuild_tally(tx: Tx) -> None:
    """Recompute everybody (after `prove_tally` found something)."""
    for table in ("visit_tally", "person_tally"):
        tx.derived(f"DELETE FROM {table}", [()])
    derive_tally(tx, {"setting": SETTINGS})


def _chunks(people: Sequence[str]) -> Iterator[Sequence[str]]:
    for start in range(0, len(people), _CHUNK):
        yield people[start : start + _CHUNK]


def _json(uids: Iterable[str]) -> str:
    return json.dumps(sorted(uids))
