"""Step 2, 对列: each column of the sheets beside the field it fills. Nothing is left out without being said."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QWheelEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QListView,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QTabBar,
    QVBoxLayout,
    QWidget,
)

from core.sheet.contract import Column
from ui.kit import theme
from ui.kit.labels import ElidedLabel, words
from ui.pages.import_state import ImportRun, SheetRef

HOW = {  # word and tone; the word carries a mark of its own
    "head": ("✓ 列名相同", "ok"),
    "synonym": ("✓ 列名的另一种写法", "ok"),
    "content": ("✓ 按内容认出，请看一眼", "info"),
    "remembered": ("✓ 上次这样对过", "ok"),
    "given": ("✓ 您选定的", "ok"),
    "ignored": ("－ 不导入", "sub"),
    "unplaced": ("？ 没有认出，请选定", "warn"),
    "ambiguous": ("？ 有几列都像，请选定", "warn"),
}
OPEN = "（请选择）"
NOTHING = "（不导入）"


class FieldBox(QComboBox):
    """Which field a column fills."""

    def __init__(self, run: ImportRun, column: Column, taken: dict[str, Column]) -> None:
        super().__init__()
        self.setAccessibleName(f"“{column.head}”填到哪一项")
        # a view made here: one made by Qt leaves a dead wrapper behind, which a later box may get for its own
        self._list = QListView()
        self.setView(self._list)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(9)
        self.addItem(NOTHING if column.how == "ignored" else OPEN, None)
        for field in run.kind.spec.fields:
            other = taken.get(field.key)
            used = f"　（现在是“{other.head}”）" if other is not None and other.index != column.index else ""
            self.addItem(f"{field.label}{' *' if field.required else ''}{used}", field.key)
        self.setCurrentIndex(max(self.findData(column.key), 0) if column.key else 0)
        self._list.setMinimumWidth(self._list.sizeHintForColumn(0) + theme.px(24))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The list opens first: walking over fields in a closed box would take each from its column."""
        key, plain = event.key(), not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if plain and key in (Qt.Key.Key_Down, Qt.Key.Key_Up, Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space):
            self.showPopup()
        elif key in (Qt.Key.Key_Tab, Qt.Key.Key_Backtab, Qt.Key.Key_F4) or event.modifiers():
            super().keyPressEvent(event)
            return
        event.accept()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the list over a closed box must not change it."""
        event.ignore()


class ColumnsStep(QWidget):
    """A tab for each sheet, a line for each column."""

    changed = Signal()
    heads_wanted = Signal()

    def __init__(self, run: ImportRun) -> None:
        super().__init__()
        self.run = run
        self.refs: list[SheetRef] = []
        self.tabs = QTabBar(expanding=False, drawBase=False)
        self.tabs.setAccessibleName("工作表")
        self.state, self.title = words("", "warn"), words("", "sub")
        self.take = QCheckBox("导入这张表")
        self.leave_all = QPushButton("没认出的都不导入")
        self.heads = QPushButton("指定表头…")
        self.heads.clicked.connect(self.heads_wanted)
        self.area = theme.role(QScrollArea(widgetResizable=True), "page")
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.boxes: dict[int, FieldBox] = {}
        self.ticks: dict[int, QCheckBox] = {}
        self._lay_out()
        self.tabs.currentChanged.connect(lambda _at: self._show_sheet())
        self.take.toggled.connect(self._take_sheet)
        self.leave_all.clicked.connect(self._leave_all)

    @property
    def ref(self) -> SheetRef | None:
        """The sheet in view."""
        at = self.tabs.currentIndex()
        return self.refs[at] if 0 <= at < len(self.refs) else None

    def refresh(self) -> None:
        """Show the sheets that were read."""
        before = self.ref
        self.refs = list(self.run.maps)
        self.tabs.blockSignals(True)
        while self.tabs.count():
            self.tabs.removeTab(0)
        for _ in self.refs:
            self.tabs.addTab("")
        wanted = before if before in self.refs else next(iter(self.waiting()), self.refs[0] if self.refs else None)
        if wanted is not None:
            self.tabs.setCurrentIndex(self.refs.index(wanted))
        self.tabs.blockSignals(False)
        self._show_sheet()

    def waiting(self) -> list[SheetRef]:
        """Sheets with something still to settle."""
        return [ref for ref in self.run.maps if self.run.open_columns(ref)]

    def restyle(self) -> None:
        """Another size or other colours."""
        self._show_sheet()

    def focus(self) -> None:
        """The keyboard begins at what is open, else at the first column."""
        ref = self.ref
        opened = [one.index for one in self.run.maps[ref].unplaced] if ref else []
        at = next((index for index in opened if index in self.boxes), next(iter(self.boxes), None))
        if at is not None:
            self.boxes[at].setFocus()
        else:
            self.tabs.setFocus()

    # -- acts

    def place(self, index: int, key: str | None) -> None:
        """Settle a column of the sheet in view."""
        if (ref := self.ref) is not None:
            others = self.run.place(ref, index, key)
            self._show_sheet(f"同样表头的另外 {others} 张表也照此对列。" if others else "")
            self.changed.emit()

    def _take_sheet(self, on: bool) -> None:
        if (ref := self.ref) is not None:
            (self.run.left.discard if on else self.run.left.add)(ref)
            self._show_sheet()
            self.changed.emit()

    def _leave_all(self) -> None:
        if (ref := self.ref) is not None:
            self.run.place_all_open(ref)
            self._show_sheet()
            self.changed.emit()
            self.focus()

    # -- showing

    def _show_sheet(self, said: str = "") -> None:
        self._show_tabs()
        ref = self.ref
        held = self._held()
        place = self.area.verticalScrollBar().value()
        self.boxes, self.ticks = {}, {}
        self.area.setWidget(self._table(ref) if ref else QWidget())
        for widget in (self.take, self.state, self.title):
            widget.setVisible(ref is not None)
        self.leave_all.setVisible(ref is not None and ref not in self.run.left and bool(self.run.maps[ref].unplaced))
        left = self.run.unread_sheets()
        self.heads.setVisible(bool(left))
        names = "、".join(f"“{sheet}”" for _, sheet in left)
        self.heads.setToolTip(f"没有找到表头、没有读入的表：{names}。如果里面有数据，在这里指定表头。")
        if ref is None:
            return
        self.take.blockSignals(True)
        self.take.setChecked(ref not in self.run.left)
        self.take.blockSignals(False)
        self.title.setText(self._about(ref))
        text, tone = self._state(ref)
        self.state.setText(f"{text}{said}")
        theme.role(self.state, tone)
        self.area.widget().setEnabled(ref not in self.run.left)
        self.area.verticalScrollBar().setValue(place)
        self._hold(held)

    def _held(self) -> tuple[str, int] | None:
        """Which control has the keyboard: the lines are made anew."""
        for name, controls in (("box", self.boxes), ("tick", self.ticks)):
            for index, control in controls.items():
                if control.hasFocus():
                    return name, index
        return None

    def _hold(self, held: tuple[str, int] | None) -> None:
        if held is not None:
            control = (self.boxes if held[0] == "box" else self.ticks).get(held[1])
            if control is not None:
                control.setFocus()

    def _show_tabs(self) -> None:
        files = {file for file, _ in self.refs}
        for at, ref in enumerate(self.refs):
            name = ref[1] if len(files) == 1 else f"{Path(ref[0]).stem}·{ref[1]}"
            name = Path(ref[0]).stem if ref[1] == Path(ref[0]).stem else name
            left, number = ref in self.run.left, self.run.open_columns(ref)
            mark = "－" if left else f"？{number}" if number else "✓"
            self.tabs.setTabText(at, f"{mark} {name.replace('&', '&&')}")
            self.tabs.setTabToolTip(at, f"{ref[0]}\n工作表“{ref[1]}”")

    def _about(self, ref: SheetRef) -> str:
        raw = next(one.raw for one in self.run.reading.sheets if (one.raw.file, one.raw.sheet) == ref)
        columns = self.run.maps[ref]
        heads = "、".join(str(one) for one in columns.head_rows)
        where = f"表头在第 {heads} 行" if heads else "这张表没有表头"
        parts = [f"{Path(ref[0]).name}，工作表“{ref[1]}”：{where}，数据从第 {columns.first_row} 行开始。", *raw.remarks]
        return " ".join(parts)

    def _state(self, ref: SheetRef) -> tuple[str, str]:
        if ref in self.run.left:
            return "－ 这张表不会导入。", "sub"
        columns, lacking = self.run.maps[ref], self.run.lacking(ref)
        parts = []
        if lacking:
            parts.append(f"还没有对上{'、'.join(f'“{one}”' for one in lacking)}，请选出是哪一列，否则一行也不能导入。")
        for key in columns.ambiguous:
            parts.append(f"有几列都像“{self.run.kind.spec.field(key).label}”，请选定一列，其余勾选“不导入”。")
        if columns.unplaced:
            parts.append(f"有 {len(columns.unplaced)} 列没有认出：请选出填到哪一项，或勾选“不导入”。")
        return (f"？ {''.join(parts)}", "warn") if parts else ("✓ 各列都对好了。", "ok")

    def _table(self, ref: SheetRef) -> QWidget:
        host = theme.role(QWidget(), "page")
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, theme.px(12), 0)
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(4))
        for at, text in enumerate(("表里的列", "例子", "填到哪一项", "怎么认出的", "不导入")):
            grid.addWidget(theme.role(QLabel(text), "sub"), 0, at)
        columns = self.run.maps[ref]
        shown = [one for one in columns.columns if one.head or one.samples or one.key]
        for line, column in enumerate(shown, 1):
            self._line(grid, line, column, columns.placed)
        grid.setColumnStretch(1, 1)
        grid.setRowStretch(len(shown) + 1, 1)
        return host

    def _line(self, grid: QGridLayout, line: int, column: Column, taken: dict[str, Column]) -> None:
        head = ElidedLabel(column.head or f"第{column.index + 1}列")
        head.setMaximumWidth(theme.px(200))
        head.setMinimumWidth(theme.px(110))
        samples = theme.role(ElidedLabel(" / ".join(column.samples).replace("\n", " ") or "（空列）"), "sub")
        samples.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        samples.setMinimumWidth(theme.px(80))
        box = FieldBox(self.run, column, taken)
        text, tone = HOW[column.how]
        how = theme.role(QLabel(text), tone)
        tick = QCheckBox("不导入")
        tick.setAccessibleName(f"“{column.head}”不导入")
        tick.setChecked(column.how == "ignored")
        box.activated.connect(self._deferred(column.index, box.currentData))
        tick.clicked.connect(self._deferred(column.index, lambda: "" if tick.isChecked() else None))
        self.boxes[column.index], self.ticks[column.index] = box, tick
        grid.setRowMinimumHeight(line, theme.px(28))  # inside a scroll area rows shrink to less than a box needs
        for at, widget in enumerate((head, samples, box, how, tick)):
            grid.addWidget(widget, line, at)

    def _deferred(self, index: int, value: Callable[[], str | None]) -> Callable[..., None]:
        # the lines are made anew: not inside a signal of one of them
        def act(*_: object) -> None:
            key = value()
            self._soon(lambda: self.place(index, key))

        return act

    def _soon(self, act: Callable[[], None]) -> None:
        QTimer.singleShot(0, self, act)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(10), theme.px(20), theme.px(10))
        column.setSpacing(theme.px(8))
        column.addWidget(self.tabs)
        column.addWidget(self.title)
        row = QHBoxLayout()
        row.addWidget(self.state, 1)
        row.addWidget(self.heads)
        row.addWidget(self.leave_all)
        row.addWidget(self.take)
        column.addLayout(row)
        self.area.setMinimumHeight(theme.px(200))
        column.addWidget(self.area, 1)
