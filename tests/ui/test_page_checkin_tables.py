"""报到: units, the table against the date, the ledger of reports, and every list as workbook and on paper."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from core.checkin.status import absent_rows, checkin_status
from tests.conftest import Dialogs
from tests.ui.checkin_room import cells, checkin_context, open_checkin, settle
from tests.ui.page_room import cramped
from ui.context import Context
from ui.kit.listing import Listing, draw_listing, export_to
from ui.kit.reminders import RemindersDialog
from ui.pages.checkin import CheckinPage
from ui.pages.checkin_status import TOTAL
from ui.pages.checkin_units import unit_rows


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from checkin_context()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> CheckinPage:
    return open_checkin(ctx, qtbot)


def pdf_words(content: bytes) -> str:
    document = pdfium.PdfDocument(content)
    text = "".join(page.get_textpage().get_text_range() for page in document)
    document.close()
    return "".join(text.split())


# -- 单位报到


def test_the_school_and_units_check_in(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    units = page.units
    page.go("units")
    assert [row["unit"] for row in unit_rows(page.ctx.store)][:2] == ["学校", "会计学院党委"]
    units.table.select_all()
    dialogs.expect(lambda dialog: None)
    dialog = units.register()
    assert dialog is not None
    assert dialog.form.values()["community"] == "经院社区"
    dialog.form.put("letter_no", "校党函〔2020〕12号")
    dialog.form.submit()
    settle(page, qtbot)
    assert page.footer() == "学校已报到 · 4 个单位，已报到 4 · 收到回执 0"
    units.table.select("学校")
    dialogs.expect("登记")
    units.receipt()
    qtbot.waitUntil(lambda: not dialogs.waiting)
    settle(page, qtbot)
    assert page.footer().endswith("收到回执 1")
    dialogs.expect(lambda dialog: None)
    again = units.open_current()
    assert again is not None
    again.form.put("handler", "陈书记")
    again.form.submit()
    settle(page, qtbot)
    dialogs.expect(lambda dialog: None)
    ending = units.end()
    ending.form.put("end_reason", "其他")
    ending.form.submit()
    settle(page, qtbot)
    assert page.footer().startswith("学校未报到")
    units.table.select("学校")
    units.reopen()
    settle(page, qtbot)
    assert page.footer().startswith("学校已报到")
    units.search.setText("陈书记")
    assert [units.model.uid_at(at) for at in range(units.model.rowCount())] == ["学校"]
    units.take_back()
    settle(page, qtbot)
    assert page.footer().startswith("学校未报到")


# -- 报到情况


def status_page(page: CheckinPage, qtbot: Any) -> None:
    page.go("status")
    settle(page, qtbot)


@pytest.mark.parametrize("by", ["unit", "branch"])
def test_every_number_of_the_table_opens_as_many_people(page: CheckinPage, qtbot: Any, by: str) -> None:
    status_page(page, qtbot)
    tab = page.status
    tab.by.setCurrentIndex(tab.by.findData(by))
    for uid in list(tab.model.uids):
        tab.table.select(uid)
        line = tab.line()
        assert line is not None
        assert line["due"] == line["checked"] + line["absent"]
        for group in ("absent", "on_time", "late", "exempt"):
            tab.show_group(group)
            assert tab.people.rowCount() == line[group], (line["unit"], group)
    assert tab.model.uid_at(0) == TOTAL


def test_the_day_and_the_sorting(page: CheckinPage, qtbot: Any) -> None:
    status_page(page, qtbot)
    tab = page.status
    tab.table.sort_by("absent", descending=True)
    assert tab.model.uid_at(0) == TOTAL
    tab.day.setText("8-10")
    tab.day.edited.emit()
    settle(page, qtbot)
    assert tab.status is not None
    assert (tab.status.as_of, tab.status.total.late) == ("2020-08-10", 0)
    assert "截至2020年8月10日" in tab.basis.text()


def test_the_reminder_names_the_absent_of_the_line(page: CheckinPage, qtbot: Any) -> None:
    status_page(page, qtbot)
    unit = page.ctx.store.value("SELECT uid FROM unit WHERE name = '机关党委'")
    page.apply_filter(tab="status", unit_uid=unit)
    text = page.status.remind()
    assert QGuiApplication.clipboard().text() == text
    assert text.startswith("机关党委：截至2020年11月24日，个人报到应报到")
    for row in absent_rows(page.ctx.store, unit_uid=str(unit)):
        assert f"{row['name']}（{row['staff_no']}）" in text


def copied(dialog: RemindersDialog, qtbot: Any, way: int) -> list[str]:
    """The paragraphs as they are copied all together, each parted the `way`."""
    dialog.way.setCurrentIndex(way)
    dialog.load()
    qtbot.waitUntil(lambda: not dialog.ctx.tasks.running)
    dialog.copy_every.click()
    return QGuiApplication.clipboard().text().split("\n\n")


def test_every_unit_has_a_ready_paragraph_with_its_contact(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    status_page(page, qtbot)
    store = page.ctx.store
    with store.transact("联系人") as tx:
        unit = tx.value("SELECT uid FROM unit WHERE name = '机关党委'")
        tx.insert("contact", {"unit_uid": unit, "role": "联络员", "name": "王芳", "phone": "027-81973000"})
    dialogs.expect(lambda _dialog: None)
    dialog = page.status.remind_all()
    status = checkin_status(store, page.status.as_of(), year=page.ctx.year)
    units, branches = (copied(dialog, qtbot, way) for way in (0, 1))
    assert len(units) == sum(one.absent > 0 for one in status.units) > 1
    assert len(branches) == sum(one.absent > 0 for one in status.branches) >= len(units)
    (own,) = [one for one in units if one.startswith("【机关党委】")]
    assert own.split("\n")[0] == "【机关党委】联系人：联络员 王芳 027-81973000"
    assert cramped(dialog) == []
    dialog.close()


# -- 报送台账


def test_who_owes_what_has_a_paragraph_each(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    page.go("submissions")
    settle(page, qtbot)
    dialogs.expect(lambda _dialog: None)
    dialog = page.submissions.remind_all()
    this, year = (copied(dialog, qtbot, way) for way in (0, 1))
    assert len(this) == 4 and all("“信息采集表”" in one and "联系人" in one for one in this)
    assert len(year) == 4 and all(one.count("“") > 1 for one in year)
    dialog.close()


def test_reports_are_received_by_version_and_pressed_for(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    tab = page.submissions
    page.go("submissions")
    assert tab.task.currentText() == "信息采集表　0/4"
    tab.table.select_all()
    for _ in range(2):
        dialogs.expect("登记")
        tab.receive()
        qtbot.waitUntil(lambda: not dialogs.waiting)
        settle(page, qtbot)
    assert tab.footer() == "应报 4 家 · 未报送 0 · 按期 0 · 逾期 4"
    assert {row["version"] for row in tab.chosen()} == {2}
    tab.table.select(tab.model.uid_at(0))
    for _ in range(2):
        tab.take_back()
        settle(page, qtbot)
    page.apply_filter(tab="submissions", task=tab.task_uid, verdict="MISSING")
    assert tab.model.rowCount() == 1
    text = tab.remind()
    assert "会计学院党委" in text
    assert QGuiApplication.clipboard().text() == text


def test_a_year_without_matters_offers_those_of_the_policy(page: CheckinPage, qtbot: Any) -> None:
    page.go("submissions")
    page.ctx.year = 2021
    page.reload(frozenset())
    tab = page.submissions
    assert tab.table.empty.words.text() == "2021年还没有报送事项。"
    tab.table.empty.button.click()
    settle(page, qtbot)
    assert tab.task.count() == 6


def test_matters_are_added_changed_and_taken_out(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    page.go("submissions")
    dialogs.expect(lambda dialog: None)
    dialog = page.submissions.open_tasks()
    dialogs.expect(lambda dialog: None)
    asked = dialog.add()
    asked.form.put("name", "主题党日总结")
    asked.form.submit()
    settle(page, qtbot)
    assert dialog.table.rowCount() == 6
    assert page.submissions.task.count() == 6
    dialog.table.setCurrentCell(5, 0)
    dialog.remove()
    settle(page, qtbot)
    assert dialog.table.rowCount() == 5
    dialog.accept()


# -- what leaves the page


def listings(page: CheckinPage, qtbot: Any) -> dict[str, Listing]:
    found = {"people": page.people.listing()}
    page.go("units")
    found["units"] = page.units.listing()
    status_page(page, qtbot)
    found["status"], found["names"] = page.status.listing(), page.status.people_listing()
    page.go("submissions")
    found["submissions"] = page.submissions.listing()
    return found


def test_every_list_goes_to_a_workbook_and_to_paper_with_its_scope(
    page: CheckinPage, qtbot: Any, tmp_path: Path, dialogs: Dialogs
) -> None:
    counts = {"people": 40, "units": 5, "status": 5, "names": len(absent_rows(page.ctx.store)), "submissions": 4}
    for name, listing in listings(page, qtbot).items():
        file = tmp_path / f"{name}.xlsx"
        phones = any(one.key == "phone" for one in listing.fields)
        if phones:
            dialogs.expect("导出")
        export_to(page.ctx, listing, file, page)
        qtbot.waitUntil(file.exists, timeout=5000)
        settle(page, qtbot)
        lines = cells(file)
        assert lines[0][0] == listing.title
        assert lines[1] == [one.label for one in listing.fields] + [""] * (len(lines[1]) - len(listing.fields))
        foot = next(text for line in lines for text in line if text.startswith("统计口径："))
        assert "截至2020年11月24日。" in foot
        assert foot.endswith("请妥善保管，不要转发或张贴。" if phones else "截至2020年11月24日。")
        assert f"共{counts[name]}{listing.noun}" in foot, name
        paper = pdf_words(draw_listing(page.ctx.store, listing))
        assert "统计口径" in paper
        assert "截至日期：2020年11月24日" in paper


def test_the_table_on_screen_adds_up_in_the_workbook(page: CheckinPage, qtbot: Any, tmp_path: Path) -> None:
    status_page(page, qtbot)
    export_to(page.ctx, page.status.listing(), tmp_path / "a.xlsx", page)
    settle(page, qtbot)
    lines = cells(tmp_path / "a.xlsx")
    whole = next(line for line in lines if line[0] == "全校")
    total = checkin_status(page.ctx.store).total
    assert [float(one) for one in whole[1:3]] == [total.due, total.checked]


def test_the_status_form_goes_to_the_printer(page: CheckinPage, qtbot: Any, dialogs: Dialogs) -> None:
    status_page(page, qtbot)
    met: list[int] = []
    dialogs.expect(lambda dialog: (met.append(dialog.maxPage()), QTest.keyClick(dialog, Qt.Key.Key_Escape)))
    page.status.print_status()
    qtbot.waitUntil(lambda: bool(met), timeout=20000)
    assert met == [1]


def test_the_empty_box_of_the_day_says_the_day_of_the_figures(
    page: CheckinPage, qtbot: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    page.apply_filter(tab="status")
    settle(page, qtbot)
    assert page.status.day.placeholderText() == "今天"
    monkeypatch.setenv("XCJS_TODAY", "2021-01-05")
    page.status.reload(frozenset())
    settle(page, qtbot)
    assert page.status.day.placeholderText() == "2020年12月31日"
    assert "截至2020年12月31日" in page.status.basis.text()
