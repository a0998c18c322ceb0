"""通讯录: one search over units, branches and communities; a click copies a number, a button the whole list.

Numbers are masked; who shows or copies one is written down.
"""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QLineEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.org.model import CONTACT
from core.org.ops import add_contact, remove_contact, update_contact
from core.org.queries import contact_rows
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.clip import to_clipboard
from ui.kit.columns import Column, field_text
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.pages.roster_dialogs import BranchEdit
from ui.pages.roster_rows import lists_of, place_field

SHOWN = ("unit", "branch", "community", "role", "name", "phone", "office")
PHONE = SHOWN.index("phone")
TABLES = frozenset({"contact", "unit", "branch", "community"})


class ContactsDialog(QDialog):
    """Stays open beside the work: numbers are looked up while something else is done."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("通讯录")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ctx = ctx
        self.rows: list[Row] = []
        self.search = QLineEdit(placeholderText="单位、支部、社区、姓名、身份、电话，或拼音首字母")
        self.search.setAccessibleName("查找联系人")
        self.search.setClearButtonEnabled(True)
        self.table = QTableWidget(0, len(SHOWN))
        self.said = theme.role(QLabel("点一下电话就显示并复制这个号码，会记下是谁看的。", wordWrap=True), "sub")
        self._timer = QTimer(self, singleShot=True, interval=150)
        self._timer.timeout.connect(self.look)
        self.search.textChanged.connect(self._timer.start)
        self.search.returnPressed.connect(self.look)
        self._build()
        ctx.refresher.watch(self, TABLES, lambda _tables: self.look())
        ctx.revealed.changed.connect(self.look)
        self.look()

    def look(self) -> None:
        """Find and show."""
        self._timer.stop()
        kept = self.current()
        self.rows = contact_rows(self.ctx.store, self.search.text())
        self.table.setRowCount(len(self.rows))
        for at, row in enumerate(self.rows):
            for column, key in enumerate(SHOWN):
                text = field_text(CONTACT.field(key), row[key], bare=self.ctx.revealed.holds(CONTACT.table, row["uid"]))
                item = QTableWidgetItem(text)
                item.setToolTip("显示并复制这个号码" if column == PHONE and row[key] else text)
                if column == PHONE:
                    item.setForeground(theme.color("accent_text"))
                    item.setFont(theme.digits(self.font()))
                self.table.setItem(at, column, item)
        uids = [row["uid"] for row in self.rows]
        if kept and kept["uid"] in uids:
            self.table.selectRow(uids.index(kept["uid"]))
        else:  # Qt would leave the line selected, and another entry stands there now
            self.table.setCurrentItem(None)
        words = (
            "没有找到，请换个词再查，或新增联系人。" if self.search.text().strip() else "通讯录还是空的，请新增联系人。"
        )
        self.empty.setText(words)
        self.empty.setVisible(not self.rows)
        self._enable()

    def current(self) -> Row | None:
        """The chosen entry."""
        at = self.table.currentRow()
        return self.rows[at] if 0 <= at < len(self.rows) else None

    def copy_number(self, at: int) -> None:
        """Put the number of a line on the clipboard."""
        row = self.rows[at]
        if row["phone"] and self.ctx.revealed.ask(CONTACT.table, row["uid"], ["phone"]):
            QGuiApplication.clipboard().setText(row["phone"])
            self.said.setText(f"已复制{row['name']}的电话 {row['phone']}。")

    def copy_list(self) -> None:
        """Everything shown, as a table for Excel or a message."""
        if not self._noted():
            return
        columns = [Column(key, CONTACT.field(key).label) for key in SHOWN]
        count = to_clipboard(columns, ([str(row[key]) for key in SHOWN] for row in self.rows))
        self.said.setText(f"已复制 {count} 位联系人，可以粘贴到 Excel 或消息里。")

    def copy_numbers(self) -> None:
        """All numbers shown, one a line (for a group message)."""
        if not self._noted():
            return
        numbers = list(dict.fromkeys(row["phone"] for row in self.rows if row["phone"]))
        QGuiApplication.clipboard().setText("\n".join(numbers))
        self.said.setText(f"已复制 {len(numbers)} 个号码。")

    def _noted(self) -> bool:
        """Those whose numbers are copied are written down."""
        uids = [row["uid"] for row in self.rows if row["phone"]]
        return self.ctx.revealed.note(CONTACT.table, uids, ["phone"])

    def write(self, row: Row | None = None) -> FormDialog | None:
        """Add an entry, or change one (its form shows the number: that is written down)."""
        if row and row["phone"] and not self.ctx.revealed.ask(CONTACT.table, row["uid"], ["phone"]):
            return None
        branch = BranchEdit(self.ctx.store)
        title = f"修改联系人{row['name']}" if row else "新增联系人"
        dialog = FormDialog(
            title,
            [place_field(one) for one in CONTACT.fields],
            lists_of(self.ctx.store),
            self,
            intro="联系人至少属于一个单位、支部或社区。",
            values=row or {},
            editors={"branch": branch},
        )
        unit = dialog.form.editor("unit")
        branch.follow(unit.value())
        unit.currentTextChanged.connect(lambda text: branch.follow(text.strip()))

        def save(values: dict[str, Any]) -> None:
            arguments = (update_contact, row["uid"], values) if row else (add_contact, values)
            label = title if row else f"新增联系人{values['name']}"
            if perform(self.ctx, label, *arguments, form=dialog.form, parent=dialog) is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def remove(self) -> None:
        """Take the chosen entry out (undo brings it back)."""
        if row := self.current():
            perform(self.ctx, f"移除联系人{row['name']}", remove_contact, row["uid"], parent=self)

    def _enable(self) -> None:
        for button in (self._edit, self._remove):
            button.setEnabled(self.current() is not None)
        for button in self._copies:
            button.setEnabled(bool(self.rows))

    def _clicked(self, at: int, column: int) -> None:
        if column == PHONE:
            self.copy_number(at)

    def _edit_current(self) -> None:
        if row := self.current():
            self.write(row)

    def _build(self) -> None:
        table = self.table
        table.setAccessibleName("联系人")
        table.setHorizontalHeaderLabels([CONTACT.field(key).label for key in SHOWN])
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.row_height())
        table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
        table.horizontalHeader().setStretchLastSection(True)
        for column, key in enumerate(SHOWN):
            table.setColumnWidth(column, theme.px(CONTACT.field(key).width * 7 + 16))
        theme.role(table, "list")
        table.setTabKeyNavigation(False)
        table.cellClicked.connect(self._clicked)
        table.cellDoubleClicked.connect(lambda _row, column: column != PHONE and self._edit_current())
        table.itemSelectionChanged.connect(self._enable)
        self.empty = theme.role(QLabel(wordWrap=True, alignment=Qt.AlignmentFlag.AlignCenter), "sub")
        add = theme.role(QPushButton("新增"), "primary")
        self._edit, self._remove = QPushButton("修改"), QPushButton("移除")
        self._copies = [QPushButton("复制列表"), QPushButton("复制全部号码")]
        runs = (self.write, self._edit_current, self.remove, self.copy_list, self.copy_numbers)
        head, foot = QHBoxLayout(), QHBoxLayout()
        head.addWidget(self.search, 1)
        for button, run in zip((add, self._edit, self._remove, *self._copies), runs, strict=True):
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, act=run: act())
        for button in (add, self._edit, self._remove):
            head.addWidget(button)
        foot.addWidget(self.said, 1)
        for button in self._copies:
            foot.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(table, 1)
        column.addWidget(self.empty)
        column.addLayout(foot)
        self.resize(theme.px(860), theme.px(520))
