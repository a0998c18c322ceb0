"""Parts of a form: its labels, its keys, its groups."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, SignalInstance
from PySide6.QtGui import QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QComboBox, QLabel, QWidget

from core.base.fields import Field
from ui.kit import theme
from ui.kit.editors import MemoEdit
from ui.kit.person_picker import PersonPicker


class KeyTarget(Protocol):
    """What the keys ask of a form."""

    cancelled: SignalInstance

    def submit(self) -> bool:
        """Check and hand on."""

    def advance(self, key: str, step: int) -> None:
        """Go to another field."""

    def left(self, key: str) -> None:
        """The keyboard left a field."""


class FieldLabel(QLabel):
    """The label, with a red star where the field is required; stands level with the first line of its editor."""

    def __init__(self, field: Field) -> None:
        super().__init__()
        self._field = field
        self.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._dress()

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._dress()

    def _dress(self) -> None:
        star = f' <span style="color:{theme.tokens()["bad"]}">*</span>' if self._field.required else ""
        text = f"{self._field.label}{star}"
        if self.text() != text:
            self.setText(text)
        self.setMinimumHeight(theme.px(28))


class FormKeys(QObject):
    """Enter, Shift+Enter, Ctrl+Enter, F2 and Esc in the fields of a form; silent while an input method composes."""

    def __init__(self, form: KeyTarget) -> None:
        super().__init__(form)  # type: ignore[arg-type]
        self._form = form
        self._fields: dict[QObject, str] = {}
        self._composing = False

    def watch(self, widget: QWidget, key: str) -> None:
        """Follow the keys of a widget that belongs to the field `key`."""
        self._fields[widget] = key
        widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """True where the key was ours."""
        if isinstance(event, QInputMethodEvent) and event.type() == QEvent.Type.InputMethod:
            self._composing = bool(event.preeditString())
        elif event.type() == QEvent.Type.FocusOut:
            self._composing = False
            QTimer.singleShot(0, self, lambda: self._form.left(self._fields[watched]))
        elif isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and not self._composing:
            return self._press(watched, event)
        return False

    def _press(self, watched: QObject, event: QKeyEvent) -> bool:
        pressed, held = event.key(), event.modifiers()
        if pressed in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if held & Qt.KeyboardModifier.ControlModifier:
                self._form.submit()
                return True
            if isinstance(watched, MemoEdit) and not held & Qt.KeyboardModifier.ShiftModifier:
                return False  # a memo takes the new line; Tab or Ctrl+Enter leave it
            if isinstance(watched, QComboBox) and watched.view().isVisible():
                return False
            if isinstance(watched, PersonPicker) and watched.text().strip() and not watched.take():
                return True  # nobody of that name: stay, the suggestions say so
            back = bool(held & Qt.KeyboardModifier.ShiftModifier)
            self._form.advance(self._fields[watched], -1 if back else 1)
            return True
        if pressed == Qt.Key.Key_F2 and hasattr(watched, "selectAll"):
            watched.selectAll()
            return True
        if pressed == Qt.Key.Key_Escape:
            if isinstance(watched, PersonPicker) and watched.is_suggesting:
                watched.close_popup()
                return True
            self._form.cancelled.emit()
            return True
        return False


def complete_groups(groups: Sequence[tuple[str, Sequence[str]]], keys: list[str]) -> list[tuple[str, list[str]]]:
    """Groups in order; fields in no group come first, without a title."""
    named = {key for _, members in groups for key in members}
    rest = [key for key in keys if key not in named]
    made = [("", rest)] if rest else []
    return [*made, *((title, [key for key in members if key in keys]) for title, members in groups)]
