"""What rows were like after an earlier step: the present rolled back through the history, newest step first."""

from __future__ import annotations

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache

from core.store import history, tables
from core.store.reads import Reads, Row

RowKey = tuple[str, str]
"""(table, uid)."""


@dataclass(frozen=True, slots=True)
class Touch:
    """Who last wrote to a row, when, on which machine."""

    operator: str
    at: str
    device: str


@dataclass(slots=True)
class Past:
    """Rows touched after a step: as they were right after it, as they are, and who touched them last."""

    seq: int
    now: dict[RowKey, Row | None] = field(default_factory=dict)
    then: dict[RowKey, Row | None] = field(default_factory=dict)
    last: dict[RowKey, Touch] = field(default_factory=dict)


def rows_since(reads: Reads, seq: int, *, skip: Collection[int] = ()) -> Past:
    """Every travelling row touched by a step after `seq`. Steps in `skip` are passed over: what they wrote counts as present."""
    past = Past(seq)
    sql = "SELECT seq, at, operator, device, changes, shape FROM history WHERE seq > ? ORDER BY seq DESC"
    steps = [row for row in reads.rows(sql, (seq,)) if row["seq"] not in skip]
    changes: list[tuple[Touch, history.RowChange]] = []
    for row in steps:
        touch = Touch(row["operator"], row["at"], row["device"])
        for one in history.row_changes(history.unpack(row["changes"]), json.loads(row["shape"])):
            if tables.table(one.table).travels:
                changes.append((touch, one))
                past.last.setdefault((one.table, one.uid), touch)
    past.now = rows_now(reads, past.last)
    past.then = {key: None if row is None else dict(row) for key, row in past.now.items()}
    for _touch, one in changes:
        _take_back(reads, past.then, one)
    return past


def _take_back(reads: Reads, then: dict[RowKey, Row | None], change: history.RowChange) -> None:
    key = (change.table, change.uid)
    if change.op == "insert":
        then[key] = None
    elif change.op == "delete":
        then[key] = {**defaults(reads, change.table), **change.before}
    else:
        then[key] = {**(then[key] or defaults(reads, change.table)), **change.before}


def changes_of(reads: Reads, touched: Iterable[tuple[int, str, str]]) -> dict[tuple[int, str, str], history.RowChange]:
    """What steps did to rows, by (step, table, uid)."""
    wanted: dict[int, set[RowKey]] = {}
    for seq, name, uid in touched:
        wanted.setdefault(seq, set()).add((name, uid))
    found: dict[tuple[int, str, str], history.RowChange] = {}
    for seq, keys in wanted.items():
        row = reads.one("SELECT changes, shape FROM history WHERE seq = ?", (seq,))
        if row is not None:
            listed = history.row_changes(history.unpack(row["changes"]), json.loads(row["shape"]), keys)
            found |= {(seq, one.table, one.uid): one for one in listed}
    return found


def rows_after(reads: Reads, seq: int, keys: Collection[RowKey]) -> dict[RowKey, Row | None]:
    """Rows as they were right after a step, of those that a later step touched."""
    wanted: dict[str, list[str]] = {}
    for name, uid in keys:
        wanted.setdefault(name, []).append(uid)
    sql = "SELECT r.seq, r.row_uid FROM json_each(?) j CROSS JOIN history_row r ON r.tbl = ? AND r.row_uid = j.value WHERE r.seq > ?"
    touched = [
        (later, name, uid)
        for name, uids in wanted.items()
        for later, uid in reads.tuples(sql, (json.dumps(uids), name, seq))
    ]
    then = rows_now(reads, {(name, uid) for _seq, name, uid in touched})
    for _key, change in sorted(changes_of(reads, touched).items(), key=lambda one: -one[0][0]):
        _take_back(reads, then, change)
    return then


def rows_now(reads: Reads, keys: Collection[RowKey]) -> dict[RowKey, Row | None]:
    """The present rows of many keys; None where there is none."""
    wanted: dict[str, list[str]] = {}
    for table, uid in keys:
        wanted.setdefault(table, []).append(uid)
    found: dict[RowKey, Row | None] = dict.fromkeys(keys)
    for table, uids in wanted.items():
        sql = f"SELECT t.* FROM json_each(?) j CROSS JOIN {tables.table(table).name} t ON t.uid = j.value"
        for row in reads.rows(sql, (json.dumps(uids),)):
            found[table, row["uid"]] = row
    return found


