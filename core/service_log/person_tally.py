"""What each person's records of a year count in all, by where they were earned: kept with `visit_tally`, proved by `check`.

A line per person, unit, branch and home grid: the figures of units and of the minimum read these instead of every record.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from core.store import Reads, Tx

_KEY = ("year", "cadre_uid", "unit_uid", "branch_uid", "home_grid_uid")
_SUMS = (
    "records", "confirmed", "no_grid", "times", "minutes", "waiting_times", "waiting_minutes", "duty_times",
    "duty_minutes", "duty_waiting_times", "duty_waiting_minutes",
)  # fmt: skip
_COLUMNS = ", ".join((*_KEY, *_SUMS))
_INSERT = f"INSERT INTO person_tally ({_COLUMNS}) VALUES ({', '.join('?' * (len(_KEY) + len(_SUMS)))})"
Sums = dict[tuple[Any, ...], list[int]]


def sums_of(rows: Iterable[tuple[Any, ...]]) -> Sums:
    """Sums by year, person, unit, branch and home grid of rows of `visit_tally` (in the order of its columns)."""
    found: Sums = {}
    for (
        _uid,
        cadre_uid,
        year,
        unit_uid,
        grid_uid,
        track,
        state,
        minutes,
        times,
        _month,
        branch_uid,
        home_uid,
        *_,
    ) in rows:
        key = (year, cadre_uid, unit_uid, branch_uid or "", home_uid or "")
        sums = found.get(key)
        if sums is None:
            sums = found[key] = [0] * len(_SUMS)
        sums[0] += 1
        at = 7 if track == "DISPATCHED" else 3
        if state == "CONFIRMED":
            sums[1] += 1
            sums[2] += grid_uid is None
        else:
            at += 2
        sums[at] += times
        sums[at + 1] += minutes
    return found


def keep_sums(tx: Tx, touched: set[tuple[Any, Any]], rows: Iterable[tuple[Any, ...]]) -> None:
    """Write anew the sums of each touched (person, year); `rows` holds all rows of those people."""
    tx.derived("DELETE FROM person_tally WHERE cadre_uid = ? AND year = ?", sorted(touched))
    fresh = sums_of(row for row in rows if (row[1], row[2]) in touched)
    if fresh:
        tx.derived(_INSERT, [(*key, *sums) for key, sums in fresh.items()])


def sums_there(reads: Reads) -> Sums:
    """The sums as they are kept."""
    width = len(_KEY)
    return {row[:width]: list(row[width:]) for row in reads.tuples(f"SELECT {_COLUMNS} FROM person_tally")}
