"""What people still hold, beside 归档 and 调动: each thing is ended, kept or given to somebody, in the same step."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.base.dates import format_date
from core.holdings import Held, holdings, left_behind
from core.leaving import Left, end_left_behind
from core.roster.people import find_people
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.labels import words
from ui.kit.perform import perform
from ui.kit.person_picker import PersonPicker

KEEP, END, GIVE = "KEEP", "END", "GIVE"
HEADS = ("姓名", "手上的事", "从", "怎样办", "交给")
_WAY, _TO = 3, 4
_TALLEST = 7  # rows shown without scrolling


class HoldingsList(QWidget):
    """`show_held(rows)`; then `ended()`, `hand_over()` and `is_settled()` say what was chosen."""

    def __init__(self, ctx: Context, *, keeping: bool = False, giving: bool = True) -> None:
        """`keeping`: each thing goes on unless chosen otherwise (调动); `giving`: somebody else may take it."""
        super().__init__()
        self.ctx = ctx
        self.keeping, self.giving = keeping, giving
        self.rows: list[Held] = []
        self.ways: dict[str, QComboBox] = {}
        self.takers: dict[str, PersonPicker] = {}
        self.said = words("", "sub")
        self.table = QTableWidget(0, len(HEADS))
        self.table.setAccessibleName("手上的事")
        self.table.setHorizontalHeaderLabels(list(HEADS))
        self.table.verticalHeader().hide()
        self.table.setShowGrid(False)
        theme.role(self.table, "list")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.table.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        head, mode = self.table.horizontalHeader(), QHeaderView.ResizeMode
        for column in range(len(HEADS)):
            head.setSectionResizeMode(column, mode.Stretch if column in (1, _TO) else mode.ResizeToContents)
        head.setSectionResizeMode(_WAY, mode.Fixed)  # what stands in cells of widgets is not measured
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.said)
        column.addWidget(self.table)

    def show_held(self, rows: Sequence[Held]) -> None:
        """Show these; what was chosen of one that stays is kept."""
        if list(rows) == self.rows and self.said.text():
            return
        before = {uid: box.currentData() for uid, box in self.ways.items()}
        people = {uid: taker.row for uid, taker in self.takers.items()}
        self.rows, self.ways, self.takers = list(rows), {}, {}
        self.table.setRowCount(0)
        self.table.setRowCount(len(self.rows))
        high = theme.row_height() + theme.px(8)
        for at, held in enumerate(self.rows):
            for column, text in enumerate((held.name, held.words, format_date(held.since))):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                self.table.setItem(at, column, item)
            self._choices(at, held, before.get(held.uid), people.get(held.uid))
            self.table.setRowHeight(at, high)
        wide = max((box.sizeHint().width() for box in self.ways.values()), default=0)
        self.table.setColumnWidth(_WAY, max(wide + theme.px(8), theme.px(96)))
        self.table.setVisible(bool(self.rows))
        self.table.setFixedHeight(
            self.table.horizontalHeader().sizeHint().height() + 4 + high * min(len(self.rows), _TALLEST)
        )
        self._say("")

    def choose(self, uid: str, way: str, taker: Mapping[str, Any] | None = None) -> None:
        """Choose what becomes of one thing, as if a person had."""
        self.ways[uid].setCurrentIndex(self.ways[uid].findData(way))
        if taker is not None:
            self.takers[uid].set_row(dict(taker))

    def ended(self) -> list[str]:
        """The uids that end."""
        return [one.uid for one in self.rows if self._way(one) == END]

    def hand_over(self) -> dict[str, str]:
        """Uid → who takes it."""
        return {one.uid: self.takers[one.uid].uid() for one in self.rows if self._way(one) == GIVE}

    def is_settled(self) -> bool:
        """Whether everything to be handed over has somebody; if not, the line above says what is open."""
        open_ones = [one for one in self.rows if self._way(one) == GIVE and not self.takers[one.uid].uid()]
        self._say(f"请选定{'、'.join(one.words for one in open_ones)}交给谁。" if open_ones else "")
        if open_ones:
            self.takers[open_ones[0].uid].setFocus()
        return not open_ones

    def stand_in(
        self, dialog: FormDialog, uids: Sequence[str], day_key: str, wanted: Callable[[], bool] = lambda: True
    ) -> None:
        """Stand above the buttons of a dialog, which grows by it; follow its day, and show only while `wanted`."""

        def show() -> None:
            self.setVisible(wanted())
            self.show_held(holdings(self.ctx.store, uids, str(dialog.form.editor(day_key).value() or "")))

        dialog.form.changed.connect(show)
        show()
        column = dialog.layout()
        assert isinstance(column, QVBoxLayout)
        column.insertWidget(column.count() - 1, self)
        width = max(dialog.width(), theme.px(660))
        high = dialog.height() + self.sizeHint().height() + column.spacing()
        dialog.resize(width, min(high, round(dialog.screen().availableSize().height() * 0.9)))

    def _way(self, held: Held) -> str:
        box = self.ways.get(held.uid)
        return str(box.currentData()) if box is not None else END

    def _choices(self, at: int, held: Held, way: str | None, taker: Any) -> None:
        ways = [(KEEP, "保留")] if self.keeping else []
        ways.append((END, held.holding.how))
        giving = self.giving and held.holding.gives
        if giving:
            ways.append((GIVE, "交给别人"))
        if len(ways) == 1:
            self.table.setItem(at, _WAY, QTableWidgetItem(held.holding.how))
            return
        box = self.ways[held.uid] = QComboBox()
        box.setAccessibleName(f"{held.name}的{held.words}怎样办")
        for code, label in ways:
            box.addItem(label, code)
        self.table.setCellWidget(at, _WAY, box)
        if giving:
            picker = self.takers[held.uid] = PersonPicker(lambda text: find_people(self.ctx.store, text))
            picker.setAccessibleName(f"{held.words}交给谁")
            picker.setEnabled(False)
            picker.set_row(taker)
            box.currentIndexChanged.connect(lambda _at: picker.setEnabled(box.currentData() == GIVE))
            self.table.setCellWidget(at, _TO, picker)
        box.setCurrentIndex(max(box.findData(way or ""), 0))

    def _say(self, problem: str) -> None:
        self.said.setText(problem or self._sentence())
        theme.role(self.said, "bad" if problem else "sub")

    def _sentence(self) -> str:
        if not self.rows:
            return "手上没有报到、编入网格、楼栋长或小分队要处理。"
        if not self.giving:
            return ""
        if self.keeping:
            return f"手上有{len(self.rows)}件事，默认都保留；不再合适的可以结束，或交给别人。"
        return f"手上有{len(self.rows)}件事，随归档一起结束；楼栋长和小分队可以交给别人。"


def done_words(label: str, done: Left) -> str:
    """'已归档张伟，结束或交出5件事。' with what is worth a look."""
    count = f"，结束或交出{len(done.ended)}件事" if done.ended else ""
    return f"已{label}{count}。{' '.join(done.warnings)}"


class LeftBehindDialog(QDialog):
    """What people who have left still hold: all of it ends as of the day each left, in one step."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.setWindowTitle("已归档人员手上的事")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.listed = HoldingsList(ctx, giving=False)
        self.listed.show_held(left_behind(ctx.store))
        intro = words(
            "这些人已经归档（例如由合并带来），下面的事还记在他们名下。各按归档日期结束；要交给别人的，结束后另行登记。",
            "sub",
        )
        buttons = QDialogButtonBox()
        self.save = theme.role(buttons.addButton("全部结束", QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        buttons.accepted.connect(self.end_all)
        buttons.rejected.connect(self.reject)
        foot = QHBoxLayout()
        foot.addWidget(buttons)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(12))
        for part in (intro, self.listed):
            column.addWidget(part)
        column.addStretch(1)
        column.addLayout(foot)
        self.resize(theme.px(660), self.sizeHint().height())

    def end_all(self) -> None:
        """Write, and close."""
        uids = [one.uid for one in self.listed.rows]
        label = f"结束已归档人员手上的事：{len(uids)}件"
        if perform(self.ctx, label, end_left_behind, uids, parent=self) is not None:
            self.accept()
