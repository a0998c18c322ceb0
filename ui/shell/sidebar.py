"""The dark bar at the left: the pages in their groups, icon and word; collapsible to icons."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import rule
from ui.kit.page import PageSpec


class Sidebar(QFrame):
    """`picked(page_id)` when a person chooses a page; `show_page` marks the one in view."""

    picked = Signal(str)
    folded = Signal(bool)

    def __init__(self, pages: Sequence[PageSpec], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("sidebar")
        self._pages = pages
        self._narrow = False
        self.buttons: dict[str, QPushButton] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._head())
        column.addWidget(self._list(), 1)
        self._fold = self._entry("chevron-left", "收起侧栏")
        self._fold.setCheckable(False)
        self._fold.clicked.connect(lambda: self.fold(not self._narrow))
        self._foot = QVBoxLayout()
        self._foot.addWidget(self._fold)
        column.addLayout(self._foot)
        self.restyle()

    def show_page(self, page_id: str) -> None:
        """Mark the page in view."""
        if page_id in self.buttons:
            self.buttons[page_id].setChecked(True)

    def fold(self, narrow: bool) -> None:
        """Collapse to icons, or open again."""
        self._narrow = narrow
        self.restyle()
        self.folded.emit(narrow)

    def restyle(self) -> None:
        """Take the sizes and colours of the theme in force."""
        self.setFixedWidth(theme.px(52 if self._narrow else 180))
        self._mark.setFixedSize(theme.px(28), theme.px(28))
        self._name.setVisible(not self._narrow)
        self._head_row.setContentsMargins(theme.px(12), theme.px(14), theme.px(8), theme.px(14))
        self._head_row.setSpacing(theme.px(10))
        self._column.setContentsMargins(theme.px(8), theme.px(2), theme.px(8), theme.px(8))
        self._column.setSpacing(theme.px(2))
        self._foot.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(8))
        for button, name, word in self._entries():
            button.setIcon(icon(name, "nav_text", 18))
            button.setIconSize(QSize(theme.px(18), theme.px(18)))
            button.setText("" if self._narrow else f"  {word}")
            button.setToolTip(self._tip(button, word))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Up and Down walk through the entries."""
        step = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}.get(Qt.Key(event.key()))
        order = list(self.buttons.values())
        here = self.focusWidget()
        if step and here in order:
            order[(order.index(here) + step) % len(order)].setFocus(Qt.FocusReason.TabFocusReason)
            return
        super().keyPressEvent(event)

    def _head(self) -> QWidget:
        head = QWidget()
        self._head_row = QHBoxLayout(head)
        self._mark = theme.role(QLabel("沉"), "mark")
        self._mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._name = theme.role(QLabel("下沉纪实"), "brand")
        self._head_row.addWidget(self._mark)
        self._head_row.addWidget(self._name)
        self._head_row.addStretch(1)
        return head

    def _list(self) -> QScrollArea:
        area = QScrollArea()
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        inside, ground = QWidget(), QWidget()
        for widget in (inside, ground):
            widget.setObjectName("navlist")
        area.setViewport(ground)  # asking for Qt's own would make PySide set up every kind of widget at start (10 ms)
        self._column = QVBoxLayout(inside)
        group = None
        for number, spec in enumerate(self._pages, 1):
            if group is not None and spec.group != group:
                self._column.addSpacing(4)
                self._column.addWidget(rule())
                self._column.addSpacing(4)
            group = spec.group
            button = self._entry(spec.icon, spec.title)
            button.clicked.connect(lambda _checked=False, page=spec.id: self.picked.emit(page))
            if number <= 9:
                QShortcut(QKeySequence(f"Ctrl+{number}"), self, button.click)
            self._group.addButton(button)
            self.buttons[spec.id] = button
            self._column.addWidget(button)
        self._column.addStretch(1)
        area.setWidget(inside)
        return area

    def _entry(self, name: str, word: str) -> QPushButton:
        button = theme.role(QPushButton(), "nav")
        button.setCheckable(True)
        button.setAccessibleName(word)
        return button

    def _entries(self) -> list[tuple[QPushButton, str, str]]:
        made = [(self.buttons[spec.id], spec.icon, spec.title) for spec in self._pages]
        fold = ("chevron-right", "展开侧栏") if self._narrow else ("chevron-left", "收起侧栏")
        return [*made, (self._fold, *fold)]

    def _tip(self, button: QPushButton, word: str) -> str:
        order = list(self.buttons.values())
        number = order.index(button) + 1 if button in order else 0
        return f"{word}（Ctrl+{number}）" if 0 < number <= 9 else word
