"""Maintenance of units and branches: add, rename, order, close and open again."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.org.model import BRANCH, UNIT
from core.org.ops import (
    add_branch,
    add_unit,
    archive_branch,
    archive_unit,
    restore_branch,
    restore_unit,
    update_branch,
    update_unit,
)
from core.org.queries import BranchNode, UnitNode, unit_tree
from core.store import Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.form import no_lists
from ui.kit.perform import perform

UID = int(Qt.ItemDataRole.UserRole)
KIND, NAME, CLOSED = UID + 1, UID + 2, UID + 3
TABLES = frozenset({"unit", "branch", "cadre"})
UNIT_FIELDS = [UNIT.field(key) for key in ("name", "short_name", "default_status", "note")]
BRANCH_FIELDS = [BRANCH.field(key) for key in ("name", "note")]


class UnitsDialog(QDialog):
    """The tree at the left, what can be done with the chosen line at the right."""

    def __init__(self, ctx: Context, at: tuple[str, str], parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("管理单位与支部")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ctx = ctx
        self.tree = QTreeWidget()
        self.tree.setAccessibleName("单位与支部")
        self.tree.setHeaderLabels(["名称", "人数"])
        theme.role(self.tree, "list")
        self.tree.setUniformRowHeights(True)
        head = self.tree.header()
        head.setStretchLastSection(False)
        head.setSectionResizeMode(0, head.ResizeMode.Stretch)
        head.setSectionResizeMode(1, head.ResizeMode.ResizeToContents)
        self.hint = theme.role(QLabel(wordWrap=True), "sub")
        self.buttons: dict[str, QPushButton] = {}
        self._build()
        self.tree.currentItemChanged.connect(lambda *_: self._enable())
        self.tree.itemDoubleClicked.connect(lambda *_: self.edit())
        ctx.refresher.watch(self, TABLES, lambda _tables: self.show_tree())
        self.show_tree(at)

    def show_tree(self, at: tuple[str, str] | None = None) -> None:
        """Read again; the chosen line stays."""
        kept = at or self.current()
        opened = {item.data(0, UID) for item in self._items() if item.isExpanded()}
        self.tree.clear()
        for unit in unit_tree(self.ctx.store, archived=True):
            item = self._line(self.tree.invisibleRootItem(), "unit", unit, unit.people)
            for branch in unit.branches:
                self._branch(item, branch)
            item.setExpanded(unit.uid in opened)
        for item in self._items():
            if (item.data(0, KIND), item.data(0, UID)) == kept:
                self.tree.setCurrentItem(item)
        if self.tree.currentItem() is None and at is not None:  # what was closed or taken back leaves nobody chosen
            self.tree.setCurrentItem(self.tree.topLevelItem(0))
        self._enable()

    def current(self) -> tuple[str, str]:
        """(kind, uid) of the chosen line."""
        item = self.tree.currentItem()
        return (str(item.data(0, KIND)), str(item.data(0, UID))) if item is not None else ("", "")

    def choose(self, uid: str) -> None:
        """Make a line current."""
        for item in self._items():
            if item.data(0, UID) == uid:
                self.tree.setCurrentItem(item)

    def add_unit(self) -> FormDialog:
        """新增单位."""
        dialog = FormDialog("新增单位", UNIT_FIELDS, no_lists, self, verb="新增")
        self._write(dialog, lambda values: (f"新增单位{values['name']}", add_unit, values))
        return dialog

    def add_branch(self) -> FormDialog | None:
        """新增支部 in the chosen unit (under the chosen branch, if one is chosen)."""
        item = self.tree.currentItem()
        if item is None:
            return None
        above = item if item.data(0, KIND) == "branch" else None
        while item.parent() is not None:
            item = item.parent()
        place: dict[str, Any] = {"unit_uid": item.data(0, UID)}
        where = str(item.data(0, NAME))
        if above is not None:
            place["parent_uid"] = above.data(0, UID)
            where += f"的{above.data(0, NAME)}之下"
        dialog = FormDialog("新增支部", BRANCH_FIELDS, no_lists, self, verb="新增", intro=f"在{where}")
        self._write(dialog, lambda values: (f"新增支部{values['name']}", add_branch, {**values, **place}))
        return dialog

    def edit(self) -> FormDialog | None:
        """修改 name and what belongs to it; people and records follow the new name."""
        kind, uid = self.current()
        if not uid:
            return None
        fields, op = (UNIT_FIELDS, update_unit) if kind == "unit" else (BRANCH_FIELDS, update_branch)
        row = self.ctx.store.one(f"SELECT * FROM {kind} WHERE uid = ?", (uid,)) or {}
        dialog = FormDialog(f"修改{row['name']}", fields, no_lists, self, values=row)
        self._write(dialog, lambda values: (f"修改{row['name']}", op, uid, values))
        return dialog

    def shift(self, by: int) -> None:
        """上移, 下移 among those beside it."""
        item = self.tree.currentItem()
        if item is None:
            return
        above = item.parent() or self.tree.invisibleRootItem()
        beside = [above.child(at) for at in range(above.childCount())]
        at = beside.index(item)
        if 0 <= at + by < len(beside):
            beside[at], beside[at + by] = beside[at + by], beside[at]
            kind, label = str(item.data(0, KIND)), f"调整{item.data(0, NAME)}的次序"
            perform(self.ctx, label, _reorder, kind, [one.data(0, UID) for one in beside], parent=self)

    def close_or_open(self) -> None:
        """停用 (refused while people belong to it) or 恢复."""
        item = self.tree.currentItem()
        if item is None:
            return
        kind, closed, name = item.data(0, KIND), bool(item.data(0, CLOSED)), item.data(0, NAME)
        ops = {"unit": (archive_unit, restore_unit), "branch": (archive_branch, restore_branch)}[kind]
        verb = "恢复" if closed else "停用"
        perform(self.ctx, f"{verb}{name}", ops[closed], item.data(0, UID), parent=self)

    # -- inside

    def _write(self, dialog: FormDialog, plan: Any) -> None:
        def write(values: dict[str, Any]) -> None:
            label, op, *arguments = plan(values)
            done = perform(self.ctx, label, op, *arguments, form=dialog.form, parent=dialog)
            if done is not None:
                dialog.done_saving()
                self.ctx.refresher.flush()
                if isinstance(done.value, str):
                    self.choose(done.value)

        dialog.accepted_values.connect(write)
        dialog.open()

    def _line(self, parent: QTreeWidgetItem, kind: str, node: UnitNode | BranchNode, people: int) -> QTreeWidgetItem:
        words = f"{node.name}（已停用）" if node.archived_on else node.name
        item = QTreeWidgetItem(parent, [words, f"{people:,} "])
        for role, value in ((UID, node.uid), (KIND, kind), (NAME, node.name), (CLOSED, node.archived_on)):
            item.setData(0, role, value)
        item.setTextAlignment(1, Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        item.setSizeHint(0, QSize(0, theme.px(28)))
        item.setForeground(1, theme.color("sub"))
        if node.archived_on:
            item.setForeground(0, theme.color("sub"))
        return item

    def _branch(self, parent: QTreeWidgetItem, branch: BranchNode) -> None:
        item = self._line(parent, "branch", branch, branch.people)
        for child in branch.children:
            self._branch(item, child)
        item.setExpanded(True)

    def _items(self) -> Sequence[QTreeWidgetItem]:
        return self.tree.findItems("", Qt.MatchFlag.MatchContains | Qt.MatchFlag.MatchRecursive)

    def _enable(self) -> None:
        item = self.tree.currentItem()
        for key in ("branch", "edit", "up", "down", "close"):
            self.buttons[key].setEnabled(item is not None)
        closed = item is not None and bool(item.data(0, CLOSED))
        self.buttons["close"].setText("恢复" if closed else "停用")
        self.hint.setText(
            "停用以后不再出现在名册和各种选项里，以前的记录都保留。还有人的单位或支部不能停用，要先把人调走。"
        )

    def _build(self) -> None:
        side = QVBoxLayout()
        side.setSpacing(theme.px(8))
        for key, text, run in (
            ("unit", "新增单位", self.add_unit),
            ("branch", "新增支部", self.add_branch),
            ("edit", "修改…", self.edit),
            ("up", "上移", lambda: self.shift(-1)),
            ("down", "下移", lambda: self.shift(1)),
            ("close", "停用", self.close_or_open),
        ):
            button = self.buttons[key] = QPushButton(text)
            button.setAutoDefault(False)
            button.clicked.connect(lambda _on=False, act=run: act())
            side.addWidget(button)
        self.buttons["up"].setShortcut("Alt+Up")
        self.buttons["down"].setShortcut("Alt+Down")
        side.addStretch(1)
        close = theme.role(QPushButton("关闭"), "primary")
        close.clicked.connect(self.accept)
        side.addWidget(close)
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self.tree, 1)
        row.addLayout(side)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addLayout(row, 1)
        column.addWidget(self.hint)
        self.resize(theme.px(560), theme.px(560))


def _reorder(tx: Tx, kind: str, uids: Sequence[str]) -> None:
    op = update_unit if kind == "unit" else update_branch
    for position, uid in enumerate(uids, start=1):
        op(tx, uid, {"position": position})
