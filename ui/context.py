"""What every page is given by its constructor: the ledger, the tasks, the messages, the year in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.base.clock import today

if TYPE_CHECKING:
    from core.store import Store
    from ui.kit.messages import Messages
    from ui.kit.refresher import Refresher
    from ui.kit.settings import Settings
    from ui.kit.tasks import Tasks


class Context(QObject):
    """One ledger open in one window. `year_changed(int)`; `wanted(page_id, uid or None, filter dict)`."""

    year_changed = Signal(int)
    wanted = Signal(str, object, object)

    def __init__(
        self, store: Store, tasks: Tasks, refresher: Refresher, messages: Messages, settings: Settings
    ) -> None:
        super().__init__()
        self.store = store
        self.tasks = tasks
        self.refresher = refresher
        self.messages = messages
        self.settings = settings
        self._year = int(settings.get("year", today().year))

    @property
    def year(self) -> int:
        """The 年度 every page follows."""
        return self._year

    @year.setter
    def year(self, value: int) -> None:
        if value != self._year:
            self._year = value
            self.settings.put("year", value)
            self.year_changed.emit(value)

    def go_to(self, page_id: str, uid: str | None = None, **filter: Any) -> None:
        """Show a page; open the record `uid` there, or show the rows of `filter` (the page names its keys)."""
        self.wanted.emit(page_id, uid, filter)
