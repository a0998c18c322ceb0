"""The year's totals: by unit, branch, grid, category, month or track, and by two of them together. 方案 三(三) 三(六)

Where hours were earned comes from the sums by person; another single way is one pass over one index of `visit_tally`;
two ways, or one unit only, are counted record by record.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.base.clock import today
from core.base.dates import format_date
from core.base.errors import InvalidInput
from core.overview.model import ASPECTS, MEASURES, Aspect
from core.service_log import tally
from core.service_log.counting import RULE
from core.service_log.model import TRACK, VisitFilter
from core.store import Reads

SCOPE = (
    f"已确认与待确认分列，业余时间与组织派遣分列；{RULE}；"
    "人数为有已确认记录的人，不重复计；草稿、退回、作废的记录不计；单位、党支部、网格按服务当天。"
)
_BITS = {"grid": tally.GRID_BIT, "category": tally.CATEGORY_BIT, "month": tally.MONTH_BIT, "track": tally.TRACK_BIT}
_COLUMN = {
    "unit": "unit_uid",
    "branch": "branch_uid",
    "grid": "grid_uid",
    "home": "home_grid_uid",
    "category": "category",
    "month": "month",
    "track": "track",
}
_EARNED = ("unit", "branch", "home")  # known of each line of `person_tally`
# each index holds what stands in GROUP BY in this order: the groups come out of it without sorting
_PASS = """
SELECT {key}, state, track, minutes, times, firsts, count(*) FROM visit_tally INDEXED BY {index} WHERE {where}
GROUP BY {order}, state, track, minutes, times, firsts
"""
_INDEX = {
    "grid": ("visit_tally_by_grid", "grid_uid > '' AND +year = ?", "grid_uid, year"),
    "category": ("visit_tally_by_category", "year = ?", "category"),
    "month": ("visit_tally_by_month", "year = ?", "month"),
    "track": ("visit_tally_by_month", "year = ?", "month"),
}
_SUMS = (
    "records", "times", "minutes", "waiting_times", "waiting_minutes", "duty_times", "duty_minutes",
    "duty_waiting_times", "duty_waiting_minutes",
)  # fmt: skip
_BY_PERSON = f"""
SELECT {{keys}}, count(DISTINCT iif({{who}}, cadre_uid, NULL)), {", ".join(f"sum({one})" for one in _SUMS)}
FROM person_tally WHERE year = ?1 AND ?2 IN ('', unit_uid) GROUP BY {{keys}}
"""
_PEOPLE = """
SELECT count(DISTINCT cadre_uid) FROM person_tally WHERE year = ?1 AND ?2 IN ('', unit_uid) AND confirmed
"""
# in one unit few records are looked up; of a school nearly all are read, in the order they lie (+year: by no index)
_OF_UNIT = "visit_tally INDEXED BY visit_tally_by_unit WHERE year = ? AND unit_uid = ?"
_OF_SCHOOL = "visit_tally WHERE +year = ?"
_EACH = "SELECT {keys}, state, track, minutes, times FROM {rows}"
_WHO = "SELECT DISTINCT {keys}, cadre_uid FROM {rows} AND state = 'CONFIRMED'"
Key = tuple[str, ...]


@dataclass(slots=True)
class Line:
    """One line of a table: what it is about, and its sums. `key`: uid, category, month 1 … 12 or track; of two ways both."""

    key: Key
    names: tuple[str, ...]
    people: int = 0  # with confirmed records
    records: int = 0  # confirmed and waiting
    times: int = 0
    minutes: int = 0
    waiting_times: int = 0
    waiting_minutes: int = 0
    duty_times: int = 0
    duty_minutes: int = 0
    duty_waiting_times: int = 0
    duty_waiting_minutes: int = 0

    @property
    def name(self) -> str:
        """What the line is called."""
        return " ".join(self.names)

    @property
    def uid(self) -> str:
        """One text for the key."""
        return "|".join(self.key)

    def add(self, state: str, track: str, minutes: int, times: int, records: int) -> None:
        """Records of one kind, each with so many minutes and 次."""
        prefix = ("duty_" if track == "DISPATCHED" else "") + ("waiting_" if state == "WAITING" else "")
        setattr(self, f"{prefix}minutes", getattr(self, f"{prefix}minutes") + minutes * records)
        setattr(self, f"{prefix}times", getattr(self, f"{prefix}times") + times * records)
        self.records += records


@dataclass(frozen=True, slots=True)
class FigureTable:
    """The year's totals in one or two ways, with what they count and the day they were read."""

    year: int
    by: str
    then: str  # '' = one way
    unit_uid: str  # '' = the whole school
    whose: str  # 全校, or the unit's name
    as_of: str
    total: Line
    lines: list[Line] = field(default_factory=list)

    @property
    def aspects(self) -> list[Aspect]:
        """By what it counts."""
        return [ASPECTS[one] for one in (self.by, self.then) if one]

    @property
    def heads(self) -> list[str]:
        """Column heads."""
        return [*(one.label for one in self.aspects), *(one.label for one in MEASURES)]

    @property
    def title(self) -> str:
        """'2020年度党员干部下沉社区服务统计表（按单位）'."""
        return f"{self.year}年度党员干部下沉社区服务统计表（按{'、'.join(one.way for one in self.aspects)}）"

    @property
    def scope(self) -> str:
        """统计口径, without the day."""
        return f"{self.year}年度{self.whose}，{SCOPE}" + "".join(one.note for one in self.aspects)

    def cells(self, line: Line) -> list[str]:
        """A line as text, under `heads`."""
        return [*line.names, *(one.text(line) for one in MEASURES)]

    def rows(self) -> list[list[str]]:
        """Every line as text, the sum of all last."""
        return [self.cells(one) for one in (*self.lines, self.total)]


