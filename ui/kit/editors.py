"""One editor per kind of field. Each has `value()` and `set_value()` in stored form, `typed()` and `set_typed()` as it
stands on screen (for drafts: half a date is kept too), `problem()` as a sentence, and the signal `edited`."""

from __future__ import annotations

import functools
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QLineEdit,
    QPlainTextEdit,
    QSizePolicy,
    QWidget,
)

from core.base import dates
from core.base.fields import Field, Kind
from ui.kit.choice_editors import ChoiceEdit, MultiEdit
from ui.kit.date_edit import DateEdit, MonthEdit

Lists = Callable[[str], Sequence[str]]  # name of an editable list -> its values in order


@dataclass(frozen=True, slots=True)
class Offers:
    """Lists, of which one is not lengthened by mistake: a text that is not in it is asked about before it is saved.

    `near(name, text)` are values a new text may be meant for, None where it needs no question; `noun` is what it is of.
    """

    values: Lists
    near: Callable[[str, str], Sequence[str] | None]
    noun: str

    def __call__(self, name: str) -> Sequence[str]:
        """The values of a list."""
        return self.values(name)


class TextEdit(QLineEdit):
    """One line; blanks at the ends do not count."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(lambda: self.edited.emit())

    def value(self) -> str:
        """The text."""
        return self.text().strip()

    def set_value(self, value: object) -> None:
        """Show a stored text from its beginning."""
        self.setText("" if value is None else str(value))
        self.setCursorPosition(0)

    def problem(self) -> str:
        """Any text is fine."""
        return ""


class TimeEdit(QLineEdit):
    """A clock time 'HH:MM': 1430, 14:30, 下午2点半."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("如 14:30、1430")
        self.textEdited.connect(lambda: self.edited.emit())
        self.editingFinished.connect(lambda: self.value() and self.set_value(self.value()))

    def value(self) -> str:
        """'HH:MM', '' where empty or unreadable."""
        return dates.parse_time(self.text()) or ""

    def set_value(self, value: object) -> None:
        """Show a stored time."""
        self.setText(str(value or ""))

    def problem(self) -> str:
        """Why it is no time."""
        wrong = self.text().strip() and not self.value()
        return "看不懂这个时间，请按“14:30”或“1430”填写。" if wrong else ""


class HoursEdit(QLineEdit):
    """Minutes, typed and shown as hours: 2.5, 1小时40分, 90分钟, 1:40."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setPlaceholderText("如 2.5、1小时40分")
        self.textEdited.connect(lambda: self.edited.emit())
        self.editingFinished.connect(lambda: self.value() is not None and self.set_value(self.value()))

    def value(self) -> int | None:
        """Whole minutes, None where empty or unreadable."""
        return dates.parse_minutes(self.text())

    def set_value(self, value: object) -> None:
        """Show stored minutes."""
        if value is None or value == "":
            self.clear()
            return
        text = dates.format_duration(int(str(value)))
        self.setText(text if "分" in text else f"{text}小时")

    def problem(self) -> str:
        """Why it is no duration."""
        wrong = self.text().strip() and self.value() is None
        return "看不懂这个时长，请按“2.5”（小时）或“1小时40分”填写。" if wrong else ""


class IntEdit(QLineEdit):
    """A whole number, or nothing."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.textEdited.connect(lambda: self.edited.emit())

    def value(self) -> int | None:
        """The number, None where empty or unreadable."""
        text = self.text().strip().replace(",", "").replace("，", "")
        try:
            return int(text)
        except ValueError:
            return None

    def set_value(self, value: object) -> None:
        """Show a stored number."""
        self.setText("" if value is None else str(value))

    def problem(self) -> str:
        """Why it is no number."""
        return "这里只能填整数，例如“10”。" if self.text().strip() and self.value() is None else ""


