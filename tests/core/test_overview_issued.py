"""报出台账: the records behind a difference, and lines that came since the table was issued."""

from __future__ import annotations

from core.ledger import memory_ledger
from core.overview.figures import figure_table
from core.overview.issued import changes_since, issue
from core.service_log.ops import void_visits
from core.store import Store
from tests.factory import YEAR, people, visits


def issued(store: Store, by: str, then: str = "") -> str:
    with store.transact("报出统计表") as tx:
        return issue(tx, figure_table(tx, YEAR, by, then), "学校党委办公室")


def test_the_records_touched_since_are_named_once_however_often_they_were() -> None:
    store = memory_ledger()
    people(store, 12)
    visits(store, 40)
    uid = issued(store, "unit")
    assert changes_since(store, uid).records == ()
    first, second = (
        row[0] for row in store.tuples("SELECT uid FROM visit WHERE state = 'CONFIRMED' ORDER BY uid LIMIT 2")
    )
    for one in (first, second):
        with store.transact("作废") as tx:
            void_visits(tx, [one], "重复登记")
    store.undo()
    found = changes_since(store, uid)
    assert sorted(found.records) == sorted((first, second)) and len(found.steps) > 1
    assert len(changes_since(store, issued(store, "unit")).records) == 0


def test_a_line_that_came_since_is_told_by_its_figures_and_not_by_its_name() -> None:
    store = memory_ledger()
    people(store, 12)
    uid = issued(store, "unit", "month")  # nobody has served yet: two ways have no empty lines
    visits(store, 40)
    lines = {one.name for one in figure_table(store, YEAR, "unit", "month").lines}
    told = changes_since(store, uid).figures
    assert {one.line for one in told} == lines | {"合计"}
    assert not {one.head for one in told} & {"二级单位党组织", "月份"}
    assert all(one.was in ("", "0") and float(one.now) > 0 for one in told)
