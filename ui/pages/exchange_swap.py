"""交换 through a shared folder: what came is merged, what goes is written; by hand, or every few minutes."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QCheckBox, QDialog, QHBoxLayout, QSpinBox, QVBoxLayout, QWidget

from core.base.dates import format_stamp
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.perform import say_done
from ui.kit.saving import with_folder
from ui.pages.exchange_parts import FolderLine, WorkLine, said_button
from ui.shell.swap_clock import EVERY, FOLDER, LAST, LEAST, MINUTES, MOST, ON, start_swap


class SwapPart(QWidget):
    """The folder, 交换, what came of the last one, and the clock."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.folder = FolderLine(ctx.settings, FOLDER, "共享文件夹")
        self.go = said_button("交换", "exchange", self.run)
        self.last = words("", "sub")
        self.work = WorkLine()
        self.on = QCheckBox("自动交换，每隔")
        self.minutes = QSpinBox()
        self.minutes.setRange(LEAST, MOST)
        self.minutes.setSuffix(" 分钟")
        self.minutes.setAccessibleName("自动交换的间隔")
        self.minutes.setValue(int(ctx.settings.get(EVERY, MINUTES)))
        self.on.setChecked(bool(ctx.settings.get(ON, False)))
        self._running = False
        self._lay_out()
        self.on.toggled.connect(lambda on: self._keep(ON, on))
        self.minutes.valueChanged.connect(lambda value: self._keep(EVERY, value))
        ctx.settings.changed.connect(lambda key: self.reload() if key == LAST else None)
        self.reload()

    def reload(self) -> None:
        """Say what came of the last exchange."""
        kept = self.ctx.settings.get(LAST, None)
        if not kept:
            self.last.setText("还没有交换过。两边选同一个共享文件夹，各自按“交换”。")
            theme.role(self.last, "sub")
            return
        good = bool(kept.get("good"))
        self.last.setText(f"上次交换 {format_stamp(kept['at'])}：{'' if good else '没有成功。'}{kept['words']}")
        theme.role(self.last, "sub" if good else "bad")

    def run(self) -> None:
        """交换 now."""
        folder = self.folder.path()
        if self._running:
            return
        if not folder:
            self.last.setText("请先选择共享文件夹，例如办公室的共享盘。")
            theme.role(self.last, "bad")
            self.folder.edit.setFocus()
            return
        with_folder(self.ctx.messages, Path(folder), lambda: self._swap(folder), self)

    def _swap(self, folder: str) -> None:
        self.folder.keep()
        self._busy(True)
        task = start_swap(self.ctx, folder, self._done, self._failed, owner=self)
        self.work.follow(task, "正在交换。")

    def _done(self, text: str, step: int | None) -> None:
        self._busy(False)
        if step is not None:
            say_done(self.ctx, text, step)
        else:
            self.ctx.messages.say(text, "ok")

    def _failed(self, error: Exception) -> None:
        self._busy(False)
        self.ctx.messages.failure(error, self)

    def _busy(self, on: bool) -> None:
        self._running = on
        self.work.setVisible(on)
        self.go.setEnabled(not on)

    def _keep(self, key: str, value: object) -> None:
        self.folder.keep()
        self.ctx.settings.put(key, value)

    def _lay_out(self) -> None:
        about = words("收对方放进来的数据包，再把这边的改动写进去，一天可以交换多次。", "sub")
        clock = QHBoxLayout()
        clock.setSpacing(theme.px(6))
        clock.addWidget(self.go)
        clock.addSpacing(theme.px(12))
        clock.addWidget(self.on)
        clock.addWidget(self.minutes)
        clock.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        for widget in (about, self.folder):
            column.addWidget(widget)
        column.addLayout(clock)
        column.addWidget(self.work)
        column.addWidget(self.last)
        self.work.hide()


class SwapDialog(QDialog):
    """交换… of the office: the same part in a window of its own."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("交换")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.part = SwapPart(ctx)
        close = said_button("关闭", "", self.accept)
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(self.part)
        column.addStretch(1)
        column.addLayout(foot)
        self.resize(theme.px(600), self.sizeHint().height())
