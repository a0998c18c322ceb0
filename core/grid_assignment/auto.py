"""自动编入: what the addresses of people say of grid and building, as a proposal to accept, change or leave. 方案 五(二)3

Each 小区 restarts at 1栋, so a number without its 小区 is always asked. What cannot be told for sure is never placed.
"""

from __future__ import annotations

import json
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from core.grid_assignment.home import HOME_COLUMNS, Home
from core.grid_assignment.model import Assigned, Spot
from core.grid_assignment.ops import assign_each
from core.org.settings import setting
from core.sheet.address import Address, building_name, split_address
from core.sheet.cells import squeeze
from core.store import Reads, Row, Tx

PLACED, ASKED, OUTSIDE, UNKNOWN = "PLACED", "ASKED", "OUTSIDE", "UNKNOWN"
OUTCOME = ((PLACED, "可编入"), (ASKED, "请选定"), (OUTSIDE, "不在本社区"), (UNKNOWN, "看不出"))

_ESTATE_ENDS = re.compile(r"(住宅小区|小区|家属区|生活区|宿舍区|住宅区|校区)$")
# 东苑3, 北苑8号2单元301, 东苑#3: perhaps a 栋, perhaps not
_BARE_NUMBER = re.compile(
    r"(?P<estate>.*?\D)(?:第|#|NO\.?)?(?P<number>\d{1,3})号?(?:(?P<entrance>\d{1,2})单元.*)?", re.I
)
_INNER_BUILDING = re.compile(r".*(栋|幢|座|#|号楼|楼)")


@dataclass(frozen=True, slots=True)
class Proposed:
    """One person's line. `why` says in a sentence what was seen, also where the place is sure."""

    cadre_uid: str
    name: str
    staff_no: str
    unit: str
    address: str
    outcome: str
    grid_uid: str = ""
    building_uid: str = ""
    entrance: str = ""
    candidates: tuple[tuple[str, str], ...] = ()  # (building uid, label): what may be meant
    why: str = ""


@dataclass(frozen=True, slots=True)
class Proposal:
    """Everybody's line, by unit and 工号; `already` people have a grid and were left alone."""

    items: tuple[Proposed, ...]
    already: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """Lines by outcome, every outcome named."""
        found = Counter(one.outcome for one in self.items)
        return {code: found[code] for code, _label in OUTCOME}


def propose(reads: Reads, cadre_uids: Sequence[str] | None = None, *, again: bool = False) -> Proposal:
    """What the addresses say of people (default: everybody not archived). Who has a grid is left alone unless `again`."""
    home = Home.load(reads)
    if home is None:
        return Proposal(())
    people, already = _people(reads, cadre_uids, again)
    return Proposal(tuple(lines_of(reads, home, people)), already)


def lines_of(reads: Reads, home: Home, people: Iterable[Row]) -> Iterator[Proposed]:
    """The line of each person; rows carry uid, name, 工号, unit and the columns of the home (`HOME_COLUMNS`)."""
    houses = _Houses.load(reads, home)
    return (_line(person, home, houses) for person in people)


def accept(tx: Tx, items: Iterable[Proposed | tuple[str, str, str | None, str]], from_on: str = "") -> Assigned:
    """Put people where the proposal (PLACED lines) or the clerk (tuples of person, grid, building, entrance) says: one step."""
    spots = []
    for one in items:
        if not isinstance(one, Proposed):
            spots.append(Spot(*one))
        elif one.outcome == PLACED:
            spots.append(Spot(one.cadre_uid, one.grid_uid, one.building_uid or None, one.entrance))
    return assign_each(tx, spots, from_on, "AUTO") if spots else Assigned(0)


# -- one person ----------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _House:
    uid: str
    label: str
    grid_uid: str
    estate_uid: str
    entrances: frozenset[str]


