"""The two grids of a record: the grid served in, and the home grid of the person as of the day. 方案 五(二)3

Assignments are dated, and each record keeps the grid of its day: hours stay where they were earned.
"""

from __future__ import annotations

import json
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.place.queries import grid_in, grids, linked_community
from core.store import Reads, Row, RowChange, Tx

Stay = tuple[str, str, str]
"""(from_on, until_on, grid_uid): a stay in a grid, oldest first in a list; until_on is its last day, '' = still."""

# the latest stay that holds the day, should two of them hold it
_HOME = (
    "(SELECT a.grid_uid FROM grid_assignment a WHERE a.cadre_uid = v.cadre_uid AND a.from_on <= v.served_on "
    "AND (a.until_on = '' OR a.until_on >= v.served_on) ORDER BY a.from_on DESC, a.uid DESC LIMIT 1)"
)
_NAMED_GRID = re.compile(r"第?\s*[\d〇零一二三四五六七八九十]{1,4}\s*号?网格")


def stays_of(reads: Reads, cadre_uids: Iterable[str]) -> dict[str, list[Stay]]:
    """The stays in grids of many people by cadre uid; who never had one is left out."""
    sql = (
        "SELECT a.cadre_uid, a.from_on, a.until_on, a.grid_uid FROM json_each(?) j "
        "CROSS JOIN grid_assignment a ON a.cadre_uid = j.value ORDER BY a.from_on, a.uid"
    )
    found: dict[str, list[Stay]] = defaultdict(list)
    for cadre_uid, *stay in reads.tuples(sql, (json.dumps(list(dict.fromkeys(cadre_uids))),)):
        found[cadre_uid].append((stay[0], stay[1], stay[2]))
    return found


def stay_on(stays: Sequence[Stay], day: str) -> str | None:
    """The grid of a day, None if the person was in none."""
    for from_on, until_on, grid_uid in reversed(stays):
        if from_on <= day and (not until_on or until_on >= day):
            return grid_uid
    return None


def restamp_grids(tx: Tx, cadre_uids: Iterable[str] | None = None) -> int:
    """Bring the home grid of people's records (None: of everybody's) in line with their assignments; how many changed."""
    people = "" if cadre_uids is None else "json_each(?) j CROSS JOIN "
    joined = "" if cadre_uids is None else " ON v.cadre_uid = j.value"
    params = () if cadre_uids is None else (json.dumps(list(dict.fromkeys(cadre_uids))),)
    sql = f"SELECT v.uid, {_HOME} FROM {people}visit v{joined} WHERE v.home_grid_uid IS NOT {_HOME}"
    wrong = tx.tuples(sql, params)
    tx.update_many("visit", [(uid, {"home_grid_uid": grid_uid}) for uid, grid_uid in wrong])
    return len(wrong)


def follow_assignments(tx: Tx, changes: Sequence[RowChange], _seq: int) -> None:
    """Assignments were taken back: records written since keep the grid of their day too, not the one undone."""
    there = json.dumps([one.uid for one in changes])
    sql = "SELECT a.cadre_uid FROM json_each(?) j CROSS JOIN grid_assignment a ON a.uid = j.value"
    cadres = {row[0] for row in tx.tuples(sql, (there,))}
    cadres |= {one.before["cadre_uid"] for one in changes if one.op == "delete"}
    restamp_grids(tx, sorted(cadres))


def link_visits(tx: Tx) -> int:
    """Give records of the linked community the grid that their place names; how many got one. For after an import of grids.

    三(三): records of other communities never: a 第3网格 there is place text.
    """
    linked = linked_community(tx)
    if linked is None:
        return 0
    bare = "community = ? AND grid_uid IS NULL AND place <> ''"
    known, grid_of = grids(tx), dict[str, str | None]()
    for (place,) in tx.tuples(f"SELECT DISTINCT place FROM visit WHERE {bare}", (linked["name"],)):
        grid_of[place] = _grid_named(known, place)
    named = json.dumps([place for place, grid_uid in grid_of.items() if grid_uid], ensure_ascii=False)
    sql = f"SELECT uid, place FROM visit WHERE {bare} AND place IN (SELECT value FROM json_each(?))"
    found = tx.tuples(sql, (linked["name"], named))
    tx.update_many("visit", [(uid, {"grid_uid": grid_of[place]}) for uid, place in found])
    return len(found)


def prove_grids(reads: Reads) -> list[str]:
    """A sentence for each thing that does not hold between assignments and records (none = proved)."""
    found = []
    sql = (
        "SELECT c.name, c.staff_no, count(*) FROM visit v JOIN cadre c ON c.uid = v.cadre_uid "
        f"WHERE v.home_grid_uid IS NOT {_HOME} GROUP BY v.cadre_uid ORDER BY c.staff_no"
    )
    for name, number, count in reads.tuples(sql):
        who = f"{name}（工号{number or '未填'}）"
        found.append(f"{who}有{count}条服务记录的所属网格与当天编入的网格不一致，请把他重新编入（或移出）一次。")
    return found


def _grid_named(known: Sequence[Row], place: str) -> str | None:
    """The one grid a place names: as a whole, or somewhere in it ('第3网格 广场')."""
    whole = grid_in(known, place)
    if whole is not None:
        return str(whole["uid"])
    found = {row["uid"] for text in _NAMED_GRID.findall(place) if (row := grid_in(known, text)) is not None}
    return str(found.pop()) if len(found) == 1 else None
