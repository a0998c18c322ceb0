"""Numbers of persons that were asked for: written down first, shown for one record until another is opened."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from core.base.errors import Problem, Refused
from core.base.fields import Field
from core.base.masks import masked_fields
from ui.kit.columns import cell
from ui.kit.command import Command

if TYPE_CHECKING:
    from core.store import Store
    from ui.kit.messages import Messages
    from ui.kit.table import TableView

SHOW, HIDE, KEY = "显示号码", "隐去号码", "F4"
TIP = "显示手机和身份证号，会记下是谁看的"


class Revealed(QObject):
    """One record at a time. `changed` when its numbers appear or go."""

    changed = Signal()

    def __init__(self, store: Store, messages: Messages) -> None:
        super().__init__()
        self._store, self._messages = store, messages
        self._table = self._uid = ""

    def holds(self, table: str, uid: str) -> bool:
        """Whether the numbers of this record may be shown."""
        return bool(uid) and (table, uid) == (self._table, self._uid)

    def ask(self, table: str, uid: str, fields: Sequence[str]) -> bool:
        """Somebody wants to see these fields of a record; False (it was said why) if it could not be written down."""
        if self.holds(table, uid):
            return True
        if not self.note(table, [uid], fields):
            return False
        self._table, self._uid = table, uid
        self.changed.emit()
        return True

    def note(self, table: str, uids: Sequence[str], fields: Sequence[str]) -> bool:
        """Write down that fields leave the window (copied, exported); ("",) is a whole list. False as `ask`."""
        from core.store import reveals

        try:
            if self._store.read_only:
                raise Refused("台账以只读方式打开，记不下是谁看了号码，所以不显示。", "请先修复或恢复台账。")
            reveals.record(self._store, table, uids, fields)
        except Problem as error:
            self._messages.problem(error)
            return False
        return True

    def opened(self, table: str, uid: str) -> None:
        """Another record is opened: the numbers of the one before are hidden again."""
        if self._uid and not self.holds(table, uid):
            self.forget()

    def forget(self) -> None:
        """Hide what is shown."""
        if self._uid:
            self._table = self._uid = ""
            self.changed.emit()


class ListNumbers:
    """Masked numbers in a list of records of one table: asked for by F4 or the menu, hidden when another row is chosen."""

    def __init__(self, view: TableView, revealed: Revealed, table: str, fields: Sequence[Field]) -> None:
        self._view, self._revealed, self._table = view, revealed, table
        self._fields = masked_fields(fields)
        if self._fields:
            view.model.bare = lambda uid: revealed.holds(table, uid)
            view.current_changed.connect(lambda uid: uid and revealed.opened(table, uid))
            revealed.changed.connect(view.model.retell)

    def commands(self, disabled: str) -> list[Command]:
        """What the page offers; nothing where no number is masked."""
        made = Command("numbers", SHOW, self.toggle, KEY, "eye", tip=TIP, disabled=disabled, in_bar=False)
        return [made] if self._fields else []

    def toggle(self) -> None:
        """Show the numbers of the current row, or hide them again."""
        uid = self._view.current_uid()
        row = self._view.model.row_at(self._view.model.row_of(uid)) if uid else None
        if self._revealed.holds(self._table, uid):
            self._revealed.forget()
        elif row is not None and (asked := [one.key for one in self._fields if cell(row, one.key)]):
            self._revealed.ask(self._table, uid, asked)