def figure_table(reads: Reads, year: int, by: str = "unit", then: str = "", unit_uid: str = "") -> FigureTable:
    """The year's totals by `by` (and by `then`), of the school or of what was earned in one unit. 方案 三(三)"""
    if unknown := [one for one in (by, then) if one and one not in ASPECTS]:
        known = "、".join(f"{one.key}（{one.label}）" for one in ASPECTS.values())
        raise InvalidInput({"by": f"不能按“{unknown[0]}”统计，可以按：{known}。"})
    if not 2000 <= year <= 2100:
        raise InvalidInput({"year": f"年度{year}不合理，请核对。"})
    then = "" if then == by else then
    whose = str(reads.value("SELECT name FROM unit WHERE uid = ?", (unit_uid,)) or "") if unit_uid else "全校"
    ways = tuple(one for one in (by, then) if one)
    found: dict[Key, Line] = {}
    if all(one in _EARNED for one in ways):
        _by_person(reads, year, ways, unit_uid, found)
    elif then or unit_uid:
        _each(reads, year, ways, unit_uid, found)
    else:
        _one_pass(reads, year, by, found)
    people = int(reads.value(_PEOPLE, (year, unit_uid)))
    names = [_names(reads, one, unit_uid) for one in ways]
    lines = _in_order(found, names, whole=not then)
    as_of = min(today().isoformat(), f"{year}-12-31")
    return FigureTable(year, by, then, unit_uid, whose, as_of, _total(found.values(), people, len(ways)), lines)


def behind(reads: Reads, table: FigureTable, line: Line, measure: str = "") -> VisitFilter:
    """The records a figure is the sum of: of a line (or of `total`), of one measure or of all."""
    where: list[str] = ["year = ?"]
    params: list[Any] = [table.year]
    if table.unit_uid:
        where.append("unit_uid = ?")
        params.append(table.unit_uid)
    if line is not table.total:
        for one, key in zip(table.aspects, line.key, strict=True):
            column = _COLUMN[one.key]
            if not key and column.endswith("_uid"):
                where.append(f"{column} IS NULL")
                continue
            where.append(f"{column} = ?")
            params.append(int(key) if column == "month" else key)
    for asked in MEASURES:
        if asked.key == measure:
            for column, code in (("state", asked.state), ("track", asked.track)):
                if code:
                    where.append(f"{column} = ?")
                    params.append(code)
    sql = f"SELECT visit_uid FROM visit_tally WHERE {' AND '.join(where)} ORDER BY visit_uid"
    return VisitFilter(uids=tuple(row[0] for row in reads.tuples(sql, params)))


def foot(table: FigureTable) -> str:
    """统计口径 and 截至 as one line."""
    return f"统计口径：{table.scope}截至{format_date(table.as_of)}。"


def _one_pass(reads: Reads, year: int, by: str, found: dict[Key, Line]) -> None:
    index, where, order = _INDEX[by]
    sql = _PASS.format(key=_COLUMN[by], index=index, where=where, order=order)
    bit = _BITS[by]
    for value, state, track, minutes, times, firsts, records in reads.tuples(sql, (year,)):
        line = _line(found, (str(value),))
        line.add(state, track, minutes, times, records)
        line.people += (firsts >> bit & 1) * records
    if by == "grid":
        _without_grid(reads, year, found)


def _without_grid(reads: Reads, year: int, found: dict[Key, Line]) -> None:
    """What names no grid is most of the year: all there is, less the grids."""
    for _, people, *sums in reads.tuples(_BY_PERSON.format(keys="year", who="no_grid"), (year, "")):
        line = Line(("",), ("",), people, *sums)
        for key in _SUMS:
            setattr(line, key, getattr(line, key) - sum(getattr(one, key) for one in found.values()))
        if line.records:
            found[line.key] = line


