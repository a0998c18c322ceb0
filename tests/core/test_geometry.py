"""Grids as a partition: borders are shared and stay shared, whatever is done to them."""

from __future__ import annotations

import json

import pytest
from shapely.geometry import LinearRing, LineString, Polygon
from shapely.geometry import Point as Spot

from core.base.errors import Refused
from core.base.paths import asset
from core.place.geometry import Partition
from core.place.outlines import Point

SQUARE = [(0.0, 0.0), (100.0, 0.0), (100.0, 100.0), (0.0, 100.0)]
RIGHT = [(100.0, 0.0), (200.0, 0.0), (200.0, 100.0), (100.0, 100.0)]
ABOVE = [(0.0, 100.0), (50.0, 100.0), (50.0, 200.0), (0.0, 200.0)]  # its corner meets the square's side


def sample() -> Partition:
    """The nineteen grids of the sample."""
    whole = json.loads((asset("demo") / "07_网格_19.geojson").read_text(encoding="utf-8"))
    rings = {one["properties"]["编号"]: one["geometry"]["coordinates"][0][:-1] for one in whole["features"]}
    return Partition({code: [(x, y) for x, y in ring] for code, ring in rings.items()})


def _on_side(point: Point, start: Point, end: Point) -> bool:
    return point not in (start, end) and LineString([start, end]).distance(Spot(point)) < 1e-9


def assert_whole(shapes: Partition, area: float) -> None:
    """No gap, no overlap, every ring simple and counter-clockwise, the sum of areas as it was."""
    assert shapes.area() == pytest.approx(area, rel=1e-9)
    assert shapes.gaps() == []
    assert shapes.overlaps() == []
    for ring in shapes.rings.values():
        assert Polygon(ring).is_valid
        assert LinearRing(ring).is_ccw


def test_a_corner_on_a_neighbours_side_is_put_into_that_side() -> None:
    shapes = Partition({"a": SQUARE, "b": ABOVE})
    assert shapes.t_junctions() == [("a", (50.0, 100.0))]
    assert (50.0, 100.0) in shapes.rings["a"]


def test_the_t_junctions_of_the_sample_are_all_found() -> None:
    """Fifty corners stand on a straight side: 71 pairs of a grid with the corner and one with the side (shapely agrees)."""
    shapes = sample()
    pairs = [
        (owner, uid, point)
        for owner, ring in shapes.given.items()
        for uid, other in shapes.given.items()
        for point in ring
        if uid != owner and any(_on_side(point, *side) for side in zip(other, [*other[1:], other[0]], strict=True))
    ]
    assert len(pairs) == 71
    assert {(uid, point) for _, uid, point in pairs} == set(shapes.t_junctions())
    assert len(shapes.t_junctions()) == 50
    assert_whole(shapes, 3000 * 2000)


def test_seventy_five_corners_stand_at_a_side_if_the_crossing_three_units_off_counts() -> None:
    """A grid's corner within three units of a neighbour that lacks it: the 71, and four where a crossing misses by three."""
    given = sample().given
    near = [
        (owner, uid, point, Polygon(other).exterior.distance(Spot(point)))
        for owner, ring in given.items()
        for uid, other in given.items()
        for point in ring
        if point not in other and Polygon(other).exterior.distance(Spot(point)) <= 3
    ]
    assert len(near) == 75
    assert {point for *_, point, away in near if away > 0} == {(2463.0, 980.0), (2466.0, 980.0)}


def test_corners_that_nearly_meet_are_one() -> None:
    shapes = Partition({"a": SQUARE, "b": [(100.001, 0.0), (200.0, 0.0), (200.0, 100.0), (100.0, 99.999)]})
    assert set(shapes.rings["a"]) & set(shapes.rings["b"]) == {(100.0, 0.0), (100.0, 100.0)}


