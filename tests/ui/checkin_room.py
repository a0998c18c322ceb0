"""For the tests of the page 报到: a ledger in which some have checked in, and small looks at what leaves the page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from python_calamine import CalamineWorkbook

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in_group
from core.store import Store
from core.submission.ops import prepare_year
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.pages.checkin import CheckinPage


def checkin_context() -> Iterator[Context]:
    """40 people: ten checked in by the date, five after it, three of them dispatched besides."""
    for made in ledger_context(people=40):
        uids = [row[0] for row in made.store.tuples("SELECT uid FROM cadre ORDER BY staff_no")]
        with made.store.transact("登记报到") as tx:
            check_in_group(tx, uids[:10], CheckinDraft("", "HOME", "2020-08-05", handler="李书记"))
            check_in_group(tx, uids[11:16], CheckinDraft("", "HOME", "2020-08-20"))
            check_in_group(tx, uids[:3], CheckinDraft("", "ASSIGNED", "2020-08-03"))
            prepare_year(tx, 2020)
        yield made


def open_checkin(ctx: Context, qtbot: Any) -> CheckinPage:
    """The page in the real window, everything read."""
    found = open_window(ctx, qtbot, "checkin").page
    assert isinstance(found, CheckinPage)
    settle(found, qtbot)
    return found


def settle(page: CheckinPage, qtbot: Any) -> None:
    """What was written is told and read."""
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def cadre(store: Store, staff_no: str) -> str:
    """The uid of a person."""
    return str(store.value("SELECT uid FROM cadre WHERE staff_no = ?", (staff_no,)))


def cells(file: Path) -> list[list[str]]:
    """The rows of a workbook as text."""
    return [[str(one) for one in line] for line in CalamineWorkbook.from_path(file).get_sheet_by_index(0).to_python()]
