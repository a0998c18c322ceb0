"""The printed form of the person in the current row, beside the grid: drawn on the worker, only while it is shown."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QLabel, QVBoxLayout, QWidget

from core.base.errors import Problem
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.preview import PreviewPane

if TYPE_CHECKING:
    from ui.pages.print_centre_work import Drawn

PAUSE_MS = 250  # going down the rows with a key held draws nothing on the way


class PaperPane(QWidget):
    """考核评价表 of one person as it is stored; `show_person` again after a save."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self._row: Row | None = None
        self._asked = 0
        self.whose = theme.role(QLabel(wordWrap=True), "sub")
        self.preview = PreviewPane()
        self.preview.view.setAccessibleName("考核评价表预览")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(PAUSE_MS)
        self._timer.timeout.connect(self._draw)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(8), 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(self.whose)
        column.addWidget(self.preview, 1)
        self.setMinimumWidth(theme.px(375))

    def show_person(self, row: Row | None, *, unsaved: bool = False) -> None:
        """Draw the form of this person a moment later; `unsaved`: what is typed is not on it yet."""
        self._asked += 1
        self._row = row
        if row is None:
            self._timer.stop()
            self.whose.setText("")
            self.preview.show_words("请先选中一个人。")
            return
        note = "（未保存的内容不在上面）" if unsaved else ""
        self.whose.setText(f"{row['name']}的考核评价表{note}")
        self._timer.start()

    def _draw(self) -> None:
        from ui.pages.print_centre_work import Order, preview

        if self._row is None or not self.isVisible():
            return
        asked, order = self._asked, Order("evaluation", self.ctx.year, uids=(self._row["cadre_uid"],))
        self.ctx.tasks.run(
            "预览评价表",
            lambda store, _tell: preview(store, order),
            lambda drawn: self._take(asked, drawn),
            lambda error: self._fault(asked, error),
            owner=self,
            quiet=True,
        )

    def _take(self, asked: int, drawn: Drawn) -> None:
        if asked == self._asked:
            self.preview.show_pdf(drawn.content)

    def _fault(self, asked: int, error: Exception) -> None:
        if not isinstance(error, Problem):
            self.ctx.messages.bug(error, self)
        elif asked == self._asked:
            self.preview.show_words(str(error))
