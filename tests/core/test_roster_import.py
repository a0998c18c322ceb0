"""Importing rosters: the sample sheets, units and branches, files that are none, one step and back."""

from __future__ import annotations

import gc
import json
from collections.abc import Iterator
from pathlib import Path

import openpyxl
import pytest

from core.base.errors import InvalidInput, Refused, Stale
from core.base.names import DOT
from core.base.paths import asset
from core.ledger import create_ledger, memory_ledger
from core.roster import queries
from core.roster.import_run import commit_roster, prepare_roster
from core.roster.model import CADRE
from core.roster.ops import save_cadre
from core.roster.queries import RosterFilter
from core.sheet.correcting import correct_all_like, correct_cell
from core.sheet.importing import Outcome, plan_again
from core.store import Store
from tests.core.roster_sheets import HEAD, LIN, SHI, Sheets, cadre, sample, take, tally


@pytest.fixture
def store() -> Iterator[Store]:
    ledger = memory_ledger()
    yield ledger
    ledger.close()


@pytest.fixture(autouse=True)
def collector_left_on() -> Iterator[None]:
    """An import puts the garbage collector aside, and back again, also when it is refused."""
    assert gc.isenabled()
    yield
    assert gc.isenabled()


@pytest.fixture
def sheet(tmp_path: Path) -> Sheets:
    return Sheets(tmp_path)


def test_the_samples_give_everyone_in_the_right_unit(store: Store) -> None:
    files = [sample(start) for start in ("01", "02", "03", "05")]
    prepared = take(store, *files)
    assert prepared.errors == []
    truth = json.loads(asset("demo", "00_truth.json").read_text(encoding="utf-8"))["by_unit"]
    found = {value: number for value, _, number in queries.count_by(store, RosterFilter(), "unit")}
    assert found == {unit: number for unit, number in truth.items() if unit != "法学院党委"}
    rows = queries.cadre_rows(store, RosterFilter())
    assert all(len(row["phone"]) == 11 and row["phone"].isdigit() for row in rows)
    assert all(len(row["staff_no"]) == 7 and row["staff_no"].isascii() for row in rows)
    assert all(len(row["birth_on"]) in (7, 10) and row["birth_on"][4] == "-" for row in rows)
    names = "".join(row["name"] for row in rows)
    assert DOT in names
    assert not set(names) & set(" \u3000•.．・")
    assert cadre(store, "林香")["community"] == "东湖路社区"
    spellings = [
        name.replace("党支部", "支部") for _, name in store.tuples("SELECT unit_uid, name FROM branch ORDER BY 1")
    ]
    per_unit = store.tuples("SELECT unit_uid, replace(name, '党支部', '支部') FROM branch")
    assert len(set(per_unit)) == len(per_unit) == len(spellings)
    assert {row["row"] for row in prepared.left_out} >= {13, 14}
    assert [row["column"] for row in prepared.unmapped] == ["是否居住经院社区"]
    again = take(store, *files)
    assert tally(again) == {"unchanged": 145}
    assert again.plan.missing == []
    assert again.asked == []


