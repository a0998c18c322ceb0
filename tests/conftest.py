"""The ground of every test: offscreen, one look, Chinese locale, no widget left behind, no unasked modal dialog."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING, Any

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
os.environ.setdefault("QT_LOGGING_RULES", "qt.qpa.*=false")
os.environ.setdefault("XCJS_TODAY", "2020-11-24")
os.environ.setdefault("XCJS_SYSTEM_FONTS", "")  # pages look the same whatever fonts the machine has

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication, QDialog, QWidget

UI_ROOMS = ("tests/ui/", "tests/flows/")
PATIENCE = (
    100.0  # seconds after which a wait is given up: it ends what hangs, and never tells a slow machine from a fast one
)


class Clock:
    """What `core.base.clock` says in a test that takes it in hand: it stands until the test moves it, or the program pauses."""

    def __init__(self) -> None:
        self.at = 1_606_176_000.0  # seconds since 1970
        self.pauses: list[float] = []  # seconds

    def pause(self, seconds: float) -> None:
        """Time goes on, nobody waits."""
        self.pauses.append(seconds)
        self.at += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    """The clock in the test's hand: `clock.at += 60` is a minute later."""
    from core.base import clock as program

    made = Clock()
    for name in ("seconds", "ticking"):
        monkeypatch.setattr(program, name, lambda: made.at)
    monkeypatch.setattr(program, "pause", made.pause)
    return made


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> Any:
    """pytest-qt's; a limit that a test names is a guess of some machine's speed and is not taken."""
    from pytestqt.qtbot import QtBot

    class PatientBot(QtBot):
        def waitUntil(self, callback: Callable[[], bool | None], **_: Any) -> None:
            super().waitUntil(callback, timeout=int(PATIENCE * 1000))

        def waitSignal(self, signal: Any, check_params_cb: Callable[..., bool] | None = None) -> Any:
            return super().waitSignal(signal, timeout=int(PATIENCE * 1000), check_params_cb=check_params_cb)

        def waitActive(self, widget: QWidget) -> Any:
            return super().waitActive(widget, timeout=int(PATIENCE * 1000))

        def waitExposed(self, widget: QWidget) -> Any:
            return super().waitExposed(widget, timeout=int(PATIENCE * 1000))

    return PatientBot(request)


@pytest.fixture(scope="session")
def qapp_args() -> list[str]:
    """The program's own style."""
    return ["下沉纪实", "-style", "fusion"]


@pytest.fixture(scope="session")
def dressed(qapp: QApplication) -> QApplication:
    """The application as `ui.app` sets it up."""
    from PySide6.QtCore import QLocale

    from ui.kit import theme
    from ui.start import load_fonts

    QLocale.setDefault(QLocale("zh_CN"))
    qapp.setCursorFlashTime(0)
    qapp.setQuitOnLastWindowClosed(False)
    load_fonts()
    theme.apply(qapp, dark=False, points=10)
    return qapp


@pytest.fixture(autouse=True)
def _calendar_year() -> Iterator[None]:
    """No test hands its 年度 on to the next."""
    from core.base import clock

    yield
    clock.work_in(None)


@pytest.fixture(autouse=True)
def _window_guard(request: pytest.FixtureRequest) -> Iterator[None]:
    """In the rooms of the window: dialogs must be expected, and nothing may stay open."""
    if not any(room in request.node.nodeid for room in UI_ROOMS):
        yield
        return
    app = request.getfixturevalue("dressed")
    guard = request.getfixturevalue("dialogs")
    yield
    _flush(app)
    from ui.kit import theme

    if app.property("dark") or theme.points() != 10:
        theme.apply(app, dark=False, points=10)
    assert not guard.unexpected, f"a modal dialog came unasked: {guard.unexpected}"


def _flush(app: QApplication) -> None:
    # pytest-qt only posts deleteLater; without this widgets pile up over the whole run
    from PySide6.QtCore import QCoreApplication, QEvent, Qt

    for widget in app.topLevelWidgets():
        if widget.parent() is not None or widget.windowType() == Qt.WindowType.Popup:
            continue  # it goes with its window; the list below a completer has no parent, and QCompleter deletes it
        widget.hide()
        widget.deleteLater()
    QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    app.processEvents()


def let_settle() -> None:
    """Let the loop do what is posted and what that posts in turn (a layout asks its parent's): turns, not time."""
    from PySide6.QtWidgets import QApplication

    for _ in range(20):
        QApplication.processEvents()


class Dialogs:
    """What to do with the next modal dialogs; one that nobody announced fails the test."""

    def __init__(self) -> None:
        self.unexpected: list[str] = []
        self.seen: list[str] = []
        self._armed: list[Callable[[Any], object]] = []

    def expect(self, act: str | Callable[[Any], object]) -> None:
        """Press the button with this text in the next modal dialog, or do `act(dialog)` with it."""
        self._armed.append((lambda dialog: press(dialog, act)) if isinstance(act, str) else act)

    @property
    def waiting(self) -> int:
        """How many expected dialogs have not come."""
        return len(self._armed)

    def meet(self, dialog: QDialog) -> None:
        """A modal dialog has come up."""
        words = dialog_words(dialog)
        self.seen.append(words)
        if self._armed:
            self._armed.pop(0)(dialog)
        else:
            self.unexpected.append(words)
            dialog.reject()


def press(dialog: QDialog, text: str) -> None:
    """Click the button with this text."""
    from PySide6.QtWidgets import QPushButton

    buttons = {button.text(): button for button in dialog.findChildren(QPushButton)}
    buttons[text].click()


def type_text(widget: QWidget, text: str) -> None:
    """Type as an input method does; QtTest's keyClicks aborts on Chinese."""
    from PySide6.QtCore import QCoreApplication
    from PySide6.QtGui import QInputMethodEvent

    event = QInputMethodEvent("", [])
    event.setCommitString(text)
    QCoreApplication.sendEvent(widget, event)


def dialog_words(dialog: QDialog) -> str:
    """Title and text of a dialog."""
    from PySide6.QtWidgets import QMessageBox

    if isinstance(dialog, QMessageBox):
        return f"{dialog.text()}{dialog.informativeText()}"
    return dialog.windowTitle()


@pytest.fixture
def dialogs(dressed: QApplication) -> Iterator[Dialogs]:
    """Announce modal dialogs: `dialogs.expect("知道了")`; what they said is in `dialogs.seen`."""
    from PySide6.QtCore import QEvent, QObject, Qt, QTimer
    from PySide6.QtWidgets import QDialog

    met = Dialogs()

    class Watch(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            modal = (
                event.type() == QEvent.Type.Show
                and isinstance(watched, QDialog)
                and watched.windowModality() != Qt.WindowModality.NonModal
            )
            if modal:
                QTimer.singleShot(0, watched, lambda: met.meet(watched))
            return False

    watch = Watch()
    dressed.installEventFilter(watch)
    yield met
    dressed.processEvents()
    dressed.removeEventFilter(watch)
    assert not met.waiting, "an expected dialog never came"
