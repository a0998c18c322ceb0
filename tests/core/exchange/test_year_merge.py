"""The year's end on two desks at once: what belongs together is asked about together, what is one thing becomes one."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.evaluation.keying import key_second
from core.evaluation.ops import save_evaluation
from core.exchange.queries import conflict_rows
from core.exchange.review import settle
from core.exchange_rules import RULES
from core.reporting.commendations import save_commendation
from core.reporting.yearly import draft_report, edit_section
from core.store import Row, Store
from tests.exchange_desks import Desks
from tests.factory import people


@pytest.fixture
def desks(tmp_path: Path) -> Desks:
    made = Desks(tmp_path)
    people(made.office, 3)
    return made


def cadre(store: Store) -> str:
    return str(store.value("SELECT uid FROM cadre ORDER BY uid LIMIT 1"))


def save(store: Store, op: Any, *values: Any) -> Any:
    with store.transact("测试录入") as tx:
        return op(tx, *values)


def only(store: Store) -> Row:
    (row,) = store.rows("SELECT * FROM evaluation")
    return row


def test_a_grade_changed_there_while_it_was_checked_here_is_asked_about(desks: Desks) -> None:
    uid = cadre(desks.office)
    save(desks.office, save_evaluation, uid, 2020, {"branch_rating": "合格", "community_rating": "优秀"})
    copy = desks.give()
    save(copy, save_evaluation, uid, 2020, {"branch_rating": "优秀"})
    save(desks.office, key_second, 2020, [{"cadre_uid": uid, "branch_rating": "合格"}])
    desks.up(copy)
    now = only(desks.office)
    assert now["checked_on"] and now["branch_rating"] == "合格", "nobody keyed 优秀 a second time"
    assert conflict_rows(desks.office)


def test_both_blocks_of_a_form_keyed_at_two_desks_go_together_unasked(desks: Desks) -> None:
    uid = cadre(desks.office)
    save(desks.office, save_evaluation, uid, 2020, {"branch_rating": "合格"})
    copy = desks.give()
    save(copy, save_evaluation, uid, 2020, {"community_rating": "优秀", "community_rater": "李书记"})
    save(desks.office, save_evaluation, uid, 2020, {"branch_rating": "基本合格"})
    desks.up(copy)
    now = only(desks.office)
    assert (now["community_rating"], now["community_rater"], now["branch_rating"]) == ("优秀", "李书记", "基本合格")
    assert not [one for one in conflict_rows(desks.office) if one["kind"] != "PARALLEL"]


def test_the_schools_report_drafted_at_two_desks_becomes_one(desks: Desks) -> None:
    copy = desks.give()
    for store in (copy, desks.office):
        save(store, draft_report, 2020)
    there = copy.value("SELECT uid FROM yearly_report WHERE section = 'service'")
    save(copy, edit_section, there, {"text": "我们自己写的。"})
    sections = desks.office.value("SELECT count(*) FROM yearly_report")
    report = desks.up(copy)
    assert not report.refused and desks.office.value("SELECT count(*) FROM yearly_report") == sections
    assert [row["tbl"] for row in conflict_rows(desks.office)] == ["yearly_report"], "the text that was edited is asked"


def test_one_commendation_entered_twice_is_shown_and_one_can_be_dropped(desks: Desks) -> None:
    copy, told = desks.give(), {"cadre_uid": cadre(desks.office), "year": 2020, "title": "先进个人"}
    for store in (copy, desks.office):
        save(store, save_commendation, None, told)
    desks.up(copy)
    (row,) = conflict_rows(desks.office)
    assert "登记了两次" in row["text"]
    with desks.office.transact("处理", merging=True) as tx:
        settle(tx, row["uid"], RULES, take="DROP")
    assert desks.office.value("SELECT count(*) FROM commendation") == 1
