"""A workbook of everything that can still be read of a damaged ledger: one sheet a kind, heads and values in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from core.base.clock import now, stamp
from core.base.dates import format_date
from core.base.disk import in_words, make_private
from core.base.rights import Right
from core.sheet.writing import save_book, sheet_title
from core.store import Row, Store, salvage, tables
from core.words import field_text, is_told, label_of
from core.words_labels import BOOKKEEPING

if TYPE_CHECKING:
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.worksheet._write_only import WriteOnlyWorksheet

LEFT_OUT = frozenset({*BOOKKEEPING, "import_seen", "row_alias", "conflict"})
NOTED = "rescued.txt"
"""Beside the ledger: a line for each time."""
_NOTED_KEYS = ("at", "operator", "device", "file")
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
    """Write what can be read to the workbook `out`; returns what each kind gave.

    Refused for who may not: the workbook holds every number of everybody. Who took it is noted beside the ledger.
    """
    from openpyxl import Workbook

    store.require(Right.RESCUE)
    _note(store, out)

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


def rescues(store: Store) -> list[Row]:
    """Who took everything that could be read, newest first: `at`, `operator`, `device`, `file`."""
    if store.folder is None or not (store.folder / NOTED).exists():
        return []
    lines = (store.folder / NOTED).read_text(encoding="utf-8", errors="replace").splitlines()
    return [dict(zip(_NOTED_KEYS, line.split("\t"), strict=False)) for line in reversed(lines) if line]


def _note(store: Store, out: Path) -> None:
    """Write down who takes everything, before he has it: a damaged ledger takes no row, so it stands in a file beside it."""
    if store.folder is None:
        return
    words = (stamp(), store.operator, store.device, out.name)
    line = "\t".join(" ".join(word.split()) for word in words) + "\n"
    target = store.folder / NOTED
    with in_words(target, "没有存下内容，因为记不下是谁存的：", "或把整个台账文件夹拷到另一块盘再做。"):
        make_private(target)
        with target.open("a", encoding="utf-8") as log:
            log.write(line)


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
