"""Boxes to tick over as many lines as they need: a multi-choice of an editable list, beside its caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.kit.fonts import typeface
from reports.kit.page import MM, Box, Page
from reports.kit.text import break_lines

_GAP = 4.0 * MM  # between two options
_BOX = 1.2 * MM  # between a box and its option
_LEAD = 1.65
_TICK = 0.78  # width of a box to tick, of the size
_MOST = 3  # lines of one option


@dataclass(frozen=True, slots=True)
class Picks:
    """The options of a list, those chosen ticked; what was chosen and is not on the list stands behind it."""

    options: tuple[str, ...]
    chosen: tuple[str, ...] = ()
    size: float = 10.5

    def lines(self, width: float) -> list[list[tuple[str, str]]]:
        """By line for a cell of `width` points: an option and its words; where words go on from the line above, '' and the rest.

        An option of the list wider than a line stands by itself on two or three; what was typed besides goes to the 续页.
        """
        face, room = typeface("body"), width - 4 * MM
        before = _TICK * self.size + _BOX
        found: list[list[tuple[str, str]]] = [[]]
        used = 0.0
        for option in self._shown():
            words = [line.text for line in break_lines(option, face, self.size, room - before)]
            if len(words) > (_MOST if option in self.options else 1):
                continue
            wide = before + face.width(words[0], self.size)
            if found[-1] and (len(words) > 1 or used + _GAP + wide > room):
                found.append([])
                used = 0.0
            used += wide + (_GAP if found[-1] else 0.0)
            found[-1].append((option, words[0]))
            for rest in words[1:]:
                found.append([("", rest)])
                used = room
        return found

    def height(self, width: float) -> float:
        """What a cell of `width` points needs, in points."""
        return len(self.lines(width)) * self.size * _LEAD + 2.2 * MM

    def draw(self, page: Page, box: Box) -> None:
        """Line after line, in the middle of the box upright; an option of more lines than belong here goes to the 续页."""
        face, size, step = typeface("body"), self.size, self.size * _LEAD
        lines = self.lines(box.width)
        baseline = box.y + (box.height - step * (len(lines) - 1) - size) / 2 + face.ink_top * size
        for line in lines:
            x = box.x + 2 * MM
            for option, words in line:
                x += (page.tick_box(x, baseline, size, option in self.chosen) if option else _TICK * size) + _BOX
                x += page.text(x, baseline, words, face, size) + _GAP
            baseline += step
        drawn = {option for line in lines for option, _words in line}
        left = [option for option in self._shown() if option not in drawn]
        page.leave_over("、".join(option if option in self.chosen else f"（未选）{option}" for option in left))

    def _shown(self) -> Sequence[str]:
        return (*self.options, *(one for one in self.chosen if one not in self.options))
