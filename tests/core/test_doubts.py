"""What a record is asked about and what it cannot say: the same words by form, sheet and op. 方案 三(三) 三(六) 五(二)2"""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from core.base.dates import parse_minutes
from core.base.errors import InvalidInput
from core.base.workdays import is_workday, read_hours
from core.ledger import memory_ledger
from core.org.ops import add_unit
from core.org.settings import add_value, retire_value, set_settings
from core.overview.figures import figure_table
from core.roster.ops import save_cadre
from core.service_log.categories import emergency_categories
from core.service_log.importing import commit_visits, prepare_visits
from core.service_log.model import VisitDraft
from core.service_log.ops import change_visit, confirm_visits, record_group, record_visit, visit_warnings
from core.service_log.sheets import confirm_range, make_sheet
from core.store import Store
from tests.core.grid_people import workbook
from ui.headless.log import _draft

Ledger = tuple[Store, dict[str, str]]
HEAD = ("工号", "姓名", "服务日期", "开始", "结束", "社区", "服务类别", "服务内容", "确认方式", "确认人", "时间性质")


@pytest.fixture
def ledger() -> Ledger:
    store, uids = memory_ledger(), {}
    with store.transact("名册") as tx:
        unit = add_unit(tx, {"name": "会计学院党委"})
        for number, (name, status) in enumerate((("张伟", "ACTIVE"), ("王老", "RETIRED")), start=1):
            uids[name] = save_cadre(tx, {"staff_no": f"{number:04d}", "name": name, "unit_uid": unit, "status": status})
    return store, uids


def draft(uid: str, day: str, start: str = "09:00", end: str = "11:00", **more: Any) -> VisitDraft:
    said = {"community": "经院社区", "category": "宣传政策", "content": "宣讲", "late_reason": "补登", **more}
    return VisitDraft(day, start, end, cadre_uid=uid, **said)


def record(store: Store, given: VisitDraft) -> Any:
    with store.transact("登记") as tx:
        return record_visit(tx, given)


DUTY_OFF = "11月21日（星期六）不是工作日，组织派遣一般在工作日，请核对日期和时间性质。"
ELSEWHERE = "组织派遣一般在联系社区经院社区，本条写的是康园社区，请核对社区和时间性质。"
IN_HOURS = "11月23日（星期一）是工作日，09:00-11:00与工作时间（8:00-12:00、14:00-17:30）重合，本条登记为业余时间，请核对时间性质。"


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"day": "2020-11-21", "track": "DISPATCHED"}, [DUTY_OFF]),
        ({"day": "2020-11-23", "track": "DISPATCHED", "community": "康园社区"}, [ELSEWHERE]),
        ({"day": "2020-11-21", "track": "DISPATCHED", "community": "康园社区"}, [DUTY_OFF, ELSEWHERE]),
        ({"day": "2020-11-23"}, [IN_HOURS]),
        ({"day": "2020-11-21"}, []),  # a Saturday
        ({"day": "2020-09-27", "start": "15:00", "end": "16:00"}, None),  # a Sunday made up for the holiday
        ({"day": "2020-10-01"}, []),  # a Thursday, and a holiday
        ({"day": "2020-11-23", "start": "12:00", "end": "14:00"}, []),  # at noon
        ({"day": "2020-11-22", "start": "22:00", "end": "08:30", "next_day": True}, None),  # into Monday
        ({"day": "2020-11-23", "start": "", "end": "", "minutes": 60}, []),  # hours only
    ],
)
def test_doubts_warn_and_never_block(
    ledger: Ledger, tmp_path: Path, given: dict[str, Any], said: list[str] | None
) -> None:
    store, uids = ledger
    asked = draft(uids["张伟"], **given)
    told = visit_warnings(store, asked, [uids["张伟"]])
    assert told == said if said is not None else len(told) == 1
    if not asked.minutes and not asked.next_day:
        track = "组织派遣" if asked.track == "DISPATCHED" else "业余时间"
        row = (
            "0001", "张伟", asked.served_on, asked.start_at, asked.end_at, asked.community, asked.category,
            asked.content, "", "", track,
        )  # fmt: skip
        prepared = prepare_visits(store, [workbook(tmp_path / "表.xlsx", HEAD, [row])])
        assert [row.remarks for row in prepared.plan.rows] == [told] and not prepared.errors
    assert list(record(store, asked).warnings) == told


