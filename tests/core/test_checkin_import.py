"""Check-ins from sheets: one row a track, a group of columns a track, 双报到, one-person forms, what was exported."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.base.errors import Refused
from core.checkin.importing import commit_checkins, prepare_checkins
from core.checkin.model import CHECKIN, CheckinDraft
from core.checkin.ops import check_in
from core.checkin.queries import checkin_rows
from core.roster.ops import archive_cadre, save_cadre
from core.sheet.importing import Prepared
from core.sheet.writing import write_sheet
from core.store import Store
from tests.core.grid_people import workbook
from tests.core.log_people import ledger
from tests.core.roster_sheets import tally

HEAD = ("工号", "姓名", "单位", "报到类别", "报到日期", "区", "街道", "社区", "网格/岗位", "经办人", "回执")
ZHANG = (
    "0001",
    "张伟",
    "会计学院",
    "个人报到",
    "2020-8-5",
    "洪山区",
    "关山街道",
    "康园社区",
    "第7网格",
    "陈书记",
    "2020.8.9",
)
LI = ("0002", "李娜", "会计学院", "组织派遣报到", "2020年8月6日", "", "", "", "", "", "")


class Desk:
    """A ledger, and sheets for it."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.store, self.uids = ledger()
        with self.store.transact("住址") as tx:
            home = {"district": "洪山区", "street": "关山街道", "community": "康园社区"}
            save_cadre(tx, home, self.uids["张伟"])

    def look(self, *rows: Sequence[Any], head: Sequence[str] = HEAD, **options: Any) -> Prepared:
        path = workbook(self.folder / f"{len(list(self.folder.iterdir()))}.xlsx", head, rows)
        return prepare_checkins(self.store, [path], **options)

    def take(self, *rows: Sequence[Any], **options: Any) -> Prepared:
        prepared = self.look(*rows, **options)
        commit_checkins(self.store, prepared)
        return prepared

    def rows(self, *keys: str) -> list[tuple[Any, ...]]:
        return [tuple(row[key] for key in keys) for row in checkin_rows(self.store)]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def said(prepared: Prepared) -> str:
    return "".join(one["message"] for one in prepared.errors)


def test_rows_become_checkins_and_the_same_again_changes_nothing(desk: Desk) -> None:
    assert tally(desk.take(ZHANG, LI)) == {"new": 2}
    assert desk.rows("name", "track", "checked_on", "community", "place", "handler", "receipt_on", "source") == [
        ("张伟", "HOME", "2020-08-05", "康园社区", "第7网格", "陈书记", "2020-08-09", "IMPORTED"),
        ("李娜", "ASSIGNED", "2020-08-06", "经院社区", "", "", "", "IMPORTED"),
    ]
    assert tally(desk.look(ZHANG, LI)) == {"unchanged": 2}
    changed = desk.take((*ZHANG[:7], "康园社区居委会", "第8网格", "", ""), LI)
    assert tally(changed) == {"updated": 1, "unchanged": 1}
    assert [(one.key, one.old, one.new) for one in changed.plan.rows[0].changes] == [("place", "第7网格", "第8网格")]
    assert desk.rows("place", "handler")[0] == ("第8网格", "陈书记")  # an empty cell erases nothing
    desk.store.undo()
    assert desk.rows("place")[0] == ("第7网格",)


def test_another_community_for_the_same_checkin_is_told_and_corrected(desk: Desk) -> None:
    desk.take(ZHANG)
    moved = desk.take((*ZHANG[:5], "", "", "藏龙社区", *ZHANG[8:]))
    assert [(one.key, one.old, one.new) for one in moved.plan.rows[0].changes] == [
        ("community", "康园社区", "藏龙社区")
    ]
    assert desk.rows("community", "district") == [("藏龙社区", "")]


