"""Settings of this machine's window, kept in the ledger's local drawer (encrypted, no history, no travel)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from core.store import Store


class Settings(QObject):
    """`get`/`put` JSON values by key; `changed(key)` after a put."""

    changed = Signal(str)
    _PREFIX = "ui."

    def __init__(self, store: Store) -> None:
        super().__init__()
        self._store = store

    def get(self, key: str, default: Any = None) -> Any:
        """The value kept under `key`."""
        return self._store.local.get(self._PREFIX + key, default)

    def put(self, key: str, value: Any) -> None:
        """Keep `value`, and tell who follows the key."""
        self._store.local.put(self._PREFIX + key, value)
        self.changed.emit(key)
