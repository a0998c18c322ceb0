"""The tree at the left of the roster: units, branches, those without a branch, the archived."""

from __future__ import annotations

from typing import Any

from core.org.queries import BranchNode, unit_tree
from core.store import Reads
from ui.kit.pickers import Node, UnitTree


def fill_tree(tree: UnitTree, reads: Reads) -> None:
    """Show units and branches with their people; what was chosen stays chosen."""
    found = unit_tree(reads)
    nodes = []
    for unit in found:
        children = [_branch_node(one) for one in unit.branches]
        if unit.unplaced and children:
            children.append(Node(unit.uid, "未编支部", unit.unplaced, "unplaced"))
        nodes.append(Node(unit.uid, unit.name, unit.people, "unit", children))
    if gone := int(reads.value("SELECT count(*) FROM cadre WHERE archived_on <> ''")):
        nodes.append(Node("", "已归档", gone, "archived"))
    tree.set_nodes(nodes, sum(unit.people for unit in found))


def where_of(kind: str, uid: str) -> dict[str, Any]:
    """The filter of a line of the tree."""
    if kind in ("unit", "unplaced"):
        return {"unit_uid": uid, "unplaced": kind == "unplaced"}
    if kind == "branch":
        return {"branch_uid": uid}
    return {"archived": True} if kind == "archived" else {}


def names_of(reads: Reads, kind: str, uid: str) -> dict[str, str]:
    """Unit and branch of a line by name, for a new person."""
    if kind in ("unit", "unplaced"):
        return dict(reads.one("SELECT name AS unit FROM unit WHERE uid = ?", (uid,)) or {})
    sql = (
        "SELECT unit.name AS unit, branch.name AS branch FROM branch "
        "JOIN unit ON unit.uid = branch.unit_uid WHERE branch.uid = ?"
    )
    return dict(reads.one(sql, (uid,)) or {}) if kind == "branch" else {}


def words_of(tree: UnitTree) -> str:
    """'会计学院党委教工第一党支部', '' for everything."""
    item, (kind, _) = tree.currentItem(), tree.current()
    if item is None or not kind:
        return ""
    above = item.parent()
    return f"{above.text(0) if above is not None else ''}{item.text(0)}"


def _branch_node(branch: BranchNode) -> Node:
    return Node(branch.uid, branch.name, branch.people, "branch", [_branch_node(one) for one in branch.children])
