"""Forms with merged cells, declared as data: rows of cells with widths in mm; a cell may reach down over rows.

Rules are even, 0.5 pt, each drawn once. Contents keep their distance from the rules by themselves. A text wraps, shrinks
to the floor of 9 pt, then its row grows as far as the form has room to spare; what is still too long goes to the 续页.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

from reports.kit.fonts import typeface
from reports.kit.page import MM, PAD, Box, Page
from reports.kit.tags import TableTags
from reports.kit.text import FLOOR, height_of

LABEL_SIZE = 11.5
VALUE_SIZE = 12.0
_VALUE_Y, _LONG_X, _LONG_Y, _LABEL_PAD = 1.2 * MM, 2.2 * MM, 1.8 * MM, 1.1 * MM
_LEAD, _LONG_LEAD = 1.25, 1.5
_SIGNER_EM = 6.0  # width of the caption of a signature: 书记签名 is spread as wide as 评价人签名


class Content(Protocol):
    """What a cell holds: draws itself into the box; what does not fit it leaves over on the page."""

    def draw(self, page: Page, box: Box) -> None: ...


@dataclass(frozen=True, slots=True)
class Label:
    """A caption in 黑体, centred; '\\n' breaks it."""

    text: str
    size: float = LABEL_SIZE

    def draw(self, page: Page, box: Box) -> None:
        page.put(self.text, box.inset(_LABEL_PAD, _LABEL_PAD), typeface("label"), size=self.size)


@dataclass(frozen=True, slots=True)
class TallLabel:
    """A caption set downwards, one character a line, in as many columns as the height asks for."""

    text: str
    size: float = LABEL_SIZE

    def draw(self, page: Page, box: Box) -> None:
        face = typeface("label")
        step = self.size * 1.4
        room = max(1, int((box.height - 3 * MM) / step))
        columns = self.text.split("\n")
        if len(columns) == 1:
            count = -(-len(self.text) // room)
            each = -(-len(self.text) // count)
            columns = [self.text[at : at + each] for at in range(0, len(self.text), each)]
        pitch = self.size * 1.7
        left = box.x + box.width / 2 - pitch * (len(columns) - 1) / 2
        tallest = max(map(len, columns))
        step = min(self.size * 1.9, max(step, (box.height * 0.6) / tallest))
        for number, column in enumerate(columns):
            top = box.y + (box.height - step * (tallest - 1) - self.size) / 2
            for place, char in enumerate(column):
                baseline = top + place * step + face.ink_top * self.size
                page.text(left + number * pitch, baseline, char, face, self.size, align="centre")


@dataclass(frozen=True, slots=True)
class Value:
    """A short value: one line where it fits, smaller or on several lines where it must."""

    text: str
    align: str = "centre"
    size: float = VALUE_SIZE
    name: bool = False  # a person's name: never set in two faces
    role: str = "body"

    def draw(self, page: Page, box: Box) -> None:
        face = typeface(self.role)
        if self.name:
            face = face.for_name(self.text)
        inner = box.inset(PAD, _VALUE_Y)
        keep = FLOOR if self.name else 10.0  # a name goes on one line as long as it can: it is read back from there
        page.put(self.text, inner, face, size=self.size, align=self.align, one_line_from=keep)


@dataclass(frozen=True, slots=True)
class Long:
    """Running text: left, justified, first line of each paragraph indented; overflow leads to the 续页."""

    text: str
    size: float = VALUE_SIZE
    indent_em: float = 2.0

    def draw(self, page: Page, box: Box) -> None:
        draw_long(page, box.inset(_LONG_X, _LONG_Y), self.text, self.size, self.indent_em)


def draw_long(page: Page, inner: Box, text: str, size: float = VALUE_SIZE, indent_em: float = 2.0) -> None:
    """Set running text into a box from the top; what does not fit goes to the 续页, and the box says so."""
    page.flow(text, inner, typeface("body"), largest=size, lead=_LONG_LEAD, indent_em=indent_em)


@dataclass(frozen=True, slots=True)
class Signature:
    """Room to sign on one line: caption, space for the pen, 年 月 日."""

    caption: str
    date: bool = True

    def draw(self, page: Page, box: Box) -> None:
        baseline = box.y + box.height / 2 + (typeface("body").ink_top - 0.5) * VALUE_SIZE
        signature_line(page, box, baseline, self.caption, seal="", date=self.date)


@dataclass(frozen=True, slots=True)
class Ticks:
    """One line of boxes to tick, with its caption."""

    caption: str
    options: tuple[str, ...]
    chosen: str = ""


@dataclass(frozen=True, slots=True)
class Opinion:
    """A block to be judged and signed: tick lines, the remark, signature, and the seal's clear 45 mm."""

    text: str
    ticks: tuple[Ticks, ...] = ()
    caption: str = ""  # before the remark, as 意见：
    signer: str = ""  # as 评价人签名：
    seal: str = ""  # （盖章） or '' where none is asked
    note: str = ""  # who signed the paper this was keyed from; the signature itself is never printed

    HEIGHT_OF_TICKS = 9 * MM
    HEIGHT_OF_FOOT = 11 * MM
    SEAL_WIDTH = 47 * MM

    def draw(self, page: Page, box: Box) -> None:
        label = typeface("label")
        left, top = box.x + 2.5 * MM, box.y + 1.5 * MM
        for one in self.ticks:
            draw_ticks(page, left, top, box.right - 2 * MM - left, one)
            top += self.HEIGHT_OF_TICKS
        foot = box.bottom - self.HEIGHT_OF_FOOT
        width = box.right - left - 2.5 * MM
        if self.seal:
            width -= self.SEAL_WIDTH + 2 * MM
        if self.caption:
            page.text(left, top + 1.5 * MM + label.ink_top * LABEL_SIZE, self.caption, label, LABEL_SIZE)
            top += 1.5 * MM + LABEL_SIZE + 1.5 * MM
        bottom = foot - 1 * MM
        if self.note:
            bottom -= 5 * MM
            below = Box(left, bottom + 0.5 * MM, width, 5 * MM)
            page.flow(self.note, below, typeface("kai"), largest=10, justify=False)
        draw_long(page, Box(left, top, width, max(0.0, bottom - top)), self.text)
        signature_line(page, box, box.bottom - 4 * MM, self.signer, seal=self.seal, date=True)


