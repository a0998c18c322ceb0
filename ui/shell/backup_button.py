"""The program's own backups: at start, every half hour, weekly to the second place; and their state in the status bar."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QObject, QTimer

from core.base.clock import today
from core.base.errors import Problem
from core.store import Store, backup, files
from ui.context import Context
from ui.kit.tasks import Progress
from ui.shell.backup_words import short_moment
from ui.shell.statusbar import StatusBar

EVERY = 30 * 60 * 1000  # ms between two looks whether something changed
SECOND = "backup_second"  # settings key: folder of the second place
MISSED = "backup_second_missed"  # settings key: the day its absence was said
MADE = "backup_made"  # settings key: the last backup; who shows how things stand follows it
Done = tuple[Path | None, str]  # the backup made; why nothing went to the second place


class BackupState(QObject):
    """Keeps backups coming, and the words in the status bar true."""

    def __init__(self, ctx: Context, status: StatusBar) -> None:
        super().__init__(status)
        self._ctx = ctx
        self._status = status
        self._running = False
        self._failure = ""
        self._timer = QTimer(self, interval=EVERY)
        self._timer.timeout.connect(lambda: self.run(backup.TIMED))
        status.backup_asked.connect(self._asked)
        ctx.refresher.changed.connect(self.show)
        ctx.settings.changed.connect(lambda key: self.show() if key == MADE else None)
        self.show()

    def begin(self) -> None:
        """After the first paint: one now if something changed, then by the clock."""
        if self._ctx.store.folder is not None and not self._ctx.store.read_only:
            self._timer.start()
            self.run(backup.AT_START)

    def show(self) -> None:
        """Say how things stand."""
        self._status.show_backup(*self._words())

    def run(self, reason: str) -> None:
        """The program's own backup on a worker of its own: nobody waits for it, and failures are said at the bottom."""
        if self._running or self._ctx.store.folder is None or self._ctx.store.read_only:
            return
        self._start()
        place = str(self._ctx.settings.get(SECOND, ""))

        def work(store: Store, progress: Progress) -> Done:
            made = backup.routine(store, reason, progress)
            due = place and not self._paused() and backup.second_due(store)
            return made, _to_second(store, place, progress) if due else ""

        self._ctx.tasks.run("备份", work, self._done, self._failed, owner=self, quiet=True, apart=True)

    def make(self) -> None:
        """One on request, and its copy in the second place."""
        ctx = self._ctx
        if ctx.store.folder is None:
            ctx.messages.say("示例台账在内存中，不需要备份。", "info")
            return
        if ctx.store.read_only:
            ctx.messages.say("台账以只读方式打开，不另做备份。", "info")
            return
        self._start()
        make_now(ctx, self._made, self._asked_failed, self)

    def _asked(self) -> None:
        if self._paused():
            self._ctx.go_to("settings", section="backup")
        else:
            self.make()

    def _paused(self) -> bool:
        folder = self._ctx.store.folder
        return folder is not None and files.paused(folder)

    def _start(self) -> None:
        self._running = True
        self.show()

    def _made(self, done: Done) -> None:
        say_made(self._ctx, done)
        self._done((done[0], ""))

    def _done(self, done: Done) -> None:
        self._running, self._failure = False, ""
        made, missed = done
        if missed and self._ctx.settings.get(MISSED, "") != today().isoformat():
            self._ctx.settings.put(MISSED, today().isoformat())  # tried again at each turn, said once a day
            self._ctx.messages.say(missed, "warn", seconds=30)
        if made is not None:
            self._ctx.settings.put(MADE, made.name)
        self.show()

    def _failed(self, error: Exception) -> None:
        self._running = False
        self._failure = str(error) if isinstance(error, Problem) else "备份中途出了意外。"
        self._ctx.messages.say(self._failure, "warn", seconds=30)
        self.show()

    def _asked_failed(self, error: Exception) -> None:
        self._failed(error)
        self._ctx.messages.failure(error)

    def _words(self) -> tuple[str, str]:
        store = self._ctx.store
        if store.folder is None:
            return "不备份", "示例台账在内存中，不需要备份。"
        if store.read_only:
            return "只读", "台账以只读方式打开：只能查看、打印和导出，不做备份。"
        if self._running:
            return "正在备份…", "备份在后台进行，可以继续工作。"
        if self._paused():
            return "恢复待确认", "这个台账是刚从备份恢复的，自动备份已暂停。单击去确认或换回。"
        if self._failure:
            return "备份没有成功", f"{self._failure}单击再试。"
        last = backup.last(store)
        if not last:
            return "未备份", "还没有备份。单击立即备份。"
        after = "这以后有改动，半小时内自动备份。" if backup.changed(store) else "这以后没有改动。"
        return f"备份 {short_moment(last['at'])}", f"最近一次备份的时间。{after}单击立即备份。"


def make_now(
    ctx: Context, done: Callable[[Done], object], failed: Callable[[Exception], object], owner: QObject
) -> None:
    """A backup on request, and its copy in the second place, on a worker."""
    place = str(ctx.settings.get(SECOND, ""))

    def work(store: Store, progress: Progress) -> Done:
        made = backup.make(store, backup.BY_HAND, progress=progress)
        return made, _to_second(store, place, progress) if place else ""

    ctx.tasks.run("备份台账", work, done, failed, owner=owner, apart=True)


def say_made(ctx: Context, done: Done) -> None:
    """What came of a backup on request."""
    made, missed = done
    if missed:
        ctx.messages.say(missed, "warn", seconds=30)
    elif made is not None:
        also = "第二备份位置也存了一份。" if ctx.settings.get(SECOND, "") else ""
        ctx.messages.say(f"已备份：{made.name}。{also}")


def _to_second(store: Store, place: str, progress: Progress) -> str:
    """Copy to the second place; '' or why not."""
    try:
        backup.to_second(store, Path(place), progress)
    except Problem as error:
        return f"第二备份位置没有存成：{error}"
    return ""
