"""设置 · 学校与年度: names, the year, rules of counting, and the minimum year by year."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QTableWidgetItem

from core.base.dates import format_hours
from core.base.errors import Refused
from core.base.rights import Right
from core.org.settings import quotas, set_quota
from core.setting_fields import GROUPS, QUOTA, SCHOOL, save_school, school_values
from core.store import Row, Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.form import Form
from ui.kit.perform import perform
from ui.pages.settings_parts import Section, button, heading, plain_table, row_of

DEFAULT = "default"


class SchoolSection(Section):
    """A form, and under it the minimums."""

    title = "学校与年度"
    intro = "这些内容印在每一张表上，也决定服务怎样计次、计时。改动可以撤销。"
    icon = "building"
    needs = Right.SETTINGS

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.form = Form(SCHOOL, draft_key="settings.school", local=ctx.store.local, groups=GROUPS, columns=1)
        self.form.submitted.connect(self.save)
        self.table = plain_table("年度最低要求", ["年度", "次数", "时长（小时）", "依据"])
        self.table.setMinimumHeight(theme.px(140))
        self.table.cellActivated.connect(lambda *_: self.edit())
        self.column.addWidget(self.form)
        self.column.addLayout(row_of(button("保存", self.form.submit, "primary", "check")))
        self.column.addWidget(heading("年度最低要求（方案 五(三)3，只计业余时间服务）"))
        self.column.addWidget(self.table)
        self.column.addLayout(
            row_of(
                button("新增年度", self.add, picture="add"),
                button("修改", self.edit, picture="edit"),
                button("删除", self.remove, picture="trash"),
            )
        )
        self.column.addStretch(1)
        self._rows: list[Row] = []

    def reload(self) -> None:
        """Form (unless something is being typed) and table."""
        if not self.form.is_dirty:
            self.form.load(school_values(self.ctx.store))
        self._rows = quotas(self.ctx.store)
        kept = self.table.currentRow()
        self.table.setRowCount(len(self._rows))
        for at, row in enumerate(self._rows):
            name = "其他年度" if row["uid"] == DEFAULT else f"{row['uid']} 年"
            for column, text in enumerate((name, f"{row['times']}", format_hours(row["minutes"]), row["note"])):
                self.table.setItem(at, column, QTableWidgetItem(text))
        self.table.setCurrentCell(min(max(kept, 0), len(self._rows) - 1), 0)

    @property
    def dirty(self) -> bool:
        """The form differs from the ledger."""
        return self.form.is_dirty

    def save(self, values: dict[str, Any]) -> None:
        """Write the settings as one step; the year in force follows."""
        if perform(self.ctx, "修改学校与年度设置", save_school, values, form=self.form, parent=self) is not None:
            self.form.mark_saved()
            self.ctx.year = int(values["year"])

    def add(self) -> FormDialog:
        """The minimum of another year."""
        return self._ask("新增年度最低要求", {"times": 5, "minutes": 1200}, None)

    def edit(self) -> FormDialog | None:
        """Change the minimum of the current line."""
        row = self._current()
        return self._ask("修改最低要求", row, row["uid"]) if row is not None else None

    def remove(self) -> None:
        """Take a year's own minimum away: the default holds again."""
        row = self._current()
        if row is None:
            return
        if row["uid"] == DEFAULT:
            self.ctx.messages.problem(Refused("“其他年度”的最低要求不能删除。", "可以修改它的次数和时长。"), self)
            return
        perform(self.ctx, f"删除{row['uid']}年最低要求", _remove_quota, row["uid"], parent=self)

    def _current(self) -> Row | None:
        at = self.table.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _ask(self, title: str, values: dict[str, Any], uid: str | None) -> FormDialog:
        fields = QUOTA if uid is None else QUOTA[1:]
        dialog = FormDialog(title, fields, parent=self, values=values)

        def write(given: dict[str, Any]) -> None:
            year = given.get("year") if uid is None else (None if uid == DEFAULT else int(uid))
            label = f"设定{f'{year}年' if year else '其他年度'}最低要求"
            minimum = (given["times"], given["minutes"], given["note"])
            if perform(self.ctx, label, set_quota, year, *minimum, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog


def _remove_quota(tx: Tx, uid: str) -> None:
    tx.require(Right.SETTINGS)
    tx.delete("service_quota", uid)
