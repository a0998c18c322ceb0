"""What a clerk types of a service record in few keys: 0812 is a day of the year in force, 14-16 a span, 2.5 hours."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from dataclasses import dataclass

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from core.base import dates
from core.service_log.rules import needs_next_day_answer
from ui.kit.date_edit import DateEdit

_MONTH_DAY = re.compile(r"(\d{1,2})(?:[-/.月])(\d{1,2})[日号]?|(\d{1,2})(\d{2})")
_LATER = re.compile("下午|傍晚|晚上")
_SPAN = re.compile(r"(?P<start>[^-]+)-(?P<next>次日)?(?P<end>[^-+ ]+)(?P<plus>\+)?(?: +(?P<length>\S+))?")


@dataclass(frozen=True, slots=True)
class Span:
    """A service's times as typed; hours-only records have no start and no end."""

    start_at: str = ""
    end_at: str = ""
    minutes: int | None = None
    next_day: bool = False

    @property
    def text(self) -> str:
        """As it is written back: 14:00-16:00, 22:00-次日01:00, 2.5小时."""
        length = dates.format_duration(self.minutes)
        length += "小时" if length and "分" not in length else ""
        if not self.start_at:
            return length
        clock = f"{self.start_at}-{'次日' if self.next_day else ''}{self.end_at}"
        return f"{clock} {length}".strip()


def parse_span(text: str) -> Span | None:
    """14-16, 1400-1600, 22:00-次日1:00 (or 22-1+), 14-16 1.5, 2.5, 1小时40分; None if it cannot be read."""
    clean = re.sub(r"[—–−~至到]", "-", unicodedata.normalize("NFKC", text).strip())
    clean = re.sub(r"\s*-\s*", "-", clean)
    found = _SPAN.fullmatch(clean)
    if found is None:
        minutes = dates.parse_minutes(clean)
        return Span(minutes=minutes) if minutes else None
    later = _LATER.match(found["start"])  # 下午2点-4点: the word holds for both
    start = dates.parse_time(found["start"])
    end = dates.parse_time(found["end"]) or ""
    if later and end < "12:00":
        end = dates.parse_time(later[0] + found["end"]) or end
    length = dates.parse_minutes(found["length"]) if found["length"] else None
    if start is None or not end or (found["length"] and length is None):
        return None
    said = bool(found["next"] or found["plus"])
    return Span(start, end, length, said and needs_next_day_answer(start, end))


def parse_day(text: str, year: int) -> str:
    """A day as ISO text; without a year it is one of the year in force. '' if it cannot be read."""
    found = _MONTH_DAY.fullmatch(re.sub(r"\s+", "", unicodedata.normalize("NFKC", text)))
    if found is not None:
        month, day = (found[1], found[2]) if found[1] else (found[3], found[4])
        try:
            return dt.date(year, int(month), int(day)).isoformat()
        except ValueError:
            return ""
    read = dates.parse_date(text, year)
    return read.isoformat() if read else ""


class DayEdit(DateEdit):
    """A day of the year in force: 0812, 8-12, or any whole date; shown as 8月12日."""

    hint = "如 0812、8-12"
    wrong = "看不懂这个日期，请按“0812”“8-12”或“20200812”填写。"

    def __init__(self, year: int, parent: QWidget | None = None) -> None:
        self.year = year
        super().__init__(parent)

    def value(self) -> str:
        """ISO text, '' where empty or unreadable."""
        return parse_day(self.text(), self.year)

    def set_value(self, value: object) -> None:
        """Show a day; of the year in force without its year."""
        words = dates.format_date(str(value or ""))
        self.setText(words.removeprefix(f"{self.year}年"))

    def set_year(self, year: int) -> None:
        """Another year is in force; the day that stands here stays what it was."""
        day = self.value()
        self.year = year
        if day:
            self.set_value(day)

    def complete(self) -> None:
        """Write what was understood in full."""
        if day := self.value():
            self.set_value(day)

    def _take(self, day: dt.date | None) -> None:
        self.set_value(day.isoformat() if day else "")
        self.edited.emit()

    def _normalise(self) -> None:
        self.complete()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑ and ↓ step from the day as it is read here."""
        if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down) and self.value():
            self.setText(self.value())  # with its year: the parent reads any whole date
        super().keyPressEvent(event)


class SpanEdit(QLineEdit):
    """Start and end, or hours; written back in full on leaving."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("如 14-16、1430-17、2.5")
        self.textEdited.connect(lambda: self.edited.emit())
        self.editingFinished.connect(self.complete)

    def value(self) -> Span | None:
        """What is typed; None where empty or unreadable."""
        return parse_span(self.text())

    def complete(self) -> None:
        """Write what was understood in full."""
        if span := self.value():
            self.setText(span.text)
            self.setCursorPosition(0)

    def take_next_day(self) -> None:
        """The answer to 次日结束？ is yes."""
        if (span := self.value()) and needs_next_day_answer(span.start_at, span.end_at):
            self.setText(Span(span.start_at, span.end_at, span.minutes, True).text)

    def problem(self) -> str:
        """Why it is no span."""
        if not self.text().strip():
            return "请填写起止时间或时长，例如 14-16 或 2.5。"
        if self.value() is None:
            return f"看不懂“{self.text().strip()}”，请按“14-16”“1430-1700”或“2.5”（小时）填写。"
        return ""
