"""Undo, redo and the audit trail, all from one changeset per command.

Undo applies the inverse changeset as a new step. Where a row has been changed since, a whole undo is refused in
words; a partial undo (imports, also weeks later) takes back what is untouched, field group by field group, and lists the rest.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

import apsw

from core.base.errors import Refused
from core.store import tables
from core.store.reads import Reader, Row


@dataclass(frozen=True, slots=True)
class RowChange:
    """One row before and after a step; only the columns that changed (and uid) for an update."""

    table: str
    uid: str
    op: str  # insert, update, delete
    before: Row
    after: Row


@dataclass(frozen=True, slots=True)
class Step:
    """One entry of the history."""

    seq: int
    at: str
    operator: str
    device: str
    label: str
    tables: tuple[str, ...]
    count: int
    undoes: int | None
    undone: bool
    lasting: bool  # the founding of a ledger: never taken back


@dataclass(frozen=True, slots=True)
class KeptRow:
    """A row a partial undo left as it is, and why."""

    table: str
    uid: str
    reason: str


@dataclass(frozen=True, slots=True)
class UndoResult:
    """What an undo or redo did."""

    label: str
    step: int
    tables: frozenset[str]
    kept: tuple[KeptRow, ...] = ()


def shape_of(read: Reader, names: Iterable[str]) -> dict[str, list[str]]:
    """Column names of each table, in order: what a changeset maps by."""
    return {
        name: [row[0] for row in read.tuples("SELECT name FROM pragma_table_info(?) ORDER BY cid", (name,))]
        for name in sorted(names)
    }


def check_shape(read: Reader, shape: dict[str, list[str]]) -> None:
    """Refused if a table has since lost or moved a column (apply would skip it silently); appended ones are fine."""
    now = shape_of(read, shape)
    for name, columns in shape.items():
        if now[name][: len(columns)] != columns:
            label = tables.table(name).label
            raise Refused(f"“{label}”的表结构在这一步之后改过，不能自动撤销。", "请在相应页面手工改回。")


def row_changes(
    changes: bytes, columns: dict[str, list[str]], only: Collection[tuple[str, str]] | None = None
) -> Iterator[RowChange]:
    """The rows of a changeset, by column name; `only` these (table, uid), which is much faster among thousands."""
    for change in apsw.Changeset.iter(changes):
        if only is not None and (change.name, (change.old or change.new or ("",))[0]) not in only:
            continue
        names = columns[change.name]
        before, after = _named(names, change.old), _named(names, change.new)
        uid = str((before or after)["uid"])
        yield RowChange(change.name, uid, change.op.lower(), before, after)


def touched(changes: bytes) -> dict[str, list[str]]:
    """The uids of the rows in a changeset by table; uid is the first column of every recorded table."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in apsw.Changeset.iter(changes):
        found[one.name].append(str((one.old or one.new or ("",))[0]))
    return found


def _named(names: list[str], values: Any) -> Row:
    if values is None:
        return {}
    return {name: value for name, value in zip(names, values, strict=False) if value is not apsw.no_change}


