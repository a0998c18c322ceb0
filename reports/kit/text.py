"""Chinese line breaking: 禁则 at both ends, numbers, Latin and dates kept whole, justification, fit to a box.

Text is measured once into atoms (pieces that never break) in em, so that trying another size costs only sums.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from reports.kit.fonts import Typeface, clean

FLOOR = 9.0  # pt: nothing on paper is set smaller
NO_START = frozenset("，。、；：？！）》〉】〕」』”’％‰℃…—·,.;:?!)]}%")
NO_END = frozenset("（《〈【〔「『“‘￥№#$([{")
_SQUEEZE = 0.5  # em that closing punctuation may take from the line: the ink is in its left half
_TOKEN = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|\d{1,2}月\d{1,2}日"  # a date is never broken
    r"|\d{1,2}:\d{2}—(?:次日)?\d{1,2}:\d{2}|第\d+[页行条项次号栋网组]|\d+(?:\.\d+)?(?:小时|分钟)"
    r"|[A-Za-z0-9](?:[A-Za-z0-9._@/+:\-]*[A-Za-z0-9@/+])?|.",
    re.DOTALL,
)
_WHOLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@/+:\-]*[A-Za-z0-9@/+])?")


@dataclass(frozen=True, slots=True)
class Line:
    """One line ready to set; `spacing` (points after each Chinese character) justifies it."""

    text: str
    start: int  # offset of the first character in the whole text
    width: float
    indent: float = 0.0
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Fitted:
    """Text set into a box: what fits at `size`, and what is left for the continuation page."""

    size: float
    leading: float
    lines: tuple[Line, ...]
    rest: str = ""

    @property
    def height(self) -> float:
        """From the top of the first em box to the bottom of the last."""
        return (len(self.lines) - 1) * self.leading + self.size if self.lines else 0.0


class _Atoms:
    """A paragraph cut into pieces that never break, with widths in em."""

    __slots__ = ("em", "ends", "stops", "text", "widths")

    def __init__(self, text: str, face: Typeface) -> None:
        self.text = text
        self.em = face.em
        self.ends: list[int] = []  # offset after each atom
        self.widths: list[float] = []
        self.stops: list[bool] = []  # ends in closing punctuation that may be squeezed
        em = self.em
        held = 0.0  # width of opening marks waiting for their word
        opened = False
        at = 0
        for token in _TOKEN.findall(text):
            at += len(token)
            width = em[token] if len(token) == 1 else sum(map(em.__getitem__, token))
            closing = token in NO_START
            if closing and self.widths and not opened:
                self.widths[-1] += width
                self.ends[-1] = at
                self.stops[-1] = width > 0.7
            elif token in NO_END:
                held += width
                opened = True
            else:
                self.widths.append(held + width)
                self.ends.append(at)
                self.stops.append(False)
                held, opened = 0.0, False
        if opened:
            self.widths.append(held)
            self.ends.append(at)
            self.stops.append(False)

    def lay(self, width: float, indent: float) -> list[tuple[int, int, float]]:
        """Lines as (start, end, used), all in em."""
        found: list[tuple[int, int, float]] = []
        ends, widths, stops = self.ends, self.widths, self.stops
        start = 0
        room = width - indent + 1e-6
        used = 0.0
        previous = 0
        for index, size in enumerate(widths):
            if used + size <= room or (stops[index] and used + size <= room + _SQUEEZE and used > 4):
                used += size
            elif size > width:
                start, used = self._split(previous, ends[index], (start, used, room), width, found)
                room = width + 1e-6
            else:
                if previous > start:
                    found.append((start, previous, used))
                start, used, room = previous, size, width + 1e-6
            previous = ends[index]
        found.append((start, previous, used))
        return found

    def _split(
        self,
        begin: int,
        end: int,
        line: tuple[int, float, float],
        width: float,
        found: list[tuple[int, int, float]],
    ) -> tuple[int, float]:
        """An atom wider than a line is cut by characters; `line` is (start, used, room) of the line begun."""
        start, used, room = line
        for at in range(begin, end):
            size = self.em[self.text[at]]
            if used + size > room and at > start:
                found.append((start, at, used))
                start, used, room = at, 0.0, width
            used += size
        return start, used


def break_lines(
    text: str, face: Typeface, size: float, width: float, *, indent_em: float = 0.0, justify: bool = True
) -> list[Line]:
    """The text broken into lines of at most `width` points; '\\n' ends a paragraph."""
    text = clean(text)
    if not indent_em and "\n" not in text:
        whole = face.width(text, size)
        if whole <= width:
            return [Line(text, 0, whole)]
    return _set(_paragraphs(text, face), size, width, indent_em, justify)


def _paragraphs(text: str, face: Typeface) -> list[tuple[int, _Atoms]]:
    found = []
    at = 0
    for part in text.split("\n"):
        found.append((at, _Atoms(part, face)))
        at += len(part) + 1
    return found


def _set(
    paragraphs: list[tuple[int, _Atoms]], size: float, width: float, indent_em: float, justify: bool
) -> list[Line]:
    found: list[Line] = []
    for base, atoms in paragraphs:
        pieces = atoms.lay(width / size, indent_em)
        for number, (start, end, used) in enumerate(pieces):
            piece = atoms.text[start:end]
            indent = indent_em * size if number == 0 else 0.0
            length = used * size
            if piece.endswith(" ") and number < len(pieces) - 1:
                trimmed = piece.rstrip(" ")
                length -= (len(piece) - len(trimmed)) * size * 0.333
                piece = trimmed
            spacing = 0.0
            last = number == len(pieces) - 1
            if justify or length > width - indent:
                spacing = _spacing(piece, width - indent - length, size, last)
            found.append(Line(piece, base + start, length, indent, spacing))
    return found


def _spacing(piece: str, gap: float, size: float, last: bool) -> float:
    """Points to add after each Chinese character; none where it would tear the line apart."""
    if (last and gap >= 0) or len(piece) < 2:
        return 0.0
    places = len(piece) - 1 - sum(len(found[0]) - 1 for found in _WHOLE.finditer(piece))
    each = gap / places if places > 0 else 0.0
    most = 0.4 if places > 16 else 0.3  # a long line before a date, which is never broken, is better loose than ragged
    return each if each <= most * size else 0.0


def latin_runs(piece: str) -> list[tuple[str, bool]]:
    """A line cut into (text, kept whole): no spacing goes inside a number or a Latin word."""
    found: list[tuple[str, bool]] = []
    at = 0
    for hit in _WHOLE.finditer(piece):
        if len(hit[0]) < 2:
            continue
        if hit.start() > at:
            found.append((piece[at : hit.start()], False))
        found.append((hit[0], True))
        at = hit.end()
    if at < len(piece):
        found.append((piece[at:], False))
    return found


def fit(
    text: str,
    face: Typeface,
    width: float,
    height: float,
    *,
    largest: float = 12.0,
    floor: float = FLOOR,
    lead: float = 1.45,
    indent_em: float = 0.0,
    justify: bool = True,
) -> Fitted:
    """The largest size in half points at which the text fits the box; at the floor, what is left is returned.

    With a rest the last line of the box is kept free for the words 转续页.
    """
    text = clean(text)
    if not text:
        return Fitted(largest, largest * lead, ())
    paragraphs = _paragraphs(text, face)
    size = largest
    while True:
        lines = _set(paragraphs, size, width, indent_em, justify)
        if (len(lines) - 1) * size * lead + size <= height + 0.01:
            return Fitted(size, size * lead, tuple(lines))
        if size <= floor:
            break
        size = max(floor, size - 0.5)
    room = max(0, int((height - size) / (size * lead) + 1e-6))  # lines that fit, less one
    room = min(room, len(lines) - 1)
    return Fitted(size, size * lead, tuple(lines[:room]), text[lines[room].start :])


def date_cn(iso: str, blank: str = "") -> str:
    """'2020-08-03' → 2020年8月3日, '2020-08' → 2020年8月, '2020' → 2020年; anything else as it stands."""
    if not iso:
        return blank
    parts = iso.split("-")
    if len(parts) > 3 or not all(part.isdecimal() for part in parts):
        return iso
    return "".join(f"{int(part)}{unit}" for part, unit in zip(parts, "年月日", strict=False))


def hours_cn(minutes: int) -> str:
    """Minutes as hours with at most two decimals: 150 → 2.5, 100 → 1.67."""
    return f"{minutes / 60:.2f}".rstrip("0").rstrip(".")
