"""Small charts drawn by hand: progress bars per unit. They follow the theme, and every bar has its number in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from ui.kit import theme

PARTS = (("ok", "达标"), ("warn", "进行中"), ("bad", "落后"))


@dataclass(frozen=True, slots=True)
class Bar:
    """One line: a name, and how many in each part, in the order of the chart's parts."""

    uid: str
    label: str
    counts: tuple[int, ...]
    strong: bool = False  # the school's own line

    @property
    def total(self) -> int:
        """Everybody in the line."""
        return sum(self.counts)


class StackedBars(QWidget):
    """A line per unit: name, stacked bar, '12 / 30 · 40%'. Click or Enter opens (`opened(uid, part)`)."""

    opened = Signal(str, int)  # part -1: the whole line

    def __init__(
        self, parts: Sequence[tuple[str, str]] = PARTS, name: str = "进度", parent: QWidget | None = None
    ) -> None:
        """`parts`: (theme colour, word) in the order of the counts; the first is what the figure tells."""
        super().__init__(parent)
        self._parts = tuple(parts)
        self._bars: list[Bar] = []
        self._at = -1
        self.setAccessibleName(name)
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_parts(self, parts: Sequence[tuple[str, str]]) -> None:
        """Other parts, as in the constructor; the bars with their counts come after."""
        self._parts, self._bars = tuple(parts), []

    def set_bars(self, bars: Sequence[Bar]) -> None:
        """Show these lines."""
        self._bars = list(bars)
        self._at = min(self._at, len(bars) - 1)
        self.setAccessibleDescription("；".join(self.words(bar) for bar in bars))
        self.updateGeometry()
        self.update()

    def words(self, bar: Bar) -> str:
        """'会计学院：达标 12，进行中 10，落后 8，共 30'."""
        counts = "，".join(f"{word} {count}" for (_, word), count in zip(self._parts, bar.counts, strict=True))
        return f"{bar.label}：{counts}，共 {bar.total}"

    def sizeHint(self) -> QSize:
        """A row per line under the legend."""
        return QSize(theme.px(420), self._head() + self._row() * len(self._bars))

    def minimumSizeHint(self) -> QSize:
        """Narrower is possible, lower is not."""
        return QSize(theme.px(260), self.sizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Legend, then a row per line."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_legend(painter)
        label, figure = self._label_width(), self._figure_width()
        for at, bar in enumerate(self._bars):
            row = QRectF(0, self._head() + at * self._row(), self.width(), self._row())
            if at == self._at and self.hasFocus():
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.color("hover"))
                painter.drawRoundedRect(row.adjusted(0, 1, 0, -1), 4, 4)
            self._paint_row(painter, row, bar, label, figure)

    def changeEvent(self, event: QEvent) -> None:
        """Another font, another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.updateGeometry()

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """The numbers of a line as its tip."""
        at = self._line_at(event.position().y())
        self.setCursor(Qt.CursorShape.PointingHandCursor if at >= 0 else Qt.CursorShape.ArrowCursor)
        if at >= 0:
            QToolTip.showText(event.globalPosition().toPoint(), self.words(self._bars[at]), self)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """A click on a part opens the list behind it."""
        at = self._line_at(event.position().y())
        if at >= 0:
            self._at = at
            self.opened.emit(self._bars[at].uid, self._part_at(at, event.position().x()))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑↓ walk, Enter opens the line."""
        step = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1}.get(event.key())
        if step is not None and self._bars:
            self._at = min(max(self._at + step, 0), len(self._bars) - 1)
            self.update()
        elif event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and 0 <= self._at < len(self._bars):
            self.opened.emit(self._bars[self._at].uid, -1)
        else:
            super().keyPressEvent(event)

    def _row(self) -> int:
        return theme.px(26)

    def _head(self) -> int:
        return theme.px(26)

    def _label_width(self) -> float:
        widest = max((self.fontMetrics().horizontalAdvance(bar.label) for bar in self._bars), default=0)
        return min(widest + theme.px(12), self.width() * 0.34)

    def _figure_width(self) -> float:
        widest = max((self.fontMetrics().horizontalAdvance(self._figure(bar)) for bar in self._bars), default=0)
        return widest + theme.px(12)

    def _figure(self, bar: Bar) -> str:
        share = f"{round(100 * bar.counts[0] / bar.total)}%" if bar.total else "—"
        return f"{bar.counts[0]:,} / {bar.total:,}   {share:>4}"

    def _track(self, row: QRectF, label: float, figure: float) -> QRectF:
        high = theme.px(10)
        return QRectF(label, row.center().y() - high / 2, max(row.width() - label - figure, 10), high)

    def _paint_legend(self, painter: QPainter) -> None:
        x, middle = 0.0, self._head() / 2 - theme.px(2)
        for tone, word in self._parts:
            side = theme.px(10)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(_soft(tone))
            painter.drawRoundedRect(QRectF(x, middle - side / 2, side, side), 2, 2)
            painter.setPen(theme.color("sub"))
            width = painter.fontMetrics().horizontalAdvance(word)
            place = QRectF(x + side + theme.px(5), 0, width + 2, middle * 2)
            painter.drawText(place, Qt.AlignmentFlag.AlignVCenter, word)
            x = place.right() + theme.px(16)

    def _paint_row(self, painter: QPainter, row: QRectF, bar: Bar, label: float, figure: float) -> None:
        font = self.font()
        font.setBold(bar.strong)
        painter.setFont(font)
        painter.setPen(theme.color("text"))
        room = QRectF(row.left(), row.top(), label - theme.px(10), row.height())
        name = painter.fontMetrics().elidedText(bar.label, Qt.TextElideMode.ElideRight, round(room.width()))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, name)
        track = self._track(row, label, figure)
        shape = QPainterPath()
        shape.addRoundedRect(track, 3, 3)
        painter.save()
        painter.setClipPath(shape)
        painter.fillRect(track, theme.color("hover"))
        x = track.left()
        for (tone, _), count in zip(self._parts, bar.counts, strict=True):
            width = track.width() * count / bar.total if bar.total else 0
            piece = QRectF(x, track.top(), max(width - 1, 1 if count else 0), track.height())
            painter.fillRect(piece, _soft(tone))
            x += width
        painter.restore()
        painter.setFont(theme.digits(font))
        painter.setPen(theme.color("sub"))
        end = QRectF(track.right(), row.top(), figure, row.height())
        painter.drawText(end, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, self._figure(bar))

    def _line_at(self, y: float) -> int:
        at = int((y - self._head()) // self._row())
        return at if y >= self._head() and 0 <= at < len(self._bars) else -1

    def _part_at(self, at: int, x: float) -> int:
        bar = self._bars[at]
        track = self._track(QRectF(0, 0, self.width(), self._row()), self._label_width(), self._figure_width())
        reached = track.left()
        for part, count in enumerate(bar.counts):
            width = track.width() * count / bar.total if bar.total else 0
            if reached <= x < reached + width:
                return part
            reached += width
        return -1


def _soft(tone: str) -> QColor:
    """A status colour made for words is too heavy for an area."""
    color = theme.color(tone)
    color.setAlphaF(0.72)
    return color
