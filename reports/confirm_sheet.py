"""《待确认清单》: a community's waiting records on A4 across, signed once a page and ticked in by number. 方案 三(六) 七(二)3

Every page holds exactly the rows the ledger says it holds, since a handbook refers to page and row. Rows share the
page's height by what they need; what is still too long is shortened and printed whole on a further page.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial

from core.base.errors import Refused
from core.service_log.rules import needs_next_day_answer
from core.service_log.sheets import SheetLine, sheet, sheet_list, sheet_rows
from core.store import Reads, Row
from reports.collect_person import own_texts
from reports.kit import qr
from reports.kit.batch import Job
from reports.kit.continuation import draw_continuation
from reports.kit.fonts import Typeface, typeface
from reports.kit.form_grid import Edges, Label
from reports.kit.form_texts import form_texts
from reports.kit.page import A4_ACROSS, MM, Box, Page, Sheets, small_notes, standard_foot
from reports.kit.tags import TableTags
from reports.kit.text import FLOOR, Line, break_lines, date_cn, hours_cn
from reports.spec import Asked, Gap, boxed_gaps

_MARGIN = 20 * MM
_QR = 16 * MM
_TOP, _HEAD, _BOTTOM = 30 * MM, 10 * MM, 189 * MM
_FOOT = 202 * MM
_BLOCK = 48.0  # mm: the community's signature and seal, beside all rows of the page
_COLUMNS = (
    ("number", 12.8),
    ("name", 22.0),
    ("unit", 30.8),
    ("when", 26.8),
    ("hours", 11.0),
    ("place", 21.0),
    ("category", 23.3),
    ("content", 45.3),
    ("confirm", 16.0),
)
_NAME, _CONTENT = 1, 7
_PAD_X, _PAD_Y = 1.0 * MM, 0.7 * MM
_LEAD = 1.2
_SIZES = (10.0, 9.5, FLOOR)  # a date fits its column on one line at the largest


@dataclass(frozen=True, slots=True)
class SheetRow:
    """One line as printed."""

    number: int
    page: int
    row: int
    name: str
    staff_no: str = ""
    unit: str = ""
    served_on: str = ""
    times: str = ""  # 14:00—16:00; '' = hours only
    minutes: int = 0
    dispatched: bool = False
    place: str = ""
    category: str = ""
    content: str = ""
    ticked: bool = False
    problem: str = ""  # why it cannot be signed here any more


@dataclass(frozen=True, slots=True)
class ConfirmSheetData:
    """Everything on a sheet."""

    sheet_no: str
    year: int
    community: str
    made_on: str
    rows_per_page: int
    rows: tuple[SheetRow, ...]

    @property
    def pages(self) -> list[tuple[SheetRow, ...]]:
        """The rows by page, as numbered in the ledger."""
        last = max(row.page for row in self.rows)
        return [tuple(row for row in self.rows if row.page == page) for page in range(1, last + 1)]


def collect_confirm_sheet(reads: Reads, sheet_no: str) -> ConfirmSheetData:
    """The sheet with that number, its records as they are now; InvalidInput if there is none."""
    head = sheet(reads, sheet_no)
    return ConfirmSheetData(
        sheet_no=head["sheet_no"],
        year=head["year"],
        community=head["community"],
        made_on=head["made_on"],
        rows_per_page=head["rows_per_page"],
        rows=tuple(_row(line) for line in sheet_rows(reads, head["sheet_no"])),
    )


def confirm_sheet_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """The sheet asked for, else every sheet of the year on which something still waits."""
    words = own_texts(reads, "confirm_sheet")
    for number in _numbers(reads, asked):
        data = collect_confirm_sheet(reads, number)
        people = len({(row.name, row.staff_no) for row in data.rows})
        yield Job(
            label=f"待确认清单 {number}",
            file_name=f"待确认清单_{number}_{data.community}.pdf",
            title=f"待确认清单 {number} {data.community}",
            draw=partial(_draw, data, words),
            people=people,
        )


def confirm_sheet_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Lines that cannot be signed as they stand, and characters no font can print."""
    found = []
    for number in _numbers(reads, asked):
        data = collect_confirm_sheet(reads, number)
        label = f"待确认清单 {number}"
        found += boxed_gaps("", label, data)
        for row in data.rows:
            if row.problem:
                found.append(Gap("", label, blocked=f"第{row.number}号（{row.name}）{row.problem}。"))
    return found


