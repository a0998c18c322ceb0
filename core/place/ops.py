"""Verbs that write: communities, 小区, grids, buildings, entrances, grid workers. Values come by field key (model)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput
from core.base.names import normalise_name
from core.place import checking
from core.place.checking import Faults, Values, common_faults, existing, number_in, raise_faults
from core.place.model import BUILDING, COMMUNITY, ENTRANCE, ESTATE, GRID, GRID_WORKER, real_number
from core.place.outlines import Ring, grid_at, ring_text
from core.place.queries import grid_in, grids, linked_community
from core.store import Reads, Tx


def ensure_community(tx: Tx, district: str, street: str, name: str) -> str:
    """The uid of a community, made if it is new. Given by name alone it is the only one called so."""
    district, street, name = district.strip(), street.strip(), name.strip()
    if not name:
        raise InvalidInput({"community": "请填写社区名称。"})
    sql = "SELECT uid FROM community WHERE name = ? AND (? = '' OR district = ?) AND (? = '' OR street = ?) LIMIT 2"
    found = tx.tuples(sql, (name, district, district, street, street))
    if len(found) == 1:
        return str(found[0][0])
    if found and not (district and street):
        raise InvalidInput({"community": f"有几个社区都叫“{name}”，请同时写明区和街道。"})
    sql = (
        "SELECT uid FROM community WHERE name = ? AND (? = '' OR district IN ('', ?)) AND (? = '' OR street IN ('', ?)) "
        "ORDER BY district = '' AND street = '' LIMIT 1"
    )
    half = tx.value(sql, (name, district, district, street, street))
    if half is not None:  # so far known by its name, or half of its place: now it is told where it is
        told = {"district": district, "street": street}
        tx.update("community", half, {key: value for key, value in told.items() if value})
        return str(half)
    return tx.insert("community", {"district": district, "street": street, "name": name})


# -- communities -------------------------------------------------------------------------------------------------------


def community_faults(reads: Reads, uid: str, values: Values) -> Faults:
    """What is wrong with a community: its full name is there already."""
    found = common_faults(COMMUNITY, uid, values)
    if found:
        return found
    old = existing(reads, "community", uid)
    full = tuple(str({**old, **values}.get(key) or "").strip() for key in ("district", "street", "name"))
    sql = "SELECT uid FROM community WHERE district = ? AND street = ? AND name = ? AND uid <> ?"
    if reads.one(sql, (*full, uid)):
        return {"name": f"已经有“{''.join(full)}”，不能重名。"}
    sql = "SELECT district || street || name FROM community WHERE name = ? AND uid <> ? ORDER BY linked DESC LIMIT 1"
    renamed = any(old.get(key, "") != part for key, part in zip(("district", "street", "name"), full, strict=True))
    if renamed and not (full[0] and full[1]) and (there := reads.value(sql, (full[2], uid))):
        return {"name": f"已经有{there}。如果是另一个同名的社区，请同时写明区和街道。"}
    return {}


def save_community(tx: Tx, uid: str | None, values: Values) -> str:
    """A community, new (uid None) or changed; returns its uid."""
    raise_faults(community_faults(tx, uid or "", values))
    return _write(tx, "community", uid, _texts(values, ("district", "street", "name", "note")))


# -- 小区 --------------------------------------------------------------------------------------------------------------


def estate_faults(reads: Reads, uid: str, values: Values) -> Faults:
    """What is wrong with a 小区: its name or another name for it is there already, its community is unknown."""
    found = common_faults(ESTATE, uid, values)
    if found:
        return found
    try:
        community = _community_of(reads, uid, values)
    except InvalidInput as problem:
        return dict(problem.fields)
    old = existing(reads, "estate", uid)
    row = {**old, **values}
    for key in ("name", "other_names"):
        for one in filter(None, str(row.get(key) or "").split("、")):
            there = checking.estate_uid(reads, one, community)
            if there and there != uid:
                return {key: f"这个社区已经有小区叫“{one}”，不能重名。"}
    return {}


def save_estate(tx: Tx, uid: str | None, values: Values) -> str:
    """A 小区, new or changed; without a community it is in the linked one."""
    raise_faults(estate_faults(tx, uid or "", values))
    row = _texts(values, ("name", "other_names", "note"))
    if uid is None or "community" in values:
        row["community_uid"] = _community_of(tx, uid or "", values)
    if uid is None:
        row["position"] = _next(tx, "estate")
    return _write(tx, "estate", uid, row)


# -- grids -------------------------------------------------------------------------------------------------------------


def grid_faults(reads: Reads, uid: str, values: Values) -> Faults:
    """What is wrong with a grid of the linked community: its name (第3网格 is 3网格) or code is taken."""
    found = common_faults(GRID, uid, values)
    if not found and linked_community(reads) is None:
        found["name"] = "还没有设定联系社区，不能登记网格，请先在设置里填写。"
    others = [row for row in grids(reads) if row["uid"] != uid]
    for key in ("name", "code"):
        text = str(values.get(key) or "").strip()
        if not found and text and (there := grid_in(others, text)):
            found[key] = f"“{text}”与已有的{there['name']}（编号{there['code'] or '未填'}）是同一个网格，不能重复。"
    return found


def save_grid(tx: Tx, uid: str | None, values: Values) -> str:
    """A grid of the linked community, new (at the end) or changed; its outline is set by `set_outlines`."""
    raise_faults(grid_faults(tx, uid or "", values))
    row = _texts(values, ("name", "code", "note")) | _numbers(values, ("households",))
    if values.get("position") not in (None, ""):
        row["position"] = int(values["position"])
    if uid is None:
        row["community_uid"] = (linked_community(tx) or {})["uid"]
        row.setdefault("position", _next(tx, "grid"))
    return _write(tx, "grid", uid, row)


def set_outlines(tx: Tx, rings: Mapping[str, Ring]) -> None:
    """Write the outlines of grids by uid; an empty ring takes the outline away."""
    tx.update_many("grid", [(uid, {"outline": ring_text(ring)}) for uid, ring in rings.items()])


# -- buildings and entrances -------------------------------------------------------------------------------------------


def building_faults(reads: Reads, uid: str, values: Values) -> Faults:
    """What is wrong with a building: 小区 and name are taken, its grid is unknown, half a position."""
    old = existing(reads, "building", uid)
    try:
        values = checking.with_estate(reads, values)
        community, estate = checking.estate_told(reads, old.get("estate_uid", ""), values)
        checking.grid_uid(reads, str(values.get("grid") or ""))
    except InvalidInput as problem:
        return common_faults(BUILDING, uid, values) | problem.fields
    found = common_faults(BUILDING, uid, values)
    if values.get("grid") and community != (linked_community(reads) or {}).get("uid"):
        found["grid"] = "网格只属于联系社区，别的社区的楼栋请不要填网格。"
    point = {**old, **values}
    if (point.get("x") in (None, "")) != (point.get("y") in (None, "")):
        found["x"] = "x、y 要同时填写，或都不填。"
    if "entrances" not in found and uid and (in_use := checking.too_few_entrances(reads, uid, values.get("entrances"))):
        found["entrances"] = in_use
    name = str(values.get("name") or old.get("name", ""))
    sql = "SELECT uid FROM building WHERE estate_uid = ? AND name = ? AND uid <> ?"
    if not found and reads.one(sql, (estate, name, uid)):
        found["name"] = f"这个小区已经有{name}，不能重复登记。"
    return found


def save_building(tx: Tx, uid: str | None, values: Values) -> str:
    """A building, new or changed. A 小区 that is not there yet is made, in the linked community if none is told.

    Without a grid but with a position it belongs to the grid whose outline holds it.
    """
    raise_faults(building_faults(tx, uid or "", values))
    values = checking.with_estate(tx, values)
    row = _texts(values, ("name", "note")) | _numbers(values, ("households",))
    if "name" in row:
        row["position"] = number_in(row["name"])
    if values.get("estate") or values.get("community"):
        _community, estate = checking.estate_told(tx, existing(tx, "building", uid or "").get("estate_uid", ""), values)
        row["estate_uid"] = estate or save_estate(
            tx, None, {"name": values["estate"], "community": values.get("community") or ""}
        )
    for key in ("x", "y"):
        if key in values:
            row[key] = real_number(values[key])
    if "grid" in values:
        row["grid_uid"] = checking.grid_uid(tx, str(values["grid"] or ""))
    if not row.get("grid_uid") and row.get("x") is not None and (uid is None or "grid" in values):
        row["grid_uid"] = (grid_at(grids(tx), row["x"], row["y"]) or {}).get("uid")
    uid = _write(tx, "building", uid, row)
    if values.get("entrances") not in (None, ""):
        set_entrances(tx, uid, int(values["entrances"]))
    return uid


def move_building(tx: Tx, uid: str, x: float, y: float) -> str | None:
    """Put a building at a point of the map and into the grid that holds it; returns that grid's uid (None: outside)."""
    there = grid_at(grids(tx), x, y)
    grid = there["uid"] if there else None
    tx.update("building", uid, {"x": round(x, 2), "y": round(y, 2)} | ({"grid_uid": grid} if grid else {}))
    return grid


