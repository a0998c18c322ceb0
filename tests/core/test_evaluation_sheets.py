"""考核评价 from odd sheets: short and quoted grades, rows that say nothing, days of full width."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest

from core.evaluation.entities import EVALUATIONS
from core.evaluation.model import EVALUATION
from core.evaluation.queries import evaluation_rows
from core.evaluation.rules import told_grade
from core.ledger import memory_ledger
from core.sheet.importing import Outcome, Prepared
from core.sheet.plain import commit_plain, prepare_plain
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
