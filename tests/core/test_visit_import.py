"""Importing service records: sample 06 gives its totals exactly; each fault is said with its cell; again changes nothing."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from core.base import clock
from core.base.errors import Refused
from core.base.paths import asset
from core.ledger import memory_ledger
from core.roster.import_run import commit_roster, prepare_roster
from core.service_log.importing import LATE_REASON, commit_visits, prepare_visits
from core.service_log.model import VISIT
from core.service_log.queries import VisitFilter, visit_count, visit_rows
from core.service_log.quota import quota_rows
from core.service_log.tally import prove_tally
from core.sheet.correcting import correct_cell
from core.sheet.importing import Outcome, Prepared
from core.store import Store
from tests.core.log_people import ledger

ROSTERS = (
    "01_规范_经贸学院.xlsx",
    "02_异构表头_会计学院.xlsx",
    "03_GBK_机关党委.csv",
    "04_错误示例_法学院.xlsx",
    "05_多工作表_其余单位.xlsx",
)
VISITS = "06_服务记录_2020.xlsx"
HEADS = "工号,姓名,服务日期,开始,结束,时长(小时),社区,网格/地点,服务类别,服务内容,确认方式,确认人,时间性质"
SIGNED = "经院社区,第3网格,宣传政策,发放资料,社区党组织,陈书记,业余时间"
OPEN = "经院社区,第3网格,宣传政策,发放资料,,,业余时间"


def _expected() -> dict[str, Any]:
    return json.loads(asset("demo", "06_服务记录_2020.expect.json").read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def _sheet(folder: Path, *lines: str, name: str = "服务.csv", heads: str = HEADS) -> Path:
    path = folder / name
    path.write_text("\n".join((heads, *lines)) + "\n", encoding="utf-8")
    return path


def _import(store: Store, *paths: Path, skip_bad: bool = True, **options: Any) -> Prepared:
    prepared = prepare_visits(store, paths, **options)
    commit_visits(store, prepared, skip_bad=skip_bad)
    return prepared


@pytest.fixture(scope="module")
def sample() -> Iterator[tuple[Store, Prepared]]:
    """The sample rosters and service records in one ledger."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XCJS_TODAY", "2026-11-24")
        store = memory_ledger()
        people = prepare_roster(store, [asset("demo", name) for name in ROSTERS], same_person="new")
        commit_roster(store, people, skip_bad=True)
        prepared = _import(store, asset("demo", VISITS))
    yield store, prepared
    store.close()


def test_sample_06_is_stored_as_it_expects(sample: tuple[Store, Prepared]) -> None:
    store, prepared = sample
    expected = _expected()
    counts = prepared.plan.counts()
    assert (counts[Outcome.NEW], counts[Outcome.WRONG]) == (expected["stored"], expected["refused"])
    assert sum(counts.values()) == expected["stored"] + expected["refused"]
    states = dict(store.tuples("SELECT state, count(*) FROM visit GROUP BY state"))
    assert states == {"CONFIRMED": expected["confirmed"], "WAITING": expected["waiting"]}
    assert len(prepared.plan.overlaps) == expected["overlaps"]  # type: ignore[attr-defined]
    assert prove_tally(store) == []


def test_quota_gives_the_thirty_totals(sample: tuple[Store, Prepared]) -> None:
    store, _ = sample
    found = {row["staff_no"]: row for row in quota_rows(store, 2020)}
    keys = ("times", "minutes", "duty_minutes", "meets")
    expected = _expected()["people"]
    assert {number: {key: found[number][key] for key in keys} for number in expected} == {
        number: {key: one[key] for key in keys} for number, one in expected.items()
    }


def test_what_is_refused_is_named_with_its_cell(sample: tuple[Store, Prepared]) -> None:
    _, prepared = sample
    unknown, future = prepared.errors
    assert (unknown["file"], unknown["row"], unknown["column"], unknown["value"]) == (VISITS, 497, "工号", "9999999")
    assert "名册里没有工号9999999" in unknown["message"]
    assert (future["row"], future["column"]) == (498, "服务日期") and "在将来" in future["message"]


