"""A time line: what happened, newest first, a mark and a word for each, joined by a thin line."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QGridLayout, QLabel, QWidget

from ui.kit import theme
from ui.kit.icons import pixmap

MARK = 18  # logical pixels at 10 pt


@dataclass(frozen=True, slots=True)
class Event:
    """One point of the line."""

    when: str  # 2020年8月3日 14:05
    words: str  # 收到第3包
    more: str = ""  # second line: 12 处改动，1 处待定
    icon: str = "clock"
    tone: str = "sub"  # of the mark; what it means stands in the words


class TimeLine(QWidget):
    """`show_events`; read only."""

    def __init__(self, name: str, empty: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self._empty = empty
        self.events: list[Event] = []
        self._marks: list[QLabel] = []
        self._anew = QTimer(self, singleShot=True, interval=0)
        self._anew.timeout.connect(lambda: self.show_events(self.events))
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(10))
        self._grid.setVerticalSpacing(theme.px(2))
        self._grid.setColumnStretch(1, 1)

    def show_events(self, events: Sequence[Event]) -> None:
        """Show what happened, in the order given."""
        self.events = list(events)
        self._marks = []
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for at, event in enumerate(self.events):
            self._add(at * 3, event)
        if not events:
            self._grid.addWidget(theme.role(QLabel(self._empty, wordWrap=True), "sub"), 0, 0, 1, 2)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The line between the marks."""
        super().paintEvent(event)
        if len(self._marks) < 2:
            return
        painter = QPainter(self)
        painter.setPen(QPen(theme.color("line_strong"), 1))
        half = theme.px(MARK) // 2
        for above, below in zip(self._marks, self._marks[1:], strict=False):
            x = above.x() + half
            painter.drawLine(x, above.y() + 2 * half + theme.px(3), x, below.y() - theme.px(2))

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and getattr(self, "events", None):
            self._anew.start()  # once the whole look is there

    def _add(self, row: int, event: Event) -> None:
        mark = QLabel()
        mark.setPixmap(pixmap(event.icon, event.tone, MARK))
        mark.setFixedSize(theme.px(MARK), theme.px(MARK))
        self._marks.append(mark)
        words = QLabel(event.words, wordWrap=True)
        second = "　".join(part for part in (event.when, event.more) if part)
        more = theme.role(QLabel(second, wordWrap=True), "sub")
        more.setContentsMargins(0, 0, 0, theme.px(10))
        self._grid.addWidget(mark, row, 0, Qt.AlignmentFlag.AlignTop)
        self._grid.addWidget(words, row, 1)
        self._grid.addWidget(more, row + 1, 1)
