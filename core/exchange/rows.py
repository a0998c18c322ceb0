"""What is here already: a row by its key, who holds a value that may exist only once, what hangs on a row."""

from __future__ import annotations

from collections.abc import Mapping

from core.store import Reads, Row
from core.store.past import RowKey, references, rows_now
from core.store.tables import table


def row_here(reads: Reads, name: str, uid: str) -> Row | None:
    """The row with this key, or None."""
    return rows_now(reads, [(name, uid)])[name, uid]


def holder(reads: Reads, name: str, row: Mapping[str, object], columns: tuple[str, ...]) -> Row | None:
    """Another record with the same values in `columns`, which no two may share; an empty number is no value."""
    values = [row.get(key) for key in columns]
    if None in values or (len(values) == 1 and values[0] == ""):
        return None
    where = " AND ".join(f"{key} = ?" for key in columns)
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
