"""报送事项 of the year: what units or branches must send, and by when."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPushButton, QTableWidgetItem, QVBoxLayout, QWidget

from core.base.dates import format_date
from core.store import Row
from core.submission.model import LEVEL_LABEL, TASK
from core.submission.ops import prepare_year, remove_task, save_task
from core.submission.queries import task_rows
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.pages.settings_parts import button, plain_table, row_of

ASKED = ("name", "level", "due_on", "note")


class TasksDialog(QDialog):
    """The list, and what can be done with a line."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self._rows: list[Row] = []
        self.setWindowTitle("报送事项")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        heads = [TASK.field(key).label for key in ("name", "level", "due_on")]
        self.table = plain_table("报送事项", [*heads, "已报"])
        self.table.cellActivated.connect(lambda *_: self.edit())
        intro = "每年要各单位或支部报送什么、什么时候截止。已经收到报送的事项不能删除。"
        done = QPushButton("关闭")
        done.setAutoDefault(False)
        done.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(done)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(theme.role(QLabel(intro, wordWrap=True), "sub"))
        column.addWidget(self.table, 1)
        column.addLayout(
            row_of(
                button("新增", self.add, picture="add"),
                button("修改", self.edit, picture="edit"),
                button("删除", self.remove, picture="trash"),
                button("补齐方案规定的事项", self.prepare, picture="calendar"),
            )
        )
        column.addLayout(foot)
        self.resize(theme.px(640), theme.px(440))
        self.reload()
        ctx.refresher.watch(self, frozenset({"submission_task", "submission"}), lambda _tables: self.reload())

    def reload(self) -> None:
        """Read again."""
        self._rows = task_rows(self.ctx.store, self.ctx.year)
        kept = self.table.currentRow()
        self.table.setRowCount(len(self._rows))
        for at, row in enumerate(self._rows):
            cells = (
                row["name"], LEVEL_LABEL[row["level"]], format_date(row["due_on"]), f"{row['sent']}/{row['due']}",
            )  # fmt: skip
            for column, text in enumerate(cells):
                self.table.setItem(at, column, QTableWidgetItem(text))
        self.table.setCurrentCell(min(max(kept, 0), len(self._rows) - 1), 0)

    def add(self) -> FormDialog:
        """A new matter."""
        return self._ask(f"新增{self.ctx.year}年报送事项", None, {"level": "BRANCH"})

    def edit(self) -> FormDialog | None:
        """Change the current one."""
        row = self._current()
        return self._ask(f"修改报送事项{row['name']}", row["uid"], row) if row is not None else None

    def remove(self) -> None:
        """Take the current one out."""
        if (row := self._current()) is not None:
            perform(self.ctx, f"删除报送事项{row['name']}", remove_task, row["uid"], parent=self)

    def prepare(self) -> None:
        """What the policy's calendar asks for and is not there yet."""
        year = self.ctx.year
        perform(self.ctx, f"按方案建立{year}年报送事项", prepare_year, year, parent=self)

    def _current(self) -> Row | None:
        at = self.table.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    def _ask(self, title: str, uid: str | None, values: Any) -> FormDialog:
        dialog = FormDialog(title, [TASK.field(key) for key in ASKED], parent=self, values=values)

        def write(given: dict[str, Any]) -> None:
            asked = {**given, "year": self.ctx.year}
            if perform(self.ctx, title, save_task, uid, asked, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog
