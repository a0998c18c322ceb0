"""Who goes into the selected grid: names or 工号, typed or pasted from Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from ui.kit import theme
from ui.kit.dialogs import PasteBox, Resolved
from ui.kit.labels import words


class PeopleDialog(QDialog):
    """`chosen(uids)`."""

    chosen = Signal(object)

    def __init__(self, title: str, resolve: Callable[[str], Sequence[Resolved]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.box = PasteBox(resolve)
        self.use = theme.role(QPushButton("编入"), "primary")
        self.use.setToolTip("Ctrl+Enter")
        back = QPushButton("取消")
        for button in (self.use, back):
            button.setAutoDefault(False)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.use)
        foot.addWidget(back)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(
            words(
                "姓名或工号一行一个，可以从 Excel 粘贴。已经编入别的网格的人从今天起换到这里，以前的服务时长留在原网格。",
                "sub",
            )
        )
        column.addWidget(self.box, 1)
        column.addLayout(foot)
        self.use.clicked.connect(self.finish)
        back.clicked.connect(self.reject)
        self.box.submitted.connect(self.finish)
        self.box.changed.connect(self._count)
        self._count()
        self.resize(theme.px(680), theme.px(420))

    def finish(self) -> None:
        """Hand those on who are certain."""
        if uids := self.box.uids():
            self.accept()
            self.chosen.emit(uids)

    def showEvent(self, event: Any) -> None:
        """The keyboard starts where names are pasted."""
        super().showEvent(event)
        QTimer.singleShot(0, self.box, self.box.edit.setFocus)

    def _count(self) -> None:
        count = len(self.box.uids())
        self.use.setText(f"编入 {count} 人" if count else "编入")
        self.use.setEnabled(count > 0)
