"""The ledger of copies: who holds what, since when, returned or not."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Refused
from core.base.rights import Right
from core.exchange.model import DECIDED
from core.store import Row, Tx


def bring_back(tx: Tx, peer_uid: str, on: str = "") -> None:
    """收回: the copy is back and will not be worked on any more. Refused while decisions about it are open."""
    peer = _peer(tx, peer_uid)
    marks = ", ".join("?" * len(DECIDED))
    sql = f"SELECT count(*) FROM conflict WHERE peer_uid = ? AND state = 'OPEN' AND kind IN ({marks})"
    if waiting := tx.value(sql, (peer_uid, *DECIDED)):
        raise Refused(f"“{peer['name']}”还有{waiting}处待定，不能收回。", "请先处理完待定事项。")
    _end(tx, peer, "BACK", on)


def report_lost(tx: Tx, peer_uid: str, on: str = "") -> None:
    """遗失: packets of this copy are no longer taken."""
    _end(tx, _peer(tx, peer_uid), "LOST", on)


def _end(tx: Tx, peer: Row, state: str, on: str) -> None:
    day = on or today().isoformat()
    if day < peer["out_on"]:
        raise InvalidInput({"back_on": "日期早于带出日期，请核对。"})
    tx.update("peer", peer["uid"], {"state": state, "back_on": day})


def change_peer(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Correct the name, holder, dates, note or state of a copy."""
    _peer(tx, uid)
    known = ("name", "holder", "holder_phone", "due_on", "back_on", "state", "note")
    changes = {key: values[key] for key in known if key in values}
    if "name" in changes and not str(changes["name"]).strip():
        raise InvalidInput({"name": "请填写设备或单位，例如：笔记本1。"})
    if changes.get("state") == "OUT":
        changes["back_on"] = ""
    tx.update("peer", uid, changes)


def _peer(tx: Tx, uid: str) -> Row:
    tx.require(Right.CHECKOUT)
    row = tx.one("SELECT * FROM peer WHERE uid = ? AND kind <> 'OFFICE'", (uid,))
    if row is None:
        raise Refused("带出台账里没有这一份。", "请刷新后再试。")
    return row
