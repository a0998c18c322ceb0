"""Wiring: lock, last ledger, hooks, backups at start and exit, a whole run of the program."""

from __future__ import annotations

import gc
import subprocess
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from core.base.errors import MachineFault
from core.store import Store, Wiring, backup, files
from tests.conftest import PATIENCE
from tests.ui.conftest import PAGES, add_unit
from tests.ui.test_unlock import CHEAP, OLD
from ui import app as program
from ui.kit import theme
from ui.kit.messages import Messages
from ui.one_window import was_left
from ui.shell.main_window import MainWindow
from ui.shell.recent import Recent, recall, remember
from ui.start import Hooks, start_log


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A ledger with one unit; the user's data folder is a scratch one."""
    monkeypatch.setenv("XCJS_DATA", str(tmp_path / "user"))
    store, _code = Store.create(tmp_path / "台账", OLD, cost=CHEAP, wiring=Wiring())
    with store.transact("新增单位") as tx:
        add_unit(tx, "会计学院")
    store.close()
    return tmp_path / "台账"


def test_one_window_per_ledger(folder: Path) -> None:
    first = program.lock_folder(folder)
    with pytest.raises(MachineFault, match="已经在另一个窗口里打开"):
        program.lock_folder(folder)
    first.unlock()
    program.lock_folder(folder).unlock()


def test_the_last_ledger_and_its_look_are_remembered(folder: Path, tmp_path: Path) -> None:
    assert recall().place == tmp_path / "user"
    remember(Recent(str(folder), dark=True, points=13))
    assert recall() == Recent(str(folder), True, 13)
    (tmp_path / "user" / "上次打开.json").write_text("不是JSON", encoding="utf-8")
    assert recall() == Recent()


def main_window(app: QApplication) -> MainWindow | None:
    """The main window, once it is there."""
    found = [one for one in app.topLevelWidgets() if isinstance(one, MainWindow) and one.isVisible()]
    return found[0] if found else None


@pytest.fixture
def visitor(dressed: QApplication) -> Iterator[Any]:
    """Does something in the main window of `run` when it is there, then closes it."""
    timer = QTimer()
    timer.setInterval(20)

    def plan(act: Any) -> None:
        def look() -> None:
            window = main_window(dressed)
            if window is not None and act(window) is not False:
                timer.stop()
                window.close()
                dressed.quit()

        timer.timeout.connect(look)
        timer.start()

    yield plan
    timer.stop()


