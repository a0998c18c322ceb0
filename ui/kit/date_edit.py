"""A date is typed first and normalised on leaving; it may be empty (QDateEdit cannot). Alt+↓ opens the calendar."""

from __future__ import annotations

import datetime as dt

from PySide6.QtCore import QDate, QLocale, QPoint, QRect, Qt, Signal
from PySide6.QtGui import QAction, QFont, QKeyEvent, QKeySequence, QPainter, QPaintEvent, QPalette, QShortcut
from PySide6.QtWidgets import (
    QCalendarWidget,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.base import clock, dates
from ui.kit import icons, theme


def special_days(year: int) -> tuple[frozenset[dt.date], frozenset[dt.date]]:
    """(days off, weekend days worked) of a year by the State Council's notices; empty for years not yet announced."""
    import chinese_calendar

    first, last = dt.date(year, 1, 1), dt.date(year, 12, 31)
    try:
        off = frozenset(chinese_calendar.get_holidays(first, last, include_weekends=False))
        worked = frozenset(day for day in chinese_calendar.get_workdays(first, last) if day.weekday() >= 5)
    except NotImplementedError:
        return frozenset(), frozenset()
    return off, worked


class MonthGrid(QCalendarWidget):
    """The days of a month; 休 and 班 are written on the day, not only coloured."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setLocale(QLocale(QLocale.Language.Chinese, QLocale.Country.China))
        self.setFirstDayOfWeek(Qt.DayOfWeek.Monday)
        self.setNavigationBarVisible(False)
        self.setVerticalHeaderFormat(QCalendarWidget.VerticalHeaderFormat.NoVerticalHeader)
        self.setHorizontalHeaderFormat(QCalendarWidget.HorizontalHeaderFormat.SingleLetterDayNames)
        self.setGridVisible(False)
        self.setAccessibleName("日历")
        self._years: dict[int, tuple[frozenset[dt.date], frozenset[dt.date]]] = {}
        plain = self.weekdayTextFormat(Qt.DayOfWeek.Monday)
        for weekend in (Qt.DayOfWeek.Saturday, Qt.DayOfWeek.Sunday):
            self.setWeekdayTextFormat(weekend, plain)

    def mark(self, day: dt.date) -> str:
        """'休', '班' or ''."""
        if day.year not in self._years:
            self._years[day.year] = special_days(day.year)
        off, worked = self._years[day.year]
        return "休" if day in off else "班" if day in worked else ""

    def paintCell(self, painter: QPainter, rect: QRect, date: QDate) -> None:
        """One day: number in the middle, 休 / 班 small in the corner, today underlined."""
        day = dt.date(date.year(), date.month(), date.day())
        palette, selected = self.palette(), date == self.selectedDate()
        mark = self.mark(day)
        inside = date.month() == self.monthShown()
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        if selected:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(palette.color(QPalette.ColorRole.Highlight))
            painter.drawRoundedRect(rect.adjusted(2, 2, -2, -2), 5, 5)
        ink = palette.color(QPalette.ColorRole.Text)
        if selected:
            ink = palette.color(QPalette.ColorRole.HighlightedText)
        elif not inside:
            ink = palette.color(QPalette.ColorRole.PlaceholderText)
        elif mark == "休":
            ink = theme.color("bad")
        elif day.weekday() >= 5 and mark != "班":
            ink = theme.color("sub")
        painter.setPen(ink)
        painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, str(date.day()))
        if day == clock.today():
            painter.fillRect(QRect(rect.center().x() - 8, rect.bottom() - 5, 16, 2), ink)
        if mark:
            small = QFont(painter.font())
            small.setPointSizeF(small.pointSizeF() * 0.7)
            painter.setFont(small)
            corner = rect.adjusted(3, 2, -4, -3)
            painter.drawText(corner, Qt.AlignmentFlag.AlignTop | Qt.AlignmentFlag.AlignRight, mark)
        painter.restore()


class CalendarPopup(QFrame):
    """Month grid with its own head (2020年8月), 今天 and 清空."""

    picked = Signal(object)  # dt.date, or None for 清空

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setFrameShape(QFrame.Shape.StyledPanel)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.grid = MonthGrid(self)
        self.title = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        head = QHBoxLayout()
        for text, name, months in (("«", "上一年", -12), ("‹", "上一月", -1)):
            head.addWidget(self._step(text, name, months))
        head.addWidget(self.title, 1)
        for text, name, months in (("›", "下一月", 1), ("»", "下一年", 12)):
            head.addWidget(self._step(text, name, months))
        today, clear = QPushButton("今天"), QPushButton("清空")
        today.clicked.connect(lambda: self._choose(clock.today()))
        clear.clicked.connect(lambda: self._choose(None))
        foot = QHBoxLayout()
        foot.addWidget(today)
        foot.addStretch(1)
        foot.addWidget(clear)
        column = QVBoxLayout(self)
        column.setContentsMargins(8, 8, 8, 8)
        column.setSpacing(6)
        column.addLayout(head)
        column.addWidget(self.grid)
        column.addLayout(foot)
        line = self.fontMetrics().height()
        self.grid.setMinimumSize(line * 17, line * 12)
        self.grid.currentPageChanged.connect(self._retitle)
        self.grid.clicked.connect(self._choose_qdate)
        self.grid.activated.connect(self._choose_qdate)
        self._retitle()

    def _step(self, text: str, name: str, months: int) -> QToolButton:
        button = QToolButton(text=text, autoRaise=True)
        button.setAccessibleName(name)
        button.setToolTip(name)
        button.clicked.connect(lambda: self._turn(months))
        return button

    def _turn(self, months: int) -> None:
        shown = QDate(self.grid.yearShown(), self.grid.monthShown(), 1).addMonths(months)
        self.grid.setCurrentPage(shown.year(), shown.month())

    def _retitle(self) -> None:
        self.title.setText(f"{self.grid.yearShown()}年{self.grid.monthShown()}月")

    def _choose_qdate(self, date: QDate) -> None:
        self._choose(dt.date(date.year(), date.month(), date.day()))

    def _choose(self, day: dt.date | None) -> None:
        self.picked.emit(day)
        self.close()


class DateEdit(QLineEdit):
    """A day: 20200803, 8-3, 2020.8.3, 2020年8月3日 or 今天. ↑ and ↓ step a day, Alt+↓ opens the calendar."""

    edited = Signal()
    hint = "如 20200803、8-3、9.1"
    wrong = "看不懂这个日期，请按“2020年8月3日”或“20200803”填写。"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText(self.hint)
        self.editingFinished.connect(self._normalise)
        self.textEdited.connect(lambda: self.edited.emit())
        self.textChanged.connect(lambda: self.update())
        self._open = QAction("打开日历（Alt+↓）", self)
        self._open.triggered.connect(self.open_calendar)
        self._set_icon()
        self.addAction(self._open, QLineEdit.ActionPosition.TrailingPosition)
        for button in self.findChildren(QToolButton):
            button.setAccessibleName("打开日历")
        key = QShortcut(QKeySequence("Alt+Down"), self, context=Qt.ShortcutContext.WidgetShortcut)
        key.activated.connect(self.open_calendar)

    def value(self) -> str:
        """ISO text, '' where empty or unreadable."""
        day = dates.parse_date(self.text())
        return day.isoformat() if day else ""

    def set_value(self, value: object) -> None:
        """Show a stored day."""
        self.setText(dates.format_date(str(value or "")))

    def problem(self) -> str:
        """The sentence why what is typed is no date, '' if fine or empty."""
        return self.wrong if self.text().strip() and not self.value() else ""

    def reading(self) -> str:
        """The whole date of what is being typed where that does not say it itself: 2020年9月1日 for 9.1; else ''."""
        whole = dates.format_date(self.value())
        return whole if whole != self.text() else ""

    def paintEvent(self, event: QPaintEvent) -> None:
        """What is being typed, and beside it the date it is read as: its year may come from the 年度 in force."""
        super().paintEvent(event)
        if not self.hasFocus() or not (reading := self.reading()):
            return
        room = self.rect().adjusted(0, 0, -self.height(), 0)  # the calendar's sign stands at the end
        if self.cursorRect().right() + self.fontMetrics().horizontalAdvance(reading) > room.right():
            return  # narrow: the whole date stands there on leaving
        painter = QPainter(self)
        painter.setPen(self.palette().color(QPalette.ColorRole.PlaceholderText))
        painter.drawText(room, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter, reading)

    def open_calendar(self) -> CalendarPopup:
        """Show the calendar below the edit, at the typed day."""
        popup = CalendarPopup(self)
        day = dates.parse_date(self.text()) or clock.today()
        popup.grid.setSelectedDate(QDate(day.year, day.month, day.day))
        popup.picked.connect(self._take)
        popup.move(self.mapToGlobal(QPoint(0, self.height() + 2)))
        popup.show()
        popup.grid.setFocus()
        return popup

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑ the day before, ↓ the day after (today if empty)."""
        steps = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}
        step = steps.get(event.key())
        if step is None or event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            super().keyPressEvent(event)
            return
        day = dates.parse_date(self.text())
        self._take(day + dt.timedelta(days=step) if day else clock.today())

    def _take(self, day: dt.date | None) -> None:
        self.setText(dates.format_date(day))
        self.edited.emit()

    def _normalise(self) -> None:
        if value := self.value():
            self.setText(dates.format_date(value))

    def _set_icon(self) -> None:
        self._open.setIcon(icons.icon("calendar"))


class MonthEdit(QLineEdit):
    """A month or a whole day (出生年月, 入党时间): 1985.3, 198503, 1985年3月, 1985-3-8."""

    edited = Signal()
    wrong = "看不懂这个年月，请按“1985年3月”或“198503”填写。"

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("如 1985.3、198503")
        self.editingFinished.connect(self._normalise)
        self.textEdited.connect(lambda: self.edited.emit())

    def value(self) -> str:
        """'YYYY-MM' or 'YYYY-MM-DD', '' where empty or unreadable."""
        return dates.parse_month(self.text()) or ""

    def set_value(self, value: object) -> None:
        """Show a stored month or day."""
        self.setText(dates.format_date(str(value or "")))

    def problem(self) -> str:
        """The sentence why what is typed is no month, '' if fine or empty."""
        return self.wrong if self.text().strip() and not self.value() else ""

    def _normalise(self) -> None:
        if value := self.value():
            self.setText(dates.format_date(value))
