"""积分: the switch, the rules and the stars; nothing of it shows anywhere while it is off. 方案 七(四)2"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog, QHBoxLayout, QPushButton, QTableWidget, QTableWidgetItem, QVBoxLayout, QWidget

from core.org.settings import values as offered
from core.points.entities import POINT_RULES, STAR_LEVELS
from core.points.model import SCOPE
from core.points.ops import switch
from core.points.queries import points_on
from core.sheet.plain import PlainEntity
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.labels import words
from ui.kit.perform import perform
from ui.pages.settings_parts import button, heading, plain_table, row_of


class PointsDialog(QDialog):
    """Switched off by default; rules and stars stay when it is switched off again."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.setWindowTitle("积分和星级")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.switch = button("", self.turn, picture="star")
        self.rules, self.stars = _Part(self, POINT_RULES), _Part(self, STAR_LEVELS)
        close = QPushButton("关闭")
        close.setAutoDefault(False)
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(8))
        column.addWidget(words(SCOPE, "sub"))
        column.addLayout(row_of(self.switch))
        column.addWidget(self.rules, 2)
        column.addWidget(self.stars, 2)
        column.addLayout(foot)
        self.resize(theme.px(720), theme.px(620))
        self.reload()
        tables = frozenset({"setting", "point_rule", "star_level"})
        ctx.refresher.watch(self, tables, lambda _tables: self.reload())

    def reload(self) -> None:
        """Read again; what is off is not shown."""
        on = points_on(self.ctx.store)
        self.switch.setText("停用积分" if on else "启用积分")
        for part in (self.rules, self.stars):
            part.setVisible(on)
            part.reload()

    def turn(self) -> None:
        """On or off."""
        on = not points_on(self.ctx.store)
        perform(self.ctx, "启用积分" if on else "停用积分", switch, on, parent=self)
        self.reload()


class _Part(QWidget):
    """The list of one entity and what can be done with a line."""

    def __init__(self, owner: PointsDialog, entity: PlainEntity) -> None:
        super().__init__()
        self.ctx, self.entity = owner.ctx, entity
        self.fields = [one for one in entity.spec.fields if one.shown]
        self.rows: list[Row] = []
        self.table: QTableWidget = plain_table(entity.spec.label, [one.label for one in self.fields])
        self.table.cellActivated.connect(lambda *_: self.edit())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(heading(entity.spec.label))
        column.addWidget(self.table, 1)
        column.addLayout(
            row_of(
                button("新增", self.add, picture="add"),
                button("修改", self.edit, picture="edit"),
                button("删除", self.remove, picture="trash"),
            )
        )

    def reload(self) -> None:
        """Read again."""
        self.rows = self.entity.rows(self.ctx.store)
        self.table.setRowCount(len(self.rows))
        for at, row in enumerate(self.rows):
            for column, one in enumerate(self.fields):
                value = row[one.key]
                text = f"{value:.10g}" if isinstance(value, float) else one.text(value)
                self.table.setItem(at, column, QTableWidgetItem(text))

    def add(self) -> FormDialog:
        """A new line."""
        return self._ask(None, {"active": 1, "measure": "HOURS"})

    def edit(self) -> FormDialog | None:
        """Change the current line."""
        row = self._current()
        return None if row is None else self._ask(row["uid"], row)

    def remove(self) -> None:
        """Take the current line out."""
        row = self._current()
        if row is not None and self.entity.remove is not None:
            perform(self.ctx, f"删除{self.entity.spec.label}{row['name']}", self.entity.remove, row["uid"], parent=self)
            self.reload()

    def _current(self) -> Row | None:
        at = self.table.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def _ask(self, uid: str | None, values: dict[str, Any]) -> FormDialog:
        title = f"{'新增' if uid is None else '修改'}{self.entity.spec.label}"
        texts = {one.key: values[one.key] for one in self.fields if one.key in values}
        shown = {key: f"{value:.10g}" if isinstance(value, float) else value for key, value in texts.items()}
        dialog = FormDialog(
            title, self.fields, lambda name: offered(self.ctx.store, name), parent=self.window(), values=shown
        )

        def write(given: dict[str, Any]) -> None:
            if perform(self.ctx, title, self.entity.save, uid, given, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()
                self.reload()

        dialog.accepted_values.connect(write)
        dialog.open()
        return dialog
