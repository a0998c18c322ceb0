"""A print order with its names resolved: whose forms, of which unit, grid or community."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from core.base.clock import today
from core.base.errors import InvalidInput, Refused
from core.org.matching import resolve_unit
from core.place.queries import find_grid
from core.roster.people import Found, resolve_people
from core.roster.timeline import day_of_year, there_on
from core.service_log.quota import quota_report
from core.store import Reads
from reports.spec import Asked, ReportSpec

# 报到 of the home decides; the roster speaks for who has not checked in
_OF_COMMUNITY = """
SELECT uid FROM cadre WHERE community <> '' AND (community = ?1 OR street || community = ?1) AND NOT EXISTS (
  SELECT 1 FROM checkin WHERE cadre_uid = cadre.uid AND track = 'HOME' AND ended_on = '')
UNION SELECT t.cadre_uid FROM checkin t JOIN community c ON c.uid = t.community_uid
  WHERE t.cadre_uid IS NOT NULL AND t.track = 'HOME' AND t.ended_on = '' AND ?1 IN (c.name, c.street || c.name)
"""


def ask(
    reads: Reads,
    spec: ReportSpec,
    year: int,
    *,
    unit: str | None = None,
    grid: str | None = None,
    community: str | None = None,
    cadres: Sequence[str] = (),
    uids: Sequence[str] | None = None,
    sheet: str = "",
    which: str = "",
    as_of: str | None = None,
    blank: bool = False,
    extra_pages: int = 0,
    skip_empty: bool = False,
    issued_on: str = "",
    by_stroke: bool = False,
    public: bool = False,
    by: str = "",
    paper: str = "",
) -> Asked:
    """The order with names resolved; InvalidInput for what cannot be found, Refused for what the form has not."""
    _check(spec, year, blank=blank, as_of=as_of, by=by, paper=paper, which=which)
    people = bool(cadres or uids or community)
    _check_whom(spec, {"unit": bool(unit), "grid": bool(grid), "people": people})
    asked = Asked(
        year,
        as_of or "",
        unit_uid=_unit_uid(reads, unit) if unit else "",
        grid_uid=_grid_uid(reads, grid) if grid else "",
        sheet_no=sheet.strip(),
        which=which.strip(),
        blank=blank,
        extra_pages=extra_pages,
        skip_empty=skip_empty and spec.can("skip_empty"),
        issued_on=issued_on if spec.can("issued") else "",
        by_stroke=by_stroke,
        public=public,
        by=by or spec.way_of(year),
        paper=paper or spec.papers[0],
    )
    named = people or uids is not None or (bool(grid) and "people" in spec.whom)
    if not named and (spec.kind == "list" or (blank and spec.can("empty") and not unit)):
        return asked  # a list finds its own people: archived ones with service of the year are in its sums
    chosen = None if uids is None else tuple(uids)
    return replace(asked, uids=_chosen(reads, asked, chosen, cadres, community or ""))


def _chosen(
    reads: Reads, asked: Asked, uids: tuple[str, ...] | None, cadres: Sequence[str], community: str
) -> tuple[str, ...]:
    """Those handed over, else who is meant; Refused for nobody."""
    if uids is None:
        uids = select_people(reads, asked.year, asked.unit_uid, cadres, asked.grid_uid, community)
    if not uids:
        where = "这个网格" if asked.grid_uid else "这个单位" if asked.unit_uid else "名册里"
        raise Refused(f"{asked.year}年{where}没有可打印的人。", "请检查年度、单位和网格，或先导入名册。")
    return uids


def select_people(
    reads: Reads,
    year: int,
    unit_uid: str = "",
    cadres: Sequence[str] = (),
    grid_uid: str = "",
    community: str = "",
) -> tuple[str, ...]:
    """Uids by unit, grid, community and 工号: those named, else everybody of the year's end.

    Who had left before it must be named. A grid's people are those in it on the last day of the year, or today.
    """
    if cadres:
        found = _named(reads, cadres, unit_uid)
    else:
        # the unit is that of the year's end: a form of last year stands under last year's unit
        here = {row[0] for row in reads.tuples(there_on("?1"), (day_of_year(year),))}
        found = tuple(row["uid"] for row in quota_report(reads, year, unit_uid or None).rows if row["uid"] in here)
    if grid_uid:
        inside = _in_grid(reads, grid_uid, min(today().isoformat(), f"{year}-12-31"))
        found = tuple(uid for uid in found if uid in inside)
    if community:
        inside = _of_community(reads, community)
        found = tuple(uid for uid in found if uid in inside)
    return found


def home_communities(reads: Reads) -> list[tuple[str, int]]:
    """Where people live, as the roster writes it (street and community), with how many; the most first."""
    sql = (
        "SELECT street || community AS place, count(*) AS people FROM cadre "
        "WHERE archived_on = '' AND community <> '' GROUP BY place ORDER BY people DESC, place"
    )
    return [(place, people) for place, people in reads.tuples(sql)]


def _check(spec: ReportSpec, year: int, *, blank: bool, as_of: str | None, by: str, paper: str, which: str) -> None:
    if which and not spec.can("which"):
        raise Refused(f"《{spec.title}》不能按带出的数据打印。", "请去掉这一项。")
    if blank and not spec.can("blank"):
        raise Refused(f"《{spec.title}》没有空白表。", "请去掉“空白表”后再打印。")
    if as_of and as_of < f"{year}-01-01":
        raise InvalidInput({"as_of": f"截至日期 {as_of} 在{year}年之前，没有可统计的服务。请改日期或年度。"})
    if as_of and not spec.can("as_of"):
        raise Refused(f"《{spec.title}》印的是今天的情况，不能写截至日期。", "请去掉截至日期后再打印。")
    if by and by not in dict(spec.ways):
        known = "、".join(f"{code}（{label}）" for code, label in spec.ways)
        text = f"可以写：{known}。" if known else "请不要写这一项。"
        raise InvalidInput({"by": f"《{spec.title}》不能按“{by}”打印，{text}"})
    if paper and paper not in spec.papers:
        raise InvalidInput({"paper": f"《{spec.title}》只能打印在{'、'.join(spec.papers)}纸上，请改纸张。"})


def _check_whom(spec: ReportSpec, given: dict[str, bool]) -> None:
    words = {"unit": "单位", "grid": "网格", "people": "人员"}
    if not any(on and key not in spec.whom for key, on in given.items()):
        return
    if spec.can("sheet"):
        raise Refused(f"《{spec.title}》按社区生成，不能按单位或人员打印。", "请只写明清单编号。")
    wrong = "、".join(words[key] for key, on in given.items() if on and key not in spec.whom)
    right = "或".join(text for key, text in words.items() if key in spec.whom)
    raise Refused(f"《{spec.title}》不能按{wrong}打印。", f"请改按{right}打印。" if right else "请去掉这一项。")


def _unit_uid(reads: Reads, unit: str) -> str:
    if reads.value("SELECT 1 FROM unit WHERE uid = ?", (unit,)):
        return unit
    found = resolve_unit(reads, unit)
    if not found:
        raise InvalidInput({"unit": f"没有名为“{unit}”的单位，请检查写法，或先导入它的名册。"})
    return found.uid


def _grid_uid(reads: Reads, grid: str) -> str:
    if reads.value("SELECT 1 FROM grid WHERE uid = ?", (grid,)):
        return grid
    found = find_grid(reads, grid)
    if found is None:
        raise InvalidInput({"grid": f"没有名为“{grid}”的网格，请检查写法，或先导入网格。"})
    return str(found["uid"])


def _in_grid(reads: Reads, grid_uid: str, day: str) -> set[str]:
    sql = (
        "SELECT cadre_uid FROM grid_assignment WHERE grid_uid = ? AND from_on <= ? AND (until_on = '' OR until_on >= ?)"
    )
    return {row[0] for row in reads.tuples(sql, (grid_uid, day, day))}


def _of_community(reads: Reads, community: str) -> set[str]:
    """Who lives there or has checked in there, by name (with or without the street) or by uid."""
    known = reads.one("SELECT street, name FROM community WHERE uid = ?", (community,))
    name = known["street"] + known["name"] if known else community.strip()
    found = {row[0] for row in reads.tuples(_OF_COMMUNITY, (name,))}
    if not found:
        raise InvalidInput({"community": f"没有住在“{name}”或到“{name}”报到的党员干部，请检查写法。"})
    return found


def _named(reads: Reads, cadres: Sequence[str], unit_uid: str) -> tuple[str, ...]:
    found = resolve_people(reads, cadres)
    for one in found:
        if one.state is Found.MISSING:
            raise InvalidInput({"cadres": f"名册里没有“{one.text}”，请检查工号或姓名。"})
        if one.state is Found.AMBIGUOUS:
            whose = "、".join(f"{row['name']}（{row['unit']}，工号{row['staff_no'] or '未填'}）" for row in one.people)
            raise InvalidInput({"cadres": f"“{one.text}”可能是{whose}，请改用工号。"})
    people = {one.uid: one.people[0] for one in found}
    return tuple(uid for uid, row in people.items() if not unit_uid or row["unit_uid"] == unit_uid)
