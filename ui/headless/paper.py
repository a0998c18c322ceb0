"""print and demo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from core.ledger import open_ledger
from core.org.settings import year_in_force
from core.store import Store, files
from ui.headless.answer import LISTED, Answer, progress
from ui.headless.demo import FORMS, PASSPHRASE, YEAR, make_demo
from ui.headless.typed import typed_day


def print_form(store: Store, args: Any) -> Answer:
    """One form of the catalogue for the people asked for."""
    from reports.printing import print_form as make

    printed = make(
        store,
        args.form,
        year=args.year or year_in_force(store),
        unit=args.unit,
        grid=args.grid,
        community=args.community,
        cadres=args.cadre,
        sheet=args.sheet,
        which=args.which,
        blank=args.blank,
        extra_pages=args.extra,
        skip_empty=args.skip_empty,
        issued_on=typed_day(args.issued, "issued", "制发日期"),
        by_stroke=args.stroke,
        public=args.public,
        by=args.by,
        paper=args.paper,
        merged=args.merged,
        split_unit=args.split_unit,
        duplex=args.duplex,
        as_of=typed_day(args.as_of, "as_of", "截至日期") or None,
        pages=args.pages,
        out=Path(args.out),
        progress=progress("打印"),
    )
    problems = [str(one) for one in printed.problems]
    body = {
        "files": [str(one) for one in printed.files],
        "pages": printed.pages,
        "people": printed.people,
        "problems": problems,
    }
    lines = [f"已打印{printed.people}人，{printed.pages}页，{len(printed.files)}个文件，在 {args.out}", *problems]
    return Answer(body, lines, LISTED if any(one.blocking for one in printed.problems) else 0)


def demo(args: Any) -> Answer:
    """The sample ledger and its forms for everyone, in named folders; of some years those of the last one."""
    if not args.years:
        return _printed(Path(args.out), "示例台账", make_demo, YEAR)
    from core.reporting.results import parse_years
    from ui.headless.demo_years import LAST_DAY, clock_at, make_years

    years = parse_years(args.years)
    with clock_at(f"{years[-1]}-{LAST_DAY}"):
        name = f"示例台账{years[0]}-{years[-1]}"
        return _printed(Path(args.out), name, lambda folder: make_years(folder, years), years[-1])


def _printed(out: Path, name: str, make_ledger: Callable[[Path], Store], year: int) -> Answer:
    from reports.catalogue import report
    from reports.printing import print_form as make

    folder = out / name
    again = files.is_ledger(folder)  # made by an earlier run: printed anew, not made anew
    store = open_ledger(folder, PASSPHRASE, operator="示例") if again else make_ledger(folder)
    try:
        cadres = int(store.value("SELECT count(*) FROM cadre WHERE archived_on = ''"))
        visits = int(store.value("SELECT count(*) FROM visit"))
        made: list[str] = []
        lines = [f"示例台账：{folder}（口令：{PASSPHRASE}）", f"党员干部{cadres}人，服务记录{visits}条。"]
        for form in FORMS:
            title = report(form).title
            printed = make(store, form, year=year, out=out / title, progress=progress(title))
            made += [str(one) for one in printed.files]
            lines.append(f"《{title}》{printed.pages}页，{len(printed.files)}个文件，在 {out / title}")
            lines += _some([str(one) for one in printed.problems])
    finally:
        store.close()
    return Answer({"data": str(folder), "cadres": cadres, "visits": visits, "files": made}, lines)


def _some(problems: list[str], shown: int = 3) -> list[str]:
    """The first few problems, and how many more there are."""
    more = len(problems) - shown
    return problems[:shown] + ([f"……另有{more}人有缺项，空着手填，或补齐名册后重印。"] if more > 0 else [])
