"""提醒: who will miss the year's minimum at the present pace, a message to paste for each branch. 方案 五(三)3"""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QPlainTextEdit,
    QPushButton,
    QSplitter,
    QVBoxLayout,
    QWidget,
)

from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.evaluation.forecast import Forecast, branch_reminders, forecast
from core.store import Row, Store
from ui.context import Context
from ui.kit import theme
from ui.kit.listing import Listing, ask_export
from ui.pages.checkin_out import print_form

FIELDS = (
    Field("unit", "二级单位党组织", width=20),
    Field("branch", "党支部", width=18),
    Field("staff_no", "工号", Kind.STAFF_NO),
    Field("name", "姓名", Kind.NAME),
    Field("times", "已确认（次）", Kind.INT),
    Field("minutes", "已确认（小时）", Kind.MINUTES),
    Field("waiting_times", "待确认（次）", Kind.INT),
    Field("waiting_minutes", "待确认（小时）", Kind.MINUTES),
    Field("verdict", "达标情况", width=24),
    Field("ahead_times", "按目前进度到年末（次）", Kind.INT),
    Field("ahead_minutes", "按目前进度到年末（小时）", Kind.MINUTES),
    Field("will_miss", "年末达不到", Kind.BOOL),
)


class RemindDialog(QDialog):
    """Branches on the left, the message of the current one on the right; Ctrl+C copies it."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.told: list[Row] = []
        self.setWindowTitle(f"{ctx.year}年度未达标提醒")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.head = QLabel("正在统计…", wordWrap=True)
        self.basis = theme.role(QLabel(wordWrap=True), "sub")
        self.branches = QListWidget()
        self.text = QPlainTextEdit(readOnly=True)
        self.copy_one = theme.role(QPushButton("复制"), "primary")
        self.copy_every = QPushButton("全部复制")
        self.save = QPushButton("导出名单")
        self.paper = QPushButton("打印提醒单")
        self._build()
        year = ctx.year

        def work(store: Store, _tell: object) -> tuple[Forecast, list[Row]]:
            found = forecast(store, year)
            return found, branch_reminders(store, found)

        ctx.tasks.run("统计未达标名单", work, lambda made: self._take(*made), owner=self, quiet=True)

    def copy(self) -> None:
        """The message of the current branch, to the clipboard."""
        at = self.branches.currentRow()
        if 0 <= at < len(self.told):
            self._copied([self.told[at]])

    def copy_all(self) -> None:
        """The messages of all branches, a paragraph each."""
        self._copied(self.told)

    def export(self) -> None:
        """Everybody who is not there yet, with the forecast, as a workbook."""
        year = self.ctx.year

        def rows(store: Store) -> Sequence[Row]:
            return forecast(store, year).rows

        ask_export(self.ctx, Listing(f"{year}年度服务未达标名单", FIELDS, rows, self.basis.text()), self)

    def print(self) -> None:
        """未达标提醒单, a sheet for each unit."""
        print_form(self.ctx, self, form="below_reminder")

    def _take(self, found: Forecast, told: list[Row]) -> None:
        self.told = told
        left = len(found.rows) - len(found.missing)
        self.head.setText(
            f"截至{format_date(found.as_of)}，应考核{found.people}人，已达标{found.met}人；"
            f"按目前进度年末达不到{len(found.missing)}人（{len(told)}个支部），未达标但能达到{left}人。"
        )
        self.basis.setText(f"口径：{found.scope}")
        for one in told:
            self.branches.addItem(f"{one['unit']} {one['branch'] or '未编入支部'}（{one['count']}人）")
        for button in (self.copy_one, self.copy_every):
            button.setEnabled(bool(told))
        for button in (self.save, self.paper):
            button.setEnabled(bool(found.rows))
        if told:
            self.branches.setCurrentRow(0)
            self.branches.setFocus()
        else:
            self.text.setPlainText("按目前进度，没有人年末达不到最低要求，不用提醒。")

    def _show(self, at: int) -> None:
        self.text.setPlainText(self.told[at]["text"] if 0 <= at < len(self.told) else "")

    def _copied(self, told: Sequence[Row]) -> None:
        QGuiApplication.clipboard().setText("\n\n".join(one["text"] for one in told))
        self.ctx.messages.say(f"已复制{len(told)}个支部的提醒，共{sum(one['count'] for one in told)}人。", "info")

    def _build(self) -> None:
        self.branches.setAccessibleName("有人达不到最低要求的党支部")
        self.text.setAccessibleName("提醒文字")
        split = QSplitter(Qt.Orientation.Horizontal)
        split.setChildrenCollapsible(False)
        split.addWidget(self.branches)
        split.addWidget(self.text)
        split.setStretchFactor(0, 2)
        split.setStretchFactor(1, 3)
        foot = QHBoxLayout()
        back = QPushButton("关闭")
        acts = ((self.save, self.export), (self.paper, self.print), (self.copy_every, self.copy_all))
        for button, act in (*acts, (self.copy_one, self.copy), (back, self.reject)):
            button.setAutoDefault(False)
            button.setEnabled(button is back)
            button.clicked.connect(lambda _on=False, act=act: act())
            foot.addWidget(button)
        foot.insertStretch(2, 1)
        self.copy_one.setToolTip("把这个支部的提醒放到剪贴板（Ctrl+C）")
        QShortcut(QKeySequence.StandardKey.Copy, self.branches, self.copy, context=Qt.ShortcutContext.WidgetShortcut)
        self.branches.currentRowChanged.connect(self._show)
        self.branches.itemActivated.connect(lambda _item: self.copy())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(self.head)
        column.addWidget(split, 1)
        column.addWidget(self.basis)
        column.addLayout(foot)
        self.resize(theme.px(860), theme.px(520))