def test_a_shared_corner_moves_in_all_grids_that_have_it() -> None:
    shapes = sample()
    total = shapes.area()
    inner = next(
        point for point in shapes.rings["JY-08"] if not shapes.is_outer(point) and len(shapes.sharing(point)) == 3
    )
    to = (inner[0] + 13.0, inner[1] - 7.0)
    changed = shapes.move_vertex(inner, to)
    assert len(changed) == 3
    assert all(to in ring and inner not in ring for ring in changed.values())
    assert_whole(shapes, total)


def test_the_outer_border_moves_only_when_that_is_meant() -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    with pytest.raises(Refused, match="外边界"):
        shapes.move_vertex((0.0, 0.0), (-20.0, 0.0))
    assert shapes.rings["a"] == SQUARE
    shapes.move_vertex((0.0, 0.0), (-20.0, 0.0), outer=True)
    assert shapes.area() == pytest.approx(20_000 + 1_000)


@pytest.mark.parametrize(
    ("point", "to", "why"),
    [
        ((100.0, 50.0), (250.0, 50.0), "交叉|盖住"),
        ((100.0, 50.0), (-30.0, 50.0), "交叉|盖住"),
        ((100.0, 50.0), (100.0, 100.0), "叠在"),
        ((1.0, 1.0), (2.0, 2.0), "没有角点"),
    ],
)
def test_a_corner_is_refused_where_the_shapes_would_break(point: Point, to: Point, why: str) -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    shapes.add_vertex((100.0, 50.0))
    before = {uid: list(ring) for uid, ring in shapes.rings.items()}
    assert shapes.can_move(point, to)
    with pytest.raises(Refused, match=why):
        shapes.move_vertex(point, to)
    assert shapes.rings == before


def test_a_corner_is_added_to_both_grids_of_a_side_and_taken_from_both() -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    assert set(shapes.add_vertex((100.0, 40.0))) == {"a", "b"}
    assert set(shapes.remove_vertex((100.0, 40.0))) == {"a", "b"}
    assert_whole(shapes, 20_000)
    with pytest.raises(Refused, match="不在任何网格的边上"):
        shapes.add_vertex((50.0, 50.0))


def test_a_corner_is_put_onto_an_oblique_side_not_beside_it() -> None:
    left = [(0.0, 0.0), (100.0, 0.0), (170.0, 130.0), (0.0, 130.0)]
    right = [(100.0, 0.0), (300.0, 0.0), (300.0, 130.0), (170.0, 130.0)]
    shapes = Partition({"a": left, "b": right})
    total = shapes.area()
    assert set(shapes.add_vertex((133.33, 61.9))) == {"a", "b"}  # as a screen gives it, to two digits
    assert_whole(shapes, total)
    (fresh,) = set(shapes.rings["a"]) - set(left)
    assert fresh != (133.33, 61.9)
    assert LineString([left[1], left[2]]).distance(Spot(fresh)) < 1e-9


@pytest.mark.parametrize("point", [(100.001, 0.002), (100.0, 0.003)])
def test_a_corner_is_not_put_beside_another(point: Point) -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    with pytest.raises(Refused, match="已经有一个角点"):
        shapes.add_vertex(point)


def test_a_corner_in_an_acute_angle_belongs_to_the_nearer_side_only() -> None:
    low = [(0.0, 0.0), (1000.0, 0.0), (1000.0, 5.0)]
    high = [(0.0, 0.0), (1000.0, 5.0), (0.0, 400.0)]
    shapes = Partition({"low": low, "high": high})
    total = shapes.area()
    assert set(shapes.add_vertex((60.0, 0.29))) == {"low", "high"}
    assert_whole(shapes, total)


def test_a_grid_does_not_turn_inside_out() -> None:
    shapes = Partition({"a": [(0.0, 0.0), (100.0, 0.0), (50.0, 80.0)]})
    with pytest.raises(Refused, match="翻转"):
        shapes.move_vertex((50.0, 80.0), (50.0, -80.0), outer=True)


