"""网格图: the grids as lines, coloured by a figure that always stands in the grid too, on A4 or A3 across.

Works with the ground picture or without. Outlines are in picture coordinates, y up. In grey the classes stay apart:
each is darker than the one before.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from reports.kit.fonts import typeface
from reports.kit.form_texts import form_texts
from reports.kit.page import A4, A4_ACROSS, MM, Box, Colour, Page, Sheets, small_notes, standard_foot
from reports.kit.text import FLOOR, date_cn
from reports.map_places import Room, centres, label_places

A3_ACROSS = (2 * A4[0], A4[1])
_MARGIN = 15 * MM
# light to dark, none so dark that black figures cannot be read on it: grey values 0.97, 0.88, 0.78, 0.67, 0.56
CLASSES = ((0.95, 0.97, 0.99), (0.80, 0.90, 0.96), (0.64, 0.81, 0.92), (0.47, 0.71, 0.87), (0.33, 0.60, 0.80))
_NO_FIGURE = (1.0, 1.0, 1.0)
_WHITE = (1.0, 1.0, 1.0)
_BORDER, _LEGEND_WIDTH = 0.9, 46 * MM
_DOT = 0.9 * MM
_NO_ROOM, _NO_ROOM_NUMBERS = "图上写不下的网格", "图上写不下的楼号"

Point = tuple[float, float]


@dataclass(frozen=True, slots=True)
class MapGrid:
    """One grid: its ring in picture coordinates, its figure as a number and as printed."""

    name: str
    ring: tuple[Point, ...]
    figure: float | None = None
    text: str = ""


@dataclass(frozen=True, slots=True)
class MapMark:
    """A building."""

    x: float
    y: float
    number: str


@dataclass(frozen=True, slots=True)
class MapClass:
    """One colour of the legend: what it stands for and how many grids have it."""

    upto: float
    text: str
    count: int = 0


@dataclass(frozen=True, slots=True)
class MapData:
    """Everything on the map."""

    community: str
    figure: str  # what is coloured by, in words
    extent: tuple[float, float, float, float]  # left, bottom, right, top in picture coordinates
    grids: tuple[MapGrid, ...]
    marks: tuple[MapMark, ...] = ()
    classes: tuple[MapClass, ...] = ()
    picture: bytes | None = None  # JPEG, already pale
    ground: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)  # where it lies, as `extent`
    ground_colour: Colour = (1.0, 1.0, 1.0)  # of the picture on average: what shows through every tint
    undrawn: tuple[str, ...] = ()  # grids without an outline
    paper: str = "A4"
    scope: str = ""
    as_of: str = ""


def classes_of(figures: Sequence[float], unit: str, *, most: int = len(CLASSES)) -> tuple[MapClass, ...]:
    """At most five classes of about the same number of grids each, with round whole bounds."""
    values = sorted(figures)
    bounds: list[float] = []
    for number in range(1, most + 1):
        bound = values[-(-len(values) * number // most) - 1] if values else 0.0
        bound = float(-(-bound // 1))  # whole numbers: upwards, so that nobody falls out
        if values and (not bounds or bound > bounds[-1]):
            bounds.append(bound)
    found, low = [], None
    for bound in bounds:
        inside = [one for one in values if one <= bound and (low is None or one > low)]
        first = 0 if low is None and values[0] <= 0 else int(-(-min(inside) // 1)) if low is None else int(low) + 1
        text = f"{int(bound)}{unit}" if first >= bound else f"{first}—{int(bound)}{unit}"
        found.append(MapClass(bound, text, len(inside)))
        low = bound
    return tuple(found)


def draw(data: MapData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the map."""
    words = form_texts("grid_map", texts)
    sheets.size = A3_ACROSS if data.paper == "A3" else A4_ACROSS
    sheets.margins = (_MARGIN, _MARGIN)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=sheets.size[1] - 9 * MM)
    page = sheets.page()
    big = 1.25 if data.paper == "A3" else 1.0
    middle, title = page.size[0] / 2, typeface("title")
    name, width = words["title"].format(community=data.community), page.right - page.left
    page.short(middle, 19 * MM, name, title, 22 * big, width, align="centre")
    subtitle = words["subtitle"].format(figure=data.figure)
    page.text(middle, (26 + 2 * big) * MM, subtitle, typeface("kai"), 13 * big, align="centre")
    top, bottom = (31 + 2 * big) * MM, page.size[1] - 26 * MM
    _notes(data, page, words, bottom + 2 * MM)
    legend = Box(page.right - _LEGEND_WIDTH * big, top, _LEGEND_WIDTH * big, bottom - top)
    frame = Box(page.left, top, legend.x - 5 * MM - page.left, bottom - top)
    told = "；".join(f"{one.name}{one.text or words['none']}" for one in data.grids)
    with page.figure(f"{name}，{data.figure}：{told}", frame):
        _map(data, page, frame, big)
    _legend(data, page, legend, words, big)


