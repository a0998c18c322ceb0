"""What stands in the 纪实手册, read for many people at once. 方案 三(六)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from core.roster.queries import photos
from core.service_log.rules import needs_next_day_answer
from core.store import Reads, Row
from reports.collect_community import CheckedIn, Placing, checkins, home_grid, home_place, placings
from reports.collect_deeds import half_reports, half_years, honours, incidents
from reports.collect_person import SCOPE, PersonYear, Year, collect_people, own_texts, year_of
from reports.handbook import CheckinLine, CommitmentLine, HandbookData, VisitLine
from reports.kit.form_texts import form_texts


def collect_handbook(
    reads: Reads,
    cadre_uids: Sequence[str],
    year: int,
    as_of: str = "",
    *,
    issued_on: str = "",
    blank: bool = False,
    record_pages: int = 5,
    extra_record_pages: int = 0,
    skip_empty: bool = False,
) -> list[HandbookData]:
    """The books of `cadre_uids` in that order; who is gone is left out. `blank`: only the person's data.

    `issued_on` (ISO) is the date of the cover, else the day up to which the book counts.
    """
    common = year_of(reads, year, as_of)
    pictures = photos(reads, cadre_uids)
    placed = placings(reads, cadre_uids, common.as_of)
    checked = checkins(reads, cadre_uids, year, common.as_of)
    words = form_texts("handbook", own_texts(reads, "handbook"))
    reports = {} if blank else half_reports(reads, cadre_uids, year)
    praised = {} if blank else honours(reads, cadre_uids, year)
    books = []
    for one in collect_people(reads, cadre_uids, common):
        uid = one.person.uid
        lines, placing = checked.get(uid, []), placed.get(uid, Placing())
        posts = (CommitmentLine(post=placing.posts),) if placing.posts else ()
        book = replace(
            _book(one, common, blank),
            issued_on=issued_on or common.as_of,
            photo=pictures.get(uid),
            community=home_place(lines),
            grid=home_grid(lines, placing),
            checkins=checkin_lines(one.row, lines, placing, words),
            record_pages=record_pages,
            extra_record_pages=extra_record_pages,
            skip_empty=skip_empty,
        )
        if not blank:
            book = replace(
                book,
                commitments=posts,
                halves=half_years(reports.get(uid, {}), one.visits, year, common.as_of, words),
                honours=praised.get(uid, ()),
                incidents=incidents(reads, one.visits, confirm_text),
            )
        books.append(book)
    return books


def checkin_lines(
    row: Row, lines: Sequence[CheckedIn], placing: Placing, words: Mapping[str, str]
) -> tuple[CheckinLine, ...]:
    """二、报到与编组: a block for each check-in; grid and squad stand where they are, in the linked community."""
    found = []
    for one in lines:
        kind = words["kind_home" if one.track == "HOME" else "kind_assigned"]
        home = row["estate"] + row["building"] + row["entrance"] if one.track == "HOME" else ""
        line = CheckinLine(kind, one.on, one.community, one.grid(placing), home)
        if one.linked:
            building = placing.building or home
            line = replace(line, building=building, building_lead=placing.led, squad="、".join(placing.squads))
        found.append(line)
    if placing.grid and not any(one.linked for one in lines):  # in a grid, the check-in itself not yet written down
        found.append(
            CheckinLine(
                "", "", placing.community, placing.grid, placing.building, placing.led, "、".join(placing.squads)
            )
        )
    return tuple(found)


def confirm_text(visit: Row) -> str:
    """How a record was confirmed: where the signature stands, never a signature. '' leaves room to sign."""
    if visit["state"] != "CONFIRMED":
        return ""
    if visit["sheet_no"]:
        return f"见待确认清单 {visit['sheet_no']} 第{visit['sheet_page']}页 第{visit['sheet_row']}行"
    return f"{visit['confirm_method']}\n原件签字：{visit['confirmed_by']}"


def _book(one: PersonYear, common: Year, blank: bool) -> HandbookData:
    return HandbookData(
        person=one.person,
        year=common.year,
        number=common.number(one.row),
        issuer=common.settings.get("org_name", "") + common.settings.get("issuer", ""),
        visits=() if blank else tuple(_line(visit) for visit in one.visits),
        totals=one.totals,
        summary=one.evaluation.get("self_summary", ""),
        scope=SCOPE + one.corrected,
        as_of=common.as_of,
        blank=blank,
    )


def _line(visit: Row) -> VisitLine:
    late = f"补录：{visit['late_reason']}" if visit["late_reason"] else ""
    return VisitLine(
        served_on=visit["served_on"],
        minutes=visit["minutes"],
        start_at=visit["start_at"],
        end_at=visit["end_at"],
        next_day=needs_next_day_answer(visit["start_at"], visit["end_at"]),
        place=" ".join(part for part in (visit["community"], visit["place"]) if part),
        category=visit["category"],
        content=visit["content"],
        dispatched=visit["track"] == "DISPATCHED",
        confirmed=visit["state"] == "CONFIRMED",
        counted_minutes=visit["counted_minutes"],
        confirm=confirm_text(visit),
        note="\n".join(part for part in (late, visit["note"]) if part),
    )
