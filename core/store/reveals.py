"""Who asked to see a masked number: a row each time, append only, outside history, never travelling."""

from __future__ import annotations

import json
from collections.abc import Sequence

from core.base.clock import stamp
from core.base.ids import new_uids
from core.store.reads import Reads, Row
from core.store.recording import in_words
from core.store.store import Store


def record(store: Store, table: str, uids: Sequence[str], fields: Sequence[str]) -> None:
    """Write down that the fields of these rows were asked for, before they are shown. `uids` ("",) is a whole list."""
    asked = [(uid, field) for uid in uids for field in fields]
    lines = [[fresh, *one] for fresh, one in zip(new_uids(len(asked)), asked, strict=True)]
    sql = (  # one statement: one commit, however many rows
        "INSERT INTO reveal (uid, at, operator, device, tbl, row_uid, field) "
        "SELECT value ->> 0, ?, ?, ?, ?, value ->> 1, value ->> 2 FROM json_each(?)"
    )
    with in_words(), store.beside_snapshot():
        store.connection.execute(sql, (stamp(), store.operator, store.device, table, json.dumps(lines)))


def recorded(reads: Reads, limit: int = 500, *, table: str = "", uid: str = "") -> list[Row]:
    """What was asked for, newest first; of one row, if it is named."""
    sql = (
        "SELECT uid, at, operator, device, tbl, row_uid, field FROM reveal "
        "WHERE (? = '' OR (tbl = ? AND row_uid = ?)) ORDER BY uid DESC LIMIT ?"
    )
    return reads.rows(sql, (table, table, uid, limit))
