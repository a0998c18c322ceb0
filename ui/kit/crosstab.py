"""按…统计: people or records counted by one or two fields, with totals; copied to Excel as it stands."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from ui.kit import theme
from ui.kit.clip import to_clipboard
from ui.kit.columns import Column

Count = Callable[[str, str], Sequence[tuple[str, str, int]]]  # (first key, second key or '') -> (value, value, number)
BLANK = "（未填）"
TOTAL = "合计"


class CrosstabDialog(QDialog):
    """Counts by two fields. `count` is asked with field keys; `foot` says 口径 and 截至."""

    picked = Signal(object)  # {field key: value} of the cell double-clicked: the list behind the number

    def __init__(
        self, fields: Sequence[tuple[str, str]], count: Count, foot: str = "", parent: QWidget | None = None
    ) -> None:
        """`fields`: (key, label) that can be counted by."""
        super().__init__(parent)
        self.setWindowTitle("按…统计")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self._count = count
        self._lines: list[list[str]] = []
        self._heads: list[str] = []
        self._values: tuple[list[str], list[str]] = ([], [])
        self.first, self.second = QComboBox(), QComboBox()
        self.first.setAccessibleName("按哪一项")
        self.second.setAccessibleName("再按哪一项")
        self.second.addItem("（不再细分）", "")
        for key, label in fields:
            self.first.addItem(label, key)
            self.second.addItem(label, key)
        self.table = QTableWidget()
        self.table.setAccessibleName("统计结果")
        self._build(foot)
        self.first.currentIndexChanged.connect(self.show_counts)
        self.second.currentIndexChanged.connect(self.show_counts)
        self.table.cellDoubleClicked.connect(self._pick)
        self.show_counts()
        self.resize(theme.px(760), theme.px(520))

    def show_counts(self) -> None:
        """Ask and fill the table."""
        first, second = str(self.first.currentData()), str(self.second.currentData())
        counts = self._count(first, "" if second == first else second)
        split = bool(second) and second != first
        rows = list(dict.fromkeys(row for row, _, _ in counts))
        columns = list(dict.fromkeys(column for _, column, _ in counts)) if split else []
        self._values = (rows, columns)
        numbers: dict[tuple[str, str], int] = {}
        for row, column, number in counts:
            at = (row, column if split else "")
            numbers[at] = numbers.get(at, 0) + number
        self._heads = [self.first.currentText(), *(one or BLANK for one in columns), TOTAL]
        self._lines = [self._line(row, columns or [""], numbers, split) for row in rows]
        self._lines.append(self._sums(len(columns)))
        self._fill()

    def copy(self) -> int:
        """复制到Excel."""
        columns = [Column(str(at), head, right=at > 0) for at, head in enumerate(self._heads)]
        return to_clipboard(columns, self._lines)

    @property
    def lines(self) -> list[list[str]]:
        """What is shown, the totals last."""
        return self._lines

    def _line(self, row: str, columns: Sequence[str], numbers: dict[tuple[str, str], int], split: bool) -> list[str]:
        found = [numbers.get((row, column), 0) for column in columns]
        cells = [str(one) if one else "" for one in found] if split else []
        return [row or BLANK, *cells, str(sum(found))]

    def _sums(self, columns: int) -> list[str]:
        sums = [sum(int(line[at] or 0) for line in self._lines) for at in range(1, columns + 2)]
        return [TOTAL, *(str(one) for one in sums)]

    def _fill(self) -> None:
        self.table.clear()
        self.table.setColumnCount(len(self._heads))
        self.table.setRowCount(len(self._lines))
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        for at, head in enumerate(self._heads):
            item = QTableWidgetItem(head)
            item.setTextAlignment(right if at else Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
            self.table.setHorizontalHeaderItem(at, item)
        for row, line in enumerate(self._lines):
            for at, text in enumerate(line):
                item = QTableWidgetItem(text)
                if at:
                    item.setTextAlignment(right)
                    item.setFont(theme.digits(self.font()))
                if row == len(self._lines) - 1 or (at and at == len(line) - 1):
                    item.setBackground(theme.color("hover"))
                self.table.setItem(row, at, item)
        head = self.table.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)

    def _pick(self, row: int, at: int) -> None:
        rows, columns = self._values
        if row >= len(rows):
            return
        wanted = {str(self.first.currentData()): rows[row]}
        if 0 < at <= len(columns):
            wanted[str(self.second.currentData())] = columns[at - 1]
        self.picked.emit(wanted)

    def _build(self, foot: str) -> None:
        head = QHBoxLayout()
        head.addWidget(QLabel("按"))
        head.addWidget(self.first)
        head.addWidget(QLabel("再按"))
        head.addWidget(self.second)
        head.addStretch(1)
        copy, close = QPushButton("复制到Excel"), theme.role(QPushButton("关闭"), "primary")
        copy.clicked.connect(self.copy)
        close.clicked.connect(self.accept)
        end = QHBoxLayout()
        end.addWidget(theme.role(QLabel(foot, wordWrap=True), "sub"), 1)
        end.addWidget(copy)
        end.addWidget(close)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.row_height())
        self.table.setShowGrid(False)
        theme.role(self.table, "list")
        self.table.setAlternatingRowColors(True)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addLayout(end)
