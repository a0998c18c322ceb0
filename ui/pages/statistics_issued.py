"""报出台账: what left the office, to whom, by whom; beside it what has changed since, in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QGuiApplication
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSplitter,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
)

from core.base.dates import format_date, format_stamp
from core.overview.issued import Changes, changes_since, issued_rows, withdraw
from core.overview.model import ISSUED, MEASURES
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column, column_of
from ui.kit.command import Command
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView
from ui.pages.settings_parts import plain_table
from ui.pages.statistics_rows import change_words
from ui.pages.visits_out import action_of

PICK_FIRST = "请先在报出台账里选中一张表。"
SAME = "没有服务记录可看：这张表报出以后，有关的记录没有改动过。"
MANY = 200  # changed figures told one by one


class IssuedTab(Page):
    """The ledger at the left; the table as it was, and what changed since, at the right."""

    def __init__(self, ctx: Context, start: Callable[[], object]) -> None:
        """`start` is the way out of an empty ledger."""
        super().__init__(ctx)
        self.changes: Changes | None = None
        self._start = start
        self._asked = 0  # an answer to an earlier question is dropped
        self.model = RowsModel(ListSource([]), _columns())
        self.table = TableView(self.model, "statistics.issued", ctx.store.local, frozen=1)
        self.words, self.was = QPlainTextEdit(readOnly=True), plain_table("报出时的表", [])
        self.head = theme.role(QLabel(wordWrap=True), "section")
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """What can be done with the table in hand."""
        none = "" if self.table.current_uid() else PICK_FIRST
        records = none or ("" if self.changes is not None and self.changes.records else SAME)
        return [
            Command("open", "查看有关记录", self.open_records, icon="log", disabled=records, tip="报出以后改动过的"),
            Command("sentence", "复制变化", self.copy, "Ctrl+Shift+C", "copy", disabled=none, tip="和现在相比"),
            Command("archive", "撤回误记", self.take_back, icon="undo", disabled=none),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """The ledger of the year, then the table in hand compared anew."""
        year = self.ctx.year
        self.model.set_source(ListSource(issued_rows(self.ctx.store, year)))
        self.table.set_empty(
            f"{year}年还没有报出过统计表。在“统计表”里按“报出…”，报出的表就留在这里，以后随时和现在的数字相比。",
            "去统计表",
            self._start,
        )
        if not self.table.current_uid() and self.model.rowCount():
            self.table.select(self.model.uid_at(0))
        else:
            self.compare()
        self.footer_changed.emit()

    def footer(self) -> str:
        """How many tables."""
        return f"报出 {self.model.rowCount():,} 张" if self.model.rowCount() else ""

    def open_record(self, uid: str) -> None:
        """One issued table."""
        if not self.table.select(uid):
            self.ctx.messages.say("这张报出的表不在这一年的台账里，可能已被撤回。", "warn")

    # -- acts

    def compare(self) -> None:
        """和现在相比, on the worker."""
        self._asked += 1
        asked, uid = self._asked, self.table.current_uid()
        self.changes = None
        self.side.setVisible(bool(uid))
        self.commands_changed.emit()
        if not uid:
            return
        self.words.setPlainText("正在和现在的数字相比……")

        def work(store: Store, _tell: object) -> Changes:
            return changes_since(store, uid)

        self.ctx.tasks.run(
            "和现在相比", work, lambda found: self._take(asked, found), lambda error: self._fail(asked, error),
            owner=self, quiet=True,
        )  # fmt: skip

    def open_records(self) -> None:
        """The records touched since."""
        if self.changes is not None and self.changes.records:
            self.ctx.go_to("visits", uids=self.changes.records)

    def copy(self) -> None:
        """What changed, to the clipboard."""
        QGuiApplication.clipboard().setText(self.words.toPlainText())
        self.ctx.messages.say("已复制报出以后的变化。", "info")

    def take_back(self) -> None:
        """撤回误记: the entry goes; undo brings it back."""
        uid = self.table.current_uid()
        row = next(iter(self.model.source.page([uid])), None)
        if row is not None:
            perform(self.ctx, f"撤回报出台账里的《{row['name']}》", withdraw, uid, parent=self)

    # -- inside

    def _take(self, asked: int, found: Changes) -> None:
        if asked != self._asked:
            return
        self.changes = found
        self.words.setPlainText(told(found))
        self._show_was(found.issued)
        self.commands_changed.emit()

    def _fail(self, asked: int, error: Exception) -> None:
        if asked == self._asked:
            self.words.setPlainText("没有比出来，请按 F5 再试。")
            self.ctx.messages.failure(error)

    def _show_was(self, kept: Row) -> None:
        self.head.setText(f"《{kept['name']}》")
        fill_table(self.was, kept["heads"], kept["rows"])

    def _actions(self, uids: Sequence[str]) -> list[QAction]:
        return [action_of(one, self) for one in self.commands()] if uids else []

    def _wire(self) -> None:
        self.table.actions_for = self._actions
        self.table.current_changed.connect(lambda _uid: self.compare())
        self.table.opened.connect(lambda _uid: self.words.setFocus())
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))

    def _build(self) -> None:
        self.words.setAccessibleName("和现在相比")
        self.words.setTabChangesFocus(True)
        self.side = theme.role(QFrame(), "card")
        column = QVBoxLayout(self.side)
        column.setContentsMargins(theme.px(12), theme.px(10), theme.px(12), theme.px(10))
        column.setSpacing(theme.px(6))
        column.addWidget(self.head)
        for label, part, share in (("和现在相比", self.words, 3), ("报出时的表", self.was, 2)):
            column.addWidget(QLabel(label))
            column.addWidget(part, share)
        pair = QSplitter(Qt.Orientation.Horizontal)
        pair.setChildrenCollapsible(False)
        for widget, share in ((self.table, 1), (self.side, 1)):
            pair.addWidget(widget)
            pair.setStretchFactor(pair.count() - 1, share)
        pair.setSizes([1000, 1000])  # half each, whatever they would like
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(pair)
        self.side.hide()
        self.setFocusProxy(self.table)


def told(found: Changes) -> str:
    """All that changed since, a line each; the sum of all first."""
    kept = found.issued
    to = f"报给{kept['issued_to']}" if kept["issued_to"] else "报出"
    head = f"{format_stamp(kept['issued_at'])}{to}，数字截至{format_date(kept['as_of'])}。"
    basis = f"统计口径：{kept['scope']}"
    if not found.figures:
        return f"{head}\n截至{format_date(found.as_of)}重新统计，各项数字没有变化。\n\n{basis}"
    ordered = sorted(found.figures, key=lambda one: one.line != "合计")
    lines = [head, f"截至{format_date(found.as_of)}重新统计，有 {len(ordered):,} 个数字变了：", ""]
    lines += [change_words(one) for one in ordered[:MANY]]
    if len(ordered) > MANY:
        lines.append(f"还有 {len(ordered) - MANY:,} 个数字变了，请在“统计表”里查看现在的数字。")
    if found.steps:
        lines += ["", "这期间改动了有关记录的操作：", *found.steps]
    return "\n".join([*lines, "", basis])


def fill_table(table: QTableWidget, heads: Sequence[str], lines: Sequence[Sequence[str]]) -> None:
    """A kept table: names at the left, figures at the right."""
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    names = len(heads) - len(MEASURES)
    table.clear()
    table.setColumnCount(len(heads))
    table.setRowCount(len(lines))
    table.setHorizontalHeaderLabels(list(heads))
    for row, line in enumerate(lines):
        for at, text in enumerate(line):
            item = QTableWidgetItem(text)
            if at >= names:
                item.setTextAlignment(right)
                item.setFont(theme.digits(table.font()))
            table.setItem(row, at, item)
    for at in range(names, len(heads)):
        table.horizontalHeaderItem(at).setTextAlignment(right)


def _columns() -> list[Column]:
    """When, to whom, who, what."""
    shown = ("issued_at", "issued_to", "operator", "name", "as_of", "note")
    made = [column_of(ISSUED.field(key)) for key in shown]
    made[0] = replace(made[0], width=20, text=lambda row: format_stamp(row["issued_at"]))
    made[3] = replace(made[3], width=44)
    return made
