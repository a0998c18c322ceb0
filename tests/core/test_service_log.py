"""Recording, changing, confirming, returning and voiding service records."""

from __future__ import annotations

from dataclasses import replace

import pytest

from core.base.errors import InvalidInput, Stale
from core.roster.ops import archive_cadre, save_cadre
from core.service_log.model import VISIT, VisitDraft
from core.service_log.ops import (
    change_visit,
    confirm_visits,
    promised,
    record_group,
    reopen_visits,
    return_visits,
    set_late_reason,
    visit_warnings,
    void_visits,
)
from core.service_log.rules import checked, duration_text, needs_next_day_answer, overlap_minutes
from core.service_log.tally import prove_tally
from core.store import Row, Store
from tests.core.log_people import DRAFT, SIGNED, TODAY, ledger, record


def visit(store: Store, uid: str) -> Row:
    row = store.one("SELECT * FROM visit WHERE uid = ?", (uid,))
    assert row is not None
    return row


def test_a_record_keeps_unit_branch_grid_and_who_wrote_it_when() -> None:
    store, uids = ledger()
    with store.transact("支部") as tx:
        save_cadre(tx, {"branch_uid": uids["支部"]}, uids["张伟"])
    row = visit(store, record(store, uids["张伟"]).uid)
    assert (row["unit_uid"], row["branch_uid"], row["grid_uid"]) == (uids["会计"], uids["支部"], uids["网格"])
    assert (row["minutes"], row["state"], row["written_on"], row["source"]) == (120, "WAITING", TODAY, "KEYED")


def test_hours_stay_where_they_were_earned() -> None:
    store, uids = ledger()
    before = record(store, uids["张伟"], served_on="2020-08-12", late_reason="假期").uid
    with store.transact("调动") as tx:
        save_cadre(tx, {"unit_uid": uids["离退休"]}, uids["张伟"], transfer_on="2020-11-01")
    assert visit(store, before)["unit_uid"] == uids["会计"]
    assert visit(store, record(store, uids["张伟"]).uid)["unit_uid"] == uids["离退休"]
    late = record(store, uids["张伟"], served_on="2020-10-01", late_reason="补").uid
    assert visit(store, late)["unit_uid"] == uids["会计"]


def test_a_grid_of_another_community_is_only_text() -> None:
    store, uids = ledger()
    elsewhere = visit(store, record(store, uids["张伟"], community="康园社区", grid="第3网格", place="广场").uid)
    assert (elsewhere["grid_uid"], elsewhere["place"]) == (None, "第3网格 广场")
    here = visit(store, record(store, uids["李娜"], place="广场", grid="3").uid)
    assert here["grid_uid"] == uids["网格"]


@pytest.mark.parametrize(
    ("changes", "key", "words"),
    [
        ({"served_on": ""}, "served_on", "请填写服务日期"),
        ({"served_on": "2020-13-01"}, "served_on", "不是日期"),
        ({"served_on": "2020-11-25"}, "served_on", "在将来"),
        ({"end_at": ""}, "end_at", "请填写结束时间"),
        ({"start_at": ""}, "start_at", "请填写开始时间"),
        ({"start_at": "2点"}, "start_at", "读不懂"),
        ({"start_at": "22:00", "end_at": "02:00"}, "end_at", "次日结束"),
        ({"start_at": "", "end_at": ""}, "minutes", "请填写起止时间或时长"),
        ({"start_at": "", "end_at": "", "minutes": 1441}, "minutes", "24 小时"),
        ({"minutes": 180}, "minutes", "多于起止时间"),
        ({"content": " "}, "content", "请填写服务内容"),
        ({"content": "长" * 2001}, "content", "请缩短"),
        ({"track": "BOTH"}, "track", "时间性质"),
        ({"state": "CONFIRMED"}, "confirm_method", "请填写确认方式"),
        ({"state": "CONFIRMED", "confirm_method": "服务对象"}, "confirmed_by", "请填写确认人"),
        ({"confirmed_on": "2020-11-01", **SIGNED}, "confirmed_on", "早于服务日期"),
    ],
)
def test_what_cannot_be_stored_is_said_beside_its_field(changes: dict[str, object], key: str, words: str) -> None:
    store, uids = ledger()
    with pytest.raises(InvalidInput) as caught:
        record(store, uids["张伟"], **changes)
    assert words in caught.value.fields[key]
    assert store.value("SELECT count(*) FROM visit") == 0


