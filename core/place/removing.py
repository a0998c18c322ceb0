"""Verbs that take places out: Refused in words while something hangs on them."""

from __future__ import annotations

from collections.abc import Iterable

from core.base.errors import Refused
from core.place.checking import existing
from core.store import Tx

HANGS_ON: dict[str, tuple[tuple[str, str, str], ...]] = {
    "community": (
        ("grid", "community_uid", "个网格"),
        ("estate", "community_uid", "个小区"),
        ("checkin", "community_uid", "条报到"),
        ("contact", "community_uid", "个联系人"),
        ("grid_worker", "community_uid", "名网格员"),
        ("map_plan", "community_uid", "张平面图"),
    ),
    "estate": (("building", "estate_uid", "栋楼"),),
    "grid": (
        ("building", "grid_uid", "栋楼"),
        ("grid_assignment", "grid_uid", "条编入记录"),
        ("squad", "grid_uid", "个小分队"),
        ("grid_worker", "grid_uid", "名网格员"),
        ("volunteer", "grid_uid", "名志愿者"),
        ("visit", "grid_uid", "条服务记录"),
        ("visit", "home_grid_uid", "条编在本网格的人的服务记录"),
    ),
    "building": (("grid_assignment", "building_uid", "条编入记录"), ("building_lead", "building_uid", "条楼栋长记录")),
    "grid_worker": (("squad_member", "worker_uid", "条小分队成员记录"),),
}


def remove_community(tx: Tx, uid: str) -> None:
    """Take out a community that nothing hangs on; the linked one stays."""
    if tx.value("SELECT linked FROM community WHERE uid = ?", (uid,)):
        raise Refused("联系社区不能删除。", "要改名请直接修改。")
    _remove(tx, "community", uid)


def remove_estate(tx: Tx, uid: str) -> None:
    """Take out a 小区 without buildings."""
    _remove(tx, "estate", uid)


def remove_grid(tx: Tx, uid: str) -> None:
    """Take out a grid that nothing hangs on."""
    _remove(tx, "grid", uid)


def remove_building(tx: Tx, uid: str) -> None:
    """Take out a building nobody was assigned to, with its entrances."""
    _refuse_if_used(tx, "building", uid)
    _delete_all(
        tx, "entrance", (row[0] for row in tx.tuples("SELECT uid FROM entrance WHERE building_uid = ?", (uid,)))
    )
    tx.delete("building", uid)


def remove_entrance(tx: Tx, uid: str) -> None:
    """Take out an entrance nobody was assigned to."""
    row = existing(tx, "entrance", uid)
    sql = "SELECT count(*) FROM grid_assignment WHERE building_uid = ? AND entrance = ?"
    if count := tx.value(sql, (row["building_uid"], row["name"])):
        raise Refused(f"{row['name']}还有{count}条编入记录，不能删除。", "请先把它们移到别处或删除。")
    tx.delete("entrance", uid)


def remove_worker(tx: Tx, uid: str) -> None:
    """Take out a grid worker entered by mistake; one who leaves is ended instead."""
    _remove(tx, "grid_worker", uid)


def _remove(tx: Tx, table: str, uid: str) -> None:
    _refuse_if_used(tx, table, uid)
    tx.delete(table, uid)


def _refuse_if_used(tx: Tx, table: str, uid: str) -> None:
    name = existing(tx, table, uid).get("name", "")
    counts = [
        (tx.value(f"SELECT count(*) FROM {child} WHERE {column} = ?", (uid,)), what)
        for child, column, what in HANGS_ON[table]
    ]
    if used := [f"{count}{what}" for count, what in counts if count]:
        raise Refused(f"{name}还有{'、'.join(used)}，不能删除。", "请先把它们移到别处或删除。")


def _delete_all(tx: Tx, table: str, uids: Iterable[str]) -> None:
    for uid in uids:
        tx.delete(table, uid)
