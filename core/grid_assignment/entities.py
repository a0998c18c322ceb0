"""编入网格 and 楼栋长 as sheets and forms carry them: people by 工号 or name, places by name."""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

from core.base.clock import today
from core.base.dates import format_date
from core.base.errors import InvalidInput, Stale
from core.base.fields import EntitySpec
from core.base.told import told_day
from core.grid_assignment.leads import appoint_lead, remove_lead
from core.grid_assignment.model import ASSIGNMENT, LEAD, Spot
from core.grid_assignment.ops import assign_each, change_assignment, remove_assignment
from core.grid_assignment.queries import assignment_rows, lead_rows
from core.place.checking import building_uid, entrance_name, grid_uid
from core.place.entities import grid_titled
from core.roster.person_index import cadre_named
from core.sheet.plain import PlainEntity, Reader, Validity, Values
from core.store import Reads, Row, Tx

_BUILDING = (
    "SELECT b.uid, b.grid_uid, b.name AS building, e.name AS estate, coalesce(g.name, '') AS grid FROM building b "
    "JOIN estate e ON e.uid = b.estate_uid LEFT JOIN grid g ON g.uid = b.grid_uid WHERE b.uid = ?"
)
_PLACE = ("grid", "estate", "building", "entrance")


def save_assignment(tx: Tx, uid: str | None, values: Mapping[str, Any]) -> str:
    """编入 a person as a form or sheet says, or change an assignment; another place is a move from `from_on` on (default today).

    Gives the uid of the assignment now in force. `from_on` alone, unlike before, puts the first day right.
    """
    old = _only(assignment_rows(tx, current=False, uid=uid), ASSIGNMENT.label) if uid else {}
    cadre_uid = str(old.get("cadre_uid") or _person(tx, values)["uid"])
    place = {key: str(values[key] or "").strip() for key in _PLACE if key in values}
    moved = not old or any(text != old[key] for key, text in place.items())
    if moved:
        if {"estate", "building"} & place.keys():  # another 栋 of the same 小区
            place = {"estate": old.get("estate", ""), "building": old.get("building", ""), **place}
        house, grid = _place(_Places(tx), place)
        spot = Spot(cadre_uid, grid, house["uid"] if house else None, place.get("entrance", ""))
        method = "IMPORT" if values.get("imported") else "HAND"
        assign_each(tx, [spot], str(values.get("from_on") or ""), method)
        sql = "SELECT uid FROM grid_assignment WHERE cadre_uid = ? AND until_on = ''"
        uid = str(tx.value(sql, (cadre_uid,)))
    assert uid is not None
    kept = ("until_on", "note") if moved else ("from_on", "until_on", "note")
    if changes := {key: values[key] for key in kept if key in values}:
        change_assignment(tx, uid, changes)
    return uid


def save_lead(tx: Tx, uid: str | None, values: Mapping[str, Any]) -> str:
    """Appoint a 楼栋长 as a form or sheet says, or change a term; another person begins a term on `from_on` (default today)."""
    old = _only(lead_rows(tx, current=False, uid=uid), LEAD.label) if uid else {}
    now = {**old, **values}
    house = building_uid(tx, str(now.get("estate") or ""), str(now.get("building") or ""))
    renamed = any(key in values and values[key] != old.get(key) for key in ("cadre_uid", "staff_no", "name"))
    # only what is given now names the new one: the old 工号 is another person's
    cadre_uid = str(_person(tx, values)["uid"] if renamed or not old else old["cadre_uid"])
    goes_on = bool(old) and (cadre_uid, house) == (old["cadre_uid"], old["building_uid"])
    if old and house != old["building_uid"]:
        remove_lead(tx, old["uid"])  # it was said of the wrong building
    term = now if goes_on else values
    first, last = str(term.get("from_on") or ""), str(term.get("until_on") or "")
    if goes_on and first > old["from_on"]:
        tx.update("building_lead", old["uid"], {"from_on": first})
    appoint_lead(tx, house, cadre_uid, first, last, str(now.get("note") or ""))
    newest = "SELECT uid FROM building_lead WHERE building_uid = ? AND cadre_uid = ? ORDER BY from_on DESC LIMIT 1"
    return str(tx.value(newest, (house, cadre_uid)))


