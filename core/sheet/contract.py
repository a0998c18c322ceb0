"""What flows between the rooms of the importer: a read sheet, its mapping, its parsed rows, its faults.

reading -> RawSheet -> mapping -> ColumnMap -> parsing -> ParsedSheet -> (feature) plan -> review -> write.
Row and column numbers are 1-based, as Excel shows them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True, slots=True)
class RawSheet:
    """One sheet as it lies in the file: cells as str, float, bool, date/datetime/time or ''."""

    file: str  # path as given
    sheet: str  # sheet name; the file's stem for CSV
    rows: tuple[tuple[Any, ...], ...]  # as they lie: a merged cell's value is in its first cell, see `merged`
    merged: tuple[tuple[int, int, int, int], ...] = ()  # (row0, col0, row1, col1), 0-based, inclusive
    encoding: str = ""  # what a CSV was read as
    remarks: tuple[str, ...] = ()  # what a person should know: hidden rows, the file is open in Excel


@dataclass(frozen=True, slots=True)
class FileProblem:
    """A file (or a sheet of it) that could not be taken, and why."""

    file: str
    message: str
    sheet: str = ""
    machine: bool = False  # True: disk or lock, the file itself may be fine


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a sheet and the field it fills."""

    index: int  # 0-based
    head: str  # cleaned head text as the person sees it
    key: str | None  # field key; None = unplaced
    how: str  # 'head', 'synonym', 'content', 'remembered', 'given', 'unplaced', 'ambiguous', 'ignored'
    samples: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class ColumnMap:
    """Where the head is and what each column means."""

    head_rows: tuple[int, ...]  # 1-based row numbers of the head (one or two)
    first_row: int  # 1-based row number of the first data row
    columns: tuple[Column, ...]
    title: str = ""  # text above the head (often carries the unit's name)
    layout: str = ""  # fingerprint of the heads, key of the remembered mapping
    ambiguous: tuple[str, ...] = ()  # field keys that two columns claim

    @property
    def unplaced(self) -> tuple[Column, ...]:
        """Columns that hold something but fill no field: a person must acknowledge them."""
        return tuple(one for one in self.columns if one.how in ("unplaced", "ambiguous"))

    @property
    def placed(self) -> dict[str, Column]:
        """The column of each field that has one."""
        return {one.key: one for one in self.columns if one.key}


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong (or a remark) at one cell."""

    row: int
    key: str  # field key, '' for the whole row
    column: str  # head text in the sheet
    value: str
    message: str  # whole Chinese sentence: what is wrong and what to do
    blocking: bool = True  # False: the row may go in without this value


@dataclass(slots=True)
class ParsedRow:
    """One data row: normalised values by field key; absent key = no such column, '' = empty cell."""

    row: int
    values: dict[str, Any]
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)  # "名字中的•已改为·"

    @property
    def blocked(self) -> bool:
        return bool(self.faults) and any(one.blocking for one in self.faults)


@dataclass(slots=True)
class ParsedSheet:
    """A sheet ready for a feature's plan."""

    raw: RawSheet
    map: ColumnMap
    rows: list[ParsedRow]
    left_out: list[tuple[int, str]] = field(default_factory=list)  # (row, why): totals, notes, blanks
