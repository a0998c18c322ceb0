"""Many forms at once: a file per person, or merged files for the printer with an outline entry per person.

A person whose form cannot be printed is reported and skipped; the others are printed. Files appear whole: written to
`.part`, then renamed.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from core.base.errors import MachineFault, Problem
from core.base.paths import rename_over
from reports.kit.page import Sheets

if TYPE_CHECKING:
    from reports.kit.pdfa import PdfaCanvas

_UNSAFE = re.compile(r'[\\/:*?"<>|\x00-\x1f\x7f]')
_RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)
_LONGEST = 120
_NO_PAGE = "没有要重印的页，请核对页码。"

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


@dataclass(frozen=True, slots=True)
class PrintProblem:
    """A person who could not be printed, and why; or, not `blocking`, what is missing on the printed form."""

    label: str
    text: str
    blocking: bool = True

    def __str__(self) -> str:
        return f"{self.label}：{self.text}"


@dataclass(slots=True)
class Printed:
    """What a batch made."""

    files: list[Path] = field(default_factory=list)
    pages: int = 0
    people: int = 0
    problems: list[PrintProblem] = field(default_factory=list)


def safe_name(name: str) -> str:
    """A file name Windows accepts: no \\ / : * ? \" < > |, no control characters, not reserved, not too long."""
    stem, dot, suffix = name.rpartition(".")
    if not dot or len(suffix) > 5:
        stem, suffix = name, ""
    stem = _UNSAFE.sub("", stem).strip(" .")[:_LONGEST].rstrip(" .")
    if not stem or _RESERVED.match(stem):
        stem = "_" + stem
    suffix = _UNSAFE.sub("", suffix)
    return f"{stem}.{suffix}" if suffix else stem


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
    try:
        out_dir.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _cannot_write(out_dir, error) from error
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
        done.pages += sent
        done.people += job.people
        done.files.append(_write(out_dir / _unused(job.file_name, names), canvas.content(), sync))
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
            done.files.append(_write(out_dir / _unused(f"{name}_{number:03d}.pdf", names), canvas.content(), sync))

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


def _unused(file_name: str, taken: set[str]) -> str:
    """The safe name, numbered if this batch has it already (same name and 工号 missing)."""
    safe = safe_name(file_name)
    stem, dot, suffix = safe.rpartition(".")
    candidate, number = safe, 1
    while candidate.casefold() in taken:
        number += 1
        candidate = f"{stem}（{number}）{dot}{suffix}" if dot else f"{safe}（{number}）"
    taken.add(candidate.casefold())
    return candidate


def _write(path: Path, content: bytes, sync: bool) -> Path:
    part = path.with_name(path.name + ".part")
    try:
        with part.open("wb") as file:
            file.write(content)
            if sync:
                file.flush()
                os.fsync(file.fileno())
        rename_over(part, path)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise _cannot_write(path, error) from error
    return path


def _cannot_write(path: Path, error: OSError) -> MachineFault:
    reason = error.strerror or type(error).__name__
    return MachineFault(
        f"无法写入“{path}”（{reason}）。", "请检查磁盘空间和文件夹权限，关闭正在打开该文件的程序后重新打印。"
    )
