"""Step 4, 写入: what was written, what was not, who is missing; and the way back."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtWidgets import QFrame, QHeaderView, QLabel, QPushButton, QTabBar, QVBoxLayout, QWidget

from core.sheet.importing import Outcome, Prepared, Written
from core.store import KeptRow, Reads
from core.words import reason_words
from ui.kit import theme
from ui.kit.flow import FlowLayout
from ui.kit.labels import words
from ui.kit.table_parts import Grid
from ui.pages.import_grid import OUTCOMES, reason
from ui.pages.import_kinds import Kind

Line = tuple[str, str]
_ROLE = Qt.ItemDataRole


class Lines(QAbstractTableModel):
    """Where, and what is to be known."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.heads: tuple[str, str] = ("", "")
        self.lines: Sequence[Line] = ()

    def show(self, heads: tuple[str, str], lines: Sequence[Line]) -> None:
        """Show these lines."""
        self.beginResetModel()
        self.heads, self.lines = heads, lines
        self.endResetModel()

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Qt asks for it."""
        return 0 if parent is not None and parent.isValid() else len(self.lines)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Qt asks for it."""
        return 0 if parent is not None and parent.isValid() else 2

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = _ROLE.DisplayRole) -> Any:
        """One cell; the whole text is its tool tip."""
        return self.lines[index.row()][index.column()] if role in (_ROLE.DisplayRole, _ROLE.ToolTipRole) else None

    def headerData(self, section: int, way: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        """Heads."""
        if way == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return self.heads[section]
        if way == Qt.Orientation.Horizontal and role == _ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None


class ResultStep(QWidget):
    """The summary and its lists."""

    undo_wanted = Signal()
    rows_wanted = Signal(str)  # show rows of an outcome in the checking step
    open_wanted = Signal()
    report_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.title, self.sub = theme.role(QLabel(), "title"), words("", "sub")
        self.chips = FlowLayout(spacing=theme.px(8))
        self.undo = QPushButton("撤销此次导入")
        self.open = QPushButton()
        self.report = QPushButton("导出错误表…")
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.tabs.setAccessibleName("导入的结果")
        self.lines = Lines(self)
        self.grid = Grid(self)
        self.grid.setAccessibleName("结果明细")
        self.grid.setModel(self.lines)
        self.lists: list[tuple[str, tuple[str, str], list[Line]]] = []
        self._lay_out()
        self.undo.clicked.connect(self.undo_wanted)
        self.open.clicked.connect(self.open_wanted)
        self.report.clicked.connect(self.report_wanted)
        self.tabs.currentChanged.connect(lambda _at: self._show_list())

    def show_written(self, kind: Kind, prepared: Prepared, written: Written) -> None:
        """An import that has just been written."""
        counts = written.counts
        done = counts[Outcome.NEW] + counts[Outcome.UPDATED]
        if not done:
            self.title.setText("没有需要写入的改动")
            self.sub.setText("表里的内容与台账一致，台账没有变。")
        else:
            self.title.setText(
                f"✓ 已写入 {done:,} {kind.noun}{kind.label.removeprefix('党员')}".replace("人名册", "人")
            )
            self.sub.setText(f"{written.label}。写入前已自动备份；觉得不对可以撤销，之后改过的内容不受影响。")
        self.undo.setVisible(bool(done) and written.step is not None)
        self.undo.setEnabled(True)
        self.open.setText(kind.seen)
        self.report.setVisible(bool(prepared.errors))
        self._show_chips(counts)
        self._set_lists(_lists(kind, prepared))

    def show_undone(self, label: str, kept: Sequence[KeptRow], reads: Reads) -> None:
        """It was taken back; `kept` is what has been touched since."""
        self.title.setText("↩ 此次导入已撤销")
        text = "台账回到导入之前。" if not kept else f"有 {len(kept)} 条后来又改过，保持不变，列在下面。"
        self.sub.setText(f"{label}：{text}要再写入，请按“上一步”回到检查。")
        self.undo.setEnabled(False)
        if kept:
            lines = [(_name_of(reads, one), reason_words(one.table, one.reason)) for one in kept]
            self._set_lists([("撤销时保留的", ("哪一条", "为什么保留"), lines), *self.lists])

    def focus(self) -> None:
        """The keyboard begins at the way on."""
        self.open.setFocus()

    def restyle(self) -> None:
        """Another size or other colours."""
        self.grid.fit_rows()

    def _show_chips(self, counts: dict[Outcome, int]) -> None:
        while item := self.chips.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()
        for one, (word, mark, _tone) in OUTCOMES.items():
            chip = theme.role(QPushButton(f"{mark} {word} {counts[one]:,}"), "pick")
            chip.setToolTip("在“检查”里看这些行")
            chip.clicked.connect(lambda _on=False, which=str(one): self.rows_wanted.emit(which))
            chip.setEnabled(bool(counts[one]))
            self.chips.addWidget(chip)

    def _set_lists(self, lists: list[tuple[str, tuple[str, str], list[Line]]]) -> None:
        self.lists = [one for one in lists if one[2]]
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for title, _, lines in self.lists:
            self.tabs.addTab(f"{title} {len(lines):,}")
        self.tabs.blockSignals(False)
        self.card.setVisible(bool(self.lists))
        self._show_list()

    def _show_list(self) -> None:
        at = self.tabs.currentIndex()
        if 0 <= at < len(self.lists):
            _, heads, lines = self.lists[at]
            self.lines.show(heads, lines)
            self.grid.setColumnWidth(0, theme.px(330))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(18), theme.px(20), theme.px(12))
        column.setSpacing(theme.px(12))
        column.addWidget(self.title)
        column.addWidget(self.sub)
        column.addLayout(self.chips)
        buttons = FlowLayout(spacing=theme.px(8))
        for button in (self.open, self.undo, self.report):
            buttons.addWidget(button)
        column.addLayout(buttons)
        self.card = theme.role(QFrame(), "card")
        inner = QVBoxLayout(self.card)
        inner.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        head = self.grid.horizontalHeader()
        head.setSortIndicatorShown(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        head.setStretchLastSection(True)
        self.grid.setMinimumHeight(theme.px(160))
        inner.addWidget(self.tabs)
        inner.addWidget(self.grid, 1)
        column.addWidget(self.card, 1)
        column.addStretch(0)


def _lists(kind: Kind, prepared: Prepared) -> list[tuple[str, tuple[str, str], list[Line]]]:
    plan = prepared.plan
    unwritten = [
        (f"{_where(*one.ref)}　{one.name}", f"{OUTCOMES[one.outcome][0]}：{reason(one, plan)}")
        for one in plan.rows
        if one.outcome in (Outcome.WRONG, Outcome.ASKED, Outcome.SKIPPED)
    ]
    unwritten += [(Path(one.file).name, one.message) for one in prepared.problems]
    lacking = [
        (f"{_where(*one.ref)}　{one.name}", " ".join(fault.message for fault in one.faults))
        for one in plan.rows
        if one.faults and one.outcome not in (Outcome.WRONG, Outcome.SKIPPED)
    ]
    missing = [
        (f"{one['unit']}　{one['name']}", f"工号{one['staff_no'] or '未填'}。{one.get('note', '')}")
        for one in plan.missing
    ]
    remarks = [(_where(one["file"], one["sheet"], one["row"]), one["message"]) for one in prepared.remarks]
    left = [(_where(one["file"], one["sheet"], one["row"]), one["why"]) for one in prepared.left_out]
    where = ("哪一行", "说明")
    return [
        ("没有写入的", where, unwritten),
        ("写入但缺项的", where, lacking),
        ("名册里有、表里没有的人", ("谁", "说明（不会删除，请核对是否调离或退休）"), missing),
        ("提醒", where, remarks),
        ("没有当作数据的行", where, left),
    ]


def _where(file: str, sheet: str, row: int | None) -> str:
    name, stem = Path(file).name, Path(file).stem
    place = f"{name}“{sheet}”" if sheet and sheet != stem else name
    return f"{place}第{row}行" if row else place or "此次导入"


def _name_of(reads: Reads, kept: KeptRow) -> str:
    if kept.table == "visit":
        sql = "SELECT cadre.name || ' ' || served_on AS text FROM visit JOIN cadre ON cadre.uid = cadre_uid WHERE visit.uid = ?"
    elif kept.table in ("cadre", "unit", "branch"):
        sql = f"SELECT name AS text FROM {kept.table} WHERE uid = ?"
    elif kept.table == "membership":
        sql = (
            "SELECT cadre.name || ' 的单位、支部' AS text FROM membership JOIN cadre ON cadre.uid = cadre_uid "
            "WHERE membership.uid = ?"
        )
    else:
        return "相关的记录"
    found = reads.one(sql, (kept.uid,))
    return str(found["text"]) if found else "已经不在台账里的一条"