def _notes(data: MapData, page: Page, words: Mapping[str, str], top: float) -> None:
    lines = [f"{words['scope']}{data.scope}　{words['as_of']}{date_cn(data.as_of)}"]
    if data.undrawn:
        lines.append(words["undrawn"] + "、".join(data.undrawn))
    small_notes(page, "\n".join(lines), Box(page.left, top, page.right - page.left, 10 * MM))


def _map(data: MapData, page: Page, frame: Box, big: float) -> None:
    """Picture, colours, lines, marks, figures: each over the one before."""
    left, low, right, high = data.extent
    scale = min(frame.width / (right - left), frame.height / (high - low))
    x0 = frame.x + (frame.width - scale * (right - left)) / 2
    y0 = frame.y

    def at(point: Point) -> Point:
        return x0 + (point[0] - left) * scale, y0 + (high - point[1]) * scale

    rings = [[at(point) for point in one.ring] for one in data.grids]
    if data.picture:
        (x1, y1), (x2, y2) = at((data.ground[0], data.ground[3])), at((data.ground[2], data.ground[1]))
        page.photo(data.picture, Box(x1, y1, x2 - x1, y2 - y1))
    for one, ring in zip(data.grids, rings, strict=True):
        colour = class_colour(one.figure, data.classes)
        if colour != _NO_FIGURE:
            page.shade(ring, colour, multiply=data.picture is not None)
    for ring in rings:
        page.outline(ring, _BORDER * big)
    room = Room(rings)
    marks = [at((one.x, one.y)) for one in data.marks]
    kept = [_kept_clear(mark, point, big) for mark, point in zip(data.marks, marks, strict=True)]
    unnamed: list[str] = []
    for one, ring, centre in zip(data.grids, rings, centres(rings), strict=True):
        if not _label(page, one, label_places(ring, centre), room, kept, big):
            unnamed.append(f"{one.name}　{one.text}")
    with page.captioned(_NO_ROOM):
        page.leave_over("；".join(unnamed))
    _marks(page, data.marks, marks, room, big)


def class_colour(figure: float | None, classes: Sequence[MapClass]) -> tuple[float, float, float]:
    """The colour of a figure: the classes spread over the whole scale, however few they are."""
    if figure is None:
        return _NO_FIGURE
    for number, one in enumerate(classes):
        if figure <= one.upto:
            return CLASSES[_shade_of(number, len(classes))]
    return CLASSES[-1]


def _shade_of(number: int, count: int) -> int:
    return round(number * (len(CLASSES) - 1) / (count - 1)) if count > 1 else 1


def _label(page: Page, grid: MapGrid, places: Sequence[Point], room: Room, kept: Sequence[Box], big: float) -> bool:
    """Name and figure on white, near the middle, clear of the buildings or of as many as can be.

    False if the grid is too small for its name.
    """
    named = tuple(part for part in (grid.name, grid.text) if part)
    tries = [(named, 11.0 * big), (named, 9.5), (named, FLOOR), (("　".join(named),), FLOOR)]
    there = _place(tries, places, room, kept)
    figure = ((grid.text,) if grid.text else (), FLOOR)
    box, (lines, size) = there or _place([figure], places, room, kept) or (_label_box(*figure, places[0]), figure)
    page.shade(((box.x, box.y), (box.right, box.y), (box.right, box.bottom), (box.x, box.bottom)), _WHITE)
    label = typeface("label")
    baseline = box.y + 1.5 + label.ink_top * size + 0.1 * size
    for line in lines:
        page.text(box.x + box.width / 2, baseline, line, label, size, align="centre")
        baseline += size * 1.25
    room.take(box)
    return there is not None or not grid.name


_Words = tuple[tuple[str, ...], float]  # the lines of a label and their size


