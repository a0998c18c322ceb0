"""Long work: a worker with its own Store, progress, 取消, failures, the child process."""

from __future__ import annotations

import io
import json
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QPushButton

from core.base.errors import MachineFault, Refused
from core.store import Store, Wiring
from tests.conftest import PATIENCE, Clock
from tests.ui.conftest import add_unit, context_of
from ui.context import Context
from ui.job import serve
from ui.kit.tasks import Progress, Tasks, child_command
from ui.shell.work_strip import WorkStrip

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}


@pytest.fixture
def disk(dressed: QApplication, tmp_path: Path) -> Iterator[Context]:
    """Context on a ledger on disk."""
    store, _code = Store.create(tmp_path / "台账", "口令口令口令口令", operator="王丽", cost=CHEAP, wiring=Wiring())
    made = context_of(store)
    yield made
    made.tasks.close()
    store.close()


def test_runs_beside_the_window_with_its_own_store(disk: Context, qtbot: Any) -> None:
    got: list[Any] = []

    def work(store: Store, progress: Progress) -> tuple[str, bool, str]:
        with store.transact("新增单位") as tx:
            add_unit(tx, "会计学院")
        return threading.current_thread().name, store is disk.store, store.operator

    disk.tasks.run("新增", work, lambda value: got.append((value, threading.current_thread())))
    qtbot.waitUntil(lambda: bool(got))
    assert got == [(("worker", False, "王丽"), threading.main_thread())]
    assert disk.store.value("SELECT name FROM unit") == "会计学院"


def test_work_in_memory_takes_a_turn_of_the_loop(ctx: Context, qtbot: Any) -> None:
    got: list[Any] = []
    ctx.tasks.run("统计", lambda store, progress: store.value("SELECT 41 + 1"), got.append)
    assert got == []
    qtbot.waitUntil(lambda: got == [42])


def test_progress_is_shown_and_the_strip_goes(disk: Context, clock: Clock, qtbot: Any) -> None:
    strip = WorkStrip(disk.tasks)
    qtbot.addWidget(strip)
    seen: list[tuple[int, int]] = []
    go_on, later = threading.Event(), threading.Event()

    def work(store: Store, progress: Progress) -> None:
        progress(3, 40)
        go_on.wait(PATIENCE)
        clock.at += 3
        progress(30, 40)
        later.wait(PATIENCE)

    task = disk.tasks.run("打印", work)
    task.progressed.connect(lambda done, total, text: seen.append((done, total)))
    qtbot.waitUntil(lambda: bool(seen))
    assert strip.isVisible()
    line = strip.layout().itemAt(0).widget()
    assert (line.label.text(), line.count.text(), line.bar.value()) == ("打印", "3 / 40", 3)
    go_on.set()
    qtbot.waitUntil(lambda: len(seen) == 2)
    assert line.count.text() == "30 / 40 · 约剩 1 秒"
    later.set()
    qtbot.waitUntil(lambda: not strip.isVisible())
    assert disk.tasks.running == ()


def test_cancel_rolls_back(disk: Context, qtbot: Any) -> None:
    strip = WorkStrip(disk.tasks)
    qtbot.addWidget(strip)
    wrote, cancelled, done = threading.Event(), threading.Event(), []

    def work(store: Store, progress: Progress) -> None:
        with store.transact("导入") as tx:
            add_unit(tx, "会计学院")
            wrote.set()
            cancelled.wait(PATIENCE)
            progress(1, 2)

    disk.tasks.run("导入", work, done.append)
    qtbot.waitUntil(wrote.is_set)
    qtbot.mouseClick(strip.findChild(QPushButton), Qt.MouseButton.LeftButton)
    cancelled.set()
    qtbot.waitUntil(lambda: disk.tasks.running == ())
    assert done == []
    assert disk.store.value("SELECT count(*) FROM unit") == 0


def test_a_waiting_task_that_is_cancelled_never_runs(disk: Context, qtbot: Any) -> None:
    hold, ran = threading.Event(), []
    disk.tasks.run("先来", lambda store, progress: hold.wait(PATIENCE))
    second = disk.tasks.run("后来", lambda store, progress: ran.append(1))
    second.cancel()
    hold.set()
    qtbot.waitUntil(lambda: disk.tasks.running == ())
    assert ran == []


def test_quiet_reads_do_not_wait_behind_long_work(disk: Context, qtbot: Any) -> None:
    hold, got, shown = threading.Event(), [], []
    disk.tasks.started.connect(lambda task: shown.append(task.label))
    disk.tasks.run("导入", lambda store, progress: hold.wait(PATIENCE))
    disk.tasks.run("计数", lambda store, progress: store.value("SELECT 7"), got.append, quiet=True)
    qtbot.waitUntil(lambda: got == [7])
    assert shown == ["导入"]
    hold.set()
    qtbot.waitUntil(lambda: disk.tasks.running == ())


def test_a_failure_reaches_its_page(disk: Context, qtbot: Any) -> None:
    failed: list[Exception] = []

    def work(store: Store, progress: Progress) -> None:
        raise Refused("没有可打印的人。")

    disk.tasks.run("打印", work, on_error=failed.append)
    qtbot.waitUntil(lambda: bool(failed))
    assert str(failed[0]) == "没有可打印的人。"


