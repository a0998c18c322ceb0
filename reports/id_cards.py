"""亮身份卡 as files: collected by the hundred, eight on a sheet. 方案 四(二)1"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from core.org.settings import all_settings
from core.roster.queries import cadre_page, photos
from core.store import Reads
from reports import id_card
from reports.collect_community import Placing, placings
from reports.collect_person import BATCH, own_texts, year_of
from reports.id_card import Card, CardSheets
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.kit.page import Sheets
from reports.spec import Asked, Gap, boxed_gaps

SCOPE = "名册中未归档的党员干部；网格、楼栋长以截至日期为准。"


def collect_id_cards(reads: Reads, asked: Asked) -> Iterator[CardSheets]:
    """The cards of the people asked for, at most two hundred a file."""
    common = year_of(reads, asked.year, asked.as_of)
    words = form_texts("id_card", own_texts(reads, "id_card"))
    issuer = common.settings.get("org_name", "") + common.settings.get("issuer", "")
    for start in range(0, len(asked.uids), BATCH):
        chunk = asked.uids[start : start + BATCH]
        placed, pictures = placings(reads, chunk, common.as_of), photos(reads, chunk)
        cards = []
        for row in cadre_page(reads, chunk):
            placing = placed.get(row["uid"], Placing())
            cards.append(
                Card(
                    uid=row["uid"],
                    whose=f"{row['name']}（{row['staff_no'] or row['unit']}）",
                    name=row["name"],
                    unit=row["unit"],
                    grid=placing.grid,
                    post=words["lead"].format(building="、".join(placing.leads)) if placing.leads else "",
                    free_time=row["free_time"],
                    photo=pictures.get(row["uid"]),
                )
            )
        yield CardSheets(tuple(cards), issuer, SCOPE, common.as_of)


def id_card_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """Sheets of cards, eight people on each."""
    words, org = own_texts(reads, "id_card"), all_settings(reads).get("org_name", "")
    for number, data in enumerate(collect_id_cards(reads, asked), 1):
        if not data.cards:
            continue
        several = f"_{number:03d}" if len(asked.uids) > BATCH else ""
        file_name = f"{asked.year}_亮身份卡{several}.pdf"
        yield Job("亮身份卡", file_name, "亮身份卡", partial(_draw, data, words), org, people=len(data.cards))


def id_card_check(reads: Reads, asked: Asked) -> list[Gap]:
    """People whose card has a character no font can print."""
    return [
        gap
        for data in collect_id_cards(reads, asked)
        for card in data.cards
        for gap in boxed_gaps(card.uid, card.whose, card)
    ]


def _draw(data: CardSheets, words: dict[str, str], sheets: Sheets) -> None:
    id_card.draw(data, sheets, words)
