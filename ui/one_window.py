"""One window per ledger: the lock, the bell a second start rings, and whether the last window was left unclosed.

A file as bell, looked at three times a second: a socket would want QtNetwork in the program folder, and a watched folder
could not be unplugged. Whoever rings knows by the file's vanishing that the first window has come to the front.
"""

from __future__ import annotations

import contextlib
import sys
from pathlib import Path

from PySide6.QtCore import QLockFile, QObject, Qt, QTimer, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from core.base import clock
from core.base.disk import in_words, make_folder
from core.base.errors import MachineFault

_FILE, _BELL, _TRY = "window.lock", "window.call", "window.try"
_CLOSED, _COPY = "台账打不开：", "台账在光盘或写保护的U盘上时，请把整个台账文件夹复制到电脑里再打开。"
_LOOK = 300  # ms between two looks at the bell
PATIENCE = 3.0  # seconds in which a living window answers, unless it is busy


class InUse(MachineFault):
    """Another window has the ledger of `folder`."""

    def __init__(self, folder: Path) -> None:
        super().__init__("这个台账已经在另一个窗口里打开了。", "请切换到那个窗口；如果看不到，请重新启动电脑后再试。")
        self.folder = folder


class OneWindow(QObject):
    """The lock on a ledger's folder. `called`: a second start asks for this window."""

    called = Signal()

    def __init__(self, folder: Path, lock: QLockFile) -> None:
        super().__init__()
        self._lock, self._bell = lock, folder / _BELL
        self._bell.unlink(missing_ok=True)  # nobody waits for the answer of a window that is gone
        self._timer = QTimer(self, interval=_LOOK)
        self._timer.timeout.connect(self._look)

    def listen(self) -> None:
        """Come to the front whenever a second start asks (wants a loop; a command without a window does not listen)."""
        if not self._timer.isActive():
            self.called.connect(come_to_front)
            self._timer.start()

    def unlock(self) -> None:
        """Let the next window in."""
        self._timer.stop()
        self._lock.unlock()

    def _look(self) -> None:
        if self._bell.exists():
            with contextlib.suppress(OSError):  # held by a virus scanner: the next look takes it
                self._bell.unlink(missing_ok=True)
                self.called.emit()


def lock_folder(folder: Path) -> OneWindow:
    """Take the folder; InUse if another window has it, another MachineFault if nothing can be written there.

    What a crash, a power cut or another computer left is taken over.
    """
    make_folder(folder, _CLOSED)
    lock = QLockFile(str(folder / _FILE))
    lock.setStaleLockTime(0)
    # an empty lock, or one written on another computer, looks alive to QLockFile; a live one cannot be removed
    if lock.tryLock(200) or (lock.removeStaleLockFile() and lock.tryLock(200)):
        return OneWindow(folder, lock)
    trial = folder / _TRY  # Windows tells QLockFile the same of a held lock and of a folder without the right to write
    with in_words(trial, _CLOSED, _COPY):
        trial.touch()
        trial.unlink(missing_ok=True)
    raise InUse(folder)


def was_left(folder: Path) -> bool:
    """Whether a lock lies there (ask before `lock_folder`): if it can be taken, who held it did not end as it should."""
    return (folder / _FILE).exists()


def call(folder: Path, patience: float = PATIENCE) -> bool:
    """Ask the window that has the folder to come to the front; whether it did."""
    bell = folder / _BELL
    _let_come_forward()
    try:
        bell.touch()
        until = clock.ticking() + patience
        while bell.exists():
            if clock.ticking() > until:
                bell.unlink(missing_ok=True)
                return False
            clock.pause(0.05)
    except OSError:
        return False
    return True


def _let_come_forward() -> None:
    """Windows lets only the program in use put a window in front: hand that right on."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.AllowSetForegroundWindow(-1)  # ASFW_ANY


def come_to_front() -> None:
    """The window in use, or the dialog that asks for something before it, over all others."""
    found = QApplication.activeModalWidget() or next(iter(_windows()), None)
    if found is None:
        return
    found.setWindowState(found.windowState() & ~Qt.WindowState.WindowMinimized)
    found.show()
    found.raise_()
    found.activateWindow()


def _windows() -> list[QWidget]:
    """Those that can be seen, main windows first."""
    seen = [
        one for one in QApplication.topLevelWidgets() if one.isVisible() and one.windowType() != Qt.WindowType.Popup
    ]
    return sorted(seen, key=lambda one: not isinstance(one, QMainWindow))
