"""《党员干部下沉社区考核评价表》: one A4 sheet, both sides; a continuation page only on overflow.

`EvaluationData` is everything on the form; `draw` lays it out and reads nothing else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.kit import qr
from reports.kit.continuation import draw_continuation, draw_identity
from reports.kit.fonts import typeface
from reports.kit.form_grid import (
    Cell,
    Label,
    Long,
    Opinion,
    Row,
    Signature,
    TallLabel,
    Ticks,
    Value,
    draw_grid,
)
from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Box, Page, Sheets, small_notes, standard_foot
from reports.kit.text import date_cn, hours_cn
from reports.person import PersonData, ServiceTotals

BINDING, OUTER = 28 * MM, 20 * MM  # bound left on the front, right on the back
_FRONT_TOP, _FRONT_BOTTOM = 42 * MM, 274 * MM
_BACK_HEAD, _BACK_BOTTOM = 22 * MM, 263 * MM
_FOOT = 288 * MM
_QR = 16 * MM
GRADES = ("优秀", "合格", "基本合格", "不合格")
EVALUATORS = ("社区“两委”成员", "社区工作人员", "社区网格员")  # 方案 七(一)3


@dataclass(frozen=True, slots=True)
class Verdict:
    """One side's judgement. All empty = to be written by hand."""

    grade: str = ""
    opinion: str = ""
    evaluator: str = ""  # one of EvaluationData.evaluators; community only
    signed_by: str = ""  # who signed the paper this was keyed from: printed as a note, never as a signature
    signed_on: str = ""


@dataclass(frozen=True, slots=True)
class EvaluationData:
    """Everything on the form. Empty texts print as room for the pen."""

    person: PersonData
    year: int
    number: str = ""  # 编号, as 2020-0001
    home_community: str = ""  # 个人报到, with street: 藏龙岛街道经院社区
    linked_community: str = ""  # 组织派遣报到
    grid: str = ""
    post: str = ""
    totals: ServiceTotals = field(default_factory=ServiceTotals)
    main_service: str = ""  # drafted from the log, edited by hand
    self_review: str = ""
    next_plan: str = ""
    feedback: str = ""  # 社区反馈 of the year, a line each: beside the evaluation where there is any, 三(六)
    community: Verdict = field(default_factory=Verdict)
    branch: Verdict = field(default_factory=Verdict)
    unit_review: Verdict | None = None  # None: the block is not printed (not in the policy: a setting)
    overall: str | None = None  # 综合等次, set by hand; None: the row is not printed
    remark: str = ""
    grades: tuple[str, ...] = GRADES
    evaluators: tuple[str, ...] = EVALUATORS
    scope: str = ""  # 统计口径
    as_of: str = ""  # 截至, ISO date
    blank: bool = False  # only the person's data is printed, the sums are left for the pen


