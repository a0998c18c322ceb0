"""The plain entities of this room: what lists, forms, import and export need of each."""

from __future__ import annotations

import re
from collections.abc import Callable

from core.base.errors import InvalidInput
from core.place import ops, removing
from core.place.checking import building_uid, entrance_name, estate_told, place_key, with_estate
from core.place.map_queries import map_plan
from core.place.model import BUILDING, COMMUNITY, ENTRANCE, ESTATE, GRID, GRID_WORKER, real_number
from core.place.outlines import holds, ring_of
from core.place.queries import (
    buildings,
    communities,
    entrances,
    estates,
    grid_in,
    grid_number,
    grids,
    linked_community,
    workers,
)
from core.place.spelling import agree, bare_community, community_parts, community_spelled
from core.sheet.plain import PlainEntity, Reader, Validity, Values
from core.store import Reads


def building_reader(reads: Reads) -> Reader:
    """Rows of a building sheet: names as the ledger has them, remarks on what map and sheet say differently."""
    known = grids(reads)
    rings = [(row["name"], ring_of(row["outline"])) for row in known if row["outline"]]
    plan = map_plan(reads)
    homes: dict[tuple[str, str], dict[str, str]] = {}  # 小区 as sheets call it -> its names here
    fresh: set[str] = set()

    def home(values: Values, remarks: list[str]) -> dict[str, str]:
        told = str(values.get("community") or ""), str(values.get("estate") or "")
        if told not in homes:
            community, uid = estate_told(reads, "", values)
            sql = "SELECT name FROM estate WHERE uid = ?"
            homes[told] = {
                "community": reads.value("SELECT name FROM community WHERE uid = ?", (community,)),
                "estate": reads.value(sql, (uid,)) if uid else told[1],
            }
            if not uid and told[1] not in fresh:
                fresh.add(told[1])
                remarks.append(f"小区“{told[1]}”还没有登记，将一并新建。")
        return homes[told]

    def read(values: Values, remarks: list[str]) -> Values:
        found = with_estate(reads, values)
        if "grid" in found:
            grid = grid_in(known, str(found["grid"]))
            if grid is None:
                hint = "请核对。" if known else "请先导入网格，再导入楼栋。"
                raise InvalidInput({"grid": f"联系社区没有叫“{found['grid']}”的网格，{hint}"})
            found["grid"] = grid["name"]
        found |= home(found, remarks)
        for key in ("x", "y"):
            if key in found and (number := real_number(found[key])) is not None:
                found[key] = number
        remarks += _on_the_map(found)
        return found

    def _on_the_map(found: Values) -> list[str]:
        x, y = found.get("x"), found.get("y")
        if not isinstance(x, float) or not isinstance(y, float):
            return []
        if plan and not (0 <= x <= plan["width"] and 0 <= y <= plan["height"]):
            return [f"坐标（{x:g}，{y:g}）在平面图之外，请核对。"]
        there = next((name for name, ring in rings if holds(ring, x, y)), "")
        if rings and "grid" in found and there != found["grid"]:
            where = f"落在{there}" if there else "不在任何网格里"
            return [f"表里写的是{found['grid']}，坐标（{x:g}，{y:g}）却{where}；按表里写的登记，请核对。"]
        return []

    return read


def community_reader(reads: Reads) -> Reader:
    """Rows of a sheet of communities: 经院 of 江夏 is 经院社区 of 江夏区, if no other can be meant."""
    known = [(row["district"], row["street"], row["name"]) for row in communities(reads)]

    def read(values: Values, _remarks: list[str]) -> Values:
        district, street, name = (str(values.get(key) or "") for key in ("district", "street", "name"))
        told = district, street, name
        alike = [
            one
            for one in known
            if bare_community(one[2]) == bare_community(name) and agree(one[0], district) and agree(one[1], street)
        ]
        if told in alike:
            return values
        if len(alike) > 1:
            raise InvalidInput({"name": f"有几个社区都叫“{name}”，请同时写明区和街道。"})
        if alike and all(full or not part for full, part in zip(alike[0], told, strict=True)):
            return values | dict(zip(("district", "street", "name"), alike[0], strict=True))
        known.append(told)
        return values

    return read


