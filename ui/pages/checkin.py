"""报到: of cadres, of units, the state against the date, and what was sent. 方案 三(三) 五(一)2"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout

from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page
from ui.pages.checkin_people import PeopleTab
from ui.pages.checkin_status import StatusTab
from ui.pages.checkin_submissions import SubmissionsTab
from ui.pages.checkin_units import UnitsTab

TABS = (("people", "干部报到"), ("units", "单位报到"), ("status", "报到情况"), ("submissions", "报送台账"))


class CheckinPage(Page):
    """Each tab is a page of its own. Filter key `tab` says which; the others go to it (people by default)."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.people, self.units = PeopleTab(ctx), UnitsTab(ctx)
        self.status, self.submissions = StatusTab(ctx), SubmissionsTab(ctx)
        self.pages: dict[str, Page] = {
            "people": self.people, "units": self.units, "status": self.status, "submissions": self.submissions,
        }  # fmt: skip
        self._stale = set(self.pages)  # tabs to be read anew when they are shown
        self.tabs = QTabBar()
        self.stack = QStackedWidget()
        self._build()

    @property
    def tab(self) -> str:
        """The tab in view."""
        return TABS[self.tabs.currentIndex()][0]

    @property
    def page(self) -> Page:
        """Its page."""
        return self.pages[self.tab]

    def go(self, tab: str) -> Page:
        """Bring a tab into view."""
        self.tabs.setCurrentIndex([code for code, _ in TABS].index(tab))
        return self.page

    def show_tab(self, tab: str) -> None:
        """Bring a tab into view, the keyboard in it."""
        self.go(tab).setFocus()

    # -- what the window asks, answered by the tab in view

    def commands(self) -> list[Command]:
        """Those of the tab, then the ways to the others."""
        ways = [
            Command(f"tab-{code}", label, lambda code=code: self.show_tab(code), f"Alt+{at}", in_bar=False)
            for at, (code, label) in enumerate(TABS, 1)
        ]
        return [*self.page.commands(), *ways]

    def reload(self, tables: frozenset[str]) -> None:
        """The tab in view now, the others when they are shown."""
        self._stale = set(self.pages) - {self.tab}
        self.page.reload(tables)

    def footer(self) -> str:
        """That of the tab."""
        return self.page.footer()

    def open_record(self, uid: str) -> None:
        """A person."""
        self.go("people").open_record(uid)

    def apply_filter(self, **filter: Any) -> None:
        """Show what another page asked for."""
        self.go(str(filter.pop("tab", "people"))).apply_filter(**filter)

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

    def _build(self) -> None:
        self.tabs.setAccessibleName("报到的内容")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        self.tabs.setUsesScrollButtons(False)
        for code, label in TABS:
            self.tabs.addTab(label)
            page = self.pages[code]
            self.stack.addWidget(page)
            page.commands_changed.connect(self._heard(page, self.commands_changed.emit))
            page.footer_changed.connect(self._heard(page, self.footer_changed.emit))
        self.tabs.currentChanged.connect(self._take_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)
        self.setFocusProxy(self.people)

    def _heard(self, page: Page, tell: Any) -> Any:
        return lambda: tell() if page is self.page else None
