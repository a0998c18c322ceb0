"""Importing entities whose rows are what they look like: one row, one record, met by its natural key.

A feature says what is there, what is wrong with a row and how one is saved; reading, matching, looking and the one step
are here. Rosters and service records have planners of their own.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from core.base.dates import format_date
from core.base.errors import InvalidInput
from core.base.fields import EntitySpec, Field
from core.base.masks import masked
from core.sheet.contract import Fault, ParsedRow, ParsedSheet
from core.sheet.importing import (
    Answers,
    Change,
    ImportPlan,
    Outcome,
    Planner,
    Prepared,
    RowPlan,
    Writer,
    Written,
    column_of,
    commit,
    place_text,
    prepare,
)
from core.store import Reads, Row, Store, Tx

Values = dict[str, Any]
Reader = Callable[[Values, list[str]], Values]
"""One row's values as the ledger writes them, remarks added to the list; InvalidInput marks the fields that cannot be."""
Key = tuple[str, ...]


def _as_written(_reads: Reads) -> Reader:
    return lambda values, _remarks: values


def _no_faults(_reads: Reads, _uid: str, _values: Mapping[str, Any]) -> dict[str, str]:
    return {}


def _says_nothing(_reads: Reads, _title: str) -> Values:
    return {}


@dataclass(frozen=True, slots=True)
class Validity:
    """What begins and ends a row, said once: planner, lists and commands ask it. Days are inclusive, '' = open."""

    rows: Callable[[Reads], list[Row]]  # all there were, with those that have ended
    begins: str = "from_on"  # keys of the fields of the first and the last day
    ends: str = "until_on"
    about: tuple[str, ...] = ()  # keys that, beside the natural key, tell whether a sheet means an ended row


@dataclass(frozen=True, slots=True)
class PlainEntity:
    """What the importer, the lists and the forms need of one entity. Values and rows go by field key."""

    spec: EntitySpec
    rows: Callable[[Reads], list[Row]]  # all that are in force, with `uid`
    save: Callable[
        [Tx, str | None, Mapping[str, Any]], str
    ]  # None: a new one; gives its uid, InvalidInput marks fields
    remove: Callable[[Tx, str], object] | None = None  # None: never taken out by hand
    faults: Callable[[Reads, str, Mapping[str, Any]], dict[str, str]] = _no_faults  # uid '' = new: sentence by field
    reader: Callable[[Reads], Reader] = _as_written  # called once an import: a place to load an index
    validity: Validity | None = None  # None: a row never ends
    called: tuple[str, ...] = ()  # keys by which messages name a row; default: the natural key
    heard: tuple[str, ...] = ()  # keys that are never written and still tell the reader whom a row means
    whose: str = (
        ""  # key of the person a reader found: tells namesakes without a 工号 apart, and goes to save and faults
    )
    bare: bool = True  # False: a row that tells no more than its natural key makes no record
    titled: Callable[[Reads, str], Values] = _says_nothing  # what the title of a sheet tells of all its rows


def plain_planner(entity: PlainEntity) -> Planner:
    """The planner of one entity."""

    def plan(reads: Reads, sheets: Sequence[ParsedSheet], answers: Answers) -> ImportPlan:
        return _Planner(reads, entity).run(sheets)

    return plan


