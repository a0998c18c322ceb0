"""In a copy that holds a part: what lies outside it can be seen, not changed."""

from __future__ import annotations

from core.base.errors import Refused
from core.exchange.queries import own_copy, range_words
from core.exchange.rows import row_here
from core.exchange.scope import Scope, scope_of
from core.store import Reads, Row, RowChange, Store
from core.store.tables import table

# places and lists are the office's; in a copy they may be added to (the community of a home), not changed
_MOST = 40


def guard_part(store: Store, seq: int) -> None:
    """Refuse step `seq` if it changes rows outside the part this copy holds; the office's ledger holds all."""
    office = own_copy(store)
    if office is None or (office["units"] == "[]" and office["grids"] == "[]"):
        return
    scope = scope_of(store, office)
    changes = store.step_changes(seq)
    made_here: dict[str, bool] = {}
    for one in changes:
        if one.op == "insert" and one.table == "cadre":
            made_here[one.uid] = True
    for one in changes:
        if not table(one.table).travels or _allowed(store, scope, one, made_here):
            continue
        row = row_here(store, one.table, one.uid) or one.before
        name = str(row.get("name") or _person(store, row))
        raise Refused(
            f"{table(one.table).label}{f'“{name[:_MOST]}”' if name else ''}不在带出的范围（{range_words(store, office)}）内，只能查看。",
            "请由办公室修改，或请办公室重新带出更大的范围。",
        )


def _allowed(store: Store, scope: Scope, change: RowChange, made_here: dict[str, bool]) -> bool:
    if not table(change.table).within:
        return change.op == "insert" or _made(store, change.table, change.uid)
    if change.table == "cadre" and change.op == "insert":
        return True
    row = row_here(store, change.table, change.uid)
    before = {**(row or {}), **change.before}
    held = before if change.op != "insert" else (row or change.after)
    if scope.holds(change.table, {"uid": change.uid, **held}):
        return True
    person = change.uid if change.table == "cadre" else str(held.get("cadre_uid") or "")
    if person and person not in made_here:
        made_here[person] = _made(store, "cadre", person)
    return bool(person) and made_here[person]


def _made(store: Store, name: str, uid: str) -> bool:
    """Whether a record was added in this copy: its first step here added it, and that was no answer of the office."""
    sql = (
        "SELECT min(r.seq) FROM history_row r WHERE r.tbl = ? AND r.row_uid = ? "
        "AND r.seq NOT IN (SELECT seq FROM packet WHERE way = 'IN')"
    )
    seq = store.value(sql, (name, uid))
    return seq is not None and any(
        (one.table, one.uid, one.op) == (name, uid, "insert") for one in store.step_changes(int(seq))
    )


def _person(reads: Reads, row: Row) -> str:
    return str(reads.value("SELECT name FROM cadre WHERE uid = ?", (row.get("cadre_uid"),)) or "")
