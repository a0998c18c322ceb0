"""Tools that set points one after the other: 画网格 and 拆分."""

from __future__ import annotations

from math import hypot
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from ui.kit import theme
from ui.map import look
from ui.map.shapes import Point, edges
from ui.map.tools import Tool, draw_corners

if TYPE_CHECKING:
    from ui.map.canvas import MapCanvas

OVERSHOOT = 3  # logical pixels at 10 pt


class _Line(Tool):
    """Points set one after the other."""

    crosshair = True
    least = 2

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.points: list[Point] = []
        self.at: Point | None = None

    def hover(self, at: Point) -> None:
        """The next side follows."""
        self.at = self.canvas.snap(at)
        self.canvas.update()

    def click(self, at: Point) -> None:
        """A point, unless it is the last one again."""
        point = self.canvas.snap(at)
        if not self.points or point != self.points[-1]:
            self.points.append(point)
        self._changed()

    def double(self, at: Point) -> None:
        """Done (the two clicks have set one point)."""
        self.finish()

    def back(self) -> None:
        """The last point is taken back."""
        if self.points:
            self.points.pop()
            self._changed()

    def cancel(self) -> bool:
        """Give the whole line up."""
        had = bool(self.points)
        self.points = []
        self._changed()
        return had

    def stops(self) -> list[Point]:
        """Corners, and middles of sides, of the selected grid; else every corner."""
        grid = self.canvas.selected_grid()
        if grid is None or not grid.ring:
            return self.canvas.scene.corners()
        return [stop for a, b in edges(grid.ring) for stop in (a, _middle(a, b))]

    def _changed(self) -> None:
        self.canvas.tell()
        self.canvas.update()

    def paint(self, painter: QPainter) -> None:
        """The line so far, its points, and the side that follows the mouse."""
        shown = [*self.points, self.at] if self.at is not None and self.points else list(self.points)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(look.pen("base", 4))
        painter.drawPolyline(self.view(shown))
        painter.setPen(look.pen("accent", 2))
        painter.drawPolyline(self.view(shown))
        draw_corners(painter, self.view(self.points), held=False)
        if self.at is not None:
            painter.setPen(look.pen("accent", 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(self.canvas.lens.to_view(self.at), theme.px(6), theme.px(6))


class Draw(_Line):
    """A new polygon, corner by corner; near a neighbour's border the corner goes onto it."""

    id = "draw"
    least = 3

    def hint(self) -> str:
        """How far it is."""
        count = len(self.points)
        if not count:
            return "画网格：单击放角，靠近邻格的边会贴上去；键盘用方向键移动十字（Shift 微调），空格放角。"
        done = "Enter 或双击完成" if count >= self.least else f"还要 {self.least - count} 个角"
        return f"已放 {count} 个角，{done}；Backspace 退一个角，Esc 放弃。"

    def click(self, at: Point) -> None:
        """A corner; on the first one again the ring is closed."""
        if len(self.points) >= self.least and self.canvas.is_near(at, self.points[0]):
            self.finish()
        else:
            super().click(at)

    def finish(self) -> None:
        """Hand the ring on."""
        if len(self.points) < self.least:
            self.canvas.tell(f"网格至少要 {self.least} 个角，现在有 {len(self.points)} 个。", "warn")
            return
        ring, self.points = tuple(self.points), []
        self._changed()
        self.canvas.drawn.emit(ring)

    def paint(self, painter: QPainter) -> None:
        """The surface too."""
        if len(self.points) > 1:
            shown = [*self.points, self.at] if self.at is not None else self.points
            colour = theme.color("accent")
            colour.setAlpha(50)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colour)
            painter.drawPolygon(self.view(shown))
        super().paint(painter)


class Split(_Line):
    """A line across a grid cuts it in two."""

    id = "split"

    def hint(self) -> str:
        """How far it is."""
        grid = self.canvas.selected_grid()
        name = grid.name if grid else "网格"
        if not self.points:
            return f"拆分{name}：单击或空格放点，从这边边界画到对面，Enter 完成；逗号、句号跳到角和边的中点。"
        return f"已放 {len(self.points)} 个点，画到对面边界后按 Enter 拆分；Backspace 退一点，Esc 放弃。"

    def finish(self) -> None:
        """Hand the line on with the grid that is meant."""
        if len(self.points) < self.least:
            self.canvas.tell("拆分线至少要两个点：一个在这边的边界上，一个在对面。", "warn")
            return
        uid = self.canvas.selected or self._crossed()
        if not uid:
            self.canvas.tell("请先选中要拆分的网格，再画拆分线。", "warn")
            return
        line = (self._beyond(*self.points[1::-1]), *self.points[1:-1], self._beyond(*self.points[-2:]))
        self.points = []
        self._changed()
        self.canvas.cut.emit(uid, line)

    def _beyond(self, before: Point, end: Point) -> Point:
        """An end set on a side goes a little farther: rounded, it might stop just short of it. A corner is exact."""
        if end in self.canvas.scene.corners():
            return end
        length = hypot(end[0] - before[0], end[1] - before[1])
        more = self.canvas.reach(OVERSHOOT) / length
        return (end[0] + (end[0] - before[0]) * more, end[1] + (end[1] - before[1]) * more)

    def _crossed(self) -> str:
        """The grid in which the middle of a side of the line lies."""
        for a, b in zip(self.points, self.points[1:], strict=False):
            if (grid := self.canvas.scene.grid_at(*_middle(a, b))) is not None:
                return grid.uid
        return ""


def _middle(a: Point, b: Point) -> Point:
    return ((a[0] + b[0]) / 2, (a[1] + b[1]) / 2)
