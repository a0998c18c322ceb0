"""Verbs that write: 112小分队 and their members. The shape 1+1+2 is only warned about. 方案 五(二)3"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from core.base.clock import today
from core.base.dates import day_before, format_date
from core.base.errors import InvalidInput, Refused, Stale
from core.base.told import told_day
from core.place.checking import grid_uid
from core.store import Reads, Row, Tx
from core.team.model import ROLE_LABEL, SQUAD, SQUAD_MEMBER, SquadProposal, shape_warning
from core.team.queries import squad_members

_LONGEST = 50
_TABLES = {"WORKER": "grid_worker", "CADRE": "cadre", "VOLUNTEER": "volunteer"}
_COLUMNS = {"WORKER": "worker_uid", "CADRE": "cadre_uid", "VOLUNTEER": "volunteer_uid"}


def squad_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the values, a sentence by field key; {} if they can be stored."""
    try:
        _checked(reads, uid, values)
    except InvalidInput as problem:
        return problem.fields
    return {}


def save_squad(tx: Tx, uid: str | None, values: Mapping[str, Any]) -> str:
    """Form a squad, or change the given fields of one. The grid by name (`grid`) or `grid_uid`."""
    row = _checked(tx, uid or "", values)
    if uid is None:
        last = "SELECT coalesce(max(position), 0) + 1 FROM squad WHERE grid_uid = ?"
        return tx.insert("squad", {**row, "position": tx.value(last, (row["grid_uid"],))})
    old = _existing(tx, uid)
    if changes := {key: value for key, value in row.items() if value != old[key]}:
        tx.update("squad", uid, changes)
    return uid


def end_squad(tx: Tx, uid: str, on: str = "") -> None:
    """Dissolve a squad; `on` is its last day (default yesterday). One formed after that day is taken away."""
    squad, last = _existing(tx, uid), told_day(SQUAD.field("ended_on"), on) or day_before(today().isoformat())
    if squad["ended_on"]:
        raise Refused(f"“{squad['name']}”已于{format_date(squad['ended_on'])}撤销。")
    if squad["formed_on"] > last:
        remove_squad(tx, uid)
        return
    tx.update("squad", uid, {"ended_on": last})
    for (member,) in tx.tuples("SELECT uid FROM squad_member WHERE squad_uid = ? AND until_on = ''", (uid,)):
        remove_member(tx, member, last)


def remove_squad(tx: Tx, uid: str) -> None:
    """Take away a squad entered by mistake, with its members."""
    for row in squad_members(tx, uid, current=False):
        tx.delete("squad_member", row["uid"])
    tx.delete("squad", uid)


def add_member(tx: Tx, squad_uid: str, role: str, person_uid: str, from_on: str = "") -> tuple[str, ...]:
    """Put a person into a squad from a day on (default today). Returns what is worth a look: shape, other grids."""
    squad = _existing(tx, squad_uid)
    if squad["ended_on"]:
        raise Refused(
            f"“{squad['name']}”已于{format_date(squad['ended_on'])}撤销，不能再加成员。", "请另建一个小分队。"
        )
    person = _person(tx, role, person_uid)
    members = squad_members(tx, squad_uid)
    there = f"SELECT 1 FROM squad_member WHERE squad_uid = ? AND {_COLUMNS[role]} = ? AND until_on = ''"
    if tx.value(there, (squad_uid, person_uid)):
        raise Refused(f"{person['name']}已在“{squad['name']}”里。")
    day = told_day(SQUAD_MEMBER.field("from_on"), from_on) or today().isoformat()
    tx.insert("squad_member", {"squad_uid": squad_uid, "role": role, _COLUMNS[role]: person_uid, "from_on": day})
    warnings = _elsewhere(tx, squad, role, person)
    if shape := shape_warning([*members, {"role": role}]):
        warnings.append(f"“{squad['name']}”{shape}")
    return tuple(warnings)


def remove_member(tx: Tx, uid: str, on: str = "") -> None:
    """A person leaves a squad; `on` is the last day (default yesterday). Who joined after it was never in."""
    row = tx.one("SELECT from_on, until_on FROM squad_member WHERE uid = ?", (uid,))
    if row is None:
        raise _gone()
    last = told_day(SQUAD_MEMBER.field("until_on"), on) or day_before(today().isoformat())
    if row["from_on"] > last:
        tx.delete("squad_member", uid)
    elif row["until_on"] != last:
        tx.update("squad_member", uid, {"until_on": last})


