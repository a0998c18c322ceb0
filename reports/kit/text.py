"""Chinese line breaking: 禁则 at both ends, numbers, Latin and dates kept whole, justification, fit to a box.

Text is measured once into atoms (pieces that never break) in em, so that trying another size costs only sums. Justified
text runs on; what is not justified (names of units, titles, addresses) is broken where it may be paused when read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from reports.kit.fonts import Typeface, clean

PEN = "＿"  # room for the pen: drawn as a rule, never as characters, and never broken
FLOOR = 9.0  # pt: nothing on paper is set smaller
NO_START = frozenset("，。、；：？！）》〉】〕」』”’％‰℃…—·,.;:?!)]}%")
NO_END = frozenset("（《〈【〔「『“‘￥№#$([{")
_SQUEEZE = 0.5  # em that closing punctuation may take from the line: the ink is in its left half
_TOKEN = re.compile(
    r"\d{4}年\d{1,2}月\d{1,2}日|\d{4}年\d{1,2}月|\d{1,2}月\d{1,2}日"  # a date is never broken
    r"|(?:＿+[年月日次]|＿{2,}小时)+|[＿_]{2,}"  # room for the pen
    r"|\d{1,2}:\d{2}—(?:次日)?\d{1,2}:\d{2}|第\d+(?:网格|小分队|[页行条项次号栋组])"
    r"|\d[\d,]*(?:\.\d+)?(?:小时|分钟|人次|单元|[次人名支项件条份户栋个天周页届岁元分号室层楼年月日%]|\s?[KMG]B)"
    r"|[A-Za-z0-9](?:[A-Za-z0-9._@/+:\-]*[A-Za-z0-9@/+])?|.",
    re.DOTALL,
)
_WHOLE = re.compile(r"[A-Za-z0-9](?:[A-Za-z0-9._@/+:\-]*[A-Za-z0-9@/+])?")
# after which a name may be paused, and what must not be parted from it
_PAUSE = re.compile(
    r"[、，；。：·）》”\s](?![、，；。：）》”])|(?=[（《])"
    r"|(?:大学|学院|党委|党总支|支部|委员会|办公室|办事处|中心|研究院|研究所|图书馆|工作组|工作队|小分队|街道|社区|小区|家园"
    r"|校区|开发区|网格|单元|[省市区县镇村路处系所部栋室院])"
    r"(?!书记|副书记|委员|队|门|分|长|级|路|内|外|村|[）》”、，；。：])"
)
_RETURNING = 60  # characters: how texts up to this are broken is remembered
_LONGEST_NAME = 160  # atoms: what is longer is running text
# what a break costs: nothing at a pause, most inside a word; a line more is dear, a character alone on the last dearer
_IN_WORD, _AT_WORD, _LINE_MORE, _ALONE = 130.0, 40.0, 100.0, 160.0


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

    __slots__ = ("em", "ends", "pauses", "stops", "text", "widths")

    def __init__(self, text: str, face: Typeface) -> None:
        self.text = text
        self.em = face.em
        self.ends: list[int] = []  # offset after each atom
        self.widths: list[float] = []
        self.stops: list[bool] = []  # ends in closing punctuation that may be squeezed
        self.pauses: frozenset[int] | None = None  # offsets at which a name may be paused, once asked for
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
        return self._in_company(found)

    def _in_company(self, found: list[tuple[int, int, float]]) -> list[tuple[int, int, float]]:
        """No character alone on the last line: the one before comes down to it."""
        if len(found) < 2 or not _lone(self.text[slice(*found[-1][:2])]):
            return found
        (start, end, used), (_, last, alone) = found[-2:]
        inside = [at for at in self.ends if start < at < end]
        if len(inside) < 2:
            return found
        moved = sum(self.em[char] for char in self.text[inside[-1] : end])
        return [*found[:-2], (start, inside[-1], used - moved), (inside[-1], last, alone + moved)]

    def lay_name(self, width: float) -> list[tuple[int, int, float]]:
        """As `lay`, broken where a reader would pause; as running text where it is long or holds a too wide word."""
        count = len(self.ends)
        if not count or count > _LONGEST_NAME or max(self.widths) > width or sum(self.widths) <= width + 1e-6:
            return self.lay(width, 0.0)
        starts = [0, *self.ends]
        sums = [0.0]
        for one in self.widths:
            sums.append(sums[-1] + one)
        costs = [0.0] + [float("inf")] * count
        before = [0] * (count + 1)
        for end in range(1, count + 1):
            last = end == count
            here = 0.0 if last else self._break_cost(starts[end])
            for start in range(end - 1, -1, -1):
                used = sums[end] - sums[start]
                if used > width + 1e-6 + (_SQUEEZE if self.stops[end - 1] and used > 4 else 0.0):
                    break
                slack = 0.0 if last else 20.0 * (max(0.0, width - used) / width) ** 2
                alone = _ALONE if last and start and _lone(self.text[starts[start] :]) else 0.0
                cost = costs[start] + _LINE_MORE + here + slack + alone
                if cost < costs[end]:
                    costs[end], before[end] = cost, start
        found = []
        end = count
        while end:
            start = before[end]
            found.append((starts[start], starts[end], sums[end] - sums[start]))
            end = start
        return found[::-1]

    def _break_cost(self, at: int) -> float:
        if self.pauses is None:
            self.pauses = frozenset(pause.end() for pause in _PAUSE.finditer(self.text))
        if at in self.pauses:
            return 0.0 if self.text[at - 1] in "、，；。）　 " or self.text[at] in "（《" else 8.0
        return _AT_WORD if self.text[at - 1].isascii() != self.text[at].isascii() else _IN_WORD

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


def _lone(piece: str) -> bool:
    """Whether a line is a single Chinese character, with or without its punctuation."""
    left = [char for char in piece if char not in NO_START and char not in NO_END and not char.isspace()]
    return len(left) == 1 and not left[0].isascii()


def break_lines(
    text: str, face: Typeface, size: float, width: float, *, indent_em: float = 0.0, justify: bool = True
) -> list[Line]:
    """The text broken into lines of at most `width` points; '\\n' ends a paragraph. Not justified: as a name."""
    text = clean(text)
    if not indent_em and "\n" not in text:
        whole = face.width(text, size)
        if whole <= width:
            return [Line(text, 0, whole)]
    if len(text) <= _RETURNING:
        return list(_returning(text, face, size, width, indent_em, justify))
    return _set(_paragraphs(text, face), size, width, indent_em, justify)


@lru_cache(maxsize=4096)
def _returning(
    text: str, face: Typeface, size: float, width: float, indent_em: float, justify: bool
) -> tuple[Line, ...]:
    """Short texts come back on page after page: heads, places, units, categories."""
    return tuple(_set(_paragraphs(text, face), size, width, indent_em, justify))


def _paragraphs(text: str, face: Typeface) -> list[tuple[int, _Atoms]]:
    found = []
    at = 0
    for part in text.split("\n"):
        found.append((at, _Atoms(part, face)))
        at += len(part) + 1
    return found


def _set(
    paragraphs: list[tuple[int, _Atoms]],
    size: float,
    width: float,
    indent_em: float,
    justify: bool,
    dense: bool = False,
) -> list[Line]:
    """`dense`: as few lines as can be, wherever a name is broken then."""
    found: list[Line] = []
    as_name = not justify and not dense and not indent_em
    for base, atoms in paragraphs:
        pieces = atoms.lay_name(width / size) if as_name else atoms.lay(width / size, indent_em)
        for number, (start, end, used) in enumerate(pieces):
            piece = atoms.text[start:end]
            indent = indent_em * size if number == 0 else 0.0
            length = used * size
            if piece.endswith(" ") and number < len(pieces) - 1:
                trimmed = piece.rstrip(" ")
                length -= (len(piece) - len(trimmed)) * size * atoms.em[" "]
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
    paragraphs: list[tuple[int, _Atoms]] = []
    size = largest
    while True:
        if len(text) <= _RETURNING:
            lines = list(_returning(text, face, size, width, indent_em, justify))
        else:
            paragraphs = paragraphs or _paragraphs(text, face)
            lines = _set(paragraphs, size, width, indent_em, justify)
        if (len(lines) - 1) * size * lead + size <= height + 0.01:
            return Fitted(size, size * lead, tuple(lines))
        if size <= floor:
            break
        size = max(floor, size - 0.5)
    lines = _set(paragraphs or _paragraphs(text, face), size, width, indent_em, justify, dense=True)
    if (len(lines) - 1) * size * lead + size <= height + 0.01:
        return Fitted(size, size * lead, tuple(lines))
    room = max(0, int((height - size) / (size * lead) + 1e-6))  # lines that fit, less one
    room = min(room, len(lines) - 1)
    return Fitted(size, size * lead, tuple(lines[:room]), text[lines[room].start :])


def widest_piece(text: str, face: Typeface) -> float:
    """Width in em of the widest piece that is never broken: a number with its unit, a date, a word."""
    return max(_Atoms(text, face).widths, default=0.0)


def height_of(
    text: str, face: Typeface, width: float, *, lead: float, size: float = FLOOR, indent_em: float = 0.0, justify: bool
) -> float:
    """Points that the text needs at that size."""
    lines = break_lines(text, face, size, width, indent_em=indent_em, justify=justify) if text else []
    return (len(lines) - 1) * size * lead + size if lines else 0.0


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
