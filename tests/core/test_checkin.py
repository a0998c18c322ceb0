"""双报到: both tracks of a person, groups, units and the school, 注销 and back, the state that follows from the facts."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from core.base.errors import InvalidInput, Problem, Refused, Stale
from core.checkin.entities import UNIT_CHECKINS
from core.checkin.model import CheckinDraft, CheckinFilter, GroupOutcome
from core.checkin.ops import (
    change_checkin,
    check_in,
    check_in_group,
    check_in_many,
    check_in_unit,
    end_checkins,
    receive_receipts,
    remove_checkins,
    reopen_checkins,
    save_unit_checkin,
)
from core.checkin.queries import checkin, checkin_rows, checkins_of, unit_checkin_rows
from core.roster.ops import archive_cadre, save_cadre
from core.service_log.quota import quota_rows
from core.sheet.plain import commit_plain, prepare_plain
from core.sheet.writing import write_sheet
from core.store import Store
from tests.core.grid_people import workbook
from tests.core.log_people import SIGNED, ledger, record
from tests.core.roster_sheets import tally

HOME = CheckinDraft("", "HOME", "2020-08-05")
SENT = CheckinDraft("", "ASSIGNED", "2020-08-06")


@pytest.fixture
def book() -> tuple[Store, dict[str, str]]:
    """张伟 lives in 康园社区, 李娜 told no community, 王老 lives in the linked one."""
    store, uids = ledger()
    with store.transact("住址") as tx:
        home = {"district": "洪山区", "street": "关山街道", "community": "康园社区", "birth_on": "1980-05"}
        save_cadre(tx, home, uids["张伟"])
        save_cadre(
            tx,
            {"district": "江夏区", "street": "藏龙岛街道", "community": "经院社区", "status": "RETIRED"},
            uids["王老"],
        )
    return store, uids


def come(store: Store, cadre_uid: str, draft: CheckinDraft = HOME, **changes: Any) -> str:
    with store.transact("登记报到") as tx:
        return check_in(tx, replace(draft, cadre_uid=cadre_uid, **changes))


def group(store: Store, cadre_uids: list[str], draft: CheckinDraft = HOME, **changes: Any) -> GroupOutcome:
    with store.transact("批量报到") as tx:
        return check_in_group(tx, cadre_uids, replace(draft, **changes))


def test_a_person_holds_both_tracks_at_once(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    come(store, uids["张伟"])
    come(store, uids["张伟"], SENT)
    rows = checkins_of(store, uids["张伟"])
    assert [(row["track"], row["community"], row["district"], row["state"]) for row in rows] == [
        ("HOME", "康园社区", "洪山区", "CHECKED_IN"),
        ("ASSIGNED", "经院社区", "江夏区", "CHECKED_IN"),
    ]
    with pytest.raises(
        Refused, match=r"张伟（会计学院党委，工号0001）已于2020-08-05在康园社区个人报到。搬家的请先注销"
    ):
        come(store, uids["张伟"], checked_on="2020-09-01")
    assert len(checkin_rows(store)) == 2
    assert [row["uid"] for row in checkin_rows(store, CheckinFilter(track="HOME"))] == [rows[0]["uid"]]
    assert checkin_rows(store, CheckinFilter(search="康园 张")) and not checkin_rows(
        store, CheckinFilter(search="李娜")
    )


def test_two_of_a_track_do_not_come_in_one_batch_either(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    twice = [replace(HOME, cadre_uid=uids["张伟"]), replace(HOME, cadre_uid=uids["张伟"], checked_on="2020-09-01")]
    with pytest.raises(Refused, match="在这一批里有两条同一类的报到"), store.transact("报到") as tx:
        check_in_many(tx, twice)
    with store.transact("报到") as tx:
        check_in_many(tx, [twice[1], replace(twice[0], ended_on="2020-09-01", end_reason="迁居")])
    assert [row["state"] for row in checkins_of(store, uids["张伟"])] == ["ENDED", "CHECKED_IN"]


def test_moving_house_ends_the_old_one_on_the_day_of_the_new(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    old = come(store, uids["张伟"])
    with pytest.raises(InvalidInput, match="新的报到不能早于它"):
        come(store, uids["张伟"], checked_on="2020-08-01", community="藏龙社区", replace=True)
    new = come(store, uids["张伟"], checked_on="2020-10-01", community="藏龙社区", replace=True)
    ended = checkin(store, old)
    assert (ended["state"], ended["ended_on"], ended["end_reason"]) == ("ENDED", "2020-10-01", "迁居")
    assert checkin(store, new)["state"] == "CHECKED_IN"
    store.undo()
    assert [(row["uid"], row["ended_on"]) for row in checkin_rows(store)] == [(old, "")]


def test_placed_is_derived_from_the_grid_or_from_what_the_other_community_says(
    book: tuple[Store, dict[str, str]],
) -> None:
    store, uids = book
    sent, home = come(store, uids["张伟"], SENT), come(store, uids["张伟"])
    with store.transact("编入") as tx:
        stay = tx.insert(
            "grid_assignment", {"cadre_uid": uids["张伟"], "grid_uid": uids["网格"], "from_on": "2020-08-10"}
        )
    assert (checkin(store, sent)["state"], checkin(store, home)["state"]) == ("PLACED", "CHECKED_IN")
    with store.transact("改") as tx:
        tx.update("grid_assignment", stay, {"until_on": "2020-09-01"})
        change_checkin(tx, home, {"place": "第7网格"})
        change_checkin(tx, sent, {"place": "楼栋"})  # in the linked community only 编入网格 tells
    assert (checkin(store, sent)["state"], checkin(store, home)["state"]) == ("CHECKED_IN", "PLACED")
    assert [row["uid"] for row in checkin_rows(store, CheckinFilter(state="PLACED"))] == [home]


@pytest.mark.parametrize(
    ("draft", "key", "words"),
    [
        (replace(HOME, checked_on=""), "checked_on", "请填写报到日期"),
        (replace(HOME, checked_on="2020-11-25"), "checked_on", "还没有到"),
        (replace(HOME, checked_on="8月5日"), "checked_on", "不是日期"),
        (replace(HOME, checked_on="1979-08-05"), "checked_on", "早于出生年月1980-05"),
        (replace(HOME, receipt_on="2020-08-01"), "receipt_on", "早于报到日期2020-08-05"),
        (replace(HOME, ended_on="2020-09-01"), "end_reason", "请选择注销原因"),
        (replace(HOME, track=""), "track", "请选择报到类别"),
        (replace(SENT, community="康园社区"), "community", "只能到联系社区（经院社区）"),
        (replace(SENT, community="经院社区", district="洪山区"), "community", "只能到联系社区"),
    ],
)
def test_what_cannot_be_is_said_at_its_field(
    book: tuple[Store, dict[str, str]], draft: CheckinDraft, key: str, words: str
) -> None:
    store, uids = book
    with pytest.raises(InvalidInput) as told:
        come(store, uids["张伟"], draft)
    assert words in told.value.fields[key]
    assert checkin_rows(store) == []


def test_a_community_may_be_told_by_name_in_other_words_or_by_uid(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    one = come(store, uids["张伟"], community="康园社区居委会")
    again = come(store, uids["李娜"], community=checkin(store, one)["community_uid"])
    assert checkin(store, again)["community"] == "康园社区"
    assert come(store, uids["王老"], SENT, community="linked")
    assert store.value("SELECT count(*) FROM community") == 2


def test_a_group_makes_what_can_be_made_and_says_why_the_others_are_left(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    come(store, uids["王老"], checked_on="2020-08-01")
    done = group(store, [uids["张伟"], uids["李娜"], uids["王老"], uids["张伟"]], handler="陈书记")
    assert len(done.made) == 1
    row = checkin(store, done.made[0])
    assert (row["name"], row["community"], row["source"], row["handler"]) == ("张伟", "康园社区", "GROUP", "陈书记")
    assert done.left == (
        "李娜（会计学院党委，工号0002）：名册里没有他居住的社区，请填写报到社区，或先补填住址。",
        "王老（离退休党委，工号0003）已于2020-08-01在经院社区个人报到。",
    )
    store.undo()
    assert len(checkin_rows(store)) == 1


def test_a_group_leaves_no_community_behind_that_nobody_is_at(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    done = group(store, [uids["张伟"], uids["李娜"]], SENT, community="栗庙社区")
    assert (done.made, len(done.left)) == ((), 2)
    assert store.value("SELECT count(*) FROM community") == 1
    with pytest.raises(InvalidInput, match="还没有到"):
        group(store, [uids["张伟"]], checked_on="2020-12-24")
    with pytest.raises(Stale):
        group(store, ["nobody"])


def test_who_has_left_is_not_checked_in_any_more(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    kept = come(store, uids["张伟"])
    with store.transact("归档") as tx:
        end_checkins(tx, [kept], "2020-09-01", "调离")
        archive_cadre(tx, uids["张伟"], "2020-09-01", "调离")
    with pytest.raises(InvalidInput, match=r"张伟（会计学院党委，工号0001）已于2020-09-01归档"):
        come(store, uids["张伟"], SENT)
    with store.transact("恢复") as tx, pytest.raises(Refused, match="已于2020-09-01归档，不能取消注销"):
        reopen_checkins(tx, [kept])
    assert come(store, uids["张伟"], SENT, ended_on="2020-09-01", end_reason="调离")  # what was, may be told later


def test_ending_and_taking_it_back(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    uid = come(store, uids["张伟"])
    for day, reason, words in (
        ("2020-08-04", "调离", "早于报到日期"),
        ("2020-11-25", "调离", "还没有到"),
        ("2020-09-01", " ", "请选择注销原因"),
    ):
        with store.transact("注销") as tx, pytest.raises(InvalidInput, match=words):
            end_checkins(tx, [uid], day, reason)
    with store.transact("注销") as tx:
        end_checkins(tx, [uid], "", "退休")
    assert (checkin(store, uid)["ended_on"], checkin(store, uid)["state"]) == ("2020-11-24", "ENDED")
    with store.transact("注销") as tx, pytest.raises(Refused, match="张伟的个人报到已于2020-11-24注销"):
        end_checkins(tx, [uid], "", "退休")
    other = come(store, uids["张伟"], checked_on="2020-11-24")
    with store.transact("恢复") as tx, pytest.raises(Refused, match="另有一条个人报到"):
        reopen_checkins(tx, [uid])
    with pytest.raises(InvalidInput, match="请先注销那一条"), store.transact("改") as tx:
        change_checkin(tx, uid, {"ended_on": ""})
    with store.transact("误登") as tx:
        remove_checkins(tx, [other])
        reopen_checkins(tx, [uid])
    row = checkin(store, uid)
    assert (row["state"], row["end_reason"]) == ("CHECKED_IN", "")
    store.undo()
    assert {one["uid"]: one["state"] for one in checkin_rows(store)} == {uid: "ENDED", other: "CHECKED_IN"}


def test_what_was_before_may_be_told_while_another_is_open(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    come(store, uids["张伟"], checked_on="2020-09-01")
    come(store, uids["张伟"], checked_on="2020-08-01", ended_on="2020-09-01", end_reason="迁居", community="藏龙社区")
    states = [(row["checked_on"], row["state"]) for row in checkins_of(store, uids["张伟"])]
    assert states == [("2020-08-01", "ENDED"), ("2020-09-01", "CHECKED_IN")]


def test_two_ended_ones_of_a_track_are_not_opened_together(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    ended = [
        come(store, uids["张伟"], checked_on=day, ended_on=day, end_reason="迁居")
        for day in ("2020-08-01", "2020-09-01")
    ]
    with store.transact("恢复") as tx, pytest.raises(Refused, match="同一类只能有一条有效"):
        reopen_checkins(tx, ended)


def test_changing_a_checkin(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    uid = come(store, uids["张伟"])
    with store.transact("改") as tx:
        change_checkin(tx, uid, {"community": "藏龙社区", "checked_on": "2020-08-08", "letter_no": "〔2020〕3号"})
    row = checkin(store, uid)
    assert (row["community"], row["district"], row["checked_on"]) == ("藏龙社区", "", "2020-08-08")
    for values, key in (
        ({"track": "ASSIGNED"}, "community"),
        ({"checked_on": "2021-01-01"}, "checked_on"),
        ({"checked_on": "1979-01-01"}, "checked_on"),
        ({"receipt_on": "2020-08-01"}, "receipt_on"),
        ({"ended_on": "2020-10-01"}, "end_reason"),
    ):
        with pytest.raises(InvalidInput) as told, store.transact("改") as tx:
            change_checkin(tx, uid, values)
        assert list(told.value.fields) == [key]
    with store.transact("改") as tx:
        change_checkin(tx, uid, {"track": "ASSIGNED", "district": "", "street": "", "community": "经院社区"})
    assert (checkin(store, uid)["track"], checkin(store, uid)["linked"]) == ("ASSIGNED", 1)


def test_receipts_come_back(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    made = [come(store, uids["张伟"]), come(store, uids["张伟"], SENT)]
    with store.transact("回执") as tx:
        receive_receipts(tx, made, "2020-08-20")
    assert {row["receipt_on"] for row in checkin_rows(store)} == {"2020-08-20"}
    with store.transact("回执") as tx, pytest.raises(InvalidInput, match="早于报到日期"):
        receive_receipts(tx, made, "2020-08-05")


# -- units and the school ----------------------------------------------------------------------------------------------


def test_the_school_and_its_units_check_in_themselves(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    facts = {"checked_on": "2020-08-03", "our_contact": "李老师", "handler": "陈书记", "letter_no": "〔2020〕12号"}
    with store.transact("单位报到") as tx:
        unit = check_in_unit(tx, uids["会计"], facts)
        check_in_unit(tx, "", {**facts, "checked_on": "2020-08-01"})
    rows = unit_checkin_rows(store)
    assert [(row["unit"], row["community"], row["letter_no"]) for row in rows] == [
        ("学校", "经院社区", "〔2020〕12号"),
        ("会计学院党委", "经院社区", "〔2020〕12号"),
    ]
    assert checkin_rows(store) == []  # no cadre's
    with store.transact("改") as tx:
        receive_receipts(tx, [unit], "2020-08-10")
        with pytest.raises(InvalidInput, match="早于报到日期"):
            save_unit_checkin(tx, unit, {"receipt_on": "2020-08-01"})
        save_unit_checkin(tx, unit, {"handler": "王书记"})
        end_checkins(tx, [unit], "2020-10-01", "其他")
    row = unit_checkin_rows(store)[1]
    assert (row["receipt_on"], row["handler"], row["ended_on"]) == ("2020-08-10", "王书记", "2020-10-01")
    with store.transact("错") as tx, pytest.raises(Problem, match="没有名为“数学院”的单位"):
        save_unit_checkin(tx, None, {"unit": "数学院", "checked_on": "2020-08-03"})


def test_unit_checkins_come_from_a_sheet_and_go_back_unchanged(
    book: tuple[Store, dict[str, str]], tmp_path: Path
) -> None:
    store, _ = book
    head = ("单位", "报到日期", "社区名称", "联系人", "经办人", "文号")
    lines = [
        ("湖北经济学院", "2020.8.1", "", "李老师", "陈书记", "〔2020〕12号"),
        ("会计学院", "2020.8.3", "康园社区", "王老师", "张主任", ""),
        ("数学院", "2020.8.3", "", "", "", ""),
    ]
    path = workbook(tmp_path / "单位.xlsx", head, lines)
    prepared = prepare_plain(store, UNIT_CHECKINS, [path])
    assert tally(prepared) == {"new": 2, "wrong": 1}
    commit_plain(store, prepared, UNIT_CHECKINS, skip_bad=True)
    rows = unit_checkin_rows(store)
    assert [(row["unit"], row["district"], row["community"]) for row in rows] == [
        ("学校", "江夏区", "经院社区"),
        ("会计学院党委", "", "康园社区"),
    ]
    write_sheet(UNIT_CHECKINS.spec, rows, tmp_path / "导出.xlsx")
    assert tally(prepare_plain(store, UNIT_CHECKINS, [tmp_path / "导出.xlsx"])) == {"unchanged": 2}
    # a sheet without the community does not send the unit elsewhere
    short = workbook(tmp_path / "短.xlsx", head[:2], [("会计学院", "2020-8-3")])
    assert tally(prepare_plain(store, UNIT_CHECKINS, [short])) == {"unchanged": 1}


# -- the two tracks in the minimum -------------------------------------------------------------------------------------


def test_the_minimum_counts_own_time_only_whatever_both_checkins_say(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    come(store, uids["张伟"])
    come(store, uids["张伟"], SENT)
    for day, track, place in (("03", "OWN", "康园社区"), ("04", "DISPATCHED", "经院社区"), ("05", "OWN", "康园社区")):
        record(store, uids["张伟"], served_on=f"2020-11-{day}", track=track, community=place, place="", **SIGNED)
    (row,) = [one for one in quota_rows(store, 2020) if one["name"] == "张伟"]
    assert (row["times"], row["minutes"], row["duty_minutes"]) == (2, 240, 120)
    assert (row["short_times"], row["meets"]) == (1, False)


def test_who_moves_keeps_the_dispatch(book: tuple[Store, dict[str, str]]) -> None:
    """三(三): 组织派遣报到 does not follow the home."""
    store, uids = book
    with store.transact("报到") as tx:
        home = check_in(tx, CheckinDraft(uids["张伟"], "HOME", "2020-08-01", community="康园社区"))
        sent = check_in(tx, CheckinDraft(uids["张伟"], "ASSIGNED", "2020-08-01"))
    with store.transact("迁居") as tx:
        end_checkins(tx, [home, sent], "2020-09-01", "迁居")
    assert [checkin(store, uid)["ended_on"] for uid in (home, sent)] == ["2020-09-01", ""]
    with store.transact("调离") as tx:
        end_checkins(tx, [sent], "2020-10-01", "调离")
    assert checkin(store, sent)["ended_on"] == "2020-10-01"
