"""Everybody of the roster with the check-in that counts on each track, for the list of the 报到 page. 方案 三(三)"""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from core.base.clock import today
from core.base.dates import format_date
from core.checkin.model import TRACK, TRACK_LABEL, CheckinDraft
from core.checkin.queries import STATE_SQL, open_checkins
from core.checkin.rules import draft_faults, who
from core.checkin.status import sums_among
from core.roster.filter import searched
from core.store import Reads, Row

HOME, SENT = "home", "sent"  # prefixes of the two tracks in a row
PREFIX = {"HOME": HOME, "ASSIGNED": SENT}
_FACTS = (
    "state", "checked_on", "district", "street", "community", "place", "handler", "our_contact", "letter_no",
    "receipt_on", "ended_on", "end_reason", "note",
)  # fmt: skip
ARCHIVED = "ARCHIVED"  # beside the codes of 人员类别: people who have left

# Of several check-ins of a track the open one counts, else the newest.
_NEWEST = f"""
SELECT t.*, m.district, m.street, m.name AS community, {STATE_SQL} AS state, row_number() OVER (
    PARTITION BY t.cadre_uid, t.track ORDER BY t.ended_on <> '', t.checked_on DESC, t.uid DESC) AS newest
  FROM checkin t JOIN community m ON m.uid = t.community_uid WHERE t.cadre_uid IS NOT NULL
"""
_FROM = """
FROM cadre JOIN unit ON unit.uid = cadre.unit_uid LEFT JOIN branch ON branch.uid = cadre.branch_uid
LEFT JOIN kept AS home ON home.cadre_uid = cadre.uid AND home.track = 'HOME' AND home.newest = 1
LEFT JOIN kept AS sent ON sent.cadre_uid = cadre.uid AND sent.track = 'ASSIGNED' AND sent.newest = 1
"""
_GRID = (
    "coalesce((SELECT g.name FROM grid_assignment a JOIN grid g ON g.uid = a.grid_uid "
    "WHERE a.cadre_uid = cadre.uid AND a.until_on = '' ORDER BY a.from_on DESC LIMIT 1), '') AS grid"
)
_STATE = {HOME: "coalesce(home.state, 'ABSENT')", SENT: "coalesce(sent.state, '')"}
_OPEN = "({0}.uid IS NOT NULL AND {0}.ended_on = '')"
_ORDERS = {
    "name": "cadre.stroke_key, cadre.name",
    "staff_no": "cadre.staff_no",
    "unit": "unit.position, unit.name",
    "branch": "branch.position, branch.name",
    "status": "cadre.status",
    "grid": "grid",
    **{f"{one}_{key}": f"{one}.{key}" for one in (HOME, SENT) for key in _FACTS},
    f"{HOME}_state": _STATE[HOME],
}
SORTABLE = frozenset(_ORDERS)
_LAST = "unit.position, unit.name, branch.position, cadre.staff_no, cadre.uid"


@dataclass(frozen=True, slots=True)
class PeopleFilter:
    """Whom the list shows; all parts must hold. Without a track, `state` speaks of 个人报到, the rest of either track."""

    unit: str = ""  # name
    branch: str = ""
    no_branch: bool = False
    track: str = ""
    state: str = ""  # ABSENT: whoever has no open check-in of the track
    status: str = ""  # of the person, or ARCHIVED
    community: str = ""
    no_receipt: bool = False
    search: str = ""
    uids: tuple[str, ...] | None = None  # people another page named, archived or not


@dataclass(frozen=True, slots=True)
class PeopleSums:
    """How many the list shows, and how far they are."""

    people: int = 0
    home: int = 0  # with an open 个人报到
    sent: int = 0  # with an open 组织派遣报到
    absent: int = 0  # 在职 without 个人报到
    as_of: str = ""  # the day the three speak of


def people_uids(reads: Reads, asked: PeopleFilter, order: Sequence[tuple[str, bool]] = ()) -> list[str]:
    """Uids of the cadres in order; (key, descending), by unit and 工号 unless told."""
    where, params = _where(asked)
    parts = [
        ", ".join(f"{one}{' DESC' if down else ''}" for one in _ORDERS[key].split(", "))
        for key, down in order
        if key in _ORDERS
    ]
    sql = f"WITH kept AS ({_NEWEST}) SELECT cadre.uid, {_GRID} {_FROM} WHERE {where} ORDER BY {', '.join([*parts, _LAST])}"
    return [row[0] for row in reads.tuples(sql, params)]