def test_the_faulty_sample_reports_each_fault_and_each_question(store: Store) -> None:
    expected = json.loads(asset("demo", "04_错误示例_法学院.expect.json").read_text(encoding="utf-8"))
    prepared = prepare_roster(store, [sample("04")])
    errors = {error["row"]: error for error in prepared.errors}
    assert sorted(errors) == [one["row"] for one in expected if one["fault"]]
    assert len(errors) == len(prepared.errors)
    assert all(error["file"] == sample("04").name and error["sheet"] == "法学院" for error in errors.values())
    columns = {
        3: "身份证号",
        4: "身份证号",
        5: "联系电话",
        6: "出生年月",
        7: "出生年月",
        8: "姓名",
        9: "性别",
        11: "工号",
    }
    assert {row: error["column"] for row, error in errors.items()} == columns
    assert errors[5]["value"] == "1380013800"
    assert "请" in errors[5]["message"]
    asked = [one for one in prepared.asked if one["row"]]
    wanted = [(one["row"], one["ask"]) for one in expected if one["ask"]]
    assert [(one["row"], one["message"]) for one in asked] == wanted
    with pytest.raises(Refused, match="什么都没有写入"):
        commit_roster(store, prepared)
    assert queries.cadre_count(store, RosterFilter()) == 0
    written = commit_roster(store, prepared, skip_bad=True)
    assert written.counts[Outcome.NEW] == 9
    assert cadre(store, "傅淑娜")["phone"] == ""
    assert cadre(store, "欧阳修")["id_no"] == "42900419941011416X"
    assert {value for value, _, _ in queries.count_by(store, RosterFilter(), "unit")} == {"法学院党委"}
    assert tally(prepare_roster(store, [sample("04")], same_person="new")) == {"new": 1, "unchanged": 9, "wrong": 2}
    assert tally(prepare_roster(store, [sample("04")], same_person="merge")) == {
        "skipped": 1,
        "unchanged": 9,
        "wrong": 2,
    }


def test_a_sheet_whose_heads_say_nothing_is_placed_by_content(store: Store, tmp_path: Path) -> None:
    book = openpyxl.load_workbook(sample("05"))
    for page in book:
        for number, cell in enumerate(page[1], start=1):
            cell.value = f"列{number}"
    book.save(tmp_path / "renamed.xlsx")
    prepared = take(store, tmp_path / "renamed.xlsx")
    assert prepared.errors == []
    plain = memory_ledger()
    take(plain, sample("05"))
    sql = "SELECT staff_no, name, sex, birth_on, phone, unit_uid IS NOT NULL FROM cadre ORDER BY staff_no"
    assert store.tuples(sql) == plain.tuples(sql)
    by_unit = queries.count_by(store, RosterFilter(), "unit", "branch")
    assert by_unit == queries.count_by(plain, RosterFilter(), "unit", "branch")
    plain.close()


def test_a_bare_name_meets_the_unit_that_is_known(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN, name="会计学院党总支.xlsx"))
    prepared = take(store, sheet(SHI, name="02_名册_会计学院.xlsx"))
    assert [(one["kind"], one["answer"]) for one in prepared.asked] == [("unit", "same")]
    assert {value for value, _, _ in queries.count_by(store, RosterFilter(), "unit")} == {"会计学院党总支"}
    again = take(store, sheet(SHI, name="02_名册_会计学院.xlsx"))
    assert again.asked == []  # asked once


def test_the_name_of_a_new_unit_can_be_answered(store: Store, sheet: Sheets) -> None:
    prepared = prepare_roster(store, [sheet(LIN, name="会计学院.xlsx")])
    (question,) = prepared.asked
    assert question["answer"] == "会计学院党委"
    prepared.answers[question["id"]] = "会计学院党总支"
    plan_again(store, prepared)
    commit_roster(store, prepared)
    assert cadre(store, "林香")["unit"] == "会计学院党总支"
    with pytest.raises(InvalidInput, match="可以选"):
        prepare_roster(store, [sheet(SHI, name="法学院.xlsx")], answers={"new_unit|法学院": "工学院"})


def test_a_sheet_that_names_no_unit_is_told_once(store: Store, sheet: Sheets) -> None:
    file = sheet(LIN, SHI, name="名单.xlsx")
    prepared = prepare_roster(store, [file])
    assert tally(prepared) == {"wrong": 2}
    (error,) = prepared.errors
    assert "2行看不出" in error["message"]
    take(store, file, unit="图书馆党总支")
    assert cadre(store, "林香")["unit"] == "图书馆党总支"
    assert tally(prepare_roster(store, [file], unit="图书馆")) == {"unchanged": 2}


def test_the_unit_column_wins_over_file_and_option(store: Store, sheet: Sheets) -> None:
    head = (*HEAD, "二级单位党组织")
    take(store, sheet((*LIN, "法学院党委"), (*SHI, ""), head=head), unit="机关党委")
    assert (cadre(store, "林香")["unit"], cadre(store, "史伟燕")["unit"]) == ("法学院党委", "机关党委")


