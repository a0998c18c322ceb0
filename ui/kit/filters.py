"""The filter row over a list: a search line, conditions as chips, and sets of them kept as 常用筛选.

`changed(filter)` tells {"search": "…", "where": [["unit", "=", "会计学院"], …]}; values are in stored form.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QPoint, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QInputDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.base.fields import Field
from ui.kit import icons, theme
from ui.kit.columns import field_text
from ui.kit.drafts import Local
from ui.kit.editors import Lists, make_editor
from ui.kit.flow import FlowLayout
from ui.kit.form import no_lists

OPERATORS = {"=": "是", "!=": "不是", "~": "包含", ">=": "不小于", "<=": "不大于", "blank": "没有填", "filled": "填了"}
VALUELESS = ("blank", "filled")
SEARCH_PAUSE_MS = 200
Condition = tuple[str, str, Any]  # field key, operator, stored value


class FilterBar(QWidget):
    """Search line, chips, '＋ 条件', 常用筛选; `add_widget` puts more at the right."""

    changed = Signal(object)

    def __init__(
        self,
        fields: Sequence[Field],
        lists: Lists = no_lists,
        name: str = "",
        local: Local | None = None,
        *,
        operators: Sequence[str] = ("=",),
        search_hint: str = "工号、姓名、拼音首字母",
        parent: QWidget | None = None,
    ) -> None:
        """`operators`: those the page's query understands."""
        super().__init__(parent)
        self._fields = {field.key: field for field in fields}
        self._lists = lists
        self._key = f"filters.{name}" if name and local is not None else ""
        self._local = local
        self._operators = tuple(operators)
        self._where: list[Condition] = []
        self._chips: list[QWidget] = []
        self._timer = QTimer(self, singleShot=True, interval=SEARCH_PAUSE_MS)
        self._timer.timeout.connect(self._tell)
        self._build(search_hint)

    # -- what the page asks

    def value(self) -> dict[str, Any]:
        """The filter in force."""
        return {"search": self.search.text().strip(), "where": [list(one) for one in self._where]}

    def set_value(self, value: Mapping[str, Any], tell: bool = True) -> None:
        """Put a filter in force (from another page, or a kept one); unknown fields are left out."""
        self._timer.stop()
        self.search.setText(str(value.get("search", "")))
        where = [tuple(one) for one in value.get("where", [])]
        self._where = [one for one in where if len(one) == 3 and one[0] in self._fields]  # type: ignore[misc]
        self._show_chips()
        if tell:
            self._tell()

    def clear(self) -> None:
        """Show everything."""
        self.set_value({})

    def add(self, key: str, operator: str, value: Any) -> None:
        """Add a condition; one on the same field with the same operator is replaced."""
        kept = [one for one in self._where if one[:2] != (key, operator)]
        self._where = [*kept, (key, operator, value)]
        self._show_chips()
        self._tell()

    def remove(self, key: str, operator: str) -> None:
        """Take a condition away."""
        self._where = [one for one in self._where if one[:2] != (key, operator)]
        self._show_chips()
        self._tell()

    def add_widget(self, widget: QWidget) -> None:
        """Put a widget of the page at the right end."""
        self._right.addWidget(widget)

    def words(self) -> str:
        """The filter in words, for the foot of a print: '单位是会计学院，查找“张”'."""
        parts = [self._chip_words(one) for one in self._where]
        if self.search.text().strip():
            parts.append(f"查找“{self.search.text().strip()}”")
        return "，".join(part.replace("：", "是", 1) for part in parts)

    def open_condition(self) -> ConditionBox:
        """Open the small box for a new condition."""
        box = ConditionBox(list(self._fields.values()), self._lists, self._operators, self)
        box.made.connect(self.add)
        box.adjustSize()
        box.move(self.more.mapToGlobal(QPoint(0, self.more.height() + 4)))
        box.show()
        box.field_box.setFocus()
        return box

    # -- kept filters

    def kept(self) -> dict[str, dict[str, Any]]:
        """常用筛选 by name."""
        return dict(self._local.get(self._key) or {}) if self._local is not None and self._key else {}

    def keep(self, name: str) -> None:
        """Keep the filter in force under a name."""
        if self._local is not None and self._key and name.strip():
            self._local.put(self._key, {**self.kept(), name.strip(): self.value()})

    def forget(self, name: str) -> None:
        """Drop a kept filter."""
        if self._local is not None and self._key:
            self._local.put(self._key, {key: value for key, value in self.kept().items() if key != name})

    def kept_menu(self) -> QMenu:
        """Kept filters to choose, to add to and to drop."""
        menu = QMenu(self)
        kept = self.kept()
        for name, value in kept.items():
            menu.addAction(name, lambda value=value: self.set_value(value))
        if kept:
            menu.addSeparator()
        keep = menu.addAction("把当前筛选存为常用…", self._ask_name)
        keep.setEnabled(bool(self._where or self.search.text().strip()))
        if kept:
            drop = menu.addMenu("删除")
            for name in kept:
                drop.addAction(name, lambda name=name: self.forget(name))
        return menu

    # -- inside

    def _build(self, hint: str) -> None:
        self.search = QLineEdit(placeholderText=hint)
        self.search.setAccessibleName("查找")
        self.search.setClearButtonEnabled(True)
        self.search.addAction(QAction(icons.icon("search", "sub"), "", self), QLineEdit.ActionPosition.LeadingPosition)
        self.search.setMinimumWidth(theme.px(250))
        # not Expanding, as line edits are: it would take a whole line of the flow
        self.search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.search.textChanged.connect(lambda: self._timer.start())
        self.search.returnPressed.connect(self._tell)
        self.more = QPushButton(icons.icon("add", "sub", 16), "条件")
        self.more.clicked.connect(self.open_condition)
        self.saved = QPushButton(icons.icon("star", "sub", 16), "常用筛选")
        self.saved.clicked.connect(
            lambda: self.kept_menu().popup(self.saved.mapToGlobal(QPoint(0, self.saved.height() + 2)))
        )
        for button, useful in ((self.more, self._fields), (self.saved, self._key)):
            if not useful:  # never setVisible(True) before it has a parent: it would flash a window of its own
                button.hide()
        for button in (self.more, self.saved):
            theme.role(button, "quiet")
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
            button.setAutoDefault(False)
        self._flow_host = QWidget()
        self._flow = FlowLayout(self._flow_host, spacing=theme.px(6))
        policy = QSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        policy.setHeightForWidth(True)
        self._flow_host.setSizePolicy(policy)
        for widget in (self.search, self.more, self.saved):
            self._flow.addWidget(widget)
        self._right = QHBoxLayout()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(self._flow_host, 1)
        row.addLayout(self._right)

    def _show_chips(self) -> None:
        for chip in self._chips:
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self._chips = []
        for at, condition in enumerate(self._where):
            chip = FilterChip(self._chip_words(condition))
            chip.closed.connect(lambda key=condition[0], operator=condition[1]: self.remove(key, operator))
            self._flow.insert_widget(at + 1, chip)
            chip.show()
            self._chips.append(chip)

    def _chip_words(self, condition: Condition) -> str:
        key, operator, value = condition
        field = self._fields[key]
        if operator in VALUELESS:
            return f"{field.label}{OPERATORS[operator]}"
        shown = field_text(field, value, bare=True) or "空"
        return f"{field.label}：{shown}" if operator == "=" else f"{field.label}{OPERATORS[operator]}{shown}"

    def _ask_name(self) -> None:
        dialog = QInputDialog(self)
        dialog.setWindowTitle("常用筛选")
        dialog.setLabelText("给这组条件起个名字：")
        dialog.setTextValue(self.words()[:20])
        dialog.setOkButtonText("保存")
        dialog.setCancelButtonText("取消")
        dialog.textValueSelected.connect(self.keep)
        dialog.open()

    def _tell(self) -> None:
        self._timer.stop()
        self.changed.emit(self.value())


