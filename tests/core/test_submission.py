"""报送台账: what a year asks for, what came in which version and when, who owes, and the words to remind them."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import InvalidInput, Refused, Stale
from core.ledger import memory_ledger
from core.org.ops import add_branch, add_unit, archive_branch, archive_unit
from core.org.settings import set_settings
from core.sheet.plain import commit_plain, prepare_plain
from core.sheet.writing import write_sheet
from core.store import Store
from core.submission.entities import SUBMISSIONS, TASKS
from core.submission.ops import (
    change_submission,
    prepare_year,
    receive,
    remove_submission,
    remove_task,
    save_submission,
    save_task,
)
from core.submission.queries import (
    ledger_rows,
    missing,
    overdue_tasks,
    reminder_text,
    submission_rows,
    task_rows,
    unit_rows,
    versions,
)
from tests.core.grid_people import workbook
from tests.core.roster_sheets import tally

Book = tuple[Store, dict[str, str]]


@pytest.fixture
def book() -> Book:
    """会计学院党委 with two branches, 机关党委 with one; the tasks of 2020 by name."""
    store, uids = memory_ledger(), {}
    with store.transact("机构") as tx:
        for unit, branches in (
            ("会计学院党委", ("教工第一党支部", "教工第二党支部")),
            ("机关党委", ("机关第一党支部",)),
        ):
            uids[unit] = add_unit(tx, {"name": unit})
            for name in branches:
                uids[name] = add_branch(tx, {"unit_uid": uids[unit], "name": name})
        assert prepare_year(tx, 2020) == 5
    uids |= {row["name"]: row["uid"] for row in task_rows(store, 2020)}
    return store, uids


def send(book: Book, task: str, unit: str, branch: str = "", on: str = "2020-08-01", **more: object) -> str:
    store, uids = book
    with store.transact("收到报送") as tx:
        return receive(tx, uids[task], uids[unit], uids.get(branch), {"sent_on": on, **more})


def verdicts(book: Book, task: str) -> list[tuple[str, str, str, int]]:
    store, uids = book
    return [(row["unit"], row["branch"], row["verdict"], row["version"]) for row in ledger_rows(store, uids[task])]


def test_a_year_begins_with_the_tasks_of_the_calendar_once(book: Book) -> None:
    store, _ = book
    assert [(row["name"], row["level"], row["due_on"], row["due"]) for row in task_rows(store, 2020)] == [
        ("信息采集表", "UNIT", "2020-08-10", 2),
        ("双报到情况", "BRANCH", "2020-08-10", 3),
        ("下半年双报告", "BRANCH", "2020-12-31", 3),
        ("考核评价表", "BRANCH", "2020-12-31", 3),
        ("年度工作总结", "UNIT", "2020-12-25", 2),
    ]
    with store.transact("再来") as tx:
        assert (prepare_year(tx, 2020), prepare_year(tx, 2021)) == (0, 6)
    assert len(task_rows(store)) == 11
    assert min(row["due_on"] for row in task_rows(store)) >= "2020-08-03"  # the day the policy was issued


def test_what_was_due_before_the_ledger_was_begun_is_not_overdue_at_once(book: Book) -> None:
    store, _ = book  # begun on 2020-11-24
    assert overdue_tasks(store, 2020, "2020-11-24") == []
    late = overdue_tasks(store, 2020, "2021-01-05")
    assert [row["name"] for row in late] == ["下半年双报告", "考核评价表", "年度工作总结"]
    with store.transact("八月就有的台账") as tx:
        set_settings(tx, {"begun_on": "2020-08-03"})
    assert [row["name"] for row in overdue_tasks(store, 2020, "2020-08-11")] == ["信息采集表", "双报到情况"]


def test_versions_follow_and_the_first_decides_whether_it_was_late(book: Book) -> None:
    store, uids = book
    send(book, "双报到情况", "会计学院党委", "教工第一党支部", "2020-08-10", sender="李娜", form="电子")
    send(book, "双报到情况", "会计学院党委", "教工第一党支部", "2020-08-20", sender="张伟")
    send(book, "双报到情况", "机关党委", "机关第一党支部", "2020-08-11")
    assert verdicts(book, "双报到情况") == [
        ("会计学院党委", "教工第一党支部", "ON_TIME", 2),
        ("会计学院党委", "教工第二党支部", "MISSING", 0),
        ("机关党委", "机关第一党支部", "LATE", 1),
    ]
    newest = ledger_rows(store, uids["双报到情况"])[0]
    assert (newest["sent_on"], newest["first_on"], newest["sender"]) == ("2020-08-20", "2020-08-10", "张伟")
    all_of = versions(store, uids["双报到情况"], uids["会计学院党委"], uids["教工第一党支部"])
    assert [(row["version"], row["sender"]) for row in all_of] == [(2, "张伟"), (1, "李娜")]
    (row,) = [one for one in task_rows(store, 2020) if one["name"] == "双报到情况"]
    assert (row["due"], row["sent"], row["late"]) == (3, 2, 1)
    assert [
        (one["unit"], one["due"], one["sent"], one["late"], one["missing"])
        for one in unit_rows(store, uids["双报到情况"])
    ] == [
        ("会计学院党委", 2, 1, 0, "教工第二党支部"),
        ("机关党委", 1, 1, 1, ""),
    ]
    store.undo()
    assert verdicts(book, "双报到情况")[2][2] == "MISSING"


def test_who_owes_and_the_message_to_paste(book: Book) -> None:
    store, uids = book
    assert [row["unit"] for row in missing(store, uids["信息采集表"])] == ["会计学院党委", "机关党委"]
    send(book, "信息采集表", "机关党委")
    assert reminder_text(store, uids["信息采集表"]) == (
        "截至2020年11月24日，2020年“信息采集表”尚有1家未报送：会计学院党委。"
        "截止日期为2020年8月10日，请尽快报送。湖北经济学院党委组织部"
    )
    assert "会计学院党委（教工第一党支部、教工第二党支部）；机关党委（机关第一党支部）。请于2020年12月31日前报送" in (
        reminder_text(store, uids["考核评价表"])
    )
    own = [row for row in ledger_rows(store, uids["考核评价表"]) if row["unit"] == "机关党委"]
    assert "尚有1家未报送：机关党委（机关第一党支部）" in reminder_text(store, uids["考核评价表"], own)
    send(book, "信息采集表", "会计学院党委")
    assert reminder_text(store, uids["信息采集表"]) == "2020年“信息采集表”已全部报齐。"


def test_who_has_closed_owes_nothing_and_what_he_sent_stays(book: Book) -> None:
    store, uids = book
    send(book, "双报到情况", "会计学院党委", "教工第一党支部", "2020-08-10")
    with store.transact("撤销") as tx:
        for name in ("教工第一党支部", "教工第二党支部"):
            archive_branch(tx, uids[name], "2020-09-01")
        archive_unit(tx, uids["机关党委"], "2020-09-01")
    assert verdicts(book, "双报到情况") == [("会计学院党委", "教工第一党支部", "ON_TIME", 1)]
    assert verdicts(book, "下半年双报告") == [] and missing(store, uids["年度工作总结"])[0]["unit"] == "会计学院党委"
    with pytest.raises(InvalidInput, match="教工第二党支部已于2020-09-01撤销"):
        send(book, "下半年双报告", "会计学院党委", "教工第二党支部", "2020-11-01")
    assert send(book, "双报到情况", "会计学院党委", "教工第二党支部", "2020-08-09")  # entered later, sent in time


def test_what_cannot_be_received(book: Book) -> None:
    store, uids = book
    for task, unit, branch, day, key in (
        ("双报到情况", "会计学院党委", "", "2020-08-01", "branch"),
        ("双报到情况", "会计学院党委", "机关第一党支部", "2020-08-01", "branch"),
        ("信息采集表", "会计学院党委", "", "2020-12-01", "sent_on"),
        ("信息采集表", "会计学院党委", "", "", "sent_on"),
    ):
        with pytest.raises(InvalidInput) as told:
            send(book, task, unit, branch, day)
        assert list(told.value.fields) == [key]
    with pytest.raises(Stale), store.transact("无") as tx:
        receive(tx, "gone", uids["会计学院党委"], None, {})
    with pytest.raises(Stale), store.transact("无") as tx:
        receive(tx, uids["信息采集表"], "gone", None, {})
    assert submission_rows(store) == []


def test_tasks_are_data(book: Book) -> None:
    store, uids = book
    with store.transact("事项") as tx:
        uid = save_task(tx, None, {"year": 2020, "name": "专项报告", "level": "UNIT", "due_on": "2020-10-01"})
        save_task(tx, uid, {"due_on": "2020-10-15", "level": "BRANCH"})
    assert [(row["name"], row["due_on"], row["due"]) for row in task_rows(store, 2020)][-1] == (
        "专项报告",
        "2020-10-15",
        3,
    )
    for values, key in (
        ({"year": 2020, "name": "信息采集表", "level": "UNIT"}, "name"),
        ({"year": 2020, "name": "", "level": "UNIT"}, "name"),
        ({"year": 20, "name": "新", "level": "UNIT"}, "year"),
        ({"year": 2020, "name": "新", "level": "SCHOOL"}, "level"),
    ):
        with pytest.raises(InvalidInput) as told, store.transact("事项") as tx:
            save_task(tx, None, values)
        assert list(told.value.fields) == [key]
    sent = send(book, "信息采集表", "机关党委")
    with pytest.raises(Refused, match="已收到1份报送，不能删除"), store.transact("删") as tx:
        remove_task(tx, uids["信息采集表"])
    with pytest.raises(Refused, match="不能再改由谁报送"), store.transact("改") as tx:
        save_task(tx, uids["信息采集表"], {"level": "BRANCH"})
    with store.transact("删") as tx:
        change_submission(tx, sent, {"note": "补盖章"})
        remove_submission(tx, sent)
        remove_task(tx, uids["信息采集表"])
    assert "信息采集表" not in [row["name"] for row in task_rows(store, 2020)]


def test_sheets_of_what_was_sent_go_in_and_come_back_unchanged(book: Book, tmp_path: Path) -> None:
    store, _ = book
    head = ("报送材料", "单位", "支部", "报送时间", "报送人", "报送形式", "版本")
    lines = [
        ("双报到情况", "会计学院", "教工第一党支部", "2020.8.9", "李娜", "电子", ""),
        ("双报到情况", "会计学院", "教工第一党支部", "2020.8.19", "李娜", "纸质", "2"),
        ("信息采集表", "机关党委", "", "2020-8-1", "", "", ""),
        ("信息采集表", "机关党委", "", "2020-12-1", "", "", "2"),
        ("没有的事项", "机关党委", "", "2020-8-1", "", "", ""),
        ("双报到情况", "机关党委", "", "2020-8-1", "", "", ""),
    ]
    path = workbook(tmp_path / "报送.xlsx", head, lines)
    prepared = prepare_plain(store, SUBMISSIONS, [path])
    assert tally(prepared) == {"new": 3, "wrong": 3}
    words = "".join(one["message"] for one in prepared.errors)
    assert "报送日期2020-12-01还没有到" in words and "2020年没有名为“没有的事项”的报送事项" in words
    assert "“双报到情况”由党支部报送，请填写党支部。" in words
    commit_plain(store, prepared, SUBMISSIONS, skip_bad=True)
    assert [
        (row["task"], row["unit"], row["branch"], row["version"], row["form"]) for row in submission_rows(store)
    ] == [
        ("信息采集表", "机关党委", "", 1, ""),
        ("双报到情况", "会计学院党委", "教工第一党支部", 1, "电子"),
        ("双报到情况", "会计学院党委", "教工第一党支部", 2, "纸质"),
    ]
    for entity, rows, number in ((SUBMISSIONS, submission_rows(store), 3), (TASKS, task_rows(store), 5)):
        write_sheet(entity.spec, rows, tmp_path / "导出.xlsx")
        assert tally(prepare_plain(store, entity, [tmp_path / "导出.xlsx"])) == {"unchanged": number}


def test_an_entry_by_names_takes_the_next_version(book: Book) -> None:
    store, _ = book
    values = {"task": "信息采集表", "unit": "机关党委", "sent_on": "2020-08-01"}
    with store.transact("登记") as tx:
        first, second = (save_submission(tx, None, values) for _ in range(2))
        save_submission(tx, second, {"sender": "张伟"})
    assert [(row["uid"], row["version"], row["sender"]) for row in submission_rows(store, 2020)] == [
        (first, 1, ""),
        (second, 2, "张伟"),
    ]


def test_a_version_is_received_once(book: Book) -> None:
    store, uids = book
    send(book, "信息采集表", "机关党委")
    with pytest.raises(InvalidInput, match="第1版已于"), store.transact("再收") as tx:
        receive(tx, uids["信息采集表"], uids["机关党委"], None, {"version": 1})
