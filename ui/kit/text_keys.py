"""Ctrl+Z and Ctrl+Y inside a text are about that text, never about the ledger."""

from __future__ import annotations

from PySide6.QtCore import QEvent
from PySide6.QtGui import QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractSpinBox, QApplication, QComboBox, QLineEdit, QPlainTextEdit, QTextEdit, QWidget

UNDO = (QKeySequence("Ctrl+Z"), QKeySequence("Alt+Backspace"))
REDO = (QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z"))


def is_undo(event: QEvent) -> bool:
    """Whether a key event is one of undo or redo, on any system."""
    return isinstance(event, QKeyEvent) and QKeySequence(event.keyCombination()) in (*UNDO, *REDO)


def text_with_keys() -> QWidget | None:
    """The text the keyboard stands in: a line, several lines, a number, a date, a list that is typed into; also to read."""
    widget = QApplication.focusWidget()
    if isinstance(widget, QComboBox):
        return widget.lineEdit()
    if isinstance(widget, QAbstractSpinBox):
        return widget.findChild(QLineEdit)
    return widget if isinstance(widget, QLineEdit | QPlainTextEdit | QTextEdit) else None


def take(event: QKeyEvent) -> bool:
    """Undo or redo in the text with the keyboard; False if the keyboard is elsewhere or the key means something else."""
    text = text_with_keys() if is_undo(event) else None
    if isinstance(text, QLineEdit | QPlainTextEdit | QTextEdit) and not text.isReadOnly():
        text.redo() if QKeySequence(event.keyCombination()) in REDO else text.undo()
    return text is not None