def set_entrances(tx: Tx, building_uid: str, count: int) -> None:
    """Bring the entrances of a building to 1单元 … n单元; what was named otherwise stays while the number allows.

    InvalidInput if people were assigned to one that would go.
    """
    if wrong := checking.too_few_entrances(tx, building_uid, count):
        raise InvalidInput({"entrances": wrong})
    rows = checking.entrances_of(tx, building_uid)
    for row in rows[count:]:
        tx.delete("entrance", row["uid"])
    taken = {row["name"] for row in rows[:count]}
    free = (number for number in range(1, count + len(taken) + 1) if f"{number}单元" not in taken)
    missing = sorted(next(free) for _ in range(count - len(taken)))
    tx.insert_many(
        "entrance", [{"building_uid": building_uid, "name": f"{one}单元", "position": one} for one in missing]
    )


def entrance_faults(reads: Reads, uid: str, values: Values) -> Faults:
    """What is wrong with an entrance: its building is unknown, its name is taken."""
    found = common_faults(ENTRANCE, uid, values)
    if found:
        return found
    try:
        building = _building_of(reads, uid, values)
    except InvalidInput as problem:
        return dict(problem.fields)
    sql = "SELECT uid FROM entrance WHERE building_uid = ? AND name = ? AND uid <> ?"
    name = checking.entrance_name(str(values.get("name") or ""))
    return {"name": f"这栋楼已经有{name}。"} if name and reads.one(sql, (building, name, uid)) else {}


