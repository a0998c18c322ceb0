"""A running document (headings, paragraphs, tables, bars): one content, drawn here as pages, in `docx_report` as Word.

GB/T 9704-2012 look: 仿宋 三号 on 28 pt lines, 黑体 first headings, margins 37/35/28/26 mm.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.kit.flow import Column, Layout, Opened, Table
from reports.kit.fonts import Typeface, typeface
from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Box, Page, Sheets, small_notes, standard_foot
from reports.kit.text import break_lines

TOP, BOTTOM, LEFT, RIGHT = 37 * MM, 35 * MM, 28 * MM, 26 * MM
BODY, LEADING = 16.0, 28.0  # 三号, 22 lines to a page
_END, _FOOT = 297 * MM - BOTTOM, 297 * MM - 25 * MM
_SMALLEST = 10.5
_BAR = 6.0 * MM
_CAPTION = 22.0  # pt of a title over a table or chart
_CELL_TYPE, _CELL_ROOM = 10.5, 2.8  # pt of a table's type, mm of a cell that are not its text
_GREY = (0.62, 0.62, 0.62)


@dataclass(frozen=True, slots=True)
class Heading:
    """A first heading, 黑体: 一、工作概况."""

    text: str


@dataclass(frozen=True, slots=True)
class Paragraph:
    """Running text, two characters indented."""

    text: str


@dataclass(frozen=True, slots=True)
class Grid:
    """A ruled table under its title; a line of a head ends with '\\n'."""

    title: str
    heads: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


@dataclass(frozen=True, slots=True)
class Bars:
    """A bar chart: label and value, the unit of the values in the title."""

    title: str
    items: tuple[tuple[str, float], ...]


Block = Heading | Paragraph | Grid | Bars


@dataclass(frozen=True, slots=True)
class Document:
    """Everything on it."""

    title: str
    blocks: tuple[Block, ...]
    subtitle: str = ""
    closing: tuple[str, ...] = ()  # who issues it and when: set at the right under the text
    notes: tuple[str, ...] = ()  # 统计口径, 截至
    one_page: bool = False  # smaller type rather than a second page
    form: str = "yearly_report"  # whose texts: number and version in the foot
    whose: str = field(default="")  # how messages name it


def draw(data: Document, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the document."""
    words = form_texts(data.form, texts)
    sheets.margins = (LEFT, RIGHT)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
    _Flow(sheets, _size_for(data, sheets) if data.one_page else BODY).run(data)


def column_widths(block: Grid, whole: float) -> list[float]:
    """Widths (mm) that add up to `whole`: figures and heads keep on their lines, the first column takes what is left."""
    wide = [
        max(_ems(line) for text in (head, *cells) for line in text.split("\n")) * _CELL_TYPE * 25.4 / 72 + _CELL_ROOM
        for head, *cells in zip(block.heads, *block.rows, strict=True)
    ]
    spare = whole - sum(wide)
    if spare >= 0:  # shared by all, so that figures do not stand far from the name
        return [width + spare / len(wide) for width in wide]
    least = max(wide[0] + spare, whole / 5)
    others = sum(wide[1:])
    return [least, *(width * (whole - least) / others for width in wide[1:])]


def _ems(text: str) -> float:
    return sum(0.55 if char.isascii() else 1.0 for char in text)


def shown(value: float) -> str:
    """A value beside its bar."""
    return f"{value:.2f}".rstrip("0").rstrip(".")


def _size_for(data: Document, sheets: Sheets) -> float:
    """The largest type at which the document keeps to one page; the smallest where it cannot."""
    size = BODY
    while size > _SMALLEST:
        trial = Sheets(sheets.target, margins=sheets.margins)
        _Flow(trial, size).run(data)
        if len(trial.pages) == 1:
            break
        size -= 0.5
    return size


