"""The kinds of records the command line knows: how each is listed, exported and imported. One table, every entity."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from core.base.errors import InvalidInput
from core.base.fields import EntitySpec
from core.base.fields import Kind as FieldKind
from core.base.masks import hidden, masked
from core.checkin.model import CHECKIN, CheckinFilter
from core.checkin.queries import checkin_rows
from core.entities import PLAIN
from core.grid_assignment.queries import assignment_rows
from core.org.model import BRANCH, CONTACT, UNIT
from core.org.queries import branches, contact_rows, units
from core.place.checking import grid_uid
from core.reporting.half_year import all_rows as half_year_rows
from core.reporting.model import HALF_YEAR
from core.roster import queries as roster
from core.roster.model import CADRE
from core.roster.names import fold_pinyin
from core.service_log import queries as log
from core.service_log.model import VISIT
from core.sheet.plain import PlainEntity
from core.store import Reads, Row
from ui.headless.parser import pairs

_INNER = {"pinyin", "initials", "stroke_key", "counted_times", "outline"}


@dataclass(frozen=True, slots=True)
class Asked:
    """What `list` and `export` are asked for; names as people write them."""

    unit: str = ""
    grid: str = ""
    where: tuple[str, ...] = ()
    search: str = ""
    year: int | None = None
    past: bool = False  # also what has ended
    limit: int | None = None


Found = tuple[int, list[Row]]
"""How many there are, and the rows (at most `limit`)."""


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of record. Without a `spec` it can only be listed."""

    label: str
    rows: Callable[[Reads, Asked], Found]
    spec: EntitySpec | None = None


def shown(row: Row, *, bare: bool = False) -> Row:
    """A row as programs see it: English field names and its own number; never the numbers of other records.

    Telephone numbers and 身份证号 are masked unless `bare`, also where a query brings them along beside the fields.
    """
    kept = {key: value for key, value in row.items() if not key.endswith("_uid") and key not in _INNER}
    if bare:
        return kept
    return {key: hidden(value, kind) if value and (kind := _number(key)) else value for key, value in kept.items()}


def numbers_of(row: Row) -> list[str]:
    """The keys of a row that hold a number of a person."""
    return [key for key in row if _number(key)]


def _number(key: str) -> FieldKind | None:
    return FieldKind.PHONE if key.endswith("phone") else FieldKind.ID_NO if key == "id_no" else None


def line(spec: EntitySpec | None, row: Row, *, bare: bool = False) -> str:
    """A row as people read it; numbers of persons masked unless `bare`."""
    if spec is None:
        texts = [str(value) for key, value in shown(row, bare=bare).items() if key != "uid" and value is not None]
    else:
        texts = [(one.text if bare else partial(masked, one))(row.get(one.key)) for one in spec.fields]
    return "　".join(text for text in texts if text)


# -- rows of the big ones, filtered in the query ----------------------------------------------------------------------


def _roster(reads: Reads, asked: Asked) -> Found:
    uids = None
    if asked.grid:
        uids = tuple(row["cadre_uid"] for row in assignment_rows(reads, _grid(reads, asked.grid)))
    found = roster.named_filter(reads, asked.unit, asked.where, search=asked.search, uids=uids)
    if asked.past:
        found = dataclasses.replace(found, archived=None)
    return roster.cadre_count(reads, found), roster.cadre_rows(reads, found, limit=asked.limit)


def _visits(reads: Reads, asked: Asked) -> Found:
    grid = _grid(reads, asked.grid) if asked.grid else ""
    found = log.named_filter(
        reads, asked.unit, where=asked.where, search=asked.search, year=asked.year, grid_uid=grid, with_void=asked.past
    )
    return log.visit_count(reads, found), log.visit_rows(reads, found, "day_up", limit=asked.limit)


def _checkins(reads: Reads, asked: Asked) -> Found:
    rows = checkin_rows(reads, CheckinFilter(unit_uid=_unit(reads, asked.unit), search=asked.search))
    rows = [row for row in rows if asked.year in (None, int(row["checked_on"][:4]))]
    return _cut(sift(reads, CHECKIN, rows, dataclasses.replace(asked, unit="", search="")), asked)


def _branches(reads: Reads, asked: Asked) -> Found:
    rows = [{**row, "unit": unit["name"]} for unit in units(reads) for row in branches(reads, unit["uid"])]
    names = {row["uid"]: row["name"] for row in rows}
    rows = [{**row, "parent": names.get(row.get("parent_uid"), "")} for row in rows]
    return _cut(sift(reads, BRANCH, rows, asked), asked)


def _units(reads: Reads, asked: Asked) -> Found:
    rows = [{**row, "unit_uid": row["uid"]} for row in units(reads)]
    return _cut(sift(reads, UNIT, rows, asked), asked)


def _contacts(reads: Reads, asked: Asked) -> Found:
    rows = contact_rows(reads, unit_uid=_unit(reads, asked.unit))
    return _cut(sift(reads, CONTACT, rows, dataclasses.replace(asked, unit="")), asked)


