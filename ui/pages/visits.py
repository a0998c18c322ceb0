"""服务纪实: the entry line on top, below it the log with its tabs, at the right the record. 方案 三(六)"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import (
    QBoxLayout,
    QHBoxLayout,
    QSizePolicy,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.base.rights import Right
from core.service_log.model import VisitFilter
from core.service_log.queries import VisitSums, visit_sums
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.crosstab import CrosstabDialog
from ui.kit.filters import FilterBar, FilterChip
from ui.kit.listing import ask_file
from ui.kit.page import Page
from ui.kit.rows import RowsModel
from ui.kit.table import TableView
from ui.pages import visits_acts as acts
from ui.pages import visits_out as out
from ui.pages.visits_confirm import ConfirmBatch
from ui.pages.visits_entry import EntryLine
from ui.pages.visits_panel import VisitPanel
from ui.pages.visits_quota import QuotaView
from ui.pages.visits_rows import asked_of, filter_fields, lists_of, named_words, sums_words, visit_columns, visit_source
from ui.pages.visits_sheets import SheetsDialog
from ui.pages.visits_tabs import EMPTY, TAB_OF_STATE, Counts, VisitTabs, counts_of

PICK_FIRST = "请先在列表中选中记录。"
SUMMED = 2000  # selected rows whose sums are read at once
LOW, NARROW = 600, 760  # logical pixels at 10 pt


class VisitsPage(Page):
    """Filters other pages may ask for: state, tab, uids, cadre_uid, unit_uid, sheet_no, search, where, new=True."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self._named: dict[str, Any] = {}  # what another page asked for, beside the filter bar
        self._chip: FilterChip | None = None
        self._sums: VisitSums | None = None
        self._chosen: VisitSums | None = None  # sums of the selected rows
        self._able = (False, False)  # whether something is selected, is current
        self._fresh = ""  # the record just written: the list shows it when it is there
        self.entry = EntryLine(ctx)
        self.tabs = VisitTabs()
        self.filter = FilterBar(
            filter_fields(),
            lists_of(ctx.store),
            "visits",
            ctx.store.local,
            search_hint="姓名、工号、首字母或服务内容",
        )
        source = visit_source(ctx.store, lambda: ctx.year, lambda: self.tabs.code)
        self.model = RowsModel(source, visit_columns(), ctx.tasks, order=(("served_on", True),))
        self.table = TableView(self.model, "visits", ctx.store.local)
        self.panel = VisitPanel(ctx)
        self.quota = QuotaView(ctx)
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """登记 first; what needs selected records says so."""
        if self.on_quota:
            return [*self.quota.commands(), Command("export", "导出", self.export, icon="export")]
        none = "" if self.table.selected_count() else PICK_FIRST
        one = "" if self.table.current_uid() else PICK_FIRST
        deny = self.ctx.why_not(Right.CONFIRM)
        return [
            Command("new", "登记", self.start, icon="add", tip="到登记行", in_bar=False),
            Command("group", "多人登记", self.entry.open_group, "Ctrl+G", "team"),
            Command("confirm", "确认", lambda: self.act(acts.ask_confirm), "Ctrl+K", "check", disabled=deny or none),
            Command("return", "退回", lambda: self.act(acts.ask_return), "Ctrl+R", "return", disabled=deny or none),
            Command("batch", "批量确认", self.batch, "Ctrl+B", "log", tip="按待确认清单的行号确认", disabled=deny),
            Command("print", "待确认清单", self.sheets, icon="print", tip="生成、打印待确认清单"),
            Command("edit", "修改", self.edit, icon="edit", disabled=one),
            Command("archive", "作废", lambda: self.act(acts.ask_void), icon="void", disabled=deny or none),
            Command("export", "导出", self.export, icon="export"),
            Command("reopen", "重新提交", lambda: self.act(acts.reopen), icon="undo", disabled=none, in_bar=False),
            Command("late", "填写补录原因", lambda: self.act(acts.ask_late), icon="clock", disabled=none, in_bar=False),
            Command("count", "按…统计", self.statistics, icon="stats", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Read again; another year starts the list anew."""
        self.entry.set_year(self.ctx.year)
        if self.on_quota:
            self.quota.reload()
        elif tables:
            self.table.reload()
        else:
            self.show_list()
        self._count()
        if self.panel.isVisible() and not self.panel.show_uid(self.panel.uid):
            self.panel.drop()

    def footer(self) -> str:
        """People, records, both sums; of the selected rows if there are several."""
        if self.on_quota:
            return self.quota.footer()
        if self._chosen is not None:
            return f"已选中：{sums_words(self._chosen)}"
        return sums_words(self._sums) if self._sums is not None else ""

    def open_record(self, uid: str) -> None:
        """Show one record."""
        self._go_to_tab("")
        self.panel.turn_to(uid, self._open_listed, self.table)

    def _open_listed(self, uid: str) -> None:
        if not self._open(uid):
            self.ctx.messages.say("这条服务记录已不存在，可能刚被撤销。", "warn")
            return
        self._fresh = uid
        self._show_fresh()

    def apply_filter(self, **filter: Any) -> None:
        """Show the rows another page asked for."""
        if filter.pop("new", False):
            self._go_to_tab("")
            self.start()
            self.entry.begin(str(filter.get("cadre_uid", "")))
            return
        state = str(filter.pop("state", ""))
        tab = str(filter.pop("tab", "") or TAB_OF_STATE.get(state, ""))
        where = [list(one) for one in filter.pop("where", ())]
        if state and not tab:
            where.append(["state", "=", state])
        self.filter.set_value({"search": filter.pop("search", ""), "where": where}, tell=False)
        self._named = filter
        self._go_to_tab(tab)

    def escape(self) -> bool:
        """A doubt on the line, then the panel, then what another page asked for."""
        if self.entry.escape() or self.panel.escape():
            return True
        if self._named:
            self._drop_named()
            return True
        return False

    # -- the list

    @property
    def tab(self) -> str:
        """The tab in view."""
        return self.tabs.code

    @property
    def on_quota(self) -> bool:
        """True while 达标情况 is shown."""
        return self.tab == "quota"

    def where(self) -> dict[str, Any]:
        """The filter in force."""
        return {**self.filter.value(), **self._named}

    def asked(self) -> VisitFilter:
        """The filter in force as a question to the log."""
        return asked_of(self.where(), self.ctx.year, self.tab)

    def show_list(self) -> None:
        """Load the list under the filter in force."""
        if self.on_quota:
            self.quota.reload()
            return
        self._show_named()
        self.table.set_empty(EMPTY[self.tab])
        self.table.load(self.where())
        self._count()

    def _go_to_tab(self, tab: str) -> None:
        self.tabs.choose(tab)
        self._dress_tab()
        self.show_list()

    def _take_tab(self) -> None:
        self._named = {}
        self._dress_tab()
        self.show_list()

    def _dress_tab(self) -> None:
        self.stack.setCurrentIndex(1 if self.on_quota else 0)
        self.filter.setVisible(not self.on_quota)
        self._fit()
        self.commands_changed.emit()
        self.footer_changed.emit()

    def _show_named(self) -> None:
        """What another page asked for stands as a chip beside the filter; its cross shows everything again."""
        if self._chip is not None:
            self._chip.hide()
            self._chip.deleteLater()
            self._chip = None
        if words := named_words(self.ctx.store, self._named):
            self._chip = FilterChip(words)
            self._chip.closed.connect(self._drop_named)
            self.filter.add_widget(self._chip)

    def _drop_named(self) -> None:
        self._named = {}
        self.show_list()

    def _fit(self) -> None:
        """In a low window an open record takes the room of the entry line; in a narrow one the filter has its own row."""
        low = self.height() < theme.px(LOW)
        self.entry.view.set_low(low)
        narrow = self.width() < theme.px(NARROW)
        self.over.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)
        self.entry.setVisible(not self.on_quota and not (low and self.panel.isVisibleTo(self)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another height."""
        super().resizeEvent(event)
        self._fit()

    def start(self) -> None:
        """登记: to the entry line, wherever one is."""
        if self.on_quota:
            self._go_to_tab("")
        while not self.entry.isVisible() and self.panel.escape():
            pass  # an open form first, then the panel; what was typed there stays as a draft
        self.entry.focus("who" if self.entry.view.editors["served_on"].text() else "served_on")

    def _take_filter(self) -> None:
        self._named = {}
        self.show_list()

    def _clear_filter(self) -> None:
        self._named = {}
        self.filter.clear()

    def _count(self) -> None:
        asked, year = self.asked(), self.ctx.year
        self.ctx.tasks.run(
            "统计服务记录",
            lambda store, _tell: (visit_sums(store, asked), counts_of(store, year)),
            self._take_counts,
            owner=self,
            quiet=True,
        )

    def _take_counts(self, found: tuple[VisitSums, Counts]) -> None:
        self._sums, counts = found
        self.tabs.show_counts(counts)
        self.footer_changed.emit()

    def _selection(self) -> None:
        self._chosen = None
        if 1 < self.table.selected_count() <= SUMMED:
            self._chosen = visit_sums(
                self.ctx.store, VisitFilter(uids=tuple(self.table.selected_uids()), with_void=True)
            )
        if (able := (self.table.selected_count() > 0, bool(self.table.current_uid()))) != self._able:
            self._able = able
            self.commands_changed.emit()
        self.footer_changed.emit()

    def _take_saved(self, uids: list[str]) -> None:
        self._fresh = uids[0]

    def _show_fresh(self, complete: bool = False) -> None:
        if self._fresh and self.table.select(self._fresh):
            self._fresh = ""
        elif complete:
            self.panel.hold_row(self.table)

    # -- what is done to records

    def act(self, ask: Callable[[Context, Sequence[str], QWidget], object]) -> None:
        """Ask what is needed for 确认, 退回, 作废 … of the selected, and do it."""
        ask(self.ctx, self.table.selected_uids(), self.window())

    def edit(self) -> None:
        """修改 the current record, in the panel."""
        self.panel.turn_to(self.table.current_uid(), lambda uid: self._open(uid) and self.panel.edit(), self.table)

    def batch(self) -> ConfirmBatch:
        """批量确认 by the numbers of a sheet."""
        dialog = ConfirmBatch(self.ctx, str(self._named.get("sheet_no", "")), self.window())
        dialog.open()
        return dialog

    def sheets(self) -> SheetsDialog:
        """待确认清单: make and print one."""
        dialog = SheetsDialog(self.ctx, str(self._named.get("unit_uid", "")), self.window())
        dialog.open()
        return dialog

    def statistics(self) -> CrosstabDialog:
        """按…统计 what is shown."""
        return out.statistics(self.ctx, self.asked(), self.filter.words(), self._take_cell, self.window())

    def export(self) -> None:
        """What is shown, as a workbook."""
        name = f"{self.ctx.year}年度{'服务达标情况' if self.on_quota else '服务记录'}.xlsx"
        ask_file(name, self.export_to, self.window())

    def export_to(self, path: Path) -> None:
        """Write the workbook on the worker; the status bar says when it is there."""
        if self.on_quota:
            out.export_quota(self.ctx, self.quota.shown_rows(), self.quota.rule(), path, self)
        else:
            out.export_visits(self.ctx, self.asked(), self.filter.words(), path, self)

    def _take_cell(self, where: list[list[str]]) -> None:
        self.apply_filter(tab=self.tab, where=where)

    def _open(self, uid: str) -> bool:
        if not uid or not self.panel.show_uid(uid):
            return False
        if self.panel.isHidden():
            self.panel.show()
            self._fit()
            self.split.setSizes([self.split.width() * 3 // 5, self.split.width() * 2 // 5])
        return True

    def _current(self, uid: str) -> None:
        if self.panel.isVisible() and uid != self.panel.uid:
            self.panel.turn_to(uid, self.panel.show_uid, self.table)

    def _actions(self, uids: Sequence[str]) -> list[QAction]:
        wanted = ("confirm", "return", "archive", "reopen", "edit", "late") if uids else ()
        return [out.action_of(command, self) for command in self.commands() if command.id in wanted]

    def _sentence(self, uids: Sequence[str]) -> str:
        many = len(uids) > 1
        asked = VisitFilter(uids=tuple(uids), with_void=True) if many else self.asked()
        return out.sentence(self.ctx, asked, f"选中的{len(uids)}条" if many else self.filter.words())

    # -- build

    def _build(self) -> None:
        self.panel.hide()
        self.table.actions_for = self._actions
        self.table.sentence_for = self._sentence
        self.table.statistics = self.statistics
        self.split = split = QSplitter()
        split.setChildrenCollapsible(False)
        split.addWidget(self.table)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        log = QWidget()
        inner = QVBoxLayout(log)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(10))
        inner.addWidget(split, 1)
        self.stack = QStackedWidget()
        self.stack.addWidget(log)
        self.stack.addWidget(self.quota)
        # the line on top keeps its height; the list takes what is left
        self.stack.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Ignored)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addWidget(self.entry)
        self.over = over = QHBoxLayout()
        over.setSpacing(theme.px(12))
        over.addWidget(self.tabs, 0, Qt.AlignmentFlag.AlignTop)
        over.addWidget(self.filter, 1)
        column.addLayout(over)
        column.addWidget(self.stack, 1)
        self.setFocusProxy(self.entry.view.who)

    def _wire(self) -> None:
        self.tabs.currentChanged.connect(self._take_tab)
        self.filter.changed.connect(self._take_filter)
        self.table.clear_filter_wanted.connect(self._clear_filter)
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        self.table.selection_changed.connect(self._selection)
        self.table.current_changed.connect(self._current)
        self.table.opened.connect(lambda uid: self.panel.turn_to(uid, self._open, self.table))
        self.table.loaded.connect(lambda _count, complete: self._show_fresh(complete))
        self.entry.saved.connect(self._take_saved)
        self.panel.closed.connect(lambda: (self._fit(), self.table.focus()))
        self.quota.footer_changed.connect(self.footer_changed)
        self.quota.opened.connect(lambda uid: self.ctx.go_to("roster", uid))
