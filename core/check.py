"""The care of a ledger: everything that must hold, looked at one by one."""

from __future__ import annotations

from core.service_log.grid_links import prove_grids
from core.service_log.tally import prove_tally
from core.store import Store
from core.store.tables import table


def findings(store: Store) -> list[str]:
    """A sentence for each thing that does not hold; empty if all is well."""
    found = [f"台账文件有损坏：{row[0]}" for row in store.tuples("PRAGMA quick_check") if row[0] != "ok"]
    for child, _rowid, parent, _number in store.tuples("PRAGMA foreign_key_check"):
        found.append(f"{table(child).label}里有一条记录指向已不存在的{table(parent).label}。")
    for name, staff_no in store.tuples(
        "SELECT c.name, c.staff_no FROM cadre c WHERE NOT EXISTS (SELECT 1 FROM membership m WHERE m.cadre_uid = c.uid "
        "AND m.unit_uid = c.unit_uid AND m.branch_uid IS c.branch_uid AND m.until_on = '')"
    ):
        found.append(f"{name}（工号{staff_no or '未填'}）的单位与所属记录不一致。")
    found += prove_grids(store)
    found += prove_tally(store)
    return found
