"""双报告: drafted per branch, edited and marked; sections with the fresh draft beside, and nothing typed is lost."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.reporting import half_year
from core.reporting.model import half_at
from tests.conftest import Dialogs
from tests.ui.checkin_room import cells
from tests.ui.page_room import cramped, open_window
from tests.ui.reporting_room import ctx, page, settle, show, why
from tests.ui.test_shell_window import unnamed
from ui.context import Context
from ui.kit import theme
from ui.kit.listing import export_to
from ui.pages.reporting import ReportingPage

__all__ = ["ctx", "page"]


@pytest.mark.parametrize(
    ("day", "half"),
    [("2020-03-01", 1), ("2020-07-15", 1), ("2020-08-01", 2), ("2020-12-22", 2), ("2021-01-10", 2), ("2019-12-31", 1)],
)
def test_the_half_year_shown_first_is_the_one_that_is_reported_now(day: str, half: int) -> None:
    assert half_at(2020, dt.date.fromisoformat(day)) == half


def test_a_branch_is_drafted_one_is_edited_and_marked(page: ReportingPage, qtbot: Any, dialogs: Dialogs) -> None:
    half = page.half
    assert half.half == 2  # it is November
    assert half.branch is not None and half.row is not None and half.row["state"] == "MISSING"
    half.draft()
    settle(page, qtbot)
    assert half.row["state"] == "DRAFTED" and half.branch.drafted == half.branch.due
    dialogs.expect("保存")
    half.edit().form.put("review", "差距在走访少。")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert half.row["review"] == "差距在走访少。" and half.row["edited_on"]
    dialogs.expect("保存")
    form = half.mark().form
    for key, value in (("reported_on", "2020-07-05"), ("occasion", "组织生活会"), ("signed_by", "周书记")):
        form.put(key, value)
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert half.branch.reported == 1 and half.row["signed_by"] == "周书记"
    half.unmark()
    settle(page, qtbot)
    assert half.branch.reported == 0


def test_what_cannot_be_done_says_why(page: ReportingPage, qtbot: Any) -> None:
    half = page.half
    half.reload(frozenset())
    half._counts = None
    assert why(half, "new") == "正在读取，请稍候。" == why(half, "edit")
    settle(page, qtbot)
    assert why(half, "new") == "" and "先按“起草本支部”" in why(half, "edit") and "先按" in why(half, "report")
    told: list[None] = []
    page.commands_changed.connect(lambda: told.append(None))
    half.draft()
    settle(page, qtbot)
    assert told and why(half, "edit") == "" == why(half, "report") == why(half, "archive")
    assert "还没有登记" in why(half, "unreport") and "一致" in why(half, "figures")
    keys = [one.key for one in page.commands() if one.key]
    assert len(keys) == len(set(keys))


def test_several_people_are_marked_at_once_and_those_marked_before_stay(
    page: ReportingPage, qtbot: Any, dialogs: Dialogs
) -> None:
    half = page.half
    half.draft_all()
    settle(page, qtbot)
    assert half.footer().endswith("应报告 18 = 已报告 0 + 已起草 18 + 未起草 0")
    first = half.row["uid"]
    with page.ctx.store.transact("登记") as tx:
        half_year.mark_reported(tx, [first], "2020-10-01", "主题党日")
    half.reload(frozenset())
    settle(page, qtbot)
    half.list.select_all()
    dialogs.expect("保存")
    half.mark().form.put("reported_on", "2020-11-20")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    days = {row["uid"]: row["reported_on"] for row in half.chosen()}
    assert days.pop(first) == "2020-10-01" and days and set(days.values()) == {"2020-11-20"}
    assert "取消“已报告”" in why(half, "archive")
    half.unmark()
    settle(page, qtbot)
    half.remove()
    settle(page, qtbot)
    assert half.branch.missing == half.branch.due == len(half.chosen())


def test_the_figures_of_the_log_are_taken_where_the_report_says_otherwise(page: ReportingPage, qtbot: Any) -> None:
    half, store = page.half, page.ctx.store
    half.draft()
    settle(page, qtbot)
    served = next(row for row in half.people.source.page(list(half.people.uids)) if row["times"])
    with store.transact("改写") as tx:
        half_year.edit(tx, served["uid"], {"review": "改过。"})
        tx.update("half_year_report", served["uid"], {"times": 0, "minutes": 0})
    half.reload(frozenset())
    settle(page, qtbot)
    half.list.select(served["cadre_uid"])
    assert half.row["log"].startswith(f"{served['times']}次 ") and why(half, "figures") == ""
    half.take_figures()
    settle(page, qtbot)
    assert (half.row["times"], half.row["log"], half.row["review"]) == (served["times"], "", "改过。")


def test_the_lists_look_like_their_neighbours(page: ReportingPage, tmp_path: Path, qtbot: Any) -> None:
    half = page.half
    right = {one.key for one in half.model.columns if one.right}
    assert right == {"due", "reported", "drafted", "missing"}
    assert {one.key for one in half.people.columns if one.right} == {"times", "minutes", "log"}
    before = half.whose.text()
    half.branches.sort_by("due", descending=True)
    counts = [row["due"] for row in half.model.source.page(list(half.model.uids))]
    assert counts == sorted(counts, reverse=True) and half.whose.text() == before  # the branch in hand stays
    half.branches.select(half.model.uid_at(half.model.rowCount() - 1))
    settle(page, qtbot)
    assert half.branch.branch in half.whose.text() and half.people.rowCount() == half.branch.due
    half.branches.opened.emit(half.branches.current_uid())
    assert half.list.right.hasFocus()
    half.draft()
    settle(page, qtbot)
    words = [one.text() for one in half.list.menu().actions()]
    assert words[:2] == ["修改", "登记已报告"]
    export_to(page.ctx, half.listing(), tmp_path / "半年.xlsx", half)
    settle(page, qtbot)
    assert len([line for line in cells(tmp_path / "半年.xlsx") if "下半年" in line]) == 18


def test_another_half_year_is_another_list(page: ReportingPage, qtbot: Any) -> None:
    half = page.half
    half.draft_all()
    settle(page, qtbot)
    half.which.setCurrentIndex(0)
    settle(page, qtbot)
    assert "上半年" in half.footer() and half.row["state"] == "MISSING"
    half.reload(frozenset())  # what was chosen stays until another 年度 is
    assert half.half == 1
    page.ctx.year = 2019
    half.reload(frozenset())
    assert half.half == 2
    settle(page, qtbot)


def test_typed_text_is_kept_until_saved_and_never_overwritten(page: ReportingPage, tmp_path: Path, qtbot: Any) -> None:
    tab = show(page, "yearly", qtbot)
    tab.draft()
    settle(page, qtbot)
    keys = [one.key for one in tab._sections]
    tab.sections.select(keys[3])
    tab.text.setPlainText("各党支部结对一个网格。")
    tab.sections.select(keys[0])
    tab.sections.select(keys[3])
    assert tab.text.toPlainText() == "各党支部结对一个网格。" and "还没有保存" in tab.state.text()
    states = [row["state"] for row in tab.model.source.page(list(tab.model.uids))]
    assert states[3] == "未保存" and set(states) == {"未保存", "与数据相符"} and why(tab, "save") == ""
    said: list[Any] = []
    page.ctx.messages.said.connect(said.append)
    tab.write(tmp_path / "未保存.docx")
    settle(page, qtbot)
    assert said.pop().text == "已写出 未保存.docx。没有保存的修改不在里面。"
    tab.save()
    settle(page, qtbot)
    assert tab.section.text == "各党支部结对一个网格。" and page.ctx.store.local.keys("draft.yearly") == []
    assert why(tab, "save") == "没有未保存的修改。"
    tab.draft()
    settle(page, qtbot)
    assert tab.section.text == "各党支部结对一个网格。" and tab.fresh.toPlainText() == tab.section.fresh
    assert tab.footer().endswith("已起草 1 · 修改过 1")
    for ending in ("docx", "pdf"):
        tab.write(tmp_path / f"年报.{ending}")
        settle(page, qtbot)
    assert (tmp_path / "年报.pdf").stat().st_size > 1000
    assert "各党支部结对一个网格。" in [one.text for one in Document(str(tmp_path / "年报.docx")).paragraphs]


def test_the_cursor_stays_where_one_types(page: ReportingPage, qtbot: Any) -> None:
    tab = show(page, "yearly", qtbot)
    tab.draft()
    settle(page, qtbot)
    tab.sections.opened.emit(tab.sections.current_uid())
    assert tab.text.hasFocus()
    tab.text.moveCursor(tab.text.textCursor().MoveOperation.Start)
    tab.text.insertPlainText("前言。")
    tab.reload(frozenset())
    settle(page, qtbot)
    assert tab.text.toPlainText().startswith("前言。") and tab.text.textCursor().position() == 3 and tab.text.hasFocus()
    qtbot.keyClick(tab.text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    settle(page, qtbot)
    assert tab.section.text.startswith("前言。") and "\n" not in tab.text.toPlainText()[:4]
    qtbot.keyClick(tab.text, Qt.Key.Key_Tab)
    assert not tab.text.hasFocus() and "\t" not in tab.text.toPlainText()


def test_a_section_is_drafted_anew_only_after_showing_the_change_and_comes_back_by_undo(
    page: ReportingPage, qtbot: Any, dialogs: Dialogs
) -> None:
    tab = show(page, "yearly", qtbot)
    assert "还没有起草" in why(tab, "redraft") and tab.redraft() is None
    tab.draft()
    settle(page, qtbot)
    assert tab.redraft() is None  # the text says what the figures say
    tab.text.setPlainText("自己写的一句。")
    assert tab.redraft() is None and "请先保存" in why(tab, "redraft")  # undo could not bring back what is not saved
    tab.save()
    settle(page, qtbot)
    dialogs.expect("不改")
    assert "删去　自己写的一句。" in tab.redraft().changes.toPlainText()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert tab.section.text == "自己写的一句。"
    dialogs.expect("重新起草")
    assert "换上　" in tab.redraft().changes.toPlainText()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert tab.text.toPlainText() == tab.section.fresh and tab.section.edited_on == ""
    page.ctx.store.undo()
    tab.reload(frozenset())
    settle(page, qtbot)
    assert tab.text.toPlainText() == "自己写的一句。"


def test_another_report_never_takes_what_was_typed_into_this_one(page: ReportingPage, qtbot: Any) -> None:
    tab = show(page, "yearly", qtbot)
    tab.draft()
    settle(page, qtbot)
    tab.whose.setCurrentIndex(1)
    assert tab.text.isReadOnly() and tab.section is None  # until the other is read
    tab.whose.setCurrentIndex(0)
    settle(page, qtbot)
    tab.text.setPlainText("全校的一句。")
    tab.whose.setCurrentIndex(1)
    settle(page, qtbot)
    assert "全校的一句。" not in tab.text.toPlainText() and tab.unit_uid
    tab.whose.setCurrentIndex(0)
    settle(page, qtbot)
    assert tab.text.toPlainText() == "全校的一句。"


@pytest.mark.parametrize("points", [10, 14])
def test_every_tab_has_its_room_and_every_input_its_name(
    dressed: QApplication, ctx: Context, qtbot: Any, points: int
) -> None:
    theme.apply(dressed, dark=points == 14, points=points)
    window = open_window(ctx, qtbot, "reporting")
    page = window.page
    assert isinstance(page, ReportingPage)
    for code in page.pages:
        show(page, code, qtbot)
        qtbot.waitUntil(lambda: cramped(page) == [])  # a layout shows what it was given with the next turn of the loop
        assert unnamed(page) == [], code
    bar = page.half.branches.right
    head = bar.horizontalHeader()
    assert head.length() <= bar.viewport().width() + 1, "the counts of the branches stand whole"
