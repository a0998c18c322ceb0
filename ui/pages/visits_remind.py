"""提醒: who will miss the year's minimum at the present pace, a message to paste for each unit or branch. 方案 五(三)3"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtWidgets import QWidget

from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.evaluation.forecast import forecast, reminders
from core.store import Row, Store
from ui.context import Context
from ui.kit.listing import Listing, ask_export
from ui.kit.reminders import RemindersDialog, Told
from ui.pages.checkin_out import print_form

BY = (("unit", "按单位"), ("branch", "按党支部"))
FIELDS = (
    Field("unit", "二级单位党组织", width=20),
    Field("branch", "党支部", width=18),
    Field("staff_no", "工号", Kind.STAFF_NO),
    Field("name", "姓名", Kind.NAME),
    Field("times", "已确认（次）", Kind.INT),
    Field("minutes", "已确认（小时）", Kind.MINUTES),
    Field("waiting_times", "待确认（次）", Kind.INT),
    Field("waiting_minutes", "待确认（小时）", Kind.MINUTES),
    Field("verdict", "达标情况", width=24),
    Field("ahead_times", "按目前进度到年末（次）", Kind.INT),
    Field("ahead_minutes", "按目前进度到年末（小时）", Kind.MINUTES),
    Field("will_miss", "年末达不到", Kind.BOOL),
)


class RemindDialog(RemindersDialog):
    """The paragraphs, the list as a workbook, the sheets on paper."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        year = ctx.year

        def read(store: Store, by: str) -> Told:
            found = forecast(store, year)
            left, whose = len(found.rows) - len(found.missing), dict(BY)[by].removeprefix("按")
            told = reminders(store, found, by_branch=by == "branch")
            head = (
                f"截至{format_date(found.as_of)}，应考核{found.people}人，已达标{found.met}人；"
                f"按目前进度年末达不到{len(found.missing)}人（{len(told)}个{whose}），未达标但能达到{left}人。"
            )
            return Told(head, found.scope, told, "按目前进度，没有人年末达不到最低要求，不用提醒。", bool(found.rows))

        acts = (("导出名单", self.export), ("打印提醒单", self.print))
        super().__init__(ctx, f"{year}年度未达标提醒", read, BY, "人", parent, acts)

    def export(self) -> None:
        """Everybody who is not there yet, with the forecast, as a workbook."""
        year = self.ctx.year

        def rows(store: Store) -> Sequence[Row]:
            return forecast(store, year).rows

        ask_export(self.ctx, Listing(f"{year}年度服务未达标名单", FIELDS, rows, self.basis.text()), self)

    def print(self) -> None:
        """未达标提醒单, a sheet for each unit."""
        print_form(self.ctx, self, form="below_reminder")
