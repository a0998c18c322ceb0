"""The part of a ledger a copy holds: everything, or the people and places of some units and grids, without some fields."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from core.store import Reads, Row
from core.store.past import references
from core.store.tables import RECORDED, table

ID_NUMBERS = ("cadre.id_no",)
PHONES = ("cadre.phone", "contact.phone", "volunteer.phone", "grid_worker.phone")
PHOTOS = ("attachment",)
TRAVELLING = tuple(one.name for one in RECORDED if one.travels)

PEOPLE_OF = (
    "SELECT uid FROM cadre WHERE unit_uid IN (SELECT value FROM json_each(?)) UNION "
    "SELECT cadre_uid FROM grid_assignment WHERE until_on = '' AND grid_uid IN (SELECT value FROM json_each(?))"
)


@dataclass(slots=True)
class Scope:
    """What of the ledger belongs to one copy."""

    reads: Reads
    units: frozenset[str]
    grids: frozenset[str]
    left_out: frozenset[str]
    people: set[str] = field(default_factory=set)

    @property
    def everything(self) -> bool:
        return not self.units and not self.grids

    def people_now(self) -> set[str]:
        """Who belongs to the units and grids today."""
        params = (json.dumps(sorted(self.units)), json.dumps(sorted(self.grids)))
        return {row[0] for row in self.reads.tuples(PEOPLE_OF, params)}

    def holds(self, name: str, row: Mapping[str, object]) -> bool:
        """Whether a row belongs to the part (and may be written there)."""
        spec = table(name)
        if name == "attachment":
            return row["owner_table"] == "map_plan" or (
                "attachment" not in self.left_out and (self.everything or row["owner_uid"] in self.people)
            )
        if self.everything or not spec.within:
            return True
        if name == "cadre" and row["uid"] in self.people:
            return True
        ties = [(column, str(row[column])) for column in spec.within if row.get(column)]
        return not ties or any(self._tied(name, column, uid) for column, uid in ties)

    def _tied(self, name: str, column: str, uid: str) -> bool:
        target = references(self.reads)[name][column]
        if target == "unit":
            return uid in self.units
        if target == "grid":
            return uid in self.grids
        if target == "cadre":
            return uid in self.people
        there = self.reads.one(f"SELECT * FROM {table(target).name} WHERE uid = ?", (uid,))
        if there is None:
            return False
        return there["unit_uid"] in self.units if target == "branch" else self.holds(target, there)

    def shown(self, name: str, row: Row | None) -> Row | None:
        """The row without what the copy does not get."""
        if row is None or not self.left_out:
            return row
        return {key: value for key, value in row.items() if f"{name}.{key}" not in self.left_out}


def scope_of(reads: Reads, peer: Row) -> Scope:
    """The part that a copy (a row of `peer`) holds."""
    held = reads.tuples(
        "SELECT coalesce(a.kept_uid, p.cadre_uid) FROM peer_cadre p LEFT JOIN row_alias a ON a.uid = p.cadre_uid "
        "WHERE p.peer_uid = ?",
        (peer["uid"],),
    )
    found = Scope(
        reads,
        frozenset(json.loads(peer["units"])),
        frozenset(json.loads(peer["grids"])),
        frozenset(json.loads(peer["left_out"])),
    )
    found.people = {row[0] for row in held}
    return found


def personal_words(left_out: Iterable[str], *, photos: bool = False) -> str:
    """Which personal data a copy or packet holds, in one sentence part."""
    missing = set(left_out)
    held = ["姓名", "工号", "出生年月", "住址"]
    held += ["手机号码"] if not missing & set(PHONES) else []
    held += ["身份证号"] if not missing & set(ID_NUMBERS) else []
    held += ["照片"] if photos else []
    absent = [
        word for word, gone in (("身份证号", missing & set(ID_NUMBERS)), ("手机号码", missing & set(PHONES))) if gone
    ]
    return f"含{'、'.join(held)}" + (f"；不含{'、'.join(absent)}" if absent else "")


def left_out_of(kind: str, *, phones: bool, photos: bool) -> list[str]:
    """What a copy does not get: 身份证号 and phones stay in the office unless a desk there, or phones are asked for."""
    if kind == "DESK":
        return []
    return [*ID_NUMBERS, *(() if phones else PHONES), *(() if photos else PHOTOS)]
