"""No typed character may be missing from a page: every form of the catalogue with the longest texts there can be."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import fields

import pypdfium2
import pytest

from core.store import Store
from reports.asking import ask
from reports.catalogue import REPORTS, report
from reports.kit.batch import Job
from reports.kit.fonts import texts_of
from reports.kit.page import Sheets
from reports.kit.pdfa import PdfaCanvas
from reports.person import PersonData
from tests.reports.worst_ledger import TAG, plain, worst_ledger

Book = tuple[Store, list[str]]
LEAST = 3  # characters of a piece: a text may go on in the next line, on the next page, on a 续页
_HOME = ("address", "skills", "hobbies", "willingness", "free_time")
# what the form knows of a person and has no place for
NOT_ON_IT = {
    "handbook_pages": tuple(one.name for one in fields(PersonData) if one.name not in {"name", "staff_no"}),
    "evaluation": ("education", *_HOME),
    "half_year_report": ("education", "title", "phone", *_HOME),
}


@pytest.fixture(scope="module")
def book() -> Book:
    return worst_ledger()


def jobs(book: Book, form: str) -> Iterator[Job]:
    """The form of two people, or the list of all."""
    store, cadres = book
    spec = report(form)
    people = {"uids": cadres[:2]} if spec.kind == "person" else {}
    for way, _ in spec.ways or (("", ""),):
        yield from spec.jobs(store, ask(store, spec, 2020, by=way, **people))


def shown(job: Job, form: str) -> set[str]:
    """The tagged texts of the data that the form has a place for."""
    found = set()
    for data in getattr(job.draw, "args", ()):
        person = getattr(data, "person", None)
        hidden = {getattr(person, key, "") for key in NOT_ON_IT.get(form, ())} | set(whose(data))
        if form == "handbook_pages":
            found |= {one for one in texts_of(person or ()) if one not in hidden}
        else:
            found |= {one for one in texts_of(data) if one not in hidden}
    return {one for one in found if TAG.search(one)}


def whose(data: object) -> Iterator[str]:
    """How messages name the form: not printed."""
    for one in data if isinstance(data, tuple) else (data,):
        if name := getattr(one, "whose", ""):
            yield name


def text_of(job: Job) -> str:
    """Everything on the printed pages, in order, plain."""
    canvas = PdfaCanvas(title="最长")
    sheets = Sheets(canvas)
    job.draw(sheets)
    sheets.close("")
    with pypdfium2.PdfDocument(io.BytesIO(canvas.content())) as document:
        return plain("".join(page.get_textpage().get_text_bounded() for page in document))


def missing(wanted: str, printed: str) -> str:
    """What of a text is not on the pages, '' if all is: it is looked for piece by piece, each as long as can be."""
    at = 0
    while at < len(wanted):
        low, high = 0, len(wanted) - at
        while low < high:
            middle = (low + high + 1) // 2
            low, high = (middle, high) if wanted[at : at + middle] in printed else (low, middle - 1)
        if low < min(LEAST, len(wanted) - at):
            return wanted[at:]
        at += low
    return ""


@pytest.mark.parametrize("form", [one.id for one in REPORTS])
def test_every_text_is_on_the_page(book: Book, form: str) -> None:
    seen = 0
    for job in jobs(book, form):
        printed = text_of(job)
        for text in shown(job, form):
            lost = missing(plain(text), printed)
            assert not lost, f"{job.label}：“{text[:40]}…”（{len(text)}字）缺“{lost[:40]}”"
            seen += 1
    assert seen, "nothing long stood on this form"