@dataclass(slots=True)
class _Houses:
    """Estates and buildings of the linked community, by the ways addresses write them."""

    home: Home
    leads: tuple[str, ...]  # what may stand in front of a 小区: district, street, community, school
    estates: dict[str, str] = field(default_factory=dict)  # bare name or other name -> estate uid
    names: dict[str, str] = field(default_factory=dict)  # estate uid -> name
    by_number: dict[str, list[_House]] = field(default_factory=lambda: defaultdict(list))
    by_estate: dict[str, dict[str, _House]] = field(default_factory=lambda: defaultdict(dict))
    last: dict[str, int] = field(default_factory=dict)  # estate uid -> largest number

    @classmethod
    def load(cls, reads: Reads, home: Home) -> _Houses:
        """Three queries, whatever the number of people."""
        school = setting(reads, "org_name")
        bare_school = split_address(f"{school}1栋").estate  # without the province, as it is left of an address
        names = (home.name, *(f"{one}社区" for one in home.names), *home.names)
        leads = (home.district, home.street, *names, school, bare_school)
        found = cls(home, tuple(dict.fromkeys(squeeze(one) for one in leads if one)))
        sql = "SELECT uid, name, other_names FROM estate WHERE community_uid = ? ORDER BY position, name"
        twice = set()
        for uid, name, others in reads.tuples(sql, (home.community_uid,)):
            found.names[uid] = name
            for text in (name, *re.split("[、,，;；/ ]", others)):
                key = _bare_estate(text)
                if key and found.estates.setdefault(key, uid) != uid:
                    twice.add(key)
        for key in twice:  # two 小区 go by that name: it tells nothing
            del found.estates[key]
        found._load_buildings(reads)
        return found

    def _load_buildings(self, reads: Reads) -> None:
        entrances: dict[str, set[str]] = defaultdict(set)
        for uid, name in reads.tuples("SELECT building_uid, name FROM entrance"):
            entrances[uid].add(_entrance(name))
        sql = (
            "SELECT b.uid, b.name, b.position, coalesce(b.grid_uid, ''), e.uid, e.name FROM building b "
            "JOIN estate e ON e.uid = b.estate_uid WHERE e.community_uid = ? ORDER BY e.position, e.name, b.position, b.name"
        )
        for uid, name, position, grid_uid, estate_uid, estate in reads.tuples(sql, (self.home.community_uid,)):
            house = _House(uid, f"{estate}{name}", grid_uid, estate_uid, frozenset(entrances.get(uid, ())))
            number = building_name(name)
            self.by_number[number].append(house)
            self.by_estate[estate_uid][number] = house
            self.last[estate_uid] = max(self.last.get(estate_uid, 0), position)

    def estate(self, text: str) -> str:
        """The estate that a text names, '' if none for sure: 东苑, 东苑小区, 湖北经济学院东苑."""
        bare = _bare_estate(text)
        while bare and bare not in self.estates:
            lead = next((one for one in self.leads if bare.startswith(one) and len(bare) > len(one)), "")
            if not lead:
                return ""
            bare = _bare_estate(bare[len(lead) :].lstrip("-,，、/()"))
        return self.estates.get(bare, "")

    def inside(self, text: str) -> list[str]:
        """Estates whose name occurs in a text that names none for sure."""
        folded = squeeze(text)
        return list(dict.fromkeys(uid for name, uid in self.estates.items() if name in folded))


def _line(person: Row, home: Home, houses: _Houses) -> Proposed:
    address = split_address(person["address"])
    if address.district and not address.estate and houses.estate(address.district):
        address = address._replace(district="", estate=address.district)  # 西区1栋: a 小区 that ends like a 区
    parts = {"district": address.district, "street": address.street, "community": address.community}
    why = home.elsewhere({key: person[key] or part for key, part in parts.items()})
    if why:
        return _proposed(person, OUTSIDE, why)
    estate, building, entrance = _parts(person, address, houses)
    if not building and (guess := _bare_number(address.rest, houses)):
        house, entrance = guess
        return _proposed(person, ASKED, f"住址写的是“{address.rest}”，是不是{house.label}，请选定。", [house], entrance)
    if not (person["address"] or estate or building):
        return _proposed(person, UNKNOWN, "没有填写住址。")
    if not home.is_named(person) and not houses.estate(estate):
        return _proposed(person, UNKNOWN, "没有填写居住社区，住址里也没有本社区的小区。")
    return _housed(person, houses, estate, building, entrance, sure=home.is_named(person))


def _housed(person: Row, houses: _Houses, estate: str, building: str, entrance: str, *, sure: bool) -> Proposed:
    """The line of somebody who may live here, by 小区 and number."""
    estate_uid = houses.estate(estate)
    number = building_name(building) if building else ""
    if not estate_uid:
        return _without_estate(person, houses, estate, number, entrance)
    name, there = houses.names[estate_uid], houses.by_estate.get(estate_uid, {})
    if not number:
        why = f"住址里没有楼栋号，请选{name}的一栋。" if there else f"住址里没有楼栋号，台账里也没有{name}的楼栋。"
        return _proposed(person, ASKED if there else UNKNOWN, why, list(there.values()), entrance)
    house = there.get(number)
    if house is None:
        last = f"，最大是{houses.last[estate_uid]}栋" if houses.last.get(estate_uid) else "，请先导入它的楼栋"
        return _proposed(person, UNKNOWN, f"{name}没有{number}{last}。")
    if not sure:
        return _proposed(person, ASKED, f"没有填写居住社区，住址像是{house.label}，请选定。", [house], entrance)
    if not house.grid_uid:
        return _proposed(person, UNKNOWN, f"{house.label}还没有划入网格，请先填写它属于哪个网格。", [house], entrance)
    doubt = ""
    if entrance and house.entrances and _entrance(entrance) not in house.entrances:
        doubt = f"这一栋只有{len(house.entrances)}个单元，没有{entrance}，请核对住址。"
    return _proposed(person, PLACED, f"住址是{house.label}{entrance}。{doubt}", [house], entrance)