def test_a_failure_nobody_takes_is_said(disk: Context, qtbot: Any, dialogs: Any) -> None:
    def work(store: Store, progress: Progress) -> None:
        raise MachineFault("磁盘已满。", "请清理磁盘。")

    dialogs.expect("知道了")
    disk.tasks.run("打印", work)
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert dialogs.seen == ["磁盘已满。请清理磁盘。"]


def test_no_callback_once_the_owner_is_gone(disk: Context, qtbot: Any) -> None:
    owner, got, hold = QObject(), [], threading.Event()
    disk.tasks.run("统计", lambda store, progress: hold.wait(PATIENCE), got.append, owner=owner)
    from shiboken6 import delete

    delete(owner)
    hold.set()
    qtbot.waitUntil(lambda: disk.tasks.running == ())
    assert got == []


CHILD = """
import sys
sys.path.insert(0, {root!r})
from ui.job import serve
def count(store, order, progress):
    for n in range(order["total"]):
        progress(n + 1, order["total"], "第" + str(n + 1) + "份")
    return [store.value("SELECT name FROM unit"), store.operator]
def fail(store, order, progress):
    raise ValueError("oops")
def hang(store, order, progress):
    progress(1, 2)
    sys.stdin.close()
    import threading
    threading.Event().wait(60)
def echo(store, order, progress):
    return order["out"]
raise SystemExit(serve({{"count": count, "fail": fail, "hang": hang, "echo": echo}}))
"""


@pytest.fixture
def child(disk: Context, tmp_path: Path) -> Iterator[Tasks]:
    """Tasks whose child process is a small script."""
    script = tmp_path / "child.py"
    script.write_text(CHILD.format(root=str(Path(__file__).resolve().parents[2])), encoding="utf-8")
    with disk.store.transact("准备") as tx:
        add_unit(tx, "会计学院")
    tasks = Tasks(disk.store, lambda error: None, [sys.executable, str(script)])
    yield tasks
    tasks.close()


def test_child_works_on_the_ledger_and_reports(child: Tasks, qtbot: Any) -> None:
    got: list[Any] = []
    seen: list[tuple[int, int, str]] = []
    task = child.spawn("打印", {"job": "count", "total": 3}, got.append)
    task.progressed.connect(lambda done, total, text: seen.append((done, total, text)))
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    assert got == [["会计学院", "王丽"]]
    assert seen == [(1, 3, "第1份"), (2, 3, "第2份"), (3, 3, "第3份")]


def test_the_key_is_not_in_the_arguments(child: Tasks, disk: Context, qtbot: Any) -> None:
    got: list[Any] = []
    task = child.spawn("打印", {"job": "count", "total": 1}, got.append)
    assert disk.store.key.hex() not in " ".join(task._process.arguments())
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)


def test_child_fault_is_a_sentence(child: Tasks, qtbot: Any) -> None:
    failed: list[Exception] = []
    child.spawn("打印", {"job": "fail"}, on_error=failed.append)
    qtbot.waitUntil(lambda: bool(failed), timeout=20_000)
    assert str(failed[0]).startswith("后台程序出了意外")


def test_cancel_kills_the_child(child: Tasks, qtbot: Any) -> None:
    seen, got = [], []
    task = child.spawn("打印", {"job": "hang"}, got.append, got.append)
    task.progressed.connect(lambda *what: seen.append(what))
    qtbot.waitUntil(lambda: bool(seen), timeout=20_000)
    task.cancel()
    qtbot.waitUntil(lambda: child.running == ())
    assert task._process.processId() == 0
    assert got == []


def test_a_program_that_is_not_there_is_a_sentence(disk: Context, qtbot: Any, tmp_path: Path) -> None:
    failed: list[Exception] = []
    tasks = Tasks(disk.store, failed.append, [str(tmp_path / "missing")])
    tasks.spawn("打印", {"job": "count"})
    qtbot.waitUntil(lambda: bool(failed))
    assert str(failed[0]).startswith("后台程序没有启动。")


def test_serve_answers_a_problem_with_its_exit_code(disk: Context, tmp_path: Path) -> None:
    order = {"job": "x", "folder": str(tmp_path / "没有"), "key": disk.store.key.hex(), "operator": ""}
    out = io.StringIO()
    assert serve({}, io.StringIO(json.dumps(order) + "\n"), out) == 3
    assert "没有台账" in json.loads(out.getvalue())["error"]


def test_the_order_is_plain_ascii_whatever_the_code_page(child: Tasks, qtbot: Any, monkeypatch: Any) -> None:
    monkeypatch.setenv("PYTHONIOENCODING", "gbk")  # what a child of a Chinese Windows reads with
    got: list[Any] = []
    child.spawn("打印", {"job": "echo", "out": "D:\\归档\\𬭎"}, got.append, got.append)
    qtbot.waitUntil(lambda: bool(got), timeout=20_000)
    assert got == ["D:\\归档\\𬭎"]


def test_the_frozen_program_starts_its_console_twin(monkeypatch: Any, tmp_path: Path) -> None:
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    monkeypatch.setattr(sys, "executable", str(tmp_path / "下沉纪实.exe"))
    assert child_command() == [str(tmp_path / "xcjs.exe"), "--job"]


def test_child_command_starts_main() -> None:
    command = child_command()
    assert command[0] == sys.executable
    assert [Path(command[1]).name, command[2]] == ["main.py", "--job"]
