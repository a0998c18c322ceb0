"""List and form of one plain entity: rows, filter, 新增, 修改, 删除 or 结束, export and print of what is shown.

It names no feature: an `EntityPlan` says what the rows are, how one is written, what the form asks.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSplitter, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.fields import Field, Kind
from core.base.masks import masked_fields
from core.store import Row, Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import column_of
from ui.kit.command import Command, actions_of
from ui.kit.dialogs import FormDialog
from ui.kit.editors import Lists
from ui.kit.entity_plan import EntityPlan, Shown
from ui.kit.entity_rows import OPERATORS, EntitySource, sifted
from ui.kit.filters import FilterBar
from ui.kit.form import no_lists
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.kit.revealed import ListNumbers
from ui.kit.rows import RowsModel
from ui.kit.table import TableView

_SAID = (Kind.TEXT, Kind.NAME, Kind.STAFF_NO, Kind.PHONE, Kind.CHOICE)  # what people look for
_DAY = 13  # characters: 2020年11月24日 stands whole


def _width(field: Field) -> int:
    return max(field.width, _DAY) if field.kind is Kind.DATE else field.width


Out = Callable[[Shown, QWidget], object]
More = Callable[["EntityView"], Sequence[Command]]


class EntityView(Page):
    """`export` and `print` take what is shown; `more` are the page's own commands, `side` stands beside the list."""

    def __init__(
        self,
        ctx: Context,
        plan: EntityPlan,
        *,
        export: Out,
        print: Out,
        lists: Lists = no_lists,
        fields: Sequence[Field] | None = None,
        more: More | None = None,
        side: QWidget | None = None,
    ) -> None:
        """`fields`: those of the spec, with lists in place of free text where the page knows them."""
        super().__init__(ctx)
        self.plan, self.spec = plan, plan.entity.spec
        self.fields = list(fields if fields is not None else self.spec.fields)
        self._export, self._print, self._more, self._lists = export, print, more, lists
        self._rows: list[Row] = []
        self._wanted = ""  # to be selected once the list is read again
        self._able = False  # whether the commands were told with something selected
        local = ctx.store.local
        self.filters = FilterBar(
            self.fields,
            lists,
            f"entity.{self.spec.kind}",
            local,
            operators=OPERATORS,
            search_hint="、".join([one.label for one in self.fields if one.shown and one.kind in _SAID][:3]),
        )
        tones = plan.tones or {}
        columns = [column_of(one, tone=tones.get(one.key), width=_width(one)) for one in self.fields]
        self.model = RowsModel(EntitySource([], self.fields), columns)
        self.table = TableView(self.model, f"entity.{self.spec.kind}", local, frozen=plan.frozen)
        self.numbers = ListNumbers(self.table, ctx.revealed, self.spec.table, self.fields)
        self.with_past = QCheckBox("连同已结束的")
        self._lay_out(side)
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """What can be done, on the selected rows where it is about rows."""
        none = "" if self.table.selected_count() else f"请先选中{self.spec.label}。"
        made = [
            Command("new", self._add_text, self.add, icon="add", primary=True),
            Command("edit", "修改", self.edit_current, icon="edit", disabled=none),
        ]
        made += self._takings(none)
        made += self._more(self) if self._more is not None else ()
        made += [
            Command("print", "打印", self.print_shown, icon="print", tip="打印列表里显示的内容"),
            Command("export", "导出", self.export_shown, icon="export", tip="把列表存成 Excel 文件，可再导入"),
            Command("copy", "复制到Excel", self.table.copy, icon="copy", in_bar=False),
            Command("record_history", "历史", self.show_history, icon="history", disabled=none, in_bar=False),
            Command("columns", "选择列…", self.table.choose_columns, icon="columns", in_bar=False),
            *self.numbers.commands(none),
        ]
        return made

    def reload(self, tables: frozenset[str]) -> None:
        """Read again."""
        plan, reads = self.plan, self.ctx.store
        validity = plan.entity.validity if self.with_past.isChecked() else None
        self._rows = list(validity.rows(reads) if validity is not None else plan.entity.rows(reads))
        self._show()

    def footer(self) -> str:
        """How many are shown, and what they sum up to."""
        shown = self.shown_rows()
        selected = self.table.selected_count()
        parts = [f"{len(shown):,} {self.plan.noun}", self.plan.sums(shown) if self.plan.sums is not None else ""]
        parts.append(f"选中 {selected:,}" if selected > 1 else "")
        return " · ".join(part for part in parts if part)

    def open_record(self, uid: str) -> None:
        """Select a row; the filter gives way if it is not among them."""
        if not self.table.select(uid):
            self.apply_filter()
            self.table.select(uid)

    def apply_filter(self, **filter: Any) -> None:
        """`search` and `where`, as the filter row has them; anything else is equal to a field."""
        where = [list(one) for one in filter.pop("where", ())]
        search = str(filter.pop("search", ""))
        where += [[key, "=", value] for key, value in filter.items()]
        self.filters.set_value({"search": search, "where": where})

    def show_history(self) -> None:
        """Every step that touched the current record."""
        if uid := self.table.current_uid():
            self.ctx.go_to("history", record=(self.spec.table, uid))

    # -- what is shown

    def row(self, uid: str) -> Row | None:
        """The row of an id."""
        return next((row for row in self._rows if row["uid"] == uid), None)

    def shown_rows(self) -> list[Row]:
        """All rows of the list, in its order."""
        return list(self.model.source.page(list(self.model.uids)))

    def chosen(self) -> list[Row]:
        """The selected rows."""
        return list(self.model.source.page(self.table.selected_uids()))

    def shown(self) -> Shown:
        """The selected rows where there are several, else the whole list, under the columns in view."""
        chosen = self.chosen()
        rows = chosen if len(chosen) > 1 else self.shown_rows()
        words = "选中的内容" if len(chosen) > 1 else self.filters.words() or f"全部{self.spec.label}"
        known = {one.key: one for one in self.fields}
        fields = [known[column.key] for column in self.model.columns if column.key in known]
        return Shown(f"{self.spec.label}一览表", fields, rows, f"{words}，", self.plan.noun)

    # -- acts

    def add(self) -> FormDialog:
        """新增."""
        fields = self._form_fields(True)
        preset = dict(self.plan.preset()) if self.plan.preset is not None else {}
        dialog = self._dialog(self._add_text, fields, preset, f"entity.new.{self.spec.kind}")

        def save(values: dict[str, Any]) -> None:
            given = {key: value for key, value in values.items() if value not in (None, "")}
            self._write(dialog, self._add_text, None, given)

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def edit_current(self) -> FormDialog | None:
        """F2 and Enter."""
        return self.edit(self.table.current_uid())

    def edit(self, uid: str) -> FormDialog | None:
        """修改 one record."""
        row = self.row(uid)
        if row is None or not self._may_show(row):
            return None
        label = f"修改{self.spec.label}{self.plan.named(row)}"
        dialog = self._dialog(label, self._form_fields(False), self.plan.values(row), "")

        def save(_values: dict[str, Any]) -> None:
            if changes := dialog.form.changes():
                self._write(dialog, label, uid, changes)
            else:
                dialog.done_saving()

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def _may_show(self, row: Row) -> bool:
        """A form shows the numbers bare: who opens it is written down as who asks for them."""
        asked = [one.key for one in masked_fields(self._form_fields(False)) if row.get(one.key)]
        return not asked or self.ctx.revealed.ask(self.spec.table, row["uid"], asked)

    def remove_chosen(self) -> None:
        """删除: done at once, 撤销 stands in the status bar."""
        rows, remove = self.chosen(), self.plan.entity.remove
        if not rows or remove is None:
            return

        def write(tx: Tx) -> None:
            for row in rows:
                remove(tx, row["uid"])

        perform(self.ctx, f"删除{self.spec.label}{self._who(rows)}", write, parent=self)

    def end_chosen(self) -> FormDialog | None:
        """结束: the last day is asked, today unless told."""
        rows, ending, validity = self.chosen(), self.plan.ending, self.plan.entity.validity
        if not rows or ending is None or validity is None:
            return None
        label = f"{self._who(rows)}{ending.verb}"
        field = Field("day", self.spec.field(validity.ends).label, Kind.DATE, required=True, help=ending.help)
        values, checks = {"day": today().isoformat()}, {"day": lambda day: ending.too_early(self.plan, rows, day)}
        dialog = FormDialog(label, [field], parent=self, verb=ending.verb, values=values, checks=checks, danger=True)
        op = ending.op

        def write(tx: Tx, day: str) -> None:
            for row in rows:
                op(tx, row["uid"], day)

        def save(values: dict[str, Any]) -> None:
            if perform(self.ctx, label, write, values["day"], form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def export_shown(self) -> None:
        """Ctrl+E: every field, so that the workbook can be read in again."""
        shown = self.shown()
        self._export(Shown(shown.title, self.spec.fields, shown.rows, shown.scope, shown.noun), self)

    def print_shown(self) -> None:
        """Ctrl+P: the columns in view."""
        self._print(self.shown(), self)

    # -- inside

    @property
    def _add_text(self) -> str:
        return self.plan.add_text or f"新增{self.spec.label}"

    def _takings(self, none: str) -> list[Command]:
        """Del is 结束 where records end, else 删除."""
        removable = self.plan.entity.remove is not None
        if self.plan.ending is None:
            made = Command(
                "archive", "删除", self.remove_chosen, icon="trash", disabled=none, tip="删除选中的，可以撤销"
            )
            return [made] if removable else []
        made = Command("archive", f"{self.plan.ending.verb}…", self.end_chosen, icon="void", disabled=none)
        tip = "登记错了的整条删除，可以撤销"
        wrong = Command("remove", "删除误登的", self.remove_chosen, icon="trash", disabled=none, in_bar=False, tip=tip)
        return [made, wrong] if removable else [made]

    def _form_fields(self, new: bool) -> list[Field]:
        asked = self.plan.form(new) if self.plan.form is not None else [one for one in self.spec.fields if one.editable]
        known = {one.key: one for one in self.fields}
        return [known.get(one.key, one) if one in self.spec.fields else one for one in asked]

    def _dialog(self, title: str, fields: Sequence[Field], values: Mapping[str, Any], draft: str) -> FormDialog:
        return FormDialog(
            title,
            fields,
            self._lists,
            self,
            intro=self.plan.intro,
            draft_key=draft,
            local=self.ctx.store.local if draft else None,
            values=values,
            editors=self.plan.editors() if self.plan.editors is not None else None,
        )

    def _write(self, dialog: FormDialog, label: str, uid: str | None, values: Mapping[str, Any]) -> None:
        if uid is None:
            label += str(values.get("name") or "")
        save = self.plan.entity.save
        done = perform(self.ctx, label, save, uid, values, form=dialog.form, parent=dialog)
        if done is not None:
            self._wanted = str(done.value or uid or "")
            dialog.done_saving()
            self.ctx.refresher.flush()
            if self._wanted and self.table.select(self._wanted):
                self._wanted = ""
            self.table.focus()

    def _who(self, rows: Sequence[Row]) -> str:
        name = self.plan.named(rows[0])
        return name if len(rows) == 1 else f"{name}等{len(rows)}{self.plan.noun}"

    def _show(self) -> None:
        filter = self.filters.value()
        self.model.source = EntitySource(sifted(self._rows, self.fields, filter), self.fields)
        self.table.load(filter)
        if self._wanted and self.table.select(self._wanted):
            self._wanted = ""
        self.footer_changed.emit()

    def _selected(self) -> None:
        self.footer_changed.emit()
        if (able := bool(self.table.selected_count())) != self._able:  # the bar is drawn anew only where it changes
            self._able = able
            self.commands_changed.emit()

    def _menu(self, uids: list[str]) -> list[QAction]:
        wanted = ("edit", "numbers", "archive", "remove") if uids else ()
        return actions_of(self.commands(), wanted, self.table)

    def _wire(self) -> None:
        self.filters.changed.connect(lambda _filter: self._show())
        self.with_past.toggled.connect(lambda _on: self.reload(frozenset()))
        self.table.opened.connect(self.edit)
        self.table.selection_changed.connect(self._selected)
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        self.table.clear_filter_wanted.connect(self.filters.clear)
        self.table.actions_for = self._menu
        self.table.set_empty(self.plan.empty, self._add_text, self.add)
        self.setFocusProxy(self.table)

    def _lay_out(self, side: QWidget | None) -> None:
        if self.plan.entity.validity is not None:
            self.filters.add_widget(self.with_past)
        else:
            self.with_past.setParent(self)
            self.with_past.hide()
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self.filters)
        column.addWidget(self.table, 1)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        if side is None:
            row.addWidget(left)
            return
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(side)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme.px(10))
        split.setStyleSheet("QSplitter::handle { background: transparent; }")  # air, no line
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        row.addWidget(split)
