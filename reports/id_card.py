"""亮身份卡: cards to wear, eight on an A4 sheet with marks to cut by. 方案 四(二)1"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.kit.fonts import Typeface, require_glyphs, typeface
from reports.kit.form_texts import form_texts
from reports.kit.page import A4, MM, Box, Page, Sheets, small_notes, standard_foot
from reports.kit.text import FLOOR, Line, break_lines, date_cn

CARD = (90 * MM, 62 * MM)
ACROSS, DOWN = 2, 4
_LEFT = (A4[0] - ACROSS * CARD[0]) / 2
_TOP = 15 * MM
_BAND = 12 * MM
_PHOTO = (25 * MM, 35 * MM)
_MARK = 4 * MM
_FOOT = 289 * MM
RED = (0.76, 0.09, 0.11)
_LEAD, _MORE = 1.2, "…"
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
    """Draw the sheets of cards; MissingGlyph before anything is drawn."""
    words = form_texts("id_card", texts)
    require_glyphs((words, data.issuer), "亮身份卡")
    for card in data.cards:
        require_glyphs(card, card.whose)
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
    band = Box(box.x + 2 * MM, box.y + 2 * MM, box.width - 4 * MM, _BAND)
    page.shade(_corners(band), RED)
    page.ink(_WHITE)
    title = typeface("title")
    text = words["band"]
    size = min(19.0, int(2 * (band.width - 8 * MM) / (title.width(text, 1.0) + 0.12 * (len(text) - 1))) / 2)
    baseline = band.y + band.height / 2 + (title.ink_top - 0.5) * size
    page.text(band.x + band.width / 2, baseline, text, title, size, align="centre", spacing=0.12 * size)
    page.ink()
    photo = Box(box.x + 5 * MM, band.bottom + 4.5 * MM, *_PHOTO)
    if card.photo:
        page.photo(card.photo, photo)
    else:
        page.put(words["photo"], photo.inset(2 * MM, 2 * MM), typeface("kai"), size=10)
    page.frame(photo)
    left = photo.right + 4 * MM
    _facts(page, Box(left, photo.y, box.right - 5 * MM - left, photo.height), card, words)
    kai = typeface("kai")
    room = box.width - 10 * MM
    size = max(FLOOR, min(10.0, int(2 * room / max(1.0, kai.width(issuer, 1.0))) / 2))
    told = _cut(issuer, kai, size, room)
    page.text(box.right - 5 * MM, box.bottom - 3.6 * MM, told, kai, size, align="right")


def _facts(page: Page, box: Box, card: Card, words: Mapping[str, str]) -> None:
    """The name large, below it what residents should know, at the largest size that holds all of it."""
    face = typeface("label").for_name(card.name)
    facts = _shown(card)
    for largest, size in ((22.0, 12.0), (22.0, 11.0), (22.0, 10.5), (20.0, 10.0), (18.0, 9.5), (11.0, FLOOR)):
        own = max(FLOOR, min(largest, int(2 * box.width / max(1.0, face.width(card.name, 1.0))) / 2))
        name = break_lines(card.name, face, own, box.width, justify=False)
        laid = [_fact(words[key], text, size, box.width, most) for key, text, most in facts]
        need = len(name) * own * 1.15 + sum(len(lines) for _, _, lines in laid) * size * _LEAD
        if need + 1.4 * MM * (1 + len(facts)) <= box.height:
            break
    gap = max(0.3 * MM, min(3.2 * MM, (box.height - need) / (1 + len(facts))))
    y = page.lines(name, box, face, own, own * 1.15) + gap
    body, label = typeface("body"), typeface("label")
    for caption, wide, lines in laid:
        page.text(box.x, y + body.ink_top * size, caption, label, max(FLOOR, size - 0.5))
        page.lines(lines, Box(box.x + wide, y, box.width - wide, 0), body, size, size * _LEAD)
        y += len(lines) * size * _LEAD + gap


def _fact(caption: str, text: str, size: float, room: float, most: int) -> tuple[str, float, list[Line]]:
    """Caption, its width, and the text in at most so many lines: a card has no further page, so … stands for more."""
    body = typeface("body")
    wide = typeface("label").width(caption, max(FLOOR, size - 0.5))
    lines = break_lines(text, body, size, room - wide, justify=False)
    if size > FLOOR or len(lines) <= most:
        return caption, wide, lines
    last = _cut(lines[most - 1].text + lines[most].text, body, size, room - wide)
    return caption, wide, [*lines[: most - 1], Line(last, 0, body.width(last, size))]


def _cut(text: str, face: Typeface, size: float, room: float) -> str:
    """The text if it fits, else as much of it as does, and …"""
    if face.width(text, size) <= room:
        return text
    while text and face.width(text + _MORE, size) > room:
        text = text[:-1]
    return text + _MORE


def _shown(card: Card) -> Sequence[tuple[str, str, int]]:
    """Key, text and how many lines it may take at the smallest size."""
    facts = [("unit", card.unit, 2), ("grid", card.grid, 1), ("post", card.post, 1), ("free_time", card.free_time, 2)]
    return [(key, text, most) for key, text, most in facts if text or key in ("unit", "grid")]


def _corners(box: Box) -> tuple[tuple[float, float], ...]:
    return (box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)
