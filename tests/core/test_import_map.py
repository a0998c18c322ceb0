"""Files of grids as people send them: whatever is in them, each grid is explained and what is sound goes in."""

from __future__ import annotations

import json
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.base.errors import InvalidInput, Refused
from core.base.paths import asset
from core.check import findings
from core.ledger import memory_ledger
from core.place.ground import set_control_points
from core.place.import_map import GridsPrepared, commit_grids, prepare_grids
from core.place.map_ops import partition_of
from core.place.outlines import ring_of
from core.place.queries import grids, workers
from core.sheet.importing import Outcome
from core.store import Store
from tests.core.test_map_files import GRIDS, POINTS, box, feature, file_of, fill


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    yield made
    made.close()


def told(prepared: GridsPrepared) -> dict[str, str]:
    """Sentences by name of what is wrong."""
    return {one.name: one.sentence for one in prepared.items if one.outcome is Outcome.WRONG}


def polygon(properties: Any, *rings: Any) -> dict[str, Any]:
    return {"type": "Feature", "properties": properties, "geometry": {"type": "Polygon", "coordinates": list(rings)}}


# -- how it is written ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_any_encoding_is_read(store: Store, tmp_path: Path, encoding: str) -> None:
    prepared = prepare_grids(
        store, file_of(tmp_path / "a.geojson", [feature("第1网格", box(0, 0), 网格员="欧阳娜")], encoding)
    )
    commit_grids(store, prepared)
    assert [row["name"] for row in workers(store)] == ["欧阳娜"]
    assert grids(store)[0]["name"] == "第1网格"


def test_a_broken_byte_does_not_turn_all_names_into_rubbish(store: Store, tmp_path: Path) -> None:
    file = tmp_path / "a.geojson"
    file.write_bytes((asset("demo") / GRIDS).read_bytes().replace("吕".encode(), b"\xe5\x90\xff", 1))
    with pytest.raises(InvalidInput, match="重新导出"):
        prepare_grids(store, file)


@pytest.mark.parametrize(
    "head", ["网格", "网格名称", "网格名", " 名 称", "NAME", "Grid_Name", "wgmc", "WGMC", "所属网格", "label"]
)
def test_the_name_is_found_under_many_heads(store: Store, tmp_path: Path, head: str) -> None:
    told_by = {"OBJECTID": 7, head: "第1网格", "hs": "1,120 户", "wgy": "李四", "wgbh": "W-1", "id": 3}
    commit_grids(store, prepare_grids(store, file_of(tmp_path / "a.geojson", [polygon(told_by, box(0, 0))])))
    (row,) = grids(store)
    assert (row["name"], row["code"], row["households"], row["workers"]) == ("第1网格", "W-1", 1120, "李四")


@pytest.mark.parametrize(
    ("name", "stored"), [(3, "第3网格"), (3.0, "第3网格"), ("３", "第3网格"), (" 甲\n乙 ", "甲 乙")]
)
def test_a_number_alone_is_the_grid_of_that_number(store: Store, tmp_path: Path, name: Any, stored: str) -> None:
    commit_grids(store, prepare_grids(store, file_of(tmp_path / "a.geojson", [polygon({"网格": name}, box(0, 0))])))
    assert [row["name"] for row in grids(store)] == [stored]


@pytest.mark.parametrize(
    "ring",
    [
        box(0, 0)[:-1],
        box(0, 0)[::-1],
        [point for point in box(0, 0) for _ in (0, 1)],
        [*box(0, 0), [0, 0]],
        [[x, y, 12.5] for x, y in box(0, 0)],
    ],
    ids=["not closed", "clockwise", "points twice", "closed twice", "with heights"],
)
def test_a_ring_is_stored_in_one_way_however_it_is_written(store: Store, tmp_path: Path, ring: Any) -> None:
    commit_grids(store, prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("第1网格", ring)])))
    stored = ring_of(grids(store)[0]["outline"])
    assert sorted(stored) == [(0, 0), (0, 100), (100, 0), (100, 100)]
    start = stored.index((0, 0))
    assert [*stored[start:], *stored[:start]] == [(0, 0), (100, 0), (100, 100), (0, 100)]


def test_one_part_of_a_multipolygon_will_do(store: Store, tmp_path: Path) -> None:
    one = feature("第1网格", box(0, 0))
    one["geometry"] = {"type": "MultiPolygon", "coordinates": [[box(0, 0)]]}
    whole = {"type": "FeatureCollection", "crs": {"type": "name", "properties": 5}, "features": [one]}
    file = tmp_path / "a.geojson"
    file.write_text(json.dumps(whole), encoding="utf-8")
    assert prepare_grids(store, file).counts()[Outcome.NEW] == 1


# -- what is wrong ----------------------------------------------------------------------------------------------------

