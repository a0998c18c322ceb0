"""112小分队 proposed: for each grid without one, from its worker, its cadres and its volunteers. 方案 五(二)3"""

from __future__ import annotations

from collections import defaultdict

from core.base.clock import today
from core.place.queries import grids
from core.store import Reads, Row
from core.team.model import SHAPE, SquadProposal, shape_warning

_BUSY = (
    "(SELECT count(*) FROM squad_member m JOIN squad s ON s.uid = m.squad_uid WHERE m.{column} = {table}.uid "
    "AND m.until_on = '' AND s.ended_on = '')"
)
_WORKERS = f"""
SELECT w.uid, w.name, w.grid_uid, {_BUSY.format(column="worker_uid", table="w")} AS squads FROM grid_worker w
WHERE w.grid_uid IS NOT NULL AND (w.until_on = '' OR w.until_on >= ?) ORDER BY squads, w.duty = '网格长', w.from_on, w.name, w.uid
"""
# 在职 only; the willing before others, and among equals who is in fewest squads
_CADRES = f"""
SELECT c.uid, c.name, a.grid_uid, c.would_join, c.willingness <> '' AS willing,
  EXISTS (SELECT 1 FROM building_lead l JOIN building b ON b.uid = l.building_uid
    WHERE l.cadre_uid = c.uid AND b.grid_uid = a.grid_uid AND (l.until_on = '' OR l.until_on >= ?)) AS leads,
  {_BUSY.format(column="cadre_uid", table="c")} AS squads
FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid
WHERE a.until_on = '' AND c.archived_on = '' AND c.status = 'ACTIVE'
ORDER BY squads, c.would_join + willing + leads DESC, c.would_join DESC, leads DESC, c.staff_no, c.uid
"""
_VOLUNTEERS = f"""
SELECT v.uid, v.name, v.grid_uid, {_BUSY.format(column="volunteer_uid", table="v")} AS squads FROM volunteer v
WHERE v.grid_uid IS NOT NULL AND (v.until_on = '' OR v.until_on >= ?) ORDER BY squads, v.pinyin, v.uid
"""


def propose_squads(reads: Reads) -> list[SquadProposal]:
    """A squad for each grid of the linked community that has none, in order; grids with nobody at all are left out."""
    day = today().isoformat()
    workers, cadres = _by_grid(reads.rows(_WORKERS, (day,))), _by_grid(reads.rows(_CADRES, (day,)))
    volunteers = _by_grid(reads.rows(_VOLUNTEERS, (day,)))
    formed = {row[0] for row in reads.tuples("SELECT grid_uid FROM squad WHERE ended_on = ''")}
    used: dict[str, set[str]] = defaultdict(set)
    for grid_uid, name in reads.tuples("SELECT grid_uid, name FROM squad"):
        used[grid_uid].add(name)
    found = []
    for grid in grids(reads):
        uid = grid["uid"]
        people = {
            "WORKER": workers.get(uid, [])[: SHAPE["WORKER"]],
            "CADRE": cadres.get(uid, [])[: SHAPE["CADRE"]],
            "VOLUNTEER": volunteers.get(uid, [])[: SHAPE["VOLUNTEER"]],
        }
        if uid not in formed and any(people.values()):
            found.append(_proposal(grid, people, used[uid]))
    return found


def _proposal(grid: Row, people: dict[str, list[Row]], used: set[str]) -> SquadProposal:
    name, number = f"{grid['name']}小分队", 2
    while name in used:
        name, number = f"{grid['name']}第{number}小分队", number + 1
    worker, cadre = (people[role][0] if people[role] else {} for role in ("WORKER", "CADRE"))
    return SquadProposal(
        grid_uid=grid["uid"],
        grid=grid["name"],
        name=name,
        worker_uid=worker.get("uid", ""),
        worker=worker.get("name", ""),
        cadre_uid=cadre.get("uid", ""),
        cadre=cadre.get("name", ""),
        volunteer_uids=tuple(row["uid"] for row in people["VOLUNTEER"]),
        volunteers=tuple(row["name"] for row in people["VOLUNTEER"]),
        warning=shape_warning({"role": role} for role, rows in people.items() for _row in rows),
        why=_why(cadre),
    )


def _why(cadre: Row) -> str:
    reasons = (("would_join", "愿加入应急突击队"), ("leads", "本网格楼栋长"), ("willing", "填写了服务意愿"))
    told = [text for key, text in reasons if cadre.get(key)]
    return "、".join(told)


def _by_grid(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["grid_uid"]].append(row)
    return found
