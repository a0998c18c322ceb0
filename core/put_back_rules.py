"""How the fields of each kind of record go back: through its own verbs or checks where it has them.

What must hold between rows is asked by `Tx.attempt`.
A rule here gets the row as it is, the values that shall come back and the whole row as it was then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, fields
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Problem, Refused
from core.base.rights import Right
from core.checkin.model import UNIT_CHECKIN
from core.checkin.ops import change_checkin, save_unit_checkin
from core.entities import PLAIN
from core.leaving import leave
from core.org.ops import update_branch, update_contact, update_unit
from core.roster.feedback import update_feedback
from core.roster.model import CADRE
from core.roster.ops import restore_cadre, save_cadre
from core.service_log.grid_links import restamp_grids
from core.service_log.lookup import Places
from core.service_log.model import SIGNED_FOR, VisitDraft
from core.service_log.ops import UNSIGNED
from core.service_log.rules import checked, needs_next_day_answer
from core.store import Reads, Row, Tx
from core.store.past import references, rows_now, unique_sets
from core.store.tables import table as spec_of
from core.words import label_of

Values = Mapping[str, Any]
Write = Callable[[Tx, Row, dict[str, Any], Row], None]
AGAIN = "改回原样，请重新确认"
_OF_THE_DAY = ("unit_uid", "branch_uid", "home_grid_uid")
_SIGNED = frozenset({"state", *UNSIGNED, "confirm_method"})
_RIGHTS = {
    "setting": Right.SETTINGS,
    "service_quota": Right.SETTINGS,
    "code_list": Right.SETTINGS,
    "form_text": Right.SETTINGS,
    "evaluation": Right.EVALUATE,
}
_ENTITIES = {one.spec.table: one for kind, one in PLAIN.items() if kind != UNIT_CHECKIN.kind}


@dataclass(frozen=True, slots=True)
class Rule:
    """One table: how values are written, what else goes back with them, what follows a record that came back."""

    write: Write
    together: tuple[tuple[str, ...], ...] = ()
    follow: Callable[[Tx, Row], object] | None = None


def write_back(tx: Tx, table: str, now: Row, values: dict[str, Any], then: Row) -> None:
    """Give the row `now` the `values`; InvalidInput or Refused before anything is written."""
    require_right(tx, table, values)
    if fault := _pointless(tx, table, values) or _taken(tx, table, {**now, **values}):
        raise fault
    if table in RULES:
        RULES[table].write(tx, now, values, then)
    else:
        _checked_plain(tx, table, now, values)
        tx.update(table, now["uid"], values)


def require_right(tx: Tx, table: str, values: Values) -> None:
    """Refused if who is signed in may not do by hand what putting back would do."""
    if table in _RIGHTS:
        tx.require(_RIGHTS[table])
    if table == "visit" and _SIGNED & values.keys():
        tx.require(Right.CONFIRM)


def insert_fault(reads: Reads, table: str, row: Row) -> Problem | None:
    """Why a deleted row cannot come back: what it belongs to is gone, or its name is taken."""
    return _pointless(reads, table, row) or _taken(reads, table, row)


def _pointless(reads: Reads, table: str, values: Values) -> Problem | None:
    """A reference to something that is no longer there."""
    points = references(reads).get(table, {})
    wanted = {key: (target, str(values[key])) for key, target in points.items() if values.get(key)}
    there = rows_now(reads, set(wanted.values()))
    for key, target in wanted.items():
        if there[target] is None:
            label = spec_of(target[0]).label
            return Refused(f"原来的{label_of(table, key)}已不在台账里，不能改回。", f"请先把那条{label}改回来。")
    return None


def _taken(reads: Reads, table: str, row: Values) -> Problem | None:
    """A value that must be unique and belongs to another record now."""
    for columns in unique_sets(reads).get(table, []):
        if any(row.get(key) in (None, "") for key in columns):
            continue
        same = " AND ".join(f"{key} = ?" for key in columns)
        sql = f"SELECT uid FROM {table} WHERE {same} AND uid <> ?"
        if reads.value(sql, [*(row[key] for key in columns), row["uid"]]):
            told = "、".join(f"{label_of(table, key)}{row[key]}" for key in columns if not key.endswith("_uid"))
            return Refused(f"{told or spec_of(table).label}已属于另一条记录，不能改回。", "请先改那一条。")
    return None


def _checked_plain(reads: Reads, table: str, now: Row, values: Values) -> None:
    """The checks of a form, for the kinds that are plain; references were looked at already."""
    entity = _ENTITIES.get(table)
    if entity is not None:
        typed = {one.key: values[one.key] for one in entity.spec.fields if one.key in values and one.editable}
        if typed and (faults := entity.faults(reads, now["uid"], typed)):
            raise InvalidInput(faults)


def _cadre(tx: Tx, now: Row, values: dict[str, Any], _then: Row) -> None:
    """更正, 归档 and 恢复 as if typed: 工号 stays unique, memberships and records follow the unit."""
    uid = now["uid"]
    typed = {key: values[key] for key in (*CADRE.keys, "unit_uid", "branch_uid") if key in values}
    if typed:
        save_cadre(tx, typed, uid)
    if {"archived_on", "archive_reason"} & values.keys():
        on, reason = (str(values.get(key, now[key])) for key in ("archived_on", "archive_reason"))
        if now["archived_on"]:
            restore_cadre(tx, uid)
        if on:
            leave(tx, uid, on, reason)


def _visit(tx: Tx, now: Row, values: dict[str, Any], then: Row) -> None:
    """A record is confirmed again only with the very content that was signed. 三(六)"""
    values = {key: value for key, value in values.items() if key not in _OF_THE_DAY}
    if not values:
        raise Refused("单位、支部和所在网格按服务当天算，不能单独改回。", "请改这个人的单位或编入网格。")
    row = {**now, **values}
    if row["state"] == "CONFIRMED":
        signed = then if "state" in values else now
        if any(row[key] != signed[key] for key in SIGNED_FOR):
            if "state" in values:
                raise Refused("现在的内容与当时签字的不一样，不能改回已确认。", "请先把内容改回，或请社区重新确认。")
            row |= {**UNSIGNED, "state": "WAITING", "state_reason": AGAIN}
    kept = {one.name: row[one.name] for one in fields(VisitDraft) if one.name in row}
    kept["state"] = "DRAFT" if row["state"] == "DRAFT" else "WAITING"
    kept["next_day"] = needs_next_day_answer(row["start_at"], row["end_at"])
    checked(VisitDraft(**kept), today())
    if row["cadre_uid"] != now["cadre_uid"] or row["served_on"] != now["served_on"]:
        row |= Places(tx, [row["cadre_uid"]]).on(row["cadre_uid"], row["served_on"])
    tx.update("visit", now["uid"], {key: value for key, value in row.items() if value != now[key]})


def _checkin(tx: Tx, now: Row, values: dict[str, Any], _then: Row) -> None:
    if {"cadre_uid", "unit_uid"} & values.keys():
        raise Refused("报到属于谁不能单独改回。", "请删除这一条，给原来的人重新登记。")
    given = {key: value for key, value in values.items() if key != "community_uid"}
    if "community_uid" in values:
        sql = "SELECT district, street, name AS community FROM community WHERE uid = ?"
        given |= tx.one(sql, (values["community_uid"],)) or {}
    if now["cadre_uid"]:
        change_checkin(tx, now["uid"], given)
    else:
        save_unit_checkin(tx, now["uid"], given)


def _assignment(tx: Tx, now: Row, values: dict[str, Any], _then: Row) -> None:
    tx.update("grid_assignment", now["uid"], values)
    restamp_grids(tx, {str(now["cadre_uid"]), str(values.get("cadre_uid", now["cadre_uid"]))})


def _grid(tx: Tx, now: Row, values: dict[str, Any], _then: Row) -> None:
    if {"outline", "archived_on"} & values.keys():  # the outlines of all grids are one partition
        raise Refused("网格的边界和撤并牵连相邻的网格，不能单独改回。", "请撤销那一步，或在地图上重新划分。")
    _checked_plain(tx, "grid", now, values)
    tx.update("grid", now["uid"], values)


def _unit(tx: Tx, now: Row, values: dict[str, Any], _then: Row) -> None:
    people = tx.value("SELECT count(*) FROM cadre WHERE unit_uid = ? AND archived_on = ''", (now["uid"],))
    if values.get("archived_on") and people:
        raise Refused(f"这个单位还有{people}名党员干部，不能停用。", "请先把他们调到别的单位。")
    update_unit(tx, now["uid"], values)
    _rest(tx, "unit", now, values)


def _branch(tx: Tx, now: Row, values: dict[str, Any], _then: Row) -> None:
    if "unit_uid" in values:
        raise Refused("支部属于哪个单位不能单独改回。", "请撤销那一步。")
    update_branch(tx, now["uid"], values)
    _rest(tx, "branch", now, values)


def _contact(tx: Tx, now: Row, values: dict[str, Any], _then: Row) -> None:
    update_contact(tx, now["uid"], {**now, **values})


def _rest(tx: Tx, table: str, now: Row, values: Values) -> None:
    """Columns the verb does not take (停用日期)."""
    row = rows_now(tx, [(table, now["uid"])])[table, now["uid"]] or {}
    if left := {key: value for key, value in values.items() if row.get(key) != value}:
        tx.update(table, now["uid"], left)


def _restamp(tx: Tx, row: Row) -> None:
    restamp_grids(tx, [str(row["cadre_uid"])])


RULES: dict[str, Rule] = {
    "cadre": Rule(_cadre),
    "visit": Rule(
        _visit, together=(("state", "state_reason", "confirm_method", "confirmed_by", "confirmed_on", "sheet_uid"),)
    ),
    "checkin": Rule(_checkin),
    "grid_assignment": Rule(_assignment, follow=_restamp),
    "grid": Rule(_grid),
    "unit": Rule(_unit),
    "branch": Rule(_branch),
    "contact": Rule(_contact),
    "feedback": Rule(lambda tx, now, values, _then: update_feedback(tx, now["uid"], {**now, **values})),
}
