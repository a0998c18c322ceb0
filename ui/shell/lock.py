"""The window locked: by Ctrl+L or after idle minutes. Nothing of the ledger is on screen or in reach of the keyboard.

The content is taken out of view, not covered; dialogs are put away with it and come back as they were, and what comes
up meanwhile is put away too. Long work goes on. Whoever signs in next continues where the window was left.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QShortcut, QWindow
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QPushButton, QToolTip, QVBoxLayout, QWidget
from shiboken6 import isValid

from core import operators
from core.base import clock
from core.base.errors import Problem, Refused
from ui.kit import theme
from ui.shell.dialog_kit import buttons, head, waiting
from ui.shell.sign_in import SignIn

if TYPE_CHECKING:
    from pathlib import Path

    from ui.shell.main_window import MainWindow

MINUTES, DEFAULT_MINUTES = "lock_minutes", 15  # settings key; 0 = never
LOOK_EVERY = 5_000  # ms
_ACTIVITY = frozenset(
    (
        QEvent.Type.KeyPress,
        QEvent.Type.MouseButtonPress,
        QEvent.Type.MouseMove,
        QEvent.Type.Wheel,
        QEvent.Type.TouchBegin,
        QEvent.Type.InputMethod,
    )
)


@dataclass(slots=True)
class _Away:
    """A window put away: what it needs to come back as it was."""

    window: QWidget
    modality: Qt.WindowModality


class Lock(QObject):
    """Belongs to one main window. `changed(bool)` when it is locked or opened."""

    changed = Signal(bool)

    def __init__(self, window: MainWindow, content: QWidget) -> None:
        super().__init__(window)
        self.window, self.ctx, self.content = window, window.ctx, content
        self.screen: LockScreen | None = None
        self.offered = self.ctx.store.folder is not None  # False: the sample, whose passphrase nobody knows
        self._away: list[_Away] = []
        self._shortcuts: list[QShortcut] = []
        self._focus: QWidget | None = None
        self._title = ""
        self.seen()
        self._watched: list[QWindow] = []
        QGuiApplication.instance().focusWindowChanged.connect(self._watch)
        self._timer = QTimer(self, interval=LOOK_EVERY)
        self._timer.timeout.connect(self.look)
        self._timer.start()

    @property
    def locked(self) -> bool:
        """Whether the window is locked now."""
        return self.screen is not None

    @property
    def minutes(self) -> int:
        """After how many idle minutes it locks; 0 = never."""
        return int(self.ctx.settings.get(MINUTES, DEFAULT_MINUTES))

    def seen(self) -> None:
        """Somebody is at work."""
        self._last, self._last_wall = clock.ticking(), clock.seconds()

    def look(self) -> None:
        """Lock if nobody has been at work for long enough (sleep of the computer counts)."""
        idle = max(clock.ticking() - self._last, clock.seconds() - self._last_wall)
        if self.minutes and idle >= self.minutes * 60:
            self.lock()

    def ask(self, switch: bool = False) -> None:
        """锁定 and 换人 of the menu."""
        self.lock(switch)
        if not self.locked:
            self.ctx.messages.say("示例台账没有口令，不能锁定。", "info")

    def lock(self, switch: bool = False) -> None:
        """Put everything away and ask who is there; `switch`: somebody else is to sign in."""
        folder = self.ctx.store.folder
        if self.locked or folder is None or not self.offered:
            return
        self._focus, self._title = QApplication.focusWidget(), self.window.windowTitle()
        self.ctx.revealed.forget()
        QToolTip.hideText()
        self.screen = LockScreen(folder, "" if switch or not self.ctx.store.login else self.ctx.store.operator)
        self.screen.asked.connect(self._try)
        self.screen.leave.connect(self._leave)
        self._shortcuts = [one for one in self.window.findChildren(QShortcut) if one.isEnabled()]
        for shortcut in self._shortcuts:
            shortcut.setEnabled(False)
        self.content.setEnabled(False)
        self.window.front.addWidget(self.screen)
        self.window.front.setCurrentWidget(self.screen)
        self.window.setWindowTitle("已锁定 - 下沉纪实")
        for one in QApplication.topLevelWidgets():
            if one is not self.window and one.isVisible():
                self._put_away(one)
        QApplication.instance().installEventFilter(self)
        self.screen.sign_in.setFocus()
        self.changed.emit(True)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """While locked: a window that comes up is put away. Else: what a person does in our windows."""
        kind = event.type()
        if self.locked:
            if kind == QEvent.Type.Show and isinstance(watched, QWidget) and self._foreign(watched):
                watched.setWindowOpacity(0)  # it is told of before it is on screen: not even a flash
                QTimer.singleShot(0, watched, lambda: self._put_away(watched))
        elif kind in _ACTIVITY:
            self.seen()
        return False

    def _try(self, name: str, secret: str) -> None:
        screen, before = self.screen, self.ctx.store.operator
        if screen is None:
            return
        try:
            with waiting():
                operators.sign_in_again(self.ctx.store, secret, name)
        except Refused as error:
            screen.sign_in.refused(error)
        except Problem as error:
            screen.sign_in.say(str(error))
        else:
            self._open()
            if self.ctx.store.operator != before:
                self.ctx.messages.say(f"现在由{self.ctx.store.operator}经办。", "info")
            self.ctx.operator_changed.emit()

    def _open(self) -> None:
        screen, self.screen = self.screen, None
        QApplication.instance().removeEventFilter(self)
        self.content.setEnabled(True)
        self.window.front.setCurrentWidget(self.content)
        if screen is not None:
            self.window.front.removeWidget(screen)
            screen.deleteLater()
        for shortcut in self._shortcuts:
            if isValid(shortcut):
                shortcut.setEnabled(True)
        self.window.setWindowTitle(self._title)
        self.seen()
        if self._focus is not None and isValid(self._focus):
            self._focus.setFocus()
        away, self._away = self._away, []
        for one in away:
            if isValid(one.window):
                one.window.setWindowModality(one.modality)
                one.window.show()
        self.changed.emit(False)

    def _put_away(self, one: QWidget) -> None:
        if not self.locked or not isValid(one) or not self._foreign(one):
            return
        if one.windowType() == Qt.WindowType.Popup:
            one.close()  # a menu or a list of suggestions: it is opened again where it is wanted
        else:
            self._away.append(_Away(one, one.windowModality()))
            one.hide()
        one.setWindowOpacity(1)

    def _foreign(self, one: QWidget) -> bool:
        """A window of its own that is not the lock's (its tool tips, the menu of its fields)."""
        if not one.isWindow() or one is self.window or one.windowType() == Qt.WindowType.ToolTip:
            return False
        return self.screen is None or not self._within(one, self.screen)

    @staticmethod
    def _within(one: QWidget, screen: QWidget) -> bool:
        parent = one.parentWidget()
        while parent is not None and parent is not screen:
            parent = parent.parentWidget()
        return parent is not None

    def _watch(self, window: QWindow | None) -> None:
        # filters of our few windows: one of the whole application would run Python at every event
        self._watched = [one for one in self._watched if isValid(one)]
        if window is not None and window not in self._watched:
            window.installEventFilter(self)
            self._watched.append(window)

    def _leave(self) -> None:
        self.window.leave()


