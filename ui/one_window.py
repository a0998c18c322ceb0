"""One window per ledger, and whether the last one was left without being closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QLockFile

from core.base.errors import MachineFault

_FILE = "window.lock"


def lock_folder(folder: Path) -> QLockFile:
    """One window per ledger; MachineFault if another holds it (the lock of a crashed one is taken over)."""
    folder.mkdir(parents=True, exist_ok=True)
    lock = QLockFile(str(folder / _FILE))
    lock.setStaleLockTime(0)
    if not lock.tryLock(200):
        raise MachineFault("这个台账已经在另一个窗口里打开了。", "请切换到那个窗口；如果看不到，请重新启动电脑后再试。")
    return lock


def was_left(folder: Path) -> bool:
    """Whether a lock lies there (ask before `lock_folder`): if it can be taken, who held it did not end as it should."""
    return (folder / _FILE).exists()
