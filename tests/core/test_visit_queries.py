"""Lists of the log: filters, orders, sums, 按…统计; and that first pages walk an index."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.base.errors import InvalidInput
from core.service_log.filter import condition, named_filter
from core.service_log.model import VISIT, VisitFilter
from core.service_log.ops import void_visits
from core.service_log.queries import (
    _COLUMNS,
    _SHEET,
    _TALLY,
    ORDERS,
    VisitSums,
    _from,
    count_by,
    person_logs,
    visit_count,
    visit_page,
    visit_rows,
    visit_sums,
    visit_uids,
)
from core.service_log.sheets import make_sheet
from core.store import Store
from tests.core.log_people import SIGNED, ledger, record


def _ledger() -> tuple[Store, dict[str, str]]:
    store, uids = ledger()
    uids["a"] = record(store, uids["张伟"], served_on="2020-11-18", **SIGNED).uid
    uids["b"] = record(store, uids["李娜"], served_on="2020-11-19", category="民主议事", content="恳谈会 50%").uid
    uids["c"] = record(
        store, uids["张伟"], served_on="2020-11-20", community="康园社区", track="DISPATCHED", **SIGNED
    ).uid
    uids["d"] = record(store, uids["王老"], served_on="2019-05-04", late_reason="外出", content="义务护绿").uid
    uids["e"] = record(store, uids["王老"], served_on="2020-11-21", start_at="", end_at="", minutes=30).uid
    uids["f"] = record(store, uids["李娜"], served_on="2020-11-22").uid
    with store.transact("作废") as tx:
        void_visits(tx, [uids["f"]], "重复")
    return store, uids


def _letters(uids: dict[str, str], found: list[str]) -> str:
    names = {uid: name for name, uid in uids.items() if len(name) == 1}
    return "".join(names[uid] for uid in found)


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        (VisitFilter(), "ecbad"),
        (VisitFilter(year=2020), "ecba"),
        (VisitFilter(from_on="2020-11-19", until_on="2020-11-20"), "cb"),
        (VisitFilter(state="CONFIRMED"), "ca"),
        (VisitFilter(state="WAITING", year=2020), "eb"),
        (VisitFilter(state="VOID"), "f"),
        (VisitFilter(with_void=True, year=2020), "fecba"),
        (VisitFilter(track="DISPATCHED"), "c"),
        (VisitFilter(community="康园社区"), "c"),
        (VisitFilter(community="经院社区", state="WAITING"), "ebd"),
        (VisitFilter(category="民主议事"), "b"),
        (VisitFilter(late=True), "d"),
        (VisitFilter(search="张伟"), "ca"),
        (VisitFilter(search="zw"), "ca"),
        (VisitFilter(search="0003"), "ed"),
        (VisitFilter(search="护绿"), "d"),
        (VisitFilter(search="50%"), "b"),
        (VisitFilter(search="王老 护绿"), "d"),
        (VisitFilter(search="nobody"), ""),
        (VisitFilter(where=(("状态", "待确认"), ("minutes", "0.5"))), "e"),
        (VisitFilter(where=(("name", "张伟"), ("时间性质", "业余时间"))), "a"),
        (VisitFilter(where=(("网格", "第3网格"),), year=2020, state="CONFIRMED"), "a"),
    ],
)
def test_filters(asked: VisitFilter, expected: str) -> None:
    store, uids = _ledger()
    assert _letters(uids, visit_uids(store, asked)) == expected
    assert _letters(uids, [row["uid"] for row in visit_rows(store, asked)]) == expected
    assert visit_count(store, asked) == visit_sums(store, asked).visits == len(expected)


def test_filters_by_unit_person_and_names() -> None:
    store, uids = _ledger()
    assert _letters(uids, visit_uids(store, VisitFilter(unit_uid=uids["离退休"]))) == "ed"
    assert _letters(uids, visit_uids(store, VisitFilter(cadre_uid=uids["李娜"]))) == "b"
    asked = named_filter(store, unit="会计学院", where=["社区=经院社区"], year=2020)
    assert _letters(uids, visit_uids(store, asked)) == "ba"
    for bad in ({"unit": "没有的学院"}, {"branch": "没有的支部"}, {"where": ["社区"]}, {"where": ["没有=1"]}):
        with pytest.raises(InvalidInput):
            condition(store, named_filter(store, **bad))  # type: ignore[arg-type]


def test_orders() -> None:
    store, uids = _ledger()
    asked = VisitFilter()
    assert {order: _letters(uids, visit_uids(store, asked, order)) for order in ORDERS} == {
        "day": "ecbad",
        "day_up": "dabce",
        "written": "edcba",
        "written_up": "abcde",
        "person": "bdeac",
        "person_down": "caedb",
        "unit": "acbde",
    }
    assert [row["uid"] for row in visit_rows(store, asked, "day", 2)] == [uids["e"], uids["c"]]


def test_a_row_has_every_field_and_what_it_counts() -> None:
    store, uids = _ledger()
    (row,) = visit_page(store, [uids["a"]])
    assert set(VISIT.keys) <= set(row)
    assert (row["name"], row["unit"], row["grid"]) == ("张伟", "会计学院党委", "第3网格")
    assert (row["counted_minutes"], row["counted_times"], row["sheet_no"]) == (120, 1, "")
    order = [uids["e"], uids["a"], uids["b"]]
    assert [one["uid"] for one in visit_page(store, [*order, "gone"])] == order


def test_sums_keep_confirmed_waiting_and_dispatched_apart() -> None:
    store, _ = _ledger()
    assert visit_sums(store, VisitFilter(year=2020)) == VisitSums(
        visits=4, people=3, times=1, minutes=120, waiting_times=2, waiting_minutes=150, duty_times=1, duty_minutes=120
    )
    assert visit_sums(store, VisitFilter(year=1999)) == VisitSums()


def test_counts_by_one_or_two_fields() -> None:
    store, _ = _ledger()
    by_state = count_by(store, VisitFilter(year=2020), "state")
    assert by_state == [("已确认", "", 2, 240), ("待确认", "", 2, 150)]
    both = count_by(store, VisitFilter(year=2020), "二级单位党组织", "时间性质")
    assert both[0] == ("会计学院党委", "业余时间", 2, 240)


def test_the_log_of_many_people_in_one_question() -> None:
    store, uids = _ledger()
    logs = person_logs(store, [uids["张伟"], uids["李娜"]], 2020, "2020-11-19")
    assert [_letters(uids, [row["uid"] for row in logs[uids[name]]]) for name in ("张伟", "李娜")] == ["a", "b"]


FILTERS = {
    "all": VisitFilter(),
    "year": VisitFilter(year=2020),
    "state": VisitFilter(year=2020, state="WAITING"),
    "confirmed": VisitFilter(year=2020, state="CONFIRMED"),
    "unit": VisitFilter(year=2020, unit_uid="u"),
    "branch": VisitFilter(year=2020, unit_uid="u", branch_uid="b"),
    "unit waiting": VisitFilter(year=2020, unit_uid="u", state="WAITING"),
    "community": VisitFilter(year=2020, community="经院社区"),
    "community waiting": VisitFilter(year=2020, community="经院社区", state="WAITING"),
    "late": VisitFilter(year=2020, late=True),
    "track": VisitFilter(year=2020, track="DISPATCHED"),
    "category": VisitFilter(year=2020, category="宣传政策"),
    "content": VisitFilter(year=2020, search="护绿"),
}


def _plan(store: Store, asked: VisitFilter, order: str) -> list[str]:
    where = condition(store, asked, order)
    sql = f"SELECT {_COLUMNS} FROM {_from(order, asked)} {_TALLY} {_SHEET} WHERE {where.sql} ORDER BY {ORDERS[order]} LIMIT 100"
    return [str(row[-1]) for row in store.tuples("EXPLAIN QUERY PLAN " + sql, where.params)]


@pytest.mark.parametrize("name", FILTERS)
@pytest.mark.parametrize("order", ["day", "day_up"])
def test_a_first_page_walks_an_index_and_sorts_nothing(name: str, order: str) -> None:
    store, _ = ledger()
    steps = _plan(store, FILTERS[name], order)
    assert not [step for step in steps if step.startswith("SCAN visit") and "USING INDEX" not in step], steps
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


@pytest.mark.parametrize("order", ["written", "person"])
def test_the_other_orders_walk_an_index_too(order: str) -> None:
    store, _ = ledger()
    steps = _plan(store, replace(FILTERS["year"], unit_uid="u"), order)
    assert not [step for step in steps if step.startswith("SCAN visit") and "USING INDEX" not in step], steps
    assert not [step for step in steps if "TEMP B-TREE" in step], steps


def test_few_people_and_one_sheet_lead() -> None:
    store, uids = _ledger()
    with store.transact("清单") as tx:
        make_sheet(tx, "经院社区", 2020)
    for asked in (VisitFilter(cadre_uid=uids["张伟"]), VisitFilter(search="zw"), VisitFilter(sheet_no="2020-001")):
        assert not [step for step in _plan(store, asked, "day") if step.startswith("SCAN visit")]
    assert _letters(uids, visit_uids(store, VisitFilter(sheet_no="2020-001"))) == "eb"