def draw_ticks(page: Page, left: float, top: float, width: float, ticks: Ticks) -> None:
    """A caption and its options on one line, smaller type where the options are long."""
    label, face = typeface("label"), typeface("body")
    size, gap = VALUE_SIZE, 7 * MM
    while size > FLOOR:
        wide = label.width(ticks.caption, size - 0.5) + sum(
            face.width(option, size) + 0.78 * size + 1.2 * MM + gap for option in ticks.options
        )
        if wide <= width:
            break
        size, gap = size - 0.5, max(3 * MM, gap - MM)
    baseline = top + Opinion.HEIGHT_OF_TICKS / 2 + (face.ink_top - 0.5) * size
    x = left + page.text(left, baseline, ticks.caption, label, min(size, LABEL_SIZE)) + 2 * MM
    page.choice(x, baseline, ticks.options, ticks.chosen, face, size, gap)


def signature_line(page: Page, box: Box, baseline: float, caption: str, *, seal: str, date: bool) -> None:
    """签名：____ （盖章） 年 月 日 on one baseline; captions of one form begin and end at the same place."""
    face = typeface("body")
    units = [] if not date else [("年", box.right - 4 * MM - 22 * MM - 2 * VALUE_SIZE),
                                 ("月", box.right - 4 * MM - 11 * MM - VALUE_SIZE), ("日", box.right - 4 * MM)]  # fmt: skip
    right = box.right - 4 * MM - (36 * MM + 3 * VALUE_SIZE if date else 0.0)  # room to write the year
    sealed = right - 1 * MM - face.width(seal, VALUE_SIZE) if seal else right
    if caption:
        spread = max(0.0, _SIGNER_EM * VALUE_SIZE - face.width(caption, VALUE_SIZE)) / max(1, len(caption) - 1)
        x = box.x + 2.5 * MM
        x += page.text(x, baseline, caption, face, VALUE_SIZE, spacing=spread)
        end = min(x + 40 * MM, sealed - 2 * MM)
        if end - x > 15 * MM:
            page.rules([(x, baseline + 1 * MM, end, baseline + 1 * MM)])
    if seal:
        page.text(right - 1 * MM, baseline, seal, face, VALUE_SIZE, align="right")
    for unit, at in units:
        page.text(at, baseline, unit, face, VALUE_SIZE, align="right")


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell: width in mm, what it holds, how many rows it reaches down; `caption` names it on the 续页."""

    width: float
    content: Content | None = None
    rows: int = 1
    caption: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """A row: height in mm, and its share of the height left over."""

    height: float
    cells: tuple[Cell, ...]
    stretch: float = 0.0


@dataclass(slots=True)
class Drawn:
    """Where a grid ended."""

    bottom: float


def draw_grid(page: Page, x: float, y: float, rows: Sequence[Row], *, height: float = 0.0) -> Drawn:
    """Draw the rows from (x, y) down. With `height`, rows whose text needs it grow, then the stretching ones share the rest."""
    tops = [y]
    for one in _heights(rows, height):
        tops.append(tops[-1] + one)
    edges, tags = Edges(), TableTags(page.into)
    taken: list[tuple[float, float, int]] = []  # left, right, first row free again
    for number, row in enumerate(rows):
        left = x
        for cell in row.cells:
            left = _past(left, number, taken)
            box = Box(left, tops[number], cell.width * MM, tops[number + cell.rows] - tops[number])
            edges.add(box)
            head = isinstance(cell.content, Label | TallLabel)
            tag = tags.cell(number, box.x, box.right, rows=cell.rows, head=head)
            if cell.content:
                page.leaf = tag
                with page.captioned(cell.caption):
                    cell.content.draw(page, box)
                page.leaf = None
            if cell.rows > 1:
                taken.append((box.x, box.right, number + cell.rows))
            left = box.right
    tags.close()
    page.rules(edges.merged())
    return Drawn(tops[-1])


def heights_of(rows: Sequence[Row]) -> float:
    """Points that the rows need with every text whole at the floor."""
    return sum(_heights(rows, float("inf")))


def label_height(text: str, width: float) -> float:
    """Points that a caption needs in a cell of `width` points at the floor."""
    inner = width - 2 * _LABEL_PAD
    return height_of(text, typeface("label"), inner, lead=_LEAD, justify=False) + 2 * _LABEL_PAD


def _heights(rows: Sequence[Row], height: float) -> list[float]:
    """Heights in points: as declared, grown where a text needs it (the least first), then stretched."""
    found = [row.height * MM for row in rows]
    spare = max(0.0, height - sum(found))
    wants = [
        (max(map(_need, row.cells), default=0.0) - found[at], at) for at, row in enumerate(rows) if not row.stretch
    ]
    for more, at in sorted(want for want in wants if want[0] > 0):
        grown = min(more, spare)
        found[at] += grown
        spare -= grown
    shares = sum(row.stretch for row in rows)
    return [one + row.stretch * spare / shares if shares else one for one, row in zip(found, rows, strict=True)]


def _need(cell: Cell) -> float:
    """What the text of a cell of one row needs at the floor, in points; 0 for what keeps its declared height."""
    content, width = cell.content, cell.width * MM
    if cell.rows > 1:
        return 0.0
    if isinstance(content, Value):
        face = typeface(content.role).for_name(content.text) if content.name else typeface(content.role)
        return height_of(content.text, face, width - 2 * PAD, lead=_LEAD, justify=False) + 2 * _VALUE_Y
    if isinstance(content, Long):
        indent = content.indent_em
        inner = height_of(
            content.text, typeface("body"), width - 2 * _LONG_X, lead=_LONG_LEAD, indent_em=indent, justify=True
        )
        return inner + 2 * _LONG_Y
    if isinstance(content, Label):
        return label_height(content.text, width)
    return 0.0


def _past(left: float, row: int, taken: Sequence[tuple[float, float, int]]) -> float:
    """The next x not covered by a cell that reaches down from above."""
    moved = True
    while moved:
        moved = False
        for start, end, free in taken:
            if row < free and abs(start - left) < 0.01:
                left, moved = end, True
    return left


class Edges:
    """Edges of boxes, merged into the longest possible rules so that each is drawn once."""

    def __init__(self) -> None:
        self._across: dict[float, list[tuple[float, float]]] = {}
        self._down: dict[float, list[tuple[float, float]]] = {}

    def add(self, box: Box) -> None:
        left, right = round(box.x, 2), round(box.x + box.width, 2)
        top, bottom = round(box.y, 2), round(box.y + box.height, 2)
        across, down = self._across, self._down
        for y in (top, bottom):
            across.setdefault(y, []).append((left, right))
        for x in (left, right):
            down.setdefault(x, []).append((top, bottom))

    def merged(self) -> list[tuple[float, float, float, float]]:
        lines = [(a, y, b, y) for y, spans in self._across.items() for a, b in _joined(spans)]
        lines += [(x, a, x, b) for x, spans in self._down.items() for a, b in _joined(spans)]
        return lines


def _joined(spans: list[tuple[float, float]]) -> list[tuple[float, float]]:
    spans.sort()
    found = [spans[0]]
    for start, end in spans[1:]:
        if start <= found[-1][1] + 0.02:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((start, end))
    return found
