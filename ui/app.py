"""Wiring: from a folder to an open window, and back to a closed ledger with a backup."""

from __future__ import annotations

import datetime as dt
import gc
import logging
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from core.base.clock import now
from core.base.errors import Problem
from core.ledger import clock_note, open_ledger
from core.store import Store, backup, files
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.messages import Messages
from ui.kit.refresher import Refresher
from ui.kit.settings import Settings
from ui.kit.tasks import Tasks
from ui.one_window import InUse, OneWindow, call, lock_folder, was_left
from ui.shell.backup_button import SECOND
from ui.shell.main_window import MainWindow
from ui.shell.recent import Recent, recall, remember
from ui.start import Hooks, make_application, start_log

LOG = logging.getLogger("xcjs")
CHECKED = "checked_at"  # key of the local drawer: when everything was checked last
SLOW = 64 << 20  # bytes from which a backup takes longer than a moment
MakeDemo = Callable[[Path], Store]


@dataclass(frozen=True, slots=True)
class Opened:
    """A ledger, its lock, and the page to show first ('' = the first)."""

    store: Store
    lock: OneWindow
    goto: str = ""
    year: int = 0
    sample: bool = False  # not what to open next time
    crashed: bool = False  # the last window was not closed


def run(
    data_dir: Path | None = None,
    passphrase: str | None = None,
    demo: bool = False,
    make_demo: MakeDemo | None = None,
) -> int:
    """Open the window and stay until it is closed. `make_demo(folder)` builds the sample ledger."""
    app = make_application()
    recent = recall()
    theme.apply(app, recent.dark, recent.points)
    messages = Messages()
    hooks = Hooks(messages)
    with tempfile.TemporaryDirectory(prefix="xcjs-demo-", ignore_cleanup_errors=True) as scratch:
        try:
            opened = _open(data_dir or recent.place, passphrase, demo, make_demo, Path(scratch))
            return 0 if opened is None else _work(app, opened, messages)
        except InUse as error:
            return 0 if call(error.folder) else _refuse(messages, error)
        except Problem as error:
            return _refuse(messages, error)
        finally:
            gc.enable()  # main() has it off until the window stands
            hooks.remove()


def _refuse(messages: Messages, error: Problem) -> int:
    messages.problem(error).exec()
    return error.exit_code


def _open(folder: Path, passphrase: str | None, demo: bool, make_demo: MakeDemo | None, scratch: Path) -> Opened | None:
    while True:
        if demo and make_demo is not None:
            return Opened(make_demo(scratch), lock_folder(scratch), year=2020, sample=True)
        if not files.is_ledger(folder):
            from ui.shell.first_run import FirstRun

            first = FirstRun(folder)
            first.sample.setVisible(make_demo is not None)
            if not first.exec():
                return None
            if first.store is not None and first.store.folder is not None:
                return Opened(first.store, lock_folder(first.store.folder), first.goto, first.year)
            demo, folder = first.demo, first.existing or folder
            continue
        crashed = was_left(folder)
        lock = lock_folder(folder)
        lock.listen()
        if passphrase is not None:
            store = _open_or_repair(folder, passphrase)
            if store is None:
                lock.unlock()
                return None
            return Opened(store, lock, crashed=crashed)
        from ui.shell.unlock import UnlockDialog

        unlock = UnlockDialog(folder)
        unlock.exec()
        if unlock.store is not None:
            return Opened(unlock.store, lock, crashed=crashed)
        lock.unlock()
        if not unlock.elsewhere:
            return None
        folder = _another(folder)


def _open_or_repair(folder: Path, passphrase: str) -> Store | None:
    try:
        return open_ledger(folder, passphrase)
    except files.Damaged as error:
        from ui.shell.repair import RepairDialog, Secret

        repair = RepairDialog(folder, error, Secret(passphrase))
        repair.exec()
        return open_ledger(folder, passphrase) if repair.restored else repair.store


def _another(folder: Path) -> Path:
    from PySide6.QtWidgets import QFileDialog

    chosen = QFileDialog.getExistingDirectory(None, "选择台账所在的文件夹", str(folder))
    return Path(chosen) if chosen else folder


