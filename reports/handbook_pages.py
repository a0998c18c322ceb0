"""The set pages of the handbook: cover, 填写说明, 一 to 三, 五, 七 and 八."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING

from reports.kit import qr
from reports.kit.continuation import draw_continuation
from reports.kit.fonts import typeface
from reports.kit.form_grid import (
    Cell,
    Content,
    Label,
    Long,
    Opinion,
    Row,
    Signature,
    TallLabel,
    Value,
    draw_grid,
)
from reports.kit.page import MM, Box, Page, Sheets, small_notes, small_notes_height
from reports.kit.text import break_lines, date_cn, hours_cn
from reports.person import ServiceTotals

if TYPE_CHECKING:
    from reports.handbook import CheckinLine, CommitmentLine, HalfYear, HandbookData

TOP, BOTTOM = 49 * MM, 262 * MM  # of the tables; the section title stands above
_RUNNING_HEAD = 29 * MM
_TITLE = 43 * MM
_WIDTH = 156.0  # mm between the margins


def section_page(
    data: HandbookData, sheets: Sheets, words: Mapping[str, str], key: str, *, continued: bool = False
) -> Page:
    """A page with running head and section title, and an outline entry where the section begins."""
    page = sheets.page()
    kai = typeface("kai")
    with page.furniture():
        page.text(page.left, _RUNNING_HEAD, words["short_title"], kai, 9.5)
        name = data.person.name
        face = kai.for_name(name)
        room = page.right - page.left - kai.width(words["short_title"], 9.5) - 4 * MM
        size = 10.5 if face.width(name, 10.5) <= room else 9.0
        page.text(page.right, _RUNNING_HEAD, name, face, size, align="right")
    y = _RUNNING_HEAD + 2 * MM
    page.rules([(page.left, y, page.right, y)])
    title = words[key] + ("（续）" if continued else "")
    page.text((page.left + page.right) / 2, _TITLE, title, typeface("label"), 16, align="centre")
    if not continued:
        page.mark(words[key])
    return page


def _rest(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    draw_continuation(sheets, words["continuation"], data.person.identity, top=30 * MM, bottom=BOTTOM)


def cover(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """封面."""
    page = sheets.page()
    middle = (page.left + page.right) / 2
    title = typeface("title")
    first, _, second = words["title"].partition("\n")
    page.text(middle, 66 * MM, first, title, 32, align="centre")
    page.text(middle, 86 * MM, second, title, 36, align="centre", spacing=6)
    year_line = words["year_line"].format(year=data.year)
    page.text(middle, 106 * MM, f"（{year_line}）", typeface("kai"), 20, align="centre")
    person = data.person
    lines = (
        ("cover_name", person.name),
        ("cover_unit", person.unit),
        ("cover_branch", person.branch),
        ("cover_community", data.community),
        ("cover_grid", data.grid),
        ("cover_number", data.number),
    )
    kai, body = typeface("kai"), typeface("body")
    y = 130 * MM
    for key, value in lines:
        face = body.for_name(value) if key == "cover_name" else body
        label = words[key].replace("　", "")
        spread = (5 * 16 - kai.width(label, 16)) / max(1, len(label) - 1)  # all captions five characters wide
        page.text(page.left + 12 * MM, y + 7.5 * MM, label, kai, 16, spacing=max(0.0, spread))
        box = Box(page.left + 42 * MM, y, 102 * MM, 11.5 * MM)
        keep = 9.0 if key == "cover_name" else 11.0
        page.put(value, Box(box.x, y + 1.0 * MM, box.width, 9.2 * MM), face, size=16, one_line_from=keep)
        page.rules([(box.x, box.bottom, box.right, box.bottom)])
        y += 13.5 * MM
    side = 22 * MM
    page.qr(qr.payload("H", data.year, person.uid), middle - side / 2, 219 * MM, side)
    if data.issuer:
        page.heading(data.issuer, 254 * MM, kai, 16)
    if data.issued_on:
        page.text(middle, 264 * MM, date_cn(data.issued_on[:7]), kai, 16, align="centre")


def guide(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """填写说明: numbered points, hanging."""
    page = section_page(data, sheets, words, "guide_title")
    face = typeface("body")
    points = words["guide"].split("\n")
    hang = 2.2
    width = page.right - page.left
    size = 15.0
    while True:
        broken = [break_lines(point, face, size, width - hang * size) for point in points]
        gap = 0.55 * size
        height = sum(len(lines) * size * 1.6 + gap for lines in broken)
        if height <= BOTTOM - TOP - 6 * MM or size <= 10:
            break
        size -= 0.5
    y = TOP + 4 * MM
    for number, lines in enumerate(broken, 1):
        page.text(page.left, y + face.ink_top * size, f"{number}．", face, size)
        for line in lines:
            page.line(page.left + hang * size, y + face.ink_top * size, line, face, size)
            y += size * 1.6
        y += gap


def personal(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """一、个人基本情况."""
    page = section_page(data, sheets, words, "person_title")
    person = data.person

    def cell(key: str, width: float, text: str, *, name: bool = False) -> tuple[Cell, Cell]:
        value = Value(text, name=name, size=14 if name else 12)
        return Cell(22, Label(words[key])), Cell(width, value, caption=words[key].replace("　", ""))

    def tall(key: str, text: str) -> Row:
        caption = words[key].replace("　", "")
        return Row(20, (Cell(22, Label(words[key])), Cell(134, Long(text), caption=caption)), stretch=1.0)

    photo = Cell(34, None if data.photo else Label(words["photo"], 10.5), rows=4)
    skills = "、".join(part for part in (person.skills, person.hobbies) if part)
    rows = [
        Row(13, (*cell("name", 100, person.name, name=True), photo)),
        Row(13, (*cell("sex", 36, person.sex), *cell("nation", 42, person.nation))),
        Row(
            13,
            (
                *cell("birth_on", 36, date_cn(person.birth_on[:7])),
                *cell("party_status", 42, person.party_status),
            ),
        ),
        Row(13, (*cell("joined_on", 36, date_cn(person.joined_on)), *cell("staff_no", 42, person.staff_no))),
        Row(13, (*cell("education", 52, person.education), *cell("title_held", 60, person.title))),
        Row(13, cell("unit", 134, person.unit)),
        Row(13, (*cell("branch", 72, person.branch), *cell("phone", 40, person.phone))),
        Row(13, cell("address", 134, person.address)),
        tall("skills", skills),
        tall("willingness", person.willingness),
        tall("free_time", person.free_time),
    ]
    draw_grid(page, page.left, TOP, rows, height=BOTTOM - TOP)
    if data.photo:
        box = Box(page.right - 34 * MM, TOP, 34 * MM, 52 * MM)
        page.photo(data.photo, Box(box.x + 4.5 * MM, box.y + 8.5 * MM, 25 * MM, 35 * MM))
    _rest(data, sheets, words)


def checkins(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """二、报到与编组: two blocks a page, each with the community's clear seal space; more pages for more."""
    from reports.handbook import CheckinLine

    lines = [] if data.blank else list(data.checkins)
    while len(lines) < 2 or len(lines) % 2:
        lines.append(CheckinLine())
    for start in range(0, len(lines), 2):
        page = section_page(data, sheets, words, "checkin_title", continued=start > 0)
        height = (BOTTOM - TOP - 6 * MM) / 2
        for number, line in enumerate(lines[start : start + 2]):
            top = TOP + number * (height + 6 * MM)
            draw_grid(page, page.left, top, _checkin_rows(line, words), height=height)
        _rest(data, sheets, words)


