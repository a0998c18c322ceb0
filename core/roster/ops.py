"""Verbs that write: people and their archive. Values come by field key (core.roster.model)."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Refused, Stale
from core.org.matching import OrgIndex
from core.org.ops import add_branch
from core.place.spelling import community_spelled
from core.roster.attachments import set_photo
from core.roster.membership import begin_membership, change_person, end_membership, reopen_membership
from core.roster.model import CADRE, FROM_ON
from core.roster.names import pinyin_of, stroke_key
from core.roster.rules import checked
from core.roster.timeline import KEYS
from core.store import Row, Tx
from core.store.attachments import attach, remove_attachment

__all__ = [
    "archive_cadre",
    "attach",
    "change_person",
    "remove_attachment",
    "restore_cadre",
    "save_cadre",
    "set_photo",
]

COLUMNS = tuple(key for key in CADRE.keys if key not in ("unit", "branch"))


def save_cadre(
    tx: Tx,
    values: Mapping[str, Any],
    uid: str | None = None,
    *,
    transfer_on: str = "",
    transfer_reason: str = "",
    new_branch: bool = False,
) -> str:
    """Add a person, or change the given fields of one; returns the uid.

    `unit` and `branch` are names (or give `unit_uid`, `branch_uid`). A change of them, of 在职状态 or of 政治面貌 is dated
    `transfer_on`, or 更正 if that is ''; of a new person it is the first day he counts ('' = since ever), as is a value
    `from_on` (到岗日期). With `new_branch` a branch nobody knows is made.
    """
    old = _existing(tx, uid) if uid else {}
    row = checked(values)
    if row.get("community"):
        there = {key: str(row.get(key, old.get(key)) or "") for key in ("district", "street")}
        row["community"] = community_spelled(tx, row["community"], **there)
    if not old and not row.get("name"):
        raise InvalidInput({"name": "请填写姓名。"})
    _staff_no_is_free(tx, row.get("staff_no", ""), uid or "")
    index = OrgIndex.load(tx)
    unit_uid, branch_uid = _place(tx, index, values, old, new_branch)
    if "name" in row and row["name"] != old.get("name"):
        row |= sort_keys(row["name"])
    if not old:
        row.setdefault("status", index.default_status[unit_uid])
        uid = tx.insert("cadre", {**row, "unit_uid": unit_uid, "branch_uid": branch_uid})
        begin_membership(tx, uid, _day(str(values.get(FROM_ON.key) or "") or transfer_on, FROM_ON.key))
        return uid
    assert uid is not None
    row |= {"unit_uid": unit_uid, "branch_uid": branch_uid}
    changes = {key: value for key, value in row.items() if value != old[key]}
    plain = {key: value for key, value in changes.items() if key not in KEYS}
    if plain:
        tx.update("cadre", uid, plain)
    _change_dated(tx, old, {key: row[key] for key in KEYS if key in changes}, _day(transfer_on), transfer_reason)
    return uid


def _change_dated(tx: Tx, old: Row, changes: dict[str, Any], on: str, reason: str) -> None:
    """What is dated, in one step: what is filled in for the first time says what the person has been all along."""
    place = {key: changes.get(key, old[key]) for key in ("unit_uid", "branch_uid")}
    moved = any(place[key] != old[key] for key in place)
    filled = {key: changes[key] for key in ("party_status",) if key in changes and not old[key]}
    if moved and place["unit_uid"] == old["unit_uid"] and old["branch_uid"] is None:
        filled |= place
    dated = {**(place if moved else {}), **changes}
    dated = {key: value for key, value in dated.items() if key not in filled}
    for now, from_on in ((filled, ""), (dated, on)):
        if now:
            change_person(tx, old["uid"], now, from_on=from_on, reason=reason)


def archive_cadre(tx: Tx, uid: str, on: str = "", reason: str = "") -> None:
    """调离, 退休 …: the person leaves the lists and keeps the history; `on` is the first day away."""
    old = _existing(tx, uid)
    if old["archived_on"]:
        raise Refused(f"{old['name']}已在{old['archived_on']}归档。", "如要改日期，请先恢复再归档。")
    if not reason.strip():
        raise InvalidInput({"archive_reason": "请填写归档原因，例如调离、退休。"})
    day = _day(on) or today().isoformat()
    end_membership(tx, uid, day, reason.strip())
    tx.update("cadre", uid, {"archived_on": day, "archive_reason": reason.strip()})


def restore_cadre(tx: Tx, uid: str, back_on: str = "") -> None:
    """Bring an archived person back: as if he had never left, or from `back_on` (ISO), the first day he is there again."""
    if not _existing(tx, uid)["archived_on"]:
        raise Refused("这个人没有归档，不需要恢复。")
    reopen_membership(tx, uid, _day(back_on))
    tx.update("cadre", uid, {"archived_on": "", "archive_reason": ""})


def sort_keys(name: str) -> dict[str, str]:
    """The stored ways to find and order a name."""
    pinyin, initials = pinyin_of(name)
    return {"pinyin": pinyin, "initials": initials, "stroke_key": stroke_key(name)}


def _existing(tx: Tx, uid: str) -> Row:
    row = tx.one("SELECT * FROM cadre WHERE uid = ?", (uid,))
    if row is None:
        raise Stale("这个人已不在名册中，可能刚被撤销或删除。", "请刷新后再试。")
    return row


def _staff_no_is_free(tx: Tx, staff_no: str, own_uid: str) -> None:
    """A 工号 belongs to one person, also to one who has left."""
    if not staff_no:
        return
    sql = (
        "SELECT cadre.uid, cadre.name, cadre.archived_on, unit.name AS unit FROM cadre "
        "JOIN unit ON unit.uid = cadre.unit_uid WHERE staff_no = ?"
    )
    other = tx.one(sql, (staff_no,))
    if other is not None and other["uid"] != own_uid:
        left = "，已归档" if other["archived_on"] else ""
        text = f"工号{staff_no}已属于{other['unit']}的{other['name']}{left}，请核对工号。"
        raise InvalidInput({"staff_no": text})


def _place(
    tx: Tx, index: OrgIndex, values: Mapping[str, Any], old: Mapping[str, Any], new_branch: bool
) -> tuple[str, str | None]:
    unit_uid = str(old.get("unit_uid") or "")
    if "unit_uid" in values:
        unit_uid = str(values["unit_uid"] or "")
    elif "unit" in values:
        name = str(values["unit"] or "").strip()
        unit_uid = index.unit(name).uid
        if name and not unit_uid:
            raise InvalidInput({"unit": f"没有名为“{name}”的单位，请先建立它，或从列表中选择。"})
    if unit_uid not in index.unit_names:
        raise InvalidInput({"unit": "请填写二级单位党组织。"})
    branch_uid = old.get("branch_uid") if unit_uid == old.get("unit_uid") else None
    if "branch_uid" in values:
        branch_uid = values["branch_uid"] or None
    elif "branch" in values:
        branch_uid = _branch(tx, index, unit_uid, str(values["branch"] or "").strip(), new_branch)
    if branch_uid and index.branch_unit.get(branch_uid) != unit_uid:
        raise InvalidInput({"branch": "这个支部不属于所选的单位，请重新选择支部。"})
    return unit_uid, branch_uid


def _branch(tx: Tx, index: OrgIndex, unit_uid: str, name: str, new_branch: bool) -> str | None:
    if not name:
        return None
    match = index.branch(unit_uid, name)
    if match:
        return match.uid
    if not new_branch:
        unit = index.unit_names[unit_uid]
        raise InvalidInput({"branch": f"{unit}没有名为“{name}”的支部，请先建立它，或从列表中选择。"})
    uid = add_branch(tx, {"unit_uid": unit_uid, "name": name})
    index.add_branch(uid, unit_uid, name)
    return uid


def _day(text: str, key: str = "date") -> str:
    try:
        return dt.date.fromisoformat(text).isoformat() if text else ""
    except ValueError:
        raise InvalidInput({key: f"“{text}”不是日期，请写成 2020-8-3 这样的形式。"}) from None
