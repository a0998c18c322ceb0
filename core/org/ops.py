"""Verbs that write: units, branches, contacts, remembered spellings. Values come by field key (core.org.model)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, MachineFault, Refused
from core.base.names import normalise_name
from core.org.matching import NO_MATCH, Match, OrgIndex, Sure
from core.org.spelling import tidy
from core.store import Reads, Tx

_UNIT_COLUMNS = ("name", "short_name", "position", "default_status", "note")
_BRANCH_COLUMNS = ("name", "position", "note")
_CONTACT_COLUMNS = ("role", "name", "phone", "office", "position", "note")
_PHONE = re.compile(r"1[3-9]\d{9}|(?:0\d{2,3}-?)?[2-9]\d{6,7}(?:-\d{1,6})?|\d{3,6}")


def add_unit(tx: Tx, values: Mapping[str, Any]) -> str:
    """A new unit at the end of the list (unless `position` says where); returns its uid."""
    row = _picked(values, _UNIT_COLUMNS)
    row["name"] = _unit_name(tx, row.get("name", ""), "")
    if not row.get("position"):
        row["position"] = tx.value("SELECT coalesce(max(position), 0) + 1 FROM unit")
    # 三(一): 离退休党委 serves but is not assessed
    row["default_status"] = row.get("default_status") or ("RETIRED" if "离退休" in row["name"] else "ACTIVE")
    return tx.insert("unit", row)


def update_unit(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Change fields of a unit."""
    row = _picked(values, _UNIT_COLUMNS)
    if "name" in row:
        row["name"] = _unit_name(tx, row["name"], uid)
    if row:
        tx.update("unit", uid, row)


def archive_unit(tx: Tx, uid: str, on: str = "") -> None:
    """Close a unit; Refused while people belong to it."""
    people = tx.value("SELECT count(*) FROM cadre WHERE unit_uid = ? AND archived_on = ''", (uid,))
    if people:
        raise Refused(f"这个单位还有{people}名党员干部，不能停用。", "请先把他们调到别的单位。")
    tx.update("unit", uid, {"archived_on": on or today().isoformat()})


def restore_unit(tx: Tx, uid: str) -> None:
    """Open a closed unit again."""
    tx.update("unit", uid, {"archived_on": ""})


def add_branch(tx: Tx, values: Mapping[str, Any]) -> str:
    """A new branch; `unit` and `parent` are names, or give `unit_uid` and `parent_uid`. Returns its uid."""
    row = _picked(values, _BRANCH_COLUMNS)
    row["unit_uid"] = _unit_uid(tx, values)
    if not row["unit_uid"]:
        raise InvalidInput({"unit": "请填写支部所属的二级单位党组织。"})
    row["name"] = _branch_name(tx, row["unit_uid"], row.get("name", ""), "")
    row["parent_uid"] = _branch_uid(tx, row["unit_uid"], values, "parent") or None
    if not row.get("position"):
        row["position"] = tx.value(
            "SELECT coalesce(max(position), 0) + 1 FROM branch WHERE unit_uid = ?", (row["unit_uid"],)
        )
    return tx.insert("branch", row)


