"""Who lives in the linked community, by the roster's columns or else by the written address. 方案 三(三)"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.place.queries import linked_community
from core.place.spelling import agree, bare_community
from core.store import Reads

_STREET_ENDS = re.compile(r"(街道办事处|街道办|街道|办事处|镇|乡|街)$")
_COLUMNS = ("district", "street", "community")
HOME_COLUMNS = "c.district, c.street, c.community, c.address, c.estate, c.building, c.entrance"


@dataclass(frozen=True, slots=True)
class Home:
    """The linked community, and how to tell that a person of the roster lives in another."""

    community_uid: str
    name: str
    district: str
    street: str
    names: frozenset[str]  # all spellings, without 社区 at the end

    @classmethod
    def load(cls, reads: Reads) -> Home | None:
        """The linked community with its remembered spellings; None if there is none."""
        row = linked_community(reads)
        if row is None:
            return None
        sql = "SELECT alias FROM name_alias WHERE kind = 'community' AND target_uid = ?"
        names = [row["name"], *(one[0] for one in reads.tuples(sql, (row["uid"],)))]
        return cls(row["uid"], row["name"], row["district"], row["street"], frozenset(map(bare_community, names)))

    def is_named(self, person: Mapping[str, Any]) -> bool:
        """Whether a person gives a community at all, in the roster's column or in the address."""
        return bool(_told(person)["community"])

    def holds(self, person: Mapping[str, Any]) -> bool:
        """Whether a person lives here: names a community, and nothing says that it is another."""
        if person["community"] and bare_community(person["community"]) not in self.names:
            return False  # most of a roster: no address need be read
        told = _told(person)
        return bool(told["community"]) and not self.elsewhere(told)

    def elsewhere(self, told: Mapping[str, str]) -> str:
        """Why somebody whose 区, 街道 and 社区 are `told` lives in another community, '' if nothing says so."""
        community, district, street = (told[key] for key in ("community", "district", "street"))
        if community and bare_community(community) not in self.names:
            return f"居住社区是{community}，不是{self.name}。"
        if district and self.district and not agree(district, self.district):
            return f"居住地在{district}，与{self.district}的{self.name}不是同一个社区。"
        bare = _STREET_ENDS.sub("", street)
        if bare and self.street and not agree(bare, _STREET_ENDS.sub("", self.street)):
            return f"居住地在{street}，与{self.street}的{self.name}不是同一个社区。"
        return ""


def _told(person: Mapping[str, Any]) -> dict[str, str]:
    """区, 街道 and 社区: the roster's columns, and the address where one is empty."""
    columns = {key: str(person[key]) for key in _COLUMNS}
    if all(columns.values()) or not person["address"]:
        return columns
    from core.sheet.address import split_address

    address = split_address(person["address"])
    alone = address.building and not (address.estate or address.street or address.community)
    district = "" if alone else address.district  # 西区1栋: a 小区, no 区
    parts = {"district": district, "street": address.street, "community": address.community}
    return {key: columns[key] or parts[key] for key in _COLUMNS}
