"""Splitting and merging grids, moving buildings: who lives there goes along from today on; earlier hours stay."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from core.base.dates import day_before
from core.base.errors import Refused
from core.grid_assignment.model import Spot
from core.grid_assignment.ops import assign_each, leave_grid
from core.place import entities, ops
from core.place.map_ops import close_grid, merge_outlines, split_outline
from core.place.outlines import Point
from core.store import Tx


def split_grid(tx: Tx, uid: str, new_uid: str, line: Sequence[Point]) -> int:
    """Cut a grid; its buildings in the smaller part, and from today the people placed in them, go to `new_uid`.

    Returns how many people moved. Their hours up to yesterday stay with the old grid.
    """
    return follow_buildings(tx, split_outline(tx, uid, new_uid, line))


def merge_grids(tx: Tx, uid: str, other: str) -> int:
    """Take `other` into `uid`: ground, buildings, workers, volunteers, squads, and from today the people placed there.

    Returns how many people moved. `other` is closed, not deleted: hours stay where they were earned. 方案 五(二)3
    """
    if uid == other:
        raise Refused("请选两个不同的网格。", "先选保留的那个，再选要并入的那个。")
    merge_outlines(tx, uid, other)
    for table in ("grid_worker", "volunteer"):
        found = tx.tuples(f"SELECT uid FROM {table} WHERE grid_uid = ?", (other,))
        tx.update_many(table, [(row[0], {"grid_uid": uid}) for row in found])
    taken = {row[0] for row in tx.tuples("SELECT name FROM squad WHERE grid_uid = ?", (uid,))}
    old_name = tx.value("SELECT name FROM grid WHERE uid = ?", (other,))
    for squad_uid, name in tx.tuples("SELECT uid, name FROM squad WHERE grid_uid = ?", (other,)):
        tx.update("squad", squad_uid, {"grid_uid": uid, "name": f"{name}（原{old_name}）" if name in taken else name})
    rows = tx.rows("SELECT * FROM grid_assignment WHERE grid_uid = ? AND until_on = ''", (other,))
    count = _move(tx, [Spot(row["cadre_uid"], uid, row["building_uid"], row["entrance"]) for row in rows])
    households = tx.tuples("SELECT households FROM grid WHERE uid IN (?, ?)", (uid, other))
    if all(row[0] is not None for row in households):
        tx.update("grid", uid, {"households": sum(row[0] for row in households)})
    close_grid(tx, other)
    return count


def move_building(tx: Tx, uid: str, x: float, y: float) -> int:
    """Put a building elsewhere on the map; if another grid holds the point, it and its people go there. How many people."""
    ops.move_building(tx, uid, x, y)
    return follow_buildings(tx, [uid])


def save_building(tx: Tx, uid: str | None, values: Mapping[str, Any]) -> str:
    """A building, new or changed; where its grid changes, the people placed in it go along. Returns its uid."""
    uid = ops.save_building(tx, uid, values)
    if "grid" in values:
        follow_buildings(tx, [uid])
    return uid


def follow_buildings(tx: Tx, building_uids: Sequence[str]) -> int:
    """Bring the people placed in buildings into the buildings' own grids, from today; how many moved."""
    rows = tx.rows(
        "SELECT a.cadre_uid, b.grid_uid, a.building_uid, a.entrance FROM json_each(?) j "
        "CROSS JOIN grid_assignment a ON a.building_uid = j.value AND a.until_on = '' "
        "JOIN building b ON b.uid = a.building_uid WHERE b.grid_uid IS NOT NULL AND b.grid_uid <> a.grid_uid",
        (json.dumps(list(building_uids)),),
    )
    return _move(tx, [Spot(**row) for row in rows])


BUILDINGS = replace(entities.BUILDINGS, save=save_building)
"""Buildings as forms and sheets change them: with the people in them."""


def _move(tx: Tx, spots: list[Spot]) -> int:
    """Move those who are there; of who has left an old ledger may hold an open stay: it ends when he left."""
    sql = "SELECT uid, archived_on FROM cadre WHERE archived_on <> '' AND uid IN (SELECT value FROM json_each(?))"
    gone = dict(tx.tuples(sql, (json.dumps([one.cadre_uid for one in spots]),)))
    for uid, archived_on in gone.items():
        leave_grid(tx, uid, day_before(archived_on))
    here = [one for one in spots if one.cadre_uid not in gone]
    return assign_each(tx, here).count if here else 0
