"""名册: unit tree, list with every field, the person page beside it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtWidgets import QFrame, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from core.roster.filter import RosterFilter
from core.roster.listing import listed_uids
from core.roster.model import CADRE
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command, actions_of
from ui.kit.filters import FilterBar, FilterChip
from ui.kit.labels import rule
from ui.kit.page import Page
from ui.kit.pickers import UnitTree
from ui.kit.revealed import ListNumbers
from ui.kit.rows import RowsModel
from ui.kit.table import TableView
from ui.pages.roster_dialogs import archive_people, move_people, new_person, restore_people
from ui.pages.roster_person import PersonPanel
from ui.pages.roster_rows import OPERATORS, asked_of, filter_fields, lists_of, roster_columns, roster_source, rows_of
from ui.pages.roster_sections import link
from ui.pages.roster_tell import Totals, footer_of, sentence_of, statistics, totals_of
from ui.pages.roster_tree import fill_tree, names_of, where_of, words_of
from ui.pages.roster_units import UnitsDialog

TREE = frozenset({"unit", "branch", "cadre"})


class RosterPage(Page):
    """Filter keys of `go_to("roster", …)`: unit_uid, branch_uid, progress, search, where, uids, archived."""

    search_hint = "工号、姓名、首字母、手机尾号"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self._uids: tuple[str, ...] = ()
        self._totals = Totals()
        self._state = ""
        self._wanted = ""  # to be selected when the list has it
        self._uids_chip: FilterChip | None = None
        self.tree = UnitTree("单位和党支部")
        self.units_button = link("管理单位与支部…", self.open_units)
        self.filters = FilterBar(
            filter_fields(),
            lists_of(ctx.store),
            "roster",
            ctx.store.local,
            operators=OPERATORS,
            search_hint=self.search_hint,
        )
        self.model = RowsModel(roster_source(ctx.store, lambda: ctx.year), roster_columns(), ctx.tasks)
        self.table = TableView(self.model, "roster", ctx.store.local)
        self.numbers = ListNumbers(self.table, ctx.revealed, CADRE.table, CADRE.fields)
        self.panel = PersonPanel(ctx)
        self.panel.hide()
        self._lay_out()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """What can be done, on the selected people where it is about people."""
        chosen = self.chosen()
        nobody = "" if chosen else "先在名册里选中要处理的人。"
        archived = self._showing_archived()
        made = [
            Command("new", "新增", self.add_person, icon="add", primary=True),
            Command("import", "导入", lambda: self.ctx.go_to("import", kind="roster"), icon="import"),
            Command(
                "print", "打印…", self.print_chosen, icon="print", tip="打印选中的人；没有选中时打印列表里所有的人"
            ),
            Command("export", "导出…", self.export, icon="export"),
            Command("contacts", "通讯录", self.open_contacts, shortcut="Ctrl+T", icon="phone"),
            Command("statistics", "按…统计", self.show_statistics, icon="stats"),
            Command("edit", "修改", self.edit_current, icon="edit", disabled=nobody, in_bar=False),
            Command("move", "调动或更正单位…", self.move_chosen, icon="exchange", disabled=nobody, in_bar=False),
            Command("copy", "复制到Excel", self.table.copy, icon="copy", in_bar=False),
            Command("sentence", "复制为一句话", self.copy_sentence, icon="copy", in_bar=False),
            Command("columns", "选择列…", self.table.choose_columns, icon="columns", in_bar=False),
            Command("units", "管理单位与支部…", self.open_units, icon="building", in_bar=False),
            *self.numbers.commands(nobody),
        ]
        if archived:
            made.append(Command("restore", "恢复", self.restore_chosen, icon="undo", disabled=nobody, in_bar=False))
        else:
            made.append(Command("archive", "归档…", self.archive_chosen, icon="void", disabled=nobody, in_bar=False))
        return made

    def reload(self, tables: frozenset[str]) -> None:
        """The tree, the list, the person shown."""
        if not tables or tables & TREE:
            fill_tree(self.tree, self.ctx.store)
        if tables:
            self.table.reload()
        else:
            self._load()
        if self.panel.uid and not self.panel.isHidden() and not self.panel.show_person(self.panel.uid):
            self.panel.drop()
        self._count()

    def footer(self) -> str:
        """People, and the year's sums of those shown."""
        return footer_of(self._totals, self.table.selected_count())

    def open_record(self, uid: str) -> None:
        """Show one person; the filter gives way if he is not in the list."""
        self.panel.turn_to(uid, self._open_listed, self.table)

    def _open_listed(self, uid: str) -> None:
        self._open(uid)
        if self.table.select(uid) or self.panel.uid != uid:
            return
        self._wanted = uid
        if self.model.complete:
            self.apply_filter(archived=bool(self.panel.row["archived_on"]))

    def apply_filter(self, **filter: Any) -> None:
        """Another page asks for rows: it replaces the filter in force."""
        where = [list(one) for one in filter.get("where", ())]
        if progress := filter.get("progress"):
            where.append(["progress", "=", progress])
        self._show_only(filter.get("uids", ()))
        kind, uid = (
            ("branch", filter["branch_uid"]) if filter.get("branch_uid") else ("unit", filter.get("unit_uid", ""))
        )
        if filter.get("archived"):
            kind, uid = "archived", ""
        self.tree.blockSignals(True)
        self.tree.choose(kind if uid or kind == "archived" else "", uid)
        self.tree.blockSignals(False)
        self.filters.set_value({"search": filter.get("search", ""), "where": where}, tell=False)
        self._load()

    def escape(self) -> bool:
        """Close the form, then the panel."""
        if self.panel.escape():
            self.table.focus()
            return True
        return False

    # -- acts

    def chosen(self) -> list[str]:
        """The selected people; else the one whose page is open."""
        return self.table.selected_uids() or ([self.panel.uid] if self.panel.uid and not self.panel.isHidden() else [])

    def add_person(self) -> None:
        """新增, in the unit and branch chosen in the tree."""
        new_person(self.ctx, self, names_of(self.ctx.store, *self.tree.current()), self._added)

    def edit_current(self) -> None:
        """F2."""
        if uid := self.table.current_uid() or self.panel.uid:
            self.panel.turn_to(uid, lambda uid: (self._open(uid), self.panel.edit()), self.table)

    def move_chosen(self, uids: Sequence[str] = ()) -> None:
        """调动 or 更正 of those selected, or of these."""
        if chosen := uids or self.chosen():
            row = self.row_of(chosen[0]) if len(chosen) == 1 else {}
            move_people(self.ctx, self, chosen, self.who(chosen), {key: row.get(key, "") for key in ("unit", "branch")})

    def archive_chosen(self, uids: Sequence[str] = ()) -> None:
        """Del: 归档 of those selected, or of these."""
        if chosen := uids or self.chosen():
            archive_people(self.ctx, self, chosen, self.who(chosen))

    def restore_chosen(self, uids: Sequence[str] = ()) -> None:
        """Bring archived people back: those selected, or these."""
        if chosen := uids or self.chosen():
            restore_people(self.ctx, self, chosen, self.who(chosen))

    def print_chosen(self) -> None:
        """Go to the print centre with those selected, or with the unit or branch shown."""
        kind, uid = self.tree.current()
        plain = not any(self.filters.value().values()) and not self._uids
        if chosen := self.table.selected_uids():
            self.ctx.go_to("print", cadre_uids=tuple(chosen))
        elif plain and kind in ("", "unit", "branch"):
            self.ctx.go_to("print", **({f"{kind}_uid": uid} if kind else {}))
        else:
            self.ctx.go_to("print", cadre_uids=tuple(listed_uids(self.ctx.store, self.asked(), self.model.order)))

    def export(self) -> Any:
        """Ctrl+E."""
        from ui.pages.roster_export import ExportDialog

        dialog = ExportDialog(
            self.ctx, self.asked(), self.table.selected_uids(), self.model.columns, self.filter_words(), self
        )
        dialog.open()
        return dialog

    def open_contacts(self) -> Any:
        """通讯录."""
        from ui.pages.roster_contacts import ContactsDialog

        dialog = ContactsDialog(self.ctx, self)
        dialog.show()
        return dialog

    def open_units(self) -> UnitsDialog:
        """Maintenance of units and branches."""
        dialog = UnitsDialog(self.ctx, self.tree.current(), self)
        dialog.open()
        return dialog

    def show_statistics(self) -> Any:
        """按…统计, over what is shown."""
        dialog = statistics(self.ctx, self.asked(), self.filter_words(), self)
        dialog.picked.connect(self._narrow)
        dialog.open()
        return dialog

    def copy_sentence(self) -> None:
        """复制为一句话."""
        from PySide6.QtGui import QGuiApplication

        sentence = self.sentence(self.table.selected_uids())
        QGuiApplication.clipboard().setText(sentence)
        self.ctx.messages.say(f"已复制：{sentence}", "info")

    def sentence(self, uids: Sequence[str]) -> str:
        """Those people (none: everything shown) in one sentence, with 口径 and 截至."""
        asked = RosterFilter(uids=tuple(uids), archived=None) if uids else self.asked()
        return sentence_of(self.ctx.store, asked, self.ctx.year, "所选人员" if uids else self.filter_words())

    # -- what is shown

    def asked(self) -> RosterFilter:
        """The filter in force as a question to the roster."""
        return asked_of(self.ctx.store, self._where(), self.ctx.year)

    def filter_words(self) -> str:
        """'会计学院党委，性别是女'."""
        return "，".join(part for part in (words_of(self.tree), self.filters.words()) if part)

    def row_of(self, uid: str) -> Row:
        """One person's row."""
        return next(iter(rows_of(self.ctx.store, [uid], self.ctx.year)), {})

    def who(self, uids: Sequence[str]) -> str:
        """'张伟' or '张伟等3人'."""
        name = str(self.row_of(uids[0]).get("name", ""))
        return name if len(uids) == 1 else f"{name}等{len(uids)}人"

    def open_panel(self, uid: str) -> None:
        """Show the person page beside the list."""
        self.panel.turn_to(uid, self._open, self.table)

    def _open(self, uid: str) -> None:
        if self.panel.show_person(uid):
            first = self.panel.isHidden()
            self.panel.show()
            if first:
                whole = self.split.width()
                self.split.setSizes([round(whole * 0.6), round(whole * 0.4)])
            self._commands_later()

    def _where(self) -> dict[str, Any]:
        return {**self.filters.value(), "uids": self._uids, **where_of(*self.tree.current())}

    def _showing_archived(self) -> bool:
        return self.tree.current()[0] == "archived"

    def _load(self) -> None:
        self.table.load(self._where())
        self._count()
        self._commands_later()

    def _count(self) -> None:
        where, year = self._where(), self.ctx.year
        self.ctx.tasks.run(
            "统计名册",
            lambda store, _progress: totals_of(store, asked_of(store, where, year), year),
            self._take_totals,
            owner=self,
            quiet=True,
        )

    def _take_totals(self, totals: Totals) -> None:
        self._totals = totals
        self.footer_changed.emit()

    def _narrow(self, wanted: dict[str, str]) -> None:
        stored = {one.key: {label: code for code, label in one.choices} for one in filter_fields()}
        for key, value in wanted.items():
            self.filters.add(key, "=" if value else "blank", stored[key].get(value, value))

    def _filtered(self, *_: Any) -> None:
        self._show_only(())
        self._load()

    def _show_only(self, uids: Sequence[str]) -> None:
        """People another page named, with a chip that says so and takes it away."""
        self._uids = tuple(uids)
        if self._uids_chip is not None:
            self._uids_chip.hide()
            self._uids_chip.deleteLater()
            self._uids_chip = None
        if self._uids:
            self._uids_chip = FilterChip(f"指定的 {len(self._uids):,} 人")
            self._uids_chip.closed.connect(self._filtered)
            self.filters.add_widget(self._uids_chip)

    def _added(self, uid: str) -> None:
        self._wanted = uid
        self.open_panel(uid)
        self.table.focus()  # what had the keyboard before the dialog may be gone

    def _loaded(self, _count: int, complete: bool) -> None:
        if self._wanted and (self.table.select(self._wanted) or complete):
            self._wanted = ""
        if complete and not self._wanted:
            self.panel.hold_row(self.table)

    def _current(self, uid: str) -> None:
        if not self.panel.isHidden() and uid != self.panel.uid:
            self.panel.turn_to(uid, self.panel.show_person, self.table)

    def _commands_later(self) -> None:
        """The bar is drawn anew only where an answer of `commands` changed."""
        state = f"{bool(self.chosen())}{self._showing_archived()}"
        if state != self._state:
            self._state = state
            self.commands_changed.emit()

    # -- layout

    def _wire(self) -> None:
        self.tree.chosen.connect(self._filtered)
        self.filters.changed.connect(self._filtered)
        self.table.clear_filter_wanted.connect(self.apply_filter)
        self.table.loaded.connect(self._loaded)
        self.table.opened.connect(self.open_panel)
        self.table.current_changed.connect(self._current)
        self.table.selection_changed.connect(self._selected)
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        self.table.sentence_for = self.sentence
        self.table.statistics = self.show_statistics
        self.table.actions_for = self._menu_actions
        self.table.set_empty("名册还是空的。可以导入各单位报来的表格，也可以逐个新增。", "导入名册", self._go_import)
        self.panel.closed.connect(self._commands_later)
        self.panel.print_wanted.connect(lambda uid: self.ctx.go_to("print", cadre_uids=(uid,)))
        self.panel.move_wanted.connect(lambda uid: self.move_chosen([uid]))
        self.panel.archive_wanted.connect(self._archive_or_restore)
        self.setFocusProxy(self.table)

    def _go_import(self) -> None:
        self.ctx.go_to("import", kind="roster")

    def _selected(self) -> None:
        self.footer_changed.emit()
        self._commands_later()

    def _archive_or_restore(self, uid: str) -> None:
        act = self.restore_chosen if self.panel.row.get("archived_on") else self.archive_chosen
        act([uid])  # the person shown, whatever the list has selected

    def _menu_actions(self, uids: list[str]) -> list[Any]:
        wanted = ("edit", "numbers", "move", "print", "archive", "restore") if uids else ()
        return actions_of(self.commands(), wanted, self.table)

    def _lay_out(self) -> None:
        left = theme.role(QFrame(), "bar")
        side = QVBoxLayout(left)
        side.setContentsMargins(0, 0, 0, 0)
        side.setSpacing(0)
        side.addWidget(self.tree, 1)
        side.addWidget(rule())
        side.addWidget(self.units_button)
        left.setMinimumWidth(theme.px(150))
        middle = QWidget()
        column = QVBoxLayout(middle)
        column.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(12))
        column.setSpacing(theme.px(10))
        column.addWidget(self.filters)
        column.addWidget(self.table, 1)
        self.split = QSplitter()
        self.split.addWidget(middle)
        self.split.addWidget(self.panel)
        self.split.setChildrenCollapsible(False)
        whole = QSplitter()
        whole.addWidget(left)
        whole.addWidget(self.split)
        whole.setStretchFactor(1, 1)
        whole.setSizes([theme.px(210), theme.px(900)])
        whole.setChildrenCollapsible(False)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(whole)
