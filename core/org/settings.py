"""Settings, the yearly minimum and the editable lists: the policy's defaults are data, never constants."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from core.base.clock import today
from core.base.errors import InvalidInput
from core.base.rights import Right
from core.store import Reads, Row, Tx


def all_settings(reads: Reads) -> dict[str, str]:
    """Every setting by its name."""
    return dict(reads.tuples("SELECT uid, value FROM setting"))


def setting(reads: Reads, name: str, default: str = "") -> str:
    """One setting; `default` if it was never set or is empty."""
    return str(reads.value("SELECT value FROM setting WHERE uid = ?", (name,)) or default)


def set_settings(tx: Tx, values: Mapping[str, str]) -> None:
    """Set several settings; what is unchanged is not written."""
    tx.require(Right.SETTINGS)
    known = all_settings(tx)
    for name, value in values.items():
        if name not in known:
            tx.insert("setting", {"uid": name, "value": value})
        elif known[name] != value:
            tx.update("setting", name, {"value": value})


def year_in_force(reads: Reads) -> int:
    """The year every page follows."""
    text = setting(reads, "year")
    return int(text) if text.isdigit() else today().year


def quota_for(reads: Reads, year: int) -> tuple[int, int]:
    """Minimum times and minutes of own-time service in a year. 方案 五(三)3"""
    sql = "SELECT times, minutes FROM service_quota WHERE uid IN (?, 'default') ORDER BY uid = 'default' LIMIT 1"
    found = reads.tuples(sql, (str(year),))
    return (int(found[0][0]), int(found[0][1])) if found else (0, 0)


def quotas(reads: Reads) -> list[Row]:
    """All minimums: the default first, then by year."""
    return reads.rows("SELECT uid, times, minutes, note FROM service_quota ORDER BY uid <> 'default', uid")


def set_quota(tx: Tx, year: int | None, times: int, minutes: int, note: str = "") -> None:
    """Set the minimum of a year, or the default (None)."""
    tx.require(Right.SETTINGS)
    faults = {}
    if times < 0 or times > 366:
        faults["times"] = "最低次数应在 0 到 366 之间，请重新填写。"
    if minutes < 0 or minutes > 366 * 24 * 60:
        faults["minutes"] = "最低时长应在 0 到 8784 小时之间，请重新填写。"
    if faults:
        raise InvalidInput(faults)
    uid = "default" if year is None else str(year)
    row = {"times": times, "minutes": minutes, "note": note}
    if tx.value("SELECT 1 FROM service_quota WHERE uid = ?", (uid,)):
        tx.update("service_quota", uid, row)
    else:
        tx.insert("service_quota", {"uid": uid, **row})


def values(reads: Reads, name: str, *, retired: bool = False) -> list[str]:
    """The values a list offers, in order; with `retired` also those no longer offered."""
    sql = "SELECT value FROM code_list WHERE list = ? AND (active = 1 OR ?) ORDER BY position, value"
    return [row[0] for row in reads.tuples(sql, (name, int(retired)))]


def list_names(reads: Reads) -> list[str]:
    """Names of the lists there are."""
    return [row[0] for row in reads.tuples("SELECT DISTINCT list FROM code_list ORDER BY list")]


def add_value(tx: Tx, name: str, value: str) -> None:
    """Offer a value at the end of a list, or offer a retired one again."""
    tx.require(Right.SETTINGS)
    value = value.strip()
    if not value or "、" in value:
        raise InvalidInput({"value": "选项不能为空，也不能含顿号“、”，请修改后再添加。"})
    found = tx.one("SELECT uid, active FROM code_list WHERE list = ? AND value = ?", (name, value))
    if found is None:
        last = tx.value("SELECT coalesce(max(position), 0) FROM code_list WHERE list = ?", (name,))
        # The uid is made of list and value: two ledgers that add the same value do not clash when merged.
        tx.insert("code_list", {"uid": f"{name}:{value}", "list": name, "value": value, "position": last + 1})
    elif found["active"]:
        raise InvalidInput({"value": f"“{value}”已经在列表里了。"})
    else:
        tx.update("code_list", found["uid"], {"active": 1})


def retire_value(tx: Tx, name: str, value: str) -> None:
    """Offer a value no longer; records that hold it keep it."""
    tx.require(Right.SETTINGS)
    uid = tx.value("SELECT uid FROM code_list WHERE list = ? AND value = ?", (name, value))
    if uid is None:
        raise InvalidInput({"value": f"列表里没有“{value}”，可能刚被改过，请刷新后再试。"})
    tx.update("code_list", uid, {"active": 0})


def reorder_values(tx: Tx, name: str, ordered: Sequence[str]) -> None:
    """Give a list a new order; values not named follow in their old order."""
    tx.require(Right.SETTINGS)
    rows = tx.tuples("SELECT uid, value, position FROM code_list WHERE list = ? ORDER BY position, value", (name,))
    place = {value: number for number, value in enumerate(ordered)}
    rows.sort(key=lambda row: place.get(row[1], len(place)))
    changes = [(uid, {"position": number}) for number, (uid, _, old) in enumerate(rows, start=1) if old != number]
    tx.update_many("code_list", changes)