def draw(data: EvaluationData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the form into `sheets`."""
    words = form_texts("evaluation", texts)
    note = f"{words['form_no']}　{words['version']}版"
    sheets.margins, sheets.mirrored = (BINDING, OUTER), True
    sheets.foot = standard_foot(note, baseline=_FOOT)
    _front(data, sheets.page(), words)
    _back(data, sheets.page(), words)
    draw_continuation(sheets, words["continuation"], data.person.identity, top=20 * MM, bottom=272 * MM)


def _front(data: EvaluationData, page: Page, words: Mapping[str, str]) -> None:
    middle = (page.left + page.right) / 2
    page.text(middle, 27 * MM, words["title"], typeface("title"), 22, align="centre")
    kai = typeface("kai")
    page.text(middle, 37 * MM, words["year_line"].format(year=data.year), kai, 14, align="centre")
    page.qr(qr.payload("E", data.year, data.person.uid), page.right - _QR, 16 * MM, _QR)
    if data.number:
        page.text(page.right, 38.5 * MM, words["number"] + data.number, kai, 10.5, align="right")
    done = draw_grid(page, page.left, _FRONT_TOP, _front_rows(data, words), height=_FRONT_BOTTOM - _FRONT_TOP)
    foot_note = words["front_note"] + ("" if data.blank else data.totals.waiting(words["waiting_note"]))
    small_notes(page, foot_note, Box(page.left, done.bottom + 1.5 * MM, page.right - page.left, 9 * MM))


def _front_rows(data: EvaluationData, words: Mapping[str, str]) -> list[Row]:
    one = 10.0
    person = data.person

    def pair(first: str, value: str, second: str, other: str) -> Row:
        return Row(
            one,
            (
                Cell(22, Label(words[first])),
                Cell(60, Value(value), caption=words[first]),
                Cell(22, Label(words[second])),
                Cell(58, Value(other), caption=words[second]),
            ),
        )

    rows = [
        Row(
            one,
            (
                Cell(22, Label(words["name"])),
                Cell(82, Value(person.name, name=True, size=14), caption=words["name"]),
                Cell(22, Label(words["staff_no"])),
                Cell(36, Value(person.staff_no), caption=words["staff_no"]),
            ),
        ),
        Row(
            one,
            (
                Cell(22, Label(words["sex"])),
                Cell(25, Value(person.sex)),
                Cell(22, Label(words["birth_on"])),
                Cell(35, Value(date_cn(person.birth_on[:7]))),
                Cell(22, Label(words["party_status"])),
                Cell(36, Value(person.party_status), caption=words["party_status"]),
            ),
        ),
        pair("unit", person.unit, "branch", person.branch),
        pair("title_held", person.title, "phone", person.phone),
        pair("home_community", data.home_community, "linked_community", data.linked_community),
        pair("grid", data.grid, "post", data.post),
    ]
    rows += service_rows(data.totals, words, blank=data.blank)
    return rows + _told_rows(data, words)


def _told_rows(data: EvaluationData, words: Mapping[str, str]) -> list[Row]:
    """What the cadre says of the year, and the signature."""
    rows = []
    for key, text, share in (
        ("main_service", data.main_service, 4.0),
        ("self_review", data.self_review, 4.0),
        ("next_plan", data.next_plan, 2.5),
    ):
        cells = (Cell(22, TallLabel(words[key])), Cell(140, Long(text), caption=words[key].replace("\n", "")))
        rows.append(Row(24, cells, stretch=share))
    rows.append(Row(13, (Cell(22, Label(words["signature"])), Cell(140, Signature("")))))
    return rows


def service_rows(totals: ServiceTotals, words: Mapping[str, str], *, blank: bool = False) -> list[Row]:
    """本年度服务情况: both tracks apart, the minimum and the verdict beside the own-time track only."""
    heads = ("service_kind", "service_count", "service_hours", "service_quota", "service_verdict")
    widths = (40, 18, 24, 26, 32)
    own = (
        words["own"],
        str(totals.own_count),
        hours_cn(totals.own_minutes),
        totals.quota,
        totals.verdict,
    )
    dispatched = (
        words["dispatched"],
        str(totals.dispatched_count),
        hours_cn(totals.dispatched_minutes),
        words["dispatched_quota"],
        words["dispatched_verdict"],
    )
    if blank:
        own, dispatched = (own[0], "", "", totals.quota, ""), (dispatched[0], "", "", *dispatched[3:])
    head = tuple(Cell(width, Label(words[key], 10.5)) for key, width in zip(heads, widths, strict=True))
    rows = [Row(8, (Cell(22, Label(words["service"]), rows=3), *head))]
    for values in (own, dispatched):
        cells = (Cell(width, Value(value, size=11)) for value, width in zip(values, widths, strict=True))
        rows.append(Row(10, tuple(cells)))
    return rows


def _back(data: EvaluationData, page: Page, words: Mapping[str, str]) -> None:
    top = draw_identity(page, data.person.identity, _BACK_HEAD) + 2.5 * MM
    done = draw_grid(page, page.left, top, _back_rows(data, words), height=_BACK_BOTTOM - top)
    page.qr(qr.payload("E", data.year, data.person.uid), page.right - _QR, done.bottom + 2.5 * MM, _QR)
    lines = []
    if data.scope:
        lines.append(words["scope"] + data.scope)
    if data.as_of:
        lines.append(words["as_of"] + date_cn(data.as_of))
    room = Box(page.left, done.bottom + 2 * MM, page.right - page.left - _QR - 5 * MM, 17 * MM)
    small_notes(page, "\n".join(lines), room)


def _back_rows(data: EvaluationData, words: Mapping[str, str]) -> list[Row]:
    def ticks(verdict: Verdict) -> Ticks:
        return _ticks(words["grade"], data.grades, verdict.grade)

    def block(caption: str, opinion: Opinion, height: float, stretch: float) -> Row:
        name = words[caption]
        cells = (Cell(20, TallLabel(name)), Cell(142, opinion, caption=name.replace("\n", "")))
        return Row(height, cells, stretch)

    def opinion(verdict: Verdict, marks: tuple[Ticks, ...], caption: str, signer: str, seal: str) -> Opinion:
        note = ""
        if verdict.signed_by:
            note = words["paper_note"].format(who=verdict.signed_by, date=date_cn(verdict.signed_on, "日期未登记"))
        return Opinion(verdict.opinion, marks, words[caption], words[signer], seal, note)

    who = _ticks(words["evaluator"], data.evaluators, data.community.evaluator)
    community = opinion(data.community, (ticks(data.community), who), "opinion", "community_signer", words["seal"])
    branch = opinion(data.branch, (ticks(data.branch),), "opinion", "branch_signer", "")
    # the heights below leave the seal its clear 45 mm: tick lines + 45 + the line to sign
    rows = []
    if data.feedback:
        said = Cell(142, Long(data.feedback, size=11, indent_em=0), caption=words["feedback"].replace("\n", ""))
        rows.append(Row(15, (Cell(20, Label(words["feedback"])), said), stretch=0.4))
    rows += [
        block("community_review", community, 78, 2.0),
        block("branch_review", branch, 54, 2.0),
    ]
    if data.unit_review:
        unit = opinion(data.unit_review, (), "unit_opinion", "unit_signer", words["seal"])
        rows.append(block("unit_review", unit, 60, 1.0))
    if data.overall is not None:
        rows.append(Row(10, (Cell(20, Label(words["overall"])), Cell(142, Value(data.overall)))))
    remark = Cell(142, Long(data.remark), caption=words["remark"].replace("　", ""))
    rows.append(Row(18, (Cell(20, Label(words["remark"])), remark), stretch=0.5))
    return rows


def _ticks(caption: str, options: tuple[str, ...], chosen: str) -> Ticks:
    """What was chosen and is no longer offered stands behind the options, ticked: no entry is left off the paper."""
    return Ticks(caption, options if not chosen or chosen in options else (*options, chosen), chosen)
