"""网格公示牌: one A4 a grid, in large type, to go up on a wall. No private phone and no address. 方案 五(二)3"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.kit.continuation import draw_continuation
from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Content, Label, Long, Row, Value, draw_grid
from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Box, Page, Sheets, small_notes, standard_foot
from reports.kit.text import FLOOR, break_lines, date_cn

_MARGIN = 20 * MM
_WIDTH = 170.0  # mm
_LABEL = 30.0
_BAND = 34 * MM
_TOP, _BOTTOM, _FOOT = 64 * MM, 272 * MM, 289 * MM
_RED = (0.76, 0.09, 0.11)
_WHITE = (1.0, 1.0, 1.0)
_CAPTION, _LEAD = 17.0, 1.45
_UNIT_BROKEN = 14.0  # pt: at this size a unit's long name goes on two lines, rather than all names be smaller
_LEAST_NAME = 24.0  # pt: a longer name goes on two lines
_MOST_SQUADS = 6
_MOST_PAIRS = 14  # rows of buildings, two to a row; more are set as running text


@dataclass(frozen=True, slots=True)
class NoticeSquad:
    """One 112 squad as shown: names by role."""

    name: str
    workers: tuple[str, ...] = ()
    cadres: tuple[str, ...] = ()
    volunteers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Roll:
    """Names under their unit, in columns, as large as they all fit; a name is never broken."""

    units: tuple[tuple[str, tuple[str, ...]], ...]

    def draw(self, page: Page, box: Box) -> None:
        inner = box.inset(3 * MM, 3 * MM)
        size = 20.0
        while size > FLOOR and not self._fits(size, inner):
            size -= 0.5
        y, left = inner.y, []
        for (unit, names), lines in zip(self.units, self._lines(size, inner.width), strict=True):
            if y + len(lines) * size * _LEAD > inner.bottom + 1:
                left.append(f"{unit}：{'、'.join(names)}")
                continue
            for line in lines:
                for x, text, role in line:
                    face = typeface(role).for_name(text)
                    own = max(FLOOR, min(size, int(2 * inner.width / face.width(text, 1.0)) / 2))
                    page.text(inner.x + x, y + face.ink_top * size, text, face, own)
                y += size * _LEAD
        page.leave_over("\n".join(left))

    def _fits(self, size: float, inner: Box) -> bool:
        height = sum(map(len, self._lines(size, inner.width))) * size * _LEAD
        widest = max((typeface("label").width(unit, size) for unit, _ in self.units), default=0.0)
        return height <= inner.height and (widest <= inner.width or size <= _UNIT_BROKEN)

    def _lines(self, size: float, width: float) -> list[list[list[tuple[float, str, str]]]]:
        """For each unit its lines, each a list of (x, text, face)."""
        body = typeface("body")
        step = 5 * size
        found = []
        for unit, names in self.units:
            heads = break_lines(unit, typeface("label"), size, width, justify=False)
            lines: list[list[tuple[float, str, str]]] = [[(0.0, head.text, "label")] for head in heads]
            lines.append([])
            x = 0.0
            for name in names:
                wide = -(-(body.for_name(name).width(name, size) + 0.8 * size) // step) * step
                if lines[-1] and x + wide > width:
                    lines.append([])
                    x = 0.0
                lines[-1].append((x, name, "body"))
                x += wide
            found.append(lines)
        return found


@dataclass(frozen=True, slots=True)
class NoticeData:
    """Everything on the notice."""

    grid: str
    community: str
    workers: tuple[tuple[str, str], ...] = ()  # name, work phone
    leads: tuple[tuple[str, str], ...] = ()  # building, names; '' where nobody leads it yet
    squads: tuple[NoticeSquad, ...] = ()
    cadres: tuple[tuple[str, tuple[str, ...]], ...] = ()  # unit, names
    scope: str = ""
    as_of: str = ""

    @property
    def people(self) -> int:
        return sum(len(names) for _, names in self.cadres)


def draw(data: NoticeData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the notice."""
    words = form_texts("grid_notice", texts)
    sheets.margins = (_MARGIN, _MARGIN)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
    page = sheets.page()
    _heading(data, page, words)
    done = draw_grid(page, page.left, _TOP, _rows(data, words), height=_BOTTOM - _TOP)
    notes = f"{words['scope']}{data.scope}\n{words['as_of']}{date_cn(data.as_of)}"
    small_notes(page, notes, Box(page.left, done.bottom + 1.5 * MM, page.right - page.left, 9 * MM))
    draw_continuation(sheets, words["continuation"], (data.grid, data.community), top=20 * MM, bottom=270 * MM)


