"""The 续页: what did not fit its cell is printed on further pages, whole, at normal size."""

from __future__ import annotations

from itertools import groupby

from reports.kit.fonts import typeface
from reports.kit.page import MM, Page, Sheets
from reports.kit.text import FLOOR, break_lines

_SIZE = 12.0
_LEADING = 12.0 * 1.6
_UNNAMED = "页首"  # lines that stand in no cell: titles and what goes with them


def draw_continuation(
    sheets: Sheets,
    title: str,
    identity: tuple[str, str],
    *,
    top: float,
    bottom: float,
) -> None:
    """Print what was left over so far under its captions, each with （续）; as many pages as that needs."""
    leftovers = sheets.take_leftovers()
    if not leftovers:
        return
    face, label = typeface("body"), typeface("label")
    page, y = _new_page(sheets, title, identity, top)
    for name, group in groupby(leftovers, key=lambda one: one.caption):
        lines = break_lines("\n".join(one.text for one in group), face, _SIZE, page.right - page.left)
        if y + 3 * _LEADING > bottom:
            page, y = _new_page(sheets, title, identity, top)
        caption = (name or _UNNAMED).replace("　", "").replace("\n", "") + "（续）"
        for line in break_lines(caption, label, _SIZE, page.right - page.left, justify=False):
            page.line(page.left, y + label.ink_top * _SIZE, line, label, _SIZE)
            y += _LEADING
        for line in lines:
            if y + _SIZE > bottom:
                page, y = _new_page(sheets, title, identity, top)
            page.line(page.left, y + face.ink_top * _SIZE, line, face, _SIZE)
            y += _LEADING
        y += 0.6 * _LEADING


def _new_page(sheets: Sheets, title: str, identity: tuple[str, str], top: float) -> tuple[Page, float]:
    page = sheets.page()
    y = page.heading(title, top + 18, typeface("title"), 18) + 3 * MM
    if any(identity):
        y = draw_identity(page, identity, y + 4 * MM) + 2 * MM
    page.rules([(page.left, y, page.right, y)])
    return page, y + 4 * MM


def draw_identity(page: Page, identity: tuple[str, str], baseline: float) -> float:
    """Whose page it is: the name on one line, whole, so that a sheet that fell out finds its way back.

    Returns the bottom of what was set.
    """
    name, rest = identity
    kai = typeface("kai")
    face = kai.for_name(name)
    width = page.right - page.left
    size = max(FLOOR, min(11.0, int(2 * width / max(1.0, face.width(name, 1.0))) / 2))
    x = page.left + page.short(page.left, baseline, name, face, size, width) + size
    if x + kai.width(rest, size) <= page.right:
        page.text(x, baseline, rest, kai, size)
        return baseline + 0.12 * size
    lines = break_lines(rest, kai, FLOOR, width, justify=False)
    for line in lines:
        baseline += 1.35 * FLOOR
        page.line(page.left, baseline, line, kai, FLOOR)
    return baseline + 0.12 * FLOOR
