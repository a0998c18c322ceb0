"""Long work: one worker thread with its own Store, and child processes; progress and 取消 for both.

    ctx.tasks.run("统计全校", lambda store, progress: totals(store, progress), on_done=show, owner=self)
    ctx.tasks.spawn("打印纪实手册", {"job": "print", ...}, on_done=show, owner=self)

`progress(done, total)` raises `Cancelled` once 取消 was pressed: let it pass, the open transaction rolls back.
Callbacks run on the GUI thread, and not at all once `owner` is gone. `quiet=True` is for reads of a second or so
(counts, ids): they are not shown in the strip and do not wait behind long work.

Child process: `main.py --job` reads one JSON object from standard input (the job, with "folder", "key", "operator",
"login" added: the key never stands in arguments), and writes one JSON line at a time to standard output:
{"done": 3, "total": 40, "text": "…"} while it works, then {"result": …} or {"error": "句子"}. Cancel kills it.
"""

from __future__ import annotations

import json
import logging
import queue
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QProcess, Qt, QTimer, Signal, Slot
from shiboken6 import isValid

from core.base import clock
from core.base.errors import MachineFault, Problem
from core.store.files import Replaced

if TYPE_CHECKING:
    from core.store import Store

LOG = logging.getLogger(__name__)
Progress = Callable[[int, int], None]


class Cancelled(Exception):
    """取消 was pressed; raised by `progress` inside the work."""


class Task(QObject):
    """One piece of long work. Lives on the GUI thread; the worker only emits its private signals."""

    progressed = Signal(int, int, str)  # done, total (0 = unknown), text
    ended = Signal()
    _from_work = Signal(str, object)

    def __init__(
        self,
        label: str,
        on_done: Callable[[Any], object] | None,
        on_error: Callable[[Exception], object] | None,
        owner: QObject | None,
        fallback: Callable[[Exception], object],
    ) -> None:
        super().__init__()
        self.label = label
        self.running = True
        self.cancelled = False
        self.quiet = False
        self.signed = ("", "", "")  # name, role and login of who asked for it
        self._on_done = on_done
        self._on_error = on_error or fallback
        self._owner = owner
        # queued: an end that a QProcess reports must not delete it inside its own signal
        self._from_work.connect(self._hear, Qt.ConnectionType.QueuedConnection)

    def cancel(self) -> None:
        """Ask the work to stop; what it had not finished is as if it had not begun."""
        self.cancelled = True

    def report(self, done: int, total: int, text: str = "") -> None:
        """The `progress` given to the work; raises Cancelled when it should stop."""
        if self.cancelled:
            raise Cancelled
        self._from_work.emit("progress", (done, total, text))

    def deliver(self, kind: str, value: object) -> None:
        """Hand an end ('done', 'error', 'cancelled') over to the GUI thread."""
        self._from_work.emit(kind, value)

    @Slot(str, object)
    def _hear(self, kind: str, value: Any) -> None:
        if not self.running:
            return
        if kind == "progress":
            self.progressed.emit(*value)
            return
        self.running = False
        self.ended.emit()
        if self._owner is not None and not isValid(self._owner):
            return
        if kind == "done" and not self.cancelled and self._on_done:
            self._on_done(value)
        elif kind == "error" and not self.cancelled:
            self._on_error(value)


