"""The plain entities of this room: check-ins of units and of the school."""

from __future__ import annotations

from core.base.errors import InvalidInput
from core.checkin.model import SCHOOL, UNIT_CHECKIN
from core.checkin.ops import remove_checkins, save_unit_checkin, unit_checkin_faults
from core.checkin.queries import unit_checkin_rows
from core.checkin.rules import community_told
from core.org.matching import OrgIndex
from core.org.settings import setting
from core.place.queries import linked_community
from core.sheet.plain import PlainEntity, Reader, Values
from core.store import Reads


def unit_reader(reads: Reads) -> Reader:
    """Rows of a sheet of unit check-ins: the unit as the ledger calls it; the school under its own name too."""
    index, org = OrgIndex.load(reads), setting(reads, "org_name")
    school = {SCHOOL, "学校党委", org, f"{org}党委"}
    linked = linked_community(reads) or {}

    def read(values: Values, _remarks: list[str]) -> Values:
        full = dict(values)
        if values.get("community"):
            full |= community_told(reads, str(values["community"])) | {
                key: value for key, value in values.items() if key in ("district", "street")
            }
        if full.get("community") == linked.get("name") and linked:
            full |= {"district": linked["district"], "street": linked["street"]}
        name = str(values.get("unit") or "").strip()
        match = index.unit(name)
        if name and name not in school and not match:
            raise InvalidInput({"unit": f"没有名为“{name}”的单位，请核对写法；学校自己的报到写“学校”。"})
        if name:
            full["unit"] = SCHOOL if name in school else match.name
        return full

    return read


UNIT_CHECKINS = PlainEntity(
    UNIT_CHECKIN,
    unit_checkin_rows,
    save_unit_checkin,
    lambda tx, uid: remove_checkins(tx, [uid]),
    unit_checkin_faults,
    unit_reader,
)
PLAIN: dict[str, PlainEntity] = {UNIT_CHECKIN.kind: UNIT_CHECKINS}
