"""The year's minimum: concrete shortfalls, who is not assessed, progress per unit. 方案 五(三)3"""

from __future__ import annotations

import pytest

from core.org.settings import set_quota
from core.roster.ops import archive_cadre, save_cadre
from core.service_log.quota import Minimum, quota_report, quota_rows, unit_progress, verdict
from core.store import Row, Store
from tests.core.log_people import SIGNED, ledger, record


def _row(store: Store, name: str, year: int = 2020, **options: str) -> Row:
    (row,) = [one for one in quota_rows(store, year, **options) if one["name"] == name]
    return row


def _serve(store: Store, cadre_uid: str, days: int, hours: int = 4) -> None:
    for day in range(1, days + 1):
        record(
            store, cadre_uid, served_on=f"2020-10-{day:02d}", start_at="08:00", end_at=f"{8 + hours:02d}:00", **SIGNED
        )


def test_both_times_and_hours_are_needed() -> None:
    store, uids = ledger()
    assert _row(store, "张伟")["verdict"] == "未达标（差3次、12小时）"
    _serve(store, uids["张伟"], 2, 6)
    row = _row(store, "张伟")
    assert (row["times"], row["minutes"], row["short_times"], row["short_minutes"]) == (2, 720, 1, 0)
    assert (row["meets"], row["verdict"]) == (False, "未达标（差1次）")
    record(store, uids["张伟"], **SIGNED)
    assert (_row(store, "张伟")["meets"], _row(store, "张伟")["verdict"]) == (True, "已达标")


def test_waiting_and_dispatched_never_fill_the_minimum() -> None:
    store, uids = ledger()
    record(store, uids["张伟"])
    record(store, uids["张伟"], served_on="2020-11-19", track="DISPATCHED", **SIGNED)
    row = _row(store, "张伟")
    assert (row["times"], row["waiting_times"], row["waiting_minutes"], row["duty_minutes"]) == (0, 1, 120, 120)


def test_who_is_not_assessed_is_listed_apart() -> None:
    store, uids = ledger()
    record(store, uids["王老"], **SIGNED)
    retired = _row(store, "王老")
    assert (retired["exempt"], retired["verdict"], retired["times"]) == ("离退休", "不纳入考核（离退休）", 1)
    assert (retired["short_times"], retired["short_minutes"]) == (0, 0)
    with store.transact("免考") as tx:
        tx.insert(
            "evaluation", {"cadre_uid": uids["李娜"], "year": 2020, "exempt_reason": "产假", "exempt_by": "组织部"}
        )
    assert _row(store, "李娜")["verdict"] == "不纳入考核（产假）"
    assert _row(store, "李娜", 2021)["exempt"] == ""
    total = quota_report(store, 2020).total
    assert (total.people, total.exempt, total.met + total.going + total.behind) == (1, 2, 1)


def test_before_the_policy_nothing_was_asked() -> None:
    store, uids = ledger()
    record(store, uids["张伟"], served_on="2019-11-20", late_reason="补登", **SIGNED)
    report = quota_report(store, 2019)
    assert {row["verdict"] for row in report.rows} == {"2020年以前没有要求"}
    assert not any(row["meets"] or row["short_times"] or row["short_minutes"] for row in report.rows)
    assert (report.total.people, report.total.exempt, report.total.minutes) == (0, 3, 120)
    assert unit_progress(store, 2019).by_unit == report.by_unit


def test_who_left_during_the_year_stands_apart_with_his_totals() -> None:
    store, uids = ledger()
    _serve(store, uids["张伟"], 4)
    with store.transact("归档") as tx:
        archive_cadre(tx, uids["张伟"], "2020-11-22", "调离")
        archive_cadre(tx, uids["李娜"], "2020-11-22", "调离")
    names = {row["name"]: (row["progress"], row["verdict"]) for row in quota_rows(store, 2020)}
    assert names == {
        "张伟": ("LEFT", "年内离开（2020年11月22日调离），另有达标"),
        "李娜": ("LEFT", "年内离开（2020年11月22日调离）"),
        "王老": ("EXEMPT", "不纳入考核（离退休）"),
    }
    total = quota_report(store, 2020).total
    assert (total.people, total.left_people, total.left_met, total.exempt, total.minutes) == (0, 2, 1, 1, 960)
    assert {row["name"] for row in quota_rows(store, 2021)} == {"王老"}
    (away,) = quota_report(store, 2021, cadre_uids=[uids["张伟"]]).rows  # who is named is answered for
    assert (away["verdict"], away["progress"], away["remark"]) == ("不在册", "AWAY", "")


