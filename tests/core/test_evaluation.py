"""The yearly evaluation: records, exemptions, the form's way, second keying, the cap, the forecast; and its sheet."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused
from core.evaluation import ops
from core.evaluation.entities import EVALUATIONS
from core.evaluation.forecast import forecast, reminders
from core.evaluation.keying import key_second
from core.evaluation.model import EVALUATION
from core.evaluation.queries import branch_counters, cap_state, evaluation_rows, stored_rows, summed
from core.evaluation.rules import cap_share, offered
from core.ledger import memory_ledger
from core.org.settings import set_settings
from core.sheet.importing import Outcome
from core.sheet.plain import commit_plain, prepare_plain
from core.sheet.writing import write_sheet
from core.store import Row, Store
from tests.core.log_people import SIGNED, record
from tests.factory import people, visits


@pytest.fixture
def store() -> Iterator[Store]:
    made = memory_ledger()
    people(made, 40)
    visits(made, 160)
    yield made
    made.close()


def uid_of(store: Store, staff_no: str) -> str:
    return str(store.value("SELECT uid FROM cadre WHERE staff_no = ?", (staff_no,)))


def record_of(store: Store, staff_no: str) -> Row:
    return store.one("SELECT * FROM evaluation WHERE cadre_uid = ?", (uid_of(store, staff_no),)) or {}


def save(store: Store, staff_no: str, **values: str) -> str:
    with store.transact("填写考核评价") as tx:
        return ops.save_evaluation(tx, uid_of(store, staff_no), 2020, values)


def first_branch(store: Store) -> tuple[str, str]:
    row = next(row for row in evaluation_rows(store, 2020) if row["branch_uid"])
    return row["unit_uid"], row["branch_uid"]


def test_a_record_is_written_field_by_field_and_knows_who_keyed_it(store: Store) -> None:
    uid = save(store, "0001", self_summary="我的总结")
    assert record_of(store, "0001")["keyed_on"] == ""  # nothing of the returned form yet
    assert (
        save(store, "0001", community_rating="优秀", community_remark="无", community_rated_on="2020年11月3日") == uid
    )
    row = record_of(store, "0001")
    assert (row["self_summary"], row["community_rating"], row["community_remark"]) == ("我的总结", "优秀", "无")
    assert row["community_rated_on"] == "2020-11-03" and row["keyed_on"] and row["keyed_by"]
    for wrong in ({"branch_rating": "良好"}, {"branch_rated_on": "2099-01-01"}, {"exempt_reason": "产假"}):
        with pytest.raises(InvalidInput) as caught:
            save(store, "0001", **wrong)
        assert caught.value.fields
    with pytest.raises(InvalidInput), store.transact("填写考核评价") as tx:
        ops.save_evaluation(tx, uid_of(store, "0001"), 1999, {"note": "x"})


def test_only_reviewers_evaluate(store: Store) -> None:
    store.role = "ENTRY"
    with pytest.raises(Refused):
        save(store, "0001", branch_rating="合格")


def test_the_list_holds_everybody_assessed_once_with_the_facts(store: Store) -> None:
    save(store, "0001", branch_rating="合格")
    with store.transact("免考") as tx:
        assert ops.exempt(tx, [uid_of(store, "0002")], 2020, "产假", "李书记", "2020-11-02") == 1
    rows = evaluation_rows(store, 2020)
    active = {row[0] for row in store.tuples("SELECT uid FROM cadre WHERE status = 'ACTIVE'")}
    assert len(rows) == len(active) and {row["cadre_uid"] for row in rows} == active
    by_no = {row["staff_no"]: row for row in rows}
    assert by_no["0001"]["branch_rating"] == "合格" and by_no["0003"]["uid"] == ""
    assert by_no["0002"]["exempt"] == "产假" and by_no["0002"]["verdict"] == "不纳入考核（产假）"
    unit, branch = first_branch(store)
    part = evaluation_rows(store, 2020, unit, branch)
    assert part and all((row["unit_uid"], row["branch_uid"]) == (unit, branch) for row in part)
    total = summed(branch_counters(store, 2020))
    assert (total.people, total.exempt, total.keyed) == (len(active) - 1, 1, 1)
    assert total.branches == {"合格": 1} and total.missing == total.people
    with store.transact("取消免考") as tx:
        ops.exempt(tx, [uid_of(store, "0002")], 2020, "", "")
    assert summed(branch_counters(store, 2020)).exempt == 0


def test_an_exemption_needs_who_approved_it(store: Store) -> None:
    with pytest.raises(InvalidInput) as caught, store.transact("免考") as tx:
        ops.exempt(tx, [uid_of(store, "0002")], 2020, "产假", " ")
    assert "exempt_by" in caught.value.fields


def test_the_way_of_the_forms_is_counted_per_branch(store: Store) -> None:
    unit, branch = first_branch(store)
    uids = [row["cadre_uid"] for row in evaluation_rows(store, 2020, unit, branch)]
    with store.transact("标记") as tx:
        assert ops.mark_way(tx, uids, 2020, "printed", "2020-11-01") == len(uids)
        assert ops.mark_way(tx, uids, 2020, "printed", "2020-11-01") == 0
        ops.mark_way(tx, uids[:2], 2020, "out", "2020-11-02")
        ops.mark_way(tx, uids[:1], 2020, "back", "2020-11-10")
        assert ops.take_back_way(tx, uids[1:2], 2020, "out") == 1
    one = next(one for one in branch_counters(store, 2020) if one.branch_uid == branch)
    assert (one.printed, one.out, one.back, one.keyed) == (len(uids), 1, 1, 0)
    with pytest.raises(InvalidInput), store.transact("标记") as tx:
        ops.mark_way(tx, uids, 2020, "lost")


def test_main_work_is_drafted_once_and_never_over_a_text(store: Store) -> None:
    save(store, "0001", main_work="自己写的")
    uids = [row["cadre_uid"] for row in evaluation_rows(store, 2020)]
    with store.transact("生成主要服务情况") as tx:
        done = ops.draft_main_work(tx, uids, 2020)
    assert uid_of(store, "0001") in done.kept and record_of(store, "0001")["main_work"] == "自己写的"
    assert done.made and set(done.made) | set(done.kept) | set(done.empty) == set(uids)
    made = store.value("SELECT main_work FROM evaluation WHERE cadre_uid = ?", (done.made[0],))
    assert "业余时间参加社区服务" in made or "组织派遣" in made
    with store.transact("生成主要服务情况") as tx:
        assert not ops.draft_main_work(tx, uids, 2020).made


def test_the_second_keying_shows_only_what_differs(store: Store) -> None:
    for staff_no in ("0001", "0002"):
        save(store, staff_no, community_rating="优秀", branch_rating="合格", branch_rated_on="2020-11-10")
    same = {"community_rating": "优秀", "branch_rating": "合格", "branch_rated_on": "2020.11.10"}
    rows = [
        {"cadre_uid": uid_of(store, "0001"), **same},
        {"cadre_uid": uid_of(store, "0002"), **same, "branch_rating": "优秀", "branch_remark": "无"},
        {"cadre_uid": uid_of(store, "0003"), **same},
    ]
    with store.transact("二次录入") as tx:
        done = key_second(tx, 2020, rows)
    assert done.agreed == (uid_of(store, "0001"),) and done.unkeyed == (uid_of(store, "0003"),)
    assert [(one.label, one.first, one.second) for one in done.differs] == [
        ("党支部评价等次", "合格", "优秀"),
        ("党支部评价意见", "", "无"),
    ]
    assert record_of(store, "0001")["checked_on"] and record_of(store, "0002")["branch_rating"] == "合格"
    save(store, "0001", branch_rating="优秀")  # changed since: it must be looked at again
    assert record_of(store, "0001")["checked_on"] == ""


def test_the_cap_is_off_until_set_and_counts_by_its_denominator(store: Store) -> None:
    unit, branch = first_branch(store)
    rows = evaluation_rows(store, 2020, unit, branch)
    assert cap_state(store, rows) is None
    with store.transact("设置") as tx:
        set_settings(tx, {"evaluation_cap": "1/3"})
        ops.exempt(tx, [rows[0]["cadre_uid"]], 2020, "产假", "李书记")
    for row in rows[1:4]:
        save(store, row["staff_no"], branch_rating="优秀")
    for base, total in (("ALL", len(rows)), ("ASSESSED", len(rows) - 1), ("FULL", len(rows))):
        with store.transact("设置") as tx:
            set_settings(tx, {"evaluation_cap_base": base})
        found = cap_state(store, evaluation_rows(store, 2020, unit, branch))
        expected = total - (base == "FULL") * sum(row["probationary"] for row in rows)
        assert found and (found.total, found.most, found.given) == (expected, expected // 3, 3)
        assert ("超出" in found.text) == (expected // 3 < 3)
    assert [cap_share(text) for text in ("", "3/1", "x", "1/0")] == [None] * 4 and cap_share("３０％") == cap_share(
        "0.3"
    )


def test_a_probationary_member_gets_words_only_where_the_school_says_so(store: Store) -> None:
    save(store, "0019", branch_rating="合格")
    with store.transact("设置") as tx:
        set_settings(tx, {"evaluation_ungraded": "1"})
    with pytest.raises(InvalidInput, match="预备党员"):
        save(store, "0019", community_rating="合格")
    save(store, "0019", community_remark="表现好", branch_remark="无")
    counters = summed(branch_counters(store, 2020))
    assert counters.ungraded == 2 and counters.missing == counters.people - 1


def test_an_old_ledger_without_the_lists_offers_the_defaults(store: Store) -> None:
    with store.transact("清空") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM code_list WHERE list IN ('rater_role', 'exempt_reason')"):
            tx.delete("code_list", uid)
    assert "社区网格员" in "".join(offered(store, "rater_role")) and "产假" in offered(store, "exempt_reason")


def test_export_reads_back_unchanged_and_an_empty_cell_erases_nothing(store: Store, tmp_path: Path) -> None:
    save(store, "0001", community_rating="优秀", community_remark="无", branch_rating="合格", self_summary="甲\n乙")
    with store.transact("免考") as tx:
        ops.exempt(tx, [uid_of(store, "0002")], 2020, "产假", "李书记", "2020-11-02")
    save(store, "0003", note="只有备注")
    file = tmp_path / "考核评价.xlsx"
    write_sheet(EVALUATION, stored_rows(store), file)
    again = prepare_plain(store, EVALUATIONS, [file])
    assert [row.outcome for row in again.plan.rows] == [Outcome.UNCHANGED] * 3 and not again.errors
    fresh = memory_ledger()
    people(fresh, 40)
    commit_plain(fresh, prepare_plain(fresh, EVALUATIONS, [file]), EVALUATIONS)
    row = record_of(fresh, "0001")
    assert (row["community_remark"], row["branch_remark"], row["self_summary"]) == ("无", "", "甲\n乙")
    assert record_of(fresh, "0002")["exempt_by"] == "李书记"
    for old, new in (("社区评价等次", "优秀"), ("备注", "只有备注")):
        key = next(one.key for one in EVALUATION.fields if one.label == old)
        assert new in [one[key] for one in stored_rows(fresh)]
    fresh.close()


def test_the_forecast_tells_who_will_miss_at_the_present_pace(store: Store) -> None:
    found = forecast(store, 2020, as_of="2020-07-01")
    assert found.people == sum(row["exempt"] == "" for row in evaluation_rows(store, 2020))
    assert found.met + len(found.rows) == found.people and 0 < len(found.missing) <= len(found.rows)
    for row in found.rows:
        times, minutes = row["times"] + row["waiting_times"], row["minutes"] + row["waiting_minutes"]
        # 183 days gone of 366, as many left: the pace doubles what is there
        assert (row["ahead_times"], row["ahead_minutes"]) == (2 * times, 2 * minutes)
        assert row["will_miss"] == (2 * times < 3 or 2 * minutes < 720)
    one = found.missing[0]
    for by_branch in (False, True):
        told = reminders(store, found, by_branch=by_branch)
        assert sum(each.count for each in told) == len(found.missing)
        assert len({each.whom for each in told}) == len(told)
        assert any(one["name"] in each.text and "至少3次" in each.text for each in told)


def test_at_the_years_end_the_forecast_is_what_was_done(store: Store) -> None:
    found = forecast(store, 2020, as_of="2020-12-31")
    assert all(row["ahead_minutes"] == row["minutes"] + row["waiting_minutes"] for row in found.rows)


def test_a_draft_the_log_has_left_behind_is_found_and_drafted_anew_while_typed_words_stay(store: Store) -> None:
    uid = next(row["cadre_uid"] for row in evaluation_rows(store, 2020) if row["times"])
    with store.transact("生成") as tx:
        ops.draft_main_work(tx, [uid], 2020)
    drafted = str(store.value("SELECT main_work FROM evaluation WHERE cadre_uid = ?", (uid,)))
    with store.transact("手写") as tx:
        ops.save_evaluation(tx, uid, 2020, {"main_work": drafted + "\n另外担任楼栋长。"})
    assert ops.stale_main_work(store, [uid], 2020) == {}
    record(store, uid, served_on="2020-10-07", start_at="05:00", end_at="06:00", late_reason="补", **SIGNED)
    apart = ops.stale_main_work(store, [uid], 2020)[uid]
    assert apart.told and apart.told != apart.now and apart.anew != apart.text
    with store.transact("重新生成") as tx:
        assert ops.redraft_main_work(tx, [uid], 2020) == 1
    text = str(store.value("SELECT main_work FROM evaluation WHERE cadre_uid = ?", (uid,)))
    assert text == ops.proposals(store, [uid], 2020)[uid] + "\n另外担任楼栋长。"
    assert ops.stale_main_work(store, [uid], 2020) == {}
    with store.transact("再来") as tx:
        assert ops.redraft_main_work(tx, [uid], 2020) == 0
    store.undo()
    assert ops.stale_main_work(store, [uid], 2020)[uid] == apart


def test_a_text_begun_from_the_logs_proposal_knows_what_was_drafted(store: Store) -> None:
    uid = next(row["cadre_uid"] for row in evaluation_rows(store, 2020) if row["times"])
    proposed = ops.proposals(store, [uid], 2020)[uid]
    with store.transact("填写文字") as tx:  # as the form does: it begins with the proposal
        ops.save_evaluation(tx, uid, 2020, {"main_work": "我的话。\n" + proposed})
    record(store, uid, served_on="2020-10-07", start_at="05:00", end_at="06:00", late_reason="补", **SIGNED)
    assert ops.stale_main_work(store, [uid], 2020)[uid].anew == "我的话。\n" + ops.proposals(store, [uid], 2020)[uid]
