"""Parts of a list: one of its two views, the choice of columns, what stands there while it is empty."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QItemSelectionModel, QModelIndex, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableView,
    QVBoxLayout,
    QWidget,
)

from ui.kit import theme
from ui.kit.columns import Column


class Grid(QTableView):
    """A plain table of whole rows: no vertical lines, fixed row height, no editing."""

    opened = Signal()
    all_wanted = Signal()
    copy_wanted = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        theme.role(self, "bare")
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setAlternatingRowColors(True)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerItem)
        self.setTabKeyNavigation(False)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        head = self.horizontalHeader()
        head.setHighlightSections(False)
        head.setSectionsClickable(True)
        head.setSortIndicatorShown(True)
        head.setMinimumSectionSize(theme.px(40))
        head.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.doubleClicked.connect(lambda _index: self.opened.emit())
        self.fit_rows()

    def fit_rows(self) -> None:
        """Row height by the font in force."""
        # the smallest height stays tiny: raising it would pin the rows, and they would no longer follow the default
        self.verticalHeader().setMinimumSectionSize(8)
        self.verticalHeader().setDefaultSectionSize(theme.row_height())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Home and End mean the list; Enter opens; Ctrl+A is everything, also what is not loaded yet."""
        key, held = event.key(), event.modifiers()
        if held & Qt.KeyboardModifier.ControlModifier and key in (Qt.Key.Key_A, Qt.Key.Key_C):
            (self.all_wanted if key == Qt.Key.Key_A else self.copy_wanted).emit()
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self._jump(0 if key == Qt.Key.Key_Home else self.model().rowCount() - 1, held)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        else:
            self._stand_here()
            super().keyPressEvent(event)
            return
        event.accept()

    def _stand_here(self) -> None:
        """Qt does not move from a current cell whose column is hidden (it stands in the other view)."""
        index = self.currentIndex()
        if index.isValid() and self.isColumnHidden(index.column()):
            shown = [at for at in range(self.model().columnCount()) if not self.isColumnHidden(at)]
            if shown:
                target = self.model().index(index.row(), shown[0])
                self.selectionModel().setCurrentIndex(target, QItemSelectionModel.SelectionFlag.NoUpdate)

    def _jump(self, row: int, held: Qt.KeyboardModifier) -> None:
        flag = QItemSelectionModel.SelectionFlag
        column = max(self.currentIndex().column(), 0)
        command = flag.ClearAndSelect | flag.Rows
        if held & Qt.KeyboardModifier.ShiftModifier:
            command = flag.SelectCurrent | flag.Rows
        target = self.model().index(row, column)
        if target.isValid():
            self.selectionModel().setCurrentIndex(target, command)
            self.scrollTo(target)

    def scrollTo(
        self, index: QModelIndex, hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible
    ) -> None:
        """Up and down never move the list sideways (the current column may stand in the other view)."""
        at = self.horizontalScrollBar().value()
        super().scrollTo(index, hint)
        self.horizontalScrollBar().setValue(at)


class FrozenGrid(Grid):
    """The first columns, which stay; the keyboard lives in the other view."""

    pressed_here = Signal()

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click gives the keyboard to the other view."""
        self.pressed_here.emit()
        super().mousePressEvent(event)


class EmptyState(QWidget):
    """One sentence what belongs here, and one button for the first step."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = theme.role(QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True), "sub")
        self.button = QPushButton()
        self._act: Callable[[], object] | None = None
        self.button.clicked.connect(lambda: self._act and self._act())
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(12))
        column.addStretch(2)
        column.addWidget(self.words)
        column.addLayout(row)
        column.addStretch(3)

    def say(self, words: str, button: str = "", act: Callable[[], object] | None = None) -> None:
        """Show a sentence, and a button if there is a step to take."""
        self.words.setText(words)
        self._act = act
        self.button.setText(button)
        self.button.setVisible(bool(button))


class ColumnChooser(QDialog):
    """Which columns, in which order: tick, and drag or move with Alt+↑ / Alt+↓."""

    chosen = Signal(object)  # list of the shown keys in order; None = back to the beginning

    def __init__(self, columns: Sequence[Column], shown: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("选择列")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.list = QListWidget()
        self.list.setAccessibleName("列")
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.InternalMove)
        labels = {column.key: column.label for column in columns}
        for key in [*shown, *(key for key in labels if key not in shown)]:
            item = QListWidgetItem(labels[key])
            item.setData(Qt.ItemDataRole.UserRole, key)
            item.setSizeHint(QSize(0, theme.px(28)))
            item.setFlags(item.flags() | Qt.ItemFlag.ItemIsUserCheckable)
            item.setCheckState(Qt.CheckState.Checked if key in shown else Qt.CheckState.Unchecked)
            self.list.addItem(item)
        self.list.setCurrentRow(0)
        self._build()

    def keys(self) -> list[str]:
        """The ticked columns in order."""
        items = [self.list.item(row) for row in range(self.list.count())]
        return [item.data(Qt.ItemDataRole.UserRole) for item in items if item.checkState() == Qt.CheckState.Checked]

    def shift(self, step: int) -> None:
        """Move the current line up or down."""
        row = self.list.currentRow()
        if 0 <= row + step < self.list.count():
            self.list.insertItem(row + step, self.list.takeItem(row))
            self.list.setCurrentRow(row + step)

    def accept(self) -> None:
        """A list needs at least one column."""
        if keys := self.keys():
            self.chosen.emit(keys)
            super().accept()

    def _build(self) -> None:
        hint = theme.role(QLabel("勾选要显示的列，拖动可以调整先后。"), "sub")
        up, down = QPushButton("上移"), QPushButton("下移")
        for button, step, key in ((up, -1, "Alt+Up"), (down, 1, "Alt+Down")):
            button.setShortcut(key)
            button.setToolTip(key)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, by=step: self.shift(by))
        reset = theme.role(QPushButton("恢复默认"), "quiet")
        reset.setAutoDefault(False)
        reset.clicked.connect(self._reset)
        moves = QHBoxLayout()
        moves.addWidget(up)
        moves.addWidget(down)
        moves.addStretch(1)
        moves.addWidget(reset)
        buttons = QDialogButtonBox()
        theme.role(buttons.addButton("确定", QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.accept)
        buttons.rejected.connect(self.reject)
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(10))
        column.addWidget(hint)
        column.addWidget(self.list, 1)
        column.addLayout(moves)
        column.addWidget(buttons)
        self.resize(theme.px(340), theme.px(460))

    def _reset(self) -> None:
        self.chosen.emit(None)
        self.reject()
