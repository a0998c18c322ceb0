"""Year's-end documents from the ledger: the yearly report, and the 现实表现材料 of people. 方案 三(三) 三(七) 七(三)1"""

from __future__ import annotations

from collections.abc import Sequence

from core.base.dates import format_date, format_hours
from core.checkin.status import day_in_year
from core.org.settings import all_settings
from core.reporting.results import Performance, performances
from core.reporting.results import scope as result_scope
from core.reporting.unit_figures import Figures, rate
from core.reporting.yearly import Report, yearly_report
from core.store import Reads
from reports.collect_person import own_texts
from reports.document import Bars, Block, Document, Grid, Heading, Paragraph
from reports.kit.form_texts import form_texts

_NUMBERS = "一二三四五六七八九十"
_MOST_BARS = 40  # units on one chart: more would not be read


def collect_yearly(reads: Reads, year: int, unit_uid: str = "") -> Document:
    """The yearly report of a unit ('' = the school): the sections as they stand, then tables and charts."""
    report = yearly_report(reads, year, unit_uid)
    words = form_texts("yearly_report", own_texts(reads, "yearly_report"))
    blocks: list[Block] = []
    told = [one for one in report.sections if (one.text if one.uid else one.fresh)]
    for number, one in zip(_NUMBERS, told, strict=False):
        blocks += [Heading(f"{number}、{one.title}"), Paragraph(one.text if one.uid else one.fresh)]
    blocks += _tables(report, words)
    title = words["title"].format(year=year)
    return Document(
        title=title,
        subtitle=report.whose,
        blocks=tuple(blocks),
        closing=(report.whose, format_date(report.as_of)),  # the day its figures are of, whenever it is printed
        notes=(words["scope"] + report.scope, words["as_of"] + format_date(report.as_of)),
        whose=f"{report.whose}{title}",
    )


def collect_performances(reads: Reads, cadre_uids: Sequence[str], years: Sequence[int]) -> list[Document]:
    """A 现实表现材料 of each person, one page: facts as the ledger has them."""
    words = form_texts("performance_note", own_texts(reads, "performance_note"))
    settings = all_settings(reads)
    issuer = settings.get("org_name", "") + settings.get("issuer", "")
    scope = words["scope"] + result_scope(reads)
    return [_performance(one, words, issuer, scope) for one in performances(reads, cadre_uids, years)]


def _performance(one: Performance, words: dict[str, str], issuer: str, scope: str) -> Document:
    person = one.person
    name = f"{person['name']}（{words['staff_no']}{person['staff_no']}）" if person["staff_no"] else person["name"]
    facts = (name, person["unit"], person["branch"], person["title"], person["party_status"])
    first, last = min(one.years), max(one.years)
    as_of = format_date(day_in_year("", last))
    span = f"{first}年" if first == last else f"{first}年至{last}年"
    blocks: list[Block] = [Paragraph("，".join(filter(None, facts)) + f"。{words['span'].format(span=span)}")]
    for number, (title, lines) in zip(_NUMBERS, one.parts, strict=False):
        blocks += [Heading(f"{number}、{title}"), *(Paragraph(text) for text in lines)]
    return Document(
        title=words["title"].format(name=person["name"]),
        blocks=tuple(blocks),
        closing=tuple(filter(None, (issuer, as_of))),
        notes=(scope, words["as_of"] + as_of),
        one_page=True,
        form="performance_note",
        whose=f"{person['name']}（{person['staff_no'] or person['unit']}）",
    )


def _tables(report: Report, words: dict[str, str]) -> list[Block]:
    whom = words["branch"] if report.unit_uid else words["unit"]
    lines = [*report.lines, report.total] if len(report.lines) > 1 else report.lines
    heads = (whom, *words["figure_heads"].split("|"))
    table = Grid(
        words["table_units"],
        tuple(head.replace("/", "\n") for head in heads),
        tuple(_line(one, report, words) for one in lines),
    )
    kinds = Grid(
        words["table_categories"],
        tuple(words["category_heads"].split("|")),
        tuple(
            (one.key, str(one.times), format_hours(one.minutes), str(one.duty_times), format_hours(one.duty_minutes))
            for one in report.categories
        ),
    )
    months = tuple((f"{one.key}月", round(one.minutes / 60, 2)) for one in report.months)
    blocks: list[Block] = [table, kinds, Bars(words["chart_months"], months)]
    met = tuple((_name(one, report, words), round(100 * (one.met_rate or 0), 1)) for one in report.lines if one.people)
    if 1 < len(met) <= _MOST_BARS:
        blocks.append(Bars(words["chart_met"].format(whom=whom), met))
    return blocks


def _name(one: Figures, report: Report, words: dict[str, str]) -> str:
    return one.unit if one is report.total or not report.unit_uid else one.branch or words["no_branch"]


def _line(one: Figures, report: Report, words: dict[str, str]) -> tuple[str, ...]:
    return (
        _name(one, report, words),
        str(one.due),
        str(one.checked),
        rate(one.checkin_rate),
        str(one.people),
        str(one.met),
        rate(one.met_rate),
        str(one.times),
        format_hours(one.minutes),
        format_hours(one.duty_minutes),
    )
