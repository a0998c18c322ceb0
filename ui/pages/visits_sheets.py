"""待确认清单: made per community, printed, ticked in by number range with signer and date, a wrong range taken back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QAbstractItemView,
    QCheckBox,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.base.dates import format_date
from core.org.queries import units
from core.service_log.model import VisitFilter
from core.service_log.queries import waiting_by_community
from core.service_log.sheets import make_sheet, sheet_list
from ui.context import Context
from ui.kit import theme
from ui.kit.perform import perform
from ui.pages.visits_confirm import ConfirmBatch

NO_COMMUNITY = "（未填社区）"


class SheetsDialog(QDialog):
    """Above: what waits per community, to print on a new sheet. Below: the sheets there are."""

    def __init__(self, ctx: Context, unit_uid: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("待确认清单")
        self._unit_uid = unit_uid
        self._waiting: list[Any] = []
        self._sheets: list[Any] = []
        self.waiting = _table(("社区", "待确认", "其中未印过"), "等待确认的社区")
        self.sheets = _table(("清单编号", "社区", "印出日期", "行数", "已确认"), "已有的待确认清单")
        self.again = QCheckBox("重新印入以前印过的（原件遗失时）")
        self.make = theme.role(QPushButton("生成并打印"), "primary")
        self.reprint, self.tick = QPushButton("重印这张"), QPushButton("批量确认…")
        self.note = theme.role(QLabel(wordWrap=True), "sub")
        self._build()
        self.reload()
        self.resize(theme.px(640), theme.px(600))

    def reload(self) -> None:
        """Read both lists."""
        self._waiting = waiting_by_community(self.ctx.store, self.ctx.year)
        _fill(
            self.waiting,
            [(one["community"] or NO_COMMUNITY, one["waiting"], one["unprinted"]) for one in self._waiting],
        )
        self._sheets = sheet_list(self.ctx.store, self.ctx.year)
        lines = [
            (one["sheet_no"], one["community"], format_date(one["made_on"]), one["printed"], one["ticked"])
            for one in self._sheets
        ]
        _fill(self.sheets, lines)
        self._say()

    def make_now(self) -> str:
        """A new sheet of the chosen community, and on to printing it; its number, '' if it was not made."""
        row = self.waiting.currentRow()
        if row < 0:
            return ""
        community = self._waiting[row]["community"]
        if not community:
            self.note.setText("这些记录没有写社区，清单要交给社区签字，请先在列表中补填社区。")
            theme.role(self.note, "warn")
            return ""
        outcome = perform(
            self.ctx,
            f"生成{community}待确认清单",
            make_sheet,
            community,
            self.ctx.year,
            VisitFilter(unit_uid=self._unit_uid),
            again=self.again.isChecked(),
            parent=self,
        )
        if outcome is None:
            return ""
        sheet_no = str(self.ctx.store.value("SELECT sheet_no FROM confirm_sheet WHERE uid = ?", (outcome.value,)))
        self._print(sheet_no)
        return sheet_no

    def _reprint(self) -> None:
        if self.sheets.currentRow() >= 0:
            self._print(str(self._sheets[self.sheets.currentRow()]["sheet_no"]))

    def _print(self, sheet_no: str) -> None:
        self.accept()
        self.ctx.refresher.flush()  # the print centre must know the new sheet before it is asked for it
        self.ctx.go_to("print", form="confirm_sheet", sheet=sheet_no)

    def _tick(self) -> None:
        row = self.sheets.currentRow()
        parent = self.parentWidget()
        dialog = ConfirmBatch(self.ctx, str(self._sheets[row]["sheet_no"]) if row >= 0 else "", parent)
        self.accept()
        dialog.open()

    def _say(self) -> None:
        if not self._waiting:
            self.note.setText(f"{self.ctx.year}年没有待确认的记录。")
        elif self._unit_uid:
            names = {row["uid"]: row["name"] for row in units(self.ctx.store)}
            self.note.setText(f"只印{names.get(self._unit_uid, '所选单位')}的记录。")
        else:
            self.note.setText("选一个社区，把还没有印过的待确认记录印成一张编号的清单，交社区签字。")
        theme.role(self.note, "sub")
        self.make.setEnabled(bool(self._waiting))
        for button in (self.reprint, self.tick):
            button.setEnabled(bool(self._sheets))

    def _build(self) -> None:
        close = QPushButton("关闭")
        close.clicked.connect(self.reject)
        self.make.clicked.connect(self.make_now)
        self.reprint.clicked.connect(self._reprint)
        self.tick.clicked.connect(self._tick)
        self.waiting.doubleClicked.connect(lambda _index: self.make_now())
        for button in (self.make, self.reprint, self.tick, close):
            button.setAutoDefault(False)
        self.make.setDefault(True)
        first, second = QHBoxLayout(), QHBoxLayout()
        first.addWidget(self.again)
        first.addStretch(1)
        first.addWidget(self.make)
        second.addWidget(self.reprint)
        second.addWidget(self.tick)
        second.addStretch(1)
        second.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(theme.role(QLabel("生成新清单"), "section"))
        column.addWidget(self.note)
        column.addWidget(self.waiting, 3)
        column.addLayout(first)
        column.addWidget(theme.role(QLabel(f"{self.ctx.year}年的清单"), "section"))
        column.addWidget(self.sheets, 4)
        column.addLayout(second)
        QTimer.singleShot(0, self, self.waiting.setFocus)


def _table(heads: Sequence[str], name: str) -> QTableWidget:
    made = QTableWidget(0, len(heads))
    made.setAccessibleName(name)
    theme.role(made, "list")
    made.setHorizontalHeaderLabels(list(heads))
    made.setShowGrid(False)
    made.setAlternatingRowColors(True)
    made.setTabKeyNavigation(False)
    made.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    made.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    made.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    made.verticalHeader().hide()
    made.verticalHeader().setDefaultSectionSize(theme.row_height())
    head = made.horizontalHeader()
    head.setHighlightSections(False)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setSectionResizeMode(0 if len(heads) == 3 else 1, QHeaderView.ResizeMode.Stretch)
    return made


def _fill(table: QTableWidget, lines: Sequence[Sequence[Any]]) -> None:
    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    table.setRowCount(len(lines))
    for row, line in enumerate(lines):
        for at, value in enumerate(line):
            item = QTableWidgetItem(str(value))
            if isinstance(value, int):
                item.setTextAlignment(right)
                item.setFont(theme.digits(table.font()))
                table.horizontalHeaderItem(at).setTextAlignment(right)
            else:
                table.horizontalHeaderItem(at).setTextAlignment(
                    Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
                )
            table.setItem(row, at, item)
    if lines:
        table.setCurrentCell(0, 0)
