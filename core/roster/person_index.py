"""Whom the rows of a sheet name, for whole sheets: by 工号 (the name must agree), or by a name, narrowed by the unit."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from core.base.errors import InvalidInput
from core.org.matching import OrgIndex
from core.roster.import_people import is_without_zeros
from core.store import Reads, Row

_PERSON = (
    "SELECT cadre.uid, cadre.staff_no, cadre.name, cadre.birth_on, cadre.status, cadre.archived_on, cadre.unit_uid, "
    "cadre.district, cadre.street, cadre.community, unit.name AS unit "
    "FROM json_each(?) j CROSS JOIN cadre ON cadre.{0} = j.value AND cadre.{0} <> '' "
    "JOIN unit ON unit.uid = cadre.unit_uid ORDER BY cadre.archived_on <> '', cadre.staff_no, cadre.uid"
)


def cadre_named(reads: Reads, staff_no: str, name: str, unit: str = "") -> Row:
    """The one person meant by 工号, or by name and unit; InvalidInput tells why nobody can be."""
    values = {"staff_no": staff_no, "name": name, "unit": unit}
    return PersonIndex(reads, [values]).of(values)


class PersonIndex:
    """Everybody the rows (with `staff_no`, `name`, `unit`) may mean: two looks for any number of rows.

    `unit` stands in for rows that tell none. Of namesakes the archived one is not meant, unless `past` counts too.
    """

    def __init__(self, reads: Reads, rows: Iterable[Mapping[str, Any]], *, unit: str = "", past: bool = False) -> None:
        self.reads, self.unit, self.past = reads, unit, past
        self.by_uid: dict[str, Row] = {}
        self.by_no: dict[str, Row] = {}
        self.by_name: dict[str, list[Row]] = defaultdict(list)
        told = list(rows)
        for column in ("staff_no", "name"):
            wanted = list({str(one[column]) for one in told if one.get(column)})
            for row in reads.rows(_PERSON.format(column), (json.dumps(wanted, ensure_ascii=False),)):
                self.by_uid[row["uid"]] = row
                if column == "staff_no":
                    self.by_no[row["staff_no"]] = row
                else:
                    self.by_name[row["name"]].append(row)

    @cached_property
    def org(self) -> OrgIndex:
        """Read once, and only if namesakes must be told apart."""
        return OrgIndex.load(self.reads)

    def of(self, values: Mapping[str, Any]) -> Row:
        """The person of a row; InvalidInput tells at `staff_no` or `name` why nobody can be."""
        number, name = str(values.get("staff_no") or ""), str(values.get("name") or "")
        if not number:
            return self._by_name(name, str(values.get("unit") or self.unit))
        found = self.by_no.get(number) or self._with_zeros(number, name)
        if found is None:
            text = f"名册里没有工号{number}（{name or '姓名未填'}），请核对工号，或先导入他的名册。"
            raise InvalidInput({"staff_no": text})
        if name and found["name"] != name:
            text = f"工号{number}在名册里是{found['name']}，这里写的是{name}，请核对。"
            raise InvalidInput({"name": text})
        return found

    def _by_name(self, name: str, unit: str) -> Row:
        if not name:
            raise InvalidInput({"name": "工号和姓名都没有填，请至少填一项。"})
        called = self.by_name.get(name, [])
        people = called if self.past else [one for one in called if not one["archived_on"]] or called
        if len(people) > 1 and unit:
            there = self.org.unit(unit)
            people = [one for one in people if one["unit_uid"] == there.uid]
        if not people:
            where = f"{unit}的" if called else ""
            raise InvalidInput({"name": f"名册里没有{where}{name}，请核对姓名和单位，或先导入他的名册。"})
        if len(people) > 1:
            names = "、".join(f"{one['unit']}工号{one['staff_no'] or '未填'}" for one in people)
            raise InvalidInput({"name": f"名册里有{len(people)}人叫{name}（{names}），请写明工号。"})
        return people[0]

    def _with_zeros(self, number: str, name: str) -> Row | None:
        """Whom a 工号 means that a number cell robbed of its zeros: the name must be his."""
        hits = [one for one in self.by_name.get(name, ()) if is_without_zeros(number, one["staff_no"])]
        return hits[0] if len(hits) == 1 else None
