"""扫描件归档: the pages whose code was not read, each with its picture and room for a number."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QPixmap
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

from core.store import Store
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.pages.settings_parts import plain_table


class ScansDialog(QDialog):
    """Files what can be read at once; the rest is listed, looked at, given a number and filed with 归档."""

    def __init__(self, ctx: Context, folder: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.ctx, self.folder, self.year = ctx, folder, ctx.year
        self.unread: list[Any] = []
        self.typed: dict[str, str] = {}
        self.setWindowTitle("扫描件归档")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.said = words("正在读二维码……", "sub")
        self.table = plain_table("没有归档的页", ["页", "原因", "件号或工号"])
        self.table.currentCellChanged.connect(lambda row, *_: self._show(row))
        self.picture = QLabel(alignment=Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumSize(theme.px(360), theme.px(480))
        self.number = QLineEdit(placeholderText="件号、件号后四位，或工号")
        self.number.setAccessibleName("这一页的件号或工号")
        self.number.returnPressed.connect(self.take_number)
        self.file = theme.role(QPushButton("归档"), "primary")
        self.file.setAutoDefault(False)
        self.file.clicked.connect(self.begin)
        close = QPushButton("关闭")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
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
        column.addWidget(self.said)
        column.addLayout(middle, 1)
        column.addLayout(foot)
        self.resize(theme.px(900), theme.px(620))
        self._fit()

    def begin(self) -> None:
        """File the folder, with the numbers typed so far."""
        folder, year, typed = self.folder, self.year, dict(self.typed)

        def work(store: Store, progress: Any) -> Any:
            from reports.archive_scans import file_scans

            return file_scans(store, year, folder, typed=typed, progress=progress)

        self.file.setEnabled(False)
        self.ctx.tasks.run("扫描件归档", work, self._filed, self._failed, owner=self)

    def take_number(self) -> None:
        """Keep the number of the current page, go to the next."""
        at = self.table.currentRow()
        if 0 <= at < len(self.unread):
            self.typed[self.unread[at].page.key] = self.number.text().strip()
            self.table.setItem(at, 2, QTableWidgetItem(self.number.text().strip()))
            self._fit()
            self.table.setCurrentCell(min(at + 1, len(self.unread) - 1), 0)

    def _filed(self, done: Any) -> None:
        self.unread = done.unread
        told = f"已归档 {len(done.files)} 件、{done.pages} 页，以前已归档 {done.already} 页。"
        if self.unread:
            told += f"还有 {len(self.unread)} 页要看图填件号或工号，回车记下，再按“归档”。"
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
        if done.step is not None:
            self.ctx.refresher.announce(frozenset({"archive_item"}))

    def _failed(self, error: Exception) -> None:
        self.said.setText(str(error))
        self._fit()

    def _show(self, at: int) -> None:
        if not 0 <= at < len(self.unread):
            self.picture.clear()
            self.number.clear()
            return
        from reports.archive_scans import page_picture

        page = self.unread[at].page
        shown = QPixmap()
        shown.loadFromData(page_picture(page.path, page.number, 80))
        smooth = Qt.TransformationMode.SmoothTransformation
        self.picture.setPixmap(shown.scaled(self.picture.minimumSize(), Qt.AspectRatioMode.KeepAspectRatio, smooth))
        self.number.setText(self.typed.get(page.key, ""))

    def _fit(self) -> None:
        self.number.setEnabled(bool(self.unread))
        self.file.setEnabled(any(self.typed.get(one.page.key) for one in self.unread))