def make_context(store: Store, messages: Messages) -> Context:
    """Everything a page needs, for one open ledger."""
    settings = Settings(store)
    if not store.operator:
        store.operator = str(settings.get("operator", ""))
    return Context(store, Tasks(store, messages.failure), Refresher(), messages, settings)


def _work(app: QApplication, opened: Opened, messages: Messages) -> int:
    from ui.pages.registry import PAGES, PROVIDERS

    store = opened.store
    if store.folder is not None:
        messages.log_file = start_log(store.folder)
    ctx = make_context(store, messages)
    if opened.year:
        ctx.year = opened.year
        ctx.settings.put("operator", store.operator)
    theme.apply(app, bool(ctx.settings.get("dark", False)), int(ctx.settings.get("points", 10)))
    window = MainWindow(ctx, PAGES, PROVIDERS)
    window.lock.offered = window.lock.offered and not opened.sample
    window.show()
    opened.lock.listen()
    if opened.goto in window.specs:
        window.go_to(opened.goto)
    QTimer.singleShot(0, window, gc.enable)
    QTimer.singleShot(1500, window, lambda: _after_start(ctx, window, opened.crashed))
    code = app.exec()
    ctx.tasks.close()
    _back_up_at_exit(ctx)
    if not opened.sample:
        _remember(ctx)
    store.close()
    opened.lock.unlock()
    return code


def _remember(ctx: Context) -> None:
    folder, settings = ctx.store.folder, ctx.settings
    if folder is not None:
        remember(Recent(str(folder), bool(settings.get("dark", False)), int(settings.get("points", 10))))


def _after_start(ctx: Context, window: MainWindow, crashed: bool) -> None:
    """After the first paint: backups begin, and at most one question is asked."""
    from ui.shell import read_only, repair

    store = ctx.store
    if store.folder is None:
        return
    if store.read_only:
        read_only.tell(ctx, window)
        return
    window.backup.begin()
    if note := clock_note(store):
        ctx.messages.say(note, "warn", seconds=600)
    if files.paused(store.folder):
        repair.ask_restored(ctx, window)
    elif crashed:
        repair.ask_after_crash(ctx, window)
    else:
        repair.look_over(ctx, window, _look_over)


def _look_over(store: Store) -> list[str]:
    """Everything once a week; in between only what opening left out, the pages of a large file."""
    from core import check

    checked = str(store.local.get(CHECKED, ""))
    if not checked or now() - dt.datetime.fromisoformat(checked) >= backup.WEEK:
        found = check.findings(store)
        store.local.put(CHECKED, now().isoformat())
        return found
    if store.folder is not None and files.ledger_file(store.folder).stat().st_size > files.QUICK:
        return check.pages(store)
    return []


def _back_up_at_exit(ctx: Context) -> None:
    store, second = ctx.store, str(ctx.settings.get(SECOND, "")) if ctx.store.folder is not None else ""
    if store.folder is None or store.read_only or files.paused(store.folder):
        return
    try:
        with _said_while(files.ledger_file(store.folder).stat().st_size):
            backup.routine(store, backup.AT_EXIT)
            if second and Path(second).is_dir() and backup.second_due(store):
                backup.to_second(store, Path(second))
    except Problem as error:
        ctx.messages.problem(error).exec()


@contextmanager
def _said_while(size: int) -> Iterator[None]:
    """A large ledger takes seconds to back up: the window is gone, so a small one says what goes on."""
    note = words("正在做退出时的备份，请稍候再关电脑……", "section", wrap=False)
    if size > SLOW:
        note.setWindowFlag(Qt.WindowType.SplashScreen)
        note.setMargin(theme.px(24))
        note.show()
        QApplication.processEvents()
    try:
        yield
    finally:
        note.close()


def show_and_close(folder: Path, passphrase: str) -> None:
    """Open the window on a ledger, visit every page, close it (self-check)."""
    app = make_application()
    theme.apply(app, False, 10)
    messages = Messages()
    from ui.pages.registry import PAGES, PROVIDERS

    store = open_ledger(folder, passphrase)
    ctx = make_context(store, messages)
    window = MainWindow(ctx, PAGES, PROVIDERS)
    window.show()
    for page_id in window.specs:
        window.go_to(page_id)
        app.processEvents()
    window.close()
    ctx.tasks.close()
    store.close()