def _by_person(reads: Reads, year: int, ways: Sequence[str], unit_uid: str, found: dict[Key, Line]) -> None:
    sql = _BY_PERSON.format(keys=", ".join(_COLUMN[one] for one in ways), who="confirmed")
    for row in reads.tuples(sql, (year, unit_uid)):
        key = row[: len(ways)]
        found[key] = Line(key, key, *row[len(ways) :])


def _each(reads: Reads, year: int, ways: Sequence[str], unit_uid: str, found: dict[Key, Line]) -> None:
    rows, params = (_OF_UNIT, (year, unit_uid)) if unit_uid else (_OF_SCHOOL, (year,))
    keys, width = ", ".join(_COLUMN[one] for one in ways), len(ways)
    for row, records in Counter(reads.tuples(_EACH.format(keys=keys, rows=rows), params)).items():
        state, track, minutes, times = row[width:]
        _line(found, tuple(map(_key, row[:width]))).add(state, track, minutes, times, records)
    who = Counter(row[:width] for row in reads.tuples(_WHO.format(keys=keys, rows=rows), params))
    for values, people in who.items():
        found[tuple(map(_key, values))].people = people


def _key(value: Any) -> str:
    return "" if value is None else str(value)


def _line(found: dict[Key, Line], key: Key) -> Line:
    if key not in found:
        found[key] = Line(key, key)
    return found[key]


def _total(lines: Iterable[Line], people: int, ways: int) -> Line:
    total = Line(("",) * ways, ("合计", *("",) * (ways - 1)), people=people)
    keys = [one.key for one in MEASURES if one.key != "people"]
    for line in lines:
        for key in keys:
            setattr(total, key, getattr(total, key) + getattr(line, key))
    return total


@dataclass(frozen=True, slots=True)
class Names:
    """Names by key in the order of lists; `left_out`: those with a line only if somebody served there."""

    of_key: dict[str, str]
    left_out: frozenset[str] = frozenset()

    @classmethod
    def of(cls, rows: Iterable[tuple[Any, ...]], last: dict[str, str]) -> Names:
        """From rows of key, name, whether it is in force; `last` only if it is needed."""
        found = list(rows)
        left_out = frozenset(row[0] for row in found if not row[2]) | frozenset(last)
        return cls({row[0]: row[1] for row in found} | last, left_out)


def _in_order(found: dict[Key, Line], names: Sequence[Names], *, whole: bool) -> list[Line]:
    """Lines by the order of the ways; of one way also those that nobody served in."""
    if whole:
        for key in names[0].of_key:
            if key not in names[0].left_out:
                _line(found, (key,))
    places = [{key: at for at, key in enumerate(one.of_key)} for one in names]
    last = 1 << 30

    def order(line: Line) -> tuple[Any, ...]:
        return tuple((place.get(key, last), key) for place, key in zip(places, line.key, strict=True))

    return [
        replace(line, names=tuple(one.of_key.get(key, key) for one, key in zip(names, line.key, strict=True)))
        for line in sorted(found.values(), key=order)
    ]


def _names(reads: Reads, way: str, unit_uid: str) -> Names:
    """What the keys of a way are called, in the order of lists; and which have a line even if nobody served."""
    if way == "month":
        return Names({str(one): f"{one}月" for one in range(1, 13)})
    if way == "track":
        return Names(dict(TRACK))
    if way == "category":
        sql = "SELECT value, value, active FROM code_list WHERE list = 'category' ORDER BY position, value"
        return Names.of(reads.tuples(sql), {"": "（未填类别）"})
    if way in ("grid", "home"):
        sql = "SELECT uid, name, archived_on = '' FROM grid ORDER BY position, name, uid"
        return Names.of(reads.tuples(sql), {"": "（未写网格）" if way == "grid" else "（未编入网格）"})
    of_one, params = ("WHERE unit.uid = ?", (unit_uid,)) if unit_uid else ("", ())
    if way == "unit":
        sql = f"SELECT uid, name, archived_on = '' FROM unit {of_one} ORDER BY position, name, uid"
        return Names.of(reads.tuples(sql, params), {})
    sql = (
        "SELECT branch.uid, unit.name || ' ' || branch.name, branch.archived_on = '' FROM branch "
        f"JOIN unit ON unit.uid = branch.unit_uid {of_one} "
        "ORDER BY unit.position, unit.name, unit.uid, branch.position, branch.name, branch.uid"
    )
    return Names.of(reads.tuples(sql, params), {"": "（未编入支部）"})
