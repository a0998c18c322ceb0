"""Offline work by command with real packets: the merge cases one by one, each with its Chinese report."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.service_log.ops import change_visit, confirm_visits
from core.store import Tx, keys
from tests.exchange_desks import CHEAP, travelling
from tests.ui.packet_room import SECRET, Act, Place, changing, coming, new_person, praising, serving, somebody_else


@pytest.fixture
def place(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setenv("XCJS_PASSPHRASE", SECRET)
    monkeypatch.setattr(keys.make_envelope, "__defaults__", (CHEAP,))  # the price of guessing is no part of this
    yield Place(tmp_path, capsys)


# -- one row, two sides ----------------------------------------------------------------------------------------------


def test_two_columns_of_one_row_merge_by_themselves(place: Place) -> None:
    copy, who = place.give(), place.people[0]
    copy.do("改", changing("cadre", who, title="教授"))
    place.office.do("改", changing("cadre", who, education="博士研究生"))
    merged = place.merge(copy)
    assert (merged["applied"], merged["conflicts"], merged["parallel"]) == (1, [], 1)
    now = place.office.one("cadre", who)
    assert (now["title"], now["education"]) == ("教授", "博士研究生")
    assert place.office.run("packet", "conflicts", "--parallel")[1]["conflicts"][0]["kind"] == "PARALLEL"
    assert place.office.run("packet", "settle", "--parallel")[1]["settled"] == 1


def test_the_same_column_and_the_same_value_is_no_question(place: Place) -> None:
    copy, who = place.give(), place.people[0]
    copy.do("改", changing("cadre", who, title="教授"))
    place.office.do("改", changing("cadre", who, title="教授"))
    merged = place.merge(copy)
    assert (merged["applied"], merged["conflicts"], merged["parallel"]) == (0, [], 0)


def test_the_same_column_changed_both_ways_waits_with_who_and_when(place: Place) -> None:
    copy, who = place.give(), place.people[0]
    copy.do("改", changing("cadre", who, title="教授"))
    place.office.do("改", changing("cadre", who, title="讲师"))
    (waits,) = place.merge(copy)["conflicts"]
    assert (waits["kind"], waits["fields"]) == ("FIELD", ["title"])
    assert (waits["ours"], waits["theirs"]) == ({"title": "讲师"}, {"title": "教授"})
    told = place.office.told("packet", "conflicts")
    assert "同一项两边都改了" in told and "这边 讲师，对方 教授" in told and "2020-11-24" in told
    assert place.office.one("cadre", who)["title"] == "讲师"
    place.settle("--take", "title=副教授")
    assert place.office.one("cadre", who)["title"] == "副教授"
    place.office.run("packet", "settle", str(waits["id"]), "--take", "theirs")  # the losing value comes back
    assert place.office.one("cadre", who)["title"] == "教授"
    assert place.office.run("packet", "conflicts") == (0, {"conflicts": []})


def test_the_hours_changed_there_while_confirmed_here_is_a_conflict(place: Place) -> None:
    """The merge would confirm hours nobody signed."""
    visit = place.office.do("登记", serving(place.people[0]))
    copy = place.give()
    copy.do("改", lambda tx: change_visit(tx, visit, {"end_at": "17:30", "minutes": None}))
    place.office.do("确认", lambda tx: confirm_visits(tx, [visit], "社区党组织", "李书记", "2020-11-21"))
    (waits,) = place.merge(copy)["conflicts"]
    assert waits["kind"] == "FIELD" and {"end_at", "minutes", "state"} <= set(waits["fields"])
    now = place.office.one("visit", visit)
    assert (now["state"], now["minutes"], now["end_at"]) == ("CONFIRMED", 120, "16:00")
    place.settle("--take", "theirs")
    now = place.office.one("visit", visit)
    assert (now["state"], now["minutes"], now["end_at"]) == ("WAITING", 210, "17:30")


def test_deleted_here_edited_there(place: Place) -> None:
    feedback = place.office.do("反馈", praising(place.people[0]))
    copy = place.give()
    copy.do("改", changing("feedback", feedback, content="非常认真"))
    place.office.do("删", lambda tx: tx.delete("feedback", feedback))
    (waits,) = place.merge(copy)["conflicts"]
    assert waits["kind"] == "GONE_HERE" and place.office.one("feedback", feedback) is None
    place.settle("--take", "theirs")
    assert place.office.one("feedback", feedback)["content"] == "非常认真"


def test_edited_here_deleted_there(place: Place) -> None:
    feedback = place.office.do("反馈", praising(place.people[0]))
    copy = place.give()
    copy.do("删", lambda tx: tx.delete("feedback", feedback))
    place.office.do("改", changing("feedback", feedback, content="非常认真"))
    (waits,) = place.merge(copy)["conflicts"]
    assert waits["kind"] == "CHANGED_HERE" and place.office.one("feedback", feedback)["content"] == "非常认真"
    place.settle("--take", "ours")
    place.answer("笔记本1", copy)
    assert copy.one("feedback", feedback)["content"] == "非常认真"


def test_a_delete_in_a_part_merges_clean(place: Place) -> None:
    feedback = place.office.do("反馈", praising(place.people[0]))
    copy = place.give("会计学院党委", "--unit", "会计学院党委")
    copy.do("删", lambda tx: tx.delete("feedback", feedback))
    merged = place.merge(copy)
    assert (merged["applied"], merged["conflicts"]) == (1, []) and place.office.one("feedback", feedback) is None


# -- what both add ---------------------------------------------------------------------------------------------------


def test_both_insert_and_children_hang_on_the_right_parent(place: Place) -> None:
    copy = place.give()
    theirs = copy.do("新增", new_person(place, "欧阳靖", "9001"))
    hours = copy.do("登记", serving(theirs))
    ours = place.office.do("新增", new_person(place, "上官婉", "9002"))
    merged = place.merge(copy)
    assert merged["conflicts"] == []
    assert place.office.one("visit", hours)["cadre_uid"] == theirs
    assert {place.office.one("cadre", uid)["name"] for uid in (theirs, ours)} == {"欧阳靖", "上官婉"}


def test_one_person_under_two_keys_is_asked_and_the_children_follow(place: Place) -> None:
    copy = place.give("笔记本1", "--phones")
    theirs = copy.do("新增", new_person(place, "欧阳靖", "9001", phone="13912345678"))
    hours = copy.do("登记", serving(theirs))
    ours = place.office.do("新增", new_person(place, "欧阳靖", "9001", title="讲师"))
    (waits,) = place.merge(copy)["conflicts"]
    assert (waits["kind"], waits["other"]) == ("SAME_PERSON", ours)
    assert place.office.one("visit", hours) is None  # it waits with the question
    assert "连同2条记录等待" in place.office.told("packet", "conflicts")  # membership and service
    place.settle("--same-person", "yes")
    assert place.office.one("visit", hours)["cadre_uid"] == ours
    assert place.office.one("cadre", ours)["phone"] == "13912345678"  # filled in, nothing lost
    assert place.office.one("cadre", theirs) is None
    place.answer("笔记本1", copy)
    assert copy.one("visit", hours)["cadre_uid"] == ours and copy.one("cadre", theirs) is None
    assert place.office.run("check")[0] == 0 and copy.run("check")[0] == 0


def test_two_persons_with_one_number(place: Place) -> None:
    copy = place.give()
    theirs = copy.do("新增", new_person(place, "欧阳靖", "9001"))
    hours = copy.do("登记", serving(theirs))
    place.office.do("新增", new_person(place, "上官婉", "9001"))
    place.merge(copy)
    place.settle("--same-person", "no", "--take", "工号=9003")
    assert place.office.one("cadre", theirs)["staff_no"] == "9003"
    assert place.office.one("visit", hours)["cadre_uid"] == theirs
    assert place.office.run("check")[0] == 0


def test_a_number_outside_the_part_asks(place: Place) -> None:
    """The laptop cannot know that somebody of another unit has this 工号."""
    copy = place.give("会计学院党委", "--unit", "会计学院党委")
    outside = place.office.look(somebody_else)
    copy.do("新增", new_person(place, outside["name"], outside["staff_no"]))
    (waits,) = place.merge(copy)["conflicts"]
    assert (waits["kind"], waits["other"]) == ("SAME_PERSON", outside["uid"])


def test_composite_keys_one_thing_added_twice_becomes_one(place: Place) -> None:
    """The same 小区 of the same community under two keys: buildings added below either hang on the one that is kept."""

    def found(tx: Tx) -> tuple[str, str]:
        community = str(tx.value("SELECT uid FROM community WHERE linked = 1"))
        estate = tx.insert("estate", {"community_uid": community, "name": "东苑"})
        return estate, tx.insert("building", {"estate_uid": estate, "name": "3栋", "position": 3})

    copy = place.give("二号电脑", "--kind", "DESK")
    _theirs, building = copy.do("小区", found)
    other = copy.do("楼栋", lambda tx: tx.insert("building", {"estate_uid": _theirs, "name": "5栋", "position": 5}))
    ours, kept = place.office.do("小区", found)
    merged = place.merge(copy)
    assert merged["conflicts"] == [] and "已合为一条" in str(merged["packet"])
    assert place.office.one("building", other)["estate_uid"] == ours
    assert place.office.one("building", building) is None and place.office.one("building", kept) is not None
    place.answer("二号电脑", copy)
    assert copy.look(travelling) == place.office.look(travelling)


# -- the rules of the work -------------------------------------------------------------------------------------------


def test_the_same_service_entered_by_two_hands_is_listed(place: Place) -> None:
    copy, who = place.give(), place.people[0]
    theirs = copy.do("登记", serving(who))
    ours = place.office.do("登记", serving(who))
    (rule,) = place.merge(copy)["rules"]
    assert {rule["row"], rule["other"]} == {theirs, ours} and "可能登记了两次" in rule["text"]
    place.settle("--rule", "drop")
    assert place.office.one("visit", theirs)["state"] == "VOID"
    assert place.office.one("visit", ours)["state"] == "WAITING"


def test_one_person_in_two_places_in_one_hour(place: Place) -> None:
    copy, who = place.give(), place.people[0]
    copy.do("登记", serving(who, community="藏龙社区"))
    place.office.do("登记", serving(who, start="15:00", end="17:00"))
    (rule,) = place.merge(copy)["rules"]
    assert "同一时间在两处" in rule["text"] and "藏龙社区" in rule["text"]
    place.settle("--rule", "accept")
    assert place.office.run("packet", "conflicts")[0] == 0


def test_a_double_check_in_is_listed(place: Place) -> None:
    copy, who = place.give(), place.people[0]
    copy.do("报到", coming(who))
    place.office.do("报到", coming(who))
    (rule,) = place.merge(copy)["rules"]
    assert "有两条没有注销的个人报到" in rule["text"]
    place.settle("--rule", "drop")
    assert place.office.run("check")[0] == 0


def test_a_confirmed_record_changed_there_is_listed_and_can_be_put_back(place: Place) -> None:
    visit = place.office.do("登记", serving(place.people[0], content="清扫楼道"))
    copy = place.give()
    copy.do("改", lambda tx: change_visit(tx, visit, {"content": "清扫楼道和车棚"}))
    place.office.do("确认", lambda tx: confirm_visits(tx, [visit], "社区党组织", "李书记", "2020-11-21"))
    (rule,) = place.merge(copy)["rules"]
    assert "已确认，对方修改了内容" in rule["text"]
    place.settle("--rule", "drop")
    now = place.office.one("visit", visit)
    assert (now["content"], now["state"]) == ("清扫楼道", "CONFIRMED")


def test_two_leads_of_a_building(place: Place) -> None:
    def lead(cadre: str) -> Act:
        return lambda tx: tx.insert(
            "building_lead", {"building_uid": building, "cadre_uid": cadre, "from_on": "2020-09-01"}
        )

    def found(tx: Tx) -> str:
        community = str(tx.value("SELECT uid FROM community WHERE linked = 1"))
        estate = tx.insert("estate", {"community_uid": community, "name": "东苑"})
        return tx.insert("building", {"estate_uid": estate, "name": "3栋"})

    building = place.office.do("楼栋", found)
    copy = place.give()
    copy.do("楼栋长", lead(place.people[0]))
    place.office.do("楼栋长", lead(place.people[1]))
    (rule,) = place.merge(copy)["rules"]
    assert "东苑3栋的楼栋长" in rule["text"]
    place.settle("--rule", "drop")
    assert place.office.run("check")[0] == 0
