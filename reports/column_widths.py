"""How wide the columns of a list are, and in what size it is set: measured from every cell, so that few rows need a line more.

All in em until a size is tried. Where not everything fits on one line, the column gives way whose narrowing costs the
fewest lines over all rows; numbers, dates and short brackets stay whole.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil

from reports.kit.fonts import Typeface, typeface
from reports.kit.page import MM
from reports.kit.text import FLOOR, widest_piece

SIZES = (10.5, 10.0, 9.5, FLOOR)
PAD = 2.8  # mm a cell keeps from its rules on both sides together
_SHORT_HEAD, _LONG_HEAD = 2.5, 6.0  # em: a head is set on two lines from here, one that stands on two already later
_SAMPLE = 150  # rows looked at while columns are narrowed
_STEPS = 40
_LOSS = 1.06  # a broken line is seldom full
_BRACKET = re.compile(r"（[^（）]+）")
_SHORT = (13.0, 8.5, 6.0, 0.0)  # em: brackets and names up to this stay on one line; the first that leaves room
_LONGEST_NAME = 8.5  # em: a longer one may be broken, or one person would rule the column
_ROOMY = 4.0  # times the share of the room left that a column for the pen gets
_WORSE = 1.04  # a larger size is kept if the table grows by no more


@dataclass(frozen=True, slots=True)
class _Measured:
    """One column in em: the lines of each cell, the widest of all, and what must not be broken."""

    cells: tuple[tuple[float, ...], ...]  # of the rows looked at
    content: float  # the widest line of any row
    piece: float  # the widest thing that is never broken
    short: tuple[float, ...]  # brackets and names: they should not be
    head: float
    head_broken: float  # on two lines
    whole: bool

    def wish(self, size: float) -> float:
        """mm at which every cell and the head stand on one line."""
        return max(self.content, self.head) * size / MM + PAD

    def least(self, size: float, short: float) -> float:
        """mm under which something would be broken that must not be, or a bracket or name up to `short` em."""
        must = self.content if self.whole else max([self.piece, *(em for em in self.short if em <= short)])
        return max(must, self.head_broken) * size / MM + PAD

    def lines(self, size: float, width: float) -> list[float]:
        """Lines of each cell at that width in mm; a single line may be set smaller before it is broken."""
        room = max(1.0, (width - PAD) * MM) + 0.01
        counts = {ems: _lines(ems, size, room) for ems in set(self.cells)}
        return [counts[ems] for ems in self.cells]


def _lines(ems: tuple[float, ...], size: float, room: float) -> float:
    if len(ems) == 1 and ems[0] * FLOOR <= room < ems[0] * size:
        return 1.2  # seen, but no line more
    return float(sum(1 if em * size <= room else ceil(em * size * _LOSS / room) for em in ems))


@dataclass(frozen=True, slots=True)
class Measure:
    """What is asked of a column: its head, whether its cells stay whole, whether they are persons' names."""

    head: str
    whole: bool = False
    name: bool = False


def fitted(wanted: Sequence[Measure], rows: Sequence[Sequence[str]], room: float) -> tuple[float, list[float]] | None:
    """The size in points and the widths in mm, together `room`; None where not even the smallest size has room."""
    columns = [_measure(one, [row[at] for row in rows]) for at, one in enumerate(wanted)]
    best: tuple[float, float, list[float]] | None = None
    for size in SIZES:
        wishes = [one.wish(size) for one in columns]
        if sum(wishes) <= room:
            if best is None:
                return size, _spread(columns, wishes, room)
            found = (_height(columns, size, wishes), size, _spread(columns, wishes, room))
        else:
            leasts = _leasts(columns, wishes, size, room)
            if leasts is None:
                continue
            widths = _narrowed(columns, wishes, leasts, size, room)
            found = (_height(columns, size, widths), size, widths)
        if best is None or found[0] * _WORSE < best[0]:
            best = found
    return best and best[1:]