class _Places:
    """Grids and buildings by what sheets call them, each text looked up once."""

    def __init__(self, reads: Reads) -> None:
        self.grid = lru_cache(maxsize=None)(lambda text: grid_uid(reads, text))
        self.grid_name = lru_cache(maxsize=None)(
            lambda uid: str(reads.value("SELECT name FROM grid WHERE uid = ?", (uid,)))
        )
        self.house = lru_cache(maxsize=None)(
            lambda estate, building: reads.rows(_BUILDING, (building_uid(reads, estate, building),))[0]
        )


def _place(places: _Places, values: Mapping[str, Any]) -> tuple[Row | None, str]:
    """Building (None: only the grid is told) and grid uid of what is written; InvalidInput where there is no such place."""
    grid = places.grid(str(values.get("grid") or ""))
    estate, building = str(values.get("estate") or ""), str(values.get("building") or "")
    if not building:
        if not grid:
            raise InvalidInput({"grid": "网格和楼栋都没有填，请至少填一项。"})
        return None, grid
    house: Row = places.house(estate, building)
    label = f"{house['estate']}{house['building']}"
    if not house["grid_uid"]:
        raise InvalidInput({"building": f"{label}还没有划入网格，请先填写它属于哪个网格。"})
    if grid and grid != house["grid_uid"]:
        name = places.grid_name(grid)
        raise InvalidInput({"building": f"{label}属于{house['grid']}，不属于{name}，请改正楼栋或网格。"})
    return house, str(house["grid_uid"])


def _person(reads: Reads, values: Mapping[str, Any], *, past: bool = False) -> Row:
    if uid := str(values.get("cadre_uid") or ""):
        row = reads.one("SELECT uid, staff_no, name, archived_on FROM cadre WHERE uid = ?", (uid,))
        if row is None:
            raise Stale("这个人已不在名册中，可能刚被撤销或删除。", "请刷新后再试。")
    else:
        number, name, unit = (str(values.get(key) or "") for key in ("staff_no", "name", "unit"))
        row = cadre_named(reads, number, name, unit)
    if row["archived_on"] and not past:  # an old sheet may tell of who has left: what it asks for is looked at later
        raise InvalidInput({"name": f"{row['name']}已于{row['archived_on']}归档，请核对；如是误归档，请先恢复。"})
    return row


def _in_order(spec: EntitySpec, values: Mapping[str, Any]) -> None:
    first, last = str(values.get("from_on") or ""), str(values.get("until_on") or "")
    if first and last and last < first:
        begins, ends = spec.field("from_on").label, spec.field("until_on").label
        raise InvalidInput({"until_on": f"{ends}早于{begins}，请核对。"})


