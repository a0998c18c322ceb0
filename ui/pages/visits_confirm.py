"""批量确认: the numbers of a signed 待确认清单, ticked in with signer and date; a wrong range is taken back."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.base.errors import InvalidInput
from core.base.fields import Field, Kind
from core.service_log.model import STATE_LABEL, Ticked
from core.service_log.rules import visit_text
from core.service_log.sheets import (
    SheetLine,
    confirm_range,
    confirmed_label,
    parse_numbers,
    sheet_list,
    sheet_rows,
    take_back_range,
    taken_back_label,
    why_left,
)
from core.store import Outcome, UndoResult
from ui.context import Context
from ui.kit import theme
from ui.kit.form import Form
from ui.kit.perform import perform, undo
from ui.pages.visits_acts import keep_signature, last_signature, sign_fields
from ui.pages.visits_rows import lists_of

SHEETS = "@sheet"
HEADS = ("号", "页-行", "姓名", "服务", "现在")
FIELDS = (
    Field("sheet_no", "清单编号", Kind.CHOICE, code_list=SHEETS, required=True, help="印在清单右上角，如 2020-017。"),
    Field("numbers", "行号", required=True, help="如 1-12,15；全部都签了就写“全部”。"),
)


class ConfirmBatch(QDialog):
    """Left the range and the signature, right the lines of the sheet with what would become of each."""

    def __init__(self, ctx: Context, sheet_no: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setWindowTitle("批量确认")
        self._lines: list[SheetLine] = []
        self._step: int | None = None
        lists, sheets = lists_of(ctx.store), [row["sheet_no"] for row in sheet_list(ctx.store)]
        self.form = Form([*FIELDS, *sign_fields()], lambda name: sheets if name == SHEETS else lists(name), columns=1)
        self.form.load({"sheet_no": sheet_no or (sheets[0] if sheets else ""), **last_signature(ctx)})
        self.form.editor("numbers").setPlaceholderText("如 1-12,15 或 全部")
        self.table = QTableWidget(0, len(HEADS))
        self.summary = theme.role(QLabel(wordWrap=True), "sub")
        self.result = QLabel(wordWrap=True)
        self.confirm = theme.role(QPushButton("确认这些号"), "primary")
        self.back = QPushButton("取消这些号的确认")
        self.take = theme.role(QPushButton("撤销"), "link")
        self._build()
        self.form.changed.connect(self._later)
        self.form.submitted.connect(lambda _values: self.tick())
        self.form.cancelled.connect(self.reject)
        self._timer.start(0)
        self.resize(min(theme.px(1040), self.screen().availableSize().width()), theme.px(520))

    def tick(self) -> Ticked | None:
        """Confirm the numbers."""
        values = self._values()
        outcome = self._do(
            confirmed_label, confirm_range, values["sheet_no"], values["numbers"],
            values["confirmed_by"], values["confirm_method"], values["confirmed_on"],
        )  # fmt: skip
        if outcome is None:
            return None
        keep_signature(self.ctx, values["confirm_method"], values["confirmed_by"])
        return self._report("已确认", outcome)

    def take_back(self) -> Ticked | None:
        """The numbers were wrong: what was ticked in through this sheet waits again."""
        values = self._values()
        outcome = self._do(taken_back_label, take_back_range, values["sheet_no"], values["numbers"])
        return None if outcome is None else self._report("已取消确认", outcome)

    def reload(self) -> None:
        """Read the sheet again and show what the numbers would do."""
        self._timer.stop()
        try:
            self._lines = sheet_rows(self.ctx.store, str(self.form.editor("sheet_no").value()))
        except InvalidInput as error:
            self._lines = []
            self._show(set(), error.fields["sheet_no"] if self.form.editor("sheet_no").value() else "", bad=True)
            return
        typed = str(self.form.editor("numbers").value())
        try:
            picked = set(parse_numbers(typed, len(self._lines))) if typed else set()
        except InvalidInput as error:
            self._show(set(), error.fields["numbers"], bad=True)
            return
        self._show(picked, self._forecast(picked))

    def showEvent(self, event: Any) -> None:
        """The keyboard starts at the numbers, or at the sheet if there is none."""
        super().showEvent(event)
        key = "numbers" if self.form.editor("sheet_no").value() else "sheet_no"
        QTimer.singleShot(0, self.form, lambda: self.form.focus(key))

    # -- inside

    def _values(self) -> dict[str, str]:
        return {key: str(value or "") for key, value in self.form.values().items()}

    def _do(self, label: Callable[[str, Ticked], str], op: Any, sheet_no: str, *args: str) -> Outcome | None:
        self.result.hide()
        self.take.hide()
        return perform(self.ctx, partial(label, sheet_no), op, sheet_no, *args, form=self.form, parent=self)

    def _report(self, words: str, outcome: Outcome) -> Ticked:
        ticked: Ticked = outcome.value
        self.form.show_errors({})
        self._step = outcome.step
        left = f"{len(ticked.left)} 条没有变动：{''.join(ticked.left)}" if ticked.left else ""
        self.result.setText(f"{words} {len(ticked.uids)} 条。{left}")
        theme.role(self.result, "warn" if ticked.left else "ok")
        self.result.show()
        self.take.setVisible(bool(ticked.uids))
        self.form.put("numbers", "")
        self.form.focus("numbers")
        self.reload()
        return ticked

    def _undo(self) -> None:
        if self._step is not None:
            undo(self.ctx, self._step, parent=self, then=self._undone)

    def _undone(self, _result: UndoResult) -> None:
        self.result.setText("已撤销。")
        theme.role(self.result, "sub")
        self.take.hide()
        self._step = None
        self.reload()
        self.form.focus("numbers")

    def _forecast(self, picked: set[int]) -> str:
        if not self._lines:
            return "这张清单上没有行。"
        if not picked:
            ticked = sum(one.ticked for one in self._lines)
            return f"这张清单共 {len(self._lines)} 行，已确认 {ticked} 行。填写行号后，右边会标出能不能确认。"
        chosen = [one for one in self._lines if one.number in picked]
        able = sum(not why_left(one, *self._signature()) for one in chosen)
        rest = len(chosen) - able
        return f"选了 {len(chosen)} 行，能确认 {able} 行" + (f"，{rest} 行不能，原因见右边。" if rest else "。")

    def _signature(self) -> tuple[str, str, str]:
        """Day, method and signer as they stand in the form."""
        day, method, signer = (
            str(self.form.editor(key).value() or "") for key in ("confirmed_on", "confirm_method", "confirmed_by")
        )
        return day, method, signer

    def _show(self, picked: set[int], words: str, *, bad: bool = False) -> None:
        self.summary.setText(words)
        theme.role(self.summary, "bad" if bad else "sub")
        lines = [one for one in self._lines if one.number in picked] or self._lines
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            words_now, tone = _now(line, self._signature())
            for at, text in enumerate((*_facts(line), words_now)):
                item = QTableWidgetItem(text)
                item.setToolTip(text)
                if at == len(HEADS) - 1:
                    item.setForeground(theme.color(tone))
                self.table.setItem(row, at, item)

    def _later(self) -> None:
        self._timer.start()

    def _build(self) -> None:
        self._timer = QTimer(self, singleShot=True, interval=200)
        self._timer.timeout.connect(self.reload)
        self._dress_table()
        close = QPushButton("关闭")
        close.clicked.connect(self.reject)
        self.confirm.setToolTip("Ctrl+Enter")
        self.confirm.clicked.connect(self.form.submit)
        self.back.clicked.connect(lambda: self.take_back())
        self.take.clicked.connect(self._undo)
        for button in (self.confirm, self.back, self.take, close):
            button.setAutoDefault(False)
        self.result.hide()
        self.take.hide()
        left = QVBoxLayout()
        left.setSpacing(theme.px(10))
        left.addWidget(self.form)
        left.addWidget(self.summary)
        left.addStretch(1)
        pair = QHBoxLayout()
        pair.setSpacing(theme.px(16))
        pair.addLayout(left, 1)
        pair.addWidget(self.table, 2)  # wide enough that 现在 is in view
        said = QHBoxLayout()
        said.addWidget(self.result, 1)
        said.addWidget(self.take, 0, Qt.AlignmentFlag.AlignTop)
        foot = QHBoxLayout()
        foot.addWidget(self.back)
        foot.addStretch(1)
        foot.addWidget(self.confirm)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addLayout(pair, 1)
        column.addLayout(said)
        column.addLayout(foot)

    def _dress_table(self) -> None:
        table = self.table
        table.setAccessibleName("清单上的行")
        theme.role(table, "list")
        table.setHorizontalHeaderLabels(list(HEADS))
        table.setShowGrid(False)
        table.setAlternatingRowColors(True)
        table.setTabKeyNavigation(False)
        table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(theme.row_height())
        head = table.horizontalHeader()
        head.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(len(HEADS) - 1, QHeaderView.ResizeMode.Stretch)


def _facts(line: SheetLine) -> Sequence[str]:
    visit = line.visit
    place = f"{line.page}-{line.row}"
    if visit is None:
        return (str(line.number), place, "", "")
    when = visit_text(visit["served_on"], visit["start_at"], visit["end_at"], visit["minutes"])
    return (str(line.number), place, visit["name"], when)


def _now(line: SheetLine, signature: tuple[str, str, str]) -> tuple[str, str]:
    """What has become of a line or stands against it, and the tone."""
    if line.ticked and line.visit is not None:
        return f"已确认（{line.visit['confirmed_by']}）", "ok"
    if problem := why_left(line, *signature):
        return problem, "bad"
    return (STATE_LABEL[line.visit["state"]] if line.visit else ""), "warn"
