"""A page being drawn, and the pages of one person. Points, origin at the top left, y downwards; text by baseline.

Pages are drawn first and reach the file together (`Sheets.close`): 共 y 页 is known by then, and a form that fails
halfway leaves nothing behind. Nothing typed can be lost: what does not fit where it belongs is noted on its page
(`leave_over`), and `close` prints on a 续页 whatever the form has not printed there itself. What no font has is noted too.
Each piece drawn belongs to a tag (`reports.kit.tags`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Protocol

from reports.kit import qr
from reports.kit.content import TaggedContent
from reports.kit.fonts import Typeface, clean, pen_box, typeface
from reports.kit.tags import Tag
from reports.kit.text import FLOOR, PEN, Fitted, Line, break_lines, fit, height_of, latin_runs
from reports.kit.ttf import Face

MM = 72 / 25.4
A4 = (210 * MM, 297 * MM)
A4_ACROSS = (A4[1], A4[0])
RULE = 0.5  # pt, all line art
_PEN_RUN = re.compile(f"({PEN}+)")
PAD = 1.4 * MM  # text stays at least 1 mm off a rule


Colour = tuple[float, float, float]  # red, green, blue from 0 to 1


class Encoder(Protocol):
    """A face as the file knows it."""

    name: str

    def encode(self, text: str) -> str: ...


class Target(Protocol):
    """Where finished pages go (PdfaCanvas)."""

    def font(self, face: Face) -> Encoder: ...
    def add_page(
        self,
        operators: Sequence[str],
        size: tuple[float, float],
        images: Sequence[str],
        *,
        blends: bool = False,
        owners: Sequence[Tag] | None = None,
    ) -> int: ...
    def add_tags(self, root: Tag) -> None: ...
    def mark(self, title: str, level: int) -> None: ...
    def image(self, jpeg: bytes) -> str: ...


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle: left, top, width, height in points."""

    x: float
    y: float
    width: float
    height: float

    @property
    def right(self) -> float:
        return self.x + self.width

    @property
    def bottom(self) -> float:
        return self.y + self.height

    def inset(self, dx: float = PAD, dy: float = PAD) -> Box:
        """The box without a margin on each side."""
        return Box(self.x + dx, self.y + dy, self.width - 2 * dx, self.height - 2 * dy)


@dataclass(frozen=True, slots=True)
class Leftover:
    """Text that did not fit its place; `caption` names the place on the 续页."""

    caption: str
    text: str


@dataclass(frozen=True, slots=True)
class Boxed:
    """A character printed as a box for the pen, and the words it stands in."""

    char: str
    words: str


MORE = ("（转续页）", "转续页", "续")  # at the end of a cell that goes on; the longest that fits


