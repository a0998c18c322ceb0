"""Dates are typed first; the calendar knows holidays."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QPushButton

from core.base import clock
from ui.kit.date_edit import DateEdit, MonthEdit, special_days


@pytest.fixture
def edit(qtbot: Any, monkeypatch: pytest.MonkeyPatch) -> DateEdit:
    monkeypatch.setenv("XCJS_TODAY", "2020-08-12")
    made = DateEdit()
    qtbot.addWidget(made)
    made.show()
    made.setFocus()
    return made


def test_it_may_be_empty(edit: DateEdit) -> None:
    assert edit.value() == ""
    assert edit.problem() == ""


def test_typed_text_is_normalised_on_leaving(edit: DateEdit, qtbot: Any) -> None:
    qtbot.keyClicks(edit, "20200803")
    assert edit.value() == "2020-08-03"
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "2020年8月3日"


def test_what_is_no_date_stays_as_typed_and_says_so(edit: DateEdit, qtbot: Any) -> None:
    qtbot.keyClicks(edit, "2020-13-1")
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "2020-13-1"
    assert "2020年8月3日" in edit.problem()


def test_arrows_step_a_day(edit: DateEdit, qtbot: Any) -> None:
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.value() == "2020-08-12"
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert edit.value() == "2020-08-11"
    edit.set_value("2020-02-29")
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert edit.text() == "2020年3月1日"


def test_the_calendar_opens_at_the_day_and_gives_another(edit: DateEdit, qtbot: Any) -> None:
    edit.set_value("2020-10-01")
    popup = edit.open_calendar()
    assert popup.title.text() == "2020年10月"
    assert popup.grid.mark(dt.date(2020, 10, 1)) == "休"
    assert popup.grid.mark(dt.date(2020, 10, 10)) == "班"
    assert popup.grid.mark(dt.date(2020, 10, 12)) == ""
    days = popup.focusWidget()
    with qtbot.waitSignal(edit.edited):
        qtbot.keyClick(days, Qt.Key.Key_Right)
        qtbot.keyClick(days, Qt.Key.Key_Return)
    assert edit.value() == "2020-10-02"


def test_alt_down_opens_it_and_today_and_clear_work(edit: DateEdit, qtbot: Any) -> None:
    from ui.kit.date_edit import CalendarPopup

    with qtbot.waitExposed(edit):
        edit.activateWindow()
    qtbot.keyClick(edit, Qt.Key.Key_Down, Qt.KeyboardModifier.AltModifier)
    popup = edit.findChild(CalendarPopup)
    buttons = {button.text(): button for button in popup.findChildren(QPushButton)}
    buttons["今天"].click()
    assert edit.value() == "2020-08-12"
    popup = edit.open_calendar()
    buttons = {button.text(): button for button in popup.findChildren(QPushButton)}
    buttons["清空"].click()
    assert edit.text() == ""
    QApplication.processEvents()


def test_years_without_a_notice_are_plain(edit: DateEdit) -> None:
    assert special_days(2099) == (frozenset(), frozenset())
    edit.set_value("2099-10-01")
    popup = edit.open_calendar()
    popup.grab()  # painting asks for marks too
    assert popup.grid.mark(dt.date(2099, 10, 1)) == ""
    popup.close()


def test_a_month_keeps_what_was_given(qtbot: Any) -> None:
    edit = MonthEdit()
    qtbot.addWidget(edit)
    edit.setText("1985.3")
    assert edit.value() == "1985-03"
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "1985年3月"
    edit.setText("19850308")
    assert edit.value() == "1985-03-08"
    edit.setText("八五年")
    assert "1985年3月" in edit.problem()


def test_a_day_without_a_year_takes_the_year_in_force_and_shows_it_while_typing(edit: DateEdit, qtbot: Any) -> None:
    clock.work_in(2019)
    for typed in ("9.1", "9-1", "9/1", "9月1日"):
        edit.setText(typed)
        assert (edit.value(), edit.reading()) == ("2019-09-01", "2019年9月1日")
    edit.resize(260, edit.height())
    with_reading = edit.grab().toImage()
    qtbot.keyClick(edit, Qt.Key.Key_Return)
    assert edit.text() == "2019年9月1日"
    assert edit.reading() == "", "said once"
    assert edit.grab().toImage() != with_reading
