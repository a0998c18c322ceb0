"""结果运用: paste names or 工号, see the years, take them along as Excel or as a 现实表现材料 each."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QFileDialog,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.base.errors import InvalidInput
from core.reporting import results as used
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column, column_of
from ui.kit.command import Command, actions_of
from ui.kit.page import Page
from ui.kit.rows import ListSource, RowsModel
from ui.kit.saving import ask_where
from ui.kit.table import TableView

KEPT = "draft.results"
PASTE_FIRST = "请先粘贴姓名或工号，每行一人。"
NOT_LISTED = "请先按“列出”。"
CHANGED = "名单或年度改过了，请先按“列出”。"
NOBODY = "名单里没有能确定的人，请核对姓名或工号。"


class ResultsTab(Page):
    """The pasted list is kept until another one is pasted."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._uids: list[str] = []
        self._years: list[int] = []
        self._of: tuple[str, str] | None = None  # the words of the list in view
        self._asked = 0  # an answer to an earlier question is dropped
        self._told: tuple[str, ...] = ()
        self.names, self.years = QPlainTextEdit(), QLineEdit()
        self.note = theme.role(QLabel(used.scope(self.ctx.store), wordWrap=True), "sub")
        self.model = RowsModel(ListSource([]), _columns())
        self.table = TableView(self.model, "reporting.results", ctx.store.local, frozen=1)
        self._build()
        self._wire()
        self.model.reload()  # nothing is listed yet: the list says what to do

    # -- what the window asks

    def commands(self) -> list[Command]:
        """列出 first."""
        empty = "" if self.names.toPlainText().strip() else PASTE_FIRST
        none = empty or self._why_not()
        one = "" if self.table.current_uid() else "请先选中一行。"
        return [
            Command("list", "列出", self.show_list, "Ctrl+Return", "search", primary=True, disabled=empty),
            Command("export", "导出", lambda: self.ask_file("xlsx"), icon="export", disabled=none, tip="每人一行，存为Excel"),
            Command("notes", "现实表现材料", lambda: self.ask_file("docx"), "Ctrl+Shift+E", "log", disabled=none, tip="每人一份，存为Word"),
            Command("person", "打开这个人", self.open_person, icon="person", disabled=one, in_bar=False),
            Command("copy", "复制到Excel", self.table.copy, icon="copy", disabled=none, in_bar=False),
        ]  # fmt: skip

    def reload(self, tables: frozenset[str]) -> None:
        """The list in view with the figures of now."""
        if not self.years.text():
            self.years.setText(str(self.ctx.year))
        if self._uids and not self._why_not():
            self.show_list()

    def footer(self) -> str:
        """How many people, how many lines."""
        return f"{len(self._uids):,} 人 · {self.model.rowCount():,} 行" if self._uids else ""

    # -- acts

    def show_list(self) -> None:
        """Read the pasted list on the worker; who is not certain is named."""
        names, years = self.names.toPlainText(), self.years.text()
        self._asked += 1
        asked = self._asked
        try:
            wanted = used.parse_years(years)
        except InvalidInput as error:
            self._say("".join(error.fields.values()), "warn")
            self.years.setFocus()
            return

        def work(store: Store, _tell: object) -> tuple[used.Pasted, list[Row]]:
            found = used.pasted(store, names)
            return found, used.year_rows(used.results(store, found.uids, wanted))

        def take(read: tuple[used.Pasted, list[Row]]) -> None:
            if asked == self._asked:
                self._years, self._of = wanted, (names, years)
                self._take(*read)

        self.ctx.tasks.run("查找名单", work, take, owner=self, quiet=True)

    def write_book(self, path: Path) -> None:
        """The table as one workbook, a line a person."""
        uids, years = self._uids, self._years

        def work(store: Store, _tell: object) -> int:
            from core.sheet.writing import write_sheet

            rows = used.result_rows(used.results(store, uids, years))
            return write_sheet(used.result_fields(years), rows, path, "党员干部下沉社区情况", used.scope(store))

        self.ctx.tasks.run(
            f"导出{path.name}",
            work,
            lambda count: self.ctx.messages.say(f"已导出 {count} 人到 {path.name}。", "ok"),
            owner=self,
        )

    def write_notes(self, path: Path) -> None:
        """All 现实表现材料 in one Word file, a page each."""
        uids, years = self._uids, self._years

        def work(store: Store, _tell: object) -> int:
            from reports.collect_reporting import collect_performances
            from reports.document_files import write_documents

            made = collect_performances(store, uids, years)
            write_documents(store, made, path, "docx")
            return len(made)

        self.ctx.tasks.run(
            f"写出{path.name}",
            work,
            lambda count: self.ctx.messages.say(f"已写出 {count} 人的现实表现材料到 {path.name}。", "ok"),
            owner=self,
        )

    def ask_file(self, kind: str) -> QFileDialog:
        """Where the workbook or the papers go."""
        name, write = ("结果运用", self.write_book) if kind == "xlsx" else ("现实表现材料", self.write_notes)
        return ask_where(self, f"{name}.{kind}", kind, write)

    def open_person(self) -> None:
        """On the page 名册."""
        for row in self.model.source.page([self.table.current_uid()]):
            self.ctx.go_to("roster", row["cadre_uid"])

    # -- inside

    def _why_not(self) -> str:
        if self._of is None:
            return NOT_LISTED
        if self._of != (self.names.toPlainText(), self.years.text()):
            return CHANGED
        return "" if self._uids else NOBODY

    def _take(self, found: used.Pasted, lines: list[Row]) -> None:
        self._uids = found.uids
        rows = [{**row, "cadre_uid": row["uid"], "uid": f"{row['uid']} {row['year']}"} for row in lines]
        self.model.set_source(ListSource(rows))
        told = "".join(used.open_text(one) for one in found.open)
        self._say(
            f"找到{len(found.uids)}人。{told}{'' if told else used.scope(self.ctx.store)}", "warn" if told else "sub"
        )
        self._tell()
        self.footer_changed.emit()

    def _say(self, text: str, role: str) -> None:
        self.note.setText(text)
        theme.role(self.note, role)

    def _tell(self) -> None:
        told = tuple(one.disabled for one in self.commands())
        if told != self._told:  # the bar is drawn anew only where it changes
            self._told = told
            self.commands_changed.emit()

    def _keep(self) -> None:
        self.ctx.store.local.put(KEPT, self.names.toPlainText())
        self._tell()

    def _menu(self, uids: list[str]) -> list[QAction]:
        return actions_of(self.commands(), ("person",) if uids else (), self.table)

    def _wire(self) -> None:
        self.names.textChanged.connect(self._keep)
        self.years.textChanged.connect(lambda _text: self._tell())
        self.years.returnPressed.connect(self.show_list)
        self.table.opened.connect(lambda _uid: self.open_person())
        self.table.current_changed.connect(lambda _uid: self._tell())
        self.table.actions_for = self._menu
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))

    def _build(self) -> None:
        self.names.setAccessibleName("名单")
        self.names.setPlaceholderText("粘贴姓名或工号，每行一人")
        self.names.setTabChangesFocus(True)
        self.names.setPlainText(str(self.ctx.store.local.get(KEPT) or ""))
        self.years.setAccessibleName("年度")
        self.years.setPlaceholderText("2020-2022")
        self.table.right.setAccessibleName("结果")
        self.table.set_empty("把名单粘贴在左边，写好年度，按“列出”。")
        left = QWidget()
        inner = QVBoxLayout(left)
        inner.setContentsMargins(0, 0, theme.px(12), 0)
        inner.setSpacing(theme.px(6))
        for label, field in (("年度", self.years), ("名单", self.names)):
            head = theme.role(QLabel(label), "section")
            head.setBuddy(field)
            inner.addWidget(head)
            inner.addWidget(field, int(field is self.names))
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setStyleSheet("QSplitter::handle { background: transparent; }")  # air, no line
        split.addWidget(left)
        split.addWidget(self.table)
        split.setStretchFactor(1, 1)
        split.setSizes([theme.px(220), theme.px(940)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(split, 1)
        column.addWidget(self.note)
        self.setFocusProxy(self.names)


def _columns() -> list[Column]:
    """A line for each person and year; the year stands right beside the person."""
    made = {one.key: column_of(one) for one in used.YEAR_FIELDS}
    made["minutes"] = replace(made["minutes"], width=13)
    made["duty_minutes"] = replace(made["duty_minutes"], width=13)
    made["verdict"] = replace(made["verdict"], width=24)  # 未达标（差2次、10.5小时）
    first = ("name", "staff_no", "year")
    return [made[key] for key in (*first, *(key for key in made if key not in first))]