def people_rows(reads: Reads, uids: Sequence[str]) -> list[Row]:
    """People with `home_…` and `sent_…` of their check-ins ('' where there is none) and their grid, in the order given."""
    asked = json.dumps(list(uids))
    keys = [(one, key) for one in (HOME, SENT) for key in ("uid", *_FACTS) if key != "state"]
    facts = ", ".join(f"coalesce({one}.{key}, '') AS {one}_{key}" for one, key in keys)
    states = ", ".join(f"{_STATE[one]} AS {one}_state" for one in (HOME, SENT))
    sql = (
        f"WITH kept AS ({_NEWEST} AND t.cadre_uid IN (SELECT value FROM json_each(?1))) "
        "SELECT cadre.uid, cadre.staff_no, cadre.name, cadre.phone, cadre.status, cadre.archived_on, "
        "cadre.archive_reason, cadre.unit_uid, cadre.branch_uid, cadre.community AS lives_in, unit.name AS unit, "
        f"coalesce(branch.name, '') AS branch, {_GRID}, {states}, {facts} {_FROM} "
        "WHERE cadre.uid IN (SELECT value FROM json_each(?1))"
    )
    found = {row["uid"]: row for row in reads.rows(sql, (asked,))}
    return [found[uid] for uid in uids if uid in found]


def people_sums(reads: Reads, asked: PeopleFilter, as_of: str = "") -> PeopleSums:
    """How far those of a filter are on a day (ISO, default today), counted as 报到情况 counts them."""
    day, uids = as_of or today().isoformat(), people_uids(reads, asked)
    return PeopleSums(len(uids), *sums_among(reads, uids, day), day)


def cannot_check_in(reads: Reads, cadre_uids: Sequence[str], draft: CheckinDraft) -> dict[str, str]:
    """Why some of these people cannot be checked in by this draft, before anything is written: a sentence by uid."""
    there = open_checkins(reads, list(cadre_uids), draft.track)
    sql = (
        "SELECT cadre.*, unit.name AS unit FROM json_each(?) j CROSS JOIN cadre ON cadre.uid = j.value "
        "JOIN unit ON unit.uid = cadre.unit_uid"
    )
    found = {}
    for person in reads.rows(sql, (json.dumps(list(cadre_uids)),)):
        if problems := draft_faults(reads, draft, person):
            found[person["uid"]] = f"{who(person)}：{''.join(problems.values())}"
        elif held := there.get(person["uid"]):
            when, track = format_date(held["checked_on"]), TRACK_LABEL[draft.track]
            found[person["uid"]] = f"{who(person)}：已于{when}在{held['community']}{track}。"
    return found


def _where(asked: PeopleFilter) -> tuple[str, list[object]]:
    parts: list[str] = []
    params: list[object] = []

    def add(sql: str, *values: object) -> None:
        parts.append(f"({sql})")
        params.extend(values)

    if asked.uids is not None:
        add("cadre.uid IN (SELECT value FROM json_each(?))", json.dumps(asked.uids))
    elif asked.status == ARCHIVED:
        add("cadre.archived_on <> ''")
    else:
        add("cadre.archived_on = ''")
        if asked.status:
            add("cadre.status = ?", asked.status)
    if asked.unit:
        add("unit.name = ?", asked.unit)
    if asked.no_branch:
        add("cadre.branch_uid IS NULL")
    elif asked.branch:
        add("branch.name = ?", asked.branch)
    _of_checkins(asked, add)
    for word in asked.search.split():
        one = searched(word)
        add(f"{one.sql} OR home.community LIKE ? OR home.handler LIKE ?", *one.params, f"%{word}%", f"%{word}%")
    return " AND ".join(parts), params


def _of_checkins(asked: PeopleFilter, add: Callable[..., None]) -> None:
    tracks = [PREFIX[asked.track]] if asked.track else [PREFIX[code] for code, _ in reversed(TRACK)]
    if asked.state == "ABSENT":
        add(f"NOT {_OPEN.format(tracks[0])}")
    elif asked.state:
        add(f"{tracks[0]}.state = ?", asked.state)
    elif asked.track:
        add(f"{tracks[0]}.uid IS NOT NULL")
    if asked.community:
        add(" OR ".join(f"{one}.community = ?" for one in tracks), *([asked.community] * len(tracks)))
    if asked.no_receipt:
        add(" OR ".join(f"{_OPEN.format(one)} AND {one}.receipt_on = ''" for one in tracks))