def save_entrance(tx: Tx, uid: str | None, values: Values) -> str:
    """An entrance of a building, new or changed."""
    raise_faults(entrance_faults(tx, uid or "", values))
    row = _texts(values, ("name", "note")) | _numbers(values, ("households",))
    if "name" in row:
        row["name"] = checking.entrance_name(row["name"])
        row["position"] = number_in(row["name"])
    if uid is None or values.get("building"):
        row["building_uid"] = _building_of(tx, uid or "", values)
    return _write(tx, "entrance", uid, row)


# -- grid workers ------------------------------------------------------------------------------------------------------


def worker_faults(reads: Reads, uid: str, values: Values) -> Faults:
    """What is wrong with a grid worker: no name, no such grid, there already, days in the wrong order."""
    old = existing(reads, "grid_worker", uid)
    found = common_faults(GRID_WORKER, uid, {**old, **values})
    try:
        grid = checking.grid_uid(reads, str(values["grid"] or "")) if "grid" in values else old.get("grid_uid")
    except InvalidInput as problem:
        return found | problem.fields
    name = normalise_name(str(values.get("name") or old.get("name", "")))[0]
    if not found and grid and not {**old, **values}.get("until_on"):
        found |= checking.same_worker(reads, uid, name, grid)
    return found


def save_worker(tx: Tx, uid: str | None, values: Values) -> str:
    """A grid worker of the linked community, new or changed."""
    raise_faults(worker_faults(tx, uid or "", values))
    row = _texts(values, ("sex", "duty", "from_on", "until_on", "note"))
    if "phone" in values:
        row["phone"] = checking.read_phone(GRID_WORKER.field("phone"), values["phone"])[0]
    if values.get("name"):
        row["name"] = normalise_name(str(values["name"]))[0]
    if "grid" in values:
        row["grid_uid"] = checking.grid_uid(tx, str(values["grid"] or ""))
    if uid is None:
        row["community_uid"] = checking.community_uid(tx, "")
        row["duty"] = row.get("duty") or "网格员"
    return _write(tx, "grid_worker", uid, row)


def end_worker(tx: Tx, uid: str, on: str = "") -> None:
    """A grid worker leaves; `on` is the last day (default today)."""
    save_worker(tx, uid, {"until_on": on or today().isoformat()})


# -- rows --------------------------------------------------------------------------------------------------------------


def _write(tx: Tx, table: str, uid: str | None, row: dict[str, Any]) -> str:
    if uid is None:
        return tx.insert(table, row)
    if row:
        tx.update(table, uid, row)
    return uid


def _texts(values: Values, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: str(values[key] or "").strip() for key in keys if key in values}


def _numbers(values: Values, keys: tuple[str, ...]) -> dict[str, Any]:
    return {key: None if values[key] in (None, "") else int(values[key]) for key in keys if key in values}


def _next(reads: Reads, table: str) -> int:
    return int(reads.value(f"SELECT coalesce(max(position), 0) + 1 FROM {table}"))


def _community_of(reads: Reads, uid: str, values: Values) -> str:
    if uid and "community" not in values:
        return str(existing(reads, "estate", uid)["community_uid"])
    return checking.community_uid(reads, str(values.get("community") or "").strip())


def _building_of(reads: Reads, uid: str, values: Values) -> str:
    if uid and not values.get("building"):
        return str(existing(reads, "entrance", uid)["building_uid"])
    return checking.building_uid(reads, str(values.get("estate") or ""), str(values.get("building") or ""))
