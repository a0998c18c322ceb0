"""Who reads a table hears that it was written: pages reload from what `transact` says it changed."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QEvent, QObject, QTimer, Signal
from PySide6.QtWidgets import QWidget


class Refresher(QObject):
    """`announce` after a write; `watch` to be told. Announcements of one turn of the loop are told once."""

    changed = Signal(object)  # frozenset of table names; empty = everything may have changed

    def __init__(self) -> None:
        super().__init__()
        self._tables: set[str] = set()
        self._all = False
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.flush)

    def announce(self, tables: frozenset[str]) -> None:
        """These tables were written (empty set: reload everything)."""
        self._all = self._all or not tables
        self._tables |= tables
        self._timer.start(0)

    def flush(self) -> None:
        """Tell now what was announced and not yet told."""
        self._timer.stop()
        if self._all or self._tables:
            told = frozenset() if self._all else frozenset(self._tables)
            self._all, self._tables = False, set()
            self.changed.emit(told)

    def watch(self, widget: QWidget, tables: frozenset[str], tell: Callable[[frozenset[str]], None]) -> None:
        """Call `tell(tables)` when one of `tables` was written: at once if `widget` is shown, else when it is."""
        _Watch(self, widget, tables, tell)


class _Watch(QObject):
    """Holds back what a hidden widget need not know yet; lives as long as the widget."""

    def __init__(
        self, refresher: Refresher, widget: QWidget, tables: frozenset[str], tell: Callable[[frozenset[str]], None]
    ) -> None:
        super().__init__(widget)
        self._widget = widget
        self._watched = tables
        self._tell = tell
        self._held: set[str] = set()
        self._held_all = False
        refresher.changed.connect(self._hear)
        widget.installEventFilter(self)

    def _hear(self, tables: frozenset[str]) -> None:
        touched = tables & self._watched
        if tables and not touched:
            return
        if self._widget.isVisible():
            self._tell(touched)
            return
        self._held_all = self._held_all or not tables
        self._held |= touched

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Tell a widget that comes into view what it missed."""
        if event.type() == QEvent.Type.Show and (self._held or self._held_all):
            told = frozenset() if self._held_all else frozenset(self._held)
            self._held_all, self._held = False, set()
            self._tell(told)
        return False
