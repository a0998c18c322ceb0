"""Nouns that read: check-ins of cadres, of units and of the school, with the state that follows from the facts."""

from __future__ import annotations

import json

from core.base.errors import Stale
from core.checkin.model import SCHOOL, CheckinFilter
from core.store import Reads, Row

# 三(三): in the linked community a person is placed by 编入网格, elsewhere by what that community calls his grid or post.
STATE_SQL = (
    "CASE WHEN t.ended_on <> '' THEN 'ENDED' "
    "WHEN m.linked = 1 AND EXISTS (SELECT 1 FROM grid_assignment a WHERE a.cadre_uid = t.cadre_uid AND a.until_on = '') "
    "THEN 'PLACED' WHEN m.linked = 0 AND t.place <> '' THEN 'PLACED' ELSE 'CHECKED_IN' END"
)
_COLUMNS = (
    "t.*, c.staff_no, c.name, c.pinyin, c.phone, c.status, c.archived_on, c.unit_uid AS now_unit_uid, c.branch_uid, "
    "unit.name AS unit, coalesce(branch.name, '') AS branch, m.district, m.street, m.name AS community, m.linked, "
    f"{STATE_SQL} AS state"
)
_FROM = (
    "FROM checkin t JOIN cadre c ON c.uid = t.cadre_uid JOIN unit ON unit.uid = c.unit_uid "
    "LEFT JOIN branch ON branch.uid = c.branch_uid JOIN community m ON m.uid = t.community_uid"
)
_ORDER = "ORDER BY unit.position, unit.name, c.staff_no, c.uid, t.checked_on, t.uid"
ALL = CheckinFilter()


def checkin_rows(reads: Reads, asked: CheckinFilter = ALL, limit: int | None = None) -> list[Row]:
    """Check-ins of cadres by unit and 工号; people without one are in `absent_rows`."""
    where, params = _where(asked)
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE {where} {_ORDER} LIMIT ?"
    return [_plain(row) for row in reads.rows(sql, (*params, -1 if limit is None else limit))]


def checkin(reads: Reads, uid: str) -> Row:
    """One check-in of a cadre; Stale if it is gone."""
    found = checkin_rows(reads, CheckinFilter(uids=(uid,)))
    if not found:
        raise Stale("这条报到已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return found[0]


def checkins_of(reads: Reads, cadre_uid: str) -> list[Row]:
    """All check-ins of a person, both tracks, oldest first."""
    rows = checkin_rows(reads, CheckinFilter(cadre_uid=cadre_uid))
    return sorted(rows, key=lambda row: (row["checked_on"], row["uid"]))


def open_checkins(reads: Reads, cadre_uids: list[str], track: str) -> dict[str, Row]:
    """The open check-in of a track by cadre uid, for a group in one look."""
    sql = (
        "SELECT t.*, m.name AS community FROM json_each(?) j CROSS JOIN checkin t ON t.cadre_uid = j.value "
        "JOIN community m ON m.uid = t.community_uid WHERE t.track = ? AND t.ended_on = ''"
    )
    return {row["cadre_uid"]: row for row in reads.rows(sql, (json.dumps(cadre_uids), track))}


def unit_checkin_rows(reads: Reads) -> list[Row]:
    """Check-ins of the school (first) and of units, with `unit` as lists name it."""
    sql = (
        "SELECT t.*, coalesce(unit.name, ?) AS unit, m.district, m.street, m.name AS community, m.linked "
        "FROM checkin t LEFT JOIN unit ON unit.uid = t.unit_uid JOIN community m ON m.uid = t.community_uid "
        "WHERE t.cadre_uid IS NULL ORDER BY t.unit_uid IS NOT NULL, unit.position, unit.name, t.checked_on, t.uid"
    )
    return reads.rows(sql, (SCHOOL,))


def _where(asked: CheckinFilter) -> tuple[str, tuple[object, ...]]:
    parts: list[tuple[str, tuple[object, ...]]] = [("t.cadre_uid IS NOT NULL", ())]
    for column, value in (
        ("c.unit_uid", asked.unit_uid),
        ("c.branch_uid", asked.branch_uid),
        ("t.track", asked.track),
        ("t.community_uid", asked.community_uid),
        ("t.cadre_uid", asked.cadre_uid),
        (STATE_SQL, asked.state),
    ):
        if value:
            parts.append((f"{column} = ?", (value,)))
    for column, uids in (("t.uid", asked.uids), ("t.cadre_uid", asked.cadre_uids)):
        if uids is not None:
            parts.append((f"{column} IN (SELECT value FROM json_each(?))", (json.dumps(uids),)))
    for word in asked.search.split():
        like = f"%{word}%"
        parts.append(
            (
                "(c.name LIKE ? OR c.staff_no LIKE ? OR c.initials LIKE ? OR c.pinyin LIKE ? OR m.name LIKE ? "
                "OR t.handler LIKE ?)",
                (like, f"{word}%", f"{word.lower()}%", f"{word.lower()}%", like, like),
            )
        )
    return " AND ".join(one for one, _ in parts), tuple(value for _, values in parts for value in values)


def _plain(row: Row) -> Row:
    """`unit_uid` of a row about a cadre is the cadre's unit, not the empty column of the check-in."""
    return {**{key: value for key, value in row.items() if key != "now_unit_uid"}, "unit_uid": row["now_unit_uid"]}
