"""When the last backup was made, and one now on request."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from core.base.clock import now
from ui.context import Context
from ui.shell.statusbar import StatusBar


class BackupState:
    """Keeps the words in the status bar true."""

    def __init__(self, ctx: Context, status: StatusBar) -> None:
        self._ctx = ctx
        self._status = status
        status.backup_asked.connect(self.make)
        ctx.settings.changed.connect(lambda key: self.show() if key == "backed_up_at" else None)
        self.show()

    def show(self) -> None:
        """Say it."""
        text = self._ctx.settings.get("backed_up_at", "")
        if not text:
            self._status.show_backup("未备份", "还没有备份。单击立即备份。")
            return
        moment = dt.datetime.fromisoformat(text)
        day = "今天" if moment.date() == now().date() else f"{moment.month}月{moment.day}日"
        self._status.show_backup(f"备份 {day} {moment:%H:%M}", "最近一次备份的时间。单击立即备份。")

    def make(self) -> None:
        """Make one on the worker."""
        from core.store.files import make_backup

        ctx = self._ctx
        if ctx.store.folder is None:
            ctx.messages.say("示例台账在内存中，不需要备份。", "info")
            return
        ctx.tasks.run("备份台账", lambda store, _progress: make_backup(store, "手动"), self._made, owner=self._status)

    def _made(self, file: Path) -> None:
        self._ctx.settings.put("backed_up_at", now().isoformat())
        self._ctx.messages.say(f"已备份：{file.name}。")
