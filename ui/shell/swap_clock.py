"""交换 through a shared folder by itself, every few minutes while it is switched on; and one exchange, for whoever asks."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer

from core.base.clock import stamp
from core.base.errors import Problem
from ui.context import Context

if TYPE_CHECKING:
    from core.exchange.swap import SwapReport
    from core.store import Store
    from ui.kit.tasks import Task

FOLDER, EVERY, LAST, ON = "exchange.swap_folder", "exchange.swap_minutes", "exchange.swap_last", "exchange.swap_on"
MINUTES = 15
LEAST, MOST = 5, 240


def start_swap(
    ctx: Context, folder: str, done: Callable[[str, int | None], object], failed: Callable[[Exception], object],
    *, owner: QObject, quiet: bool = False,
) -> Task:  # fmt: skip
    """Exchange on the worker; `done(words, step)`."""

    def work(store: Store, progress: Any) -> tuple[str, int | None]:
        from core.exchange.queries import identity  # loaded with the first exchange, not with the window
        from core.exchange.swap import swap
        from core.exchange_rules import RULES

        found = swap(store, Path(folder), RULES, progress=progress)
        step = found.merged.step if found.merged is not None else None
        return swap_words(found, copy=identity(store).is_copy), step

    def told(found: tuple[str, int | None]) -> None:
        ctx.settings.put(LAST, {"at": stamp(), "words": found[0], "good": True})
        ctx.refresher.announce(frozenset() if found[1] is not None else frozenset({"peer", "packet"}))
        done(*found)

    def wrong(error: Exception) -> None:
        if isinstance(error, Problem):
            ctx.settings.put(LAST, {"at": stamp(), "words": str(error), "good": False})
        failed(error)

    return ctx.tasks.run("交换", work, told, wrong, owner=owner, quiet=quiet)


class SwapClock(QObject):
    """Exchanges by itself while it is switched on; a failure is said once, until one succeeds again."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._ctx = ctx
        self._said = ""
        self._timer = QTimer(self)
        self._timer.timeout.connect(self.run)
        ctx.settings.changed.connect(lambda key: self._set() if key in (ON, EVERY, FOLDER) else None)
        self._set()

    @property
    def is_on(self) -> bool:
        """Whether it runs."""
        return self._timer.isActive()

    def run(self) -> None:
        """One exchange; it does not wait behind long work of a person, and asks nothing."""
        folder = str(self._ctx.settings.get(FOLDER, "") or "")
        start_swap(self._ctx, folder, self._done, self._failed, owner=self, quiet=True)

    def _done(self, text: str, step: int | None) -> None:
        self._said = ""
        if step is not None:
            self._ctx.messages.say(text, "info")

    def _failed(self, error: Exception) -> None:
        if str(error) != self._said:
            self._said = str(error)
            self._ctx.messages.say(f"自动交换没有成功：{error}", "warn")

    def _set(self) -> None:
        settings = self._ctx.settings
        minutes = int(settings.get(EVERY, MINUTES))
        if settings.get(ON, False) and settings.get(FOLDER, ""):
            self._timer.start(minutes * 60_000)
        else:
            self._timer.stop()


def swap_words(found: SwapReport, *, copy: bool) -> str:
    """What an exchange did, in one sentence."""
    merged = found.merged
    fresh = [one for one in merged.packets if not one.already] if merged is not None else []
    parts = [
        f"收到 {len(fresh)} 个数据包，{sum(one.applied for one in fresh):,} 条改动" if fresh else "没有收到新的数据包"
    ]
    if waits := sum(len(one.conflicts) for one in fresh):
        parts.append("有改动在办公室等着定" if copy else f"{waits:,} 处要定，请看“待定”")
    if merged is not None and merged.refused:
        parts.append("没有合并：" + "".join(why for _file, why in merged.refused))
    parts.append(f"已写出 {len(found.written)} 个数据包" if found.written else "没有要写出的")
    return "；".join(parts).rstrip("。") + "。"
