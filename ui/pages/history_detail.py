"""One step opened: who and when, every row before and after, 撤销此步 and 重做."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QFont
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QToolButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
)

from core.store.history import Step
from core.words import FieldChange, RowWords
from ui.kit import theme
from ui.kit.history_list import BackLine
from ui.kit.icons import icon
from ui.pages.history_rows import when

LINE = Qt.ItemDataRole.UserRole
OPEN_ROWS = 12  # of a larger step only the titles stand open


class StepPanel(QFrame):
    """The step of the current line of the list."""

    undo_wanted = Signal(int)
    redo_wanted = Signal()
    back_wanted = Signal(object)  # a BackLine
    picked = Signal()  # another line of the step is current
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.role(self, "card")
        self.step: Step | None = None
        self._rows: tuple[Sequence[RowWords], int] = ((), 0)
        self.title = theme.role(QLabel(wordWrap=True), "section")
        self.by = theme.role(QLabel(wordWrap=True), "sub")
        self.said = theme.role(QLabel(wordWrap=True), "sub")
        self.undo, self.redo = QPushButton("撤销此步"), QPushButton("重做")
        self.back = QPushButton("改回原样")
        self.back.setToolTip("把选中的一项，或选中的一条记录，改回这一步之前的样子。")
        self.back.clicked.connect(self._put_back)
        self.undo.clicked.connect(lambda: self.step is not None and self.undo_wanted.emit(self.step.seq))
        self.redo.clicked.connect(self.redo_wanted)
        self.close_button = QToolButton()
        self.close_button.setAccessibleName("关闭")
        self.close_button.setToolTip("关闭（Esc）")
        self.close_button.clicked.connect(self.closed)
        self.tree = QTreeWidget()
        theme.role(self.tree, "bare")
        self.tree.setAccessibleName("改动前后")
        self.tree.setHeaderLabels(["项目", "原来", "改为"])
        self.tree.setIndentation(theme.px(12))
        self.tree.setWordWrap(True)
        self.tree.setUniformRowHeights(False)
        self.tree.currentItemChanged.connect(lambda *_: self._picked())
        head = self.tree.header()
        head.setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self._lay_out()
        self._dress()

    def show_step(self, step: Step, about: str, undo: bool, redo: bool) -> None:
        """Head and buttons, `about` whom it is; the rows follow."""
        self.step = step
        self.title.setText(step.label)
        parts = (
            about,
            when(step.at),
            f"经办人：{step.operator}" if step.operator else "",
            step.device,
            f"{step.count:,} 行",
        )
        self.by.setText("　".join(part for part in parts if part))
        self.undo.setVisible(undo)
        self.redo.setVisible(redo)
        self._rows = ((), 0)
        self.tree.clear()
        self._picked()
        self.said.setText("正在读取…")
        self.said.show()

    def show_rows(self, rows: Sequence[RowWords], total: int) -> None:
        """Every row with its fields."""
        self._rows = (rows, total)
        self.tree.clear()
        step = self.step
        for row in rows:
            item = QTreeWidgetItem(self.tree, [f"{row.op}　{row.title}".strip()])
            item.setFirstColumnSpanned(True)
            if step is not None and row.op in ("修改", "删除"):
                item.setData(0, LINE, BackLine(step.seq, row.table, row.uid, "", row.title, row.op))
            bold = QFont(self.font())
            bold.setBold(True)
            item.setFont(0, bold)
            item.setForeground(0, theme.color("bad" if row.op == "删除" else "text"))
            item.setToolTip(0, row.title)
            item.setSizeHint(0, QSize(0, theme.px(28)))
            for field in row.fields:
                line = self._add_field(item, field)
                if step is not None and row.op == "修改":
                    told = (row.title, field.label, field.before, field.after)
                    line.setData(0, LINE, BackLine(step.seq, row.table, row.uid, field.key, *told))
            item.setExpanded(len(rows) <= OPEN_ROWS)
        more = total - len(rows)
        self.said.setText(f"只列出前 {len(rows):,} 行，另有 {more:,} 行。" if more > 0 else "")
        self.said.setVisible(more > 0)

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "tree"):
            self._dress()
            if self._rows[0]:  # the lines carry colours and heights of their own
                self.show_rows(*self._rows)

    def current_line(self) -> BackLine | None:
        """What 改回原样 would put back: a field, or a record; None if nothing is chosen or it was added by the step."""
        item = self.tree.currentItem()
        found = item.data(0, LINE) if item is not None else None
        return found if isinstance(found, BackLine) else None

    def _put_back(self) -> None:
        if line := self.current_line():
            self.back_wanted.emit(line)

    def _picked(self) -> None:
        self.back.setEnabled(self.current_line() is not None)
        self.picked.emit()

    def _add_field(self, parent: QTreeWidgetItem, field: FieldChange) -> QTreeWidgetItem:
        item = QTreeWidgetItem(parent, [field.label, field.before or "（空）", field.after or "（空）"])
        for at, text in enumerate((field.label, field.before, field.after)):
            item.setToolTip(at, text)
            item.setTextAlignment(at, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        item.setForeground(0, theme.color("sub"))
        item.setForeground(1, theme.color("sub"))
        if not field.after:
            item.setForeground(2, theme.color("sub"))
        return item

    def _dress(self) -> None:
        self.close_button.setIcon(icon("close", "sub", 16))
        self.undo.setIcon(icon("undo", "text", 16))
        self.redo.setIcon(icon("redo", "text", 16))
        self.back.setIcon(icon("undo", "text", 16))

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.addWidget(self.title, 1)
        head.addWidget(self.close_button, 0, Qt.AlignmentFlag.AlignTop)
        buttons = QHBoxLayout()
        buttons.setSpacing(theme.px(8))
        buttons.addWidget(self.undo)
        buttons.addWidget(self.redo)
        buttons.addWidget(self.back)
        buttons.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(10), theme.px(10), theme.px(10))
        column.setSpacing(theme.px(6))
        column.addLayout(head)
        column.addWidget(self.by)
        column.addLayout(buttons)
        column.addWidget(self.said)
        column.addWidget(self.tree, 1)
