"""Leaving is one step: what a person holds is shown, ended or handed over with the archive; one undo brings all back."""

from __future__ import annotations

from typing import Any

import pytest

from core import holdings, leaving
from core.base.errors import InvalidInput, Refused
from core.check import findings
from core.checkin.ops import CheckinDraft, check_in, end_checkins
from core.checkin.queries import checkins_of
from core.grid_assignment.leads import appoint_lead
from core.grid_assignment.ops import assign
from core.grid_assignment.queries import assignment_rows, lead_rows
from core.roster.ops import archive_cadre, save_cadre
from core.store import Store
from core.team.ops import add_member, save_squad
from core.team.queries import squad_members, squad_rows
from tests.core.grid_people import community

TABLES = ("cadre", "membership", "checkin", "grid_assignment", "building_lead", "squad_member", "visit")


@pytest.fixture
def busy() -> tuple[Store, dict[str, str]]:
    """张伟 holds one of everything since 2020-08; 李娜 holds nothing."""
    store, uids = community()
    with store.transact("登记") as tx:
        for track in ("HOME", "ASSIGNED"):
            given = {"community": "康园社区"} if track == "HOME" else {}
            check_in(tx, CheckinDraft(cadre_uid=uids["张伟"], track=track, checked_on="2020-08-01", **given))
        assign(tx, [uids["张伟"]], "", building_uid=uids["东苑1栋"], from_on="2020-08-02")
        appoint_lead(tx, uids["东苑1栋"], uids["张伟"], "2020-08-03", "2021-08-02")
        uids["小分队"] = save_squad(tx, None, {"grid_uid": uids["第1网格"], "name": "第1小分队"})
        add_member(tx, uids["小分队"], "CADRE", uids["张伟"], "2020-08-04")
    return store, uids


def rows(store: Store) -> dict[str, list[dict[str, Any]]]:
    return {name: store.rows(f"SELECT * FROM {name} ORDER BY uid") for name in TABLES}


