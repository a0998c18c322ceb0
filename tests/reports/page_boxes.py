"""Ink against rules: what a careful eye would object to on a printed page, measured on the finished PDF.

For each page: the tight ink box of every glyph and every drawn rule (stroked lines and boxes, thin filled bars; also
inside form XObjects). `inspect(path)` reports glyphs that touch or cross a rule, glyphs outside the margins, sizes under
the floor (after all matrices) and glyphs of different runs that overlap. Points; origin at the bottom left, as in PDF.
"""

from __future__ import annotations

import ctypes
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import hypot
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

MM = 72 / 25.4
FLOOR = 9.0  # pt: DOMAIN and FORMS allow nothing smaller
BAR = 3.0  # pt: a filled rectangle no thicker than this is a rule, a thicker one is a shade behind text
CELL = 16.0  # pt: side of the squares in which overlaps are looked for


@dataclass(frozen=True, slots=True)
class Glyph:
    """One printed character: its ink, its size after all matrices and the run it belongs to."""

    char: str
    left: float
    bottom: float
    right: float
    top: float
    size: float
    run: int


@dataclass(frozen=True, slots=True)
class Rule:
    """One straight drawn line; `half` is half its thickness."""

    x0: float
    y0: float
    x1: float
    y1: float
    half: float


@dataclass(frozen=True, slots=True)
class PageBoxes:
    """What lies on one page."""

    number: int
    width: float
    height: float
    glyphs: tuple[Glyph, ...]
    rules: tuple[Rule, ...]


@dataclass(frozen=True, slots=True)
class Margins:
    """Nothing may be printed nearer to the edges; `mirrored` swaps left and right on even pages."""

    left: float = 20 * MM
    top: float = 5 * MM
    right: float = 10 * MM
    bottom: float = 5 * MM
    mirrored: bool = False


@dataclass(frozen=True, slots=True)
class Finding:
    """One fault: kind is 'rule', 'margin', 'size' or 'overlap'; x and y are mm from the left and top edge."""

    page: int
    kind: str
    char: str
    x: float
    y: float
    detail: str

    def __str__(self) -> str:
        return f"第{self.page}页 {self.kind} “{self.char}” 距左{self.x:.1f}mm 距上{self.y:.1f}mm：{self.detail}"


def inspect(
    path: Path, *, margins: Margins | None = None, floor: float = FLOOR, clearance: float = 0.5, overlap: float = 0.4
) -> list[Finding]:
    """Every fault of a file. clearance: pt between ink and rule; overlap: pt that two inks may share unnoticed."""
    found: list[Finding] = []
    for page in pages(path):
        found += _touching(page, clearance)
        found += _outside(page, margins or Margins())
        found += [_finding(page, "size", one, f"{one.size:.2f} pt") for one in page.glyphs if one.size < floor - 0.005]
        found += _overlapping(page, overlap)
    return found


def pages(path: Path) -> Iterator[PageBoxes]:
    """The boxes of each page of a file."""
    document = pdfium.PdfDocument(path)
    try:
        for number, page in enumerate(document, 1):
            width, height = page.get_size()
            yield PageBoxes(number, width, height, tuple(_glyphs(page)), tuple(_rules(page)))
            page.close()
    finally:
        document.close()


def _glyphs(page: Any) -> Iterator[Glyph]:
    text = page.get_textpage()
    handle = text.raw
    box = [ctypes.c_double() for _ in range(4)]
    left, right, bottom, top = (ctypes.byref(one) for one in box)
    matrix = c.FS_MATRIX()
    first = ""  # PDFium counts a character beyond the BMP as two: both halves have the glyph's box
    for index in range(c.FPDFText_CountChars(handle)):
        code = c.FPDFText_GetUnicode(handle, index)
        if 0xD800 <= code < 0xDC00:
            first = chr(code)
            continue
        char = (first + chr(code)).encode("utf-16", "surrogatepass").decode("utf-16", "replace")
        first = ""
        if char.isspace() or c.FPDFText_IsGenerated(handle, index) == 1:
            continue
        c.FPDFText_GetCharBox(handle, index, left, right, bottom, top)
        c.FPDFText_GetMatrix(handle, index, ctypes.byref(matrix))
        across = hypot(matrix.a, matrix.b)
        upright = abs(matrix.a * matrix.d - matrix.b * matrix.c) / across if across else 0.0
        size = c.FPDFText_GetFontSize(handle, index) * min(across, upright)
        run = ctypes.cast(c.FPDFText_GetTextObject(handle, index), ctypes.c_void_p).value or 0
        yield Glyph(char, box[0].value, box[2].value, box[1].value, box[3].value, size, run)
    text.close()


