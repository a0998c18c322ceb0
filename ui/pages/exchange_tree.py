"""The preview of a merge as a tree: packets, what will have to be decided, then person by person, field by field."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QHeaderView, QTreeWidget, QTreeWidgetItem

from core.words import FieldChange
from ui.kit import theme
from ui.kit.sides import NOTHING
from ui.pages.exchange_preview import Line, Preview, Told

OPEN_PEOPLE = 12  # of a larger packet only the names stand open
BOTH = "（这边也改了别的项，合在一起）"


class PreviewTree(QTreeWidget):
    """Read only; ← → close and open."""

    def __init__(self) -> None:
        super().__init__()
        self._shown: Preview | None = None
        self._later: dict[int, Line] = {}  # by id of the item, which the tree keeps alive
        self._items: list[QTreeWidgetItem] = []  # Python's own, so that an id stays one item's
        theme.role(self, "list")
        self.setAccessibleName("数据包的内容")
        self.setHeaderLabels(["内容", "原来", "改为"])
        self.setIndentation(theme.px(14))
        self.setWordWrap(True)
        self.setUniformRowHeights(False)
        self.itemExpanded.connect(self._open)
        head = self.header()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)

    def show_merge(self, found: Preview) -> None:
        """Show what each packet brings."""
        self._shown = found
        self.clear()
        self._later, self._items = {}, []
        for packet in found.packets:
            self._add_packet(packet)

    def lines(self) -> list[str]:
        """Every line as text, for a test and for copying."""
        made = []

        def walk(item: QTreeWidgetItem, depth: int) -> None:
            made.append("　" * depth + "　".join(item.text(at) for at in range(3) if item.text(at)))
            for at in range(item.childCount()):
                walk(item.child(at), depth + 1)

        for at in range(self.topLevelItemCount()):
            walk(self.topLevelItem(at), 0)
        return made

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and getattr(self, "_shown", None):
            self.show_merge(self._shown)

    def _add_packet(self, told: Told) -> None:
        top = self._head(self, f"{told.title}　{told.sentence}", "text", bold=True)
        for note in told.notes:
            self._head(top, note, "warn")
        if told.waits:
            waits = self._head(top, f"要定的 {len(told.waits):,} 处（合并后在“待定”里处理，这些不会自动改）", "warn")
            for kind, what, values in told.waits:
                item = self._head(waits, f"{kind}　{what}", "text")
                if values:
                    self._head(item, values, "sub")
                    item.setExpanded(True)
            waits.setExpanded(len(told.waits) <= OPEN_PEOPLE)
        for whose in told.people:
            item = self._head(top, whose.name, "text", bold=True)
            for line in whose.lines:
                self._add_line(item, line)
            item.setExpanded(len(told.people) <= OPEN_PEOPLE)
        if told.left_out:
            self._head(top, f"另有 {told.left_out:,} 条没有列出，一样会合并。", "sub")
        top.setExpanded(True)

    def _add_line(self, parent: QTreeWidgetItem, line: Line) -> None:
        said = f"{line.words.op}　{line.words.title}{BOTH if line.parallel else ''}"
        item = self._head(parent, said, "bad" if line.words.op == "删除" else "text")
        if line.words.op == "修改":
            self._add_fields(item, line)
            item.setExpanded(True)
        elif line.words.op == "新增":  # its fields are made when it is opened: a thousand new records have many
            item.setChildIndicatorPolicy(QTreeWidgetItem.ChildIndicatorPolicy.ShowIndicator)
            self._items.append(item)
            self._later[id(item)] = line

    def _open(self, item: QTreeWidgetItem) -> None:
        if (line := self._later.pop(id(item), None)) is not None:
            self._add_fields(item, line)

    def _add_fields(self, item: QTreeWidgetItem, line: Line) -> None:
        for change in line.words.fields:
            self._add_field(item, change, new=line.words.op == "新增")

    def _add_field(self, parent: QTreeWidgetItem, change: FieldChange, *, new: bool) -> None:
        before = "" if new else change.before or NOTHING
        item = QTreeWidgetItem(parent, [change.label, before, change.after or NOTHING])
        for at in range(3):
            item.setToolTip(at, item.text(at))
            item.setTextAlignment(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        item.setForeground(0, theme.color("sub"))
        item.setForeground(1, theme.color("sub"))

    def _head(
        self, parent: QTreeWidget | QTreeWidgetItem, text: str, tone: str, *, bold: bool = False
    ) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [text])
        item.setFirstColumnSpanned(True)
        item.setToolTip(0, text)
        font = self.font()
        font.setBold(bold)
        item.setFont(0, font)
        item.setForeground(0, theme.color(tone))
        item.setSizeHint(0, QSize(0, theme.px(26)))
        return item
