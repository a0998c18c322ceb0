"""干部报到 as rows: a person a line, both tracks side by side; its columns, its filter fields, its source of rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from core.base.clock import today
from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.checkin.model import CHECKIN, STATE, TRACK_LABEL
from core.checkin.people import (
    ARCHIVED,
    HOME,
    PREFIX,
    SENT,
    SORTABLE,
    PeopleFilter,
    PeopleSums,
    people_rows,
    people_uids,
)
from core.grid_assignment.model import ASSIGNMENT
from core.roster.model import CADRE, STATUS
from core.store import Reads, Row
from ui.kit.columns import Column, column_of
from ui.kit.rows import QuerySource, Where
from ui.pages.roster_rows import BRANCHES, COMMUNITIES, UNITS

OPERATORS = ("=", "blank")
TONES = {"ABSENT": "bad", "CHECKED_IN": "ok", "PLACED": "ok", "ENDED": "sub"}
NO_RECEIPT = "NONE"
RECEIPT = Field("receipt", "回执", Kind.CHOICE, choices=((NO_RECEIPT, "还没有收到"),))
FIRST = (
    "name", "staff_no", "home_state", "sent_state", "unit", "branch", "home_checked_on", "home_community",
    "home_receipt_on", "sent_checked_on", "grid",
)  # fmt: skip
_PERSON = ("name", "staff_no", "unit", "branch", "status", "phone")
_TRACK_KEYS = (
    "state", "checked_on", "community", "place", "handler", "letter_no", "receipt_on", "ended_on", "end_reason", "note",
)  # fmt: skip


def filter_fields() -> list[Field]:
    """What 条件 offers."""
    status = replace(CADRE.field("status"), choices=(*STATUS, (ARCHIVED, "已归档")))
    lists = {"unit": UNITS, "branch": BRANCHES, "community": COMMUNITIES}
    named = {key: replace(CHECKIN.field(key), kind=Kind.CHOICE, code_list=name) for key, name in lists.items()}
    track, state = CHECKIN.field("track"), replace(CHECKIN.field("state"), choices=STATE, editable=True)
    editable = {key: replace(one, editable=True) for key, one in named.items()}
    return [editable["unit"], editable["branch"], track, state, editable["community"], RECEIPT, status]


def people_fields() -> list[Field]:
    """What a line of the list knows of a person and of both check-ins: list, workbook and paper read it."""
    made = [CADRE.field(key) for key in _PERSON]
    made.append(replace(CADRE.field("community"), key="lives_in"))
    for code, prefix, tail in (("HOME", HOME, ""), ("ASSIGNED", SENT, "（派遣）")):
        for key in _TRACK_KEYS:
            field = CHECKIN.field(key)
            label = TRACK_LABEL[code] if key == "state" else field.label + tail
            made.append(replace(field, key=f"{prefix}_{key}", label=label))
    return [*made, replace(ASSIGNMENT.field("grid"), label="编入网格", width=10)]


def people_columns() -> list[Column]:
    """Those of FIRST are shown from the start, in that order."""
    made = {one.key: shown_column(one, sortable=one.key in SORTABLE) for one in people_fields()}
    for prefix in (HOME, SENT):
        made[f"{prefix}_state"] = replace(made[f"{prefix}_state"], width=12, tone=_tone(f"{prefix}_state"))
    for key in ("sent_checked_on", "sent_receipt_on"):
        made[key] = replace(made[key], width=18)
    ordered = [*FIRST, *(key for key in made if key not in FIRST)]
    return [replace(made[key], shown=key in FIRST) for key in ordered]


def shown_column(field: Field, **changes: Any) -> Column:
    """The column of a field; a date has room for 2020年12月24日."""
    width = max(field.width, 14) if field.kind is Kind.DATE else field.width
    return column_of(field, **{"width": width, **changes})


def people_source(reads: Reads) -> QuerySource:
    """The list."""
    return QuerySource(reads, lambda on, where, order: people_uids(on, asked_of(where), order), people_rows)


def asked_of(where: Where) -> PeopleFilter:
    """The page's filter as a question to the roster."""
    parts: dict[str, Any] = {"search": str(where.get("search") or "")}
    if where.get("uids") is not None:
        parts["uids"] = tuple(where["uids"])
    for key, operator, value in where.get("where", ()):
        if operator == "blank":
            parts |= {"no_branch": True} if key == "branch" else {"state": "ABSENT"}
        elif key == "receipt":
            parts["no_receipt"] = True
        else:
            parts[key] = str(value)
    return PeopleFilter(**parts)


def open_uids(rows: Sequence[Row], track: str = "") -> list[str]:
    """Uids of the check-ins that hold (of a track), of these people."""
    prefixes = [PREFIX[track]] if track else [HOME, SENT]
    return [row[f"{one}_uid"] for row in rows for one in prefixes if row[f"{one}_uid"] and not row[f"{one}_ended_on"]]


def checkin_of(row: Row, track: str) -> Row:
    """One track of a line as a check-in by field key; {} where there is none."""
    prefix = PREFIX[track]
    if not row[f"{prefix}_uid"]:
        return {}
    return {key.removeprefix(f"{prefix}_"): value for key, value in row.items() if key.startswith(f"{prefix}_")}


def sums_words(sums: PeopleSums) -> str:
    """The foot of the list."""
    parts = [f"{sums.people:,} 人", f"{TRACK_LABEL['HOME']} {sums.home:,}", f"{TRACK_LABEL['ASSIGNED']} {sums.sent:,}"]
    past = f"（截至{format_date(sums.as_of)}，同报到情况；名单为今天的）" if sums.as_of < today().isoformat() else ""
    return " · ".join([*parts, f"在职未报到 {sums.absent:,}{past}"])


def state_words(row: Row, track: str) -> tuple[str, str]:
    """State of a track and its tone, for a chip."""
    code = str(row[f"{PREFIX[track]}_state"] or "ABSENT")
    if code == "ABSENT" and (track != "HOME" or row["status"] != "ACTIVE"):
        return "", ""
    return dict(STATE)[code], TONES[code].replace("sub", "")


def _tone(key: str) -> Any:
    def tone(row: Row) -> str:
        code = str(row[key])
        return "sub" if code == "ABSENT" and row["status"] != "ACTIVE" else TONES.get(code, "")

    return tone