WRONG: list[tuple[Any, str]] = [
    (polygon({"网格": "甲"}, [[0, 0], [100, 100], [100, 0], [0, 100], [0, 0]]), "交叉或重合了，在（50，50）附近"),
    (polygon({"网格": "甲"}, [[0, 0], [100, 0], [100, 100], [50, 100], [50, 150], [50, 100], [0, 100]]), "重合"),
    (polygon({"网格": "甲"}, [["0", "0"], ["1", "0"], ["1", "1"]]), "不是数字"),
    (polygon({"网格": "甲"}, [[float("nan"), 0], [1, 1], [2, 0]]), "不是数字"),
    (polygon({"网格": "甲"}, [[float("inf"), 0], [1, 1], [2, 0]]), "不是数字"),
    (polygon({"网格": "甲"}, [[1e300, 0], [1e301, 1e300], [2, 0]]), "大得离谱"),
    (polygon({"网格": "甲"}, [[[0, 0], [1, 1]], [1, 1], [0, 1]]), "不是数字"),
    (polygon({"网格": "甲"}, "abcd"), "不是数字"),
    (polygon({"网格": "甲"}, None), "不是数字"),
    (polygon({"网格": "甲"}), "没有坐标"),
    (polygon(None, box(0, 0)), "没有网格名称"),
    (polygon({"网格": True}, box(0, 0)), "没有网格名称"),
    (polygon({"网格": "网" * 500}, box(0, 0)), "有500个字"),
    (polygon({"名称": "3栋", "小区": "东苑"}, box(0, 0)), "像是一栋楼"),
    (polygon({"网格": "甲", "户数": "12.5"}, box(0, 0)), "户数“12.5”"),
    (polygon({"网格": "甲", "网格员": "李四、王五"}, box(0, 0)), "网格员姓名“李四、王五”"),
    (polygon({"网格": "甲", "网格员": "李四", "电话": "乱码"}, box(0, 0)), "手机"),
    (
        {"type": "Feature", "properties": {"网格": "甲"}, "geometry": {"type": ["Polygon"], "coordinates": 5}},
        "没有图形",
    ),
    (
        {"type": "Feature", "properties": {"网格": "甲"}, "geometry": {"type": "MultiPolygon", "coordinates": []}},
        "坐标",
    ),
    ({"type": "Feature", "properties": {"网格": "甲"}, "geometry": {"type": "LineString"}}, "图形是线"),
    ({"type": "Feature", "properties": {"网格": "甲"}, "geometry": {"type": "Point"}}, "图形是点"),
    ([1, 2], "不是要素"),
    (None, "不是要素"),
]


@pytest.mark.parametrize(("faulty", "why"), WRONG)
def test_each_fault_is_a_sentence_with_the_way_out(store: Store, tmp_path: Path, faulty: Any, why: str) -> None:
    file = file_of(tmp_path / "a.geojson", [faulty, feature("第2网格", box(1000, 1000))])
    prepared = prepare_grids(store, file)
    ((name, sentence),) = told(prepared).items()
    assert why in sentence and sentence.endswith("。") and "请" in sentence
    assert [(one["value"], one["message"]) for one in prepared.errors] == [(name, sentence)]
    commit_grids(store, prepared, skip_bad=True)
    assert [row["name"] for row in grids(store)] == ["第2网格"]


def test_all_writings_of_a_name_are_one_name_and_a_code_is_told_once(store: Store, tmp_path: Path) -> None:
    names = ["第3网格", "3网格", "３网格", "三网格", "第三网格"]
    features = [feature(name, box(200 * at, 0)) for at, name in enumerate(names)]
    features += [feature("甲", box(0, 500), 编号="A"), feature("乙", box(200, 500), 编号="A")]
    found = told(prepare_grids(store, file_of(tmp_path / "a.geojson", features)))
    assert set(found) == {"3网格", "三网格", "第三网格", "乙"}
    assert all("与第1个图形重名（第3网格）" in found[name] for name in ("3网格", "三网格", "第三网格"))
    assert found["乙"] == "编号“A”与第6个图形（甲）相同，请改正其中一个。"


def test_points_are_told_to_be_buildings(store: Store, tmp_path: Path) -> None:
    points = [
        {"type": "Feature", "properties": {"名称": f"{n}栋"}, "geometry": {"type": "Point", "coordinates": [n, n]}}
        for n in range(4)
    ]
    with pytest.raises(InvalidInput, match="都是点，像是楼栋"):
        prepare_grids(store, file_of(tmp_path / "a.geojson", points))
    with pytest.raises(InvalidInput, match="1001个图形"):
        prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("甲", box(0, 0))] * 1001))


