"""Jobs of the year's end: 半年报告, 年度报告, 考核数据表, 结果运用 and 现实表现材料. 方案 三(三) 三(七) 七(三)1 七(四)2"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from functools import partial

from core.base.clock import today
from core.base.dates import format_hours
from core.checkin.status import day_in_year
from core.org.settings import all_settings
from core.reporting.half_year import report_rows
from core.reporting.model import HALF_LABEL, half_at
from core.reporting.results import YEAR_FIELDS, results, year_rows
from core.reporting.results import scope as result_scope
from core.reporting.unit_figures import SCOPE, Figures, branch_figures, rate, total, unit_figures
from core.service_log.quota import FIRST_YEAR
from core.store import Reads
from reports import document, half_year_form
from reports.asking import select_people
from reports.collect_person import BATCH, collect_people, own_texts, year_of
from reports.collect_reporting import collect_performances, collect_yearly
from reports.document import Document
from reports.half_year_form import HalfYearData
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.kit.page import Sheets
from reports.list_jobs import list_job, list_subtitle, unit_name, unprintable
from reports.lists import ListColumn, ListData, list_of
from reports.spec import Asked, Gap, boxed_gaps

HALVES = tuple((str(half), label) for half, label in HALF_LABEL.items())
SPANS = (("1", "本年度"), ("3", "近三年"))


def usual_half(year: int) -> str:
    """The half year that is reported today."""
    return str(half_at(year, today()))


def half_year_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《半年报告》 of the people asked for; who has none yet gets the draft of the log."""
    words = own_texts(reads, "half_year_report")
    for data in _half_years(reads, asked):
        person = data.person
        parts = (f"{data.year}{data.half}", "半年报告", person.name, person.staff_no or person.unit)
        yield Job(
            label=person.whose,
            file_name="_".join(part for part in parts if part) + ".pdf",
            title=f"{data.year}年{data.half}下沉社区半年报告 {person.name}",
            draw=partial(_draw_half, data, words),
            subject=all_settings(reads).get("org_name", ""),
        )


def half_year_check(reads: Reads, asked: Asked) -> list[Gap]:
    """People whose 半年报告 has a character no font can print."""
    return [gap for data in _half_years(reads, asked) for gap in boxed_gaps(data.person.uid, data.person.whose, data)]


def yearly_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《年度工作报告》 of the unit asked for, else of the school."""
    data = collect_yearly(reads, asked.year, asked.unit_uid)
    name = "_".join((str(asked.year), "年度工作报告", data.subtitle)) + ".pdf"
    yield _document_job(reads, data, name, people=0)


def yearly_check(reads: Reads, asked: Asked) -> list[Gap]:
    """A gap if the report holds characters that no font can print."""
    return _unprintable([collect_yearly(reads, asked.year, asked.unit_uid)])


def performance_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《现实表现材料》 of each person asked for."""
    years = _years(asked)
    for start in range(0, len(asked.uids), BATCH):
        for data in collect_performances(reads, asked.uids[start : start + BATCH], years):
            yield _document_job(reads, data, f"现实表现材料_{data.whose}.pdf", people=1)


def performance_check(reads: Reads, asked: Asked) -> list[Gap]:
    """People whose 现实表现材料 has a character no font can print."""
    return _unprintable(collect_performances(reads, asked.uids, _years(asked)))


def results_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《结果运用表》: a line a person over the years."""
    data = results_table(reads, asked.uids or _everybody(reads, asked), _years(asked))
    if data.rows:
        yield list_job(
            reads, data.title, (str(asked.year), "结果运用表", unit_name(reads, asked)), (data,), len(data.rows)
        )


def results_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the table that no font can print."""
    data = results_table(reads, asked.uids or _everybody(reads, asked), _years(asked))
    return unprintable(data.title, (data,))


def results_table(reads: Reads, cadre_uids: Sequence[str], years: Sequence[int]) -> ListData:
    """The table over years as a list to print: a line for each person and year, so that any number of years fits."""
    found = results(reads, cadre_uids, years)
    rows = year_rows(found)
    fields = [one for one in YEAR_FIELDS if one.key != "corrected" or any(row[one.key] for row in rows)]
    columns, cells = list_of(fields, rows)
    span = f"{years[0]}年" if len(years) == 1 else f"{years[0]}年至{years[-1]}年"
    return ListData(
        f"党员干部下沉社区情况（{span}）",
        columns,
        cells,
        list_subtitle(reads, ""),
        result_scope(reads),
        today().isoformat(),
    )