def test_two_spellings_of_a_branch_become_one(store: Store, sheet: Sheets) -> None:
    other = ("0000003", "汤娟超", "男", "1970-10", "15523215681", "审计系 支部")
    prepared = take(store, sheet(LIN, other))
    assert [one["kind"] for one in prepared.asked] == ["branches"]
    assert store.tuples("SELECT name FROM branch") == [("审计系党支部",)]
    third = ("0000004", "刘昇", "男", "1981-01", "17496549658", "会计学院审计系支部")
    assert [one["kind"] for one in take(store, sheet(third)).asked] == ["branch"]
    assert cadre(store, "刘昇")["branch"] == "审计系党支部"
    assert take(store, sheet(third)).asked == []
    apart = prepare_roster(store, [sheet(("0000005", "蒋磊超", "女", "1993-11", "15276451577", "审计系总支部"))])
    assert [one["kind"] for one in apart.asked] == []


def test_two_spellings_can_be_two_branches(store: Store, sheet: Sheets) -> None:
    other = ("0000003", "汤娟超", "男", "1970-10", "15523215681", "审计系支部")
    prepared = prepare_roster(store, [sheet(LIN, other)])
    prepared.answers[prepared.asked[0]["id"]] = "new"
    plan_again(store, prepared)
    commit_roster(store, prepared)
    assert {cadre(store, "林香")["branch"], cadre(store, "汤娟超")["branch"]} == {"审计系党支部", "审计系支部"}


def test_an_import_is_one_step_and_goes_back_whole(store: Store) -> None:
    prepared = take(store, sample("05"))
    step = store.undo_candidate()
    assert step is not None
    assert step.label == "导入名册：05_多工作表_其余单位.xlsx"
    assert prepared.plan.counts()[Outcome.NEW] == queries.cadre_count(store, RosterFilter())
    store.undo()
    for table in ("cadre", "membership", "unit", "branch", "import_seen"):
        assert store.value(f"SELECT count(*) FROM {table}") == 0
    store.redo()
    assert queries.cadre_count(store, RosterFilter()) == prepared.plan.counts()[Outcome.NEW]


def test_undo_of_an_import_keeps_what_came_later(store: Store, sheet: Sheets) -> None:
    third = ("0000003", "汤娟超", "男", "1970-10", "15523215681", "审计系党支部")
    fourth = ("0000004", "刘昇", "男", "1981-01", "17496549658", "行政党支部")
    first = take(store, sheet(LIN, SHI, third)).plan
    step = store.undo_candidate()
    assert step is not None
    assert first.counts()[Outcome.NEW] == 3
    with store.transact("改手机") as tx:
        save_cadre(tx, {"phone": "13900000000"}, cadre(store, "林香")["uid"])
    take(store, sheet((*SHI[:4], "13911112222", SHI[5]), fourth))  # B changes one of A's people and brings its own
    with pytest.raises(Refused):
        store.undo(step.seq)
    result = store.undo(step.seq, partial=True)
    phones = {row["name"]: row["phone"] for row in queries.cadre_rows(store, RosterFilter())}
    assert phones == {"林香": "13900000000", "史伟燕": "13911112222", "刘昇": "17496549658"}
    assert {"cadre", "unit"} <= {one.table for one in result.kept}
    lin = cadre(store, "林香")
    assert queries.membership_on(store, lin["uid"], "2020-09-01")[0] == lin["unit_uid"]
    with store.transact("调动") as tx:
        save_cadre(tx, {"branch": "新支部"}, lin["uid"], transfer_on="2020-09-01", new_branch=True)
    assert tally(take(store, sheet(third))) == {"new": 1}


def test_what_changed_between_look_and_write_is_noticed(store: Store, sheet: Sheets) -> None:
    prepared = prepare_roster(store, [sheet(LIN)])
    take(store, sheet(LIN))
    with pytest.raises(Stale, match="重新检查"):
        commit_roster(store, prepared)
    plan_again(store, prepared)
    assert tally(prepared) == {"unchanged": 1}


