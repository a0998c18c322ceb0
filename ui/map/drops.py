"""What is dragged onto the map: the grid or building under it lights up, and takes it."""

from __future__ import annotations

from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDragLeaveEvent, QDragMoveEvent, QDropEvent

MIME = "application/x-xcjs-uids"


class DropTarget:
    """Part of the canvas."""

    def start_drops(self: Any) -> None:
        """Nothing is over the map."""
        self.over_grid = self.over_building = ""
        self.setAcceptDrops(True)

    def dragEnterEvent(self: Any, event: QDragEnterEvent) -> None:
        """Only what the map knows."""
        if event.mimeData().hasFormat(MIME):
            event.acceptProposedAction()

    def dragMoveEvent(self: Any, event: QDragMoveEvent) -> None:
        """Light up what would take it."""
        self.over_grid, self.over_building = self._under(event)
        if self.over_grid:
            event.acceptProposedAction()
        else:
            event.ignore()
        self.update()

    def dragLeaveEvent(self: Any, event: QDragLeaveEvent) -> None:
        """Gone again."""
        self._clear()

    def dropEvent(self: Any, event: QDropEvent) -> None:
        """Hand it on."""
        grid, building = self._under(event)
        self._clear()
        if grid:
            event.acceptProposedAction()
            self.dropped.emit(grid, building, bytes(event.mimeData().data(MIME).data()))

    def _under(self: Any, event: QDropEvent) -> tuple[str, str]:
        at = self.lens.to_map(event.position())
        one, grid = self.building_near(at), self.scene.grid_at(*at)
        if one is not None and one.grid_uid:
            return one.grid_uid, one.uid
        return (grid.uid, "") if grid is not None else ("", "")

    def _clear(self: Any) -> None:
        self.over_grid = self.over_building = ""
        self.update()
