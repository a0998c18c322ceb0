"""Lists on A4 across: any columns, repeated heads, widths by content, 统计口径 and 截至 under every page."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from core.base.errors import Refused
from core.base.fields import Field, Kind
from reports import column_widths
from reports.column_widths import Measure
from reports.kit.flow import Column, Layout, Opened, Table
from reports.kit.fonts import typeface
from reports.kit.form_texts import form_texts
from reports.kit.page import A4_ACROSS, MM, Box, Page, Sheets, standard_foot
from reports.kit.text import break_lines, date_cn

# a page across is a page turned: its binding margin is at the top, so the sides may be narrower. GB/T 9704 横排表格
_MARGIN = 24 * MM
_TITLE, _BELOW, _FIRST_TOP, _TOP, _BOTTOM, _FOOT = 28 * MM, 36 * MM, 39 * MM, 31 * MM, 192 * MM, 198 * MM
_NOTE = 9.0  # pt
_NOTE_LEAD = 1.3
_ROW = 6.0  # mm a row has at least: 20 on a page
_WHOLE = frozenset({Kind.STAFF_NO, Kind.PHONE, Kind.ID_NO, Kind.DATE, Kind.MONTH, Kind.TIME, Kind.MINUTES, Kind.INT})


@dataclass(frozen=True, slots=True)
class ListColumn:
    """A column: its head, and how its cells are set."""

    head: str
    align: str = "centre"  # or "left": running text
    name: bool = False
    whole: bool = False  # numbers, dates: never broken


@dataclass(frozen=True, slots=True)
class ListData:
    """A table ready to print."""

    title: str
    columns: tuple[ListColumn, ...]
    rows: tuple[tuple[str, ...], ...]
    subtitle: str = ""  # left under the title
    scope: str = ""  # 统计口径
    as_of: str = ""  # 截至, ISO date


def list_of(
    fields: Sequence[Field], rows: Sequence[Mapping[str, object]], *, public: bool = False
) -> tuple[tuple[ListColumn, ...], tuple[tuple[str, ...], ...]]:
    """Columns and cells of an entity's records, 序号 first; in public phones are masked, other personal facts left out."""
    shown = [one for one in fields if not (public and one.personal and one.kind is not Kind.PHONE)]
    columns = (
        ListColumn(form_texts("lists")["number"], whole=True),
        *(
            ListColumn(
                one.label.replace("（", "\n（"),
                "left" if one.kind is Kind.MEMO else "centre",
                one.kind is Kind.NAME,
                one.kind in _WHOLE,
            )
            for one in shown
        ),
    )
    cells = tuple(
        (str(number), *(_text(one, row[one.key], public) for one in shown)) for number, row in enumerate(rows, 1)
    )
    return columns, cells


def mask(number: str) -> str:
    """13812345678 → 138****5678; a shorter number keeps its last two digits."""
    if len(number) < 8:
        return "*" * max(0, len(number) - 2) + number[-2:]
    return number[:3] + "*" * (len(number) - 7) + number[-4:]


def draw(data: ListData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the list."""
    words = form_texts("lists", texts)
    sheets.size, sheets.margins = A4_ACROSS, (_MARGIN, _MARGIN)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
    room = A4_ACROSS[0] - 2 * _MARGIN
    size, widths = _size_and_widths(data, room / MM)
    columns = tuple(
        Column(width, one.head, one.align, one.name) for one, width in zip(data.columns, widths, strict=True)
    )
    notes = "\n".join(
        words[key] + text for key, text in (("scope", data.scope), ("as_of", date_cn(data.as_of))) if text
    )
    told = break_lines(notes, typeface("kai"), _NOTE, room) if notes else []
    bottom = _BOTTOM - len(told) * _NOTE * _NOTE_LEAD - 1.5 * MM

    def set_notes(page: Page) -> None:
        page.lines(told, Box(page.left, bottom + 1.5 * MM, room, 0), typeface("kai"), _NOTE, _NOTE * _NOTE_LEAD)

    def new_page(number: int) -> Opened:
        page = sheets.page()
        first = number == 1
        middle, kai = page.size[0] / 2, typeface("kai")
        if first:
            page.short(middle, _TITLE, data.title, typeface("title"), 20, room, align="centre")
            page.short(page.left, _BELOW, data.subtitle, kai, 12, room)
            set_notes(page)
        else:
            with page.furniture():
                page.short(page.left, _TITLE, data.title + words["continued"], kai, 12, 0.6 * room)
                page.short(page.right, _TITLE, data.subtitle, kai, 10.5, 0.38 * room, align="right")
                set_notes(page)
        return Opened(page, page.left, _FIRST_TOP if first else _TOP, bottom)

    label = typeface("label")
    tall = any(
        "\n" in one.head or label.width(one.head, size) > (one.width - column_widths.PAD) * MM for one in columns
    )
    layout = Layout(bands=(columns,), heights=(_ROW,), head_heights=(11.5 if tall else 8.5,), size=size)
    Table(layout, new_page).run(data.rows)


def _size_and_widths(data: ListData, room: float) -> tuple[float, list[float]]:
    """Refused in words where the columns are too many for a page."""
    for keep in (True, False):  # what should stand on one line has to be broken before all is refused
        wanted = [Measure(one.head, keep and one.whole, one.name) for one in data.columns]
        if found := column_widths.fitted(wanted, data.rows, room):
            return found
    raise Refused(f"《{data.title}》的列太多，横排一页也排不下。", "请少选几列后再打印。")


def _text(field: Field, value: object, public: bool) -> str:
    text = field.text(value)
    if field.kind in (Kind.DATE, Kind.MONTH):
        return date_cn(text[:7] if field.kind is Kind.MONTH else text)
    return mask(text) if public and field.kind is Kind.PHONE and text else text
