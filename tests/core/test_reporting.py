"""Unit figures, yearly reports and results: against sums made another way; edited text stays; a list finds its people."""

from __future__ import annotations

from collections import defaultdict

import pytest

from core.base.dates import format_hours
from core.base.errors import InvalidInput, Refused, Stale
from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in_group
from core.ledger import memory_ledger
from core.reporting import results as used
from core.reporting import yearly
from core.reporting.commendations import commendation_rows, remove_commendation, save_commendation
from core.reporting.unit_figures import branch_figures, branch_sentences, service, total, unit_figures
from core.roster.membership import move
from core.roster.queries import Found
from core.service_log.categories import emergency_categories
from core.service_log.ops import void_visits
from core.service_log.quota import quota_report
from core.store import Store
from core.submission.ops import prepare_year, receive
from tests.core.log_people import SIGNED, record
from tests.factory import people, visits


@pytest.fixture
def store() -> Store:
    one = memory_ledger()
    uids = people(one, 32)
    visits(one, 300)
    with one.transact("报到") as tx:
        check_in_group(tx, uids[:20:2], CheckinDraft("", "HOME", "2020-08-09", "经院社区"))
        check_in_group(tx, uids[1:20:4], CheckinDraft("", "HOME", "2020-09-01", "经院社区"))
        prepare_year(tx, 2020)
        task = tx.value("SELECT uid FROM submission_task WHERE level = 'UNIT' ORDER BY due_on LIMIT 1")
        units = [row[0] for row in tx.tuples("SELECT uid FROM unit ORDER BY position")]
        receive(tx, task, units[0], None, {"sent_on": "2020-08-01"})
        receive(tx, task, units[1], None, {"sent_on": "2020-08-30"})
    return one


def test_the_units_add_up_to_a_plain_sum_of_the_records(store: Store) -> None:
    lines = unit_figures(store, 2020)
    counted: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
    kinds: dict[str, int] = defaultdict(int)
    tally = {row["visit_uid"]: row for row in store.rows("SELECT * FROM visit_tally")}
    for row in store.rows("SELECT * FROM visit WHERE state = 'CONFIRMED'"):
        sums = counted[row["unit_uid"], row["track"]]
        sums[0] += tally[row["uid"]]["times"]
        sums[1] += tally[row["uid"]]["minutes"]
        kinds[row["category"]] += tally[row["uid"]]["times"]
    for one in lines:
        assert [one.times, one.minutes] == counted[one.unit_uid, "OWN"]
        assert [one.duty_times, one.duty_minutes] == counted[one.unit_uid, "DISPATCHED"]
        assert sum(one.by_category.values()) == one.times + one.duty_times
    whole = total(lines)
    assert {name: times for name, times in whole.by_category.items() if times} == kinds and whole.times
    for by in ("category", "month", "unit", "branch", "all"):
        parts = service(store, 2020, by)
        assert (sum(one.times for one in parts), sum(one.minutes for one in parts)) == (whole.times, whole.minutes)
    quota = quota_report(store, 2020)
    assert (whole.people, whole.met) == (quota.total.people, quota.total.met)
    assert whole.due == 24 and whole.checked > whole.on_time > 0
    first, second = lines[0], lines[1]
    assert (first.sent_on_time, first.sent_late, second.sent_on_time, second.sent_late) == (1, 0, 0, 1)
    assert first.owed == first.sent_on_time + first.sent_late + first.missing


def test_the_branches_of_a_unit_add_up_to_the_unit(store: Store) -> None:
    for unit in unit_figures(store, 2020):
        branches = branch_figures(store, 2020, unit.unit_uid)
        whole = total(branches)
        for key in (
            "due",
            "checked",
            "on_time",
            "people",
            "met",
            "exempt",
            "times",
            "minutes",
            "duty_minutes",
            "owed",
            "sent_late",
        ):
            assert getattr(whole, key) == getattr(unit, key), key
        assert {key: value for key, value in whole.by_category.items() if value} == {
            key: value for key, value in unit.by_category.items() if value
        }
    branch = branch_figures(store, 2020, unit_figures(store, 2020)[0].unit_uid)[0]
    told = "".join(branch_sentences(store, 2020, branch.unit_uid, branch.branch_uid))
    assert f"应报到{branch.due}人，已报到{branch.checked}人" in told
    assert f"业余时间服务{branch.times}次" in told and "上半年应向支部报告" in told


