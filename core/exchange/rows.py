"""What is here already: a row by its key, who holds a value that may exist only once, what hangs on a row."""

from __future__ import annotations

from collections.abc import Mapping

from core.exchange.model import Landed
from core.exchange.packet_file import Change
from core.store import Reads, Row
from core.store.past import RowKey, filled_in, references, rows_now
from core.store.tables import RECORDED, table

_PLACE = {one.name: at for at, one in enumerate(RECORDED)}


def parents_first(key: RowKey) -> tuple[int, str]:
    """A sort key by which a row stands after the rows it may point to."""
    return _PLACE[key[0]], key[1]


def landed(op: str, one: Change, before: Row, after: Row, *, parallel: bool = False) -> Landed:
    """One row of a packet that went in, and whose it is."""
    whole = one.theirs or before or one.base or {}
    whose = one.uid if one.tbl == "cadre" else str(whole.get("cadre_uid") or "")
    return Landed(op, one.tbl, one.uid, before, after, whose, parallel)


def row_here(reads: Reads, name: str, uid: str) -> Row | None:
    """The row with this key, or None."""
    return rows_now(reads, [(name, uid)])[name, uid]


def holder(reads: Reads, name: str, row: Mapping[str, object], columns: tuple[str, ...]) -> Row | None:
    """Another record with the same values in `columns`, which no two may share; an empty number is no value."""
    values = [row.get(key) for key in columns]
    empty = {key for key, value in zip(columns, values, strict=True) if value is None}
    if empty - filled_in(reads, name) or (len(values) == 1 and values[0] == ""):
        return None
    where = " AND ".join(f"{key} {'IS' if key in empty else '='} ?" for key in columns)
    where += f" AND {columns[0]} <> ''" if len(columns) == 1 else ""  # else the index of numbers filled in is not used
    return reads.one(f"SELECT * FROM {table(name).name} WHERE {where} AND uid <> ?", (*values, row["uid"]))


def hanging_on(reads: Reads, name: str, uid: str) -> list[RowKey]:
    """Some of the rows that point to a row, [] if none does."""
    return [
        (child, str(row[0]))
        for child, columns in references(reads).items()
        for column, parent in columns.items()
        if parent == name
        for row in reads.tuples(f"SELECT uid FROM {child} WHERE {column} = ? LIMIT 3", (uid,))
    ]