class Tasks(QObject):
    """Starts long work and keeps what is running."""

    started = Signal(object)  # Task that wants a place in the strip

    def __init__(self, store: Store, on_error: Callable[[Exception], object], program: list[str] | None = None) -> None:
        super().__init__()
        self._store = store
        self._fallback = on_error
        self._program = program or child_command()
        self._lanes: dict[tuple[bool, bool], _Lane] = {}
        self._running: list[Task] = []

    def run(
        self,
        label: str,
        fn: Callable[[Store, Progress], Any],
        on_done: Callable[[Any], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
        *,
        owner: QObject | None = None,
        quiet: bool = False,
        apart: bool = False,
    ) -> Task:
        """Run `fn(store, progress)` on a worker that has its own Store: what it reads is all of one moment.

        `apart`: a worker that nothing else waits behind (backups).
        """
        task = self._begin(Task(label, on_done, on_error, owner, self._fallback), quiet)
        if self._store.is_replaced:  # its key need not open what stands in its place, which would look like damage
            task.deliver("error", Replaced())
        elif self._store.folder is None:  # a ledger in memory has no second connection: take a turn of the loop instead
            QTimer.singleShot(0, task, lambda: _work(task, fn, self._store))
        else:
            if (quiet, apart) not in self._lanes:
                self._lanes[quiet, apart] = _Lane(self._store)
            self._lanes[quiet, apart].jobs.put((task, fn))
        return task

    def spawn(
        self,
        label: str,
        job: dict[str, Any],
        on_done: Callable[[Any], object] | None = None,
        on_error: Callable[[Exception], object] | None = None,
        *,
        owner: QObject | None = None,
    ) -> Task:
        """Run a job in a child process; `on_done` gets its "result"."""
        task = ChildTask(label, on_done, on_error, owner, self._fallback)
        self._begin(task, quiet=False)
        store = self._store
        order = {"folder": str(store.folder), "key": store.key.hex(), "operator": store.operator,
                 "login": store.login, "read_only": store.read_only, "year": clock.working_year()}  # fmt: skip
        task.start(self._program, {**job, **order})
        return task

    @property
    def running(self) -> tuple[Task, ...]:
        """What is under way, oldest first."""
        return tuple(task for task in self._running if task.running)

    def close(self, seconds: float = 10) -> None:
        """Cancel everything and wait for the workers (before the Store closes)."""
        for task in self._running:
            task.cancel()
        for lane in self._lanes.values():
            lane.jobs.put(None)
        for lane in self._lanes.values():
            lane.thread.join(seconds)
        self._lanes.clear()

    def _begin(self, task: Task, quiet: bool) -> Task:
        self._running.append(task)
        task.ended.connect(lambda: QTimer.singleShot(0, self, self._forget))  # not while it is still telling
        task.quiet = quiet
        task.signed = self._store.operator, self._store.role, self._store.login
        if not quiet:
            self.started.emit(task)
        return task

    @Slot()
    def _forget(self) -> None:
        self._running = [task for task in self._running if task.running]


class _Lane:
    """A thread with its own Store, opened when the first job comes; jobs run in order."""

    def __init__(self, store: Store) -> None:
        self.jobs: queue.SimpleQueue[tuple[Task, Callable[[Store, Progress], Any]] | None] = queue.SimpleQueue()
        self._windows = store
        self.thread = threading.Thread(target=self._loop, name="worker", daemon=True)
        self.thread.start()

    def _loop(self) -> None:
        store: Store | None = None
        while (job := self.jobs.get()) is not None:
            task, fn = job
            try:
                if store is None:
                    store = self._windows.twin()
            except Problem as error:
                task.deliver("error", error)
                continue
            store.operator, store.role, store.login = task.signed
            _work(task, fn, store)
        if store is not None:
            store.close()


def _work(task: Task, fn: Callable[[Store, Progress], Any], store: Store) -> None:
    if task.cancelled:
        task.deliver("cancelled", None)
        return
    try:
        with store.snapshot():
            value = fn(store, task.report)
        task.deliver("done", value)
    except Cancelled:
        task.deliver("cancelled", None)
    except Exception as error:  # noqa: BLE001 - handed to the GUI thread, which says it
        task.deliver("error", error)


class ChildTask(Task):
    """A task in a child process."""

    def start(self, program: list[str], order: dict[str, Any]) -> None:
        """Start the process and hand it the order."""
        self._result: Any = None
        self._error = ""
        self._process = process = QProcess(self)
        process.readyReadStandardOutput.connect(self._read)
        process.finished.connect(self._finish)
        process.errorOccurred.connect(self._fail)
        process.start(program[0], program[1:])
        process.write(json.dumps(order).encode("ascii") + b"\n")  # ASCII: Windows has a code page of its own for it
        process.closeWriteChannel()

    def cancel(self) -> None:
        """Kill the child: whole documents stay, a half one has the name *.part."""
        super().cancel()
        self._process.kill()
        self._process.waitForFinished(3000)
        self.deliver("cancelled", None)

    @Slot()
    def _read(self) -> None:
        while self._process.canReadLine():
            line = bytes(self._process.readLine().data()).decode("utf-8", "replace")
            try:
                said = json.loads(line)
            except ValueError:
                LOG.warning("child said: %s", line.rstrip())
                continue
            if "result" in said:
                self._result = said["result"]
            elif "error" in said:
                self._error = str(said["error"])
            elif not self.cancelled:
                self.deliver("progress", (int(said.get("done", 0)), int(said.get("total", 0)), said.get("text", "")))

    @Slot(int, QProcess.ExitStatus)
    def _finish(self, code: int, status: QProcess.ExitStatus) -> None:
        self._read()
        errors = bytes(self._process.readAllStandardError().data()).decode("utf-8", "replace").strip()
        if errors:
            LOG.warning("child process: %s", errors)
        if self._error:
            self.deliver("error", MachineFault(self._error))
        elif code or status != QProcess.ExitStatus.NormalExit:
            self.deliver(
                "error", MachineFault(f"“{self.label}”的后台程序中途停止了。", "已经完成的文件都在，请再做一次。")
            )
        else:
            self.deliver("done", self._result)

    @Slot(QProcess.ProcessError)
    def _fail(self, error: QProcess.ProcessError) -> None:
        if error == QProcess.ProcessError.FailedToStart:
            self.deliver("error", MachineFault("后台程序没有启动。", "请确认安全软件没有拦截本程序，再试一次。"))


def child_command() -> list[str]:
    """How this program starts itself for a job: frozen, or from source."""
    if getattr(sys, "frozen", False):
        program = Path(sys.executable)
        # the console twin beside it (build.spec): a windowed program of Windows has no standard streams
        return [str(program.with_name(f"xcjs{program.suffix}")), "--job"]
    return [sys.executable, str(Path(__file__).resolve().parents[2] / "main.py"), "--job"]
