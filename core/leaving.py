"""Leaving: who is archived holds nothing any more. One act over what the rooms below keep of a person. 方案 五(二)3"""

from __future__ import annotations

from core.base.dates import day_before
from core.grid_assignment.ops import leave_grid
from core.roster.ops import archive_cadre
from core.store import Tx


def archive_person(tx: Tx, uid: str, on: str = "", reason: str = "") -> None:
    """归档 from `on` (ISO, the first day away, default today): off the roster, and out of the grid from that day."""
    archive_cadre(tx, uid, on, reason)
    leave_grid(tx, uid, day_before(str(tx.value("SELECT archived_on FROM cadre WHERE uid = ?", (uid,)))))
