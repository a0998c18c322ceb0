"""The evaluation grid under the keyboard: Enter goes down, Tab goes right, a grade is one key."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QAbstractItemDelegate, QAbstractItemView, QApplication, QTableView, QWidget

from core.base.fields import Kind
from core.evaluation.model import EVALUATION
from ui.kit import theme
from ui.pages.evaluation_model import GridModel

_ENTER = (Qt.Key.Key_Return, Qt.Key.Key_Enter)
_Hint = QAbstractItemDelegate.EndEditHint


class EvaluationGrid(QTableView):
    """A row per person; typing goes straight into the cell. `rested` when an open cell was closed."""

    rested = Signal()

    def __init__(self, model: GridModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cells = model
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
        self._size()

    def start(self) -> None:
        """The keyboard in the first cell that can be typed into, unless it stands in one."""
        if not self._editable(self.currentIndex().row(), self.currentIndex().column()):
            self._go(0, self._first())
        self.setFocus()

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
        key, at = event.key(), self.currentIndex()
        plain = not event.modifiers() & ~(Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.KeypadModifier)
        back = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if self.writing:
            super().keyPressEvent(event)  # the open cell's own Enter comes by here too: its delegate moves on
        elif key in _ENTER and plain:
            self.go_down(-1 if back else 1)
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab):
            if not self.go_right(-1 if key == Qt.Key.Key_Backtab else 1):
                self.focusNextPrevChild(key == Qt.Key.Key_Tab)  # past the last cell the keyboard leaves the grid
        elif key in (Qt.Key.Key_Delete, Qt.Key.Key_Backspace) and at.isValid():
            self.cells.put(at, "")
        elif plain and event.text().strip() and self._is_list() and self._by_key(event.text()):
            self.go_down(1)
        else:
            super().keyPressEvent(event)

    def go_down(self, by: int) -> None:
        """The next person who is assessed; below the last, the top of the next column."""
        row, column = self.currentIndex().row() + by, self.currentIndex().column()
        while 0 <= row < self.cells.rowCount():
            if self._editable(row, column):
                self._go(row, column)
                return
            row += by
        ahead = [at for at in range(column + 1, self.cells.columnCount()) if not self.cells.columns[at].fact]
        if by > 0 and ahead:
            self._go(next((at for at in range(self.cells.rowCount()) if self._editable(at, ahead[0])), 0), ahead[0])

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

    def _by_key(self, text: str) -> bool:
        at = self.currentIndex()
        value = self.cells.by_key(self.cells.columns[at.column()].key, text)
        return bool(value) and self.cells.put(at, value)

    def _size(self) -> None:
        wide = self.fontMetrics().horizontalAdvance("0")
        for at, one in enumerate(self.cells.columns):
            self.setColumnWidth(at, wide * (one.width + 2))
