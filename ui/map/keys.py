"""The map without a mouse: arrows, the cross, [ and ], digits, Enter, Space, Backspace, Esc."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QPointF, Qt, QTimer
from PySide6.QtGui import QFocusEvent, QKeyEvent

from ui.map.shapes import Point, anchor

STEP, FINE = 20, 2  # logical pixels an arrow moves the cross by
PAN = 60
ZOOM = 1.25
DIGIT_PAUSE_MS = 900
_KEY = Qt.Key
ARROWS = {_KEY.Key_Left: (-1, 0), _KEY.Key_Right: (1, 0), _KEY.Key_Up: (0, -1), _KEY.Key_Down: (0, 1)}


class MapKeys:
    """Part of the canvas."""

    def start_keys(self: Any) -> None:
        """Nothing is held yet."""
        self.space_held = self.space_used = False
        self._digits = ""
        self._digit_pause = QTimer(self, singleShot=True, interval=DIGIT_PAUSE_MS)
        self._digit_pause.timeout.connect(self._forget_digits)

    def keyPressEvent(self: Any, event: QKeyEvent) -> None:
        """Every act of the map by key; what is not of the map goes on to the window."""
        key, held = event.key(), event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        fine = held == Qt.KeyboardModifier.ShiftModifier
        if held not in (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier):
            event.ignore()
        elif key in ARROWS:
            self._arrow(ARROWS[key], fine)
        elif key == _KEY.Key_Space:
            self.space_held = True
        elif not self._act(key, event.text()):
            event.ignore()

    def keyReleaseEvent(self: Any, event: QKeyEvent) -> None:
        """Space pressed and let go sets a point; held with the mouse it moved the map."""
        if event.key() != _KEY.Key_Space or event.isAutoRepeat():
            event.ignore()
            return
        used, self.space_held, self.space_used = self.space_used, False, False
        if not used and self.tool.crosshair:
            self._need_cross()
            self.tool.mark(self.crosshair)

    def focusOutEvent(self: Any, event: QFocusEvent) -> None:
        """A key let go elsewhere is not held."""
        super().focusOutEvent(event)
        self.space_held = self.space_used = False

    def _act(self: Any, key: int, text: str) -> bool:
        tool = self.tool
        if key in (_KEY.Key_Return, _KEY.Key_Enter):
            if self._digits:
                self._forget_digits()
            tool.finish()
        elif key in (_KEY.Key_Backspace, _KEY.Key_Delete):
            tool.back()
        elif key == _KEY.Key_Escape:
            return bool(self.escape())
        elif text in ("[", "]", "【", "】"):
            self._turn(-1 if text in "[【" else 1)
        elif text in (",", ".", "，", "。"):
            self._next_stop(-1 if text in ",，" else 1)
        elif text in ("+", "=", "-", "−"):
            self.zoom(ZOOM if text in "+=" else 1 / ZOOM)
        elif key == _KEY.Key_Home or (text == "0" and not self._digits):
            self.fit()
        elif text.isdigit() and len(text) == 1:
            self._digit(text)
        else:
            return False
        return True

    def escape(self: Any) -> bool:
        """Give up what is under way, then the tool, then the selection; False if there was nothing."""
        if self.tool.cancel():
            return True
        if self.tool.id != "select":
            self.set_tool("select")
            return True
        if self.selected or self.selected_building:
            self.select("")
            return True
        return False

    # -- the cross

    def _arrow(self: Any, way: tuple[int, int], fine: bool) -> None:
        if not self.tool.crosshair:
            by = PAN // 4 if fine else PAN
            self.pan(-way[0] * by, -way[1] * by)
            return
        self._need_cross()
        by = FINE if fine else STEP
        at = self.lens.to_view(self.crosshair) + QPointF(way[0] * by, way[1] * by)
        self._put_cross(self.lens.to_map(at))

    def _need_cross(self: Any) -> None:
        if self.crosshair is None:
            grid = self.selected_grid()
            inside = grid is not None and len(grid.ring) > 2
            middle = QPointF(self.width() / 2, self.height() / 2)
            self.crosshair = anchor(grid.ring) if inside else self.lens.to_map(middle)

    def _put_cross(self: Any, point: Point) -> None:
        self.crosshair = self.rounded(point)
        at, room = self.lens.to_view(self.crosshair), 24
        dx = min(at.x() - room, 0) + max(at.x() + room - self.width(), 0)
        dy = min(at.y() - room, 0) + max(at.y() + room - self.height(), 0)
        if dx or dy:
            self.pan(-dx, -dy)
        self.tool.hover(self.crosshair)
        self.update()

    def _next_stop(self: Any, by: int) -> None:
        if self.tool.id in ("select", "place"):
            self._next_building(by)
            return
        stops = self.tool.stops()
        if stops:
            at = stops.index(self.crosshair) + by if self.crosshair in stops else self._first_stop(stops)
            self.crosshair = stops[at % len(stops)]
            self._put_cross(self.crosshair)
            self.crosshair = stops[at % len(stops)]  # unrounded, so that the next key finds it among the stops

    def _first_stop(self: Any, stops: list[Point]) -> int:
        """The stop nearest to the cross."""
        if self.crosshair is None:
            return 0
        x, y = self.crosshair
        return min(range(len(stops)), key=lambda at: (stops[at][0] - x) ** 2 + (stops[at][1] - y) ** 2)

    # -- going through what there is

    def _turn(self: Any, by: int) -> None:
        if self.tool.turn(by):
            return
        uids = [grid.uid for grid in self.scene.grids]
        if uids:
            at = uids.index(self.selected) + by if self.selected in uids else (0 if by > 0 else -1)
            self.crosshair = None
            self.show_grid(uids[at % len(uids)], flash=False)

    def _next_building(self: Any, by: int) -> None:
        uids = [one.uid for one in self.scene.buildings if not self.selected or one.grid_uid == self.selected]
        if uids:
            at = uids.index(self.selected_building) + by if self.selected_building in uids else (0 if by > 0 else -1)
            one = self.scene.building_by_uid[uids[at % len(uids)]]
            self.select(one.grid_uid, one.uid)

    def _digit(self: Any, text: str) -> None:
        """'1' then '2' within a moment is number 12."""
        self._digits += text
        self._digit_pause.start()
        found = [grid.uid for grid in self.scene.grids if grid.number.lstrip("0") == self._digits]
        if found:
            self.crosshair = None
            self.show_grid(found[0], flash=False)

    def _forget_digits(self: Any) -> None:
        self._digit_pause.stop()
        self._digits = ""