def test_a_whole_run_with_backups(folder: Path, visitor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ui.pages.registry.PAGES", PAGES)
    seen: list[str] = []

    def act(window: MainWindow) -> bool:
        if not window.ctx.settings.get("backup_made"):
            return False
        seen.append(window.status.footer.text())
        with window.ctx.store.transact("新增单位") as tx:
            add_unit(tx, "法学院")
        return True

    visitor(act)
    assert program.run(folder, OLD) == 0
    assert seen == ["1 个单位"]
    assert recall().place == folder
    names = [file.stem.rsplit("_", 1)[1] for file in backup.listed(folder)]
    assert sorted(names) == sorted(["启动", "退出"])
    assert not (folder / "window.lock").exists()


def test_without_a_change_no_backup_is_made_at_exit(folder: Path, visitor: Any) -> None:
    visitor(lambda window: bool(window.ctx.settings.get("backup_made")))
    assert program.run(folder, OLD) == 0
    assert [backup.reason_of(one) for one in backup.listed(folder)] == ["启动"]


CRASH = """
import os, sys
from pathlib import Path
from ui.one_window import lock_folder
lock = lock_folder(Path(sys.argv[1]))
os._exit(1)
"""


def test_after_a_crash_one_question_at_the_next_start_only(folder: Path, visitor: Any, dialogs: Any) -> None:
    subprocess.run([sys.executable, "-c", CRASH, str(folder)], cwd=Path(__file__).parents[2], timeout=PATIENCE)
    assert (folder / "window.lock").exists()
    dialogs.expect("是，继续")
    visitor(lambda _window: bool(dialogs.seen))
    assert program.run(folder, OLD) == 0
    assert len(dialogs.seen) == 1 and dialogs.seen[0].startswith("上次没有正常退出。检查过了，台账完好")
    assert not was_left(folder), "the next start would ask again"


def test_a_damaged_ledger_can_be_looked_at(folder: Path, visitor: Any, dialogs: Any) -> None:
    store = Store.open(folder, OLD, wiring=Wiring())
    backup.make(store, backup.BY_HAND)
    root = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'unit'")
    store.close()
    data = bytearray(files.ledger_file(folder).read_bytes())
    data[(root - 1) * 4096 + 100] ^= 1
    files.ledger_file(folder).write_bytes(data)

    def unlock(dialog: Any) -> None:
        dialogs.expect(lambda repair: repair.look.click())
        dialog.secret.setText(OLD)
        dialog.unlock()

    dialogs.expect(unlock)
    titles: list[tuple[str, str]] = []

    def act(window: MainWindow) -> bool:
        window.go_to("settings")
        titles.append((window.windowTitle(), window.status.backup.text()))
        return True

    visitor(act)
    assert program.run(folder) == 0
    assert titles == [("设置 - 下沉纪实（只读）", "只读")]
    assert files.ledger_file(folder).read_bytes() == bytes(data)
    assert len(backup.listed(folder)) == 1


def test_a_damaged_ledger_given_with_its_passphrase_is_offered_its_backup(
    folder: Path, visitor: Any, dialogs: Any
) -> None:
    store = Store.open(folder, OLD, wiring=Wiring())
    backup.make(store, backup.BY_HAND)
    store.close()
    file = files.ledger_file(folder)
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    dialogs.expect(lambda repair: repair.take.click())
    dialogs.expect("就用这一份")
    visitor(lambda _window: not dialogs.waiting)
    assert program.run(folder, OLD) == 0
    assert not files.paused(folder) and "是您要的那一份吗" in dialogs.seen[-1]


def test_garbage_is_collected_once_the_window_stands(folder: Path, visitor: Any) -> None:
    seen: list[bool] = []
    visitor(lambda _window: seen.append(gc.isenabled()) or gc.isenabled() or len(seen) > 50)
    gc.disable()  # as main() does
    try:
        assert program.run(folder, OLD) == 0
        assert seen[-1] and gc.isenabled()
    finally:
        gc.enable()


def test_wrong_passphrase_from_the_command_line(folder: Path, dialogs: Any) -> None:
    dialogs.expect("知道了")
    assert program.run(folder, "不对的口令不对") == 2
    assert dialogs.seen[0].startswith("口令不对。")


def test_cancelled_unlock_leaves_nothing_behind(folder: Path, dialogs: Any) -> None:
    dialogs.expect(lambda dialog: dialog.reject())
    assert program.run(folder) == 0
    assert not (folder / "window.lock").exists()


def test_sample_ledger(visitor: Any, folder: Path) -> None:
    made: list[Path] = []

    def make_demo(place: Path) -> Store:
        made.append(place)
        store, _code = Store.create(place / "示例", OLD, cost=CHEAP, wiring=Wiring())
        return store

    years: list[int] = []
    visitor(lambda window: years.append(window.ctx.year))
    assert program.run(demo=True, make_demo=make_demo) == 0
    assert years == [2020]
    assert not made[0].exists()
    assert recall() == Recent()


def test_hooks_turn_faults_of_any_thread_into_one_window(dressed: QApplication, qtbot: Any, dialogs: Any) -> None:
    hooks = Hooks(Messages())
    try:
        dialogs.expect("关闭")
        thread = threading.Thread(target=lambda: 1 / 0)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(dialogs.seen))
        assert "程序出了意外" in dialogs.seen[0]
    finally:
        hooks.remove()


def test_a_full_disk_met_in_passing_is_no_fault_of_ours(dressed: QApplication, qtbot: Any, dialogs: Any) -> None:
    hooks = Hooks(Messages())

    def full() -> None:
        raise MachineFault("磁盘已满。", "请清理磁盘。")

    try:
        dialogs.expect("知道了")
        thread = threading.Thread(target=full)
        thread.start()
        thread.join()
        qtbot.waitUntil(lambda: bool(dialogs.seen))
        assert dialogs.seen == ["磁盘已满。请清理磁盘。"]
    finally:
        hooks.remove()


def test_log_keeps_the_details(tmp_path: Path, dressed: QApplication, qtbot: Any, dialogs: Any) -> None:
    import logging

    file = start_log(tmp_path / "台账")
    handler = logging.getLogger().handlers[-1]
    try:
        dialogs.expect("关闭")
        Messages(file).bug(ValueError("oops"))
        qtbot.waitUntil(lambda: bool(dialogs.seen))
        assert str(file) in dialogs.seen[0]
        assert "ValueError: oops" in file.read_text(encoding="utf-8")
    finally:
        logging.getLogger().removeHandler(handler)
        handler.close()


def test_long_work_is_not_lost_by_closing_without_asking(
    window: MainWindow, ctx: Any, qtbot: Any, dialogs: Any
) -> None:
    ctx.tasks.run("导入名册", lambda store, progress: None)
    dialogs.expect("不了")
    window.close()
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert window.isVisible()
    assert dialogs.seen[0].startswith("“导入名册”还没有做完")
    qtbot.waitUntil(lambda: not ctx.tasks.running)


def test_theme_follows_the_ledger(window: MainWindow, ctx: Any) -> None:
    ctx.settings.put("dark", True)
    assert theme.tokens() is theme.DARK
