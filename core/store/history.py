"""Undo, redo and the audit trail, all from one changeset per command.

Undo applies the inverse changeset as a new step. Where a row has been changed since, a whole undo is refused in
words; a partial undo (imports, also weeks later) takes back what is untouched, field group by field group, and lists the rest.
"""

from __future__ import annotations

import json
import zlib
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
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
        before, after = named(names, change.old), named(names, change.new)
        uid = str((before or after)["uid"])
        yield RowChange(change.name, uid, change.op.lower(), before, after)


def touched(changes: bytes) -> dict[str, list[str]]:
    """The uids of the rows in a changeset by table; uid is the first column of every recorded table."""
    found: dict[str, list[str]] = defaultdict(list)
    for one in apsw.Changeset.iter(changes):
        found[one.name].append(str((one.old or one.new or ("",))[0]))
    return found


def named(names: list[str], values: Any) -> Row:
    if values is None:
        return {}
    return {name: value for name, value in zip(names, values, strict=False) if value is not apsw.no_change}


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
