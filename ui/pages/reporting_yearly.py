"""年度报告: whose and which section at the left, its text, and beside it what the figures say now; out as PDF or Word.

The figures are read on the worker: of a large school they take half a second.
"""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QPlainTextEdit,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.base.disk import file_name
from core.evaluation.redraft import changes
from core.reporting import yearly
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column
from ui.kit.command import Command, actions_of
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.kit.redraft import RedraftDialog
from ui.kit.rows import ListSource, RowsModel
from ui.kit.saving import ask_where
from ui.kit.table import TableView

NOT_YET = "正在读取，请稍候。"
NO_DRAFT = "这份报告还没有起草，请先按“起草、重新取数”。"
NOTHING_TYPED = "没有未保存的修改。"
SAVE_FIRST = "这一部分有修改还没有保存，请先保存，再重新起草。"
MISSING, TYPED, STALE, SAME = "未起草", "未保存", "与数据不符", "与数据相符"
TONES = {MISSING: "sub", TYPED: "warn", STALE: "warn", SAME: "ok"}
TOLD = {
    MISSING: "还没有起草。",
    TYPED: "这一部分有修改还没有保存。",
    STALE: "正文与现在的数据不一致，请对照右边。",
    SAME: "正文与现在的数据一致。",
}


class YearlyTab(Page):
    """Typed text is kept in the ledger's drawer until it is saved; taking figures anew never touches edited text."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._whose: list[Row] = []
        self._sections: list[yearly.Section] = []
        self._of = (0, "")  # year and unit of the sections in view
        self._at = ""  # the section in view stays over a reading
        self._asked = 0  # an answer to an earlier question is dropped
        self._told: tuple[str, ...] = ()
        self.whose, self.state = QComboBox(), theme.role(QLabel(), "sub")
        self.model = RowsModel(ListSource([]), _columns())
        self.sections = TableView(self.model, frozen=0)
        self.text, self.fresh = QPlainTextEdit(), QPlainTextEdit(readOnly=True)
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """What can be done with the report, then with the section in view."""
        one = self.section
        none = NOT_YET if one is None else ""
        drafted = none or ("" if one is not None and one.uid else NO_DRAFT)
        typed = drafted or ("" if one is not None and self._typed(one) is not None else NOTHING_TYPED)
        fresh = one is not None and not one.uid  # what is to be done first is blue
        return [
            Command("save", "保存", self.save, "Ctrl+Return", "check", primary=not fresh, disabled=typed),
            Command(
                "draft",
                "起草、重新取数",
                self.draft,
                "Ctrl+G",
                "refresh",
                primary=fresh,
                disabled=none,
                tip="改过的部分不会被改动",
            ),
            Command(
                "redraft",
                "重新起草这一部分",
                self.redraft,
                "Ctrl+Shift+G",
                "edit",
                disabled=self._why_not_redraft(),
                tip="先看会有哪些变化",
            ),
            Command("export", "存为Word", lambda: self.ask_file("docx"), icon="export", disabled=none),
            Command("pdf", "存为PDF", lambda: self.ask_file("pdf"), "Ctrl+Shift+E", "export", disabled=none),
            Command("text", "写正文", self.text.setFocus, "F2", "edit", disabled=drafted, in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Read again; what is in view stays."""
        self._read()

    def footer(self) -> str:
        """How far the reports of the year are."""
        if not self._whose:
            return ""
        drafted, edited = (sum(row[key] > 0 for row in self._whose) for key in ("drafted", "edited"))
        return f"{self._of[0]}年 · {len(self._whose):,} 份报告 · 已起草 {drafted:,} · 修改过 {edited:,}"

    # -- what is shown

    @property
    def unit_uid(self) -> str:
        """Whose report is shown; '' = the school."""
        return str(self._whose[self.whose.currentIndex()]["unit_uid"]) if self._whose else ""

    @property
    def section(self) -> yearly.Section | None:
        """The section in view."""
        uid = self.sections.current_uid()
        return next((one for one in self._sections if one.key == uid), None)

    # -- acts

    def draft(self) -> None:
        """起草 or 重新取数."""
        label = f"起草{self.ctx.year}年年度报告（{self.whose.currentText()}）"
        perform(self.ctx, label, yearly.draft_report, self.ctx.year, self.unit_uid, parent=self)

    def save(self) -> None:
        """Save the text in view."""
        one = self.section
        if one is None or not one.uid:
            self.ctx.messages.say(NO_DRAFT, "warn")
            return
        values = {"text": self.text.toPlainText()}
        key = self._key(one)  # gone before the page reads again: what is saved is no draft any more
        kept = self.ctx.store.local.get(key)
        self.ctx.store.local.delete(key)
        if perform(self.ctx, f"修改年度报告：{one.title}", yearly.edit_section, one.uid, values, parent=self) is None:
            self.ctx.store.local.put(key, kept)
        self._say(one)

    def redraft(self) -> RedraftDialog | None:
        """重新起草 the section in view, after showing what would change."""
        one = self.section
        if one is None or (why := self._why_not_redraft()):
            self.ctx.messages.say(why if one is not None else NOT_YET, "warn")
            return None
        whole = "这一部分手工修改过，改过的话也会被换掉。" if one.edited_on and one.anew == one.fresh else ""
        kept = "手工写的话保留。" if one.edited_on and not whole else ""
        dialog = RedraftDialog(
            f"重新起草“{one.title}”", changes(one.text, one.anew), self.window(), verb="重新起草", warning=whole or kept
        )
        dialog.accepted.connect(partial(self._put_fresh, self._of, one))
        dialog.open()
        return dialog

    def write(self, path: Path) -> None:
        """The report as PDF or Word, by the name's ending."""
        year, unit_uid, kind = self.ctx.year, self.unit_uid, path.suffix.lower().lstrip(".")

        def work(store: Store, _tell: object) -> str:
            from reports.collect_reporting import collect_yearly
            from reports.document_files import write_documents

            write_documents(store, [collect_yearly(store, year, unit_uid)], path, kind)
            return path.name

        open_ = any(self._typed(one) is not None for one in self._sections)
        more = "没有保存的修改不在里面。" if open_ else ""

        def done(name: str) -> None:
            self.ctx.messages.say(f"已写出 {name}。{more}", "warn" if more else "ok")

        self.ctx.tasks.run(f"写出{path.name}", work, done, owner=self)

    def ask_file(self, kind: str) -> QFileDialog:
        """Where the file goes."""
        name = file_name(f"{self.ctx.year}年度工作报告_{self.whose.currentText()}", f".{kind}")
        return ask_where(self, name, kind, self.write)

    # -- inside

    def _why_not_redraft(self) -> str:
        one = self.section
        if one is None:
            return NOT_YET
        if not one.uid:
            return NO_DRAFT
        if self._typed(one) is not None:  # 撤销 could not bring it back
            return SAVE_FIRST
        return "" if one.stale else f"“{one.title}”与现在的数据一致，不用重新起草。"

    def _put_fresh(self, of: tuple[int, str], one: yearly.Section) -> None:
        perform(self.ctx, f"重新起草年度报告：{one.title}", yearly.redraft_section, *of, one.key, parent=self)

    def _read(self) -> None:
        self._asked += 1
        year, unit_uid, asked = self.ctx.year, self.unit_uid, self._asked
        if (year, unit_uid) != self._of:  # nothing may be typed into the sections of another report
            self._sections, self._of = [], (year, unit_uid)
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
        self._sections = sections
        self._list()
        if not self.sections.current_uid() and sections:
            keys = [one.key for one in sections]
            self.sections.select(self._at if self._at in keys else keys[0])
        self._show()
        self.footer_changed.emit()

    def _list(self) -> None:
        """The sections with their states; the one in hand stays."""
        lines = [{"uid": one.key, "title": one.title, "state": self._state(one)} for one in self._sections]
        self.model.set_source(ListSource(lines))

    def _show(self) -> None:
        one = self.section
        if one is None:
            self._put(self.text, "")
            self.text.setReadOnly(True)
            self._put(self.fresh, "")
            self.state.setText("正在读取……")
        else:
            self._at = one.key
            typed = self._typed(one)
            self._put(self.text, one.text if typed is None else typed)
            self.text.setReadOnly(not one.uid)
            self._put(self.fresh, one.fresh)
            self._say(one)
        self._tell()

    def _say(self, one: yearly.Section) -> None:
        state = self._state(one)
        self.state.setText(TOLD[state])
        theme.role(self.state, "warn" if TONES[state] == "warn" else "sub")

    def _state(self, one: yearly.Section) -> str:
        if not one.uid:
            return MISSING
        return TYPED if self._typed(one) is not None else STALE if one.stale else SAME

    def _typed(self, one: yearly.Section) -> str | None:
        kept = self.ctx.store.local.get(self._key(one)) if one.uid else None
        return None if kept is None else str(kept)

    def _put(self, editor: QPlainTextEdit, text: str) -> None:
        if editor.toPlainText() != text:  # else the cursor would jump while somebody types
            editor.blockSignals(True)
            editor.setPlainText(text)
            editor.blockSignals(False)

    def _keep(self) -> None:
        if (one := self.section) is not None and one.uid:
            first = self._typed(one) is None
            self.ctx.store.local.put(self._key(one), self.text.toPlainText())
            if first:
                self._say(one)
                self._list()
                self._tell()

    def _key(self, one: yearly.Section) -> str:
        return f"draft.yearly.{self._of[0]}.{self._of[1]}.{one.key}"

    def _tell(self) -> None:
        told = tuple(one.disabled for one in self.commands())
        if told != self._told:  # the bar is drawn anew only where it changes
            self._told = told
            self.commands_changed.emit()

    def _menu(self, uids: list[str]) -> list[QAction]:
        return actions_of(self.commands(), ("text", "save", "redraft") if uids else (), self.sections)

    def _wire(self) -> None:
        self.whose.currentIndexChanged.connect(lambda _at: self._read())
        self.sections.current_changed.connect(lambda _uid: self._show())
        self.sections.opened.connect(lambda _uid: self.text.setFocus())
        self.sections.actions_for = self._menu
        self.sections.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        self.text.textChanged.connect(self._keep)

    def _build(self) -> None:
        self.whose.setAccessibleName("谁的报告")
        self.whose.setMinimumContentsLength(14)
        self.whose.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.sections.right.setAccessibleName("报告的各部分")
        self.sections.set_empty(NOT_YET)
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        head.addWidget(self.whose)
        head.addWidget(self.state, 1)
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.setStyleSheet("QSplitter::handle { background: transparent; }")  # air, no line
        split.addWidget(self.sections)
        for label, editor in (("正文", self.text), ("按现在的数据起草", self.fresh)):
            editor.setAccessibleName(label)
            editor.setTabChangesFocus(True)
            part = QWidget()
            inner = QVBoxLayout(part)
            inner.setContentsMargins(theme.px(12), 0, 0, 0)
            inner.setSpacing(theme.px(6))
            inner.addWidget(theme.role(QLabel(label), "section"))
            inner.addWidget(editor, 1)
            split.addWidget(part)
        for at, share in enumerate((0, 3, 2)):  # the states stand whole, the texts share the rest
            split.setStretchFactor(at, share)
        split.setSizes([theme.px(200), theme.px(570), theme.px(390)])
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(split, 1)
        self.setFocusProxy(self.sections)


def _columns() -> list[Column]:
    """In the order of the report, whatever the state."""
    return [
        Column("title", "部分", 10, sortable=False),
        Column("state", "情况", 11, tone=lambda row: TONES[row["state"]], sortable=False),
    ]
