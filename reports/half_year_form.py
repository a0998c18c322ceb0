"""《半年报告》: a cadre's report to his branch, one A4 page; a continuation page only on overflow. 方案 三(三)"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from reports.kit.continuation import draw_continuation
from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Label, Long, Row, Signature, TallLabel, Value, draw_grid
from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Box, Sheets, small_notes, standard_foot
from reports.kit.text import date_cn, hours_cn
from reports.person import PersonData

_MARGINS = (28 * MM, 20 * MM)
_TOP, _BOTTOM, _FOOT = 44 * MM, 268 * MM, 288 * MM
_LABEL, _WIDE = 24.0, 138.0  # mm


@dataclass(frozen=True, slots=True)
class HalfYearData:
    """Everything on the form; empty texts print as room for the pen."""

    person: PersonData
    year: int
    half: str  # 上半年 / 下半年
    times: int = 0
    minutes: int = 0
    main_work: str = ""
    review: str = ""
    plan: str = ""
    occasion: str = ""
    reported_on: str = ""  # ISO date
    blank: bool = False  # the figures are left for the pen


def draw(data: HalfYearData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the form."""
    words = form_texts("half_year_report", texts)
    sheets.margins = _MARGINS
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
    page = sheets.page()
    middle = (page.left + page.right) / 2
    page.text(middle, 29 * MM, words["title"], typeface("title"), 22, align="centre")
    line = words["year_line"].format(year=data.year, half=data.half)
    page.text(middle, 39 * MM, line, typeface("kai"), 14, align="centre")
    done = draw_grid(page, page.left, _TOP, _rows(data, words), height=_BOTTOM - _TOP)
    small_notes(page, words["note"], Box(page.left, done.bottom + 1.5 * MM, page.right - page.left, 9 * MM))
    draw_continuation(sheets, words["continuation"], data.person.identity, top=20 * MM, bottom=272 * MM)


def _rows(data: HalfYearData, words: Mapping[str, str]) -> list[Row]:
    person = data.person
    times = "" if data.blank else words["times_unit"].format(times=data.times)
    hours = "" if data.blank else words["hours_unit"].format(hours=hours_cn(data.minutes))

    def pair(first: str, value: Value, second: str, other: Value) -> Row:
        cells = (
            Cell(_LABEL, Label(words[first])),
            Cell(_WIDE / 2 - 12, value, caption=words[first]),
            Cell(_LABEL, Label(words[second])),
            Cell(_WIDE / 2 - 12, other, caption=words[second]),
        )
        return Row(11, cells)

    rows = [
        pair("name", Value(person.name, name=True, size=14), "staff_no", Value(person.staff_no)),
        pair("unit", Value(person.unit), "branch", Value(person.branch)),
        pair("times", Value(times), "hours", Value(hours)),
    ]
    for key, text, share in (
        ("main_work", data.main_work, 4.0),
        ("review", data.review, 3.0),
        ("plan", data.plan, 2.0),
    ):
        rows.append(
            Row(26, (Cell(_LABEL, TallLabel(words[key])), Cell(_WIDE, Long(text), caption=words[key])), stretch=share)
        )
    rows.append(pair("occasion", Value(data.occasion), "reported_on", Value(date_cn(data.reported_on))))
    for key in ("signature", "secretary"):
        rows.append(Row(13, (Cell(_LABEL, Label(words[key])), Cell(_WIDE, Signature("")))))
    return rows
