"""采集表, 报到单 and 报到函 as jobs of a batch: collected by the hundred, drawn one by one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from core.org.settings import all_settings
from core.store import Reads
from reports import checkin_form, checkin_slip
from reports.checkin_form import CheckinFormData
from reports.checkin_slip import SlipData
from reports.collect_checkin import (
    collect_checkin_form,
    collect_checkin_letter,
    collect_checkin_slip,
    empty_checkin_form,
)
from reports.collect_person import BATCH, own_texts
from reports.kit.batch import Job
from reports.kit.page import Sheets
from reports.spec import Asked, Gap, boxed_gaps

Words = dict[str, str]


def checkin_form_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《信息采集表》 of the people asked for; with nobody asked for, the empty one."""
    words, org = own_texts(reads, "checkin_form"), all_settings(reads).get("org_name", "")
    title = "信息采集表（空白）" if asked.blank else "信息采集表"
    for data in _forms(reads, asked):
        person = data.person
        parts = (str(asked.year), title, person.name, person.staff_no or person.unit)
        yield Job(
            label=data.whose,
            file_name="_".join(part for part in parts if part) + ".pdf",
            title=f"{title} {person.name}".strip(),
            draw=partial(_draw_form, data, words),
            subject=org,
        )


def checkin_form_check(reads: Reads, asked: Asked) -> list[Gap]:
    """People whose 采集表 has a character no font can print."""
    return [gap for one in _forms(reads, asked) for gap in boxed_gaps(one.person.uid, one.whose, one)]


def checkin_slip_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《报到单》 with its 回执: a page for each community a person reports to."""
    words, org = own_texts(reads, "checkin_slip"), all_settings(reads).get("org_name", "")
    for pages in _slips(reads, asked):
        facts, whose = pages[0].facts, pages[0].whose
        yield Job(
            label=whose,
            file_name=f"{asked.year}_报到单_{facts['name']}_{pages[0].table[0][3] or facts['unit']}.pdf",
            title=f"报到单 {facts['name']}",
            draw=partial(_draw_slips, pages, words),
            subject=org,
        )


def checkin_slip_check(reads: Reads, asked: Asked) -> list[Gap]:
    """People whose 报到单 has a character no font can print."""
    return [gap for pages in _slips(reads, asked) for gap in boxed_gaps(pages[0].uid, pages[0].whose, pages)]


def checkin_letter_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《报到函》 of a unit, or of the school and every unit that has checked in."""
    words = own_texts(reads, "checkin_letter")
    for data in collect_checkin_letter(reads, asked.unit_uid, asked.year, asked.as_of):
        name = data.facts["unit"] or data.facts["org"] or "全校"
        yield Job(
            label=data.whose,
            file_name=f"{asked.year}_报到函_{name}.pdf",
            title=f"报到函 {name}",
            draw=partial(_draw_slips, (data,), words),
            people=0,
        )


def checkin_letter_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Letters with a character no font can print."""
    letters = collect_checkin_letter(reads, asked.unit_uid, asked.year, asked.as_of)
    return [gap for one in letters for gap in boxed_gaps("", one.whose, one)]


def _forms(reads: Reads, asked: Asked) -> Iterator[CheckinFormData]:
    if not asked.uids:
        yield empty_checkin_form(reads, asked.year)
    for start in range(0, len(asked.uids), BATCH):
        chunk = asked.uids[start : start + BATCH]
        yield from collect_checkin_form(reads, chunk, asked.year, asked.as_of, blank=asked.blank)


def _slips(reads: Reads, asked: Asked) -> Iterator[tuple[SlipData, ...]]:
    for start in range(0, len(asked.uids), BATCH):
        yield from collect_checkin_slip(reads, asked.uids[start : start + BATCH], asked.year, asked.as_of)


def _draw_form(data: CheckinFormData, words: Words, sheets: Sheets) -> None:
    checkin_form.draw(data, sheets, words)


def _draw_slips(pages: tuple[SlipData, ...], words: Words, sheets: Sheets) -> None:
    checkin_slip.draw(pages, sheets, words)
