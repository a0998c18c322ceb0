"""双报告: 半年报告 by branch, 年度报告 by section, 结果运用 of a pasted list. 方案 三(三) 三(七) 七(三)1"""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout

from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page
from ui.pages.reporting_half import HalfTab
from ui.pages.reporting_results import ResultsTab
from ui.pages.reporting_yearly import YearlyTab

TABS = (("half", "半年报告"), ("yearly", "年度报告"), ("results", "结果运用"))


class ReportingPage(Page):
    """Filter key `tab` says which tab."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.half, self.yearly, self.results = HalfTab(ctx), YearlyTab(ctx), ResultsTab(ctx)
        self._parts = (self.half, self.yearly, self.results)
        self._stale = set(range(len(TABS)))  # tabs to be read anew when they are shown
        self.tabs, self.stack = QTabBar(), QStackedWidget()
        self.tabs.setAccessibleName("双报告的内容")
        self.tabs.setDrawBase(False)
        self.tabs.setExpanding(False)
        for (_code, label), part in zip(TABS, self._parts, strict=True):
            self.tabs.addTab(label)
            self.stack.addWidget(part)
        self.tabs.currentChanged.connect(self._take_tab)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addWidget(self.tabs)
        column.addWidget(self.stack, 1)

    def commands(self) -> list[Command]:
        """The ways to the tabs; what can be done stands in each of them."""
        return [
            Command(f"tab-{code}", label, lambda at=at: self.tabs.setCurrentIndex(at), f"Alt+{at + 1}", in_bar=False)
            for at, (code, label) in enumerate(TABS)
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """The tab in view now, the others when they are shown."""
        self._stale = set(range(len(TABS)))
        self._take_tab(self.tabs.currentIndex())

    def apply_filter(self, **filter: Any) -> None:
        """Bring a tab into view."""
        self.tabs.setCurrentIndex([code for code, _ in TABS].index(str(filter.get("tab", "half"))))

    def _take_tab(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        if at in self._stale:
            self._stale.discard(at)
            self._parts[at].reload()
