"""For tests of the map canvas: a small scene, a hand on the mouse, what signals tell."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QWidget

from ui.map.canvas import MapCanvas
from ui.map.drops import MIME
from ui.map.look import ramp
from ui.map.shapes import MapBuilding, MapGrid, MapScene, Point

KEY = Qt.Key
SHIFT = Qt.KeyboardModifier.ShiftModifier
LEFT, MIDDLE = Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton

WEST = ((0.0, 0.0), (500.0, 0.0), (500.0, 800.0), (0.0, 800.0))
EAST = ((500.0, 0.0), (1000.0, 0.0), (1000.0, 800.0), (500.0, 800.0))


def small_scene() -> MapScene:
    """Two grids side by side, one building with a lead and one without."""
    grids = [
        MapGrid("w", "第1网格", "1", WEST, "3 人", 0),
        MapGrid("e", "第12网格", "12", EAST, "9 人", 4),
        MapGrid("n", "第2网格", "2"),  # not drawn yet
    ]
    marks = [
        MapBuilding("b1", 200, 300, "东苑1栋", True, "w"),
        MapBuilding("b2", 700, 300, "西苑1栋", False, "e"),
    ]
    return MapScene(grids, marks, (1000.0, 800.0))


def heard(signal: Any) -> list[tuple[Any, ...]]:
    """What a signal tells from now on."""
    found: list[tuple[Any, ...]] = []
    signal.connect(lambda *values: found.append(values))
    return found


def at(canvas: MapCanvas, x: float, y: float) -> QPoint:
    return canvas.lens.to_view((x, y)).toPoint()


def click(qtbot: Any, canvas: MapCanvas, x: float, y: float) -> None:
    qtbot.mouseMove(canvas, at(canvas, x, y))
    qtbot.mouseClick(canvas, LEFT, pos=at(canvas, x, y))


def drag(qtbot: Any, canvas: MapCanvas, start: Point, end: Point, button: Qt.MouseButton = LEFT) -> None:
    qtbot.mousePress(canvas, button, pos=at(canvas, *start))
    middle = ((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
    places = [at(canvas, *place) for place in (middle, end)]  # before the map itself moves
    for place in places:
        QApplication.sendEvent(canvas, _move(place, button))
    qtbot.mouseRelease(canvas, button, pos=places[-1])


def _move(place: QPoint, button: Qt.MouseButton) -> Any:
    none = Qt.KeyboardModifier.NoModifier
    return QMouseEvent(QEvent.Type.MouseMove, QPointF(place), QPointF(place), Qt.MouseButton.NoButton, button, none)


def press(qtbot: Any, canvas: QWidget, *keys: Any, held: Any = Qt.KeyboardModifier.NoModifier) -> None:
    for key in keys:
        if isinstance(key, str):
            qtbot.keyClicks(canvas, key, held)
        else:
            qtbot.keyClick(canvas, key, held)


def drop(canvas: MapCanvas, x: float, y: float, data: bytes) -> None:
    """Drag something over the map and let it go there."""
    mime = QMimeData()
    mime.setData(MIME, data)
    place, copy, none = at(canvas, x, y), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    QApplication.sendEvent(canvas, QDragEnterEvent(place, copy, mime, LEFT, none))
    QApplication.sendEvent(canvas, QDragMoveEvent(place, copy, mime, LEFT, none))
    QApplication.sendEvent(canvas, QDropEvent(QPointF(place), copy, mime, LEFT, none))


def near(one: Point, other: Point, by: float = 2.0) -> bool:
    return abs(one[0] - other[0]) <= by and abs(one[1] - other[1]) <= by


def shown(qtbot: Any) -> MapCanvas:
    """A canvas with the small scene, holding the keyboard."""
    made = MapCanvas()
    qtbot.addWidget(made)
    made.resize(700, 560)
    made.set_scene(small_scene(), ramp())
    made.show()
    made.activateWindow()
    made.setFocus()
    qtbot.waitUntil(made.hasFocus)
    return made
