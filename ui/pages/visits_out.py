"""What leaves the page: 按…统计, and workbooks with 口径 and 截至."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from core.base.clock import today
from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.roster.timeline import day_of_year
from core.service_log.model import VISIT, VisitFilter
from core.service_log.queries import count_by, visit_rows, visit_sums
from core.store import Row, Store
from ui.context import Context
from ui.kit.command import Command
from ui.kit.crosstab import CrosstabDialog
from ui.pages.visits_quota import SUMS
from ui.pages.visits_rows import sums_sentence

COUNTED_BY = ("unit", "category", "community", "state", "track", "branch", "confirmed_by", "name")
QUOTA_FIELDS = (
    Field("staff_no", "工号", Kind.STAFF_NO),
    Field("name", "姓名", Kind.NAME),
    Field("unit", "二级单位党组织", width=20),
    *(Field(key, label, Kind.INT if key.endswith("times") else Kind.MINUTES) for key, label, _ in SUMS),
    Field("verdict", "达标情况", width=24),
)


def statistics(
    ctx: Context, asked: VisitFilter, words: str, take: Callable[[list[list[str]]], object], parent: QWidget
) -> CrosstabDialog:
    """Records counted by two fields; `take(conditions)` shows the list behind a number."""
    fields = [(key, VISIT.field(key).label) for key in COUNTED_BY]
    dialog = CrosstabDialog(
        fields,
        lambda first, second: [(a, b, records) for a, b, records, _ in count_by(ctx.store, asked, first, second)],
        f"口径：{ctx.year}年{'，' + words if words else ''}，记录条数，作废的不计。截至{format_date(day_of_year(ctx.year))}。",
        parent,
    )
    dialog.picked.connect(lambda wanted: take(_conditions(wanted)))
    dialog.open()
    return dialog


def sentence(ctx: Context, asked: VisitFilter, words: str) -> str:
    """复制为一句话."""
    return sums_sentence(visit_sums(ctx.store, asked), words, today().isoformat())


def action_of(command: Command, parent: QObject) -> QAction:
    """A command as a line of the list's own menu."""
    made = QAction(command.text, parent)
    made.setEnabled(not command.disabled)
    made.triggered.connect(lambda _on=False: command.run())
    return made


def export_visits(ctx: Context, asked: VisitFilter, words: str, path: Path, owner: QObject) -> None:
    """The records of a filter, all fields, by unit and person."""
    title = f"{ctx.year}年度服务记录"
    foot = f"口径：{words or '列表中的全部记录'}。截至{format_date(today())}。"
    _run(ctx, lambda store: write(VISIT, visit_rows(store, asked, "unit"), path, title, foot), "条记录", path, owner)


def export_quota(ctx: Context, rows: Sequence[Row], rule: str, path: Path, owner: QObject) -> None:
    """Each person against the year's minimum, as shown."""
    title, foot = f"{ctx.year}年度服务达标情况", f"{rule}截至{format_date(day_of_year(ctx.year))}。"
    _run(ctx, lambda _store: write(QUOTA_FIELDS, rows, path, title, foot), "人", path, owner)


def write(fields: Any, rows: Sequence[Row], path: Path, title: str, foot: str) -> int:
    """Write a workbook; how many rows."""
    from core.sheet.writing import write_sheet

    return write_sheet(fields, rows, path, title=title, footnote=foot)


def _run(ctx: Context, work: Callable[[Store], int], what: str, path: Path, owner: QObject) -> None:
    ctx.tasks.run(
        f"导出{path.name}",
        lambda store, _tell: work(store),
        lambda count: ctx.messages.say(f"已导出 {count:,} {what}到 {path.name}。"),
        owner=owner,
    )


def _conditions(wanted: dict[str, str]) -> list[list[str]]:
    """A cell of 按…统计 as conditions: labels become stored values."""
    found = []
    for key, value in wanted.items():
        codes = {label: code for code, label in VISIT.field(key).choices}
        found.append([key, "=", codes.get(value, value)])
    return found
