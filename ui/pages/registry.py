"""Every page of the window, in the order of the sidebar, and every provider of the search box. Explicit: no scanning."""

from __future__ import annotations

from ui.kit.page import PageSpec
from ui.kit.search import Provider

PAGES: tuple[PageSpec, ...] = ()
PROVIDERS: tuple[Provider, ...] = ()
