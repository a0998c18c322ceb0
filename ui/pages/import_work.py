"""The long work of an import: reading, checking, planning again, writing. One thing at a time; the page stays usable."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Signal

from core.base.errors import InvalidInput, Stale
from core.sheet.importing import Prepared, Written
from ui.context import Context
from ui.kit.operator_name import ask_once
from ui.kit.tasks import Task
from ui.pages import import_state as state
from ui.pages.import_state import ImportRun, Reading

WRITE, UNDO = "写入", "撤销导入"


class ImportWork(QObject):
    """Runs what is long, and tells what has become of it."""

    changed = Signal()  # begun or ended
    read_done = Signal()
    checked = Signal()  # parsed and planned: a new table
    planned = Signal()  # the same table, planned again
    written = Signal(object)  # Written
    undone = Signal(object)  # UndoResult

    def __init__(self, ctx: Context, run: ImportRun, parent: QObject) -> None:
        super().__init__(parent)
        self.ctx, self.run = ctx, run
        self.task: Task | None = None
        self.planning = False
        self._waiting: list[Callable[[], object]] = []  # changes made while the last ones are looked at
        self._checked: tuple[object, ...] | None = None  # files and columns the plan was made of

    @property
    def busy(self) -> str:
        """What goes on, '' for nothing."""
        if self.task is None:
            return ""
        return f"取消{self.task.label}" if self.task.cancelled else self.task.label

    @property
    def writing(self) -> bool:
        """The ledger is being written: nothing else may stop or replace it than 取消."""
        return self.task is not None and self.task.label in (WRITE, UNDO)

    def cancel(self) -> None:
        """Stop what goes on; what was there before stays. It has ended when `changed` says so: a file is read whole."""
        if self.task is not None:
            self.task.cancel()
            self.changed.emit()

    def read(self) -> None:
        """Read the files of the list."""
        kind, files, heads = self.run.kind, tuple(self.run.files), dict(self.run.by_hand)

        def done(reading: Reading) -> None:
            self.run.take_reading(reading)
            self._checked = None
            self.read_done.emit()

        self._begin("读取文件", lambda store, progress: state.read_files(kind, files, heads, store, progress), done)

    def check(self) -> None:
        """Parse and plan, unless the plan is of these columns already: then only plan again."""
        key = (self.run.read_of, tuple(self.run.maps.items()), frozenset(self.run.left))
        if key == self._checked and self.run.prepared is not None:
            self.checked.emit()
            self.act(lambda: None)
            return

        def done(made: Prepared) -> None:
            self.run.prepared = made
            self._checked = key
            self.checked.emit()

        self._begin("检查", lambda store, progress: state.check(self.run, store, progress), done)

    def write(self) -> None:
        """Write what can be written, as one step."""

        def done(written: Written) -> None:
            self.run.written = written
            self.written.emit(written)

        ask_once(self.ctx)
        self._begin(WRITE, lambda store, progress: state.write(self.run, store, progress), done)

    def undo(self, step: int) -> None:
        """Take the import back; what was touched since stays."""
        self._begin(UNDO, lambda store, _progress: store.undo(step, partial=True), self.undone.emit)

    def act(self, change: Callable[[], object]) -> None:
        """Make a change to the run and plan again; while that goes on, changes wait their turn."""
        self._waiting.append(change)
        self._go_on()

    def _go_on(self) -> None:
        if self._waiting and not self.planning and self.task is None:  # never beside a writing
            self._plan()

    def _plan(self) -> None:
        changes, self._waiting = self._waiting, []
        for change in changes:
            change()
        self.planning = True

        def done(_: object) -> None:
            self.planning = False
            if self._waiting:
                self._go_on()
            else:
                self.planned.emit()
                self.changed.emit()

        def failed(error: Exception) -> None:
            self.planning = False
            stale = error.fields.keys() & self.run.answers.keys() if isinstance(error, InvalidInput) else set()
            if stale:  # an answer that is none any more: it is asked again
                self.act(lambda: [self.run.answers.pop(key) for key in stale])
            else:
                self.ctx.messages.failure(error)
                self.changed.emit()

        def work(store: Any, progress: Any) -> None:
            state.plan(self.run, store, progress)

        self.ctx.tasks.run("检查", work, done, failed, owner=self, quiet=True)
        self.changed.emit()

    def _begin(self, label: str, fn: Callable[..., Any], done: Callable[[Any], object]) -> None:
        if self.task is not None or self.planning:
            return

        def finish(value: Any) -> None:
            self.task = None
            done(value)
            self._go_on()
            self.changed.emit()

        def fail(error: Exception) -> None:
            self.task = None
            self.changed.emit()
            self.ctx.messages.failure(error)
            if isinstance(error, Stale):
                self.act(lambda: None)
            self._go_on()

        task = self.ctx.tasks.run(label, fn, finish, fail, owner=self)
        self.task = task
        task.ended.connect(lambda: self._ended(task))
        self.changed.emit()

    def _ended(self, task: Task) -> None:
        """取消 in the strip of the window."""
        if self.task is task and task.cancelled:
            self.task = None
            self._go_on()
            self.changed.emit()
