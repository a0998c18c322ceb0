"""Days and spans as a clerk types them in few keys."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import Qt

from ui.pages.visits_typing import DayEdit, Span, SpanEdit, parse_day, parse_span


@pytest.mark.parametrize(
    ("typed", "span"),
    [
        ("14-16", Span("14:00", "16:00")),
        ("1430-17", Span("14:30", "17:00")),
        ("8：30—11：00", Span("08:30", "11:00")),
        ("14:00到16:00", Span("14:00", "16:00")),
        ("下午2点-4点", Span("14:00", "16:00")),
        ("14-16 1.5", Span("14:00", "16:00", 90)),
        ("22-1", Span("22:00", "01:00")),
        ("22-1+", Span("22:00", "01:00", None, True)),
        ("22:00-次日01:00", Span("22:00", "01:00", None, True)),
        ("2.5", Span(minutes=150)),
        ("1小时40分", Span(minutes=100)),
    ],
)
def test_spans_are_read_as_typed_and_written_back_the_same(typed: str, span: Span) -> None:
    assert parse_span(typed) == span
    assert parse_span(span.text) == span


@pytest.mark.parametrize("typed", ["", "下午", "14-", "-16", "14-26", "0", "14-16 abc"])
def test_what_is_no_span_is_refused(typed: str) -> None:
    assert parse_span(typed) is None


def test_a_day_without_a_year_is_one_of_the_year_in_force() -> None:
    assert parse_day("0812", 2020) == "2020-08-12"
    assert parse_day("812", 2021) == "2021-08-12"
    assert parse_day("8-12", 2020) == "2020-08-12"
    assert parse_day("20190812", 2020) == "2019-08-12"
    assert parse_day("0230", 2020) == ""


def test_a_day_is_shown_without_the_year_in_force_and_keeps_it(qtbot: Any) -> None:
    edit = DayEdit(2020)
    qtbot.addWidget(edit)
    edit.setText("0812")
    edit.complete()
    assert (edit.text(), edit.value()) == ("8月12日", "2020-08-12")
    edit.set_year(2021)
    assert (edit.text(), edit.value()) == ("2020年8月12日", "2020-08-12")
    qtbot.keyClick(edit, Qt.Key.Key_Down)
    assert edit.value() == "2020-08-13"
    edit.set_year(2020)
    qtbot.keyClick(edit, Qt.Key.Key_Up)
    assert (edit.text(), edit.value()) == ("8月12日", "2020-08-12")


def test_the_next_day_is_written_out(qtbot: Any) -> None:
    edit = SpanEdit()
    qtbot.addWidget(edit)
    edit.setText("22-1")
    edit.take_next_day()
    assert edit.text() == "22:00-次日01:00"
    assert edit.problem() == ""
