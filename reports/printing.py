"""The print service: who is meant, what is missing, and the files. The command line and the print centre call this."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.base.disk import file_name
from core.base.errors import InvalidInput, Refused
from core.org.queries import units
from core.org.settings import all_settings
from core.service_log.quota import quota_report
from core.store import Reads, Store
from reports.asking import ask, select_people
from reports.catalogue import report
from reports.collect_person import own_texts
from reports.kit.batch import Job, Printed, PrintProblem, write_files
from reports.lists import ListData
from reports.lists import draw as draw_list
from reports.people_forms import facts_missing
from reports.spec import Asked, Gap, ReportSpec

__all__ = [
    "Gap",
    "PrintProblem",
    "Printed",
    "ask",
    "check_form",
    "page_numbers",
    "print_form",
    "print_job",
    "print_list",
    "select_people",
    "unit_parts",
]

_PAGES = re.compile(r"(\d{1,4})(?:[-~～—–至到](\d{1,4}))?")
PER_FILE = 200  # people in one merged file

Progress = Callable[[int, int], None]


def print_form(
    store: Store,
    form_id: str,
    *,
    year: int,
    out: Path,
    merged: bool = False,
    split_unit: bool = False,
    duplex: bool = False,
    pages: str | Collection[int] | None = None,
    progress: Progress | None = None,
    **whom: Any,
) -> Printed:
    """Print a form of the catalogue into `out`: who cannot be printed is named in `problems`, the others are printed.

    whom, as `ask` takes it: unit, grid, community (name or uid), cadres (工号 or names), uids (people in that order),
    sheet, which, as_of, issued_on, blank, skip_empty, extra_pages, by_stroke, public, by, paper. merged: at most 200
    people a file; split_unit: a file (or folder) for each unit; pages: '3,5-6' reprints only those.
    """
    spec, only = report(form_id), page_numbers(pages)
    asked = ask(store, spec, year, **whom)
    single = spec.kind == "person"
    gaps = [*_missing(store, spec, asked, photo=False), *spec.remarked(store, asked)]
    issuer = all_settings(store)
    tell, done = _Running(progress, len(asked.uids)), Printed()
    for name, part in unit_parts(store, spec, asked, split=split_unit):
        made = write_files(
            spec.jobs(store, part),
            out / file_name(name) if name and single and not merged else out,
            total=len(part.uids),
            merged=merged and single,
            merged_name="_".join(one for one in (str(year), spec.title, name) if one),
            author=issuer.get("org_name", "") + issuer.get("issuer", ""),
            per_file_limit=PER_FILE,
            duplex=duplex,
            only_pages=only,
            progress=tell.part(len(part.uids)) if single else None,
        )
        _add(done, made)
    if not done.files and not any(one.blocking for one in done.problems):
        raise Refused(f"《{spec.title}》没有可打印的内容。", "请检查年度、单位和网格。")
    blocked = {one.label for one in done.problems if one.blocking}
    done.problems += [PrintProblem(one.label, one.text, blocking=False) for one in gaps if one.label not in blocked]
    return done


def print_list(store: Store, data: ListData, out: Path, name: str = "") -> Printed:
    """Any list as it is shown on screen (columns and rows by `reports.lists.list_of`) as one file in `out`."""
    words = own_texts(store, "lists")
    job = Job(
        label=f"《{data.title}》",
        file_name=f"{name or data.title}.pdf",
        title=data.title,
        draw=lambda sheets: draw_list(data, sheets, words),
        people=len(data.rows),
    )
    issuer = all_settings(store)
    return write_files([job], out, author=issuer.get("org_name", "") + issuer.get("issuer", ""))


def check_form(store: Store, form_id: str, *, year: int, **whom: Any) -> list[Gap]:
    """The check before printing, per person: facts and photo that are missing, characters no font can print."""
    spec = report(form_id)
    asked = ask(store, spec, year, **whom)
    missing = _missing(store, spec, asked, photo=spec.photo)
    return [*spec.check(store, asked), *spec.remarked(store, asked), *missing]


def _missing(reads: Reads, spec: ReportSpec, asked: Asked, *, photo: bool) -> list[Gap]:
    """Facts that the form shows and the roster has not; an empty form is there to ask for them."""
    if spec.kind != "person" or (asked.blank and spec.can("empty")):
        return []
    return facts_missing(reads, asked, spec.needs, photo=photo)


def print_job(store: Store, order: Mapping[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """`print_form` for the child process: the order as JSON (uids only), the answer as JSON."""
    taken = {
        "unit", "grid", "community", "cadres", "uids", "sheet", "which", "blank", "extra_pages", "merged", "split_unit", "duplex",
        "by_stroke", "public", "as_of", "by", "paper", "pages", "skip_empty", "issued_on",
    }  # fmt: skip
    options = {key: value for key, value in order.items() if key in taken and value is not None}
    done = print_form(
        store, order["form"], year=int(order["year"]), out=Path(order["out"]), progress=progress, **options
    )
    return {
        "files": [str(one) for one in done.files],
        "pages": done.pages,
        "people": done.people,
        "problems": [str(one) for one in done.problems],
        "left_out": sum(one.blocking for one in done.problems),
        "boxed": sum(one.boxed for one in done.problems),
    }


def _add(done: Printed, made: Printed) -> None:
    done.files += made.files
    done.pages += made.pages
    done.people += made.people
    done.problems += made.problems


class _Running:
    """Progress over the parts of one order as a single count."""

    def __init__(self, tell: Progress | None, total: int) -> None:
        self._tell, self._total, self._before = tell, total, 0

    def part(self, size: int) -> Progress | None:
        """The callback of the next part."""
        if self._tell is None:
            return None
        tell, before = self._tell, self._before
        self._before += size
        return lambda done, _total: tell(before + done, self._total)


def unit_parts(reads: Reads, spec: ReportSpec, asked: Asked, *, split: bool) -> Iterator[tuple[str, Asked]]:
    """The order cut by unit when asked, in the order of the people."""
    if not split or not spec.can("split"):
        yield "", asked
        return
    if not asked.uids:
        for unit in units(reads, archived=True):
            if not asked.unit_uid or unit["uid"] == asked.unit_uid:
                yield unit["name"], replace(asked, unit_uid=unit["uid"])
        return
    places = {row["uid"]: (row["unit_uid"], row["unit"]) for row in _rows(reads, asked)}
    groups: dict[tuple[str, str], list[str]] = {}
    for uid in asked.uids:
        if uid in places:
            groups.setdefault(places[uid], []).append(uid)
    for (unit_uid, name), uids in groups.items():
        yield name, replace(asked, unit_uid=unit_uid, uids=tuple(uids))


def _rows(reads: Reads, asked: Asked) -> list[dict[str, Any]]:
    return quota_report(reads, asked.year, cadre_uids=asked.uids).rows


def page_numbers(pages: str | Collection[int] | None) -> list[int]:
    """'3,5-6' as page numbers in order; [] for all."""
    if not pages:
        return []
    if not isinstance(pages, str):
        return sorted({int(one) for one in pages})
    numbers: set[int] = set()
    for part in filter(None, re.split("[,，、;；]", re.sub(r"\s+", "", pages))):
        found = _PAGES.fullmatch(part)
        if found is None:
            raise InvalidInput({"pages": f"页码“{part}”读不懂，请写成 3,5-6 这样的形式。"})
        first, last = int(found[1]), int(found[2] or found[1])
        if first < 1 or first > last:
            raise InvalidInput({"pages": f"页码“{part}”不对：从1开始，起页在前。"})
        numbers.update(range(first, last + 1))
    return sorted(numbers)