class LockScreen(QWidget):
    """Who is there: `asked(name, passphrase)`; `leave` after a second press of 退出."""

    asked = Signal(str, str)
    leave = Signal()

    def __init__(self, folder: Path, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.role(self, "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.sign_in = SignIn(folder)
        self.sign_in.name.setText(name)
        self.open = theme.role(QPushButton("打开"), "primary")
        self.open.clicked.connect(self._ask)
        self.quit = theme.role(QPushButton("退出程序"), "link")
        self.quit.clicked.connect(self._quit)
        self.sign_in.wanted.connect(self._ask)
        self.sign_in.ready.connect(self.open.setEnabled)
        self.open.setEnabled(not self.sign_in.waits)
        if name:
            self.sign_in.setFocusProxy(self.sign_in.secret)
        self._armed = False
        self._lay_out()

    def _ask(self) -> None:
        name, secret = self.sign_in.asked()
        self.asked.emit(name, secret)

    def _quit(self) -> None:
        if self._armed:
            self.leave.emit()
            return
        self._armed = True
        self.quit.setText("确定退出")
        self.sign_in.say("写到一半的表单留有草稿；没有做完的导入、打印和备份会取消。再按一次退出。", "warn")

    def _lay_out(self) -> None:
        card = theme.role(QFrame(), "card")
        card.setFixedWidth(theme.px(440))
        into = QVBoxLayout(card)
        into.setContentsMargins(*[theme.px(24)] * 4)
        into.setSpacing(theme.px(8))
        into.addWidget(head("已锁定", "输入口令，回到刚才的地方。"))
        into.addWidget(self.sign_in)
        buttons(into, self.quit, None, self.open)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(card)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.addStretch(2)
        column.addLayout(row)
        column.addStretch(3)
