"""What can be wrong with a place before it is written: sentences by field, and names looked up to uids."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from core.base.errors import InvalidInput, MachineFault
from core.base.fields import EntitySpec, Field, Kind
from core.place.queries import estates, find_grid, grids, linked_community
from core.place.spelling import agree, community_parts, community_spelled
from core.sheet.address import building_name, split_address
from core.sheet.plain import plain_text
from core.store import Reads, Row

Values = Mapping[str, Any]
Faults = dict[str, str]
_MOST = 10_000
_SEVERAL = re.compile(r"\d[号栋幢#＃楼]*[、，,;；/和及]第?\d")


def common_faults(spec: EntitySpec, uid: str, values: Values) -> Faults:
    """Required fields left empty, numbers out of range, days that are none or in the wrong order."""
    found = {
        one.key: f"请填写{one.label}。"
        for one in spec.fields
        if one.required and (one.key in values or not uid) and values.get(one.key) in (None, "")
    }
    for key in ("households", "entrances"):
        number = values.get(key)
        if number not in (None, "") and not 0 <= int(str(number)) <= _MOST:
            found[key] = f"{spec.field(key).label}{number}不合理，请核对。"
    for one in spec.fields:
        if one.check and (text := values.get(one.key)) not in (None, "") and (wrong := one.check(str(text))):
            found[one.key] = wrong
        if one.kind is Kind.PHONE and (wrong := read_phone(one, values.get(one.key))[1]):
            found[one.key] = wrong
    if values.get("until_on") and values.get("from_on") and values["until_on"] < values["from_on"]:
        found["until_on"] = f"{spec.field('until_on').label}早于{spec.field('from_on').label}，请核对。"
    return found


def read_phone(field: Field, text: Any) -> tuple[str, str]:
    """A telephone number as it is stored, and what is wrong with it: by the rules of a cell of a sheet."""
    if text in (None, ""):
        return "", ""
    from core.sheet.values import ColumnFacts, reader_for

    read = reader_for(field, ColumnFacts(field.label))(str(text).strip())
    return str(read.value or ""), read.fault or ""


def raise_faults(faults: Faults) -> None:
    """InvalidInput if anything is wrong."""
    if faults:
        raise InvalidInput(faults)


def same_worker(reads: Reads, uid: str, name: str, grid: str) -> Faults:
    """Two of one name in one grid at a time cannot be told apart, in a list or in a sheet that is read in."""
    sql = (
        "SELECT grid.name FROM grid_worker w JOIN grid ON grid.uid = w.grid_uid "
        "WHERE w.name = ? AND w.grid_uid = ? AND w.uid <> ? AND w.until_on = ''"
    )
    there = reads.value(sql, (name, grid, uid))
    return {"name": f"{there}已有网格员{name}。如果是同名的另一个人，请在姓名里写明区别。"} if there else {}


def grid_uid(reads: Reads, text: str) -> str | None:
    """The uid of a grid of the linked community by what people call it; None for ''. InvalidInput if there is none."""
    if not text:
        return None
    sql = "SELECT grid.uid FROM grid JOIN community c ON c.uid = community_uid WHERE c.linked = 1 AND grid.name = ?"
    if exact := reads.value(sql, (text,)):
        return str(exact)
    found = find_grid(reads, text)
    if found is None:
        known = grids(reads)
        hint = (
            f"现有{known[0]['name']}至{known[-1]['name']}，共{len(known)}个。"
            if known
            else "请先导入网格，或在“社区网格”里新增。"
        )
        raise InvalidInput({"grid": f"联系社区没有叫“{text}”的网格。{hint}"})
    return str(found["uid"])


def community_uid(reads: Reads, name: str) -> str:
    """The uid of a community by name, '' = the linked one; InvalidInput if it is unknown or the name is not unique."""
    if not name:
        linked = linked_community(reads)
        if linked is None:
            raise InvalidInput({"community": "还没有设定联系社区，请写明社区。"})
        return str(linked["uid"])
    district, street, name = community_parts(name)
    name = community_spelled(reads, name)
    sql = "SELECT uid, district, street FROM community WHERE name = ? ORDER BY linked DESC"
    found = [one for one in reads.tuples(sql, (name,)) if agree(one[1], district) and agree(one[2], street)]
    if not found:
        raise InvalidInput({"community": f"还没有名为“{name}”的社区，请先在“社区”里登记。"})
    if len(found) > 1 and not reads.value("SELECT linked FROM community WHERE uid = ?", (found[0][0],)):
        raise InvalidInput({"community": f"有{len(found)}个社区都叫“{name}”，请先给它们不同的名称。"})
    return str(found[0][0])


def estate_uid(reads: Reads, name: str, community: str = "") -> str:
    """The uid of a 小区 by its name or another name for it; '' if it is not there yet."""
    sql = "SELECT uid FROM estate WHERE name = ? AND ? IN ('', community_uid) LIMIT 2"
    if len(exact := reads.tuples(sql, (name, community))) == 1:
        return str(exact[0][0])
    wanted = place_key(name)
    for row in estates(reads, community):
        if wanted in {place_key(one) for one in (row["name"], *row["other_names"].split("、")) if one}:
            return str(row["uid"])
    return ""


def estate_told(reads: Reads, old: str, values: Values) -> tuple[str, str]:
    """(community uid, 小区 uid) that values of a building tell of; the 小区 is '' if it must be made.

    `old` is the 小区 the building stands in: what is not told stays. InvalidInput without a 小区.
    """
    home = reads.one("SELECT name, community_uid FROM estate WHERE uid = ?", (old,)) or {}
    name = str(values.get("estate", home.get("name", "")) or "").strip()
    if not name:
        raise InvalidInput({"estate": "请填写小区：各小区都从1栋排起，只写栋号分不清。"})
    if community := values.get("community"):
        there = community_uid(reads, str(community))
        return there, estate_uid(reads, name, there)
    if "estate" not in values:
        return str(home["community_uid"]), old
    found = estate_uid(reads, name)
    there = reads.value("SELECT community_uid FROM estate WHERE uid = ?", (found,)) or community_uid(reads, "")
    return str(there), found


def building_uid(reads: Reads, estate: str, building: str) -> str:
    """The uid of a building by 小区 and name (东苑3栋 tells both); InvalidInput if there is none."""
    try:
        told = with_estate(reads, {"estate": estate, "name": building})
    except InvalidInput as problem:
        raise InvalidInput({"building": problem.fields["name"]}) from problem
    estate, building = str(told["estate"]), str(told["name"])
    if not estate:
        raise InvalidInput({"estate": f"只写了“{building}”，没有写小区：每个小区都从1栋排起，请写明小区。"})
    found = estate_uid(reads, estate)
    if not found:
        raise InvalidInput({"estate": f"没有叫“{estate}”的小区，请核对，或先登记小区。"})
    name = building_name(building)
    uid = reads.value("SELECT uid FROM building WHERE estate_uid = ? AND name = ?", (found, name))
    if uid is None:
        raise InvalidInput({"building": f"{estate}没有{name}，请核对，或先登记这栋楼。"})
    return str(uid)


def with_estate(reads: Reads, values: Values) -> dict[str, Any]:
    """Values of a building with its name as the ledger writes it; 东苑3栋 is 3栋 of 东苑.

    InvalidInput if 东苑3栋 stands under another 小区.
    """
    found = dict(values)
    if not found.get("name"):
        return found
    found["name"] = building_name(str(found["name"]).strip())
    if _SEVERAL.search(found["name"]):
        raise InvalidInput({"name": f"“{found['name']}”是几栋楼，请每栋写一行。"})
    told = split_address(found["name"])
    if told.building and (told.room or told.entrance):
        text = f"“{found['name']}”写到了单元或房号，楼栋请只写到栋，例如{told.building}；单元在“单元”里登记。"
        raise InvalidInput({"name": text})
    if not (told.estate and told.building):
        return found
    estate = str(found.get("estate") or "").strip()
    if not estate or place_key(estate) == place_key(told.estate):
        return found | {"estate": estate or told.estate, "name": told.building}
    meant = estate_uid(reads, told.estate)
    if meant and meant == estate_uid(reads, estate):
        return found | {"name": told.building}
    if meant:
        raise InvalidInput({"name": f"“{found['name']}”写在小区“{estate}”下，两处小区不一致，请核对。"})
    return found


def entrances_of(reads: Reads, building_uid: str) -> list[Row]:
    """The entrances of a building in order."""
    sql = "SELECT uid, name FROM entrance WHERE building_uid = ? ORDER BY position, name"
    return reads.rows(sql, (building_uid,))


def too_few_entrances(reads: Reads, uid: str, count: object) -> str:
    """The sentence if entrances that people were assigned to would go; '' if none would."""
    if count in (None, ""):
        return ""
    surplus = entrances_of(reads, uid)[int(str(count)) :]
    sql = "SELECT count(DISTINCT cadre_uid) FROM grid_assignment WHERE building_uid = ? AND entrance = ?"
    used = [(row["name"], people) for row in surplus if (people := reads.value(sql, (uid, row["name"])))]
    names = "、".join(f"{name}（{people}人）" for name, people in used)
    return f"{names}有人编入，单元数不能减到{count}，请先把他们改到别的单元。" if used else ""


def entrance_name(text: str) -> str:
    """'2', '２单元', '二单元' as '2单元'; other text (东单元) as it stands."""
    name = plain_text(text)
    if name.isdecimal():
        return f"{int(name)}单元"
    return split_address(f"1栋{name.removesuffix('单元')}单元").entrance or name


def place_key(name: str) -> str:
    """A name of a 小区 as it is compared: 东苑小区 is 东苑."""
    text = re.sub(r"\s+", "", name)
    return text.removesuffix("小区") or text


def number_in(name: str) -> int:
    """The number of a building or entrance for its place in lists; 0 if the name has none."""
    found = re.search(r"\d+", name)
    return int(found[0]) if found else 0


def existing(reads: Reads, table: str, uid: str) -> dict[str, Any]:
    """The row of a record, {} for a new one; MachineFault if it is gone."""
    if not uid:
        return {}
    row = reads.one(f"SELECT * FROM {table} WHERE uid = ?", (uid,))
    if row is None:
        raise MachineFault("这条记录已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return row
