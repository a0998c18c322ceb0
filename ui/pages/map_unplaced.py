"""Below the map: people without a grid. Drag them onto it, or select, press 编入 and choose a grid by key."""

from __future__ import annotations

import json
from collections.abc import Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDrag
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
)

from core.store import Row
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.person_picker import DETAIL, UID, TwoPartDelegate
from ui.map.drops import MIME

ROWS, LOW_ROWS = 4, 2  # lines that are seen at once


class PeopleList(QListWidget):
    """Several may be selected; what is dragged are their uids."""

    def __init__(self) -> None:
        super().__init__()
        self.lines = ROWS
        self.setAccessibleName("未编入网格的人")
        self.setItemDelegate(TwoPartDelegate(self))
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setDragEnabled(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setUniformItemSizes(True)

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        """Qt asks for it."""
        made = QMimeData()
        made.setData(MIME, json.dumps([str(item.data(UID)) for item in items]).encode("ascii"))
        return made

    def startDrag(self, actions: Qt.DropAction) -> None:
        """The number of people goes with the mouse."""
        items = self.selectedItems()
        if not items:
            return
        drag = QDrag(self)
        drag.setMimeData(self.mimeData(items))
        words = QLabel(who(items))
        theme.role(words, "chip-info")
        words.adjustSize()
        drag.setPixmap(words.grab())
        drag.exec(Qt.DropAction.CopyAction)

    def minimumSizeHint(self) -> QSize:
        """Few lines: the map has the room."""
        return QSize(theme.px(200), theme.px(28) * self.lines + 4)

    def sizeHint(self) -> QSize:
        """No more."""
        return self.minimumSizeHint()


class UnplacedStrip(QFrame):
    """`place_wanted()`, `auto_wanted()`, `person_wanted(uid)`, `selection_changed()`, `folded(bool)`."""

    place_wanted = Signal()
    auto_wanted = Signal()
    person_wanted = Signal(str)
    selection_changed = Signal()
    folded = Signal(bool)

    def __init__(self) -> None:
        super().__init__()
        theme.role(self, "card")
        self._rows: list[Row] = []
        self._folded = False
        self.fold = QToolButton()
        self.title = theme.role(QLabel(), "section")
        self.search = QLineEdit(placeholderText="姓名、工号、单位或住址")
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName("在未编入的人中查找")
        self.search.setMinimumWidth(theme.px(150))
        self.search.setMaximumWidth(theme.px(220))
        self.place, self.auto = QPushButton("编入…"), QPushButton("自动编入…")
        self.place.setToolTip("把选中的人编入图上的网格或楼栋（Alt+8）")
        self.auto.setToolTip("按住址提出编入方案，逐条核对后写入")
        self.list = PeopleList()
        self.list.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._lay_out()
        self.fold.clicked.connect(lambda: self.set_folded(not self._folded))
        self.search.textChanged.connect(self._filter)
        self.place.clicked.connect(self.place_wanted)
        self.auto.clicked.connect(self.auto_wanted)
        self.list.itemSelectionChanged.connect(self._selected)
        self.list.itemActivated.connect(lambda _item: self.place_wanted.emit())
        self._selected()
        self.set_folded(False)

    def show_people(self, rows: Sequence[Row]) -> None:
        """These have no grid; who was selected stays so."""
        if self._rows and list(rows) == self._rows:
            return
        kept = set(self.selected())
        self._rows = list(rows)
        self._show_list()
        self.list.blockSignals(True)
        self.list.clear()
        for row in rows:
            item = QListWidgetItem(f"{row['name']}　{row.get('staff_no') or ''}".strip())
            item.setData(UID, row["uid"])
            item.setData(DETAIL, "　".join(str(row[key]) for key in ("unit", "address", "reason") if row.get(key)))
            self.list.addItem(item)
            item.setSelected(row["uid"] in kept)
        self.list.blockSignals(False)
        self._filter()
        self._selected()

    @property
    def count(self) -> int:
        """How many have no grid."""
        return len(self._rows)

    def selected(self) -> list[str]:
        """Uids of the selected people."""
        return [str(item.data(UID)) for item in self.list.selectedItems() if not item.isHidden()]

    def who(self) -> str:
        """'张伟' or '张伟等3人'; '' for nobody."""
        return who([item for item in self.list.selectedItems() if not item.isHidden()])

    def is_folded(self) -> bool:
        """Whether only the head is shown."""
        return self._folded

    def show_everybody(self) -> None:
        """The list whole and open, the keyboard on it."""
        self.search.clear()
        self.set_folded(False)
        self.list.setFocus(Qt.FocusReason.OtherFocusReason)

    def set_low(self, low: bool) -> None:
        """In a low window fewer lines are seen at once."""
        lines = LOW_ROWS if low else ROWS
        if lines != self.list.lines:
            self.list.lines = lines
            self.list.updateGeometry()

    def set_folded(self, folded: bool) -> None:
        """Show the head only, or the list too."""
        self._folded = folded
        self._show_list()
        self.fold.setIcon(icon("chevron-up" if folded else "chevron-down", "text", 16))
        self.fold.setAccessibleName("展开未编入名单" if folded else "收起未编入名单")
        self.fold.setToolTip(self.fold.accessibleName())
        self.folded.emit(folded)

    def _show_list(self) -> None:
        for widget in (self.list, self.search):
            widget.setVisible(not self._folded and bool(self._rows))
        self.fold.setEnabled(bool(self._rows))

    def _selected(self) -> None:
        count = len(self.selected())
        self.place.setEnabled(count > 0)
        self.place.setText(f"编入 {count} 人…" if count > 1 else "编入…")
        self.selection_changed.emit()

    def _filter(self) -> None:
        words = self.search.text().split()
        shown = 0
        for at in range(self.list.count()):
            item = self.list.item(at)
            text = f"{item.text()} {item.data(DETAIL) or ''}"
            item.setHidden(not all(word in text for word in words))
            shown += not item.isHidden()
        total = len(self._rows)
        found = f"，找到 {shown:,} 人" if words else ""
        self.title.setText(f"未编入 {total:,} 人{found}" if total else "没有等着编入的人")
        self.auto.setEnabled(total > 0)

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        for widget in (self.fold, self.title, self.search):
            head.addWidget(widget)
        head.addStretch(1)
        head.addWidget(self.place)
        head.addWidget(self.auto)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(10), theme.px(6), theme.px(10), theme.px(6))
        column.setSpacing(theme.px(6))
        column.addLayout(head)
        column.addWidget(self.list)


def who(items: Sequence[QListWidgetItem]) -> str:
    """'张伟' or '张伟等3人'."""
    if not items:
        return ""
    name = items[0].text().split("　")[0]
    return name if len(items) == 1 else f"{name}等{len(items)}人"


def uids_of(data: bytes) -> list[str]:
    """What was dragged."""
    return [str(uid) for uid in json.loads(data.decode("ascii"))]
