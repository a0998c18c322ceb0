"""Picking a value of a list, a place in a tree with counts; a person: see person_picker (named here too)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QFont, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.kit import theme
from ui.kit.person_picker import DETAIL, UID, PersonPicker, TwoPartDelegate, person_detail, person_words

__all__ = ["ListPicker", "Node", "PersonPicker", "UnitTree", "person_detail", "person_words"]

KIND = UID + 2


class ListPicker(QWidget):
    """A list with a search line; `picked(uid)` on Enter or click. `lines` are (uid, words, detail)."""

    picked = Signal(str)

    def __init__(self, lines: Sequence[tuple[str, str, str]] = (), name: str = "列表", parent: Any = None) -> None:
        super().__init__(parent)
        self.search = QLineEdit(placeholderText="查找")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(f"在{name}中查找")
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.list.setItemDelegate(TwoPartDelegate(self.list))
        self.list.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.search)
        column.addWidget(self.list, 1)
        self.search.textChanged.connect(self._filter)
        self.search.installEventFilter(self)
        self.list.itemActivated.connect(lambda item: self.picked.emit(item.data(UID)))
        self.list.itemClicked.connect(lambda item: self.picked.emit(item.data(UID)))
        self.set_lines(lines)

    def set_lines(self, lines: Sequence[tuple[str, str, str]]) -> None:
        """Offer other lines; the current one stays if it is among them."""
        kept = self.current()
        self.list.clear()
        for uid, words, detail in lines:
            item = QListWidgetItem(words)
            item.setData(UID, uid)
            item.setData(DETAIL, detail)
            self.list.addItem(item)
        self.select(kept)
        self._filter()

    def current(self) -> str:
        """Uid of the current line, '' for none."""
        item = self.list.currentItem()
        return str(item.data(UID)) if item is not None else ""

    def select(self, uid: str) -> None:
        """Make a line current."""
        for row in range(self.list.count()):
            if self.list.item(row).data(UID) == uid:
                self.list.setCurrentRow(row)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """From the search line ↑↓ and Enter work on the list."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            if event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
                self._step(-1 if event.key() == Qt.Key.Key_Up else 1)
                return True
            if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current():
                self.picked.emit(self.current())
                return True
        return False

    def _shown(self) -> list[QListWidgetItem]:
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item for item in items if not item.isHidden()]

    def _step(self, by: int) -> None:
        shown = self._shown()
        if shown:
            at = shown.index(self.list.currentItem()) if self.list.currentItem() in shown else -by
            self.list.setCurrentItem(shown[(at + by) % len(shown)])

    def _filter(self) -> None:
        words = self.search.text().split()
        for row in range(self.list.count()):
            item = self.list.item(row)
            text = f"{item.text()} {item.data(DETAIL) or ''}"
            item.setHidden(not all(word in text for word in words))
        shown = self._shown()
        if words and shown and self.list.currentItem() not in shown:
            self.list.setCurrentItem(shown[0])


@dataclass(slots=True)
class Node:
    """One line of a tree; `count` stands at its right (None: no number)."""

    uid: str
    text: str
    count: int | None = None
    kind: str = ""  # what the uid is of: 'unit', 'branch', …
    children: list[Node] = field(default_factory=list)


class UnitTree(QTreeWidget):
    """单位 → 党支部 with counts; '全部' on top. `chosen(kind, uid)`, both '' for everything."""

    chosen = Signal(str, str)

    def __init__(self, name: str = "单位", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.role(self, "bare")
        self.setColumnCount(2)
        self.setHeaderHidden(True)
        self.setAccessibleName(name)
        self.setRootIsDecorated(True)
        self.setUniformRowHeights(True)
        self.setIndentation(theme.px(14))
        self.header().setStretchLastSection(False)
        self.header().setMinimumSectionSize(theme.px(20))
        self.header().setSectionResizeMode(0, self.header().ResizeMode.Stretch)
        self.header().setSectionResizeMode(1, self.header().ResizeMode.ResizeToContents)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.currentItemChanged.connect(self._tell)

    def set_nodes(self, nodes: Sequence[Node], total: int | None = None) -> None:
        """Show a tree; what was open and chosen stays so."""
        kept, opened = self.current(), self._opened()
        self.blockSignals(True)
        self.clear()
        self._add(self.invisibleRootItem(), Node("", "全部", total), opened, bold=True)
        for node in nodes:
            self._add(self.invisibleRootItem(), node, opened, bold=False)
        self.choose(*kept)
        self.blockSignals(False)

    def current(self) -> tuple[str, str]:
        """(kind, uid) of the chosen line."""
        item = self.currentItem()
        return (str(item.data(0, KIND)), str(item.data(0, UID))) if item is not None else ("", "")

    def choose(self, kind: str, uid: str) -> None:
        """Make a line current; '全部' if it is not there."""
        match = next((item for item in self._items() if (item.data(0, KIND), item.data(0, UID)) == (kind, uid)), None)
        self.setCurrentItem(match or self.topLevelItem(0))

    def _add(self, parent: QTreeWidgetItem, node: Node, opened: set[str], bold: bool) -> None:
        item = QTreeWidgetItem(parent, [node.text, "" if node.count is None else f"{node.count:,} "])
        item.setData(0, UID, node.uid)
        item.setData(0, KIND, node.kind)
        item.setToolTip(0, node.text)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setForeground(1, theme.color("sub"))
        item.setSizeHint(0, QSize(0, theme.px(28)))
        if bold:
            font = QFont(self.font())
            font.setWeight(QFont.Weight.DemiBold)
            item.setFont(0, font)
        for child in node.children:
            self._add(item, child, opened, bold=False)
        item.setExpanded(node.uid in opened)

    def _items(self) -> list[QTreeWidgetItem]:
        return self.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)

    def _opened(self) -> set[str]:
        return {str(item.data(0, UID)) for item in self._items() if item.isExpanded()}

    def _tell(self) -> None:
        self.chosen.emit(*self.current())
