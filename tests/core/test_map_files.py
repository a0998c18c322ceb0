"""Grids, buildings and the picture in as files and out again; longitude and latitude by control points."""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator
from io import BytesIO
from pathlib import Path
from typing import Any

import geojson
import pytest
from PIL import Image
from shapely.geometry import LinearRing, shape

from core.base.errors import InvalidInput, MachineFault, Refused
from core.base.paths import asset
from core.grid_assignment.regroup import BUILDINGS
from core.ledger import memory_ledger
from core.place import fitting
from core.place.fitting import fit_of, fit_points, metres, to_gcj02, to_wgs84
from core.place.geojson import write_geojson
from core.place.ground import import_ground, set_control_points
from core.place.import_map import commit_grids, prepare_grids
from core.place.map_queries import map_plan, plan_picture
from core.place.outlines import holds, ring_of
from core.place.queries import buildings, grids, workers
from core.sheet.importing import Outcome
from core.sheet.plain import commit_plain, prepare_plain
from core.store import Store

GRIDS, HOUSES, PICTURE = "07_网格_19.geojson", "08_楼栋.xlsx", "09_平面图.png"
POINTS = [
    {"name": "西南", "x": 0, "y": 0, "lon": 114.43, "lat": 30.44},
    {"name": "东南", "x": 3000, "y": 0, "lon": 114.46, "lat": 30.441},
    {"name": "西北", "x": 0, "y": 2000, "lon": 114.431, "lat": 30.46},
]


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    yield made
    made.close()


def fill(store: Store) -> None:
    """Samples 07, 08 and 09."""
    commit_grids(store, prepare_grids(store, asset("demo") / GRIDS))
    commit_plain(store, prepare_plain(store, BUILDINGS, [asset("demo") / HOUSES]), BUILDINGS)
    with store.transact("放入平面图") as tx:
        import_ground(tx, asset("demo") / PICTURE)


def read(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))


def feature(name: str, ring: list[list[float]], **properties: Any) -> dict[str, Any]:
    told = {"网格": name, **properties}
    return {"type": "Feature", "properties": told, "geometry": {"type": "Polygon", "coordinates": [ring]}}


def box(x: float, y: float, width: float = 100, height: float = 100) -> list[list[float]]:
    return [[x, y], [x + width, y], [x + width, y + height], [x, y + height], [x, y]]


def file_of(path: Path, features: list[Any], encoding: str = "utf-8") -> Path:
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}, ensure_ascii=False), encoding)
    return path


def test_the_samples_go_in_each_building_in_its_own_grid(store: Store) -> None:
    fill(store)
    found = {row["uid"]: row for row in grids(store)}
    assert len(found) == 19
    assert len(workers(store)) == 19
    houses = buildings(store)
    assert len(houses) == 140
    assert all(holds(ring_of(found[row["grid_uid"]]["outline"]), row["x"], row["y"]) for row in houses)
    plan = map_plan(store)
    assert plan is not None and (plan["width"], plan["height"]) == (3000, 2000)
    assert plan_picture(store, plan["uid"]) == (asset("demo") / PICTURE).read_bytes()


def test_grids_come_out_as_they_went_in_with_picture_and_world_file(store: Store, tmp_path: Path) -> None:
    fill(store)
    files = write_geojson(store, "grids", tmp_path / "网格.geojson")
    assert [one.name for one in files] == ["网格.geojson", "网格.pgw", "网格.png"]
    collection = geojson.loads(files[0].read_text(encoding="utf-8"))
    assert collection.is_valid
    given = {one["properties"]["网格"]: shape(one["geometry"]) for one in read(asset("demo") / GRIDS)["features"]}
    for one in collection["features"]:
        assert LinearRing(one["geometry"]["coordinates"][0]).is_ccw
        assert shape(one["geometry"]).equals(given[one["properties"]["网格"]])
    # pixel centre of the picture's first column and row, in coordinates whose y runs up
    assert [float(line) for line in files[1].read_text(encoding="ascii").split()] == [1, 0, 0, -1, 0.5, 1999.5]
    again = prepare_grids(store, files[0])
    assert again.counts()[Outcome.UNCHANGED] == 19


def test_longitude_and_latitude_need_three_points_and_come_back_unchanged(store: Store, tmp_path: Path) -> None:
    fill(store)
    with pytest.raises(Refused, match="三个控制点"):
        write_geojson(store, "grids", tmp_path / "经纬度.geojson", lonlat=True)
    plan = map_plan(store) or {}
    with store.transact("控制点") as tx:
        set_control_points(tx, plan["uid"], POINTS, "GCJ02")
    files = write_geojson(store, "grids", tmp_path / "经纬度.geojson", lonlat=True)
    assert [one.suffix for one in files] == [".geojson"]
    collection = geojson.loads(files[0].read_text(encoding="utf-8"))
    assert collection.is_valid
    for one in collection["features"]:
        ring = one["geometry"]["coordinates"][0]
        assert LinearRing(ring).is_ccw and ring[0] == ring[-1]
        assert all(114.4 < lon < 114.5 and 30.4 < lat < 30.5 for lon, lat in ring)
    prepared = prepare_grids(store, files[0])
    assert prepared.counts()[Outcome.UNCHANGED] == 19
    assert "经纬度" in prepared.remarks[0]