Matrix = tuple[float, float, float, float, float, float]


def _times(inner: Matrix, outer: Matrix) -> Matrix:
    """First `inner`, then `outer`."""
    a, b, d, e, x, y = inner
    p, q, r, s, u, v = outer
    return (a * p + b * r, a * q + b * s, d * p + e * r, d * q + e * s, x * p + y * r + u, x * q + y * s + v)


def _matrix(item: Any) -> Matrix:
    raw = c.FS_MATRIX()
    c.FPDFPageObj_GetMatrix(item, ctypes.byref(raw))
    return (raw.a, raw.b, raw.c, raw.d, raw.e, raw.f)


def _rules(page: Any) -> Iterator[Rule]:
    count = c.FPDFPage_CountObjects(page.raw)
    items = [c.FPDFPage_GetObject(page.raw, index) for index in range(count)]
    yield from _rules_of(items, (1, 0, 0, 1, 0, 0))


def _rules_of(items: Sequence[Any], outer: Matrix) -> Iterator[Rule]:
    for item in items:
        kind = c.FPDFPageObj_GetType(item)
        if kind == c.FPDF_PAGEOBJ_PATH:
            yield from _path_rules(item, _times(_matrix(item), outer))
        elif kind == c.FPDF_PAGEOBJ_FORM:
            count = c.FPDFFormObj_CountObjects(item)
            inner = [c.FPDFFormObj_GetObject(item, index) for index in range(count)]
            yield from _rules_of(inner, _times(_matrix(item), outer))


def _path_rules(path: Any, matrix: Matrix) -> Iterator[Rule]:
    fill, stroke = ctypes.c_int(), ctypes.c_int()
    c.FPDFPath_GetDrawMode(path, ctypes.byref(fill), ctypes.byref(stroke))
    width = ctypes.c_float()
    c.FPDFPageObj_GetStrokeWidth(path, ctypes.byref(width))
    half = width.value * abs(matrix[0] * matrix[3] - matrix[1] * matrix[2]) ** 0.5 / 2
    for points in _subpaths(path, matrix):
        if stroke.value:
            for (x0, y0), (x1, y1) in pairwise(points):
                yield Rule(x0, y0, x1, y1, half)
        elif fill.value and len(points) > 2:
            yield from _bar(points)


def _subpaths(path: Any, matrix: Matrix) -> Iterator[list[tuple[float, float]]]:
    """Corner points of each part of a path on the page; closed parts return to their first point."""
    a, b, d, e, u, v = matrix
    x, y = ctypes.c_float(), ctypes.c_float()
    points: list[tuple[float, float]] = []
    for index in range(c.FPDFPath_CountSegments(path)):
        segment = c.FPDFPath_GetPathSegment(path, index)
        c.FPDFPathSegment_GetPoint(segment, ctypes.byref(x), ctypes.byref(y))
        if c.FPDFPathSegment_GetType(segment) == c.FPDF_SEGMENT_MOVETO:
            if len(points) > 1:
                yield points
            points = []
        points.append((a * x.value + d * y.value + u, b * x.value + e * y.value + v))
        if c.FPDFPathSegment_GetClose(segment) and points[0] != points[-1]:
            points.append(points[0])
    if len(points) > 1:
        yield points


