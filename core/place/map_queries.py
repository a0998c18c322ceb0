"""Nouns that read: the picture under the grids and the points whose longitude and latitude are known."""

from __future__ import annotations

from core.store import Reads, Row


def map_plan(reads: Reads) -> Row | None:
    """The plan of the linked community: width and height in picture coordinates."""
    return reads.one(
        "SELECT map_plan.* FROM map_plan JOIN community ON community.uid = community_uid ORDER BY linked DESC LIMIT 1"
    )


def control_points(reads: Reads, plan_uid: str) -> list[Row]:
    """Points of a plan with known longitude and latitude, in the order they were given."""
    return reads.rows("SELECT * FROM control_point WHERE plan_uid = ? ORDER BY uid", (plan_uid,))


def plan_picture(reads: Reads, plan_uid: str) -> bytes | None:
    """The picture's bytes (PNG or JPEG); None if there is none on this machine."""
    found = reads.one(
        "SELECT blob.data FROM attachment JOIN blob USING (sha256) "
        "WHERE owner_table = 'map_plan' AND owner_uid = ? AND role = 'plan' ORDER BY added_at DESC, uid DESC LIMIT 1",
        (plan_uid,),
    )
    return found["data"] if found else None
