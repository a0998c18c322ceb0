"""Nouns that read: the linked community and its grids."""

from __future__ import annotations

import re

from core.store import Reads, Row

_DIGITS = {char: number for number, char in enumerate("零一二三四五六七八九")}
_NUMBER = re.compile(r"(?:第)?(\d{1,3}|[一二三四五六七八九十]{1,3})(?:号)?(?:网格)?")


def linked_community(reads: Reads) -> Row | None:
    """The community with the grid map. 方案 三(三)"""
    return reads.one("SELECT * FROM community WHERE linked = 1 ORDER BY uid LIMIT 1")


def grids(reads: Reads, community_uid: str = "") -> list[Row]:
    """Grids of a community in order (default: the linked one)."""
    sql = (
        "SELECT grid.* FROM grid JOIN community ON community.uid = grid.community_uid "
        "WHERE CASE WHEN ? = '' THEN community.linked = 1 ELSE community.uid = ? END ORDER BY grid.position, grid.name"
    )
    return reads.rows(sql, (community_uid, community_uid))


def find_grid(reads: Reads, text: str) -> Row | None:
    """The grid of the linked community meant by '第3网格', '3网格', '三', 'JY-03'; None if none is."""
    text = re.sub(r"\s+", "", text)
    if not text:
        return None
    rows = grids(reads)
    for row in rows:
        if text in (row["name"], row["code"]) or text == f"{row['name']}网格":
            return row
    number = _number(text)
    found = [row for row in rows if number is not None and _number(row["name"]) == number]
    return found[0] if len(found) == 1 else None


def _number(text: str) -> int | None:
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
