"""带出台账: who holds a copy of what, since when, until when; at the right its time line. 收回 and 报告遗失."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from PySide6.QtGui import QAction
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QSplitter, QVBoxLayout, QWidget

from core.base.fields import Field, Kind
from core.base.rights import Right
from core.exchange.model import PEER, PEER_KIND, PEER_STATE, Made
from core.exchange.packets import make_packet
from core.exchange.queries import packet_rows, peer_rows
from core.exchange.scope import personal_words
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.choice_editors import ChoiceEdit
from ui.kit.command import Command
from ui.kit.form import Form
from ui.kit.labels import words
from ui.kit.listing import Listing, ask_export, fields_of, print_listing
from ui.kit.page import Page
from ui.kit.record_page import FactsSection, RecordPanel
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView
from ui.kit.timeline import TimeLine
from ui.pages import exchange_dialogs as ask
from ui.pages.exchange_checkout import CheckoutDialog
from ui.pages.exchange_given import print_handover
from ui.pages.exchange_parts import ask_folder, show_folder, titled
from ui.pages.exchange_rows import events_of, peer_columns, stamp_words, state_tone, state_words, sums_words
from ui.pages.visits_out import action_of

PICK_FIRST = "请先选中一份带出的数据。"
FOLDER = "exchange.answer_folder"
LATE = "LATE"
STATES = Field("state", "状态", Kind.CHOICE, choices=(*PEER_STATE, (LATE, "逾期")))


class PeerPanel(RecordPanel):
    """One copy: what it holds, who has it, what went to and fro."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx, self.row = ctx, {}
        self.setMinimumWidth(theme.px(320))
        self.held = words("")
        self.facts = self.add_section(
            FactsSection(
                "领用",
                [PEER.field(key) for key in ask.EDITED],
                save=self._save,
                draft="exchange.peer",
                local=ctx.store.local,
            )
        )
        self.line = TimeLine("收发经过", "还没有收发过数据包。")
        self.add_widget(titled("这份数据", self.held))
        self.add_widget(titled("收发经过", self.line))

    def show_peer(self, row: Row, packets: Sequence[Row]) -> None:
        """Show a copy."""
        self.row = row
        kind = dict(PEER_KIND)[row["kind"]]
        chip = state_words(row), state_tone(row)
        self.held.setText(f"{row['scope']}。{personal_words(json.loads(row['left_out']))}。")
        self.show_record(row["uid"], row, row["name"], f"{kind} · 设备号 {row['number']}", chip)
        self.line.show_events(events_of(row, packets))

    def _save(self, uid: str, changes: dict[str, Any], form: Form) -> bool:
        return ask.save_peer(self.ctx, self, self.row, changes, form)