def _without_estate(person: Row, houses: _Houses, estate: str, number: str, entrance: str) -> Proposed:
    if not number:
        return _proposed(person, UNKNOWN, "住址里看不出本社区的小区和楼栋号。")
    near = houses.inside(estate) if estate else list(houses.names)
    found = [one for one in houses.by_number.get(number, []) if one.estate_uid in near]
    if estate and not near:
        return _proposed(
            person, UNKNOWN, f"“{estate}”不是{houses.home.name}登记的小区，请核对住址，或把它加为小区的别名。"
        )
    if not found:
        where = "、".join(houses.names[uid] for uid in near) if estate else "各小区"
        return _proposed(
            person, UNKNOWN, f"住址没有写明小区，{where}都没有{number}。" if not estate else f"{where}没有{number}。"
        )
    labels = "、".join(one.label for one in found)
    if estate:
        return _proposed(person, ASKED, f"“{estate}{number}”是不是{labels}，请选定。", found, entrance)
    return _proposed(person, ASKED, f"住址没有写小区，{number}可能是{labels}，请选定。", found, entrance)


def _parts(person: Row, address: Address, houses: _Houses) -> tuple[str, str, str]:
    """小区, 楼栋 and 单元: the roster's own columns where they are filled, else the address."""
    estate, building, entrance = person["estate"], person["building"], person["entrance"]
    if not estate and building_name(building) == address.building:
        estate = address.estate
    if not building and (not estate or _bare_estate(estate) == _bare_estate(address.estate) or not address.estate):
        estate, building, entrance = estate or address.estate, address.building, entrance or address.entrance
    if estate and not houses.estate(estate) and _INNER_BUILDING.fullmatch(squeeze(estate).replace("＃", "#")):
        # 东苑3栋2-501: what was taken for the 楼栋 is the 单元 of the one before it
        inner = split_address(estate)
        if inner.building and houses.estate(inner.estate):
            return inner.estate, inner.building, f"{building.removesuffix('栋')}单元"
    if not estate and not building:
        estate = address.rest if houses.estate(address.rest) else ""
    return estate, building, entrance


def _bare_number(text: str, houses: _Houses) -> tuple[_House, str] | None:
    """The building and entrance that a number straight after a 小区 may mean."""
    found = _BARE_NUMBER.fullmatch(squeeze(text).replace("＃", "#"))
    estate_uid = houses.estate(found["estate"].rstrip("第#")) if found else ""
    house = houses.by_estate[estate_uid].get(f"{int(found['number'])}栋") if found and estate_uid else None
    if found is None or house is None:
        return None
    return house, f"{int(found['entrance'])}单元" if found["entrance"] else ""


def _proposed(person: Row, outcome: str, why: str, houses: Sequence[_House] = (), entrance: str = "") -> Proposed:
    placed = houses[0] if outcome == PLACED else None
    return Proposed(
        cadre_uid=person["uid"],
        name=person["name"],
        staff_no=person["staff_no"],
        unit=person["unit"],
        address=person["address"] or f"{person['estate']}{person['building']}{person['entrance']}",
        outcome=outcome,
        grid_uid=placed.grid_uid if placed else "",
        building_uid=placed.uid if placed else "",
        entrance=entrance,
        candidates=tuple((one.uid, one.label) for one in houses),
        why=why,
    )


def _people(reads: Reads, cadre_uids: Sequence[str] | None, again: bool) -> tuple[list[Row], int]:
    """The people asked about in order, and how many were left out for having a grid."""
    source = "cadre c" if cadre_uids is None else "json_each(?) j CROSS JOIN cadre c ON c.uid = j.value"
    params = () if cadre_uids is None else (json.dumps(list(dict.fromkeys(cadre_uids))),)
    sql = (
        f"SELECT c.uid, c.name, c.staff_no, unit.name AS unit, {HOME_COLUMNS}, "
        "EXISTS (SELECT 1 FROM grid_assignment a WHERE a.cadre_uid = c.uid AND a.until_on = '') "
        f"AS placed FROM {source} JOIN unit ON unit.uid = c.unit_uid WHERE c.archived_on = '' "
        "ORDER BY unit.position, unit.name, c.staff_no, c.uid"
    )
    rows = reads.rows(sql, params)
    if again:
        return rows, 0
    free = [row for row in rows if not row["placed"]]
    return free, len(rows) - len(free)


def _bare_estate(text: str) -> str:
    bare = squeeze(text).strip("-,，、/() ")
    return _ESTATE_ENDS.sub("", bare) or bare


def _entrance(text: str) -> str:
    """'3单元' and '3' alike."""
    return squeeze(text).removesuffix("单元")
