"""What is wrong with the grids of a file taken together, and against the ledger: names, overlaps, coordinates."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Protocol

from core.place.fitting import fit_of
from core.place.geometry import Partition
from core.place.map_queries import map_plan
from core.place.outlines import Point, ring_of
from core.place.queries import grid_in, grids
from core.place.rings import counter_clockwise, polygon
from core.store import Reads, Row

_SHARED = 0.005  # of the smaller grid: less is a line drawn twice by hand
_EARTH = (70.0, 140.0, 3.0, 55.0)  # China, in degrees: west, east, south, north
_SMALL_PLAN = 400.0  # on a picture no larger, such numbers may be picture coordinates


class Drawn(Protocol):
    """A grid of a file, as far as it matters here; the first `problem` stands."""

    number: int
    name: str
    ring: list[Point]
    problem: str

    @property
    def code(self) -> str: ...


def meant(one: Drawn, known: Sequence[Row]) -> tuple[Row | None, str]:
    """(the grid of the ledger that is meant or None, '' or why that cannot be told)."""
    named = grid_in(known, one.name)
    coded = next((row for row in known if one.code and row["code"] == one.code), None)
    if coded and named and coded is not named:
        return coded, f"名称是台账里的{named['name']}，编号{one.code}却是{coded['name']}的，请改成一致。"
    return coded or named, ""


def to_picture(reads: Reads, items: Sequence[Drawn]) -> list[str]:
    """Longitude and latitude become picture coordinates where the control points allow it. Returns remarks."""
    drawn = [one for one in items if one.ring]
    earthly = [one for one in drawn if _on_earth(one.ring)]
    plan = map_plan(reads)
    old = [point for row in grids(reads) for point in ring_of(row["outline"])]
    width = plan["width"] if plan else max((x for x, _ in old), default=0.0)
    if 2 * len(earthly) <= len(drawn) or 0 < width < _SMALL_PLAN:
        _off_the_plan(plan, drawn)
        return []
    for one in drawn:
        if one not in earthly:
            _say(one, "坐标和别的网格不同，不是经纬度，请核对。")
    fit = fit_of(reads)
    if fit is None:
        text = "坐标是经纬度，还没有控制点，对不到平面图上，请先在“控制点”里对上至少三个点，或改用图上坐标。"
        for one in earthly:
            _say(one, text)
        return []
    for one in earthly:
        one.ring = counter_clockwise([fit.to_picture(point) for point in one.ring])
    _off_the_plan(plan, earthly)
    return [f"文件里是经纬度，已按{len(fit.residuals)}个控制点换成图上坐标。"]


def same_name(items: Sequence[Drawn]) -> None:
    """The later of two grids of one name (第3网格 is 3网格 and 三网格) or one code is wrong."""
    kept: list[Row] = []
    for one in items:
        if not one.name:
            continue
        there = grid_in(kept, one.name)
        if there:
            _say(one, f"与第{there['uid']}个图形重名（{there['name']}），请改名或去掉一个。")
            continue
        coded = next((row for row in kept if one.code and row["given"] == one.code), None)
        if coded:
            _say(one, f"编号“{one.code}”与第{coded['uid']}个图形（{coded['name']}）相同，请改正其中一个。")
        if not one.problem:
            kept.append({"uid": str(one.number), "name": one.name, "code": "", "given": one.code})


def overlaps(items: Sequence[Drawn]) -> None:
    """The later of two grids that cover the same ground is wrong; slivers of drawing by hand are not counted."""
    from shapely import STRtree

    sound = [one for one in items if not one.problem]
    shapes = [polygon(one.ring) for one in sound]
    tree = STRtree(shapes)
    for at, one in enumerate(sound):
        for near in sorted(int(index) for index in tree.query(shapes[at])):
            other = sound[near]
            if near >= at or other.problem or one.problem:
                continue
            part = shapes[at].intersection(shapes[near]).area / min(shapes[at].area, shapes[near].area)
            if part > _SHARED:
                _say(one, f"与{other.name}重叠（约占较小一个的{_percent(part)}），请把边界改成共用的一条线。")


def on_others(reads: Reads, items: Sequence[Drawn]) -> None:
    """Name and code must mean one grid of the ledger; none may lie on grids that the file does not speak of (soundly)."""
    known = grids(reads)
    for one in items:
        _say(one, meant(one, known)[1])
    found = True
    while found:  # a grid found wrong keeps its old outline, which another may now lie on
        told = {row["uid"] for one in items if not one.problem and (row := meant(one, known)[0])}
        others = {row["uid"]: ring_of(row["outline"]) for row in known if row["outline"] and row["uid"] not in told}
        names = {row["uid"]: row["name"] for row in known}
        shapes = {names[uid]: polygon(ring) for uid, ring in Partition(others).rings.items()}
        found = False
        for one in [one for one in items if not one.problem]:
            mine = polygon(one.ring)
            for name, shape in shapes.items():
                part = mine.intersection(shape).area / min(mine.area, shape.area)
                if part > _SHARED:
                    text = f"盖住了台账里的{name}（约占较小一个的{_percent(part)}），请改边界，或把它也放进文件。"
                    _say(one, text)
                    found = True
                    break


def _off_the_plan(plan: Row | None, items: Iterable[Drawn]) -> None:
    """Coordinates that lie nowhere near the picture are another system's."""
    if plan is None:
        return
    width, height = plan["width"], plan["height"]
    for one in items:
        xs, ys = [x for x, _ in one.ring], [y for _, y in one.ring]
        beside = max(xs) < -width or min(xs) > 2 * width or max(ys) < -height or min(ys) > 2 * height
        if beside:
            text = (
                f"坐标在平面图之外（如{xs[0]:.0f}，{ys[0]:.0f}；平面图宽{width:.0f}、高{height:.0f}），"
                "请改用图上坐标，或设好控制点后用经纬度。"
            )
            _say(one, text)


def _on_earth(ring: Sequence[Point]) -> bool:
    """Whether numbers can be longitude and latitude of a grid in China."""
    west, east, south, north = _EARTH
    xs, ys = [x for x, _ in ring], [y for _, y in ring]
    inside = west < min(xs) and max(xs) < east and south < min(ys) and max(ys) < north
    return inside and max(xs) - min(xs) <= 2 and max(ys) - min(ys) <= 2


def _percent(part: float) -> str:
    return f"{100 * part:.0f}%" if part >= 0.01 else "1%"


def _say(one: Drawn, text: str) -> None:
    one.problem = one.problem or text
