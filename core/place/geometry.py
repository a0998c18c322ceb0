"""Grids as a partition of the plane: borders are shared and stay shared. Pure shapes; shapely does the geometry.

Every act computes the new rings, proves them (simple, no overlap, the sum of areas as it was) and only then keeps them;
what cannot be is Refused in words and changes nothing. Points are never rounded: a shared corner is the same two numbers
in every ring that has it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from statistics import median
from typing import Any

from core.base.errors import Refused
from core.place.outlines import Point, Ring
from core.place.rings import (
    Side,
    close_to,
    counter_clockwise,
    cut_in,
    edges,
    knot,
    line_of,
    near_side,
    nearest_on,
    parts_of,
    polygon,
    replaced,
    ring_area,
    without,
)

Rings = dict[str, list[Point]]
_SMALL = 1e-9  # of the whole area: what rounding in an intersection may leave


class Partition:
    """The outlines of grids by uid, with T-junctions knotted: where a corner meets a neighbour's side, that gets it too."""

    def __init__(self, outlines: Mapping[str, Ring]) -> None:
        drawn = {
            uid: counter_clockwise([(float(x), float(y)) for x, y in ring]) for uid, ring in outlines.items() if ring
        }
        self.extent = _extent(drawn.values())
        self.near = self.extent * 2e-5  # corners of files that nearly meet are one corner
        self.clear = self.near * 5  # what acts keep apart: more than is knotted, also when the whole has since grown
        self.reach = self.extent * 2e-3  # what is drawn by hand this close to a border is meant to be on it
        self.given = drawn
        self.rings: Rings = knot(drawn, self.near)
        self._gathered: tuple[Rings, tuple[set[Point], set[Side]]] | None = None

    # -- looking -------------------------------------------------------------------------------------------------------

    def area(self) -> float:
        """The sum of all areas, in square units of the picture."""
        return ring_sum(self.rings)

    def t_junctions(self) -> list[tuple[str, Point]]:
        """Corners that met a neighbour's straight side: (grid that lacked the corner, corner)."""
        return [(uid, point) for uid, ring in self.rings.items() for point in ring if point not in set(self.given[uid])]

    def gaps(self) -> list[float]:
        """Areas enclosed by grids that belong to none."""
        union = self._union()
        parts = getattr(union, "geoms", [union])
        holes = [ring_area(list(hole.coords)[:-1]) for part in parts if not part.is_empty for hole in part.interiors]
        return [area for area in holes if area > self._slack()]

    def overlaps(self) -> list[tuple[str, str, float]]:
        """Pairs of grids that cover the same ground, and how much."""
        shapes = {uid: polygon(ring) for uid, ring in self.rings.items()}
        uids = list(shapes)
        found = []
        for at, uid in enumerate(uids):
            for other in uids[at + 1 :]:
                shared = shapes[uid].intersection(shapes[other]).area
                if shared > self._slack():
                    found.append((uid, other, float(shared)))
        return found

    def is_outer(self, point: Point) -> bool:
        """Whether a corner lies on the border of the whole (or of a gap): moving it moves that border."""
        seen: dict[tuple[Point, Point], int] = {}
        for ring in self.rings.values():
            for edge in edges(ring):
                if point in edge:
                    key = (min(edge), max(edge))
                    seen[key] = seen.get(key, 0) + 1
        return any(number == 1 for number in seen.values())

    def sharing(self, point: Point) -> list[str]:
        """Grids that have this corner."""
        return [uid for uid, ring in self.rings.items() if point in ring]

    # -- corners -------------------------------------------------------------------------------------------------------

    def can_move(self, point: Point, to: Point, *, outer: bool = True) -> str:
        """Why a corner may not go there, '' if it may; quick enough to ask with every move of the mouse."""
        try:
            self._moved(point, to, outer=outer)
        except Refused as problem:
            return str(problem)
        return ""

    def move_vertex(self, point: Point, to: Point, *, outer: bool = False) -> Rings:
        """Move a corner in all rings that share it; `outer` allows the border of the whole to move with it."""
        return self._keep(self._moved(point, to, outer=outer))

    def add_vertex(self, point: Point) -> Rings:
        """A corner on the side that is near, for every grid that has the side; the shape stays."""
        at = (float(point[0]), float(point[1]))
        found = nearest_on(self._known()[1], at, self.reach)
        if found is None:
            raise Refused("这一点不在任何网格的边上。", "请把角点加在边线上。")
        side, exact = found
        at = at if close_to(at, exact, self.extent * 1e-9) else exact
        if any(close_to(at, end, self.clear) for end in side):
            raise Refused("这里已经有一个角点。", "请换一个位置。")
        fresh = {uid: cut_in(ring, side, at) for uid, ring in self.rings.items()}
        changed = {uid: ring for uid, ring in fresh.items() if len(ring) > len(self.rings[uid])}
        self._prove(changed, same_area=True)
        return self._keep(changed)

    def remove_vertex(self, point: Point, *, outer: bool = False) -> Rings:
        """Take a corner out of all rings that share it; where three grids meet it must stay."""
        owners = self._owners(point)
        if self.is_outer(point) and not outer:
            raise Refused("这个角点在整个社区的外边界上。", "要改外边界，请先勾选“允许改外边界”。")
        around = {edge_end for uid in owners for edge_end in _ends(self.rings[uid], point)}
        if len(around) > 2:
            raise Refused("这里有三个以上的网格相接，角点不能去掉。", "可以改为移动它。")
        if any(len(self.rings[uid]) <= 3 for uid in owners):
            raise Refused("网格至少要有三个角点。", "可以改为移动它。")
        changed = {uid: without(self.rings[uid], point) for uid in owners}
        self._prove(changed, same_area=not (outer and self.is_outer(point)))
        return self._keep(changed)

    # -- whole grids ---------------------------------------------------------------------------------------------------

    def split(self, uid: str, new_uid: str, line: Sequence[Point]) -> Rings:
        """Cut a grid by a line from border to border; the larger part stays `uid`, the other is `new_uid`."""
        from shapely.geometry import Point as Spot
        from shapely.ops import split as cut

        shape = polygon(self._ring(uid))
        path = line_of(self._through(self._snapped(line), shape))
        if path is None or not path.is_simple:
            raise Refused("分割线自己交叉了，或太短。", "请重新画一条从边到边、不交叉的线。")
        parts = [one for one in cut(shape, path).geoms if one.area > self._slack()]
        if len(parts) != 2:
            why = "没有把网格切开" if len(parts) < 2 else f"把网格切成了{len(parts)}块"
            raise Refused(f"分割线{why}。", "请从网格的一条边画到另一条边，只穿过一次。")
        parts.sort(key=lambda one: (-one.area, not one.covers(Spot(self._ring(uid)[0]))))
        pieces = {key: list(part.exterior.coords)[:-1] for key, part in zip((uid, new_uid), parts, strict=True)}
        return self._replace(pieces, (), same_area=True)

    def merge(self, uid: str, other: str) -> Rings:
        """Take `other` into `uid`; they must share a border, and enclose nothing."""
        from shapely import unary_union

        first, second = polygon(self._ring(uid)), polygon(self._ring(other))
        apart = first.boundary.intersection(second.boundary).length <= self.near
        if apart and first.intersection(second).area <= self._slack():
            raise Refused("这两个网格没有共同的边，不能合并。", "请选相邻的网格；中间若有细缝，先把角点拖到一起。")
        whole = unary_union([first, second])
        if whole.geom_type != "Polygon" or any(
            ring_area(list(one.coords)[:-1]) > self._slack() for one in whole.interiors
        ):
            raise Refused("合并后中间会围出空洞，不能合并。", "请先合并被围住的那个网格。")
        return self._replace({uid: list(whole.exterior.coords)[:-1]}, (other,), same_area=True)

    def draw(self, uid: str, ring: Ring) -> Rings:
        """A new outline on free ground: what neighbours cover already is cut off, close corners are joined to theirs."""
        from shapely import unary_union

        shape = polygon(self._snapped(ring, but=uid, sides=True))
        if len(ring) < 3 or not shape.is_valid or shape.area <= self._slack():
            raise Refused("画的轮廓自己交叉了，或不成面。", "请重新画，线不要交叉。")
        others = [polygon(one) for key, one in self.rings.items() if key != uid]
        left = shape.difference(unary_union(others)) if others else shape
        parts = [one for one in getattr(left, "geoms", [left]) if one.area > max(self._slack(), self.near**2)]
        if not parts:
            raise Refused("画的地方都已属于别的网格。", "要改分界请移动角点，或先拆分网格。")
        if len(parts) > 1:
            raise Refused(f"画的轮廓被别的网格隔成了{len(parts)}块。", "请分别画成不同的网格。")
        if any(ring_area(list(one.coords)[:-1]) > self._slack() for one in parts[0].interiors):
            raise Refused("画的轮廓把别的网格围在了中间。", "请绕开它画。")
        return self._replace({uid: list(parts[0].exterior.coords)[:-1]}, (uid,), same_area=False)

    def erase(self, uid: str) -> Rings:
        """Take an outline away."""
        self._ring(uid)
        self.rings = {key: ring for key, ring in self.rings.items() if key != uid}
        return {uid: []}

    # -- inside --------------------------------------------------------------------------------------------------------

    def _moved(self, point: Point, to: Point, *, outer: bool) -> Rings:
        owners = self._owners(point)
        border = self.is_outer(point)
        if border and not outer:
            raise Refused("这个角点在整个社区的外边界上。", "要改外边界，请先勾选“允许改外边界”。")
        meant = to = (float(to[0]), float(to[1]))
        if border:  # so that a strip left between two grids can be closed by hand
            others = (ring for uid, ring in self.rings.items() if uid not in owners)
            (to,) = self._drawn_to([to], parts_of(others), sides=True)
        if any(close_to(to, one, self.near) for uid in owners for one in self.rings[uid] if one != point):
            raise Refused("角点不能叠在另一个角点上。", "请换一个位置。")
        changed = {uid: replaced(self.rings[uid], point, to) for uid in owners}
        self._prove_simple(changed)
        if to != meant:
            knotted = knot({**self.rings, **changed}, self.near)
            changed = {uid: ring for uid, ring in knotted.items() if ring != self.rings[uid]}
        self._prove(changed, same_area=not border)
        return changed

    def _replace(self, fresh: Rings, gone: Iterable[str], *, same_area: bool) -> Rings:
        """New rings in place of old ones, and the corners they bring into their neighbours' sides."""
        before = self.rings
        after = {key: ring for key, ring in before.items() if key not in {*gone, *fresh}}
        after |= {key: counter_clockwise(ring) for key, ring in fresh.items()}
        after = knot(after, self.near)  # corners there were come first: new ones that nearly meet them become them
        changed = {key: ring for key, ring in after.items() if before.get(key) != ring}
        self._prove(changed, same_area=same_area, after=after)
        self.rings = after
        return changed | {key: [] for key in gone if key not in after}

    def _prove(self, changed: Rings, *, same_area: bool, after: Rings | None = None) -> None:
        """Refused unless rings are simple, corners keep apart, no more is covered twice, and the areas sum as before."""
        self._prove_simple(changed)
        rings = after if after is not None else {**self.rings, **changed}
        touched = {*changed, *(uid for uid in self.rings if uid not in rings)}
        twice = self._covered_twice(rings, touched)
        grown = ring_sum(rings) - self.area()
        if twice > self._slack() or (same_area and abs(grown) > self._slack()):
            # a file may hold strips drawn twice: they stay what they are, or go, and stop nobody
            more = twice - self._covered_twice(self.rings, touched)
            if more > self._slack():
                raise Refused("这样会盖住别的网格。", "请换一个位置。")
            grown -= more
        if same_area and abs(grown) > self._slack():
            raise Refused("这样会改变整个社区的范围。", "请换一个位置。")
        if self._crowded(changed, touched):
            raise Refused("这样角点离另一个角点或另一条边太近，分不清。", "请离远一些。")

    def _prove_simple(self, changed: Rings) -> None:
        for ring in changed.values():
            shape = polygon(ring)
            if not shape.is_valid or shape.area <= self._slack():
                raise Refused("这样网格的边会自己交叉。", "请换一个位置。")
            if not shape.exterior.is_ccw:  # a corner dragged over the side opposite turns the grid inside out
                raise Refused("这样网格会翻转过来。", "请换一个位置。")

    def _covered_twice(self, rings: Rings, touched: set[str]) -> float:
        """The ground that `touched` grids share with any other."""
        boxes = {uid: _box(ring) for uid, ring in rings.items()}
        shapes: dict[str, Any] = {}
        total = 0.0
        for uid in touched & rings.keys():
            for other in rings:
                if other == uid or (other in touched and other < uid) or not _meet(boxes[uid], boxes[other]):
                    continue
                for key in (uid, other):
                    shapes[key] = shapes.get(key) or polygon(rings[key])
                total += float(shapes[uid].intersection(shapes[other]).area)
        return total

    def _keep(self, changed: Rings) -> Rings:
        self.rings = {**self.rings, **changed}
        return changed

    def _owners(self, point: Point) -> list[str]:
        owners = self.sharing(point)
        if not owners:
            raise Refused("这里没有角点，地图可能刚被改过。", "请刷新后再试。")
        return owners

    def _ring(self, uid: str) -> list[Point]:
        if uid not in self.rings:
            raise Refused("这个网格还没有画轮廓。", "请先画出它。")
        return self.rings[uid]

    def _crowded(self, changed: Rings, touched: Iterable[str]) -> bool:
        """Whether a new corner all but touches another corner or a side, or a new side a corner that is not its end.

        Such a corner would be knotted when the rings are next read: the shapes would not be those now shown.
        """
        corners, sides = self._known()
        old_corners, old_sides = parts_of(self.rings[uid] for uid in touched if uid in self.rings)
        now_corners, now_sides = parts_of(changed.values())
        new_corners, new_sides = now_corners - corners, now_sides - sides
        corners = (corners | now_corners) - (old_corners - now_corners)
        sides = (sides | now_sides) - (old_sides - now_sides)
        return (
            any(close_to(one, other, self.clear) for one in new_corners for other in corners if one != other)
            or any(point not in side and near_side(point, *side, self.clear) for side in new_sides for point in corners)
            or any(point not in side and near_side(point, *side, self.clear) for point in new_corners for side in sides)
        )

    def _known(self) -> tuple[set[Point], set[Side]]:
        """All corners and sides, gathered once for each state: the mouse asks often."""
        if self._gathered is None or self._gathered[0] is not self.rings:
            self._gathered = (self.rings, parts_of(self.rings.values()))
        return self._gathered[1]

    def _snapped(self, points: Ring, *, but: str = "", sides: bool = False) -> list[Point]:
        """Points as drawn by hand, joined to the grids (but one) that they all but touch."""
        others = (ring for uid, ring in self.rings.items() if uid != but)
        return self._drawn_to([(float(x), float(y)) for x, y in points], parts_of(others), sides=sides)

    def _drawn_to(self, points: Sequence[Point], parts: tuple[set[Point], set[Side]], *, sides: bool) -> list[Point]:
        """Each point, or the corner within reach of it, or (with `sides`) the place on a side within reach."""
        ends = [(corner, corner) for corner in parts[0]]
        found = []
        for point in points:
            close = nearest_on(ends, point, self.reach) or (nearest_on(parts[1], point, self.reach) if sides else None)
            found.append(close[1] if close else point)
        return found

    def _through(self, line: Sequence[Point], shape: Any) -> list[Point]:
        """A line that ends just short of the border is led across it: hands are not exact."""
        from shapely.geometry import Point as Spot

        found = list(line)
        for at, place in ((0, 0), (-1, len(found))):
            end = Spot(found[at])
            reach = shape.exterior.distance(end)
            if shape.contains(end) and reach <= self.extent * 0.01:
                border = shape.exterior.interpolate(shape.exterior.project(end))
                beyond = (2 * border.x - end.x, 2 * border.y - end.y)
                found.insert(place if at == 0 else len(found), beyond)
        return found

    def _union(self) -> Any:
        from shapely import unary_union

        return unary_union([polygon(ring) for ring in self.rings.values()])

    def _slack(self) -> float:
        return self.extent**2 * _SMALL


def _extent(rings: Iterable[Ring]) -> float:
    """How far the whole reaches, about: told by the usual grid, as one drawn far away must not blur the others."""
    sizes = [max(right - left, top - low) for left, low, right, top in map(_box, rings)]
    return max(median(sizes) * len(sizes) ** 0.5, 1e-9) if sizes else 1.0


def ring_sum(rings: Mapping[str, Ring]) -> float:
    """The sum of the areas of rings."""
    return sum(ring_area(ring) for ring in rings.values())


def _ends(ring: Ring, point: Point) -> tuple[Point, Point]:
    at = list(ring).index(point)
    return ring[at - 1], ring[(at + 1) % len(ring)]


def _box(ring: Ring) -> tuple[float, float, float, float]:
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    return min(xs), min(ys), max(xs), max(ys)


def _meet(one: tuple[float, float, float, float], other: tuple[float, float, float, float]) -> bool:
    return one[0] < other[2] and other[0] < one[2] and one[1] < other[3] and other[1] < one[3]
