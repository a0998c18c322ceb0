"""What a merge asks a person to look at, rule by rule: what is found, and what beside it is not."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core.base.ids import new_uid
from core.exchange.model import Landed
from core.exchange_rules import commendations_double, confirmed_changed, same_cadre, two_at_once, visits_meet
from core.ledger import memory_ledger
from core.store import Row, Store
from tests.factory import people


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    people(made, 9)
    yield made
    made.close()


def cadre(store: Store, at: int = 0) -> str:
    return str(store.tuples("SELECT uid FROM cadre ORDER BY staff_no")[at][0])


def add(store: Store, table: str, **values: Any) -> str:
    with store.transact("测试") as tx:
        return tx.insert(table, values)


def came(store: Store, table: str, uid: str, before: Row | None = None, op: str = "insert") -> list[Landed]:
    row = store.one(f"SELECT * FROM {table} WHERE uid = ?", (uid,)) or {}
    return [Landed(op, table, uid, before or {}, row)]


def visit(store: Store, **values: Any) -> str:
    usual = {
        "cadre_uid": cadre(store), "served_on": "2020-09-05", "start_at": "09:00", "end_at": "11:00", "minutes": 120,
        "community": "经院社区", "place": "北门", "category": "宣传政策", "content": "发放宣传单。", "track": "OWN",
        "state": "WAITING", "source": "KEYED", "written_on": "2020-09-05",
    }  # fmt: skip
    row = {**usual, **values}
    unit, branch = store.tuples("SELECT unit_uid, branch_uid FROM cadre WHERE uid = ?", (row["cadre_uid"],))[0]
    return add(store, "visit", **row, unit_uid=unit, branch_uid=branch)


@pytest.mark.parametrize(
    ("other", "said"),
    [
        ({}, "登记了两次"),
        ({"start_at": "10:59", "end_at": "12:00"}, "登记了两次"),
        ({"start_at": "11:00", "end_at": "12:00"}, ""),  # one ends as the other begins
        ({"community": "康园社区"}, "在两处"),
        ({"community": "康园社区", "start_at": "11:00", "end_at": "12:00"}, ""),
        ({"start_at": "", "end_at": ""}, "登记了两次"),
        ({"start_at": "", "end_at": "", "minutes": 90}, ""),
        ({"start_at": "", "end_at": "", "category": "民主议事"}, ""),
        ({"start_at": "", "end_at": "", "community": "康园社区"}, ""),
        ({"served_on": "2020-09-04", "start_at": "23:00", "end_at": "09:30"}, "在两处"),  # the night before
        ({"served_on": "2020-09-03"}, ""),
        ({"served_on": "2020-09-06"}, ""),
        ({"state": "VOID", "state_reason": "重复"}, ""),
    ],
)
def test_the_same_service_and_two_places_at_once(store: Store, other: dict[str, Any], said: str) -> None:
    here, there = visit(store), visit(store, **other)
    found = visits_meet(store, came(store, "visit", there))
    assert [(one.uid, one.other_uid) for one in found] == ([(there, here)] if said else [])
    assert all(said in one.text for one in found)
    assert visits_meet(store, [*came(store, "visit", here), *came(store, "visit", there)]) == []  # both are of one desk
    assert visits_meet(store, came(store, "visit", there, op="delete")) == []


def test_another_person_may_serve_at_the_same_time(store: Store) -> None:
    visit(store)
    assert visits_meet(store, came(store, "visit", visit(store, cadre_uid=cadre(store, 1)))) == []


@pytest.mark.parametrize(
    ("state", "before", "fields"),
    [
        ("CONFIRMED", {"minutes": 90, "note": ""}, ("minutes",)),
        ("CONFIRMED", {"note": ""}, None),  # nothing the signature stands for
        ("CONFIRMED", {"minutes": 90, "state": "WAITING"}, None),  # confirmed there, with these minutes
        ("WAITING", {"minutes": 90}, None),
    ],
)
def test_what_was_signed_and_changed_there(
    store: Store, state: str, before: Row, fields: tuple[str, ...] | None
) -> None:
    uid = visit(store, state=state, confirm_method="社区党组织" if state == "CONFIRMED" else "")
    found = confirmed_changed(store, came(store, "visit", uid, before, "update"))
    assert [one.fields for one in found] == ([fields] if fields else [])
    assert confirmed_changed(store, came(store, "visit", uid, before)) == []  # new here: nobody has confirmed it


@pytest.mark.parametrize(
    ("other", "doubled"),
    [
        ({}, True),
        ({"cadre_uid": 1}, False),  # another person
        ({"track": "ASSIGNED"}, False),  # the two tracks are never mixed
        ({"ended_on": "2020-09-01"}, False),  # the other has ended
        ({"ended": "mine"}, False),  # the one that came has
    ],
)
def test_two_open_check_ins_of_a_person_in_one_track(store: Store, other: dict[str, Any], doubled: bool) -> None:
    mine = {"cadre_uid": cadre(store), "track": "HOME", "community_uid": "linked", "written_on": "2020-08-05"}
    theirs = {**mine, "checked_on": "2020-08-05", **{key: one for key, one in other.items() if key != "ended"}}
    if other.get("cadre_uid"):
        theirs["cadre_uid"] = cadre(store, 1)
    ended = "2020-09-02" if "ended" in other else ""
    here = add(store, "checkin", **theirs)
    there = new_uid()
    row = {**mine, "uid": there, "checked_on": "2020-08-07", "ended_on": ended}  # a merge writes first and looks then
    sql = f"INSERT INTO checkin ({', '.join(row)}) VALUES ({', '.join('?' * len(row))})"
    store.connection.execute(sql, tuple(row.values()))
    found = two_at_once(store, came(store, "checkin", there))
    assert [(one.uid, one.other_uid) for one in found] == ([(there, here)] if doubled else [])


def test_a_commendation_entered_by_two_desks(store: Store) -> None:
    usual = {"cadre_uid": cadre(store), "year": 2020, "title": "先进个人"}
    here = add(store, "commendation", **usual)
    there = add(store, "commendation", **usual)
    (found,) = commendations_double(store, came(store, "commendation", there))
    assert (found.uid, found.other_uid) == (there, here)
    for other in ({"cadre_uid": cadre(store, 1)}, {"year": 2021}, {"title": "优秀志愿者"}):
        uid = add(store, "commendation", **{**usual, **other})
        assert commendations_double(store, came(store, "commendation", uid)) == [], other


def test_who_a_new_person_may_be(store: Store) -> None:
    here = store.one("SELECT * FROM cadre ORDER BY staff_no LIMIT 1 OFFSET 3") or {}
    other = cadre(store, 1)
    new = {**here, "uid": "new"}
    assert same_cadre(store, new) == here["uid"]  # the same 工号
    assert same_cadre(store, here) == ""  # not himself
    assert same_cadre(store, {**new, "staff_no": "9999"}) == ""  # two numbers are two people, whatever their name
    assert same_cadre(store, {**new, "staff_no": ""}) == here["uid"]
    assert same_cadre(store, {**new, "staff_no": "", "name": "别的人"}) == ""
    unit = store.value("SELECT uid FROM unit WHERE uid <> ?", (here["unit_uid"],))
    assert same_cadre(store, {**new, "staff_no": "", "unit_uid": unit}) == ""
    with store.transact("身份证号") as tx:
        tx.update("cadre", other, {"id_no": "420115199001011238"})
        tx.update("cadre", here["uid"], {"id_no": "420115199001011254"})
    assert same_cadre(store, {**new, "staff_no": "9999", "id_no": "420115199001011238"}) == other
    assert same_cadre(store, {**new, "staff_no": "", "id_no": "42011519900101127X"}) == ""
    assert same_cadre(store, {**new, "staff_no": "", "id_no": ""}) == here["uid"]
