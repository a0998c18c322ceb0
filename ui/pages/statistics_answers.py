"""答问: what leaders ask, each answered in one sentence to copy, with 统计口径 and 截至."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QComboBox,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.org.queries import units
from core.overview.answers import Answer, all_answers
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page
from ui.pages.settings_parts import button, row_of

WHOLE = "全校和各网格"
NOT_YET = "正在统计，请稍候。"


class AnswersTab(Page):
    """Questions at the left, the sentence of the one in hand at the right. Filter key: unit_uid."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.answers: list[Answer] = []
        self._asked = 0  # an answer to an earlier question is dropped
        self.unit, self.questions, self.text = QComboBox(), QListWidget(), QPlainTextEdit(readOnly=True)
        self.state = theme.role(QLabel(), "sub")
        self.copy_button = button("复制这句话", self.copy, "primary", "copy")
        self._build()
        self.unit.currentIndexChanged.connect(lambda _at: self.ask())
        self.questions.currentRowChanged.connect(lambda _at: self._show())
        self.questions.itemActivated.connect(lambda _item: self.copy())

    def commands(self) -> list[Command]:
        """复制 one, or all."""
        none = "" if self.answers else NOT_YET
        return [
            Command("sentence", "复制这句话", self.copy, "Ctrl+Shift+C", "copy", disabled=none),
            Command("all", "全部复制", self.copy_all, icon="copy", disabled=none, tip="每个问题一行"),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Units may be others; the figures are counted on the worker."""
        kept = self.unit.currentData() or ""
        self.unit.blockSignals(True)
        self.unit.clear()
        self.unit.addItem(WHOLE, "")
        for row in units(self.ctx.store):
            self.unit.addItem(row["name"], row["uid"])
        self.unit.setCurrentIndex(max(self.unit.findData(kept), 0))
        self.unit.blockSignals(False)
        self.ask()

    def apply_filter(self, **filter: Any) -> None:
        """The questions about one unit."""
        if "unit_uid" in filter:
            self.unit.setCurrentIndex(max(self.unit.findData(filter["unit_uid"]), 0))

    def ask(self) -> None:
        """Count on the worker."""
        self._asked += 1
        asked, year, unit_uid = self._asked, self.ctx.year, str(self.unit.currentData() or "")
        self.state.setText("正在统计……")
        self.ctx.tasks.run(
            "统计答问",
            lambda store, _tell: all_answers(store, year, unit_uid),
            lambda found: self._take(asked, found),
            self._fail,
            owner=self,
            quiet=True,
        )

    @property
    def current(self) -> Answer | None:
        """The question in hand."""
        at = self.questions.currentRow()
        return self.answers[at] if 0 <= at < len(self.answers) else None

    def copy(self) -> None:
        """The sentence in hand."""
        if (one := self.current) is not None:
            QGuiApplication.clipboard().setText(one.sentence)
            self.ctx.messages.say(f"已复制：{one.sentence}", "info")

    def copy_all(self) -> None:
        """Every sentence, a line each."""
        QGuiApplication.clipboard().setText("\n".join(one.sentence for one in self.answers))
        self.ctx.messages.say(f"已复制 {len(self.answers)} 句话。", "info")

    def _take(self, asked: int, found: Sequence[Answer]) -> None:
        if asked != self._asked:
            return
        at = max(self.questions.currentRow(), 0)
        self.answers = list(found)
        self.state.setText("")
        self.questions.blockSignals(True)
        self.questions.clear()
        self.questions.addItems([one.question for one in found])
        self.questions.setCurrentRow(min(at, len(found) - 1))
        self.questions.blockSignals(False)
        self._show()
        self.commands_changed.emit()

    def _fail(self, error: Exception) -> None:
        self.state.setText("没有统计出来，请按 F5 再试。")
        self.ctx.messages.failure(error)

    def _show(self) -> None:
        one = self.current
        self.text.setPlainText(one.sentence if one is not None else "")
        self.copy_button.setEnabled(one is not None)

    def _build(self) -> None:
        self.unit.setAccessibleName("问谁的数字")
        self.unit.addItem(WHOLE, "")
        self.unit.setMinimumContentsLength(12)
        self.unit.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.questions.setAccessibleName("问题")
        self.questions.setWordWrap(True)
        self.questions.setSpacing(theme.px(3))
        self.text.setMaximumHeight(theme.px(160))
        self.text.setAccessibleName("一句话")
        self.text.setTabChangesFocus(True)
        side = QWidget()
        column = QVBoxLayout(side)
        column.setContentsMargins(theme.px(8), 0, 0, 0)
        column.addWidget(self.text)
        column.addLayout(row_of(self.copy_button, theme.role(QLabel("在问题上按 Enter 也能复制。"), "sub")))
        column.addStretch(1)
        pair = QSplitter(Qt.Orientation.Horizontal)
        pair.setChildrenCollapsible(False)
        for part, share in ((self.questions, 2), (side, 3)):
            pair.addWidget(part)
            pair.setStretchFactor(pair.count() - 1, share)
        head = QHBoxLayout()
        head.addLayout(row_of(self.unit, self.state))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(pair, 1)
        self.setFocusProxy(self.questions)
