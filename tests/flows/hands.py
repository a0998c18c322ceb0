"""Hands on a keyboard: every key goes to the widget that holds the keyboard."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QDialog

from tests.conftest import type_text

CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
ENTER, TAB = Qt.Key.Key_Return, Qt.Key.Key_Tab


class Hands:
    """Presses keys on whatever holds the keyboard, and counts them."""

    def __init__(self, qtbot: Any) -> None:
        self._qtbot = qtbot
        self.keys = 0

    def press(self, *keys: Any, held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
        for key in keys:
            self._qtbot.keyClick(QApplication.focusWidget(), key, held)
            self.keys += 1
            QApplication.processEvents()

    def keys_of(self, text: str) -> None:
        """Digits and signs: each is a key."""
        self._qtbot.keyClicks(QApplication.focusWidget(), text)
        self.keys += len(text)

    def text(self, words: str) -> None:
        """What an input method writes: the text itself, not counted."""
        type_text(QApplication.focusWidget(), words)


def wait_dialog(qtbot: Any, title: str) -> Any:
    """The dialog, once it holds the keyboard."""

    def found() -> QDialog | None:
        for one in QApplication.topLevelWidgets():
            held = QApplication.focusWidget()
            if isinstance(one, QDialog) and one.windowTitle() == title and held is not None and one.isAncestorOf(held):
                return one
        return None

    qtbot.waitUntil(lambda: found() is not None)
    return found()
