"""The care of a ledger: everything that must hold, looked at one by one."""

from __future__ import annotations

from core.base.errors import MachineFault
from core.must_hold import MUST_HOLD
from core.service_log.grid_links import prove_grids
from core.service_log.stamps import prove_units
from core.service_log.tally import prove_tally
from core.store import Store, breaches
from core.store.tables import table


def pages(store: Store) -> list[str]:
    """A sentence if the file itself does not read right: the cipher authenticates each page, so reading is checking."""
    try:
        return [f"台账文件有损坏：{row[0]}" for row in store.tuples("PRAGMA quick_check(20)") if row[0] != "ok"]
    except MachineFault:
        return ["台账文件有一处读不出来，可能是磁盘坏了。"]


def findings(store: Store) -> list[str]:
    """A sentence for each thing that does not hold; empty if all is well."""
    if found := pages(store):
        return found  # nothing else can be trusted then
    for child, _rowid, parent, _number in store.tuples("PRAGMA foreign_key_check"):
        found.append(f"{table(child).label}里有一条记录指向已不存在的{table(parent).label}。")
    found += [f"{one.text}{one.rule.way_out}" for one in breaches(store, MUST_HOLD)]
    found += prove_units(store)
    found += prove_grids(store)
    found += prove_tally(store)
    return found
