"""What a grid amounts to in a year, for the map, the balance and the card: one query per figure, never one per grid.

Two sums of hours stand side by side and are never mixed: what the people of the grid served wherever (by the home grid
of the day), and what was served in the grid by whomever. Both count confirmed own time after the union rule. 三(三) 五(三)3
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.place.queries import grids
from core.roster.timeline import covers
from core.service_log.quota import below_minimum
from core.store import Reads


@dataclass(frozen=True, slots=True)
class GridFigures:
    """One grid. People, leads, squads and volunteers as of a day; hours and `below` of the year."""

    grid_uid: str
    name: str
    people: int = 0  # 在职 on the day, in the grid
    retired: int = 0  # others in the grid: 离退休, 其他
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


@dataclass(frozen=True, slots=True)
class GridFigure:
    """One figure of a grid: what it is called, what it counts, and its value (None: nothing to tell)."""

    key: str
    label: str
    scope: str  # 统计口径; {year} is the year
    value: Callable[[GridFigures], float | None]


FIGURES = {
    one.key: one
    for one in (
        GridFigure(
            "people",
            "在职党员干部人数",
            "编入本网格、未归档的在职党员干部，离退休等另计、不在其内；人数以截至日期为准。",
            lambda one: one.people,
        ),
        GridFigure(
            "hours",
            "本网格人员服务时长",
            "编入本网格的人{year}年度已确认的业余时间服务，不论在哪里服务，按服务当天编入的网格；在本网格内的服务另计。",
            lambda one: one.minutes / 60,
        ),
        GridFigure(
            "leads",
            "楼栋长比例",
            "有在任楼栋长的楼栋占网格内楼栋的百分比。",
            lambda one: 100 * one.share if one.buildings else None,
        ),
        GridFigure(
            "below",
            "未达标人数",
            "现编入本网格的党员干部中，{year}年度应考核而未达到最低要求的人数，不含不纳入考核的。",
            lambda one: one.below,
        ),
    )
}
"""What a map is coloured by, on screen and on paper."""
SERVICE = (
    ("times", "minutes", "本网格人员服务", "编入本网格的人在各处的服务，按服务当天编入的网格"),
    ("served_times", "served_minutes", "在本网格的服务", "在本网格内的服务，不论谁来服务"),
)
"""The two sums of hours of a grid, which never carry the same name; both of confirmed own time."""


_PLACED = f"""
FROM grid_assignment a JOIN membership m ON m.cadre_uid = a.cadre_uid AND {covers("?1")} WHERE {covers("?1", "a")}
"""
_PEOPLE = f"""
SELECT a.grid_uid, count(DISTINCT iif(m.status = 'ACTIVE', m.cadre_uid, NULL)) AS people,
  count(DISTINCT iif(m.status <> 'ACTIVE', m.cadre_uid, NULL)) AS retired
{_PLACED} GROUP BY a.grid_uid
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
  sum(EXISTS (SELECT 1 FROM building_lead l JOIN membership m ON m.cadre_uid = l.cadre_uid AND {covers("?1")}
    WHERE l.building_uid = b.uid AND {covers("?1", "l")})) AS led
FROM building b WHERE b.grid_uid IS NOT NULL GROUP BY b.grid_uid
"""
_IN_GRID = f"SELECT a.grid_uid, a.cadre_uid {_PLACED}"
_SQUADS = (
    "SELECT grid_uid, count(*) AS squads FROM squad "
    "WHERE formed_on <= ?1 AND (ended_on = '' OR ended_on >= ?1) GROUP BY grid_uid"
)
_VOLUNTEERS = (
    "SELECT l.grid_uid, count(*) AS volunteers FROM volunteer l "
    f"WHERE l.grid_uid IS NOT NULL AND {covers('?1', 'l')} GROUP BY l.grid_uid"
)


def grid_figures(reads: Reads, year: int, as_of: str = "") -> dict[str, GridFigures]:
    """The figures of every grid of the linked community, in the order of the grids; people as of `as_of` (default today)."""
    day = as_of or today().isoformat()
    listed = grids(reads)
    found: dict[str, dict[str, Any]] = {row["uid"]: {} for row in listed}
    queries: tuple[tuple[str, tuple[Any, ...]], ...] = (
        (_PEOPLE, (day,)),
        (_HOME, (year,)),
        (_SERVED, (year,)),
        (_BUILDINGS, (day,)),
        (_SQUADS, (day,)),
        (_VOLUNTEERS, (day,)),
    )
    for sql, params in queries:
        for row in reads.rows(sql, params):
            uid = row.pop("home_grid_uid" if "home_grid_uid" in row else "grid_uid")
            if uid in found:
                found[uid] |= row
    below = below_minimum(reads, year)
    for grid_uid, cadre_uid in set(reads.tuples(_IN_GRID, (day,))):
        if cadre_uid in below and grid_uid in found:
            found[grid_uid]["below"] = found[grid_uid].get("below", 0) + 1
    for row in listed:
        if row["households"]:  # what the community says of a grid goes before the sum of its buildings
            found[row["uid"]]["households"] = row["households"]
    return {row["uid"]: GridFigures(row["uid"], row["name"], **found[row["uid"]]) for row in listed}