class MemoEdit(QPlainTextEdit):
    """Several lines. Tab goes on to the next field; it grows with its text up to eight lines."""

    edited = Signal()
    LINES, MOST_LINES = 3, 8

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTabChangesFocus(True)
        self._loading = False
        self.textChanged.connect(self._on_text)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._fit()

    def value(self) -> str:
        """The text."""
        return self.toPlainText().strip()

    def set_value(self, value: object) -> None:
        """Show a stored text."""
        self._loading = True
        self.setPlainText("" if value is None else str(value))
        self._loading = False

    def text(self) -> str:
        """What stands there, as QLineEdit calls it."""
        return self.toPlainText()

    def setText(self, text: str) -> None:
        """Put text, as QLineEdit calls it."""
        self.set_value(text)

    def problem(self) -> str:
        """Any text is fine."""
        return ""

    def changeEvent(self, event: QEvent) -> None:
        """Another font size, another height."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange:
            self._fit()

    def resizeEvent(self, event: Any) -> None:
        """Another width, other lines."""
        super().resizeEvent(event)
        self._fit()

    def _on_text(self) -> None:
        self._fit()
        if not self._loading:
            self.edited.emit()

    def _fit(self) -> None:
        lines = min(max(int(self.document().size().height()), self.LINES), self.MOST_LINES)
        room = 2 * (self.frameWidth() + int(self.document().documentMargin()))
        self.setFixedHeight(self.fontMetrics().lineSpacing() * lines + room)


class BoolEdit(QCheckBox):
    """是 / 否, stored 1 / 0."""

    edited = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__("否", parent)
        self.toggled.connect(lambda on: self.setText("是" if on else "否"))
        self.clicked.connect(lambda: self.edited.emit())

    def value(self) -> int:
        """0 or 1."""
        return int(self.isChecked())

    def set_value(self, value: object) -> None:
        """Show a stored 0 / 1."""
        self.setChecked(bool(value) and str(value) != "0")

    def problem(self) -> str:
        """Either is fine."""
        return ""


Editor = TextEdit | TimeEdit | HoursEdit | IntEdit | MemoEdit | BoolEdit | ChoiceEdit | MultiEdit | DateEdit | MonthEdit


def make_editor(field: Field, lists: Lists) -> Editor:
    """The editor for a field, named for screen readers; `lists` gives the values of an editable list."""
    simple: dict[Kind, type[Editor]] = {
        Kind.MEMO: MemoEdit,
        Kind.DATE: DateEdit,
        Kind.MONTH: MonthEdit,
        Kind.TIME: TimeEdit,
        Kind.MINUTES: HoursEdit,
        Kind.INT: IntEdit,
        Kind.BOOL: BoolEdit,
    }
    offered = list(lists(field.code_list)) if field.code_list else []
    if field.kind is Kind.MULTI:
        editor: Editor = MultiEdit(field, offered)
    elif field.kind is Kind.CHOICE or field.choices:
        editor = ChoiceEdit(field, offered)
        if isinstance(lists, Offers):
            editor.noun, editor.near = lists.noun, functools.partial(lists.near, field.code_list)
    else:
        editor = simple.get(field.kind, TextEdit)()
    editor.setObjectName(field.key)
    editor.setAccessibleName(field.label + ("（必填）" if field.required else ""))
    if isinstance(editor, ChoiceEdit):
        editor.lineEdit().setAccessibleName(field.label)
    editor.setToolTip(field.help)
    editor.setEnabled(field.editable)
    return editor


def focus_widgets(editor: Editor) -> list[QWidget]:
    """The widgets in which the keyboard can stand while one is in this editor."""
    if isinstance(editor, MultiEdit):
        return editor.focus_widgets()
    if isinstance(editor, ChoiceEdit):
        return [editor, editor.lineEdit()]
    return [editor]


def typed(editor: Editor) -> str | int:
    """What stands in the editor, for a draft."""
    return editor.value() if isinstance(editor, BoolEdit) else editor.text()


def set_typed(editor: Editor, what: object) -> None:
    """Put back what a draft kept."""
    if isinstance(editor, BoolEdit):
        editor.set_value(what)
    else:
        editor.setText(str(what or ""))
