"""The grid of the checking step: every row of the sheets, what becomes of it and why, wrong cells marked."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import (
    QAbstractTableModel,
    QEvent,
    QItemSelectionModel,
    QModelIndex,
    QPersistentModelIndex,
    Qt,
    Signal,
)
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import QAbstractItemView, QCompleter, QHeaderView, QLineEdit, QStyledItemDelegate, QWidget

from core.base.fields import Field, Kind
from core.sheet.contract import Fault
from core.sheet.importing import Change, ImportPlan, Outcome, RowPlan
from ui.kit import theme
from ui.kit.table_parts import Grid
from ui.pages.import_state import ImportRun

OUTCOMES = {  # word, mark, tone: never the colour alone
    Outcome.NEW: ("新增", "＋", "ok"),
    Outcome.UPDATED: ("更新", "↻", "info"),
    Outcome.UNCHANGED: ("不变", "＝", "sub"),
    Outcome.SKIPPED: ("跳过", "－", "sub"),
    Outcome.WRONG: ("错误", "✗", "bad"),
    Outcome.ASKED: ("待回答", "？", "warn"),
}
PART = "part"  # chip of rows that go in without some of their cells
FIRST = 3  # columns before the fields: row, outcome, reason
_HEADS = ("行", "结果", "说明")
_ROLE = Qt.ItemDataRole
Index = QModelIndex | QPersistentModelIndex


def is_part(row: RowPlan) -> bool:
    """The row goes in, but without a value that is wrong."""
    return row.outcome not in (Outcome.WRONG, Outcome.SKIPPED) and bool(row.faults)


def reason(row: RowPlan, plan: ImportPlan) -> str:
    """Why the row is what it is, in one line."""
    parts = [one.message for one in row.faults]
    parts += [f"{one.label}：{one.old or '（空）'} → {one.new or '（空）'}" for one in row.changes]
    parts += [*row.row.remarks, *row.remarks]
    parts += [f"待回答：{plan.questions[one].text}" for one in row.asked if one in plan.questions]
    return " ".join(dict.fromkeys(parts))


def fault_at(row: RowPlan, key: str) -> Fault | None:
    """What is wrong with one cell."""
    return next((one for one in row.faults if one.key == key), None)


def typed_text(row: RowPlan, field: Field) -> str:
    """What a cell's editor begins with: as it stands in the sheet where it is wrong."""
    fault = fault_at(row, field.key)
    return fault.value if fault else _shown(row, field)


def _shown(row: RowPlan, field: Field) -> str:
    value = row.row.values.get(field.key)
    return "" if value in ("", None) else field.text(value)


