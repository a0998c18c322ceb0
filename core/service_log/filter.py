"""Which records a list shows, as SQL (aliases: visit, cadre, unit, branch, grid).

Among the conditions one leads: the narrowest that has an index. A unary + keeps SQLite from taking another one: without
statistics it cannot know that few records wait and many are confirmed.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import replace
from typing import Any

from core.base.dates import parse_minutes
from core.base.errors import InvalidInput
from core.base.fields import Field, Kind
from core.org.matching import resolve_branch, resolve_unit
from core.roster.filter import Condition, searched
from core.service_log.model import VISIT, VisitFilter
from core.store import Reads

_FEW = 100  # people: up to here their records are found person by person
_OF_OTHERS = {
    "staff_no": "cadre.staff_no",
    "name": "cadre.name",
    "unit": "unit.name",
    "branch": "coalesce(branch.name, '')",
    "grid": "coalesce(grid.name, '')",
}


def named_filter(
    reads: Reads, unit: str = "", branch: str = "", where: Iterable[str] = (), **parts: Any
) -> VisitFilter:
    """A filter from what a command line says: unit and branch by name, `where` as 字段=值 texts."""
    found = VisitFilter(**parts)
    if unit:
        match = resolve_unit(reads, unit)
        if not match:
            raise InvalidInput({"unit": f"没有名为“{unit}”的单位，请检查写法，或先导入它的名册。"})
        found = replace(found, unit_uid=match.uid)
    if branch:
        match = resolve_branch(reads, found.unit_uid, branch)
        if not match:
            raise InvalidInput({"branch": f"没有名为“{branch}”的支部，请检查写法，并同时写明单位。"})
        found = replace(found, branch_uid=match.uid)
    pairs = []
    for text in where:
        key, equals, value = text.partition("=")
        if not equals:
            raise InvalidInput({"where": f"条件“{text}”应写成“字段=值”，例如 社区=经院社区。"})
        pairs.append((key.strip(), value.strip()))
    return replace(found, where=tuple(pairs))


def field_named(name: str) -> Field:
    """The field called `name` by key or label; InvalidInput if there is none."""
    for one in VISIT.fields:
        if name in (one.key, one.label):
            return one
    labels = "、".join(one.label for one in VISIT.fields)
    raise InvalidInput({"where": f"服务记录没有“{name}”这一项。可用的有：{labels}。"})


def column(field: Field) -> str:
    """The SQL expression of a field; person, unit, branch and grid are those of other tables."""
    return _OF_OTHERS.get(field.key, f"visit.{field.key}")


def condition(reads: Reads, asked: VisitFilter, order: str = "day") -> Condition:
    """The filter as one WHERE text, the leading condition first; in the order of writing only few records may lead."""
    leads, rest = _indexed(asked), _plain(asked)
    for word in asked.search.split():
        found, few = _searched(reads, word)
        if few:
            leads.insert(0, ("cadre_uid", found))
        else:
            rest.append(found)
    by_day = not leads or leads[0][0] != "uid"
    if order in ("written", "written_up") and not is_narrow(asked, leads):
        by_day, parts = False, [one for _, one in leads]
    else:
        parts = [_lead(one) if place == 0 else one for place, (_, one) in enumerate(leads)]
    parts += _days(asked, "visit.served_on" if by_day else "+visit.served_on")
    parts += rest
    sql = " AND ".join(f"({one.sql})" for one in parts) or "1"
    return Condition(sql, tuple(value for one in parts for value in one.params))


def is_narrow(asked: VisitFilter, leads: Sequence[tuple[str, Condition]] = ()) -> bool:
    """Whether so few records are asked for that sorting them is cheaper than walking another index."""
    few = asked.cadre_uid or asked.sheet_no or asked.late or asked.uids is not None
    return bool(few) or asked.state in ("DRAFT", "RETURNED", "VOID") or bool(leads and leads[0][0] == "cadre_uid")


def _lead(one: Condition) -> Condition:
    return Condition(one.sql.replace("+visit.", "visit."), one.params)


def _indexed(asked: VisitFilter) -> list[tuple[str, Condition]]:
    """Conditions that have an index, the narrowest first."""
    found: list[tuple[str, Condition]] = []
    if asked.uids is not None:
        found.append(("uid", Condition("+visit.uid IN (SELECT value FROM json_each(?))", (json.dumps(asked.uids),))))
    if asked.sheet_no:
        sql = (
            "+visit.uid IN (SELECT visit_uid FROM confirm_row WHERE sheet_uid = "
            "(SELECT uid FROM confirm_sheet WHERE sheet_no = ?))"
        )
        found.append(("uid", Condition(sql, (asked.sheet_no,))))
    if asked.cadre_uid:
        found.append(("cadre_uid", Condition("+visit.cadre_uid = ?", (asked.cadre_uid,))))
    if asked.late:
        found.append(("late_reason", Condition("+visit.late_reason <> ''")))
    states = [("state", Condition("+visit.state = ?", (asked.state,)))] if asked.state else []
    if asked.state not in ("CONFIRMED", ""):
        found += states
    if asked.unit_uid:
        found.append(("unit_uid", Condition("+visit.unit_uid = ?", (asked.unit_uid,))))
    if asked.community:
        found.append(("community", Condition("+visit.community = ?", (asked.community,))))
    if asked.state == "CONFIRMED":
        found += states
    return found


def _plain(asked: VisitFilter) -> list[Condition]:
    parts = [
        Condition(f"+visit.{key} = ?", (value,))
        for key, value in (
            ("branch_uid", asked.branch_uid),
            ("grid_uid", asked.grid_uid),
            ("track", asked.track),
            ("category", asked.category),
            ("group_uid", asked.group_uid),
        )
        if value
    ]
    if not asked.state and not asked.with_void and asked.uids is None:
        parts.append(Condition("+visit.state <> 'VOID'"))
    return parts + [_equals(field_named(name), value) for name, value in asked.where]


def _days(asked: VisitFilter, day: str) -> list[Condition]:
    low, high = asked.from_on, asked.until_on
    if asked.year is not None:
        low = max(low, f"{asked.year}-01-01")
        high = min(high or "9999", f"{asked.year}-12-31")
    parts = [Condition(f"{day} >= ?", (low,))] if low else []
    return parts + ([Condition(f"{day} <= ?", (high,))] if high else [])


def _searched(reads: Reads, word: str) -> tuple[Condition, bool]:
    """A word of the search box, and whether it names few people (then their records lead)."""
    person = searched(word)
    sql = f"SELECT uid FROM cadre WHERE {person.sql} LIMIT ?"
    found = [row[0] for row in reads.tuples(sql, (*person.params, _FEW + 1))]
    if found and len(found) <= _FEW:  # a word that is in somebody's name is not looked for in contents as well
        return Condition("+visit.cadre_uid IN (SELECT value FROM json_each(?))", (json.dumps(found),)), True
    if found and word.isascii():
        return Condition(f"+visit.cadre_uid IN (SELECT uid FROM cadre WHERE {person.sql})", person.params), False
    inside = "%" + word.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_") + "%"
    sql = f"visit.content LIKE ? ESCAPE '\\' OR +visit.cadre_uid IN (SELECT uid FROM cadre WHERE {person.sql})"
    return Condition(sql, (inside, *person.params)), False


def _equals(field: Field, value: str) -> Condition:
    stored: str | int = value
    if field.choices:
        stored = next((code for code, label in field.choices if value in (code, label)), value)
    elif field.kind is Kind.MINUTES:
        stored = parse_minutes(value) or 0
    sql = column(field)
    return Condition(f"{'+' if sql.startswith('visit.') else ''}{sql} = ?", (stored,))