def prepare_plain(
    store: Store,
    entity: PlainEntity,
    paths: Iterable[str | Path],
    *,
    sheet: str | None = None,
    maps: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Prepared:
    """Check files without writing."""
    return prepare(store, entity.spec, plain_planner(entity), paths, sheet=sheet, maps=maps, answers=answers)


def plain_writer(entity: PlainEntity) -> Writer:
    """What puts a plan of one entity into the open transaction."""

    def write(tx: Tx, plan: ImportPlan) -> None:
        for one in plan.rows:
            if one.outcome in (Outcome.NEW, Outcome.UPDATED):
                one.uid = _saved(tx, entity, one)

    return write


def commit_plain(store: Store, prepared: Prepared, entity: PlainEntity, *, skip_bad: bool = False) -> Written:
    """Write a checked import as one step; Refused if there are errors and no `skip_bad`."""
    return commit(store, prepared, plain_writer(entity), skip_bad=skip_bad)


def _saved(tx: Tx, entity: PlainEntity, row: RowPlan) -> str:
    try:
        return entity.save(tx, row.uid or None, row.write)
    except InvalidInput as problem:  # a row above made it wrong: say which row
        where = place_text(row.ref)
        raise InvalidInput({key: f"{where}：{text}" for key, text in problem.fields.items()}) from problem


class _Planner:
    def __init__(self, reads: Reads, entity: PlainEntity) -> None:
        self.reads, self.entity, self.spec = reads, entity, entity.spec
        self.read = entity.reader(reads)
        self.known: dict[Key, list[Row]] = defaultdict(list)
        for row in entity.rows(reads):
            self.known[self._key(row)].append(row)
        in_force = {row["uid"] for rows in self.known.values() for row in rows}
        self.ended: dict[Key, list[Row]] = defaultdict(list)
        for row in entity.validity.rows(reads) if entity.validity else ():
            if row["uid"] not in in_force:
                self.ended[self._key(row)].append(row)
        self.called = entity.called or self.spec.natural_key
        self.ignored = {one.key for one in self.spec.fields if not one.editable}  # heads of exports, never read
        self.met: dict[Key, tuple[RowPlan, Values]] = {}
        self.plan = ImportPlan()

    def run(self, sheets: Sequence[ParsedSheet]) -> ImportPlan:
        """Every row's outcome."""
        for sheet in sheets:
            titled = self.entity.titled(self.reads, sheet.raw.sheet)
            titled = {key: value for key, value in titled.items() if key not in sheet.map.placed}
            if titled and sheet.rows:
                said = "、".join(f"{self.spec.field(key).label}“{value}”" for key, value in titled.items())
                self.plan.remarks.append(f"工作表“{sheet.raw.sheet}”里没有写{said}的列，各行都按表名计。")
            for row in sheet.rows:
                self._row(sheet, row, titled)
        return self.plan

    def _row(self, sheet: ParsedSheet, row: ParsedRow, titled: Values) -> None:
        faults = [one for one in row.faults if one.key not in self.ignored]
        planned = RowPlan(sheet, row, self._title(row.values), Outcome.WRONG, faults=faults)
        self.plan.rows.append(planned)
        if row.blocked:
            return
        wrong = {one.key for one in row.faults}
        values = titled | {
            one.key: row.values[one.key]
            for one in self.spec.fields
            if one.key not in wrong and (one.editable or one.key in self.entity.heard)
            if row.values.get(one.key) not in (None, "")
        }
        try:
            values = self.read(values, planned.remarks)
        except InvalidInput as problem:
            self._faults(planned, problem.fields)
            return
        values = {key: value for key, value in values.items() if key not in self.entity.heard}
        planned.name = self._title(values)
        lacking = [
            key for key in self.spec.natural_key if values.get(key) in (None, "") and self.spec.field(key).required
        ]
        if lacking:
            self._faults(planned, {key: f"请填写{self.spec.field(key).label}。" for key in lacking})
        elif not self._is_second(planned, values):
            self._meet(planned, values)

    def _is_second(self, planned: RowPlan, values: Values) -> bool:
        """Whether a row above told of the same record: the same again is left out, anything else is wrong."""
        key = self._key(values)
        first, told = self.met.setdefault(key, (planned, values))
        if first is planned:
            return False
        where = place_text(first.ref, planned.ref)
        differs = [one for one in self.spec.fields if not same(one, told.get(one.key), values.get(one.key))]
        if not differs:
            planned.outcome = Outcome.SKIPPED
            planned.remarks.append(f"与{where}完全相同，只取一条。")
            return True
        names = "、".join(f"“{one.label}”" for one in differs)
        text = f"{planned.name}在{where}已经出现过，两行的{names}不一样，请只留一行。"
        self._faults(planned, {self.spec.natural_key[-1] if self.spec.natural_key else "": text})
        return True

    def _meet(self, planned: RowPlan, values: Values) -> None:
        known = self.known.get(self._key(values), [])
        if self.entity.validity and (over := self._over(self.entity.validity, values, known)):
            planned.outcome = Outcome.UNCHANGED
            planned.remarks.append(over)
            return
        there = next((row for row in known if not self._differs(row, values)), known[0] if known else {})
        differs = self._differs(there, values)
        if differs and len(known) > 1:
            text = f"台账里有{len(known)}条{planned.name}的记录，分不清改哪一条，请直接在台账里修改。"
            self._faults(planned, {self.spec.natural_key[-1]: text})
            return
        if not there and not self.entity.bare and not values.keys() - {*self.spec.natural_key, self.entity.whose}:
            planned.outcome = Outcome.SKIPPED
            planned.remarks.append(f"{planned.name}这一行没有填写内容，不登记。")
            return
        planned.uid = str(there.get("uid", ""))
        planned.write = {one.key: values[one.key] for one in differs} if there else values
        if there:
            for one in differs:
                old, new = masked(one, there.get(one.key)), one.text(values[one.key])
                planned.changes.append(Change(one.key, one.label, old, new))
        if problems := self.entity.faults(self.reads, planned.uid, planned.write) if planned.write else {}:
            self._faults(planned, problems)
            return
        planned.outcome = Outcome.NEW if not there else Outcome.UPDATED if planned.write else Outcome.UNCHANGED

    def _over(self, validity: Validity, values: Values, known: Sequence[Row]) -> str:
        """What is said of a row that tells again what has ended ('' = it tells something else): an old sheet reopens nothing."""
        begins, ends = validity.begins, validity.ends
        about = [self.spec.field(key) for key in validity.about if key in values]

        def meant(row: Row) -> bool:
            return all(same(one, row.get(one.key), values[one.key]) for one in about)

        first = str(values.get(begins) or "")
        past = [row for row in self.ended.get(self._key(values), ()) if first <= row[ends] and meant(row)]
        current = next((row for row in known if meant(row)), None)
        if not past or (current and not (first and first < current[begins])):
            return ""
        row = max(past, key=lambda row: str(row[ends]))
        name = " ".join(
            dict.fromkeys(filter(None, (self._title(values), *(one.text(values[one.key]) for one in about))))
        )
        differs = [one.label for one in self._differs(row, values) if one.key not in (begins, ends)]
        text = f"{name}在台账里已经结束（最后一天{format_date(row[ends])}），没有改动"
        text += f"，表里写得不一样的{'、'.join(differs)}也没有改" if differs else ""
        return f"{text}；如果重新开始，请把{self.spec.field(begins).label}写成那以后的日期。"

    def _faults(self, planned: RowPlan, problems: Mapping[str, str]) -> None:
        planned.outcome = Outcome.WRONG
        for key, text in problems.items():
            known = key if key in self.spec.keys else ""
            value = str(planned.row.values.get(known) or "") if known else ""
            planned.faults.append(
                Fault(planned.row.row, known, column_of(planned.sheet, known, self.spec), value, text)
            )

    def _differs(self, there: Mapping[str, Any], values: Values) -> list[Field]:
        """The fields of which a row says something new; what it leaves empty stays."""
        fields = [one for one in self.spec.fields if one.key in values]
        return [one for one in fields if not same(one, there.get(one.key), values[one.key])]

    def _title(self, values: Mapping[str, Any]) -> str:
        """How messages name the row: by what identifies it."""
        parts = [self.spec.field(key).text(values.get(key)) for key in self.called]
        return " ".join(part for part in parts if part) or str(values.get("name") or "")

    def _key(self, row: Mapping[str, Any]) -> Key:
        whose = (self.entity.whose,) if self.entity.whose else ()
        return tuple(plain_text(row.get(key)) for key in (*self.spec.natural_key, *whose))


def same(field: Field, old: Any, new: Any) -> bool:
    """Whether two values of a field say the same: 3 and 3.0 do, full and half width do."""
    if isinstance(old, int | float) and isinstance(new, int | float):
        return abs(old - new) < 1e-9
    return plain_text(field.text(old)) == plain_text(field.text(new))


def plain_text(value: Any) -> str:
    """A value as keys are compared: width folded, no white space; whole numbers without '.0'."""
    if value is None:
        return ""
    if isinstance(value, float) and value.is_integer():
        value = int(value)
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", str(value)))
