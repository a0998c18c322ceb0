"""统计: the year's figures with bars, sentences to copy, and the ledger of issued tables. 方案 三(三) 三(六) 五(三)3"""

from __future__ import annotations

from ui.context import Context
from ui.kit.tabbed_page import TabbedPage
from ui.pages.statistics_answers import AnswersTab
from ui.pages.statistics_figures import FiguresTab
from ui.pages.statistics_issued import IssuedTab


class StatisticsPage(TabbedPage):
    """Filter keys beside `tab` go to the tab (figures by default)."""

    def __init__(self, ctx: Context) -> None:
        self.figures, self.answers = FiguresTab(ctx), AnswersTab(ctx)
        self.issued = IssuedTab(ctx, lambda: self.show_tab("figures"))
        tabs = (
            ("figures", "统计表", self.figures),
            ("answers", "答问", self.answers),
            ("issued", "报出台账", self.issued),
        )
        super().__init__(ctx, "统计的内容", tabs)

    def open_record(self, uid: str) -> None:
        """A record here is an issued table."""
        self.go("issued").open_record(uid)
