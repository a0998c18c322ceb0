"""统计表: the year's totals in one way, and 报出 tables as they were kept; A4 across with 统计口径 and 截至."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from core.base.fields import Field, Kind
from core.overview.figures import FigureTable, figure_table, foot
from core.overview.model import ASPECTS, MEASURES
from core.sheet.writing import write_sheet
from core.store import Reads
from reports.collect_person import own_texts
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.list_jobs import list_job, list_subtitle, unit_name, unprintable
from reports.lists import ListColumn, ListData
from reports.spec import Asked, Gap

WAYS = tuple((one.key, f"按{one.way}") for one in ASPECTS.values())


def overview_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """统计表: a line for each unit, branch, grid, category, month or track, and their sum."""
    table = _table(reads, asked)
    if table.lines:
        data = table_data(reads, table)
        parts = (str(asked.year), f"服务统计表（按{table.aspects[0].way}）", unit_name(reads, asked))
        yield list_job(reads, data.title, parts, (data,), table.total.people)


def overview_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the table that no font can print."""
    data = table_data(reads, _table(reads, asked))
    return unprintable(data.title, (data,))


def table_data(reads: Reads, table: FigureTable) -> ListData:
    """A table of figures ready to print."""
    words = form_texts("lists", own_texts(reads, "lists"))
    columns = (
        ListColumn(words["number"], whole=True),
        *(ListColumn(one.label) for one in table.aspects),
        *(ListColumn(_broken(one.label), whole=True) for one in MEASURES),
    )
    cells = [(str(number), *table.cells(one)) for number, one in enumerate(table.lines, 1)]
    if len(cells) > 1:
        cells.append(("", *table.cells(table.total)))
    subtitle = list_subtitle(reads, table.whose if table.unit_uid else "", table.as_of)
    return ListData(table.title, columns, tuple(cells), subtitle, table.scope, table.as_of)


def save_table(table: FigureTable, out: Path) -> int:
    """The same table as a workbook; returns how many lines."""
    fields = [Field(one.key, one.label, width=22) for one in table.aspects]
    fields += [Field(one.key, one.label, _kind(one.key), width=10) for one in MEASURES]
    rows = [
        {
            **dict(zip((one.key for one in table.aspects), line.names, strict=True)),
            **{one.key: getattr(line, one.key) for one in MEASURES},
        }
        for line in (*table.lines, table.total)
    ]
    return write_sheet(fields, rows, out, table.title, foot(table), "统计表")


def _table(reads: Reads, asked: Asked) -> FigureTable:
    return figure_table(reads, asked.year, asked.by or "unit", unit_uid=asked.unit_uid)


def _kind(key: str) -> Kind:
    return Kind.MINUTES if key.endswith("minutes") else Kind.INT


def _broken(label: str) -> str:
    """Long heads in two lines."""
    return label[:3] + "\n" + label[3:] if len(label) > 4 else label
