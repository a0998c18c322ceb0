"""For the tests of the page 双报告: a ledger with people and records, the page in its window, everything read."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtWidgets import QApplication

from tests.factory import visits
from tests.ui.page_room import ledger_context, open_window
from ui.context import Context
from ui.kit.page import Page
from ui.pages.reporting import ReportingPage


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    """24 people with 150 records."""
    for made in ledger_context(people=24):
        visits(made.store, 150)
        yield made


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> ReportingPage:
    """The page, its first tab read."""
    found = open_window(ctx, qtbot, "reporting").page
    assert isinstance(found, ReportingPage)
    settle(found, qtbot)
    return found


def settle(page: ReportingPage, qtbot: Any) -> None:
    """What was written is told and read."""
    page.ctx.refresher.flush()
    qtbot.waitUntil(lambda: not page.ctx.tasks.running)


def why(page: Page, command_id: str) -> str:
    """Why a command cannot run now, '' if it can."""
    return next(one.disabled for one in page.commands() if one.id == command_id)


def show(page: ReportingPage, tab: str, qtbot: Any) -> Any:
    """Bring a tab into view, read."""
    page.apply_filter(tab=tab)
    settle(page, qtbot)
    return page.page
