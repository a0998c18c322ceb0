"""归档: the year's end step by step, what was corrected after closing, and the archive folder with its scans. 方案 三(七)"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QLabel, QPushButton, QTableWidgetItem, QVBoxLayout

from core.archive.checking import FolderCheck, check_folder
from core.archive.closing import close_year, corrections, open_items, roll_over
from core.archive.filing import item_rows, lacking_count, set_terms, terms
from core.archive.model import ARCHIVE_SETTINGS, SUBJECT_LABEL, Correction, OpenItem
from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.base.rights import Right
from core.evaluation.closed import closed, figure_text
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.dialogs import FormDialog, TextDialog
from ui.kit.flow import FlowLayout
from ui.kit.labels import words
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.pages.archive_points import PointsDialog
from ui.pages.archive_scans import ScansDialog
from ui.pages.settings_parts import button, heading, plain_table

_NOTE = Field("note", "说明", Kind.MEMO)
_HEADS = ("层级", "名称", "项目", "结账时", "现在", "涉及记录", "步骤")


class ArchivePage(Page):
    """What still waits (each opens its page), the state of the year, and 结账后更正 (Enter opens the history)."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.items: list[OpenItem] = []
        self.found: list[Correction] = []
        self._closed = False
        self._asked = 0  # an answer to an earlier question is dropped
        self.state = words("", "section")
        self.filed = words("", "sub")
        self.waiting_head = heading("结账前还没有办结的")
        self.waiting = FlowLayout(spacing=theme.px(6))  # a line each would push a small screen's window over its edge
        self.table = plain_table("结账后更正", list(_HEADS))
        self.table.setMinimumHeight(theme.px(110))
        self.table.cellActivated.connect(lambda *_: self.open_step())
        self.no_corrections = words("", "sub")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(8))
        column.addWidget(self.state)
        column.addWidget(self.filed)
        column.addWidget(self.waiting_head)
        column.addLayout(self.waiting)
        column.addWidget(heading("结账后更正（不改变已结账的数据和已归档的文件）"))
        column.addWidget(self.no_corrections)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)

    def commands(self) -> list[Command]:
        """结账, then what a closed year allows."""
        may = self.ctx.why_not(Right.CLOSE_YEAR)
        there = closed(self.ctx.store, self.ctx.year) is not None
        once = may or ("这一年已经结账。" if there else "")
        then = may or ("" if there else "请先结账。")
        return [
            Command("close", "结账…", self.close_year, "Ctrl+J", "lock", primary=not there, disabled=once),
            Command("file", "归档到文件夹…", self.archive, "Ctrl+Shift+A", "folder", primary=there, disabled=then),
            Command("scans", "扫描件归档…", self.scans, icon="import", disabled=then, tip="签好的表扫描后归入各自的件"),
            Command("check", "校验…", self.check, icon="check", tip="归档文件夹有没有改动、缺少、多出"),
            Command("roll", "结转下一年", self.roll_over, icon="calendar", disabled=then, in_bar=False),
            Command("points", "积分…", self.points, icon="star", disabled=may, in_bar=False),
            Command("terms", "归档设定…", self.terms, icon="settings", disabled=may, in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Read again, on the worker: comparing a large year with its frozen figures takes half a second."""
        self._asked += 1
        year, asked = self.ctx.year, self._asked

        def work(store: Store, _tell: Any) -> tuple[Row | None, list[OpenItem], list[Correction], list[Row], int]:
            there = closed(store, year)
            waiting = [] if there else open_items(store, year)
            return there, waiting, corrections(store, year), item_rows(store, year), lacking_count(store, year)

        def take(found: tuple[Row | None, list[OpenItem], list[Correction], list[Row], int]) -> None:
            if asked == self._asked:
                self._take(year, *found)

        self.ctx.tasks.run("读取归档情况", work, take, owner=self, quiet=True)

    def _take(
        self,
        year: int,
        there: Row | None,
        items: list[OpenItem],
        found: list[Correction],
        rows: list[Row],
        lacking: int,
    ) -> None:
        self.items, self.found, self._closed = items, found, there is not None
        if there:
            by = f"，经办人{there['closed_by']}" if there["closed_by"] else ""
            self.state.setText(f"{year}年已于{format_date(there['closed_on'])}结账{by}")
        else:
            self.state.setText(f"{year}年还没有结账")
        scans = sum(1 for row in rows if row["scanned"])
        self.filed.setText(
            f"{f'归档不全，缺 {lacking} 件。' if lacking else ''}已归档 {len(rows) - scans} 件，扫描件 {scans} 件。"
            if rows
            else f"还没有归档。请{'' if there else '先结账，再'}按“归档到文件夹…”。"
        )
        self._show_waiting(there is None)
        self._show_corrections(there is not None)
        self.commands_changed.emit()
        self.footer_changed.emit()

    def footer(self) -> str:
        """How much is open before closing, how much was corrected after it."""
        return f"结账后更正 {len(self.found)} 项" if self._closed else f"未办结 {len(self.items)} 类"

    # -- acts

    def close_year(self) -> FormDialog:
        """结账, after saying what is still open."""
        year = self.ctx.year
        left = "；".join(one.text for one in self.items)
        intro = f"冻结{year}年的数据，以后的改动另列为结账后更正。要重新结账，只能在历史里撤销这一步。"
        intro += f"\n还没有办结：{left}。" if left else ""
        dialog = FormDialog(f"{year}年度结账", [_NOTE], parent=self.window(), verb="结账", intro=intro, danger=True)

        def write(given: dict[str, Any]) -> None:
            label = f"{year}年度结账"
            done = f"{year}年已结账。"
            if perform(self.ctx, label, close_year, year, given["note"], parent=dialog, done=done) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog

    def roll_over(self) -> None:
        """The next year's 年度, minimum and tasks."""
        year = self.ctx.year
        if perform(self.ctx, f"结转到{year + 1}年", roll_over, year, parent=self) is not None:
            self.ctx.year = year + 1

    def archive(self, folder: str = "") -> Any:
        """归档到文件夹, in a child process; the strip below shows how far it is and cancels."""
        folder = folder or QFileDialog.getExistingDirectory(self, "归档放在哪里")
        if not folder:
            return None
        order = {"job": "archive", "year": self.ctx.year, "out": folder}
        return self.ctx.tasks.spawn(f"归档{self.ctx.year}年度", order, self._archived, owner=self)

    def scans(self, folder: str = "", into: str = "") -> ScansDialog | None:
        """扫描件归档; where the archive folder is, is asked only where it is not known on this machine."""
        from reports.archive import folder_of

        folder = folder or QFileDialog.getExistingDirectory(self, "扫描件在哪个文件夹")
        if not folder:
            return None
        into = into or str(folder_of(self.ctx.store, self.ctx.year) or "")
        into = into or QFileDialog.getExistingDirectory(self, f"{self.ctx.year}年的归档文件夹在哪里")
        if not into:
            return None
        dialog = ScansDialog(self.ctx, Path(folder), Path(into), self.window())
        dialog.open()
        dialog.begin()
        return dialog

    def check(self, folder: str = "") -> Any:
        """校验 a folder."""
        folder = folder or QFileDialog.getExistingDirectory(self, "要校验的归档文件夹")
        if not folder:
            return None

        def work(store: Store, _progress: Any) -> FolderCheck:
            return check_folder(Path(folder), store)

        return self.ctx.tasks.run("校验归档文件夹", work, self._checked, owner=self)

    def terms(self) -> FormDialog:
        """全宗号, 类别代码, 保管期限."""
        by = terms(self.ctx.store)
        values = dict(
            zip((one.key for one in ARCHIVE_SETTINGS), (by.fond, by.archive_class, by.term, by.term_lists), strict=True)
        )
        dialog = FormDialog("归档设定", ARCHIVE_SETTINGS, parent=self.window(), values=values)

        def write(given: dict[str, Any]) -> None:
            if perform(self.ctx, "修改归档设定", set_terms, given, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog

    def points(self) -> PointsDialog:
        """积分和星级: the switch and the scheme."""
        dialog = PointsDialog(self.ctx, self.window())
        dialog.open()
        return dialog

    def open_step(self) -> None:
        """The newest step behind the current correction."""
        at = self.table.currentRow()
        if 0 <= at < len(self.found) and self.found[at].steps:
            self.ctx.go_to("history", str(self.found[at].steps[-1]))

    # -- inside

    def _archived(self, done: dict[str, Any]) -> None:
        self.ctx.refresher.announce(frozenset({"archive_item"}))
        self.ctx.messages.say(done["words"], "warn" if done["lacking"] else "ok")
        if done["problems"]:
            title = "归档不全" if done["lacking"] else "归档文件里要核对、补写的地方"
            TextDialog(title, "\n".join([done["words"], "", *done["problems"]]), self.window()).open()

    def _checked(self, found: FolderCheck) -> None:
        if found.ok:
            said = f"{found.files} 个文件与{'清单' if found.untold else '归档时'}一致。{found.untold}"
            self.ctx.messages.say(said, "warn" if found.untold else "ok")
            return
        lines = [*found.lines, *([found.untold] if found.untold else [])]
        TextDialog("归档文件夹有变化", "\n".join(lines), self.window()).open()

    def _show_waiting(self, is_open: bool) -> None:
        while (old := self.waiting.takeAt(0)) is not None:
            if (widget := old.widget()) is not None:
                widget.deleteLater()
        self.waiting_head.setVisible(is_open)
        for one in self.items:
            self.waiting.addWidget(self._way(one))
        if is_open and not self.items:
            self.waiting.addWidget(QLabel("都已办结，可以结账。"))

    def _way(self, one: OpenItem) -> QPushButton:
        made = button(
            f"{one.label}　{one.count} {one.unit}", lambda: self.ctx.go_to(one.page, None, **dict(one.filter))
        )
        made.setToolTip("打开并办理")
        return made

    def _show_corrections(self, is_closed: bool) -> None:
        self.no_corrections.setVisible(not self.found)
        self.no_corrections.setText("结账后没有改动过数据。" if is_closed else "结账以后才有。")
        self.table.setRowCount(len(self.found))
        for at, one in enumerate(self.found):
            was, now = (figure_text(one.key, value) for value in (one.was, one.now))
            steps = "、".join(map(str, one.steps[-5:]))
            cells = (SUBJECT_LABEL[one.kind], one.name, one.label, was, now, str(len(one.records) or ""), steps)
            for column, text in enumerate(cells):
                self.table.setItem(at, column, QTableWidgetItem(text))
