"""Ruled tables over pages: repeated heads, rows that grow with their text, subtotals per page, blank rows to fill.

A record may stack several bands of columns (date, place … above, content below) beside lead columns (序号). A record
that does not fit goes to the next page whole; one higher than a page is cut between lines and continued with （续）.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field

from reports.kit.fonts import Typeface, typeface
from reports.kit.form_grid import Edges, Label, Value, label_height
from reports.kit.page import MM, Box, Page
from reports.kit.tags import Tag, cell_attributes, column_edges
from reports.kit.text import FLOOR, Line, break_lines

_PAD_X, _PAD_Y = 1.3 * MM, 1.2 * MM
_LEAD = 1.3
_MOST_SPARE = 5 * MM  # a row is never stretched by more to fill its page
CONTINUED = "（续）"


@dataclass(frozen=True, slots=True)
class Column:
    """A column: width in mm, head, and how its cells are set."""

    width: float
    head: str
    align: str = "centre"  # or "left": justified running text
    name: bool = False  # persons' names


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a table. `heights` and `head_heights` are mm, one for each band."""

    bands: tuple[tuple[Column, ...], ...]
    lead: tuple[Column, ...] = ()
    heights: tuple[float, ...] = (8.0,)
    head_heights: tuple[float, ...] = (8.0,)
    size: float = 10.5

    @property
    def width(self) -> float:
        """Width of the table in points."""
        return (sum(c.width for c in self.lead) + sum(c.width for c in self.bands[0])) * MM

    @property
    def least(self) -> float:
        """Height of an empty record in points."""
        return sum(self.heights) * MM


@dataclass(frozen=True, slots=True)
class Opened:
    """A page ready for the table: its left, first and last y in points."""

    page: Page
    left: float
    top: float
    bottom: float


@dataclass(frozen=True, slots=True)
class Ending:
    """Where the table ended."""

    page: Page
    y: float


NewPage = Callable[[int], Opened]  # called with 1, 2, …; draws the page's own headings
# records that begin on this page, records so far (both as indexes) → rows of (label, text) under the page's table
Subtotal = Callable[[Sequence[int], Sequence[int]], Sequence[tuple[str, str]]]


@dataclass(frozen=True, slots=True)
class _Set:
    """One cell's text, broken."""

    lines: tuple[Line, ...]
    face: Typeface
    size: float
    align: str

    @property
    def height(self) -> float:
        if not self.lines:
            return 0.0
        return (len(self.lines) - 1) * self.size * _LEAD + self.size + 2 * _PAD_Y

    def cut(self, room: float) -> tuple[_Set, _Set]:
        """The lines that fit `room`, and the others."""
        count = max(0, int((room - 2 * _PAD_Y - self.size) / (self.size * _LEAD) + 1e-6) + 1)
        first = _Set(self.lines[:count], self.face, self.size, self.align)
        return first, _Set(self.lines[count:], self.face, self.size, self.align)


@dataclass(slots=True)
class _Band:
    number: int  # which band of the layout
    height: float
    cells: list[_Set]


@dataclass(slots=True)
class _Piece:
    """A record, or the part of it on one page."""

    lead: list[str]
    bands: list[_Band]

    @property
    def height(self) -> float:
        return sum(band.height for band in self.bands)


@dataclass(slots=True)
class _Leaf:
    """One page of the table being filled."""

    opened: Opened
    room: float
    pieces: list[_Piece] = field(default_factory=list)
    began: list[int] = field(default_factory=list)


