"""The care of a ledger: everything that must hold, looked at one by one."""

from __future__ import annotations

import json

from core import holdings
from core.must_hold import MUST_HOLD
from core.roster.membership import align_memberships
from core.service_log.grid_links import prove_grids
from core.service_log.stamps import prove_units, restamp
from core.service_log.tally import prove_tally, rebuild_tally
from core.store import RECOMPUTE, Store, Tx, breaches, files
from core.store.tables import table


def pages(store: Store) -> list[str]:
    """A sentence if the file itself does not read right: the cipher authenticates each page, so reading is checking."""
    try:
        return [f"台账文件有损坏：{row[0]}" for row in store.tuples("PRAGMA quick_check(20)") if row[0] != "ok"]
    except files.Damaged:  # busy or put aside by a restore is no damage
        return ["台账文件有一处读不出来，可能是磁盘坏了。"]


def findings(store: Store) -> list[str]:
    """A sentence for each thing that does not hold; empty if all is well."""
    if found := pages(store):
        return found  # nothing else can be trusted then
    for child, _rowid, parent, _number in store.tuples("PRAGMA foreign_key_check"):
        text = f"{table(child).label}里有一条记录指向已不存在的{table(parent).label}"
        found.append(f"{text}，请从最近的备份恢复（设置 → 备份，或命令 restore）。")
    found += [f"{one.text}{one.rule.way_out}" for one in breaches(store, MUST_HOLD)]
    found += prove_units(store)
    found += holdings.findings(store)
    found += prove_grids(store)
    found += prove_tally(store)
    return found


def recompute(tx: Tx) -> None:
    """Set right what follows from other records: memberships from the roster, unit, branch and grid of records, the counts."""
    sql = "SELECT DISTINCT cadre_uid FROM membership WHERE uid IN (SELECT value FROM json_each(?))"
    found = [one.rows for one in breaches(tx, MUST_HOLD) if one.rule.way_out == RECOMPUTE]
    people = {uid for rows in found for name, uid in rows if name == "cadre"}
    spans = [uid for rows in found for name, uid in rows if name == "membership"]
    people |= {row[0] for row in tx.tuples(sql, (json.dumps(spans),))}
    align_memberships(tx, sorted(people))
    restamp(tx)
    rebuild_tally(tx)


def recomputed(store: Store) -> list[str]:
    """`recompute` as a step of its own; what then still does not hold."""
    with store.transact("重新计算") as tx:
        recompute(tx)
    return findings(store)
