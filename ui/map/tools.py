"""What the mouse and the keys mean on the map: one tool at a time. Here: what all share, and 选择."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF
from PySide6.QtGui import QPainter, QPolygonF

from ui.kit import theme
from ui.map import look
from ui.map.shapes import Point

if TYPE_CHECKING:
    from ui.map.canvas import MapCanvas

NEAR = 10  # logical pixels at 10 pt: what the mouse means to touch


class Tool:
    """Nothing but looking. A subclass answers what it cares for; places are map points."""

    id = ""
    crosshair = False  # arrows move a cross that Space sets points with, instead of the map

    def __init__(self, canvas: MapCanvas) -> None:
        self.canvas = canvas

    def hint(self) -> str:
        """What to do now, in one sentence."""
        return ""

    def grab(self, _at: Point) -> bool:
        """The button went down here: True takes hold of something, else the drag moves the map."""
        return False

    def drag(self, at: Point) -> None:
        """What is held is here now."""

    def drop(self, at: Point) -> None:
        """It is let go here."""

    def click(self, at: Point) -> None:
        """Pressed and let go without moving; or Space on the cross."""

    def double(self, at: Point) -> None:
        """Clicked twice."""

    def hover(self, at: Point) -> None:
        """The mouse or the cross is here."""

    def mark(self, at: Point) -> None:
        """Space on the cross."""
        self.click(at)

    def finish(self) -> None:
        """Enter."""

    def back(self) -> None:
        """Backspace."""

    def cancel(self) -> bool:
        """Esc: give up what is under way; False if nothing is."""
        return False

    def stops(self) -> list[Point]:
        """Places that the keys , and . bring the cross to."""
        return []

    def turn(self, by: int) -> bool:
        """The keys [ and ]: True if the tool uses them itself."""
        return False

    def paint(self, painter: QPainter) -> None:
        """What is under way, over the map, in view coordinates."""

    def view(self, points: list[Point]) -> QPolygonF:
        """Map points as they stand in the view."""
        return QPolygonF([self.canvas.lens.to_view(point) for point in points])


class Select(Tool):
    """Click selects, double click or Enter opens."""

    id = "select"

    def hint(self) -> str:
        """The keys of looking."""
        return "单击选中，Enter 到详情；[ ] 换网格，输入编号直接选中；方向键移动，+ − 缩放，0 看全图。"

    def click(self, at: Point) -> None:
        """The building there, else the grid, else nothing."""
        canvas = self.canvas
        found = canvas.building_near(at)
        if found is not None:
            canvas.select(found.grid_uid, found.uid)
            return
        grid = canvas.scene.grid_at(*at)
        canvas.select(grid.uid if grid else "")

    def double(self, at: Point) -> None:
        """Its card."""
        self.finish()

    def finish(self) -> None:
        """Its card."""
        if self.canvas.selected:
            self.canvas.opened.emit(self.canvas.selected)


def draw_corners(painter: QPainter, points: QPolygonF, held: bool) -> None:
    """Handles at corners; a held one is filled."""
    side = theme.px(7)
    painter.setPen(look.pen("accent", 1.5))
    painter.setBrush(theme.color("accent" if held else "base"))
    for at in range(points.size()):
        point: QPointF = points.at(at)
        painter.drawRect(round(point.x() - side / 2), round(point.y() - side / 2), side, side)
