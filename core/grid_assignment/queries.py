"""Nouns that read: who is in which grid, who is in none, who leads which building."""

from __future__ import annotations

import json
from typing import Any

from core.base.clock import today
from core.grid_assignment.home import HOME_COLUMNS, Home
from core.place.spelling import bare_community
from core.store import Reads, Row

_ASSIGNMENTS = """
SELECT a.uid, c.staff_no, c.name, unit.name AS unit, coalesce(branch.name, '') AS branch, g.name AS grid,
  coalesce(e.name, '') AS estate, coalesce(b.name, '') AS building, a.entrance, a.from_on, a.until_on, a.method, a.note,
  a.cadre_uid, a.grid_uid, a.building_uid, b.estate_uid, c.unit_uid, c.branch_uid, c.status, c.phone
FROM grid_assignment a
JOIN cadre c ON c.uid = a.cadre_uid
JOIN unit ON unit.uid = c.unit_uid
LEFT JOIN branch ON branch.uid = c.branch_uid
JOIN grid g ON g.uid = a.grid_uid
LEFT JOIN building b ON b.uid = a.building_uid
LEFT JOIN estate e ON e.uid = b.estate_uid
WHERE {where}
ORDER BY g.position, g.name, e.position, e.name, b.position, b.name, unit.position, unit.name, c.staff_no, a.from_on, a.uid
"""

_LEADS = """
SELECT l.uid, e.name AS estate, b.name AS building, coalesce(g.name, '') AS grid, c.staff_no, c.name,
  unit.name AS unit, l.from_on, l.until_on, l.note, l.building_uid, b.estate_uid, b.grid_uid, l.cadre_uid, c.unit_uid,
  c.status, c.phone
FROM building_lead l
JOIN building b ON b.uid = l.building_uid
JOIN estate e ON e.uid = b.estate_uid
LEFT JOIN grid g ON g.uid = b.grid_uid
JOIN cadre c ON c.uid = l.cadre_uid
JOIN unit ON unit.uid = c.unit_uid
WHERE {where}
ORDER BY g.position IS NULL, g.position, g.name, e.position, e.name, b.position, b.name, l.from_on, l.uid
"""

IN_TERM = "l.from_on <= ? AND (l.until_on = '' OR l.until_on >= ?)"
"""Whether a term of a building lead holds a day (given twice); days are inclusive."""


def assignment_rows(
    reads: Reads,
    grid_uid: str = "",
    unit_uid: str = "",
    current: bool = True,
    *,
    building_uid: str = "",
    cadre_uid: str = "",
    uid: str = "",
) -> list[Row]:
    """Assignments by grid, building and unit; `current` leaves out those that ended and people archived."""
    asked = {
        "a.grid_uid": grid_uid,
        "c.unit_uid": unit_uid,
        "a.building_uid": building_uid,
        "a.cadre_uid": cadre_uid,
        "a.uid": uid,
    }
    where, params = _where(asked)
    if current:
        where.append("a.until_on = '' AND c.archived_on = ''")
    return reads.rows(_ASSIGNMENTS.format(where=" AND ".join(where)), params)


def grid_of(reads: Reads, cadre_uid: str, day: str = "") -> Row | None:
    """A person's assignment on a day (default today), as a row of `assignment_rows`; None if there is none."""
    on = day or today().isoformat()
    where = "a.cadre_uid = ? AND a.from_on <= ? AND (a.until_on = '' OR a.until_on >= ?)"
    rows = reads.rows(_ASSIGNMENTS.format(where=where), (cadre_uid, on, on))
    return max(rows, key=lambda row: (row["from_on"], row["uid"])) if rows else None


def lead_rows(
    reads: Reads,
    grid_uid: str = "",
    *,
    building_uid: str = "",
    cadre_uid: str = "",
    uid: str = "",
    current: bool = True,
) -> list[Row]:
    """楼栋长 by grid and building; `current`: whose term holds today, archived people left out."""
    where, params = _where(
        {"b.grid_uid": grid_uid, "l.building_uid": building_uid, "l.cadre_uid": cadre_uid, "l.uid": uid}
    )
    if current:
        where.append(f"{IN_TERM} AND c.archived_on = ''")
        params += [today().isoformat()] * 2
    return reads.rows(_LEADS.format(where=" AND ".join(where)), params)


def unplaced(reads: Reads, unit_uid: str = "") -> list[Row]:
    """在职 people of the linked community without a grid: who lives there, or is sent there.

    Each with `outcome` and `reason`: what 自动编入 makes of the address.
    """
    home = Home.load(reads)
    if home is None:
        return []
    from core.grid_assignment.auto import lines_of

    rows = _without_grid(reads, home, unit_uid)
    found = []
    for row, line in zip(rows, lines_of(reads, home, rows), strict=True):
        kept = {key: row[key] for key in ("uid", "staff_no", "name", "unit", "unit_uid", "branch_uid")}
        reason = line.why if row["lives_here"] else "组织派遣到本社区，还没有编入网格。"
        found.append({**kept, "address": line.address, "outcome": line.outcome, "reason": reason})
    return found


def unplaced_count(reads: Reads) -> int:
    """How many `unplaced` there are: what the 工作台 asks at every look."""
    home = Home.load(reads)
    return len(_without_grid(reads, home)) if home else 0


def _without_grid(reads: Reads, home: Home, unit_uid: str = "") -> list[Row]:
    sql = (
        f"SELECT c.uid, c.staff_no, c.name, unit.name AS unit, c.unit_uid, c.branch_uid, {HOME_COLUMNS}, "
        "EXISTS (SELECT 1 FROM checkin k WHERE k.cadre_uid = c.uid AND k.track = 'ASSIGNED' AND k.ended_on = '' "
        "AND k.community_uid = ?) AS sent FROM cadre c JOIN unit ON unit.uid = c.unit_uid "
        "WHERE c.archived_on = '' AND c.status = 'ACTIVE' AND (? = '' OR c.unit_uid = ?) AND NOT EXISTS "
        "(SELECT 1 FROM grid_assignment a WHERE a.cadre_uid = c.uid AND a.until_on = '') "
        "AND (sent OR c.community = '' OR c.community IN (SELECT value FROM json_each(?))) "
        "ORDER BY unit.position, unit.name, c.staff_no, c.uid"
    )
    spellings = [
        one
        for (one,) in reads.tuples("SELECT DISTINCT community FROM cadre WHERE community <> ''")
        if bare_community(one) in home.names
    ]
    rows = reads.rows(sql, (home.community_uid, unit_uid, unit_uid, json.dumps(spellings)))
    for row in rows:
        row["lives_here"] = home.holds(row)
    return [row for row in rows if row["lives_here"] or row["sent"]]


def balance(reads: Reads, year: int = 0) -> list[Row]:
    """The grids side by side, in order: people, leads, hours, households, squads; `year` default the one in force."""
    from dataclasses import asdict

    from core.grid_assignment.figures import grid_figures
    from core.org.settings import year_in_force

    figures = grid_figures(reads, year or year_in_force(reads))
    return [{"uid": uid, "grid": one.name, **asdict(one), "share": one.share} for uid, one in figures.items()]


def _where(asked: dict[str, str]) -> tuple[list[str], list[Any]]:
    """Equal to what is given, whatever is given."""
    given = {column: value for column, value in asked.items() if value}
    return [f"{column} = ?" for column in given] or ["1"], list(given.values())
