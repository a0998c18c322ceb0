"""The ruled tables of the handbook: 四、服务记录 and 六、培训、表彰与突发事件处置."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence

from reports.handbook import HandbookData, VisitLine
from reports.handbook_pages import BOTTOM, TOP, section_page
from reports.kit.flow import Column, Layout, Opened, Table
from reports.kit.fonts import typeface
from reports.kit.page import MM, Sheets
from reports.kit.text import date_cn, hours_cn


def _layout(words: Mapping[str, str]) -> Layout:
    """序号 beside two bands; the content stands under the columns up to 类别, so all rules run through."""
    return Layout(
        lead=(Column(10, words["visit_no"]),),
        bands=(
            (
                Column(28, words["visit_on"]),
                Column(26, words["visit_time"]),
                Column(14, words["visit_hours"]),
                Column(22, words["visit_category"]),
                Column(40, words["visit_place"]),
                Column(16, words["visit_track"]),
            ),
            (
                Column(90, words["visit_content"], align="left"),
                Column(40, words["visit_confirm"]),
                Column(16, words["visit_note"]),
            ),
        ),
        heights=(8.0, 12.0),
        head_heights=(7.5, 9.5),
    )


def _record(number: int, visit: VisitLine, words: Mapping[str, str]) -> tuple[str, ...]:
    times = ""
    if visit.start_at and visit.end_at:
        times = f"{_clock(visit.start_at)}—{'次日' if visit.next_day else ''}{_clock(visit.end_at)}"
    note = visit.note
    if visit.confirmed and visit.counted != visit.minutes:
        counts = words["counts_as"].format(hours=hours_cn(visit.counted))
        note = f"{counts}\n{note}" if note else counts
    track = words["track_dispatched" if visit.dispatched else "track_own"]
    return (
        str(number),
        date_cn(visit.served_on),
        times,
        hours_cn(visit.minutes),
        visit.category,
        visit.place,
        track,
        visit.content,
        visit.confirm,
        note,
    )


def _clock(time: str) -> str:
    """09:05 → 9:05, as it is said."""
    return time[1:] if len(time) == 5 and time.startswith("0") else time


def _tally(label: str, visits: Iterable[VisitLine], words: Mapping[str, str], *, blank: bool) -> tuple[str, str]:
    """One row under the page: both tracks apart, and what still waits; gaps for the pen in a blank book."""
    if blank:
        return label, words["tally_blank"]
    own = [v.counted for v in visits if v.counted and not v.dispatched]
    sent = [v.counted for v in visits if v.counted and v.dispatched]
    text = words["tally"].format(
        own_count=len(own),
        own_hours=hours_cn(sum(own)),
        sent_count=len(sent),
        sent_hours=hours_cn(sum(sent)),
    )
    waiting = [v.minutes for v in visits if not v.confirmed]
    if waiting:
        text += words["tally_waiting"].format(count=len(waiting), hours=hours_cn(sum(waiting)))
    return label, text


def _table(
    data: HandbookData, sheets: Sheets, words: Mapping[str, str], visits: Sequence[VisitLine], *, blank: bool
) -> Table:
    def new_page(number: int) -> Opened:
        page = section_page(data, sheets, words, "visits_title", continued=number > 1)
        return Opened(page, page.left, TOP, BOTTOM)

    def subtotal(here: Sequence[int], so_far: Sequence[int]) -> list[tuple[str, str]]:
        empty = blank or not here
        return [
            _tally(words["page_total"], [visits[i] for i in here], words, blank=empty),
            _tally(words["running_total"], [visits[i] for i in so_far], words, blank=empty),
        ]

    return Table(_layout(words), new_page, subtotal=subtotal, subtotal_rows=2, subtotal_height=8.0, subtotal_label=38.0)


def records(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """四、服务记录: every visit, then blank rows to the page's end and the blank pages asked for."""
    if data.blank:
        blank_records(data, sheets, words, max(1, data.record_pages + data.extra_record_pages))
        return
    table = _table(data, sheets, words, data.visits, blank=False)
    table.run([_record(number, visit, words) for number, visit in enumerate(data.visits, 1)], fill=True)
    for _ in range(data.extra_record_pages):
        table.blank_page()


def blank_records(data: HandbookData, sheets: Sheets, words: Mapping[str, str], count: int) -> None:
    """Record pages of empty rows."""
    table = _table(data, sheets, words, (), blank=True)
    for _ in range(count):
        table.blank_page()


def deeds(data: HandbookData, sheets: Sheets, words: Mapping[str, str]) -> None:
    """六: three tables, one under the other, each with blank rows; a long one runs over."""
    parts: tuple[tuple[str, Sequence[tuple[str, ...]], tuple[float, ...]], ...] = (
        ("training", data.trainings, (28, 68, 42, 18)),
        ("honour", data.honours, (28, 68, 42, 18)),
        ("incident", data.incidents, (28, 52, 40, 36)),
    )
    page = section_page(data, sheets, words, "deeds_title")
    y = TOP
    for number, (key, rows, widths) in enumerate(parts):
        lines = [] if data.blank else [(date_cn(row[0]), *row[1:]) for row in rows]
        heads = words[f"{key}_heads"].split("\n")
        layout = Layout(
            bands=(tuple(Column(w, head, _align(at)) for at, (w, head) in enumerate(zip(widths, heads, strict=True))),),
            heights=(10.5,),
        )
        if y + 9 * MM + 4 * layout.least > BOTTOM:
            page, y = section_page(data, sheets, words, "deeds_title", continued=True), TOP
        kai = typeface("kai")
        page.text(page.left, y + kai.ink_top * 12, words[f"{key}_title"], kai, 12)
        opener = _opener(data, sheets, words, Opened(page, page.left, y + 6.5 * MM, BOTTOM))
        last = number == len(parts) - 1
        ending = Table(layout, opener).run(lines, fill=last, blank_rows=0 if last else max(1, 4 - len(lines)))
        page, y = ending.page, ending.y + 5 * MM


def _align(column: int) -> str:
    return "left" if column in {1, 2} else "centre"


def _opener(data: HandbookData, sheets: Sheets, words: Mapping[str, str], first: Opened) -> Callable[[int], Opened]:
    def new_page(number: int) -> Opened:
        if number == 1:
            return first
        page = section_page(data, sheets, words, "deeds_title", continued=True)
        return Opened(page, page.left, TOP, BOTTOM)

    return new_page
