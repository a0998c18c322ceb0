"""社区网格: the places and people of the community as lists, a tab for each. 方案 五(二)3"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QApplication, QStackedWidget, QTabBar, QVBoxLayout

from core.store.tables import table
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.entity_plan import Shown
from ui.kit.entity_view import EntityView, More
from ui.kit.listing import Listing, ask_export, print_listing
from ui.kit.page import Page
from ui.pages.import_kinds import KINDS as IMPORTED
from ui.pages.places_plans import Tab, fields_of, make_tabs, place_lists
from ui.pages.places_squads import ProposeDialog, SquadMembers


class PlacesPage(Page):
    """Filter keys of `go_to("places", …)`: `tab` (grids, buildings, workers …), `search`, `where`, any field of the tab."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.tabs = make_tabs(ctx)
        self.members = SquadMembers(ctx)
        self.views: dict[str, EntityView] = {}
        self._stale: set[str] = set()
        self.bar = QTabBar()
        self.stack = QStackedWidget()
        self._build()
        self._take(0)

    @property
    def view(self) -> EntityView:
        """The list in view; built when it is first shown."""
        tab = self.tabs[self.bar.currentIndex()]
        if tab.id not in self.views:
            self._make(tab)
        return self.views[tab.id]

    def go(self, tab: str) -> EntityView:
        """Bring a tab into view."""
        self.bar.setCurrentIndex([one.id for one in self.tabs].index(tab))
        return self.view

    # -- what the window asks, answered by the tab in view

    def commands(self) -> list[Command]:
        """Those of the tab."""
        return self.view.commands()

    def reload(self, tables: frozenset[str]) -> None:
        """The tab in view now, the others when they are shown."""
        self._stale = set(self.views) - {self.view.spec.kind}
        self.view.reload(tables)
        self._show_members()

    def footer(self) -> str:
        """That of the tab."""
        return self.view.footer()

    def open_record(self, uid: str) -> None:
        """Show a record in the tab it belongs to."""
        for tab in self.tabs:
            name = table(tab.plan.entity.spec.table).name
            if self.ctx.store.value(f"SELECT 1 FROM {name} WHERE uid = ?", (uid,)):
                self.go(tab.id).open_record(uid)
                return

    def apply_filter(self, **filter: Any) -> None:
        """Show what another page asked for."""
        tab = str(filter.pop("tab", self.view.spec.kind))
        self.go(tab).apply_filter(**filter)

    def propose(self) -> ProposeDialog:
        """自动编组."""
        dialog = ProposeDialog(self.ctx, self)
        dialog.open()
        return dialog

    # -- inside

    def _make(self, tab: Tab) -> None:
        squads, table = tab.id == "squads", tab.plan.entity.spec.table
        view = EntityView(
            self.ctx,
            tab.plan,
            export=lambda shown, parent: ask_export(self.ctx, _listing(shown, table), parent),
            print=lambda shown, parent: print_listing(self.ctx, _listing(shown, table), parent),
            lists=place_lists(self.ctx.store),
            fields=fields_of(tab),
            more=self._more(tab),
            side=self.members if squads else None,
        )
        self.views[tab.id] = view
        self.stack.addWidget(view)
        view.commands_changed.connect(lambda: view is self.view and self.commands_changed.emit())
        view.footer_changed.connect(lambda: view is self.view and self.footer_changed.emit())
        if squads:
            view.table.current_changed.connect(lambda _uid: self._show_members())

    def _more(self, tab: Tab) -> More:
        def commands(view: EntityView) -> Sequence[Command]:
            made = list(tab.more(view)) if tab.more is not None else []
            if tab.id == "squads":
                made.append(Command("auto", "自动编组…", self.propose, icon="team", tip="没有小分队的网格各编一个"))
                made.append(Command("paper", "打印名单…", self._print_squads, icon="log", in_bar=False))
            if any(one.id == tab.id for one in IMPORTED):
                made.append(Command("import", "导入", lambda: self.ctx.go_to("import", kind=tab.id), icon="import"))
            return made

        return commands

    def _print_squads(self) -> None:
        self.ctx.go_to("print", form="squad_list")

    def _show_members(self) -> None:
        if "squads" in self.views:
            view = self.views["squads"]
            self.members.show_squad(view.row(view.table.current_uid()))

    def _take(self, _at: int) -> None:
        view, held = self.view, QApplication.focusWidget()
        inside = held is not None and self.stack.isAncestorOf(held)
        self.stack.setCurrentWidget(view)
        if view.spec.kind in self._stale or not view.model.complete:
            self._stale.discard(view.spec.kind)
            view.reload(frozenset())
        self.setFocusProxy(view)
        if inside:  # else Qt gives the keyboard to whatever stands next, the filter row
            view.table.focus()
        self.commands_changed.emit()
        self.footer_changed.emit()

    def _build(self) -> None:
        self.bar.setAccessibleName("社区网格的内容")
        self.bar.setDrawBase(False)
        self.bar.setExpanding(False)
        self.bar.setUsesScrollButtons(True)
        for tab in self.tabs:
            self.bar.addTab(tab.label)
        self.bar.currentChanged.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addWidget(self.bar)
        column.addWidget(self.stack, 1)


def _listing(shown: Shown, table: str) -> Listing:
    rows = list(shown.rows)
    return Listing(shown.title, shown.fields, lambda _store: rows, shown.scope, shown.noun, table=table)