def test_everything_wrong_is_said_at_once() -> None:
    store, uids = ledger()
    with pytest.raises(InvalidInput) as caught:
        record(store, uids["张伟"], served_on="", content="", start_at="", end_at="")
    assert set(caught.value.fields) == {"served_on", "content", "minutes"}


def test_times_and_hours() -> None:
    store, uids = ledger()
    night = visit(store, record(store, uids["张伟"], start_at="22:00", end_at="02:00", next_day=True).uid)
    assert night["minutes"] == 240
    assert needs_next_day_answer("22:00", "02:00") and not needs_next_day_answer("08:00", "09:00")
    hours = visit(store, record(store, uids["李娜"], start_at="", end_at="", minutes=150).uid)
    assert (hours["minutes"], hours["start_at"]) == (150, "")
    length = visit(store, record(store, uids["王老"], end_at="", start_at="23:30", minutes=60).uid)
    assert (length["end_at"], length["minutes"]) == ("00:30", 60)
    assert [duration_text(one) for one in (90, 100, 40, 60)] == ["1.5 小时", "1小时40分", "40分钟", "1 小时"]


def test_signed_paper_is_confirmed_and_no_late_entry() -> None:
    store, uids = ledger()
    row = visit(store, record(store, uids["张伟"], served_on="2020-08-12", late_reason="不需要", **SIGNED).uid)
    assert (row["state"], row["confirmed_by"], row["late_reason"]) == ("CONFIRMED", "陈书记", "")


def test_a_late_entry_needs_a_reason() -> None:
    store, uids = ledger()
    assert record(store, uids["张伟"], served_on="2020-11-17").uid  # seven days are not late
    with pytest.raises(InvalidInput) as caught:
        record(store, uids["张伟"], served_on="2020-11-16")
    assert "11月16日的服务已超过7天" in caught.value.fields["late_reason"]
    uid = record(store, uids["张伟"], served_on="2020-11-16", late_reason="出差").uid
    assert visit(store, uid)["late_reason"] == "出差"
    with store.transact("原因") as tx:
        set_late_reason(tx, [uid], "出差在外")
    assert visit(store, uid)["late_reason"] == "出差在外"


def test_an_overlap_is_a_warning_that_names_both_records() -> None:
    store, uids = ledger()
    record(store, uids["张伟"])
    draft = replace(DRAFT, start_at="15:00", end_at="17:00")
    expected = (
        "张伟（会计学院党委，工号0001）在 11月20日 14:00-16:00 已有一条记录，与本条（11月20日 15:00-17:00）重叠 1 小时。"
        "重叠部分只计一次。"
    )
    assert visit_warnings(store, draft, [uids["张伟"], uids["李娜"]]) == [expected]
    assert record(store, uids["张伟"], draft).warnings == (expected,)
    sent = record(store, uids["李娜"], track="DISPATCHED")
    assert sent.warnings == ()
    assert record(store, uids["李娜"]).warnings[0].endswith("重叠部分只计一次，先计组织派遣。")
    assert overlap_minutes(("2020-11-20", "", ""), ("2020-11-20", "14:00", "16:00")) == 0


def test_an_overlap_over_midnight_is_seen() -> None:
    store, uids = ledger()
    record(store, uids["张伟"], served_on="2020-11-19", start_at="22:00", end_at="02:00", next_day=True)
    warnings = record(store, uids["张伟"], start_at="01:30", end_at="03:00").warnings
    assert len(warnings) == 1
    assert "11月19日 22:00-02:00" in warnings[0] and "重叠 0.5 小时" in warnings[0]


def test_service_after_leaving_is_a_warning() -> None:
    store, uids = ledger()
    with store.transact("归档") as tx:
        archive_cadre(tx, uids["张伟"], "2020-11-01", "调离")
    assert "2020年11月1日已经离开" in record(store, uids["张伟"]).warnings[0]


