"""What a record keeps of its day, set from other records: unit and branch of the person, and his grid.

Hours stay where they were earned.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

from core.roster.membership import restamp_units
from core.roster.timeline import period_on, periods_of
from core.service_log.grid_links import restamp_grids
from core.store import RECOMPUTE, Reads, RowChange, Tx

_OF_THE_DAY = frozenset({"served_on", "cadre_uid", "unit_uid", "branch_uid", "home_grid_uid"})


def follow_visits(tx: Tx, changes: Sequence[RowChange], _seq: int) -> None:
    """Records came back, or went back to another day or person: since then the person may have been moved."""
    uids = [one.uid for one in changes if one.op == "insert" or one.after.keys() & _OF_THE_DAY]
    if not uids:
        return
    sql = "SELECT DISTINCT v.cadre_uid FROM json_each(?) j CROSS JOIN visit v ON v.uid = j.value ORDER BY 1"
    people = [row[0] for row in tx.tuples(sql, (json.dumps(uids),))]
    restamp_units(tx, people)
    restamp_grids(tx, people)


def restamp(tx: Tx, cadre_uids: Sequence[str] | None = None) -> None:
    """The records of people (None: of everybody) that do not keep what held on their day: after a merge, or for `check`."""
    wrong = list(_wrong_units(tx, cadre_uids))
    tx.update_many("visit", [(uid, {"unit_uid": unit, "branch_uid": branch}) for uid, _who, unit, branch in wrong])
    restamp_grids(tx, cadre_uids)


def prove_units(reads: Reads) -> list[str]:
    """A sentence for each person whose records do not keep unit and branch of their day (none = proved)."""
    counts: dict[str, int] = {}
    for _uid, who, _unit, _branch in _wrong_units(reads):
        counts[who] = counts.get(who, 0) + 1
    return [f"{who}有{count}条服务记录的单位或支部与当天的所属记录不一致，{RECOMPUTE}" for who, count in counts.items()]


def _wrong_units(reads: Reads, cadre_uids: Sequence[str] | None = None) -> Iterator[tuple[str, str, str, str | None]]:
    """(uid, whose, right unit, right branch) of the records that say otherwise."""
    periods = periods_of(reads, cadre_uids)
    people = "" if cadre_uids is None else "json_each(?) j CROSS JOIN "
    joined = "" if cadre_uids is None else " ON v.cadre_uid = j.value"
    sql = (
        "SELECT v.uid, v.cadre_uid, v.served_on, v.unit_uid, v.branch_uid, c.name, c.staff_no "
        f"FROM {people}visit v{joined} JOIN cadre c ON c.uid = v.cadre_uid ORDER BY c.staff_no, v.served_on"
    )
    for uid, cadre_uid, day, unit, branch, name, staff_no in reads.tuples(
        sql, () if cadre_uids is None else (json.dumps(list(cadre_uids)),)
    ):
        right = period_on(periods[cadre_uid], day) if cadre_uid in periods else (unit, branch)
        if right != (unit, branch):
            yield uid, f"{name}（工号{staff_no or '未填'}）", *right
