"""Step 3, 检查: every row with what becomes of it; cells are put right here, rows left out, questions answered."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSplitter,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.base.fields import Field
from core.sheet.importing import Outcome, RowPlan, RowRef
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.flow import FlowLayout
from ui.kit.labels import words
from ui.kit.table_parts import EmptyState
from ui.pages.import_grid import OUTCOMES, PART, CheckGrid, CheckModel, fault_at, is_part, reason
from ui.pages.import_questions import QuestionPanel
from ui.pages.import_state import ImportRun

ALL = "all"
_SAY = {  # what an empty grid says
    Outcome.WRONG: "没有错误的行。",
    Outcome.ASKED: "没有等着回答的行。",
    PART: "没有缺项的行。",
}


class CheckStep(QWidget):
    """Chips with counts, the grid, the reason of the current row, the questions."""

    act_wanted = Signal(object)  # a change to the run, after which it is planned again

    def __init__(self, run: ImportRun) -> None:
        super().__init__()
        self.run = run
        self.shown = ALL
        self.model = CheckModel(run, self)
        self.grid = CheckGrid(self.model, self)
        self.empty = EmptyState()
        self.views = QStackedWidget()
        self.questions = QuestionPanel(run)
        self.banner = words("", "bad")
        self.chips: dict[str, QPushButton] = {}
        self.reason = words("")
        self.edit = QPushButton("改这一格")
        self.all_like = QPushButton("把所有同样的值改为…")
        self.skip = QPushButton("跳过此行")
        self.unit = QComboBox(editable=True)
        self.unit.setAccessibleName("没写单位的行算作哪个单位")
        self.late = QLineEdit()
        self.late.setAccessibleName("补录理由")
        self._lay_out()
        self._wire()

    # -- showing

    def refresh(self) -> None:
        """Show the plan in force; the keyboard stays where it was."""
        at, here = self.grid.currentIndex(), self.grid.current()
        ref = here[0].ref if here else None
        self._show_chips()
        self.model.show(self._keep())
        self.grid.set_widths()
        if self.model.rows:
            row = next(
                (n for n, one in enumerate(self.model.rows) if one.ref == ref), min(at.row(), len(self.model.rows) - 1)
            )
            column = at.column() if at.column() >= 0 else 2
            self.grid.stand(max(row, 0), min(column, self.model.columnCount() - 1))
        self.views.setCurrentIndex(0 if self.model.rows else 1)
        self.empty.say(_SAY.get(self.shown, "没有这样的行。"), "看全部", lambda: self.filter(ALL))
        self._show_options()
        hidden = self.questions.isHidden()
        self.questions.refresh()
        if hidden and not self.questions.isHidden():
            panel = max(self.width() * 3 // 10, min(theme.px(330), self.width() // 2))
            self.split.setSizes([self.width() - panel, panel])
        self._show_row()

    def begin(self) -> None:
        """The rows were read: what needs a person comes first."""
        counts = self.run.counts()
        first = next((one for one in (Outcome.WRONG, Outcome.ASKED) if counts[one]), ALL)
        self.shown = first
        self.refresh()
        self.grid.go_to(0)

    def filter(self, which: str) -> None:
        """Show the rows of one outcome, or all."""
        self.shown = which
        self.refresh()

    def focus(self) -> None:
        """The keyboard begins in the grid."""
        (self.grid if self.model.rows else self.chips[ALL]).setFocus()

    def restyle(self) -> None:
        """Another size or other colours."""
        self.refresh()

    # -- acts

    def correct(self, row: RowPlan, key: str, text: str) -> None:
        """Put one cell right."""
        self.act_wanted.emit(lambda: self.run.correct(row, key, text))

    def correct_like(self) -> None:
        """Ask for the text that all cells with the same wrong value shall hold."""
        here = self.grid.current()
        if here is None or here[1] is None or (fault := fault_at(here[0], here[1].key)) is None:
            return
        field, found = here[1], self.run.like(here[1].key, fault.value)
        ask = Field("text", field.label, help=fault.message)
        dialog = FormDialog(
            f"把“{fault.value or '空格'}”都改为",
            (ask,),
            parent=self,
            verb=f"改 {len(found)} 处",
            values={"text": fault.value},
        )

        def take(values: dict[str, str]) -> None:
            text = str(values["text"])
            dialog.done_saving()
            self.act_wanted.emit(lambda: [self.run.correct(row, field.key, text) for row in found])

        dialog.accepted_values.connect(take)
        dialog.open()

    def toggle_skip(self) -> None:
        """Leave the selected rows out, or take them in again."""
        rows = self.grid.selected()
        refs = [one.ref for one in rows]
        on = not all(ref in self.run.skips for ref in refs)
        if refs:
            self.act_wanted.emit(lambda: self.run.skip(refs, on))

    def _answer(self, answers: dict[str, str]) -> None:
        self.act_wanted.emit(lambda: self.run.answers.update(answers))

    def _take_unit(self) -> None:
        text = self.unit.currentText().strip()
        if text != self.run.unit:

            def act() -> None:
                self.run.unit = text

            self.act_wanted.emit(act)

    def _take_late(self) -> None:
        text = self.late.text().strip()
        if text != self.run.late_reason:

            def act() -> None:
                self.run.late_reason = text

            self.act_wanted.emit(act)

    def set_units(self, names: list[str]) -> None:
        """The units there are, for rows that name none."""
        self.unit.clear()
        self.unit.addItems(["", *names])
        self.unit.setCurrentText(self.run.unit)

    # -- parts

    def _keep(self) -> Callable[[RowPlan], bool]:
        if self.shown == ALL:
            return lambda _row: True
        if self.shown == PART:
            return is_part
        return lambda row: row.outcome == self.shown

    def _show_chips(self) -> None:
        counts: dict[str, int] = {str(one): number for one, number in self.run.counts().items()}
        rows = self.run.prepared.plan.rows if self.run.prepared else []
        counts |= {ALL: len(rows), PART: sum(map(is_part, rows))}
        for key, chip in self.chips.items():
            word = (
                "全部"
                if key == ALL
                else "✗ 写入但缺项"
                if key == PART
                else f"{OUTCOMES[Outcome(key)][1]} {OUTCOMES[Outcome(key)][0]}"
            )
            chip.setText(f"{word} {counts[key]:,}")
            chip.setChecked(key == self.shown)
            chip.setVisible(key != PART or bool(counts[key]) or self.shown == PART)

    def _show_options(self) -> None:
        roster, visits = self.run.kind.id == "roster", self.run.kind.id == "visits"
        self.late_row.setVisible(visits)
        self.unit_label.setText("没写单位的行算作" if roster else "只写姓名的行，在这个单位里找人")
        faults = self.run.prepared.plan.sheet_faults if self.run.prepared else []
        self.banner.setText(
            "\n".join(f"✗ “{sheet.raw.sheet}”：{_for_screen(fault.message)}" for sheet, fault in faults)
        )
        self.banner.setVisible(bool(faults))
        self.unit_row.setVisible(visits or (roster and bool(faults or self.run.unit)))

    def _show_row(self) -> None:
        here = self.grid.current()
        row, field = here or (None, None)
        text, made = "点选一行，这里说明它会怎样写入。", self.run.prepared
        if row is not None and made is not None:
            word, mark, _tone = OUTCOMES[row.outcome]
            text = f"第{row.row.row}行 {row.name}　{mark} {word}。{reason(row, made.plan)}"
        self.reason.setText(text)
        fault = fault_at(row, field.key) if row is not None and field is not None else None
        self.edit.setEnabled(row is not None and (field is not None or bool(row.faults)))
        self.all_like.setEnabled(fault is not None)
        number = len(self.run.like(field.key, fault.value)) if fault is not None and field is not None else 0
        self.all_like.setText(f"把同样的 {number} 处都改为…" if number > 1 else "把所有同样的值改为…")
        rows = self.grid.selected()
        self.skip.setEnabled(bool(rows))
        several = f"这 {len(rows)} 行" if len(rows) > 1 else "此行"
        self.skip.setText(
            f"恢复{several}" if rows and all(one.ref in self.run.skips for one in rows) else f"跳过{several}"
        )

    def _show_ref(self, ref: RowRef) -> None:
        row = next((n for n, one in enumerate(self.model.rows) if one.ref == ref), -1)
        if row >= 0 and self.questions.list.hasFocus():
            self.grid.go_to(row)

    def _wire(self) -> None:
        self.model.edited.connect(self.correct)
        self.grid.moved.connect(self._show_row)
        self.grid.skip_wanted.connect(self.toggle_skip)
        self.edit.clicked.connect(self._edit)
        self.all_like.clicked.connect(self.correct_like)
        self.skip.clicked.connect(self.toggle_skip)
        self.questions.answered.connect(self._answer)
        self.questions.row_wanted.connect(self._show_ref)
        self.unit.lineEdit().editingFinished.connect(self._take_unit)
        self.unit.activated.connect(lambda _at: self._take_unit())
        self.late.editingFinished.connect(self._take_late)

    def _edit(self) -> None:
        self.grid.setFocus()
        self.grid.edit_current()

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(10), theme.px(20), theme.px(8))
        column.setSpacing(theme.px(8))
        flow = FlowLayout(spacing=theme.px(6))
        for key in (ALL, *(str(one) for one in Outcome), PART):
            chip = theme.role(QPushButton(checkable=True), "pick")
            chip.clicked.connect(lambda _on=False, one=key: self.filter(one))
            self.chips[key] = chip
            flow.addWidget(chip)
        column.addLayout(flow)
        column.addWidget(self.banner)
        column.addLayout(self._options_row())
        for view in (self.grid, self.empty):
            self.views.addWidget(view)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        self.split.addWidget(self.views)
        self.split.addWidget(self.questions)
        self.questions.hide()
        self.split.setStretchFactor(0, 1)
        self.split.setChildrenCollapsible(False)
        self.split.setMinimumHeight(theme.px(200))
        column.addWidget(self.split, 1)
        column.addWidget(self.reason)
        buttons = FlowLayout(spacing=theme.px(8))
        self.edit.setToolTip("F2")
        self.skip.setToolTip("Delete")
        self.all_like.setToolTip("先选中一个有错的格子")
        for button in (self.edit, self.all_like, self.skip):
            buttons.addWidget(button)
        column.addLayout(buttons)

    def _options_row(self) -> FlowLayout:
        row = FlowLayout(spacing=theme.px(10))
        self.unit_label = QLabel()
        self.unit.setMinimumWidth(theme.px(220))
        self.unit.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.unit.lineEdit().setPlaceholderText("可以不填")
        self.unit_row = _pair(self.unit_label, self.unit)
        row.addWidget(self.unit_row)
        self.late.setPlaceholderText("汇总表导入时尚未签字")
        self.late.setMinimumWidth(theme.px(220))
        self.late_row = _pair(QLabel("补录理由"), self.late)
        row.addWidget(self.late_row)
        return row


def _pair(label: QLabel, widget: QWidget) -> QWidget:
    host = QFrame()
    row = QHBoxLayout(host)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(8))
    row.addWidget(label)
    row.addWidget(widget)
    return host


def _for_screen(message: str) -> str:
    """The way out as it is here, not on the command line."""
    return message.replace("或在导入时指定单位（命令行用 --unit）", "或在下面填“没写单位的行算作”哪个单位")
