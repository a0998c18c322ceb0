"""Where people serve, read for many at once: check-ins of both tracks, grid, building, lead, squad. 方案 三(三) 五(二)3"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from core.store import Reads, Row

_NOW = "(t.from_on = '' OR t.from_on <= ?2) AND (t.until_on = '' OR t.until_on >= ?2)"  # days are inclusive


@dataclass(frozen=True, slots=True)
class Placing:
    """One person's place in the linked community on a day. Empty texts: none."""

    community: str = ""  # name of the linked community
    grid: str = ""
    building: str = ""  # 小区 and 栋, with 单元 if known
    leads: tuple[str, ...] = ()  # buildings led
    squads: tuple[str, ...] = ()

    @property
    def led(self) -> str:
        """Whether 楼栋长, as the handbook asks it; '' for who is in no grid."""
        return f"是（{'、'.join(self.leads)}）" if self.leads else "否" if self.grid else ""

    @property
    def posts(self) -> str:
        """服务岗位 held in the linked community: 楼栋长 of which buildings, member of which 112小分队; '' for none."""
        return "、".join((*(f"{one}楼栋长" for one in self.leads), *(f"{one}成员" for one in self.squads)))


@dataclass(frozen=True, slots=True)
class CheckedIn:
    """One check-in as it stands in the ledger."""

    uid: str
    track: str  # ASSIGNED, HOME
    community: str  # street and community
    name: str  # the community's name alone
    linked: bool  # the community with the grid map
    on: str  # ISO date
    place: str
    letter_no: str
    ended_on: str

    def grid(self, placing: Placing) -> str:
        """The grid there: ours where it is the linked community, else as that community calls it."""
        return (placing.grid or self.place) if self.linked else self.place


def placings(reads: Reads, cadre_uids: Sequence[str], day: str) -> dict[str, Placing]:
    """Grid, building, leads and squads of `cadre_uids` on a day; who has none of them is left out."""
    listed = json.dumps(list(cadre_uids))
    grids = {
        row["cadre_uid"]: row
        for row in reads.rows(
            "SELECT t.cadre_uid, g.name AS grid, c.name AS community, coalesce(e.name, '') AS estate, "
            "coalesce(b.name, '') AS building, t.entrance FROM json_each(?1) j "
            "CROSS JOIN grid_assignment t ON t.cadre_uid = j.value JOIN grid g ON g.uid = t.grid_uid "
            "JOIN community c ON c.uid = g.community_uid LEFT JOIN building b ON b.uid = t.building_uid "
            f"LEFT JOIN estate e ON e.uid = b.estate_uid WHERE {_NOW} ORDER BY t.from_on, t.uid",
            (listed, day),
        )
    }
    leads = _grouped(
        reads,
        "SELECT t.cadre_uid, e.name || b.name FROM json_each(?1) j CROSS JOIN building_lead t ON t.cadre_uid = j.value "
        "JOIN building b ON b.uid = t.building_uid JOIN estate e ON e.uid = b.estate_uid "
        f"WHERE {_NOW} ORDER BY e.position, e.name, b.position, b.name",
        (listed, day),
    )
    squads = _grouped(
        reads,
        "SELECT t.cadre_uid, s.name FROM json_each(?1) j CROSS JOIN squad_member t ON t.cadre_uid = j.value "
        "JOIN squad s ON s.uid = t.squad_uid JOIN grid g ON g.uid = s.grid_uid "
        f"WHERE {_NOW} AND (s.ended_on = '' OR s.ended_on >= ?2) ORDER BY g.position, s.position, s.name",
        (listed, day),
    )
    return {
        uid: _placing(grids.get(uid, {}), leads.get(uid, []), squads.get(uid, []))
        for uid in cadre_uids
        if uid in grids or uid in leads or uid in squads
    }


def checkins(reads: Reads, cadre_uids: Sequence[str], year: int, day: str) -> dict[str, list[CheckedIn]]:
    """Check-ins of `cadre_uids` made up to `day` and in force in `year`: HOME first, then by date."""
    sql = (
        "SELECT t.*, c.street || c.name AS community, c.name, c.linked FROM json_each(?1) j "
        "CROSS JOIN checkin t ON t.cadre_uid = j.value JOIN community c ON c.uid = t.community_uid "
        "WHERE t.checked_on <= ?2 AND (t.ended_on = '' OR t.ended_on >= ?3) "
        "ORDER BY t.track <> 'HOME', t.checked_on, t.uid"
    )
    found: dict[str, list[CheckedIn]] = defaultdict(list)
    for row in reads.rows(sql, (json.dumps(list(cadre_uids)), day, f"{year}-01-01")):
        found[row["cadre_uid"]].append(_checked(row))
    return found


def home_place(lines: Sequence[CheckedIn]) -> str:
    """报到社区: where he has checked in as one who lives there. '' without a check-in: where he lives is not where he
    reported, and the line is left for the pen."""
    here = _home(lines)
    return here.community if here else ""


def home_grid(lines: Sequence[CheckedIn], placing: Placing) -> str:
    """编入网格 beside 报到社区: a grid of another community than that one is told with its community."""
    here = _home(lines)
    if here and (here.place or not placing.grid) and not here.linked:
        return here.place
    if placing.grid and not (here and here.linked):
        return f"{placing.grid}（{placing.community}）"
    return placing.grid or (here.place if here else "")


def _home(lines: Sequence[CheckedIn]) -> CheckedIn | None:
    return next((one for one in reversed(lines) if one.track == "HOME" and not one.ended_on), None)


def _grouped(reads: Reads, sql: str, params: tuple[str, str]) -> dict[str, list[str]]:
    found: dict[str, list[str]] = defaultdict(list)
    for uid, text in reads.tuples(sql, params):
        found[uid].append(text)
    return found


def _placing(row: Row, leads: list[str], squads: list[str]) -> Placing:
    if not row:
        return Placing(leads=tuple(leads), squads=tuple(squads))
    building = "".join((row["estate"], row["building"], row["entrance"]))
    return Placing(row["community"], row["grid"], building, tuple(leads), tuple(squads))


def _checked(row: Row) -> CheckedIn:
    return CheckedIn(
        uid=row["uid"],
        track=row["track"],
        community=row["community"],
        name=row["name"],
        linked=bool(row["linked"]),
        on=row["checked_on"],
        place=row["place"],
        letter_no=row["letter_no"],
        ended_on=row["ended_on"],
    )