def as_deleted(reads: Reads, table: str, uid: str) -> Row | None:
    """A row as it was when it was last deleted here; None if no step deleted it."""
    sql = (
        "SELECT h.changes, h.shape FROM history_row r JOIN history h ON h.seq = r.seq "
        "WHERE r.tbl = ? AND r.row_uid = ? ORDER BY r.seq DESC"
    )
    for row in reads.rows(sql, (table, uid)):
        for one in history.row_changes(history.unpack(row["changes"]), json.loads(row["shape"])):
            if (one.table, one.uid, one.op) == (table, uid, "delete"):
                return one.before
    return None


def columns_of(reads: Reads, table: str) -> list[str]:
    """The columns of a table in order."""
    return [row[0] for row in reads.tuples("SELECT name FROM pragma_table_info(?) ORDER BY cid", (table,))]


def defaults(reads: Reads, table: str) -> Row:
    """What a column holds that a row of an older program did not have."""
    return _shape(reads).defaults[table]


@cache
def _literal(text: str | None) -> object:
    if text is None:
        return None
    return text[1:-1].replace("''", "'") if text.startswith("'") else int(text)


def references(reads: Reads) -> dict[str, dict[str, str]]:
    """By table: the columns that point to a row of another table, and which one."""
    return _shape(reads).references


def key_columns(reads: Reads, table: str) -> tuple[str, ...]:
    """The columns of a table that hold keys: its own, and those of other rows."""
    return ("uid", *references(reads)[table], *tables.table(table).loose)


def unique_sets(reads: Reads) -> dict[str, list[tuple[str, ...]]]:
    """By table: the sets of columns that no two rows may share (keys apart)."""
    return _shape(reads).unique_sets


def filled_in(reads: Reads, name: str) -> frozenset[str]:
    """Columns of `name` whose NULL is a value like any other in a unique set: the index has coalesce(column, '')."""
    return _shape(reads).filled_in[name]


@dataclass(frozen=True, slots=True)
class _Shape:
    references: dict[str, dict[str, str]]
    unique_sets: dict[str, list[tuple[str, ...]]]
    filled_in: dict[str, frozenset[str]]
    defaults: dict[str, Row]


_SHAPES: dict[int, _Shape] = {}  # by schema version: the same for every ledger of one


def _shape(reads: Reads) -> _Shape:
    version = int(reads.value("PRAGMA user_version"))
    if version not in _SHAPES:
        names = [one.name for one in tables.RECORDED]
        points = 'SELECT "from", "table" FROM pragma_foreign_key_list(?)'
        unique = "SELECT name FROM pragma_index_list(?) WHERE \"unique\" AND origin <> 'pk'"
        indexes = {name: [row[0] for row in reads.tuples(unique, (name,))] for name in names}
        _SHAPES[version] = _Shape(
            {name: dict(reads.tuples(points, (name,))) for name in names},
            {name: [_index_columns(reads, one) for one in indexes[name]] for name in names},
            {name: frozenset(key for one in indexes[name] for key in _coalesced(reads, one)) for name in names},
            {
                name: {
                    column: _literal(text)
                    for column, text in reads.tuples("SELECT name, dflt_value FROM pragma_table_info(?)", (name,))
                }
                for name in names
            },
        )
    return _SHAPES[version]


def _index_columns(reads: Reads, index: str) -> tuple[str, ...]:
    """The columns of an index; an expression has no name in the schema, it stands for the column it fills in."""
    names = [row[0] for row in reads.tuples("SELECT name FROM pragma_index_info(?) ORDER BY seqno", (index,))]
    filled = iter(_coalesced(reads, index))
    return tuple(next(filled) if name is None else str(name) for name in names)


def _coalesced(reads: Reads, index: str) -> list[str]:
    sql = reads.value("SELECT sql FROM sqlite_schema WHERE type = 'index' AND name = ?", (index,))
    return re.findall(r"coalesce\((\w+), ''\)", sql or "")


def same(one: Mapping[str, object] | None, other: Mapping[str, object] | None) -> bool:
    """Whether two images of a row say the same where both say something."""
    if one is None or other is None:
        return one is other
    return all(one[key] == other[key] for key in one.keys() & other.keys())
