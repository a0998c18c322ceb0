"""Acts on the map as they are written: what is stored, what is refused, and that nothing else is touched."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from shapely.geometry import Polygon

from core.base.errors import Refused
from core.base.paths import asset
from core.check import findings
from core.ledger import memory_ledger
from core.place.import_map import commit_grids, prepare_grids
from core.place.map_ops import (
    add_corner,
    close_grid,
    draw_grid,
    erase_grid,
    merge_outlines,
    move_corner,
    partition_of,
    remove_corner,
    split_outline,
)
from core.place.ops import save_grid
from core.place.outlines import Point, ring_of
from core.place.queries import grids
from core.store import Store, Tx
from tests.core.test_map_files import GRIDS, fill
from tests.core.test_regroup import dump

NOWHERE: Point = (5000.0, 5000.0)


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    commit_grids(made, prepare_grids(made, asset("demo") / GRIDS))
    yield made
    made.close()


def outlines(store: Store) -> dict[str, list[Point]]:
    return {row["name"]: ring_of(row["outline"]) for row in grids(store)}


def uid_of(store: Store, name: str) -> str:
    return str(next(row["uid"] for row in grids(store) if row["name"] == name))


def test_only_what_an_act_touches_changes_its_shape(store: Store) -> None:
    """A corner of three grids is moved: these change; neighbours may get corners on their sides, the rest is not written."""
    before, shapes = outlines(store), partition_of(store)
    names = {row["uid"]: row["name"] for row in grids(store)}
    point = next(
        point
        for ring in shapes.rings.values()
        for point in ring
        if len(shapes.sharing(point)) == 3 and not shapes.is_outer(point)
    )
    with store.transact("移动") as tx:
        move_corner(tx, (point[0] + 0.4, point[1] - 0.4), (point[0] + 9.0, point[1] + 7.0))  # as near as a mouse is
    after, moved = outlines(store), {names[uid] for uid in shapes.sharing(point)}
    assert {name for name, ring in after.items() if not Polygon(ring).equals(Polygon(before[name]))} == moved
    meeting = {corner for name in moved for corner in after[name]}
    assert all(ring == before[name] for name, ring in after.items() if meeting.isdisjoint(ring))
    assert partition_of(store).area() == pytest.approx(6_000_000, rel=1e-9)


REFUSED: list[tuple[Callable[[Tx, Store], Any], str]] = [
    (lambda tx, _: move_corner(tx, NOWHERE, (1.0, 1.0)), "没有角点"),
    (lambda tx, _: move_corner(tx, (0.0, 0.0), (9.0, 9.0)), "外边界"),
    (lambda tx, _: add_corner(tx, NOWHERE), "不在任何网格的边上"),
    (lambda tx, _: remove_corner(tx, (0.0, 0.0)), "外边界"),
    (lambda tx, s: split_outline(tx, uid_of(s, "第1网格"), "fresh", [NOWHERE, (6000.0, 6000.0)]), "没有把网格切开"),
    (lambda tx, s: split_outline(tx, save_grid(tx, None, {"name": "甲"}), "fresh", [NOWHERE, (0, 0)]), "还没有画轮廓"),
    (lambda tx, s: merge_outlines(tx, uid_of(s, "第1网格"), uid_of(s, "第19网格")), "没有共同的边"),
    (lambda tx, s: merge_outlines(tx, uid_of(s, "第1网格"), save_grid(tx, None, {"name": "甲"})), "只有一个画了轮廓"),
    (lambda tx, s: draw_grid(tx, save_grid(tx, None, {"name": "甲"}), [(9, 9), (90, 9), (90, 90)]), "已属于别的网格"),
    (lambda tx, s: draw_grid(tx, save_grid(tx, None, {"name": "甲"}), [NOWHERE]), "不成面"),
    (lambda tx, s: erase_grid(tx, save_grid(tx, None, {"name": "甲"})), "还没有画轮廓"),
]


@pytest.mark.parametrize(("act", "why"), REFUSED, ids=[why for _, why in REFUSED])
def test_what_is_refused_writes_nothing(store: Store, act: Callable[[Tx, Store], Any], why: str) -> None:
    before = dump(store)
    with pytest.raises(Refused, match=why) as told, store.transact("不成") as tx:
        act(tx, store)
    assert str(told.value).endswith("。")
    assert dump(store) == before


def test_on_a_ledger_without_outlines_corners_are_told_to_be_missing() -> None:
    store = memory_ledger()
    with pytest.raises(Refused, match="没有角点"), store.transact("不成") as tx:
        move_corner(tx, NOWHERE, (0.0, 0.0))
    with pytest.raises(Refused, match="不在任何网格的边上"), store.transact("不成") as tx:
        add_corner(tx, NOWHERE)
    store.close()


def test_two_grids_that_are_not_drawn_merge_and_closed_names_stay_apart(store: Store) -> None:
    before = dump(store)
    with store.transact("合并") as tx:
        for _ in range(2):
            first, second = (save_grid(tx, None, {"name": name}) for name in ("甲", "乙"))
            merge_outlines(tx, first, second)
            close_grid(tx, second)
            close_grid(tx, first)
    closed = [row["name"] for row in grids(store, archived=True) if "撤并" in row["name"]]
    assert sorted(closed) == ["乙（已撤并）", "乙（已撤并）2", "甲（已撤并）", "甲（已撤并）2"]
    store.undo()
    assert dump(store) == before


def test_random_acts_on_the_sample_are_sound_and_undone_exactly() -> None:
    store, dice = memory_ledger(), random.Random(11)
    fill(store)
    before, done = dump(store), 0
    for number in range(60):
        shapes = partition_of(store)
        uid = dice.choice(list(shapes.rings))
        ring = shapes.rings[uid]
        (x, y), (left, right) = dice.choice(ring), dice.sample(range(len(ring)), 2)
        middles = [((ring[at - 1][0] + ring[at][0]) / 2, (ring[at - 1][1] + ring[at][1]) / 2) for at in (left, right)]
        try:
            with store.transact("随意") as tx:
                match dice.randrange(4):
                    case 0:
                        move_corner(tx, (x, y), (x + dice.uniform(-80, 80), y + dice.uniform(-80, 80)))
                    case 1:
                        add_corner(tx, middles[0])
                    case 2:
                        fresh = save_grid(tx, None, {"name": f"新{number}网格"})
                        split_outline(tx, uid, fresh, middles)
                    case _:
                        other = dice.choice([one for one in shapes.rings if one != uid])
                        merge_outlines(tx, uid, other)
                        close_grid(tx, other)
        except Refused:
            continue
        done += 1
        assert partition_of(store).area() == pytest.approx(6_000_000, rel=1e-9)
    shapes = partition_of(store)
    assert done > 15
    assert (shapes.gaps(), shapes.overlaps(), findings(store)) == ([], [], [])
    for _ in range(done):
        store.undo()
    assert dump(store) == before
    store.close()
