"""Looks every moment whether another program (a command line, a second window) has written to the ledger, and refreshes the pages."""

from __future__ import annotations

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QWidget

from core.base.errors import Problem
from core.store.files import Replaced
from core.store.outside import Outside
from ui.context import Context

EVERY = 1500  # ms; one look takes some microseconds


class OutsideClock(QObject):
    """The pages that depend on what was written elsewhere are told, as after an act of their own."""

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(window)
        self._ctx, self._window = ctx, window
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.look)
        if ctx.store.folder is not None:  # a ledger in memory has no other
            self._outside = Outside(ctx.store)
            self._timer.start(EVERY)

    def look(self) -> None:
        """Once now."""
        if self._ctx.store.folder is None:  # closed: another ledger stands in its place
            self._timer.stop()
        if self._ctx.store.folder is None or not self._window.isVisible():
            return
        if self._ctx.store.is_replaced:
            self._timer.stop()  # said once; every act says it again
            self._ctx.messages.problem(Replaced(), self._window)
            return
        try:
            tables = self._outside.news()
        except Problem:
            return  # busy or gone: the next act says it
        if tables:
            self._ctx.refresher.announce(tables)
