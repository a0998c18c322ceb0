"""双报告: 半年报告 by branch, 年度报告 by section, 结果运用 of a pasted list, 表彰. 方案 三(三) 三(七) 七(三)1"""

from __future__ import annotations

from ui.context import Context
from ui.kit.tabbed_page import TabbedPage
from ui.pages.reporting_commendations import CommendationsTab
from ui.pages.reporting_half import HalfTab
from ui.pages.reporting_results import ResultsTab
from ui.pages.reporting_yearly import YearlyTab


class ReportingPage(TabbedPage):
    """Filter keys beside `tab` go to the tab (half by default)."""

    def __init__(self, ctx: Context) -> None:
        self.half, self.yearly, self.results = HalfTab(ctx), YearlyTab(ctx), ResultsTab(ctx)
        self.commendations = CommendationsTab(ctx)
        tabs = (
            ("half", "半年报告", self.half),
            ("yearly", "年度报告", self.yearly),
            ("results", "结果运用", self.results),
            ("commendations", "表彰", self.commendations),
        )
        super().__init__(ctx, "双报告的内容", tabs)

    def open_record(self, uid: str) -> None:
        """A record here is a commendation."""
        self.go("commendations").open_record(uid)