@dataclass(slots=True)
class Taker:
    """Takes one changeset back inside an open transaction with foreign keys off."""

    connection: Any
    columns: dict[str, list[str]]
    partial: bool
    kept: list[KeptRow] = field(default_factory=list)
    _deleted: dict[tuple[str, str], Row] = field(default_factory=dict)
    _clashes: list[RowChange] = field(default_factory=list)

    def apply(self, changes: bytes) -> None:
        """Apply `changes` (already inverted); Refused if whole and something is in the way."""
        self._deleted = {
            (one.table, one.uid): one.before for one in row_changes(changes, self.columns) if one.op == "delete"
        }
        apsw.Changeset.apply(changes, self.connection, filter=tables.NAMES.__contains__, conflict=self._conflict)
        if self._clashes and not self.partial:
            raise Refused(self._in_the_way(self._clashes[0]), "请先撤销后来的修改，或选择“只撤销未改动的部分”。")
        for clash in self._clashes:
            self._take_untouched_fields(clash)
        self._restore_parents()

    def _conflict(self, _reason: int, change: Any) -> int:
        names = self.columns[change.name]
        before, after = _named(names, change.old), _named(names, change.new)
        uid = str((before or after)["uid"])
        self._clashes.append(RowChange(change.name, uid, change.op.lower(), before, after))
        self._deleted.pop((change.name, uid), None)
        return apsw.SQLITE_CHANGESET_OMIT

    def _in_the_way(self, clash: RowChange) -> str:
        label = tables.table(clash.table).label
        now = Reader(self.connection).one(f"SELECT * FROM {clash.table} WHERE uid = ?", (clash.uid,))
        name = str((now or clash.before or clash.after).get("name", ""))
        return f"{label}{f'“{name}”' if name else ''}在这一步之后又改过，不能整步撤销。"

    def _take_untouched_fields(self, clash: RowChange) -> None:
        """Field groups of an update that nobody has touched since go back; the others stay and are listed."""
        read = Reader(self.connection)
        now = read.one(f"SELECT * FROM {clash.table} WHERE uid = ?", (clash.uid,))
        if clash.op != "update" or now is None:
            self.kept.append(KeptRow(clash.table, clash.uid, "后来又改过" if now else "后来已删除"))
            return
        moved = {key for key in clash.after if now.get(key) != clash.before.get(key)} - {"uid"}
        for group in tables.table(clash.table).groups:
            if moved & set(group):
                moved |= set(group) & set(clash.after)
        back = {key: value for key, value in clash.after.items() if key not in moved and key != "uid"}
        if back:
            sets = ", ".join(f"{key} = ?" for key in back)
            self.connection.execute(f"UPDATE {clash.table} SET {sets} WHERE uid = ?", (*back.values(), clash.uid))
        self.kept.append(KeptRow(clash.table, clash.uid, "后来又改过：" + "、".join(sorted(moved))))

    def _restore_parents(self) -> None:
        """A row that others still point to is put back (partial) or stops the undo (whole)."""
        read = Reader(self.connection)
        while missing := self._missing_parents(read):
            # several children may miss the same parent: it is put back once
            for (name, uid), child in sorted({(name, uid): child for child, name, uid in missing}.items()):
                row = self._deleted.pop((name, uid), None)
                label, user = tables.table(name).label, tables.table(child).label
                if row is None or not self.partial:
                    raise Refused(
                        f"{label}“{(row or {}).get('name', uid)}”已被{user}用到，不能撤销。", "请先处理这些记录。"
                    )
                marks = ", ".join("?" * len(row))
                self.connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
                self.kept.append(KeptRow(name, uid, f"已被{user}用到"))

    def _missing_parents(self, read: Reader) -> set[tuple[str, str, str]]:
        found = set()
        for child, rowid, parent, number in read.tuples("PRAGMA foreign_key_check"):
            for fk in read.rows(f"PRAGMA foreign_key_list({child})"):
                if fk["id"] == number:
                    uid = read.value(f"SELECT {fk['from']} FROM {child} WHERE rowid = ?", (rowid,))
                    found.add((child, parent, str(uid)))
        return found


def pack(changes: bytes) -> bytes:
    """Changesets are kept compressed."""
    return zlib.compress(changes, 1)


def unpack(changes: bytes) -> bytes:
    return zlib.decompress(changes)


def step_from(row: Row) -> Step:
    """A history row as Step."""
    return Step(
        seq=row["seq"],
        at=row["at"],
        operator=row["operator"],
        device=row["device"],
        label=row["label"],
        tables=tuple(json.loads(row["tables"])),
        count=row["count"],
        undoes=row["undoes"],
        undone=row["undone_by"] is not None,
        lasting=bool(row["lasting"]),
    )
