"""Points and stars: off by default, computed from the log by the school's own rules, never a ranking."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.base.errors import InvalidInput, Refused
from core.ledger import memory_ledger
from core.points.ops import remove_rule, save_rule, save_star, switch
from core.points.queries import point_rows, points_of, rule_rows, star_rows
from core.service_log.quota import quota_report
from core.store import Store
from tests.factory import people, visits


@pytest.fixture
def ledger() -> Iterator[Store]:
    store = memory_ledger()
    people(store, 24)
    visits(store, 90)
    yield store
    store.close()


def turn_on(store: Store) -> None:
    with store.transact("启用积分") as tx:
        switch(tx, True)


def test_nothing_is_counted_while_points_are_off(ledger: Store) -> None:
    with pytest.raises(Refused, match="没有启用"):
        point_rows(ledger, 2020)
    assert rule_rows(ledger) == []
    turn_on(ledger)
    assert [row["name"] for row in star_rows(ledger)] == ["一星", "二星", "三星", "四星", "五星"]
    with ledger.transact("停用积分") as tx:
        switch(tx, False)
    with pytest.raises(Refused):
        point_rows(ledger, 2020)
    assert rule_rows(ledger) != []


def test_an_hour_is_a_point_and_the_list_goes_by_unit_and_name(ledger: Store) -> None:
    turn_on(ledger)
    rows = point_rows(ledger, 2020)
    report = {row["uid"]: row for row in quota_report(ledger, 2020).rows}
    assert len(rows) == len(report)
    for row in rows:
        assert row["points"] == pytest.approx(report[row["uid"]]["minutes"] / 60, abs=0.01)
    units = [row["unit"] for row in rows]
    assert units == sorted(units, key=units.index)
    for unit in set(units):
        names = [row["name"] for row in rows if row["unit"] == unit]
        assert names == sorted(names)
    assert [row["points"] for row in rows] != sorted((row["points"] for row in rows), reverse=True)


def test_rules_by_category_grade_and_ceiling() -> None:
    served = [("宣传政策", 2, 180), ("民主议事", 1, 60)]
    rule = {"measure": "HOURS", "category": "", "rating": "", "points": 2.0, "most": None}
    assert points_of(rule, served, "") == 8
    assert points_of({**rule, "most": 5.0}, served, "") == 5
    assert points_of({**rule, "measure": "TIMES", "category": "宣传政策"}, served, "") == 4
    graded = {**rule, "measure": "RATING", "rating": "优秀", "points": 10.0}
    assert (points_of(graded, served, "优秀"), points_of(graded, served, "合格"), points_of(graded, [], "")) == (
        10,
        0,
        0,
    )


def test_a_rule_is_checked_and_can_be_changed(ledger: Store) -> None:
    turn_on(ledger)
    with ledger.transact("规则") as tx:
        uid = save_rule(
            tx, None, {"name": "优秀加分", "measure": "RATING", "rating": "优秀", "points": "10", "most": ""}
        )
        save_rule(tx, uid, {"points": "１２．５"})
        save_star(tx, None, {"name": "六星", "points": "150"})
    row = next(row for row in rule_rows(ledger) if row["uid"] == uid)
    assert (row["points"], row["most"], row["active"], row["rating"]) == (12.5, None, 1, "优秀")
    for values, key in (
        ({"name": "优秀加分", "measure": "TIMES", "points": 1}, "name"),
        ({"name": "甲", "measure": "RATING", "points": 1}, "rating"),
        ({"name": "甲", "measure": "DAYS", "points": 1}, "measure"),
        ({"name": "甲", "measure": "TIMES", "points": "许多"}, "points"),
        ({"name": "甲", "measure": "TIMES", "points": 1, "most": "不限"}, "most"),
        ({"name": "甲", "measure": "TIMES", "points": 1, "most": "-3"}, "most"),
        ({"name": "甲", "measure": "TIMES", "points": 1, "category": "没有这一类"}, "category"),
    ):
        with pytest.raises(InvalidInput) as told, ledger.transact("规则") as tx:
            save_rule(tx, None, values)
        assert set(told.value.fields) == {key}
    with ledger.transact("规则") as tx:
        remove_rule(tx, uid)
    assert uid not in {row["uid"] for row in rule_rows(ledger)}