class _Flow:
    """The document running down its pages."""

    def __init__(self, sheets: Sheets, size: float) -> None:
        self.sheets, self.size, self.leading = sheets, size, size * LEADING / BODY
        self.page: Page = sheets.page()
        self.y = TOP

    def run(self, data: Document) -> None:
        """Everything in order."""
        title = typeface("title")
        width = self.page.right - self.page.left
        for line in break_lines(data.title, title, 22, width, justify=False):
            self.page.text(self.page.size[0] / 2, self.y + 22, line.text, title, 22, align="centre")
            self.y += 36
        if data.subtitle:
            self.y = self.page.heading(data.subtitle, self.y + 14, typeface("kai"), 14) + 14
        self.y += 8
        for block in data.blocks:
            if isinstance(block, Heading):
                self._need(3)
                self._set(block.text, typeface("label"), 2.0)
            elif isinstance(block, Paragraph):
                self._set(block.text, typeface("body"), 2.0)
            elif isinstance(block, Grid):
                self._grid(block)
            else:
                self._bars(block)
        self._close(data)

    def _set(self, text: str, face: Typeface, indent: float) -> None:
        width = self.page.right - self.page.left
        for line in break_lines(text, face, self.size, width, indent_em=indent):
            self._need(1)
            self.page.line(self.page.left, self.y + face.ink_top * self.size, line, face, self.size)
            self.y += self.leading

    def _need(self, lines: float) -> None:
        if self.y + (lines - 1) * self.leading + self.size > _END:
            self._turn()

    def _turn(self) -> None:
        self.page, self.y = self.sheets.page(), TOP

    def _caption(self, text: str) -> None:
        self.y += 4
        self.page.text(self.page.size[0] / 2, self.y + 12, text, typeface("label"), 12, align="centre")
        self.y += _CAPTION - 4

    def _grid(self, block: Grid) -> None:
        whole = (self.page.right - self.page.left) / MM
        widths = column_widths(block, whole)
        columns = tuple(Column(width, head) for head, width in zip(block.heads, widths, strict=True))
        tall = any("\n" in head for head in block.heads)
        layout = Layout(bands=(columns,), heights=(7.0,), head_heights=(11.0 if tall else 8.0,), size=10.5)
        if self.y + min(self._height(layout, block), _END - TOP) > _END:
            self._turn()  # a table that a page holds is not cut
        self._caption(block.title)

        def new_page(number: int) -> Opened:
            if number > 1:
                self._turn()
            return Opened(self.page, self.page.left, self.y, _END)

        self.y = Table(layout, new_page).run(block.rows).y + 12

    def _height(self, layout: Layout, block: Grid) -> float:
        """Height of a table with its title in points, tried on a page of its own; more than a page if it takes several."""
        trial = Sheets(self.sheets.target, margins=self.sheets.margins)

        def new_page(_number: int) -> Opened:
            page = trial.page()
            return Opened(page, page.left, TOP, _END)

        bottom = Table(layout, new_page).run(block.rows).y
        return _CAPTION + (bottom - TOP if len(trial.pages) == 1 else _END)

    def _bars(self, block: Bars) -> None:
        height = len(block.items) * _BAR + 34
        if self.y + height > _END:
            self._turn()
        self._caption(block.title)
        told = "；".join(f"{label} {shown(value)}" for label, value in block.items)
        room = Box(self.page.left, self.y, self.page.right - self.page.left, len(block.items) * _BAR)
        with self.page.figure(f"条形图：{block.title}。{told}", room):
            self._bar_rows(block)
        self.y += 12

    def _bar_rows(self, block: Bars) -> None:
        face = typeface("body")
        most = max((value for _, value in block.items), default=0.0) or 1.0
        whole = self.page.right - self.page.left
        wide = min(0.45 * whole, max((face.width(label, 10.5) for label, _ in block.items), default=0.0) + 2 * MM)
        room = whole - wide - 18 * MM
        for label, value in block.items:
            baseline = self.y + _BAR / 2 + (face.ink_top - 0.5) * 10.5
            x = self.page.left + wide
            self.page.put(label, Box(self.page.left, self.y, wide - 1.5 * MM, _BAR), face, size=10.5, align="right")
            long = room * value / most
            if value:
                top, bottom = self.y + 0.8 * MM, self.y + _BAR - 0.8 * MM
                self.page.shade(((x, top), (x + long, top), (x + long, bottom), (x, bottom)), _GREY)
            self.page.text(x + long + 1.5 * MM, baseline, shown(value), face, 10.5)
            self.y += _BAR
        self.page.rules([(self.page.left + wide, self.y - len(block.items) * _BAR, self.page.left + wide, self.y)])

    def _close(self, data: Document) -> None:
        face = typeface("body")
        if data.closing:
            self.y += self.leading / 2
            self._need(len(data.closing))
            right = self.page.right - 2 * self.size
            for text in data.closing:
                for line in break_lines(text, face, self.size, right - self.page.left, justify=False):
                    self._need(1)
                    baseline = self.y + face.ink_top * self.size
                    self.page.text(right, baseline, line.text, face, self.size, align="right")
                    self.y += self.leading
        if data.notes:
            told = "\n".join(data.notes)
            lines = break_lines(told, typeface("kai"), 10, self.page.right - self.page.left, justify=False)
            height = len(lines) * 13.0 + 4
            if self.y + height > _END + 8 * MM:
                self._turn()
            small_notes(self.page, told, Box(self.page.left, self.y + 4, self.page.right - self.page.left, height))
