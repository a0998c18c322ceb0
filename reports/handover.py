"""带出数据交接单: one A4 page for each copy given out, signed by both sides when it goes and when it comes back.

The opening code never stands on it: who finds the paper beside the file must not be able to open it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import partial

from core.base.clock import today
from core.base.errors import InvalidInput
from core.exchange.model import PEER
from core.exchange.queries import peer_rows
from core.exchange.scope import scope_of
from core.org.settings import all_settings
from core.store import Reads, Row
from core.store.tables import table
from reports.collect_person import own_texts
from reports.kit.batch import Job
from reports.kit.continuation import draw_continuation
from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Content, Label, Long, Signature, Value, draw_grid
from reports.kit.form_grid import Row as GridRow
from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Box, Sheets, small_notes, standard_foot
from reports.kit.text import date_cn
from reports.spec import Asked, Gap, boxed_gaps

_LEFT, _RIGHT = 28 * MM, 26 * MM
_WIDTH, _LABEL, _SIDE = 156.0, 27.0, 51.0  # mm
_TOP, _BOTTOM, _FOOT = 46 * MM, 262 * MM, 289 * MM
_SCOPE = "数据内容为截至日期时这份数据范围内的主要记录。"
_COUNTED: tuple[tuple[str, str], ...] = (
    ("cadre", "人"), ("visit", "条"), ("checkin", "条"), ("grid_assignment", "条"), ("building_lead", "条"),
    ("squad", "支"), ("volunteer", "人"), ("contact", "人"), ("grid", "个"), ("building", "栋"),
)  # fmt: skip
_OF_PERSON = ("visit", "checkin", "grid_assignment", "building_lead")


@dataclass(frozen=True, slots=True)
class HandoverData:
    """What stands on the sheet of one copy."""

    number: int
    year: int
    facts: Mapping[str, str]  # by key of the form's texts
    issuer: str = ""
    as_of: str = ""

    @property
    def whose(self) -> str:
        """How messages name it."""
        return f"《带出数据交接单》{self.facts['name']}"


def handover_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """A sheet for the copy asked for, or for every copy that is out."""
    words = own_texts(reads, "handover_sheet")
    for data in collect(reads, asked):
        yield Job(
            label=data.whose,
            file_name=f"{asked.year}_带出数据交接单_{data.number:02d}_{data.facts['name']}.pdf",
            title=f"带出数据交接单 {data.facts['name']}",
            draw=partial(_draw, data, words),
            subject=all_settings(reads).get("org_name", ""),
            people=0,
        )


def handover_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Sheets with a character no font can print, and copies nobody signs for."""
    found = []
    for data in collect(reads, asked):
        found += boxed_gaps("", data.whose, data)
        if not data.facts["holder"]:
            found.append(Gap("", data.whose, ("领用人",)))
    return found


def collect(reads: Reads, asked: Asked) -> list[HandoverData]:
    """The sheets of one copy (`asked.which`: 设备号, name or uid), or of all that are out."""
    rows = [peer_named(reads, asked.which)] if asked.which else peer_rows(reads, "OUT")
    settings = all_settings(reads)
    issuer = settings.get("org_name", "") + settings.get("issuer", "")
    return [
        HandoverData(row["number"], asked.year, _facts(reads, row), issuer, today().isoformat())
        for row in sorted(rows, key=lambda one: int(one["number"]))
    ]


def peer_named(reads: Reads, text: str) -> Row:
    """The copy with that 设备号, name or uid; InvalidInput lists those there are."""
    rows = peer_rows(reads)
    for row in rows:  # newest first: a name may have been given again
        if text.strip() in (str(row["number"]), row["name"], row["uid"]):
            return row
    known = "、".join(f"{row['number']}（{row['name']}）" for row in rows) or "还没有带出过数据"
    raise InvalidInput({"which": f"没有“{text}”这份带出的数据。已有：{known}。"})


def _facts(reads: Reads, row: Row) -> dict[str, str]:
    packet = reads.one("SELECT * FROM packet WHERE peer_uid = ? AND way = 'CHECKOUT'", (row["uid"],)) or {}
    size = packet.get("size", 0)
    file = f"{packet['file_name']}（{max(1, round(size / 1024)):,} KB）" if packet else ""
    return {
        "name": row["name"],
        "kind": PEER.field("kind").text(row["kind"]),
        "holder": row["holder"],
        "holder_phone": row["holder_phone"],
        "out_on": date_cn(row["out_on"]),
        "due_on": date_cn(row["due_on"]),
        "scope_held": row["scope"],
        "held": "、".join(held_words(reads, row)),
        "personal": packet.get("personal", ""),
        "file": file,
        "note": row["note"],
    }


