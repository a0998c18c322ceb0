"""考核评价 from odd sheets: short and quoted grades, rows that say nothing, days of full width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused
from core.base.rights import Role
from core.evaluation import ops
from core.evaluation.entities import EVALUATIONS
from core.evaluation.model import EVALUATION
from core.evaluation.queries import evaluation_rows
from core.evaluation.rules import told_grade
from core.ledger import memory_ledger
from core.reporting.commendations import COMMENDATIONS
from core.sheet.importing import Outcome, Prepared
from core.sheet.plain import PlainEntity, commit_plain, prepare_plain
from core.sheet.writing import write_sheet
from core.store import Store
from tests.core.grid_people import workbook
from tests.factory import people

HEAD = ("工号", "姓名", "社区评价等次", "党支部评价等次", "社区评价意见", "社区评价日期")


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    people(made, 5)
    yield made
    made.close()


def check(store: Store, folder: Path, *rows: Sequence[str]) -> Prepared:
    """Rows of a sheet, each for the next person of the roster."""
    who = store.tuples("SELECT staff_no, name FROM cadre ORDER BY staff_no")
    told = [(*who[at], *row) for at, row in enumerate(rows)]
    return prepare_plain(store, EVALUATIONS, [workbook(folder / "表.xlsx", HEAD, told)])


@pytest.mark.parametrize(
    ("text", "grade"),
    [("优", "优秀"), ("合", "合格"), ("基本", "基本合格"), ("“优秀”", "优秀"), (" 优 秀。", "优秀"), ("良好", "良好"), ("", "")],
)  # fmt: skip
def test_a_grade_is_met_by_its_beginning_where_only_one_begins_so(text: str, grade: str) -> None:
    assert told_grade(["优秀", "合格", "基本合格", "不合格"], text) == grade
    assert told_grade(["基本合格", "基本不合格"], "基本") == "基本"


@pytest.mark.parametrize(
    ("text", "role"),
    [
        ("网格员", "社区网格员"),
        ("两委成员", "社区“两委”成员"),
        ("两委", "社区“两委”成员"),
        ('社区"两委"成员', "社区“两委”成员"),
        ("工作人员", "社区工作人员"),
        ("社区", "社区"),
        ("居民代表", "居民代表"),
    ],
)
def test_a_role_is_stored_as_the_list_has_it_however_it_was_written(store: Store, text: str, role: str) -> None:
    uid = str(store.value("SELECT uid FROM cadre"))
    with store.transact("填写考核评价") as tx:
        ops.save_evaluation(tx, uid, 2020, {"community_rater_role": text})
    assert store.value("SELECT community_rater_role FROM evaluation") == role


def test_a_short_grade_of_a_sheet_is_taken_and_told(store: Store, tmp_path: Path) -> None:
    prepared = check(store, tmp_path, ("优", "“合格”", "无", "２０２０．１１．３"), ("良好", "", "", ""))
    taken, wrong = prepared.plan.rows
    assert (taken.outcome, wrong.outcome) == (Outcome.NEW, Outcome.WRONG)
    assert taken.remarks == ["社区评价等次“优”按“优秀”登记。", "党支部评价等次““合格””按“合格”登记。"]
    commit_plain(store, prepared, EVALUATIONS, skip_bad=True)
    row = next(one for one in evaluation_rows(store, 2020) if one["uid"])
    told = ("community_rating", "branch_rating", "community_rated_on")
    assert [row[key] for key in told] == ["优秀", "合格", "2020-11-03"]


def test_a_row_that_says_nothing_of_a_person_makes_no_record(store: Store, tmp_path: Path) -> None:
    prepared = check(store, tmp_path, ("", "", "", ""), ("优秀", "", "", ""))
    assert [row.outcome for row in prepared.plan.rows] == [Outcome.SKIPPED, Outcome.NEW]
    assert "没有填写" in prepared.plan.rows[0].remarks[0]
    file = tmp_path / "导出.xlsx"
    write_sheet(EVALUATION, evaluation_rows(store, 2020), file)  # the page exports everybody, keyed or not
    again = prepare_plain(store, EVALUATIONS, [file])
    assert {row.outcome for row in again.plan.rows} == {Outcome.SKIPPED} and not again.errors


def test_heads_as_the_printed_form_words_them(store: Store, tmp_path: Path) -> None:
    head = ("工号", "姓名", "社区评价", "社区意见", "社区评价时间", "支部评价", "支部意见", "支部评价时间", "综合")
    number, name = store.tuples("SELECT staff_no, name FROM cadre ORDER BY staff_no")[1]
    row = (number, name, "优秀", "无", "2020.10.5", "合格", "好", "2020.10.8", "合格")
    prepared = prepare_plain(store, EVALUATIONS, [workbook(tmp_path / "表.xlsx", head, [row])])
    commit_plain(store, prepared, EVALUATIONS)
    found = next(one for one in evaluation_rows(store, 2020) if one["uid"])
    keys = ("community_rating", "community_remark", "community_rated_on", "branch_rating", "branch_remark",
            "branch_rated_on", "overall_rating")  # fmt: skip
    assert [found[key] for key in keys] == ["优秀", "无", "2020-10-05", "合格", "好", "2020-10-08", "合格"]


def test_no_verb_writes_a_year_that_cannot_be(store: Store) -> None:
    uid = str(store.value("SELECT uid FROM cadre"))
    for year in (1999, 3000):
        for act in (
            lambda tx, year=year: ops.exempt(tx, [uid], year, "产假", "李书记"),
            lambda tx, year=year: ops.mark_way(tx, [uid], year, "printed"),
            lambda tx, year=year: ops.draft_main_work(tx, [uid], year),
        ):
            with pytest.raises(InvalidInput, match="年度应在"), store.transact("试") as tx:
                act(tx)


def test_who_may_not_evaluate_marks_no_form(store: Store) -> None:
    uid = str(store.value("SELECT uid FROM cadre"))
    store.role = Role.ENTRY
    for act in (ops.mark_way, ops.take_back_way):
        with pytest.raises(Refused), store.transact("试") as tx:
            act(tx, [uid], 2020, "printed")


@pytest.mark.parametrize(
    ("entity", "head"), [(EVALUATIONS, "社区评价意见"), (COMMENDATIONS, "荣誉名称")], ids=["考核评价", "表彰"]
)
def test_namesakes_without_a_number_are_told_apart_by_their_units(
    store: Store, tmp_path: Path, entity: PlainEntity, head: str
) -> None:
    with store.transact("两个同名的人都没有工号"):
        store.connection.execute("UPDATE cadre SET staff_no = '' WHERE name = '张伟'")
    units = [row[0] for row in store.tuples("SELECT u.name FROM cadre c JOIN unit u ON u.uid = c.unit_uid "
                                            "WHERE c.name = '张伟' ORDER BY u.name")]  # fmt: skip
    assert len(units) == 2
    for at, unit in enumerate(units):  # the second must not meet the record of the first
        file = workbook(tmp_path / f"{at}.xlsx", ("姓名", "单位", head), [("张伟", unit, "先进个人")])
        prepared = prepare_plain(store, entity, [file])
        assert [row.outcome for row in prepared.plan.rows] == [Outcome.NEW], prepared.errors
        commit_plain(store, prepared, entity)
    assert sorted(row["unit"] for row in entity.rows(store)) == units
    both = workbook(tmp_path / "全.xlsx", ("姓名", "单位", head), [("张伟", unit, "先进个人") for unit in units])
    assert {row.outcome for row in prepare_plain(store, entity, [both]).plan.rows} == {Outcome.UNCHANGED}