def test_longitude_and_latitude_without_a_fit_are_refused_grid_by_grid(store: Store, tmp_path: Path) -> None:
    fill(store)
    file = file_of(
        tmp_path / "a.geojson",
        [feature("第1网格", [[114.43, 30.44], [114.44, 30.44], [114.44, 30.45], [114.43, 30.44]])],
    )
    prepared = prepare_grids(store, file)
    assert prepared.counts()[Outcome.WRONG] == 1
    assert "控制点" in prepared.items[0].sentence


FAULTY = [
    (feature("甲", [[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]), "交叉"),
    (
        {**feature("乙", box(0, 0)), "geometry": {"type": "Polygon", "coordinates": [box(0, 0), box(20, 20, 9, 9)]}},
        "洞",
    ),
    ({**feature("丙", box(0, 0)), "geometry": {"type": "Point", "coordinates": [1, 2]}}, "不是面"),
    ({**feature("丁", box(0, 0)), "geometry": None}, "不是面"),
    (feature("", box(0, 0)), "没有网格名称"),
    (feature("戊", [[0, 0], [1, 1], [0, 0]]), "三个角点"),
    (feature("己", [[0, 0], [50, 0], [100, 0], [0, 0]]), "围不成面"),
    (feature("庚", [["a", 0], [1, 1], [0, 1], ["a", 0]]), "不是数字"),  # type: ignore[list-item]
    (feature("辛", [[0], [1, 1], [0, 1], [0]]), "不是数字"),
    (feature("壬", box(0, 0), 户数="很多"), "户数"),
    (
        {**feature("癸", box(0, 0)), "geometry": {"type": "MultiPolygon", "coordinates": [[box(0, 0)], [box(500, 0)]]}},
        "2块",
    ),
    ("junk", "不是要素"),
]


@pytest.mark.parametrize(("faulty", "why"), FAULTY, ids=[why for _, why in FAULTY])
def test_a_faulty_grid_is_explained_and_the_sound_one_can_go_in(
    store: Store, tmp_path: Path, faulty: Any, why: str
) -> None:
    prepared = prepare_grids(store, file_of(tmp_path / "a.geojson", [faulty, feature("第2网格", box(1000, 1000))]))
    wrong = [one for one in prepared.items if one.outcome is Outcome.WRONG]
    assert len(wrong) == 1
    assert re.search(why, wrong[0].sentence)
    assert wrong[0].sentence.endswith("。")
    with pytest.raises(Refused):
        commit_grids(store, prepared)
    assert grids(store) == []
    commit_grids(store, prepared, skip_bad=True)
    assert [row["name"] for row in grids(store)] == ["第2网格"]


def test_overlaps_and_double_names_are_told_with_both_names(store: Store, tmp_path: Path) -> None:
    features = [
        feature("第1网格", box(0, 0)),
        feature("1网格", box(200, 0)),
        feature("第3网格", box(50, 0)),
        feature("第4网格", box(99.9, 200)),
        feature("第5网格", box(199.8, 200)),  # a line drawn twice by hand is no overlap
    ]
    prepared = prepare_grids(store, file_of(tmp_path / "a.geojson", features))
    told = {one.name: one.sentence for one in prepared.items if one.outcome is Outcome.WRONG}
    assert set(told) == {"1网格", "第3网格"}
    assert "第1网格" in told["1网格"] and "重名" in told["1网格"]
    assert "与第1网格重叠" in told["第3网格"] and "50%" in told["第3网格"]


def test_a_file_on_part_of_the_grids_may_not_lie_on_the_others(store: Store, tmp_path: Path) -> None:
    fill(store)
    prepared = prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("第20网格", box(100, 100, 400, 300))]))
    assert "盖住了台账里的第1网格" in prepared.items[0].sentence


def test_a_changed_worker_ends_the_old_one(store: Store, tmp_path: Path) -> None:
    fill(store)
    first = read(asset("demo") / GRIDS)["features"][0]
    first["properties"]["网格员"] = "欧阳•娜"
    prepared = prepare_grids(store, file_of(tmp_path / "a.geojson", [first], "gb18030"))
    assert prepared.items[0].sentence == "网格员由吕莉改为欧阳·娜。"
    commit_grids(store, prepared)
    assert [row["name"] for row in workers(store, grids(store)[0]["uid"])][-1] == "欧阳·娜"


@pytest.mark.parametrize(
    "data", [b"", b"{", b"[]", b'{"type": "FeatureCollection", "features": []}', b"\xff\xfe\x00", b"[" * 100_000]
)
def test_what_is_no_geojson_is_said_and_nothing_is_written(store: Store, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "a.geojson"
    file.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"a\.geojson"):
        prepare_grids(store, file)
    with pytest.raises(MachineFault, match="读不出"):
        prepare_grids(store, tmp_path / "没有.geojson")


