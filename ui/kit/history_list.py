"""The steps that touched a record, newest first: what was before and after, each with 撤销 and 改回原样."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.base import dates
from ui.kit import theme

SHOWN = 8  # steps shown from the start


@dataclass(frozen=True, slots=True)
class BackLine:
    """One change of a step: a field before and after, or ('' as `key`) a whole record that was added or deleted."""

    seq: int
    table: str
    uid: str
    key: str
    title: str  # 党员干部 张伟（0012）
    words: str  # 手机; 删除 报到 张伟 2020年8月3日
    before: str = ""
    after: str = ""
    back: bool = True  # whether 改回原样 is offered


@dataclass(frozen=True, slots=True)
class HistoryLine:
    """One step that touched the record."""

    seq: int
    at: str
    label: str
    operator: str = ""
    undone: bool = False
    device: str = ""
    source: str = ""  # 笔记本1第3包: merged from there
    changes: tuple[BackLine, ...] = ()


class HistoryList(QWidget):
    """Steps with their changes; the older ones on demand."""

    undo_wanted = Signal(int)
    back_wanted = Signal(object)  # a BackLine

    def __init__(self) -> None:
        super().__init__()
        self._lines: list[HistoryLine] = []
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(8))

    def show_lines(self, lines: Sequence[HistoryLine]) -> None:
        """Show the steps, the newest ones first of all."""
        self._lines = list(lines)
        self._show(SHOWN)

    def _show(self, most: int) -> None:
        while self._column.count():
            widget = self._column.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        for line in self._lines[:most]:
            self._column.addWidget(self._line(line))
        if not self._lines:
            self._column.addWidget(theme.role(QLabel("还没有改动。"), "sub"))
        if len(self._lines) > most:
            more = _link(f"显示更早的 {len(self._lines) - most} 步", "显示更早的改动")
            more.clicked.connect(lambda: self._show(len(self._lines)))
            self._column.addWidget(more, 0, Qt.AlignmentFlag.AlignLeft)

    def _line(self, line: HistoryLine) -> QWidget:
        host = QWidget()
        column = QVBoxLayout(host)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        column.addLayout(row)  # before setVisible: without a parent the button would flash as a window of its own
        words = QLabel(line.label + ("（已撤销）" if line.undone else ""), wordWrap=True)
        row.addWidget(words, 1)
        if line.undone:
            theme.role(words, "sub")
        undo = _link("撤销", f"撤销：{line.label}")
        undo.clicked.connect(lambda: self.undo_wanted.emit(line.seq))
        kept = undo.sizePolicy()
        kept.setRetainSizeWhenHidden(True)
        undo.setSizePolicy(kept)
        row.addWidget(undo)
        undo.setVisible(not line.undone)
        source = f"来自{line.source}" if line.source else ""
        by = "　".join(part for part in (dates.format_stamp(line.at), line.operator, line.device, source) if part)
        column.addWidget(theme.role(QLabel(by, wordWrap=True), "sub"))
        if line.changes:
            column.addWidget(self._changes(line.changes))
        return host

    def _changes(self, changes: Sequence[BackLine]) -> QWidget:
        host = QWidget()
        grid = QGridLayout(host)
        grid.setContentsMargins(theme.px(12), theme.px(2), 0, 0)
        grid.setHorizontalSpacing(theme.px(8))
        grid.setVerticalSpacing(theme.px(1))
        grid.setColumnStretch(0, 1)
        for at, one in enumerate(changes):
            told = f"{one.words}：{one.before or '（空）'} → {one.after or '（空）'}" if one.key else one.words
            grid.addWidget(QLabel(told, wordWrap=True), at, 0)
            if one.back:
                button = _link(
                    "改回原样", f"把{one.title}的{one.words}改回原样" if one.key else f"改回原样：{one.words}"
                )
                button.clicked.connect(partial(self.back_wanted.emit, one))
                grid.addWidget(button, at, 1, Qt.AlignmentFlag.AlignTop)
        return host


def _link(text: str, name: str) -> QPushButton:
    button = theme.role(QPushButton(text), "link")
    button.setAccessibleName(name)
    button.setAutoDefault(False)
    return button
