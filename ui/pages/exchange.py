"""数据交换: in the office the ledger of copies, what waits for a decision, the packets; in a copy the way back to the office."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QStackedWidget, QTabBar, QVBoxLayout

from core.base.rights import Right
from core.exchange.queries import identity, open_counts
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.page import Page
from ui.pages.exchange_copy import CopyPage
from ui.pages.exchange_ledger import LedgerTab
from ui.pages.exchange_merge import MergeDialog
from ui.pages.exchange_packets import PacketsTab
from ui.pages.exchange_parts import dropped
from ui.pages.exchange_review import ReviewTab
from ui.pages.exchange_swap import SwapDialog

TABS = (("ledger", "带出台账"), ("review", "待定"), ("packets", "收发记录"))


def exchange_page(ctx: Context) -> Page:
    """The page of this file: the office's, or that of a copy."""
    return CopyPage(ctx) if identity(ctx.store).is_copy else ExchangePage(ctx)


class ExchangePage(Page):
    """Each tab is a page of its own. Filter key `tab` says which; a packet dropped anywhere opens 合并."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.setAcceptDrops(True)
        self.ledger, self.review, self.packets = LedgerTab(ctx), ReviewTab(ctx), PacketsTab(ctx)
        self.pages: dict[str, Page] = {"ledger": self.ledger, "review": self.review, "packets": self.packets}
        self._stale = set(self.pages)  # tabs to be read anew when they are shown
        self.tabs = QTabBar()
        self.stack = QStackedWidget()
        self._lay_out()

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
        """Those of the tab, 合并 and 交换 everywhere, then the ways to the other tabs."""
        own, may = self.page.commands(), self.ctx.why_not(Right.EXCHANGE)
        both = [
            Command("import", "合并…", self.merge, icon="import", disabled=may, tip="收到的数据包：先看内容，再合并"),
            Command(
                "swap",
                "交换…",
                self.swap,
                "Ctrl+Shift+X",
                "exchange",
                disabled=may,
                in_bar=False,
                tip="通过共享文件夹，和办公室的另一台电脑",
            ),
        ]
        ways = [
            Command(f"tab-{code}", label, lambda code=code: self.show_tab(code), f"Alt+{at}", in_bar=False)
            for at, (code, label) in enumerate(TABS, 1)
        ]
        first = [one for one in own if one.primary]
        return [*first, *both, *(one for one in own if not one.primary), *ways]

    def reload(self, tables: frozenset[str]) -> None:
        """The tab in view now, the others when they are shown."""
        self._stale = set(self.pages) - {self.tab}
        self.page.reload(tables)
        self._show_count()

    def footer(self) -> str:
        """That of the tab."""
        return self.page.footer()

    def open_record(self, uid: str) -> None:
        """A copy."""
        self.go("ledger").open_record(uid)

    def apply_filter(self, **filter: Any) -> None:
        """Show what another page asked for."""
        page = self.go(str(filter.pop("tab", "ledger")))
        page.apply_filter(**filter)
        page.setFocus()

    def escape(self) -> bool:
        """What is open in the tab."""
        return self.page.escape()

    # -- acts

    def merge(self, paths: Sequence[str] = ()) -> MergeDialog:
        """合并…"""
        dialog = MergeDialog(self.ctx, self.window())
        dialog.open()
        dialog.begin(paths)
        return dialog

    def swap(self) -> SwapDialog:
        """交换…"""
        dialog = SwapDialog(self.ctx, self.window())
        dialog.open()
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Packets and folders of them."""
        event.setAccepted(bool(dropped(event.mimeData())) and not self.ctx.why_not(Right.EXCHANGE))

    def dropEvent(self, event: QDropEvent) -> None:
        """Look into what was dropped."""
        event.acceptProposedAction()
        self.merge(dropped(event.mimeData()))

    # -- inside

    def _show_count(self) -> None:
        """待定 with its number, so that it is seen from the other tabs."""
        waiting = open_counts(self.ctx.store)["decide"]
        self.tabs.setTabText(1, f"待定 {waiting:,}" if waiting else "待定")

    def _take_tab(self, at: int) -> None:
        self.stack.setCurrentIndex(at)
        if self.tab in self._stale:
            self._stale.discard(self.tab)
            self.page.reload(frozenset())
        self.setFocusProxy(self.page)
        self.commands_changed.emit()
        self.footer_changed.emit()

    def _heard(self, page: Page, tell: Any) -> Any:
        return lambda: tell() if page is self.page else None

    def _lay_out(self) -> None:
        self.tabs.setAccessibleName("数据交换的内容")
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
        self.setFocusProxy(self.ledger)
