"""The evaluation grid under the keyboard: a grade is one key that sets and goes down, Enter goes down, Tab goes right.

A key moves once: Enter right after a grade does nothing, and below the last person nothing is typed into anybody.
"""

from __future__ import annotations

import unicodedata

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QAccessible, QAccessibleEvent, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemDelegate,
    QAbstractItemView,
    QApplication,
    QHBoxLayout,
    QLabel,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from core.base.fields import Kind
from core.evaluation.model import EVALUATION, RATINGS
from ui.kit import text_keys, theme
from ui.pages.evaluation_model import GridModel, Index

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_NEXT_COLUMN = "按 Ctrl+→ 到下一列的第一人"
_MOVED, _AT_END = "moved", "at end"  # what the last key did: set a value and go down, or set it for the last person
_Hint = QAbstractItemDelegate.EndEditHint


class EvaluationGrid(QTableView):
    """A row per person; typing goes straight into the cell. `rested` when an open cell was closed.

    `said` is a sentence about the last key: 到底了, no such grade; '' once the next key is taken.
    """

    rested = Signal()
    said = Signal(str)

    def __init__(self, model: GridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = model
        self._last_key = ""
        self.setModel(model)
        self.setAccessibleName("考核评价")
        self.setTabKeyNavigation(False)  # Tab goes to cells that can be typed into, see keyPressEvent
        self.setEditTriggers(QAbstractItemView.EditTrigger.AnyKeyPressed | QAbstractItemView.EditTrigger.DoubleClicked)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setShowGrid(True)
        self.setWordWrap(False)
        self.verticalHeader().hide()
        self.horizontalScrollBar().valueChanged.connect(lambda at: self.verticalHeader().setVisible(at > 0))
        self.verticalHeader().setDefaultSectionSize(theme.row_height())
        self.horizontalHeader().setHighlightSections(False)
        model.modelReset.connect(self._size)
        self.pressed.connect(lambda _index: self._forget_key())
        self._size()

    def start(self) -> None:
        """The keyboard in the first cell that can be typed into, unless it stands in one."""
        if not self._editable(self.currentIndex().row(), self.currentIndex().column()):
            self._go(0, self._first())
        self.setFocus()

    def stay_at(self, cadre_uid: str, key: str) -> None:
        """After the rows were read again: the same person's same cell, and what the last key did there."""
        row = next((at for at, one in enumerate(self.cells.rows) if one["cadre_uid"] == cadre_uid), -1)
        column = next((at for at, one in enumerate(self.cells.columns) if one.key == key), -1)
        if row >= 0 and column >= 0:
            last = self._last_key
            self._go(row, column)
            self._last_key = last

    @property
    def place(self) -> tuple[str, str]:
        """Whose cell is current (cadre_uid), and of which field; ('', '') for none."""
        at = self.currentIndex()
        if not at.isValid() or at.row() >= len(self.cells.rows):
            return "", ""
        return str(self.cells.rows[at.row()]["cadre_uid"]), self.cells.columns[at.column()].key

    @property
    def writing(self) -> bool:
        """Whether a cell is open: a reset of the model now would throw away what stands in it."""
        return self.state() == QAbstractItemView.State.EditingState

    def commit_open(self) -> None:
        """Take what stands in an open cell."""
        editor = QApplication.focusWidget()
        if self.writing and editor is not None and self.viewport().isAncestorOf(editor):
            self.commitData(editor)
            self.closeEditor(editor, _Hint.NoHint)
            self.setFocus()

    def closeEditor(self, editor: QWidget, hint: QAbstractItemDelegate.EndEditHint) -> None:
        """Enter goes down, Tab right, as without an editor."""
        super().closeEditor(editor, _Hint.NoHint)
        if hint is _Hint.SubmitModelCache:
            self.go_down(1)
        elif hint in (_Hint.EditNextItem, _Hint.EditPreviousItem):
            self.go_right(1 if hint is _Hint.EditNextItem else -1)
        self.rested.emit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Enter, Tab, Del, and one key for a value of a list; everything else is typed or moves."""
        key, at, last = event.key(), self.currentIndex(), self._last_key
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self.writing:
            super().keyPressEvent(event)  # the open cell's own Enter comes by here too: its delegate moves on
        elif key in _ENTER and plain and last and not back:
            self._last_key = last if last == _AT_END else ""  # the grade before it has moved already
        elif key in _ENTER and plain:
            self.go_down(-1 if back else 1)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            if not self.go_right(-1 if key == Qt.Key.Key_Backtab else 1):
                self.focusNextPrevChild(key == Qt.Key.Key_Tab)  # past the last cell the keyboard leaves the grid
        elif key == Qt.Key.Key_Right and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.next_column()
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and at.isValid():
            self._forget_key()
            self.cells.put(at, "")
        elif text_keys.is_undo(event) and self.cells.typed:
            self._undo_cell()
        elif plain and event.text().strip() and self._takes(event.text(), held=event.isAutoRepeat()):
            pass
        else:
            self._forget_key()
            super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """A full-width digit that an input method hands over is the key it stands for."""
        text = unicodedata.normalize("NFKC", event.commitString())
        if self.writing or event.preeditString() or not text.isdecimal() or not all(map(self._takes, text)):
            super().inputMethodEvent(event)

    def event(self, event: QEvent) -> bool:
        """While cells are typed and not saved, Ctrl+Z is about them, not about the ledger."""
        if event.type() == QEvent.Type.ShortcutOverride and text_keys.is_undo(event) and self.cells.typed:
            event.accept()
            return True
        return super().event(event)

    def currentChanged(self, current: Index, previous: Index) -> None:
        """Another cell: what the last key did is past."""
        super().currentChanged(current, previous)
        self._forget_key()

    def go_down(self, by: int) -> bool:
        """The next person who is assessed; at the end of the column it stays, says so, and is False."""
        row, column = self.currentIndex().row() + by, self.currentIndex().column()
        while 0 <= row < self.cells.rowCount():
            if self._editable(row, column):
                self._go(row, column)
                return True
            row += by
        if by > 0 and self._name():
            self.said.emit(f"到底了：{self._name()}是这一列的最后一人。{self._way_on()}。")
        return False

    def next_column(self) -> None:
        """The first person's cell in the next column that is typed into."""
        at = self.currentIndex().column()
        ahead = [one for one in range(at + 1, self.cells.columnCount()) if not self.cells.columns[one].fact]
        if ahead:
            self._go(next((row for row in range(self.cells.rowCount()) if self._editable(row, ahead[0])), 0), ahead[0])

    def go_right(self, by: int) -> bool:
        """The next cell that can be typed into, on the next line after the last; False at the end."""
        wide = self.cells.columnCount()
        place = self.currentIndex().row() * wide + self.currentIndex().column() + by
        while 0 <= place < self.cells.rowCount() * wide:
            if self._editable(place // wide, place % wide):
                self._go(place // wide, place % wide)
                return True
            place += by
        return False

    def _go(self, row: int, column: int) -> None:
        self.setCurrentIndex(self.cells.index(row, column))

    def _editable(self, row: int, column: int) -> bool:
        index = self.cells.index(row, column)
        return index.isValid() and bool(self.cells.flags(index) & Qt.ItemFlag.ItemIsEditable)

    def _first(self) -> int:
        return next((at for at, one in enumerate(self.cells.columns) if not one.fact), 0)

    def _is_list(self) -> bool:
        at = self.currentIndex()
        if not self._editable(at.row(), at.column()):
            return False
        return EVALUATION.field(self.cells.columns[at.column()].key).kind is Kind.CHOICE

    def _takes(self, text: str, held: bool = False) -> bool:
        """Whether the key meant a value of the list: it is set once, and the next person comes."""
        if not self._is_list():
            return False
        at, text = self.currentIndex(), unicodedata.normalize("NFKC", text)
        key = self.cells.columns[at.column()].key
        value = self.cells.by_key(key, text)
        if not value:
            wrong = text.isdecimal() or (text.isascii() and key in RATINGS)  # a role may be written out
            if wrong:
                self._refuse(f"没有“{text}”这一项，{self._name()}这一格没有改动。可以按：{self._offered(key)}。")
            return wrong
        if self._last_key == _AT_END:
            there = self.cells.data(at) or ""
            self._refuse(
                f"到底了：{self._name()}这一格已是“{there}”，刚才的“{text}”没有录入。要改请先按 Delete；{self._way_on()}。"
            )
        elif not held:  # a key held down would run through everybody
            self._forget_key()
            self.cells.put(at, value)
            self._last_key = _MOVED if self.go_down(1) else _AT_END
        return True

    def _undo_cell(self) -> None:
        place = self.cells.undo()
        if place is None:
            self.said.emit("没有可以退回的格了。要撤销台账里的步骤，请先保存或丢弃未保存的内容，或按 Ctrl+Alt+Z。")
        elif place.isValid():
            self.setCurrentIndex(place)

    def _refuse(self, sentence: str) -> None:
        QApplication.beep()
        self.said.emit(sentence)

    def _forget_key(self) -> None:
        self._last_key = ""
        self.said.emit("")

    def _name(self) -> str:
        at = self.currentIndex().row()
        return str(self.cells.rows[at]["name"]) if 0 <= at < len(self.cells.rows) else ""

    def _way_on(self) -> str:
        more = self.currentIndex().column() + 1 < self.cells.columnCount()
        return _NEXT_COLUMN if more else "录完请按 Ctrl+Enter"

    def _offered(self, key: str) -> str:
        values = self.cells.lists.get(EVALUATION.field(key).code_list, ())
        return "　".join(f"{number} {value}" for number, value in enumerate(values, 1))

    def _size(self) -> None:
        wide = self.fontMetrics().horizontalAdvance("0")
        for at, one in enumerate(self.cells.columns):
            self.setColumnWidth(at, wide * (one.width + 2))


class CurrentPerson(QWidget):
    """Who is being keyed, in large letters, and what the grid says about the last key."""

    def __init__(self, grid: EvaluationGrid) -> None:
        super().__init__()
        self._grid = grid
        self.name = theme.role(QLabel(), "title")
        self.name.setAccessibleName("正在录入的人")
        self.about = theme.role(QLabel(), "sub")
        self.said = theme.role(QLabel(wordWrap=True), "warn")
        self.said.setAccessibleName("录入提示")
        self.said.setMinimumHeight(self.said.fontMetrics().height())  # the grid below stays where it is
        line = QHBoxLayout()
        line.setSpacing(theme.px(12))
        line.addWidget(self.name)
        line.addWidget(self.about, 1, Qt.AlignmentFlag.AlignBottom)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(2))
        column.addLayout(line)
        column.addWidget(self.said)
        grid.said.connect(self._say)
        grid.selectionModel().currentChanged.connect(lambda *_: self.show_person())
        grid.cells.modelReset.connect(self.show_person)
        grid.cells.dataChanged.connect(lambda *_: self.show_person())
        self.show_person()

    def show_person(self) -> None:
        """The person of the current row, and the column that is keyed."""
        at, cells = self._grid.currentIndex(), self._grid.cells
        row = cells.rows[at.row()] if 0 <= at.row() < len(cells.rows) else None
        self.name.setText(f"{row['name']}　{row['staff_no']}".strip("　") if row else "请选中一个人")
        if row is None:
            self.about.setText("")
            return
        head = cells.columns[at.column()].head.replace("\n", "")
        typed = "免考，不录入" if row["exempt"] else f"{head}：{cells.data(at) or '空'}"
        self.about.setText(f"第 {at.row() + 1} 人，共 {len(cells.rows)} 人　{typed}")

    def _say(self, sentence: str) -> None:
        self.said.setText(sentence)
        self._grid.setAccessibleDescription(sentence)
        if sentence:
            QAccessible.updateAccessibility(QAccessibleEvent(self.said, QAccessible.Event.Alert))