def test_overlaps_name_both_rows(sample: tuple[Store, Prepared]) -> None:
    _, prepared = sample
    found = {(one["row"], one["with_row"], one["minutes"]) for one in prepared.plan.overlaps}  # type: ignore[attr-defined]
    assert found == {(253, 214, 60), (179, 67, 60), (447, 288, 120)}


def test_importing_signed_paper_is_no_late_entry(sample: tuple[Store, Prepared]) -> None:
    store, _ = sample
    late = dict(store.tuples("SELECT state, count(*) FROM visit WHERE late_reason <> '' GROUP BY state"))
    assert late == {"WAITING": 128}
    assert store.value("SELECT DISTINCT late_reason FROM visit WHERE late_reason <> ''") == LATE_REASON


def test_the_same_sheet_again_changes_nothing(sample: tuple[Store, Prepared], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    store, _ = sample
    again = prepare_visits(store, [asset("demo", VISITS)])
    counts = again.plan.counts()
    assert (counts[Outcome.NEW], counts[Outcome.UNCHANGED], counts[Outcome.WRONG]) == (0, 494, 2)
    assert again.plan.overlaps == []  # type: ignore[attr-defined]
    assert commit_visits(store, again, skip_bad=True).step is None


def test_faults_stop_everything_unless_skipped(tmp_path: Path) -> None:
    store, _ = ledger()
    path = _sheet(
        tmp_path,
        f"0001,张伟,2020-11-20,8:00,10:00,,{SIGNED}",
        f"0001,李娜,2020-11-20,8:00,10:00,,{SIGNED}",
        f",张三,2020-11-20,8:00,10:00,,{SIGNED}",
        f"0002,李娜,2020-11-20,8:00,8:00,,{SIGNED}",
        f"0002,李娜,2020-11-20,,,25,{SIGNED}",
        f"0002,李娜,2020-11-20,8:00,9:00,3,{SIGNED}",
        f"0002,李娜,2020-11-20,,,,{SIGNED}",
    )
    prepared = prepare_visits(store, [path])
    assert [(one["row"], one["column"]) for one in prepared.errors] == [
        (3, "姓名"),
        (4, "姓名"),
        (5, "结束"),
        (6, "时长(小时)"),
        (7, "时长(小时)"),
        (8, "时长(小时)"),
    ]
    with pytest.raises(Refused):
        commit_visits(store, prepared)
    assert visit_count(store, VisitFilter()) == 0
    assert commit_visits(store, prepared, skip_bad=True).counts[Outcome.NEW] == 1
    store.undo()
    assert visit_count(store, VisitFilter()) == 0


def test_people_told_by_name_must_be_one_person(tmp_path: Path) -> None:
    store, uids = ledger()
    with store.transact("同名") as tx:
        from core.roster.ops import save_cadre

        save_cadre(tx, {"name": "王老", "staff_no": "0009", "unit_uid": uids["会计"]})
    heads = "姓名,单位,服务日期,时长(小时),服务内容"
    path = _sheet(
        tmp_path,
        "张伟,,2020-11-20,2,甲",
        "王老,,2020-11-20,2,乙",
        "王老,离退休党委,2020-11-20,2,丙",
        "王老,没有的学院,2020-11-20,2,丁",
        heads=heads,
    )
    prepared = _import(store, path)
    assert [one["row"] for one in prepared.errors] == [3, 5]
    assert "2人叫王老" in prepared.errors[0]["message"] and "写明工号" in prepared.errors[0]["message"]
    names = {(row["name"], row["unit"]) for row in visit_rows(store, VisitFilter())}
    assert names == {("张伟", "会计学院党委"), ("王老", "离退休党委")}


def test_nights_hours_rounding_and_twins(tmp_path: Path) -> None:
    store, uids = ledger()
    path = _sheet(
        tmp_path,
        f"0001,张伟,2020-11-20,22:00,02:00,,{SIGNED}",
        f"0002,李娜,2020-11-20,9:00,10:40,1.7,{SIGNED}",
        f"0003,王老,2020-11-20,,,2.5,{SIGNED}",
        f"0003,王老,2020-11-20,,,2.5,{SIGNED}",
    )
    prepared = _import(store, path)
    minutes = {row["name"]: row["minutes"] for row in visit_rows(store, VisitFilter())}
    assert minutes == {"张伟": 240, "李娜": 100, "王老": 150}
    remarks = {one["row"]: one["message"] for one in prepared.remarks}
    assert "按次日结束计" in remarks[2] and "与第4行完全相同，只取一条" in remarks[5]
    assert prepared.plan.counts()[Outcome.SKIPPED] == 1
    assert store.value("SELECT grid_uid FROM visit WHERE cadre_uid = ?", (uids["张伟"],)) == uids["网格"]


def test_a_sheet_that_comes_back_signed_confirms_what_waited(tmp_path: Path) -> None:
    store, _ = ledger()
    _import(store, _sheet(tmp_path, f"0001,张伟,2020-11-20,8:00,10:00,,{OPEN}"))
    assert [row["state"] for row in visit_rows(store, VisitFilter())] == ["WAITING"]
    back = _import(store, _sheet(tmp_path, f"0001,张伟,2020-11-20,8:00,10:00,,{SIGNED}", name="签回.csv"))
    (row,) = visit_rows(store, VisitFilter())
    assert (row["state"], row["confirmed_by"], row["counted_minutes"]) == ("CONFIRMED", "陈书记", 120)
    assert back.plan.counts()[Outcome.UPDATED] == 1
    later = prepare_visits(store, [_sheet(tmp_path, f"0001,张伟,2020-11-20,8:00,10:00,,{OPEN}")])
    assert later.plan.counts()[Outcome.UNCHANGED] == 1  # an empty cell erases nothing


def test_overlap_with_a_record_already_there_is_said(tmp_path: Path) -> None:
    store, _ = ledger()
    _import(store, _sheet(tmp_path, f"0001,张伟,2020-11-20,8:00,10:00,,{SIGNED}"))
    other = _import(store, _sheet(tmp_path, f"0001,张伟,2020-11-20,9:00,11:00,,{SIGNED}", name="又一张.csv"))
    (found,) = other.plan.overlaps  # type: ignore[attr-defined]
    assert (found["row"], found["with_row"], found["minutes"]) == (2, None, 60)
    assert store.value("SELECT sum(minutes) FROM visit_tally") == 180


def test_import_a_edit_import_b_undo_a(tmp_path: Path) -> None:
    store, _ = ledger()
    first = prepare_visits(
        store,
        [_sheet(tmp_path, f"0001,张伟,2020-11-20,8:00,10:00,,{OPEN}", f"0002,李娜,2020-11-20,8:00,10:00,,{OPEN}")],
    )
    step = commit_visits(store, first).step
    from core.service_log.ops import change_visit

    edited = visit_rows(store, VisitFilter(search="张伟"))[0]["uid"]
    with store.transact("修改") as tx:
        change_visit(tx, edited, {"content": "改过"})
    _import(store, _sheet(tmp_path, f"0003,王老,2020-11-19,8:00,10:00,,{OPEN}", name="B.csv"))
    result = store.undo(step, partial=True)
    assert [one.uid for one in result.kept] == [edited]
    assert {row["name"] for row in visit_rows(store, VisitFilter())} == {"张伟", "王老"}
    assert prove_tally(store) == []


def test_states_in_a_sheet_are_kept_but_confirmed_needs_its_signer(tmp_path: Path) -> None:
    store, _ = ledger()
    heads = "工号,姓名,服务日期,时长(小时),服务内容,确认方式,确认人,确认日期,状态,补录原因"
    path = _sheet(
        tmp_path,
        "0001,张伟,2020-11-20,2,甲,社区党组织,陈书记,2020-11-21,已确认,",
        "0001,张伟,2020-11-19,2,乙,社区党组织,,,已确认,",
        "0001,张伟,2020-11-18,2,丙,社区党组织,陈书记,,作废,",
        "0001,张伟,2020-10-18,2,丁,,,,待确认,外出",
        heads=heads,
    )
    prepared = _import(store, path)
    assert prepared.errors == []
    rows = visit_rows(store, VisitFilter(with_void=True))
    assert [(row["content"], row["state"], row["confirmed_on"], row["late_reason"]) for row in rows] == [
        ("甲", "CONFIRMED", "2020-11-21", ""),
        ("乙", "WAITING", "", ""),
        ("丙", "VOID", "", ""),
        ("丁", "WAITING", "", "外出"),
    ]


def test_one_reason_serves_a_batch(tmp_path: Path) -> None:
    store, _ = ledger()
    _import(store, _sheet(tmp_path, f"0001,张伟,2020-08-12,8:00,10:00,,{OPEN}"), late_reason="暑期统一补录")
    (row,) = visit_rows(store, VisitFilter(late=True))
    assert row["late_reason"] == "暑期统一补录"


def test_a_range_in_one_cell_may_end_the_next_day(tmp_path: Path) -> None:
    heads = "姓名,日期,服务起止时间,服务时长,服务内容,时间性质"
    store, _uids = ledger()
    night = "张伟,2020-9-9,22:00-次日2:00,4小时,巡逻,业余"
    long = "张伟,2020-9-10,8:00-次日9:00,,值守,业余"
    same = "张伟,2020-9-11,8:00-8:00,,值守,业余"
    more = "张伟,2020-9-12,8:00-10:00,5小时,值守,业余"
    prepared = _import(store, _sheet(tmp_path, night, long, same, more, heads=heads))
    (row,) = visit_rows(store, VisitFilter(year=2020))
    assert (row["start_at"], row["end_at"], row["minutes"]) == ("22:00", "02:00", 240)
    # the cell as written, under the head that is on the sheet
    assert [(one["row"], one["column"], one["value"]) for one in prepared.errors if one["row"] > 3] == [
        (4, "服务起止时间", "8:00-8:00"),
        (5, "服务时长", "5小时"),
    ]
    assert {one["row"] for one in prepared.errors} == {3, 4, 5}


def test_working_days_are_dispatched_and_an_unreadable_track_is_no_own_time(tmp_path: Path) -> None:
    heads = "姓名,日期,时长,服务内容,时间性质"
    store, _uids = ledger()
    days = [f"张伟,2020-9-{day},2,值守,{track}" for day, track in ((7, "工作日"), (12, "周末"), (13, "随便"))]
    prepared = _import(store, _sheet(tmp_path, *days, heads=heads))
    tracks = {row["served_on"]: row["track"] for row in visit_rows(store, VisitFilter(year=2020))}
    assert tracks == {"2020-09-07": "DISPATCHED", "2020-09-12": "OWN"}
    assert [(one["row"], one["value"]) for one in prepared.errors] == [(4, "随便")]
    assert "可以先不填" not in prepared.errors[0]["message"]


def test_a_number_that_lost_its_zeros_is_known_with_the_name(tmp_path: Path) -> None:
    heads = "工号,姓名,日期,时长,服务内容"
    store, _uids = ledger()
    file = _sheet(tmp_path, "1,张伟,2020-9-7,2,值守", "1,某某,2020-9-8,2,值守", heads=heads)
    prepared = _import(store, file)
    assert [row["staff_no"] for row in visit_rows(store, VisitFilter(year=2020))] == ["0001"]
    assert any("少了前面的0" in one["message"] for one in prepared.remarks)
    assert [one["row"] for one in prepared.errors] == [3]


def test_a_place_behind_the_linked_community_names_the_community(tmp_path: Path) -> None:
    heads = "姓名,日期,时长,地点,服务内容"
    store, _uids = ledger()
    rows = ("张伟,2020-9-7,2,经院社区第3网格,值守", "张伟,2020-9-8,2,康园小区广场,值守")
    _import(store, _sheet(tmp_path, *rows, heads=heads))
    found = {row["served_on"]: (row["community"], row["place"]) for row in visit_rows(store, VisitFilter(year=2020))}
    assert found == {"2020-09-07": ("经院社区", "第3网格"), "2020-09-08": ("", "康园小区广场")}


def test_a_day_typed_in_the_cell_of_a_sheet_takes_the_year_in_force(tmp_path: Path) -> None:
    store, _ = ledger()
    prepared = prepare_visits(store, [_sheet(tmp_path, f"0001,张伟,9.1,8:00,10:00,,{OPEN}")])
    (page,) = prepared.sheets
    assert "没有年份" in page.rows[0].faults[0].message, "the sheet itself may be of another year"
    row = page.rows[0]
    clock.work_in(2020)
    assert correct_cell(page, row, "served_on", "9.1", VISIT) == ""
    assert row.values["served_on"] == "2020-09-01"
