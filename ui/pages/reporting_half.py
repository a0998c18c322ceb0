"""半年报告 of a half year: branches above, the people of one below; drafted, edited, marked as reported, printed."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QLabel, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from core.base.dates import format_date, format_hours
from core.base.errors import MachineFault
from core.reporting import half_year
from core.reporting.half_year import BranchCount
from core.reporting.model import HALF_LABEL, HALF_YEAR
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.pages.settings_parts import button, plain_table, row_of

STATE = {"REPORTED": "已报告", "DRAFTED": "已起草", "MISSING": "未起草"}


class HalfTab(QWidget):
    """The half year is chosen at the top; the acts are about the branch or the person chosen."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._counts: list[BranchCount] = []
        self._rows: list[Row] = []
        self.which = QComboBox()
        self.which.setAccessibleName("半年")
        self.which.addItems(list(HALF_LABEL.values()))
        self.branches = plain_table("党支部", ["二级单位党组织", "党支部", "应报告", "已报告", "已起草", "未起草"])
        self.people = plain_table("半年报告", ["姓名", "工号", "情况", "次数", "小时", "服务记录现为", "报告日期"])
        self.note = theme.role(QLabel(wordWrap=True), "sub")
        self.which.currentIndexChanged.connect(lambda _at: self.reload())
        self.branches.itemSelectionChanged.connect(self._show_people)
        self.people.cellActivated.connect(lambda *_: self.edit())
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(8))
        column.addLayout(
            row_of(
                self.which,
                button("起草本支部", self.draft, "primary"),
                button("起草全部", self.draft_all),
                button("打印本支部", self.print_branch, picture="print"),
            )
        )
        column.addWidget(self.branches, 2)
        column.addLayout(
            row_of(
                button("修改", self.edit, picture="edit"),
                button("取服务记录的数", self.take_figures, picture="refresh"),
                button("登记已报告", self.mark, picture="check"),
                button("取消已报告", self.unmark),
            )
        )
        column.addWidget(self.people, 3)
        column.addWidget(self.note)

    @property
    def half(self) -> int:
        """1 or 2."""
        return self.which.currentIndex() + 1

    @property
    def branch(self) -> BranchCount | None:
        """The branch chosen."""
        at = self.branches.currentRow()
        return self._counts[at] if 0 <= at < len(self._counts) else None

    @property
    def row(self) -> Row | None:
        """The person chosen."""
        at = self.people.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def reload(self) -> None:
        """Read again; the branch chosen stays."""
        kept = max(0, self.branches.currentRow())
        self._counts = half_year.branch_counts(self.ctx.store, self.ctx.year, self.half)
        lines = [
            (one.unit, one.branch or "（未编入支部）", one.due, one.reported, one.drafted, one.missing)
            for one in self._counts
        ]
        fill(self.branches, lines, kept)
        due, done = (sum(getattr(one, key) for one in self._counts) for key in ("due", "reported"))
        self.note.setText(
            f"{self.ctx.year}年{HALF_LABEL[self.half]}应向党支部报告{due}人，已报告{done}人。"
            "起草按已确认的服务记录；改过或已报告的不再改动，服务记录后来变了列在旁边。"
        )
        self._show_people()

    def draft(self) -> None:
        """Draft the reports of the branch chosen."""
        self._draft([row["cadre_uid"] for row in self._rows], self.branch.branch if self.branch else "")

    def draft_all(self) -> None:
        """Draft those of everybody."""
        rows = half_year.report_rows(self.ctx.store, self.ctx.year, self.half, log_too=False)
        self._draft([row["cadre_uid"] for row in rows], "全部")

    def edit(self) -> FormDialog | None:
        """Change the texts of the person chosen; what is typed is kept as a draft."""
        row = self._drafted()
        if row is None:
            return None
        fields = [HALF_YEAR.field(key) for key in half_year.TEXTS]
        intro = f"服务记录现为{row['log_times']}次、{format_hours(row['log_minutes'])}小时。{row['log_text']}"
        return self._ask(f"修改{row['name']}的半年报告", fields, row, intro, half_year.edit, row["uid"])

    def mark(self) -> FormDialog | None:
        """The person chosen has reported."""
        row = self._drafted()
        if row is None:
            return None
        fields = [HALF_YEAR.field(key) for key in ("reported_on", "occasion", "signed_by")]

        def write(tx: Any, given: dict[str, Any]) -> int:
            said = (str(given.get(key) or "") for key in ("reported_on", "occasion", "signed_by"))
            return half_year.mark_reported(tx, [row["uid"]], *said)

        return self._ask(f"登记{row['name']}已报告", fields, row, "", write)

    def unmark(self) -> None:
        """Marked by mistake."""
        if (row := self._drafted()) is not None:
            perform(self.ctx, f"取消{row['name']}的已报告", half_year.unmark_reported, [row["uid"]], parent=self)

    def take_figures(self) -> None:
        """The log's present times and hours into the report; its text stays."""
        if (row := self._drafted()) is not None:
            perform(self.ctx, f"更新{row['name']}半年报告的次数和时长", half_year.take_figures, row["uid"], parent=self)

    def print_branch(self) -> None:
        """The forms of the branch in the print centre."""
        uids = [row["cadre_uid"] for row in self._rows]
        self.ctx.go_to("print", form="half_year_report", by=str(self.half), uids=uids)

    def _draft(self, uids: list[str], whose: str) -> None:
        if not uids:
            self.ctx.messages.say("这里没有要报告的人，请先选一个党支部。", "warn")
            return
        label = f"起草{self.ctx.year}年{HALF_LABEL[self.half]}报告（{whose}）"
        perform(self.ctx, label, half_year.draft, uids, self.ctx.year, self.half, parent=self, done=_told)

    def _drafted(self) -> Row | None:
        if self.row is None or not self.row["uid"]:
            self.ctx.messages.say("请先选一个人；还没有起草的，先按“起草本支部”。", "warn")
            return None
        return self.row

    def _ask(self, title: str, fields: Any, row: Row, intro: str, op: Any, *args: Any) -> FormDialog:
        key = f"half_year.{row['uid']}.{fields[0].key}"
        dialog = FormDialog(
            title, fields, parent=self, intro=intro, draft_key=key, local=self.ctx.store.local, values=row
        )

        def write(given: dict[str, Any]) -> None:
            if perform(self.ctx, title, op, *args, given, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog

    def _show_people(self) -> None:
        one = self.branch
        rows = []
        if one is not None:
            try:
                rows = half_year.report_rows(
                    self.ctx.store, self.ctx.year, self.half, unit_uid=one.unit_uid, branch_uid=one.branch_uid
                )
            except MachineFault as fault:  # a damaged ledger, opened to look at what can be read
                self.ctx.messages.say(fault.text, "warn")
        self._rows = [row for row in rows if one and row["branch_uid"] == one.branch_uid]
        lines = [
            (
                row["name"],
                row["staff_no"],
                STATE[row["state"]],
                row["times"],
                format_hours(row["minutes"]),
                f"{row['log_times']}次 {format_hours(row['log_minutes'])}小时" if row["stale"] else "",
                format_date(row["reported_on"]),
            )
            for row in self._rows
        ]
        fill(self.people, lines, max(0, self.people.currentRow()))


def fill(table: QTableWidget, lines: list[tuple[Any, ...]], kept: int = 0) -> None:
    """Put lines into a table without its selection telling on the way."""
    table.blockSignals(True)
    table.setRowCount(len(lines))
    for at, line in enumerate(lines):
        for place, value in enumerate(line):
            table.setItem(at, place, QTableWidgetItem(str(value)))
    table.blockSignals(False)
    if lines:
        table.setCurrentCell(min(kept, len(lines) - 1), 0)


def _told(done: half_year.Drafted) -> str:
    kept = f"；{len(done.kept)}人改过或已报告，没有动" if done.kept else ""
    return f"新起草{len(done.made)}人，更新{len(done.refreshed)}人{kept}。"
