"""Verbs of points: switching them on, rules and stars."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.errors import InvalidInput
from core.base.fields import EntitySpec
from core.base.rights import Right
from core.org.settings import set_settings
from core.org.settings import values as list_values
from core.points.model import DEFAULT_RULES, DEFAULT_STARS, MEASURE, POINT_RULE, STAR_LEVEL, told_points
from core.store import Reads, Tx

Values = Mapping[str, Any]


def switch(tx: Tx, on: bool) -> None:
    """Use points or not; the first time there is a scheme to begin with."""
    set_settings(tx, {"points_on": "1" if on else "0"})
    if not on or tx.value("SELECT EXISTS (SELECT 1 FROM point_rule) OR EXISTS (SELECT 1 FROM star_level)"):
        return
    for at, (name, measure, points) in enumerate(DEFAULT_RULES, 1):
        tx.insert("point_rule", {"name": name, "measure": measure, "points": points, "position": at})
    for name, points in DEFAULT_STARS:
        tx.insert("star_level", {"name": name, "points": points})


def save_rule(tx: Tx, uid: str | None, values: Values) -> str:
    """A rule, new or changed; returns its uid."""
    tx.require(Right.SETTINGS)
    if faults := rule_faults(tx, uid or "", values):
        raise InvalidInput(faults)
    row: dict[str, Any] = {
        key: _text(values, key) for key in ("name", "measure", "category", "rating") if key in values
    }
    if "points" in values:
        row["points"] = told_points(_text(values, "points"))
    if "most" in values:
        row["most"] = told_points(_text(values, "most")) if _text(values, "most") else None
    row |= {key: int(values[key] or 0) for key in ("active", "position") if values.get(key) is not None}
    return _saved(tx, "point_rule", uid, row)


def save_star(tx: Tx, uid: str | None, values: Values) -> str:
    """A star level, new or changed; returns its uid."""
    tx.require(Right.SETTINGS)
    if faults := star_faults(tx, uid or "", values):
        raise InvalidInput(faults)
    row: dict[str, Any] = {key: _text(values, key) for key in ("name",) if key in values}
    if "points" in values:
        row["points"] = told_points(_text(values, "points"))
    return _saved(tx, "star_level", uid, row)


def remove_rule(tx: Tx, uid: str) -> None:
    """Take a rule out: points are counted without it."""
    tx.require(Right.SETTINGS)
    tx.delete("point_rule", uid)


def remove_star(tx: Tx, uid: str) -> None:
    """Take a star level out."""
    tx.require(Right.SETTINGS)
    tx.delete("star_level", uid)


def rule_faults(reads: Reads, uid: str, values: Values) -> dict[str, str]:
    """What is wrong with a rule."""
    found = _faults(reads, POINT_RULE, uid, values)
    kept = reads.one("SELECT measure, category, rating FROM point_rule WHERE uid = ?", (uid,)) or {}
    full = {**kept, **values}
    if _text(full, "measure") and _text(full, "measure") not in dict(MEASURE):
        found["measure"] = f"请选{'、'.join(label for _code, label in MEASURE)}中的一个。"
    for key in ("category", "rating"):  # a word of no list would count nothing and say nothing
        field, text = POINT_RULE.field(key), _text(values, key)
        listed = list_values(reads, field.code_list) if text and text != kept.get(key) else []
        if listed and text not in listed:
            found[key] = f"{field.label}没有“{text}”，可以是：{'、'.join(listed)}。"
    if full.get("measure") == "RATING" and not _text(full, "rating"):
        found["rating"] = "按评价等次计分，请填写是哪个等次。"
    return found


def star_faults(reads: Reads, uid: str, values: Values) -> dict[str, str]:
    """What is wrong with a star level."""
    return _faults(reads, STAR_LEVEL, uid, values)


def _faults(reads: Reads, spec: EntitySpec, uid: str, values: Values) -> dict[str, str]:
    found = {}
    for field in spec.fields:
        text = _text(values, field.key)
        if field.required and not text and (field.key in values or not uid):
            found[field.key] = f"请填写{field.label}。"
        elif text and field.check is not None and (said := field.check(text)):
            found[field.key] = said
    name = _text(values, "name")
    if name and reads.value(f"SELECT 1 FROM {spec.table} WHERE name = ? AND uid <> ?", (name, uid)):
        found["name"] = f"已经有名为“{name}”的{spec.label}。"
    return found


def _text(values: Values, key: str) -> str:
    return "" if values.get(key) is None else str(values[key]).strip()


def _saved(tx: Tx, table: str, uid: str | None, row: dict[str, Any]) -> str:
    if uid is None:
        return tx.insert(table, row)
    tx.update(table, uid, row)
    return uid
