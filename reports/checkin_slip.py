"""《报到单》 and 《报到函》: a letter to the community above the cut line, its 回执 below. 方案 三(三)

One A4 page for each check-in of a person, or of a unit or the school. What the community writes stays empty.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Literal

from reports.kit import qr
from reports.kit.continuation import draw_continuation
from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Label, Row, Value, draw_grid, heights_of
from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Box, Page, Sheets, Stamp, small_notes, standard_foot
from reports.kit.text import FLOOR, break_lines, date_cn

_LEFT, _RIGHT = 28 * MM, 26 * MM
_CUT = 168 * MM
_QR = 15 * MM
_FOOT = 289 * MM
_LETTER_END = 121 * MM  # of the table: below it the notes, then who sends and the seal
_ROW = 8.4  # mm
_MOST_TABLE = 56 * MM  # the letter gives way to the table so far
_BODY, _LEAD = 14.0, 1.6
_BLANK = re.compile(r"\{(\w+)\}")
_PEN = "＿＿＿＿＿＿"  # where a fact is not known yet

Kind = Literal["person_home", "person_assigned", "unit", "school"]


@dataclass(frozen=True, slots=True)
class SlipData:
    """One letter with its receipt. Facts that are empty become room for the pen."""

    kind: Kind
    uid: str  # whose: for the code that finds it again
    whose: str  # how messages name it
    year: int
    community: str = ""  # street and community
    letter_no: str = ""
    issuer: str = ""  # who sends: 湖北经济学院党委组织部
    facts: Mapping[str, str] = field(default_factory=dict)  # what the texts name in braces
    table: tuple[tuple[str, str, str, str], ...] = ()  # rows of caption, value, caption, value
    scope: str = ""
    as_of: str = ""


def draw(pages: tuple[SlipData, ...], sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw a page for each check-in, behind it what did not fit there."""
    own: dict[Page, tuple[int, int]] = {}
    for data in pages:
        form = "checkin_slip" if data.kind.startswith("person") else "checkin_letter"
        words = form_texts(form, texts)
        sheets.margins = (_LEFT, _RIGHT)
        foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
        sheets.foot = partial(_each_alone, foot, own)
        page, before = sheets.page(), len(sheets.pages) - 1
        _letter(data, page, words)
        _cut_line(page, words["cut"])
        _receipt(data, page, words)
        draw_continuation(sheets, f"{words['title']}（续页）", _identity(data), top=20 * MM, bottom=272 * MM)
        mine = sheets.pages[before:]
        own |= {one: (number, len(mine)) for number, one in enumerate(mine, 1)}


def _identity(data: SlipData) -> tuple[str, str]:
    """Whose letter a further page belongs to, and to which community it goes."""
    return data.whose, data.community


def _each_alone(foot: Stamp, own: Mapping[Page, tuple[int, int]], page: Page, _number: int, _total: int) -> None:
    """Letters to two communities go to two places: each is numbered by itself."""
    foot(page, *own[page])


def filled(template: str, facts: Mapping[str, str]) -> str:
    """The sentence with its facts; what is not known becomes a line for the pen."""
    return _BLANK.sub(lambda found: facts.get(found[1]) or _PEN, template)


def _letter(data: SlipData, page: Page, words: Mapping[str, str]) -> None:
    _title(page, 31 * MM, words["title"])
    page.qr(qr.payload("L", data.year, data.uid), page.right - _QR, 17 * MM, _QR)
    if data.letter_no:
        room = page.right - page.left - _QR - 3 * MM
        page.short(page.left, 22 * MM, words["letter_no"] + data.letter_no, typeface("kai"), 10.5, room)
    rows = [Row(_ROW, _table_cells(*one)) for one in data.table]
    room = _LETTER_END - 42.5 * MM - min(heights_of(rows), _MOST_TABLE)
    top = _paragraphs(data, page, 40 * MM, words["addressee"], words[data.kind], room) + 2.5 * MM
    done = draw_grid(page, page.left, top, rows, height=_LETTER_END - top)
    notes = f"{words['scope']}{data.scope}　{words['as_of']}{date_cn(data.as_of)}"
    small_notes(page, notes, Box(page.left, done.bottom + 1.3 * MM, page.right - page.left, 9 * MM))
    _sign(page, _CUT - 9 * MM, data.issuer, words["seal"], "")


