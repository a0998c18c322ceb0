"""催报 and 提醒: units (or branches) on the left, the ready paragraph of the current one with its contact on the right; copy one or all."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.store import Store
from ui.context import Context
from ui.kit import theme


class Paragraph(Protocol):
    """A message with whom it goes to."""

    @property
    def whom(self) -> str: ...
    @property
    def count(self) -> int: ...
    @property
    def paragraph(self) -> str: ...


@dataclass(frozen=True, slots=True)
class Told:
    """What was read: the sentence above, 口径 below, the paragraphs, and what is said where there are none."""

    head: str
    basis: str
    paragraphs: Sequence[Paragraph]
    nobody: str
    has_rows: bool = True  # whether the further acts have anything to do


class RemindersDialog(QDialog):
    """`read(store, way)` runs on the worker; `ways` are (code, label) of how to part them; `acts` are more buttons."""

    def __init__(
        self,
        ctx: Context,
        title: str,
        read: Callable[[Store, str], Told],
        ways: Sequence[tuple[str, str]],
        unit: str,
        parent: QWidget | None = None,
        acts: Sequence[tuple[str, Callable[[], object]]] = (),
    ) -> None:
        super().__init__(parent)
        self.ctx, self._read, self._unit = ctx, read, unit  # unit: 人 or 项, what is counted
        self.told: Sequence[Paragraph] = ()
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.head = QLabel("正在统计…", wordWrap=True)
        self.basis = theme.role(QLabel(wordWrap=True), "sub")
        self.way = QComboBox()
        for code, label in ways:
            self.way.addItem(label, code)
        self.list = QListWidget()
        self.text = QPlainTextEdit(readOnly=True)
        self.copy_one = theme.role(QPushButton("复制"), "primary")
        self.copy_every = QPushButton("全部复制")
        self.acts = {label: QPushButton(label) for label, _act in acts}
        self._build(acts)
        self.way.currentIndexChanged.connect(lambda _at: self.load())
        self.load()

    def load(self) -> None:
        """Count on the worker; an answer to an earlier way is dropped."""
        way, read = str(self.way.currentData()), self._read

        def take(found: Told) -> None:
            if way == self.way.currentData():
                self._take(found)

        self.ctx.tasks.run("统计催报", lambda store, _tell: read(store, way), take, owner=self, quiet=True)

    def copy(self) -> None:
        """The paragraph in hand, to the clipboard."""
        at = self.list.currentRow()
        if 0 <= at < len(self.told):
            self._copied([self.told[at]])

    def copy_all(self) -> None:
        """All of them, a blank line between."""
        self._copied(self.told)

    def _take(self, found: Told) -> None:
        self.told = found.paragraphs
        self.head.setText(found.head)
        self.basis.setText(f"口径：{found.basis}")
        self.list.clear()
        self.list.addItems([f"{one.whom}（{one.count}{self._unit}）" for one in self.told])
        for button in (self.copy_one, self.copy_every):
            button.setEnabled(bool(self.told))
        for button in self.acts.values():
            button.setEnabled(found.has_rows)
        if self.told:
            self.list.setCurrentRow(0)
            self.list.setFocus()
        else:
            self.text.setPlainText(found.nobody)

    def _show(self, at: int) -> None:
        self.text.setPlainText(self.told[at].paragraph if 0 <= at < len(self.told) else "")

    def _copied(self, told: Sequence[Paragraph]) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(one.paragraph for one in told))
        whom = told[0].whom if len(told) == 1 else f"{len(told)}段"
        self.ctx.messages.say(f"已复制{whom}，共{sum(one.count for one in told)}{self._unit}。", "info")

    def _build(self, acts: Sequence[tuple[str, Callable[[], object]]]) -> None:
        self.way.setAccessibleName("怎样分")
        self.way.setVisible(self.way.count() > 1)
        self.list.setAccessibleName("要提醒的单位")
        self.text.setAccessibleName("提醒文字")
        side = QWidget()
        left = QVBoxLayout(side)
        left.setContentsMargins(0, 0, 0, 0)
        left.addWidget(self.way)
        left.addWidget(self.list, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(side)
        split.addWidget(self.text)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        foot = QHBoxLayout()
        back = QPushButton("关闭")
        own = [(self.acts[label], act) for label, act in acts]
        rest = ((self.copy_every, self.copy_all), (self.copy_one, self.copy), (back, self.reject))
        for button, act in (*own, *rest):
            button.setAutoDefault(False)
            button.setEnabled(button is back)
            button.clicked.connect(lambda _on=False, act=act: act())
            foot.addWidget(button)
        foot.insertStretch(len(own), 1)
        self.copy_one.setToolTip("把这一段放到剪贴板（Ctrl+C）")
        QShortcut(QKeySequence.StandardKey.Copy, self.list, self.copy, context=Qt.ShortcutContext.WidgetShortcut)
        self.list.currentRowChanged.connect(self._show)
        self.list.itemActivated.connect(lambda _item: self.copy())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(self.head)
        column.addWidget(split, 1)
        column.addWidget(self.basis)
        column.addLayout(foot)
        self.resize(theme.px(860), theme.px(520))