class CheckModel(QAbstractTableModel):
    """The rows of the plan, or those of one outcome. 50,000 rows are no matter: a cell is made when it is drawn."""

    edited = Signal(object, str, str)  # RowPlan, field key, text

    def __init__(self, run: ImportRun, parent: QWidget) -> None:
        super().__init__(parent)
        self.run = run
        self.rows: list[RowPlan] = []
        self.fields: list[Field] = []
        self.several = False

    def show(self, keep: Callable[[RowPlan], bool]) -> None:
        """Show the rows that `keep` holds to."""
        self.beginResetModel()
        made = self.run.prepared
        self.rows = [row for row in made.plan.rows if keep(row)] if made else []
        placed = {key for sheet in made.sheets for key in sheet.map.placed} if made else set()
        self.fields = [one for one in self.run.kind.spec.fields if one.key in placed]
        self.several = made is not None and len(made.sheets) > 1
        self.endResetModel()

    def field_at(self, column: int) -> Field | None:
        """The field of a column; None for those before the fields."""
        return self.fields[column - FIRST] if FIRST <= column < FIRST + len(self.fields) else None

    def rowCount(self, parent: Index | None = None) -> int:
        """Qt asks for it."""
        return 0 if parent is not None and parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index | None = None) -> int:
        """Qt asks for it."""
        return 0 if parent is not None and parent.isValid() else FIRST + len(self.fields)

    def headerData(self, section: int, way: Qt.Orientation, role: int = _ROLE.DisplayRole) -> Any:
        """Heads of the columns."""
        if way == Qt.Orientation.Horizontal and role == _ROLE.DisplayRole:
            field = self.field_at(section)
            return field.label if field else _HEADS[section]
        if way == Qt.Orientation.Horizontal and role == _ROLE.TextAlignmentRole:
            return int(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Cells of fields can be put right; a column the sheet lacks as well."""
        flags = super().flags(index)
        return flags | Qt.ItemFlag.ItemIsEditable if self.field_at(index.column()) else flags

    def data(self, index: Index, role: int = _ROLE.DisplayRole) -> Any:
        """One cell."""
        row, field = self.rows[index.row()], self.field_at(index.column())
        if role == _ROLE.DisplayRole:
            return self._cell(row, field) if field else self._lead(row, index.column())
        if role == _ROLE.EditRole:
            return typed_text(row, field) if field else self._lead(row, index.column())
        if role == _ROLE.ToolTipRole:
            return self._tip(row, field, index.column())
        if role in (_ROLE.ForegroundRole, _ROLE.BackgroundRole):
            tone = self._tone(row, field, index.column())
            back = role == _ROLE.BackgroundRole
            if tone and not (back and tone == "sub"):
                return theme.color(f"{tone}_bg" if back else tone)
        if role == _ROLE.AccessibleTextRole:
            head = field.label if field else _HEADS[index.column()]
            said = self._cell(row, field) if field else self._lead(row, index.column())
            fault = fault_at(row, field.key) if field else None
            return f"{head}：{said}{'，' + fault.message if fault else ''}"
        return None

    def setData(self, index: Index, value: Any, role: int = _ROLE.EditRole) -> bool:
        """A cell was put right."""
        field = self.field_at(index.column())
        row = self.rows[index.row()]
        if role != _ROLE.EditRole or field is None or str(value).strip() == typed_text(row, field).strip():
            return False
        self.edited.emit(row, field.key, str(value).strip())
        return True

    def _lead(self, row: RowPlan, column: int) -> str:
        if column == 0:
            return f"{row.sheet.raw.sheet} {row.row.row}" if self.several else str(row.row.row)
        if column == 1:
            word, mark, _tone = OUTCOMES[row.outcome]
            return f"{mark} {word}{'（缺项）' if is_part(row) else ''}"
        return self._reason(row)

    def _reason(self, row: RowPlan) -> str:
        return reason(row, self.run.prepared.plan) if self.run.prepared else ""

    def _cell(self, row: RowPlan, field: Field) -> str:
        fault = fault_at(row, field.key)
        if fault:
            return f"✗ {fault.value or '（空）'}"
        change = _change(row, field.key)
        if change:
            return f"↻ {change.new}"
        return _shown(row, field).replace("\n", " ")

    def _tone(self, row: RowPlan, field: Field | None, column: int) -> str:
        if field is None:
            return ("warn" if is_part(row) else OUTCOMES[row.outcome][2]) if column == 1 else ""
        if fault_at(row, field.key):
            return "bad"
        return "info" if _change(row, field.key) else "sub" if row.outcome is Outcome.SKIPPED else ""

    def _tip(self, row: RowPlan, field: Field | None, column: int) -> str:
        if field is None:
            file = Path(row.sheet.raw.file).name
            return self._reason(row) if column else f"{file}，工作表“{row.sheet.raw.sheet}”，第{row.row.row}行"
        fault, change = fault_at(row, field.key), _change(row, field.key)
        corrected = self.run.corrections.get(row.ref, {})
        tips = [fault.message] if fault else []
        tips += [f"台账里现在是：{change.old or '（空）'}"] if change else []
        tips += ["您在这里改过这一格。"] if field.key in corrected else []
        return "\n".join(tips)


def _change(row: RowPlan, key: str) -> Change | None:
    return next((one for one in row.changes if one.key == key), None) if row.outcome is Outcome.UPDATED else None


class CellEditor(QStyledItemDelegate):
    """One line to type in; values of a list are offered."""

    def __init__(self, model: CheckModel, parent: QWidget) -> None:
        super().__init__(parent)
        self._model = model

    def createEditor(self, parent: QWidget, _option: Any, index: Index) -> QWidget:
        """Qt asks for it."""
        edit = QLineEdit(parent)
        field = self._model.field_at(index.column())
        edit.setAccessibleName(field.label if field else "")
        words = offered(field, self._model.run.lists) if field else []
        if words:
            completer = QCompleter(words, edit)
            completer.setFilterMode(Qt.MatchFlag.MatchContains)
            edit.setCompleter(completer)
        return edit


def offered(field: Field, lists: dict[str, list[str]]) -> list[str]:
    """Values of a field's list."""
    if field.choices:
        return [label for _, label in field.choices]
    if field.kind is Kind.BOOL:
        return ["是", "否"]
    return list(lists.get(field.code_list, ()))


class CheckGrid(Grid):
    """The grid: cells are walked with the arrow keys, F2 or typing edits, Delete leaves rows out."""

    moved = Signal()
    skip_wanted = Signal()

    def __init__(self, model: CheckModel, parent: QWidget) -> None:
        super().__init__(parent)
        self.setAccessibleName("要导入的行")
        self.setModel(model)
        self._model = model
        self.setItemDelegate(CellEditor(model, self))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectItems)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.EditKeyPressed
            | QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.AnyKeyPressed
        )
        head = self.horizontalHeader()
        head.setSortIndicatorShown(False)
        head.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        self.opened.connect(self.edit_current)
        self.all_wanted.connect(self.selectAll)
        self.copy_wanted.connect(self.copy)
        self.selectionModel().currentChanged.connect(lambda *_: self.moved.emit())
        self.selectionModel().selectionChanged.connect(lambda *_: self.moved.emit())

    def set_widths(self) -> None:
        """Room for each column by its head and its field."""
        several = self._model.several
        for column, width in enumerate((110 if several else 52, 130, 230)):
            self.setColumnWidth(column, theme.px(width))
        for at, field in enumerate(self._model.fields, FIRST):
            self.setColumnWidth(at, theme.px(min(max(8 * field.width, 100), 220)))

    def current(self) -> tuple[RowPlan, Field | None] | None:
        """The row and the field the keyboard is on."""
        index = self.currentIndex()
        if not index.isValid():
            return None
        return self._model.rows[index.row()], self._model.field_at(index.column())

    def selected(self) -> Sequence[RowPlan]:
        """Rows with a selected cell, in order."""
        parts = self.selectionModel().selection()  # ranges: 全选 of 50,000 rows is one
        at = sorted({row for part in parts for row in range(part.top(), part.bottom() + 1)})
        return [self._model.rows[row] for row in at]

    def copy(self) -> None:
        """The selected cells, as Excel takes them."""
        columns = sorted(
            {at for part in self.selectionModel().selection() for at in range(part.left(), part.right() + 1)}
        )
        rows = sorted({at for part in self.selectionModel().selection() for at in range(part.top(), part.bottom() + 1)})
        lines = ["\t".join(str(self._model.index(row, at).data()) for at in columns) for row in rows]
        QGuiApplication.clipboard().setText("\n".join(lines))

    def go_to(self, row: int, at_fault: bool = False) -> None:
        """Put the keyboard on a row: on its reason, or on its first wrong cell."""
        if not 0 <= row < len(self._model.rows):
            return
        wrong = next((one.key for one in self._model.rows[row].faults if one.key), "") if at_fault else ""
        keys = [one.key for one in self._model.fields]
        column = FIRST + keys.index(wrong) if wrong in keys else 2
        self.stand(row, column)

    def stand(self, row: int, column: int) -> None:
        """Be on one cell, whatever keys are held: Ctrl+Enter may have led here."""
        target = self._model.index(row, column)
        self.selectionModel().setCurrentIndex(target, QItemSelectionModel.SelectionFlag.ClearAndSelect)

    def edit_current(self) -> None:
        """Edit the current cell; from the first columns the first wrong one of the row."""
        index = self.currentIndex()
        if index.isValid() and self._model.field_at(index.column()) is None:
            self.go_to(index.row(), at_fault=True)
            index = self.currentIndex()
        if index.isValid() and self._model.field_at(index.column()) is not None:
            self.edit(index)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete leaves rows out; F2 edits."""
        if self.state() == QAbstractItemView.State.EditingState:
            event.accept()  # Enter comes here again from the editor it closes
            return
        if event.key() == Qt.Key.Key_Delete:
            self.skip_wanted.emit()
            event.accept()
            return
        if event.key() == Qt.Key.Key_F2:
            self.edit_current()
            event.accept()
            return
        super().keyPressEvent(event)

    def scrollTo(
        self, index: QModelIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Here the arrow keys move from cell to cell, so the list follows sideways too."""
        super(Grid, self).scrollTo(index, hint)

    def changeEvent(self, event: QEvent) -> None:
        """Another size of letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self.fit_rows()
            self.set_widths()
