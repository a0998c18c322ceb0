"""What the program says: a line in the status bar (with 撤销), a question, a refusal, our own failure."""

from __future__ import annotations

import logging
import traceback
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox, QWidget

from core.base.errors import MachineFault, Problem

LOG = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Note:
    """A line for the status bar; `action` is one thing to do about it."""

    text: str
    kind: str = "ok"  # ok, info, warn
    action: str = ""
    run: Callable[[], object] | None = None
    seconds: int = 10


class Messages(QObject):
    """Says things. The window shows `said` notes; dialogs open without blocking (window-modal)."""

    said = Signal(object)  # Note

    def __init__(self, log_file: Path | None = None) -> None:
        super().__init__()
        self.log_file = log_file

    def say(
        self,
        text: str,
        kind: str = "ok",
        action: str = "",
        run: Callable[[], object] | None = None,
        seconds: int = 10,
    ) -> None:
        """One line at the bottom of the window, for `seconds`."""
        self.said.emit(Note(text, kind, action, run, seconds))

    def problem(self, error: Problem, parent: QWidget | None = None) -> QMessageBox:
        """A refusal or a fault in words, with its way out."""
        icon = QMessageBox.Icon.Critical if isinstance(error, MachineFault) else QMessageBox.Icon.Warning
        box = _box(parent, icon, error.text, error.hint)
        box.addButton("知道了", QMessageBox.ButtonRole.AcceptRole)
        box.open()
        return box

    def ask(
        self, text: str, hint: str, verb: str, then: Callable[[], object], parent: QWidget | None = None
    ) -> QMessageBox:
        """Ask before what undo cannot bring back; `then` runs if the button `verb` is pressed."""
        box = _box(parent, QMessageBox.Icon.Question, text, hint)
        yes = box.addButton(verb, QMessageBox.ButtonRole.AcceptRole)
        no = box.addButton("不了", QMessageBox.ButtonRole.RejectRole)
        box.setDefaultButton(no)
        box.setEscapeButton(no)
        box.buttonClicked.connect(lambda pressed: then() if pressed is yes else None)
        box.open()
        return box

    def failure(self, error: BaseException, parent: QWidget | None = None) -> QMessageBox:
        """Say any failure by whose fault it is."""
        return self.problem(error, parent) if isinstance(error, Problem) else self.bug(error, parent)

    def bug(self, error: BaseException, parent: QWidget | None = None) -> QMessageBox:
        """Our own failure: the data is safe, the details can be copied, the log is named."""
        details = "".join(traceback.format_exception(error))
        LOG.error("unexpected failure\n%s", details)
        place = f"日志保存在：{self.log_file}" if self.log_file else "可以把详情发给维护人员。"
        box = _box(
            parent,
            QMessageBox.Icon.Critical,
            "程序出了意外，这一步没有完成。",
            f"已经保存的内容不受影响，可以继续使用。{place}",
        )
        copy = box.addButton("复制详情", QMessageBox.ButtonRole.ActionRole)
        box.addButton("关闭", QMessageBox.ButtonRole.RejectRole)
        copy.clicked.disconnect()  # copying leaves the window open
        copy.clicked.connect(lambda: (QApplication.clipboard().setText(details), copy.setText("已复制")))
        box.open()
        return box


def ask_which(text: str, hint: str, acts: Mapping[str, Callable[[], object]], parent: QWidget) -> QMessageBox:
    """One of several answers, by the words on its button; the last one is the safe one: Enter and Esc give it."""
    box = _box(parent, QMessageBox.Icon.Question, text, hint)
    *_, safe = acts
    made = {
        box.addButton(
            words, QMessageBox.ButtonRole.RejectRole if words == safe else QMessageBox.ButtonRole.AcceptRole
        ): act
        for words, act in acts.items()
    }
    keep = next(button for button, act in made.items() if act is acts[safe])
    box.setDefaultButton(keep)
    box.setEscapeButton(keep)
    box.buttonClicked.connect(lambda pressed: made[pressed]())
    box.open()
    return box


def _owner() -> QWidget | None:
    """Who owns a box nobody was named for: one without an owner is gone before anybody has read it.

    Not a box that is just being answered: it would take this one with it.
    """
    window = QApplication.activeWindow()
    while isinstance(window, QMessageBox):
        window = window.parentWidget()
    return window or next((one for one in QApplication.topLevelWidgets() if isinstance(one, QMainWindow)), None)


def _box(parent: QWidget | None, icon: QMessageBox.Icon, text: str, hint: str) -> QMessageBox:
    box = QMessageBox(parent or _owner())
    box.setWindowTitle("下沉纪实")
    box.setIcon(icon)
    box.setText(text)
    box.setInformativeText(hint)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
