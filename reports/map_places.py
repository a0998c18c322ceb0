"""Where words have room on a map: the widest place of each polygon, and what is taken already. Page points."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from reports.kit.page import Box

Point = tuple[float, float]
_STEPS = 24  # places tried across and down
_PRECISION = 2.0  # points: nobody sees a label two points off the middle


def centres(rings: Sequence[Sequence[Point]]) -> list[tuple[float, float, float]]:
    """For each ring the middle of the largest circle inside it, and that circle's radius."""
    from shapely import Polygon, maximum_inscribed_circle

    found = []
    for ring in rings:
        line = maximum_inscribed_circle(Polygon(ring).buffer(0), tolerance=_PRECISION)
        (x, y), _ = line.coords
        found.append((float(x), float(y), float(line.length)))
    return found


def label_places(ring: Sequence[Point], centre: tuple[float, float, float]) -> list[Point]:
    """Where a label may stand: the middle first, then further and further from it, over the whole ring."""
    x, y, _ = centre
    left, right = min(one[0] for one in ring), max(one[0] for one in ring)
    top, bottom = min(one[1] for one in ring), max(one[1] for one in ring)
    columns = [left + (right - left) * at / (_STEPS + 1) for at in range(1, _STEPS + 1)]
    rows = [top + (bottom - top) * at / (_STEPS + 1) for at in range(1, _STEPS + 1)]
    places = [(px, py) for px in columns for py in rows]
    return [(x, y), *sorted(places, key=lambda one: (one[0] - x) ** 2 + (one[1] - y) ** 2)]


class Room:
    """The free room of a map: no word over another, none across a line."""

    def __init__(self, rings: Sequence[Sequence[Point]]) -> None:
        from shapely import MultiLineString, Polygon, STRtree

        self._polygons = [Polygon(ring) for ring in rings]
        self._tree = STRtree(self._polygons)
        self._lines: Any = MultiLineString([[*ring, ring[0]] for ring in rings])
        self._taken: list[Box] = []

    def holds(self, box: Box) -> bool:
        """Whether the box lies inside one polygon, clear of its line."""
        from shapely import box as rectangle

        shape = rectangle(box.x - 2, box.y - 2, box.right + 2, box.bottom + 2)
        return bool(len(self._tree.query(shape, predicate="within")))

    def free(self, box: Box, *, off_lines: float = 0.0) -> bool:
        """Whether nothing stands there; with `off_lines`, no line is nearer than that."""
        from shapely import box as rectangle

        if any(
            box.x < one.right and box.right > one.x and box.y < one.bottom and box.bottom > one.y for one in self._taken
        ):
            return False
        if not off_lines:
            return True
        shape = rectangle(box.x, box.y, box.right, box.bottom)
        return bool(self._lines.distance(shape) >= off_lines)

    def take(self, box: Box) -> None:
        """Something stands there now."""
        self._taken.append(box)
