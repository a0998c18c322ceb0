"""What was typed and not saved: kept in the ledger's local drawer, offered when the same form opens again."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from core.base import clock, dates
from ui.kit import theme

PAUSE_MS = 800
KEPT = 2  # the newest, and one that was offered and not yet answered


class Local(Protocol):
    """The part of `store.local` that is used here."""

    def get(self, key: str, default: Any = None) -> Any:
        """The JSON value kept under `key`."""

    def put(self, key: str, value: Any) -> None:
        """Keep a JSON value."""

    def delete(self, key: str) -> None:
        """Forget it."""


class Drafts(QObject):
    """Saves what `read()` gives 800 ms after the last `touch()`; older drafts wait until they are answered."""

    def __init__(self, key: str, local: Local | None, read: Callable[[], dict[str, Any]], parent: QObject) -> None:
        super().__init__(parent)
        self._key = f"draft.{key}" if key and local is not None else ""
        self._local = local
        self._read = read
        self._offered: list[dict[str, Any]] = list(self._local.get(self._key) or []) if self._key else []  # type: ignore[union-attr]
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.save)

    @property
    def offered(self) -> dict[str, Any] | None:
        """The newest draft of an earlier time: {"at": …, "typed": {…}}."""
        return self._offered[0] if self._offered else None

    def touch(self) -> None:
        """Something was typed."""
        if self._key:
            self._timer.start()

    def save(self) -> None:
        """Write now what is typed."""
        self._timer.stop()
        if self._key:
            now = {"at": clock.stamp(), "typed": self._read()}
            self._write([now, *self._offered])

    def flush(self) -> None:
        """Write what waits for its pause (before closing)."""
        if self._timer.isActive():
            self.save()

    def answer(self) -> None:
        """The offered draft was taken or thrown away."""
        self._offered = self._offered[1:]
        self._write(self._offered)

    def clear(self) -> None:
        """What was typed is saved in its place; only unanswered older drafts stay."""
        self._timer.stop()
        self._write(self._offered)

    def _write(self, drafts: list[dict[str, Any]]) -> None:
        if not self._key or self._local is None:
            return
        if drafts:
            self._local.put(self._key, drafts[:KEPT])
        else:
            self._local.delete(self._key)


class DraftBar(QFrame):
    """'8月12日 14:05 有未保存的内容' with 继续填写 and 丢弃."""

    taken = Signal()
    thrown = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.role(self, "card")
        self.words = theme.role(QLabel(), "info")
        self.words.setWordWrap(True)
        self.take, self.throw = QPushButton("继续填写"), theme.role(QPushButton("丢弃"), "quiet")
        self.take.clicked.connect(self.taken)
        self.throw.clicked.connect(self.thrown)
        row = QHBoxLayout(self)
        row.setContentsMargins(12, 6, 6, 6)
        row.addWidget(self.words, 1)
        row.addWidget(self.take)
        row.addWidget(self.throw)
        self.hide()

    def show_offer(self, draft: dict[str, Any] | None) -> None:
        """Show the offer, or nothing."""
        self.setVisible(draft is not None)
        if draft is not None:
            self.words.setText(f"{dates.format_stamp(str(draft.get('at', '')))} 有填到一半、没有保存的内容。")