def test_lines_drawn_twice_by_hand_go_in_and_can_be_worked_on(store: Store, tmp_path: Path) -> None:
    features = [feature("甲", [[0, 0], [100, 0], [100.4, 50], [100, 100], [0, 100]]), feature("乙", box(100, 0))]
    prepared = prepare_grids(store, file_of(tmp_path / "a.geojson", features))
    assert told(prepared) == {}
    commit_grids(store, prepared)
    assert len(partition_of(store).overlaps()) == 1
    partition_of(store).split(grids(store)[0]["uid"], "fresh", [(50, -5), (50, 105)])


# -- against the ledger -----------------------------------------------------------------------------------------------


def test_name_and_code_must_mean_one_grid_and_a_new_name_is_told(store: Store, tmp_path: Path) -> None:
    fill(store)
    rows = {row["name"]: row for row in grids(store)}
    ring = [[x, y] for x, y in ring_of(rows["第2网格"]["outline"])]
    first, second = rows["第1网格"]["code"], rows["第2网格"]["code"]
    crossed = prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("第2网格", ring, 编号=first)]))
    assert told(crossed) == {"第2网格": f"名称是台账里的第2网格，编号{first}却是第1网格的，请改成一致。"}
    renamed = prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("南门网格", ring, 编号=second)]))
    assert renamed.items[0].sentence == "由第2网格改名为南门网格。"
    commit_grids(store, renamed)
    assert grids(store)[1]["name"] == "南门网格"


def test_a_faulty_grid_keeps_its_old_outline_and_others_may_not_lie_on_it(store: Store, tmp_path: Path) -> None:
    commit_grids(
        store,
        prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("甲", box(0, 0)), feature("乙", box(100, 0))])),
    )
    features = [
        feature("乙", [[100, 0], [200, 100], [200, 0], [100, 100]]),
        feature("甲", box(0, 0, 200, 100)),
        feature("丙", box(0, 0, 50, 50)),
    ]
    found = told(prepare_grids(store, file_of(tmp_path / "b.geojson", features)))
    assert "交叉" in found["乙"] and "盖住了台账里的乙" in found["甲"]
    assert found["丙"]  # on 甲, whichever way


def test_what_does_not_change_keeps_its_numbers(store: Store, tmp_path: Path) -> None:
    fill(store)
    row = grids(store)[0]
    ring = [[x + 0.01, y - 0.01] for x, y in ring_of(row["outline"])]
    prepared = prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("第1网格", ring, 户数=7)]))
    commit_grids(store, prepared)
    assert (grids(store)[0]["households"], grids(store)[0]["outline"]) == (7, row["outline"])


def test_coordinates_far_from_the_picture_are_told(store: Store, tmp_path: Path) -> None:
    fill(store)
    far = prepare_grids(store, file_of(tmp_path / "a.geojson", [feature("第20网格", box(38_530_000, 3_370_000))]))
    assert "在平面图之外（如38530000，3370000；平面图宽3000、高2000）" in told(far)["第20网格"]


def test_one_stray_grid_does_not_make_degrees_into_picture_units(store: Store, tmp_path: Path) -> None:
    fill(store)
    with store.transact("控制点") as tx:
        set_control_points(tx, tx.value("SELECT uid FROM map_plan"), POINTS)
    features = [
        feature("第20网格", [[114.40, 30.44], [114.41, 30.44], [114.41, 30.45]]),
        feature("第21网格", [[114.40, 30.46], [114.41, 30.46], [114.41, 30.47]]),
        feature("第22网格", box(5000, 5000)),
    ]
    prepared = prepare_grids(store, file_of(tmp_path / "a.geojson", features))
    assert told(prepared) == {"第22网格": "坐标和别的网格不同，不是经纬度，请核对。"}
    assert all(x < 0 for one in prepared.items[:2] for x, _ in one.grid.ring)  # west of the picture's west side


def test_broken_bytes_never_break_anything(store: Store, tmp_path: Path) -> None:
    whole, dice, file = (asset("demo") / GRIDS).read_bytes(), random.Random(7), tmp_path / "a.geojson"
    written, prepared = False, 0
    for _number in range(300):
        data = bytearray(whole)
        for _ in range(dice.choice((1, 1, 3))):
            at = dice.randrange(len(data))
            if dice.random() < 0.6:
                data[at] = dice.choice(b"0123456789-e.[]{},") if dice.random() < 0.7 else dice.randrange(256)
            else:
                del data[at : at + dice.choice((1, 1, 20, 400))]
        file.write_bytes(bytes(data))
        try:
            found = prepare_grids(store, file)
        except InvalidInput as problem:
            assert str(problem).endswith("。")
            continue
        prepared += 1
        assert all(one.sentence.endswith("。") for one in found.items)
        if found.counts()[Outcome.WRONG]:
            with pytest.raises(Refused):
                commit_grids(store, found)
        elif not written:
            commit_grids(store, found)
            store.undo()
            written = True
    assert prepared > 30
    assert grids(store) == []
    assert findings(store) == []
