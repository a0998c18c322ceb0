"""What is known of copies, packets and what waits for a decision."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from core.base.clock import today
from core.exchange.model import DECIDED, PARALLEL, WAITS
from core.store import Reads, Row


@dataclass(frozen=True, slots=True)
class Identity:
    """Which ledger a file is, and which copy of it."""

    ledger_uid: str
    peer_uid: str
    instance: str

    @property
    def is_copy(self) -> bool:
        return self.peer_uid != ""


def identity(reads: Reads) -> Identity:
    """Which ledger this file is, and which copy of it."""
    row = reads.one("SELECT ledger_uid, peer_uid, instance FROM identity")
    assert row is not None
    return Identity(**row)


def own_copy(reads: Reads) -> Row | None:
    """In a copy: the row of the office it came from (`number` and the part are the copy's own); else None."""
    return reads.one("SELECT * FROM peer WHERE kind = 'OFFICE'")


def peer_rows(reads: Reads, state: str = "") -> list[Row]:
    """The copies given out, newest first, with their range in words, last packets and what is open."""
    sql = (
        "SELECT p.*, coalesce((SELECT max(merged_at) FROM packet k WHERE k.peer_uid = p.uid AND k.way = 'IN'), '') AS last_in, "
        "coalesce((SELECT max(made_at) FROM packet k WHERE k.peer_uid = p.uid AND k.way <> 'IN'), '') AS last_out, "
        "(SELECT count(*) FROM conflict c WHERE c.peer_uid = p.uid AND c.state = 'OPEN' "
        "AND c.kind IN (SELECT value FROM json_each(?))) AS open "
        "FROM peer p WHERE p.kind <> 'OFFICE' AND (? = '' OR p.state = ?) ORDER BY p.state = 'OUT' DESC, p.number DESC"
    )
    rows = reads.rows(sql, (json.dumps(DECIDED), state, state))
    for row in rows:
        row["scope"] = range_words(reads, row)
        row["overdue"] = row["state"] == "OUT" and "" < row["due_on"] < today().isoformat()
        del row["key"]
    return rows


def range_words(reads: Reads, peer: Row) -> str:
    """'全部', or the names of the units and grids a copy holds."""
    names = []
    for name in ("unit", "grid"):
        sql = f"SELECT name FROM {name} WHERE uid IN (SELECT value FROM json_each(?)) ORDER BY position, name"
        names += [row[0] for row in reads.tuples(sql, (peer[f"{name}s"],))]
    return "、".join(names) or "全部"


def packet_rows(reads: Reads, peer_uid: str = "") -> list[Row]:
    """The packets made and merged, newest first."""
    sql = (
        "SELECT k.uid, k.peer_uid, p.name AS peer, k.way, k.number, k.made_at, k.merged_at, k.rows, k.conflicts, "
        "k.file_name, k.size, k.operator, k.personal FROM packet k JOIN peer p ON p.uid = k.peer_uid "
        "WHERE ? = '' OR k.peer_uid = ? ORDER BY max(k.made_at, k.merged_at) DESC, k.number DESC"
    )
    return reads.rows(sql, (peer_uid, peer_uid))


def conflict_rows(
    reads: Reads, state: str = "OPEN", kinds: Sequence[str] = DECIDED, uids: Sequence[str] | None = None
) -> list[Row]:
    """What waits (state OPEN) or was decided, oldest first; base, theirs, ours and fields as Python values."""
    sql = (
        "SELECT c.*, p.name AS peer, (SELECT count(*) FROM conflict w WHERE w.kind = ? AND w.other_uid = c.uid "
        "AND w.state = 'OPEN') AS waiting FROM conflict c JOIN peer p ON p.uid = c.peer_uid "
        "WHERE (? = '' OR c.state = ?) AND c.kind IN (SELECT value FROM json_each(?)) "
        "AND (? IS NULL OR c.uid IN (SELECT value FROM json_each(?))) ORDER BY c.number"
    )
    listed = None if uids is None else json.dumps(list(uids))
    return [opened(row) for row in reads.rows(sql, (WAITS, state, state, json.dumps(list(kinds)), listed, listed))]


def opened(row: Row) -> Row:
    """A row of `conflict` with its JSON read."""
    images = {key: json.loads(row[key]) if row[key] else None for key in ("base", "theirs", "ours")}
    return {**row, **images, "fields": json.loads(row["fields"])}


def open_counts(reads: Reads) -> dict[str, int]:
    """How many decisions wait, and how many parallel changes nobody has looked at."""
    found = dict(reads.tuples("SELECT kind, count(*) FROM conflict WHERE state = 'OPEN' GROUP BY kind"))
    return {"decide": sum(found.get(kind, 0) for kind in DECIDED), "parallel": found.get(PARALLEL, 0)}


def overdue_copies(reads: Reads) -> list[Row]:
    """Copies that should have come back by today."""
    return [row for row in peer_rows(reads, "OUT") if row["overdue"]]