def test_what_was_exported_comes_back_unchanged(desk: Desk) -> None:
    desk.take(ZHANG, LI)
    with desk.store.transact("迁居") as tx:
        draft = CheckinDraft(desk.uids["张伟"], "HOME", "2020-08-05", "藏龙社区", replace=True, note="同一天搬家")
        check_in(tx, draft)
    rows = checkin_rows(desk.store)
    assert len(rows) == 3
    write_sheet(CHECKIN, rows, desk.folder / "导出.xlsx")
    back = prepare_checkins(desk.store, [desk.folder / "导出.xlsx"])
    assert (tally(back), back.errors, back.unmapped) == ({"unchanged": 3}, [], [])
    # and into an empty ledger, open and ended, in whatever order the rows stand
    for order in (rows, rows[::-1]):
        other = Desk(desk.folder)
        write_sheet(CHECKIN, order, desk.folder / "反序.xlsx")
        prepared = prepare_checkins(other.store, [desk.folder / "反序.xlsx"])
        assert (tally(prepared), prepared.errors) == ({"new": 3}, [])
        commit_checkins(other.store, prepared)
        keys = ("name", "track", "community", "checked_on", "ended_on", "end_reason", "note", "receipt_on", "state")
        assert sorted(other.rows(*keys)) == sorted(desk.rows(*keys))


@pytest.mark.parametrize(
    ("word", "track"),
    [
        ("派遣", "ASSIGNED"),
        ("组织派遣", "ASSIGNED"),
        ("联系社区报到", "ASSIGNED"),
        ("居住地报到", "HOME"),
        ("居住地", "HOME"),
        (" 个人 报到 ", "HOME"),
        ("HOME", "HOME"),
    ],
)
def test_words_for_the_tracks(desk: Desk, word: str, track: str) -> None:
    desk.take((*LI[:3], word, "2020-8-6", "", "", "经院社区", "", "", ""))
    assert desk.rows("track") == [(track,)]


def test_a_word_for_no_track_is_wrong(desk: Desk) -> None:
    prepared = desk.look((*ZHANG[:3], "云报到", *ZHANG[4:]))
    assert "报到类别读不出：“云报到”，请改成组织派遣报到、个人报到、双报到中的一个。" in said(prepared)
    with pytest.raises(Refused):
        commit_checkins(desk.store, prepared)


def test_columns_of_both_tracks_side_by_side(desk: Desk) -> None:
    head = ("姓名", "派遣报到日期", "个人报到日期", "居住社区", "网格", "我方联系人")
    assert tally(desk.take(("张伟", "2020-8-6", "2020-8-5", "藏龙社区", "第7网格", "李老师"), head=head)) == {"new": 2}
    assert desk.rows("track", "checked_on", "community", "place", "our_contact") == [
        ("HOME", "2020-08-05", "藏龙社区", "第7网格", "李老师"),
        ("ASSIGNED", "2020-08-06", "经院社区", "", "李老师"),
    ]
    again = desk.look(
        ("张伟", "2020-8-6", "2020-8-5", "藏龙社区", "第7网格", ""), ("李娜", "2020-8-6", "", "", "", ""), head=head
    )
    assert tally(again) == {"unchanged": 2, "new": 1}


def test_column_groups_under_merged_heads(desk: Desk) -> None:
    book = openpyxl.Workbook()
    page = book.active
    page.append(["序号", "姓名", "工号", "组织派遣报到", "", "", "个人报到", "", ""])
    page.append(["", "", "", "报到时间", "社区", "经办人", "报到时间", "社区", "经办人"])
    page.append([1, "张伟", "0001", "2020.8.6", "经院社区", "陈书记", "2020.8.5", "康园社区", "王主任"])
    page.append([2, "李娜", "0002", "", "", "", "2020.8.7", "藏龙社区", "赵主任"])
    for area in ("A1:A2", "B1:B2", "C1:C2", "D1:F1", "G1:I1"):
        page.merge_cells(area)
    book.save(desk.folder / "分组.xlsx")
    prepared = prepare_checkins(desk.store, [desk.folder / "分组.xlsx"])
    assert (tally(prepared), prepared.errors) == ({"new": 3}, [])
    commit_checkins(desk.store, prepared)
    assert desk.rows("name", "track", "community", "handler") == [
        ("张伟", "HOME", "康园社区", "王主任"),
        ("张伟", "ASSIGNED", "经院社区", "陈书记"),
        ("李娜", "HOME", "藏龙社区", "赵主任"),
    ]