def _table_cells(first: str, value: str, second: str, other: str) -> tuple[Cell, ...]:
    wide = Cell(64 if second else 134, Value(value, size=11), caption=first)
    if not second:
        return Cell(22, Label(first, 10.5)), wide
    return (
        Cell(22, Label(first, 10.5)),
        wide,
        Cell(22, Label(second, 10.5)),
        Cell(48, Value(other, size=11), caption=second),
    )


def _receipt(data: SlipData, page: Page, words: Mapping[str, str]) -> None:
    _title(page, _CUT + 17 * MM, words["receipt"])
    key = f"{data.kind}_receipt"
    _paragraphs(data, page, _CUT + 25 * MM, words["receipt_addressee"], words[key], 35 * MM)
    sender = filled(words["receipt_sender"], data.facts)
    _sign(page, _FOOT - 13 * MM, sender, words["seal"], words["handler"])


def _title(page: Page, baseline: float, text: str) -> None:
    face = typeface("title")
    room = page.right - page.left - 2 * (_QR + 3 * MM)
    size = min(22.0, int(2 * room / face.width(text, 1.0)) / 2)
    page.text((page.left + page.right) / 2, baseline, text, face, size, align="centre")


def _paragraphs(data: SlipData, page: Page, top: float, addressee: str, body: str, room: float) -> float:
    """The greeting at the margin, the letter below it; returns the y below both."""
    face, width = typeface("body"), page.right - page.left
    with page.captioned("收件单位"):
        box = Box(page.left, top, width, 2 * _BODY * _LEAD)
        y = page.flow(filled(addressee, data.facts), box, face, largest=_BODY, lead=_LEAD, justify=False)
    y += (_LEAD - 1) * _BODY
    with page.captioned("正文"):
        box = Box(page.left, y, width, room - (y - top))
        return page.flow(filled(body, data.facts), box, face, largest=_BODY, lead=_LEAD, indent_em=2)


def _sign(page: Page, bottom: float, sender: str, seal: str, handler: str) -> None:
    """Who sends, over the day, at the right: the seal goes between them and 45 mm stay clear around it."""
    face, width = typeface("body"), page.right - page.left - 4 * MM
    words = sender + seal
    size = max(FLOOR, min(13.0, int(2 * width / face.width(words, 1.0)) / 2))
    lines = break_lines(words, face, size, width, justify=False)
    height = (len(lines) - 1) * 1.25 * size + size
    last = bottom - 22 * MM - face.ink_top * size + size  # a long name grows upwards, away from the seal
    page.lines(lines, Box(page.left + 2 * MM, last - height, width, height), face, size, 1.25 * size, align="right")
    right = page.right - 4 * MM
    for unit in "日月年":
        page.text(right, bottom - 3 * MM, unit, face, 13.0, align="right")
        right -= 13.0 + (11 if unit != "年" else 14) * MM
    if handler:
        page.text(page.left, bottom - 3 * MM, handler, face, 13.0)


def _cut_line(page: Page, text: str) -> None:
    kai, size = typeface("kai"), 10.0
    middle, half = (page.left + page.right) / 2, typeface("kai").width(text, size) / 2 + 3 * MM
    page.dashes(8 * MM, _CUT, middle - half)
    page.dashes(middle + half, _CUT, page.size[0] - 8 * MM)
    page.text(middle, _CUT + (kai.ink_top - 0.5) * size, text, kai, size, align="centre")
