"""A thing a person can do on a page: a button in the top bar, a line in the menu and a key, declared once.

Conventions (the key comes from the id; a page that offers the thing uses the id):
    new Ctrl+N · archive Del · print Ctrl+P · export Ctrl+E · edit F2 · import Ctrl+I · refresh F5
    Enter opens the selected row and Esc closes the detail: tables and pages do that themselves (Page.escape).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from PySide6.QtCore import QObject
    from PySide6.QtGui import QAction

STANDARD_KEYS = {
    "new": "Ctrl+N",
    "archive": "Del",
    "print": "Ctrl+P",
    "export": "Ctrl+E",
    "edit": "F2",
    "import": "Ctrl+I",
    "refresh": "F5",
}


@dataclass(frozen=True, slots=True)
class Command:
    """One act of a page. `disabled` is the sentence why it cannot run now ('' = it can): it becomes the tip."""

    id: str
    text: str  # a verb: 登记, 导出…
    run: Callable[[], Any]
    shortcut: str = ""  # only where the id has no standard key
    icon: str = ""  # name of a file in assets/icons
    primary: bool = False  # at most one per page: the blue button
    tip: str = ""
    disabled: str = ""
    in_bar: bool = True  # False: in the menu only

    @property
    def key(self) -> str:
        """The shortcut in Qt's portable form, '' if it has none."""
        return self.shortcut or STANDARD_KEYS.get(self.id, "")

    @property
    def hint(self) -> str:
        """What the tool tip says: why not, else the tip, with the key."""
        if self.disabled:
            return self.disabled
        words = self.tip or self.text
        return f"{words}（{self.key}）" if self.key else words


def actions_of(commands: Iterable[Command], ids: Collection[str], parent: QObject) -> list[QAction]:
    """Those with these ids that can run now, as lines of a list's own menu."""
    from PySide6.QtGui import QAction

    from ui.kit.icons import icon

    made = []
    for command in commands:
        if command.id in ids and not command.disabled:
            action = QAction(icon(command.icon), command.text, parent)
            action.triggered.connect(lambda _on=False, run=command.run: run())
            made.append(action)
    return made
