"""The search box for everything finds grids and buildings: 第3网格, JY-03, 东苑3栋."""

from __future__ import annotations

from core.store import Store
from ui.kit.search import Hit

_GRIDS = """
SELECT grid.uid, grid.name, grid.code, community.name AS community
FROM grid JOIN community ON community.uid = grid.community_uid
WHERE grid.name LIKE ?1 ESCAPE '\\' OR grid.code LIKE ?1 ESCAPE '\\'
ORDER BY community.linked DESC, grid.position, grid.name LIMIT ?2
"""
_BUILDINGS = """
SELECT building.uid, estate.name || building.name AS name, coalesce(grid.name, '') AS grid
FROM building JOIN estate ON estate.uid = building.estate_uid LEFT JOIN grid ON grid.uid = building.grid_uid
WHERE estate.name || building.name LIKE ?1 ESCAPE '\\'
ORDER BY estate.position, building.position, building.name LIMIT ?2
"""


def place_hits(store: Store, text: str, limit: int) -> list[Hit]:
    """Grids first, then buildings."""
    like = "".join(f"\\{char}" if char in "%_\\" else char for char in text)
    found = [
        Hit(
            "map",
            row["uid"],
            row["name"],
            " ".join(part for part in ("网格", row["code"], row["community"]) if part),
            "grid",
        )
        for row in store.rows(_GRIDS, (f"%{like}%", limit))
    ]
    found += [
        Hit("map", row["uid"], row["name"], f"楼栋　{row['grid']}".strip(), "building")
        for row in store.rows(_BUILDINGS, (f"%{like}%", limit))
    ]
    return found[:limit]