class Table:
    """A table being run over pages."""

    def __init__(
        self,
        layout: Layout,
        new_page: NewPage,
        *,
        subtotal: Subtotal | None = None,
        subtotal_rows: int = 0,
        subtotal_height: float = 8.0,
        subtotal_label: float = 30.0,
    ) -> None:
        self.layout = layout
        self._new_page = new_page
        self._subtotal = subtotal
        self._foot = subtotal_rows * subtotal_height * MM
        self._foot_row = subtotal_height * MM
        self._foot_label = subtotal_label * MM
        self._heads = [
            _head_height(height, columns) for height, columns in zip(layout.head_heights, layout.bands, strict=True)
        ]
        self._head = max(sum(self._heads), _head_height(0.0, layout.lead))
        self._heads[-1] += self._head - sum(self._heads)
        self._count = 0
        self._so_far: list[int] = []
        self._tag: Tag | None = None  # the table, once its first page is drawn
        self._body = Tag("TBody")
        self._spans = _Spans(layout)

    def run(self, records: Sequence[Sequence[str]], *, fill: bool = False, blank_rows: int = 0) -> Ending:
        """Set the records; `fill` rules blank rows down to the page's end, `blank_rows` a given number of them."""
        leaf = self._open()
        for index, record in enumerate(records):
            leaf = self._place(leaf, index, self._measure(record))
        for _ in range(blank_rows):
            empty = self._empty()
            if empty.height > leaf.room:
                leaf = self._turn(leaf)
            self._add(leaf, empty)
        if fill:
            self._fill(leaf)
        return self._close(leaf, spread=False)

    def blank_page(self) -> Ending:
        """A page of empty rows."""
        leaf = self._open()
        self._fill(leaf)
        return self._close(leaf, spread=False)

    def _open(self) -> _Leaf:
        self._count += 1
        opened = self._new_page(self._count)
        return _Leaf(opened, opened.bottom - opened.top - self._head - self._foot)

    def _turn(self, leaf: _Leaf) -> _Leaf:
        self._close(leaf, spread=True)
        return self._open()

    def _add(self, leaf: _Leaf, piece: _Piece) -> None:
        leaf.pieces.append(piece)
        leaf.room -= piece.height

    def _fill(self, leaf: _Leaf) -> None:
        count = int((leaf.room + 0.01) / self.layout.least)
        for number in range(count):
            piece = self._empty()
            piece.bands[-1].height += leaf.room / (count - number) - piece.height
            self._add(leaf, piece)

    def _empty(self) -> _Piece:
        layout = self.layout
        bands = [_Band(number, height * MM, []) for number, height in enumerate(layout.heights)]
        return _Piece([""] * len(layout.lead), bands)

    def _measure(self, record: Sequence[str]) -> _Piece:
        layout = self.layout
        at = len(layout.lead)
        bands = []
        for number, columns in enumerate(layout.bands):
            cells = []
            for column in columns:
                cells.append(_set(record[at], column, layout.size))
                at += 1
            height = max(layout.heights[number] * MM, *(cell.height for cell in cells))
            bands.append(_Band(number, height, cells))
        return _Piece(list(record[: len(layout.lead)]), bands)

    def _place(self, leaf: _Leaf, index: int, piece: _Piece) -> _Leaf:
        full = leaf.opened.bottom - leaf.opened.top - self._head - self._foot
        if piece.height > leaf.room + 0.01 and leaf.pieces and piece.height <= full:
            leaf = self._turn(leaf)
        leaf.began.append(index)
        if piece.height <= leaf.room + 0.01:
            self._add(leaf, piece)
            return leaf
        return self._split(leaf, piece)

    def _split(self, leaf: _Leaf, piece: _Piece) -> _Leaf:
        """A record higher than a page: band after band, cut between lines."""
        lead = piece.lead
        continued = [lead[0] + "\n" + CONTINUED, *lead[1:]] if lead and lead[0] else lead
        part = _Piece(lead, [])
        for band in piece.bands:
            rest: _Band | None = band
            while rest is not None:
                room = leaf.room - part.height
                if rest.height <= room + 0.01:
                    part.bands.append(rest)
                    rest = None
                    continue
                if room >= 4 * self.layout.size * _LEAD:
                    first, rest = _cut(rest, room)
                    if not self.layout.lead and not rest.cells[0].lines:
                        rest.cells[0] = _set(CONTINUED, Column(1000, ""), self.layout.size)
                    part.bands.append(first)
                if part.bands:
                    self._add(leaf, part)
                leaf = self._turn(leaf)
                part = _Piece(continued, [])
        if part.bands:
            self._add(leaf, part)
        return leaf

    def _close(self, leaf: _Leaf, *, spread: bool) -> Ending:
        """Draw the page: head, pieces, subtotals, rules."""
        page, left, layout = leaf.opened.page, leaf.opened.left, self.layout
        edges = Edges()
        y = self._draw_head(leaf.opened, edges)
        spare = min(_MOST_SPARE, max(0.0, leaf.room) / len(leaf.pieces)) if spread and leaf.pieces else 0.0
        for piece in leaf.pieces:
            top = y
            body = (
                self._body if any(band.cells for band in piece.bands) else Tag("TBody")
            )  # a row for the pen is no text
            line = body.add("TR")
            leads = [line.add("TD", self._spans.lead) for _ in layout.lead]
            for number, band in enumerate(piece.bands):
                height = band.height + (spare if number == len(piece.bands) - 1 else 0.0)
                x = left + sum(column.width for column in layout.lead) * MM
                if number:
                    line = body.add("TR")
                self._draw_band(page, band, Box(x, y, 0, height), edges, line)
                y += height
            x = left
            for column, text, tag in zip(layout.lead, piece.lead, leads, strict=True):
                box = Box(x, top, column.width * MM, y - top)
                edges.add(box)
                page.leaf = tag
                page.put(text, box.inset(0.8 * MM, MM), typeface("body"), size=layout.size)
                page.leaf = None
                x = box.right
        if self._subtotal:
            self._so_far += leaf.began
            for label, text in self._subtotal(leaf.began, self._so_far):
                y = self._draw_subtotal(page, left, y, label, text, edges)
        page.rules(edges.merged())
        return Ending(page, y)

    def _draw_head(self, opened: Opened, edges: Edges) -> float:
        """The heads: of the table on its first page, repeated on the others."""
        page = opened.page
        if self._tag is None:
            self._tag = page.into.add("Table")
            head = self._tag.add("THead")
            self._tag.kids.append(self._body)
            return self._set_head(opened, edges, head)
        with page.furniture():
            return self._set_head(opened, edges, None)

    def _set_head(self, opened: Opened, edges: Edges, head: Tag | None) -> float:
        layout, page, y = self.layout, opened.page, opened.top
        x = opened.left
        line = head.add("TR") if head else None

        def cell(text: str, box: Box, attributes: str) -> None:
            edges.add(box)
            if line is None:
                Label(text, layout.size).draw(page, box)
                return
            page.leaf = line.add("TH", attributes)
            Label(text, layout.size).draw(page, box)
            page.leaf = None

        for column in layout.lead:
            box = Box(x, y, column.width * MM, self._head)
            cell(column.head, box, self._spans.lead_head)
            x = box.right
        for number, (columns, height) in enumerate(zip(layout.bands, self._heads, strict=True)):
            at = x
            if number and head:
                line = head.add("TR")
            for place, column in enumerate(columns):
                box = Box(at, y, column.width * MM, height)
                cell(column.head, box, self._spans.heads[number][place])
                at = box.right
            y += height
        return y

    def _draw_band(self, page: Page, band: _Band, place: Box, edges: Edges, line: Tag) -> None:
        columns, spans, x = self.layout.bands[band.number], self._spans.cells[band.number], place.x
        cells: Iterator[_Set | None] = iter([*band.cells, *[None] * (len(columns) - len(band.cells))])
        for column, cell, span in zip(columns, cells, spans, strict=True):
            box = Box(x, place.y, column.width * MM, place.height)
            edges.add(box)
            tag = line.add("TD", span)
            if cell:
                inner = box.inset(_PAD_X, _PAD_Y)
                page.leaf = tag
                page.lines(
                    cell.lines, inner, cell.face, cell.size, cell.size * _LEAD, align=cell.align, valign="middle"
                )
                page.leaf = None
            x = box.right

    def _draw_subtotal(self, page: Page, left: float, y: float, label: str, text: str, edges: Edges) -> float:
        first = Box(left, y, self._foot_label, self._foot_row)
        second = Box(first.right, y, self.layout.width - self._foot_label, self._foot_row)
        edges.add(first)
        edges.add(second)
        line = self._body.add("TR")
        page.leaf = line.add("TH", "/O/Table/Scope/Row")
        Label(label, self.layout.size).draw(page, first)
        page.leaf = line.add("TD", self._spans.subtotal)
        Value(text, align="left", size=self.layout.size).draw(page, second)
        page.leaf = None
        return y + self._foot_row


