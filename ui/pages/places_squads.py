"""The people of a squad beside the list, and 自动编组. 方案 五(二)3: 1 网格员, 1 下沉党员干部, 2 志愿者"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QAbstractItemView,
    QDialog,
    QFrame,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.base.clock import today
from core.base.fields import Field, Kind
from core.base.masks import masked
from core.place.queries import workers
from core.roster.people import find_people
from core.roster.volunteers import volunteer_rows
from core.store import Row
from core.team.model import ROLE, ROLE_LABEL, SQUAD_MEMBER, SquadProposal
from core.team.ops import accept_squads, add_member, remove_member
from core.team.propose import propose_squads
from core.team.queries import squad_members
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.labels import words
from ui.kit.perform import perform
from ui.kit.pickers import PersonPicker

COLUMNS = ("role", "name", "phone", "from_on")
HEADS = ("", "网格", "小分队", "网格员", "下沉党员干部", "志愿者", "缺什么")


class SquadMembers(QFrame):
    """Who is in the selected squad; add by role, take out (done at once, 撤销 in the status bar)."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        theme.role(self, "panel")
        self.ctx = ctx
        self.squad: Row | None = None
        self.rows: list[Row] = []
        self.title = theme.role(QLabel(wordWrap=True), "title")
        self.shape = QLabel(wordWrap=True)
        self.table = _table([SQUAD_MEMBER.field(key).label for key in COLUMNS], "小分队成员")
        self.adds = {code: QPushButton(f"加{label.removeprefix('下沉')}") for code, label in ROLE}
        self.take_out = QPushButton("移出")
        self._build()
        self.show_squad(None)

    def show_squad(self, squad: Row | None) -> None:
        """Show one squad; None shows how to choose."""
        self.squad = squad
        self.rows = squad_members(self.ctx.store, squad["uid"]) if squad else []
        self.title.setText(squad["name"] if squad else "选中一个小分队，这里显示它的成员。")
        warning = str(squad["warning"]) if squad else ""
        self.shape.setText(warning or ("已按1名网格员、1名党员干部、2名志愿者编齐。" if squad else ""))
        theme.role(self.shape, "warn" if warning else "sub")
        self.table.setRowCount(len(self.rows))
        for at, row in enumerate(self.rows):
            for column, key in enumerate(COLUMNS):
                text = masked(SQUAD_MEMBER.field(key), row[key])
                if key == "name" and row["unit"]:
                    text += f"（{row['unit']}）"
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(at, column, item)
        closed = squad is None or bool(squad["ended_on"])
        for button in self.adds.values():
            button.setEnabled(not closed)
        self._enable()

    def add(self, role: str) -> FormDialog | None:
        """加网格员, 加党员干部, 加志愿者."""
        if self.squad is None:
            return None
        squad, label = self.squad, ROLE_LABEL[role]
        field, editors = self._who(role)
        joined = Field("from_on", SQUAD_MEMBER.field("from_on").label, Kind.DATE, required=True)
        title = f"给{squad['name']}加{label}"
        values = {"from_on": today().isoformat()}
        dialog = FormDialog(title, [field, joined], parent=self, verb="加入", values=values, editors=editors)

        def save(given: dict[str, Any]) -> None:
            arguments = (squad["uid"], role, given["person"], given["from_on"])
            done = perform(
                self.ctx,
                title,
                add_member,
                *arguments,
                form=dialog.form,
                parent=dialog,
                done=lambda told: " ".join(told),
            )
            if done is not None:
                dialog.done_saving()

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def remove(self) -> None:
        """移出 the chosen member as of yesterday."""
        at = self.table.currentRow()
        if self.squad is not None and 0 <= at < len(self.rows):
            row = self.rows[at]
            perform(self.ctx, f"{row['name']}移出{self.squad['name']}", remove_member, row["uid"], parent=self)

    def _who(self, role: str) -> tuple[Field, dict[str, Any]]:
        """The field that asks for the person, with its own editor for a cadre."""
        label = ROLE_LABEL[role]
        if role == "CADRE":
            picker = PersonPicker(lambda text: find_people(self.ctx.store, text))
            return Field("person", label, required=True), {"person": picker}
        assert self.squad is not None  # the buttons are off without a squad
        found = workers(self.ctx.store) if role == "WORKER" else volunteer_rows(self.ctx.store)
        found.sort(key=lambda row: row["grid_uid"] != self.squad["grid_uid"])  # type: ignore[index]
        choices = tuple((row["uid"], f"{row['name']}（{'　'.join(_told(row))}）") for row in found)
        help = "" if choices else f"还没有{label}，请先在“{label}”里登记。"
        return Field("person", label, Kind.CHOICE, required=True, choices=choices or (("", ""),), help=help), {}

    def _enable(self) -> None:
        self.take_out.setEnabled(self.table.currentRow() >= 0 and bool(self.rows))

    def _build(self) -> None:
        for code, button in self.adds.items():
            button.clicked.connect(lambda _on=False, role=code: self.add(role))
        self.take_out.clicked.connect(self.remove)
        self.table.itemSelectionChanged.connect(self._enable)
        foot = QHBoxLayout()
        foot.setSpacing(theme.px(8))
        for button in (*self.adds.values(), self.take_out):
            foot.addWidget(button)
        foot.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(14), theme.px(16), theme.px(14))
        column.setSpacing(theme.px(10))
        for part in (self.title, self.shape):
            column.addWidget(part)
        column.addWidget(self.table, 1)
        column.addLayout(foot)


