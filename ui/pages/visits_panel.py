"""The panel of one record: its facts edited in place, where it was signed, its history."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QPushButton

from core.base.dates import format_date, format_hours
from core.base.fields import Field, Kind
from core.service_log.queries import visit_page
from core.service_log.rules import visit_text
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.form import Form
from ui.kit.perform import undo
from ui.kit.record_page import FactsSection, RecordPanel
from ui.pages import visits_acts as acts
from ui.pages.history_record import put_back_line, record_lines
from ui.pages.visits_rows import lists_of, sheet_words, state_chip

SOURCES = (
    ("KEYED", "逐条登记"),
    ("GROUP", "多人登记"),
    ("IMPORTED", "导入"),
    ("CAMPAIGN", "主题活动"),
    ("DUTY", "值班"),
)
ABOUT = (
    Field("unit", "当时所在单位"),
    Field("branch", "当时所在支部"),
    Field("counted", "计入"),
    Field("sheet", "待确认清单"),
    Field("state_reason", "退回、改动原因", Kind.MEMO),
    Field("source", "来源", Kind.CHOICE, choices=SOURCES),
    Field("written_on", "登记日期", Kind.DATE),
)


class VisitPanel(RecordPanel):
    """Shows the record `uid`; 确认, 退回 and 作废 stand at its head."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(lambda uid: record_lines(ctx.store, [("visit", uid)], ("visit", uid)))
        self.ctx = ctx
        self.facts = self.add_section(
            FactsSection(
                "服务记录",
                acts.edit_fields(),
                lists_of(ctx.store),
                self._save,
                draft="visits.panel",
                local=ctx.store.local,
            )
        )
        self.add_section(FactsSection("登记与确认", ABOUT))
        self.undo_wanted.connect(lambda seq: undo(ctx, seq, parent=self))
        self.back_wanted.connect(lambda line: put_back_line(ctx, self, line))
        person = theme.role(QPushButton("打开此人"), "link")
        person.clicked.connect(self._open_person)
        self._cadre_uid = ""
        self.actions.addWidget(person)
        self.actions.addStretch(1)

    def show_uid(self, uid: str) -> bool:
        """Show a record; False if it is gone."""
        found = visit_page(self.ctx.store, [uid]) if uid else []
        if not found:
            return False
        row = found[0]
        self._cadre_uid = row["cadre_uid"]
        when = visit_text(row["served_on"], row["start_at"], row["end_at"], row["minutes"])
        who = " ".join(part for part in (row["staff_no"], row["unit"]) if part)
        self.show_record(
            uid, panel_row(row), row["name"], f"{who} · {format_date(row['served_on'])[:5]}{when}", state_chip(row)
        )
        return True

    def _save(self, uid: str, changes: dict[str, Any], form: Form) -> bool:
        return acts.save_changes(self.ctx, uid, changes, form)

    def _open_person(self) -> None:
        self.ctx.go_to("roster", self._cadre_uid)


def panel_row(row: Row) -> Row:
    """A record with what the panel adds."""
    night = bool(row["start_at"]) and row["end_at"] <= row["start_at"]
    counts = row["state"] in ("CONFIRMED", "WAITING")
    counted = f"{row['counted_times']} 次 {format_hours(row['counted_minutes'])} 小时" if counts else ""
    return {**row, "next_day": 1 if night else None, "counted": counted, "sheet": sheet_words(row), "reason": ""}
