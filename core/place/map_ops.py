"""Verbs that write outlines: draw, move a corner, split, merge. What a cut or union means for people is `regroup`'s."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.base.clock import today
from core.base.errors import Refused
from core.place.geometry import Partition
from core.place.ops import set_outlines
from core.place.outlines import Point, Ring, holds, ring_of
from core.place.queries import buildings, grids
from core.store import Reads, Tx


def partition_of(reads: Reads) -> Partition:
    """The outlines of the linked community."""
    return Partition({row["uid"]: ring_of(row["outline"]) for row in grids(reads) if row["outline"]})


def draw_grid(tx: Tx, uid: str, ring: Ring) -> None:
    """Give a grid its outline; ground of its neighbours is left to them."""
    shapes = partition_of(tx)
    _write(tx, shapes, shapes.draw(uid, ring))


def erase_grid(tx: Tx, uid: str) -> None:
    """Take the outline of a grid away; the grid and its people stay."""
    shapes = partition_of(tx)
    _write(tx, shapes, shapes.erase(uid))


def move_corner(tx: Tx, point: Point, to: Point, *, outer: bool = False) -> None:
    """Move a corner in every grid that shares it; `outer`: also on the border of the whole, which then changes."""
    shapes = partition_of(tx)
    _write(tx, shapes, shapes.move_vertex(_nearest(shapes, point), to, outer=outer))


def add_corner(tx: Tx, point: Point) -> None:
    """A corner on a side, for every grid that has the side."""
    shapes = partition_of(tx)
    _write(tx, shapes, shapes.add_vertex(point))


def remove_corner(tx: Tx, point: Point, *, outer: bool = False) -> None:
    """Take a corner out of every grid that shares it."""
    shapes = partition_of(tx)
    _write(tx, shapes, shapes.remove_vertex(_nearest(shapes, point), outer=outer))


def split_outline(tx: Tx, uid: str, new_uid: str, line: Sequence[Point]) -> list[str]:
    """Cut a grid; the smaller part is `new_uid` and takes the buildings that stand in it. Returns their uids."""
    shapes = partition_of(tx)
    changed = shapes.split(uid, new_uid, line)
    _write(tx, shapes, changed)
    fresh = shapes.rings[new_uid]
    moved = [row["uid"] for row in buildings(tx, uid) if row["x"] is not None and holds(fresh, row["x"], row["y"])]
    tx.update_many("building", [(one, {"grid_uid": new_uid}) for one in moved])
    return moved


def merge_outlines(tx: Tx, uid: str, other: str) -> None:
    """Take the ground and buildings of `other` into `uid`. Two grids that are not drawn merge all the same."""
    shapes = partition_of(tx)
    if uid in shapes.rings and other in shapes.rings:
        _write(tx, shapes, shapes.merge(uid, other))
    elif uid in shapes.rings or other in shapes.rings:
        raise Refused("两个网格只有一个画了轮廓，不能合并。", "请先把另一个也画出来，或去掉轮廓。")
    rows = tx.tuples("SELECT uid FROM building WHERE grid_uid = ?", (other,))
    tx.update_many("building", [(row[0], {"grid_uid": uid}) for row in rows])


def close_grid(tx: Tx, uid: str) -> None:
    """A grid merged into another is closed: what was earned in it stays its own, its name is free for another."""
    name = f"{tx.value('SELECT name FROM grid WHERE uid = ?', (uid,))}（已撤并）"
    taken = {row["name"] for row in grids(tx, archived=True)}
    free = next(one for one in (name, *(f"{name}{number}" for number in range(2, 1000))) if one not in taken)
    tx.update("grid", uid, {"archived_on": today().isoformat(), "outline": "", "name": free, "code": ""})


def _write(tx: Tx, shapes: Partition, changed: Mapping[str, Ring]) -> None:
    """The changed rings, and neighbours whose sides were knotted where they meet one of them."""
    touched = {point for ring in changed.values() for point in ring}
    knotted = {
        uid: ring
        for uid, ring in shapes.rings.items()
        if uid not in changed and ring != shapes.given.get(uid) and not touched.isdisjoint(ring)
    }
    set_outlines(tx, {**knotted, **changed})


def _nearest(shapes: Partition, point: Point) -> Point:
    """The corner meant: a screen gives a point to within rounding."""
    corners = {one for ring in shapes.rings.values() for one in ring}
    best = min(corners, key=lambda one: (one[0] - point[0]) ** 2 + (one[1] - point[1]) ** 2, default=point)
    near = (best[0] - point[0]) ** 2 + (best[1] - point[1]) ** 2 <= (shapes.extent * 1e-3) ** 2
    return best if near else point
