"""Nouns that read: the tree of units and branches, the phone book."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from core.org.matching import Match, OrgIndex, Sure, resolve_branch, resolve_unit
from core.store import Reads, Row

__all__ = [
    "BranchNode",
    "Match",
    "OrgIndex",
    "Sure",
    "UnitNode",
    "branches",
    "contact_rows",
    "contacts_text",
    "resolve_branch",
    "resolve_unit",
    "unit_tree",
    "units",
]


@dataclass(slots=True)
class BranchNode:
    """A branch with the branches under it; `people` counts its own members, not those below."""

    uid: str
    unit_uid: str
    name: str
    archived_on: str
    people: int
    children: list[BranchNode] = field(default_factory=list)


@dataclass(slots=True)
class UnitNode:
    """A unit with its branches; `people` counts everyone in it, `unplaced` those without a branch."""

    uid: str
    name: str
    short_name: str
    position: int
    archived_on: str
    people: int
    unplaced: int
    branches: list[BranchNode] = field(default_factory=list)


def units(reads: Reads, *, archived: bool = False) -> list[Row]:
    """Units in order."""
    return reads.rows("SELECT * FROM unit WHERE archived_on = '' OR ? ORDER BY position, name", (int(archived),))


def branches(reads: Reads, unit_uid: str, *, archived: bool = False) -> list[Row]:
    """Branches of a unit in order."""
    sql = "SELECT * FROM branch WHERE unit_uid = ? AND (archived_on = '' OR ?) ORDER BY position, name"
    return reads.rows(sql, (unit_uid, int(archived)))


def unit_tree(reads: Reads, *, archived: bool = False) -> list[UnitNode]:
    """Units, their branches as a tree, and how many people (not archived) each has."""
    counts: dict[str, dict[str | None, int]] = defaultdict(dict)
    sql = "SELECT unit_uid, branch_uid, count(*) FROM cadre WHERE archived_on = '' GROUP BY unit_uid, branch_uid"
    for unit_uid, branch_uid, number in reads.tuples(sql):
        counts[unit_uid][branch_uid] = number
    nodes: dict[str, BranchNode] = {}
    under: dict[str, list[tuple[str | None, BranchNode]]] = defaultdict(list)
    sql = (
        "SELECT uid, unit_uid, parent_uid, name, archived_on FROM branch "
        "WHERE archived_on = '' OR ? ORDER BY position, name"
    )
    for uid, unit_uid, parent_uid, name, archived_on in reads.tuples(sql, (int(archived),)):
        nodes[uid] = BranchNode(uid, unit_uid, name, archived_on, counts[unit_uid].get(uid, 0))
        under[unit_uid].append((parent_uid, nodes[uid]))
    tree = []
    for row in units(reads, archived=archived):
        here = counts[row["uid"]]
        top: list[BranchNode] = []
        for parent_uid, node in under[row["uid"]]:
            # a branch whose parent is hidden (archived) hangs on the unit
            (nodes[parent_uid].children if parent_uid in nodes else top).append(node)
        picked = (row["uid"], row["name"], row["short_name"], row["position"], row["archived_on"])
        tree.append(UnitNode(*picked, sum(here.values()), here.get(None, 0), top))
    return tree


_CONTACTS = """
SELECT contact.uid, contact.unit_uid, contact.branch_uid, contact.community_uid,
  coalesce(unit.name, '') AS unit, coalesce(branch.name, '') AS branch, coalesce(community.name, '') AS community,
  contact.role, contact.name, contact.phone, contact.office, contact.note
FROM contact
LEFT JOIN unit ON unit.uid = contact.unit_uid
LEFT JOIN branch ON branch.uid = contact.branch_uid
LEFT JOIN community ON community.uid = contact.community_uid
ORDER BY unit.position IS NULL, unit.position, branch.position IS NOT NULL, branch.position, community.name,
  contact.position, contact.uid
"""


def contact_rows(reads: Reads, search: str = "", *, unit_uid: str = "") -> list[Row]:
    """The phone book; each word of `search` must occur in name, phone, role, place or their pinyin initials."""
    words = search.lower().split()
    rows = [row for row in reads.rows(_CONTACTS) if not unit_uid or row["unit_uid"] == unit_uid]
    return [row for row in rows if all(_says(row, word) for word in words)]


def contacts_text(rows: Iterable[Row]) -> str:
    """Rows of the phone book ready to paste into Excel or a message: one line each, cells parted by tabs."""
    keys = ("unit", "branch", "community", "role", "name", "phone", "office")
    return "\n".join("\t".join(str(row[key]) for key in keys).strip() for row in rows)


def _says(row: Row, word: str) -> bool:
    texts = [row[key] for key in ("unit", "branch", "community", "role", "name", "phone", "office")]
    if any(word in text.lower() for text in texts):
        return True
    return word.isascii() and word.isalpha() and any(word in _sounds(text) for text in texts if text)


@lru_cache(maxsize=5_000)
def _sounds(text: str) -> str:
    """Initials and full pinyin of a text, parted by a blank."""
    from pypinyin import lazy_pinyin

    syllables = [one.lower() for one in lazy_pinyin(text)]
    return f"{''.join(one[:1] for one in syllables)} {''.join(syllables)}"
