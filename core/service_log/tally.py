"""The table of what each visit counts: derived after every write, undo and merge for the people touched, proved by `check`.

The counting itself is `counting.py`. Hours-only records count as they stand; a night's service counts on the day it began.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby
from typing import Any

from core.exchange.queries import identity
from core.org.settings import set_settings
from core.service_log.counting import RULE_VERSION, Served, TallyRules, count_visits
from core.service_log.person_tally import keep_sums, sums_of, sums_there
from core.store import Reads, Store, Tx
from core.store.tables import DERIVED_RULE

SETTINGS = frozenset({"own_time_in_linked_counts", "same_day_visits_count_each", "linked_community", "linked_district"})
BEARING = SETTINGS | {"tally_rule"}
"""Settings whose steps stand behind figures that changed; `tally_rule` is only written when an old ledger is counted anew."""
_KEEP_RULE = "INSERT INTO local (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
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
    people = _everybody(tx) if everybody else _people_touched(tx, touched, rules)
    for chunk in _chunks(people):
        _bring_up_to_date(tx, chunk, rules)
    if everybody:
        tx.derived(_KEEP_RULE, [(DERIVED_RULE, json.dumps(RULE_VERSION))])


def recount_if_outdated(store: Store) -> bool:
    """Count a ledger anew, once, that an older program counted by another rule; whether it was done.

    What is closed keeps its frozen figures; the step stands in the history, so that 结账后更正 names it.
    """
    if store.read_only or not is_outdated(store):
        return False
    with store.transact("计时规则改变，全部重新计算", lasting=True) as tx:
        if is_outdated(tx):  # another process may have been first
            derive_tally(tx, {"setting": SETTINGS})
            if not identity(tx).is_copy:  # only the office closes years and explains them
                set_settings(tx, {"tally_rule": str(RULE_VERSION)})
    return True


def is_outdated(reads: Reads) -> bool:
    """Whether the stored counts come from an older rule of counting."""
    text = reads.value("SELECT value FROM local WHERE key = ?", (DERIVED_RULE,))
    return text is None or int(json.loads(text)) < RULE_VERSION


def _everybody(reads: Reads) -> list[str]:
    return [row[0] for row in reads.tuples("SELECT cadre_uid FROM visit UNION SELECT cadre_uid FROM visit_tally")]


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
        "v.community, c.community, c.district, v.branch_uid, v.home_grid_uid, v.category, v.place, v.content "
        "FROM json_each(?) j CROSS JOIN visit v ON v.cadre_uid = j.value "
        "JOIN cadre c ON c.uid = v.cadre_uid WHERE v.state IN ('CONFIRMED', 'WAITING')"
    )
    rows: dict[str, TallyRow] = {}
    found = sorted(reads.tuples(sql, (_json(people),)), key=lambda row: row[1])
    for cadre_uid, group in groupby(found, key=lambda row: row[1]):
        mine = list(group)
        served = [
            Served(row[0], row[2], row[3], row[4], row[5], row[6], row[7], _counts(rules, row[6], *row[10:13]), row[8:])
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
    if is_outdated(reads):
        return ["计入时长还是按旧的计时规则算的，用本程序正常打开一次台账就会重新计算。"]
    rules, people = read_rules(reads), _everybody(reads)
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
