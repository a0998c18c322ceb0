"""The card of a grid: who works there, who leads, which squads, who belongs to it, and what it amounts to."""

from __future__ import annotations

import json
from dataclasses import dataclass

from core.base.clock import today
from core.base.errors import Stale
from core.grid_assignment.figures import GridFigures, grid_figures
from core.grid_assignment.queries import assignment_rows, lead_rows
from core.place.queries import workers
from core.store import Reads, Row

_BUILDINGS = (
    "SELECT b.uid, e.name AS estate, b.name, b.households FROM building b JOIN estate e ON e.uid = b.estate_uid "
    "WHERE b.grid_uid = ? ORDER BY e.position, e.name, b.position, b.name"
)
_SQUADS = "SELECT uid, name, formed_on FROM squad WHERE grid_uid = ? AND ended_on = '' ORDER BY position, name"
_MEMBERS = (
    "SELECT m.squad_uid, m.role, coalesce(w.name, c.name, v.name) AS name FROM json_each(?1) j "
    "CROSS JOIN squad_member m ON m.squad_uid = j.value LEFT JOIN grid_worker w ON w.uid = m.worker_uid "
    "LEFT JOIN cadre c ON c.uid = m.cadre_uid LEFT JOIN volunteer v ON v.uid = m.volunteer_uid "
    "WHERE m.until_on = '' AND coalesce(c.archived_on, '') = '' AND (coalesce(w.until_on, '') = '' OR w.until_on >= ?2) "
    "AND (coalesce(v.until_on, '') = '' OR v.until_on >= ?2) ORDER BY m.role <> 'WORKER', m.role <> 'CADRE', m.from_on, m.uid"
)


@dataclass(frozen=True, slots=True)
class GridCard:
    """One grid as a person looks at it. Rows as the queries of each give them."""

    uid: str
    name: str
    code: str
    note: str
    figures: GridFigures
    workers: list[Row]  # as `core.place.queries.workers`
    leads: list[Row]  # as `lead_rows`
    squads: list[Row]  # uid, name, formed_on, members: names of those in it now, by role, roles: of each of them
    people: list[Row]  # as `assignment_rows`
    buildings: list[Row]  # uid, estate, name, households

    @property
    def worker(self) -> str:
        """Names of the grid workers."""
        return "、".join(row["name"] for row in self.workers)


def grid_card(reads: Reads, grid_uid: str, year: int, figures: GridFigures | None = None) -> GridCard:
    """The card of a grid; Stale if it is gone. `figures`: its own, where they have been read already."""
    grid = reads.one("SELECT uid, name, code, note FROM grid WHERE uid = ?", (grid_uid,))
    if grid is None:
        raise Stale("这个网格已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return GridCard(
        **grid,
        figures=figures or grid_figures(reads, year).get(grid_uid) or GridFigures(grid_uid, grid["name"]),
        workers=workers(reads, grid_uid),
        leads=lead_rows(reads, grid_uid),
        squads=_squads(reads, grid_uid),
        people=assignment_rows(reads, grid_uid),
        buildings=reads.rows(_BUILDINGS, (grid_uid,)),
    )


def _squads(reads: Reads, grid_uid: str) -> list[Row]:
    squads = reads.rows(_SQUADS, (grid_uid,))
    people: dict[str, list[tuple[str, str]]] = {row["uid"]: [] for row in squads}
    for squad_uid, role, name in reads.tuples(_MEMBERS, (json.dumps(list(people)), today().isoformat())):
        people[squad_uid].append((role, name))
    return [
        {
            **row,
            "members": "、".join(name for _, name in people[row["uid"]]),
            "roles": [role for role, _ in people[row["uid"]]],
        }
        for row in squads
    ]
