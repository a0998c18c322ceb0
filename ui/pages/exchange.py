"""数据交换: in the office the ledger of copies, what waits for a decision, the packets; in a copy the way back to the office."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtGui import QDragEnterEvent, QDropEvent

from core.base.rights import Right
from core.exchange.queries import identity, open_counts
from ui.context import Context
from ui.kit.command import Command
from ui.kit.page import Page
from ui.kit.tabbed_page import TabbedPage
from ui.pages.exchange_copy import CopyPage
from ui.pages.exchange_ledger import LedgerTab
from ui.pages.exchange_merge import MergeDialog
from ui.pages.exchange_packets import PacketsTab
from ui.pages.exchange_parts import dropped
from ui.pages.exchange_review import ReviewTab
from ui.pages.exchange_swap import SwapDialog


def exchange_page(ctx: Context) -> Page:
    """The page of this file: the office's, or that of a copy."""
    return CopyPage(ctx) if identity(ctx.store).is_copy else ExchangePage(ctx)


class ExchangePage(TabbedPage):
    """A packet dropped anywhere opens 合并."""

    def __init__(self, ctx: Context) -> None:
        self.ledger, self.review, self.packets = LedgerTab(ctx), ReviewTab(ctx), PacketsTab(ctx)
        tabs = (
            ("ledger", "带出台账", self.ledger),
            ("review", "待定", self.review),
            ("packets", "收发记录", self.packets),
        )
        super().__init__(ctx, "数据交换的内容", tabs)
        self.setAcceptDrops(True)

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
        first = [one for one in own if one.primary]
        return [*first, *both, *(one for one in own if not one.primary), *self.ways()]

    def reload(self, tables: frozenset[str]) -> None:
        """The tabs, and the number on 待定, so that it is seen from the others."""
        super().reload(tables)
        waiting = open_counts(self.ctx.store)["decide"]
        label = self.labels["review"]
        self.tabs.setTabText(1, f"{label} {waiting:,}" if waiting else label)

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
