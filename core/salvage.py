"""A workbook of everything that can still be read of a damaged ledger: one sheet a kind, heads and values in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.base.clock import now
from core.base.dates import format_date
from core.sheet.writing import save_book, sheet_title
from core.store import Row, Store, salvage, tables
from core.words import field_text, is_told, label_of
from core.words_labels import BOOKKEEPING

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LEFT_OUT = frozenset({*BOOKKEEPING, "import_seen", "row_alias", "conflict"})
PERSONAL = "含姓名、手机、身份证号、住址等全部个人信息，请妥善保管，不要转发或张贴。"


@dataclass(frozen=True, slots=True)
class Saved:
    """What one kind of record gave."""

    table: str
    rows: int
    holes: int  # stretches that cannot be read

    @property
    def sentence(self) -> str:
        """'服务记录：读出 2,960 条，有 1 处读不出来。'"""
        lost = f"，有 {self.holes} 处读不出来" if self.holes else ""
        return f"{tables.table(self.table).label}：读出 {self.rows:,} 条{lost}。"


def save_readable(store: Store, out: Path, progress: Callable[[int, int], object] = lambda _d, _t: None) -> list[Saved]:
    """Write what can be read to the workbook `out`; returns what each kind gave."""
    from openpyxl import Workbook

    kinds = [one.name for one in tables.RECORDED if one.name not in LEFT_OUT]
    found: dict[str, list[Row]] = {}
    saved: list[Saved] = []
    for number, name in enumerate(kinds):
        progress(number, len(kinds))
        found[name], holes = salvage.readable(store, name)
        if found[name] or holes:
            saved.append(Saved(name, len(found[name]), holes))
    names = {(name, str(row["uid"])): str(row["name"]) for name, rows in found.items() for row in rows if "name" in row}
    book = Workbook(write_only=True)
    about = book.create_sheet("说明")
    for line in (f"{format_date(now().date())} 从损坏的台账读出", PERSONAL, *(one.sentence for one in saved)):
        about.append([_text(about, line)])
    for one in saved:
        _write(book.create_sheet(sheet_title(tables.table(one.table).label)), one.table, found[one.table], names)
    save_book(book, out)
    return saved


def _write(sheet: WriteOnlyWorksheet, name: str, rows: list[Row], names: Mapping[tuple[str, str], str]) -> None:
    keys = [key for key in (rows[0] if rows else ()) if is_told(name, key)]
    sheet.append([_text(sheet, label_of(name, key)) for key in keys])
    for row in rows:
        uid = str(row["uid"])
        sheet.append([_text(sheet, field_text(name, key, row[key], names, uid)) for key in keys])


def _text(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE

    cell = WriteOnlyCell(sheet, value="")
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", text)[:32767]
    cell.data_type = "s"  # '=1+1' is what somebody typed, never a formula of ours
    return cell
