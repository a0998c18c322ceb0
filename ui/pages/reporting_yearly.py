"""年度报告: whose and which section at the left, its text, and beside it what the figures say now; out as PDF or Word.

The figures are read on the worker: of a large school they take half a second.
"""

from __future__ import annotations

from functools import partial
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

from core.reporting import yearly
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.perform import perform
from ui.pages.reporting_redraft import RedraftDialog
from ui.pages.settings_parts import button, row_of


class YearlyTab(QWidget):
    """Typed text is kept in the ledger's drawer until it is saved; taking figures anew never touches edited text."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._whose: list[Row] = []
        self._sections: list[yearly.Section] = []
        self._of = (0, "")  # year and unit of the sections in view
        self._at = 0  # the section in view stays over a reading
        self._asked = 0  # an answer to an earlier question is dropped
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

    def redraft(self) -> RedraftDialog | None:
        """重新起草 the section in view, after showing what would change."""
        one = self.section
        if one is None or not one.uid:
            self.ctx.messages.say("这份报告还没有起草，请先按“起草、重新取数”。", "warn")
        elif self.ctx.store.local.get(self._key(one)) is not None:
            self.ctx.messages.say(
                "这一部分有没有保存的修改，请先保存，再重新起草。", "warn"
            )  # then 撤销 brings it back
        elif not one.stale:
            self.ctx.messages.say(f"“{one.title}”与现在的数据一致，不用重新起草。", "info")
        else:
            dialog = RedraftDialog(one, self.window())
            dialog.accepted.connect(partial(self._put_fresh, self._of, one))
            dialog.open()
            return dialog
        return None

    def _put_fresh(self, of: tuple[int, str], one: yearly.Section) -> None:
        perform(self.ctx, f"重新起草年度报告：{one.title}", yearly.redraft_section, *of, one.key, parent=self)

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
        name = f"{self.ctx.year}年度工作报告_{self.whose.currentText()}.{ending}"
        file, _ = QFileDialog.getSaveFileName(self, "存到", name, words)
        if file:
            self.write(Path(file).with_suffix(f".{ending}"))

    def _read(self) -> None:
        self._asked += 1
        year, unit_uid, asked = self.ctx.year, self.unit_uid, self._asked
        if (year, unit_uid) != self._of:  # nothing may be typed into the sections of another report
            self._sections, self._of = [], (year, unit_uid)
            self.sections.clear()
            self._show()

        def work(store: Store, _tell: object) -> tuple[list[Row], list[yearly.Section]]:
            whose = yearly.report_list(store, year)
            there = unit_uid if unit_uid in (row["unit_uid"] for row in whose) else ""
            return whose, yearly.yearly_report(store, year, there).sections

        self.ctx.tasks.run("读取年度报告", work, lambda found: self._take(asked, *found), owner=self, quiet=True)

    def _take(self, asked: int, whose: list[Row], sections: list[yearly.Section]) -> None:
        if asked != self._asked:
            return
        uids = [row["unit_uid"] for row in whose]
        chosen = uids.index(self._of[1]) if self._of[1] in uids else 0
        self._whose, self._of = whose, (self._of[0], uids[chosen])
        self.whose.blockSignals(True)
        self.whose.clear()
        self.whose.addItems([row["unit"] for row in whose])
        self.whose.setCurrentIndex(chosen)
        self.whose.blockSignals(False)
        at = max(0, self._at)
        self._sections = sections
        self.sections.blockSignals(True)
        self.sections.clear()
        self.sections.addItems([one.title for one in sections])
        self.sections.setCurrentRow(min(at, len(sections) - 1))
        self.sections.blockSignals(False)
        self._show()

    def _show(self, _at: int = 0) -> None:
        one = self.section
        if one is None:
            self._put(self.text, "")
            self.text.setReadOnly(True)
            self._put(self.fresh, "")
            self.state.setText("正在读取……")
            return
        self._at = self.sections.currentRow()
        typed = self.ctx.store.local.get(self._key(one))
        self._put(self.text, one.text if typed is None else str(typed))
        self.text.setReadOnly(not one.uid)
        self._put(self.fresh, one.fresh)
        said = "还没有起草。" if not one.uid else "有没有保存的修改。" if typed is not None else ""
        self.state.setText(said or ("正文与现在的数据不一致，请对照右边。" if one.stale else "正文与现在的数据一致。"))

    def _put(self, editor: QPlainTextEdit, text: str) -> None:
        if editor.toPlainText() != text:  # else the cursor would jump while somebody types
            editor.blockSignals(True)
            editor.setPlainText(text)
            editor.blockSignals(False)

    def _keep(self) -> None:
        if (one := self.section) is not None and one.uid:
            self.ctx.store.local.put(self._key(one), self.text.toPlainText())
            self.state.setText("有没有保存的修改。")

    def _key(self, one: yearly.Section) -> str:
        return f"draft.yearly.{self._of[0]}.{self._of[1]}.{one.key}"

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(8))
        column.addLayout(
            row_of(
                self.whose,
                button("起草、重新取数", self.draft, picture="refresh"),
                button("保存", self.save, "primary"),
                button("重新起草这一部分", self.redraft),
                button("存为Word", lambda: self._ask("docx", "Word 文档 (*.docx)"), picture="export"),
                button("存为PDF", lambda: self._ask("pdf", "PDF (*.pdf)"), picture="export"),
            )
        )
        column.addWidget(self.state)
        self.sections.setMaximumWidth(theme.px(180))
        row = QHBoxLayout()
        row.addWidget(self.sections)
        for label, editor, share in (("正文", self.text, 3), ("按现在的数据起草", self.fresh, 2)):
            part = QVBoxLayout()
            part.addWidget(theme.role(QLabel(label), "section"))
            part.addWidget(editor, 1)
            row.addLayout(part, share)
        column.addLayout(row, 1)