def test_who_has_no_working_hours_is_not_asked_and_hours_are_a_setting(ledger: Ledger) -> None:
    store, uids = ledger
    monday = draft(uids["王老"], "2020-11-23")
    assert visit_warnings(store, monday, [uids["王老"]]) == []
    with store.transact("登记") as tx:
        assert record_group(tx, monday, list(uids.values())).warnings == (IN_HOURS,)  # once for all of them
    with store.transact("设置") as tx:
        set_settings(tx, {"work_hours": "10:30—12:00，14:00—17:00"})
    assert len(visit_warnings(store, draft(uids["张伟"], "2020-11-16", "08:00", "10:30"), [uids["张伟"]])) == 0
    with store.transact("设置") as tx:
        set_settings(tx, {"work_hours": ""})
    assert visit_warnings(store, draft(uids["张伟"], "2020-11-16"), [uids["张伟"]]) == []


def test_whether_working_hours_are_asked_about_is_the_status_of_the_day(ledger: Ledger, tmp_path: Path) -> None:
    """Who retires later had working hours then, also in a sheet."""
    store, uids = ledger
    with store.transact("离退休") as tx:
        save_cadre(tx, {"status": "RETIRED"}, uids["张伟"], transfer_on="2020-11-24")
    assert record(store, draft(uids["张伟"], "2020-11-23")).warnings == (IN_HOURS,)
    assert record(store, draft(uids["张伟"], "2020-11-24")).warnings == ()
    rows = [
        ["0001", "张伟", day, "14:00", "16:00", "经院社区", "宣传政策", "宣讲", "社区党组织", "陈书记", "业余时间"]
        for day in ("2020-11-23", "2020-11-24")
    ]
    plan = prepare_visits(store, [workbook(tmp_path / "记录.xlsx", HEAD, rows)]).plan
    assert [any("是工作日" in text for text in row.remarks) for row in plan.rows] == [True, False]


def test_working_days_end_where_the_calendar_ends() -> None:
    assert is_workday(dt.date(2020, 9, 27)) and not is_workday(dt.date(2020, 10, 1))
    assert is_workday(dt.date(2090, 1, 2)) and not is_workday(dt.date(2090, 1, 7))  # by the week
    assert read_hours("8：00～12：00 14:00-17:30") == [(480, 720), (840, 1050)]
    assert read_hours("") == [] and read_hours("上午") is None and read_hours("12:00-8:00") is None


# -- categories


def test_a_category_of_no_list_is_refused_with_those_near(ledger: Ledger) -> None:
    store, uids = ledger
    with pytest.raises(InvalidInput) as problem:
        record(store, draft(uids["张伟"], "2020-11-21", category="志愿服务"))
    text = problem.value.fields["category"]
    assert "“志愿服务”不在清单里" in text and text.index("一般志愿服务") < text.index("宣传政策") and "设置" in text
    with pytest.raises(InvalidInput, match="唱歌"):
        visit_warnings(store, draft(uids["张伟"], "2020-11-21", category="唱歌"), [uids["张伟"]])
    uid = record(store, draft(uids["张伟"], "2020-11-21")).uid
    with pytest.raises(InvalidInput, match="唱歌"), store.transact("改") as tx:
        change_visit(tx, uid, {"category": "唱歌"})
    with store.transact("不再提供") as tx:
        retire_value(tx, "category", "宣传政策")
    with store.transact("改") as tx:
        change_visit(tx, uid, {"content": "另一件事"})  # what it says of old stays
    assert store.value("SELECT category FROM visit") == "宣传政策"


@pytest.mark.parametrize(
    ("answer", "outcome", "category"),
    [("", "asked", None), ("民主议事", "new", "民主议事"), ("empty", "new", ""), ("keep", "new", "唱歌")],
)
def test_a_sheet_asks_once_what_an_unknown_category_is(
    ledger: Ledger, tmp_path: Path, answer: str, outcome: str, category: str | None
) -> None:
    store, _uids = ledger
    rows = [
        ("0001", "张伟", f"2020-11-{day}", "09:00", "11:00", "经院社区", "唱歌", "合唱", "", "", "业余时间")
        for day in (21, 22)
    ]
    answers = {"category:唱歌": answer} if answer else {}
    prepared = prepare_visits(store, [workbook(tmp_path / "表.xlsx", HEAD, rows)], answers=answers)
    assert [row.outcome.value for row in prepared.plan.rows] == [outcome] * 2
    assert [one.id for one in prepared.plan.questions.values()] == ["category:唱歌"]
    if category is None:
        assert not any(line.names == ("唱歌",) for line in figure_table(store, 2020, "category").lines)
        return
    assert all("唱歌" in "".join(row.remarks) for row in prepared.plan.rows)
    commit_visits(store, prepared)
    assert [row[0] for row in store.tuples("SELECT category FROM visit")] == [category] * 2


