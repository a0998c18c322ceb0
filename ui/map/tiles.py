"""What stands still - picture, coloured grids, marks - painted once per scale in squares that are then only copied."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterator
from dataclasses import dataclass, field
from math import sqrt

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPixmap, QPolygonF

from ui.kit import theme
from ui.map import look
from ui.map.lens import Lens
from ui.map.shapes import Box, MapScene

SIDE = 512  # device pixels of a square
KEPT = 64  # squares, 64 MB at most: twice a large screen
MARK, SMALL_MARK = 9, 4  # logical pixels at 10 pt
OF_ROOM = 0.16  # side of a mark against the side of the square that each building has for itself


@dataclass(slots=True)
class Layers:
    """What is shown."""

    ground: bool = True
    grids: bool = True
    buildings: bool = True
    names: bool = True


class Ground:
    """The picture below, with smaller copies so that a far view is smooth and quick."""

    def __init__(self, image: QImage | None = None) -> None:
        self.levels: list[QImage] = []
        if image is not None and not image.isNull():
            self.levels.append(image.convertToFormat(QImage.Format.Format_RGB32))
            while min(self.levels[-1].width(), self.levels[-1].height()) > 200:
                half = QSize(self.levels[-1].width() // 2, self.levels[-1].height() // 2)
                smooth = Qt.TransformationMode.SmoothTransformation
                self.levels.append(self.levels[-1].scaled(half, mode=smooth))

    def __bool__(self) -> bool:
        return bool(self.levels)

    def paint(self, painter: QPainter, part: Box, size: tuple[float, float], scale: float) -> None:
        """Paint the part of the map (y up) that the painter stands for; `scale` device pixels per map unit."""
        wanted = scale * size[0] / self.levels[0].width()  # device pixels per picture pixel
        level = 0
        while level + 1 < len(self.levels) and wanted * 2 ** (level + 1) <= 1.0:
            level += 1
        image = self.levels[level]
        kx, ky = image.width() / size[0], image.height() / size[1]
        left, bottom = max(part[0], 0.0), max(part[1], 0.0)
        right, top = min(part[2], size[0]), min(part[3], size[1])
        if right <= left or top <= bottom:
            return
        target = QRectF(left * scale, -top * scale, (right - left) * scale, (top - bottom) * scale)
        source = QRectF(left * kx, (size[1] - top) * ky, (right - left) * kx, (top - bottom) * ky)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, wanted * 2**level < 2.5)
        painter.drawImage(target, image, source)


@dataclass(slots=True)
class Tiles:
    """The squares painted so far. `forget()` after anything but the place of the lens has changed."""

    scene: MapScene = field(default_factory=MapScene)
    ground: Ground = field(default_factory=Ground)
    layers: Layers = field(default_factory=Layers)
    colours: list[QColor] = field(default_factory=list)
    hidden: frozenset[str] = frozenset()  # uids not painted here: they are being moved
    _kept: OrderedDict[tuple[int, int], QPixmap] = field(default_factory=OrderedDict)
    _state: tuple[float, ...] = ()
    _polygons: list[tuple[Box, QPolygonF, int]] = field(default_factory=list)

    def forget(self) -> None:
        """Paint everything anew."""
        self._kept.clear()
        self._state = ()

    def draw(self, painter: QPainter, lens: Lens) -> None:
        """Copy the squares in view, painting those that are new. The painter is in device pixels."""
        if self._state != (state := (lens.device_scale, lens.ratio)):
            self._kept.clear()
            self._state = state
            self._measure(lens.device_scale)
        for i, j in self._in_view(lens):
            tile = self._kept.get((i, j))
            if tile is None:
                tile = self._kept[i, j] = self._paint(i, j, lens)
                if len(self._kept) > KEPT:
                    self._kept.popitem(last=False)
            else:
                self._kept.move_to_end((i, j))
            painter.drawPixmap(i * SIDE - lens.left, j * SIDE - lens.top, tile)

    def _in_view(self, lens: Lens) -> Iterator[tuple[int, int]]:
        right = lens.left + int(lens.width * lens.ratio) + 1
        bottom = lens.top + int(lens.height * lens.ratio) + 1
        for j in range(lens.top // SIDE, bottom // SIDE + 1):
            for i in range(lens.left // SIDE, right // SIDE + 1):
                yield i, j

    def _measure(self, scale: float) -> None:
        self._polygons = [
            (grid.box, QPolygonF([QPointF(x * scale, -y * scale) for x, y in grid.ring]), grid.level)
            for grid in self.scene.drawn
            if grid.uid not in self.hidden
        ]

    def _paint(self, i: int, j: int, lens: Lens) -> QPixmap:
        tile = QPixmap(SIDE, SIDE)
        tile.fill(theme.color("bg"))
        scale = lens.device_scale
        part = (i * SIDE / scale, -(j + 1) * SIDE / scale, (i + 1) * SIDE / scale, -j * SIDE / scale)
        painter = QPainter(tile)
        painter.translate(-i * SIDE, -j * SIDE)
        pictured = self._paint_ground(painter, part, scale)
        if self.layers.grids:
            self._paint_grids(painter, part, pictured, lens.ratio)
        if self.layers.buildings:
            self._paint_buildings(painter, part, lens)
        painter.end()
        return tile

    def _paint_ground(self, painter: QPainter, part: Box, scale: float) -> bool:
        left, bottom, right, top = self.scene.bounds
        paper = QRectF(left * scale, -top * scale, (right - left) * scale, (top - bottom) * scale)
        painter.fillRect(paper, theme.color("base"))
        if not (self.layers.ground and self.ground and self.scene.size[0] > 0):
            return False
        self.ground.paint(painter, part, self.scene.size, scale)
        if look.is_dark():
            painter.fillRect(paper, QColor(0, 0, 0, look.DIMMED))
        return True

    def _paint_grids(self, painter: QPainter, part: Box, pictured: bool, ratio: float) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        line = look.pen("box", 1.2 * ratio)
        plain = look.fill(theme.color("hover"), True)
        brushes = [look.fill(colour, pictured) for colour in self.colours]
        for box, polygon, level in self._polygons:
            if _touch(box, part):
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(brushes[level] if 0 <= level < len(brushes) else plain)
                painter.drawPolygon(polygon)
                painter.setPen(line)
                painter.setBrush(Qt.BrushStyle.NoBrush)
                painter.drawPolygon(polygon)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)

    def _paint_buildings(self, painter: QPainter, part: Box, lens: Lens) -> None:
        scale, side = lens.device_scale, self.mark_side(lens) * lens.ratio
        room = side / scale
        box = (part[0] - room, part[1] - room, part[2] + room, part[3] + room)
        led, open_ones = [], []
        half = side / 2
        for one in self.scene.buildings_in(box):
            if one.uid not in self.hidden:
                rect = QRectF(round(one.x * scale - half), round(-one.y * scale - half), round(side), round(side))
                (led if one.led else open_ones).append(rect)
        painter.setPen(theme.color("base"))
        painter.setBrush(theme.color("text"))
        painter.drawRects(led)
        painter.setPen(look.pen("text", 1.4 * lens.ratio if side > 1.5 * theme.px(SMALL_MARK) * lens.ratio else 1))
        painter.setBrush(theme.color("base"))
        painter.drawRects(open_ones)

    def mark_side(self, lens: Lens) -> float:
        """Logical pixels of a building's mark: as large as the room of each allows."""
        left, bottom, right, top = self.scene.bounds
        room = (right - left) * (top - bottom) * lens.scale**2 / max(len(self.scene.buildings), 1)
        return min(max(sqrt(room) * OF_ROOM, theme.px(SMALL_MARK)), theme.px(MARK))


def _touch(one: Box, other: Box) -> bool:
    return one[0] <= other[2] and other[0] <= one[2] and one[1] <= other[3] and other[1] <= one[3]
