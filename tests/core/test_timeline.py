"""The dated timeline: changes from a day, 更正, leaving and coming back; records follow by one rule; undo and redo are exact."""

from __future__ import annotations

from typing import Any

import pytest

from core.base.errors import InvalidInput, Refused
from core.check import findings
from core.leaving import leave
from core.roster.membership import align_memberships, set_first_day
from core.roster.ops import archive_cadre, change_person, restore_cadre, save_cadre
from core.roster.timeline import day_of_year, membership_on, periods_of, person_on
from core.store import Store
from tests.core.log_people import SIGNED, ledger, record

FULL, PROBATION = "中共党员", "中共预备党员"


def rows(store: Store, uid: str) -> list[tuple[str, ...]]:
    return [(one.from_on, one.until_on, one.status, one.party_status) for one in periods_of(store, [uid])[uid]]


def do(store: Store, op: Any, *given: Any, **more: Any) -> Any:
    with store.transact("一步") as tx:
        return op(tx, *given, **more)


def whole(store: Store) -> list[Any]:
    """Everything a step may write."""
    tables = ("cadre", "membership", "visit", "grid_assignment", "visit_tally", "person_tally")
    return [store.tuples(f"SELECT * FROM {one} ORDER BY 1, 2") for one in tables]


def test_status_and_party_status_are_dated_with_the_unit() -> None:
    store, uids = ledger()
    uid = uids["张伟"]
    do(store, save_cadre, {"party_status": PROBATION}, uid)  # filled in for the first time: so all along
    do(store, save_cadre, {"party_status": FULL}, uid, transfer_on="2020-06-01")
    do(store, save_cadre, {"unit_uid": uids["离退休"]}, uid, transfer_on="2020-09-01")
    do(store, change_person, uid, {"status": "RETIRED"}, from_on="2020-11-01", reason="退休")
    assert rows(store, uid) == [
        ("", "2020-05-31", "ACTIVE", PROBATION),
        ("2020-06-01", "2020-08-31", "ACTIVE", FULL),
        ("2020-09-01", "2020-10-31", "ACTIVE", FULL),
        ("2020-11-01", "", "RETIRED", FULL),
    ]
    then = person_on(store, uid, "2020-08-15")
    assert then is not None and (then.status, then.party_status, then.unit_uid) == ("ACTIVE", FULL, uids["会计"])
    reasons = [
        row[0] for row in store.tuples("SELECT reason FROM membership WHERE cadre_uid = ? ORDER BY from_on", (uid,))
    ]
    assert reasons == ["", "政治面貌变动", "调动", "退休"]
    assert findings(store) == []


def test_a_correction_reaches_back_as_far_as_it_was_wrong() -> None:
    store, uids = ledger()
    uid = uids["张伟"]
    do(store, save_cadre, {"party_status": PROBATION}, uid)
    do(store, save_cadre, {"party_status": FULL}, uid, transfer_on="2020-06-01")
    do(store, save_cadre, {"unit_uid": uids["离退休"]}, uid)  # the unit was wrong all along, the date of 转正 was not
    assert [one.unit_uid for one in periods_of(store, [uid])[uid]] == [uids["离退休"]] * 2
    do(store, save_cadre, {"status": "OTHER"}, uid)
    assert [row[2:] for row in rows(store, uid)] == [("OTHER", PROBATION), ("OTHER", FULL)]


def test_a_change_dated_back_is_laid_in_and_never_over_a_later_one() -> None:
    store, uids = ledger()
    uid = uids["张伟"]
    do(store, save_cadre, {"unit_uid": uids["离退休"]}, uid, transfer_on="2020-09-01")
    do(store, change_person, uid, {"status": "RETIRED"}, from_on="2020-06-01")
    assert [row[:3] for row in rows(store, uid)] == [
        ("", "2020-05-31", "ACTIVE"),
        ("2020-06-01", "2020-08-31", "RETIRED"),
        ("2020-09-01", "", "RETIRED"),
    ]
    with pytest.raises(Refused, match="2020年9月1日已经另有变动"):
        do(store, save_cadre, {"unit_uid": uids["会计"]}, uid, transfer_on="2020-07-01")
    new = do(store, save_cadre, {"name": "后来", "unit_uid": uids["会计"], "from_on": "2020-10-01"})
    with pytest.raises(Refused, match="2020年10月1日才到岗"):
        do(store, change_person, new, {"status": "RETIRED"}, from_on="2020-09-01")


