"""A bar for each line of a table, drawn by hand: name, bar, number. Nothing is told by colour alone."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QFont, QFontMetricsF, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.kit import theme

TOLD = 40  # lines a screen reader is told of at once
_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -10, Qt.Key.Key_PageDown: 10}


@dataclass(frozen=True, slots=True)
class FigureBar:
    """One line: whose, how much, and the number as people read it."""

    uid: str
    label: str
    value: float
    text: str


class FigureBars(QWidget):
    """Lies in a scroll area; the line in hand is framed and bold. ↑↓ or a click choose, Enter or a double click open."""

    chosen = Signal(str)
    opened = Signal(str)
    in_view = Signal(float)  # the middle of the line in hand: the scroll area follows

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.bars: list[FigureBar] = []
        self._at = -1
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    @property
    def current(self) -> str:
        """The uid of the line in hand, '' for none."""
        return self.bars[self._at].uid if 0 <= self._at < len(self.bars) else ""

    def set_bars(self, bars: Sequence[FigureBar]) -> None:
        """Show these lines; the one in hand stays in hand."""
        kept = self.current
        self.bars = list(bars)
        told = "；".join(f"{one.label} {one.text}" for one in self.bars[:TOLD])
        more = f"；共 {len(self.bars)} 行" if len(self.bars) > TOLD else ""
        self.setAccessibleDescription(told + more)
        self._at = -1
        self.set_current(kept)
        self.updateGeometry()

    def set_current(self, uid: str) -> None:
        """Take a line in hand (from outside: nothing is emitted)."""
        self._at = next((at for at, one in enumerate(self.bars) if one.uid == uid), -1)
        if self._at >= 0:
            self.in_view.emit((self._at + 0.5) * self._row())
        self.update()

    def sizeHint(self) -> QSize:
        """A row per line."""
        return QSize(theme.px(360), self._row() * max(len(self.bars), 1))

    def minimumSizeHint(self) -> QSize:
        """Narrower is possible, lower is not."""
        return QSize(theme.px(200), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """The lines in view."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        label, figure = self._label_width(), self._figure_width()
        most = max((one.value for one in self.bars), default=0)
        first, last = event.rect().top() // self._row(), event.rect().bottom() // self._row()
        for at in range(max(first, 0), min(last + 1, len(self.bars))):
            row = QRectF(0, at * self._row(), self.width(), self._row())
            self._paint_row(painter, row, at, label, max(row.width() - label - figure, 10) / most if most else 0)

    def changeEvent(self, event: QEvent) -> None:
        """Another font, another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """The keyboard needs a line to start from."""
        super().focusInEvent(event)
        if self._at < 0 and self.bars and event.reason() != Qt.FocusReason.MouseFocusReason:
            self._take(0)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The whole line as its tip: long names are cut."""
        at = self._line_at(event.position().y())
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
        if at >= 0:
            one = self.bars[at]
            QToolTip.showText(event.globalPosition().toPoint(), f"{one.label}：{one.text}", self)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click chooses."""
        self._take(self._line_at(event.position().y()))

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click opens what is behind the number."""
        if (at := self._line_at(event.position().y())) >= 0:
            self.opened.emit(self.bars[at].uid)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑↓ PgUp PgDn Home End walk, Enter opens."""
        key, last = Qt.Key(event.key()), len(self.bars) - 1
        if key in _STEPS and self.bars:
            self._take(min(max(self._at + _STEPS[key], 0), last))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End) and self.bars:
            self._take(0 if key == Qt.Key.Key_Home else last)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current:
            self.opened.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _take(self, at: int) -> None:
        if 0 <= at < len(self.bars) and at != self._at:
            self.set_current(self.bars[at].uid)
            self.chosen.emit(self.current)

    def _row(self) -> int:
        return theme.px(26)

    def _line_at(self, y: float) -> int:
        at = int(y // self._row())
        return at if 0 <= at < len(self.bars) else -1

    def _bold(self) -> QFont:
        font = theme.digits(self.font())
        font.setBold(True)
        return font

    def _label_width(self) -> float:
        metrics = QFontMetricsF(self._bold())
        widest = max((metrics.horizontalAdvance(one.label) for one in self.bars), default=0)
        return min(widest + theme.px(20), self.width() * 0.4)

    def _figure_width(self) -> float:
        metrics = QFontMetricsF(self._bold())
        return max((metrics.horizontalAdvance(one.text) for one in self.bars), default=0) + theme.px(18)

    def _paint_row(self, painter: QPainter, row: QRectF, at: int, label: float, scale: float) -> None:
        one, mine = self.bars[at], at == self._at
        if mine:
            painter.setPen(QPen(theme.color("accent" if self.hasFocus() else "line_strong"), 1))
            painter.setBrush(theme.color("hover"))
            painter.drawRoundedRect(row.adjusted(0.5, 1, -0.5, -1), 4, 4)
        painter.setFont(self._bold() if mine else theme.digits(self.font()))
        painter.setPen(theme.color("text"))
        room = QRectF(theme.px(6), row.top(), label - theme.px(14), row.height())
        name = painter.fontMetrics().elidedText(one.label, Qt.TextElideMode.ElideMiddle, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        high, long = theme.px(12), max(one.value * scale, 1.5 if one.value else 0)
        painter.fillRect(QRectF(label, row.center().y() - high / 2, long, high), theme.color("accent"))
        end = QRectF(label + long + theme.px(6), row.top(), row.width() - label - long, row.height())
        painter.drawText(end, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, one.text)
