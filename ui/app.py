"""Wiring: from a folder to an open window, and back to a closed ledger with a backup."""

from __future__ import annotations

import gc
import logging
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QLockFile, QTimer
from PySide6.QtWidgets import QApplication

from core.base.clock import now
from core.base.errors import MachineFault, Problem
from core.ledger import open_ledger
from core.store import Store, files
from ui.context import Context
from ui.kit import theme
from ui.kit.messages import Messages
from ui.kit.refresher import Refresher
from ui.kit.settings import Settings
from ui.kit.tasks import Tasks
from ui.shell.main_window import MainWindow
from ui.shell.recent import Recent, recall, remember
from ui.start import Hooks, make_application, start_log

LOG = logging.getLogger("xcjs")
SECOND = "backup_second"  # settings key: folder of the second place for backups
MakeDemo = Callable[[Path], Store]


@dataclass(frozen=True, slots=True)
class Opened:
    """A ledger, its lock, and the page to show first ('' = the first)."""

    store: Store
    lock: QLockFile
    goto: str = ""
    year: int = 0
    sample: bool = False  # not what to open next time


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
        except Problem as error:
            messages.problem(error).exec()
            return error.exit_code
        finally:
            gc.enable()  # main() has it off until the window stands
            hooks.remove()


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
        lock = lock_folder(folder)
        if passphrase is not None:
            return Opened(open_ledger(folder, passphrase), lock)
        from ui.shell.unlock import UnlockDialog

        unlock = UnlockDialog(folder)
        unlock.exec()
        if unlock.store is not None:
            return Opened(unlock.store, lock)
        lock.unlock()
        if not unlock.elsewhere:
            return None
        folder = _another(folder)


def _another(folder: Path) -> Path:
    from PySide6.QtWidgets import QFileDialog

    chosen = QFileDialog.getExistingDirectory(None, "选择台账所在的文件夹", str(folder))
    return Path(chosen) if chosen else folder


def lock_folder(folder: Path) -> QLockFile:
    """One window per ledger; MachineFault if another holds it (the lock of a crashed one is taken over)."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(folder / "window.lock"))
    lock.setStaleLockTime(0)
    if not lock.tryLock(200):
        raise MachineFault("这个台账已经在另一个窗口里打开了。", "请切换到那个窗口；如果看不到，请重新启动电脑后再试。")
    return lock


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
    window.show()
    if opened.goto in window.specs:
        window.go_to(opened.goto)
    QTimer.singleShot(0, window, gc.enable)
    QTimer.singleShot(1500, window, lambda: _back_up_at_start(ctx))  # after the first paint
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


def _back_up_at_start(ctx: Context) -> None:
    def work(store: Store, _progress: object) -> str:
        files.make_backup(store, "启动")
        files.thin(store.folder or Path())
        return now().isoformat()

    if ctx.store.folder is not None:
        ctx.tasks.run("备份", work, lambda at: ctx.settings.put("backed_up_at", at), quiet=True)


def _back_up_at_exit(ctx: Context) -> None:
    try:
        if ctx.store.folder is not None and _changed_since_backup(ctx):
            files.make_backup(ctx.store, "退出")
            if second := str(ctx.settings.get(SECOND, "")):
                files.make_backup(ctx.store, "退出", Path(second))
            ctx.settings.put("backed_up_at", now().isoformat())
    except Problem as error:
        ctx.messages.problem(error).exec()


def _changed_since_backup(ctx: Context) -> bool:
    newest = ctx.store.steps(1)
    return bool(newest) and newest[0].at >= str(ctx.settings.get("backed_up_at", ""))


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
    for spec in PAGES:
        window.go_to(spec.id)
        app.processEvents()
    window.close()
    ctx.tasks.close()
    store.close()
