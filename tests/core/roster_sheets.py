"""What the tests of roster imports share: small workbooks, and shorthands over the two calls of an import."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import openpyxl

from core.base.paths import asset
from core.roster import queries
from core.roster.import_run import commit_roster, prepare_roster
from core.roster.queries import RosterFilter
from core.sheet.importing import Prepared
from core.store import Store

HEAD = ("工号", "姓名", "性别", "出生年月", "联系电话", "党支部")
LIN = ("0000001", "林香", "女", "1982-05", "18704274900", "审计系党支部")
SHI = ("0000002", "史伟燕", "女", "1977-04", "15379018386", "行政党支部")


def sample(start: str) -> Path:
    """The shipped sample file whose name starts so."""
    (found,) = (path for path in asset("demo").iterdir() if path.name.startswith(start) and path.suffix != ".json")
    return found


class Sheets:
    """Writes rows under a head as a workbook; the file name says the unit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *rows: Sequence[Any], head: Sequence[str] = HEAD, name: str = "会计学院党委.xlsx") -> Path:
        book = openpyxl.Workbook()
        page = book.active
        assert page is not None
        for row in (head, *rows):
            page.append(list(row))
        book.save(self.folder / name)
        return self.folder / name


def take(store: Store, *files: Path, skip_bad: bool = False, **options: Any) -> Prepared:
    """Look and write at once."""
    prepared = prepare_roster(store, files, **options)
    commit_roster(store, prepared, skip_bad=skip_bad)
    return prepared


def tally(prepared: Prepared) -> dict[str, int]:
    """Outcomes that occur, with their number."""
    return {one.value: number for one, number in prepared.plan.counts().items() if number}


def cadre(store: Store, search: str) -> dict[str, Any]:
    """The one person a search finds."""
    (row,) = queries.cadre_rows(store, RosterFilter(search=search, archived=None))
    return row
