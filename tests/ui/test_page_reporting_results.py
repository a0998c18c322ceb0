"""双报告: a pasted list as a table, a workbook and papers; 表彰 as a list of its own."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from docx import Document

from core.base.rights import Role
from core.reporting.commendations import commendation_rows
from tests.conftest import Dialogs
from tests.ui.checkin_room import cells
from tests.ui.reporting_room import ctx, page, settle, show, why
from ui.kit.listing import export_to
from ui.pages import reporting_commendations
from ui.pages.import_kinds import KINDS
from ui.pages.reporting import ReportingPage

__all__ = ["ctx", "page"]


def test_a_pasted_list_is_a_table_a_workbook_and_notes(page: ReportingPage, tmp_path: Path, qtbot: Any) -> None:
    tab = show(page, "results", qtbot)
    assert "粘贴" in why(tab, "list") and "粘贴" in why(tab, "export")
    assert tab.table.empty.isVisible()  # the list says what to do
    tab.names.setPlainText("0001\n查无此人\n0002")
    assert why(tab, "list") == "" and why(tab, "export") == "请先按“列出”。"
    tab.years.setText("去年")
    tab.show_list()
    settle(page, qtbot)
    assert "读不出" in tab.note.text() and tab.model.rowCount() == 0
    tab.years.setText("2020-2021")
    tab.show_list()
    settle(page, qtbot)
    assert tab.model.rowCount() == 4 and "查无此人" in tab.note.text() and tab.footer() == "2 人 · 4 行"
    assert why(tab, "export") == "" == why(tab, "notes")
    tab.write_book(tmp_path / "结果.xlsx")
    tab.write_notes(tmp_path / "材料.docx")
    settle(page, qtbot)
    assert "0001" in cells(tmp_path / "结果.xlsx")[2]
    titles = [one.text for one in Document(str(tmp_path / "材料.docx")).paragraphs if "现实表现材料" in one.text]
    assert len(titles) == 2 and page.ctx.store.local.get("draft.results")


def test_a_list_changed_since_is_listed_again_before_it_leaves(page: ReportingPage, qtbot: Any) -> None:
    tab = show(page, "results", qtbot)
    tab.names.setPlainText("0001")
    tab.show_list()
    settle(page, qtbot)
    tab.names.setPlainText("0001\n0002")
    assert "改过了" in why(tab, "export")
    tab.reload(frozenset())  # the figures of another list are not read while one is typed
    settle(page, qtbot)
    assert tab.model.rowCount() == 1
    tab.names.setPlainText("查无此人")
    tab.show_list()
    settle(page, qtbot)
    assert "没有能确定的人" in why(tab, "notes")


def test_figures_stand_right_and_a_line_opens_the_person(page: ReportingPage, qtbot: Any) -> None:
    tab = show(page, "results", qtbot)
    tab.names.setPlainText("0003")
    tab.show_list()
    settle(page, qtbot)
    numbers = {"year", "times", "minutes", "duty_times", "duty_minutes"}
    assert {one.key for one in tab.model.columns if one.right} == numbers
    asked: list[Any] = []
    page.ctx.wanted.connect(lambda *told: asked.append(told))
    tab.table.opened.emit(tab.model.uid_at(0))
    assert not asked  # no line is in hand
    tab.table.focus()
    tab.table.opened.emit(tab.table.current_uid())
    uid = page.ctx.store.value("SELECT uid FROM cadre WHERE staff_no = '0003'")
    assert asked == [("roster", uid, {})]


def test_commendations_are_entered_changed_taken_out_and_exported(
    page: ReportingPage, tmp_path: Path, qtbot: Any, dialogs: Dialogs
) -> None:
    tab = show(page, "commendations", qtbot)
    assert why(tab, "edit") and not why(tab, "new")
    person = page.ctx.store.one(
        "SELECT c.uid, c.name, c.staff_no, u.name AS unit FROM cadre c JOIN unit u ON u.uid = c.unit_uid LIMIT 1"
    )
    dialogs.expect("保存")
    form = tab.add().form
    form.put("cadre_uid", person)
    form.put("title", "先进个人")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    (row,) = commendation_rows(page.ctx.store)
    assert (row["cadre_uid"], row["year"], tab.footer()) == (person["uid"], 2020, "1 条表彰 · 1 人")
    dialogs.expect("保存")
    tab.edit(row["uid"]).form.put("given_by", "校党委")
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert commendation_rows(page.ctx.store)[0]["given_by"] == "校党委"
    export_to(page.ctx, reporting_commendations._listing(tab.shown()), tmp_path / "表彰.xlsx", tab)
    settle(page, qtbot)
    assert any("先进个人" in line and "校党委" in line for line in cells(tmp_path / "表彰.xlsx"))
    tab.table.select(row["uid"])
    tab.remove_chosen()
    settle(page, qtbot)
    assert commendation_rows(page.ctx.store) == []


def test_who_may_not_write_commendations_is_told_before_he_tries(page: ReportingPage, qtbot: Any) -> None:
    tab = show(page, "commendations", qtbot)
    page.ctx.store.role = Role.ENTRY
    assert "审核" in why(tab, "new") and "审核" in why(tab, "archive") and why(tab, "import") == ""
    page.ctx.store.role = Role.ADMIN


def test_imported_commendations_are_seen_in_their_tab(page: ReportingPage, qtbot: Any) -> None:
    kind = next(one for one in KINDS if one.id == "commendations")
    page.ctx.go_to(kind.page, **kind.where)
    settle(page, qtbot)
    assert page.tab == "commendations"
