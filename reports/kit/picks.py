"""Boxes to tick over as many lines as they need: a multi-choice of an editable list, beside its caption."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from reports.kit.fonts import typeface
from reports.kit.page import MM, Box, Page

_GAP = 4.0 * MM  # between two options
_BOX = 1.2 * MM  # between a box and its option
_LEAD = 1.65


@dataclass(frozen=True, slots=True)
class Picks:
    """The options of a list, those chosen ticked; what was chosen and is not on the list stands behind it."""

    options: tuple[str, ...]
    chosen: tuple[str, ...] = ()
    size: float = 10.5

    def lines(self, width: float) -> list[list[str]]:
        """The options by line for a cell of `width` points."""
        face, room = typeface("body"), width - 4 * MM
        found: list[list[str]] = [[]]
        used = 0.0
        for option in self._shown():
            wide = 0.78 * self.size + _BOX + face.width(option, self.size)
            if wide > room:
                continue
            if found[-1] and used + _GAP + wide > room:
                found.append([])
                used = 0.0
            used += wide + (_GAP if found[-1] else 0.0)
            found[-1].append(option)
        return found

    def height(self, width: float) -> float:
        """What a cell of `width` points needs, in points."""
        return len(self.lines(width)) * self.size * _LEAD + 2.2 * MM

    def draw(self, page: Page, box: Box) -> None:
        """Line after line, in the middle of the box upright; an option wider than a line goes to the 续页."""
        face, size, step = typeface("body"), self.size, self.size * _LEAD
        lines = self.lines(box.width)
        baseline = box.y + (box.height - step * (len(lines) - 1) - size) / 2 + face.ink_top * size
        for line in lines:
            x = box.x + 2 * MM
            for option in line:
                x += page.tick_box(x, baseline, size, option in self.chosen) + _BOX
                x += page.text(x, baseline, option, face, size) + _GAP
            baseline += step
        drawn = {option for line in lines for option in line}
        page.leave_over("、".join(option for option in self.chosen if option not in drawn))

    def _shown(self) -> Sequence[str]:
        return (*self.options, *(one for one in self.chosen if one not in self.options))