def _bar(points: list[tuple[float, float]]) -> Iterator[Rule]:
    """A thin filled rectangle as the rule it looks like."""
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    bottom, top = min(y for _, y in points), max(y for _, y in points)
    wide, high = right - left, top - bottom
    if min(wide, high) > BAR:
        return
    if wide >= high:
        yield Rule(left, (bottom + top) / 2, right, (bottom + top) / 2, high / 2)
    else:
        yield Rule((left + right) / 2, bottom, (left + right) / 2, top, wide / 2)


def _finding(page: PageBoxes, kind: str, glyph: Glyph, detail: str) -> Finding:
    return Finding(page.number, kind, glyph.char, glyph.left / MM, (page.height - glyph.top) / MM, detail)


def _touching(page: PageBoxes, clearance: float) -> Iterator[Finding]:
    """Every glyph against every rule."""
    bounds = [
        (
            min(one.x0, one.x1) - one.half - clearance,
            min(one.y0, one.y1) - one.half - clearance,
            max(one.x0, one.x1) + one.half + clearance,
            max(one.y0, one.y1) + one.half + clearance,
            one,
        )
        for one in page.rules
    ]
    for glyph in page.glyphs:
        left, bottom, right, top = glyph.left, glyph.bottom, glyph.right, glyph.top
        for low_x, low_y, high_x, high_y, rule in bounds:
            if left < high_x and right > low_x and bottom < high_y and top > low_y and _cuts(glyph, rule, clearance):
                where = f"({rule.x0 / MM:.1f},{(page.height - rule.y0) / MM:.1f})"
                where += f"-({rule.x1 / MM:.1f},{(page.height - rule.y1) / MM:.1f})mm"
                yield _finding(page, "rule", glyph, f"碰到线 {where}")
                break


def _cuts(glyph: Glyph, rule: Rule, clearance: float) -> bool:
    """Whether the line, with its thickness and the clearance, meets the ink box (Liang-Barsky clipping)."""
    reach = rule.half + clearance
    dx, dy = rule.x1 - rule.x0, rule.y1 - rule.y0
    enter, leave = 0.0, 1.0
    for step, gap in (
        (-dx, rule.x0 - (glyph.left - reach)),
        (dx, glyph.right + reach - rule.x0),
        (-dy, rule.y0 - (glyph.bottom - reach)),
        (dy, glyph.top + reach - rule.y0),
    ):
        if step == 0:
            if gap <= 0:
                return False
        elif step < 0:
            enter = max(enter, gap / step)
        else:
            leave = min(leave, gap / step)
    return enter < leave or (dx == dy == 0)


def _outside(page: PageBoxes, margins: Margins) -> Iterator[Finding]:
    left, right = margins.left, margins.right
    if margins.mirrored and page.number % 2 == 0:
        left, right = right, left
    for one in page.glyphs:
        over = max(
            left - one.left,
            one.right - (page.width - right),
            margins.bottom - one.bottom,
            one.top - (page.height - margins.top),
        )
        if over > 0.01:
            yield _finding(page, "margin", one, f"超出页边 {over / MM:.1f}mm")


def _overlapping(page: PageBoxes, allowed: float) -> Iterator[Finding]:
    """Glyphs of different runs whose inks share more than `allowed` both ways."""
    cells: dict[tuple[int, int], list[int]] = defaultdict(list)
    glyphs = page.glyphs
    seen: set[tuple[int, int]] = set()
    for index, one in enumerate(glyphs):
        for column in range(int(one.left // CELL), int(one.right // CELL) + 1):
            for row in range(int(one.bottom // CELL), int(one.top // CELL) + 1):
                for other_index in cells[column, row]:
                    other = glyphs[other_index]
                    if other.run == one.run or (other_index, index) in seen:
                        continue
                    wide = min(one.right, other.right) - max(one.left, other.left)
                    high = min(one.top, other.top) - max(one.bottom, other.bottom)
                    if wide > allowed and high > allowed:
                        seen.add((other_index, index))
                        yield _finding(page, "overlap", one, f"与“{other.char}”重叠 {wide:.1f}×{high:.1f} pt")
                cells[column, row].append(index)
