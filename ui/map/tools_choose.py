"""Tools that choose what is there: 合并 two grids, 编入 into one, a place that somebody else asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtGui import QPainter

from ui.map import look
from ui.map.shapes import MapGrid, Point
from ui.map.tools import Tool

if TYPE_CHECKING:
    from ui.map.canvas import MapCanvas


class Merge(Tool):
    """The selected grid takes in another one beside it."""

    id = "merge"

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.other = ""

    def hint(self) -> str:
        """Which two."""
        grid, other = self.canvas.selected_grid(), self.canvas.scene.by_uid.get(self.other)
        if grid is None:
            return "合并：先选中要保留的网格（单击，或按 [ ]、输入编号），再选并入它的邻格。"
        if other is None:
            return f"保留{grid.name}：单击并入它的邻格，或按 [ ] 选邻格再按 Enter。"
        return f"按 Enter 把{other.name}并入{grid.name}；[ ] 换一个邻格，Esc 放弃。"

    def click(self, at: Point) -> None:
        """First the one that stays, then the one that goes into it."""
        grid = self.canvas.scene.grid_at(*at)
        if grid is None:
            return
        if not self.canvas.selected:
            self.canvas.select(grid.uid)
        elif grid.uid != self.canvas.selected:
            self.other = grid.uid
            self.finish()

    def turn(self, by: int) -> bool:
        """Another neighbour."""
        if self.canvas.selected_grid() is None:
            return False
        near = [grid.uid for grid in self._neighbours()]
        if near:
            at = near.index(self.other) + by if self.other in near else (0 if by > 0 else -1)
            self.other = near[at % len(near)]
        self.canvas.tell()
        self.canvas.update()
        return True

    def _neighbours(self) -> list[MapGrid]:
        mine = self.canvas.selected_grid()
        others = [grid for grid in self.canvas.scene.drawn if mine is not None and grid.uid != mine.uid]
        return [grid for grid in others if mine and len(set(grid.ring) & set(mine.ring)) > 1] or others

    def finish(self) -> None:
        """Hand both on."""
        if self.canvas.selected and self.other:
            other, self.other = self.other, ""
            self.canvas.joined.emit(self.canvas.selected, other)
        else:
            self.canvas.tell(self.hint(), "warn")

    def cancel(self) -> bool:
        """Forget the second."""
        had, self.other = bool(self.other), ""
        self.canvas.tell()
        self.canvas.update()
        return had

    def paint(self, painter: QPainter) -> None:
        """The second in dashes."""
        if grid := self.canvas.scene.by_uid.get(self.other):
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(look.pen("accent", 3, Qt.PenStyle.DashLine))
            painter.drawPolygon(self.view(list(grid.ring)))


class Place(Tool):
    """The chosen people go into the grid or building that is clicked."""

    id = "place"

    def __init__(self, canvas: MapCanvas) -> None:
        super().__init__(canvas)
        self.who = ""  # '张伟等3人', set by the page

    def hint(self) -> str:
        """Who, and where to."""
        if not self.who:
            return "编入：先在下面“未编入”的名单里选人，再单击网格或楼栋；也可以直接把人拖到图上。"
        grid = self.canvas.selected_grid()
        there = f"；Enter 编入{grid.name}" if grid else ""
        return f"把{self.who}编入：单击网格或楼栋{there}；[ ] 或输入编号选网格，逗号、句号选楼栋。"

    def click(self, at: Point) -> None:
        """Here."""
        found = self.canvas.building_near(at)
        grid = self.canvas.scene.grid_at(*at)
        uid = found.grid_uid if found and found.grid_uid else grid.uid if grid else ""
        if uid:
            self.canvas.placed.emit(uid, found.uid if found else "")

    def finish(self) -> None:
        """Into what is selected."""
        if self.canvas.selected:
            self.canvas.placed.emit(self.canvas.selected, self.canvas.selected_building)
        else:
            self.canvas.tell("请先选一个网格：单击它，按 [ ]，或输入编号。", "warn")


class Pick(Tool):
    """A place of the map is wanted by somebody else (a control point)."""

    id = "pick"
    crosshair = True

    def hint(self) -> str:
        """How."""
        return "取点：单击图上的位置，或用方向键移动十字（Shift 微调）再按空格；Esc 不取了。"

    def click(self, at: Point) -> None:
        """This place."""
        self.canvas.picked.emit(self.canvas.rounded(at))
