"""Drafts, saved filters, window state: in the same encrypted file, without history, never travelling."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from core.store.recording import in_words

if TYPE_CHECKING:
    from core.store.store import Store


class Local:
    """JSON values by key."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._kept: dict[str, str | None] = {}  # of a ledger that may only be read: till it is closed

    def get(self, key: str, default: Any = None) -> Any:
        """The value kept under `key`, or `default`."""
        if key in self._kept:
            text = self._kept[key]
        else:
            text = self._store.value("SELECT value FROM local WHERE key = ?", (key,))
        return default if text is None else json.loads(text)

    def put(self, key: str, value: Any) -> None:
        """Keep a JSON value."""
        text = json.dumps(value, ensure_ascii=False)
        if self._store.read_only:
            self._kept[key] = text
            return
        with in_words(), self._store.beside_snapshot():
            self._store.connection.execute(
                "INSERT INTO local (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
                (key, text),
            )

    def delete(self, key: str) -> None:
        """Forget `key`."""
        if self._store.read_only:
            self._kept[key] = None
            return
        with in_words(), self._store.beside_snapshot():
            self._store.connection.execute("DELETE FROM local WHERE key = ?", (key,))

    def keys(self, prefix: str = "") -> list[str]:
        """Keys that begin with `prefix`, sorted."""
        sql = "SELECT key FROM local WHERE substr(key, 1, ?) = ? ORDER BY key"
        return [row[0] for row in self._store.tuples(sql, (len(prefix), prefix))]