def test_a_person_counts_only_for_the_years_he_was_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2023-06-30")
    store, uids = ledger()
    with store.transact("名册") as tx:
        save_cadre(tx, {"staff_no": "0009", "name": "后来", "unit_uid": uids["会计"], "from_on": "2022-03-01"})
        save_cadre(tx, {"status": "RETIRED"}, uids["张伟"], transfer_on="2021-07-01")
    assert {row["name"] for row in quota_rows(store, 2021)} == {"张伟", "李娜", "王老"}
    assert _row(store, "后来", 2022)["remark"] == "年内调入，2022年3月1日到岗"
    assert (_row(store, "后来", 2022)["progress"], _row(store, "后来", 2023)["remark"]) == ("BEHIND", "")
    assert [_row(store, "张伟", year)["verdict"] for year in (2020, 2021, 2022)] == [
        "未达标（差3次、12小时）",
        "年内离开（2021年7月1日离退休）",
        "不纳入考核（离退休）",
    ]


def test_service_outside_a_membership_stands_in_the_year_and_the_sums_agree(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2023-06-30")
    store, uids = ledger()
    with store.transact("名册") as tx:
        late = save_cadre(tx, {"staff_no": "0009", "name": "后来", "unit_uid": uids["会计"], "from_on": "2021-03-01"})
        archive_cadre(tx, uids["李娜"], "2020-06-01", "调离")
    warned = record(store, late, served_on="2020-11-20", late_reason="补登", **SIGNED).warnings
    assert "2021年3月1日才到岗" in warned[0] and "更正到岗日期" in warned[0]
    record(store, uids["李娜"], served_on="2021-11-20", late_reason="补登", **SIGNED)
    for year, name in ((2020, "后来"), (2021, "李娜")):
        row = _row(store, name, year)
        assert (row["progress"], row["minutes"], row["remark"]) == ("AWAY", 120, "不在册期间的服务")
        report = quota_report(store, year)
        school = store.value("SELECT sum(minutes) FROM visit_tally WHERE year = ?", (year,))
        assert sum(one["minutes"] for one in report.rows) == report.total.minutes == school == 120
        assert report.total.away == 1 and unit_progress(store, year).by_unit == report.by_unit


def test_a_person_stands_where_he_was_at_the_years_end() -> None:
    store, uids = ledger()
    with store.transact("调动") as tx:
        save_cadre(tx, {"unit_uid": uids["离退休"]}, uids["张伟"], transfer_on="2020-03-01")
    assert _row(store, "张伟", 2019)["unit"] == "会计学院党委"
    assert _row(store, "张伟", 2020)["unit"] == "离退休党委"
    assert _row(store, "张伟", as_of="2020-02-28")["unit"] == "会计学院党委"
    assert {row["name"] for row in quota_rows(store, 2019, uids["会计"])} == {"张伟", "李娜"}
    assert {row["name"] for row in quota_rows(store, 2020, uids["会计"])} == {"李娜"}


def test_undoing_a_transfer_brings_records_written_since_back_to_the_unit() -> None:
    store, uids = ledger()
    with store.transact("调动") as tx:
        save_cadre(tx, {"unit_uid": uids["离退休"]}, uids["张伟"], transfer_on="2020-03-01")
    step = store.steps(1)[0].seq
    visit = record(store, uids["张伟"], **SIGNED).uid
    unit = "SELECT unit_uid FROM visit WHERE uid = ?"
    assert store.value(unit, (visit,)) == uids["离退休"]
    store.undo(step)
    assert store.value(unit, (visit,)) == uids["会计"]
    store.redo()
    assert store.value(unit, (visit,)) == uids["离退休"]


def test_as_of_counts_service_up_to_that_day() -> None:
    store, uids = ledger()
    _serve(store, uids["张伟"], 3)
    assert _row(store, "张伟")["meets"]
    assert _row(store, "张伟", as_of="2020-10-02")["verdict"] == "未达标（差1次、4小时）"
    few = quota_report(store, 2020, cadre_uids=[uids["张伟"]], as_of="2020-10-01")
    assert [(row["name"], row["minutes"]) for row in few.rows] == [("张伟", 240)]
    assert few.as_of == "2020-10-01"


def test_progress_is_measured_against_the_part_of_the_year_gone(monkeypatch: pytest.MonkeyPatch) -> None:
    store, uids = ledger()
    with store.transact("要求") as tx:
        set_quota(tx, 2020, 4, 1200)
    _serve(store, uids["张伟"], 3, 6)  # 18 of 20 hours on 24 November: on the way
    record(store, uids["李娜"])
    units = {one.unit: one for one in quota_report(store, 2020).by_unit}
    assert (units["会计学院党委"].met, units["会计学院党委"].going, units["会计学院党委"].behind) == (0, 1, 1)
    monkeypatch.setenv("XCJS_TODAY", "2021-01-02")
    assert quota_report(store, 2020).total.behind == 2  # a year that is over


def test_the_first_page_has_the_same_figures_without_the_people() -> None:
    store, uids = ledger()
    with store.transact("名册") as tx:
        add = {
            name: save_cadre(tx, {"staff_no": f"9{number}", "name": name, "unit_uid": uids["会计"], **more})
            for number, (name, more) in enumerate(
                {"达标": {}, "落后": {}, "借调": {"status": "OTHER"}, "走人": {}, "早走": {}, "明年走": {}}.items()
            )
        }
        save_cadre(tx, {"unit_uid": uids["离退休"]}, uids["张伟"], transfer_on="2020-03-01")
        tx.insert(
            "evaluation", {"cadre_uid": uids["李娜"], "year": 2020, "exempt_reason": "产假", "exempt_by": "组织部"}
        )
    _serve(store, add["达标"], 4)
    _serve(store, add["走人"], 2)
    _serve(store, uids["李娜"], 1)
    record(store, add["落后"])
    record(store, uids["张伟"], served_on="2020-11-19", track="DISPATCHED", **SIGNED)
    for day in range(1, 4):
        record(store, uids["张伟"], served_on=f"2020-11-0{day}", start_at="08:00", end_at="12:00", late_reason="出差")
    with store.transact("归档") as tx:
        archive_cadre(tx, add["走人"], "2020-11-01", "调离")
        archive_cadre(tx, add["早走"], "2020-11-01", "调离")
        archive_cadre(tx, add["明年走"], "2021-01-05", "退休")
    for year in (2019, 2020, 2021):
        whole, light = quota_report(store, year), unit_progress(store, year)
        assert light.by_unit == whole.by_unit
        assert (light.year, light.as_of, light.minimum, light.total) == (year, whole.as_of, whole.minimum, whole.total)
    now = unit_progress(store, 2020).total
    assert (now.people, now.met, now.going, now.behind, now.exempt, now.left_people) == (4, 1, 1, 2, 3, 2)


@pytest.mark.parametrize(
    ("short", "exempt", "words"),
    [
        ((2, 210), "", "未达标（差2次、3.5小时）"),
        ((0, 100), "", "未达标（差1小时40分）"),
        ((0, 40), "", "未达标（差40分钟）"),
        ((0, 0), "", "已达标"),
        ((2, 0), "病休", "不纳入考核（病休）"),
    ],
)
def test_the_words_are_concrete(short: tuple[int, int], exempt: str, words: str) -> None:
    assert verdict(*short, exempt) == words
    assert Minimum(3, 720).text == "至少3次、不少于12小时"
