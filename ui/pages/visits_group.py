"""Many people for one entry: names or 工号 pasted from Excel, or a 班组 kept under a name."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDialog, QHBoxLayout, QLabel, QLineEdit, QPushButton, QVBoxLayout, QWidget

from core.roster.people import resolve_people
from core.store import Row
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import PasteBox

KEPT_UNDER = "visits.groups"


class GroupDialog(QDialog):
    """`chosen(people)`: rows with uid, name, unit, staff_no."""

    chosen = Signal(object)

    def __init__(self, ctx: Context, people: Sequence[Row] = (), text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self._sure: list[str] = []  # lines without a person that were said
        self.setWindowTitle("多人登记")
        self.box = PasteBox(lambda pasted: resolve_people(ctx.store, pasted))
        self.kept = QComboBox()
        self.name = QLineEdit(placeholderText="给这些人起个名字，下次直接选")
        self.keep = QPushButton("存为班组")
        self.warning = theme.role(QLabel(wordWrap=True), "warn")
        self.use = theme.role(QPushButton("用这些人"), "primary")
        self._build()
        self.box.changed.connect(self._show)
        self.box.submitted.connect(self.finish)
        if lines := text or "\n".join(_line(one) for one in people):
            self.box.set_text(lines)
        self.box.keep_in(ctx.store.local, "draft.visits.group")
        self._show()
        self._offer_groups()
        self.resize(theme.px(760), theme.px(520))

    def finish(self) -> None:
        """Hand the people on; lines that name nobody are said once."""
        uids, rest = self.box.uids(), self.box.open_lines()
        if not uids:
            self._warn("还没有查到人，请粘贴姓名或工号，一行一人。")
            return
        if rest and self._sure != rest:
            self._sure = rest
            names = "、".join(rest[:5]) + ("…" if len(rest) > 5 else "")
            self._warn(f"{names}还没有对上人，不会登记。再按一次 Ctrl+Enter 只登记查到的 {len(uids)} 人。")
            return
        people = self._rows(uids)
        self.box.forget()
        self.accept()
        self.chosen.emit(people)

    def done(self, result: int) -> None:
        """Closed either way."""
        super().done(result)
        self.deleteLater()

    def showEvent(self, event: Any) -> None:
        """The keyboard starts where names are pasted."""
        super().showEvent(event)
        QTimer.singleShot(0, self.box, self.box.edit.setFocus)

    def _rows(self, uids: Sequence[str]) -> list[Row]:
        sql = (
            "SELECT cadre.uid, cadre.name, cadre.staff_no, unit.name AS unit FROM cadre "
            "JOIN unit ON unit.uid = cadre.unit_uid WHERE cadre.uid = ?"
        )
        return [row for uid in uids if (row := self.ctx.store.one(sql, (uid,))) is not None]

    def _show(self) -> None:
        count = len(self.box.uids())
        self.use.setText(f"用这 {count} 人" if count else "用这些人")
        self.keep.setEnabled(count > 1)
        self.warning.hide()

    def _warn(self, text: str) -> None:
        self.warning.setText(text)
        self.warning.show()

    def _offer_groups(self) -> None:
        self.kept.clear()
        self.kept.addItem("选用班组…", None)
        for name, uids in dict(self.ctx.store.local.get(KEPT_UNDER) or {}).items():
            self.kept.addItem(f"{name}（{len(uids)} 人）", uids)
        self.kept.setEnabled(self.kept.count() > 1)

    def _take_group(self, at: int) -> None:
        uids = self.kept.itemData(at)
        if uids:
            self.box.set_text("\n".join(_line(row) for row in self._rows(uids)))
            self.box.edit.setFocus()

    def _keep_group(self) -> None:
        name = self.name.text().strip()
        if not name:
            self._warn("请先给班组起个名字。")
            self.name.setFocus()
            return
        kept = dict(self.ctx.store.local.get(KEPT_UNDER) or {})
        self.ctx.store.local.put(KEPT_UNDER, {**kept, name: self.box.uids()})
        self.name.clear()
        self._offer_groups()
        self.kept.setCurrentIndex(self.kept.count() - 1)

    def _build(self) -> None:
        intro = QLabel(
            "从 Excel 粘贴姓名或工号，一行一人。选好后回到登记行，填一次时间和内容，每人各记一条。", wordWrap=True
        )
        self.kept.setAccessibleName("班组")
        self.kept.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.kept.setMinimumContentsLength(16)
        self.kept.activated.connect(self._take_group)
        self.name.setAccessibleName("班组名称")
        self.keep.clicked.connect(self._keep_group)
        groups = QHBoxLayout()
        groups.setSpacing(theme.px(8))
        groups.addWidget(self.kept)
        groups.addStretch(1)
        groups.addWidget(self.name, 1)
        groups.addWidget(self.keep)
        back = QPushButton("取消")
        back.clicked.connect(self.reject)
        self.use.setToolTip("Ctrl+Enter")
        self.use.clicked.connect(self.finish)
        self.warning.hide()
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(self.use)
        foot.addWidget(back)
        for button in (self.use, back, self.keep):
            button.setAutoDefault(False)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(theme.role(intro, "sub"))
        column.addLayout(groups)
        column.addWidget(self.box, 1)
        column.addWidget(self.warning)
        column.addLayout(foot)


def _line(row: Row) -> str:
    """A person as a line that finds him again."""
    return f"{row['staff_no']} {row['name']}".strip()