class Page(TaggedContent):
    """One page: collects PDF operators."""

    def __init__(
        self,
        target: Target,
        size: tuple[float, float] = A4,
        margins: tuple[float, float] = (28 * MM, 26 * MM),
        into: Tag | None = None,
    ) -> None:
        self.size = size
        self.left = margins[0]
        self.right = size[0] - margins[1]  # the x where the right margin begins
        super().__init__(into or Tag("Part"))
        self.operators.append(f"{RULE} w")
        self.images: list[str] = []
        self.blends = False  # some area is multiplied onto what lies under it
        self.marks: list[str] = []
        self._baseline = -1.0  # of the text set last
        self.boxed: list[Boxed] = []
        self.caption = ""  # of the cell being drawn
        self.leftovers: list[Leftover] = []  # not yet printed on a 续页
        self._target = target
        self._font: tuple[str, float] | None = None
        self._spacing = 0.0

    @contextmanager
    def captioned(self, caption: str) -> Iterator[None]:
        """What does not fit meanwhile is printed under this caption on the 续页."""
        before, self.caption = self.caption, caption or self.caption
        try:
            yield
        finally:
            self.caption = before

    def leave_over(self, text: str) -> None:
        """Text that has no room here: it comes on the 续页."""
        if text.strip():
            self.leftovers.append(Leftover(self.caption, text))

    def text(
        self,
        x: float,
        baseline: float,
        text: str,
        face: Typeface,
        size: float,
        *,
        align: str = "left",
        spacing: float = 0.0,
    ) -> float:
        """Set one line; x is its left, centre or right end by `align`. Returns the width."""
        text = clean(text)
        width = face.width(text, size) + spacing * max(0, len(text) - 1)
        if align == "centre":
            x -= width / 2
        elif align == "right":
            x -= width
        if text:
            self.under(self.leaf or self.paragraph(face, size, same=baseline == self._baseline))
            self._baseline = baseline
            self.operators.append(f"BT {x:.2f} {self.size[1] - baseline:.2f} Td")
            self._show(text, face, size, spacing)
            self.operators.append("ET")
            if PEN in text:
                self._pen_rules(x, baseline, Line(text, 0, width, spacing=spacing), face, size)
        return width

    @contextmanager
    def figure(self, alt: str, box: Box) -> Iterator[None]:
        """All that is drawn inside is one picture; `alt` says what it shows."""
        bottom = self.size[1] - box.bottom
        place = f"{box.x:.1f} {bottom:.1f} {box.right:.1f} {bottom + box.height:.1f}"
        with self.all_under(self.figure_tag(f"/O/Layout/Placement/Block/BBox[{place}]", alt)):
            yield

    def _show(self, text: str, face: Typeface, size: float, spacing: float) -> None:
        operators = self.operators
        if abs(spacing - self._spacing) > 0.0005:
            operators.append(f"{spacing:.4f} Tc")
            self._spacing = spacing
        box = pen_box()
        for one, run in face.runs(text):
            if one is box:
                self.boxed += [Boxed(char, text) for char in run]
            font = self._target.font(one)
            if self._font != (font.name, size):
                operators.append(f"/{font.name} {size:g} Tf")
                self._font = (font.name, size)
            if PEN in run:
                self._show_around_pen(run, font, (face.em[PEN] + spacing / size) * 1000)
            else:
                operators.append(f"<{font.encode(run)}> Tj")

    def _show_around_pen(self, run: str, font: Encoder, wide: float) -> None:
        """The text with room (thousandths of an em for each place) where the pen writes."""
        steps = [
            f"{-wide * len(part):.0f}" if part[0] == PEN else f"<{font.encode(part)}>"
            for part in _PEN_RUN.split(run)
            if part
        ]
        self.operators.append(f"[{' '.join(steps)}] TJ")

    def _pen_rules(self, x: float, baseline: float, line: Line, face: Typeface, size: float) -> None:
        """A rule under each room for the pen, clear of its neighbours."""
        rules = []
        for room in _PEN_RUN.finditer(line.text):
            before = line.text[: room.start()]
            spaced = len(before) - sum(len(piece) - 1 for piece, whole in latin_runs(before) if whole)
            left = x + line.indent + face.width(before, size) + line.spacing * spaced
            right = left + face.width(room[0], size) + line.spacing * (len(room[0]) - 1)
            rules.append((left + 0.3 * size, baseline + 0.14 * size, right - 0.3 * size, baseline + 0.14 * size))
        self.rules(rules)

    def line(self, x: float, baseline: float, line: Line, face: Typeface, size: float) -> None:
        """Set a broken line; its spacing goes between Chinese characters, never inside a number or a word."""
        if not line.text:
            return
        self.under(self.leaf or self.paragraph(face, size, same=line.start > 0))
        self.operators.append(f"BT {x + line.indent:.2f} {self.size[1] - baseline:.2f} Td")
        if not line.spacing:
            self._show(line.text, face, size, 0.0)
        else:
            for piece, whole in latin_runs(line.text):
                if whole:
                    self._show(piece[:-1], face, size, 0.0)
                    piece = piece[-1]
                self._show(piece, face, size, line.spacing)
        self.operators.append("ET")
        if PEN in line.text:
            self._pen_rules(x, baseline, line, face, size)

    def lines(
        self,
        lines: Sequence[Line],
        box: Box,
        face: Typeface,
        size: float,
        leading: float,
        *,
        align: str = "left",
        valign: str = "top",
    ) -> float:
        """Set broken lines into a box; returns the y below the last em box."""
        if not lines:
            return box.y
        height = (len(lines) - 1) * leading + size
        top = box.y if valign == "top" else box.y + (box.height - height) / 2
        baseline = top + face.ink_top * size
        before = self.leaf
        self.leaf = before or self.paragraph(face, size, same=lines[0].start > 0)
        for line in lines:
            x = box.x
            if align != "left":
                x += max(0.0, box.width - line.width) / (2 if align == "centre" else 1)
            self.line(x, baseline, line, face, size)
            baseline += leading
        self.leaf = before
        return top + height

    def put(
        self,
        text: str,
        box: Box,
        face: Typeface,
        *,
        size: float = 12.0,
        align: str = "centre",
        lead: float = 1.25,
        one_line_from: float = 10.0,
    ) -> None:
        """Set a short text into a box, centred upright: one line if it fits at `one_line_from`, else several.

        What does not fit at the floor is left over for the 续页.
        """
        text = clean(text)
        if not text:
            return
        if "\n" not in text:
            em = face.width(text, 1.0)
            single = min(size, int(box.width / em * 2) / 2) if em else size
            if single >= min(size, one_line_from) or (single >= FLOOR and box.height < 2 * lead * FLOOR):
                baseline = box.y + box.height / 2 + (face.ink_top - 0.5) * single
                x = box.x + {"left": 0.0, "centre": 0.5, "right": 1.0}[align] * box.width
                self.text(x, baseline, text, face, single, align=align)
                return
        self._fitted(
            fit(text, face, box.width, box.height, largest=size, lead=lead, justify=False), box, face, align, "middle"
        )

    def flow(
        self,
        text: str,
        box: Box,
        face: Typeface,
        *,
        largest: float = 12.0,
        lead: float = 1.45,
        indent_em: float = 0.0,
        justify: bool = True,
    ) -> float:
        """Set running text into a box from the top, as large as it fits; the rest is left over for the 续页.

        Returns the y below what was set.
        """
        done = fit(text, face, box.width, box.height, largest=largest, lead=lead, indent_em=indent_em, justify=justify)
        return self._fitted(done, box, face, "left", "top")

    def _fitted(self, done: Fitted, box: Box, face: Typeface, align: str, valign: str) -> float:
        """Set what fits; the line kept free under it says 转续页, and the rest is left over."""
        if not done.rest:
            return self.lines(done.lines, box, face, done.size, done.leading, align=align, valign=valign)
        self.leave_over(done.rest)
        kai = typeface("kai")
        words = next((one for one in MORE if kai.width(one, FLOOR) <= box.width), MORE[-1])
        top = box.y
        if valign == "middle":
            top += max(0.0, box.height - done.size - len(done.lines) * done.leading) / 2
        below = self.lines(
            done.lines, Box(box.x, top, box.width, box.height), face, done.size, done.leading, align=align
        )
        below = max(below, top) + (done.leading - done.size if done.lines else 0.0)
        self.text(box.right, below + kai.ink_top * FLOOR, words, kai, FLOOR, align="right")
        return below + FLOOR

    def short(
        self, x: float, baseline: float, text: str, face: Typeface, size: float, room: float, *, align: str = "left"
    ) -> float:
        """One line in so many points of room: smaller where it is long, at the floor what is too long is left over.

        Returns the width set.
        """
        text = clean(text)
        own = max(FLOOR, min(size, int(2 * room / max(1.0, face.width(text, 1.0))) / 2))
        shown = text
        if face.width(text, own) > room + 0.01:
            shown = break_lines(text, face, own, room - typeface("kai").width(MORE[0], FLOOR), justify=False)[0].text
            self.leave_over(text[len(shown) :])
            shown += MORE[0]
        return self.text(x, baseline, shown, face, own, align=align)

    def heading(
        self, text: str, baseline: float, face: Typeface, size: float, *, room: float = 0.0, floor: float = FLOOR
    ) -> float:
        """A centred line, smaller where it is long; on several lines above each other where it must be.

        Returns the baseline of the last line; `room`: its width in points, '0' = between the margins.
        """
        room = room or self.right - self.left
        text = clean(text)
        own = max(floor, min(size, int(2 * room / max(1.0, face.width(text, 1.0))) / 2))
        lines = break_lines(text, face, own, room, justify=False)
        for number, line in enumerate(lines):
            if number:
                baseline += 1.25 * own
            self.text((self.left + self.right) / 2, baseline, line.text, face, own, align="centre")
        return baseline

    def rules(self, segments: Sequence[tuple[float, float, float, float]], width: float = RULE) -> None:
        """Straight lines as (x0, y0, x1, y1), one path."""
        if not segments:
            return
        self.under(self.lines_under)
        height = self.size[1]
        if width != RULE:
            self.operators.append(f"{width:g} w")
        path = [f"{a:.2f} {height - b:.2f} m {c:.2f} {height - d:.2f} l" for a, b, c, d in segments]
        self.operators.append("\n".join(path) + " S")
        if width != RULE:
            self.operators.append(f"{RULE} w")

    def frame(self, box: Box, width: float = RULE) -> None:
        """The outline of a box."""
        self.under(self.lines_under)
        bottom = self.size[1] - box.bottom
        prefix = "" if width == RULE else f"{width:g} w "
        suffix = "" if width == RULE else f" {RULE} w"
        self.operators.append(f"{prefix}{box.x:.2f} {bottom:.2f} {box.width:.2f} {box.height:.2f} re S{suffix}")

    def shade(self, points: Sequence[tuple[float, float]], colour: Colour, *, multiply: bool = False) -> None:
        """Fill a polygon; `multiply` lets the picture under it show through. Draw it before the text."""
        self.under(self.lines_under)
        before, after = ("q /Multiply gs ", " Q") if multiply else ("", " 0 g")
        self.blends |= multiply
        self.operators.append(f"{before}{_rgb(colour)} rg {self._path(points)} h f{after}")

    def outline(self, points: Sequence[tuple[float, float]], width: float = RULE) -> None:
        """The closed line around a polygon, its corners round."""
        self.under(self.lines_under)
        self.operators.append(f"q {width:g} w 1 j {self._path(points)} h S Q")

    def dashes(self, x0: float, y: float, x1: float) -> None:
        """A dashed line across: where the sheet is cut."""
        self.under(self.lines_under)
        at = self.size[1] - y
        self.operators.append(f"q [4 3] 0 d {x0:.2f} {at:.2f} m {x1:.2f} {at:.2f} l S Q")

    def dot(self, x: float, y: float, radius: float) -> None:
        """A filled circle."""
        self.under(self.lines_under)
        bend, height = 0.5523 * radius, self.size[1] - y
        steps = []
        for (ax, ay), (bx, by), (cx, cy) in (
            ((radius, bend), (bend, radius), (0.0, radius)),
            ((-bend, radius), (-radius, bend), (-radius, 0.0)),
            ((-radius, -bend), (-bend, -radius), (0.0, -radius)),
            ((bend, -radius), (radius, -bend), (radius, 0.0)),
        ):
            corners = ((x + ax, height + ay), (x + bx, height + by), (x + cx, height + cy))
            steps.append(" ".join(f"{px:.2f} {py:.2f}" for px, py in corners) + " c")
        self.operators.append(f"{x + radius:.2f} {height:.2f} m {' '.join(steps)} f")

    def ink(self, colour: Colour = (0.0, 0.0, 0.0)) -> None:
        """The colour of the text that follows; black again without one."""
        self.operators.append(f"{_rgb(colour)} rg")

    def _path(self, points: Sequence[tuple[float, float]]) -> str:
        height = self.size[1]
        steps = [f"{x:.2f} {height - y:.2f}" for x, y in points]
        return f"{steps[0]} m " + " ".join(f"{step} l" for step in steps[1:])

    def tick_box(self, x: float, baseline: float, size: float, ticked: bool) -> float:
        """A box for the pen, ☑ when `ticked`; drawn, since no text face has the character. Returns its width."""
        side = 0.78 * size
        top = baseline - 0.33 * size - side / 2  # level with the ink of 仿宋
        with self.reads("☑" if ticked else "□"):
            self.frame(Box(x, top, side, side))
            if ticked:
                height = self.size[1]
                points = [(0.14, 0.50), (0.42, 0.82), (0.92, 0.02)]
                steps = [f"{x + px * side:.2f} {height - top - py * side:.2f}" for px, py in points]
                self.operators.append(f"1.2 w {steps[0]} m {steps[1]} l {steps[2]} l S {RULE} w")
        return side

    def choice(
        self, x: float, baseline: float, options: Sequence[str], chosen: str, face: Typeface, size: float, gap: float
    ) -> float:
        """□ option □ option …, the chosen one ticked; returns the x after the last."""
        for option in options:
            x += self.tick_box(x, baseline, size, bool(chosen) and option == chosen) + 1.2 * MM
            x += self.text(x, baseline, option, face, size) + gap
        return x

    def qr(self, text: str, x: float, y: float, side: float) -> None:
        """A QR code as one filled path, its top left corner at (x, y)."""
        count, runs = qr.modules(text)
        unit = side / count
        height = self.size[1]
        path = [
            f"{x + column * unit:.2f} {height - y - (row + 1) * unit:.2f} {length * unit:.2f} {unit:.2f} re"
            for row, column, length in runs
        ]
        with self.figure(f"二维码：{text}", Box(x, y, side, side)):
            self.under(self.lines_under)
            self.operators.append(" ".join(path) + " f")

    def photo(self, jpeg: bytes, box: Box, alt: str = "照片") -> None:
        """An RGB or grey JPEG filling a box."""
        name = self._target.image(jpeg)
        self.images.append(name)
        bottom = self.size[1] - box.bottom
        with self.figure(alt, box):
            self.under(self.lines_under)
            self.operators.append(
                f"q {box.width:.2f} 0 0 {box.height:.2f} {box.x:.2f} {bottom:.2f} cm /{name} Do Q {RULE} w"
            )

    def mark(self, title: str) -> None:
        """An outline entry that leads to this page."""
        self.marks.append(title)


