"""Putting a cell right in the checking step: one cell, or all that hold the same wrong value."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

from core.base.dates import parse_date
from core.base.fields import EntitySpec, Kind
from core.sheet.contract import Fault, ParsedRow, ParsedSheet
from core.sheet.values import ColumnFacts, reader_for


def correct_cell(
    sheet: ParsedSheet,
    row: ParsedRow,
    key: str,
    text: str,
    spec: EntitySpec,
    lists: Mapping[str, Collection[str]] | None = None,
) -> str:
    """Read `text` in place of the cell; returns what is wrong with it, '' if nothing. '' empties the cell."""
    field = spec.field(key)
    placed = sheet.map.placed.get(key)
    head = placed.head if placed else field.label
    wrong, value = "", ""
    if text.strip():
        # typed by a person, as in any field of a date: 9.1 is a day of the year in force (a sheet's own cell may be of another)
        day = parse_date(text) if field.kind is Kind.DATE else None
        cell = day.isoformat() if day else text
        read = reader_for(field, ColumnFacts(head), (lists or {}).get(field.code_list, ()))(cell)
        wrong, value = read.fault, read.value
    elif field.required:
        wrong = f"{field.label}为空，请填写{field.label}。"
    row.faults = [fault for fault in row.faults if fault.key != key]
    row.values[key] = value
    if wrong:
        row.faults.append(Fault(row.row, key, head, text, wrong, spec.blocks(field)))
    return wrong


def correct_all_like(
    sheets: Iterable[ParsedSheet],
    key: str,
    wrong_value: str,
    text: str,
    spec: EntitySpec,
    lists: Mapping[str, Collection[str]] | None = None,
) -> int:
    """Put the same text in every cell of the field that is wrong with the same value; returns how many."""
    found = [
        (sheet, row)
        for sheet in sheets
        for row in sheet.rows
        if any(fault.key == key and fault.value == wrong_value for fault in row.faults)
    ]
    for sheet, row in found:
        correct_cell(sheet, row, key, text, spec, lists)
    return len(found)