def _measure(wanted: Measure, texts: Sequence[str]) -> _Measured:
    face, label, name = typeface("body"), typeface("label"), wanted.name
    different = set(texts)
    lines = {line for text in different for line in text.split("\n")}
    step = -(-len(texts) // _SAMPLE) or 1
    known = {text: tuple(face.width(line, 1.0) for line in text.split("\n")) for text in different}
    pieces = (widest_piece(line, face) for line in lines)
    brackets = (face.width(one, 1.0) for line in lines for one in ([line] if name else _BRACKET.findall(line)))
    parts = wanted.head.split("\n")
    return _Measured(
        cells=tuple(known[text] for text in texts[::step]),
        content=max((em for ems in known.values() for em in ems), default=0.0),
        piece=max(pieces, default=0.0),
        short=tuple({em for em in brackets if not name or em <= _LONGEST_NAME}),
        head=max(label.width(part, 1.0) for part in parts),
        head_broken=max(_halved(part, label, _LONG_HEAD if len(parts) > 1 else _SHORT_HEAD) for part in parts),
        whole=wanted.whole,
    )


def _halved(head: str, face: Typeface, short: float) -> float:
    """The width of a head on two lines; a short one stays whole."""
    em = face.width(head, 1.0)
    return em if em <= short else ceil(em / 2) + 0.01


def _leasts(columns: Sequence[_Measured], wishes: Sequence[float], size: float, room: float) -> list[float] | None:
    for short in _SHORT:
        leasts = [min(wish, one.least(size, short)) for one, wish in zip(columns, wishes, strict=True)]
        if sum(leasts) <= room:
            return leasts
    return None


def _narrowed(
    columns: Sequence[_Measured], wishes: Sequence[float], leasts: Sequence[float], size: float, room: float
) -> list[float]:
    """From one line everywhere down to the room there is, each step where it costs the fewest lines."""
    widths = list(wishes)
    lines = [one.lines(size, width) for one, width in zip(columns, widths, strict=True)]
    step = max(1.0, (sum(widths) - room) / _STEPS)
    while (over := sum(widths) - room) > 0.01:
        ranked = [sorted(counts)[-2:] for counts in zip(*lines, strict=True)]  # the two highest cells of each row
        best: tuple[float, float, int, list[float]] | None = None
        for at, one in enumerate(columns):
            cut = min(step, over, widths[at] - leasts[at])
            if cut > 0.001:
                after = one.lines(size, widths[at] - cut)
                cost = _more_lines(ranked, lines[at], after) / cut
                if best is None or (cost, -widths[at]) < best[:2]:
                    best = (cost, -widths[at], at, after)
        if best is None:
            break
        _, _, at, lines[at] = best
        widths[at] -= min(step, over, widths[at] - leasts[at])
    return widths


def _more_lines(ranked: Sequence[Sequence[float]], before: Sequence[float], after: Sequence[float]) -> float:
    """Lines that all rows together gain; a little also for cells that are not the highest of their row."""
    cost = 0.0
    for top, was, now in zip(ranked, before, after, strict=True):
        if now != was:
            others = top[0] if was >= top[-1] else top[-1]
            cost += max(others, now) - top[-1] + (now - was) / 50
    return cost


def _height(columns: Sequence[_Measured], size: float, widths: Sequence[float]) -> float:
    """How high the rows looked at will be together, in points."""
    lines = [one.lines(size, width) for one, width in zip(columns, widths, strict=True)]
    return sum((2.4 * MM + size * (1.3 * max(counts) - 0.3) for counts in zip(*lines, strict=True)), 0.0)


def _spread(columns: Sequence[_Measured], wishes: Sequence[float], room: float) -> list[float]:
    """Everybody's wish and a share of what is left; a column for the pen takes more."""
    shares = [_ROOMY if not one.content else 1.0 for one in columns]
    left = room - sum(wishes)
    return [wish + left * share / sum(shares) for wish, share in zip(wishes, shares, strict=True)]