def _rgb(colour: Colour) -> str:
    return " ".join(f"{part:.3g}" for part in colour)


Stamp = Callable[[Page, int, int], None]


@dataclass(slots=True)
class Sheets:
    """The pages of one person's form."""

    target: Target
    pages: list[Page] = field(default_factory=list)
    foot: Stamp | None = None  # drawn on each page once the number of pages is known
    margins: tuple[float, float] = (28 * MM, 26 * MM)
    mirrored: bool = False  # the binding margin is on the right of even pages
    size: tuple[float, float] = A4
    tags: Tag = field(default_factory=lambda: Tag("Part"))
    rest_title: str = "续页"  # of pages that hold what did not fit, where the form prints none itself
    identity: tuple[str, str] = ("", "")  # whose they are: name, and what else tells it

    def page(self) -> Page:
        """A new page after the last."""
        left, right = self.margins
        if self.mirrored and len(self.pages) % 2:
            left, right = right, left
        one = Page(self.target, self.size, (left, right), self.tags)
        self.pages.append(one)
        return one

    def take_leftovers(self) -> list[Leftover]:
        """What did not fit so far and is not printed yet: whoever takes it prints it."""
        taken = [one for page in self.pages for one in page.leftovers]
        for page in self.pages:
            page.leftovers = []
        return taken

    @property
    def boxed(self) -> list[tuple[int, Boxed]]:
        """Characters printed as a box, with the number of their page."""
        return [(number, one) for number, page in enumerate(self.pages, 1) for one in page.boxed]

    def close(self, title: str, *, duplex: bool = False, only: Collection[int] = (), level: int = 0) -> int:
        """Stamp the feet and send the pages (or only those numbers) to the file; returns how many went.

        A file of `only` some pages has no structure: the heads of their tables may stand on pages left out.
        """
        from reports.kit.continuation import draw_continuation  # draws on these pages itself

        draw_continuation(self, self.rest_title, self.identity, top=20 * MM, bottom=self.size[1] - 24 * MM)
        total = len(self.pages)
        sent = 0
        for number, page in enumerate(self.pages, 1):
            if only and number not in only:
                continue
            if self.foot:
                with page.furniture():
                    self.foot(page, number, total)
            page.finish()
            if not sent and title:
                self.target.mark(title, level)
            for mark in page.marks:
                self.target.mark(mark, level + 1 if title else level)
            owners = None if only else page.owners
            page.place.object_number = self.target.add_page(
                page.operators, page.size, page.images, blends=page.blends, owners=owners
            )
            sent += 1
        if sent and not only:
            self.target.add_tags(self.tags)
        if duplex and sent % 2:
            self.target.add_page((), self.pages[-1].size, ())
            sent += 1
        return sent


def standard_foot(note: str, *, baseline: float, first_numbered: int = 1) -> Stamp:
    """第 x 页 共 y 页 in the middle, form number and version at the left; both small, both 9 pt or more."""

    def stamp(page: Page, number: int, total: int) -> None:
        if number < first_numbered:
            return
        body = typeface("body")
        words = f"第 {number} 页  共 {total} 页"
        page.text((page.left + page.right) / 2, baseline, words, body, 10.5, align="centre")
        if note:
            page.text(page.left, baseline, note, body, FLOOR)

    return stamp


def small_notes_height(text: str, width: float) -> float:
    """Points that `small_notes` needs at its smallest."""
    return height_of(text, typeface("kai"), width, lead=1.3, justify=False)


def small_notes(page: Page, text: str, box: Box) -> float:
    """Notes under a table, 楷体, 9 to 10 pt; returns the y below them."""
    with page.captioned("注"):
        return page.flow(text, box, typeface("kai"), largest=10, lead=1.3, justify=False)
