"""Tools that take hold of what is there: corners that neighbours share, new corners on a side, marks of buildings."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from ui.kit import theme
from ui.map import look
from ui.map.shapes import Point, edges
from ui.map.tools import NEAR, Tool, draw_corners

if TYPE_CHECKING:
    from ui.map.canvas import MapCanvas


class MoveCorner(Tool):
    """Drag a corner: every grid that has it follows, live; what cannot be is said while it is held."""

    id = "corner"
    crosshair = True

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.held: Point | None = None
        self.to: Point | None = None
        self.near: Point | None = None
        self.fault = ""

    def hint(self) -> str:
        """How it goes, or why not here."""
        if self.fault:
            return self.fault
        if self.held is None:
            return "拖动角点：按住角拖动，共用它的网格一起变；键盘按逗号、句号到角上，空格拿起和放下。"
        return "松开（或空格、Enter）放下，Esc 放回原处；Delete 去掉这个角。"

    def grab(self, at: Point) -> bool:
        """A corner within reach is held."""
        self.held = self.canvas.scene.corner_at(*at, self.canvas.reach(NEAR))
        self.to = self.held
        self.canvas.tell()
        self.canvas.update()
        return self.held is not None

    def drag(self, at: Point) -> None:
        """It follows; the neighbours' other corners attract it."""
        if self.held is None:
            return
        self.to = self.canvas.rounded(at)
        self.fault = self.canvas.may_move(self.held, self.to) if self.to != self.held else ""
        self.canvas.tell(self.fault, "bad" if self.fault else "")
        self.canvas.update()

    def drop(self, at: Point) -> None:
        """Let go: where it may stand the act follows, else it goes back."""
        self.drag(at)
        held, to, fault = self.held, self.to, self.fault
        self._let_go()
        if fault:
            self.canvas.tell(fault, "bad")
        elif held is not None and to is not None and to != held:
            self.canvas.corner_moved.emit(held, to)

    def hover(self, at: Point) -> None:
        """The corner within reach lights up; a corner held by key follows the cross."""
        if self.held is not None:
            self.drag(at)
            return
        near = self.canvas.scene.corner_at(*at, self.canvas.reach(NEAR))
        if near != self.near:
            self.near = near
            self.canvas.update()

    def mark(self, at: Point) -> None:
        """Space takes hold, Space again lets go."""
        if self.held is not None:
            self.drop(at)
        elif not self.grab(at):
            self.canvas.tell("十字处没有角点：按逗号或句号跳到最近的角。", "warn")

    def finish(self) -> None:
        """Enter lets go."""
        if self.held is not None and self.to is not None:
            self.drop(self.to)

    def cancel(self) -> bool:
        """Back where it was."""
        had = self.held is not None
        self._let_go()
        return had

    def back(self) -> None:
        """Delete: the corner held or under the cross goes."""
        corner = self.held or self.near
        self._let_go()
        if corner is not None:
            self.canvas.corner_removed.emit(corner)

    def stops(self) -> list[Point]:
        """Corners of the selected grid, else all."""
        grid = self.canvas.selected_grid()
        return list(grid.ring) if grid is not None and grid.ring else self.canvas.scene.corners()

    def _let_go(self) -> None:
        self.held = self.to = self.near = None
        self.fault = ""
        self.canvas.tell()
        self.canvas.update()

    def paint(self, painter: QPainter) -> None:
        """Handles; while held the new outlines of all who share the corner."""
        grid = self.canvas.selected_grid()
        if self.held is None or self.to is None:
            corners = list(grid.ring) if grid is not None else self.canvas.scene.corners()
            draw_corners(painter, self.view(corners), held=False)
            if self.near is not None:
                draw_corners(painter, self.view([self.near]), held=True)
            return
        colour = theme.color("bad" if self.fault else "accent")
        soft = theme.color("bad" if self.fault else "accent")
        soft.setAlpha(40)
        pen = look.pen("bad" if self.fault else "accent", 2.2)
        for one in self.canvas.scene.drawn:
            if self.held in one.ring:
                painter.setPen(pen)
                painter.setBrush(soft)
                painter.drawPolygon(self.view([self.to if point == self.held else point for point in one.ring]))
        painter.setPen(colour)
        draw_corners(painter, self.view([self.to]), held=True)


