"""Nouns that read: squads and who is in them."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from core.base.clock import today
from core.store import Reads, Row
from core.team.model import ROLE, ROLE_LABEL, shape_warning

_SQUADS = """
SELECT s.uid, g.name AS grid, s.name, s.formed_on, s.ended_on, s.note, s.grid_uid, s.position
FROM squad s JOIN grid g ON g.uid = s.grid_uid WHERE {where} ORDER BY g.position, g.name, s.position, s.name, s.uid
"""
_MEMBERS = """
SELECT m.uid, g.name AS grid, s.name AS squad, m.role, coalesce(w.name, c.name, v.name) AS name,
  coalesce(c.staff_no, '') AS staff_no, coalesce(w.phone, c.phone, v.phone) AS phone, m.from_on, m.until_on,
  m.squad_uid, s.grid_uid, coalesce(m.worker_uid, m.cadre_uid, m.volunteer_uid) AS person_uid,
  m.worker_uid, m.cadre_uid, m.volunteer_uid, coalesce(unit.name, '') AS unit
FROM {source} JOIN squad s ON s.uid = m.squad_uid JOIN grid g ON g.uid = s.grid_uid
LEFT JOIN grid_worker w ON w.uid = m.worker_uid LEFT JOIN cadre c ON c.uid = m.cadre_uid
LEFT JOIN volunteer v ON v.uid = m.volunteer_uid LEFT JOIN unit ON unit.uid = c.unit_uid
WHERE {where}
ORDER BY g.position, g.name, s.position, s.name, s.uid, m.role <> 'WORKER', m.role <> 'CADRE', m.from_on, m.uid
"""
_NOW = "m.until_on = '' AND s.ended_on = ''"
# whoever has left is in no squad any more, whatever a merge made of his place: it is to be filled
_THERE = (
    "coalesce(c.archived_on, '') = '' AND (coalesce(v.until_on, '') = '' OR v.until_on >= {day}) "
    "AND (coalesce(w.until_on, '') = '' OR w.until_on >= {day})"
)


def squad_rows(reads: Reads, grid_uid: str = "", *, current: bool = True) -> list[Row]:
    """Squads by grid, with `members` (names by role) and `warning` (its shape in words, '' if 1+1+2)."""
    where, params = ["1"], []
    if grid_uid:
        where.append("s.grid_uid = ?")
        params.append(grid_uid)
    if current:
        where.append("s.ended_on = ''")
    squads = reads.rows(_SQUADS.format(where=" AND ".join(where)), params)
    members: dict[str, list[Row]] = defaultdict(list)
    # those in it now; of a squad that is gone, those who were in it at the end
    held = f"(m.until_on = '' AND {_there()} OR (s.ended_on <> '' AND m.until_on = s.ended_on))"
    for row in _members(reads, [row["uid"] for row in squads], held):
        members[row["squad_uid"]].append(row)
    return [
        {
            **row,
            "members": members_text(members[row["uid"]]),
            "warning": shape_warning(members[row["uid"]]),
        }
        for row in squads
    ]


def squad_members(reads: Reads, squad_uid: str = "", *, current: bool = True) -> list[Row]:
    """Members of a squad (default: of all) by role: 网格员, 党员干部, 志愿者; `current`: in it and still there today."""
    if squad_uid:
        return _members(reads, [squad_uid], f"m.until_on = '' AND {_there()}" if current else "1")
    where = f"{_NOW} AND {_there()}" if current else "1"
    return reads.rows(_MEMBERS.format(source="squad_member m", where=where))


def squads_of(reads: Reads, cadre_uid: str, *, current: bool = True) -> list[Row]:
    """The squads a cadre is in, as rows of members."""
    where = f"m.cadre_uid = ?{f' AND {_NOW}' if current else ''}"
    return reads.rows(_MEMBERS.format(source="squad_member m", where=where), (cadre_uid,))


def members_text(members: Sequence[Any]) -> str:
    """'网格员吕莉；下沉党员干部张伟；志愿者王芳、李娜'."""
    names: dict[str, list[str]] = defaultdict(list)
    for one in members:
        names[one["role"]].append(str(one["name"]))
    return "；".join(f"{ROLE_LABEL[code]}{'、'.join(names[code])}" for code, _label in ROLE if names[code])


def _there() -> str:
    return _THERE.format(day=f"'{today().isoformat()}'")


def _members(reads: Reads, squad_uids: Sequence[str], where: str) -> list[Row]:
    source = "json_each(?) j CROSS JOIN squad_member m ON m.squad_uid = j.value"
    return reads.rows(_MEMBERS.format(source=source, where=where), (json.dumps(list(squad_uids)),))
