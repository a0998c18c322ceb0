"""Long work under way: a line each, with progress and 取消, above the status bar; the page stays usable."""

from __future__ import annotations

from PySide6.QtCore import Slot
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from core.base import clock
from ui.kit import theme
from ui.kit.labels import ElidedLabel
from ui.kit.tasks import Task, Tasks


class WorkStrip(QFrame):
    """Hidden while nothing is under way."""

    def __init__(self, tasks: Tasks, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.role(self, "foot")
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)
        self.hide()
        tasks.started.connect(self.add)

    @Slot(object)
    def add(self, task: Task) -> None:
        """Give a task its line."""
        line = _Line(task)
        self._column.addWidget(line)
        self.show()
        task.ended.connect(lambda: self._remove(line))

    def _remove(self, line: QWidget) -> None:
        self._column.removeWidget(line)
        line.hide()
        line.deleteLater()
        self.setVisible(self._column.count() > 0)


class _Line(QWidget):
    def __init__(self, task: Task) -> None:
        super().__init__()
        self._task = task
        self._began = clock.ticking()
        self.label = ElidedLabel(task.label)
        self.bar = QProgressBar()
        self.bar.setRange(0, 0)
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName(task.label)
        self.bar.setFixedWidth(theme.px(220))
        self.count = theme.role(QLabel("准备中…"), "sub")
        self.stop = QPushButton("取消")
        self.stop.setAccessibleName(f"取消：{task.label}")
        self.stop.clicked.connect(self._cancel)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(20), theme.px(6), theme.px(12), theme.px(6))
        row.setSpacing(theme.px(12))
        row.addWidget(self.label)
        row.addWidget(self.bar)
        row.addWidget(self.count)
        row.addStretch(1)
        row.addWidget(self.stop)
        task.progressed.connect(self._show)

    @Slot(int, int, str)
    def _show(self, done: int, total: int, text: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        left = self._left(done, total)
        parts = [f"{done:,} / {total:,}" if total else f"{done:,}", left, text]
        self.count.setText(" · ".join(part for part in parts if part))

    def _left(self, done: int, total: int) -> str:
        spent = clock.ticking() - self._began
        if not done or not total or spent < 3:
            return ""
        seconds = spent * (total - done) / done
        return f"约剩 {seconds / 60:.0f} 分钟" if seconds >= 90 else f"约剩 {max(1, round(seconds))} 秒"

    def _cancel(self) -> None:
        self.stop.setEnabled(False)
        self.count.setText("正在取消…")
        self._task.cancel()