class AddCorner(Tool):
    """A click on a side puts a corner there, for both grids that share the side."""

    id = "add_corner"
    crosshair = True

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.near: tuple[Point, str] | None = None

    def hint(self) -> str:
        """How it goes."""
        return "加角点：单击一条边加一个角；键盘按逗号、句号到边的中点，空格加上。再用“拖动角点”移动它。"

    def hover(self, at: Point) -> None:
        """The place on the side lights up."""
        self.near = self.canvas.scene.edge_at(*at, self.canvas.reach(NEAR))
        self.canvas.update()

    def click(self, at: Point) -> None:
        """Here, if a side is within reach."""
        found = self.canvas.scene.edge_at(*at, self.canvas.reach(NEAR))
        if found is None:
            self.canvas.tell("这里没有边，请点在网格的边上。", "warn")
        elif self.canvas.scene.corner_at(*found[0], self.canvas.reach(2)) is not None:
            self.canvas.tell("这里已经有一个角了。", "warn")
        else:
            self.canvas.corner_added.emit(self.canvas.rounded(found[0]), found[1])

    def stops(self) -> list[Point]:
        """Middles of the sides of the selected grid, else of all."""
        grid = self.canvas.selected_grid()
        rings = [grid.ring] if grid is not None and grid.ring else [one.ring for one in self.canvas.scene.drawn]
        middles = (((a[0] + b[0]) / 2, (a[1] + b[1]) / 2) for ring in rings for a, b in edges(ring))
        return list(dict.fromkeys(middles))

    def paint(self, painter: QPainter) -> None:
        """Corners there are, and the one there would be."""
        grid = self.canvas.selected_grid()
        draw_corners(painter, self.view(list(grid.ring) if grid else self.canvas.scene.corners()), held=False)
        if self.near is not None:
            draw_corners(painter, self.view([self.near[0]]), held=True)


class MoveBuilding(Tool):
    """Drag the mark of a building; it belongs to the grid it is dropped in."""

    id = "building"
    crosshair = True

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.held = ""
        self.to: Point | None = None

    def hint(self) -> str:
        """Which, and where to."""
        one = self.canvas.scene.building_by_uid.get(self.held)
        if one is None:
            return "移动楼栋：拖到哪个网格就归哪个网格；键盘按逗号、句号选楼栋，空格拿起，方向键移动，空格放下。"
        grid = self.canvas.scene.grid_at(*self.to) if self.to is not None else None
        return f"{one.label}：现在在{grid.name if grid else '网格之外'}，松开（或空格）放下，Esc 放回原处。"

    def grab(self, at: Point) -> bool:
        """A building within reach is held."""
        found = self.canvas.building_near(at)
        if found is None:
            return False
        self.held, self.to = found.uid, (found.x, found.y)
        self.canvas.select(found.grid_uid, found.uid)
        return True

    def drag(self, at: Point) -> None:
        """It follows."""
        if self.held:
            self.to = self.canvas.rounded(at)
            self.canvas.tell()
            self.canvas.update()

    def hover(self, at: Point) -> None:
        """Held by key it follows the cross."""
        self.drag(at)

    def drop(self, at: Point) -> None:
        """Let go here."""
        self.drag(at)
        one, to = self.canvas.scene.building_by_uid.get(self.held), self.to
        self.cancel()
        if one is not None and to is not None and to != (one.x, one.y):
            self.canvas.building_moved.emit(one.uid, to)

    def mark(self, at: Point) -> None:
        """Space takes hold, Space again lets go."""
        if self.held:
            self.drop(at)
        elif not self.grab(at):
            self.canvas.tell("十字处没有楼栋：按逗号或句号跳到楼栋上。", "warn")

    def finish(self) -> None:
        """Enter lets go."""
        if self.held and self.to is not None:
            self.drop(self.to)

    def cancel(self) -> bool:
        """Back where it was."""
        had = bool(self.held)
        self.held, self.to = "", None
        self.canvas.tell()
        self.canvas.update()
        return had

    def stops(self) -> list[Point]:
        """Buildings of the selected grid, else all."""
        grid = self.canvas.selected
        found = [one for one in self.canvas.scene.buildings if not grid or one.grid_uid == grid]
        return [(one.x, one.y) for one in found or self.canvas.scene.buildings]

    def paint(self, painter: QPainter) -> None:
        """The mark at its new place, tied to the old one."""
        one = self.canvas.scene.building_by_uid.get(self.held)
        if one is None or self.to is None:
            return
        painter.setPen(look.pen("accent", 1.5, Qt.PenStyle.DashLine))
        painter.drawPolyline(self.view([(one.x, one.y), self.to]))
        draw_corners(painter, self.view([self.to]), held=True)