def test_a_strip_drawn_twice_in_a_file_stops_no_act_and_may_not_grow() -> None:
    shapes = Partition({"a": SQUARE, "b": [(99.7, 0.0), (200.0, 0.0), (200.0, 100.0), (99.7, 100.0)]})
    assert len(shapes.overlaps()) == 1
    shapes.move_vertex((200.0, 0.0), (220.0, 0.0), outer=True)
    with pytest.raises(Refused, match="盖住"):
        shapes.move_vertex((99.7, 0.0), (80.0, 0.0), outer=True)
    shapes.merge("a", "b")
    assert shapes.overlaps() == []


def test_a_gap_left_between_two_grids_is_closed_by_hand() -> None:
    shapes = Partition({"a": SQUARE, "b": [(103.0, 0.0), (200.0, 0.0), (200.0, 100.0), (103.0, 100.0)]})
    shapes.move_vertex((103.0, 0.0), (100.2, 0.1), outer=True)
    shapes.move_vertex((103.0, 100.0), (100.1, 99.9), outer=True)
    assert set(shapes.rings["a"]) & set(shapes.rings["b"]) == {(100.0, 0.0), (100.0, 100.0)}
    assert shapes.merge("a", "b")["b"] == []


def test_a_grid_drawn_far_away_does_not_blur_the_others() -> None:
    far = [(1e7, 0.0), (1e7 + 100, 0.0), (1e7 + 100, 100.0), (1e7, 100.0)]
    shapes = Partition({"a": SQUARE, "b": RIGHT, "far": far})
    assert shapes.rings["a"] == SQUARE
    shapes.split("a", "c", [(-5.0, 30.0), (105.0, 30.0)])
    assert set(shapes.rings) == {"a", "b", "c", "far"}


def test_where_three_grids_meet_the_corner_stays() -> None:
    shapes = sample()
    inner = next(
        point for point in shapes.rings["JY-08"] if not shapes.is_outer(point) and len(shapes.sharing(point)) == 3
    )
    with pytest.raises(Refused, match="三个以上"):
        shapes.remove_vertex(inner)


def test_a_split_leaves_the_larger_part_its_name_and_knots_the_neighbour() -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    changed = shapes.split("a", "c", [(-5.0, 30.0), (105.0, 30.0)])
    assert set(changed) == {"a", "b", "c"}
    assert Polygon(shapes.rings["a"]).area == pytest.approx(7_000)
    assert Polygon(shapes.rings["c"]).area == pytest.approx(3_000)
    assert (100.0, 30.0) in shapes.rings["b"]
    assert_whole(shapes, 20_000)


def test_a_line_that_ends_just_short_of_the_border_still_cuts() -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    shapes.split("a", "c", [(0.7, 50.0), (99.4, 52.0)])
    assert_whole(shapes, 20_000)
    assert len(shapes.rings) == 3


def test_a_line_from_corner_to_corner_cuts_at_the_corners() -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    shapes.split("a", "c", [(0.1, -0.1), (100.1, 99.9)])  # close enough to be meant
    assert set(shapes.rings["a"]) | set(shapes.rings["c"]) == set(SQUARE)
    assert shapes.rings["b"] == RIGHT
    assert_whole(shapes, 20_000)


def test_a_line_through_an_oblique_border_is_cut_for_both() -> None:
    left = [(0.0, 0.0), (100.0, 0.0), (170.0, 130.0), (0.0, 130.0)]
    right = [(100.0, 0.0), (300.0, 0.0), (300.0, 130.0), (170.0, 130.0)]
    shapes = Partition({"a": left, "b": right})
    total = shapes.area()
    shapes.split("a", "c", [(-3.0, 71.3), (160.0, 37.7)])
    assert len(shapes.rings["b"]) == 5
    assert_whole(shapes, total)


@pytest.mark.parametrize(
    ("line", "why"),
    [
        ([(20.0, 20.0), (60.0, 60.0)], "没有把网格切开"),
        ([(-5.0, 10.0), (50.0, 90.0), (50.0, -5.0), (-5.0, 60.0)], "交叉"),
        ([(-5.0, 20.0), (120.0, 20.0), (120.0, 60.0), (-5.0, 60.0)], "切成了3块"),
        ([(10.0, 10.0)], "太短"),
    ],
)
def test_a_line_that_does_not_cut_in_two_is_refused(line: list[Point], why: str) -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT})
    with pytest.raises(Refused, match=why):
        shapes.split("a", "c", line)
    assert set(shapes.rings) == {"a", "b"}


