"""The print service: who is meant, what is missing, and the files. The command line and the print centre call this."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from core.base.errors import InvalidInput, Refused
from core.org.matching import resolve_unit
from core.org.queries import units
from core.org.settings import all_settings
from core.roster.people import Found, resolve_people
from core.service_log.quota import quota_report
from core.store import Reads, Store
from reports.catalogue import report
from reports.collect_person import own_texts
from reports.kit.batch import Job, Printed, PrintProblem, safe_name, write_files
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
    grid: str | None = None,
    merged: bool = False,
    split_unit: bool = False,
    duplex: bool = False,
    pages: str | Collection[int] | None = None,
    progress: Progress | None = None,
    **whom: Any,
) -> Printed:
    """Print a form of the catalogue into `out`: who cannot be printed is named in `problems`, the others are printed.

    whom, as `ask` takes it: unit (name or uid), cadres (工号 or names), uids (people in that order), sheet, as_of, blank,
    extra_pages, by_stroke, public. merged: at most 200 people a file; split_unit: a file (or folder) for each unit;
    pages: '3,5-6' reprints only those.
    """
    spec, only = report(form_id), page_numbers(pages)
    if grid:
        raise Refused("名册里还没有编入网格的资料，不能按网格打印。", "请改按单位或按人员打印。")
    asked = ask(store, spec, year, **whom)
    single = spec.kind == "person"
    gaps = facts_missing(store, asked, spec.needs) if single else []
    issuer = all_settings(store)
    tell, done = _Running(progress, len(asked.uids)), Printed()
    for name, part in unit_parts(store, spec, asked, split=split_unit):
        made = write_files(
            spec.jobs(store, part),
            out / safe_name(name) if name and single and not merged else out,
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
    if not done.files and not done.problems:
        raise Refused(f"《{spec.title}》没有可打印的内容。", "请检查年度和单位。")
    blocked = {one.label for one in done.problems}
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
    facts = facts_missing(store, asked, spec.needs, photo=spec.photo) if spec.kind == "person" else []
    return [*spec.check(store, asked), *facts]


def ask(
    reads: Reads,
    spec: ReportSpec,
    year: int,
    *,
    unit: str | None = None,
    cadres: Sequence[str] = (),
    uids: Sequence[str] | None = None,
    sheet: str = "",
    as_of: str | None = None,
    blank: bool = False,
    extra_pages: int = 0,
    by_stroke: bool = False,
    public: bool = False,
) -> Asked:
    """The order with names resolved; InvalidInput for what cannot be found, Refused for what the form has not."""
    if blank and not spec.can("blank"):
        raise Refused(f"《{spec.title}》没有空白表。", "请去掉“空白表”后再打印。")
    if as_of and as_of < f"{year}-01-01":
        raise InvalidInput({"as_of": f"截至日期 {as_of} 在{year}年之前，没有可统计的服务。请改日期或年度。"})
    asked = Asked(
        year,
        as_of or "",
        unit_uid=_unit_uid(reads, unit) if unit else "",
        sheet_no=sheet.strip(),
        blank=blank,
        extra_pages=extra_pages,
        by_stroke=by_stroke,
        public=public,
    )
    if spec.can("sheet"):
        if unit or cadres or uids:
            raise Refused(f"《{spec.title}》按社区生成，不能按单位或人员打印。", "请只写明清单编号。")
        return asked
    if spec.kind == "list" and uids is None and not cadres:
        return asked  # a list finds its own people: archived ones with service of the year are in its sums
    chosen = tuple(uids) if uids is not None else select_people(reads, year, asked.unit_uid, cadres)
    if not chosen:
        where = "这个单位" if asked.unit_uid else "名册里"
        raise Refused(f"{year}年{where}没有可打印的人。", "请检查年度和单位，或先导入名册。")
    return replace(asked, uids=chosen)


def select_people(reads: Reads, year: int, unit_uid: str = "", cadres: Sequence[str] = ()) -> tuple[str, ...]:
    """Uids by unit and 工号: those named, else everybody of the year's end; who had left before it must be named."""
    if cadres:
        return _named(reads, cadres, unit_uid)
    here = {
        row[0]
        for row in reads.tuples("SELECT uid FROM cadre WHERE archived_on = '' OR archived_on > ?", (f"{year}-12-31",))
    }
    # the unit is that of the year's end: a form of last year stands under last year's unit
    return tuple(row["uid"] for row in quota_report(reads, year, unit_uid or None).rows if row["uid"] in here)


def print_job(store: Store, order: Mapping[str, Any], progress: Callable[..., None]) -> dict[str, Any]:
    """`print_form` for the child process: the order as JSON (uids only), the answer as JSON."""
    taken = {
        "unit", "cadres", "uids", "sheet", "blank", "extra_pages", "merged", "split_unit", "duplex", "by_stroke", "public",
        "as_of", "pages",
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


def _unit_uid(reads: Reads, unit: str) -> str:
    if reads.value("SELECT 1 FROM unit WHERE uid = ?", (unit,)):
        return unit
    found = resolve_unit(reads, unit)
    if not found:
        raise InvalidInput({"unit": f"没有名为“{unit}”的单位，请检查写法，或先导入它的名册。"})
    return found.uid


def _named(reads: Reads, cadres: Sequence[str], unit_uid: str) -> tuple[str, ...]:
    found = resolve_people(reads, cadres)
    for one in found:
        if one.state is Found.MISSING:
            raise InvalidInput({"cadres": f"名册里没有“{one.text}”，请检查工号或姓名。"})
        if one.state is Found.AMBIGUOUS:
            whose = "、".join(f"{row['name']}（{row['unit']}，工号{row['staff_no'] or '未填'}）" for row in one.people)
            raise InvalidInput({"cadres": f"“{one.text}”可能是{whose}，请改用工号。"})
    people = {one.uid: one.people[0] for one in found}
    return tuple(uid for uid, row in people.items() if not unit_uid or row["unit_uid"] == unit_uid)


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
