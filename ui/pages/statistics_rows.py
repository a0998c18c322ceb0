"""The table of figures as a list on screen: its columns, its lines with the sum last, its bars, a change in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from core.base.dates import format_hours
from core.overview.figures import FigureTable, Line
from core.overview.issued import FigureChange
from core.overview.model import ASPECTS, MEASURES, Measure
from core.store import Row
from ui.kit.bars import FigureBar
from ui.kit.columns import Column
from ui.kit.rows import ListSource, Order, Where
from ui.kit.table import TableView

TOTAL = "="  # no key of a line looks so
WAYS = tuple((one.key, f"按{one.way}") for one in ASPECTS.values())
NAMED = ("first", "second")


class FigureSource(ListSource):
    """Whatever the order, the sum of all stands last."""

    def uids(self, where: Where, order: Order) -> Sequence[str]:
        """All ids."""
        found = super().uids(where, order)
        return [*(uid for uid in found if uid != TOTAL), *(uid for uid in found if uid == TOTAL)]


class FigureView(TableView):
    """The list of figures; another way of counting has other heads, the choice of figures stays."""

    def set_heads(self, columns: Sequence[Column]) -> None:
        """Show the same figures under the heads of another table."""
        shown = [one.key for one in self.model.columns if one.key not in NAMED]
        if [(one.key, one.label) for one in columns] == [(one.key, one.label) for one in self._all]:
            return
        self._all = list(columns)
        self._set_shown([*(one.key for one in columns if one.key in NAMED), *shown])


def figure_columns(labels: Sequence[str]) -> list[Column]:
    """A column for each way, then the figures."""
    names = [
        Column(key, label, width, text=lambda row, key=key: str(row[f"{key}_name"]))
        for key, label, width in zip(NAMED, labels, (22, 18), strict=False)
    ]
    return [*names, *(_figure(one) for one in MEASURES)]


def figure_lines(table: FigureTable) -> list[Row]:
    """A row for each line and one for the sum; names sort in the order of lists."""
    rows = []
    for at, line in enumerate((*table.lines, table.total)):
        names = dict(zip((f"{key}_name" for key in NAMED), line.names, strict=False))
        figures = {one.key: getattr(line, one.key) for one in MEASURES}
        uid = TOTAL if line is table.total else line.uid
        rows.append({"uid": uid, "first": at, "second": _place(table, line), **names, **figures})
    return rows


def line_of(table: FigureTable, uid: str) -> Line | None:
    """The line of a row."""
    if uid == TOTAL:
        return table.total
    return next((one for one in table.lines if one.uid == uid), None)


def figure_bars(table: FigureTable, measure: Measure, order: Sequence[str]) -> list[FigureBar]:
    """A bar for each line of the table, in the order of the list."""
    place = {uid: at for at, uid in enumerate(order)}
    return [
        FigureBar(one.uid, one.name, getattr(one, measure.key), figure_text(measure, getattr(one, measure.key)))
        for one in sorted(table.lines, key=lambda one: place.get(one.uid, len(place)))
    ]


def figure_text(measure: Measure, value: int) -> str:
    """'1,486', '3,310.5': minutes as hours."""
    return grouped(format_hours(value) if measure.key.endswith("minutes") else str(value))


def total_words(table: FigureTable) -> str:
    """The foot of the window."""
    total = table.total
    words = f"{total.people:,} 人 · 业余 {total.times:,} 次 {grouped(format_hours(total.minutes))} 小时"
    if total.waiting_times or total.waiting_minutes:
        words += f" · 待确认 {total.waiting_times:,} 次 {grouped(format_hours(total.waiting_minutes))} 小时"
    if total.duty_times or total.duty_minutes:
        words += f" · 派遣 {total.duty_times:,} 次 {grouped(format_hours(total.duty_minutes))} 小时"
    return f"{words} · {len(table.lines):,} 行"


def change_words(one: FigureChange) -> str:
    """'合计 业余人次：上次报出 1,486，现在 1,502，多 16。'"""
    was, now = one.was or "0", one.now or "0"
    try:
        more = float(now) - float(was)
    except ValueError:  # a name
        return f"{one.line} {one.head}：上次报出“{one.was}”，现在“{one.now}”。"
    size = grouped(f"{abs(more):.2f}".rstrip("0").rstrip("."))
    return f"{one.line} {one.head}：上次报出 {grouped(was)}，现在 {grouped(now)}，{'多' if more > 0 else '少'} {size}。"


def grouped(number: str) -> str:
    """'1486.5' as '1,486.5'."""
    whole, dot, rest = number.partition(".")
    return f"{int(whole):,}{dot}{rest}"


def _place(table: FigureTable, line: Line) -> str:
    # months are keys 1 … 12, other keys sort by what they are called
    if not table.then or line is table.total:
        return ""
    return line.key[1].zfill(2) if table.then == "month" else line.names[1]


def _figure(one: Measure) -> Column:
    text: Callable[[Any], str] = lambda row: figure_text(one, row[one.key])  # noqa: E731 - a column holds functions
    return Column(one.key, one.label, 9 if len(one.label) < 5 else 15, right=True, text=text)
