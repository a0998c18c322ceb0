"""考核结果汇总, 反馈单 and 未达标提醒单: the figures add up, the names stand where they belong."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.evaluation.ops import exempt, save_evaluation
from core.evaluation.queries import evaluation_rows
from core.evaluation.rules import options
from core.ledger import memory_ledger
from core.org.settings import set_settings
from core.store import Row, Store
from reports.collect_evaluation import collect_evaluation
from reports.evaluation_lists import _counts, _summary
from reports.printing import print_form
from reports.spec import Asked
from tests.factory import people, visits
from tests.reports.samples import page_texts


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made = memory_ledger()
    people(made, 32)
    visits(made, 120)
    rows = evaluation_rows(made, 2020)
    with made.transact("评价") as tx:
        exempt(tx, [rows[0]["cadre_uid"]], 2020, "产假", "李书记", "2020-11-02")
        for at, row in enumerate(rows[1:9]):
            values = {
                "community_rating": "优秀" if at % 2 else "合格",
                "branch_rating": "合格",
                "branch_remark": "尽责",
            }
            save_evaluation(tx, row["cadre_uid"], 2020, values)
    yield made
    made.close()


def rows_of(store: Store) -> list[Row]:
    return evaluation_rows(store, 2020)


@pytest.mark.parametrize("by", ["unit", "branch"])
def test_the_counts_add_up_to_the_school_and_to_the_records(store: Store, by: str) -> None:
    rows = rows_of(store)
    data = _counts(store, Asked(2020, by=by), rows, options(store))
    heads = [one.head for one in data.columns]
    *lines, total = data.rows
    for at, head in enumerate(heads):
        if total[at].isdigit():
            assert sum(int(line[at]) for line in lines) == int(total[at]), head
    told = dict(zip(heads, total, strict=True))
    assert int(told["应考核"]) == sum(not row["exempt"] for row in rows) and told["免考"] == "1"
    assert told["社区\n优秀"] == str(sum(row["community_rating"] == "优秀" for row in rows)) == "4"
    assert told["未评全"] == str(int(told["应考核"]) - 8)


def test_exempt_and_unfinished_people_are_named_behind_the_counts(store: Store) -> None:
    _counts_table, exempted, lacking = _summary(store, Asked(2020), rows_of(store))
    assert [line[-3:] for line in exempted.rows] == [("产假", "李书记", "2020年11月2日")]
    assert all("社区评价等次、党支部评价等次" in line for line in lacking.rows)


def test_each_unit_gets_its_own_results_and_its_own_reminder(store: Store, tmp_path: Path) -> None:
    rows = rows_of(store)
    for form in ("evaluation_feedback", "below_reminder"):
        done = print_form(store, form, year=2020, out=tmp_path / form)
        assert len(done.files) == len({row["unit"] for row in rows}) and not done.problems
        for file in done.files:
            text = "".join(page_texts(file))
            unit = next(row["unit"] for row in rows if row["unit"] in text)
            assert not any(row["unit"] in text for row in rows if row["unit"] != unit)
    one = print_form(store, "evaluation_feedback", year=2020, unit="会计学院党委", out=tmp_path / "一")
    text = "".join(page_texts(one.files[0]))
    assert "尽责" in text and "不纳入考核（产假）" in text


def test_the_form_shows_what_is_stored_and_the_units_block_only_where_switched_on(store: Store) -> None:
    uid = rows_of(store)[1]["cadre_uid"]
    with store.transact("评价") as tx:
        save_evaluation(tx, uid, 2020, {"unit_remark": "同意", "unit_reviewed_on": "2020-11-20"})
    (form,) = collect_evaluation(store, [uid], 2020)
    assert (form.unit_review, form.overall, form.community.grade, form.branch.opinion) == (None, None, "合格", "尽责")
    with store.transact("设置") as tx:
        set_settings(tx, {"evaluation_unit": "1"})
    (form,) = collect_evaluation(store, [uid], 2020)
    assert form.unit_review and form.unit_review.opinion == "同意"
    store.undo()
