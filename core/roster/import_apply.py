"""Writing a planned roster import: all of it in the open transaction, in bulk."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from core.base.clock import stamp
from core.base.fields import Kind
from core.base.ids import new_uids
from core.org.ops import remember_alias
from core.roster.import_places import RosterPlan
from core.roster.importing import COLUMNS, DATED
from core.roster.membership import change_person, first_row, reopen_membership
from core.roster.model import CADRE
from core.roster.ops import sort_keys
from core.sheet.importing import Outcome, RowPlan
from core.store import Tx

_BLANK: dict[str, Any] = {key: 0 if CADRE.field(key).kind is Kind.BOOL else "" for key in COLUMNS}
_ENCODER = json.JSONEncoder(ensure_ascii=False)  # one for all rows: json.dumps would build one for each
_PLACE = ("unit_uid", "branch_uid")
_NO_COLUMN = frozenset({"from_on", "back_on", *(key for keys, on in DATED for key in (*keys, on))})


def apply_roster(tx: Tx, plan: RosterPlan) -> None:
    """Put the rows of a plan into the open transaction: units, branches, people, memberships, what the sheet said."""
    rows = [one for one in plan.rows if one.outcome in (Outcome.NEW, Outcome.UPDATED, Outcome.UNCHANGED)]
    _make_places(tx, plan, rows)
    _insert(tx, [one for one in rows if one.outcome is Outcome.NEW])
    _update(tx, [one for one in rows if one.outcome is Outcome.UPDATED])
    _remember_seen(tx, rows)


def _make_places(tx: Tx, plan: RosterPlan, rows: Iterable[RowPlan]) -> None:
    """The planned units and branches that somebody written belongs to, and the spellings of them."""
    used = {one.write.get(key) for one in rows for key in _PLACE}
    last = tx.value("SELECT coalesce(max(position), 0) FROM unit")
    made = [(uid, name) for uid, name in plan.new_units.items() if uid in used]
    units = [
        {"uid": uid, "name": name, "position": last + number, "default_status": _status(name)}
        for number, (uid, name) in enumerate(made, start=1)
    ]
    tx.insert_many("unit", units)
    positions: dict[str, int] = dict(tx.tuples("SELECT unit_uid, max(position) FROM branch GROUP BY unit_uid"))
    branches = []
    for uid, (unit_uid, name) in plan.new_branches.items():
        if uid in used:
            positions[unit_uid] = positions.get(unit_uid, 0) + 1
            branches.append({"uid": uid, "unit_uid": unit_uid, "name": name, "position": positions[unit_uid]})
    tx.insert_many("branch", branches)
    for kind, alias, target, scope in plan.aliases:
        planned = target in plan.new_units or target in plan.new_branches
        if not planned or target in used:
            remember_alias(tx, kind, alias, target, scope)


def _status(name: str) -> str:
    return "RETIRED" if "离退休" in name else "ACTIVE"  # 三(一)


def _insert(tx: Tx, rows: list[RowPlan]) -> None:
    for one, uid in zip(rows, new_uids(len(rows)), strict=True):
        one.uid = uid
    filled = set().union(*(one.write for one in rows))
    blank = {key: value for key, value in _BLANK.items() if key in filled}
    cadres = [{"uid": one.uid, **blank, **one.write, **sort_keys(one.write["name"])} for one in rows]
    days = [one.pop("from_on") for one in cadres]
    tx.insert_many("cadre", cadres)
    members = [first_row(one["uid"], {"party_status": "", **one}, day) for one, day in zip(cadres, days, strict=True)]
    tx.insert_many("membership", members)


def _update(tx: Tx, rows: list[RowPlan]) -> None:
    """Rows that change the same fields go together."""
    groups: dict[tuple[str, ...], list[tuple[str, dict[str, Any]]]] = defaultdict(list)
    for one in rows:
        changes = {key: value for key, value in one.write.items() if key not in _NO_COLUMN}
        if "name" in changes:
            changes |= sort_keys(changes["name"])
        if changes:
            groups[tuple(sorted(changes))].append((one.uid, changes))
    for pairs in groups.values():
        tx.update_many("cadre", pairs)
    for one in rows:
        if "archived_on" in one.write:
            reopen_membership(tx, one.uid, one.write["back_on"])
        dated = [
            ({key: one.write[key] for key in keys if key in one.write}, one.write.get(on, "")) for keys, on in DATED
        ]
        for changes, from_on in sorted(dated, key=lambda each: str(each[1])):
            if changes:
                change_person(tx, one.uid, changes, from_on=from_on)


def _remember_seen(tx: Tx, rows: list[RowPlan]) -> None:
    """What the sheet said of each person: a value corrected here later is then known as a correction."""
    keys = json.dumps([f"cadre:{one.uid}" for one in rows])
    sql = "SELECT uid, sheet_values FROM import_seen WHERE uid IN (SELECT value FROM json_each(?))"
    before: dict[str, str] = dict(tx.tuples(sql, (keys,)))
    now = stamp()
    names = {file: Path(file).name for file in {one.sheet.raw.file for one in rows}}
    fresh, changed = [], []
    for one in rows:
        uid = f"cadre:{one.uid}"
        old = json.loads(before[uid]) if uid in before else {}
        said = {**old, **one.seen} if old else one.seen
        if said != old or not old:
            text = _ENCODER.encode(said)
            row = {"sheet_values": text, "file": names[one.sheet.raw.file], "seen_at": now}
            if uid in before:
                changed.append((uid, row))
            else:
                fresh.append({"uid": uid, **row})
    tx.insert_many("import_seen", fresh)
    tx.update_many("import_seen", changed)