def update_branch(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Change name, order or note of a branch; its parent by `parent` (a name) or `parent_uid`."""
    unit_uid = _unit_of_branch(tx, uid)
    row = _picked(values, _BRANCH_COLUMNS)
    if "name" in row:
        row["name"] = _branch_name(tx, unit_uid, row["name"], uid)
    if row:
        tx.update("branch", uid, row)
    if "parent" in values or "parent_uid" in values:
        move_branch(tx, uid, _branch_uid(tx, unit_uid, values, "parent") or None)


def move_branch(tx: Tx, uid: str, parent_uid: str | None) -> None:
    """Put a branch under another branch of the same unit, or directly under the unit (None)."""
    above = parent_uid
    while above:
        if above == uid:
            raise Refused("支部不能放到它自己或它的下级支部之下。", "请另选一个上级支部。")
        above = tx.value("SELECT parent_uid FROM branch WHERE uid = ?", (above,))
    if parent_uid and _unit_of_branch(tx, parent_uid) != _unit_of_branch(tx, uid):
        raise Refused("上级支部属于另一个单位。", "请在同一单位内选择上级支部。")
    tx.update("branch", uid, {"parent_uid": parent_uid})


def archive_branch(tx: Tx, uid: str, on: str = "") -> None:
    """Close a branch; Refused while people belong to it."""
    people = tx.value("SELECT count(*) FROM cadre WHERE branch_uid = ? AND archived_on = ''", (uid,))
    if people:
        raise Refused(f"这个支部还有{people}名党员干部，不能停用。", "请先把他们调到别的支部。")
    tx.update("branch", uid, {"archived_on": on or today().isoformat()})


def restore_branch(tx: Tx, uid: str) -> None:
    """Open a closed branch again."""
    tx.update("branch", uid, {"archived_on": ""})


def remember_alias(tx: Tx, kind: str, alias: str, target_uid: str, scope_uid: str = "") -> None:
    """Remember that `alias` means that unit, branch or community from now on (asked once)."""
    key = tidy(alias)
    sql = "SELECT uid, target_uid FROM name_alias WHERE kind = ? AND scope_uid = ? AND alias = ?"
    found = tx.one(sql, (kind, scope_uid, key))
    if found is None:
        row = {"kind": kind, "scope_uid": scope_uid, "alias": key, "target_uid": target_uid}
        tx.insert("name_alias", row)
    elif found["target_uid"] != target_uid:
        tx.update("name_alias", found["uid"], {"target_uid": target_uid})


def add_contact(tx: Tx, values: Mapping[str, Any]) -> str:
    """A new entry of the phone book, of a unit, a branch or a community; returns its uid."""
    row = _contact_row(tx, values, {})
    return tx.insert("contact", row)


def update_contact(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Change an entry of the phone book."""
    old = tx.one("SELECT * FROM contact WHERE uid = ?", (uid,)) or {}
    row = _contact_row(tx, values, old)
    tx.update("contact", uid, row)


def remove_contact(tx: Tx, uid: str) -> None:
    """Take an entry out of the phone book."""
    tx.delete("contact", uid)


def _contact_row(tx: Tx, values: Mapping[str, Any], old: Mapping[str, Any]) -> dict[str, Any]:
    row = _picked(values, _CONTACT_COLUMNS)
    faults = {}
    for key, label in (("role", "身份"), ("name", "姓名")):
        text = str(row.get(key, old.get(key, ""))).strip()
        if not text:
            faults[key] = f"请填写联系人的{label}。"
    if not faults and "name" in row:
        row["name"] = normalise_name(row["name"])[0]
    phone = re.sub(r"[\s（）()]", "", str(row.get("phone", "")))
    if phone and not all(_PHONE.fullmatch(one) for one in re.split("[、,，;；/]", phone)):
        faults["phone"] = f"电话“{row['phone']}”不是11位手机号，也不是固定电话或短号，请核对。"
    if faults:
        raise InvalidInput(faults)
    if "phone" in row:
        row["phone"] = phone
    owners = _owners(tx, values)
    row |= owners
    if not any({**old, **owners}.get(key) for key in ("unit_uid", "branch_uid", "community_uid")):
        raise InvalidInput({"unit": "请填写联系人属于哪个单位、支部或社区。"})
    return row


def _owners(tx: Tx, values: Mapping[str, Any]) -> dict[str, str | None]:
    owners: dict[str, str | None] = {}
    if "unit" in values or "unit_uid" in values:
        owners["unit_uid"] = _unit_uid(tx, values) or None
    if owners.get("unit_uid") and ("branch" in values or "branch_uid" in values):
        owners["branch_uid"] = _branch_uid(tx, str(owners["unit_uid"]), values, "branch") or None
    if "community_uid" in values:
        owners["community_uid"] = values["community_uid"] or None
    elif name := str(values.get("community") or "").strip():
        found = tx.tuples("SELECT uid FROM community WHERE name = ? ORDER BY linked DESC", (name,))
        if not found:
            raise InvalidInput({"community": f"还没有名为“{name}”的社区，请先登记这个社区。"})
        owners["community_uid"] = found[0][0]
    return owners


def _picked(values: Mapping[str, Any], columns: tuple[str, ...]) -> dict[str, Any]:
    picked = {key: values[key] for key in columns if key in values and values[key] is not None}
    return {key: value.strip() if isinstance(value, str) else value for key, value in picked.items()}


def _unit_name(reads: Reads, name: str, own_uid: str) -> str:
    if not name:
        raise InvalidInput({"name": "请填写单位名称。"})
    match = OrgIndex.load(reads).unit(name)
    if match.sure is Sure.EXACT and match.uid != own_uid:
        raise InvalidInput({"name": f"已经有单位“{match.name}”，不能重名。"})
    return name


def _branch_name(reads: Reads, unit_uid: str, name: str, own_uid: str) -> str:
    if not name:
        raise InvalidInput({"name": "请填写支部名称。"})
    match = OrgIndex.load(reads).branch(unit_uid, name)
    if match and match.uid != own_uid:
        raise InvalidInput({"name": f"这个单位已经有“{match.name}”，写法不同的同一个支部不必再建。"})
    return name


def _unit_uid(reads: Reads, values: Mapping[str, Any]) -> str:
    if "unit_uid" in values:
        return str(values["unit_uid"] or "")
    name = str(values.get("unit") or "").strip()
    match = OrgIndex.load(reads).unit(name) if name else NO_MATCH
    return _sure(match, "unit", name, "单位")


def _branch_uid(reads: Reads, unit_uid: str, values: Mapping[str, Any], key: str) -> str:
    if f"{key}_uid" in values:
        return str(values[f"{key}_uid"] or "")
    name = str(values.get(key) or "").strip()
    match = OrgIndex.load(reads).branch(unit_uid, name) if name else NO_MATCH
    return _sure(match, key, name, "支部")


def _sure(match: Match, key: str, name: str, what: str) -> str:
    if name and not match:
        raise InvalidInput({key: f"没有名为“{name}”的{what}，请先建立它，或从列表中选择。"})
    return match.uid


def _unit_of_branch(reads: Reads, uid: str) -> str:
    unit_uid = reads.value("SELECT unit_uid FROM branch WHERE uid = ?", (uid,))
    if unit_uid is None:
        raise MachineFault("这个支部已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return str(unit_uid)