def test_a_yearly_report_is_drafted_with_figures_and_edited_text_stays(store: Store) -> None:
    with store.transact("起草") as tx:
        assert yearly.draft_report(tx, 2020) == 6
        assert yearly.draft_report(tx, 2020) == 0
    report = yearly.yearly_report(store, 2020)
    whole = total(unit_figures(store, 2020))
    by_key = {one.key: one for one in report.sections}
    assert f"应报到{whole.due}人，已报到{whole.checked}人" in by_key["checkin"].text
    assert f"业余时间服务{whole.times}次" in by_key["service"].text and "{" not in "".join(
        one.text for one in report.sections
    )
    assert f"还有{whole.due - whole.checked}人没有报到" in by_key["problems"].text
    assert len(report.months) == 12 and sum(one.times for one in report.months) == whole.times
    with store.transact("改") as tx:
        yearly.edit_section(tx, by_key["checkin"].uid, {"text": "我们自己写的。"})
    with store.transact("作废") as tx:
        void_visits(tx, [tx.value("SELECT visit_uid FROM visit_tally WHERE times AND state = 'CONFIRMED'")], "重复")
    with store.transact("报到") as tx:
        late = tx.value("SELECT uid FROM cadre WHERE status = 'ACTIVE' AND uid NOT IN (SELECT cadre_uid FROM checkin)")
        check_in_group(tx, [late], CheckinDraft("", "HOME", "2020-10-01", "经院社区"))
    with store.transact("取数") as tx:
        changed = yearly.draft_report(tx, 2020)
    now = {one.key: one for one in yearly.yearly_report(store, 2020).sections}
    assert changed and now["checkin"].text == "我们自己写的。" and now["checkin"].stale and not now["service"].stale
    with store.transact("重写") as tx:
        yearly.redraft_section(tx, 2020, "", "checkin")
    now = {one.key: one for one in yearly.yearly_report(store, 2020).sections}
    assert now["checkin"].text == now["checkin"].fresh and not now["checkin"].edited_on
    with pytest.raises(InvalidInput), store.transact("改") as tx:
        yearly.edit_section(tx, by_key["plan"].uid, {"title": " "})


def test_redrafting_a_section_keeps_the_sentence_somebody_added(store: Store) -> None:
    with store.transact("起草") as tx:
        yearly.draft_report(tx, 2020)
    old = {one.key: one for one in yearly.yearly_report(store, 2020).sections}["service"]
    with store.transact("改") as tx:
        yearly.edit_section(tx, old.uid, {"text": old.text + "另开展义诊3场。"})
    now = {one.key: one for one in yearly.yearly_report(store, 2020).sections}["service"]
    assert not now.stale  # the figures have not moved
    uid = store.value("SELECT uid FROM cadre WHERE status = 'ACTIVE' ORDER BY staff_no")
    record(store, uid, served_on="2020-10-07", start_at="05:00", end_at="06:00", late_reason="补", **SIGNED)
    now = {one.key: one for one in yearly.yearly_report(store, 2020).sections}["service"]
    assert now.stale and now.anew == now.fresh + "另开展义诊3场。"
    with store.transact("重写") as tx:
        yearly.redraft_section(tx, 2020, "", "service")
    now = {one.key: one for one in yearly.yearly_report(store, 2020).sections}["service"]
    assert now.text == now.fresh + "另开展义诊3场。" and now.edited_on and not now.stale


