"""What the forms say, as collected from the ledger for many people at once."""

from __future__ import annotations

import pytest

from core.org.settings import set_settings
from core.reporting import half_year
from core.reporting.commendations import save_commendation
from core.roster.ops import save_cadre
from core.service_log.sheets import confirm_range, make_sheet
from core.store import Store
from reports.collect_evaluation import collect_evaluation
from reports.collect_handbook import collect_handbook
from reports.collect_person import BATCH, own_texts
from reports.handbook import HalfYear
from tests.core.log_people import SIGNED, ledger, record


@pytest.fixture
def book() -> tuple[Store, dict[str, str]]:
    store, uids = ledger()
    with store.transact("资料") as tx:
        values = {
            "sex": "男",
            "education": "研究生",
            "degree": "博士",
            "district": "江夏区",
            "street": "藏龙岛街道",
            "community": "康园社区",
            "estate": "东苑",
            "building": "3栋",
            "branch_uid": uids["支部"],
        }
        save_cadre(tx, values, uids["张伟"])
    record(store, uids["张伟"], served_on="2020-03-02", late_reason="忘记", note="雨天")
    with store.transact("清单") as tx:
        make_sheet(tx, "经院社区", 2020)
    with store.transact("确认") as tx:
        confirm_range(tx, "2020-001", "1", "陈书记")
    record(store, uids["张伟"], served_on="2020-10-01", category="民主议事", content="恳谈会", **SIGNED)
    record(store, uids["张伟"], served_on="2020-10-01", start_at="15:00", end_at="18:00", **SIGNED)
    record(store, uids["张伟"], served_on="2020-11-05", track="DISPATCHED", content="值守", **SIGNED)
    record(store, uids["张伟"], served_on="2020-11-20", start_at="22:00", end_at="01:00", next_day=True)
    record(store, uids["张伟"], served_on="2020-11-21", state="DRAFT")
    return store, uids