class LedgerTab(Page):
    """The copies given out, those still outside first."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._rows: list[Row] = []
        self._state: tuple[str, str] = ("", "")
        self._wanted = True  # Esc closes the panel until Enter opens one again
        self.which = ChoiceEdit(STATES, [])
        self.search = QLineEdit(placeholderText="设备、单位或领用人")
        self.model = RowsModel(ListSource([]), peer_columns())
        self.table = TableView(self.model, "exchange.peers", ctx.store.local, frozen=1)
        self.panel = PeerPanel(ctx)
        self.panel.hide()
        self._lay_out()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """带出 first; the rest on the selected copy."""
        row = self.current()
        none = PICK_FIRST if row is None else ""
        out = row is not None and row["state"] == "OUT"
        may = self.ctx.why_not(Right.EXCHANGE)
        own = self.ctx.why_not(Right.CHECKOUT)
        gone = may or none or ("" if out else "这份数据已经收回或报告遗失。")
        still = may or none or ("这份数据就在外面。" if out else "")
        return [
            Command(
                "new",
                "带出…",
                self.check_out,
                icon="export",
                primary=True,
                disabled=own,
                tip="把数据带到社区，或交给二级单位",
            ),
            Command(
                "answer",
                "生成回包…",
                self.answer,
                "Ctrl+Shift+B",
                "return",
                disabled=gone,
                tip="合并以后给对方的数据包",
            ),
            Command("back", "收回…", self.bring_back, "Ctrl+B", "check", disabled=gone),
            Command("handover", "打印交接单", self.print_handover, icon="log", disabled=none),
            Command("lost", "报告遗失…", self.report_lost, icon="warning", disabled=gone, in_bar=False),
            Command("again", "改回在外", self.out_again, icon="undo", disabled=still, in_bar=False),
            Command("edit", "修改", self.panel.edit, icon="edit", disabled=none, in_bar=False),
            Command("print", "打印", self.print_shown, icon="print", tip="打印带出台账", in_bar=False),
            Command("export", "导出", self.export, icon="export", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Read again."""
        self._rows = peer_rows(self.ctx.store)
        if self.panel.uid and all(row["uid"] != self.panel.uid for row in self._rows):
            self.panel.drop()
        self._show()

    def footer(self) -> str:
        """How many are outside, and late."""
        return sums_words(self.shown_rows())

    def open_record(self, uid: str) -> None:
        """One copy."""
        self._wanted = True
        if not self.table.select(uid):
            self.apply_filter()
            self.table.select(uid)

    def apply_filter(self, **filter: Any) -> None:
        """`state`, `late`."""
        self.which.set_value(LATE if filter.get("late") else filter.get("state", ""))
        self.search.setText("")
        self._show()

    def escape(self) -> bool:
        """Esc closes the panel."""
        if self.panel.escape():
            self._wanted = False
            self.table.focus()
            return True
        return False

    # -- what is shown

    def current(self) -> Row | None:
        """The current copy."""
        uid = self.table.current_uid()
        return next((row for row in self._rows if row["uid"] == uid), None)

    def shown_rows(self) -> list[Row]:
        """The rows of the filter."""
        state, word = str(self.which.value() or ""), self.search.text().strip()
        return [
            row
            for row in self._rows
            if state in ("", row["state"], LATE if row["overdue"] else "")
            and (not word or any(word in str(row[key]) for key in ("name", "holder", "scope")))
        ]

    # -- acts

    def check_out(self) -> CheckoutDialog | None:
        """带出…"""
        if why := self.ctx.why_not(Right.CHECKOUT):
            self.ctx.messages.say(why, "warn")
            return None
        dialog = CheckoutDialog(self.ctx, self.window())
        dialog.open()
        return dialog

    def answer(self) -> Any:
        """生成回包: where to, then on the worker."""
        row = self.current()
        if row is None:
            return None
        kept = str(self.ctx.settings.get(FOLDER, "") or "")
        return ask_folder(self, f"给“{row['name']}”的回包写到哪里", kept, lambda path: self.answer_to(row, path))

    def answer_to(self, row: Row, folder: str) -> None:
        """Write the answer packet."""
        self.ctx.settings.put(FOLDER, folder)
        self.ctx.tasks.run(
            f"生成给{row['name']}的回包",
            lambda store, _tell: make_packet(store, Path(folder), row["uid"]),
            self._answered,
            owner=self,
        )

    def _answered(self, made: Made) -> None:
        kept = f"，{made.withheld} 条等待定处理完再发" if made.withheld else ""
        text = f"回包第{made.number}包已写好：{Path(made.file).name}，{made.rows:,} 条{kept}。"
        self.ctx.messages.say(text, "ok", "打开文件夹", lambda: show_folder(made.file), seconds=20)
        self.ctx.refresher.announce(frozenset({"peer", "packet"}))

    def bring_back(self) -> Any:
        """收回…"""
        row = self.current()
        return ask.ask_back(self.ctx, self.window(), row) if row is not None else None

    def report_lost(self) -> Any:
        """报告遗失…"""
        row = self.current()
        return ask.ask_lost(self.ctx, self.window(), row) if row is not None else None

    def out_again(self) -> None:
        """改回在外."""
        if (row := self.current()) is not None:
            ask.out_again(self.ctx, self.window(), row)

    def print_handover(self) -> None:
        """The 交接单 of the current copy."""
        if (row := self.current()) is not None:
            print_handover(self.ctx, self, row["uid"])

    def print_shown(self) -> None:
        """Ctrl+P."""
        print_listing(self.ctx, self.listing(), self.window())

    def export(self) -> Any:
        """Ctrl+E."""
        return ask_export(self.ctx, self.listing(), self.window())

    def listing(self) -> Listing:
        """The ledger as it is shown."""
        uids = [row["uid"] for row in self.shown_rows()]
        fields = [replace(one, kind=Kind.TEXT, choices=()) if one.key == "state" else one for one in PEER.fields]

        def rows(store: Store) -> list[Row]:
            return [_on_paper(row) for row in peer_rows(store) if row["uid"] in uids]

        return Listing("数据带出台账", fields_of(self.model.columns, fields), rows, "带出的数据，", "份")

    # -- inside

    def _show(self) -> None:
        self.model.where = {"state": str(self.which.value() or ""), "word": self.search.text().strip()}
        self.model.set_source(ListSource(self.shown_rows()))
        if self.table.current_uid() == "" and self.model.rowCount():
            self.table.select(self.model.uid_at(0))
        self._current_changed()
        self.footer_changed.emit()

    def _current_changed(self, _uid: str = "") -> None:
        row = self.current()
        if row is None and not self.panel.is_editing:
            self.panel.hide()
        elif row is not None and self._wanted:
            self.panel.turn_to(row["uid"], self._show_peer, self.table)
        state = (row["uid"], row["state"]) if row is not None else ("", "")
        if state != self._state:
            self._state = state
            self.commands_changed.emit()

    def _show_peer(self, uid: str) -> None:
        row = next(row for row in self._rows if row["uid"] == uid)
        self.panel.show_peer(row, packet_rows(self.ctx.store, uid))
        self.panel.show()

    def _open(self, _uid: str) -> None:
        self._wanted = True
        self._current_changed()

    def _actions(self, uids: Sequence[str]) -> list[QAction]:
        wanted = ("answer", "back", "handover", "lost", "again", "edit") if uids else ()
        return [action_of(command, self) for command in self.commands() if command.id in wanted]

    def _clear(self) -> None:
        self.apply_filter()

    def _wire(self) -> None:
        self.which.edited.connect(self._show)
        self.search.textChanged.connect(lambda _text: self._show())
        self.table.current_changed.connect(self._current_changed)
        self.table.opened.connect(self._open)
        self.table.actions_for = self._actions
        self.table.said.connect(lambda text: self.ctx.messages.say(text, "info"))
        self.table.clear_filter_wanted.connect(self._clear)
        self.panel.closed.connect(lambda: setattr(self, "_wanted", False))
        self.table.set_empty("这里列出带到社区、交给二级单位的数据：谁拿着、什么时候交回。", "带出…", self.check_out)
        self.setFocusProxy(self.table)

    def _lay_out(self) -> None:
        self.which.setAccessibleName("状态")
        self.which.lineEdit().setPlaceholderText("全部状态")
        self.which.setFixedWidth(theme.px(120))
        self.search.setAccessibleName("查找带出的数据")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(theme.px(220))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.search)
        head.addWidget(self.which)
        head.addStretch(1)
        left = QWidget()
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.table, 1)
        split = QSplitter()
        split.addWidget(left)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 3)
        split.setStretchFactor(1, 2)
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme.px(10))
        split.setStyleSheet("QSplitter::handle { background: transparent; }")
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(split)


def _on_paper(row: Row) -> Row:
    stamps = {key: stamp_words(row, key) for key in ("last_in", "last_out")}
    return {**row, **stamps, "state": state_words(row)}