def _checkin_rows(line: CheckinLine, words: Mapping[str, str]) -> list[Row]:
    def pair(first: str, value: str, second: str, other: str) -> Row:
        cells = (
            Cell(24, Label(words[first])),
            Cell(60, Value(value), caption=words[first]),
            Cell(24, Label(words[second])),
            Cell(48, Value(other), caption=words[second]),
        )
        return Row(10.5, cells)

    opinion = Opinion("", signer=words["checkin_signer"], seal=words["seal"])
    return [
        pair("checkin_kind", line.kind, "checkin_on", date_cn(line.on)),
        pair("checkin_place", line.place, "checkin_grid", line.grid),
        pair("checkin_building", line.building, "checkin_lead", line.building_lead),
        pair("checkin_squad", line.squad, "checkin_team", line.team),
        Row(58, (Cell(24, Label(words["checkin_receive"])), Cell(132, opinion)), stretch=1.0),
    ]


def commitments(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """三、公开承诺: a page each; one empty page where there is none."""
    from reports.handbook import CommitmentLine

    lines = (() if data.blank else data.commitments) or (CommitmentLine(),)
    for number, line in enumerate(lines):
        page = section_page(data, sheets, words, "commitment_title", continued=number > 0)
        rows = _commitment_rows(line, words)
        draw_grid(page, page.left, TOP, rows, height=BOTTOM - TOP)
        _rest(data, sheets, words)


def _commitment_rows(line: CommitmentLine, words: Mapping[str, str]) -> list[Row]:
    def block(key: str, content: Content, height: float, stretch: float) -> Row:
        name = words[key]
        cells = (Cell(24, TallLabel(name)), Cell(132, content, caption=name.replace("\n", "")))
        return Row(height, cells, stretch)

    post = Cell(121, Long(line.post), caption=words["commitment_post"].replace("\n", ""))
    community = Opinion("", signer=words["commitment_community_signer"], seal=words["seal"])
    return [
        Row(22, (Cell(35, Label(words["commitment_post"])), post)),
        block("commitment_text", Opinion(line.text, signer=words["commitment_signer"]), 60, 1.0),
        block("commitment_community", community, 60, 0.0),
        block("commitment_fulfilment", Long(line.fulfilment), 45, 1.0),
    ]


def half_years(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """五、半年报告: 上半年 and 下半年 on one page."""
    from reports.handbook import HalfYear

    page = section_page(data, sheets, words, "half_year_title")
    halves = (HalfYear(), HalfYear()) if data.blank else data.halves
    rows: list[Row] = []
    for key, half in zip(("first_half", "second_half"), halves, strict=True):
        rows += _half_rows(words[key], half, words)
    draw_grid(page, page.left, TOP, rows, height=BOTTOM - TOP)
    _rest(data, sheets, words)


def _half_rows(name: str, half: HalfYear, words: Mapping[str, str]) -> list[Row]:
    def line(key: str, content: Content, height: float, stretch: float = 0.0, first: tuple[Cell, ...] = ()) -> Row:
        cells = (*first, Cell(26, Label(words[key])), Cell(116, content, caption=name + words[key]))
        return Row(height, cells, stretch)

    side = (Cell(14, TallLabel(name), rows=5),)
    return [
        line("half_service", Value(half.service, align="left"), 11, first=side),
        # the more a half has to say, the more of the page it gets: a usual draft needs no further page
        line("half_main", Long(half.main), 24, 85 + len(half.main)),
        line("half_check", Long(half.check), 18, 75 + len(half.check)),
        line("half_occasion", Value(half.occasion, align="left"), 11),
        line("half_signer", Signed(words["half_signed"].format(who=half.signed) if half.signed else ""), 11),
    ]


@dataclass(frozen=True, slots=True)
class Signed:
    """A line to sign, and beside it who signed the paper this was registered from."""

    note: str

    def draw(self, page: Page, box: Box) -> None:
        """The note left of 年 月 日; what does not fit goes to the 续页."""
        if not self.note:
            Signature("").draw(page, box)
            return
        page.put(self.note, box.inset(2.2 * MM, 1.2 * MM), typeface("kai"), size=10.5, align="left")


def summary_and_review(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """七、年度小结 and 八、年度审核."""
    page = section_page(data, sheets, words, "summary_title")
    totals = ServiceTotals() if data.blank else data.totals
    summary = Opinion("" if data.blank else data.summary, signer=words["signature"])
    rows = [*_total_rows(totals, words, blank=data.blank)]
    name = words["personal_summary"]
    rows.append(Row(60, (Cell(22, TallLabel(name)), Cell(134, summary, caption=name)), stretch=1.0))
    notes = []
    if not data.blank:
        waiting = totals.waiting(words["waiting_note"])
        if data.scope or waiting:
            notes.append(words["scope"] + data.scope + waiting)
        if data.as_of:
            notes.append(words["as_of"] + date_cn(data.as_of))
        if data.left_out:
            notes.append(words["left_out"].format(parts="、".join(words[part] for part in data.left_out)))
    width, text = page.right - page.left, "\n".join(notes)
    # four lines at least; a longer note takes its room from the summary, up to half of it
    room = min(max(17 * MM, small_notes_height(text, width)), 60 * MM)
    middle = 181.5 * MM - room
    draw_grid(page, page.left, TOP, rows, height=middle - TOP)
    small_notes(page, text, Box(page.left, middle + 1.5 * MM, width, room))
    page.text((page.left + page.right) / 2, 189 * MM, words["review_title"], typeface("label"), 16, align="centre")
    page.mark(words["review_title"])
    review = Opinion("" if data.blank else data.review, signer=words["review_signer"], seal=words["seal"])
    caption = words["review_unit"].replace("\n", "")
    rows = [
        Row(50, (Cell(22, Label(words["review_unit"])), Cell(134, review, caption=caption)), stretch=1.0),
        Row(9, (Cell(22, Label(words["archive_no"])), Cell(134, Value("" if data.blank else data.archive_no)))),
    ]
    draw_grid(page, page.left, 192 * MM, rows, height=BOTTOM - 192 * MM)
    _rest(data, sheets, words)


def _total_rows(totals: ServiceTotals, words: Mapping[str, str], *, blank: bool) -> list[Row]:
    widths = (44, 24, 28, 28, 32)
    heads = ("sum_kind", "sum_count", "sum_hours", "sum_quota", "sum_verdict")
    own = (str(totals.own_count), hours_cn(totals.own_minutes), totals.quota, totals.verdict)
    sent = (
        str(totals.dispatched_count),
        hours_cn(totals.dispatched_minutes),
        words["dispatched_quota"],
        words["dispatched_verdict"],
    )
    if blank:
        own, sent = ("", "", "", ""), ("", "", *sent[2:])
    rows = [Row(9, tuple(Cell(w, Label(words[key])) for w, key in zip(widths, heads, strict=True)))]
    for key, values in (("own", own), ("dispatched", sent)):
        cells = (Cell(w, Value(value, size=11)) for w, value in zip(widths, (words[key], *values), strict=True))
        rows.append(Row(10, tuple(cells)))
    return rows
