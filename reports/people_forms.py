"""The forms of one person each, as jobs of a batch: collected by the hundred, drawn one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from functools import partial
from typing import Any

from core.org.settings import all_settings
from core.roster.model import CADRE
from core.roster.queries import cadre_page, photos
from core.store import Reads
from reports.collect_community import checkins, home_place
from reports.collect_evaluation import collect_evaluation
from reports.collect_handbook import collect_handbook
from reports.collect_person import BATCH, own_texts, year_of
from reports.evaluation_form import EvaluationData, Verdict
from reports.kit.batch import Job
from reports.kit.page import Sheets
from reports.spec import CHECKIN, Asked, Gap, boxed_gaps

Draw = Callable[[Any, Sheets, Mapping[str, str]], None]


def evaluation_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《考核评价表》 of the people asked for."""
    from reports.evaluation_form import draw

    return _jobs(reads, asked, _evaluations, "evaluation", "考核评价表（空白）" if asked.blank else "考核评价表", draw)


def handbook_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """《纪实手册》, filled or blank."""
    from reports.handbook import draw

    return _jobs(reads, asked, _handbooks, "handbook", "纪实手册（空白）" if asked.blank else "纪实手册", draw)


def record_page_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """Blank record pages for books that are full."""
    from reports.handbook import draw_record_pages

    def draw(data: Any, sheets: Sheets, texts: Mapping[str, str]) -> None:
        draw_record_pages(data, sheets, max(1, asked.extra_pages), texts)

    return _jobs(reads, asked, _handbooks, "handbook", "纪实手册加页", draw)


def evaluation_check(reads: Reads, asked: Asked) -> list[Gap]:
    """People whose 考核评价表 has a character no font can print."""
    return _boxed(reads, asked, _evaluations)


def handbook_check(reads: Reads, asked: Asked) -> list[Gap]:
    """People whose 纪实手册 has a character no font can print."""
    return _boxed(reads, asked, _handbooks)


def facts_missing(reads: Reads, asked: Asked, needs: tuple[str, ...], *, photo: bool = False) -> list[Gap]:
    """Per person the facts the form shows and the roster does not have: a few queries for everybody."""
    found = []
    pictures = photos(reads, asked.uids) if photo else {}
    fields = [CADRE.field(key) for key in needs if key != CHECKIN]
    day = year_of(reads, asked.year, asked.as_of).as_of
    checked = checkins(reads, asked.uids, asked.year, day) if CHECKIN in needs else {}
    for row in cadre_page(reads, asked.uids):
        missing = [one.label for one in fields if not row[one.key] and not (one.key == "address" and row["community"])]
        if CHECKIN in needs and row["status"] == "ACTIVE" and not home_place(checked.get(row["uid"], [])):
            missing.append("个人报到")
        if photo and row["uid"] not in pictures:
            missing.append("照片")
        if missing:
            found.append(Gap(row["uid"], f"{row['name']}（{row['staff_no'] or row['unit']}）", tuple(missing)))
    return found


def _evaluations(reads: Reads, asked: Asked) -> Iterator[Any]:
    for start in range(0, len(asked.uids), BATCH):
        made = collect_evaluation(reads, asked.uids[start : start + BATCH], asked.year, asked.as_of)
        yield from map(_for_the_pen, made) if asked.blank else made


def _for_the_pen(form: EvaluationData) -> EvaluationData:
    """The form with the person's data and the year's minimum only."""
    return EvaluationData(
        person=form.person,
        year=form.year,
        number=form.number,
        home_community=form.home_community,
        linked_community=form.linked_community,
        grid=form.grid,
        totals=form.totals,
        unit_review=None if form.unit_review is None else Verdict(),
        overall=None if form.overall is None else "",
        grades=form.grades,
        evaluators=form.evaluators,
        blank=True,
    )


def _handbooks(reads: Reads, asked: Asked) -> Iterator[Any]:
    for start in range(0, len(asked.uids), BATCH):
        chunk = asked.uids[start : start + BATCH]
        yield from collect_handbook(
            reads,
            chunk,
            asked.year,
            asked.as_of,
            issued_on=asked.issued_on,
            blank=asked.blank,
            extra_record_pages=asked.extra_pages,
            skip_empty=asked.skip_empty,
        )


def _jobs(
    reads: Reads,
    asked: Asked,
    collect: Callable[[Reads, Asked], Iterator[Any]],
    texts: str,
    title: str,
    draw: Draw,
) -> Iterator[Job]:
    words = own_texts(reads, texts)
    org = all_settings(reads).get("org_name", "")
    for data in collect(reads, asked):
        person = data.person
        parts = (str(asked.year), title, person.name, person.staff_no or person.unit)
        yield Job(
            label=person.whose,
            file_name="_".join(part for part in parts if part) + ".pdf",
            title=f"{asked.year}年度{title} {person.name}",
            draw=partial(_draw, draw, data, words),
            subject=org,
            uid=person.uid,
        )


def _draw(draw: Draw, data: Any, words: Mapping[str, str], sheets: Sheets) -> None:
    draw(data, sheets, words)


def _boxed(reads: Reads, asked: Asked, collect: Callable[[Reads, Asked], Iterator[Any]]) -> list[Gap]:
    found: list[Gap] = []
    for data in collect(reads, asked):
        found += boxed_gaps(data.person.uid, data.person.whose, data)
    return found
