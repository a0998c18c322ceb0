"""The map: a picture, coloured grids and marks that are looked at, searched and changed by mouse or by keys alone.

It knows shapes only. What a gesture means is told by a signal; who listens writes, and gives another scene.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, QPointF, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QApplication, QSizePolicy, QToolTip, QWidget

from ui.kit import theme
from ui.map.canvas_paint import paint_over
from ui.map.drops import DropTarget
from ui.map.keys import MapKeys
from ui.map.labels import Labels
from ui.map.lens import Lens
from ui.map.shapes import Box, MapBuilding, MapGrid, MapScene, Point
from ui.map.tiles import Ground, Layers, Tiles
from ui.map.tools import NEAR, Select, Tool
from ui.map.tools_choose import Merge, Pick, Place
from ui.map.tools_lines import Draw, Split
from ui.map.tools_move import AddCorner, MoveBuilding, MoveCorner

TOOLS = (Select, Draw, MoveCorner, AddCorner, Split, Merge, MoveBuilding, Place, Pick)
STEADY = ("draw", "corner")  # without a picture their work changes the bounds: who draws keeps the room around
WHEEL_STEP = 1.2
FLASHES, FLASH_MS = 8, 160
NEAREST = 4.0  # a place that was searched is shown at least this many times nearer than everything


class MapCanvas(MapKeys, DropTarget, QWidget):
    """`set_scene` shows; signals tell what the tool in hand has done."""

    grid_selected = Signal(str)
    building_selected = Signal(str)
    opened = Signal(str)  # a grid's card is wanted
    told = Signal(str, str)  # sentence, tone ('' = a hint)
    tool_changed = Signal(str)
    drawn = Signal(object)  # ring
    cut = Signal(str, object)  # grid, line
    joined = Signal(str, str)  # the grid that stays, the one that goes into it
    corner_moved = Signal(object, object)  # from, to
    corner_added = Signal(object, str)  # point, a grid on whose side it is
    corner_removed = Signal(object)
    building_moved = Signal(str, object)
    picked = Signal(object)  # a place that was asked for
    placed = Signal(str, str)  # grid, building or ''
    dropped = Signal(str, str, object)  # grid, building or '', what was dragged (bytes)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.scene, self.lens, self.labels = MapScene(), Lens(), Labels()
        self.tiles = Tiles()
        self.selected = self.selected_building = ""
        self.hovered = ""
        self.crosshair: Point | None = None
        self.may_move: Callable[[Point, Point], str] = lambda _point, _to: ""
        self.kinds: dict[str, Tool] = {kind.id: kind(self) for kind in TOOLS}
        self.tool = self.kinds["select"]
        self.flashing: tuple[Point, int] | None = None
        self._pressed: QPointF | None = None
        self._panning = self._grabbed = False
        self._flasher = QTimer(self, interval=FLASH_MS)
        self._flasher.timeout.connect(self._flash)
        self.start_keys()
        self.start_drops()
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setAccessibleName("网格地图")

    # -- what is shown

    def set_scene(self, scene: MapScene, colours: Sequence[QColor] = ()) -> None:
        """Show other shapes; the place one looks at stays if the map is as large as before, and while one draws."""
        same = scene.bounds == self.lens.bounds and scene.size == self.scene.size
        self.scene = self.tiles.scene = scene
        self.tiles.colours = list(colours)
        self.lens.bounds = scene.bounds
        if self.selected and self.selected not in scene.by_uid:
            self.select("")
        if self.selected_building not in scene.building_by_uid:
            self.selected_building = ""
        if not same and self.tool.id not in STEADY:
            self.lens.fit()
        self.forget()
        self._describe()

    def set_ground(self, image: QImage | None) -> None:
        """Another picture below."""
        self.tiles.ground = Ground(image)
        self.forget()

    def set_layers(self, layers: Layers) -> None:
        """Show or hide."""
        self.tiles.layers = layers
        self.forget()

    def forget(self) -> None:
        """Paint everything anew."""
        self.tiles.forget()
        self.labels.forget()
        self.update()

    def select(self, grid_uid: str, building_uid: str = "") -> None:
        """Mark a grid, and a building in it."""
        changed = grid_uid != self.selected
        other = building_uid != self.selected_building
        self.selected, self.selected_building = grid_uid, building_uid
        if changed:
            self.grid_selected.emit(grid_uid)
        if other:
            self.building_selected.emit(building_uid)
        self._describe()
        self.tell()
        self.update()

    def selected_grid(self) -> MapGrid | None:
        """The marked grid."""
        return self.scene.by_uid.get(self.selected)

    def set_tool(self, tool_id: str) -> None:
        """Take another tool in hand; what the one before had not finished is given up."""
        self.tool.cancel()
        self.tool = self.kinds[tool_id]
        self.crosshair = None
        self.tool_changed.emit(tool_id)
        self.setCursor(Qt.CursorShape.CrossCursor if self.tool.crosshair else Qt.CursorShape.ArrowCursor)
        self.tell()
        self.update()

    def tell(self, sentence: str = "", tone: str = "") -> None:
        """Say something beside the map; without words, what the tool waits for."""
        self.told.emit(sentence or self.tool.hint(), tone if sentence else "")

    def words(self, grid: MapGrid) -> str:
        """'第3网格，12 人'."""
        return "，".join(part for part in (grid.name, grid.figure) if part)

    def _describe(self) -> None:
        grid = self.selected_grid()
        one = self.scene.building_by_uid.get(self.selected_building)
        parts = [f"已选中{self.words(grid)}" if grid else "没有选中网格"] + ([one.label] if one else [])
        self.setAccessibleDescription(f"{'，'.join(parts)}。共 {len(self.scene.grids)} 个网格。")

    # -- looking

    def fit(self) -> None:
        """See everything."""
        self.lens.fit()
        self.update()

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Nearer (above 1) or farther; about the middle, or the cross."""
        middle = QPointF(self.width() / 2, self.height() / 2)
        if at is None:
            at = self.lens.to_view(self.crosshair) if self.crosshair is not None else middle
        self.lens.zoom(factor, at)
        self.update()

    def pan(self, dx: float, dy: float) -> None:
        """Move the map by pixels."""
        self.lens.pan(dx, dy)
        self.update()

    def show_grid(self, uid: str, flash: bool = True) -> None:
        """Select a grid; bring it to the middle if it is not wholly in view."""
        grid = self.scene.by_uid.get(uid)
        if grid is None:
            return
        self.select(uid)
        if len(grid.ring) > 2:
            place = self.labels.anchor(grid)
            if not _holds(self.lens.visible(), grid.box):
                self.lens.centre_on(place)
            if flash:
                self.flash(place)

    def show_building(self, uid: str) -> None:
        """Select a building and bring it near."""
        if (one := self.scene.building_by_uid.get(uid)) is not None:
            self.select(one.grid_uid, uid)
            if self.lens.scale < NEAREST * self.lens.fit_scale:
                self.lens.scale = NEAREST * self.lens.fit_scale
            self.lens.centre_on((one.x, one.y))
            self.flash((one.x, one.y))

    def flash(self, place: Point) -> None:
        """Rings about a place for a moment."""
        self.flashing = (place, FLASHES)
        self._flasher.start()
        self.update()

    def _flash(self) -> None:
        if self.flashing is not None:
            place, left = self.flashing
            self.flashing = (place, left - 1) if left > 1 else None
        if self.flashing is None:
            self._flasher.stop()
        self.update()

    # -- what the tools ask

    def reach(self, pixels: float) -> float:
        """Logical pixels at 10 pt as map units."""
        return theme.px(pixels) / self.lens.scale

    def is_near(self, at: Point, other: Point) -> bool:
        """Whether two places look the same."""
        return (self.lens.to_view(at) - self.lens.to_view(other)).manhattanLength() <= theme.px(NEAR)

    def snap(self, at: Point) -> Point:
        """A corner within reach, else a side within reach, else the place itself."""
        corner = self.scene.corner_at(*at, self.reach(NEAR))
        if corner is not None:
            return corner
        side = self.scene.edge_at(*at, self.reach(NEAR))
        return self.rounded(side[0] if side else at)

    def rounded(self, at: Point) -> Point:
        """A place to a hundredth of a unit: no digits that nobody can see."""
        return (round(at[0], 2), round(at[1], 2))

    def building_near(self, at: Point) -> MapBuilding | None:
        """The building whose mark is there."""
        if not self.tiles.layers.buildings:
            return None
        return self.scene.building_at(*at, self.reach(NEAR))

    # -- mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold, or begin to move the map."""
        self.crosshair = None
        self._pressed = event.position()
        self._panning = event.button() == Qt.MouseButton.MiddleButton or self.space_held
        self.space_used = self.space_used or self.space_held
        left = event.button() == Qt.MouseButton.LeftButton
        self._grabbed = left and not self._panning and self.tool.grab(self.lens.to_map(event.position()))
        if not (left or self._panning):
            self._pressed = None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag what is held, else the map."""
        at = event.position()
        if self._pressed is None:
            self.crosshair = None
            self.tool.hover(self.lens.to_map(at))
            self._hover(at)
        elif self._grabbed:
            self.tool.drag(self.lens.to_map(at))
        else:
            step = at - self._pressed
            if self._panning or step.manhattanLength() >= QApplication.startDragDistance():
                self._panning = True
                self.setCursor(Qt.CursorShape.ClosedHandCursor)
                self.pan(step.x(), step.y())
                self._pressed = at

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go; without a drag it was a click."""
        if self._pressed is None:
            return
        at, moved = self.lens.to_map(event.position()), self._panning
        grabbed, self._pressed, self._panning, self._grabbed = self._grabbed, None, False, False
        self.setCursor(Qt.CursorShape.CrossCursor if self.tool.crosshair else Qt.CursorShape.ArrowCursor)
        if grabbed:
            self.tool.drop(at)
        elif not moved:
            self.tool.click(at)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Open, or finish."""
        if event.button() == Qt.MouseButton.LeftButton:
            self.tool.double(self.lens.to_map(event.position()))

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Nearer or farther, about the mouse."""
        self.zoom(WHEEL_STEP ** (event.angleDelta().y() / 120), event.position())
        event.accept()

    def leaveEvent(self, event: QEvent) -> None:
        """Nothing is under the mouse."""
        super().leaveEvent(event)
        self.hovered = ""
        self.update()

    def _hover(self, at: QPointF) -> None:
        place = self.lens.to_map(at)
        grid = self.scene.grid_at(*place)
        if (uid := grid.uid if grid else "") != self.hovered:
            self.hovered = uid
            self.update()

    # -- Qt

    def event(self, event: QEvent) -> bool:
        """The tip names what is under the mouse."""
        if event.type() == QEvent.Type.ToolTip:
            place = self.lens.to_map(QPointF(event.pos()))
            one, grid = self.building_near(place), self.scene.grid_at(*place)
            words = [one.label + ("" if one.led else "（没有楼栋长）")] if one else []
            QToolTip.showText(event.globalPos(), "\n".join(words + ([self.words(grid)] if grid else [])), self)
            return True
        return super().event(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The still squares, then what lies over them."""
        painter = QPainter(self)
        ratio = self.devicePixelRatioF()
        if ratio != self.lens.ratio:
            self.lens.resize(self.width(), self.height(), ratio)
        painter.save()
        painter.scale(1 / ratio, 1 / ratio)
        self.tiles.draw(painter, self.lens)
        painter.restore()
        paint_over(painter, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another size."""
        super().resizeEvent(event)
        self.lens.resize(self.width(), self.height(), self.devicePixelRatioF())

    def changeEvent(self, event: QEvent) -> None:
        """Other colours, or another font."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_flasher"):
            self.forget()

    def sizeHint(self) -> QSize:
        """Large."""
        return QSize(theme.px(700), theme.px(480))

    def minimumSizeHint(self) -> QSize:
        """Enough to see something."""
        return QSize(theme.px(260), theme.px(180))


def _holds(outer: Box, inner: Box) -> bool:
    return outer[0] <= inner[0] and outer[1] <= inner[1] and outer[2] >= inner[2] and outer[3] >= inner[3]
