"""The two grids of a record: the one served in, and the home grid of the person as of the day."""

from __future__ import annotations

from pathlib import Path

from core.check import findings
from core.grid_assignment.ops import assign, unassign
from core.service_log.grid_links import link_visits, restamp_grids
from core.service_log.importing import commit_visits, prepare_visits
from core.service_log.ops import change_visit, record_group
from core.service_log.tally import prove_tally
from core.store import Store
from tests.core.grid_people import community, workbook
from tests.core.log_people import DRAFT, SIGNED, record


def home(store: Store, uid: str) -> str | None:
    return store.value("SELECT home_grid_uid FROM visit WHERE uid = ?", (uid,))  # type: ignore[no-any-return]


def test_a_record_gets_the_home_grid_of_its_day() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-01")
        assign(tx, [uids["张伟"]], uids["第2网格"], from_on="2020-11-20")
    late = {"late_reason": "补"}
    assert home(store, record(store, uids["张伟"]).uid) == uids["第2网格"]
    assert home(store, record(store, uids["张伟"], served_on="2020-11-19", **late).uid) == uids["第1网格"]
    before = record(store, uids["张伟"], served_on="2020-08-31", **late).uid
    assert home(store, before) is None
    assert home(store, record(store, uids["李娜"]).uid) is None
    with store.transact("改") as tx:
        change_visit(tx, before, {"served_on": "2020-09-02"})
    assert home(store, before) == uids["第1网格"]
    with store.transact("集体") as tx:
        group = record_group(tx, DRAFT, [uids["张伟"], uids["李娜"]])
    assert [home(store, uid) for uid in group.uids] == [uids["第2网格"], None]


def test_moving_restamps_only_the_days_concerned_and_undo_takes_it_back() -> None:
    store, uids = community()
    early = record(store, uids["张伟"], served_on="2020-09-10", late_reason="补", **SIGNED).uid
    lately = record(store, uids["张伟"]).uid
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-01")
    with store.transact("改编") as tx:
        assign(tx, [uids["张伟"]], uids["第2网格"], from_on="2020-11-01")
    assert (home(store, early), home(store, lately)) == (uids["第1网格"], uids["第2网格"])
    assert store.value("SELECT state FROM visit WHERE uid = ?", (early,)) == "CONFIRMED"
    store.undo()
    assert (home(store, early), home(store, lately)) == (uids["第1网格"], uids["第1网格"])
    with store.transact("移出") as tx:
        unassign(tx, [uids["张伟"]], "2020-10-31")
    assert (home(store, early), home(store, lately)) == (uids["第1网格"], None)
    assert findings(store) == []


def test_imported_records_get_the_home_grid_too(tmp_path: Path) -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-11-01")
    head = ("工号", "姓名", "日期", "时长", "社区", "地点", "内容", "时间性质")
    rows = [
        ("0001", "张伟", "2020-11-20", 2, "经院社区", "第3网格", "入户走访", "业余时间"),
        ("0001", "张伟", "2020-10-20", 2, "经院社区", "第3网格", "入户走访", "业余时间"),
    ]
    commit_visits(store, prepare_visits(store, [workbook(tmp_path / "记录.xlsx", head, rows)]))
    found = store.tuples("SELECT served_on, home_grid_uid, grid_uid FROM visit ORDER BY served_on")
    assert found == [("2020-10-20", None, uids["第3网格"]), ("2020-11-20", uids["第1网格"], uids["第3网格"])]


def test_the_check_finds_what_disagrees() -> None:
    store, uids = community()
    uid = record(store, uids["张伟"]).uid
    with store.transact("弄错", merging=True) as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-01")
        tx.update("visit", uid, {"home_grid_uid": uids["第2网格"]})
        row = {"cadre_uid": uids["李娜"], "grid_uid": uids["第1网格"], "from_on": "2020-09-01"}
        tx.insert_many("grid_assignment", [row, {**row, "grid_uid": uids["第2网格"]}])
    assert findings(store) == [
        "李娜（工号0002）同时编入了两个网格：第1网格和第2网格。请把他重新编入一次，或改正其中一条的日期。",
        "张伟（工号0001）有1条服务记录的所属网格与当天编入的网格不一致，请把他重新编入（或移出）一次。",
    ]
    with store.transact("重编") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"])
        assign(tx, [uids["李娜"]], uids["第1网格"])
    assert findings(store) == []


def test_restamping_everybody_changes_only_what_is_wrong() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-09-01")
    uid = record(store, uids["张伟"]).uid
    record(store, uids["李娜"])
    with store.transact("弄错") as tx:
        tx.update("visit", uid, {"home_grid_uid": None})
    with store.transact("重算") as tx:
        assert restamp_grids(tx) == 1
    assert home(store, uid) == uids["第1网格"]


def test_places_that_name_a_grid_are_linked_after_the_grids_came() -> None:
    store, uids = community()
    with store.transact("撤网格") as tx:
        tx.update("grid", uids["第1网格"], {"name": "改造片区"})
    named = record(store, uids["张伟"], place="第1网格").uid
    inside = record(store, uids["李娜"], place="1网格 文化广场").uid
    elsewhere = record(store, uids["张伟"], served_on="2020-11-21", community="康园社区", place="第1网格").uid
    two = record(store, uids["张伟"], served_on="2020-11-22", place="第1网格、第2网格巡逻").uid
    plain = record(store, uids["张伟"], served_on="2020-11-23", place="小区北门").uid
    with store.transact("网格来了") as tx:
        tx.update("grid", uids["第1网格"], {"name": "第1网格"})
        assert link_visits(tx) == 2
    grid_of = dict(store.tuples("SELECT uid, grid_uid FROM visit"))
    assert grid_of == {named: uids["第1网格"], inside: uids["第1网格"], elsewhere: None, two: None, plain: None}
    assert prove_tally(store) == []


def test_undoing_an_assignment_brings_records_written_since_along_and_redo_too() -> None:
    store, uids = community()
    with store.transact("编入") as tx:
        assign(tx, [uids["张伟"]], uids["第1网格"], from_on="2020-01-01")
    step = store.steps(1)[0].seq
    visit = record(store, uids["张伟"]).uid
    assert home(store, visit) == uids["第1网格"]
    store.undo(step)
    assert home(store, visit) is None
    assert findings(store) == []
    store.redo()
    assert home(store, visit) == uids["第1网格"]
    assert findings(store) == []
    store.close()
