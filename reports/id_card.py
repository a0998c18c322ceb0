"""亮身份卡: cards to wear, eight on an A4 sheet with marks to cut by. 方案 四(二)1"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.kit.fonts import typeface
from reports.kit.form_texts import form_texts
from reports.kit.page import A4, MM, Box, Page, Sheets, small_notes, standard_foot
from reports.kit.text import FLOOR, Line, break_lines, date_cn

CARD = (90 * MM, 62 * MM)
ACROSS, DOWN = 2, 4
_LEFT = (A4[0] - ACROSS * CARD[0]) / 2
_TOP = 15 * MM
_BAND, _LOW_BAND = 12 * MM, 8 * MM
_PHOTO = (25 * MM, 35 * MM)
_MARK = 4 * MM
_FOOT = 289 * MM
RED = (0.76, 0.09, 0.11)
_LEAD, _DENSE_LEAD = 1.2, 1.15
_DENSE_SIZES = tuple((name, FLOOR) for name in (20.0, 16.0, 13.0, 11.0))  # of the name, of the facts
_WHITE = (1.0, 1.0, 1.0)


@dataclass(frozen=True, slots=True)
class Card:
    """One person's card."""

    uid: str
    whose: str  # how messages name the person
    name: str
    unit: str = ""
    grid: str = ""
    post: str = ""  # 楼栋长, if he is one
    free_time: str = ""
    photo: bytes | None = None  # JPEG, 一寸


@dataclass(frozen=True, slots=True)
class CardSheets:
    """Cards of one file."""

    cards: tuple[Card, ...]
    issuer: str = ""
    scope: str = ""
    as_of: str = ""


