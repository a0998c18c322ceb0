"""Volunteers: residents, property staff, students, with a roster of their own. 方案 三(一) 五(二)3"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.dates import day_before
from core.base.errors import InvalidInput, Refused, Stale
from core.place.checking import grid_uid
from core.place.entities import grid_reader, grid_titled
from core.roster.names import fold_pinyin, pinyin_of
from core.roster.rules import stored_value
from core.roster.volunteer_model import VOLUNTEER
from core.sheet.plain import PlainEntity, Validity
from core.store import Reads, Row, Tx

_ROWS = (
    "SELECT v.uid, v.name, v.sex, v.phone, v.kind, v.employer, v.address, coalesce(g.name, '') AS grid, v.skills, "
    "v.free_time, v.from_on, v.until_on, v.note, v.grid_uid, v.pinyin, v.initials "
    "FROM volunteer v LEFT JOIN grid g ON g.uid = v.grid_uid"
)
_ORDER = "ORDER BY g.position IS NULL, g.position, g.name, v.pinyin, v.uid"


def volunteer_rows(reads: Reads, grid_uid: str = "", *, current: bool = True, search: str = "") -> list[Row]:
    """Volunteers by grid; `current` leaves out those who left; `search`: words in name, pinyin, phone, employer."""
    where, params = ["1"], []
    if grid_uid:
        where.append("v.grid_uid = ?")
        params.append(grid_uid)
    if current:
        where.append("(v.until_on = '' OR v.until_on >= ?)")
        params.append(today().isoformat())
    rows = reads.rows(f"{_ROWS} WHERE {' AND '.join(where)} {_ORDER}", params)
    words = search.split()
    return [row for row in rows if all(_says(row, word) for word in words)] if words else rows


def volunteer_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the values, a sentence by field key; {} if they can be stored."""
    try:
        _checked(reads, uid, values)
    except InvalidInput as problem:
        return problem.fields
    return {}


def save_volunteer(tx: Tx, uid: str | None, values: Mapping[str, Any]) -> str:
    """Add a volunteer, or change the given fields of one. The grid by name (`grid`) or `grid_uid`."""
    row = _checked(tx, uid or "", values)
    if "name" in row:
        row["pinyin"], row["initials"] = pinyin_of(row["name"])
    if uid is None:
        return tx.insert("volunteer", row)
    old = _existing(tx, uid)
    changes = {key: value for key, value in row.items() if value != old[key]}
    if changes.get("until_on"):
        _no_squad(tx, uid, old["name"], "退出")
    if changes:
        tx.update("volunteer", uid, changes)
    return uid


def end_volunteer(tx: Tx, uid: str, on: str = "") -> None:
    """The volunteer leaves; `on` is the last day (default yesterday). Refused while in a squad."""
    row = _existing(tx, uid)
    if row["until_on"]:
        raise Refused(f"{row['name']}已于{row['until_on']}退出。", "如要改日期，请在他的信息里修改。")
    save_volunteer(tx, uid, {"until_on": on or day_before(today().isoformat())})


def remove_volunteer(tx: Tx, uid: str) -> None:
    """Take away a volunteer entered by mistake. Refused if a squad ever had him."""
    row = _existing(tx, uid)
    _no_squad(tx, uid, row["name"], "删除")
    if tx.value("SELECT 1 FROM squad_member WHERE volunteer_uid = ?", (uid,)):
        raise Refused(f"{row['name']}曾是小分队成员，不能删除。", "请改为登记退出日期。")
    tx.delete("volunteer", uid)


def _existing(reads: Reads, uid: str) -> Row:
    row = reads.one("SELECT * FROM volunteer WHERE uid = ?", (uid,))
    if row is None:
        raise Stale("这名志愿者已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return row


def _no_squad(reads: Reads, uid: str, name: str, verb: str) -> None:
    squad = reads.value(
        "SELECT squad.name FROM squad_member m JOIN squad ON squad.uid = m.squad_uid "
        "WHERE m.volunteer_uid = ? AND m.until_on = '' AND squad.ended_on = '' LIMIT 1",
        (uid,),
    )
    if squad:
        raise Refused(f"{name}还在“{squad}”里，不能{verb}。", "请先把他移出小分队。")


def _checked(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values as columns; InvalidInput names every field that is wrong."""
    row: dict[str, Any] = {}
    faults: dict[str, str] = {}
    given = values if uid else {"name": "", **values}
    for one in VOLUNTEER.fields:
        if one.key in given and one.key != "grid":
            try:
                row[one.key] = stored_value(one, given[one.key])
            except InvalidInput as problem:
                faults |= problem.fields
    if "grid_uid" in values:
        row["grid_uid"] = values["grid_uid"] or None
    elif "grid" in values:
        try:
            row["grid_uid"] = grid_uid(reads, str(values["grid"] or "").strip())
        except InvalidInput as problem:
            faults |= problem.fields
    old = _existing(reads, uid) if uid else {}
    begins, ends = (str(row.get(key, old.get(key, "")) or "") for key in ("from_on", "until_on"))
    if begins and ends and ends < begins:
        faults["until_on"] = "退出日期早于加入日期，请核对。"
    if faults:
        raise InvalidInput(faults)
    return row


def _says(row: Row, word: str) -> bool:
    if any(word in str(row[key]) for key in ("name", "phone", "employer", "address", "grid")):
        return True
    low = fold_pinyin(word)
    return bool(low) and (str(row["pinyin"]).startswith(low) or str(row["initials"]).startswith(low))


VOLUNTEERS = PlainEntity(
    VOLUNTEER,
    volunteer_rows,
    save_volunteer,
    remove_volunteer,
    volunteer_faults,
    grid_reader("grid"),
    validity=Validity(lambda reads: volunteer_rows(reads, current=False)),
    titled=grid_titled,
)
