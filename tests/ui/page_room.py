"""For the tests of pages: a ledger with people, its window, what is shown, and whether every widget has its room."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from core.ledger import memory_ledger
from tests import factory
from tests.ui.conftest import context_of
from ui.context import Context
from ui.kit.labels import ElidedLabel
from ui.pages.registry import PAGES, PROVIDERS
from ui.shell.main_window import MainWindow

SLACK = 2  # pixels of rounding


def ledger_context(people: int = 0, visits: int = 0, late: int = 0) -> Iterator[Context]:
    """The context of a ledger in memory with that many people and records of 2020; closed afterwards."""
    store = memory_ledger()
    if people:
        factory.people(store, people)
    if visits:
        factory.visits(store, visits, late=late)
    made = context_of(store)
    made.year = factory.YEAR
    yield made
    made.tasks.close()
    store.close()


def open_window(ctx: Context, qtbot: Any, page_id: str) -> MainWindow:
    """The real window, shown on a page."""
    made = MainWindow(ctx, PAGES, PROVIDERS)
    qtbot.addWidget(made)
    made.resize(1280, 800)
    made.show()
    with qtbot.waitExposed(made):
        pass
    made.go_to(page_id)
    return made


def words(widget: QWidget) -> list[str]:
    """The labels in view."""
    QApplication.processEvents()  # a layout shows what it was given with the next turn of the loop
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget)]


def press(widget: QWidget, text: str) -> None:
    """Click the button in view with this text."""
    QApplication.processEvents()
    next(one for one in widget.findChildren(QPushButton) if one.text() == text and one.isVisible()).click()


def cramped(page: QWidget) -> list[str]:
    """'QPushButton 保存: 60x28 needs 72x28' for each visible widget that is smaller than what it shows."""
    found = []
    for kind in (QAbstractButton, QLabel, QLineEdit, QComboBox, QAbstractSpinBox):
        for widget in page.findChildren(kind):
            inner = isinstance(widget.parent(), QLineEdit)  # the signs in a line edit are placed by Qt
            if widget.isVisible() and not inner and not isinstance(widget, ElidedLabel) and (words := _cramped(widget)):
                found.append(words)
    return found


def _cramped(widget: QWidget) -> str:
    need = widget.minimumSizeHint()
    wide, high = need.width(), need.height()
    if isinstance(widget, QAbstractButton) or (isinstance(widget, QLabel) and not widget.wordWrap()):
        wide = widget.sizeHint().width()
    if isinstance(widget, QLabel) and widget.wordWrap():
        high = widget.heightForWidth(widget.width())
    if widget.width() + SLACK >= wide and widget.height() + SLACK >= high:
        return ""
    text = widget.text() if isinstance(widget, QAbstractButton | QLabel | QLineEdit) else widget.accessibleName()
    return f"{type(widget).__name__} {text}: {widget.width()}x{widget.height()} needs {wide}x{high}"