def test_one_group_entry_makes_a_record_for_each() -> None:
    store, uids = ledger()
    people = [uids["张伟"], uids["李娜"], uids["张伟"]]
    with store.transact("集体服务") as tx:
        done = record_group(tx, DRAFT, people)
    rows = [visit(store, uid) for uid in done.uids]
    assert [row["cadre_uid"] for row in rows] == people[:2]
    assert len({row["group_uid"] for row in rows}) == 1 and rows[0]["group_uid"]
    assert {row["source"] for row in rows} == {"GROUP"}
    store.undo()
    assert store.value("SELECT count(*) FROM visit") == 0
    with pytest.raises(InvalidInput), store.transact("集体服务") as tx:
        record_group(tx, DRAFT, [])
    with pytest.raises(Stale), store.transact("集体服务") as tx:
        record_group(tx, DRAFT, ["00" * 16])


def test_changing_a_confirmed_record_takes_the_confirmation_away() -> None:
    store, uids = ledger()
    uid = record(store, uids["张伟"], **SIGNED).uid
    with pytest.raises(InvalidInput) as caught, store.transact("修改") as tx:
        change_visit(tx, uid, {"end_at": "17:00"})
    assert "请填写改动原因" in caught.value.fields["reason"]
    with store.transact("修改") as tx:
        change_visit(tx, uid, {"end_at": "17:00"}, "实际到 17 点")
        step = tx
    row = visit(store, uid)
    assert (row["state"], row["minutes"], row["confirmed_by"]) == ("WAITING", 180, "")
    assert row["state_reason"] == "实际到 17 点"
    seq = step.outcome.step
    assert seq is not None
    (change,) = store.step_changes(seq)
    assert (change.before["end_at"], change.before["confirmed_by"]) == ("16:00", "陈书记")
    store.undo()
    assert (visit(store, uid)["state"], visit(store, uid)["confirmed_by"]) == ("CONFIRMED", "陈书记")


def test_what_a_signature_does_not_stand_for_may_be_changed() -> None:
    store, uids = ledger()
    uid = record(store, uids["张伟"], **SIGNED).uid
    with store.transact("修改") as tx:
        change_visit(tx, uid, {"note": "照片另存", "confirmed_on": "2020-11-21"})
    assert (visit(store, uid)["state"], visit(store, uid)["note"]) == ("CONFIRMED", "照片另存")
    with pytest.raises(InvalidInput), store.transact("修改") as tx:
        change_visit(tx, uid, {"confirmed_by": ""})
    with store.transact("没有改动") as tx:
        change_visit(tx, uid, {"content": DRAFT.content, "start_at": "14:00", "end_at": "16:00"})
    assert tx.outcome.step is None


def test_a_change_follows_person_day_and_place() -> None:
    store, uids = ledger()
    uid = record(store, uids["张伟"]).uid
    record(store, uids["王老"])
    with store.transact("修改") as tx:
        done = change_visit(tx, uid, {"cadre_uid": uids["王老"], "community": "康园社区", "start_at": "", "end_at": ""})
    row = visit(store, uid)
    assert (row["unit_uid"], row["grid_uid"], row["place"]) == (uids["离退休"], None, "第3网格")
    assert (row["minutes"], row["start_at"], done.warnings) == (120, "", ())
    with store.transact("修改") as tx:
        done = change_visit(tx, uid, {"start_at": "15:00", "end_at": "16:30"})
    assert visit(store, uid)["minutes"] == 90 and len(done.warnings) == 1
    with pytest.raises(InvalidInput), store.transact("修改") as tx:
        change_visit(tx, uid, {"served_on": "2020-10-01"})
    with pytest.raises(KeyError), store.transact("修改") as tx:
        change_visit(tx, uid, {"nonsense": 1})


def test_a_night_keeps_its_answer_when_something_else_changes() -> None:
    store, uids = ledger()
    uid = record(store, uids["张伟"], start_at="22:00", end_at="02:00", next_day=True).uid
    with store.transact("修改") as tx:
        change_visit(tx, uid, {"content": "值守"})
    assert visit(store, uid)["minutes"] == 240


