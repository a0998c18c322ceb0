"""The plain entities of this room: what lists, forms, import and export need of each."""

from __future__ import annotations

from core.base.errors import InvalidInput
from core.place import ops, removing
from core.place.checking import entrance_name, estate_told, estate_uid, with_estate
from core.place.map_queries import map_plan
from core.place.model import BUILDING, COMMUNITY, ENTRANCE, ESTATE, GRID, GRID_WORKER, real_number
from core.place.outlines import holds, ring_of
from core.place.queries import (
    buildings,
    communities,
    entrances,
    estates,
    grid_in,
    grids,
    linked_community,
    workers,
)
from core.sheet.address import building_name
from core.sheet.plain import PlainEntity, Reader, Values
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


def estate_reader(reads: Reads) -> Reader:
    """Rows of a 小区 sheet: without a community the linked one is meant."""
    linked = (linked_community(reads) or {}).get("name", "")
    return lambda values, _remarks: {"community": linked, **values}


def entrance_reader(reads: Reads) -> Reader:
    """Rows of an entrance sheet: 小区, building and entrance as the ledger has them."""

    def read(values: Values, _remarks: list[str]) -> Values:
        found = dict(values)
        if uid := estate_uid(reads, str(values.get("estate") or "")):
            found["estate"] = reads.value("SELECT name FROM estate WHERE uid = ?", (uid,))
        for key, named in (("building", building_name), ("name", entrance_name)):
            if values.get(key):
                found[key] = named(str(values[key]))
        return found

    return read


def grid_reader(reads: Reads) -> Reader:
    """Rows of a grid sheet: 3网格 and 三 mean 第3网格 if that is there."""
    known = grids(reads)

    def read(values: Values, _remarks: list[str]) -> Values:
        there = grid_in(known, str(values.get("name") or ""))
        return {**values, "name": there["name"]} if there else values

    return read


def worker_reader(reads: Reads) -> Reader:
    """Rows of a worker sheet: the grid's name as the ledger has it."""
    known = grids(reads)

    def read(values: Values, _remarks: list[str]) -> Values:
        there = grid_in(known, str(values.get("grid") or ""))
        return {**values, "grid": there["name"]} if there else values

    return read


COMMUNITIES = PlainEntity(COMMUNITY, communities, ops.save_community, removing.remove_community, ops.community_faults)
ESTATES = PlainEntity(ESTATE, estates, ops.save_estate, removing.remove_estate, ops.estate_faults, estate_reader)
GRIDS = PlainEntity(GRID, grids, ops.save_grid, removing.remove_grid, ops.grid_faults, grid_reader)
BUILDINGS = PlainEntity(
    BUILDING,
    buildings,
    ops.save_building,
    removing.remove_building,
    ops.building_faults,
    building_reader,
    called=("estate", "name"),
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
    worker_reader,
    past_too=lambda reads: workers(reads, current=False),
)

PLAIN: dict[str, PlainEntity] = {
    one.spec.kind: one for one in (COMMUNITIES, ESTATES, GRIDS, BUILDINGS, ENTRANCES, WORKERS)
}