def draw(data: CardSheets, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the sheets of cards; behind them what a card has no room for, under the name of its owner."""
    words = form_texts("id_card", texts)
    sheets.margins = (_LEFT, _LEFT)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
    each = ACROSS * DOWN
    for start in range(0, len(data.cards), each):
        page = sheets.page()
        _cut_marks(page)
        for place, card in enumerate(data.cards[start : start + each]):
            row, column = divmod(place, ACROSS)
            box = Box(_LEFT + column * CARD[0], _TOP + row * CARD[1], *CARD)
            _card(page, box, card, data.issuer, words)
        notes = f"{words['scope']}{data.scope}\n{words['as_of']}{date_cn(data.as_of)}"
        small_notes(page, notes, Box(_LEFT, _TOP + DOWN * CARD[1] + 6 * MM, ACROSS * CARD[0], 9 * MM))
    sheets.rest_title = words["continuation"]


def _cut_marks(page: Page) -> None:
    """Short lines outside the cards, where the knife goes; dashes between them."""
    right, bottom = _LEFT + ACROSS * CARD[0], _TOP + DOWN * CARD[1]
    marks = []
    for column in range(ACROSS + 1):
        x = _LEFT + column * CARD[0]
        marks += [(x, _TOP - _MARK - MM, x, _TOP - MM), (x, bottom + MM, x, bottom + MM + _MARK)]
    for row in range(DOWN + 1):
        y = _TOP + row * CARD[1]
        marks += [(_LEFT - _MARK - MM, y, _LEFT - MM, y), (right + MM, y, right + MM + _MARK, y)]
    page.rules(marks)


def _card(page: Page, box: Box, card: Card, issuer: str, words: Mapping[str, str]) -> None:
    page.frame(box.inset(0.8 * MM, 0.8 * MM), 0.3)
    foot = _foot(box, issuer)
    laid = _laid(card, box, words, _BAND, foot.y)
    dense = laid.need > laid.room
    if dense:  # a lower band makes room for two more lines
        laid = _laid(card, box, words, _LOW_BAND, foot.y)
    band = Box(box.x + 2 * MM, box.y + 2 * MM, box.width - 4 * MM, _LOW_BAND if dense else _BAND)
    page.shade(_corners(band), RED)
    page.ink(_WHITE)
    title = typeface("title")
    text = words["band"]
    most = int(2 * (band.width - 8 * MM) / (title.width(text, 1.0) + 0.12 * (len(text) - 1))) / 2
    size = min(14.0 if dense else 19.0, most)
    baseline = band.y + band.height / 2 + (title.ink_top - 0.5) * size
    page.text(band.x + band.width / 2, baseline, text, title, size, align="centre", spacing=0.12 * size)
    page.ink()
    photo = Box(box.x + 5 * MM, band.bottom + (2.5 if dense else 4.5) * MM, *_PHOTO)
    if card.photo:
        page.photo(card.photo, photo)
    else:
        page.put(words["photo"], photo.inset(2 * MM, 2 * MM), typeface("kai"), size=10)
    page.frame(photo)
    _facts(page, card, laid)
    with page.captioned(card.whose):
        page.put(issuer, foot, typeface("kai"), size=10, lead=1.2, align="right")


@dataclass(frozen=True, slots=True)
class _Laid:
    """The facts of a card broken for their box: what they need and the room there is, in points."""

    box: Box
    name: tuple[list[Line], float]  # lines, size
    facts: list[tuple[str, float, list[Line]]]  # caption, its width, lines
    size: float
    lead: float
    need: float

    @property
    def room(self) -> float:
        return self.box.height - 1.4 * MM * (1 + len(self.facts)) * (self.size > FLOOR)


def _foot(box: Box, issuer: str) -> Box:
    """Where the issuer stands: one line, or two where the name is long."""
    width = box.width - 10 * MM
    lines = break_lines(issuer, typeface("kai"), FLOOR, width, justify=False)
    height = (4.4 if len(lines) < 2 else 7.4) * MM
    return Box(box.x + 5 * MM, box.bottom - 2.6 * MM - height, width, height)


def _laid(card: Card, box: Box, words: Mapping[str, str], band: float, end: float) -> _Laid:
    """The name large, below it what residents should know, at the largest size that holds all of it."""
    top = box.y + 2 * MM + band + (4.5 if band == _BAND else 2.5) * MM
    left = box.x + 5 * MM + _PHOTO[0] + 4 * MM
    height = min(_PHOTO[1], end - top) if band == _BAND else end - 0.5 * MM - top
    inner = Box(left, top, box.right - 5 * MM - left, height)
    face = typeface("label").for_name(card.name)
    sizes = ((22.0, 12.0), (22.0, 11.0), (22.0, 10.5), (20.0, 10.0), (18.0, 9.5), (11.0, FLOOR))
    dense = band != _BAND
    lead = _DENSE_LEAD if dense else _LEAD
    for largest, size in _DENSE_SIZES if dense else sizes:
        own = max(FLOOR, min(largest, int(2 * inner.width / max(1.0, face.width(card.name, 1.0))) / 2))
        name = break_lines(card.name, face, own, inner.width, justify=False)
        facts = [_fact(words[key], text, size, inner.width, dense) for key, text in _shown(card)]
        need = len(name) * own * 1.15 + sum(len(lines) for _, _, lines in facts) * size * lead
        laid = _Laid(inner, (name, own), facts, size, lead, need)
        if need <= laid.room:
            break
    return laid


def _facts(page: Page, card: Card, laid: _Laid) -> None:
    """Set the facts; lines for which the card has no room go to the 续页 under the owner's name."""
    box, size, step, (name, own) = laid.box, laid.size, laid.size * laid.lead, laid.name
    face = typeface("label").for_name(card.name)
    gap = max(0.0, min(3.2 * MM, (box.height - laid.need) / (1 + len(laid.facts))))
    y = page.lines(name, box, face, own, own * 1.15) + gap
    body, label = typeface("body"), typeface("label")
    left = []
    for caption, wide, lines in laid.facts:
        if y + (len(lines) - 1) * step + size > box.bottom + 0.1:
            left.append(caption + "".join(line.text for line in lines))
            continue
        page.text(box.x, y + body.ink_top * size, caption, label, max(FLOOR, size - 0.5))
        page.lines(lines, Box(box.x + wide, y, box.width - wide, 0), body, size, step)
        y += len(lines) * step + gap
    with page.captioned(card.whose):
        page.leave_over("\n".join(left))


def _fact(caption: str, text: str, size: float, room: float, dense: bool) -> tuple[str, float, list[Line]]:
    """Caption, where the text begins beside it, and the lines of the text; dense: they run on under the caption."""
    label = typeface("label")
    if dense:
        caption = caption.replace("　", "")
        indent = label.width(caption, size) / size
        return caption, 0.0, break_lines(text, typeface("body"), size, room, indent_em=indent, justify=False)
    wide = label.width(caption, max(FLOOR, size - 0.5))
    return caption, wide, break_lines(text, typeface("body"), size, room - wide, justify=False)


def _shown(card: Card) -> Sequence[tuple[str, str]]:
    """Key and text; unit and grid also where they are empty."""
    facts = [("unit", card.unit), ("grid", card.grid), ("post", card.post), ("free_time", card.free_time)]
    return [(key, text) for key, text in facts if text or key in ("unit", "grid")]


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    return (box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)
