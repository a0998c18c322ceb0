"""Many forms at once: a file per person, or merged files for the printer with an outline entry per person.

A person whose form cannot be printed is reported and skipped; the others are printed. A character no font has is printed as a
box and reported, with the words it stands in. Files appear whole: written to
`.part`, then renamed.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.base import disk
from core.base.errors import MachineFault, Problem
from reports.kit.fonts import box_advice, boxed_words
from reports.kit.page import Boxed, Sheets

if TYPE_CHECKING:
    from reports.kit.pdfa import PdfaCanvas

_NO_PAGE = "没有要重印的页，请核对页码。"

_SHOWN = 5  # places named for each character
_NEAR = 12  # characters shown on each side of it

Progress = Callable[[int, int], None]


@dataclass(frozen=True, slots=True)
class Job:
    """One person's form."""

    label: str  # 张三（工号 D20050132）: outline entry, and how a problem names the person
    file_name: str  # without folder; made safe for Windows here
    title: str  # document title
    draw: Callable[[Sheets], None]
    subject: str = ""
    people: int = 1  # a list counts those who stand on it
    uid: str = ""  # of the person; '' of a list


@dataclass(frozen=True, slots=True)
class PrintProblem:
    """A person who could not be printed, and why; or, not `blocking`, what is missing on the printed form."""

    label: str
    text: str
    blocking: bool = True
    boxed: bool = False  # characters that no font has were printed as boxes

    def __str__(self) -> str:
        return f"{self.label}：{self.text}"


@dataclass(slots=True)
class Printed:
    """What a batch made."""

    files: list[Path] = field(default_factory=list)
    pages: int = 0
    people: int = 0
    problems: list[PrintProblem] = field(default_factory=list)


def write_files(
    jobs: Iterable[Job],
    out_dir: Path,
    *,
    total: int = 0,
    merged: bool = False,
    merged_name: str = "合订本",
    author: str = "",
    per_file_limit: int = 200,
    duplex: bool = False,
    only_pages: Collection[int] = (),
    sync: bool = False,
    progress: Progress | None = None,
) -> Printed:
    """Print the jobs into `out_dir`.

    jobs: may be a generator, so that a person's data lives only while it is drawn; give `total` then.
    merged: files of `per_file_limit` people each, outline entry per person, even pages per person when `duplex`.
    only_pages: reprint only these page numbers of each person.  sync: force each file to the disk.
    """
    disk.make_folder(out_dir)
    done = Printed()
    names: set[str] = set()
    count = total or (len(jobs) if isinstance(jobs, list | tuple) else 0)
    ticking = _ticked(jobs, count, progress)
    if merged:
        _merged(ticking, out_dir, merged_name, author, per_file_limit, duplex, only_pages, sync, done)
        return done
    for job in ticking:
        canvas = _canvas(job.title, author, job.subject)
        sheets = Sheets(canvas)
        if not _draw(job, sheets, done):
            continue
        sent = sheets.close("", only=only_pages)
        if not sent:
            done.problems.append(PrintProblem(job.label, _NO_PAGE))
            continue
        _note_boxes(job, sheets, done)
        done.pages += sent
        done.people += job.people
        done.files.append(out_dir / _unused(job.file_name, names))
        disk.write_whole(done.files[-1], canvas.content(), sync=sync)
    return done


def _ticked(jobs: Iterable[Job], total: int, progress: Progress | None) -> Iterator[Job]:
    for number, job in enumerate(jobs, 1):
        yield job
        if progress:
            progress(number, max(total, number))


def _merged(
    jobs: Iterable[Job],
    out_dir: Path,
    name: str,
    author: str,
    limit: int,
    duplex: bool,
    only: Collection[int],
    sync: bool,
    done: Printed,
) -> None:
    canvas: PdfaCanvas | None = None
    held = number = 0
    names: set[str] = set()

    def finish() -> None:
        if canvas and canvas.pages:
            done.files.append(out_dir / _unused(f"{name}_{number:03d}.pdf", names))
            disk.write_whole(done.files[-1], canvas.content(), sync=sync)

    for job in jobs:
        if canvas is None:
            number, held = number + 1, 0
            canvas = _canvas(name, author, "")
            if duplex:
                canvas.setViewerPreference("Duplex", "DuplexFlipLongEdge")
        sheets = Sheets(canvas)
        if not _draw(job, sheets, done):
            continue
        sent = sheets.close(job.label, duplex=duplex, only=only)
        if not sent:
            done.problems.append(PrintProblem(job.label, _NO_PAGE))
            continue
        _note_boxes(job, sheets, done)
        done.pages += sent
        done.people += job.people
        held += 1
        if held >= limit:
            finish()
            canvas = None
    finish()


def _canvas(title: str, author: str, subject: str) -> PdfaCanvas:
    from reports.kit.pdfa import PdfaCanvas  # reportlab: only when something is printed

    return PdfaCanvas(title=title, author=author, subject=subject)


def _draw(job: Job, sheets: Sheets, done: Printed) -> bool:
    try:
        job.draw(sheets)
    except MachineFault:
        raise  # a damaged font or a full disk would stop everybody
    except Problem as problem:
        done.problems.append(PrintProblem(job.label, str(problem)))
        return False
    return True


def boxed_words_of(sheets: Sheets) -> str:
    """Which characters came out as boxes, and where, as one sentence; '' if none did."""
    places: dict[str, list[str]] = {}
    for number, one in sheets.boxed:
        where = f"第{number}页“{_around(one)}”"
        if where not in (there := places.setdefault(one.char, [])):
            there.append(where)
    told = []
    for char, there in places.items():
        more = f"等{len(there)}处" if len(there) > _SHOWN else ""
        told.append(f"{boxed_words(char)}在{'、'.join(there[:_SHOWN])}{more}")
    return f"字体里没有的字已印成方框：{'；'.join(told)}。{box_advice(places)}。" if told else ""


def _around(one: Boxed) -> str:
    """The words a character stands in, not more than a short line of them."""
    at = one.words.find(one.char)
    start = max(0, at - _NEAR)
    return one.words[start : at + _NEAR + 1].strip()


def _note_boxes(job: Job, sheets: Sheets, done: Printed) -> None:
    if words := boxed_words_of(sheets):
        done.problems.append(PrintProblem(job.label, words, blocking=False, boxed=True))


def _unused(file_name: str, taken: set[str]) -> str:
    """The safe name, numbered if this batch has it already (same name and 工号 missing)."""
    safe = disk.file_name(file_name)
    stem, dot, suffix = safe.rpartition(".")
    candidate, number = safe, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{stem}（{number}）{dot}{suffix}" if dot else f"{safe}（{number}）"
    taken.add(candidate.casefold())
    return candidate