class FilterChip(QFrame):
    """A condition in words, with a cross that takes it away."""

    closed = Signal()

    def __init__(self, words: str) -> None:
        super().__init__()
        theme.role(self, "chipbox")
        cross = QToolButton()
        cross.setIcon(icons.icon("close", "sub", 12))
        cross.setIconSize(QSize(theme.px(12), theme.px(12)))
        cross.setAccessibleName(f"去掉条件：{words}")
        cross.setToolTip("去掉这个条件")
        cross.clicked.connect(lambda: self.closed.emit())
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(8), 0, theme.px(2), 0)
        row.setSpacing(0)
        row.addWidget(theme.role(QLabel(words), "info"))
        row.addWidget(cross)


class ConditionBox(QFrame):
    """Field, operator, value; Enter adds the condition."""

    made = Signal(str, str, object)

    def __init__(self, fields: Sequence[Field], lists: Lists, operators: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        theme.role(self, "card")
        self._fields, self._lists = list(fields), lists
        self.field_box, self.operator_box = QComboBox(), QComboBox()
        self.field_box.setAccessibleName("哪一项")
        self.operator_box.setAccessibleName("怎样")
        self.field_box.addItems([field.label for field in fields])
        for operator in operators:
            self.operator_box.addItem(OPERATORS[operator], operator)
        if len(operators) < 2:
            self.operator_box.hide()
        self.wrong = theme.role(QLabel(wordWrap=True), "bad")
        self.wrong.hide()
        add = theme.role(QPushButton("添加"), "primary")
        add.clicked.connect(self.finish)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.addWidget(self.field_box, 0, 0)
        self._grid.addWidget(self.operator_box, 0, 1)
        self._grid.addWidget(add, 0, 3)
        self._grid.setColumnMinimumWidth(2, theme.px(220))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(10), theme.px(10), theme.px(10), theme.px(10))
        column.addLayout(self._grid)
        column.addWidget(self.wrong)
        self.value_edit: Any = None
        self.field_box.currentIndexChanged.connect(self._take_field)
        self.operator_box.currentIndexChanged.connect(self._take_operator)
        self._take_field()

    def finish(self) -> None:
        """Tell the condition, and close."""
        field, operator = self._fields[self.field_box.currentIndex()], str(self.operator_box.currentData())
        if hasattr(self.value_edit, "complete"):
            self.value_edit.complete()
        if sentence := self.value_edit.problem():
            self.wrong.setText(sentence)
            self.wrong.show()
            return
        value = "" if operator in VALUELESS else self.value_edit.value()
        self.made.emit(field.key, operator, value)
        self.close()

    def keyPressEvent(self, event: Any) -> None:
        """Enter adds, Esc closes."""
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.finish()
        else:
            super().keyPressEvent(event)

    def _take_field(self) -> None:
        if self.value_edit is not None:
            self._grid.removeWidget(self.value_edit)
            self.value_edit.deleteLater()
        field = self._fields[self.field_box.currentIndex()]
        self.value_edit = make_editor(field, self._lists)
        self.value_edit.setEnabled(True)
        self._grid.addWidget(self.value_edit, 0, 2)
        self._take_operator()

    def _take_operator(self) -> None:
        self.value_edit.setEnabled(self.operator_box.currentData() not in VALUELESS)
