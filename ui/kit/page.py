"""The base of every page, and the line that announces it to the window."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.context import Context
from ui.kit.command import Command


class Page(QWidget):
    """A screen of the window. Emit `commands_changed` / `footer_changed` when the answers below have changed.

    `reload` is called when the page is first shown, after a write that touched its tables, and on another 年度;
    a hidden page is told only when it is shown again.
    """

    commands_changed = Signal()
    footer_changed = Signal()
    search_hint = ""  # placeholder of the page's own filter box, if it has one

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx

    def commands(self) -> list[Command]:
        """What can be done here, in the order of the bar."""
        return []

    def reload(self, tables: frozenset[str]) -> None:
        """Read again; `tables` were written (empty = everything may have changed)."""

    def footer(self) -> str:
        """Count and sums of what is shown: '286 人 · 1,204 次 · 3,310.5 小时'."""
        return ""

    def open_record(self, uid: str) -> None:
        """Show one record."""

    def apply_filter(self, **filter: Any) -> None:
        """Show the rows another page asked for."""

    def escape(self) -> bool:
        """Esc: close what is open (the detail panel); False if there was nothing to close."""
        return False

    def may_leave(self) -> bool:
        """False (after saying why) keeps the page: something typed is not saved and has no draft."""
        return True


@dataclass(frozen=True, slots=True)
class PageSpec:
    """One line of the sidebar. `build` imports the page's module inside, so that start-up stays lean."""

    id: str
    title: str
    icon: str  # name in assets/icons
    group: str  # pages of one group stand together; a line between groups
    build: Callable[[Context], Page]
    tables: frozenset[str]  # writes to these reload the page
    in_copy: bool = True  # whether a copy given out (a laptop's) shows it
    in_office: bool = True  # whether the office's own ledger shows it
