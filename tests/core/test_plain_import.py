"""Plain entities: what one row of a sheet becomes, whatever the entity."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused, Stale
from core.ledger import memory_ledger
from core.place.entities import COMMUNITIES, ENTRANCES, ESTATES, WORKERS
from core.place.ops import save_community, save_estate, save_worker
from core.place.queries import communities, entrances, estates, workers
from core.sheet.importing import Outcome, Prepared
from core.sheet.plain import PlainEntity, commit_plain, plain_text, prepare_plain
from core.store import Store
from tests.core.grid_people import community, workbook

HEAD = ("小区", "社区", "别名", "备注")


@pytest.fixture
def store() -> Store:
    """A ledger with 东苑 in the linked community."""
    found = memory_ledger()
    with found.transact("小区") as tx:
        save_estate(tx, None, {"name": "东苑", "other_names": "东区", "note": "老小区"})
    return found


def outcomes(prepared: Prepared) -> list[str]:
    """The outcome of every row."""
    return [row.outcome.value for row in prepared.plan.rows]


def check(store: Store, folder: Path, rows: Sequence[Sequence[object]], entity: PlainEntity = ESTATES) -> Prepared:
    """A sheet of 小区 (or what `entity` says) checked."""
    return prepare_plain(store, entity, [workbook(folder / "表.xlsx", HEAD, rows)])


def test_new_changed_and_unchanged_rows_are_told_apart_and_written_in_one_step(store: Store, tmp_path: Path) -> None:
    rows = [("西苑", "", "西区", ""), ("东 苑", "经院社区", "东区、东院", ""), ("南苑", "", "", "新")]
    prepared = check(store, tmp_path, rows)
    assert outcomes(prepared) == ["new", "updated", "new"]
    (change,) = prepared.plan.rows[1].changes
    assert (change.label, change.old, change.new) == ("别名", "东区", "东区、东院")
    written = commit_plain(store, prepared, ESTATES)
    assert written.counts[Outcome.NEW] == 2 and written.tables == {"estate"}
    there = {row["name"]: row for row in estates(store)}
    assert set(there) == {"东苑", "西苑", "南苑"}
    assert (there["东苑"]["other_names"], there["东苑"]["note"]) == (
        "东区、东院",
        "老小区",
    )  # empty cells erase nothing
    assert outcomes(check(store, tmp_path, rows)) == ["unchanged"] * 3
    store.undo(written.step)
    assert [row["name"] for row in estates(store)] == ["东苑"]


def test_the_same_record_twice_is_taken_once_or_told_with_both_rows(store: Store, tmp_path: Path) -> None:
    prepared = check(
        store, tmp_path, [("西苑", "", "西区", ""), ("西苑", "经院社区", "西区", ""), ("西苑", "", "河西", "")]
    )
    assert outcomes(prepared) == ["new", "skipped", "wrong"]
    assert prepared.plan.rows[1].remarks == ["与第2行完全相同，只取一条。"]
    (fault,) = prepared.plan.rows[2].faults
    assert fault.row == 4 and "第2行" in fault.message and "“别名”" in fault.message
    with pytest.raises(Refused, match="1处错误"):
        commit_plain(store, prepared, ESTATES)
    commit_plain(store, prepared, ESTATES, skip_bad=True)
    assert [row["other_names"] for row in estates(store)] == ["东区", "西区"]


def test_a_fault_names_column_value_and_way_out(store: Store, tmp_path: Path) -> None:
    prepared = check(store, tmp_path, [("西苑", "九凤社区", "", ""), ("北苑", "", "东区", "")])
    assert outcomes(prepared) == ["wrong", "wrong"]
    first, second = prepared.errors
    assert (first["row"], first["column"], first["value"]) == (2, "社区", "九凤社区") and "登记" in first["message"]
    assert (second["row"], second["column"], second["value"]) == (3, "别名", "东区") and "不能重名" in second["message"]


def test_a_row_wrong_only_because_of_a_row_above_writes_nothing(store: Store, tmp_path: Path) -> None:
    prepared = check(store, tmp_path, [("西苑", "", "河西", ""), ("北苑", "", "河西", "")])
    assert outcomes(prepared) == ["new", "new"]
    with pytest.raises(InvalidInput) as problem:
        commit_plain(store, prepared, ESTATES)
    assert "第3行" in problem.value.fields["other_names"]
    assert [row["name"] for row in estates(store)] == ["东苑"]


def test_what_changed_since_the_check_is_looked_at_again(store: Store, tmp_path: Path) -> None:
    prepared = check(store, tmp_path, [("西苑", "", "", "")])
    with store.transact("西苑") as tx:
        save_estate(tx, None, {"name": "西苑"})
    with pytest.raises(Stale):
        commit_plain(store, prepared, ESTATES)
    again = check(store, tmp_path, [("西苑", "", "", "")])
    assert outcomes(again) == ["unchanged"]
    assert commit_plain(store, again, ESTATES).step is None


def test_columns_that_are_only_shown_are_known_and_ignored(store: Store, tmp_path: Path) -> None:
    head = ("社区", "街道", "区", "联系社区")
    rows = [("藏龙社区", "藏龙岛办事处", "江夏区", "不详")]
    prepared = prepare_plain(store, COMMUNITIES, [workbook(tmp_path / "社区.xlsx", head, rows)])
    assert (outcomes(prepared), prepared.errors, prepared.unmapped) == (["new"], [], [])
    commit_plain(store, prepared, COMMUNITIES)
    assert [(row["name"], row["linked"]) for row in communities(store)][1:] == [("藏龙社区", 0)]


def test_a_sheet_without_its_column_or_rows_is_told_as_a_whole(store: Store, tmp_path: Path) -> None:
    strange = prepare_plain(store, ESTATES, [workbook(tmp_path / "甲.xlsx", ("甲", "乙"), [("一", "二")])])
    bare = prepare_plain(store, ESTATES, [workbook(tmp_path / "乙.xlsx", HEAD, [])])
    assert "没有一张表能认出小区的表头" in strange.errors[0]["message"]
    assert "只有表头" in bare.errors[0]["message"]


def test_of_two_records_alike_none_is_changed_by_a_guess(tmp_path: Path) -> None:
    store, uids = community()
    with store.transact("网格员") as tx:
        for phone, grid in (("13800000001", "第1网格"), ("13800000002", "第2网格")):
            uid = save_worker(tx, None, {"name": "王芳", "grid": grid, "phone": phone})
        tx.update("grid_worker", uid, {"grid_uid": uids["第1网格"]})  # as two grids merged leave them
    head = ("网格员姓名", "网格", "手机号")
    rows = [("王芳", "1网格", "13800000002"), ("王芳", "第2网格", "13800000003"), ("王 芳", "一", "13800000009")]
    prepared = prepare_plain(store, WORKERS, [workbook(tmp_path / "网格员.xlsx", head, rows)])
    assert outcomes(prepared) == ["unchanged", "new", "wrong"]
    other = prepare_plain(store, WORKERS, [workbook(tmp_path / "网格员2.xlsx", head, rows[2:])])
    assert "台账里有2条王芳 第1网格的记录" in other.errors[0]["message"]
    commit_plain(store, prepared, WORKERS, skip_bad=True)
    assert [row["phone"] for row in workers(store)] == ["13800000001", "13800000002", "13800000003"]


def test_entrances_are_met_however_they_are_written(tmp_path: Path) -> None:
    store, uids = community()
    head = ("小区名称", "楼号", "单元号", "户数")
    rows = [("东苑小区", "1＃", "二单元", 12), ("东苑", "1", 3.0, 14), ("东苑", "1栋", "东单元", 6)]
    path = workbook(tmp_path / "单元.xlsx", head, rows)
    commit_plain(store, prepare_plain(store, ENTRANCES, [path]), ENTRANCES)
    there = [(row["name"], row["households"]) for row in entrances(store, uids["东苑1栋"])]
    assert there == [("东单元", 6), ("2单元", 12), ("3单元", 14)]
    again = prepare_plain(store, ENTRANCES, [path])
    assert (outcomes(again), again.errors) == (["unchanged"] * 3, [])


def test_who_has_left_is_met_again_and_comes_back_with_a_new_day(tmp_path: Path) -> None:
    store, _uids = community()
    head = ("姓名", "网格", "任职日期", "离任日期")
    gone = ("王芳", "第1网格", "2019-01-01", "2020-06-30")
    first = prepare_plain(store, WORKERS, [workbook(tmp_path / "一.xlsx", head, [gone])])
    commit_plain(store, first, WORKERS)
    assert workers(store) == []
    again = prepare_plain(store, WORKERS, [workbook(tmp_path / "一.xlsx", head, [gone])])
    assert outcomes(again) == ["unchanged"] and "已经结束" in again.plan.rows[0].remarks[0]
    back = workbook(tmp_path / "二.xlsx", head, [("王芳", "第1网格", "2020-11-01", "")])
    commit_plain(store, prepare_plain(store, WORKERS, [back]), WORKERS)
    assert [row["from_on"] for row in workers(store)] == ["2020-11-01"]
    assert len(workers(store, current=False)) == 2


@pytest.mark.parametrize(
    ("value", "text"),
    [(None, ""), (3.0, "3"), ("３栋", "3栋"), (" 东 苑\u3000", "东苑"), ("𠮷苑", "𠮷苑"), (2.5, "2.5")],
)
def test_keys_compare_without_width_and_space(value: object, text: str) -> None:
    assert plain_text(value) == text


def test_one_community_is_met_by_its_full_name(store: Store, tmp_path: Path) -> None:
    with store.transact("社区") as tx:
        save_community(tx, None, {"district": "洪山区", "street": "关山街道", "name": "春和社区"})
    head = ("区", "街道", "社区名称", "备注")
    rows = [("洪山区", "关山街道", "春和社区", "甲"), ("江夏区", "纸坊街道", "春和社区", "乙")]
    prepared = prepare_plain(store, COMMUNITIES, [workbook(tmp_path / "社区.xlsx", head, rows)])
    assert outcomes(prepared) == ["updated", "new"]
