"""The print centre's orders: what was chosen, drawn in memory for the preview and the printer, or sent to the child."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base.errors import MachineFault, Problem, Refused

if TYPE_CHECKING:
    from core.store import Store
    from reports.kit.pdfa import PdfaCanvas
    from reports.spec import Gap, ReportSpec

PREVIEW_PEOPLE = 60  # of a list, as many as a few pages hold: the preview shows how it looks, not everybody


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be printed, for whom and how."""

    form: str
    year: int
    unit: str = ""  # uid; '' = the whole school
    grid: str = ""  # uid, instead of the unit
    community: str = ""  # name, instead of the unit
    uids: tuple[str, ...] | None = None  # instead of the unit: those chosen, in order
    sheet: str = ""
    which: str = ""  # a copy given out, or a packet
    as_of: str = ""
    blank: bool = False
    extra_pages: int = 0
    skip_empty: bool = False
    issued_on: str = ""
    by_stroke: bool = False
    public: bool = False
    by: str = ""
    paper: str = ""
    duplex: bool = False
    merged: bool = False
    split_unit: bool = False
    pages: str = ""

    def whom(self) -> dict[str, Any]:
        """Who and until when, as `check_form` asks."""
        return {
            "unit": self.unit or None,
            "grid": self.grid or None,
            "community": self.community or None,
            "uids": self.uids,
            "sheet": self.sheet,
            "which": self.which,
            "blank": self.blank,
            "as_of": self.as_of or None,
            "by": self.by,
            "paper": self.paper,
        }

    def job(self, out: Path) -> dict[str, Any]:
        """The order for the child process: uids, never names."""
        return {
            "job": "print",
            "form": self.form,
            "year": self.year,
            "out": str(out),
            **{key: value for key, value in self.whom().items() if value},
            "extra_pages": self.extra_pages,
            "skip_empty": self.skip_empty,
            "issued_on": self.issued_on,
            "by_stroke": self.by_stroke,
            "public": self.public,
            "duplex": self.duplex,
            "merged": self.merged,
            "split_unit": self.split_unit,
            "pages": self.pages,
        }


@dataclass(frozen=True, slots=True)
class Drawn:
    """A document in memory (nothing personal is left in temporary files) and who could not be drawn."""

    content: bytes
    pages: int
    people: int
    problems: tuple[str, ...] = ()
    boxed: tuple[str, ...] = ()  # which characters came out as boxes for the pen, and where


@dataclass(frozen=True, slots=True)
class Checked:
    """The check before printing."""

    people: int
    gaps: tuple[Gap, ...]


def preview(store: Store, order: Order) -> Drawn:
    """A real page: the form of the first person, or the beginning of the list."""
    return draw_pdf(store, replace(order, duplex=False), first=True)


def draw_pdf(
    store: Store, order: Order, progress: Callable[[int, int], None] | None = None, *, first: bool = False
) -> Drawn:
    """The whole order as one document; who cannot be drawn is named and the others are drawn."""
    from reports.catalogue import report
    from reports.kit.batch import boxed_words_of
    from reports.kit.page import Sheets
    from reports.printing import ask, page_numbers, unit_parts

    spec, only = report(order.form), page_numbers(order.pages)
    asked = ask(
        store,
        spec,
        order.year,
        **order.whom(),
        extra_pages=order.extra_pages,
        skip_empty=order.skip_empty,
        issued_on=order.issued_on,
        by_stroke=order.by_stroke,
        public=order.public,
    )
    if first:
        asked = replace(asked, uids=asked.uids[: spec.previewed if spec.kind == "person" else PREVIEW_PEOPLE])
    canvas = _canvas(store, order, spec.title)
    pages, people = 0, 0
    problems, boxed = list[str](), list[str]()
    split = order.split_unit and spec.kind == "list"  # forms of one person need no parting
    jobs = chain.from_iterable(spec.jobs(store, part) for _, part in unit_parts(store, spec, asked, split=split))
    for number, job in enumerate(jobs, 1):
        sheets = Sheets(canvas)
        try:
            job.draw(sheets)
        except MachineFault:
            raise  # a damaged font would stop everybody
        except Problem as problem:
            problems.append(f"{job.label}：{problem}")
            continue
        sent = sheets.close(job.label, duplex=order.duplex, only=only)
        pages, people = pages + sent, people + (job.people if sent else 0)
        boxed += [f"{job.label}：{words}"] if (words := boxed_words_of(sheets)) else []
        if progress is not None:
            progress(number, max(len(asked.uids), number))
    if not pages:
        raise Refused(*_nothing(problems, only))
    return Drawn(canvas.content(), pages, people, tuple(problems), tuple(boxed))


def _canvas(store: Store, order: Order, title: str) -> PdfaCanvas:
    from core.org.settings import all_settings
    from reports.kit.pdfa import PdfaCanvas

    issuer = all_settings(store)
    author = issuer.get("org_name", "") + issuer.get("issuer", "")
    canvas = PdfaCanvas(title=f"{order.year}年度{title}", author=author, subject="")
    if order.duplex:
        canvas.setViewerPreference("Duplex", "DuplexFlipLongEdge")
    return canvas


def check(store: Store, order: Order) -> Checked:
    """Who is printed, and what is missing of each."""
    from reports.catalogue import report
    from reports.printing import ask, check_form

    spec = report(order.form)
    asked = ask(store, spec, order.year, **order.whom())
    gaps = check_form(store, order.form, year=order.year, **order.whom())
    return Checked(len(asked.uids), tuple(gaps))


def specs() -> tuple[ReportSpec, ...]:
    """The catalogue."""
    from reports.catalogue import REPORTS

    return REPORTS


def _nothing(problems: list[str], only: Collection[int]) -> tuple[str, str]:
    if problems:
        return problems[0], "请改正后再打印。"
    if only:
        return "要重印的页都不存在。", "请核对页码。"
    return "没有可以打印的内容。", "请检查选择的人和年度。"
