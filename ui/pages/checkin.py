"""报到: of cadres, of units, the state against the date, and what was sent. 方案 三(三) 五(一)2"""

from __future__ import annotations

from ui.context import Context
from ui.kit.tabbed_page import TabbedPage
from ui.pages.checkin_people import PeopleTab
from ui.pages.checkin_status import StatusTab
from ui.pages.checkin_submissions import SubmissionsTab
from ui.pages.checkin_units import UnitsTab


class CheckinPage(TabbedPage):
    """Filter keys beside `tab` go to the tab (people by default)."""

    def __init__(self, ctx: Context) -> None:
        self.people, self.units = PeopleTab(ctx), UnitsTab(ctx)
        self.status, self.submissions = StatusTab(ctx), SubmissionsTab(ctx)
        tabs = (
            ("people", "干部报到", self.people),
            ("units", "单位报到", self.units),
            ("status", "报到情况", self.status),
            ("submissions", "报送台账", self.submissions),
        )
        super().__init__(ctx, "报到的内容", tabs)