def draw(data: ConfirmSheetData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the sheet."""
    words = form_texts("confirm_sheet", texts)
    sheets.size, sheets.margins = A4_ACROSS, (_MARGIN, _MARGIN)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版　{data.sheet_no}", baseline=_FOOT)
    for rows in data.pages:
        _page(data, rows, sheets.page(), words)
    identity = (f"{words['sheet_no']}{data.sheet_no}", f"{words['community']}{data.community}")
    draw_continuation(sheets, words["annex"], identity, top=16 * MM, bottom=190 * MM)


def _draw(data: ConfirmSheetData, words: Mapping[str, str], sheets: Sheets) -> None:
    draw(data, sheets, words)


def _numbers(reads: Reads, asked: Asked) -> list[str]:
    if asked.sheet_no:
        return [sheet(reads, asked.sheet_no)["sheet_no"]]
    found = [one["sheet_no"] for one in sheet_list(reads, asked.year) if one["ticked"] < one["printed"]]
    if not found:
        raise Refused(
            f"{asked.year}年没有待签字的待确认清单。", "请先在“服务纪实”里生成待确认清单，或写明要重印的清单编号。"
        )
    return sorted(found)


def _row(line: SheetLine) -> SheetRow:
    visit = line.visit
    if visit is None:
        return SheetRow(line.number, line.page, line.row, "", problem=line.problem)
    return SheetRow(
        number=line.number,
        page=line.page,
        row=line.row,
        name=visit["name"],
        staff_no=visit["staff_no"],
        unit=visit["unit"],
        served_on=visit["served_on"],
        times=_times(visit),
        minutes=visit["minutes"],
        dispatched=visit["track"] == "DISPATCHED",
        place=visit["place"] or visit["grid"],
        category=visit["category"],
        content=visit["content"],
        ticked=line.ticked,
        problem=line.problem,
    )


def _times(visit: Row) -> str:
    start, end = visit["start_at"], visit["end_at"]
    if not start or not end:
        return ""
    night = "次日" if needs_next_day_answer(start, end) else ""
    return f"{start.removeprefix('0')}—{night}{end.removeprefix('0')}"


def _page(data: ConfirmSheetData, rows: Sequence[SheetRow], page: Page, words: Mapping[str, str]) -> None:
    _heading(data, page, words)
    edges, tags = Edges(), TableTags(page.into)
    x = page.left
    for key, width in _COLUMNS:
        box = Box(x, _TOP, width * MM, _HEAD)
        edges.add(box)
        page.leaf = tags.cell(0, box.x, box.right, head=True)
        Label(words[key], 10).draw(page, box)
        x = box.right
    laid = _lay([_texts(row, words) for row in rows], data.rows_per_page, words["more"])
    y = _TOP + _HEAD
    for number, (cells, height) in enumerate(zip(laid.cells, laid.heights, strict=True), 1):
        x = page.left
        for lines, (key, width) in zip(cells, _COLUMNS, strict=True):
            box = Box(x, y, width * MM, height)
            edges.add(box)
            align = "left" if key == "content" else "centre"
            inner = box.inset(_PAD_X, _PAD_Y)
            page.leaf = tags.cell(number, box.x, box.right)
            page.lines(lines.lines, inner, lines.face, lines.size, lines.size * _LEAD, align=align, valign="middle")
            x = box.right
        y += height
    page.leaf = None
    tags.close()
    if y < _BOTTOM - MM:
        box = Box(page.left, y, x - page.left, _BOTTOM - y)
        edges.add(box)
        if box.height > 5 * MM:
            page.put(words["end"], Box(box.x, y, box.width, min(box.height, 9 * MM)), typeface("body"), size=10.5)
    _signature(page, Box(x, _TOP, _BLOCK * MM, _BOTTOM - _TOP), rows, words, edges)
    page.rules(edges.merged())
    notes = f"{words['scope']}\n{words['as_of']}{date_cn(data.made_on)}"
    small_notes(page, notes, Box(page.left, _BOTTOM + 1.5 * MM, page.right - page.left, 8.5 * MM))
    for at in laid.shortened:
        with page.captioned(f"第{rows[at].number}号　{rows[at].name}"):
            page.leave_over("　".join(_whole(rows[at])))


def _heading(data: ConfirmSheetData, page: Page, words: Mapping[str, str]) -> None:
    kai = typeface("kai")
    page.text(page.size[0] / 2, 19 * MM, words["title"], typeface("title"), 20, align="centre")
    page.qr(qr.payload("C", data.year, data.sheet_no), page.right - _QR, 11 * MM, _QR)
    page.text(page.right - _QR - 3 * MM, 26.5 * MM, words["sheet_no"] + data.sheet_no, kai, 12, align="right")
    parts = (
        f"{words['community']}{data.community}",
        f"{words['year']}{data.year}",
        f"{words['made_on']}{date_cn(data.made_on)}",
    )
    page.short(page.left, 26.5 * MM, "　　".join(parts), kai, 12, page.right - page.left - _QR - 50 * MM)


def _signature(page: Page, box: Box, rows: Sequence[SheetRow], words: Mapping[str, str], edges: Edges) -> None:
    """签字盖章 for the whole page: one signature, and the seal's clear 45 mm."""
    edges.add(box)
    head = Box(box.x, box.y, box.width, _HEAD)
    edges.add(head)
    Label(words["block"], 11).draw(page, head)
    kai, face = typeface("kai"), typeface("body")
    text = words["block_text"].format(first=rows[0].number, last=rows[-1].number)
    inner = box.inset(2.5 * MM, 0)
    lines = break_lines(text, kai, 11, inner.width, indent_em=2)
    below = page.lines(lines, Box(inner.x, head.bottom + 4 * MM, inner.width, 0), kai, 11, 11 * 1.5)
    x = inner.x + page.text(inner.x, below + 16 * MM, words["block_signer"], face, 12)
    page.rules([(x, below + 17 * MM, inner.right, below + 17 * MM)])
    page.text(inner.right, box.bottom - 22 * MM, words["block_seal"], face, 12, align="right")
    right = inner.right
    for unit in "日月年":
        page.text(right, box.bottom - 8 * MM, unit, face, 12, align="right")
        right -= 12 + 9 * MM


def _texts(row: SheetRow, words: Mapping[str, str]) -> tuple[str, ...]:
    track = words["dispatched" if row.dispatched else "own"]
    content = words["void"].format(problem=row.problem) if row.problem else row.content
    return (
        f"{row.number}\n第{row.row}行",
        "\n".join(part for part in (row.name, row.staff_no) if part),
        row.unit,
        f"{date_cn(row.served_on)}\n{row.times or words['no_times']}" if row.served_on else "",
        f"{hours_cn(row.minutes)}\n{track}" if row.minutes else "",
        row.place,
        row.category,
        content,
        words["ticked"] if row.ticked else "",
    )


def _whole(row: SheetRow) -> list[str]:
    parts = (
        row.staff_no,
        row.unit,
        date_cn(row.served_on),
        row.times,
        row.place,
        row.category,
        row.content,
        row.problem,
    )
    return [part for part in parts if part]


@dataclass(frozen=True, slots=True)
class _Lines:
    lines: tuple[Line, ...]
    face: Typeface
    size: float

    @property
    def height(self) -> float:
        return (len(self.lines) - 1) * self.size * _LEAD + self.size if self.lines else 0.0


@dataclass(frozen=True, slots=True)
class _Laid:
    """The rows of a page: broken cells, heights in points, and which rows had to be shortened."""

    cells: list[list[_Lines]]
    heights: list[float]
    shortened: list[int]


def _lay(rows: Sequence[Sequence[str]], rows_per_page: int, more: str) -> _Laid:
    """The largest size at which everything fits; at the floor the longest cells are shortened, names last."""
    room = _BOTTOM - _TOP - _HEAD
    even = room / rows_per_page
    least = even * len(rows)  # a page that is not full keeps its rows at the usual height
    for size in _SIZES:
        cells = [[_broken(text, at, size) for at, text in enumerate(row)] for row in rows]
        heights = _heights(cells)
        if sum(heights) <= room + 0.01:
            return _Laid(cells, _spread(heights, max(least, sum(heights)), even), [])
    tallest = max(len(one.lines) for row in cells for one in row)
    for cap in range(tallest - 1, 0, -1):
        for names_too in (False, True):
            if names_too and cap > 2:
                continue
            cut = [[_cut(one, at, cap, more, names_too) for at, one in enumerate(row)] for row in cells]
            heights = _heights(cut)
            if sum(heights) <= room + 0.01:
                changed = [at for at, row in enumerate(cells) if cut[at] != row]
                return _Laid(cut, _spread(heights, max(least, sum(heights)), even), changed)
    raise Refused("待确认清单每页行数太多，排不下。", "请把每页行数改为15行以内，重新生成清单。")


def _broken(text: str, column: int, size: float) -> _Lines:
    face = typeface("body")
    if column == _NAME:
        face = face.for_name(text.split("\n", maxsplit=1)[0])
    width = _COLUMNS[column][1] * MM - 2 * _PAD_X
    if not text:
        return _Lines((), face, size)
    if "\n" not in text and column != _CONTENT:
        single = int(width / face.width(text, 1.0) * 2) / 2  # smaller on one line reads better than on two
        size = min(size, single) if single >= FLOOR else size
    return _Lines(tuple(break_lines(text, face, size, width, justify=column == _CONTENT)), face, size)


def _cut(one: _Lines, column: int, cap: int, more: str, names_too: bool) -> _Lines:
    """At most `cap` lines (two where a cell stacks two facts); running text says where the rest is."""
    if column == _NAME and not names_too:
        return one
    keep = cap if column in (2, 5, 6, _CONTENT) else max(cap, 2)
    if len(one.lines) <= keep:
        return one
    lines = list(one.lines[:keep])
    mark = more if column == _CONTENT else "…"
    width = _COLUMNS[column][1] * MM - 2 * _PAD_X - one.face.width(mark, FLOOR)
    text = lines[-1].text
    while text and one.face.width(text, FLOOR) > width:
        text = text[:-1]
    lines[-1] = Line(text + mark, lines[-1].start, one.face.width(text + mark, FLOOR))
    return _Lines(tuple(lines), one.face, one.size)


def _heights(cells: Sequence[Sequence[_Lines]]) -> list[float]:
    return [max(one.height for one in row) + 2 * _PAD_Y for row in cells]


def _spread(heights: Sequence[float], room: float, even: float) -> list[float]:
    """Rows of even height; those that need more take it from those that need less."""
    spare = room - sum(heights)
    wants = [max(0.0, even - one) for one in heights]
    total = sum(wants)
    return [
        one + (spare * want / total if total else spare / len(heights))
        for one, want in zip(heights, wants, strict=True)
    ]