def _place(
    tries: Sequence[_Words], places: Sequence[Point], room: Room, kept: Sequence[Box]
) -> tuple[Box, _Words] | None:
    """The first label that stands clear of all buildings; else where the fewest are hidden; None if none fits inside."""
    inside: list[tuple[int, Box, _Words]] = []
    for words in tries:
        for place in places:
            box = _label_box(*words, place)
            hidden = _covered(box, kept)
            if (not hidden or not inside or hidden < inside[-1][0]) and room.holds(box):
                if not hidden:
                    return box, words
                inside.append((hidden, box, words))
    return inside[-1][1:] if inside else None


def _label_box(lines: tuple[str, ...], size: float, middle: Point) -> Box:
    wide = max((typeface("label").width(line, size) for line in lines), default=0.0) + 4
    high = len(lines) * size * 1.25 + 3
    return Box(middle[0] - wide / 2, middle[1] - high / 2, wide, high)


def _kept_clear(mark: MapMark, point: Point, big: float) -> Box:
    """A building's dot and the number at its right."""
    reach, (x, y) = _DOT * big + 1, point
    wide = typeface("body").width(mark.number, FLOOR)
    return Box(x - reach, y - FLOOR / 2, 2 * reach + wide, FLOOR)


def _covered(box: Box, kept: Sequence[Box]) -> int:
    """How many buildings lie under a label."""
    return sum(
        box.x < one.right + 1 and one.x - 1 < box.right and box.y < one.bottom + 1 and one.y - 1 < box.bottom
        for one in kept
    )


def _marks(page: Page, marks: Sequence[MapMark], points: Sequence[Point], room: Room, big: float) -> None:
    """A dot for each building; its number beside it where there is room."""
    body, size, reach = typeface("body"), FLOOR, _DOT * big
    shown = [(mark, x, y) for mark, (x, y) in zip(marks, points, strict=True)
             if room.free(Box(x - reach, y - reach, 2 * reach, 2 * reach))]  # fmt: skip
    unnamed = [mark.number for mark in marks if mark.number]
    for _, x, y in shown:
        page.dot(x, y, reach)
    for _, x, y in shown:
        room.take(Box(x - reach, y - reach, 2 * reach, 2 * reach))
    for mark, x, y in shown:
        width = body.width(mark.number, size)
        for left, top in ((x + reach + 1, y - size / 2), (x - reach - 1 - width, y - size / 2),
                          (x - width / 2, y - reach - 1 - size), (x - width / 2, y + reach + 1)):  # fmt: skip
            box = Box(left, top, width, size)
            if mark.number and room.free(box, off_lines=1.5):
                page.text(left, top + body.ink_top * size, mark.number, body, size)
                room.take(box)
                unnamed.remove(mark.number)
                break
    with page.captioned(_NO_ROOM_NUMBERS):
        page.leave_over("、".join(unnamed))


def _legend(data: MapData, page: Page, box: Box, words: Mapping[str, str], big: float) -> None:
    """图例: the classes with how many grids each, then what dots and lines mean."""
    label, body, kai, size = typeface("label"), typeface("body"), typeface("kai"), 10.5 * big
    y = box.y + 5 * MM * big
    page.text(box.x, y, words["legend"], label, 13 * big)
    y += 4 * MM * big
    swatch, step = (9 * MM * big, 5.5 * MM * big), 8 * MM * big
    rows = [(CLASSES[_shade_of(at, len(data.classes))], one.text, one.count) for at, one in enumerate(data.classes)]
    missing = sum(one.figure is None for one in data.grids)
    if missing:
        rows.append((_NO_FIGURE, words["none"], missing))
    for colour, text, count in rows:
        area = Box(box.x, y, *swatch)
        corners = ((area.x, area.y), (area.right, area.y), (area.right, area.bottom), (area.x, area.bottom))
        page.shade(corners, data.ground_colour)
        page.shade(corners, colour, multiply=True)
        page.frame(area)
        baseline = y + swatch[1] / 2 + (body.ink_top - 0.5) * size
        wide = page.text(area.right + 2.5 * MM, baseline, text, body, size)
        page.text(area.right + 4.5 * MM + wide, baseline, f"{count}个网格", kai, FLOOR * big)
        y += step
    y += 2 * MM * big
    if data.marks:
        page.dot(box.x + swatch[0] / 2, y + swatch[1] / 2, _DOT * big)
        page.text(box.x + swatch[0] + 2.5 * MM, y + swatch[1] / 2 + 0.32 * size, words["building"], body, size)
        y += step
    middle = y + swatch[1] / 2
    page.rules([(box.x, middle, box.x + swatch[0], middle)], _BORDER * big)
    page.text(box.x + swatch[0] + 2.5 * MM, middle + 0.32 * size, words["grids"], body, size)
