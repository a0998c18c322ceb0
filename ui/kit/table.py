"""A list on screen: frozen first columns, sort by head, choice of columns, whole-row selection, copy to Excel."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QItemSelection, QItemSelectionModel, QModelIndex, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QStackedLayout, QVBoxLayout, QWidget

from ui.kit import icons, theme
from ui.kit.clip import to_clipboard
from ui.kit.drafts import Local
from ui.kit.rows import Order, RowsModel, Where
from ui.kit.table_parts import ColumnChooser, EmptyState, FrozenGrid, Grid

COPY_LIMIT = 20_000
KEPT_SELECTION = 500
SAVE_PAUSE_MS = 400
_FLAG = QItemSelectionModel.SelectionFlag


class TableView(QWidget):
    """Shows a RowsModel. Order, width and choice of columns are remembered under `name` in the local drawer."""

    current_changed = Signal(str)  # uid of the current row, '' for none
    opened = Signal(str)  # Enter or double click
    selection_changed = Signal()
    loaded = Signal(int, bool)  # rows known, complete
    said = Signal(str)  # a sentence for the status bar
    clear_filter_wanted = Signal()

    def __init__(
        self, model: RowsModel, name: str = "", local: Local | None = None, *, frozen: int = 2, parent: Any = None
    ) -> None:
        super().__init__(parent)
        self.model = model
        self.actions_for: Callable[[list[str]], Sequence[QAction]] | None = None  # the page's own, on the selected
        self.sentence_for: Callable[[list[str]], str] | None = None  # 复制为一句话: '' uids = everything shown
        self.statistics: Callable[[], object] | None = None  # 按…统计
        self._all = list(model.columns)
        self._frozen = frozen
        self._key = f"table.{name}" if name and local is not None else ""
        self._local = local
        self._widths: dict[str, int] = {}  # logical pixels at 10 pt
        self._select_all_later = False
        self._kept: tuple[str, list[str], int] = ("", [], 0)
        self._empty_words: tuple[str, str, Callable[[], object] | None] = ("这里还没有内容。", "", None)
        self._build()
        self._wire()
        self._remember()

    # -- what the page asks

    def load(self, where: Where | None = None, order: Order | None = None) -> None:
        """Show a filter (and order)."""
        self.model.load(where, order)
        self._show_sort()

    def reload(self) -> None:
        """Read again after a write; the current row, the selection and the place stay."""
        self.model.reload()

    def set_empty(self, words: str, button: str = "", act: Callable[[], object] | None = None) -> None:
        """What to say while nothing has been entered yet."""
        self._empty_words = (words, button, act)
        self._show_state()

    def current_uid(self) -> str:
        """The uid of the current row, '' for none."""
        return self.model.uid_at(self.right.currentIndex().row())

    def selected_uids(self) -> list[str]:
        """Uids of the selected rows, in the order of the list."""
        rows: set[int] = set()
        for part in self.right.selectionModel().selection():
            rows.update(range(part.top(), part.bottom() + 1))
        return [self.model.uid_at(row) for row in sorted(rows)]

    def selected_count(self) -> int:
        """How many rows are selected."""
        parts = self.right.selectionModel().selection()
        return len({row for part in parts for row in range(part.top(), part.bottom() + 1)})

    def select(self, uid: str) -> bool:
        """Make a row current and bring it into view; False if it is not in the list."""
        row = self.model.row_of(uid)
        if row < 0:
            return False
        index = self.model.index(row, min(self._frozen, self.model.columnCount() - 1))
        self.right.selectionModel().setCurrentIndex(index, _FLAG.ClearAndSelect | _FLAG.Rows)
        self.right.scrollTo(index)
        return True

    def clear_current(self) -> None:
        """No row is current and none selected."""
        self.right.selectionModel().clear()

    def select_all(self) -> None:
        """Select every row of the list, also those whose ids are still on their way."""
        self._select_all_later = not self.model.complete
        if self.model.rowCount():
            last = self.model.index(self.model.rowCount() - 1, self.model.columnCount() - 1)
            self.right.selectionModel().select(QItemSelection(self.model.index(0, 0), last), _FLAG.Select | _FLAG.Rows)

    def focus(self) -> None:
        """Give the keyboard to the list; the first row becomes current if none is."""
        self.right.setFocus(Qt.FocusReason.OtherFocusReason)
        if not self.right.currentIndex().isValid() and self.model.rowCount():
            self.select(self.model.uid_at(0))

    def copy(self) -> int:
        """复制到Excel: the selected rows (all rows if none is selected) with their heads."""
        uids = self.selected_uids() or list(self.model.uids)
        if len(uids) > COPY_LIMIT:
            self.said.emit(f"选中了 {len(uids):,} 行，超过 {COPY_LIMIT:,} 行请用“导出”存成 Excel 文件。")
            return 0
        count = to_clipboard(self.model.columns, self.model.lines(uids))
        masked = any(column.bare for column in self.model.columns)
        more = "号码已隐去，需要时请用“导出”。" if masked else ""
        self.said.emit(f"已复制 {count:,} 行，可以在 Excel 中粘贴。{more}")
        return count

    def choose_columns(self) -> ColumnChooser:
        """Open the choice of columns."""
        dialog = ColumnChooser(self._all, [column.key for column in self.model.columns], self)
        dialog.chosen.connect(self._take_columns)
        dialog.open()
        return dialog

    def sort_by(self, key: str, descending: bool = False) -> None:
        """Sort by a column (in the query)."""
        self.load(order=((key, descending),))
        self._save_later()

    # -- build

    def _build(self) -> None:
        self.left, self.right = FrozenGrid(self), Grid(self)
        self.right.setAccessibleName("列表")
        self.setFocusProxy(self.right)
        for grid in (self.left, self.right):
            grid.setModel(self.model)
        self.right.setSelectionModel(self.left.selectionModel())
        self.right.horizontalHeader().setSectionsMovable(True)
        self.right.horizontalHeader().setStretchLastSection(True)
        self._foot = QWidget()  # under the frozen columns, as high as the scroll bar beside it
        side = QVBoxLayout()
        side.setSpacing(0)
        side.addWidget(self.left, 1)
        side.addWidget(self._foot)
        self._rule = theme.role(QFrame(), "vrule")
        pair = QFrame()
        theme.role(pair, "card")
        row = QHBoxLayout(pair)
        row.setContentsMargins(1, 1, 1, 1)
        row.setSpacing(0)
        row.addLayout(side)
        row.addWidget(self._rule)
        row.addWidget(self.right, 1)
        self.empty = EmptyState()
        shell = QFrame()
        theme.role(shell, "card")
        QVBoxLayout(shell).addWidget(self.empty)
        self._stack = QStackedLayout(self)
        self._stack.addWidget(pair)
        self._stack.addWidget(shell)

    def _wire(self) -> None:
        left_bar, right_bar = self.left.verticalScrollBar(), self.right.verticalScrollBar()
        left_bar.valueChanged.connect(right_bar.setValue)
        right_bar.valueChanged.connect(left_bar.setValue)
        # a value that comes before the frozen part knows of more rows would be cut, and names stand beside other people
        left_bar.rangeChanged.connect(lambda *_: left_bar.setValue(right_bar.value()))
        self.right.horizontalScrollBar().installEventFilter(self)
        self.left.pressed_here.connect(self.right.setFocus)
        for grid in (self.left, self.right):
            grid.opened.connect(lambda: self.current_uid() and self.opened.emit(self.current_uid()))
            grid.all_wanted.connect(self.select_all)
            grid.copy_wanted.connect(self.copy)
            grid.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            grid.customContextMenuRequested.connect(lambda at, on=grid: self.menu().popup(on.mapToGlobal(at)))
            head = grid.horizontalHeader()
            head.sectionClicked.connect(self._head_clicked)
            head.sectionResized.connect(self._resized)
            head.customContextMenuRequested.connect(
                lambda at, on=head: self.head_menu(on.logicalIndexAt(at)).popup(on.mapToGlobal(at))
            )
        self.right.horizontalHeader().sectionMoved.connect(self._moved)
        self.model.modelAboutToBeReset.connect(self._keep_place)
        self.model.modelReset.connect(self._arrange)
        self.model.loaded.connect(self._on_loaded)
        self.left.selectionModel().selectionChanged.connect(self._selected)
        self.left.selectionModel().currentRowChanged.connect(lambda *_: self.current_changed.emit(self.current_uid()))
        self._saver = QTimer(self, singleShot=True, interval=SAVE_PAUSE_MS)
        self._saver.timeout.connect(self._save)

    def _selected(self) -> None:
        """One selected row is the current one too: a Ctrl+click that takes a row away leaves the keyboard on it."""
        spans = {(part.top(), part.bottom()) for part in self.right.selectionModel().selection()}
        top, bottom = spans.pop() if len(spans) == 1 else (0, 1)
        if top == bottom != self.right.currentIndex().row() >= 0:
            index = self.model.index(top, min(self._frozen, self.model.columnCount() - 1))
            # later: Qt makes the row that was clicked current only after it is deselected
            QTimer.singleShot(0, self, lambda: self._follow(index))
        self.selection_changed.emit()

    def _follow(self, index: QModelIndex) -> None:
        if index.isValid() and self.selected_uids() == [self.model.uid_at(index.row())]:
            self.right.selectionModel().setCurrentIndex(index, _FLAG.NoUpdate)

    # -- columns

    def _remember(self) -> None:
        kept = (self._local.get(self._key) or {}) if self._local is not None and self._key else {}
        known = {column.key: column for column in self._all}
        self._widths = {key: int(width) for key, width in dict(kept.get("widths", {})).items() if key in known}
        shown = [key for key in kept.get("shown", []) if key in known]
        order = tuple((str(key), bool(down)) for key, down in kept.get("order", []) if key in known)
        if order:
            self.model.order = order
        self._set_shown(shown or [column.key for column in self._all if column.shown])

    def _set_shown(self, keys: Sequence[str]) -> None:
        known = {column.key: column for column in self._all}
        self.model.set_columns([known[key] for key in keys])

    def _take_columns(self, keys: list[str] | None) -> None:
        if keys is None:
            self._widths.clear()
            keys = [column.key for column in self._all if column.shown]
        self._set_shown(keys)
        self._save_later()

    def _arrange(self) -> None:
        """After a reset: which view shows which column, how wide; then the place where the person was."""
        frozen = min(self._frozen, self.model.columnCount() - 1)
        head = self.right.horizontalHeader()
        head.blockSignals(True)
        self.left.horizontalHeader().blockSignals(True)
        for visual in range(self.model.columnCount()):  # dragging left the heads in another order
            head.moveSection(head.visualIndex(visual), visual)
        for at, column in enumerate(self.model.columns):
            self.left.setColumnHidden(at, at >= frozen)
            self.right.setColumnHidden(at, at < frozen)
            width = theme.px(self._widths.get(column.key, column.width * 7 + 20))
            (self.left if at < frozen else self.right).setColumnWidth(at, width)
        self.left.horizontalHeader().blockSignals(False)
        head.blockSignals(False)
        self._fit_left()
        self._show_sort()
        self._restore_place()

    def _fit_left(self) -> None:
        width = self.left.horizontalHeader().length()
        self.left.setFixedWidth(max(width, 1))
        self.left.setVisible(self._frozen > 0)
        self._rule.setVisible(self._frozen > 0)

    def _resized(self, section: int, _old: int, new: int) -> None:
        sender = self.sender()
        if section >= len(self.model.columns) or new == 0:
            return
        if sender is self.right.horizontalHeader() and section == self._last_shown():
            return  # the last column stretches by itself
        self._widths[self.model.columns[section].key] = round(new / theme.px(1000) * 1000)
        self._fit_left()
        self._save_later()

    def _last_shown(self) -> int:
        head = self.right.horizontalHeader()
        return head.logicalIndex(head.count() - 1)

    def _moved(self, *_: int) -> None:
        head = self.right.horizontalHeader()
        keys = [self.model.columns[head.logicalIndex(visual)].key for visual in range(head.count())]
        QTimer.singleShot(0, self, lambda: (self._set_shown(keys), self._save_later()))

    def _save_later(self) -> None:
        if self._key:
            self._saver.start()

    def _save(self) -> None:
        if self._local is not None and self._key:
            shown = [column.key for column in self.model.columns]
            self._local.put(self._key, {"shown": shown, "widths": self._widths, "order": list(self.model.order)})

    # -- sorting

    def _head_clicked(self, section: int) -> None:
        column = self.model.columns[section]
        if column.sortable:
            same = self.model.order[:1] == ((column.key, False),)
            self.sort_by(column.key, descending=same)

    def _show_sort(self) -> None:
        key, down = self.model.order[0] if self.model.order else ("", False)
        keys = [column.key for column in self.model.columns]
        at = keys.index(key) if key in keys else -1
        # Qt points down for ascending; Excel and every clerk's eye say up.
        direction = Qt.SortOrder.AscendingOrder if down else Qt.SortOrder.DescendingOrder
        for grid in (self.left, self.right):
            grid.horizontalHeader().setSortIndicator(at, direction)

    # -- the place where the person was

    def _keep_place(self) -> None:
        uids = self.selected_uids() if self.selected_count() <= KEPT_SELECTION else []
        self._kept = (self.current_uid(), uids, self.right.verticalScrollBar().value())

    def _restore_place(self) -> None:
        current, uids, scroll = self._kept
        picked = QItemSelection()
        for uid in uids:
            if (row := self.model.row_of(uid)) >= 0:
                picked.select(self.model.index(row, 0), self.model.index(row, self.model.columnCount() - 1))
        if current and (row := self.model.row_of(current)) >= 0:
            index = self.model.index(row, min(self._frozen, self.model.columnCount() - 1))
            self.right.selectionModel().setCurrentIndex(index, _FLAG.NoUpdate)
            self.right.verticalScrollBar().setValue(scroll)
            self.right.scrollTo(index)
        elif current:
            self.current_changed.emit("")
        if not picked.isEmpty():
            self.right.selectionModel().select(picked, _FLAG.ClearAndSelect | _FLAG.Rows)
        else:  # reading again cleared the selection without a word
            self.selection_changed.emit()

    def _on_loaded(self, count: int, complete: bool) -> None:
        if complete and self._select_all_later:
            self.select_all()
        self._show_state()
        self.loaded.emit(count, complete)

    def _show_state(self) -> None:
        if self.model.rowCount() or not self.model.complete:
            self._stack.setCurrentIndex(0)
            return
        if any(self.model.where.values()):
            self.empty.say("没有符合条件的记录。", "清除筛选", self.clear_filter_wanted.emit)
        else:
            self.empty.say(*self._empty_words)
        self._stack.setCurrentIndex(1)

    # -- menus

    def menu(self) -> QMenu:
        """What can be done with the selected rows."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if self.actions_for is not None and (own := self.actions_for(self.selected_uids())):
            menu.addActions(list(own))
            menu.addSeparator()
        menu.addAction(icons.icon("copy"), "复制到Excel", self.copy).setShortcut("Ctrl+C")
        menu.addAction("复制这一格", self._copy_cell).setEnabled(self.right.currentIndex().isValid())
        if self.sentence_for is not None:
            menu.addAction("复制为一句话", self._copy_sentence)
        if self.statistics is not None:
            menu.addAction(icons.icon("stats"), "按…统计", self.statistics)
        menu.addSeparator()
        menu.addAction("全选", self.select_all).setShortcut("Ctrl+A")
        menu.addAction(icons.icon("columns"), "选择列…", self.choose_columns)
        return menu

    def head_menu(self, section: int) -> QMenu:
        """What can be done with a column."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        if 0 <= section < len(self.model.columns):
            column = self.model.columns[section]
            if column.sortable:
                menu.addAction("升序", lambda: self.sort_by(column.key))
                menu.addAction("降序", lambda: self.sort_by(column.key, True))
                menu.addSeparator()
            others = [one.key for one in self.model.columns if one.key != column.key]
            menu.addAction("不显示这一列", lambda: self._take_columns(others)).setEnabled(bool(others))
        menu.addAction(icons.icon("columns"), "选择列…", self.choose_columns)
        return menu

    def _copy_cell(self) -> None:
        QGuiApplication.clipboard().setText(str(self.right.currentIndex().data() or ""))

    def _copy_sentence(self) -> None:
        if self.sentence_for is not None and (sentence := self.sentence_for(self.selected_uids())):
            QGuiApplication.clipboard().setText(sentence)
            self.said.emit(f"已复制：{sentence}")

    # -- Qt

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The frozen part is as high as the other without its scroll bar."""
        if event.type() in (QEvent.Type.Show, QEvent.Type.Hide, QEvent.Type.Resize):
            bar = self.right.horizontalScrollBar()
            self._foot.setFixedHeight(bar.height() if bar.isVisible() else 0)
        return False

    def changeEvent(self, event: QEvent) -> None:
        """Another font size or other colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.FontChange, QEvent.Type.PaletteChange) and hasattr(self, "_saver"):
            self.model.restyle()
            for grid in (self.left, self.right):
                grid.fit_rows()
            self._keep_place()
            self._arrange()
