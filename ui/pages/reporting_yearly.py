"""年度报告: whose and which section at the left, its text, and beside it what the figures say now; out as PDF or Word."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from core.base.disk import file_name
from core.reporting import yearly
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.perform import perform
from ui.pages.settings_parts import button, row_of


class YearlyTab(QWidget):
    """Typed text is kept in the ledger's drawer until it is saved; taking figures anew never touches edited text."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._whose: list[Row] = []
        self._sections: list[yearly.Section] = []
        self.whose, self.sections = QComboBox(), QListWidget()
        self.whose.setAccessibleName("谁的报告")
        self.sections.setAccessibleName("报告的各部分")
        self.text, self.fresh = QPlainTextEdit(), QPlainTextEdit()
        self.text.setAccessibleName("正文")
        self.fresh.setAccessibleName("按现在的数据起草")
        self.fresh.setReadOnly(True)
        self.state = theme.role(QLabel(), "sub")
        self.whose.currentIndexChanged.connect(lambda _at: self._read())
        self.sections.currentRowChanged.connect(self._show)
        self.text.textChanged.connect(self._keep)
        self._build()

    @property
    def unit_uid(self) -> str:
        """Whose report is shown; '' = the school."""
        return str(self._whose[self.whose.currentIndex()]["unit_uid"]) if self._whose else ""

    @property
    def section(self) -> yearly.Section | None:
        """The section in view."""
        at = self.sections.currentRow()
        return self._sections[at] if 0 <= at < len(self._sections) else None

    def reload(self) -> None:
        """Read again; what is in view stays."""
        kept = max(0, self.whose.currentIndex())
        self._whose = yearly.report_list(self.ctx.store, self.ctx.year)
        self.whose.blockSignals(True)
        self.whose.clear()
        self.whose.addItems([row["unit"] for row in self._whose])
        self.whose.setCurrentIndex(min(kept, len(self._whose) - 1))
        self.whose.blockSignals(False)
        self._read()

    def draft(self) -> None:
        """起草 or 重新取数."""
        label = f"起草{self.ctx.year}年年度报告（{self.whose.currentText()}）"
        perform(self.ctx, label, yearly.draft_report, self.ctx.year, self.unit_uid, parent=self)

    def save(self) -> None:
        """Save the text in view."""
        one = self.section
        if one is None or not one.uid:
            self.ctx.messages.say("这份报告还没有起草，请先按“起草、重新取数”。", "warn")
            return
        values = {"text": self.text.toPlainText()}
        key = self._key(one)  # gone before the page reads again: what is saved is no draft any more
        kept = self.ctx.store.local.get(key)
        self.ctx.store.local.delete(key)
        if perform(self.ctx, f"修改年度报告：{one.title}", yearly.edit_section, one.uid, values, parent=self) is None:
            self.ctx.store.local.put(key, kept)

    def write(self, path: Path) -> None:
        """The report as PDF or Word, by the name's ending."""
        year, unit_uid, kind = self.ctx.year, self.unit_uid, path.suffix.lower().lstrip(".")

        def work(store: Store, _tell: object) -> str:
            from reports.collect_reporting import collect_yearly
            from reports.document_files import write_documents

            write_documents(store, [collect_yearly(store, year, unit_uid)], path, kind)
            return path.name

        self.ctx.tasks.run(
            f"写出{path.name}", work, lambda name: self.ctx.messages.say(f"已写出 {name}。", "ok"), owner=self
        )

    def _ask(self, ending: str, words: str) -> None:
        name = file_name(f"{self.ctx.year}年度工作报告_{self.whose.currentText()}", f".{ending}")
        file, _ = QFileDialog.getSaveFileName(self, "存到", name, words)
        if file:
            self.write(Path(file).with_suffix(f".{ending}"))

    def _read(self) -> None:
        kept = max(0, self.sections.currentRow())
        self._sections = yearly.yearly_report(self.ctx.store, self.ctx.year, self.unit_uid).sections
        self.sections.blockSignals(True)
        self.sections.clear()
        self.sections.addItems([one.title for one in self._sections])
        self.sections.setCurrentRow(min(kept, len(self._sections) - 1))
        self.sections.blockSignals(False)
        self._show()

    def _show(self, _at: int = 0) -> None:
        one = self.section
        if one is None:
            return
        typed = self.ctx.store.local.get(self._key(one))
        self.text.blockSignals(True)
        self.text.setPlainText(one.text if typed is None else str(typed))
        self.text.blockSignals(False)
        self.text.setReadOnly(not one.uid)
        self.fresh.setPlainText(one.fresh)
        said = "还没有起草。" if not one.uid else "有没有保存的修改。" if typed is not None else ""
        self.state.setText(said or ("正文与现在的数据不一致，请对照右边。" if one.stale else "正文与现在的数据一致。"))

    def _keep(self) -> None:
        if (one := self.section) is not None and one.uid:
            self.ctx.store.local.put(self._key(one), self.text.toPlainText())
            self.state.setText("有没有保存的修改。")

    def _key(self, one: yearly.Section) -> str:
        return f"draft.yearly.{self.ctx.year}.{self.unit_uid}.{one.key}"

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(8))
        column.addLayout(
            row_of(
                self.whose,
                button("起草、重新取数", self.draft, picture="refresh"),
                button("保存", self.save, "primary"),
                button("存为Word", lambda: self._ask("docx", "Word 文档 (*.docx)"), picture="export"),
                button("存为PDF", lambda: self._ask("pdf", "PDF (*.pdf)"), picture="export"),
                self.state,
            )
        )
        self.sections.setMaximumWidth(theme.px(180))
        row = QHBoxLayout()
        row.addWidget(self.sections)
        for label, editor, share in (("正文", self.text, 3), ("按现在的数据起草", self.fresh, 2)):
            part = QVBoxLayout()
            part.addWidget(theme.role(QLabel(label), "section"))
            part.addWidget(editor, 1)
            row.addLayout(part, share)
        column.addLayout(row, 1)