def unit_figures_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《二级单位考核数据表》: a line for each unit; of one unit, a line for each of its branches."""
    data, people = _unit_table(reads, asked)
    if data.rows:
        parts = (str(asked.year), "二级单位考核数据表", unit_name(reads, asked))
        yield list_job(reads, data.title, parts, (data,), people)


def unit_figures_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the table that no font can print."""
    data, _ = _unit_table(reads, asked)
    return unprintable(data.title, (data,))


def _unit_table(reads: Reads, asked: Asked) -> tuple[ListData, int]:
    by_branch = bool(asked.unit_uid)
    lines = branch_figures(reads, asked.year, asked.unit_uid) if by_branch else unit_figures(reads, asked.year)
    whole = total(lines, "合计")
    words = form_texts("lists", own_texts(reads, "lists"))
    kinds = [name for name, times in whole.by_category.items() if times]
    heads = (
        "报到\n已/应", "报到率", "达标\n已/应", "达标率", "业余\n次数", "业余\n小时", "派遣\n小时", *map(_head, kinds),
        "按期/\n应报送", "按时\n报送率",
    )  # fmt: skip
    columns = (
        ListColumn(words["number"], whole=True),
        ListColumn("党支部" if by_branch else "二级单位党组织"),
        *(ListColumn(head, whole=True) for head in heads),
    )
    cells = [(str(number), *_figures(one, kinds, by_branch)) for number, one in enumerate(lines, 1)]
    if len(lines) > 1:
        cells.append(("", *_figures(whole, kinds, False)))
    title = f"{asked.year}年度二级单位党组织下沉社区考核数据表"
    scope = f"{SCOPE}各服务类别下为业余和派遣的次数合计。"
    day = day_in_year("", asked.year)
    return ListData(
        title, columns, tuple(cells), list_subtitle(reads, unit_name(reads, asked), day), scope, day
    ), whole.people


def _figures(one: Figures, kinds: Sequence[str], by_branch: bool) -> tuple[str, ...]:
    return (
        (one.branch or "（本级）") if by_branch else one.unit,
        f"{one.checked}/{one.due}",
        rate(one.checkin_rate),
        f"{one.met}/{one.people}",
        rate(one.met_rate),
        str(one.times),
        format_hours(one.minutes),
        format_hours(one.duty_minutes),
        *(str(one.by_category.get(name, 0)) for name in kinds),
        f"{one.sent_on_time}/{one.owed}",
        rate(one.on_time_rate),
    )


def _head(category: str) -> str:
    """A category over a narrow column: three characters to a line."""
    name = category or "未分类"
    return name if len(name) <= 3 else f"{name[: -(-len(name) // 2)]}\n{name[-(-len(name) // 2) :]}"


def _half_years(reads: Reads, asked: Asked) -> Iterator[HalfYearData]:
    half = int(asked.by or usual_half(asked.year))
    for start in range(0, len(asked.uids), BATCH):
        chunk = asked.uids[start : start + BATCH]
        rows = {row["cadre_uid"]: row for row in report_rows(reads, asked.year, half, cadre_uids=chunk)}
        for one in collect_people(reads, chunk, year_of(reads, asked.year)):
            row = rows[one.person.uid]
            if asked.blank:
                yield HalfYearData(one.person, asked.year, HALF_LABEL[half], blank=True)
                continue
            there = bool(row["uid"])
            yield HalfYearData(
                one.person,
                asked.year,
                HALF_LABEL[half],
                row["times"] if there else row["log_times"],
                row["minutes"] if there else row["log_minutes"],
                row["main_work"] if there else row["log_text"],
                *(row[key] for key in ("review", "plan", "occasion", "reported_on")),
            )


def _years(asked: Asked) -> list[int]:
    first = asked.year - int(asked.by or "1") + 1
    return list(range(max(first, min(FIRST_YEAR, asked.year)), asked.year + 1))


def _everybody(reads: Reads, asked: Asked) -> tuple[str, ...]:
    return select_people(reads, asked.year, asked.unit_uid)


def _draw_half(data: HalfYearData, words: Mapping[str, str], sheets: Sheets) -> None:
    half_year_form.draw(data, sheets, words)


def _document_job(reads: Reads, data: Document, file_name: str, *, people: int) -> Job:
    words = own_texts(reads, data.form)
    return Job(
        label=data.whose,
        file_name=file_name,
        title=data.whose if data.form == "yearly_report" else data.title,
        draw=partial(_draw_document, data, words),
        subject=all_settings(reads).get("org_name", ""),
        people=people,
    )


def _draw_document(data: Document, words: Mapping[str, str], sheets: Sheets) -> None:
    document.draw(data, sheets, words)


def _unprintable(documents: Sequence[Document]) -> list[Gap]:
    return [gap for data in documents for gap in boxed_gaps("", data.whose, data)]
