"""Sheets where no head was found: a person says in which row it is (0: there is none), the columns follow."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from core.base.fields import EntitySpec
from core.sheet.cells import cell_text, clean_head, filled
from core.sheet.contract import Column, ColumnMap, ParsedSheet, RawSheet
from core.sheet.importing import Prepared
from core.sheet.mapping import map_columns
from core.sheet.reading import read_file

SheetRef = tuple[str, str]
"""(file, sheet)."""


def place_by_hand(prepared: Prepared, heads: Mapping[SheetRef, int]) -> None:
    """Take in the sheets that were passed over and whose head is in `heads`."""
    for file, sheet, why in list(prepared.passed_over):
        row = heads.get((file, sheet))
        if row is not None:
            raw = read_file(file, sheet)[0]
            prepared.sheets.append(ParsedSheet(raw, head_at(raw, row, prepared.spec), []))
            prepared.passed_over.remove((file, sheet, why))
            prepared.problems = [one for one in prepared.problems if one.file != file]


def head_at(raw: RawSheet, row: int, spec: EntitySpec) -> ColumnMap:
    """The columns with the head in `row`: those that say what they are, and the rest open."""
    row = min(max(row, 0), len(raw.rows))
    below = replace(raw, rows=(*(() for _ in range(row - 1)), *raw.rows[max(row - 1, 0) :]))
    found = map_columns(below, spec) if row else None
    if found is not None and found.head_rows[:1] == (row,):
        return found
    body = raw.rows[row:]
    labels = raw.rows[row - 1] if row else ()
    width = max(len(labels), max((len(line) for line in body[:200]), default=0))
    columns = []
    for index in range(width):
        samples = tuple(cell_text(cell) for cell in filled(body, index, 3))
        head = clean_head(labels[index]) if index < len(labels) else ""
        columns.append(Column(index, head or f"第{index + 1}列", None, "unplaced" if samples else "ignored", samples))
    return ColumnMap((row,) if row else (), row + 1, tuple(columns))