def test_confirming_needs_method_signer_and_a_day_not_before_the_service() -> None:
    store, uids = ledger()
    waiting, done = record(store, uids["张伟"]).uid, record(store, uids["李娜"], **SIGNED).uid
    with pytest.raises(InvalidInput) as caught, store.transact("确认") as tx:
        confirm_visits(tx, [waiting], " ", "", "2020-12-01")
    assert set(caught.value.fields) == {"confirm_method", "confirmed_by", "confirmed_on"}
    with store.transact("确认") as tx:
        early = confirm_visits(tx, [waiting], "社区党组织", "陈书记", "2020-11-19")
    assert early.uids == () and "在签字日期 2020-11-19 之后" in early.left[0]
    with store.transact("确认") as tx:
        ticked = confirm_visits(tx, [waiting, done], "社区党组织", "陈书记", "2020-11-21")
    assert ticked.uids == (waiting,)
    assert ticked.left == ("李娜（会计学院党委，工号0002）11月20日 14:00-16:00（2 小时）现在是已确认，没有确认。",)
    row = visit(store, waiting)
    assert (row["state"], row["confirm_method"], row["confirmed_on"]) == ("CONFIRMED", "社区党组织", "2020-11-21")


def test_return_void_and_reopen() -> None:
    store, uids = ledger()
    uid = record(store, uids["张伟"], **SIGNED).uid
    with pytest.raises(InvalidInput), store.transact("退回") as tx:
        return_visits(tx, [uid], " ")
    with store.transact("退回") as tx:
        return_visits(tx, [uid], "内容太笼统")
    assert (visit(store, uid)["state"], visit(store, uid)["confirmed_by"]) == ("RETURNED", "")
    with store.transact("重新提交") as tx:
        reopen_visits(tx, [uid])
    assert visit(store, uid)["state"] == "WAITING"
    with store.transact("作废") as tx:
        void_visits(tx, [uid], "重复")
    with store.transact("退回") as tx:
        assert "现在是作废，没有退回" in return_visits(tx, [uid], "再看").left[0]
    with store.transact("恢复") as tx:
        assert reopen_visits(tx, [uid]).uids == (uid,)
    assert prove_tally(store) == []


def test_a_draft_may_be_incomplete_and_is_handed_in_later() -> None:
    store, uids = ledger()
    empty = record(store, uids["张伟"], state="DRAFT", content="").uid
    late = record(store, uids["张伟"], state="DRAFT", served_on="2020-10-01").uid
    with store.transact("提交") as tx:
        done = reopen_visits(tx, [empty, late])
    assert done.uids == () and "没有服务内容" in done.left[0] and "缺补录原因" in done.left[1]
    with store.transact("提交") as tx:
        reopen_visits(tx, [late], "出差")
    assert (visit(store, late)["state"], visit(store, late)["late_reason"]) == ("WAITING", "出差")
    with store.transact("修改") as tx:
        change_visit(tx, empty, {"content": "值守"})
    assert visit(store, empty)["state"] == "DRAFT"


def test_the_fields_have_the_names_of_the_house() -> None:
    names = (
        "staff_no name served_on start_at end_at minutes community place grid category content track confirm_method "
        "confirmed_by state"
    )
    assert set(names.split()) <= set(VISIT.keys)
    assert len({one.label for one in VISIT.fields}) == len(VISIT.fields)


def test_rules_do_not_need_a_ledger() -> None:
    import datetime as dt

    row = checked(VisitDraft("2020-11-20", minutes=30, content="x"), dt.date(2020, 11, 24))
    assert (row["state"], row["minutes"]) == ("WAITING", 30)


def test_what_a_dialog_promises_is_what_the_act_does() -> None:
    store, uids = ledger()
    made = [record(store, uids["张伟"], served_on=f"2020-11-{day}").uid for day in (18, 19, 20)]
    with store.transact("作废") as tx:
        void_visits(tx, made[2:], "登记错了")
    acts = {
        "确认": lambda tx: confirm_visits(tx, made, "社区党组织", "陈书记"),
        "退回": lambda tx: return_visits(tx, made, "时间不对"),
        "作废": lambda tx: void_visits(tx, made, "登记错了"),
        "重新提交": lambda tx: reopen_visits(tx, made, "补交"),
    }
    for verb, act in acts.items():
        said = promised(store, made, verb)
        with store.transact(verb) as tx:
            done = act(tx)
        assert f"{len(done.uids)} 条能{verb}" in said or f"{verb}选中的 {len(done.uids)} 条" in said, (verb, said)
        assert ("不变动" in said) == bool(done.left)