def test_a_layout_is_remembered(store: Store, sheet: Sheets) -> None:
    head = ("工号", "姓名", "甲栏", "乙栏")
    rows = (("0000001", "林香", "爱好合唱", "随便"), ("0000002", "史伟燕", "无", "什么"))
    file = sheet(*rows, head=head)
    assert {one["column"] for one in prepare_roster(store, [file]).unmapped} == {"甲栏", "乙栏"}
    take(store, file, maps={"甲栏": "note", "乙栏": ""})
    assert cadre(store, "林香")["note"] == "爱好合唱"
    again = take(store, sheet(("0000003", "汤娟超", "书法", "好"), head=head))
    assert again.unmapped == []
    assert cadre(store, "汤娟超")["note"] == "书法"
    with pytest.raises(InvalidInput, match="没有名为“丙栏”"):
        prepare_roster(store, [file], maps={"丙栏": "note"})


def test_files_that_are_no_rosters_are_named(store: Store, tmp_path: Path, sheet: Sheets) -> None:
    (tmp_path / "空.xlsx").write_bytes(b"")
    cover = sheet(("各位老师：",), ("请填写。",), head=("说明",), name="说明.xlsx")
    prepared = prepare_roster(store, [tmp_path / "空.xlsx", cover, sheet(LIN), tmp_path / "没有.xlsx"])
    assert [error["file"] for error in prepared.errors] == ["空.xlsx", "没有.xlsx", "说明.xlsx"]
    with pytest.raises(Refused):
        commit_roster(store, prepared)
    commit_roster(store, prepared, skip_bad=True)
    assert queries.cadre_count(store, RosterFilter()) == 1
    no_names = sheet(("0000001", "女"), ("0000002", "男"), head=("工号", "性别"), name="法学院党委.xlsx")
    lacking = prepare_roster(store, [no_names])
    assert "没有认出“姓名”" in lacking.errors[0]["message"]
    assert [one.key for one in lacking.sheets[0].map.columns] == ["staff_no", "sex"]
    with pytest.raises(Refused, match="没有可以导入"):
        commit_roster(store, prepare_roster(store, [cover]), skip_bad=True)


def test_a_backup_is_made_before_an_import(tmp_path: Path, sheet: Sheets) -> None:
    ledger, _ = create_ledger(
        tmp_path / "台账",
        "correct horse",
        org_name="学院",
        year=2020,
        cost={"iterations": 1, "lanes": 1, "memory_kib": 64},
    )
    take(ledger, sheet(LIN))
    assert [path for path in (tmp_path / "台账").rglob("*导入前*") if path.stat().st_size > 0]
    ledger.close()


def test_wrong_cells_are_put_right_in_place(store: Store, sheet: Sheets) -> None:
    rows = [(*LIN[:2], "M?", *LIN[3:]), (*SHI[:2], "M?", "一九八O年", *SHI[4:]), ("0000003", "", "女", "", "", "")]
    prepared = prepare_roster(store, [sheet(*rows)])
    assert len(prepared.errors) == 4
    assert correct_all_like(prepared.sheets, "sex", "M?", "女", CADRE) == 2
    (page,) = prepared.sheets
    assert "读不出" in correct_cell(page, page.rows[1], "birth_on", "一九八零零年", CADRE)
    assert correct_cell(page, page.rows[1], "birth_on", "1977.4", CADRE) == ""
    assert correct_cell(page, page.rows[2], "name", " ", CADRE) != ""
    assert correct_cell(page, page.rows[2], "name", "汤 娟", CADRE) == ""
    plan_again(store, prepared)
    assert (prepared.errors, tally(prepared)) == ([], {"new": 3})
    commit_roster(store, prepared)
    assert cadre(store, "史伟燕")["birth_on"] == "1977-04"
    assert cadre(store, "汤娟")["staff_no"] == "0000003"
