"""A page of pages: a tab each; what the window asks is answered by the tab in view."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout

from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page

TabSpec = tuple[str, str, Page]
"""(code, label, page)."""


class TabbedPage(Page):
    """Filter key `tab` says which tab; records open in the first."""

    def __init__(self, ctx: Context, name: str, specs: Sequence[TabSpec]) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.pages: dict[str, Page] = {code: page for code, _label, page in specs}
        self.labels = {code: label for code, label, _page in specs}
        self._stale = set(self.pages)  # tabs to be read anew when they are shown
        self.tabs = QTabBar(drawBase=False, expanding=False, usesScrollButtons=False)
        self.tabs.setAccessibleName(name)
        self.stack = QStackedWidget()
        for code, page in self.pages.items():
            self.tabs.addTab(self.labels[code])
            self.stack.addWidget(page)
            page.commands_changed.connect(self._heard(page, self.commands_changed.emit))
            page.footer_changed.connect(self._heard(page, self.footer_changed.emit))
        self.tabs.currentChanged.connect(self._take_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        self.setFocusProxy(self.page)

    @property
    def tab(self) -> str:
        """The tab in view."""
        return list(self.pages)[self.tabs.currentIndex()]

    @property
    def page(self) -> Page:
        """Its page."""
        return self.pages[self.tab]

    def go(self, tab: str) -> Page:
        """Bring a tab into view."""
        self.tabs.setCurrentIndex(list(self.pages).index(tab))
        return self.page

    def show_tab(self, tab: str) -> None:
        """Bring a tab into view, the keyboard in it."""
        self.go(tab).setFocus()

    def commands(self) -> list[Command]:
        """Those of the tab, then the ways to the others."""
        return [*self.page.commands(), *self.ways()]

    def ways(self) -> list[Command]:
        """Alt and a digit for each tab."""
        return [
            Command(f"tab-{code}", label, lambda code=code: self.show_tab(code), f"Alt+{at}", in_bar=False)
            for at, (code, label) in enumerate(self.labels.items(), 1)
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """The tab in view now, the others when they are shown."""
        self._stale = set(self.pages) - {self.tab}
        self.page.reload(tables)

    def footer(self) -> str:
        """That of the tab."""
        return self.page.footer()

    def open_record(self, uid: str) -> None:
        """A record of the first tab."""
        self.go(next(iter(self.pages))).open_record(uid)

    def apply_filter(self, **filter: Any) -> None:
        """Show what another page asked for."""
        page = self.go(str(filter.pop("tab", next(iter(self.pages)))))
        page.apply_filter(**filter)
        page.setFocus()

    def escape(self) -> bool:
        """What is open in the tab."""
        return self.page.escape()

    def _take_tab(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        if self.tab in self._stale:
            self._stale.discard(self.tab)
            self.page.reload(frozenset())
        self.setFocusProxy(self.page)
        self.commands_changed.emit()
        self.footer_changed.emit()

    def _heard(self, page: Page, tell: Callable[[], None]) -> Callable[[], None]:
        return lambda: tell() if page is self.page else None
