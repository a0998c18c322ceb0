"""Every page of the window, in the order of the sidebar, and every provider of the search box. Explicit: no scanning."""

from __future__ import annotations

from core.store.tables import NAMES
from ui.context import Context
from ui.kit.page import Page, PageSpec
from ui.kit.search import Provider
from ui.pages.roster_search import people_hits


def _overview(ctx: Context) -> Page:
    from ui.pages.overview import OverviewPage

    return OverviewPage(ctx)


def _roster(ctx: Context) -> Page:
    from ui.pages.roster import RosterPage

    return RosterPage(ctx)


_ROSTER_TABLES = frozenset(
    {"cadre", "membership", "unit", "branch", "attachment", "feedback", "visit", "evaluation", "service_quota", "setting"}
)

PAGES: tuple[PageSpec, ...] = (
    PageSpec("overview", "工作台", "home", "日常", _overview, NAMES),  # it shows the last steps, whatever they wrote
    PageSpec("roster", "名册", "people", "日常", _roster, _ROSTER_TABLES),
)
PROVIDERS: tuple[Provider, ...] = (people_hits,)
