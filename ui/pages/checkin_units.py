"""单位报到: the school and every unit, with letter, contacts and 回执. 方案 三(三)"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout

from core.base.clock import today
from core.base.fields import Field, Kind
from core.checkin.model import SCHOOL, STATE, UNIT_CHECKIN
from core.checkin.ops import check_in_unit, save_unit_checkin
from core.checkin.queries import unit_checkin_rows
from core.org.queries import units
from core.place.queries import linked_community
from core.store import Reads, Row, Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.dialogs import FormDialog
from ui.kit.listing import Listing, ask_export, fields_of, print_listing
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView
from ui.pages import checkin_dialogs as ask
from ui.pages.checkin_rows import TONES, shown_column
from ui.pages.roster_rows import COMMUNITIES, lists_of
from ui.pages.visits_out import action_of

PICK_FIRST = "请先选中单位。"
STATE_FIELD = Field("state", "状态", Kind.CHOICE, choices=tuple(one for one in STATE if one[0] != "PLACED"), width=10)
SHOWN = ("unit", "state", "checked_on", "community", "our_contact", "handler", "letter_no", "receipt_on", "note")
ASKED = (
    "checked_on", "community", "district", "street", "our_contact", "handler", "letter_no", "receipt_on", "note",
)  # fmt: skip
WHICH = (("", "全部"), ("ABSENT", "未报到"), ("CHECKED_IN", "已报到"), ("RECEIPT", "没有回执"))


def unit_rows(reads: Reads) -> list[Row]:
    """The school first, then every unit in force, each with the check-in that holds (else the newest)."""
    newest: dict[str, Row] = {}
    for row in sorted(unit_checkin_rows(reads), key=lambda one: (not one["ended_on"], one["checked_on"])):
        newest[row["unit_uid"] or ""] = row
    owners = [{"uid": "", "name": SCHOOL}, *units(reads)]
    return [_line(str(one["uid"]), str(one["name"]), newest.get(one["uid"])) for one in owners]


def _line(uid: str, name: str, row: Row | None) -> Row:
    facts = {key: (row or {}).get(key, "") for key in UNIT_CHECKIN.keys}
    state = "ABSENT" if row is None else "ENDED" if row["ended_on"] else "CHECKED_IN"
    checkin = "" if row is None else row["uid"]
    return {**facts, "uid": uid or SCHOOL, "unit_uid": uid, "unit": name, "state": state, "checkin_uid": checkin}


def unit_fields() -> list[Field]:
    """Columns in order."""
    own = {"state": STATE_FIELD}
    return [own[key] if key in own else replace(UNIT_CHECKIN.field(key), shown=True) for key in SHOWN]


class UnitsTab(Page):
    """A line for the school and for each unit."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._rows: list[Row] = []
        self._able = False
        self.search = QLineEdit(placeholderText="单位、联系人或经办人")
        self.which = QComboBox()
        columns = [shown_column(one) for one in unit_fields()]
        columns[1] = replace(columns[1], tone=lambda row: TONES[row["state"]])
        self.model = RowsModel(ListSource([]), columns)
        self.table = TableView(self.model, "checkin.units", ctx.store.local, frozen=1)
        self._build()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """登记 of the selected units first."""
        none = "" if self.table.selected_count() else PICK_FIRST
        return [
            Command("new", "登记单位报到", self.register, icon="add", primary=True, disabled=none),
            Command("receipt", "收到回执", self.receipt, "Ctrl+R", "check", disabled=none),
            Command("letter", "打印报到函…", self.letter, "Ctrl+Shift+P", "log", disabled=none),
            Command("archive", "注销…", self.end, icon="void", disabled=none),
            Command("print", "打印", self.print_shown, icon="print"),
            Command("export", "导出", self.export, icon="export"),
            Command("import", "导入", lambda: self.ctx.go_to("import", kind="unit_checkins"), icon="import"),
            Command("edit", "修改", self.open_current, icon="edit", disabled=none, in_bar=False),
            Command("reopen", "恢复", self.reopen, icon="redo", disabled=none, in_bar=False, tip="取消注销"),
            Command("remove", "撤回误登", self.take_back, "Shift+Del", "undo", disabled=none, in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Read again."""
        self._rows = unit_rows(self.ctx.store)
        self._show()

    def footer(self) -> str:
        """How many units, how many have checked in."""
        done = [row for row in self._rows if row["state"] == "CHECKED_IN"]
        got = sum(bool(row["receipt_on"]) for row in done)
        school = "学校已报到" if any(row["uid"] == SCHOOL for row in done) else "学校未报到"
        units_done = sum(row["uid"] != SCHOOL for row in done)
        return f"{school} · {max(len(self._rows) - 1, 0)} 个单位，已报到 {units_done} · 收到回执 {got}"

    def open_record(self, uid: str) -> None:
        """Show one unit."""
        self.table.select(uid)

    def apply_filter(self, **filter: Any) -> None:
        """`state` ABSENT …"""
        self.which.setCurrentIndex(max(self.which.findData(filter.get("state", "")), 0))

    # -- acts

    def chosen(self) -> list[Row]:
        """The selected lines."""
        return list(self.model.source.page(self.table.selected_uids()))

    def register(self) -> FormDialog | None:
        """登记 of the selected units that have none in force; the same facts for each."""
        rows = [row for row in self.chosen() if row["state"] != "CHECKED_IN"]
        if not rows:
            self.ctx.messages.say("选中的单位都已经报到。要改内容请用“修改”。", "warn")
            return None
        who = _who(rows)
        linked = linked_community(self.ctx.store) or {}
        values = {
            "checked_on": today().isoformat(),
            **{key: linked.get(key, "") for key in ("district", "street")},
            "community": linked.get("name", ""),
        }

        def write(tx: Tx, given: dict[str, Any]) -> None:
            for row in rows:
                check_in_unit(tx, row["unit_uid"], given)

        return self._form(f"登记{who}的报到", values, write)

    def open_current(self) -> FormDialog | None:
        """修改 the check-in of the current unit; 登记 where there is none."""
        rows = list(self.model.source.page([self.table.current_uid()]))
        if not rows or not rows[0]["checkin_uid"]:
            return self.register()
        row = rows[0]

        def write(tx: Tx, given: dict[str, Any]) -> None:
            save_unit_checkin(tx, row["checkin_uid"], given)

        return self._form(f"修改{row['unit']}的报到", row, write)

    def receipt(self) -> Any:
        """收到回执."""
        uids = [row["checkin_uid"] for row in self.chosen() if row["state"] == "CHECKED_IN" and not row["receipt_on"]]
        return self._on(uids, ask.ask_receipt, "选中的单位没有等着回执的报到。")

    def end(self) -> Any:
        """注销."""
        uids = [row["checkin_uid"] for row in self.chosen() if row["state"] == "CHECKED_IN"]
        return self._on(uids, ask.ask_end, "选中的单位没有可以注销的报到。")

    def reopen(self) -> Any:
        """A 注销 is taken back."""
        uids = [row["checkin_uid"] for row in self.chosen() if row["state"] == "ENDED"]
        return self._on(uids, ask.reopen, "选中的单位没有注销过的报到。")

    def take_back(self) -> Any:
        """撤回误登."""
        uids = [row["checkin_uid"] for row in self.chosen() if row["checkin_uid"]]
        return self._on(uids, ask.take_back, "选中的单位没有报到。")

    def letter(self) -> None:
        """报到函 of the current unit (the school: of all), in the print centre."""
        rows = self.chosen()
        self.ctx.go_to("print", form="checkin_letter", unit_uid=rows[0]["unit_uid"] if rows else "")

    def listing(self) -> Listing:
        """What is shown."""
        fields = fields_of(self.model.columns, unit_fields())
        uids = list(self.model.uids)
        return Listing(
            f"{self.ctx.year}年单位报到情况",
            fields,
            lambda store: [row for row in unit_rows(store) if row["uid"] in uids],
            "学校和在用的二级单位党组织，每家取现在有效的一次报到，",
            "家",
        )

    def export(self) -> Any:
        """Ctrl+E."""
        return ask_export(self.ctx, self.listing(), self.window())

    def print_shown(self) -> None:
        """Ctrl+P."""
        print_listing(self.ctx, self.listing(), self.window())

    # -- inside

    def _on(self, uids: list[str], act: Any, nothing: str) -> Any:
        if not uids:
            self.ctx.messages.say(nothing, "warn")
            return None
        return act(self.ctx, self.window(), uids, _who(self.chosen()))

    def _form(self, title: str, values: Any, write: Any) -> FormDialog:
        fields = [UNIT_CHECKIN.field(key) for key in ASKED]
        fields[1] = replace(fields[1], kind=Kind.CHOICE, code_list=COMMUNITIES)
        dialog = FormDialog(title, fields, lists_of(self.ctx.store), self.window(), values=values)

        def save(given: dict[str, Any]) -> None:
            if perform(self.ctx, title, write, given, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def _show(self) -> None:
        word, which = self.search.text().strip(), str(self.which.currentData())
        self.model.where = {"word": word, "which": which}
        self.model.set_source(ListSource([row for row in self._rows if _wanted(row, word, which)]))
        self.footer_changed.emit()

    def _clear(self) -> None:
        self.which.setCurrentIndex(0)
        self.search.clear()

    def _selection(self) -> None:
        if (able := self.table.selected_count() > 0) != self._able:
            self._able = able
            self.commands_changed.emit()

    def _actions(self, uids: Sequence[str]) -> list[QAction]:
        wanted = ("new", "edit", "receipt", "archive", "reopen", "remove", "letter") if uids else ()
        return [action_of(command, self) for command in self.commands() if command.id in wanted]

    def _build(self) -> None:
        self.search.setAccessibleName("查找单位")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(theme.px(280))
        self.which.setAccessibleName("哪些单位")
        for code, label in WHICH:
            self.which.addItem(label, code)
        self.search.textChanged.connect(self._show)
        self.which.currentIndexChanged.connect(self._show)
        self.table.set_empty("还没有二级单位党组织。导入名册时会一起建立，也可以在名册页管理。")
        self.table.actions_for = self._actions
        self.table.opened.connect(lambda _uid: self.open_current())
        self.table.selection_changed.connect(self._selection)
        self.table.clear_filter_wanted.connect(self._clear)
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.search, 1)
        head.addWidget(self.which)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        self.setFocusProxy(self.table)


def _who(rows: Sequence[Row]) -> str:
    return str(rows[0]["unit"]) if len(rows) == 1 else f"{rows[0]['unit']}等{len(rows)}家"


def _wanted(row: Row, word: str, which: str) -> bool:
    if which == "RECEIPT" and (row["state"] != "CHECKED_IN" or row["receipt_on"]):
        return False
    if which not in ("", "RECEIPT") and row["state"] != which:
        return False
    return not word or any(word in str(row[key]) for key in ("unit", "our_contact", "handler", "letter_no"))
