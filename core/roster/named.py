"""Whom a row of a sheet names: by 工号 (the name must agree), or by a name that only one person has."""

from __future__ import annotations

from core.base.errors import InvalidInput
from core.roster.import_people import is_without_zeros
from core.store import Reads, Row

_PERSON = (
    "SELECT cadre.uid, cadre.staff_no, cadre.name, cadre.status, cadre.archived_on, cadre.archive_reason, "
    "unit.name AS unit FROM cadre JOIN unit ON unit.uid = cadre.unit_uid WHERE "
)


def cadre_named(reads: Reads, staff_no: str, name: str) -> Row:
    """The person meant; InvalidInput tells at `staff_no` or `name` why nobody can be. Each costs a look in an index."""
    if not staff_no:
        return _by_name(reads, name)
    found = reads.one(f"{_PERSON} cadre.staff_no = ?", (staff_no,)) or _with_zeros(reads, staff_no, name)
    if found is None:
        text = f"名册里没有工号{staff_no}（{name or '姓名未填'}），请核对工号，或先导入他的名册。"
        raise InvalidInput({"staff_no": text})
    if name and found["name"] != name:
        text = f"工号{staff_no}在名册里是{found['name']}，这里写的是{name}，请核对。"
        raise InvalidInput({"name": text})
    return found


def _by_name(reads: Reads, name: str) -> Row:
    if not name:
        raise InvalidInput({"name": "工号和姓名都没有填，请至少填一项。"})
    people = reads.rows(f"{_PERSON} cadre.name = ? ORDER BY cadre.archived_on <> '', cadre.staff_no", (name,))
    people = [one for one in people if not one["archived_on"]] or people
    if not people:
        raise InvalidInput({"name": f"名册里没有{name}，请核对姓名，或先导入他的名册。"})
    if len(people) > 1:
        names = "、".join(f"{one['unit']}工号{one['staff_no'] or '未填'}" for one in people)
        raise InvalidInput({"name": f"名册里有{len(people)}人叫{name}（{names}），请写明工号。"})
    return people[0]


def _with_zeros(reads: Reads, number: str, name: str) -> Row | None:
    """Whom a 工号 means that a number cell robbed of its zeros: the name must be his."""
    same = reads.rows(f"{_PERSON} cadre.name = ?", (name,)) if name else []
    hits = [one for one in same if is_without_zeros(number, one["staff_no"])]
    return hits[0] if len(hits) == 1 else None
