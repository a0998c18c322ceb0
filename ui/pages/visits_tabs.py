"""The tabs over the log, each with the number of records behind it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtWidgets import QTabBar

from core.service_log.model import VisitFilter
from core.service_log.queries import visit_count
from core.store import Reads

TABS = (("", "全部"), ("waiting", "待确认"), ("returned", "退回"), ("late", "补录"), ("quota", "达标情况"))
TAB_OF_STATE = {"WAITING": "waiting", "RETURNED": "returned"}
EMPTY = {
    "": "这一年还没有服务记录。在上面的登记行填写，按 Ctrl+Enter 登记。",
    "waiting": "没有待确认的记录。",
    "returned": "没有退回修改的记录。",
    "late": "没有补录的记录。",
}


@dataclass(frozen=True, slots=True)
class Counts:
    """Numbers behind the tabs of a year."""

    waiting: int = 0
    returned: int = 0
    late: int = 0


def counts_of(reads: Reads, year: int) -> Counts:
    """Count what waits in a year."""
    return Counts(
        visit_count(reads, VisitFilter(year=year, state="WAITING")),
        visit_count(reads, VisitFilter(year=year, state="RETURNED")),
        visit_count(reads, VisitFilter(year=year, late=True)),
    )


class VisitTabs(QTabBar):
    """`code` is the tab in view (a plain attribute: the worker reads it too)."""

    def __init__(self) -> None:
        super().__init__()
        self.code = ""
        self.setAccessibleName("记录的范围")
        self.setDrawBase(False)
        self.setExpanding(False)
        self.setUsesScrollButtons(False)
        for at, (code, label) in enumerate(TABS):
            self.addTab(label)
            self.setTabData(at, code)
        self.currentChanged.connect(self._take)

    def choose(self, code: str) -> None:
        """Bring a tab into view without telling."""
        self.blockSignals(True)
        self.setCurrentIndex([one for one, _ in TABS].index(code))
        self.blockSignals(False)
        self.code = code

    def show_counts(self, counts: Counts) -> None:
        """Write the numbers behind the words."""
        for at, (code, label) in enumerate(TABS):
            number = getattr(counts, code, 0) if code else 0
            self.setTabText(at, f"{label} {number:,}" if number else label)

    def _take(self, at: int) -> None:
        self.code = str(self.tabData(at))
