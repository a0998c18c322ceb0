"""达标情况: each person against the year's minimum, both tracks side by side. 方案 三(三) 五(三)3"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout, QWidget

from core.base.dates import format_date, format_hours
from core.evaluation.closed import closed
from core.roster.timeline import day_of_year
from core.service_log.counting import RULE
from core.service_log.quota import ASSESSED, QuotaReport, quota_report, steps_of
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.columns import Column
from ui.kit.command import Command
from ui.kit.rows import ListSource, RowsModel
from ui.kit.table import TableView
from ui.pages.visits_remind import RemindDialog

TONES = {"MET": "ok", "GOING": "warn", "BEHIND": "bad", "EXEMPT": "sub", "LEFT": "sub", "AWAY": "sub"}
SHORT = ("SHORT", "未达标")
SUMS = (
    ("times", "已确认（次）", 13),
    ("minutes", "已确认（小时）", 15),
    ("waiting_times", "待确认（次）", 13),
    ("waiting_minutes", "待确认（小时）", 15),
    ("duty_times", "派遣（次）", 12),
    ("duty_minutes", "派遣（小时）", 13),
)


class QuotaView(QWidget):
    """The list, a search line and a choice of who. `footer_changed`; `opened(cadre uid)`."""

    footer_changed = Signal()
    opened = Signal(str)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.report: QuotaReport | None = None
        self.closed = QLabel(wordWrap=True)
        self.search = QLineEdit(placeholderText="工号、姓名或单位")
        self.which = QComboBox()
        self.basis = theme.role(QLabel(wordWrap=True), "sub")
        self.model = RowsModel(ListSource([]), _columns())
        self.table = TableView(self.model, "visits.quota", ctx.store.local)
        self.table.set_empty("名册里还没有人。")
        self.table.sentence_for = lambda _uids: self.sentence()
        self.table.opened.connect(self.opened)
        self.table.said.connect(lambda text: ctx.messages.say(text, "info"))
        self.table.clear_filter_wanted.connect(self._clear)
        self._build()

    def reload(self) -> None:
        """Count again, on the worker."""
        year = self.ctx.year
        self.ctx.tasks.run(
            "统计达标情况",
            lambda store, _tell: (quota_report(store, year), closed(store, year)),
            lambda found: self._take(*found),
            owner=self,
            quiet=True,
        )

    def commands(self) -> list[Command]:
        """What can be done with the list."""
        return [
            Command("remind", "提醒…", self.remind, "Ctrl+K", "meeting", tip="按目前进度年末达不到的人，每个支部一段提醒文字"),
            Command("sentence", "复制为一句话", self.copy_sentence, icon="copy", tip="带统计口径和截至日期"),
        ]  # fmt: skip

    def remind(self) -> RemindDialog:
        """未达标名单 and 提醒 by branch."""
        dialog = RemindDialog(self.ctx, self.window())
        dialog.open()
        return dialog

    def footer(self) -> str:
        """Who is shown, and the school in one line."""
        if self.report is None:
            return ""
        total = self.report.total
        return (
            f"显示 {self.model.rowCount():,} 人 · 应考核 {total.people:,} 人 · 已达标 {total.met:,} 人 · "
            f"已确认 {total.times:,} 次 {total.minutes / 60:,.10g} 小时 · "
            f"待确认 {total.waiting_times:,} 次 {total.waiting_minutes / 60:,.10g} 小时"
        )

    def sentence(self) -> str:
        """复制为一句话, with 口径 and 截至."""
        if self.report is None:
            return ""
        total, share = self.report.total, ""
        left = f"，年内离开{total.left_people}人（另有达标{total.left_met}人）" if total.left_people else ""
        if total.people:
            share = f"（{total.met / total.people:.1%}）"
        return (
            f"截至{format_date(day_of_year(self.report.year))}，{self.report.year}年度全校应考核{total.people}人，已达标{total.met}人{share}，"
            f"未达标{total.going + total.behind}人，不纳入考核{total.exempt}人{left}；业余时间已确认{total.times}次、"
            f"{format_hours(total.minutes)}小时，待确认{total.waiting_times}次、{format_hours(total.waiting_minutes)}小时。{self.rule()}"
        )

    def rule(self) -> str:
        """统计口径."""
        minimum = self.report.minimum.text if self.report is not None else ""
        return f"口径：只计已确认的业余时间服务，全年{minimum}；{RULE}；组织派遣另列；{ASSESSED}"

    def copy_sentence(self) -> None:
        """To the clipboard."""
        text = self.sentence()
        QGuiApplication.clipboard().setText(text)
        self.ctx.messages.say(f"已复制：{text}", "info")

    def shown_rows(self) -> Sequence[Row]:
        """The rows of the list as it stands, for export."""
        return self.model.source.page(list(self.model.uids))

    def _take(self, report: QuotaReport, there: Row | None) -> None:
        self.report = report
        self._offer()
        self.closed.setVisible(there is not None)
        if there is not None:
            self.closed.setText(
                f"{report.year}年度已于{format_date(there['closed_on'])}结账，正式数字以结账时为准；"
                "这里按现在的记录计算，后来的更正见“归档”页的“结账后更正”。"
            )
        self.basis.setText(f"{self.rule()}截至{format_date(day_of_year(report.year))}。")
        self._show()

    def _show(self) -> None:
        if self.report is None:
            return
        word, which = self.search.text().strip().lower(), str(self.which.currentData())
        self.model.where = {"word": word, "which": which}
        self.model.set_source(ListSource([row for row in self.report.rows if _wanted(row, word, which)]))
        self.footer_changed.emit()

    def _offer(self) -> None:
        """Whom the year can be asked for: after its end 未达标 is one answer, not two."""
        steps = [one for one in steps_of(self.ctx.year) if one[1] != SHORT[1]]
        offered, chosen = [("", "全部"), SHORT, *steps], str(self.which.currentData() or "")
        if [self.which.itemData(at) for at in range(self.which.count())] == [code for code, _ in offered]:
            return
        self.which.blockSignals(True)
        self.which.clear()
        for code, label in offered:
            self.which.addItem(label, code)
        self.which.setCurrentIndex(max(self.which.findData(chosen), 0))
        self.which.blockSignals(False)

    def _clear(self) -> None:
        self.which.setCurrentIndex(0)
        self.search.clear()

    def _build(self) -> None:
        self.search.setAccessibleName("查找人员")
        self.search.setClearButtonEnabled(True)
        self.search.setMaximumWidth(theme.px(280))
        self.which.setAccessibleName("哪些人")
        self._offer()
        self.search.textChanged.connect(self._show)
        self.which.currentIndexChanged.connect(self._show)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.search, 1)
        head.addWidget(self.which)
        head.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        theme.role(self.closed, "chip-info").hide()
        column.addWidget(self.closed)
        column.addLayout(head)
        column.addWidget(self.table, 1)
        column.addWidget(self.basis)


def _wanted(row: Row, word: str, which: str) -> bool:
    if which == "SHORT" and (row["meets"] or row["exempt"]):
        return False
    if which not in ("", "SHORT") and row["progress"] != which:
        return False
    return not word or any(word in str(row[key]).lower() for key in ("staff_no", "name", "unit"))


def _columns() -> Sequence[Column]:
    return [
        Column("name", "姓名", 10),
        Column("staff_no", "工号", 9),
        Column("unit", "二级单位党组织", 20),
        Column("verdict", "达标情况", 22, tone=lambda row: TONES.get(row["progress"], "")),
        Column("remark", "备注", 16),
        *(Column(key, label, width, right=True, text=_number(key)) for key, label, width in SUMS),
    ]


def _number(key: str) -> Any:
    if key.endswith("times"):
        return lambda row: f"{row[key]}" if row[key] else ""
    return lambda row: format_hours(row[key]) if row[key] else ""
