"""What lies over the still map and changes from moment to moment: selection, names, the tool's work, cross, focus."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPolygonF

from ui.kit import theme
from ui.map import look

if TYPE_CHECKING:
    from ui.map.canvas import MapCanvas

CROSS, GAP = 14, 4  # logical pixels at 10 pt


def paint_over(painter: QPainter, canvas: MapCanvas) -> None:
    """Paint all of it, in logical pixels."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    lens, layers, scene = canvas.lens, canvas.tiles.layers, canvas.scene
    if layers.grids:
        _outline(painter, canvas, canvas.hovered, "sub", 1.6)
        _outline(painter, canvas, canvas.selected, "accent", 3)
        _outline(painter, canvas, canvas.over_grid, "ok", 4)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, False)
    taken: list[QRectF] = []
    if layers.grids:
        taken = canvas.labels.draw_grids(painter, lens, scene, canvas.font(), layers.names)
    side = canvas.tiles.mark_side(lens)
    if layers.buildings and layers.names:
        canvas.labels.draw_buildings(painter, lens, scene, canvas.font(), side, taken)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    for uid, tone in ((canvas.selected_building, "accent"), (canvas.over_building, "ok")):
        if layers.buildings and (one := scene.building_by_uid.get(uid)) is not None:
            _ring(painter, lens.to_view((one.x, one.y)), side, tone, 2.5)
    canvas.tool.paint(painter)
    if canvas.flashing is not None:
        place, left = canvas.flashing
        _ring(painter, lens.to_view(place), theme.px(14 + 5 * (left % 4)), "accent", 3)
    if canvas.crosshair is not None:
        _cross(painter, lens.to_view(canvas.crosshair))
    if canvas.hasFocus():
        painter.setPen(look.pen("accent", 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(QRectF(canvas.rect()).adjusted(1, 1, -1, -1))


def _outline(painter: QPainter, canvas: MapCanvas, uid: str, tone: str, width: float) -> None:
    grid = canvas.scene.by_uid.get(uid)
    if grid is None or len(grid.ring) < 3:
        return
    polygon = QPolygonF([canvas.lens.to_view(point) for point in grid.ring])
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, wide in (("base", width + 2), (tone, width)):  # the accent is a blue, as most grids are
        painter.setPen(look.pen(name, wide))
        painter.drawPolygon(polygon)


def _ring(painter: QPainter, at: QPointF, radius: float, tone: str, width: float) -> None:
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for name, wide in (("base", width + 2), (tone, width)):
        painter.setPen(look.pen(name, wide))
        painter.drawEllipse(at, radius, radius)


def _cross(painter: QPainter, at: QPointF) -> None:
    far, gap = theme.px(CROSS), theme.px(GAP)
    for name, wide in (("base", 4), ("mark", 2)):
        painter.setPen(look.pen(name, wide))
        for dx, dy in ((1, 0), (-1, 0), (0, 1), (0, -1)):
            painter.drawLine(at + QPointF(dx * gap, dy * gap), at + QPointF(dx * far, dy * far))
