"""GeoJSON out: what another program, and this one, make of it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import geojson
import pytest
from shapely.geometry import LinearRing

from core.base.errors import InvalidInput, MachineFault, Refused
from core.ledger import memory_ledger
from core.place.fitting import fit_points, metres, to_gcj02, to_wgs84
from core.place.geojson import write_geojson
from core.place.ground import import_ground, set_control_points
from core.place.import_map import commit_grids, prepare_grids
from core.place.map_queries import map_plan
from core.place.model import BUILDING, GRID
from core.place.outlines import Point
from core.place.queries import buildings, grids
from core.sheet.importing import Outcome
from core.store import Store
from tests.core.test_map_files import box, feature, file_of, fill, picture, read


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    fill(made)
    yield made
    made.close()


def tie(store: Store, corners: Sequence[tuple[Point, Point]], datum: str = "WGS84") -> None:
    """Control points: (picture point, longitude and latitude)."""
    points = [{"x": x, "y": y, "lon": lon, "lat": lat} for (x, y), (lon, lat) in corners]
    with store.transact("控制点") as tx:
        set_control_points(tx, tx.value("SELECT uid FROM map_plan"), points, datum)


SHAPES: dict[str, list[tuple[Point, Point]]] = {
    "upright": [((0, 0), (114.43, 30.44)), ((3000, 0), (114.46, 30.44)), ((0, 2000), (114.43, 30.46))],
    "turned": [((0, 0), (114.43, 30.44)), ((3000, 0), (114.43, 30.47)), ((0, 2000), (114.41, 30.44))],
    "mirrored": [((0, 0), (114.46, 30.44)), ((3000, 0), (114.43, 30.44)), ((0, 2000), (114.46, 30.46))],
}


@pytest.mark.parametrize("way", SHAPES)
@pytest.mark.parametrize("datum", ["WGS84", "GCJ02", "BD09"])
def test_rings_run_counter_clockwise_on_earth_and_come_back_unchanged(
    store: Store, tmp_path: Path, way: str, datum: str
) -> None:
    tie(store, SHAPES[way], datum)
    (file,) = write_geojson(store, "grids", tmp_path / "经纬度.geojson", lonlat=True)
    collection = geojson.loads(file.read_text(encoding="utf-8"))
    assert collection.is_valid
    assert "crs" not in collection  # RFC 7946: WGS84, not told
    for one in collection["features"]:
        (ring,) = one["geometry"]["coordinates"]
        assert LinearRing(ring).is_ccw and ring[0] == ring[-1]
    assert prepare_grids(store, file).counts()[Outcome.UNCHANGED] == 19


def test_buildings_lie_where_they_are_with_their_labels(store: Store, tmp_path: Path) -> None:
    file, world, plan = write_geojson(store, "buildings", tmp_path / "新建" / "楼栋.geojson")
    assert (world.name, plan.name) == ("楼栋.pgw", "楼栋.png")
    collection = geojson.loads(file.read_text(encoding="utf-8"))
    assert collection.is_valid
    there = {row["uid"]: row for row in buildings(store)}
    assert len(collection["features"]) == len(there) == 140
    for one in collection["features"]:
        row = there[one["id"]]
        assert one["geometry"]["coordinates"] == [row["x"], row["y"]]
        assert (one["properties"]["小区"], one["properties"][BUILDING.field("grid").label]) == (
            row["estate"],
            row["grid"],
        )


def test_the_world_file_and_picture_rebuild_the_same_plan_elsewhere(store: Store, tmp_path: Path) -> None:
    with store.transact("换图") as tx:  # half the size, the same ground
        import_ground(tx, picture(tmp_path / "小.png", (1500, 1000)))
    file, world, plan = write_geojson(store, "grids", tmp_path / "out" / "网格.geojson")
    assert [float(line) for line in world.read_text(encoding="ascii").split()] == [2, 0, 0, -2, 1, 1999]
    other = memory_ledger()
    with other.transact("放图") as tx:
        import_ground(tx, plan)
    commit_grids(other, prepare_grids(other, file))
    assert [row["outline"] for row in grids(other)] == [row["outline"] for row in grids(store)]
    laid = map_plan(other) or {}
    assert (laid["width"], laid["height"]) == (3000, 2000)
    other.close()


def test_a_picture_under_outlines_drawn_before_it_covers_them(tmp_path: Path) -> None:
    store = memory_ledger()
    drawn = [feature("第1网格", box(0, 0, 1500, 2000)), feature("第2网格", box(1500, 0, 1500, 2000))]
    commit_grids(store, prepare_grids(store, file_of(tmp_path / "a.geojson", drawn)))
    with store.transact("放图") as tx:
        import_ground(tx, picture(tmp_path / "小.png", (300, 200)))
    _, world, _ = write_geojson(store, "grids", tmp_path / "out.geojson")
    assert [float(line) for line in world.read_text(encoding="ascii").split()] == [10, 0, 0, -10, 5, 1995]
    store.close()


@pytest.mark.parametrize(
    ("size", "lines", "plan"),
    [
        ((6400, 3200), "0.5 0 0 -0.5 0.25 1599.75", (3200, 1600)),  # kept smaller than the file; the ground is the same
        ((300, 200), "10 0 0 -10 38530005 3371995", (300, 200)),  # another system's coordinates
        ((300, 200), "10 1 1 -10 5 1995", (300, 200)),  # turned
        ((300, 200), "10 0 0 -10 5", (300, 200)),
        ((300, 200), "nan 0 0 -10 5 1995", (300, 200)),
    ],
)
def test_a_world_file_beside_the_picture_sets_its_size_if_it_is_of_our_kind(
    tmp_path: Path, size: tuple[int, int], lines: str, plan: tuple[int, int]
) -> None:
    store = memory_ledger()
    (tmp_path / "图.pgw").write_text(lines.replace(" ", "\n"), encoding="ascii")
    with store.transact("放图") as tx:
        import_ground(tx, picture(tmp_path / "图.png", size))
    laid = map_plan(store) or {}
    assert (laid["width"], laid["height"]) == plan
    store.close()


def test_what_cannot_be_written_is_said(store: Store, tmp_path: Path) -> None:
    with pytest.raises(InvalidInput, match="不能导出成 GeoJSON"):
        write_geojson(store, "people", tmp_path / "a.geojson")
    (tmp_path / "占").write_text("", encoding="utf-8")
    with pytest.raises(MachineFault, match="是一个文件"):
        write_geojson(store, "grids", tmp_path / "占" / "a.geojson")
    empty = memory_ledger()
    with pytest.raises(Refused, match="没有可导出的图形"):
        write_geojson(empty, "grids", tmp_path / "a.geojson")
    empty.close()
    assert not (tmp_path / "a.geojson").exists()


def test_without_a_picture_only_the_geojson_is_written(tmp_path: Path) -> None:
    store = memory_ledger()
    commit_grids(store, prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("第1网格", box(0.5, 0))])))
    assert write_geojson(store, "grids", tmp_path / "b.geojson") == [tmp_path / "b.geojson"]
    (one,) = read(tmp_path / "b.geojson")["features"]
    assert one["properties"] == {GRID.field("name").label: "第1网格"}
    assert json.dumps(one["geometry"]["coordinates"][0][0]) == "[0.5, 0]"
    store.close()


# -- fitting ----------------------------------------------------------------------------------------------------------

# what the formula everybody uses gives: Tiananmen, and the middle of Wuhan
KNOWN: list[tuple[Point, Point]] = [
    ((116.391349, 39.907375), (116.397593, 39.908776)),
    ((114.305215, 30.592935), (114.310746, 30.590588)),
]


@pytest.mark.parametrize(("wgs84", "gcj02"), KNOWN)
def test_the_shift_of_chinese_maps_is_the_known_one(wgs84: Point, gcj02: Point) -> None:
    assert metres(to_gcj02(wgs84), gcj02) < 20
    assert metres(to_wgs84(to_gcj02(wgs84), "GCJ02"), wgs84) < 0.01


def test_baidu_adds_its_own_shift() -> None:
    """Baidu's Tiananmen, 116.403963 39.915119, is WGS84 116.391305 39.907370 or so."""
    assert metres(to_wgs84((116.403963, 39.915119), "BD09"), (116.391305, 39.907370)) < 30


def test_more_points_than_needed_share_the_error() -> None:
    picture_points: list[Point] = [(0, 0), (3000, 0), (0, 2000), (3000, 2000)]
    earth: list[Point] = [(114.43, 30.44), (114.46, 30.44), (114.43, 30.46), (114.46, 30.4601)]  # 11 m off
    fit = fit_points(picture_points, earth)
    assert all(away == pytest.approx(11.1 / 4, rel=0.02) for away in fit.residuals)


@pytest.mark.parametrize(("lon", "lat"), [(30.44, 114.43), (190.0, 30.0)])
def test_latitude_before_longitude_is_refused(store: Store, lon: float, lat: float) -> None:
    corners: list[Any] = [((0, 0), (lon, lat)), *SHAPES["upright"][1:]]
    with pytest.raises(InvalidInput, match="经度在前"):
        tie(store, corners)
    with pytest.raises(InvalidInput, match="没有“CGCS”"):
        tie(store, SHAPES["upright"], "CGCS")