def _heading(data: NoticeData, page: Page, words: Mapping[str, str]) -> None:
    """The grid's name in white on a red band, the community under it."""
    title, width = typeface("title"), page.right - page.left
    band = Box(page.left, 15 * MM, width, _BAND)
    page.shade(((band.x, band.y), (band.right, band.y), (band.right, band.bottom), (band.x, band.bottom)), _RED)
    page.ink(_WHITE)
    name = words["title"].format(grid=data.grid)
    size = min(58.0, int(2 * (width - 10 * MM) / (title.width(name, 1.0) * 1.1)) / 2)
    if size >= _LEAST_NAME:
        baseline = band.y + band.height / 2 + (title.ink_top - 0.5) * size
        page.text(page.size[0] / 2, baseline, name, title, size, align="centre", spacing=0.1 * size)
    else:
        page.put(name, band.inset(4 * MM, 2 * MM), title, size=32.0, one_line_from=_LEAST_NAME)
    page.ink()
    text = words["subtitle"].format(community=data.community)
    page.short(page.size[0] / 2, band.bottom + 10 * MM, text, title, 20, width, align="centre")


def _rows(data: NoticeData, words: Mapping[str, str]) -> list[Row]:
    workers = "　　".join(
        "　".join(part for part in (name, words["phone"] + phone if phone else "") if part)
        for name, phone in data.workers
    )
    rows = [
        Row(
            18,
            (
                Cell(_LABEL, Label(words["worker"], _CAPTION)),
                _wide(Value(workers, size=22, role="label"), words["worker"]),
            ),
        )
    ]
    rows += _lead_rows(data, words)
    rows += _squad_rows(data, words)
    caption = words["cadres"] + "\n" + words["count"].format(count=data.people)
    rows.append(Row(45, (Cell(_LABEL, Label(caption, _CAPTION)), _wide(Roll(data.cadres), caption)), 1.0))
    return rows


def _lead_rows(data: NoticeData, words: Mapping[str, str]) -> list[Row]:
    """Building and lead, two to a row; as running text where there are too many."""
    leads = [(place, who or words["no_lead"]) for place, who in data.leads]
    if not leads:
        return []
    count = -(-len(leads) // 2)
    if count > _MOST_PAIRS:
        text = "；".join(f"{place}　{who}" for place, who in leads)
        return [_text_row(words["leads"], text, 80, 0.5, 15)]
    height = max(7.0, min(11.0, 84.0 / count))
    rows = []
    half = (_WIDTH - _LABEL) / 2
    for at in range(count):
        cells: list[Cell] = [Cell(_LABEL, Label(words["leads"], _CAPTION), rows=count)] if at == 0 else []
        for number in (at, at + count):
            place, who = leads[number] if number < len(leads) else ("", "")
            caption = f"{place}{words['leads']}".replace(" ", "")
            cells += [Cell(32, Value(place, size=16)), Cell(half - 32, Value(who, size=16), caption=caption)]
        rows.append(Row(height, tuple(cells)))
    return rows


def _squad_rows(data: NoticeData, words: Mapping[str, str]) -> list[Row]:
    """A line for each squad under 网格员, 党员干部, 志愿者; as running text where there are too many."""
    squads = data.squads
    if not squads:
        return []
    heads = ("squad", "role_worker", "role_cadre", "role_volunteer")
    widths = (32.0, 29.0, 33.0, 46.0)
    body = typeface("body")
    lines = [
        (one.name, *("、".join(names) or words["lacking"] for names in (one.workers, one.cadres, one.volunteers)))
        for one in squads
    ]
    too_long = any(
        body.width(text, FLOOR) > 1.6 * (width * MM - 3 * MM)
        for texts in lines
        for text, width in zip(texts, widths, strict=True)
    )
    if len(squads) > _MOST_SQUADS or too_long:
        return [_text_row(words["squads"], "\n".join(_squad(one, words) for one in squads), 62, 0.3, 15)]
    side = Cell(_LABEL, Label(words["squads"], _CAPTION), rows=len(squads) + 1)
    rows = [Row(9, (side, *(Cell(width, Label(words[key], 13)) for key, width in zip(heads, widths, strict=True))))]
    for texts in lines:
        cells = (
            Cell(width, Value(text, size=15), caption=texts[0] + words[key])
            for key, width, text in zip(heads, widths, texts, strict=True)
        )
        rows.append(Row(10, tuple(cells)))
    return rows


def _squad(one: NoticeSquad, words: Mapping[str, str]) -> str:
    parts = (("role_worker", one.workers), ("role_cadre", one.cadres), ("role_volunteer", one.volunteers))
    return f"{one.name}　" + "　".join(f"{words[key]}：{'、'.join(names) or words['lacking']}" for key, names in parts)


def _text_row(caption: str, text: str, height: float, stretch: float, size: float) -> Row:
    return Row(height, (Cell(_LABEL, Label(caption, _CAPTION)), _wide(Long(text, size, 0.0), caption)), stretch)


def _wide(content: Content, caption: str) -> Cell:
    return Cell(_WIDTH - _LABEL, content, caption=caption.replace("\n", "").replace(" ", ""))
