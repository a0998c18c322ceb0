"""The history of a record field by field, and 改回原样: by the rules, refused in words, a deleted record brought back."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from core import check
from core.base.errors import InvalidInput, Refused
from core.base.rights import Role
from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in, end_checkins, remove_checkins
from core.history_of import field_history, history_of, keys_of_person, row_before
from core.ledger import memory_ledger
from core.org.ops import restore_unit, update_unit
from core.org.settings import set_settings
from core.putting_back import PutBack, put_back, put_back_step
from core.roster.feedback import add_feedback, remove_feedback
from core.roster.ops import archive_cadre, save_cadre
from core.service_log.ops import change_visit, confirm_visits, void_visits
from core.store import Store
from tests.factory import people, visits


@pytest.fixture
def ledger() -> Iterator[Store]:
    store = memory_ledger()
    store.operator, store.device = "李干事", "办公室电脑"
    people(store, 12)
    visits(store, 12)
    yield store
    assert check.findings(store) == []
    store.close()


def uid_of(store: Store, staff_no: str) -> str:
    return str(store.value("SELECT uid FROM cadre WHERE staff_no = ?", (staff_no,)))


def step(store: Store, label: str, op: Any, *args: Any, **options: Any) -> int:
    with store.transact(label) as tx:
        op(tx, *args, **options)
    assert tx.outcome.step is not None
    return tx.outcome.step


def back(store: Store, *args: Any, **options: Any) -> PutBack:
    with store.transact("改回原样") as tx:
        return put_back(tx, *args, **options)


def row(store: Store, table: str, uid: str) -> dict[str, Any]:
    return store.one(f"SELECT * FROM {table} WHERE uid = ?", (uid,)) or {}


def test_each_field_of_each_step_says_who_when_where_before_and_after(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    before = row(ledger, "cadre", uid)
    first = step(ledger, "修改资料", save_cadre, {"phone": "13911112222", "note": "一"}, uid)
    ledger.operator, ledger.device = "王干事", "笔记本1"
    second = step(ledger, "再改", save_cadre, {"phone": "13933334444"}, uid)
    newest, *others = field_history(ledger, "cadre", uid)
    assert (newest.seq, newest.operator, newest.device, newest.label) == (second, "王干事", "笔记本1", "再改")
    assert (newest.field, newest.before, newest.after, newest.back) == ("手机", "13911112222", "13933334444", True)
    of_first = {one.field: (one.before, one.after) for one in others if one.seq == first}
    assert of_first == {"手机": (before["phone"], "13911112222"), "备注": ("", "一")}
    assert row_before(ledger, "cadre", uid, first) == before


def test_one_field_goes_back_and_the_later_value_stays_in_the_history(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    old = row(ledger, "cadre", uid)["phone"]
    seq = step(ledger, "修改资料", save_cadre, {"phone": "13911112222", "note": "一"}, uid)
    step(ledger, "再改", save_cadre, {"phone": "13933334444"}, uid)
    done = back(ledger, "cadre", uid, seq, ["phone"])
    assert done.done == ("党员干部 张伟（0001）：手机",)
    assert (row(ledger, "cadre", uid)["phone"], row(ledger, "cadre", uid)["note"]) == (old, "一")
    assert [one.after for one in field_history(ledger, "cadre", uid) if one.field == "手机"][:2] == [old, "13933334444"]
    with pytest.raises(Refused, match="就是原来的样子"):
        back(ledger, "cadre", uid, seq, ["phone"])


def test_a_name_goes_back_with_its_spellings_and_a_number_taken_since_is_refused(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    seq = step(ledger, "改名", save_cadre, {"name": "解晓东", "staff_no": "7777"}, uid)
    back(ledger, "cadre", uid, seq, ["name"])
    assert row(ledger, "cadre", uid)["initials"] == "zw"
    step(ledger, "别人用了", save_cadre, {"staff_no": "0001"}, uid_of(ledger, "0002"))
    with pytest.raises((Refused, InvalidInput)) as caught:
        back(ledger, "cadre", uid, seq, ["staff_no"])
    assert "0001" in f"{caught.value} {getattr(caught.value, 'fields', '')}"
    assert row(ledger, "cadre", uid)["staff_no"] == "7777"


def test_the_unit_goes_back_as_a_correction_and_records_follow(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    old = row(ledger, "cadre", uid)
    other = ledger.value("SELECT uid FROM unit WHERE uid <> ? AND name <> '离退休党委' LIMIT 1", (old["unit_uid"],))
    seq = step(ledger, "调动", save_cadre, {"unit_uid": other}, uid, transfer_on="2020-09-01")
    back(ledger, "cadre", uid, seq, ["unit_uid"])
    now = row(ledger, "cadre", uid)
    assert (now["unit_uid"], now["branch_uid"]) == (old["unit_uid"], old["branch_uid"])


def test_an_archived_person_comes_back_as_a_whole(ledger: Store) -> None:
    uid = uid_of(ledger, "0002")
    seq = step(ledger, "归档", archive_cadre, uid, "2020-09-01", "调离")
    back(ledger, "cadre", uid, seq, ["archive_reason"])
    assert (row(ledger, "cadre", uid)["archived_on"], row(ledger, "cadre", uid)["archive_reason"]) == ("", "")


def waiting(store: Store) -> dict[str, Any]:
    return store.one("SELECT * FROM visit WHERE state = 'WAITING' ORDER BY uid LIMIT 1") or {}


def test_hours_go_back_as_a_group_and_a_signature_only_with_what_was_signed(ledger: Store) -> None:
    uid = waiting(ledger)["uid"]
    step(ledger, "确认", confirm_visits, [uid], "社区党组织", "王书记")
    signed = row(ledger, "visit", uid)
    seq = step(
        ledger,
        "改时长",
        change_visit,
        uid,
        {"content": "另一件事。", "minutes": 45, "start_at": "", "end_at": ""},
        "写错",
    )
    assert row(ledger, "visit", uid)["state"] == "WAITING"
    with pytest.raises(Refused, match="与当时签字的不一样"):
        back(ledger, "visit", uid, seq, ["minutes"])  # the state goes with it, the content does not
    assert row(ledger, "visit", uid)["minutes"] == 45
    back(ledger, "visit", uid, seq)
    assert row(ledger, "visit", uid) == signed


def test_content_of_a_confirmed_record_goes_back_and_waits_again(ledger: Store) -> None:
    uid = waiting(ledger)["uid"]
    old = row(ledger, "visit", uid)
    seq = step(ledger, "改内容", change_visit, uid, {"content": "另一件事。"})
    step(ledger, "确认", confirm_visits, [uid], "社区党组织", "王书记")
    back(ledger, "visit", uid, seq, ["content"])
    now = row(ledger, "visit", uid)
    assert (now["content"], now["state"], now["confirmed_by"]) == (old["content"], "WAITING", "")


def test_a_void_record_counts_again(ledger: Store) -> None:
    uid = waiting(ledger)["uid"]
    seq = step(ledger, "作废", void_visits, [uid], "重复")
    back(ledger, "visit", uid, seq, ["state_reason"])
    assert row(ledger, "visit", uid)["state"] == "WAITING"


def draft(uid: str, day: str = "2020-08-08") -> CheckinDraft:
    return CheckinDraft(uid, "HOME", day, "江夏区", "藏龙岛街道", "藏龙社区")


def test_a_deleted_record_comes_back_from_its_step_unless_another_took_its_place(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    step(ledger, "报到", check_in, draft(uid))
    one = ledger.value("SELECT uid FROM checkin WHERE cadre_uid = ?", (uid,))
    image = row(ledger, "checkin", one)
    seq = step(ledger, "误登", remove_checkins, [one])
    assert ("checkin", one) in keys_of_person(ledger, uid)
    shown = history_of(ledger, keys_of_person(ledger, uid), 1)[0]
    assert (shown.rows[0].op, shown.rows[0].title) == ("删除", "报到 张伟（0001） 2020年8月8日")
    step(ledger, "又报到", check_in, draft(uid, "2020-08-09"))
    with pytest.raises(Refused, match="同一类只能有一条有效"):
        back(ledger, "checkin", one, seq)
    other = ledger.value("SELECT uid FROM checkin WHERE cadre_uid = ?", (uid,))
    step(ledger, "再删", remove_checkins, [other])
    assert back(ledger, "checkin", one, seq).done == ("报到 张伟 2020年8月8日",)
    assert row(ledger, "checkin", one) == image
    assert all(not shown.back for shown in field_history(ledger, "checkin", one) if shown.seq == seq)


def test_the_end_of_a_checkin_goes_back_with_its_reason(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    step(ledger, "报到", check_in, draft(uid))
    one = ledger.value("SELECT uid FROM checkin WHERE cadre_uid = ?", (uid,))
    seq = step(ledger, "注销", end_checkins, [one], "2020-10-01", "调离")
    back(ledger, "checkin", one, seq, ["end_reason"])
    assert (row(ledger, "checkin", one)["ended_on"], row(ledger, "checkin", one)["end_reason"]) == ("", "")


def test_what_was_added_has_no_earlier_shape_and_says_the_way_out(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    seq = step(ledger, "反馈", add_feedback, uid, {"content": "热心。"})
    one = ledger.value("SELECT uid FROM feedback")
    with pytest.raises(Refused, match="没有更早的样子") as caught:
        back(ledger, "feedback", one, seq)
    assert "撤销" in caught.value.hint
    gone = step(ledger, "删除反馈", remove_feedback, one)
    back(ledger, "feedback", one, gone)
    assert row(ledger, "feedback", one)["content"] == "热心。"


def test_a_setting_goes_back_and_a_membership_says_where(ledger: Store) -> None:
    seq = step(ledger, "设置", set_settings, {"late_after_days": "30"})
    back(ledger, "setting", "late_after_days", seq)
    assert ledger.value("SELECT value FROM setting WHERE uid = 'late_after_days'") == "7"
    uid = uid_of(ledger, "0001")
    gone = step(ledger, "归档", archive_cadre, uid, "2020-09-01", "调离")
    one = ledger.value("SELECT uid FROM membership WHERE cadre_uid = ?", (uid,))
    with pytest.raises(Refused) as caught:
        back(ledger, "membership", one, gone)
    assert "调动或更正" in caught.value.hint


def test_a_step_goes_back_for_one_person_or_all_and_lists_what_it_left(ledger: Store) -> None:
    first, second = uid_of(ledger, "0002"), uid_of(ledger, "0003")
    with ledger.transact("导入") as tx:
        for uid in (first, second):
            save_cadre(tx, {"note": "导入的"}, uid)
        add_feedback(tx, first, {"content": "热心。"})
    seq = ledger.steps(1)[0].seq
    with ledger.transact("改回原样") as tx:
        done = put_back_step(tx, seq, second)
    assert (len(done.done), done.left) == (1, ())
    with ledger.transact("改回原样") as tx:
        done = put_back_step(tx, seq)
    notes = dict(ledger.tuples("SELECT staff_no, note FROM cadre WHERE staff_no IN ('0002', '0003')"))
    assert notes == {"0002": "", "0003": ""}
    assert len(done.done) == 1 and "没有更早的样子" in "".join(done.left) and "就是原来的样子" in "".join(done.left)
    with pytest.raises(Refused), ledger.transact("改回原样") as tx:
        put_back_step(tx, seq)
    with pytest.raises(Refused, match="没有改过这个人"), ledger.transact("改回原样") as tx:
        put_back_step(tx, seq, uid_of(ledger, "0005"))


def test_a_building_comes_back_with_its_entrances_and_waits_for_its_estate(ledger: Store) -> None:
    from core.place.ops import save_building
    from core.place.removing import remove_building, remove_estate

    step(ledger, "楼栋", save_building, None, {"estate": "东苑", "building": "3栋", "name": "3栋", "entrances": 2})
    building = ledger.value("SELECT uid FROM building WHERE name = '3栋'")
    estate = ledger.value("SELECT estate_uid FROM building WHERE uid = ?", (building,))
    gone = step(ledger, "删楼栋", remove_building, building)
    no_estate = step(ledger, "删小区", remove_estate, estate)
    with pytest.raises(Refused, match="小区已不在台账里"):
        back(ledger, "building", building, gone)
    back(ledger, "estate", estate, no_estate)
    assert len(back(ledger, "building", building, gone).done) == 3
    assert ledger.value("SELECT count(*) FROM entrance WHERE building_uid = ?", (building,)) == 2


def test_the_steps_of_a_merge_name_the_packet(ledger: Store) -> None:
    uid = uid_of(ledger, "0001")
    with ledger.transact("合并") as tx:
        tx.insert(
            "peer", {"uid": "p", "number": 1, "name": "笔记本1", "kind": "LAPTOP", "out_on": "2020-08-01", "key": "0"}
        )
        seq = tx.value("SELECT max(seq) + 1 FROM history")
        packet = {"uid": "x", "peer_uid": "p", "way": "IN", "number": 3, "seq": seq}
        tx.insert("packet", {**packet, "made_at": "2020-08-03T10:00:00"})
        save_cadre(tx, {"note": "来自笔记本"}, uid)
    assert field_history(ledger, "cadre", uid)[0].source == "笔记本1第3包"


def test_who_may_not_confirm_may_not_put_a_confirmation_back(ledger: Store) -> None:
    uid = waiting(ledger)["uid"]
    seq = step(ledger, "作废", void_visits, [uid], "重复")
    late = step(ledger, "设置", set_settings, {"late_after_days": "30"})
    ledger.role = Role.ENTRY
    with pytest.raises(Refused, match="人员能"):
        back(ledger, "visit", uid, seq)
    with pytest.raises(Refused, match="人员能"):
        back(ledger, "setting", "late_after_days", late)
    ledger.role = Role.REVIEW
    back(ledger, "visit", uid, seq)
    assert row(ledger, "visit", uid)["state"] == "WAITING"


def test_a_unit_goes_back_to_out_of_use_only_without_people(ledger: Store) -> None:
    unit = str(ledger.value("SELECT unit_uid FROM cadre WHERE staff_no = '0001'"))
    named = step(ledger, "改简称", update_unit, unit, {"short_name": "会计"})
    back(ledger, "unit", unit, named, ["short_name"])  # people are no obstacle to a name
    assert row(ledger, "unit", unit)["short_name"] == ""
    empty = step(ledger, "新单位", lambda tx: tx.insert("unit", {"name": "校医院党总支", "archived_on": "2020-01-01"}))
    uid = str(ledger.value("SELECT uid FROM unit WHERE name = '校医院党总支'"))
    again = step(ledger, "恢复单位", restore_unit, uid)
    assert empty < again
    back(ledger, "unit", uid, again, ["archived_on"])
    assert row(ledger, "unit", uid)["archived_on"] == "2020-01-01"
    again = step(ledger, "又恢复单位", restore_unit, uid)
    step(ledger, "调入", save_cadre, {"unit_uid": uid, "branch_uid": None}, uid_of(ledger, "0001"))
    with pytest.raises(Refused, match="还有1名党员干部，不能停用"):
        back(ledger, "unit", uid, again, ["archived_on"])


def test_a_draft_goes_back_to_having_no_content_and_a_record_that_waits_does_not(ledger: Store) -> None:
    waits, draft = ledger.tuples("SELECT uid FROM visit WHERE state = 'WAITING' LIMIT 2")
    for (uid,), state in ((waits, "WAITING"), (draft, "DRAFT")):
        step(
            ledger,
            "先是空的",
            lambda tx, uid=uid, state=state: tx.update("visit", uid, {"content": "", "state": state}),
        )
        seq = step(ledger, "写上内容", lambda tx, uid=uid: tx.update("visit", uid, {"content": "走访。"}))
        if state == "WAITING":
            with pytest.raises(InvalidInput) as told:
                back(ledger, "visit", uid, seq, ["content"])
            assert "content" in told.value.fields
        else:
            back(ledger, "visit", uid, seq, ["content"])
            assert (row(ledger, "visit", uid)["content"], row(ledger, "visit", uid)["state"]) == ("", "DRAFT")


def test_a_plain_record_goes_back_by_the_checks_of_its_form(ledger: Store) -> None:
    step(
        ledger,
        "网格员",
        lambda tx: tx.insert("grid_worker", {"community_uid": "linked", "name": "陈彬", "phone": "12"}),
    )
    uid = str(ledger.value("SELECT uid FROM grid_worker"))
    seq = step(ledger, "改电话", lambda tx: tx.update("grid_worker", uid, {"phone": "13800000001", "name": "陈斌"}))
    back(ledger, "grid_worker", uid, seq, ["name"])
    assert row(ledger, "grid_worker", uid)["name"] == "陈彬"
    with pytest.raises(InvalidInput) as told:
        back(ledger, "grid_worker", uid, seq, ["phone"])  # what a form refuses does not come back either
    assert "phone" in told.value.fields and row(ledger, "grid_worker", uid)["phone"] == "13800000001"