def test_the_evaluation_form_of_one_person(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    (form,) = collect_evaluation(store, [uids["张伟"]], 2020)
    assert (form.person.sex, form.person.education, form.person.branch) == ("男", "研究生、博士", "审计系党支部")
    assert form.person.address == "江夏区藏龙岛街道康园社区 东苑3栋"
    assert (form.number, form.home_community, form.as_of) == (
        "2020-0001",
        "",
        "2020-11-24",
    )  # no check-in, so no 报到社区
    totals = form.totals
    assert (totals.own_count, totals.own_minutes, totals.dispatched_count, totals.dispatched_minutes) == (
        3,
        360,
        1,
        120,
    )
    assert (totals.waiting_count, totals.waiting_minutes, totals.quota) == (1, 180, "3次且12小时")
    assert totals.verdict == "未达标（差6小时）"
    assert form.main_service == (
        "业余时间参加社区服务3次、6小时：宣传政策2次、4小时（3月2日、10月1日），发放《民法典》资料 120 份；"
        "民主议事1次、2小时（10月1日），恳谈会。\n"
        "组织派遣到联系社区服务1次、2小时：宣传政策1次、2小时（11月5日），值守。"
    )
    assert form.unit_review is None and form.overall is None
    assert form.grades == ("优秀", "合格", "基本合格", "不合格")


def test_what_was_written_by_hand_is_printed(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    with store.transact("评价") as tx:
        tx.insert(
            "evaluation",
            {
                "cadre_uid": uids["张伟"],
                "year": 2020,
                "main_work": "自己写的",
                "community_rating": "优秀",
                "community_rater": "陈书记",
                "community_rater_role": "社区工作人员",
                "community_rated_on": "2020-12-20",
                "overall_rating": "优秀",
            },
        )
        set_settings(tx, {"evaluation_overall": "1", "evaluation_unit": "1"})
    form, other = collect_evaluation(store, [uids["张伟"], uids["李娜"]], 2020)
    assert (form.main_service, form.community.grade, form.community.signed_by) == ("自己写的", "优秀", "陈书记")
    assert form.overall == "优秀" and form.unit_review is not None
    assert (other.main_service, other.community.grade, other.overall) == ("", "", "")


@pytest.mark.parametrize("written", ["网格员", "社区网格员", "两委成员"])
def test_a_role_written_shorter_than_the_list_ticks_its_box(book: tuple[Store, dict[str, str]], written: str) -> None:
    store, uids = book
    with store.transact("评价") as tx:  # as an older program stored it
        tx.insert("evaluation", {"cadre_uid": uids["张伟"], "year": 2020, "community_rater_role": written})
    (form,) = collect_evaluation(store, [uids["张伟"]], 2020)
    assert form.community.evaluator in form.evaluators


def test_the_handbook_refers_to_signatures_and_never_imitates_one(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    (made,) = collect_handbook(store, [uids["张伟"]], 2020)
    lines = made.visits
    assert [one.served_on for one in lines] == ["2020-03-02", "2020-10-01", "2020-10-01", "2020-11-05", "2020-11-20"]
    assert lines[0].confirm == "见待确认清单 2020-001 第1页 第1行"
    assert lines[0].note == "补录：忘记\n雨天"
    assert lines[1].confirm == "社区党组织\n原件签字：陈书记"
    assert (lines[2].counted, lines[2].minutes) == (120, 180)
    assert lines[3].dispatched
    assert (lines[4].confirm, lines[4].confirmed, lines[4].next_day) == ("", False, True)
    assert [half.service for half in made.halves] == [
        "业余时间1次、2小时",
        "业余时间2次、4小时；组织派遣1次、2小时",
    ]
    assert made.issuer == "湖北经济学院党委组织部" and made.number == "2020-0001"


def test_the_handbook_prints_the_reports_commendations_and_emergencies_of_the_ledger(
    book: tuple[Store, dict[str, str]],
) -> None:
    store, uids = book
    me = uids["张伟"]
    for day, state in (("2020-02-10", SIGNED), ("2020-02-11", SIGNED), ("2020-07-06", {})):
        content = "卡口值守" if day < "2020-03" else "转移居民"
        record(
            store, me, served_on=day, category="处理突发事件", content=content, place="南门", late_reason="补", **state
        )
    with store.transact("半年报告") as tx:
        half_year.draft(tx, [me], 2020, 1)
        uid = str(tx.value("SELECT uid FROM half_year_report"))
        half_year.edit(tx, uid, {"main_work": "到卡口值守。", "review": "主动性不够。"})
        half_year.mark_reported(tx, [uid], "2020-07-10", "主题党日", "李支书")
    with store.transact("表彰") as tx:
        facts = {"title": "抗疫先进", "given_by": "省委", "given_on": "2020-09-28", "letter_no": "〔2020〕1号"}
        for year in (2019, 2020):
            save_commendation(tx, None, {"cadre_uid": me, "year": year, **facts})
    (made,) = collect_handbook(store, [me], 2020)
    first, second = made.halves
    assert (first.main, first.check, first.occasion, first.signed) == (
        "到卡口值守。", "主动性不够。", "主题党日，2020年7月10日", "李支书，2020年7月10日",
    )  # fmt: skip
    assert first.service == "业余时间3次、6小时"
    assert (
        second.main.startswith("业余时间参加社区服务2次、4小时") and second.signed == ""
    )  # not written: the log says it
    assert made.honours == (("2020-09-28", "抗疫先进（〔2020〕1号）", "省委", ""),)
    assert made.incidents == (
        ("2020年2月10日至2020年2月11日", "南门：卡口值守", "业余时间2次、4小时", "社区党组织\n原件签字：陈书记"),
        ("2020-07-06", "南门：转移居民", "业余时间1次、2小时（待确认）", ""),
    )
    record(store, me, served_on="2020-05-04", start_at="08:00", end_at="09:00", late_reason="补", **SIGNED)
    (now,) = collect_handbook(store, [me], 2020)  # what was reported stands, and what came after it is told
    assert now.halves[0].service == "报告时业余时间3次、6小时；服务记录现为业余时间4次、7小时"
    (early,) = collect_handbook(store, [me], 2020, "2020-03-31")
    assert early.halves[0].main.startswith("业余时间参加社区服务3次、6小时") and early.halves[1] == HalfYear()


def test_the_cover_bears_the_date_chosen_and_no_community_without_a_check_in(
    book: tuple[Store, dict[str, str]],
) -> None:
    store, uids = book
    (made,) = collect_handbook(store, [uids["张伟"]], 2019)
    assert (made.issued_on, made.community) == ("2019-12-31", "")  # not the day of printing, not where he lives
    (dated,) = collect_handbook(store, [uids["张伟"]], 2020, "2020-06-30", issued_on="2020-08-15")
    assert (dated.issued_on, dated.as_of) == ("2020-08-15", "2020-06-30")


def test_a_blank_book_and_as_of(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    (blank,) = collect_handbook(store, [uids["张伟"]], 2020, blank=True)
    assert blank.blank and blank.visits == () and blank.person.name == "张伟"
    (early,) = collect_handbook(store, [uids["张伟"]], 2020, "2020-06-30")
    assert len(early.visits) == 1 and early.totals.own_minutes == 120 and early.as_of == "2020-06-30"


def test_the_unit_printed_is_that_of_the_year(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    with store.transact("调动") as tx:
        save_cadre(tx, {"unit_uid": uids["离退休"]}, uids["张伟"], transfer_on="2020-06-01")
    units = [collect_evaluation(store, [uids["张伟"]], year)[0].person.unit for year in (2019, 2020)]
    assert units == ["会计学院党委", "离退休党委"]


def test_many_people_keep_their_order_and_who_is_gone_is_left_out(book: tuple[Store, dict[str, str]]) -> None:
    store, uids = book
    with store.transact("名册") as tx:
        many = [
            save_cadre(tx, {"name": f"张{'甲乙丙丁戊己庚辛壬癸'[n % 10]}", "unit_uid": uids["会计"]})
            for n in range(BATCH)
        ]
    order = [*many[::-1], "gone", uids["张伟"]]
    found = [one.person.uid for one in collect_evaluation(store, order, 2020)]
    assert found == [*many[::-1], uids["张伟"]]


def test_the_schools_own_wording(book: tuple[Store, dict[str, str]]) -> None:
    store, _ = book
    with store.transact("文字") as tx:
        tx.insert("form_text", {"uid": "evaluation.title", "text": "本校评价表"})
        tx.insert("form_text", {"uid": "handbook.title", "text": "本校手册"})
    assert own_texts(store, "evaluation") == {"title": "本校评价表"}
