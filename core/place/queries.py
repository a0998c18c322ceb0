"""Nouns that read: communities, grids, 小区, buildings, entrances, grid workers."""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from collections.abc import Sequence

from core.base.clock import today
from core.store import Reads, Row

_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")}
_NUMBER = re.compile(r"(?:第)?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:号)?(?:网格)?")


def linked_community(reads: Reads) -> Row | None:
    """The community with the grid map. 方案 三(三)"""
    return reads.one("SELECT * FROM community WHERE linked = 1 ORDER BY uid LIMIT 1")


def communities(reads: Reads) -> list[Row]:
    """All communities, the linked one first."""
    return reads.rows("SELECT * FROM community ORDER BY linked DESC, district, street, name")


def estates(reads: Reads, community_uid: str = "") -> list[Row]:
    """小区 with the name of their community and the number of buildings."""
    sql = (
        "SELECT estate.*, community.name AS community, "
        "(SELECT count(*) FROM building WHERE estate_uid = estate.uid) AS building_count "
        "FROM estate JOIN community ON community.uid = estate.community_uid WHERE ? IN ('', estate.community_uid) "
        "ORDER BY community.linked DESC, estate.position, estate.name"
    )
    return reads.rows(sql, (community_uid,))


def grids(reads: Reads, community_uid: str = "", *, archived: bool = False) -> list[Row]:
    """Grids of a community in order (default: the linked one), with their workers of today and their buildings.

    `archived` adds those merged into others: past hours stay with them.
    """
    sql = (
        "SELECT grid.*, community.name AS community, (SELECT count(*) FROM building WHERE grid_uid = grid.uid) "
        "AS building_count FROM grid JOIN community ON community.uid = grid.community_uid "
        "WHERE CASE WHEN ? = '' THEN community.linked = 1 ELSE community.uid = ? END AND (? OR grid.archived_on = '') "
        "ORDER BY grid.archived_on <> '', grid.position, grid.name"
    )
    people: dict[str, list[Row]] = defaultdict(list)
    for one in workers(reads):
        people[one["grid_uid"]].append(one)
    found = reads.rows(sql, (community_uid, community_uid, int(archived)))
    for row in found:
        mine = people[row["uid"]]
        row["workers"] = "、".join(one["name"] for one in mine)
        row["worker"], row["worker_phone"] = (mine[0]["name"], mine[0]["phone"]) if mine else ("", "")
    return found


def workers(reads: Reads, grid_uid: str = "", *, current: bool = True) -> list[Row]:
    """Grid workers with the name of their grid; `current` leaves out who has gone."""
    sql = (
        "SELECT w.*, coalesce(grid.name, '') AS grid FROM grid_worker w LEFT JOIN grid ON grid.uid = w.grid_uid "
        "WHERE ? IN ('', w.grid_uid) AND (? = 0 OR w.until_on = '' OR w.until_on >= ?) "
        "ORDER BY grid.position, grid.name, w.duty <> '网格长', w.from_on, w.name, w.uid"
    )
    return reads.rows(sql, (grid_uid, int(current), today().isoformat()))


def buildings(reads: Reads, grid_uid: str = "", estate_uid: str = "") -> list[Row]:
    """Buildings with the names of grid and 小区 and the number of entrances."""
    sql = (
        "SELECT b.*, estate.name AS estate, coalesce(grid.name, '') AS grid, estate.community_uid, c.name AS community, "
        "(SELECT count(*) FROM entrance WHERE building_uid = b.uid) AS entrances "
        "FROM building b JOIN estate ON estate.uid = b.estate_uid JOIN community c ON c.uid = estate.community_uid "
        "LEFT JOIN grid ON grid.uid = b.grid_uid WHERE ? IN ('', b.grid_uid) AND ? IN ('', b.estate_uid) "
        "ORDER BY estate.position, estate.name, b.position, b.name"
    )
    return reads.rows(sql, (grid_uid, estate_uid))


def entrances(reads: Reads, building_uid: str = "") -> list[Row]:
    """Entrances with the names of building and 小区."""
    sql = (
        "SELECT e.*, b.name AS building, estate.name AS estate, coalesce(grid.name, '') AS grid "
        "FROM entrance e JOIN building b ON b.uid = e.building_uid JOIN estate ON estate.uid = b.estate_uid "
        "LEFT JOIN grid ON grid.uid = b.grid_uid WHERE ? IN ('', e.building_uid) "
        "ORDER BY estate.position, estate.name, b.position, b.name, e.position, e.name"
    )
    return reads.rows(sql, (building_uid,))


def find_grid(reads: Reads, text: str) -> Row | None:
    """The grid of the linked community meant by '第3网格', '3网格', '三', 'JY-03'; None if none is."""
    text = re.sub(r"\s+", "", text)
    if not text:
        return None
    return grid_in(grids(reads), text)


def grid_in(rows: Sequence[Row], text: str) -> Row | None:
    """The one of `rows` that a text means; for many texts against one reading."""
    text = re.sub(r"\s+", "", unicodedata.normalize("NFKC", text))
    if not text:
        return None
    for row in rows:
        if text in (row["name"], row["code"]) or text == f"{row['name']}网格":
            return row
    number = grid_number(text)
    found = [row for row in rows if number is not None and grid_number(row["name"]) == number]
    return found[0] if len(found) == 1 else None


def grid_number(text: str) -> int | None:
    """3 of 第3网格, 3号网格, 三; None if a name holds more than a number."""
    found = _NUMBER.fullmatch(text)
    if not found:
        return None
    if found[1].isdigit():
        return int(found[1])
    tens, ten, ones = found[1].rpartition("十")
    if not ten:
        return _DIGITS[ones] if len(ones) == 1 else None
    if len(tens) > 1 or len(ones) > 1:
        return None
    return (_DIGITS[tens] if tens else 1) * 10 + (_DIGITS[ones] if ones else 0)
