"""Sheets of buildings as communities keep them: sample 08, and many other layouts."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pytest

from core.ledger import memory_ledger
from core.place.entities import BUILDINGS
from core.place.import_map import commit_grids, prepare_grids
from core.place.ops import save_community, save_estate, save_grid, set_outlines
from core.place.outlines import grid_at
from core.place.queries import buildings, entrances, estates, grids
from core.sheet.importing import Prepared
from core.sheet.plain import commit_plain, prepare_plain
from core.sheet.writing import write_sheet
from core.store import Store
from tests.core.grid_people import workbook
from tests.core.roster_sheets import sample

HEAD = ("楼栋", "网格", "小区", "单元数", "户数")


@pytest.fixture
def store() -> Store:
    """A ledger with two drawn grids beside each other on a plan of 200 by 100, and 东苑."""
    found = memory_ledger()
    with found.transact("网格") as tx:
        for number, left in ((1, 0.0), (2, 100.0)):
            uid = save_grid(tx, None, {"name": f"第{number}网格", "code": f"JY-0{number}"})
            ring = [(left, 0.0), (left + 100, 0.0), (left + 100, 100.0), (left, 100.0)]
            set_outlines(tx, {uid: ring})
        save_estate(tx, None, {"name": "东苑", "other_names": "东区"})
        tx.insert("map_plan", {"community_uid": "linked", "width": 200, "height": 100})
    return found


class Checked:
    """A checked sheet, asked short."""

    def __init__(self, prepared: Prepared) -> None:
        self.prepared = prepared
        self.outcomes = [row.outcome.value for row in prepared.plan.rows]
        self.names = [row.name for row in prepared.plan.rows]
        self.errors = [(one["row"], one["column"], one["message"]) for one in prepared.errors]
        self.remarks = [(one["row"], one["message"]) for one in prepared.remarks]


def check(store: Store, path: Path) -> Checked:
    """A file of buildings checked."""
    return Checked(prepare_plain(store, BUILDINGS, [path]))


def rows_of(folder: Path, *rows: Sequence[object], head: Sequence[object] = HEAD) -> Path:
    """A small workbook of buildings."""
    return workbook(folder / "楼栋.xlsx", head, rows)


def table(rows: Iterable[dict[str, Any]]) -> list[tuple[Any, ...]]:
    """What the ledger holds, short."""
    return [(row["estate"], row["name"], row["grid"], row["entrances"], row["households"]) for row in rows]


def test_sample_08_goes_in_each_building_in_its_own_grid_and_unchanged_again(tmp_path: Path) -> None:
    store = memory_ledger()
    assert "请先导入网格" in check(store, sample("08")).errors[0][2]
    commit_grids(store, prepare_grids(store, sample("07")))
    first = check(store, sample("08"))
    assert (set(first.outcomes), first.errors) == ({"new"}, [])
    assert all("将一并新建" in text for _row, text in first.remarks)  # map and sheet agree on every building
    commit_plain(store, first.prepared, BUILDINGS)
    there = buildings(store)
    truth = json.loads(sample("08").with_name("00_truth.json").read_text(encoding="utf-8"))
    assert len(there) == truth["buildings"] == 140
    assert len({row["grid"] for row in there}) == truth["grids"] == 19
    outlines = grids(store)
    assert all((grid_at(outlines, row["x"], row["y"]) or {}).get("name") == row["grid"] for row in there)
    assert all(row["entrances"] == len(entrances(store, row["uid"])) > 0 for row in there[::20])
    assert check(store, sample("08")).outcomes == ["unchanged"] * 140
    out = tmp_path / "导出.xlsx"
    write_sheet(BUILDINGS.spec, there, out, title="楼栋")
    again = check(store, out)
    assert (again.outcomes, again.errors, again.prepared.unmapped) == (["unchanged"] * 140, [], [])


@pytest.mark.parametrize(
    ("head", "row"),
    [
        (
            ("序号", "小区名称", "楼号", "所属网格", "单元个数", "居民户数"),
            (1, "东苑小区", "３＃", "1网格", "2", "６０户"),
        ),
        (("栋号", "网格编号", "所在小区", "单元数量", "住户数"), ("三栋", "JY-01", "东 苑", 2.0, 60.0)),
        (("网格名称", "幢", "小区", "单元数", "总户数"), ("一", 3.0, "东区", "２", "60")),
        (("楼栋", "网格", "单元数", "户数"), ("东苑3号楼", "第一网格", 2, 60)),
        (("楼栋", "网格", "小区", "社区", "单元数", "户数"), ("第3栋", "第1网格", "东苑", "经院社区", 2, 60)),
    ],
)
def test_layouts_and_spellings_mean_the_same_building(
    store: Store, tmp_path: Path, head: Sequence[object], row: Sequence[object]
) -> None:
    found = check(store, rows_of(tmp_path, row, head=head))
    assert (found.outcomes, found.errors, found.names) == (["new"], [], ["东苑 3栋"])
    commit_plain(store, found.prepared, BUILDINGS)
    assert table(buildings(store)) == [("东苑", "3栋", "第1网格", 2, 60)]
    assert check(store, rows_of(tmp_path, row, head=head)).outcomes == ["unchanged"]


def test_a_gbk_text_with_title_totals_and_decimals_is_read(store: Store, tmp_path: Path) -> None:
    text = "经院社区楼栋一览表,,,\n小区,楼栋,网格,户数\n东苑,3.0,1,60\n东苑,１０,２网格,48\n合计,,,108\n"
    path = tmp_path / "楼栋.csv"
    path.write_bytes(text.encode("gb18030"))
    found = check(store, path)
    assert (found.outcomes, found.errors) == (["new", "new"], [])
    assert [one["row"] for one in found.prepared.left_out] == [5]
    commit_plain(store, found.prepared, BUILDINGS)
    assert table(buildings(store)) == [("东苑", "3栋", "第1网格", 0, 60), ("东苑", "10栋", "第2网格", 0, 48)]


def test_merged_cells_hold_for_every_row_under_them(store: Store, tmp_path: Path) -> None:
    import openpyxl

    path = rows_of(tmp_path, ("1栋", "第1网格", "东苑", 2, 60), ("2栋", "", "", 3, 70), ("3栋", "第2网格", "", 1, 20))
    book = openpyxl.load_workbook(path)
    book.active.merge_cells("B2:B3")
    book.active.merge_cells("C2:C4")
    book.save(path)
    book.close()
    found = check(store, path)
    assert found.names == ["东苑 1栋", "东苑 2栋", "东苑 3栋"]
    commit_plain(store, found.prepared, BUILDINGS)
    assert [row["grid"] for row in buildings(store)] == ["第1网格", "第1网格", "第2网格"]


def test_what_cannot_be_is_told_by_row_and_column_and_the_rest_goes_in(store: Store, tmp_path: Path) -> None:
    head = (*HEAD, "社区", "x", "y")
    rows = [
        ("1栋", "第9网格", "东苑", 2, 60),
        ("2栋", "第1网格", "", 2, 60),
        ("3栋", "第1网格", "东苑", 2, 60),
        ("3号楼", "第1网格", "东苑", 2, 60),
        ("3栋", "第2网格", "东苑", 2, 60),
        ("4栋", "第1网格", "东苑", 2, 60, "九凤社区"),
        ("5栋", "第1网格", "东苑", 2, 60, "", 10),
        ("6栋", "第1网格", "东苑", "两三个", 60),
    ]
    found = check(store, rows_of(tmp_path, *rows, head=head))
    assert found.outcomes == ["wrong", "wrong", "new", "skipped", "wrong", "wrong", "wrong", "new"]
    told = {row: (column, text) for row, column, text in found.errors}
    assert told[2][0] == "网格" and "没有叫“第9网格”的网格" in told[2][1]
    assert told[3][0] == "小区" and "请填写小区" in told[3][1]
    assert "第4行" in told[6][1] and "“网格”" in told[6][1]
    assert told[7][0] == "社区" and "登记" in told[7][1]
    assert "同时填写" in told[8][1]
    assert told[9][0] == "单元数"
    commit_plain(store, found.prepared, BUILDINGS, skip_bad=True)
    assert table(buildings(store)) == [("东苑", "3栋", "第1网格", 2, 60), ("东苑", "6栋", "第1网格", 0, 60)]


def test_map_and_sheet_are_compared_and_the_sheet_is_kept(store: Store, tmp_path: Path) -> None:
    head = ("楼栋", "小区", "网格", "横坐标", "纵坐标")
    rows = [
        ("1栋", "东苑", "第1网格", 150, 50),
        ("2栋", "东苑", "第1网格", 999, 50),
        ("3栋", "东苑", "", 150.5, 50),
        ("4栋", "东苑", "第2网格", "１５０", "50"),
    ]
    found = check(store, rows_of(tmp_path, *rows, head=head))
    assert (found.outcomes, found.errors) == (["new"] * 4, [])
    assert [row for row, _text in found.remarks if row] == [2, 3]
    assert "坐标（150，50）却落在第2网格" in found.remarks[0][1]
    assert "在平面图之外" in found.remarks[1][1]
    commit_plain(store, found.prepared, BUILDINGS)
    there = buildings(store)
    assert [row["grid"] for row in there] == ["第1网格", "第1网格", "第2网格", "第2网格"]
    assert (there[2]["x"], there[3]["x"]) == (150.5, 150)


def test_an_estate_is_made_where_the_sheet_says(store: Store, tmp_path: Path) -> None:
    with store.transact("社区") as tx:
        save_community(tx, None, {"district": "江夏区", "street": "藏龙岛办事处", "name": "栗庙社区"})
    head = ("楼栋", "小区", "社区", "网格")
    rows = [("1栋", "西苑", "", "第1网格"), ("2栋", "西苑", "", "第1网格"), ("1栋", "东苑", "栗庙社区", "")]
    found = check(store, rows_of(tmp_path, *rows, head=head))
    assert (found.outcomes, found.errors) == (["new"] * 3, [])
    assert [row for row, _text in found.remarks] == [2, 4]
    commit_plain(store, found.prepared, BUILDINGS)
    assert [(row["community"], row["name"], row["building_count"]) for row in estates(store)] == [
        ("经院社区", "东苑", 0),
        ("经院社区", "西苑", 2),
        ("栗庙社区", "东苑", 1),
    ]
    assert check(store, rows_of(tmp_path, *rows, head=head)).outcomes == ["unchanged"] * 3
    wrong = check(store, rows_of(tmp_path, ("9栋", "东苑", "栗庙社区", "第1网格"), head=head))
    assert "网格只属于联系社区" in wrong.errors[0][2]


def test_entrances_people_are_placed_in_stay(store: Store, tmp_path: Path) -> None:
    from tests import factory

    commit_plain(store, check(store, rows_of(tmp_path, ("1栋", "1", "东苑", 3, 60))).prepared, BUILDINGS)
    (house,) = buildings(store)
    (cadre,) = factory.people(store, 1)
    with store.transact("编入") as tx:
        row = {"cadre_uid": cadre, "grid_uid": house["grid_uid"], "building_uid": house["uid"], "entrance": "3单元"}
        tx.insert("grid_assignment", row | {"from_on": "2020-09-01"})
    found = check(store, rows_of(tmp_path, ("1栋", "1", "东苑", 2, 60)))
    assert found.outcomes == ["wrong"]
    assert found.errors[0][1] == "单元数" and "3单元（1人）有人编入" in found.errors[0][2]
    assert check(store, rows_of(tmp_path, ("1栋", "1", "东苑", 4, 60))).outcomes == ["updated"]