class _Spans:
    """How many columns and rows each cell takes, as PDF syntax: the same on every page."""

    def __init__(self, layout: Layout) -> None:
        lead = sum(column.width for column in layout.lead)
        places = [_places(columns, lead) for columns in layout.bands]
        edges = column_edges([*_places(layout.lead, 0.0), *(one for band in places for one in band)])
        rows = len(layout.bands)
        self.lead = cell_attributes(edges, 0.0, 0.0, rows=rows)
        self.lead_head = cell_attributes(edges, 0.0, 0.0, rows=rows, scope="Column")
        self.cells = [[cell_attributes(edges, *one) for one in band] for band in places]
        self.heads = [[cell_attributes(edges, *one, scope="Column") for one in band] for band in places]
        self.subtotal = cell_attributes([*map(float, range(len(edges)))], 1.0, len(edges) - 1.0)


def _places(columns: Sequence[Column], left: float) -> list[tuple[float, float]]:
    """Left and right of each column in mm."""
    found = []
    for column in columns:
        found.append((left, left + column.width))
        left += column.width
    return found


def _head_height(height: float, columns: Sequence[Column]) -> float:
    """The height of a band's heads in points: as declared (mm), or what their captions need."""
    return max([height * MM, *(label_height(column.head, column.width * MM) for column in columns if column.head)])


def _cut(band: _Band, room: float) -> tuple[_Band, _Band]:
    firsts, rests = [], []
    for cell in band.cells:
        first, rest = cell.cut(room)
        firsts.append(first)
        rests.append(rest)
    height = max(cell.height for cell in rests)
    return _Band(band.number, room, firsts), _Band(band.number, height, rests)


def _set(text: str, column: Column, size: float) -> _Set:
    """Break a cell's text: one line, smaller if that saves breaking it; else several."""
    face = typeface("body")
    if column.name:
        face = face.for_name(text)
    if not text:
        return _Set((), face, size, column.align)
    width = column.width * MM - 2 * _PAD_X
    if column.align == "centre" and "\n" not in text:
        single = min(size, int(width / max(face.width(text, 1.0), 0.01) * 2) / 2)
        if single >= FLOOR:
            return _Set(tuple(break_lines(text, face, single, width)), face, single, "centre")
        size = max(FLOOR, size - 1)
    lines = break_lines(text, face, size, width, justify=column.align == "left")
    return _Set(tuple(lines), face, size, column.align)
