"""双报告: drafted per branch, edited and marked; sections with the fresh draft beside; a pasted list as a table."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from docx import Document
from PySide6.QtWidgets import QApplication

from tests.conftest import Dialogs
from tests.factory import visits
from tests.ui.checkin_room import cells
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.pages.reporting import ReportingPage


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    for made in ledger_context(people=24):
        visits(made.store, 150)
        yield made


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> ReportingPage:
    found = open_window(ctx, qtbot, "reporting").page
    assert isinstance(found, ReportingPage)
    settle(found, qtbot)
    return found


def settle(page: ReportingPage, qtbot: Any) -> None:
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def test_a_branch_is_drafted_one_is_edited_and_marked(page: ReportingPage, qtbot: Any, dialogs: Dialogs) -> None:
    half = page.half
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


def test_typed_text_is_kept_until_saved_and_never_overwritten(page: ReportingPage, tmp_path: Path, qtbot: Any) -> None:
    page.apply_filter(tab="yearly")
    tab = page.yearly
    settle(page, qtbot)
    tab.draft()
    settle(page, qtbot)
    tab.sections.setCurrentRow(3)
    tab.text.setPlainText("各党支部结对一个网格。")
    tab.sections.setCurrentRow(0)
    tab.sections.setCurrentRow(3)
    assert tab.text.toPlainText() == "各党支部结对一个网格。" and "没有保存" in tab.state.text()
    tab.save()
    settle(page, qtbot)
    assert tab.section.text == "各党支部结对一个网格。" and page.ctx.store.local.keys("draft.yearly") == []
    tab.draft()
    settle(page, qtbot)
    assert tab.section.text == "各党支部结对一个网格。" and tab.fresh.toPlainText() == tab.section.fresh
    for ending in ("docx", "pdf"):
        tab.write(tmp_path / f"年报.{ending}")
        settle(page, qtbot)
    assert (tmp_path / "年报.pdf").stat().st_size > 1000
    assert "各党支部结对一个网格。" in [one.text for one in Document(str(tmp_path / "年报.docx")).paragraphs]


def test_a_section_is_drafted_anew_only_after_showing_the_change_and_comes_back_by_undo(
    page: ReportingPage, qtbot: Any, dialogs: Dialogs
) -> None:
    page.apply_filter(tab="yearly")
    tab = page.yearly
    settle(page, qtbot)
    tab.draft()
    settle(page, qtbot)
    assert tab.redraft() is None  # the text says what the figures say
    tab.text.setPlainText("自己写的一句。")
    assert tab.redraft() is None  # typed and not saved: undo could not bring it back
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
    tab.reload()
    settle(page, qtbot)
    assert tab.text.toPlainText() == "自己写的一句。"


def test_another_report_never_takes_what_was_typed_into_this_one(page: ReportingPage, qtbot: Any) -> None:
    page.apply_filter(tab="yearly")
    tab = page.yearly
    settle(page, qtbot)
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


def test_a_pasted_list_is_a_table_a_workbook_and_notes(page: ReportingPage, tmp_path: Path, qtbot: Any) -> None:
    page.apply_filter(tab="results")
    tab = page.results
    tab.names.setPlainText("0001\n查无此人\n0002")
    tab.years.setText("去年")
    tab.show_list()
    assert "读不出" in tab.note.text() and tab.table.rowCount() == 0
    tab.years.setText("2020-2021")
    tab.show_list()
    assert tab.table.rowCount() == 4 and "查无此人" in tab.note.text()
    tab.write_book(tmp_path / "结果.xlsx")
    tab.write_notes(tmp_path / "材料.docx")
    settle(page, qtbot)
    assert "0001" in cells(tmp_path / "结果.xlsx")[2]
    titles = [one.text for one in Document(str(tmp_path / "材料.docx")).paragraphs if "现实表现材料" in one.text]
    assert len(titles) == 2 and page.ctx.store.local.get("draft.results")