# -- the earth --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("datum", ["GCJ02", "BD09"])
def test_shifted_coordinates_come_back_to_within_a_metre(datum: str) -> None:
    wgs84 = (114.4352, 30.4471)
    shifted = to_gcj02(wgs84)
    assert 300 < metres(wgs84, shifted) < 700  # what the shift is in Wuhan
    if datum == "BD09":
        x, y = shifted
        reach = math.hypot(x, y) + 0.00002 * math.sin(y * math.pi * 3000 / 180)
        angle = math.atan2(y, x) + 0.000003 * math.cos(x * math.pi * 3000 / 180)
        shifted = (reach * math.cos(angle) + 0.0065, reach * math.sin(angle) + 0.006)
    assert metres(to_wgs84(shifted, datum), wgs84) < 1
    assert to_wgs84(wgs84, "WGS84") == wgs84


def test_points_on_a_line_or_too_few_are_refused() -> None:
    earth = [(114.43, 30.44), (114.44, 30.44), (114.45, 30.44)]
    with pytest.raises(Refused, match="直线"):
        fit_points([(0, 0), (100, 0.001), (200, 0)], earth)
    with pytest.raises(Refused, match="至少要3个"):
        fit_points([(0, 0), (100, 0)], earth[:2])
    with pytest.raises(Refused, match=r"经纬度都一样|直线"):
        fit_points([(0, 0), (100, 0), (0, 100)], [earth[0]] * 3)


def test_a_misread_digit_shows_in_its_residual(store: Store) -> None:
    fill(store)
    plan = map_plan(store) or {}
    worse = [*POINTS, {"name": "东北", "x": 3000, "y": 2000, "lon": 114.461, "lat": 30.471}]  # 30.461
    with store.transact("控制点") as tx:
        set_control_points(tx, plan["uid"], worse)
    fit = fit_of(store)
    assert fit is not None and fit.worst > fitting.WARN_METRES
    x, y = fit.to_picture(fit.to_lonlat((1234.0, 567.0)))
    assert (x, y) == pytest.approx((1234.0, 567.0))


# -- the picture ------------------------------------------------------------------------------------------------------


def picture(path: Path, size: tuple[int, int], **options: Any) -> Path:
    Image.new("RGB", size, "white").save(path, **options)
    return path


def test_a_later_picture_lies_on_the_same_ground(store: Store, tmp_path: Path) -> None:
    fill(store)
    before = grids(store)[0]["outline"]
    with store.transact("换图") as tx:
        import_ground(tx, picture(tmp_path / "小.jpg", (1500, 1000)))
    plan = map_plan(store) or {}
    assert (plan["width"], plan["height"], grids(store)[0]["outline"]) == (3000, 2000, before)
    with store.transact("换图") as tx:  # another shape: all follows
        import_ground(tx, picture(tmp_path / "高.png", (1500, 1500)))
    plan = map_plan(store) or {}
    assert (plan["width"], plan["height"]) == (3000, 3000)
    assert max(y for row in grids(store) for _, y in ring_of(row["outline"])) == pytest.approx(3000)
    store.undo()
    assert grids(store)[0]["outline"] == before


def test_a_turned_photo_stands_upright_and_a_huge_one_is_made_smaller(store: Store, tmp_path: Path) -> None:
    exif = Image.Exif()
    exif[0x0112] = 6  # turned by 90 degrees
    with store.transact("图") as tx:
        import_ground(tx, picture(tmp_path / "拍.jpg", (400, 300), exif=exif))
    plan = map_plan(store) or {}
    assert (plan["width"], plan["height"]) == (300, 400)
    with store.transact("图") as tx:
        import_ground(tx, picture(tmp_path / "大.png", (6300, 8400)))
    data = plan_picture(store, plan["uid"])
    assert data is not None and max(Image.open(BytesIO(data)).size) == 6000


def test_a_page_of_a_pdf_can_be_the_ground(store: Store, tmp_path: Path) -> None:
    pages = [Image.new("RGB", size, "white") for size in ((200, 100), (100, 200))]
    pages[0].save(tmp_path / "图.pdf", save_all=True, append_images=pages[1:])
    with store.transact("图") as tx:
        import_ground(tx, tmp_path / "图.pdf", page=2)
    plan = map_plan(store) or {}
    assert plan["height"] == pytest.approx(2 * plan["width"], rel=0.01)
    with pytest.raises(InvalidInput, match="只有2页"), store.transact("图") as tx:
        import_ground(tx, tmp_path / "图.pdf", page=3)


@pytest.mark.parametrize("data", [b"", b"no picture", b"%PDF-1.4 broken", b"\x89PNG\r\n\x1a\n123"])
def test_what_is_no_picture_is_said_and_the_old_one_stays(store: Store, tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "坏.png"
    file.write_bytes(data)
    with pytest.raises(InvalidInput, match=r"坏\.png"), store.transact("图") as tx:
        import_ground(tx, file)
    assert map_plan(store) is None
