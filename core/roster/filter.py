"""Which people a list shows, as SQL over the cadre table (aliases: cadre, unit, branch)."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any

from core.base.errors import InvalidInput
from core.base.fields import Field, Kind
from core.org.matching import resolve_unit
from core.roster.model import CADRE
from core.roster.names import fold_pinyin
from core.store import Reads

_TOP = "\U0010ffff"  # above every character: the end of a prefix range


@dataclass(frozen=True, slots=True)
class RosterFilter:
    """What is asked of the roster; all parts must hold. `archived` None = both."""

    unit_uid: str = ""
    branch_uid: str = ""
    status: str = ""  # ACTIVE, RETIRED, OTHER
    archived: bool | None = False
    search: str = ""  # 工号, name, pinyin, initials, tail of the phone
    where: tuple[tuple[str, str], ...] = ()  # field key or label = value or its label
    uids: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class Condition:
    """A WHERE text and its parameters."""

    sql: str
    params: tuple[Any, ...] = ()


def named_filter(reads: Reads, unit: str = "", where: Iterable[str] = (), **parts: Any) -> RosterFilter:
    """A filter from what a command line says: the unit by name, `where` as 字段=值 texts."""
    found = RosterFilter(**parts)
    if unit:
        match = resolve_unit(reads, unit)
        if not match:
            raise InvalidInput({"unit": f"没有名为“{unit}”的单位，请检查写法，或先导入它的名册。"})
        found = replace(found, unit_uid=match.uid)
    pairs = []
    for text in where:
        key, equals, value = text.partition("=")
        if not equals:
            raise InvalidInput({"where": f"条件“{text}”应写成“字段=值”，例如 性别=女。"})
        pairs.append((key.strip(), value.strip()))
    return replace(found, where=tuple(pairs))


def field_named(name: str) -> Field:
    """The field called `name` by key or label; InvalidInput if there is none."""
    for one in CADRE.fields:
        if name in (one.key, one.label):
            return one
    raise InvalidInput({"where": f"名册没有“{name}”这一项。可用的有：{'、'.join(one.label for one in CADRE.fields)}。"})


def condition(asked: RosterFilter) -> Condition:
    """The filter as one WHERE text."""
    parts: list[Condition] = []
    if asked.uids is not None:
        marks = ", ".join("?" * len(asked.uids))
        parts.append(Condition(f"cadre.uid IN ({marks})", asked.uids))
    if asked.unit_uid:
        parts.append(Condition("cadre.unit_uid = ?", (asked.unit_uid,)))
    if asked.branch_uid:
        parts.append(Condition("cadre.branch_uid = ?", (asked.branch_uid,)))
    if asked.archived is not None:
        parts.append(Condition("cadre.archived_on <> ''" if asked.archived else "cadre.archived_on = ''"))
    if asked.status:
        parts.append(Condition("cadre.status = ?", (asked.status,)))
    parts += [searched(word) for word in asked.search.split()]
    parts += [_equals(field_named(name), value) for name, value in asked.where]
    sql = " AND ".join(f"({one.sql})" for one in parts) or "1"
    return Condition(sql, tuple(value for one in parts for value in one.params))


def searched(word: str) -> Condition:
    """One word typed in a search box: 工号 from its beginning, phone from its end, name, pinyin or initials."""
    if word.isascii() and word.isdigit():
        sql = "cadre.staff_no BETWEEN ? AND ? OR cadre.phone LIKE ? OR cadre.name LIKE ? ESCAPE '\\'"
        return Condition(sql, (word, word + _TOP, f"%{word}", _inside(word)))
    if re.fullmatch(r"[A-Za-züÜ']+", word):
        low = fold_pinyin(word)
        sql = (
            "cadre.pinyin BETWEEN ? AND ? OR cadre.initials BETWEEN ? AND ? OR cadre.staff_no BETWEEN ? AND ? "
            "OR cadre.name LIKE ? ESCAPE '\\'"
        )
        return Condition(sql, (low, low + _TOP, low, low + _TOP, word, word + _TOP, _inside(word)))
    sql = "cadre.name LIKE ? ESCAPE '\\' OR cadre.staff_no BETWEEN ? AND ?"
    return Condition(sql, (_inside(word), word, word + _TOP))


def stored(field: Field, value: str) -> str | int:
    """What the ledger holds for a value a person typed: 女 -> '2', 是 -> 1."""
    if field.choices:
        return next((code for code, label in field.choices if value in (code, label)), value)
    if field.kind is Kind.BOOL:
        return int(value in ("1", "是", "√", "true"))
    return value


def column(field: Field) -> str:
    """The SQL expression of a field; unit and branch are names."""
    if field.key in ("unit", "branch"):
        return f"coalesce({field.key}.name, '')"
    return f"cadre.{field.key}"


def _equals(field: Field, value: str) -> Condition:
    if field.kind is Kind.MULTI and value:
        # one of several: '、' around both makes 书法 not match 硬笔书法
        return Condition(f"instr('、' || {column(field)} || '、', '、' || ? || '、')", (value,))
    if field.kind is Kind.MONTH and value:
        return Condition(f"{column(field)} BETWEEN ? AND ?", (value, value + _TOP))
    return Condition(f"{column(field)} = ?", (stored(field, value),))


def _inside(word: str) -> str:
    return "%" + re.sub(r"([\\%_])", r"\\\1", word) + "%"