def test_shuangbaodao_is_both_if_both_communities_are_told_else_asked(desk: Desk) -> None:
    told = (*ZHANG[:3], "双报到", "2020-8-5", "", "", "经院社区、康园社区", "第7网格", "", "")
    open_ = (*LI[:3], "双报到", "2020-8-6", "", "", "藏龙社区", "", "", "")
    prepared = desk.look(told, open_)
    assert tally(prepared) == {"new": 2, "asked": 1}
    (asked,) = prepared.asked
    assert (asked["id"], asked["answer"], list(asked["options"])) == ("both", "", ["BOTH", "HOME", "ASSIGNED"])
    assert tally(desk.take(told, open_, answers={"both": "BOTH"})) == {"new": 4}
    assert desk.rows("name", "track", "community", "place") == [
        ("张伟", "HOME", "康园社区", "第7网格"),
        ("张伟", "ASSIGNED", "经院社区", ""),
        ("李娜", "HOME", "藏龙社区", ""),
        ("李娜", "ASSIGNED", "经院社区", ""),
    ]
    assert tally(desk.look(open_, answers={"both": "HOME"})) == {"unchanged": 1}


def test_a_sheet_without_tracks_is_asked_once(desk: Desk) -> None:
    head, rows = (
        ("工号", "姓名", "报到时间", "社区"),
        [("0001", "张伟", "2020-8-5", ""), ("0002", "李娜", "2020-8-5", "藏龙社区")],
    )
    prepared = desk.look(*rows, head=head)
    assert tally(prepared) == {"asked": 2} and [one["id"] for one in prepared.asked] == ["track"]
    assert tally(desk.take(*rows, head=head, answers={"track": "HOME"})) == {"new": 2}
    assert desk.rows("track", "community") == [("HOME", "康园社区"), ("HOME", "藏龙社区")]


def test_a_form_of_one_person_reads_as_one_row(desk: Desk) -> None:
    book = openpyxl.Workbook()
    page = book.active
    for line in (
        ["党员干部下沉社区报到登记表", "", "", ""],
        ["姓名", "张伟", "工号", "0001"],
        ["报到类别", "□组织派遣报到 ☑个人报到", "报到日期", "2020年8月5日"],
        ["街道", "关山街道", "报到社区", "康园社区"],
        ["网格/岗位", "第7网格", "经办人", "陈书记"],
    ):
        page.append(line)
    page.merge_cells("A1:D1")
    book.save(desk.folder / "张伟.xlsx")
    prepared = prepare_checkins(desk.store, [desk.folder / "张伟.xlsx"])
    assert (tally(prepared), prepared.errors) == ({"new": 1}, [])
    commit_checkins(desk.store, prepared)
    assert desk.rows("name", "track", "checked_on", "street", "community", "place", "handler") == [
        ("张伟", "HOME", "2020-08-05", "关山街道", "康园社区", "第7网格", "陈书记")
    ]


def test_conflicts_are_told_row_by_row_and_the_rest_can_go_in(desk: Desk) -> None:
    desk.take(ZHANG)
    later = (*ZHANG[:4], "2020-9-1", "", "", "藏龙社区", "", "", "")
    prepared = desk.look(later, LI)
    assert tally(prepared) == {"wrong": 1, "new": 1}
    assert "张伟（会计学院党委，工号0001）已有2020-08-05的个人报到，还没有注销" in said(prepared)
    commit_checkins(desk.store, prepared, skip_bad=True)
    assert desk.rows("name") == [("张伟",), ("李娜",)]


def test_two_open_ones_in_one_sheet_are_found_before_writing(desk: Desk) -> None:
    later = (*ZHANG[:4], "2020-9-1", "", "", "藏龙社区", "", "", "")
    prepared = desk.look(ZHANG, later)
    assert tally(prepared) == {"new": 1, "wrong": 1}
    # told as ended in the same sheet there is room, in whatever order the rows stand
    head = (*HEAD, "注销日期", "注销原因")
    ended = (*ZHANG, "2020-9-1", "迁居")
    assert tally(desk.look(ended, (*later, "", ""), head=head)) == {"new": 2}
    assert tally(desk.take((*later, "", ""), ended, head=head)) == {"new": 2}
    assert sorted(desk.rows("checked_on", "ended_on", "end_reason")) == [
        ("2020-08-05", "2020-09-01", "迁居"),
        ("2020-09-01", "", ""),
    ]


def test_a_sheet_may_end_an_old_one_and_bring_the_new_one(desk: Desk) -> None:
    desk.take(ZHANG)
    head = (*HEAD, "注销日期", "注销原因")
    later = (*ZHANG[:4], "2020-9-1", "", "", "藏龙社区", "", "", "", "", "")
    assert tally(desk.take(later, (*ZHANG, "2020-9-1", "迁居"), head=head)) == {"updated": 1, "new": 1}
    assert [row[0] for row in desk.rows("state")] == ["ENDED", "CHECKED_IN"]


