"""The same fields as several people have them, beside each other; one side is chosen, by its head, a click or its key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtWidgets import QGridLayout, QLabel, QPushButton, QSizePolicy, QWidget

from ui.kit import theme
from ui.kit.icons import icon

NOTHING = "（空）"


@dataclass(frozen=True, slots=True)
class Side:
    """One column. Without a `key` it stands there to compare, and cannot be chosen."""

    title: str  # 原来, 办公室, 笔记本1
    cells: Sequence[str]
    key: str = ""  # '1'
    verb: str = ""  # what choosing it means, where that is not plain: 恢复这条记录
    by: str = ""  # who and when
    changed: frozenset[int] = field(default_factory=frozenset)  # cells that differ from what was: bold
    whole: str = ""  # instead of cells: （已删除）


class SidesView(QWidget):
    """`chosen(at)` when a person picks a side; `at` is what stands chosen, -1 for none."""

    chosen = Signal(int)

    def __init__(self, labels: Sequence[str], sides: Sequence[Side]) -> None:
        super().__init__()
        self.at = -1
        self._sides = list(sides)
        self.heads: list[QPushButton | QLabel] = []
        self._cells: list[list[QLabel]] = [[] for _ in sides]
        self._whose: dict[QObject, int] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(10))
        grid.setVerticalSpacing(0)
        for row, label in enumerate(labels, 1):
            name = theme.role(QLabel(label, wordWrap=True), "cell-name")
            name.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
            name.setIndent(0)
            name.setMinimumWidth(min(name.fontMetrics().horizontalAdvance(label) + theme.px(4), theme.px(150)))
            grid.addWidget(name, row, 0)
        for at, side in enumerate(self._sides):
            self._add_side(grid, at, side, len(labels))
            grid.setColumnStretch(at + 1, 1)

    def choose(self, at: int) -> None:
        """Mark a side; -1 marks none."""
        self.at = at
        for place, (side, head) in enumerate(zip(self._sides, self.heads, strict=True)):
            on = place == at
            for label in self._cells[place]:
                theme.role(label, "cell-on" if on else "cell")
            if isinstance(head, QPushButton):
                head.setChecked(on)
                head.setIcon(icon("check" if on else "", "sel_text", 16))
                state = "已选中" if on else "未选中"
                head.setAccessibleName(f"{side.key} {side.title} {side.verb} {state}：{self.read(place)}")

    def pick(self, key: str) -> bool:
        """Choose by key, as a person does; False if no side has it."""
        at = next((at for at, side in enumerate(self._sides) if side.key and side.key == key), -1)
        if at >= 0:
            self._take(at)
        return at >= 0

    def read(self, at: int) -> str:
        """A side in one line, for a screen reader."""
        side = self._sides[at]
        return side.whole or "，".join(cell or NOTHING for cell in side.cells)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """A click anywhere in a column chooses it."""
        if event.type() == QEvent.Type.MouseButtonPress and watched in self._whose:
            self._take(self._whose[watched])
            return True
        return False

    def _take(self, at: int) -> None:
        self.choose(at)
        self.chosen.emit(at)

    def _add_side(self, grid: QGridLayout, at: int, side: Side, rows: int) -> None:
        head = self._head(at, side)
        self.heads.append(head)
        grid.addWidget(head, 0, at + 1)
        texts = [side.whole, *[""] * (rows - 1)] if side.whole and rows else list(side.cells)
        for row, text in enumerate(texts, 1):
            self._put(grid, row, at, self._cell(text, side, row - 1))
        if side.by:
            by = theme.role(QLabel(side.by, wordWrap=True), "cell-sub")
            by.setIndent(0)
            grid.addWidget(by, rows + 1, at + 1)

    def _head(self, at: int, side: Side) -> QPushButton | QLabel:
        words = f"{side.title}：{side.verb}" if side.verb else side.title
        if not side.key:
            label = theme.role(QLabel(words, wordWrap=True), "cell-head")
            label.setIndent(0)
            return label
        head = theme.role(QPushButton(f"{side.key}　{words}"), "side")
        head.setCheckable(True)
        head.setIconSize(QSize(theme.px(16), theme.px(16)))
        head.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        head.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        head.clicked.connect(lambda: self._take(at))
        return head

    def _cell(self, text: str, side: Side, row: int) -> QLabel:
        nothing = NOTHING if not side.whole else ""
        label = QLabel(text or nothing, wordWrap=True)
        label.setTextFormat(Qt.TextFormat.PlainText)
        label.setIndent(0)  # else half a letter more, above too: names and cells would not stand level
        label.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        font = label.font()
        font.setBold(row in side.changed and not side.whole)
        label.setFont(font)
        return theme.role(label, "cell")

    def _put(self, grid: QGridLayout, row: int, at: int, label: QLabel) -> None:
        self._cells[at].append(label)
        grid.addWidget(label, row, at + 1)
        if self._sides[at].key:
            self._whose[label] = at
            label.installEventFilter(self)
            label.setCursor(Qt.CursorShape.PointingHandCursor)