def test_a_unit_has_a_report_of_its_own(store: Store) -> None:
    unit = unit_figures(store, 2020)[1]
    with store.transact("起草") as tx:
        yearly.draft_report(tx, 2020, unit.unit_uid)
    mine = yearly.yearly_report(store, 2020, unit.unit_uid)
    text = "".join(one.text for one in mine.sections)
    assert mine.whose == unit.unit and f"应报到{unit.due}人" in text and "报送材料逾期1份" in text
    rows = {row["unit"]: (row["drafted"], row["edited"]) for row in yearly.report_list(store, 2020)}
    assert rows["全校"] == (0, 0) and rows[unit.unit] == (6, 0)
    with store.transact("停用") as tx:  # closed in the year after: its report of the year is still to be had
        tx.update("unit", unit.unit_uid, {"archived_on": "2021-03-01"})
    listed = {
        year: unit.unit in [row["unit"] for row in yearly.report_list(store, year)] for year in (2020, 2021, 2022)
    }
    assert listed == {2020: True, 2021: True, 2022: False}
    with pytest.raises(Stale):
        yearly.yearly_report(store, 2020, "nobody")


def test_who_moves_after_the_year_stays_in_the_report_of_the_unit_he_was_in(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2021-05-05")
    uid, unit = store.tuples("SELECT uid, unit_uid FROM cadre ORDER BY staff_no LIMIT 1")[0]
    with store.transact("编入网格") as tx:
        grid = tx.insert("grid", {"community_uid": "linked", "name": "第1网格", "position": 1})
        tx.insert("grid_assignment", {"cadre_uid": uid, "grid_uid": grid, "from_on": "2020-09-01"})
    before = [one.fresh for one in yearly.yearly_report(store, 2020, unit).sections]
    assert any("编入网格1人" in text for text in before)
    with store.transact("调动") as tx:
        place = tx.tuples("SELECT unit_uid, uid FROM branch WHERE unit_uid <> ? LIMIT 1", (unit,))[0]
        move(tx, uid, *place, transfer_on="2021-03-01")
    placed = [one.fresh for one in yearly.yearly_report(store, 2020, unit).sections if one.key == "checkin"]
    assert "编入网格1人" in placed[0]
    assert not any("编入网格" in one.fresh for one in yearly.yearly_report(store, 2020, place[0]).sections)


def test_a_pasted_list_becomes_a_table_over_years(store: Store) -> None:
    found = used.pasted(store, "0003\n0001、0003\n查无此人\n张伟")
    rows = store.rows("SELECT uid, staff_no FROM cadre WHERE staff_no IN ('0001', '0003') ORDER BY staff_no DESC")
    assert found.uids[:2] == [row["uid"] for row in rows]
    assert {one.state for one in found.open} >= {Found.MISSING}
    assert "查无此人" in used.open_text(found.open[0])
    with store.transact("评价") as tx:
        tx.insert(
            "evaluation",
            {"cadre_uid": found.uids[0], "year": 2020, "community_rating": "优秀", "branch_rating": "合格"},
        )
    table = used.results(store, found.uids[:2], [2020, 2021])
    sums = {row["uid"]: row for row in quota_report(store, 2020).rows}
    one = table[0].years[0]
    assert (one.times, one.minutes, one.verdict) == tuple(
        sums[found.uids[0]][key] for key in ("times", "minutes", "verdict")
    )
    assert (one.community_rating, one.branch_rating, one.overall_rating) == ("优秀", "合格", "")
    assert (table[0].years[1].times, table[1].years[0].community_rating) == (0, "")
    before, after = used.results(store, found.uids[:1], [2019, 2021])[0].years  # 2020: nobody fell short then
    assert (before.verdict, after.verdict) == ("2020年以前没有要求", "这一年还没有到")
    row = used.result_rows(table)[0]
    assert set(row) == {one.key for one in used.result_fields([2020, 2021])} | {"uid"}


def test_the_note_says_facts_only_and_says_where_there_are_none(store: Store) -> None:
    uids = [row[0] for row in store.tuples("SELECT uid FROM cadre ORDER BY staff_no")]
    with store.transact("反馈") as tx:
        tx.insert(
            "feedback", {"cadre_uid": uids[0], "given_on": "2020-09-02", "given_by": "李书记", "content": "到岗及时。"}
        )
        tx.insert(
            "feedback", {"cadre_uid": uids[0], "given_on": "2019-09-02", "given_by": "李书记", "content": "早先的。"}
        )
    first, other = used.performances(store, [uids[0], uids[23]], [2020])
    parts = dict(first.parts)
    assert parts["报到情况"][0].startswith("2020年8月9日到") and parts["社区反馈"] == (
        "2020年9月2日，李书记：到岗及时。",
    )
    assert parts["服务情况"][0].startswith("2020年：业余时间服务") and "考核评价" not in parts
    assert "报到情况" not in dict(other.parts) and "服务情况" in dict(other.parts)


def test_a_commendation_stands_in_the_table_and_in_the_note_of_its_year(store: Store) -> None:
    uid, staff_no = store.tuples("SELECT uid, staff_no FROM cadre ORDER BY staff_no LIMIT 1")[0]
    facts = {"title": "下沉社区先进个人", "given_by": "校党委", "given_on": "2020-7-1", "letter_no": "党发1号"}
    with store.transact("登记表彰") as tx:
        made = save_commendation(tx, None, {"staff_no": staff_no, "year": 2020, **facts})
    told = "下沉社区先进个人（校党委，2020年7月1日，党发1号）"
    years = used.results(store, [uid], [2020, 2021])[0].years
    assert (years[0].honours, years[1].honours) == (told, "")
    assert dict(used.performances(store, [uid], [2020])[0].parts)["表彰"] == (f"2020年度：{told}。",)
    assert "表彰" not in dict(used.performances(store, [uid], [2021])[0].parts)
    for wrong, key in (
        ({"staff_no": staff_no, "year": 2020, **facts}, "title"),  # the same once more
        ({"staff_no": staff_no, "title": " "}, "title"),
        ({"staff_no": "999999", "title": "先进"}, "staff_no"),
        ({"staff_no": staff_no, "title": "先进", "given_on": "去年"}, "given_on"),
        ({"staff_no": staff_no, "title": "先进", "year": "20年"}, "year"),
    ):
        with pytest.raises(InvalidInput) as raised, store.transact("登记表彰") as tx:
            save_commendation(tx, None, wrong)
        assert key in raised.value.fields
    with store.transact("修改表彰") as tx:
        save_commendation(tx, made, {"title": "优秀志愿者"})
    row = commendation_rows(store)[0]
    assert (row["title"], row["given_on"], row["staff_no"]) == ("优秀志愿者", "2020-07-01", staff_no)
    with store.transact("移除表彰") as tx:
        remove_commendation(tx, made)
    assert commendation_rows(store) == []


def test_wartime_service_of_both_tracks_is_told_apart(store: Store) -> None:
    sql = "SELECT v.uid, v.cadre_uid FROM visit v JOIN visit_tally t ON t.visit_uid = v.uid WHERE t.state = 'CONFIRMED' AND t.times"
    visit, uid = store.tuples(sql)[0]
    assert used.results(store, [uid], [2020])[0].years[0].wartime == ""
    with store.transact("改类别") as tx:
        tx.update("visit", visit, {"category": emergency_categories(store)[0]})
    minutes = store.value("SELECT minutes FROM visit_tally WHERE visit_uid = ?", (visit,))
    told = f"1次、{format_hours(minutes)}小时"
    assert used.results(store, [uid], [2020])[0].years[0].wartime == told
    assert f"处理突发事件{told}" in dict(used.performances(store, [uid], [2020])[0].parts)["服务情况"][0]


@pytest.mark.parametrize(("text", "years"), [("2020-2022", [2020, 2021, 2022]), ("2022、2020年", [2020, 2022])])
def test_years_are_read_as_people_write_them(text: str, years: list[int]) -> None:
    assert used.parse_years(text) == years


@pytest.mark.parametrize("text", ["", "去年", "2022-2020", "1998", "2000-2050"])
def test_wrong_years_are_said(text: str) -> None:
    with pytest.raises((InvalidInput, Refused)) as raised:
        used.parse_years(text)
    assert "年度" in raised.value.fields["years"]  # type: ignore[union-attr]