def held_words(reads: Reads, peer: Row) -> list[str]:
    """['党员干部35人', '服务记录120条', …] of what the copy holds by now."""
    scope = scope_of(reads, peer)
    people = json.dumps(sorted(scope.people))
    told = []
    for name, measure in _COUNTED:
        if scope.everything or not table(name).within:
            count = reads.value(f"SELECT count(*) FROM {name}")
        elif name == "cadre":
            count = len(scope.people)
        elif name in _OF_PERSON:
            sql = f"SELECT count(*) FROM json_each(?) j CROSS JOIN {name} t ON t.cadre_uid = j.value"
            count = reads.value(sql, (people,))
        else:
            count = sum(scope.holds(name, row) for row in reads.rows(f"SELECT * FROM {name}"))
        if count:
            told.append(f"{table(name).label}{count:,}{measure}")
    return told


def draw(data: HandoverData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the sheet."""
    words = form_texts("handover_sheet", texts)
    sheets.margins = (_LEFT, _RIGHT)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=_FOOT)
    page = sheets.page()
    title, kai = typeface("title"), typeface("kai")
    page.text((page.left + page.right) / 2, 32 * MM, words["title"], title, 22, align="centre")
    page.short(page.left, 42 * MM, data.issuer, kai, 12, page.right - page.left - 35 * MM)
    page.text(page.right, 42 * MM, f"{words['number']}{data.number}", kai, 12, align="right")
    done = draw_grid(page, page.left, _TOP, _rows(data, words), height=_BOTTOM - _TOP)
    notes = f"{words['code_note']}\n{words['scope']}{_SCOPE}　{words['as_of']}{date_cn(data.as_of)}"
    small_notes(page, notes, Box(page.left, done.bottom + 1.5 * MM, page.right - page.left, 12 * MM))
    identity = (data.facts["name"], f"{words['number']}{data.number}")
    draw_continuation(sheets, words["continuation"], identity, top=24 * MM, bottom=270 * MM)


def _rows(data: HandoverData, words: Mapping[str, str]) -> list[GridRow]:
    facts = data.facts
    pairs = (("name", "kind"), ("holder", "holder_phone"), ("out_on", "due_on"))
    rows = [
        GridRow(
            10.5,
            (
                Cell(_LABEL, Label(words[first])),
                Cell(_SIDE, Value(facts[first], name=first == "holder"), caption=words[first]),
                Cell(_LABEL, Label(words[second])),
                Cell(_WIDTH - 2 * _LABEL - _SIDE, Value(facts[second]), caption=words[second]),
            ),
        )
        for first, second in pairs
    ]
    for key, height, stretch in (("scope_held", 15, 0.5), ("held", 18, 0.5), ("personal", 12, 0.0), ("file", 11, 0.0)):
        rows.append(_wide(words, key, Long(facts[key], indent_em=0.0), height, stretch))
    rows.append(_wide(words, "note", Long(facts["note"], indent_em=0.0), 11, 0.3))
    duties = "\n".join(words[key].format(issuer=data.issuer) for key in ("duty_keep", "duty_secret", "duty_lost"))
    rows.append(_wide(words, "duties", Long(duties, indent_em=0.0), 42, 0.2))
    for key, signer in (("given", "giver"), ("taken", "taker"), ("back", "returner")):
        signed: tuple[Content, ...] = (Signature(words[signer]),)
        if key == "back":
            signed = (Signature(words[signer]), Signature(words["receiver"]))
        for at, one in enumerate(signed):
            side = (Cell(_LABEL, Label(words[key]), rows=len(signed)),) if at == 0 else ()
            rows.append(GridRow(14, (*side, Cell(_WIDTH - _LABEL, one)), 0.3))
    return rows


def _wide(words: Mapping[str, str], key: str, content: Content, height: float, stretch: float) -> GridRow:
    caption = words[key].replace("　", "").replace(" ", "")
    return GridRow(height, (Cell(_LABEL, Label(words[key])), Cell(_WIDTH - _LABEL, content, caption=caption)), stretch)


def _draw(data: HandoverData, words: dict[str, str], sheets: Sheets) -> None:
    draw(data, sheets, words)
