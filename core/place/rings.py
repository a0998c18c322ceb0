"""Small arithmetic of rings: areas, corners, knotting. A ring is not closed: the first point is not repeated."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.place.outlines import Point, Ring

Side = tuple[Point, Point]


def ring_area(ring: Ring) -> float:
    """The area enclosed, positive whichever way the ring runs."""
    return abs(_signed(ring))


def counter_clockwise(ring: Ring) -> list[Point]:
    """The ring the way RFC 7946 wants it, without a closing point and without repeated ones."""
    open_ring = [point for at, point in enumerate(ring) if point != ring[at - 1] or len(ring) == 1]
    return open_ring if _signed(open_ring) >= 0 else open_ring[::-1]


def polygon(ring: Ring) -> Any:
    """The shapely polygon of a ring."""
    from shapely.geometry import Polygon

    return Polygon(ring) if len(ring) >= 3 else Polygon()


def line_of(points: Sequence[Point]) -> Any:
    """The shapely line through points; None if it has no length."""
    from shapely.geometry import LineString

    distinct = [point for at, point in enumerate(points) if at == 0 or point != points[at - 1]]
    return LineString(distinct) if len(distinct) >= 2 else None


def close_to(one: Point, other: Point, reach: float) -> bool:
    """Whether two points are no farther apart than `reach`."""
    return (one[0] - other[0]) ** 2 + (one[1] - other[1]) ** 2 <= reach * reach


def replaced(ring: Ring, point: Point, to: Point) -> list[Point]:
    """The ring with one corner elsewhere."""
    return [to if one == point else one for one in ring]


def without(ring: Ring, point: Point) -> list[Point]:
    """The ring without a corner."""
    return [one for one in ring if one != point]


def edges(ring: Ring) -> Iterable[Side]:
    """The sides of a ring, from corner to corner."""
    return zip(ring, (*ring[1:], *ring[:1]), strict=True)


def parts_of(rings: Iterable[Ring]) -> tuple[set[Point], set[Side]]:
    """All corners, and all sides with their ends in order: two grids name a shared side the same way."""
    corners: set[Point] = set()
    sides: set[Side] = set()
    for ring in rings:
        corners.update(ring)
        sides.update((one, other) if one < other else (other, one) for one, other in edges(ring))
    return corners, sides


def cut_in(ring: Ring, side: Side, point: Point) -> list[Point]:
    """The ring with a corner more on a side, whichever way it runs; the ring as it is if it has no such side."""
    ways = (side, side[::-1])
    at = next((number for number, edge in enumerate(edges(ring)) if edge in ways), None)
    return list(ring) if at is None else [*ring[: at + 1], point, *ring[at + 1 :]]


def foot(point: Point, start: Point, end: Point) -> Point:
    """The place of a side nearest to a point; an end exactly where that is nearest."""
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    along = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0.0
    if along <= 0 or along >= 1:
        return start if along <= 0 else end
    return start[0] + along * dx, start[1] + along * dy


def near_side(point: Point, start: Point, end: Point, reach: float) -> bool:
    """Whether a point is no farther than `reach` from a side."""
    (x, y), (x0, y0), (x1, y1) = point, start, end
    if (x < x0 - reach and x < x1 - reach) or (x > x0 + reach and x > x1 + reach):  # most are: told without products
        return False
    if (y < y0 - reach and y < y1 - reach) or (y > y0 + reach and y > y1 + reach):
        return False
    return close_to(point, foot(point, start, end), reach)


def nearest_on(sides: Iterable[Side], point: Point, reach: float) -> tuple[Side, Point] | None:
    """The side within reach that is nearest to a point, and the place on it; None if all are farther."""
    best, found = reach * reach, None
    for side in sides:
        if not near_side(point, *side, reach):
            continue
        place = foot(point, *side)
        away = (place[0] - point[0]) ** 2 + (place[1] - point[1]) ** 2
        if away <= best:
            best, found = away, (side, place)
    return found


def knot(rings: Mapping[str, Ring], reach: float) -> dict[str, list[Point]]:
    """The rings with nearly equal corners made one, and with the corners that lie on their sides put in."""
    joined = _joined(rings, reach)
    corners = sorted({point for ring in joined.values() for point in ring})
    xs = [x for x, _ in corners]
    return {uid: _with_corners(ring, corners, xs, reach) for uid, ring in joined.items()}


def _joined(rings: Mapping[str, Ring], reach: float) -> dict[str, list[Point]]:
    """Corners within reach of one met before become that one."""
    known: dict[tuple[int, int], list[Point]] = {}
    cell = max(reach * 2, 1e-12)

    def one_of(point: Point) -> Point:
        column, row = int(point[0] // cell), int(point[1] // cell)
        for dx in (-1, 0, 1):
            for dy in (-1, 0, 1):
                for there in known.get((column + dx, row + dy), ()):
                    if close_to(there, point, reach):
                        return there
        known.setdefault((column, row), []).append(point)
        return point

    return {uid: counter_clockwise([one_of(point) for point in ring]) for uid, ring in rings.items()}


def _with_corners(ring: Ring, corners: Sequence[Point], xs: Sequence[float], reach: float) -> list[Point]:
    from bisect import bisect_left, bisect_right

    found: list[Point] = []
    own = set(ring)
    for at, start in enumerate(ring):
        end = ring[(at + 1) % len(ring)]
        found.append(start)
        low, high = sorted((start[0], end[0]))
        nearby = corners[bisect_left(xs, low - reach) : bisect_right(xs, high + reach)]
        between = [point for point in nearby if point not in own and _lies_on(point, start, end, reach)]
        found += sorted(between, key=lambda point: (point[0] - start[0]) ** 2 + (point[1] - start[1]) ** 2)
    return found


def _lies_on(point: Point, start: Point, end: Point, reach: float) -> bool:
    """Whether a point lies on the side between two corners, ends excluded."""
    if not near_side(point, start, end, reach):
        return False
    return not close_to(point, start, reach) and not close_to(point, end, reach)


def _signed(ring: Ring) -> float:
    total = 0.0
    x0, y0 = ring[-1] if ring else (0.0, 0.0)
    for x1, y1 in ring:
        total += x0 * y1 - x1 * y0
        x0, y0 = x1, y1
    return total / 2
