"""干部报到: everybody with both tracks, the check-ins of the current person beside the list. 方案 三(三)"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QSplitter, QVBoxLayout

from core.checkin.people import PeopleSums, people_rows, people_sums, people_uids
from core.checkin.status import day_in_year
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.filters import FilterBar, FilterChip
from ui.kit.listing import Listing, ask_export, fields_of, print_listing
from ui.kit.page import Page
from ui.kit.rows import RowsModel
from ui.kit.table import TableView
from ui.pages import checkin_dialogs as ask
from ui.pages.checkin_group import CheckinBatch
from ui.pages.checkin_panel import CheckinPanel
from ui.pages.checkin_rows import (
    OPERATORS,
    asked_of,
    filter_fields,
    open_uids,
    people_columns,
    people_fields,
    people_source,
    sums_words,
)
from ui.pages.roster_rows import lists_of
from ui.pages.visits_out import action_of

PICK_FIRST = "请先在列表中选中人。"


class PeopleTab(Page):
    """Filter keys other pages may ask for: uids, unit, branch, track, state, status, search, new=True with cadre_uid."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._uids: tuple[str, ...] | None = None
        self._chip: FilterChip | None = None
        self._sums: PeopleSums | None = None
        self._able = (False, False)
        self.filter = FilterBar(
            filter_fields(),
            lists_of(ctx.store),
            "checkin",
            ctx.store.local,
            operators=OPERATORS,
            search_hint="姓名、工号、首字母、社区或经办人",
        )
        self.model = RowsModel(people_source(ctx.store), people_columns(), ctx.tasks)
        self.table = TableView(self.model, "checkin", ctx.store.local)
        self.panel = CheckinPanel(ctx)
        self._build()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """登记 first; what needs people says so."""
        none = "" if self.table.selected_count() else PICK_FIRST
        one = "" if self.table.current_uid() else PICK_FIRST
        return [
            Command("new", "登记报到", self.register, icon="add", primary=True),
            Command("group", "批量报到", self.open_group, "Ctrl+Shift+N", "team", tip="一个支部或一批人一次登记"),
            Command("receipt", "收到回执", self.receipt, "Ctrl+R", "check", disabled=none),
            Command("archive", "注销…", self.end, icon="void", disabled=none, tip="调离、退休、迁居等"),
            Command("print", "打印", self.print_shown, icon="print", tip="打印列表里的人"),
            Command("export", "导出", self.export, icon="export"),
            Command("import", "导入", lambda: self.ctx.go_to("import", kind="checkins"), icon="import"),
            Command("edit", "修改", self.edit, icon="edit", disabled=one, in_bar=False),
            Command("remove", "撤回误登", self.take_back, "Shift+Del", "undo", disabled=none, in_bar=False),
            Command("form", "打印采集表…", lambda: self._papers("checkin_form"), icon="log", in_bar=False),
            Command("slip", "打印报到单…", lambda: self._papers("checkin_slip"), icon="log", in_bar=False),
            Command("copy", "复制到Excel", self.table.copy, icon="copy", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """The list, its sums, the person shown."""
        if tables:
            self.table.reload()
        else:
            self.show_list()
        self._count()
        if self.panel.isVisible() and not self.panel.show_uid(self.panel.uid):
            self.panel.drop()

    def footer(self) -> str:
        """People and how far they are."""
        chosen = self.table.selected_count()
        words = sums_words(self._sums) if self._sums is not None else ""
        return f"已选中 {chosen:,} 人 · {words}" if chosen > 1 else words

    def open_record(self, uid: str) -> None:
        """Show one person; the filter gives way if he is not in the list."""
        self.panel.turn_to(uid, self._open_listed, self.table)

    def _open_listed(self, uid: str) -> None:
        self._open(uid)
        if self.panel.uid == uid and not self.table.select(uid) and self.model.complete:
            self.apply_filter(uids=(uid,))
            self.table.select(uid)

    def apply_filter(self, **filter: Any) -> None:
        """Show the people another page asked for; it replaces the filter in force."""
        if filter.pop("new", False):
            found = people_rows(self.ctx.store, [str(filter.get("cadre_uid", ""))])
            self.register(found[0] if found else None, str(filter.get("track", "")))
            return
        uids = filter.pop("uids", None)
        search = filter.pop("search", "")
        self._show_only(None if uids is None else tuple(uids))
        where = [[key, "=", value] for key, value in filter.items()]
        self.filter.set_value({"search": search, "where": where}, tell=False)
        self.show_list()

    def escape(self) -> bool:
        """The form, the panel, then what another page asked for."""
        if self.panel.escape():
            self.table.focus()
            return True
        if self._uids is not None:
            self._take_filter()
            return True
        return False

    # -- the list

    def where(self) -> dict[str, Any]:
        """The filter in force."""
        return self.filter.value() | ({} if self._uids is None else {"uids": self._uids})

    def show_list(self) -> None:
        """Load the list under the filter in force."""
        self.table.load(self.where())
        self._count()

    def chosen(self) -> list[Row]:
        """The selected people."""
        return people_rows(self.ctx.store, self.table.selected_uids())

    def open_panel(self, uid: str) -> None:
        """Show a person beside the list."""
        self.panel.turn_to(uid, self._open, self.table)

    def _open(self, uid: str) -> bool:
        if not self.panel.show_uid(uid):
            return False
        if self.panel.isHidden():
            self.panel.show()
            self.split.setSizes([self.split.width() * 3 // 5, self.split.width() * 2 // 5])
        return True

    # -- acts

    def register(self, person: Row | None = None, track: str = "") -> Any:
        """登记报到, of the current person unless told."""
        if person is None:
            person = next(iter(people_rows(self.ctx.store, [self.table.current_uid()])), None)
        return ask.new_checkin(self.ctx, self.window(), person, track, self.open_panel)

    def open_group(self) -> CheckinBatch:
        """批量报到; several selected people are in it from the start."""
        chosen = self.chosen() if self.table.selected_count() > 1 else []
        dialog = CheckinBatch(self.ctx, chosen, self.window())
        dialog.open()
        return dialog

    def receipt(self) -> Any:
        """收到回执 of what the selected have open and without one."""
        rows = self.chosen()
        lacking = [
            row[f"{one}_uid"]
            for row in rows
            for one in ("home", "sent")
            if row[f"{one}_uid"] in open_uids([row], self._track()) and not row[f"{one}_receipt_on"]
        ]
        return self._on(lacking, rows, ask.ask_receipt, "选中的人没有等着回执的报到。")

    def end(self) -> Any:
        """注销 what the selected have open."""
        rows = self.chosen()
        return self._on(open_uids(rows, self._track()), rows, ask.ask_end, "选中的人没有可以注销的报到。")

    def take_back(self) -> Any:
        """撤回误登 of what the selected have open."""
        rows = self.chosen()
        return self._on(open_uids(rows, self._track()), rows, ask.take_back, "选中的人没有可以撤回的报到。")

    def edit(self) -> None:
        """F2."""
        self.panel.turn_to(self.table.current_uid(), lambda uid: self._open(uid) and self.panel.edit(), self.table)

    def listing(self) -> Listing:
        """What is shown, for workbook and paper."""
        asked, order = asked_of(self.where()), self.model.order
        words = self.filter.words() or ("指定的人" if self._uids is not None else "名册中未归档的人")
        return Listing(
            f"{self.ctx.year}年党员干部报到名单",
            fields_of(self.model.columns, people_fields()),
            lambda store: people_rows(store, people_uids(store, asked, order)),
            f"{words}，每人每类取现在有效的一次报到，",
        )

    def export(self) -> Any:
        """Ctrl+E."""
        return ask_export(self.ctx, self.listing(), self.window())

    def print_shown(self) -> None:
        """Ctrl+P."""
        print_listing(self.ctx, self.listing(), self.window())

    # -- inside

    def _on(self, uids: list[str], rows: Sequence[Row], act: Callable[..., Any], nothing: str) -> Any:
        if not uids:
            self.ctx.messages.say(nothing, "warn")
            return None
        name = rows[0]["name"]
        return act(self.ctx, self.window(), uids, name if len(rows) == 1 else f"{name}等{len(rows)}人")

    def _track(self) -> str:
        return asked_of(self.filter.value()).track

    def _papers(self, form: str) -> None:
        uids = self.table.selected_uids() or people_uids(self.ctx.store, asked_of(self.where()), self.model.order)
        self.ctx.go_to("print", form=form, uids=tuple(uids))

    def _count(self) -> None:
        asked, day = asked_of(self.where()), day_in_year("", self.ctx.year)

        def work(store: Store, _tell: Any) -> PeopleSums:
            return people_sums(store, asked, day)

        self.ctx.tasks.run("统计报到", work, self._take_sums, owner=self, quiet=True)

    def _take_sums(self, sums: PeopleSums) -> None:
        self._sums = sums
        self.footer_changed.emit()

    def _selection(self) -> None:
        if (able := (self.table.selected_count() > 0, bool(self.table.current_uid()))) != self._able:
            self._able = able
            self.commands_changed.emit()
        self.footer_changed.emit()

    def _current(self, uid: str) -> None:
        if self.panel.isVisible() and uid != self.panel.uid:
            self.panel.turn_to(uid, self.panel.show_uid, self.table)

    def _take_filter(self, *_: Any) -> None:
        self._show_only(None)
        self.show_list()

    def _clear_filter(self) -> None:
        self._show_only(None)
        self.filter.clear()

    def _show_only(self, uids: tuple[str, ...] | None) -> None:
        self._uids = uids
        if self._chip is not None:
            self._chip.hide()
            self._chip.deleteLater()
            self._chip = None
        if uids is not None:
            self._chip = FilterChip(f"指定的 {len(uids):,} 人")
            self._chip.closed.connect(self._take_filter)
            self.filter.add_widget(self._chip)

    def _actions(self, uids: Sequence[str]) -> list[QAction]:
        wanted = ("new", "receipt", "archive", "remove", "edit", "form", "slip") if uids else ()
        return [action_of(command, self) for command in self.commands() if command.id in wanted]

    def _build(self) -> None:
        self.panel.hide()
        self.table.actions_for = self._actions
        self.table.set_empty("名册还是空的。先导入各单位的名册，再登记报到。", "导入名册", self._go_import)
        self.split = QSplitter()
        self.split.setChildrenCollapsible(False)
        self.split.addWidget(self.table)
        self.split.addWidget(self.panel)
        self.split.setStretchFactor(0, 3)
        self.split.setStretchFactor(1, 2)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self.filter)
        column.addWidget(self.split, 1)
        self.setFocusProxy(self.table)

    def _go_import(self) -> None:
        self.ctx.go_to("import", kind="roster")

    def _wire(self) -> None:
        self.filter.changed.connect(self._take_filter)
        self.table.clear_filter_wanted.connect(self._clear_filter)
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        self.table.selection_changed.connect(self._selection)
        self.table.current_changed.connect(self._current)
        self.table.opened.connect(self.open_panel)
        self.table.loaded.connect(lambda _count, complete: complete and self.panel.hold_row(self.table))
        self.panel.closed.connect(self.table.focus)
