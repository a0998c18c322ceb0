"""What every page is given by its constructor: the ledger, the tasks, the messages, the year in force."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from core.base import clock
from core.base.rights import Right, why_not
from core.org.settings import year_in_force
from ui.kit.revealed import Revealed

if TYPE_CHECKING:
    from core.store import Store
    from ui.kit.messages import Messages
    from ui.kit.refresher import Refresher
    from ui.kit.settings import Settings
    from ui.kit.tasks import Tasks


class Context(QObject):
    """One ledger open in one window. `year_changed(int)`; `wanted(page_id, uid or None, filter dict)`.

    `operator_changed` when somebody else has signed in; `revealed` knows whose numbers may be shown.
    """

    year_changed = Signal(int)
    operator_changed = Signal()
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
        self.revealed = Revealed(store, messages)
        self.page_title = ""  # of the page in view
        self.steps_here: dict[int, str] = {}  # steps this window has made: on which page
        self._year = int(settings.get("year", 0)) or year_in_force(store)
        clock.work_in(self._year)

    @property
    def year(self) -> int:
        """The 年度 every page follows."""
        return self._year

    @year.setter
    def year(self, value: int) -> None:
        if value != self._year:
            self._year = value
            clock.work_in(value)
            self.settings.put("year", value)
            self.year_changed.emit(value)

    def why_not(self, right: Right) -> str:
        """'' if who is signed in may do it, else the sentence for `Command.disabled`."""
        return why_not(self.store.role, right)

    def go_to(self, page_id: str, uid: str | None = None, **filter: Any) -> None:
        """Show a page; open the record `uid` there, or show the rows of `filter` (the page names its keys)."""
        self.wanted.emit(page_id, uid, filter)
