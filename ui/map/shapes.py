"""What a map shows: plain data in picture coordinates (origin below left, y up), and the geometry of looking at it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import hypot

Point = tuple[float, float]
Ring = tuple[Point, ...]  # closed, without repeating the first point
Box = tuple[float, float, float, float]  # left, bottom, right, top

SIZE = (3000.0, 2000.0)  # of a map without a picture and without a shape
CELLS = 48  # buckets of the buildings along the longer side
MARGIN = 0.02  # round about shapes that have no picture


@dataclass(frozen=True, slots=True)
class MapGrid:
    """A polygon with its name; `figure` is what the colouring counts, `level` its class (-1: not coloured)."""

    uid: str
    name: str
    number: str = ""
    ring: Ring = ()
    figure: str = ""
    level: int = -1

    @property
    def box(self) -> Box:
        """The rectangle around the ring."""
        return box_of(self.ring)


@dataclass(frozen=True, slots=True)
class MapBuilding:
    """A mark; `led` tells whether somebody looks after it."""

    uid: str
    x: float
    y: float
    label: str
    led: bool = False
    grid_uid: str = ""


class MapScene:
    """Everything drawn, with an index by place. Not changed once made: a change is another scene."""

    def __init__(
        self,
        grids: Sequence[MapGrid] = (),
        buildings: Sequence[MapBuilding] = (),
        size: Point = (0.0, 0.0),
    ) -> None:
        """`size` is that of the picture below; (0, 0) without one."""
        self.grids, self.buildings, self.size = grids, buildings, size
        self.drawn = [grid for grid in grids if len(grid.ring) > 2]
        self.by_uid = {grid.uid: grid for grid in self.grids}
        self.building_by_uid = {one.uid: one for one in self.buildings}
        self.bounds = self._bounds()
        self._buckets: dict[tuple[int, int], list[int]] = {}
        self._cell = max(self.bounds[2] - self.bounds[0], self.bounds[3] - self.bounds[1]) / CELLS or 1.0
        for at, one in enumerate(self.buildings):
            self._buckets.setdefault(self._bucket(one.x, one.y), []).append(at)

    def _bounds(self) -> Box:
        if self.size[0] > 0:
            return (0.0, 0.0, *self.size)
        xs = [x for grid in self.drawn for x, _ in grid.ring] + [one.x for one in self.buildings]
        ys = [y for grid in self.drawn for _, y in grid.ring] + [one.y for one in self.buildings]
        if not xs or max(xs) - min(xs) <= 0 or max(ys) - min(ys) <= 0:
            return (0.0, 0.0, *SIZE)
        room = MARGIN * max(max(xs) - min(xs), max(ys) - min(ys))
        return (min(xs) - room, min(ys) - room, max(xs) + room, max(ys) + room)

    def _bucket(self, x: float, y: float) -> tuple[int, int]:
        return (int((x - self.bounds[0]) // self._cell), int((y - self.bounds[1]) // self._cell))

    def buildings_in(self, box: Box) -> Iterator[MapBuilding]:
        """The buildings whose bucket touches the box."""
        (left, bottom), (right, top) = self._bucket(box[0], box[1]), self._bucket(box[2], box[3])
        if (right - left + 1) * (top - bottom + 1) > len(self._buckets):
            keys = [key for key in self._buckets if left <= key[0] <= right and bottom <= key[1] <= top]
        else:
            keys = [(i, j) for i in range(left, right + 1) for j in range(bottom, top + 1)]
        for key in keys:
            for at in self._buckets.get(key, ()):
                yield self.buildings[at]

    def building_at(self, x: float, y: float, reach: float) -> MapBuilding | None:
        """The building nearest to a place, within `reach` map units."""
        box = (x - reach, y - reach, x + reach, y + reach)
        near = min(self.buildings_in(box), key=lambda one: hypot(one.x - x, one.y - y), default=None)
        return near if near is not None and hypot(near.x - x, near.y - y) <= reach else None

    def grid_at(self, x: float, y: float) -> MapGrid | None:
        """The grid a place lies in."""
        return next((grid for grid in self.drawn if is_inside(grid.ring, x, y)), None)

    def corners(self) -> list[Point]:
        """Every corner once."""
        return list(dict.fromkeys(point for grid in self.drawn for point in grid.ring))

    def corner_at(self, x: float, y: float, reach: float) -> Point | None:
        """The corner nearest to a place, within `reach`."""
        near = min(self.corners(), key=lambda point: hypot(point[0] - x, point[1] - y), default=None)
        return near if near is not None and hypot(near[0] - x, near[1] - y) <= reach else None

    def edge_at(self, x: float, y: float, reach: float) -> tuple[Point, str] | None:
        """The nearest point of an outline within `reach`, and the grid it belongs to."""
        best: tuple[float, Point, str] | None = None
        for grid in self.drawn:
            left, bottom, right, top = grid.box
            if not (left - reach <= x <= right + reach and bottom - reach <= y <= top + reach):
                continue
            for a, b in edges(grid.ring):
                point = nearest_on(a, b, (x, y))
                far = hypot(point[0] - x, point[1] - y)
                if far <= reach and (best is None or far < best[0]):
                    best = (far, point, grid.uid)
        return (best[1], best[2]) if best else None


def box_of(points: Sequence[Point]) -> Box:
    """The rectangle around points."""
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return (min(xs), min(ys), max(xs), max(ys))


def edges(ring: Sequence[Point]) -> Iterator[tuple[Point, Point]]:
    """Each side of a ring, the closing one too."""
    return zip(ring, (*ring[1:], ring[0]), strict=True)


def nearest_on(a: Point, b: Point, to: Point) -> Point:
    """The point of the segment a-b nearest to `to`."""
    dx, dy = b[0] - a[0], b[1] - a[1]
    length = dx * dx + dy * dy
    if not length:
        return a
    along = min(max(((to[0] - a[0]) * dx + (to[1] - a[1]) * dy) / length, 0.0), 1.0)
    return (a[0] + along * dx, a[1] + along * dy)


def is_inside(ring: Sequence[Point], x: float, y: float) -> bool:
    """Even-odd rule."""
    inside = False
    for (ax, ay), (bx, by) in edges(ring):
        if (ay > y) != (by > y) and x < (bx - ax) * (y - ay) / (by - ay) + ax:
            inside = not inside
    return inside


def centroid(ring: Sequence[Point]) -> Point:
    """The middle of the area."""
    area = cx = cy = 0.0
    for (ax, ay), (bx, by) in edges(ring):
        cross = ax * by - bx * ay
        area, cx, cy = area + cross, cx + (ax + bx) * cross, cy + (ay + by) * cross
    if not area:
        left, bottom, right, top = box_of(ring)
        return ((left + right) / 2, (bottom + top) / 2)
    return (cx / (3 * area), cy / (3 * area))


def anchor(ring: Sequence[Point]) -> Point:
    """Where a label stands: the middle of the area, or of the widest part at its height where that lies outside."""
    x, y = centroid(ring)
    if is_inside(ring, x, y):
        return (x, y)
    cuts = sorted((bx - ax) * (y - ay) / (by - ay) + ax for (ax, ay), (bx, by) in edges(ring) if (ay > y) != (by > y))
    spans = [(right - left, (left + right) / 2) for left, right in zip(cuts[::2], cuts[1::2], strict=False)]
    return (max(spans)[1], y) if spans else (x, y)
