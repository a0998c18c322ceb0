"""外勤登记, in copies given out: three entries in large type for finger or keyboard, and what was entered last."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import (
    QBoxLayout,
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
)

from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page
from ui.kit.perform import undo
from ui.pages.field_entries import ENTRIES, Entry
from ui.pages.field_parts import SHOWN, LastEntries

LEAST_POINTS = 16
TARGET = 40  # logical pixels at 10 pt: what a finger hits
SIDE_BY_SIDE_FROM = 860
_HERE = "undoes IS NULL AND NOT lasting AND label NOT LIKE '合并%'"


class FieldPage(Page):
    """Alt+1, 2, 3 choose the entry; Enter goes on, Ctrl+Enter saves."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.entries: list[Entry] = [make(ctx) for make in ENTRIES]
        self.stack = QStackedWidget()
        self.choices: list[QPushButton] = []
        self.last = LastEntries()
        self.last.undo_wanted.connect(lambda seq: undo(ctx, seq, parent=self))
        self._points = 0
        self._lay_out()
        self._dress()
        self.choose(0)

    def commands(self) -> list[Command]:
        """Send what was entered: the exchange page makes the packet."""
        return [
            Command("exchange", "交换数据", lambda: self.ctx.go_to("exchange"), icon="exchange"),
            Command("refresh", "刷新", lambda: self.reload(frozenset()), icon="refresh", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """The last entries and what waits, again; what is being typed stays."""
        self.last.show_steps(self.ctx.store.steps(SHOWN, where=_HERE))
        confirm: Any = self.entries[1]
        confirm.show_waiting()

    def apply_filter(self, **filter: Any) -> None:
        """Another page asks for an entry: entry=0, 1 or 2."""
        self.choose(int(filter.get("entry", 0)))

    def choose(self, at: int) -> None:
        """Show an entry and put the keyboard into it."""
        self.choices[at].setChecked(True)
        self.stack.setCurrentIndex(at)
        self.setFocusProxy(self.entries[at].form)
        QTimer.singleShot(0, self.entries[at], lambda: self.entries[at].form.focus())

    def may_leave(self) -> bool:
        """What is typed is kept."""
        for entry in self.entries:
            entry.keep()
        return True

    def changeEvent(self, event: QEvent) -> None:
        """Another size or other colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.ApplicationFontChange, QEvent.Type.FontChange, QEvent.Type.PaletteChange):
            QTimer.singleShot(0, self, self._dress)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The last entries stand below in a narrow window."""
        super().resizeEvent(event)
        wide = self.width() >= theme.px(SIDE_BY_SIDE_FROM)
        self._ways.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)
        self._ways.setStretch(1, 2 if wide else 1)

    def _dress(self) -> None:
        points = max(LEAST_POINTS, theme.points() + 4)
        if points == self._points:
            return
        self._points = points
        high = theme.px(TARGET)
        self.setStyleSheet(
            f"* {{ font-size: {points}pt; }} QPushButton {{ min-height: {high - theme.px(10)}px; }} "
            f"FieldLabel {{ padding-top: {(high - theme.px(28)) // 2}px; }} "
            f"QLineEdit, QComboBox {{ min-height: {high}px; }} QComboBox QLineEdit {{ min-height: 0; }} "
            f"QListWidget::item {{ min-height: {high}px; }} "
            f"QListWidget::indicator, QCheckBox::indicator {{ width: {theme.px(22)}px; height: {theme.px(22)}px; }}"
        )

    def _lay_out(self) -> None:
        group = QButtonGroup(self)
        tabs = QHBoxLayout()
        tabs.setSpacing(theme.px(10))
        for at, entry in enumerate(self.entries):
            button = QPushButton(f"{at + 1}　{entry.title}", checkable=True)
            button.setAccessibleName(entry.title)
            button.setToolTip(f"Alt+{at + 1}")
            button.clicked.connect(lambda _on=False, number=at: self.choose(number))
            group.addButton(button)
            tabs.addWidget(button, 1)
            self.choices.append(button)
            self.stack.addWidget(entry)
            entry.done.connect(lambda: self.reload(frozenset()))
            QShortcut(QKeySequence(f"Alt+{at + 1}"), self, lambda number=at: self.choose(number))
        card = theme.role(QFrame(), "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(theme.px(18), theme.px(14), theme.px(10), theme.px(14))
        inner.addWidget(self.stack)
        left = QVBoxLayout()
        left.setSpacing(theme.px(12))
        left.addLayout(tabs)
        left.addWidget(card, 1)
        self._ways = QBoxLayout(QBoxLayout.Direction.LeftToRight, self)
        self._ways.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        self._ways.setSpacing(theme.px(14))
        self._ways.addLayout(left, 3)
        side = QScrollArea(widgetResizable=True)
        side.setFrameShape(QFrame.Shape.NoFrame)
        side.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        side.setWidget(self.last)
        self._ways.addWidget(side, 2)
