"""Writing workbooks: exports that read back unchanged, sheets returned with their faults, empty templates."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base.dates import format_duration
from core.base.errors import MachineFault
from core.base.fields import EntitySpec, Field, Kind
from core.base.masks import masked_fields, personal_note
from core.base.paths import rename_over
from core.sheet.cells import LONGEST_EXACT
from core.sheet.contract import ColumnMap, Fault, RawSheet

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

FAULT_HEAD = "错误说明"
_ILLEGAL = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65534, 65535))
_LONGEST_CELL = 32767  # what Excel takes in one cell
_SHEET_NAME = str.maketrans("[]:*?/\\", "（）：＊？、、")
_NUMBERS = frozenset((Kind.INT,))


def save_book(book: Workbook, out: Path) -> None:
    """Put the workbook at `out` in one stroke: an old file there stays whole until the new one is complete."""
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        book.save(part)
        rename_over(part, out)
    except PermissionError:
        part.unlink(missing_ok=True)
        raise MachineFault(
            f"写不了 {out.name}：文件正被 Excel 打开，或没有写这个文件夹的权限，", "请关闭它或换个文件名再试。"
        ) from None
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MachineFault(
            f"写 {out.name} 时磁盘出错（{error.strerror or error}），", "请检查磁盘空间，或换个位置再试。"
        ) from None


def sheet_title(name: str) -> str:
    """A name that Excel accepts for a sheet."""
    return name.translate(_SHEET_NAME).strip("' ")[:31] or "表"


def write_sheet(
    columns: EntitySpec | Sequence[Field],
    rows: Iterable[Mapping[str, Any]],
    out: Path,
    title: str = "",
    footnote: str = "",
    sheet_name: str = "",
) -> int:
    """Export rows; returns how many. What the reader reads back is what was written.

    Numbers like 工号 are text, text that begins with = + - @ stays text, missing values are empty cells. The foot says
    which numbers of persons the sheet holds.
    """
    from openpyxl import Workbook

    fields = list(columns.fields) if isinstance(columns, EntitySpec) else list(columns)
    name = sheet_name or title or (columns.label if isinstance(columns, EntitySpec) else "表")
    book = Workbook(write_only=True)
    sheet = book.create_sheet(sheet_title(name))
    look = _Look(sheet)
    _set_widths(sheet, fields)
    sheet.freeze_panes = f"A{3 if title else 2}"
    if title:
        _merge(sheet, 1, len(fields))
        sheet.append([look.title(title)])
    sheet.append([look.head(one.label) for one in fields])
    count, numbers = 0, Counter[str]()
    masks = masked_fields(fields)
    for row in rows:
        sheet.append([look.value(one, row.get(one.key)) for one in fields])
        numbers.update(one.key for one in masks if row.get(one.key))
        count += 1
    if footnote := f"{footnote}{personal_note(masks, numbers)}":
        sheet.append([])
        _merge(sheet, count + (4 if title else 3), len(fields))
        sheet.append([look.note(footnote)])
    save_book(book, out)
    return count


def write_error_sheet(
    raw: RawSheet, faults_by_row: Mapping[int, Sequence[Fault]], out: Path, columns: ColumnMap | None = None
) -> None:
    """The sheet as it came, wrong cells red, with a 错误说明 column at the right."""
    write_error_book([(raw, faults_by_row, columns)], out)


def write_error_book(
    sheets: Sequence[tuple[RawSheet, Mapping[int, Sequence[Fault]], ColumnMap | None]], out: Path
) -> None:
    """Several sheets in one workbook, each with its own 错误说明 column."""
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    used: set[str] = set()
    for raw, faults, columns in sheets:
        name = sheet_title(raw.sheet)
        number = 1
        while name.lower() in used:
            number += 1
            name = f"{sheet_title(raw.sheet)[:28]}{number}"
        used.add(name.lower())
        _write_faults(book.create_sheet(name), raw, faults, columns)
    save_book(book, out)


def _write_faults(
    sheet: WriteOnlyWorksheet, raw: RawSheet, faults: Mapping[int, Sequence[Fault]], columns: ColumnMap | None
) -> None:
    from openpyxl.utils import get_column_letter

    look = _Look(sheet)
    width = max((len(row) for row in raw.rows), default=0)
    head_row = columns.head_rows[-1] if columns and columns.head_rows else 0
    places = {column.key: column.index for column in columns.columns if column.key} if columns else {}
    places |= {f"\x1f{column.head}": column.index for column in columns.columns} if columns else {}
    for index in range(width):
        sheet.column_dimensions[get_column_letter(index + 1)].width = _width_of(raw, index)
    sheet.column_dimensions[get_column_letter(width + 1)].width = 60
    if head_row:
        sheet.freeze_panes = f"A{head_row + 1}"
    for top, left, bottom, right in raw.merged:
        if bottom < len(raw.rows):
            sheet.merged_cells.add(f"{get_column_letter(left + 1)}{top + 1}:{get_column_letter(right + 1)}{bottom + 1}")
    for number, row in enumerate(raw.rows, 1):
        found = faults.get(number, ())
        red = {places.get(one.key, places.get(f"\x1f{one.column}", -1)) for one in found}
        line = [look.as_it_came(cell, red=index in red) for index, cell in enumerate(row)]
        line += [None] * (width - len(row))
        if found:
            line.append(look.fault("\n".join(one.message for one in found)))
        elif number == head_row:
            line.append(look.head(FAULT_HEAD))
        sheet.append(line)


def _width_of(raw: RawSheet, index: int) -> float:
    texts = (row[index] for row in raw.rows[:60] if index < len(row) and isinstance(row[index], str))
    # Titles over the whole sheet must not widen its first column.
    longest = max((sum(2 if char > "\xff" else 1 for char in text) for text in texts if len(text) < 30), default=8)
    return min(max(longest + 2, 8), 40)


def write_template(
    spec: EntitySpec,
    out: Path,
    lists: Mapping[str, Collection[str]] | None = None,
    title: str = "",
    fields: Sequence[Field] | None = None,
) -> None:
    """An empty sheet for the units: heads, drop-downs, text columns and a 填写说明 sheet."""
    from core.sheet.template import build_template

    save_book(build_template(spec, lists or {}, title, fields), out)


def _set_widths(sheet: WriteOnlyWorksheet, fields: Sequence[Field]) -> None:
    from openpyxl.utils import get_column_letter

    for number, one in enumerate(fields, 1):
        sheet.column_dimensions[get_column_letter(number)].width = max(one.width, 2 * len(one.label)) + 2


def _merge(sheet: WriteOnlyWorksheet, row: int, width: int) -> None:
    from openpyxl.utils import get_column_letter

    if width > 1:
        sheet.merged_cells.add(f"A{row}:{get_column_letter(width)}{row}")


class _Look:
    """Makes cells with the house's looks; one per sheet, styles are made once."""

    def __init__(self, sheet: WriteOnlyWorksheet) -> None:
        from openpyxl.cell import WriteOnlyCell
        from openpyxl.styles import Alignment, Border, Font, PatternFill, Side

        self.sheet = sheet
        self.cell: Callable[..., WriteOnlyCell] = WriteOnlyCell
        side = Side(style="thin", color="FFBFBFBF")
        self.border = Border(left=side, right=side, top=side, bottom=side)
        self.bold = Font(bold=True)
        self.large = Font(bold=True, size=16)
        self.grey = Font(color="FF666666", size=9)
        self.wrong = Font(color="FFC00000")
        self.head_fill = PatternFill("solid", fgColor="FFE7E6E6")
        self.red_fill = PatternFill("solid", fgColor="FFFFC7CE")
        self.middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
        self.wrap = Alignment(vertical="top", wrap_text=True)

    def text(self, text: str) -> WriteOnlyCell:
        """A text cell, whatever the text begins with."""
        cell = self.cell(self.sheet, value="")
        cell.value = text.translate(_ILLEGAL)[:_LONGEST_CELL]
        cell.data_type = "s"  # '=1+1' is what somebody typed, never a formula of ours
        cell.number_format = "@"
        return cell

    def title(self, text: str) -> WriteOnlyCell:
        """The line over the sheet."""
        cell = self.text(text)
        cell.font, cell.alignment = self.large, self.middle
        return cell

    def head(self, text: str) -> WriteOnlyCell:
        """A head cell."""
        cell = self.text(text)
        cell.font, cell.fill, cell.alignment, cell.border = self.bold, self.head_fill, self.middle, self.border
        return cell

    def note(self, text: str) -> WriteOnlyCell:
        """The line under the sheet."""
        cell = self.text(text)
        cell.font, cell.alignment = self.grey, self.wrap
        return cell

    def fault(self, text: str) -> WriteOnlyCell:
        """A cell of the 错误说明 column."""
        cell = self.text(text)
        cell.font, cell.alignment = self.wrong, self.wrap
        return cell

    def value(self, field: Field, value: Any) -> WriteOnlyCell | int | None:
        """A value of the export; None for an empty cell."""
        if value is None or value == "":
            return None
        if field.kind in _NUMBERS and isinstance(value, int):
            return value
        text = format_duration(int(value)) if field.kind is Kind.MINUTES else field.text(value)
        cell = self.text(text)
        if "\n" in text:
            cell.alignment = self.wrap
        return cell

    def as_it_came(self, value: Any, *, red: bool) -> WriteOnlyCell | None:
        """A cell of the sheet sent in: text stays text, so that no digit is lost on the way back."""
        if isinstance(value, str) or value is None:
            if not value and not red:
                return None
            cell = self.text(value or "")
        else:
            cell = self.cell(self.sheet, value=value)
            if isinstance(value, dt.datetime):
                cell.number_format = "yyyy-mm-dd hh:mm"
            elif isinstance(value, dt.date):
                cell.number_format = "yyyy-mm-dd"
            elif isinstance(value, float) and value == int(value) and 10**10 <= abs(value) < 10**LONGEST_EXACT:
                cell.number_format = "0"  # a phone kept as a number is shown with all its digits
        if red:
            cell.fill = self.red_fill
        return cell