def _only(rows: list[Row], label: str) -> Row:
    if not rows:
        raise Stale(f"这条{label}记录已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return rows[0]


def assignment_reader(reads: Reads) -> Reader:
    """Rows of an assignment sheet: person and place as the ledger has them."""
    places = _Places(reads)

    def read(values: Values, _remarks: list[str]) -> Values:
        person = _person(reads, values, past=True)
        house, grid = _place(places, values)
        for key in ("from_on", "until_on"):
            told_day(ASSIGNMENT.field(key), str(values.get(key) or ""))
        found = {key: value for key, value in values.items() if key != "estate"}
        found |= {"staff_no": person["staff_no"], "name": person["name"], "grid": places.grid_name(grid)}
        if house:
            found |= {"estate": house["estate"], "building": house["building"]}
        if values.get("entrance"):
            found["entrance"] = entrance_name(str(values["entrance"]))
        _in_order(ASSIGNMENT, values)
        return {**found, "imported": True}

    return read


def lead_reader(reads: Reads) -> Reader:
    """Rows of a sheet of 楼栋长: person and building as the ledger has them."""
    places = _Places(reads)

    def read(values: Values, _remarks: list[str]) -> Values:
        house, person = (
            places.house(str(values.get("estate") or ""), str(values.get("building") or "")),
            _person(reads, values, past=True),
        )
        found = {"estate": house["estate"], "building": house["building"]}
        _in_order(LEAD, values)
        return {**values, **found, "staff_no": person["staff_no"], "name": person["name"]}

    return read


def assignment_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What a row of a sheet cannot do: place who has left, or begin before another stay that the ledger holds."""
    old = _only(assignment_rows(reads, current=False, uid=uid), ASSIGNMENT.label) if uid else {}
    try:
        person = _person(reads, {**old, **values})
    except InvalidInput as problem:
        return problem.fields
    moved = not old or any(str(values[key] or "") != old[key] for key in _PLACE if key in values)
    if not moved and not values.keys() & {"from_on", "until_on"}:
        return {}
    now = {**({} if moved else old), **values}
    first, last = str(now.get("from_on") or today().isoformat()), str(now.get("until_on") or "")
    if last and last < first:
        return {"until_on": f"{ASSIGNMENT.field('until_on').label}早于{ASSIGNMENT.field('from_on').label}，请核对。"}
    for row in assignment_rows(reads, current=False, cadre_uid=person["uid"]):
        if moved:  # what is open ends the day before; what is over, or began later, stands
            clash = row["until_on"] >= first if row["until_on"] else row["from_on"] > first
        else:
            clash = row["uid"] != uid and (row["until_on"] or first) >= first and row["from_on"] <= (last or first)
        if clash:
            span = f"{format_date(row['from_on'])}至{format_date(row['until_on']) or '现在'}"
            text = f"台账里{row['name']}{span}编在{row['grid']}，与表里的{format_date(first)}起冲突；"
            return {"from_on": f"{text}请核对编入日期，或者先在台账里改正那一条。"}
    return {}


def lead_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What a row of a sheet cannot do: appoint who has left, or begin before the term of somebody else."""
    old = _only(lead_rows(reads, current=False, uid=uid), LEAD.label) if uid else {}
    renamed = not old or any(key in values and values[key] != old[key] for key in ("staff_no", "name"))
    try:
        person = _person(reads, values if renamed else {**old, **values})
        days = {
            key: told_day(LEAD.field(key), str(values.get(key) or ""), ahead=True) for key in ("from_on", "until_on")
        }
        house = building_uid(reads, *(str({**old, **values}.get(key) or "") for key in ("estate", "building")))
    except InvalidInput as problem:
        return problem.fields
    first = days["from_on"] or (today().isoformat() if renamed else str(old["from_on"]))
    last = days["until_on"] or ("" if renamed else str(old["until_on"]))
    if last and last < first:
        return {"until_on": f"{LEAD.field('until_on').label}早于{LEAD.field('from_on').label}，请核对。"}
    for row in lead_rows(reads, building_uid=house, current=False):
        if row["cadre_uid"] != person["uid"] and row["from_on"] > first and (not last or row["from_on"] <= last):
            begun, label = format_date(row["from_on"]), f"{row['estate']}{row['building']}"
            text = f"{label}从{begun}起由{row['name']}任楼栋长，表里的任期从{format_date(first)}起，在那之前；"
            return {"from_on": f"{text}请写明那之前的任期止，或者核对任期起。"}
    return {}


ASSIGNMENTS = PlainEntity(
    spec=ASSIGNMENT,
    rows=assignment_rows,
    save=save_assignment,
    remove=remove_assignment,
    faults=assignment_faults,
    reader=assignment_reader,
    validity=Validity(lambda reads: assignment_rows(reads, current=False), about=("grid", "estate", "building")),
    heard=("unit",),
    titled=grid_titled,
)
LEADS = PlainEntity(
    spec=LEAD,
    rows=lead_rows,
    save=save_lead,
    remove=remove_lead,
    faults=lead_faults,
    reader=lead_reader,
    validity=Validity(lambda reads: lead_rows(reads, current=False), about=("staff_no", "name")),
    heard=("unit",),
)
PLAIN: dict[str, PlainEntity] = {one.spec.kind: one for one in (ASSIGNMENTS, LEADS)}
