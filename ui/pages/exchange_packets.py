"""收发记录: every packet made or merged here, newest first, with what it changed and which personal data it holds."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLineEdit, QVBoxLayout

from core.exchange.model import PACKET, WAY
from core.exchange.queries import packet_rows
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.listing import Listing, ask_export, fields_of, print_listing
from ui.kit.page import Page
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView
from ui.pages.checkin_out import print_form
from ui.pages.exchange_rows import packet_columns, packet_sums, stamp_words


class PacketsTab(Page):
    """A list to look things up in; Enter goes to the copy it belongs to."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._rows: list[Row] = []
        self.way, self.search = QComboBox(), QLineEdit(placeholderText="设备、单位或文件名")
        self.model = RowsModel(ListSource([]), packet_columns())
        self.table = TableView(self.model, "exchange.packets", ctx.store.local, frozen=2)
        self._lay_out()
        self.way.currentIndexChanged.connect(lambda _at: self._show())
        self.search.textChanged.connect(lambda _text: self._show())
        self.table.opened.connect(self._open)
        self.table.current_changed.connect(lambda _uid: self.commands_changed.emit())
        self.table.said.connect(lambda text: ctx.messages.say(text, "info"))
        self.table.clear_filter_wanted.connect(self.apply_filter)
        self.table.set_empty("还没有发出或收到过数据包。")
        self.setFocusProxy(self.table)

    def commands(self) -> list[Command]:
        """What leaves the page."""
        none = "" if self._rows else "还没有数据包。"
        row = self.current()
        merged = "" if row is not None and row["way"] == "IN" else "请先选中一个收到的数据包。"
        return [
            Command(
                "report",
                "合并情况报告",
                self.print_report,
                icon="log",
                disabled=merged,
                tip="这个数据包改了什么、定了什么",
            ),
            Command("print", "打印", self.print_shown, icon="print", disabled=none),
            Command("export", "导出", self.export, icon="export", disabled=none),
            Command("copy", "复制到Excel", self.table.copy, icon="copy", in_bar=False),
            Command("columns", "选择列…", self.table.choose_columns, icon="columns", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """Read again."""
        self._rows = packet_rows(self.ctx.store)
        self._show()
        self.commands_changed.emit()

    def footer(self) -> str:
        """How many came and went."""
        return packet_sums(self.shown_rows())

    def open_record(self, uid: str) -> None:
        """One packet."""
        self.apply_filter()
        self.table.select(uid)

    def apply_filter(self, **filter: Any) -> None:
        """`way`, `search`."""
        self.way.setCurrentIndex(max(self.way.findData(filter.get("way", "")), 0))
        self.search.setText(str(filter.get("search", "")))

    def shown_rows(self) -> list[Row]:
        """The rows of the filter."""
        way, word = self.way.currentData() or "", self.search.text().strip()
        return [
            row for row in self._rows if way in ("", row["way"]) and (word in row["peer"] or word in row["file_name"])
        ]

    def listing(self) -> Listing:
        """What is shown."""
        uids = [row["uid"] for row in self.shown_rows()]

        def rows(store: Store) -> list[Row]:
            found = [row for row in packet_rows(store) if row["uid"] in uids]
            return [{**row, **{key: stamp_words(row, key) for key in ("made_at", "merged_at")}} for row in found]

        return Listing("数据包收发记录", fields_of(self.model.columns, PACKET.fields), rows, "数据包，", "包")

    def current(self) -> Row | None:
        """The current packet."""
        uid = self.table.current_uid()
        return next((row for row in self._rows if row["uid"] == uid), None)

    def print_report(self) -> None:
        """What a merged packet changed, and how its questions were decided."""
        if (row := self.current()) is not None:
            print_form(self.ctx, self, form="merge_report", which=row["uid"])

    def print_shown(self) -> None:
        """Ctrl+P."""
        print_listing(self.ctx, self.listing(), self.window())

    def export(self) -> Any:
        """Ctrl+E."""
        return ask_export(self.ctx, self.listing(), self.window())

    def _open(self, uid: str) -> None:
        peer = next((row["peer_uid"] for row in self._rows if row["uid"] == uid), "")
        self.ctx.go_to("exchange", peer or None)

    def _show(self) -> None:
        self.model.where = {"way": self.way.currentData() or "", "word": self.search.text().strip()}
        self.model.set_source(ListSource(self.shown_rows()))
        self.footer_changed.emit()

    def _lay_out(self) -> None:
        self.way.setAccessibleName("收发")
        self.way.addItem("全部收发", "")
        for code, label in WAY:
            self.way.addItem(label, code)
        self.search.setAccessibleName("查找数据包")
        self.search.setClearButtonEnabled(True)
        self.search.setFixedWidth(theme.px(220))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.search)
        head.addWidget(self.way)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.table, 1)
