"""What a grid amounts to in a year, for the map, the balance and the card: one query per figure, never one per grid.

Two sums of hours stand side by side and are never mixed: what the people of the grid served wherever (by the home grid
of the day), and what was served in the grid by whomever. Both count confirmed own time after the union rule. 三(三) 五(三)3
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.grid_assignment.queries import IN_TERM
from core.org.settings import quota_for
from core.place.queries import grids
from core.roster.timeline import day_of_year, there_on
from core.service_log.quota import FIRST_YEAR
from core.store import Reads


@dataclass(frozen=True, slots=True)
class GridFigures:
    """One grid. People, buildings, leads and squads as of today; hours and `below` of the year."""

    grid_uid: str
    name: str
    people: int = 0  # 在职 now in the grid
    retired: int = 0  # others now in the grid: 离退休, 其他
    times: int = 0  # 次 of the grid's people (home grid of the day), wherever served
    minutes: int = 0  # and their minutes
    served_times: int = 0  # 次 served in the grid, by whomever
    served_minutes: int = 0
    duty_minutes: int = 0  # 组织派遣 served in the grid: no own time
    buildings: int = 0
    led: int = 0  # buildings with a 楼栋长
    households: int = 0
    below: int = 0  # people of the grid below the year's minimum, the exempt left out
    squads: int = 0
    volunteers: int = 0

    @property
    def share(self) -> float:
        """The part of its buildings that have a 楼栋长, 0 to 1."""
        return self.led / self.buildings if self.buildings else 0.0


_PEOPLE = """
SELECT a.grid_uid, count(DISTINCT iif(c.status = 'ACTIVE', c.uid, NULL)) AS people,
  count(DISTINCT iif(c.status <> 'ACTIVE', c.uid, NULL)) AS retired
FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid WHERE a.until_on = '' AND c.archived_on = '' GROUP BY a.grid_uid
"""
_HOME = """
SELECT v.home_grid_uid, sum(t.times) AS times, sum(t.minutes) AS minutes
FROM visit_tally t CROSS JOIN visit v ON v.uid = t.visit_uid
WHERE t.year = ? AND t.state = 'CONFIRMED' AND t.track = 'OWN' AND v.home_grid_uid IS NOT NULL GROUP BY v.home_grid_uid
"""
# +year: by the index of grids, which passes over what names none, instead of through the whole year
_SERVED = """
SELECT grid_uid, sum(iif(track = 'OWN', times, 0)) AS served_times, sum(iif(track = 'OWN', minutes, 0)) AS served_minutes,
  sum(iif(track = 'DISPATCHED', minutes, 0)) AS duty_minutes
FROM visit_tally WHERE grid_uid > '' AND +year = ? AND state = 'CONFIRMED' GROUP BY grid_uid
"""
_BUILDINGS = f"""
SELECT b.grid_uid, count(*) AS buildings, coalesce(sum(b.households), 0) AS households,
  sum(EXISTS (SELECT 1 FROM building_lead l JOIN cadre c ON c.uid = l.cadre_uid
    WHERE l.building_uid = b.uid AND c.archived_on = '' AND {IN_TERM})) AS led
FROM building b WHERE b.grid_uid IS NOT NULL GROUP BY b.grid_uid
"""
# the rule of `core.service_log.quota` for people now in the grid; a test holds both to the same people
_BELOW = f"""
SELECT a.grid_uid, count(DISTINCT a.cadre_uid) AS below
FROM grid_assignment a JOIN ({there_on("?4")}) p ON p.cadre_uid = a.cadre_uid AND p.status = 'ACTIVE'
JOIN cadre c ON c.uid = a.cadre_uid AND c.archived_on = ''
LEFT JOIN (SELECT cadre_uid, sum(times) AS times, sum(minutes) AS minutes FROM person_tally
  WHERE year = ?1 GROUP BY cadre_uid) t ON t.cadre_uid = a.cadre_uid
LEFT JOIN evaluation e ON e.cadre_uid = a.cadre_uid AND e.year = ?1
WHERE a.until_on = '' AND coalesce(e.exempt_reason, '') = '' AND ?1 >= {FIRST_YEAR}
  AND (coalesce(t.times, 0) < ?2 OR coalesce(t.minutes, 0) < ?3)
GROUP BY a.grid_uid
"""
_SQUADS = "SELECT grid_uid, count(*) AS squads FROM squad WHERE ended_on = '' GROUP BY grid_uid"
_VOLUNTEERS = (
    "SELECT grid_uid, count(*) AS volunteers FROM volunteer "
    "WHERE grid_uid IS NOT NULL AND (until_on = '' OR until_on >= ?) GROUP BY grid_uid"
)


def grid_figures(reads: Reads, year: int) -> dict[str, GridFigures]:
    """The figures of every grid of the linked community, in the order of the grids."""
    day = today().isoformat()
    listed = grids(reads)
    found: dict[str, dict[str, Any]] = {row["uid"]: {} for row in listed}
    queries: tuple[tuple[str, tuple[Any, ...]], ...] = (
        (_PEOPLE, ()),
        (_HOME, (year,)),
        (_SERVED, (year,)),
        (_BUILDINGS, (day, day)),
        (_SQUADS, ()),
        (_VOLUNTEERS, (day,)),
        (_BELOW, (year, *quota_for(reads, year), day_of_year(year))),
    )
    for sql, params in queries:
        for row in reads.rows(sql, params):
            uid = row.pop("home_grid_uid" if "home_grid_uid" in row else "grid_uid")
            if uid in found:
                found[uid] |= row
    for row in listed:
        if row["households"]:  # what the community says of a grid goes before the sum of its buildings
            found[row["uid"]]["households"] = row["households"]
    return {row["uid"]: GridFigures(row["uid"], row["name"], **found[row["uid"]]) for row in listed}
