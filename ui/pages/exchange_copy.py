"""数据交换 in a copy: what this file is and holds, 上报数据包 to the office, its answer merged, the shared folder."""

from __future__ import annotations

import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout, QWidget

from core.base.dates import format_date
from core.base.rights import Right
from core.exchange.model import Made
from core.exchange.packets import make_packet, pending
from core.exchange.queries import own_copy, packet_rows, range_words
from core.exchange.scope import personal_words
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.labels import words
from ui.kit.page import Page
from ui.kit.timeline import TimeLine
from ui.pages.exchange_merge import MergeDialog
from ui.pages.exchange_parts import ask_folder, dropped, said_button, show_folder, title_of
from ui.pages.exchange_rows import events_of, overdue_days
from ui.pages.exchange_swap import SwapPart

FOLDER = "exchange.report_folder"
HAND_OVER = "请把它交给组织部（用 U 盘或共享文件夹），对方合并后会给回包。"


class CopyPage(Page):
    """Cards below each other; a packet dropped anywhere is looked into."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        self.setAcceptDrops(True)
        self._office: Row = {}
        self._packets: list[Row] = []
        self.waiting: int | None = None  # changes the office has not seen; None while they are counted
        self.title = theme.role(words(""), "title")
        self.held, self.due = words(""), words("", "sub")
        self.said, self.last = words(""), words("", "sub")
        self.made: Made | None = None
        self.report_button = theme.role(QPushButton("上报数据包…"), "primary")
        self.report_button.clicked.connect(self.report)
        self.open_button = said_button("打开所在文件夹", "folder", lambda: self.made and show_folder(self.made.file))
        self.merge_button = said_button("合并回包…", "import", self.merge)
        self.got = words("", "sub")
        self.swap = SwapPart(ctx)
        self.line = TimeLine("收发经过", "还没有上报过。")
        self._lay_out()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """上报 first."""
        may = self.ctx.why_not(Right.EXCHANGE)
        made = [
            Command(
                "new",
                "上报数据包…",
                self.report,
                icon="export",
                primary=True,
                disabled=may,
                tip="把这里的改动交给办公室",
            ),
            Command(
                "import", "合并回包…", self.merge, icon="import", disabled=may, tip="办公室给的回包：先看内容，再合并"
            ),
        ]
        swap = Command(
            "swap", "交换", self.swap.run, "Ctrl+Shift+X", "exchange", disabled=may, tip="通过共享文件夹，一次收和发"
        )
        return [*made, swap] if self.is_desk else made

    def reload(self, tables: frozenset[str]) -> None:
        """Read again; what is not yet reported is counted on the worker."""
        store = self.ctx.store
        office = own_copy(store)
        assert office is not None  # the page stands only in a copy
        self._office, self._packets = office, packet_rows(store)
        self._show()
        self.commands_changed.emit()
        self.swap.reload()
        self.ctx.tasks.run(
            "统计未上报的改动", lambda other, _tell: _count(other), self._counted, owner=self, quiet=True
        )

    def footer(self) -> str:
        """What the office has not seen."""
        return f"未上报 {self.waiting:,} 条改动" if self.waiting is not None else ""

    @property
    def is_desk(self) -> bool:
        """Whether this is a standing copy of a desk in the office: nothing is left out of it."""
        return bool(self._office) and self._office["left_out"] == "[]"

    # -- acts

    def report(self) -> Any:
        """上报数据包: where to, then on the worker."""
        kept = str(self.ctx.settings.get(FOLDER, "") or "")
        return ask_folder(self, "数据包写到哪里", kept, self.report_to)

    def report_to(self, folder: str) -> None:
        """Write the packet."""
        self.ctx.settings.put(FOLDER, folder)
        self.ctx.tasks.run(
            "上报数据包", lambda store, _tell: make_packet(store, Path(folder)), self._reported, owner=self
        )

    def merge(self, paths: Sequence[str] = ()) -> MergeDialog:
        """合并回包…"""
        dialog = MergeDialog(self.ctx, self.window())
        dialog.open()
        dialog.begin(paths)
        return dialog

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Packets and folders of them."""
        event.setAccepted(bool(dropped(event.mimeData())) and not self.ctx.why_not(Right.EXCHANGE))

    def dropEvent(self, event: QDropEvent) -> None:
        """Look into what was dropped."""
        event.acceptProposedAction()
        self.merge(dropped(event.mimeData()))

    # -- inside

    def _counted(self, count: int) -> None:
        self.waiting = count
        self._say_waiting()
        self.footer_changed.emit()

    def _reported(self, made: Made) -> None:
        self.made = made
        self.ctx.messages.say(f"已写好上报数据包第{made.number}包：{Path(made.file).name}。", "ok")
        self.ctx.refresher.announce(frozenset({"peer", "packet"}))
        self._say_waiting()

    def _say_waiting(self) -> None:
        made = self.made
        if made is not None:
            self.said.setText(
                f"第{made.number}包已写好：{Path(made.file).name}，{made.rows:,} 条改动，{made.personal}。{HAND_OVER}"
            )
        elif self.waiting is None:
            self.said.setText("正在统计还没有交回的改动…")
        elif self.waiting:
            self.said.setText(f"有 {self.waiting:,} 条改动办公室还没有合并。上报数据包会把它们全部带上。")
        else:
            self.said.setText("这里的改动办公室都已经合并。")
        self.open_button.setVisible(made is not None)

    def _show(self) -> None:
        office = self._office
        self.title.setText(f"这是“{office['holder']}”（设备号 {office['number']}）")
        people = self.ctx.store.value("SELECT count(*) FROM cadre")
        self.held.setText(
            f"由{office['name']}的台账带出，范围：{range_words(self.ctx.store, office)}。"
            f"其中 {people:,} 人，{personal_words(json.loads(office['left_out']))}。"
        )
        days = overdue_days({**office, "state": "OUT"})
        due = f"，应在 {format_date(office['due_on'])} 前交回" if office["due_on"] else ""
        late = f"，已经逾期 {days} 天，请尽快交回" if days else ""
        whole = office["units"] == "[]" and office["grids"] == "[]"
        outside = "" if whole else "范围以外的内容在这里只能看，不能改。"
        self.due.setText(f"{format_date(office['out_on'])} 带出{due}{late}。{outside}")
        theme.role(self.due, "warn" if days else "sub")
        sent = next((one for one in self._packets if one["way"] == "OUT"), None)
        came = next((one for one in self._packets if one["way"] == "IN"), None)
        self.last.setText(
            f"上次上报：第{sent['number']}包，{_stamp(sent['made_at'])}，{sent['file_name']}。"
            if sent
            else "还没有上报过。"
        )
        self.got.setText(
            f"上次合并：办公室回包第{came['number']}包，{_stamp(came['merged_at'])}。"
            if came
            else "还没有合并过办公室的回包。"
        )
        self._say_waiting()
        self.swap_card.setVisible(self.is_desk)
        self.line.show_events(events_of({**office, "state": "OUT", "due_on": "", "holder": ""}, self._packets))

    def _lay_out(self) -> None:
        host = theme.role(QWidget(), "page")
        column = QVBoxLayout(host)
        column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        column.setSpacing(theme.px(12))
        cards = (
            (self.title, self.held, self.due),
            (title_of("上报"), self.said, self.last, _row(self.report_button, self.open_button)),
            (title_of("办公室的回包"), words("办公室合并以后会给回包，里面有办公室和其他设备的改动。"), self.got, _row(self.merge_button)),
            (title_of("交换文件夹"), self.swap),
            (title_of("收发经过"), self.line),
        )  # fmt: skip
        made = [_card(widgets) for widgets in cards]
        for card in made:
            column.addWidget(card)
        self.swap_card = made[3]
        column.addStretch(1)
        area = theme.role(QScrollArea(widgetResizable=True), "page")
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(host)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(area)
        self.setFocusProxy(self.report_button)


def _count(store: Store) -> int:
    office = own_copy(store)
    return len(pending(store, office)) if office is not None else 0


def _stamp(at: str) -> str:
    return f"{format_date(at[:10])} {at[11:16]}"


def _row(*buttons: QPushButton) -> QWidget:
    host = QWidget()
    row = QHBoxLayout(host)
    row.setContentsMargins(0, theme.px(4), 0, 0)
    for button in buttons:
        row.addWidget(button)
    row.addStretch(1)
    return host


def _card(widgets: Sequence[QWidget]) -> QFrame:
    card = theme.role(QFrame(), "card")
    column = QVBoxLayout(card)
    column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(14))
    column.setSpacing(theme.px(6))
    for widget in widgets:
        column.addWidget(widget)
    return card
