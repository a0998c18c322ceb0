"""A list to tick: a name and how many stand behind it; a line to find, 全选, 全不选."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QListWidget, QListWidgetItem, QPushButton, QVBoxLayout
from PySide6.QtWidgets import QWidget as _Widget

from ui.kit import theme

_KEY = Qt.ItemDataRole.UserRole


@dataclass(frozen=True, slots=True)
class Option:
    """One line."""

    uid: str
    name: str
    count: int = 0


class CheckList(_Widget):
    """`changed` when something is ticked; `uids()` are the ticked ones, also those the search hides."""

    changed = Signal()

    def __init__(self, name: str, noun: str, options: Sequence[Option], empty: str = "") -> None:
        """`noun` counts what stands behind a line: 人."""
        super().__init__()
        self._options = {one.uid: one for one in options}
        self._noun = noun
        self._loading = False
        self.search = QLineEdit(placeholderText="查找")
        self.search.setAccessibleName(f"查找{name}")
        self.search.setClearButtonEnabled(True)
        self.list = QListWidget()
        self.list.setAccessibleName(name)
        self.all, self.none = (theme.role(QPushButton(text), "link") for text in ("全选", "全不选"))
        self.said = theme.role(QLabel(empty), "sub")
        head = QHBoxLayout()
        head.addWidget(self.search, 1)
        head.addWidget(self.all)
        head.addWidget(self.none)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(head)
        column.addWidget(self.list, 1)
        column.addWidget(self.said)
        self._fill()
        self.search.textChanged.connect(self._sift)
        self.list.itemChanged.connect(lambda _item: None if self._loading else self._tell())
        self.all.clicked.connect(lambda: self._tick(True))
        self.none.clicked.connect(lambda: self._tick(False))
        self.setFocusProxy(self.list)

    def uids(self) -> tuple[str, ...]:
        """The ticked lines in order."""
        items = (self.list.item(at) for at in range(self.list.count()))
        return tuple(item.data(_KEY) for item in items if item.checkState() == Qt.CheckState.Checked)

    def count(self) -> int:
        """What stands behind the ticked lines, summed."""
        return sum(self._options[uid].count for uid in self.uids())

    def set_uids(self, uids: Sequence[str]) -> None:
        """Tick these and no others."""
        self._loading = True
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setCheckState(Qt.CheckState.Checked if item.data(_KEY) in uids else Qt.CheckState.Unchecked)
        self._loading = False
        self._tell()

    def changeEvent(self, event: QEvent) -> None:
        """Another font size, other heights."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and hasattr(self, "list"):
            for at in range(self.list.count()):
                self.list.item(at).setSizeHint(QSize(0, theme.px(28)))

    def _fill(self) -> None:
        self._loading = True
        for one in self._options.values():
            item = QListWidgetItem(f"{one.name}　{one.count:,} {self._noun}")
            item.setData(_KEY, one.uid)
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Unchecked)
            item.setSizeHint(QSize(0, theme.px(28)))
            self.list.addItem(item)
        self._loading = False
        self.list.setCurrentRow(0)

    def _sift(self, text: str) -> None:
        for at in range(self.list.count()):
            item = self.list.item(at)
            item.setHidden(text.strip() not in item.text())

    def _tick(self, on: bool) -> None:
        shown = [self.list.item(at) for at in range(self.list.count()) if not self.list.item(at).isHidden()]
        found = {item.data(_KEY) for item in shown}
        kept = set(self.uids())
        self.set_uids(tuple(kept | found if on else kept - found))

    def _tell(self) -> None:
        ticked = self.uids()
        self.said.setText(f"已选 {len(ticked)} 个，共 {self.count():,} {self._noun}。" if ticked else "还没有选。")
        self.changed.emit()
