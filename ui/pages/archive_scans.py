"""扫描件归档: the pages whose code was not read, each with its picture and room for a number.

Reading a thousand pages takes minutes: it is done in a child process, which the dialog follows and can cancel. Numbers that
were typed are kept until their page is filed, also when the dialog is closed.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)
from shiboken6 import isValid

from core.store import Store
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.tasks import Task
from ui.pages.exchange_parts import WorkLine
from ui.pages.settings_parts import plain_table

if TYPE_CHECKING:  # with the page it would load the drawing room
    from reports.archive_scans import Unread


class ScansDialog(QDialog):
    """Files what can be read at once; the rest is listed, looked at, given a number and filed with 归档."""

    def __init__(self, ctx: Context, folder: Path, into: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.ctx, self.folder, self.into, self.year = ctx, folder, into, ctx.year
        self.unread: list[Unread] = []
        self._draft = f"draft.scans.{ctx.year}.{folder}"
        self.typed: dict[str, str] = dict(ctx.store.local.get(self._draft) or {})  # number by page
        self._task: Task | None = None
        self._asked = 0  # the picture of a row that was left is dropped
        self.setWindowTitle("扫描件归档")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.said, self.work = words("", "sub"), WorkLine()
        self.stop = QPushButton("取消")
        self.stop.setAccessibleName("取消读扫描件")
        self.stop.setAutoDefault(False)
        self.stop.clicked.connect(self.cancel)
        self.table = plain_table("没有归档的页", ["页", "原因", "件号或工号"])
        self.table.currentCellChanged.connect(lambda row, *_: self._show(row))
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(theme.px(360), theme.px(480))
        self.number = QLineEdit(placeholderText="件号、件号后四位，或工号")
        self.number.setAccessibleName("这一页的件号或工号")
        self.number.textEdited.connect(self._keep)
        self.number.returnPressed.connect(self.take_number)
        self.file = theme.role(QPushButton("归档"), "primary")
        self.file.setAutoDefault(False)
        self.file.clicked.connect(self.begin)
        self._lay_out()
        self._fit()

    def begin(self) -> None:
        """File the folder, with the numbers typed so far."""
        places = {"scans": str(self.folder), "into": str(self.into)}
        order = {"job": "scans", "year": self.year, **places, "typed": dict(self.typed)}
        ctx = self.ctx

        def done(result: dict[str, Any]) -> None:
            if result["step"] is not None:
                ctx.refresher.announce(frozenset({"archive_item", "archive_list"}))
            if isValid(self):
                self._filed(result)

        self._task = ctx.tasks.spawn("扫描件归档", order, done, self._failed, owner=self.parent())
        self._task.ended.connect(self._ended)
        self.work.follow(self._task, "正在读二维码……")
        self._fit()

    def cancel(self) -> None:
        """Stop reading: nothing of this run is filed, what was filed before stays."""
        if self._task is not None and self._task.running:
            self.said.setText("已取消，这一次没有归档。按“归档”可以再读一次。")
            self._task.cancel()

    def take_number(self) -> None:
        """Keep the number of the current page, go to the next."""
        at = self.table.currentRow()
        if 0 <= at < len(self.unread):
            self._keep(self.number.text())
            self.table.setCurrentCell(min(at + 1, len(self.unread) - 1), 0)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Typed numbers are kept; a run under way is stopped."""
        self.cancel()
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """关闭 and Esc."""
        self.cancel()
        super().done(result)

    def _keep(self, text: str) -> None:
        at = self.table.currentRow()
        if not 0 <= at < len(self.unread):
            return
        key = self.unread[at].page.key
        self.typed[key] = text.strip()
        if not self.typed[key]:
            del self.typed[key]
        self.table.setItem(at, 2, QTableWidgetItem(text.strip()))
        self._keep_draft()
        self._fit()

    def _keep_draft(self) -> None:
        if self.typed:
            self.ctx.store.local.put(self._draft, self.typed)
        else:
            self.ctx.store.local.delete(self._draft)

    def _filed(self, result: dict[str, Any]) -> None:
        from reports.archive_scans import Page, Unread

        self.unread = [
            Unread(Page(Path(path), number, source), reason) for path, number, source, reason in result["unread"]
        ]
        left = {one.page.key for one in self.unread}
        self.typed = {key: text for key, text in self.typed.items() if key in left}
        self._keep_draft()
        told = f"已归档 {result['files']} 件、{result['pages']} 页，以前已归档 {result['already']} 页。"
        pages = sum(1 for one in self.unread if one.page.number)
        told += f"还有 {pages} 页要看图填件号或工号，回车记下，再按“归档”。" if pages else ""
        told += f"有 {len(self.unread) - pages} 个文件打不开。" if pages < len(self.unread) else ""
        self.said.setText(told)
        self.table.setRowCount(len(self.unread))
        for at, one in enumerate(self.unread):
            for column, text in enumerate((one.page.label, one.reason, self.typed.get(one.page.key, ""))):
                self.table.setItem(at, column, QTableWidgetItem(text))
        if self.unread:
            self.table.setCurrentCell(0, 0)
            self.number.setFocus()
        self._show(self.table.currentRow())
        self._fit()

    def _failed(self, error: Exception) -> None:
        if isValid(self):
            self.said.setText(str(error))

    def _ended(self) -> None:
        self._task = None
        self._fit()

    def _show(self, at: int) -> None:
        self._asked += 1
        self.picture.clear()
        self.number.clear()
        self._fit()
        if not 0 <= at < len(self.unread) or not self.unread[at].page.number:
            return
        page, asked = self.unread[at].page, self._asked
        self.number.setText(self.typed.get(page.key, ""))

        def draw(_store: Store, _tell: object) -> bytes:
            from reports.archive_scans import page_picture

            return page_picture(page.path, page.number, 80)

        def take(content: bytes) -> None:
            if asked == self._asked:
                self._put_picture(content)

        self.ctx.tasks.run("看扫描页", draw, take, self._failed, owner=self, quiet=True)

    def _put_picture(self, content: bytes) -> None:
        shown = QPixmap()
        shown.loadFromData(content)
        smooth = Qt.TransformationMode.SmoothTransformation
        self.picture.setPixmap(shown.scaled(self.picture.minimumSize(), Qt.AspectRatioMode.KeepAspectRatio, smooth))

    def _fit(self) -> None:
        at, running = self.table.currentRow(), self._task is not None
        self.number.setEnabled(0 <= at < len(self.unread) and bool(self.unread[at].page.number))
        self.file.setEnabled(not running)
        self.work.setVisible(running)
        self.stop.setVisible(running)
        self.said.setVisible(not running)

    def _lay_out(self) -> None:
        close = QPushButton("关闭")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        head = QHBoxLayout()
        head.addWidget(self.said, 1)
        head.addWidget(self.work, 1)
        head.addWidget(self.stop)
        left = QVBoxLayout()
        left.addWidget(self.table, 1)
        left.addWidget(self.number)
        middle = QHBoxLayout()
        middle.setSpacing(theme.px(12))
        middle.addLayout(left, 1)
        middle.addWidget(self.picture)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.file)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        self.resize(theme.px(900), theme.px(620))
