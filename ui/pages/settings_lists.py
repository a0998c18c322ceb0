"""设置 · 选项: the lists that forms offer. A value is retired, never deleted: records that hold it keep it."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QListWidget, QListWidgetItem, QVBoxLayout

from core.base.errors import Refused
from core.base.rights import Right
from core.org.settings import add_value, list_names, reorder_values, retire_value, values
from core.setting_fields import list_label
from ui.context import Context
from ui.kit import theme
from ui.kit.perform import perform
from ui.kit.person_picker import DETAIL, UID, TwoPartDelegate
from ui.pages.settings_parts import Section, button, row_of


class ListsSection(Section):
    """Left the lists, right the values of one."""

    title = "选项"
    intro = "表单里可以选择的内容。停用的选项不再出现，已经用了它的记录不变。Alt+↑ 和 Alt+↓ 调整次序。"
    icon = "menu"
    needs = Right.SETTINGS

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.names, self.values = QListWidget(), _Values()
        self.names.setAccessibleName("选项表")
        self.values.setAccessibleName("选项")
        for box in (self.names, self.values):
            box.setItemDelegate(TwoPartDelegate(box))
        self.names.setMaximumWidth(theme.px(190))
        self.new = QLineEdit(placeholderText="新选项")
        self.new.setAccessibleName("新选项")
        self.new.returnPressed.connect(self.add)
        self.names.currentItemChanged.connect(lambda *_: self._show_values())
        self.values.move_wanted.connect(self.move)
        right = QVBoxLayout()
        right.setSpacing(theme.px(8))
        adding = QHBoxLayout()
        adding.addWidget(self.new, 1)
        adding.addWidget(button("新增", self.add, picture="add"))
        right.addLayout(adding)
        right.addWidget(self.values, 1)
        right.addLayout(
            row_of(
                button("上移", lambda: self.move(-1), picture="chevron-up"),
                button("下移", lambda: self.move(1), picture="chevron-down"),
                button("停用", self.retire, picture="void"),
                button("恢复选用", self.restore, picture="return"),
            )
        )
        both = QHBoxLayout()
        both.setSpacing(theme.px(16))
        both.addWidget(self.names, 1)
        both.addLayout(right, 3)
        self.column.addLayout(both, 1)

    def reload(self) -> None:
        """Lists and values; what was chosen stays."""
        kept = self.name()
        self.names.blockSignals(True)
        self.names.clear()
        for name in list_names(self.ctx.store):
            item = QListWidgetItem(list_label(name))
            item.setData(UID, name)
            self.names.addItem(item)
        self.names.blockSignals(False)
        self.choose(kept)

    def choose(self, name: str) -> None:
        """Show a list by its name in the ledger (the first if there is none so called)."""
        rows = [self.names.item(at).data(UID) for at in range(self.names.count())]
        self.names.setCurrentRow(rows.index(name) if name in rows else 0)
        self._show_values()

    def name(self) -> str:
        """The list in view."""
        item = self.names.currentItem()
        return str(item.data(UID)) if item is not None else ""

    def add(self) -> None:
        """Offer what is typed."""
        value = self.new.text().strip()
        label = f"{list_label(self.name())}新增“{value}”"
        if perform(self.ctx, label, add_value, self.name(), value, parent=self) is not None:
            self.new.clear()
            self.reload()
            self._select(value)

    def retire(self) -> None:
        """Offer the current value no longer."""
        value = self._value()
        if value and self._is_active():
            if len(values(self.ctx.store, self.name())) == 1:
                self.ctx.messages.problem(Refused("这是最后一个可用的选项，不能停用。", "请先新增别的选项。"), self)
                return
            label = f"{list_label(self.name())}停用“{value}”"
            if perform(self.ctx, label, retire_value, self.name(), value, parent=self) is not None:
                self.reload()
                self._select(value)

    def restore(self) -> None:
        """Offer a retired value again."""
        value = self._value()
        if value and not self._is_active():
            label = f"{list_label(self.name())}恢复选用“{value}”"
            if perform(self.ctx, label, add_value, self.name(), value, parent=self) is not None:
                self.reload()
                self._select(value)

    def move(self, by: int) -> None:
        """Put the current value one up or down."""
        at, count = self.values.currentRow(), self.values.count()
        if not 0 <= at + by < count or at < 0:
            return
        order = [str(self.values.item(row).data(UID)) for row in range(count)]
        value = order.pop(at)
        order.insert(at + by, value)
        label = f"调整{list_label(self.name())}的次序"
        if perform(self.ctx, label, reorder_values, self.name(), order, parent=self) is not None:
            self.reload()
            self._select(value)

    def _show_values(self) -> None:
        kept = self._value()
        self.values.clear()
        name = self.name()
        active = set(values(self.ctx.store, name))
        for value in values(self.ctx.store, name, retired=True):
            item = QListWidgetItem(value)
            item.setData(UID, value)
            item.setData(DETAIL, "" if value in active else "已停用")
            self.values.addItem(item)
        self._select(kept)

    def _select(self, value: str) -> None:
        for row in range(self.values.count()):
            if self.values.item(row).data(UID) == value:
                self.values.setCurrentRow(row)
                return
        if self.values.count():
            self.values.setCurrentRow(0)

    def _value(self) -> str:
        item = self.values.currentItem()
        return str(item.data(UID)) if item is not None else ""

    def _is_active(self) -> bool:
        item = self.values.currentItem()
        return item is not None and not item.data(DETAIL)


class _Values(QListWidget):
    """The values; Alt with an arrow moves the current one."""

    move_wanted = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Alt+↑, Alt+↓."""
        if event.modifiers() & Qt.KeyboardModifier.AltModifier and event.key() in (Qt.Key.Key_Up, Qt.Key.Key_Down):
            self.move_wanted.emit(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)
