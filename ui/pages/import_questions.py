"""What only a person can settle: the questions of an import, one after the other, or all of a kind at once."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from core.base.clock import today
from core.base.dates import parse_date
from core.sheet.importing import Option, Question
from ui.kit import theme
from ui.kit.date_edit import DateEdit
from ui.kit.labels import words
from ui.pages.import_state import ImportRun

_ID = Qt.ItemDataRole.UserRole
_BUTTONS = 6  # more options than this are a list to choose from
_DATED = frozenset({"transfer", "back", "from"})  # the answers that carry a day


class QuestionList(QListWidget):
    """The questions; a digit answers, as the buttons below are numbered."""

    digit = Signal(int)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """1 to 9 choose an answer."""
        text = event.text()
        if text and text in "123456789":
            self.digit.emit(int(text) - 1)
            event.accept()
            return
        super().keyPressEvent(event)


class QuestionPanel(QFrame):
    """The list, the question in view with its answers, 同类都这样."""

    answered = Signal(object)  # {question id: answer}
    row_wanted = Signal(object)  # RowRef

    def __init__(self, run: ImportRun) -> None:
        super().__init__()
        self.run = run
        theme.role(self, "panel")
        self.title = theme.role(QLabel(), "section")
        self.list = QuestionList()
        self.list.setAccessibleName("待回答的问题")
        theme.role(self.list, "bare")
        self.text, self.place = words(""), words("", "sub")
        self.day = DateEdit()
        self.day.setAccessibleName("从哪一天起")
        self.day.set_value(today().isoformat())
        self.day_row = QWidget()
        self.options = QVBoxLayout()
        self.options.setSpacing(theme.px(6))
        self.buttons: list[QPushButton] = []
        self.box: QComboBox | None = None
        self.like = QPushButton()
        self.like.clicked.connect(self._answer_alike)
        self.list.currentRowChanged.connect(lambda _row: self._show_question())
        self.list.digit.connect(self._take_digit)
        self._lay_out()

    def refresh(self) -> None:
        """Show the questions of the plan in force: those without an answer first."""
        plan = self.run.prepared.plan if self.run.prepared else None
        before = self.current.id if self.current else ""
        found = list(plan.questions.values()) if plan else []
        found.sort(key=lambda one: bool(plan and plan.taken.get(one.id)))
        self.list.blockSignals(True)
        self.list.clear()
        for one in found:
            item = QListWidgetItem(self._line(one))
            item.setData(_ID, one.id)
            item.setToolTip(one.text)
            item.setSizeHint(QSize(0, theme.px(28)))
            self.list.addItem(item)
        opened = sum(not plan.taken.get(one.id) for one in found) if plan else 0
        self.title.setText(f"？ 还有 {opened} 个问题要您回答" if opened else f"✓ {len(found)} 个问题都有了答案")
        ids = [one.id for one in found]
        still = before in ids and bool(plan) and not plan.taken.get(before)
        self.list.setCurrentRow(ids.index(before) if still or (before in ids and not opened) else 0)
        self.list.blockSignals(False)
        self.setVisible(bool(found))
        self._show_question()

    @property
    def current(self) -> Question | None:
        """The question in view."""
        item = self.list.currentItem()
        plan = self.run.prepared.plan if self.run.prepared else None
        return plan.questions.get(item.data(_ID)) if item is not None and plan else None

    def show_question(self, question_id: str) -> None:
        """Put a question in view."""
        for row in range(self.list.count()):
            if self.list.item(row).data(_ID) == question_id:
                self.list.setCurrentRow(row)

    def restyle(self) -> None:
        """Another size or other colours."""
        self.refresh()

    # -- answering

    def answer(self, key: str) -> None:
        """Answer the question in view."""
        if (one := self.current) is not None:
            self.answered.emit({one.id: self._full(key)})

    def _full(self, key: str) -> str:
        return f"{key}:{self.day.value()}" if key in _DATED and self.day.value() else key

    def _take_digit(self, at: int) -> None:
        if self.current is not None and at < len(self.current.options):
            self.answer(self.current.options[at].key)

    def _answer_alike(self) -> None:
        plan = self.run.prepared.plan if self.run.prepared else None
        one = self.current
        if one is None or plan is None:
            return
        key = plan.taken.get(one.id, "")
        self.answered.emit(dict.fromkeys((other.id for other in self._alike(one)), key))

    def _alike(self, question: Question) -> list[Question]:
        """Open or defaulted questions of the same kind that have the same answers."""
        keys = [one.key for one in question.options]
        found = self.run.prepared.plan.questions.values() if self.run.prepared else ()
        return [
            one
            for one in found
            if one.kind == question.kind and one.id != question.id and [option.key for option in one.options] == keys
        ]

    # -- showing

    def _line(self, one: Question) -> str:
        answer = self.run.prepared.plan.taken.get(one.id, "") if self.run.prepared else ""
        who = f"{one.name}：" if one.name else ""
        said = f"（{_label(one, answer)}）" if answer else ""
        return f"{'✓' if answer else '？'} {who}{one.text}{said}"

    def _show_question(self) -> None:
        one = self.current
        self._clear()
        for widget in (self.text, self.place, self.like, self.day_row):
            widget.setVisible(one is not None)
        if one is None or self.run.prepared is None:
            return
        taken = self.run.prepared.plan.taken.get(one.id, "")
        self.text.setText(f"{one.name}：{one.text}" if one.name else one.text)
        self.place.setText(self._where(one, taken))
        self.day_row.setVisible(any(option.key in _DATED for option in one.options))
        if (day := taken.partition(":")[2]) and parse_date(day):
            self.day.set_value(str(parse_date(day)))
        if len(one.options) <= _BUTTONS:
            for number, option in enumerate(one.options, 1):
                self._add_button(number, option, taken)
        else:
            self._add_box(one, taken)
        others = len(self._alike(one))
        self.like.setVisible(bool(others and taken))
        self.like.setText(f"同类的另外 {others} 个都这样")
        if one.ref is not None:
            self.row_wanted.emit(one.ref)

    def _where(self, one: Question, taken: str) -> str:
        parts = []
        if one.ref is not None:
            file, sheet, row = one.ref
            parts.append(f"{Path(file).name}“{sheet}”第{row}行。")
        if taken and one.id not in self.run.answers:
            parts.append(f"现在按“{_label(one, taken)}”处理，可以改。")
        elif not taken:
            parts.append("没有回答的行不会写入。")
        return "".join(parts)

    def _add_button(self, number: int, option: Option, taken: str) -> None:
        button = QPushButton(f"{number}　{option.label.partition('（可写日期')[0]}")
        button.setCheckable(True)
        button.setChecked(taken.partition(":")[0] == option.key)
        button.clicked.connect(lambda _on=False, key=option.key: self.answer(key))
        self.buttons.append(button)
        self.options.addWidget(button)

    def _add_box(self, one: Question, taken: str) -> None:
        self.box = box = QComboBox()
        box.setAccessibleName(one.text)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(12)
        for option in one.options:
            box.addItem(option.label, option.key)
        box.setCurrentIndex(box.findData(taken))
        box.activated.connect(lambda _at: self.answer(str(box.currentData())))
        self.options.addWidget(box)

    def _clear(self) -> None:
        self.buttons, self.box = [], None
        while item := self.options.takeAt(0):
            if widget := item.widget():
                widget.hide()
                widget.deleteLater()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self.day_row)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(QLabel("从哪一天起"))
        row.addWidget(self.day, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        column.setSpacing(theme.px(8))
        column.addWidget(self.title)
        column.addWidget(self.list, 1)
        host = QWidget()
        inner = QVBoxLayout(host)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.setSpacing(theme.px(8))
        for widget in (self.text, self.place, self.day_row):
            inner.addWidget(widget)
        inner.addLayout(self.options)
        inner.addWidget(self.like)
        inner.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(host)
        for ground in (area.viewport(), host):  # the panel's own colour shows through
            ground.setAutoFillBackground(False)
        column.addWidget(area, 2)


def _label(question: Question, answer: str) -> str:
    key, _, rest = answer.partition(":")
    label = next((one.label for one in question.options if one.key == key), answer).partition("（可写日期")[0]
    return f"{label} {rest}".strip()
