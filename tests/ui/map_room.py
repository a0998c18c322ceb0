"""For tests of the map: a community of four grids in a square, five buildings, people with and without a grid."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from core.grid_assignment.ops import assign
from core.ledger import memory_ledger
from core.place.ops import save_building, save_estate, save_grid, save_worker, set_outlines
from core.store import Store
from tests import factory
from tests.ui.conftest import context_of
from ui.context import Context
from ui.map.canvas import MapCanvas
from ui.pages.map import MapPage

# 第1网格 below left, 第2网格 right of it, 第3网格 above 1, 第4网格 above 2; all meet in (500, 400)
RINGS = {
    "第1网格": ((0, 0), (500, 0), (500, 400), (0, 400)),
    "第2网格": ((500, 0), (1000, 0), (1000, 400), (500, 400)),
    "第3网格": ((0, 400), (500, 400), (500, 800), (0, 800)),
    "第4网格": ((500, 400), (1000, 400), (1000, 800), (500, 800)),
}
HOUSES = (("1栋", "第1网格", 150, 120), ("2栋", "第1网格", 300, 300), ("3栋", "第2网格", 750, 150), ("4栋", "第3网格", 200, 700),
          ("5栋", "第4网格", 850, 600))  # fmt: skip
NUMBERS = str.maketrans("1234", "一二三四")
PLACED = 6  # of 24 people; of the others some live in the community
AREA = 1000 * 800.0


def fill_map(store: Store, *, drawn: bool = True) -> None:
    """Grids with their outlines, buildings, workers, 24 people of whom six are in 第1网格."""
    uids = factory.people(store, 24)
    with store.transact("测试网格") as tx:
        save_estate(tx, None, {"name": "东苑"})
        for name, ring in RINGS.items():
            uid = save_grid(tx, None, {"name": name, "code": f"JY-0{name[1]}"})
            save_worker(tx, None, {"name": f"吴{name[1]}".translate(NUMBERS), "grid": name, "phone": "13800001111"})
            if drawn:
                set_outlines(tx, {uid: [(float(x), float(y)) for x, y in ring]})
        for name, grid, x, y in HOUSES if drawn else ():
            save_building(tx, None, {"name": name, "estate": "东苑", "grid": grid, "x": str(x), "y": str(y)})
        if drawn:
            first = str(tx.value("SELECT uid FROM grid WHERE name = '第1网格'"))
            assign(tx, uids[:PLACED], first, from_on="2020-02-01")
        for uid, building in ((uids[8], "4栋"), (uids[12], "5栋")):  # they live in the community, in a house of the map
            home = {
                "community": "经院社区",
                "estate": "东苑",
                "building": building,
                "address": f"东苑{building}1单元1201",
            }
            tx.update("cadre", uid, home)


def map_context(*, drawn: bool = True, filled: bool = True) -> Iterator[Context]:
    """The context of such a ledger; closed afterwards."""
    store = memory_ledger()
    if filled:
        fill_map(store, drawn=drawn)
    made = context_of(store)
    made.year = factory.YEAR
    yield made
    made.tasks.close()
    store.close()


def uid_of(page: MapPage, name: str) -> str:
    """Uid of a grid or building by its name on the map."""
    scene = page.view.scene
    named = {grid.name: grid.uid for grid in scene.grids} | {one.label: one.uid for one in scene.buildings}
    return named[name]


def rings(store: Store) -> dict[str, str]:
    """The outlines as they are kept."""
    return dict(store.tuples("SELECT name, outline FROM grid WHERE outline <> '' ORDER BY name"))


def settled(page: MapPage) -> None:
    """What was written is shown."""
    page.ctx.refresher.flush()
    while page.ctx.tasks.running:
        QApplication.processEvents()


class Mouse:
    """A mouse over the canvas, at map places."""

    def __init__(self, canvas: MapCanvas) -> None:
        self.canvas = canvas

    def at(self, x: float, y: float) -> QPoint:
        return self.canvas.lens.to_view((x, y)).toPoint()

    def click(self, *places: tuple[float, float]) -> None:
        for place in places:
            point = self.at(*place)
            self._send(QEvent.Type.MouseMove, point, Qt.MouseButton.NoButton)
            self._send(QEvent.Type.MouseButtonPress, point)
            self._send(QEvent.Type.MouseButtonRelease, point)

    def drag(self, start: tuple[float, float], end: tuple[float, float]) -> None:
        middle = self.at((start[0] + end[0]) / 2, (start[1] + end[1]) / 2)
        last = self.at(*end)
        self._send(QEvent.Type.MouseButtonPress, self.at(*start))
        self._send(QEvent.Type.MouseMove, middle)
        self._send(QEvent.Type.MouseMove, last)
        self._send(QEvent.Type.MouseButtonRelease, last)

    def _send(self, kind: Any, point: QPoint, held: Any = Qt.MouseButton.LeftButton) -> None:
        pressed = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else Qt.MouseButton.LeftButton
        at = QPointF(point)
        event = QMouseEvent(kind, at, self.canvas.mapToGlobal(at), pressed, held, Qt.KeyboardModifier.NoModifier)
        QApplication.sendEvent(self.canvas, event)
        QApplication.processEvents()
