"""What the program does once before any window: fonts, words of Qt in Chinese, and the hooks that catch our own faults."""

from __future__ import annotations

import logging
import sys
import threading
from pathlib import Path
from types import TracebackType

from PySide6.QtCore import QLibraryInfo, QLocale, QObject, QTranslator, Signal
from PySide6.QtGui import QFontDatabase, QIcon
from PySide6.QtWidgets import QApplication

from core.base.paths import asset
from ui.kit.messages import Messages
from ui.kit.theme import FAMILIES

LOG = logging.getLogger("xcjs")
_IDENTITY = "XiaChenJiShi.Window"  # never changed: what is pinned to the taskbar hangs on it


def make_application() -> QApplication:
    """The QApplication with Chinese dates and dialogs. Each screen has its own scale (Qt's PassThrough: 125 % is 125 %)."""
    _name_in_taskbar()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    app.setApplicationName("下沉纪实")
    app.setWindowIcon(QIcon(str(asset("icons", "app.png"))))
    QLocale.setDefault(QLocale("zh_CN"))
    translator = QTranslator(app)  # the application must keep it
    if translator.load("qtbase_zh_CN", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
        app.installTranslator(translator)
    load_fonts()
    return app


def _name_in_taskbar() -> None:
    """Windows of this program stand together in the taskbar under its own icon, however it was started."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(_IDENTITY)


def load_fonts() -> None:
    """The shipped font, where the machine has no Chinese one of ours."""
    if not set(FAMILIES[:3]) & set(QFontDatabase.families()):  # WenQuanYi has no bold and an older set of characters
        QFontDatabase.addApplicationFont(str(asset("fonts", "NotoSansSC-Regular.ttf")))


def start_log(folder: Path) -> Path:
    """Write the log beside the ledger (words of the program only, never the data); returns the file."""
    from logging.handlers import RotatingFileHandler

    file = folder / "程序日志.log"
    folder.mkdir(parents=True, exist_ok=True)
    handler = RotatingFileHandler(file, maxBytes=1 << 20, backupCount=2, encoding="utf-8", delay=True)
    handler.setFormatter(logging.Formatter("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logging.getLogger().addHandler(handler)
    return file


class Hooks(QObject):
    """Uncaught exceptions of any thread become an error window on the GUI thread."""

    _caught = Signal(object)

    def __init__(self, messages: Messages) -> None:
        super().__init__()
        self._messages = messages
        self._open = False
        self._caught.connect(self._say)
        sys.excepthook = self._main
        threading.excepthook = self._thread

    def remove(self) -> None:
        """Python's own hooks again."""
        sys.excepthook = sys.__excepthook__
        threading.excepthook = threading.__excepthook__

    def _main(self, kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
        if issubclass(kind, KeyboardInterrupt):
            QApplication.quit()
            return
        self._caught.emit(error.with_traceback(trace))

    def _thread(self, args: threading.ExceptHookArgs) -> None:
        if args.exc_value is not None:
            self._caught.emit(args.exc_value)

    def _say(self, error: BaseException) -> None:
        if self._open:  # a fault in a paint event comes again and again: one window, the rest in the log
            LOG.error("again: %r", error)
            return
        self._open = True
        box = self._messages.failure(error)  # a full disk met in passing is no fault of ours
        box.finished.connect(self._closed)

    def _closed(self) -> None:
        self._open = False
