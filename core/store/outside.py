"""What other connections wrote: a command line, a second program, the workers. Asked often, so it costs nothing when nothing was."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from core.store.store import Store


class Outside:
    """`news()` names the tables of the steps written by others since the last call; `PRAGMA data_version` wakes it."""

    def __init__(self, store: Store) -> None:
        self._store = store
        self._version = self._data_version()
        self._seq = self._last_seq()

    def news(self) -> frozenset[str]:
        """Empty where nothing was written, and where what was written is no step (drafts, settings of a window)."""
        version = self._data_version()
        if version == self._version:
            self._seq = self._last_seq()  # what came meanwhile was written here, and told where it was written
            return frozenset()
        self._version = version
        rows = self._store.tuples("SELECT tables FROM history WHERE seq > ?", (self._seq,))
        self._seq = self._last_seq()
        return frozenset(name for (names,) in rows for name in json.loads(names))

    def _data_version(self) -> int:
        return int(self._store.value("PRAGMA data_version"))

    def _last_seq(self) -> int:
        return int(self._store.value("SELECT coalesce(max(seq), 0) FROM history"))