def estate_reader(reads: Reads) -> Reader:
    """Rows of a 小区 sheet: without a community the linked one is meant; 梅苑小区 is 梅苑 if that is there."""
    linked = str((linked_community(reads) or {}).get("name", ""))
    names: dict[tuple[str, str], str] = {}
    for row in estates(reads):
        for one in filter(None, (row["name"], *row["other_names"].split("、"))):
            names.setdefault((row["community"], place_key(one)), row["name"])

    def read(values: Values, _remarks: list[str]) -> Values:
        home = community_spelled(reads, community_parts(str(values.get("community") or linked))[2])
        name = str(values.get("name") or "")
        found = {**values, "community": home, "name": names.setdefault((home, place_key(name)), name)}
        if values.get("other_names"):
            found["other_names"] = "、".join(filter(None, re.split(r"[、，,;；/\s]+", str(values["other_names"]))))
        return found

    return read


def entrance_reader(reads: Reads) -> Reader:
    """Rows of an entrance sheet: 小区, building and entrance as the ledger has them."""

    def read(values: Values, _remarks: list[str]) -> Values:
        found = dict(values)
        if values.get("building"):
            house = building_uid(reads, str(values.get("estate") or ""), str(values["building"]))
            sql = "SELECT e.name, b.name FROM building b JOIN estate e ON e.uid = b.estate_uid WHERE b.uid = ?"
            ((found["estate"], found["building"]),) = reads.tuples(sql, (house,))
        if values.get("name"):
            found["name"] = entrance_name(str(values["name"]))
        return found

    return read


def grid_reader(key: str) -> Callable[[Reads], Reader]:
    """Rows of a sheet that name a grid at `key`: 3网格 and 三 mean 第3网格 if that is there."""

    def load(reads: Reads) -> Reader:
        known = grids(reads)

        def read(values: Values, _remarks: list[str]) -> Values:
            there = grid_in(known, str(values.get(key) or ""))
            return {**values, key: there["name"]} if there else values

        return read

    return load


def named_grid_reader(reads: Reads) -> Reader:
    """Rows of a sheet of grids; a new one of which only the number is written is 第2网格."""
    known = grids(reads)

    def read(values: Values, _remarks: list[str]) -> Values:
        name = str(values.get("name") or "")
        there = grid_in(known, name)
        if there is None:
            number = grid_number(name) if "网格" not in name else None
            there = {"name": name if number is None else f"第{number}网格", "code": ""}
            known.append(there)
        return {**values, "name": there["name"]}

    return read


def grid_titled(reads: Reads, title: str) -> Values:
    """A workbook with a sheet a grid: the title tells it where no column does."""
    there = grid_in(grids(reads), title) if "网格" in title else None
    return {"grid": there["name"]} if there else {}


COMMUNITIES = PlainEntity(
    COMMUNITY,
    communities,
    ops.save_community,
    removing.remove_community,
    ops.community_faults,
    community_reader,
)
ESTATES = PlainEntity(ESTATE, estates, ops.save_estate, removing.remove_estate, ops.estate_faults, estate_reader)
GRIDS = PlainEntity(GRID, grids, ops.save_grid, removing.remove_grid, ops.grid_faults, named_grid_reader)
BUILDINGS = PlainEntity(
    BUILDING,
    buildings,
    ops.save_building,
    removing.remove_building,
    ops.building_faults,
    building_reader,
    called=("estate", "name"),
    titled=grid_titled,
)
ENTRANCES = PlainEntity(
    ENTRANCE, entrances, ops.save_entrance, removing.remove_entrance, ops.entrance_faults, entrance_reader
)
WORKERS = PlainEntity(
    GRID_WORKER,
    workers,
    ops.save_worker,
    removing.remove_worker,
    ops.worker_faults,
    grid_reader("grid"),
    validity=Validity(lambda reads: workers(reads, current=False)),
    titled=grid_titled,
)

PLAIN: dict[str, PlainEntity] = {
    one.spec.kind: one for one in (COMMUNITIES, ESTATES, GRIDS, BUILDINGS, ENTRANCES, WORKERS)
}
