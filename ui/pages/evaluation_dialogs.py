"""What is asked beside the grid: the way of the forms, an exemption, the long texts, the second keying."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QDialog, QHBoxLayout, QLabel, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.fields import Field, Kind
from core.evaluation.keying import Compared, key_second
from core.evaluation.model import EVALUATION, WAY, WAY_LABEL, named
from core.evaluation.ops import exempt, mark_way, proposals, save_evaluation, take_back_way
from core.evaluation.rules import evaluation_faults, offered
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.perform import perform
from ui.pages.evaluation_grid import CurrentPerson, EvaluationGrid
from ui.pages.evaluation_model import GridColumn, GridModel

TEXTS = ("main_work", "self_summary", "next_plan", "note")
SECOND = "draft.evaluation.second"


def ask_way(ctx: Context, parent: QWidget, uids: Sequence[str], whose: str) -> FormDialog:
    """标记 of the forms of some people: printed, given out, come back, on a day."""
    fields = (
        Field("step", "评价表", Kind.CHOICE, required=True, choices=WAY, width=10),
        Field("on", "日期", Kind.DATE, width=12),
        Field("back", "取消这个标记", Kind.BOOL),
    )
    values = {"step": "out", "on": today().isoformat(), "back": False}
    dialog = FormDialog("标记评价表", fields, parent=parent, verb="标记", intro=f"{whose}的评价表。", values=values)

    def write(given: dict[str, Any]) -> None:
        rest = () if given["back"] else (str(given["on"] or ""),)
        op = take_back_way if given["back"] else mark_way

        def label(changed: int) -> str:
            return f"{'取消' if given['back'] else ''}标记{changed}人的评价表{WAY_LABEL[given['step']]}"

        if perform(ctx, label, op, uids, ctx.year, given["step"], *rest, form=dialog.form, parent=dialog):
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def ask_exempt(ctx: Context, parent: QWidget, row: Row) -> FormDialog:
    """免考 of one person; an empty reason lifts it."""
    keys = ("exempt_reason", "exempt_by", "exempt_on")
    intro = f"{named(row['name'], row['staff_no'])}不纳入{ctx.year}年度考核。原因清空就是取消免考。"
    dialog = FormDialog(
        "免考",
        [EVALUATION.field(key) for key in keys],
        lambda name: offered(ctx.store, name),
        parent,
        intro=intro,
        values={key: row[key] for key in keys},
    )

    def write(given: dict[str, Any]) -> None:
        said = [str(given[key] or "") for key in keys]
        label = f"{'免考' if said[0] else '取消免考'}：{row['name']}"
        if perform(ctx, label, exempt, [row["cadre_uid"]], ctx.year, *said, form=dialog.form, parent=dialog):
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


def ask_texts(ctx: Context, parent: QWidget, row: Row, *, unit_review: bool) -> FormDialog:
    """The long texts of one form; 主要服务情况 begins with what the log says where nothing stands yet."""
    keys = (*TEXTS, *(("unit_remark", "unit_reviewed_on") if unit_review else ()))
    values = {key: row[key] for key in keys}
    if not values["main_work"]:
        values["main_work"] = proposals(ctx.store, [row["cadre_uid"]], ctx.year)[row["cadre_uid"]]
    fields = [EVALUATION.field(key) for key in keys]
    draft = f"evaluation.texts.{ctx.year}.{row['cadre_uid']}"
    dialog = FormDialog(
        f"{row['name']}的评价表", fields, parent=parent, values=values, draft_key=draft, local=ctx.store.local
    )

    def write(given: dict[str, Any]) -> None:
        label = f"填写{row['name']}的考核评价"
        if perform(ctx, label, save_evaluation, row["cadre_uid"], ctx.year, given, form=dialog.form, parent=dialog):
            dialog.done_saving()

    dialog.accepted_values.connect(write)
    dialog.open()
    return dialog


class SecondKeying(QDialog):
    """The forms of a branch typed again without sight of the first; Ctrl+Enter shows only what differs."""

    def __init__(
        self,
        ctx: Context,
        rows: Sequence[Row],
        columns: Sequence[GridColumn],
        whose: str,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.ctx, self._rows = ctx, [row for row in rows if row["keyed_on"]]
        self._key = f"{SECOND}.{ctx.year}"
        self.setWindowTitle("二次录入")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        lists = {name: offered(ctx.store, name) for name in ("grade", "rater_role")}
        self.model = GridModel(lists, lambda uid, told: evaluation_faults(ctx.store, uid, told), blind=True)
        self.model.show_rows(self._rows, columns, dict(ctx.store.local.get(self._key) or {}), ctx.year)
        self.grid = EvaluationGrid(self.model)
        self.current = CurrentPerson(self.grid)
        self.said = QPlainTextEdit(readOnly=True)
        self.said.setAccessibleName("两次录入的不同")
        self.said.setMaximumHeight(theme.px(140))
        self.said.setPlaceholderText("核对后，两次不同的在这里逐项列出；一致的记为已核对。")
        self.check = theme.role(QPushButton("核对"), "primary")
        self._build(whose)
        self.model.changed.connect(lambda: ctx.store.local.put(self._key, self.model.typed))
        self.grid.start()

    def compare(self) -> None:
        """Compare what is typed with the first keying; who agrees is marked, and his cells are cleared."""
        self.grid.commit_open()
        if fault := self.model.first_fault():
            self.grid.setCurrentIndex(fault[0])
            self.said.setPlainText(fault[1])
            return
        here = {row["cadre_uid"]: row for row in self._rows}
        rated = [one.key for one in self.model.columns if one.key.endswith("_rating")]
        # a grade that was left out the second time is a difference too
        rows = [
            {"cadre_uid": uid, **dict.fromkeys(rated, ""), **own}
            for uid, own in self.model.typed.items()
            if uid in here
        ]
        if not rows:
            self.said.setPlainText("还没有录入，请先按评价表再录一遍。")
            return
        outcome = perform(self.ctx, _checked, key_second, self.ctx.year, rows, parent=self, done=_said)
        if outcome is None:
            return
        found: Compared = outcome.value
        lines = [
            f"{named(here[one.cadre_uid]['name'], here[one.cadre_uid]['staff_no'])} {one.label}：第一次“{one.first or '空'}”，"
            f"第二次“{one.second or '空'}”"
            for one in found.differs
        ]
        self.said.setPlainText("\n".join([_said(found), *lines]))
        typed = {uid: own for uid, own in self.model.typed.items() if uid not in found.agreed}
        self.model.show_rows(self._rows, self.model.columns, typed, self.ctx.year)
        self.ctx.store.local.put(self._key, typed)
        self.grid.start()

    def _build(self, whose: str) -> None:
        intro = f"{whose}：已录入 {len(self._rows)} 人。按评价表再录一遍，看不到第一次的内容；等次按数字或首字母，按一下就到下一人。"
        self.check.clicked.connect(self.compare)
        self.check.setToolTip("Ctrl+Enter")
        back = QPushButton("关闭")
        back.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.addStretch(1)
        for button in (self.check, back):
            button.setAutoDefault(False)
            foot.addWidget(button)
        for keys in ("Ctrl+Return", "Ctrl+Enter"):
            QShortcut(QKeySequence(keys), self, self.compare)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(theme.role(QLabel(intro, wordWrap=True), "sub"))
        column.addWidget(self.current)
        column.addWidget(self.grid, 1)
        column.addWidget(self.said)
        column.addLayout(foot)
        self.resize(theme.px(980), theme.px(620))


def _checked(found: Compared) -> str:
    return f"二次录入：一致{len(found.agreed)}人"


def _said(found: Compared) -> str:
    people = len({one.cadre_uid for one in found.differs})
    return f"一致 {len(found.agreed)} 人，不同 {people} 人 {len(found.differs)} 处。"
