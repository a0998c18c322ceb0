"""Small labels the shell and the pages share."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QFrame, QLabel, QSizePolicy, QWidget

from ui.kit import theme


class ElidedLabel(QLabel):
    """One line that ends in … where room is short; the whole text is its tool tip then."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)

    def minimumSizeHint(self) -> QSize:
        """A few characters are enough."""
        return QSize(min(super().sizeHint().width(), theme.px(40)), super().minimumSizeHint().height())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw what fits, in the label's own colour."""
        room = self.contentsRect()
        shown = self.fontMetrics().elidedText(self.text(), Qt.TextElideMode.ElideRight, room.width())
        self.setToolTip(self.text() if shown != self.text() else "")
        painter = QPainter(self)
        painter.setPen(self.palette().color(self.foregroundRole()))
        painter.drawText(room, int(self.alignment() | Qt.AlignmentFlag.AlignVCenter), shown)


def rule() -> QFrame:
    """A thin line across."""
    return theme.role(QFrame(), "rule")


def words(text: str, name: str = "", wrap: bool = True) -> QLabel:
    """A label with a role of the theme, wrapping."""
    label = theme.role(QLabel(text), name) if name else QLabel(text)
    label.setWordWrap(wrap)
    return label
