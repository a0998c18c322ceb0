"""What can still be read of a damaged table: every whole row, past the pages that are spoilt."""

from __future__ import annotations

from collections.abc import Iterator

from core.store import driver, tables
from core.store.reads import Row
from core.store.store import Store

_FAR = 1 << 41  # beyond any rowid


def readable(store: Store, name: str) -> tuple[list[Row], int]:
    """The rows of table `name` that can be read, in the order they came, and how many stretches between them cannot."""
    if name not in tables.NAMES:
        raise KeyError(f"no recorded table {name}")
    rows: list[Row] = []
    holes, at = 0, 0
    while True:
        try:
            for found in _rows(store, name, at):
                at = found.pop("rowid_")
                rows.append(found)
            return rows, holes
        except driver.DatabaseError:
            holes += 1
            beyond = _beyond(store, name, at)
            if beyond is None:
                return rows, holes
            at = beyond


def _rows(store: Store, name: str, after: int, limit: int = -1) -> Iterator[Row]:
    cursor = store.connection.execute(
        f"SELECT rowid AS rowid_, * FROM {name} WHERE rowid > ? ORDER BY rowid LIMIT ?", (after, limit)
    )
    names = [one[0] for one in cursor.description or ()]
    for values in cursor:
        yield dict(zip(names, values, strict=True))


def _beyond(store: Store, name: str, bad: int) -> int | None:
    """The first place after `bad` from which reading goes on; None if there is no such row."""
    step = 1
    while not (found := _reads_from(store, name, bad + step)):
        if found is None or step > _FAR:
            return None
        step *= 2
    low, high = bad + step // 2, bad + step
    while high - low > 1:
        middle = (low + high) // 2
        if _reads_from(store, name, middle):
            high = middle
        else:
            low = middle
    return high


def _reads_from(store: Store, name: str, after: int) -> bool | None:
    """Whether the next row after a place can be read; None if there is no row any more."""
    try:
        return True if next(iter(_rows(store, name, after, 1)), None) is not None else None
    except driver.DatabaseError:
        return False
