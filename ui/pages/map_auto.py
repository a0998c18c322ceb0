"""自动编入: what the addresses say, line by line; tick, choose where one is asked, and write all ticked in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QItemSelectionModel, QModelIndex, QPersistentModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from core.grid_assignment.auto import ASKED, OUTCOME, OUTSIDE, PLACED, UNKNOWN, Proposal, Proposed, accept, propose
from core.grid_assignment.model import Assigned
from core.place.queries import buildings
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.perform import perform
from ui.kit.table_parts import Grid

TONES = {PLACED: "ok", ASKED: "warn", OUTSIDE: "sub", UNKNOWN: "bad"}
TABS = (("", "全部"), *OUTCOME)
HEADS = ("", "姓名", "工号", "单位", "住址", "网格", "楼栋", "结果")
WIDTHS = (30, 70, 80, 130, 200, 80, 100, 100)
_ROLE = Qt.ItemDataRole


@dataclass(slots=True)
class Line:
    """A person of the proposal, and what the clerk made of him."""

    item: Proposed
    building_uid: str
    grid_uid: str
    ticked: bool

    @property
    def can_tick(self) -> bool:
        """Whether there is somewhere to put him."""
        return bool(self.grid_uid)


class Lines(QAbstractTableModel):
    """The lines under the chosen tab."""

    ticked = Signal()

    def __init__(self, grids: dict[str, str], houses: dict[str, Row], parent: QWidget) -> None:
        super().__init__(parent)
        self.grids, self.houses = grids, houses
        self.all: list[Line] = []
        self.shown: list[Line] = []

    def take(self, proposal: Proposal) -> None:
        """Begin: what is certain stands first and is ticked, then what is asked; who lives elsewhere comes last."""
        order = (PLACED, ASKED, UNKNOWN, OUTSIDE)
        self.all = [
            Line(one, one.building_uid or "", one.grid_uid or "", one.outcome == PLACED)
            for one in sorted(proposal.items, key=lambda one: order.index(one.outcome))
        ]
        self.show("")

    def show(self, outcome: str) -> None:
        """Only those of an outcome ('' = all)."""
        self.beginResetModel()
        self.shown = [line for line in self.all if not outcome or line.item.outcome == outcome]
        self.endResetModel()

    def choose(self, at: int, building_uid: str) -> None:
        """This building it is; the line is ticked."""
        line = self.shown[at]
        line.building_uid = building_uid
        line.grid_uid = str((self.houses.get(building_uid) or {}).get("grid_uid") or "")
        line.ticked = line.can_tick
        self._changed(at, at)

    def tick(self, rows: Sequence[int], on: bool) -> None:
        """Tick lines that have somewhere to go."""
        for at in rows:
            self.shown[at].ticked = on and self.shown[at].can_tick
        if rows:
            self._changed(min(rows), max(rows))

    def chosen(self) -> list[Line]:
        """Everything ticked, under whichever tab."""
        return [line for line in self.all if line.ticked]

    def _changed(self, first: int, last: int) -> None:
        self.dataChanged.emit(self.index(first, 0), self.index(last, len(HEADS) - 1))
        self.ticked.emit()

    # -- Qt

    def rowCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Qt asks for it."""
        return 0 if parent is not None and parent.isValid() else len(self.shown)

    def columnCount(self, parent: QModelIndex | QPersistentModelIndex | None = None) -> int:
        """Qt asks for it."""
        return 0 if parent is not None and parent.isValid() else len(HEADS)

    def flags(self, index: QModelIndex | QPersistentModelIndex) -> Qt.ItemFlag:
        """The first column is a tick."""
        made = super().flags(index)
        if index.column() == 0 and self.shown[index.row()].can_tick:
            made |= Qt.ItemFlag.ItemIsUserCheckable
        return made

    def data(self, index: QModelIndex | QPersistentModelIndex, role: int = _ROLE.DisplayRole) -> Any:
        """One cell; the reason is the tip of the whole line."""
        line = self.shown[index.row()]
        if role == _ROLE.DisplayRole:
            return self._texts(line)[index.column()]
        if role == _ROLE.ToolTipRole:
            return line.item.why
        if role == _ROLE.CheckStateRole and index.column() == 0 and line.can_tick:
            return Qt.CheckState.Checked if line.ticked else Qt.CheckState.Unchecked
        if role == _ROLE.ForegroundRole and index.column() == len(HEADS) - 1:
            return theme.color(TONES[line.item.outcome])
        return None

    def setData(self, index: QModelIndex | QPersistentModelIndex, value: Any, role: int = _ROLE.EditRole) -> bool:
        """A click on the tick."""
        if role != _ROLE.CheckStateRole:
            return False
        self.tick([index.row()], Qt.CheckState(value) == Qt.CheckState.Checked)
        return True

    def headerData(self, section: int, way: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        """Heads."""
        if way == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            return HEADS[section]
        if way == Qt.Orientation.Horizontal and role == _ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def _texts(self, line: Line) -> tuple[str, ...]:
        one, house = line.item, self.houses.get(line.building_uid)
        there = f"{house['estate']}{house['name']}" if house else ""
        settled = dict(OUTCOME)[one.outcome] if not (one.outcome == ASKED and line.building_uid) else "已选定"
        return ("", one.name, one.staff_no, one.unit, one.address, self.grids.get(line.grid_uid, ""), there, settled)


class AutoGrid(Grid):
    """Space ticks the selected lines, digits choose a candidate."""

    tick_wanted = Signal()
    digit_pressed = Signal(int)

    def keyPressEvent(self, event: Any) -> None:
        """Keys of the list."""
        if event.key() == Qt.Key.Key_Space:
            self.tick_wanted.emit()
        elif event.text().isdigit() and event.text() != "0":
            self.digit_pressed.emit(int(event.text()))
        else:
            super().keyPressEvent(event)


class AutoDialog(QDialog):
    """The proposal for everybody without a grid, or for those named. `written()` when it is in the ledger."""

    written = Signal()

    def __init__(self, ctx: Context, cadre_uids: Sequence[str] | None = None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.setWindowTitle("自动编入")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.houses = {row["uid"]: row for row in buildings(ctx.store)}
        grids = {row["grid_uid"]: row["grid"] for row in self.houses.values() if row["grid_uid"]}
        grids |= dict(ctx.store.tuples("SELECT uid, name FROM grid"))
        self.model = Lines(grids, self.houses, self)
        self.model.take(propose(ctx.store, cadre_uids))
        self.tabs, self.table = QTabBar(expanding=False, drawBase=False), AutoGrid(self)
        self.why, self.choice = words("", "sub"), QComboBox()
        self.write = theme.role(QPushButton(), "primary")
        self.all, self.none = QPushButton("全部勾选"), QPushButton("全不勾选")
        self._build()
        self._wire()
        self._show_tab(0)
        self.resize(theme.px(900), theme.px(600))

    # -- acts

    def accept_ticked(self) -> None:
        """写入: everything ticked is one step."""
        chosen = self.model.chosen()
        if not chosen:
            return
        wanted = [
            (line.item.cadre_uid, line.grid_uid, line.building_uid or None, line.item.entrance) for line in chosen
        ]
        left = len(self.model.all) - len(chosen)
        rest = f"其余 {left:,} 人没有编入，原因在“自动编入”里可以再看。" if left else ""

        def done(value: Assigned) -> str:
            less = f"选定的 {len(chosen):,} 人中 {len(value.left):,} 人没有变动：{value.left[0]}" if value.left else ""
            return f"已自动编入 {value.count:,} 人。{less}{rest}"

        if (
            perform(self.ctx, lambda value: f"自动编入{value.count}人", accept, wanted, parent=self, done=done)
            is not None
        ):
            self.written.emit()
            self.accept()

    def toggle(self) -> None:
        """Space: the selected lines, all the same way."""
        rows = self._rows()
        on = not all(self.model.shown[at].ticked for at in rows if self.model.shown[at].can_tick)
        self.model.tick(rows, on)

    def take_digit(self, number: int) -> None:
        """Candidate `number` for the current line."""
        line = self._line()
        if line is not None and number <= len(line.item.candidates):
            self.model.choose(self.table.currentIndex().row(), line.item.candidates[number - 1][0])
            self._show_line()

    # -- what is shown

    def _rows(self) -> list[int]:
        return sorted({index.row() for index in self.table.selectionModel().selectedRows()})

    def _line(self) -> Line | None:
        at = self.table.currentIndex().row()
        return self.model.shown[at] if 0 <= at < len(self.model.shown) else None

    def _show_tab(self, at: int) -> None:
        self.model.show(TABS[at][0])
        self.stand_on(0)
        self._show_line()
        self._count()

    def stand_on(self, row: int) -> None:
        """Make a line the current and only selected one, whatever keys are held."""
        flag = QItemSelectionModel.SelectionFlag
        self.table.selectionModel().setCurrentIndex(self.model.index(row, 1), flag.ClearAndSelect | flag.Rows)

    def _show_line(self) -> None:
        line = self._line()
        self.choice.blockSignals(True)
        self.choice.clear()
        self.choice.setEnabled(line is not None)
        if line is None:
            self.why.setText("这一类没有人。")
        else:
            self.why.setText(f"{line.item.name}：{line.item.why}")
            self.choice.addItem("请选楼栋…", "")
            for number, (uid, label) in enumerate(line.item.candidates, start=1):
                self.choice.addItem(f"{number}  {label}", uid)
            if line.item.candidates:
                self.choice.insertSeparator(self.choice.count())
            for uid, row in self.houses.items():
                self.choice.addItem(f"{row['estate']}{row['name']}　{row['grid'] or '不在网格里'}", uid)
            self.choice.setCurrentIndex(max(self.choice.findData(line.building_uid), 0))
        self.choice.blockSignals(False)

    def _choose(self, _at: int) -> None:
        if self._line() is not None and (uid := str(self.choice.currentData() or "")):
            self.model.choose(self.table.currentIndex().row(), uid)

    def _count(self) -> None:
        count = len(self.model.chosen())
        self.write.setText(f"写入 {count:,} 人")
        self.write.setEnabled(count > 0)

    # -- build

    def _build(self) -> None:
        counts = {code: sum(1 for line in self.model.all if line.item.outcome == code) for code in TONES}
        for code, label in TABS:
            self.tabs.addTab(f"{label} {counts.get(code, len(self.model.all)):,}")
        self.tabs.setAccessibleName("编入结果")
        self.table.setModel(self.model)
        self.table.setAccessibleName("编入方案")
        self.table.horizontalHeader().setSortIndicatorShown(False)
        self.table.horizontalHeader().setSectionsClickable(False)
        for column, width in enumerate(WIDTHS):
            self.table.setColumnWidth(column, theme.px(width))
        self.table.horizontalHeader().setSectionResizeMode(4, QHeaderView.ResizeMode.Stretch)
        self.choice.setAccessibleName("编入哪一栋")
        self.choice.setMinimumWidth(theme.px(240))
        frame = theme.role(QFrame(), "card")
        inner = QVBoxLayout(frame)
        inner.setContentsMargins(1, 1, 1, 1)
        inner.addWidget(self.table)
        ask = QHBoxLayout()
        ask.setSpacing(theme.px(8))
        ask.addWidget(self.why, 1)
        ask.addWidget(QLabel("编入"))
        ask.addWidget(self.choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        intro = "住址能认出楼栋的已勾选。“请选定”的有几个小区都有这一栋，选中一行按数字键或在下面选。空格勾选，写入后可以一步撤销。"
        for part in (words(intro, "sub"), self.tabs):
            column.addWidget(part)
        column.addWidget(frame, 1)
        column.addLayout(ask)
        column.addLayout(self._foot())

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        back = QPushButton("取消")
        back.clicked.connect(self.reject)
        for button in (self.all, self.none):
            foot.addWidget(button)
        foot.addStretch(1)
        for button in (self.write, back):
            foot.addWidget(button)
        for button in (self.all, self.none, self.write, back):
            button.setAutoDefault(False)
        for key in ("Ctrl+Return", "Ctrl+Enter"):  # not of the button: another text of it would take them away
            QShortcut(QKeySequence(key), self, self.accept_ticked)
        self.write.setToolTip("Ctrl+Enter")
        return foot

    def _wire(self) -> None:
        self.tabs.currentChanged.connect(self._show_tab)
        self.table.selectionModel().currentRowChanged.connect(lambda *_: self._show_line())
        self.table.tick_wanted.connect(self.toggle)
        self.table.digit_pressed.connect(self.take_digit)
        self.table.opened.connect(self.choice.setFocus)
        self.choice.activated.connect(self._choose)
        self.model.ticked.connect(self._count)
        self.all.clicked.connect(lambda: self.model.tick(range(len(self.model.shown)), True))
        self.none.clicked.connect(lambda: self.model.tick(range(len(self.model.shown)), False))
        self.write.clicked.connect(self.accept_ticked)
        self.table.setFocus()