def test_wartime_is_a_list_of_its_own(ledger: Ledger) -> None:
    store, _uids = ledger
    assert emergency_categories(store) == ("处理突发事件",)
    with store.transact("设置") as tx:
        add_value(tx, "category", "疫情防控")
        add_value(tx, "emergency_category", "疫情防控")
    assert emergency_categories(store) == ("处理突发事件", "疫情防控")
    store.connection.execute("DELETE FROM code_list WHERE list = 'emergency_category'")  # as an older ledger
    assert emergency_categories(store) == ("处理突发事件",)


# -- signers


def test_nobody_confirms_himself_as_the_one_he_served(ledger: Ledger, tmp_path: Path) -> None:
    store, uids = ledger
    own = {"confirm_method": "服务对象", "confirmed_by": "张 伟"}
    with pytest.raises(InvalidInput, match="就是服务的人自己"):
        record(store, draft(uids["张伟"], "2020-11-21", **own))
    record(store, draft(uids["张伟"], "2020-11-15", **{**own, "confirmed_by": "李奶奶"}))
    uid = record(store, draft(uids["张伟"], "2020-11-21")).uid
    with pytest.raises(InvalidInput, match="就是服务的人自己"), store.transact("改") as tx:
        change_visit(tx, uid, own)
    with store.transact("确认") as tx:
        done = confirm_visits(tx, [uid], "服务对象", "张伟")
        number = tx.value("SELECT sheet_no FROM confirm_sheet WHERE uid = ?", (make_sheet(tx, "经院社区", 2020),))
        by_sheet = confirm_range(tx, number, "全部", "张伟", "服务对象")
    assert done.uids == by_sheet.uids == () and all("确认人是本人" in text for text in (*done.left, *by_sheet.left))
    row = (
        "0001",
        "张伟",
        "2020-11-14",
        "09:00",
        "11:00",
        "经院社区",
        "宣传政策",
        "宣讲",
        "服务对象",
        "张伟",
        "业余时间",
    )
    (error,) = prepare_visits(store, [workbook(tmp_path / "表.xlsx", HEAD, [row])]).errors
    assert error["column"] == "确认人" and "就是服务的人自己" in error["message"]


# -- lengths


@pytest.mark.parametrize(
    ("texts", "minutes"),
    [
        ({"hours": "3"}, 180), ({"hours": "1.5"}, 90), ({"minutes": "180"}, 180), ({"minutes": "3小时"}, 180),
        ({"minutes": "90分钟"}, 90), ({"minutes": "1.5小时"}, 90), ({"minutes": "2小时30分"}, 150),
        ({"时长（小时）": "3"}, 180), ({"hours": "3小时"}, 180), ({"minutes": "3分钟"}, 3), ({"时长": "90分钟"}, 90),
    ],
)  # fmt: skip
def test_a_length_by_command_means_what_it_says(ledger: Ledger, texts: dict[str, str], minutes: int) -> None:
    store, _uids = ledger
    values = {"staff_no": "0001", "served_on": "2020-11-21", "content": "宣讲", **texts}
    assert _draft(store, values)["minutes"] == minutes


@pytest.mark.parametrize("text", ["3", "1.5", "14"])
def test_a_small_bare_number_of_minutes_is_asked_back_with_both_readings(ledger: Ledger, text: str) -> None:
    store, _uids = ledger
    with pytest.raises(InvalidInput) as problem:
        _draft(store, {"staff_no": "0001", "served_on": "2020-11-21", "content": "宣讲", "minutes": text})
    said = problem.value.fields["minutes"]
    assert f"{text}分钟还是{text}小时" in said and f"hours={text}" in said and f"minutes={text}分钟" in said


def test_forms_and_sheets_read_the_same_lengths(ledger: Ledger, tmp_path: Path) -> None:
    store, _uids = ledger
    texts = ("3小时", "90分钟", "1.5小时", "2小时30分", "3")
    assert [parse_minutes(text) for text in texts] == [180, 90, 90, 150, 180]
    head = ("工号", "姓名", "服务日期", "时长", "服务内容")
    rows = [("0001", "张伟", f"2020-11-{at + 1}", text, "宣讲") for at, text in enumerate((*texts, 120))]
    prepared = prepare_visits(store, [workbook(tmp_path / "表.xlsx", head, rows)])
    assert [row.write["minutes"] for row in prepared.plan.rows[:5]] == [180, 90, 90, 150, 180]
    (error,) = prepared.errors
    assert "如果是120分钟，请写成 120分钟" in error["message"]