class ProposeDialog(QDialog):
    """自动编组: a squad for each grid that has none; untick what is not wanted, write the others in one step."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.setWindowTitle("自动编组")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.proposals: list[SquadProposal] = propose_squads(ctx.store)
        self.table = _table(HEADS, "建议的小分队")
        self.write = theme.role(QPushButton(), "primary")
        self._build()
        self._show()
        self.table.itemChanged.connect(lambda _item: self._count())

    def chosen(self) -> list[SquadProposal]:
        """Those that are ticked."""
        ticked = Qt.CheckState.Checked
        return [one for at, one in enumerate(self.proposals) if self.table.item(at, 0).checkState() == ticked]

    def accept_chosen(self) -> None:
        """Write what is ticked."""
        wanted = self.chosen()
        label = f"自动编组：{len(wanted)}个小分队"
        if wanted and perform(self.ctx, label, accept_squads, wanted, parent=self) is not None:
            self.accept()

    def _show(self) -> None:
        self.table.setRowCount(len(self.proposals))
        for at, one in enumerate(self.proposals):
            tick = QTableWidgetItem()
            tick.setFlags(Qt.ItemFlag.ItemIsUserCheckable | Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable)
            tick.setCheckState(Qt.CheckState.Checked)
            self.table.setItem(at, 0, tick)
            texts = (one.grid, one.name, one.worker, one.cadre, "、".join(one.volunteers), one.warning)
            for column, text in enumerate(texts, start=1):
                item = QTableWidgetItem(text)
                item.setToolTip(one.why if column == 4 and one.why else text)
                if column == len(texts):
                    item.setForeground(theme.color("warn"))
                self.table.setItem(at, column, item)
        self._count()

    def _count(self) -> None:
        count = len(self.chosen())
        self.write.setText(f"编成 {count} 个小分队")
        self.write.setEnabled(count > 0)

    def _build(self) -> None:
        said = "每个还没有小分队的网格编一个：网格员、本网格的党员干部（愿意的在前）、本网格的志愿者。人不齐的也可以先编，以后再补。"
        nothing = "每个网格都已有小分队，或者还没有网格员、编入的人和志愿者。"
        back = QPushButton("取消")
        back.clicked.connect(self.reject)
        self.write.clicked.connect(self.accept_chosen)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.write)
        foot.addWidget(back)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(words(said if self.proposals else nothing, "sub"))
        column.addWidget(self.table, 1)
        column.addLayout(foot)
        self.resize(theme.px(820), theme.px(480))


def _told(row: Row) -> list[str]:
    phone = masked(SQUAD_MEMBER.field("phone"), row["phone"])
    return [text for text in (str(row["grid"] or ""), phone) if text] or ["没有写网格"]


def _table(heads: Sequence[str], name: str) -> QTableWidget:
    table = QTableWidget(0, len(heads))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(list(heads))
    table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
    table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
    table.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
    table.setShowGrid(False)
    table.setAlternatingRowColors(True)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(theme.row_height())
    head = table.horizontalHeader()
    head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    head.setStretchLastSection(True)
    theme.role(table, "list")
    return table