def test_leaving_ends_on_the_day_before_and_coming_back_is_exact_or_dated() -> None:
    store, uids = ledger()
    uid = uids["张伟"]
    do(store, set_first_day, uid, "2020-03-01")
    with pytest.raises(Refused, match="2020年3月1日才到岗"):
        do(store, archive_cadre, uid, "2020-03-01", "调离")
    before = whole(store)
    do(store, archive_cadre, uid, "2020-09-01", "调离")
    assert rows(store, uid)[-1][:2] == ("2020-03-01", "2020-08-31")
    with pytest.raises(Refused, match="2020年8月31日才离开"):
        do(store, restore_cadre, uid, "2020-08-15")
    do(store, restore_cadre, uid)
    assert whole(store) == before
    do(store, archive_cadre, uid, "2020-09-01", "调离")
    do(store, restore_cadre, uid, "2020-11-01")
    assert [row[:2] for row in rows(store, uid)] == [("2020-03-01", "2020-08-31"), ("2020-11-01", "")]
    assert person_on(store, uid, "2020-10-01") is None and membership_on(store, uid, "2020-10-01")[0] == uids["会计"]
    assert findings(store) == []
    with pytest.raises(Refused, match="到岗日期不能晚于2020年8月31日"):
        do(store, set_first_day, uid, "2020-09-15")


def test_after_a_transfer_nobody_leaves_before_it() -> None:
    store, uids = ledger()
    do(store, save_cadre, {"unit_uid": uids["离退休"]}, uids["张伟"], transfer_on="2020-09-01")
    with pytest.raises(Refused, match="还有一次变动，离开日期应在那以后"):
        do(store, archive_cadre, uids["张伟"], "2020-08-01", "调离")


def test_service_before_and_after_is_stamped_by_one_rule_and_undo_and_redo_are_exact() -> None:
    store, uids = ledger()
    uid = do(store, save_cadre, {"name": "后来", "unit_uid": uids["会计"], "from_on": "2020-06-01"})
    early = record(store, uid, served_on="2020-02-01", late_reason="补登", **SIGNED).uid
    do(store, archive_cadre, uid, "2020-10-01", "调离")
    late = record(store, uid, served_on="2020-11-20", **SIGNED).uid
    states = [whole(store)]
    steps = (
        (save_cadre, {"unit_uid": uids["离退休"]}, uid),  # 更正
        (set_first_day, uid, "2020-01-15"),
        (restore_cadre, uid),
        (lambda tx: save_cadre(tx, {"unit_uid": uids["会计"]}, uid, transfer_on="2020-07-01"),),
    )
    for op, *given in steps:
        do(store, op, *given)
        states.append(whole(store))
    units = dict(store.tuples("SELECT uid, unit_uid FROM visit WHERE cadre_uid = ?", (uid,)))
    assert units == {early: uids["离退休"], late: uids["会计"]}
    for state in reversed(states[:-1]):
        store.undo()
        assert whole(store) == state
    for state in states[1:]:
        store.redo()
        assert whole(store) == state
    assert findings(store) == []


def test_who_is_archived_leaves_his_grid() -> None:
    store, uids = ledger()
    with store.transact("编入") as tx:
        facts = {"cadre_uid": uids["张伟"], "grid_uid": uids["网格"], "method": "HAND"}
        tx.insert("grid_assignment", {**facts, "from_on": "2020-08-01"})
    visit = record(store, uids["张伟"], served_on="2020-11-20").uid
    do(store, leave, uids["张伟"], "2020-11-01", "调离")
    assert store.tuples("SELECT until_on FROM grid_assignment") == [("2020-10-31",)]
    assert store.value("SELECT home_grid_uid FROM visit WHERE uid = ?", (visit,)) is None
    assert findings(store) == []


def test_two_desks_dated_changes_stand_in_order_after_a_merge() -> None:
    store, uids = ledger()
    uid = uids["张伟"]
    do(store, save_cadre, {"party_status": PROBATION}, uid)
    do(store, save_cadre, {"unit_uid": uids["离退休"]}, uid, transfer_on="2020-09-01")
    with store.transact("合并") as tx:  # the other desk knew nothing of the transfer
        tx.update("cadre", uid, {"party_status": FULL})
        other = {"cadre_uid": uid, "unit_uid": uids["会计"], "status": "ACTIVE", "party_status": FULL}
        tx.insert("membership", {**other, "from_on": "2020-10-01"})
        tx.insert("membership", {**other, "from_on": "2020-10-01", "reason": "又一次"})
        align_memberships(tx, [uid])
    assert rows(store, uid) == [
        ("", "2020-08-31", "ACTIVE", PROBATION),
        ("2020-09-01", "2020-09-30", "ACTIVE", PROBATION),
        ("2020-10-01", "", "ACTIVE", FULL),
    ]
    assert findings(store) == []


def test_the_day_a_years_figures_speak_of(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2021-05-04")
    assert [day_of_year(year) for year in (2020, 2021, 2022)] == ["2020-12-31", "2021-05-04", "2022-01-01"]
    assert day_of_year(2021, "2021-03-01") == "2021-03-01" and day_of_year(2020, "2019-12-01") == "2020-01-01"


def test_a_first_day_that_is_none_is_told_at_its_field() -> None:
    store, uids = ledger()
    with pytest.raises(InvalidInput) as told:
        do(store, save_cadre, {"name": "后来", "unit_uid": uids["会计"], "from_on": "某日"})
    assert set(told.value.fields) == {"from_on"}
