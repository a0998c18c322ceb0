"""112小分队 and their members as sheets and forms carry them: people by 工号 or name, squads by grid and name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Problem
from core.base.told import told_day
from core.place.checking import grid_uid
from core.roster.person_index import cadre_named
from core.sheet.plain import PlainEntity, Reader, Validity, Values
from core.store import Reads, Row, Tx
from core.team.model import ROLE_LABEL, SQUAD, SQUAD_MEMBER
from core.team.ops import add_member, change_member, remove_member, remove_squad, save_squad, squad_faults
from core.team.queries import squad_members, squad_rows

_NAMED = "SELECT uid, name, grid_uid, until_on FROM {table} WHERE name = ?"
_TABLES = {"WORKER": "grid_worker", "VOLUNTEER": "volunteer"}


def save_member(tx: Tx, uid: str | None, values: Mapping[str, Any]) -> str:
    """Put a person into a squad as a form or sheet says (a new squad is formed), or change the days of a member."""
    if uid is not None:
        change_member(tx, uid, values)
        return uid
    grid, name = _grid(tx, values), str(values.get("squad") or "").strip()
    person = _person(tx, str(values.get("role") or ""), grid, values)
    found = tx.value("SELECT uid FROM squad WHERE grid_uid = ? AND name = ?", (grid, name))
    from_on = str(values.get("from_on") or "")
    squad_uid = str(found or save_squad(tx, None, {"grid_uid": grid, "name": name, "formed_on": from_on}))
    try:
        add_member(tx, squad_uid, str(values["role"]), person["uid"], from_on)
    except InvalidInput:
        raise
    except Problem as problem:
        raise InvalidInput({"name": str(problem)}) from problem
    (uid,) = (row["uid"] for row in squad_members(tx, squad_uid) if row["person_uid"] == person["uid"])
    if values.get("until_on"):
        change_member(tx, uid, {"until_on": values["until_on"]})
    return str(uid)


def member_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a member before anything is written: who has left, a squad that is no more, days out of order."""
    first, last = str(values.get("from_on") or ""), str(values.get("until_on") or "")
    try:
        told_day(SQUAD_MEMBER.field("from_on"), first)
    except InvalidInput as problem:
        return problem.fields
    if first and last and last < first:
        return {"until_on": f"{SQUAD_MEMBER.field('until_on').label}早于加入日期，请核对。"}
    if uid:
        return {}
    grid, squad = _grid(reads, values), str(values.get("squad") or "")
    person = _person(reads, str(values.get("role") or ""), grid, values)
    if gone := person.get("archived_on"):
        return {"name": f"{person['name']}已于{gone}归档，不能加入小分队，请另选一人；如是误归档，请先恢复。"}
    if (until := person.get("until_on")) and until < today().isoformat():
        return {"name": f"{person['name']}已于{until}退出，不能加入小分队，请另选一人；如是重新加入，请先登记。"}
    ended = reads.value("SELECT ended_on FROM squad WHERE grid_uid = ? AND name = ?", (grid, squad))
    return {"squad": f"“{squad}”已于{ended}撤销，不能再加成员，请另建一个小分队。"} if ended else {}


def squad_reader(reads: Reads) -> Reader:
    """Rows of a squad sheet: the grid's name as the ledger has it."""
    return lambda values, _remarks: {**values, "grid": _grid_name(reads, _grid(reads, values))}


def member_reader(reads: Reads) -> Reader:
    """Rows of a sheet of members: grid and person as the ledger has them."""
    known = {(row["grid_uid"], row["name"]) for row in squad_rows(reads)}

    def read(values: Values, remarks: list[str]) -> Values:
        grid, squad = _grid(reads, values), str(values.get("squad") or "").strip()
        person = _person(reads, str(values.get("role") or ""), grid, values)
        name = _grid_name(reads, grid)
        if (grid, squad) not in known:
            known.add((grid, squad))
            remarks.append(f"{name}还没有“{squad}”，将一并新建。")
        who = {"name": person["name"], "staff_no": person.get("staff_no", "")}
        return {**values, "grid": name, "squad": squad, **who}

    return read


def _grid(reads: Reads, values: Mapping[str, Any]) -> str:
    uid = str(values.get("grid_uid") or "") or grid_uid(reads, str(values.get("grid") or "").strip())
    if not uid:
        raise InvalidInput({"grid": "请填写小分队所在的网格。"})
    return uid


def _grid_name(reads: Reads, uid: str) -> str:
    return str(reads.value("SELECT name FROM grid WHERE uid = ?", (uid,)))


def _person(reads: Reads, role: str, grid: str, values: Mapping[str, Any]) -> Row:
    """Whom a row names in that role: a worker or volunteer of the squad's own grid goes before others of that name."""
    name = str(values.get("name") or "").strip()
    if role == "CADRE":
        return cadre_named(reads, str(values.get("staff_no") or ""), name)
    if role not in _TABLES:
        raise InvalidInput({"role": f"角色请选{'、'.join(ROLE_LABEL.values())}中的一个。"})
    label = ROLE_LABEL[role]
    there = reads.rows(_NAMED.format(table=_TABLES[role]), (name,))
    day = today().isoformat()
    found = [row for row in there if not row["until_on"] or row["until_on"] >= day]
    found = [row for row in found if row["grid_uid"] == grid] or found
    found = found or there[:1]  # who has left: an old sheet may tell of him, and `member_faults` takes him no more
    if not found:
        raise InvalidInput({"name": f"没有名为“{name}”的{label}，请核对，或先登记这名{label}。"})
    if len(found) > 1:
        raise InvalidInput({"name": f"有{len(found)}名{label}叫{name}，分不清是哪一个，请在小分队页面里选。"})
    return found[0]


SQUADS = PlainEntity(
    SQUAD,
    squad_rows,
    save_squad,
    remove_squad,
    squad_faults,
    squad_reader,
    validity=Validity(lambda reads: squad_rows(reads, current=False), "formed_on", "ended_on"),
)
SQUAD_MEMBERS = PlainEntity(
    spec=SQUAD_MEMBER,
    rows=squad_members,
    save=save_member,
    remove=remove_member,
    faults=member_faults,
    validity=Validity(lambda reads: squad_members(reads, current=False)),
    reader=member_reader,
)
PLAIN: dict[str, PlainEntity] = {one.spec.kind: one for one in (SQUADS, SQUAD_MEMBERS)}
