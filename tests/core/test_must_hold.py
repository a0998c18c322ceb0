"""What must hold between rows: undo, the partial way and putting back ask it as an op does; `check` names a way out that works."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.base.errors import Refused
from core.check import findings, recompute
from core.checkin.model import CheckinDraft
from core.checkin.ops import change_checkin, check_in, end_checkins
from core.grid_assignment.leads import appoint_lead, end_lead, remove_lead
from core.grid_assignment.ops import assign, change_assignment, unassign
from core.grid_assignment.regroup import merge_grids, save_building
from core.place.ops import save_worker
from core.putting_back import put_back
from core.roster.ops import save_cadre
from core.roster.volunteers import save_volunteer
from core.service_log.ops import change_visit, confirm_visits
from core.store import Store, Tx
from core.store.attachments import attach, remove_attachment
from core.team.ops import add_member, change_member, remove_member, save_squad
from tests.core.grid_people import community
from tests.core.log_people import record
from tests.exchange_desks import everything

Uids = dict[str, str]
Act = Callable[[Tx, Uids], object]


def step(store: Store, uids: Uids, act: Act, **how: Any) -> int:
    """One step; its number."""
    with store.transact("一步", **how) as tx:
        act(tx, uids)
    return store.steps(1)[0].seq


def _draft(uids: Uids, on: str) -> CheckinDraft:
    return CheckinDraft(uids["张伟"], "HOME", on, community="康园社区")


# what was done, what is taken back of it (the middle step), and what is said then
MIDDLE: dict[str, tuple[list[Act], Act, list[Act], str]] = {
    "two grids at once": (
        [lambda tx, u: assign(tx, [u["张伟"]], u["第1网格"], from_on="2020-09-01")],
        lambda tx, u: unassign(tx, [u["张伟"]], "2020-09-30"),
        [lambda tx, u: assign(tx, [u["张伟"]], u["第2网格"], from_on="2020-10-10")],
        "张伟（工号0001）同时编入了两个网格：第1网格和第2网格",
    ),
    "two leads at once": (
        [lambda tx, u: appoint_lead(tx, u["东苑1栋"], u["张伟"], "2020-09-01")],
        lambda tx, u: end_lead(tx, _one(tx, "building_lead"), "2020-09-30"),
        [lambda tx, u: appoint_lead(tx, u["东苑1栋"], u["李娜"], "2020-10-10")],
        "东苑1栋的楼栋长",
    ),
    "two check-ins": (
        [lambda tx, u: check_in(tx, _draft(u, "2020-08-01"))],
        lambda tx, u: end_checkins(tx, [_one(tx, "checkin")], "2020-09-01", "其他"),
        [lambda tx, u: check_in(tx, _draft(u, "2020-10-01"))],
        "张伟（工号0001）有两条没有注销的个人报到",
    ),
    "a closed grid": (
        [lambda tx, u: assign(tx, [u["张伟"]], u["第2网格"], from_on="2020-09-01")],
        lambda tx, u: unassign(tx, [u["张伟"]], "2020-09-30"),
        [lambda tx, u: merge_grids(tx, u["第1网格"], u["第2网格"])],
        "张伟（工号0001）还编在第2网格",
    ),
    "a building of a closed grid": (
        [],
        lambda tx, u: save_building(tx, u["东苑3栋"], {"grid": "第3网格"}),
        [lambda tx, u: merge_grids(tx, u["第1网格"], u["第2网格"])],
        "东苑3栋还划在第2网格",
    ),
    "a squad twice": (
        [lambda tx, u: add_member(tx, save_squad(tx, None, {"grid": "第1网格", "name": "甲队"}), "CADRE", u["张伟"])],
        lambda tx, u: remove_member(tx, _one(tx, "squad_member"), "2020-11-23"),
        [lambda tx, u: add_member(tx, _one(tx, "squad"), "CADRE", u["张伟"])],
        "小分队“甲队”里张伟登记了两次",
    ),
}


def _one(tx: Tx, table: str) -> str:
    return str(tx.value(f"SELECT uid FROM {table} ORDER BY uid LIMIT 1"))


@pytest.mark.parametrize("what", MIDDLE)
def test_a_step_that_would_break_a_rule_is_not_taken_back_but_in_the_partial_way(what: str) -> None:
    store, uids = community()
    first, middle, last, words = MIDDLE[what]
    for act in first:
        step(store, uids, act)
    seq = step(store, uids, middle)
    for act in last:
        step(store, uids, act)
    before = everything(store)
    with pytest.raises(Refused, match=words) as caught:
        store.undo(seq)
    assert "没有撤销" in caught.value.text and caught.value.hint
    assert everything(store) == before and findings(store) == []
    result = store.undo(seq, partial=True)
    assert any(words[:6] in one.reason for one in result.kept), result.kept
    assert findings(store) == []
    store.redo()
    assert everything(store) == before


def test_days_that_mean_something_together_are_taken_back_together() -> None:
    """从 moved back, then 至 set before it was: taking the first back alone would turn the days round."""
    store, uids = community()
    step(store, uids, lambda tx, u: assign(tx, [u["张伟"]], u["第1网格"], from_on="2020-09-20"))
    seq = step(store, uids, lambda tx, u: change_assignment(tx, _one(tx, "grid_assignment"), {"from_on": "2020-09-01"}))
    step(store, uids, lambda tx, u: unassign(tx, [u["张伟"]], "2020-09-10"))
    with pytest.raises(Refused, match="编入网格“张伟”在这一步之后又改过"):
        store.undo(seq)
    assert [one.table for one in store.undo(seq, partial=True).kept] == ["grid_assignment"]
    assert store.tuples("SELECT from_on, until_on FROM grid_assignment") == [("2020-09-01", "2020-09-10")]
    store.redo()
    store.undo()  # the newest first
    store.undo(seq)
    assert store.tuples("SELECT from_on, until_on FROM grid_assignment") == [("2020-09-20", "")]


def test_what_was_signed_does_not_change_under_the_signature() -> None:
    """方案 三(六): an op would take the confirmation away; taking back an earlier change is refused, or leaves it."""
    store, uids = community()
    visit = record(store, uids["张伟"], content="清扫楼道").uid
    seq = step(store, uids, lambda tx, u: change_visit(tx, visit, {"content": "清扫楼道和车棚", "note": "补充"}))
    step(store, uids, lambda tx, u: confirm_visits(tx, [visit], "社区党组织", "陈书记"))
    with pytest.raises(Refused, match="服务记录“张伟”"):
        store.undo(seq)
    store.undo(seq, partial=True)
    row = store.one("SELECT content, note, state FROM visit") or {}
    assert (row["content"], row["note"], row["state"]) == ("清扫楼道和车棚", "", "CONFIRMED")


def test_redo_asks_too() -> None:
    store, uids = community()
    step(store, uids, lambda tx, u: assign(tx, [u["张伟"]], u["第1网格"], from_on="2020-09-01"))
    store.undo()
    with store.transact("另一处", merging=True) as tx:  # as another process may have written meanwhile
        assign(tx, [uids["张伟"]], uids["第2网格"], from_on="2020-09-01")
    undone = store.steps(2)[1].seq
    with pytest.raises(Refused, match="同时编入了两个网格"):
        store.undo(undone)


def test_an_op_is_asked_and_what_was_broken_before_is_not_its_fault() -> None:
    store, uids = community()
    row = {"cadre_uid": uids["张伟"], "from_on": "2020-09-01"}
    with store.transact("合并", merging=True) as tx:
        one, _other = tx.insert_many(
            "grid_assignment", [{**row, "grid_uid": uids["第1网格"]}, {**row, "grid_uid": uids["第2网格"]}]
        )
    with store.transact("备注") as tx:
        tx.update("grid_assignment", one, {"note": "待定"})
    with pytest.raises(Refused, match="同时编入了两个网格"), store.transact("第三处") as tx:
        tx.insert("grid_assignment", {**row, "grid_uid": uids["第3网格"]})
    assert len(store.rows("SELECT uid FROM grid_assignment")) == 2


def test_a_step_that_mended_something_is_taken_back_all_the_same() -> None:
    """Two at once after a merge, settled by an act: the act is the newest step, and undo brings back what was."""
    store, uids = community()
    row = {"cadre_uid": uids["张伟"], "from_on": "2020-09-01"}
    with store.transact("合并", merging=True) as tx:
        tx.insert_many("grid_assignment", [{**row, "grid_uid": uids[name]} for name in ("第1网格", "第2网格")])
    before = everything(store)
    step(store, uids, lambda tx, u: assign(tx, [u["张伟"]], u["第1网格"]))
    assert findings(store) == []
    store.undo()
    assert everything(store) == before
    store.redo()
    assert findings(store) == []


def test_what_cannot_be_put_back_leaves_nothing_and_says_why() -> None:
    store, uids = community()
    step(store, uids, lambda tx, u: assign(tx, [u["张伟"]], u["第2网格"], from_on="2020-09-01"))
    uid = str(store.value("SELECT uid FROM grid_assignment"))
    seq = step(store, uids, lambda tx, u: unassign(tx, [u["张伟"]], "2020-09-30"))
    step(store, uids, lambda tx, u: merge_grids(tx, u["第1网格"], u["第2网格"]))
    before = everything(store)
    with pytest.raises(Refused, match="还编在第2网格") as caught, store.transact("改回原样") as tx:
        put_back(tx, "grid_assignment", uid, seq)
    assert "请把他编入别的网格" in caught.value.hint and everything(store) == before


def _insert(table: str, **values: Any) -> Act:
    def act(tx: Tx, uids: Uids) -> None:
        tx.insert(table, {key: uids.get(value, value) for key, value in values.items()})

    return act


def _grid_closed(tx: Tx, uids: Uids) -> None:
    tx.update("grid", uids["第1网格"], {"archived_on": "2020-10-01"})
    tx.update("grid_assignment", _one(tx, "grid_assignment"), {"building_uid": None})
    for building in ("东苑1栋", "东苑2栋"):
        tx.update("building", uids[building], {"grid_uid": uids["第2网格"]})


def _twice(table: str, **changes: Any) -> Act:
    def act(tx: Tx, _uids: Uids) -> None:
        row = tx.one(f"SELECT * FROM {table} ORDER BY uid LIMIT 1") or {}
        tx.insert(table, {**{key: value for key, value in row.items() if key != "uid"}, **changes})

    return act


def _changed(table: str, **changes: Any) -> Act:
    return lambda tx, uids: tx.update(table, _one(tx, table), {key: uids.get(one, one) for key, one in changes.items()})


# how each rule is broken, what is said, and the way out that is named
BROKEN: list[tuple[Act, str, Act]] = [
    (_changed("membership", until_on="2020-01-01"), "所属记录却已结束。请运行“重新计算”", lambda tx, _u: recompute(tx)),
    (_changed("cadre", status="RETIRED"), "与所属记录不一致。请运行“重新计算”", lambda tx, _u: recompute(tx)),
    (_twice("membership"), "日期重叠。请运行“重新计算”", lambda tx, _u: recompute(tx)),
    (
        _changed("branch", unit_uid="离退休"),
        "不属于他的单位。请在名册里给他重新选择支部",
        lambda tx, u: save_cadre(tx, {"branch_uid": None}, u["李娜"]),
    ),
    (
        _twice("grid_assignment", from_on="2020-10-01"),
        "同时编入了两个网格",
        lambda tx, u: assign(tx, [u["张伟"]], u["第2网格"]),
    ),
    (
        _twice("grid_assignment", until_on="2020-11-01"),
        "或改正其中一条的日期",
        lambda tx, u: change_assignment(
            tx, tx.value("SELECT uid FROM grid_assignment WHERE until_on = ''"), {"from_on": "2020-11-02"}
        ),
    ),
    (_grid_closed, "还编在第1网格", lambda tx, u: assign(tx, [u["张伟"]], u["第2网格"])),
    (_grid_closed, "或移出网格", lambda tx, u: unassign(tx, [u["张伟"]])),
    (
        _changed("building", grid_uid="第2网格"),
        "不属于他所在的第1网格",
        lambda tx, u: assign(tx, [u["张伟"]], "", building_uid=u["东苑1栋"]),
    ),
    (
        _changed("grid_assignment", from_on="2020-11-22", until_on="2020-11-21"),
        "编入网格的日期颠倒",
        lambda tx, u: change_assignment(tx, _one(tx, "grid_assignment"), {"from_on": "2020-09-01"}),
    ),
    (_twice("building_lead"), "请结束其中一任，或删除它", lambda tx, _u: remove_lead(tx, _one(tx, "building_lead"))),
    (
        _twice("building_lead", from_on="2020-10-01"),
        "任期重叠",
        lambda tx, _u: end_lead(tx, _one(tx, "building_lead"), "2020-09-30"),
    ),
    (
        _changed("building_lead", until_on="2020-08-01"),
        "任楼栋长的日期颠倒",
        lambda tx, _u: remove_lead(tx, _one(tx, "building_lead")),
    ),
    (_twice("squad_member"), "登记了两次。请移出一次", lambda tx, _u: remove_member(tx, _one(tx, "squad_member"))),
    (
        _changed("squad_member", until_on="2020-08-01"),
        "日期颠倒",
        lambda tx, _u: change_member(tx, _one(tx, "squad_member"), {"until_on": ""}),
    ),
    (
        _changed("squad", grid_uid="旧网格"),
        "还在旧网格",
        lambda tx, _u: save_squad(tx, _one(tx, "squad"), {"grid": "第1网格"}),
    ),
    (
        _twice("checkin"),
        "请注销或删除其中一条",
        lambda tx, _u: end_checkins(tx, [_one(tx, "checkin")], "2020-11-01", "其他"),
    ),
    (
        _changed("checkin", ended_on="2020-07-01"),
        "个人报到的日期颠倒",
        lambda tx, _u: change_checkin(tx, _one(tx, "checkin"), {"ended_on": ""}),
    ),
    (
        _insert("building", estate_uid="西苑", grid_uid="旧网格", name="9栋"),
        "请给这栋楼另选网格",
        lambda tx, _u: save_building(tx, tx.value("SELECT uid FROM building WHERE name = '9栋'"), {"grid": "第1网格"}),
    ),
    (
        _insert("grid_worker", community_uid="linked", grid_uid="旧网格", name="陈明"),
        "网格员陈明还在旧网格",
        lambda tx, _u: save_worker(tx, _one(tx, "grid_worker"), {"grid": "第1网格"}),
    ),
    (
        _insert("volunteer", grid_uid="旧网格", name="赵明"),
        "志愿者赵明还在旧网格",
        lambda tx, _u: save_volunteer(tx, _one(tx, "volunteer"), {"grid": "第1网格"}),
    ),
    (_changed("visit", unit_uid="离退休"), "单位或支部与当天", lambda tx, _u: recompute(tx)),
    (_changed("visit", home_grid_uid="第2网格"), "所属网格与当天", lambda tx, _u: recompute(tx)),
    (
        _changed("visit", home_grid_uid="第2网格"),
        "请把他重新编入（或移出）一次",
        lambda tx, u: assign(tx, [u["张伟"]], u["第1网格"]),
    ),
    (
        lambda tx, u: tx.derived("UPDATE visit_tally SET minutes = minutes + 1, unit_uid = ''", [()]),
        "请运行“重新计算”",
        lambda tx, _u: recompute(tx),
    ),
    (
        lambda tx, u: tx.derived("UPDATE person_tally SET home_grid_uid = 'x', branch_uid = 'y'", [()]),
        "请运行“重新计算”",
        lambda tx, _u: recompute(tx),
    ),
]


def everything_once() -> tuple[Store, Uids]:
    """One of each thing that rules are about."""
    store, uids = community()
    with store.transact("登记") as tx:
        uids["旧网格"] = tx.insert(
            "grid", {"community_uid": "linked", "name": "旧网格", "position": 9, "archived_on": "2020-01-01"}
        )
        save_cadre(tx, {"branch_uid": uids["支部"]}, uids["李娜"])
        assign(tx, [uids["张伟"]], "", building_uid=uids["东苑1栋"], from_on="2020-09-01")
        appoint_lead(tx, uids["东苑1栋"], uids["张伟"], "2020-09-01")
        squad = save_squad(tx, None, {"grid": "第2网格", "name": "甲队"})
        add_member(tx, squad, "CADRE", uids["张伟"], "2020-09-01")
        check_in(tx, _draft(uids, "2020-08-01"))
    record(store, uids["张伟"])
    return store, uids


@pytest.mark.parametrize("case", range(len(BROKEN)))
def test_each_finding_names_a_way_out_that_works(case: int) -> None:
    store, uids = everything_once()
    wrong, words, way_out = BROKEN[case]
    assert findings(store) == []
    with store.transact("弄错", merging=True) as tx:
        wrong(tx, uids)
    found = findings(store)
    assert len(found) == (2 if "编入网格的日期" in words else 1) and words in found[0], found
    step(store, uids, way_out)
    assert findings(store) == []


def test_an_attachment_without_its_owner_goes_with_the_step_that_put_it_in() -> None:
    store, uids = everything_once()
    seq = step(
        store,
        uids,
        lambda tx, u: attach(tx, "cadre", u["李娜"], b"x", name="照片.jpg", media="image/jpeg", role="photo"),
    )
    step(store, uids, _changed("attachment", owner_uid="nobody"), merging=True)
    assert "附件“照片.jpg”所属的人" in findings(store)[0]
    store.undo(seq, partial=True)
    with store.transact("去掉附件") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM attachment"):
            remove_attachment(tx, uid)
    assert findings(store) == []
