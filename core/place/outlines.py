"""Outlines as the ledger keeps them: one ring of [x, y], not closed, counter-clockwise, y up; '' = not drawn."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence

from core.store import Row

Point = tuple[float, float]
Ring = Sequence[Point]


def ring_of(text: str) -> list[Point]:
    """The ring of a stored outline; empty if it is not drawn."""
    return [(float(x), float(y)) for x, y in json.loads(text)] if text else []


def ring_text(ring: Ring) -> str:
    """A ring as it is stored."""
    return json.dumps([[x, y] for x, y in ring], separators=(",", ":")) if ring else ""


def holds(ring: Ring, x: float, y: float) -> bool:
    """Whether a point lies inside a ring (ray casting; on the border either answer is fine)."""
    inside = False
    before = ring[-1] if ring else (0.0, 0.0)
    for here in ring:
        (x0, y0), (x1, y1) = before, here
        if (y0 > y) != (y1 > y) and x < (x1 - x0) * (y - y0) / (y1 - y0) + x0:
            inside = not inside
        before = here
    return inside


def grid_at(rows: Iterable[Row], x: float, y: float) -> Row | None:
    """The grid (a row with `outline`) whose ring holds a point."""
    for row in rows:
        if row["outline"] and holds(ring_of(row["outline"]), x, y):
            return row
    return None