def change_member(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Put right the days of a member: `from_on`, `until_on` (the last day)."""
    row = tx.one("SELECT from_on, until_on FROM squad_member WHERE uid = ?", (uid,))
    if row is None:
        raise _gone()
    first, last = SQUAD_MEMBER.field("from_on"), SQUAD_MEMBER.field("until_on")
    given = {one.key: told_day(one, str(values[one.key] or "")) for one in (first, last) if one.key in values}
    now = {**row, **given}
    if now["until_on"] and now["until_on"] < now["from_on"]:
        raise InvalidInput({"until_on": f"{last.label}早于{first.label}，请核对。"})
    if changes := {key: value for key, value in given.items() if value != row[key]}:
        tx.update("squad_member", uid, changes)


def accept_squads(tx: Tx, proposals: Iterable[SquadProposal], formed_on: str = "") -> tuple[str, ...]:
    """Form the squads of a proposal in the open step; returns their uids."""
    day = told_day(SQUAD.field("formed_on"), formed_on) or today().isoformat()
    made = []
    for one in proposals:
        uid = save_squad(tx, None, {"grid_uid": one.grid_uid, "name": one.name, "formed_on": day})
        for role, person_uid in one.people:
            add_member(tx, uid, role, person_uid, day)
        made.append(uid)
    return tuple(made)


def _existing(reads: Reads, uid: str) -> Row:
    row = reads.one("SELECT * FROM squad WHERE uid = ?", (uid,))
    if row is None:
        raise Stale("这个小分队已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return row


def _gone() -> Stale:
    return Stale("这名成员已不在小分队里，可能刚被撤销或删除。", "请刷新后再试。")


def _person(reads: Reads, role: str, uid: str) -> Row:
    if role not in _TABLES:
        raise InvalidInput({"role": f"角色请选{'、'.join(ROLE_LABEL.values())}中的一个。"})
    row = reads.one(f"SELECT * FROM {_TABLES[role]} WHERE uid = ?", (uid,))
    if row is None:
        raise Stale(f"选的{ROLE_LABEL[role]}已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    if row.get("archived_on"):
        why = row["archive_reason"] or "归档"
        raise Refused(f"{row['name']}已于{format_date(row['archived_on'])}{why}，不能加入小分队。", "请另选一人。")
    if row.get("until_on") and row["until_on"] < today().isoformat():
        raise Refused(f"{row['name']}已于{format_date(row['until_on'])}退出，不能加入小分队。", "请另选一人。")
    return row


def _elsewhere(reads: Reads, squad: Row, role: str, person: Row) -> list[str]:
    """A word where a person belongs to another grid than the squad."""
    home = person.get("grid_uid")
    if role == "CADRE":
        sql = "SELECT grid_uid FROM grid_assignment WHERE cadre_uid = ? AND until_on = ''"
        home = reads.value(sql, (person["uid"],))
    if home == squad["grid_uid"]:
        return []
    names = dict(reads.tuples("SELECT uid, name FROM grid"))
    where = f"在{names[home]}" if home else "没有编入网格"
    return [f"{ROLE_LABEL[role]}{person['name']}{where}，小分队在{names[squad['grid_uid']]}，请确认。"]


def _checked(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values as columns; InvalidInput names every field that is wrong."""
    row: dict[str, Any] = {}
    faults: dict[str, str] = {}
    old: Row = _existing(reads, uid) if uid else {}
    if "grid_uid" in values:
        row["grid_uid"] = str(values["grid_uid"] or "")
    elif "grid" in values or not uid:
        try:
            row["grid_uid"] = grid_uid(reads, str(values.get("grid") or "").strip()) or ""
        except InvalidInput as problem:
            faults |= problem.fields
    if "grid_uid" in row and not row["grid_uid"]:
        faults.setdefault("grid", "请选择小分队所在的网格。")
    if "name" in values or not uid:
        row["name"] = str(values.get("name") or "").strip()
        if not row["name"] or len(row["name"]) > _LONGEST:
            faults["name"] = f"小分队名称超过{_LONGEST}个字，请缩短。" if row["name"] else "请填写小分队名称。"
    formed, ended = SQUAD.field("formed_on"), SQUAD.field("ended_on")
    for one in (formed, ended):
        if one.key in values:
            try:
                row[one.key] = told_day(one, str(values[one.key] or ""))
            except InvalidInput as problem:
                faults |= problem.fields
    if "note" in values:
        row["note"] = str(values["note"] or "").strip()
    now = {**old, **row}
    if now.get("ended_on") and now.get("formed_on") and now["ended_on"] < now["formed_on"]:
        faults["ended_on"] = f"{ended.label}早于{formed.label}，请核对。"
    taken = "SELECT 1 FROM squad WHERE grid_uid = ? AND name = ? AND uid <> ?"
    if not faults and reads.value(taken, (now["grid_uid"], now["name"], uid)):
        faults["name"] = f"这个网格已有名为“{now['name']}”的小分队，请换一个名称。"
    if faults:
        raise InvalidInput(faults)
    return row