def test_an_older_one_of_the_same_day_is_not_taken_for_the_open_one(desk: Desk) -> None:
    desk.take(ZHANG)
    head = (*HEAD, "注销日期", "注销原因")
    before = (*ZHANG[:7], "藏龙社区", "", "", "", "2020-8-5", "迁居")
    assert tally(desk.take(before, (*ZHANG, "", ""), head=head)) == {"new": 1, "unchanged": 1}
    assert sorted(desk.rows("community", "state")) == [("康园社区", "PLACED"), ("藏龙社区", "ENDED")]


def test_the_same_row_twice_is_taken_once_and_two_that_differ_are_wrong(desk: Desk) -> None:
    prepared = desk.look(ZHANG, ZHANG, (*ZHANG[:8], "第9网格", "", ""))
    assert tally(prepared) == {"new": 1, "skipped": 1, "wrong": 1}
    assert "张伟2020-08-05的个人报到在第2行已经出现过" in said(prepared)


def test_who_is_meant(desk: Desk) -> None:
    with desk.store.transact("同名") as tx:
        save_cadre(tx, {"staff_no": "0008", "name": "张伟", "unit_uid": desk.uids["离退休"]})
        save_cadre(tx, {"staff_no": "0009", "name": "赵走", "unit_uid": desk.uids["会计"]})
        archive_cadre(tx, tx.value("SELECT uid FROM cadre WHERE name = '赵走'"), "2020-08-01", "调离")
    head = ("工号", "姓名", "单位", "报到类别", "报到日期", "社区")
    rest = ("个人报到", "2020-8-5", "藏龙社区")
    prepared = desk.look(
        ("", "张伟", "会计学院", *rest),
        ("", "张伟", "", *rest),
        ("0001", "李娜", "", *rest),
        ("0077", "无人", "", *rest),
        ("0009", "赵走", "", *rest),
        head=head,
    )
    assert [one.outcome.value for one in prepared.plan.rows] == ["new", "wrong", "wrong", "wrong", "wrong"]
    text = said(prepared)
    assert "名册里有2人叫张伟（会计学院党委工号0001、离退休党委工号0008），请写明工号。" in text
    assert "工号0001在名册里是张伟，这里写的是李娜" in text and "名册里没有工号0077（无人）" in text
    assert "赵走（会计学院党委，工号0009）已于2020-08-01归档" in text
    robbed = desk.look((2, "李娜", "", *rest), head=head)
    assert tally(robbed) == {"new": 1} and "工号2少了前面的0，按名册里同名的工号0002计。" in str(robbed.remarks)


@pytest.mark.parametrize(
    ("row", "words"),
    [
        ((*ZHANG[:4], "", *ZHANG[5:]), "没有报到日期"),
        ((*ZHANG[:4], "2021-8-5", *ZHANG[5:]), "报到日期2021-08-05还没有到"),
        ((*ZHANG[:4], "8月32日", *ZHANG[5:]), "报到日期"),
        ((*LI[:3], "个人报到", "2020-8-5", "", "", "", "", "", ""), "名册里没有他居住的社区"),
        ((*LI[:3], "派遣", "2020-8-5", "", "", "康园社区", "", "", ""), "组织派遣报到只能到联系社区（经院社区）"),
        ((*ZHANG[:7], "康园社区、藏龙社区", "", "", ""), "一格里写了几个社区（康园社区、藏龙社区）"),
        ((*ZHANG[:10], "2020-8-1"), "回执日期2020-08-01早于报到日期2020-08-05"),
    ],
)
def test_what_cannot_be_is_told_at_its_row(desk: Desk, row: tuple[str, ...], words: str) -> None:
    prepared = desk.look(row)
    assert words in said(prepared) and prepared.errors[0]["row"] == 2
    assert tally(prepared) == {"wrong": 1}


def test_many_people_at_one_new_community_make_it_once(desk: Desk) -> None:
    store: Store = desk.store
    with store.transact("名册") as tx:
        for number in range(300):
            save_cadre(tx, {"staff_no": f"8{number:03d}", "name": "李多", "unit_uid": desk.uids["会计"]})
    rows = [
        (f"8{number:03d}", "李多", "", "个人报到", "2020-8-5", "", "", "藏龙社区", "", "", "") for number in range(300)
    ]
    assert tally(desk.take(*rows)) == {"new": 300}
    assert store.value("SELECT count(*) FROM community WHERE name = '藏龙社区'") == 1
