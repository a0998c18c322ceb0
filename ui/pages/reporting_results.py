"""结果运用: paste names or 工号, see the years, take them along as Excel or as a 现实表现材料 each."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QLabel, QLineEdit, QPlainTextEdit, QVBoxLayout, QWidget

from core.base.dates import format_hours
from core.base.errors import InvalidInput
from core.reporting import results as used
from core.store import Store
from ui.context import Context
from ui.kit import theme
from ui.pages.reporting_half import fill
from ui.pages.settings_parts import button, plain_table, row_of

KEPT = "draft.results"


class ResultsTab(QWidget):
    """The pasted list is kept until another one is pasted."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._uids: list[str] = []
        self._asked: list[int] = []
        self.names, self.years = QPlainTextEdit(), QLineEdit()
        self.names.setAccessibleName("名单")
        self.names.setPlaceholderText("粘贴姓名或工号，每行一人")
        self.names.setMaximumHeight(theme.px(140))
        self.names.setPlainText(str(ctx.store.local.get(KEPT) or ""))
        self.names.textChanged.connect(lambda: ctx.store.local.put(KEPT, self.names.toPlainText()))
        self.years.setAccessibleName("年度")
        self.years.setPlaceholderText("2020-2022")
        self.years.setMaximumWidth(theme.px(140))
        self.table = plain_table("结果", [one.label for one in used.YEAR_FIELDS])
        self.note = theme.role(QLabel(wordWrap=True), "sub")
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(8))
        column.addWidget(self.names)
        column.addLayout(
            row_of(
                QLabel("年度"),
                self.years,
                button("列出", self.show_list, "primary"),
                button("导出Excel", self._ask_book, picture="export"),
                button("现实表现材料（Word）", self._ask_notes, picture="export"),
            )
        )
        column.addWidget(self.note)
        column.addWidget(self.table, 1)

    def reload(self) -> None:
        """The list in view with the figures of now."""
        if not self.years.text():
            self.years.setText(str(self.ctx.year))
        if self._uids:
            self.show_list()

    def show_list(self) -> None:
        """Read the pasted list; who is not certain is named."""
        try:
            self._asked = used.parse_years(self.years.text())
        except InvalidInput as error:
            self.note.setText("".join(error.fields.values()))
            theme.role(self.note, "warn")
            return
        found = used.pasted(self.ctx.store, self.names.toPlainText())
        self._uids = found.uids
        rows = used.year_rows(used.results(self.ctx.store, found.uids, self._asked))
        keys = [one.key for one in used.YEAR_FIELDS]
        hours = ("minutes", "duty_minutes")
        lines = [tuple(format_hours(row[key]) if key in hours else row[key] for key in keys) for row in rows]
        fill(self.table, lines)
        told = "".join(used.open_text(one) for one in found.open)
        self.note.setText(f"找到{len(found.uids)}人。{told}{'' if told else used.SCOPE}")
        theme.role(self.note, "warn" if told else "sub")

    def write_book(self, path: Path) -> None:
        """The table as one workbook, a line a person."""
        uids, years = self._uids, self._asked

        def work(store: Store, _tell: object) -> int:
            from core.sheet.writing import write_sheet

            rows = used.result_rows(used.results(store, uids, years))
            return write_sheet(used.result_fields(years), rows, path, "党员干部下沉社区情况", used.SCOPE)

        self.ctx.tasks.run(
            f"导出{path.name}",
            work,
            lambda count: self.ctx.messages.say(f"已导出 {count} 人到 {path.name}。", "ok"),
            owner=self,
        )

    def write_notes(self, path: Path) -> None:
        """All 现实表现材料 in one Word file, a page each."""
        uids, years = self._uids, self._asked

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

    def _ask_book(self) -> None:
        if self._ready():
            file, _ = QFileDialog.getSaveFileName(self, "导出到", "结果运用.xlsx", "Excel 工作簿 (*.xlsx)")
            if file:
                self.write_book(Path(file).with_suffix(".xlsx"))

    def _ask_notes(self) -> None:
        if self._ready():
            file, _ = QFileDialog.getSaveFileName(self, "存到", "现实表现材料.docx", "Word 文档 (*.docx)")
            if file:
                self.write_notes(Path(file).with_suffix(".docx"))

    def _ready(self) -> bool:
        if not self._uids:
            self.show_list()
        if not self._uids:
            self.ctx.messages.say("名单里还没有能确定的人，请先粘贴姓名或工号。", "warn")
        return bool(self._uids)
