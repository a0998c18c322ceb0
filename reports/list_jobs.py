"""What all papers made of lists share: the job that draws them one behind the other, and what no font can print."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import partial

from core.base.clock import today
from core.base.dates import format_date
from core.org.queries import units
from core.org.settings import all_settings
from core.store import Reads
from reports.collect_person import own_texts
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.kit.page import Sheets
from reports.kit.text import date_cn
from reports.lists import ListData, draw
from reports.spec import Asked, Gap, boxed_gaps


def list_job(reads: Reads, title: str, parts: Iterable[str], tables: Sequence[ListData], people: int) -> Job:
    """One file of tables, called by the `parts` that are not empty."""
    return Job(
        label=f"《{title}》",
        file_name="_".join(filter(None, parts)) + ".pdf",
        title=title,
        draw=partial(_draw, tables, own_texts(reads, "lists")),
        subject=all_settings(reads).get("org_name", ""),
        people=people,
    )


def unprintable(title: str, tables: Sequence[ListData]) -> list[Gap]:
    """A gap if the tables hold characters that no font can print: boxes for the pen."""
    return boxed_gaps("", title, tuple(tables))


def list_subtitle(reads: Reads, whose: str, as_of: str = "", *more: str) -> str:
    """单位 and the day the figures are of; the day of making where that is the same. `as_of`: ISO date."""
    words = form_texts("lists", own_texts(reads, "lists"))
    whose = whose or all_settings(reads).get("org_name", "") or words["whole"]
    past = bool(as_of) and as_of < today().isoformat()
    day = words["as_of"] + date_cn(as_of) if past else words["printed_on"] + format_date(today())
    return "　　".join((words["unit"] + whose, *more, day))


def unit_name(reads: Reads, asked: Asked) -> str:
    """The name of the unit asked for; '' for the whole school."""
    if not asked.unit_uid:
        return ""
    return next((row["name"] for row in units(reads, archived=True) if row["uid"] == asked.unit_uid), "")


def _draw(tables: Sequence[ListData], words: dict[str, str], sheets: Sheets) -> None:
    for table in tables:
        draw(table, sheets, words)
