"""Parts of 工作台: a line with a number that opens rows, a line of the history with 撤销."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLayout, QPushButton, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.dates import format_date
from core.store.history import Step
from ui.kit import theme
from ui.kit.icons import pixmap


class MatterLine(QPushButton):
    """'12  条记录待确认  ›': one button over the whole line."""

    def __init__(self, count: int, words: str, tone: str, hint: str) -> None:
        super().__init__()
        theme.role(self, "quiet")
        self.count = count
        self.words = words
        self.setAccessibleName(f"{count} {words}")
        self.setToolTip(hint)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        number = theme.role(QLabel(f"<b>{count:,}</b>"), tone)
        number.setFont(theme.digits(self.font()))
        number.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        number.setMinimumWidth(theme.px(34))
        arrow = QLabel()
        arrow.setPixmap(pixmap("chevron-right", "sub", 16))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(4), theme.px(4), theme.px(4), theme.px(4))
        row.setSpacing(theme.px(10))
        row.addWidget(number)
        row.addWidget(QLabel(words, wordWrap=True), 1)
        row.addWidget(arrow)
        for label in self.findChildren(QLabel):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)

    def sizeHint(self) -> QSize:
        """What the labels need, not the button's own (empty) text."""
        return self.layout().sizeHint()

    def minimumSizeHint(self) -> QSize:
        """The same."""
        return self.layout().minimumSize()

    def heightForWidth(self, width: int) -> int:
        """Two lines where the words do not fit in one."""
        return max(self.layout().heightForWidth(width), theme.px(36))


class StepLine(QWidget):
    """A step of the history: what, when, by whom; `undo_wanted(seq)`."""

    undo_wanted = Signal(int)

    def __init__(self, step: Step) -> None:
        super().__init__()
        words = QLabel(step.label, wordWrap=True)
        by = theme.role(QLabel("　".join(part for part in (_when(step.at), step.operator) if part)), "sub")
        texts = QVBoxLayout()
        texts.setSpacing(0)
        texts.addWidget(words)
        texts.addWidget(by)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, theme.px(4), 0, theme.px(4))
        row.setSpacing(theme.px(8))
        row.addLayout(texts, 1)
        if step.undone:
            theme.role(words, "sub")
            row.addWidget(theme.role(QLabel("已撤销"), "chip"))
            return
        if step.lasting:
            return  # it made the ledger: without its lists and settings there is nothing to work with
        self.undo = theme.role(QPushButton("撤销"), "link")
        self.undo.setAccessibleName(f"撤销：{step.label}")
        self.undo.clicked.connect(lambda: self.undo_wanted.emit(step.seq))
        row.addWidget(self.undo)


def clear(layout: QLayout) -> None:
    """Take every widget out of a layout."""
    while layout.count():
        widget = layout.takeAt(0).widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def _when(at: str) -> str:
    day = "今天" if at[:10] == today().isoformat() else format_date(at[:10])
    return f"{day} {at[11:16]}"
