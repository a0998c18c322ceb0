"""The common shape of the dialogs before the window: mark, heading, one sentence, content, buttons at the right."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from ui.kit import theme
from ui.kit.labels import words


def head(title: str, sentence: str) -> QWidget:
    """The red mark, the heading and what this is about."""
    box = QWidget()
    row = QHBoxLayout(box)
    row.setContentsMargins(0, 0, 0, theme.px(8))
    row.setSpacing(theme.px(14))
    mark = theme.role(QLabel("沉"), "mark")
    mark.setAlignment(Qt.AlignmentFlag.AlignCenter)
    mark.setFixedSize(theme.px(44), theme.px(44))
    text = QVBoxLayout()
    text.setSpacing(theme.px(2))
    text.addWidget(theme.role(QLabel(title), "title"))
    text.addWidget(words(sentence, "sub"))
    row.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
    row.addLayout(text, 1)
    return box


def column(parent: QWidget, margin: int = 24) -> QVBoxLayout:
    """A column with the margins of a dialog."""
    made = QVBoxLayout(parent)
    made.setContentsMargins(*[theme.px(margin)] * 4)
    made.setSpacing(theme.px(8))
    return made


def field(into: QVBoxLayout, label: str, edit: QWidget) -> None:
    """A label above its editor."""
    above = QLabel(label)
    above.setBuddy(edit)
    if not edit.accessibleName():
        edit.setAccessibleName(label)
    into.addWidget(above)
    into.addWidget(edit)
    into.addSpacing(theme.px(4))


def pair(into: QVBoxLayout, *fields: tuple[str, QWidget, int]) -> None:
    """Fields side by side: label, editor, share of the width."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(16))
    for label, edit, share in fields:
        part = QVBoxLayout()
        part.setSpacing(theme.px(6))
        field(part, label, edit)
        row.addLayout(part, share)
    into.addLayout(row)


def buttons(into: QVBoxLayout, *row: QPushButton | None) -> None:
    """Buttons from left to right; None is the gap."""
    line = QHBoxLayout()
    line.setSpacing(theme.px(8))
    for button in row:
        if button is None:
            line.addStretch(1)
        else:
            button.setAutoDefault(button.property("role") == "primary")
            line.addWidget(button)
    into.addSpacing(theme.px(8))
    into.addLayout(line)


@contextmanager
def waiting() -> Iterator[None]:
    """The wait cursor while the key is worked out (a second at most)."""
    QApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
    try:
        yield
    finally:
        QApplication.restoreOverrideCursor()