def test_neighbours_merge_and_others_do_not() -> None:
    shapes = Partition({"a": SQUARE, "b": RIGHT, "c": ABOVE, "d": [(200.0, 100.0), (300.0, 100.0), (300.0, 200.0)]})
    total = shapes.area()
    with pytest.raises(Refused, match="没有共同的边"):
        shapes.merge("b", "d")  # they touch in one point
    changed = shapes.merge("a", "b")
    assert changed["b"] == []
    assert (50.0, 100.0) in shapes.rings["a"]  # the neighbour's corner is kept
    assert_whole(shapes, total)


def test_a_merge_that_would_enclose_another_is_refused() -> None:
    outer = [(0.0, 0.0), (90.0, 0.0), (90.0, 90.0), (0.0, 90.0), (0.0, 60.0), (60.0, 60.0), (60.0, 30.0), (0.0, 30.0)]
    lid = [(0.0, 30.0), (10.0, 30.0), (10.0, 60.0), (0.0, 60.0)]
    inside = [(10.0, 30.0), (60.0, 30.0), (60.0, 60.0), (10.0, 60.0)]
    shapes = Partition({"a": outer, "b": lid, "c": inside})
    with pytest.raises(Refused, match="空洞"):
        shapes.merge("a", "b")


def test_a_new_outline_is_cut_off_at_its_neighbours() -> None:
    shapes = Partition({"a": SQUARE})
    shapes.draw("n", [(50.0, 20.0), (180.0, 20.0), (180.0, 80.0), (50.0, 80.0)])
    assert Polygon(shapes.rings["n"]).area == pytest.approx(80 * 60)
    assert {(100.0, 20.0), (100.0, 80.0)} <= set(shapes.rings["a"])
    assert shapes.overlaps() == []


def test_a_border_drawn_beside_a_side_is_put_on_it_and_an_island_stays_one() -> None:
    shapes = Partition({"a": [(0.0, 0.0), (3000.0, 0.0), (3000.0, 1000.0), (0.0, 1000.0)]})
    shapes.draw("n", [(500.0, 1003.0), (900.0, 998.0), (900.0, 1500.0), (500.0, 1500.0)])
    assert Polygon(shapes.rings["n"]).area == pytest.approx(400 * 500)
    assert Polygon(shapes.rings["a"]).area == pytest.approx(3000 * 1000)
    assert set(shapes.rings["a"]) & set(shapes.rings["n"]) == {(500.0, 1000.0), (900.0, 1000.0)}
    shapes.draw("island", [(4000.0, 0.0), (4200.0, 0.0), (4200.0, 200.0), (4000.0, 200.0)])
    assert shapes.gaps() == [] and shapes.overlaps() == []
    with pytest.raises(Refused, match="没有共同的边"):
        shapes.merge("a", "island")


@pytest.mark.parametrize(
    ("ring", "why"),
    [
        ([(10.0, 10.0), (60.0, 10.0), (60.0, 60.0)], "已属于别的网格"),
        ([(120.0, 0.0), (180.0, 60.0), (180.0, 0.0), (120.0, 60.0)], "交叉"),
        ([(-50.0, 20.0), (150.0, 20.0), (150.0, 60.0), (-50.0, 60.0)], "隔成了2块"),
        ([(-50.0, -50.0), (150.0, -50.0), (150.0, 150.0), (-50.0, 150.0)], "围在了中间"),
    ],
)
def test_an_outline_that_cannot_be_a_grid_is_refused(ring: list[Point], why: str) -> None:
    shapes = Partition({"a": SQUARE})
    with pytest.raises(Refused, match=why):
        shapes.draw("n", ring)
    assert set(shapes.rings) == {"a"}