def _half_reports(reads: Reads, asked: Asked) -> Found:
    rows = [row for row in half_year_rows(reads) if asked.year in (None, row["year"])]
    return _cut(sift(reads, HALF_YEAR, rows, asked), asked)


def _table(table: str, reads: Reads, asked: Asked) -> Found:
    return _cut(sift(reads, None, reads.rows(f"SELECT * FROM {table} ORDER BY uid"), asked), asked)


def _plain(entity: PlainEntity, reads: Reads, asked: Asked) -> Found:
    rows = entity.validity.rows(reads) if entity.validity and asked.past else entity.rows(reads)
    if asked.year is not None:
        rows = [row for row in rows if row.get("year", asked.year) == asked.year]
    return _cut(sift(reads, entity.spec, rows, asked), asked)


KINDS: dict[str, Kind] = {
    "roster": Kind("党员名册", _roster, CADRE),
    "visits": Kind("服务记录", _visits, VISIT),
    "checkins": Kind(CHECKIN.label, _checkins, CHECKIN),
    **{name: Kind(one.spec.label, partial(_plain, one), one.spec) for name, one in PLAIN.items()},
    "units": Kind(UNIT.label, _units, UNIT),
    "branches": Kind(BRANCH.label, _branches, BRANCH),
    "contacts": Kind(CONTACT.label, _contacts, CONTACT),
    HALF_YEAR.kind: Kind(HALF_YEAR.label, _half_reports, HALF_YEAR),
    "sheets": Kind("待确认清单", partial(_table, "confirm_sheet")),
    "lists": Kind("选项", partial(_table, "code_list")),
    "settings": Kind("设置", partial(_table, "setting")),
    "archive_items": Kind("归档文件", partial(_table, "archive_item")),
}


def kinds_text(names: Sequence[str]) -> str:
    """'roster（党员名册）、visits（服务记录）' for help and messages."""
    return "、".join(f"{name}（{KINDS[name].label}）" for name in names)


# -- filtering what is listed as a whole --------------------------------------------------------------------------------


def sift(reads: Reads, spec: EntitySpec | None, rows: list[Row], asked: Asked) -> list[Row]:
    """The rows that are asked for; InvalidInput where they have nothing of the kind."""
    if asked.unit:
        uid = _unit(reads, asked.unit)
        _must_have(rows, "unit_uid", "--unit", "单位")
        rows = [row for row in rows if row["unit_uid"] == uid]
    if asked.grid:
        uid = _grid(reads, asked.grid)
        name = reads.value("SELECT name FROM grid WHERE uid = ?", (uid,))
        if spec is not None and spec.kind == "grids":
            rows = [row for row in rows if row["uid"] == uid]
        else:
            _must_have(rows, "grid", "--grid", "网格")
            rows = [row for row in rows if row["grid"] == name]
    for name, value in pairs(asked.where, "条件").items():
        rows = [row for row in rows if value in _said(spec, row, _key(spec, rows, name))]
    words = asked.search.split()
    return [row for row in rows if all(_holds(spec, row, word) for word in words)] if words else rows


def _said(spec: EntitySpec | None, row: Row, key: str) -> tuple[str, str]:
    value = row.get(key)
    raw = "" if value is None else str(value)
    return raw, spec.field(key).text(value) if spec is not None and key in spec.keys else raw


def _key(spec: EntitySpec | None, rows: list[Row], name: str) -> str:
    """The field meant by key or label."""
    labels = {one.label: one.key for one in spec.fields} if spec is not None else {}
    key = labels.get(name, name)
    known = list(spec.keys) if spec is not None else []
    known += [one for one in (shown(rows[0]) if rows else ()) if one not in known]
    if rows and key not in known:
        raise InvalidInput({"where": f"没有“{name}”这一项。可用：{'、'.join(known)}。"})
    return key


def _holds(spec: EntitySpec | None, row: Row, word: str) -> bool:
    low = fold_pinyin(word)
    if low and any(str(row.get(key) or "").startswith(low) for key in ("pinyin", "initials")):
        return True
    return word.lower() in line(spec, row, bare=True).lower()


def _must_have(rows: list[Row], key: str, option: str, what: str) -> None:
    if rows and key not in rows[0]:
        raise InvalidInput({key: f"这一类没有{what}一项，不能用 {option} 筛选。"})


def _unit(reads: Reads, name: str) -> str:
    return roster.named_filter(reads, name).unit_uid if name else ""


def _grid(reads: Reads, name: str) -> str:
    return grid_uid(reads, name) or ""


def _cut(rows: list[Row], asked: Asked) -> Found:
    return len(rows), rows if asked.limit is None else rows[: asked.limit]


def asked_of(args: Any, *, limit: int | None = None) -> Asked:
    """What the options say."""
    return Asked(
        args.unit or "", args.grid or "", tuple(args.where or ()), args.search, args.year, bool(args.all), limit
    )