def test_all_that_is_held_is_listed_in_words(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    listed = holdings.holdings(store, [uids["张伟"], uids["李娜"]])
    assert [(one.words, one.since, one.holding.how) for one in listed] == [
        ("个人报到（康园社区）", "2020-08-01", "注销"),
        ("组织派遣报到（经院社区）", "2020-08-01", "注销"),
        ("编入第1网格（东苑1栋）", "2020-08-02", "移出网格"),
        ("东苑1栋楼栋长", "2020-08-03", "结束任期"),
        ("第1网格“第1小分队”成员", "2020-08-04", "退出"),
    ]


def test_leaving_ends_all_of_it_as_of_the_day_in_one_step(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    before = rows(store)
    with store.transact("归档张伟") as tx:
        done = leaving.leave(tx, uids["张伟"], "2020-11-01", "调离")
    assert len(done.ended) == 5
    assert done.ended[3] == "张伟：东苑1栋楼栋长已结束任期。"
    assert {(row["ended_on"], row["end_reason"]) for row in checkins_of(store, uids["张伟"])} == {
        ("2020-11-01", "调离")
    }
    assert [row["until_on"] for row in assignment_rows(store, current=False)] == ["2020-10-31"]
    assert [row["until_on"] for row in lead_rows(store, current=False)] == ["2020-10-31"]
    assert [row["until_on"] for row in squad_members(store, current=False)] == ["2020-10-31"]
    assert "缺网格员1名、下沉党员干部1名" in squad_rows(store)[0]["warning"]
    assert holdings.holdings(store, [uids["张伟"]]) == [] and findings(store) == []
    store.undo()
    assert rows(store) == before


def test_a_building_and_a_squad_are_handed_over(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    give = {one.uid: uids["李娜"] for one in holdings.holdings(store, [uids["张伟"]]) if one.holding.gives}
    with store.transact("归档张伟") as tx:
        done = leaving.leave(tx, uids["张伟"], "2020-11-01", "退休", give)
    assert done.ended[-2:] == ("张伟：东苑1栋楼栋长已交给李娜。", "张伟：第1网格“第1小分队”成员已交给李娜。")
    assert any("李娜" in text and "没有编入" in text for text in done.warnings)
    terms = [(row["name"], row["from_on"], row["until_on"]) for row in lead_rows(store, current=False)]
    assert terms == [("张伟", "2020-08-03", "2020-10-31"), ("李娜", "2020-11-01", "2021-08-02")]
    assert [(row["name"], row["from_on"]) for row in squad_members(store)] == [("李娜", "2020-11-01")]
    assert findings(store) == []


def test_what_cannot_be_handed_over_leaves_nothing_behind(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    before = rows(store)
    home = holdings.holdings(store, [uids["张伟"]])[0]
    lead = holdings.holdings(store, [uids["张伟"]])[3]
    for give, people in (
        ({home.uid: uids["李娜"]}, ["张伟"]),  # a check-in is the person's own
        ({lead.uid: uids["张伟"]}, ["张伟"]),
        ({lead.uid: uids["李娜"]}, ["张伟", "李娜"]),  # who leaves too takes nothing over
    ):
        with pytest.raises(Refused), store.transact("归档") as tx:
            leaving.leave_many(tx, [uids[name] for name in people], "2020-11-01", "调离", give)
    with pytest.raises(InvalidInput), store.transact("归档") as tx:
        leaving.leave(tx, uids["张伟"], "2020-11-01")
    assert rows(store) == before


def test_what_began_after_he_left_is_taken_away_and_ahead_ends_ahead(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    with store.transact("早走") as tx:
        leaving.leave(tx, uids["张伟"], "2020-07-01", "调离")
    assert assignment_rows(store, current=False) == lead_rows(store, current=False) == []
    assert squad_members(store, current=False) == []
    assert {row["ended_on"] for row in checkins_of(store, uids["张伟"])} == {"2020-08-01"}
    store.undo()
    with store.transact("下月走") as tx:
        leaving.leave(tx, uids["张伟"], "2020-12-31", "退休")
    assert {row["ended_on"] for row in checkins_of(store, uids["张伟"])} == {"2020-11-24"}
    assert [row["until_on"] for row in assignment_rows(store, current=False)] == ["2020-12-30"]
    assert [row["until_on"] for row in squad_members(store, current=False)] == ["2020-11-24"]
    assert [row["until_on"] for row in lead_rows(store, current=False)] == ["2020-12-30"]
    assert holdings.left_behind(store) == [] and findings(store) == []


def test_restoring_undoes_only_the_archive_and_says_what_stays_ended(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    with store.transact("归档") as tx:
        leaving.leave(tx, uids["张伟"], "2020-11-01", "调离")
    with store.transact("恢复") as tx:
        told = leaving.restore(tx, uids["张伟"])
    assert told == (
        "张伟：个人报到（康园社区）",
        "张伟：组织派遣报到（经院社区）",
        "张伟：编入第1网格（东苑1栋）",
        "张伟：东苑1栋楼栋长",
        "张伟：第1网格“第1小分队”成员",
    )
    assert holdings.holdings(store, [uids["张伟"]]) == []


def test_moving_keeps_what_is_not_chosen(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    held = {one.words: one.uid for one in holdings.holdings(store, [uids["张伟"]])}
    place = {"unit_uid": uids["离退休"], "branch_uid": None}
    with store.transact("调动") as tx:
        done = leaving.move(
            tx,
            uids["张伟"],
            place,
            "2020-10-01",
            "",
            end=[held["组织派遣报到（经院社区）"]],
            hand_over={held["东苑1栋楼栋长"]: uids["李娜"]},
        )
    assert done.ended == ("张伟：组织派遣报到（经院社区）已注销。", "张伟：东苑1栋楼栋长已交给李娜。")
    kept = [one.words for one in holdings.holdings(store, [uids["张伟"]])]
    assert kept == ["个人报到（康园社区）", "编入第1网格（东苑1栋）", "第1网格“第1小分队”成员"]
    assert findings(store) == []


def test_a_leaver_who_still_holds_something_is_found_and_the_way_out_works(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    with store.transact("合并带来的归档") as tx:
        archive_cadre(tx, uids["张伟"], "2020-11-01", "调离")
    told = findings(store)
    assert len(told) == 5
    assert told[3].startswith("张伟（工号0001）已于2020年11月1日归档，但东苑1栋楼栋长没有结束，请在“工作台”点")
    with store.transact("结束") as tx:
        done = leaving.end_left_behind(tx)
    assert len(done.ended) == 5
    assert findings(store) == [] and holdings.left_behind(store) == []


def test_people_are_listed_by_unit_and_number(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    with store.transact("又一人") as tx:
        uids["丁一"] = save_cadre(tx, {"staff_no": "0000", "name": "丁一", "unit_uid": uids["会计"]})
        assign(tx, [uids["丁一"]], uids["第2网格"])
    listed = holdings.holdings(store, [uids["张伟"], uids["丁一"]])
    assert [one.name for one in listed] == ["丁一", *["张伟"] * 5]


def test_every_kind_can_be_ended_and_those_that_say_so_handed_over() -> None:
    assert [one.kind for one in holdings.HOLDINGS] == list(leaving.END)
    assert {one.kind for one in holdings.HOLDINGS if one.gives} == set(leaving.GIVE)


def test_an_undo_gives_nothing_back_to_who_has_left(busy: tuple[Store, dict[str, str]]) -> None:
    store, uids = busy
    (home,) = [row["uid"] for row in checkins_of(store, uids["张伟"]) if row["track"] == "HOME"]
    with store.transact("注销报到") as tx:
        end_checkins(tx, [home], "2020-10-01", "迁居")
    ended = tx.outcome.step
    with store.transact("归档张伟") as tx:
        leaving.leave(tx, uids["张伟"], "2020-11-01", "调离")
    with pytest.raises(Refused, match=r"张伟.*归档，不能再担着个人报到") as caught:
        store.undo(ended)
    assert "先撤销归档" in caught.value.hint and findings(store) == []
    store.undo()
    store.undo(ended)
    assert findings(store) == [] and len(holdings.holdings(store, [uids["张伟"]])) == 5
