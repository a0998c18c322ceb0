"""Names and figures over the map: a grid always tells its figure, names where there is room, none over another."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter

from ui.kit import theme
from ui.map.lens import Lens
from ui.map.shapes import MapBuilding, MapGrid, MapScene, Point, Ring, anchor, is_inside

ROOM_OF_A_NAME = 15_000  # square pixels at 10 pt that a building needs for its name
MOST_NAMES = 250
MOST_MARKS = 2000  # with more, no place is free
ASIDE = ((0, 0), (0, 1.4), (0, -1.4), (1.2, 0), (-1.2, 0), (1.2, 1.4), (-1.2, 1.4), (1.2, -1.4), (-1.2, -1.4))
OUTSIDE = 1_000_000
VEIL = 222  # how dense the ground of a label is, of 255


class Labels:
    """Draws labels; keeps what it measured until the scene or the font changes."""

    def __init__(self) -> None:
        self._anchors: dict[str, Point] = {}
        self._widths: dict[tuple[str, bool], float] = {}
        self._aside: dict[tuple[str, float, float], Point] = {}
        self._fonts: tuple[QFont, QFont] | None = None

    def forget(self) -> None:
        """Measure again."""
        self._anchors.clear()
        self._widths.clear()
        self._aside.clear()
        self._fonts = None

    def fonts(self, base: QFont) -> tuple[QFont, QFont]:
        """Plain, and bold with digits of one width."""
        if self._fonts is None:
            plain = QFont(base)
            bold = theme.digits(base)
            bold.setBold(True)
            self._fonts = (plain, bold)
        return self._fonts

    def anchor(self, grid: MapGrid) -> Point:
        """Where the label of a grid stands."""
        if grid.uid not in self._anchors:
            self._anchors[grid.uid] = anchor(grid.ring)
        return self._anchors[grid.uid]

    def draw_grids(self, painter: QPainter, lens: Lens, scene: MapScene, base: QFont, names: bool) -> list[QRectF]:
        """Name and figure in the middle of each grid, as much as fits; returns the rectangles taken."""
        taken = []
        plain, bold = self.fonts(base)
        high = QFontMetricsF(bold).height()
        for grid in scene.drawn:
            left, bottom, right, top = grid.box
            wide, tall = (right - left) * lens.scale * 0.96, (top - bottom) * lens.scale * 0.92
            lines = self._lines(grid, names, plain, bold, wide, tall, high)
            if lines:
                at = self._free_place(lens, scene, grid, *self._size(lines, (plain, bold), high))
                if -wide < at.x() < lens.width + wide and -tall < at.y() < lens.height + tall:
                    taken.append(self._draw(painter, at, lines, (plain, bold), high))
        return taken

    def _lines(
        self, grid: MapGrid, names: bool, plain: QFont, bold: QFont, wide: float, tall: float, high: float
    ) -> list[tuple[str, bool]]:
        """The fullest words that fit: name over figure, number and figure, figure alone."""
        choices: list[list[tuple[str, bool]]] = []
        if names:
            choices.append([(grid.name, False), (grid.figure, True)] if grid.figure else [(grid.name, True)])
            if grid.number:
                choices.append([(grid.number, False), (grid.figure, True)] if grid.figure else [(grid.number, True)])
                choices.append([(f"{grid.number} · {grid.figure}" if grid.figure else grid.number, True)])
        if grid.figure:
            choices.append([(grid.figure, True)])
        gap = theme.px(8)
        for lines in choices:
            width = max(self._width(text, strong, bold if strong else plain) for text, strong in lines)
            if width + gap <= wide and len(lines) * high + gap / 2 <= tall:
                return lines
        return []

    def _width(self, text: str, strong: bool, font: QFont) -> float:
        if (text, strong) not in self._widths:
            self._widths[text, strong] = QFontMetricsF(font).horizontalAdvance(text)
        return self._widths[text, strong]

    def _size(self, lines: Sequence[tuple[str, bool]], fonts: tuple[QFont, QFont], high: float) -> tuple[float, float]:
        width = max(self._width(text, strong, fonts[strong]) for text, strong in lines)
        return width + theme.px(10), high * len(lines) + theme.px(2)

    def _free_place(self, lens: Lens, scene: MapScene, grid: MapGrid, width: float, height: float) -> QPointF:
        """The middle of the grid, or a place near it where the label covers fewer marks; it stays while panning."""
        middle = self.anchor(grid)
        key = (grid.uid, lens.scale, width)
        if key not in self._aside:
            half = (width / 2 / lens.scale, height / 2 / lens.scale)
            choices = [(0.0, 0.0)]
            if len(scene.buildings) <= MOST_MARKS:
                choices = [(dx * half[0], dy * half[1]) for dx, dy in ASIDE]
            self._aside[key] = min(
                choices,
                key=lambda by: _covered(scene, grid.ring, (middle[0] + by[0], middle[1] + by[1]), half, any(by)),
            )
        by = self._aside[key]
        return lens.to_view((middle[0] + by[0], middle[1] + by[1]))

    def _draw(
        self, painter: QPainter, at: QPointF, lines: Sequence[tuple[str, bool]], fonts: tuple[QFont, QFont], high: float
    ) -> QRectF:
        width, height = self._size(lines, fonts, high)
        rect = QRectF(round(at.x() - width / 2), round(at.y() - height / 2), round(width), round(height))
        veil(painter, rect)
        painter.setPen(theme.color("text"))
        for number, (text, strong) in enumerate(lines):
            painter.setFont(fonts[strong])
            line = QRectF(rect.left(), rect.top() + theme.px(1) + number * high, rect.width(), high)
            painter.drawText(line, Qt.AlignmentFlag.AlignCenter, text)
        return rect

    def draw_buildings(
        self, painter: QPainter, lens: Lens, scene: MapScene, base: QFont, side: float, taken: list[QRectF]
    ) -> None:
        """Names of the buildings in view beside their marks, where they have room and cover nothing."""
        plain, _ = self.fonts(base)
        shown = list(scene.buildings_in(lens.visible()))
        scaled = ROOM_OF_A_NAME * (theme.px(100) / 100) ** 2
        if not shown or len(shown) > MOST_NAMES or lens.width * lens.height / len(shown) < scaled:
            return
        metrics = QFontMetricsF(plain)
        high = metrics.height()
        painter.setFont(plain)
        for one in shown:
            rect = self._beside(lens, one, side, high, plain)
            if not any(rect.intersects(other) for other in taken):
                taken.append(rect)
                veil(painter, rect)
                painter.setPen(theme.color("text"))
                painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, one.label)

    def _beside(self, lens: Lens, one: MapBuilding, side: float, high: float, font: QFont) -> QRectF:
        at = lens.to_view((one.x, one.y))
        width = self._width(one.label, False, font) + theme.px(6)
        return QRectF(round(at.x() + side / 2 + 2), round(at.y() - high / 2), round(width), round(high))


def _covered(scene: MapScene, ring: Ring, at: Point, half: Point, moved: bool) -> int:
    """How many marks a label there would cover; very many if it would leave its grid."""
    left, bottom, right, top = at[0] - half[0], at[1] - half[1], at[0] + half[0], at[1] + half[1]
    corners = ((left, bottom), (right, bottom), (right, top), (left, top))
    if moved and not all(is_inside(ring, *corner) for corner in corners):
        return OUTSIDE
    marks = scene.buildings_in((left, bottom, right, top))
    return sum(1 for one in marks if left <= one.x <= right and bottom <= one.y <= top)


def veil(painter: QPainter, rect: QRectF) -> None:
    """The ground of a label: the map shows a little through it."""
    colour = QColor(theme.color("base"))
    colour.setAlpha(VEIL)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(colour)
    painter.drawRoundedRect(rect, theme.px(4), theme.px(4))
