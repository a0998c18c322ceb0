"""结果运用: a list of names or 工号 → figures over years, and facts for the 下沉社区现实表现材料. 方案 三(七) 七(三)1"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.base.errors import InvalidInput
from core.base.fields import Field, Kind
from core.checkin.model import TRACK_LABEL
from core.evaluation.closed import closed_side
from core.evaluation.drafting import main_service
from core.reporting.commendations import commendation_text, commendations_of
from core.roster.queries import Resolved, cadre_page, feedback_rows, resolve_people
from core.service_log.categories import emergency_categories, emergency_text
from core.service_log.counting import RULE
from core.service_log.queries import person_logs
from core.service_log.quota import ASSESSED, NOT_THERE, quota_report
from core.store import Reads, Row

_MOST_YEARS = 10
_WARTIME = """
SELECT cadre_uid, year, sum(times), sum(minutes) FROM visit_tally WHERE state = 'CONFIRMED'
AND category IN (SELECT value FROM json_each(?)) AND cadre_uid IN (SELECT value FROM json_each(?)) GROUP BY cadre_uid, year
"""
_CHECKINS = """
SELECT k.cadre_uid, k.track, k.checked_on, k.ended_on, k.place, m.street || m.name AS community
FROM checkin k JOIN community m ON m.uid = k.community_uid
WHERE k.cadre_uid IN (SELECT value FROM json_each(?)) ORDER BY k.checked_on, k.uid
"""
_GRIDS = """
SELECT a.cadre_uid, a.from_on, a.until_on, grid.name FROM grid_assignment a JOIN grid ON grid.uid = a.grid_uid
WHERE a.cadre_uid IN (SELECT value FROM json_each(?)) ORDER BY a.from_on, a.uid
"""
_LEADS = """
SELECT l.cadre_uid, l.from_on, l.until_on, estate.name || b.name AS name FROM building_lead l
JOIN building b ON b.uid = l.building_uid JOIN estate ON estate.uid = b.estate_uid
WHERE l.cadre_uid IN (SELECT value FROM json_each(?)) ORDER BY l.from_on, l.uid
"""
_SQUADS = """
SELECT s.cadre_uid, s.from_on, s.until_on, grid.name || q.name AS name FROM squad_member s
JOIN squad q ON q.uid = s.squad_uid JOIN grid ON grid.uid = q.grid_uid
WHERE s.cadre_uid IN (SELECT value FROM json_each(?)) ORDER BY s.from_on, s.uid
"""


@dataclass(frozen=True, slots=True)
class YearResult:
    """One year of a person: own time against the minimum, 派遣 apart, the grades as they were entered."""

    year: int
    times: int
    minutes: int
    duty_times: int
    duty_minutes: int
    verdict: str
    community_rating: str = ""
    branch_rating: str = ""
    overall_rating: str = ""
    wartime: str = ""  # '2次、5小时' of 处理突发事件, of both tracks
    honours: str = ""  # 表彰 of the year
    corrected: str = ""  # a closed year: what differs now from the frozen figures shown


@dataclass(frozen=True, slots=True)
class PersonResult:
    """One person over the years, in their order."""

    person: Row  # as the roster has it today
    years: tuple[YearResult, ...]


@dataclass(frozen=True, slots=True)
class Performance:
    """What the 现实表现材料 of one person says: headings with plain statements; nothing is judged that nobody entered."""

    person: Row
    years: tuple[int, ...]
    parts: tuple[tuple[str, tuple[str, ...]], ...]


@dataclass(slots=True)
class Pasted:
    """A pasted list: whom it means, in its order and once each, and the lines that mean nobody for certain."""

    uids: list[str] = field(default_factory=list)
    open: list[Resolved] = field(default_factory=list)


def pasted(reads: Reads, text: str | Iterable[str]) -> Pasted:
    """Read a pasted list of names or 工号."""
    found = Pasted()
    for one in resolve_people(reads, text):
        if not one.uid:
            found.open.append(one)
        elif one.uid not in found.uids:
            found.uids.append(one.uid)
    return found


def open_text(one: Resolved) -> str:
    """Why a pasted line means nobody for certain, and the way out."""
    if not one.people:
        return f"名册里没有“{one.text}”，请核对工号或姓名。"
    who = "、".join(f"{row['name']}（{row['staff_no'] or '无工号'}，{row['unit']}）" for row in one.people)
    return f"“{one.text}”可能是：{who}，请改写工号。"


def parse_years(text: str) -> list[int]:
    """'2020-2022', '2020,2022', '2021' as years in order; InvalidInput if it is none or too many."""
    found: set[int] = set()
    for part in text.replace("，", ",").replace("、", ",").replace("年", "").replace("—", "-").split(","):
        first, dash, last = (piece.strip() for piece in part.partition("-"))
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise InvalidInput({"years": f"年度“{text}”读不出，请写成 2020-2022 或 2020,2021。"})
        found.update(range(int(first), int(last or first) + 1) if int(last or first) - int(first) < _MOST_YEARS else ())
    if not found or len(found) > _MOST_YEARS or not all(2000 <= one <= 2100 for one in found):
        raise InvalidInput({"years": f"年度“{text}”不合理：从早到晚写，至多{_MOST_YEARS}年。"})
    return sorted(found)


def results(reads: Reads, cadre_uids: Sequence[str], years: Sequence[int]) -> list[PersonResult]:
    """The people in that order; a person not on the roster any more is left out."""
    found: dict[str, list[YearResult]] = defaultdict(list)
    grades, honours = _grades(reads, cadre_uids), commendations_of(reads, cadre_uids)
    wartime = {
        (uid, year): f"{times}次、{format_hours(minutes)}小时"
        for uid, year, times, minutes in reads.tuples(_WARTIME, (_json(emergency_categories(reads)), _json(cadre_uids)))
    }
    for year in years:
        frozen = closed_side(reads, year, cadre_uids, f"{year}-12-31")
        for now in quota_report(reads, year, cadre_uids=list(cadre_uids)).rows:
            uid = now["uid"]
            said = dict(zip(_RATINGS, grades.get((uid, year), ("", "", "")), strict=True))
            row = {**frozen.sums(uid, now), **frozen.evaluation(uid, said)}
            honour = "；".join(commendation_text(one) for one in honours.get(uid, ()) if one["year"] == year)
            shown: dict[str, Any] = {
                key: row[key] for key in ("times", "minutes", "duty_times", "duty_minutes", "verdict", *_RATINGS)
            }
            if year > today().year:
                shown["verdict"] = "这一年还没有到"
            elif now["remark"]:
                shown["verdict"] += f"，{now['remark']}"
            shown |= {"wartime": wartime.get((uid, year), ""), "corrected": frozen.note(uid, now, said)}
            found[uid].append(YearResult(year, **shown, honours=honour))
    return [PersonResult(row, tuple(found[row["uid"]])) for row in cadre_page(reads, list(cadre_uids))]


PERSON_FIELDS = (
    Field("name", "姓名", Kind.NAME, width=10),
    Field("staff_no", "工号", Kind.STAFF_NO),
    Field("unit", "二级单位党组织", width=20),
    Field("branch", "党支部", width=18),
)
_OF_YEAR = (
    Field("times", "次数", Kind.INT, width=9),
    Field("minutes", "时长（小时）", Kind.MINUTES, width=12),
    Field("verdict", "是否达标", width=16),
    Field("community_rating", "社区评价", width=10),
    Field("branch_rating", "党支部评价", width=10),
    Field("overall_rating", "综合等次", width=10),
    Field("duty_times", "派遣次数", Kind.INT, width=9),
    Field("duty_minutes", "派遣（小时）", Kind.MINUTES, width=10),
    Field("wartime", "战时", width=18),
    Field("honours", "表彰", width=24),
    Field("corrected", "结账后更正", width=24),
)
_RATINGS = ("community_rating", "branch_rating", "overall_rating")
YEAR_FIELDS = (*PERSON_FIELDS, Field("year", "年度", Kind.INT, width=7), *_OF_YEAR)
"""The columns where each person has a line for each year."""


def result_fields(years: Sequence[int]) -> list[Field]:
    """The columns where each person has one line: the person, then the same ones for each year."""
    ofs = [replace(one, key=f"{one.key}{year}", label=f"{year}年{one.label}") for year in years for one in _OF_YEAR]
    return [*PERSON_FIELDS, *ofs]


def result_rows(found: Sequence[PersonResult]) -> list[Row]:
    """A line a person, by the keys of `result_fields`."""
    return [
        {key: one.person[key] for key in ("uid", *(each.key for each in PERSON_FIELDS))}
        | {f"{each.key}{year.year}": getattr(year, each.key) for year in one.years for each in _OF_YEAR}
        for one in found
    ]


def year_rows(found: Sequence[PersonResult]) -> list[Row]:
    """A line for each person and year, by the keys of `YEAR_FIELDS`."""
    return [
        {key: one.person[key] for key in ("uid", *(each.key for each in PERSON_FIELDS))}
        | {"year": year.year}
        | {each.key: getattr(year, each.key) for each in _OF_YEAR}
        for one in found
        for year in one.years
    ]


def performances(reads: Reads, cadre_uids: Sequence[str], years: Sequence[int]) -> list[Performance]:
    """The facts of each person over the years: check-ins, grid and posts, service, grades, the community's word."""
    listed = _json(cadre_uids)
    rows = {name: _by_person(reads.rows(sql, (listed,))) for name, sql in (("checkins", _CHECKINS), ("grids", _GRIDS))}
    rows |= {name: _by_person(reads.rows(sql, (listed,))) for name, sql in (("leads", _LEADS), ("squads", _SQUADS))}
    logs = {year: person_logs(reads, cadre_uids, year) for year in years}
    emergency = emergency_text(reads)
    span = f"{min(years)}-01-01", f"{max(years)}-12-31"
    found = []
    for one in results(reads, cadre_uids, years):
        uid = str(one.person["uid"])
        parts = (
            ("报到情况", _checkins(rows["checkins"][uid], span)),
            ("编组和岗位", _posts({name: rows[name][uid] for name in ("grids", "squads", "leads")}, span)),
            ("服务情况", tuple(_served(year, logs[year.year][uid], emergency) for year in one.years)),
            ("考核评价", _graded(one.years)),
            ("表彰", tuple(f"{year.year}年度：{year.honours}。" for year in one.years if year.honours)),
            ("社区反馈", _feedback(reads, uid, span)),
        )
        found.append(Performance(one.person, tuple(years), tuple((title, told) for title, told in parts if told)))
    return found


def _grades(reads: Reads, cadre_uids: Sequence[str]) -> dict[tuple[str, int], tuple[str, str, str]]:
    sql = (
        "SELECT cadre_uid, year, community_rating, branch_rating, overall_rating FROM evaluation "
        "WHERE cadre_uid IN (SELECT value FROM json_each(?))"
    )
    return {(uid, year): (one, two, three) for uid, year, one, two, three in reads.tuples(sql, (_json(cadre_uids),))}


def _json(uids: Sequence[str]) -> str:
    return json.dumps(list(uids))


def _by_person(rows: Sequence[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["cadre_uid"]].append(row)
    return found


def _meets(row: Row, span: tuple[str, str], first: str, last: str) -> bool:
    return row[first] <= span[1] and (not row[last] or row[last] >= span[0])


def _checkins(rows: Sequence[Row], span: tuple[str, str]) -> tuple[str, ...]:
    told = []
    for row in rows:
        if _meets(row, span, "checked_on", "ended_on"):
            ended = f"，{format_date(row['ended_on'])}注销" if row["ended_on"] else ""
            place = f"（{row['place']}）" if row["place"] else ""
            told.append(
                f"{format_date(row['checked_on'])}到{row['community']}{place}{TRACK_LABEL[row['track']]}{ended}。"
            )
    return tuple(told)


def scope(reads: Reads) -> str:
    """统计口径 of the table."""
    return (
        f"次数、时长只计已确认的业余时间服务，{RULE}；组织派遣另列，不计入年度最低要求；"
        f"战时为类别“{emergency_text(reads)}”的已确认服务，业余时间和派遣都计；"
        "等次为考核评价表上登记的等次，空白为没有登记；已结账的年度为结账时的数据，后来的更正另注。"
        f"{ASSESSED}"
    )


def _posts(rows: dict[str, list[Row]], span: tuple[str, str]) -> tuple[str, ...]:
    said = {"grids": "编入{}", "squads": "参加{}", "leads": "担任{}楼栋长"}
    told = []
    for name, found in rows.items():
        for row in found:
            if _meets(row, span, "from_on", "until_on"):
                begun = f"{format_date(row['from_on'])}起" if row["from_on"] else ""
                until = f"，至{format_date(row['until_on'])}" if row["until_on"] else ""
                told.append(f"{begun}{said[name].format(row['name'])}{until}。")
    return tuple(told)


def _served(year: YearResult, log: Sequence[Row], emergency: str) -> str:
    if year.verdict == NOT_THERE and not (year.times or year.minutes or year.duty_minutes):
        return f"{year.year}年：{NOT_THERE}。"
    head = (
        f"{year.year}年：业余时间服务{year.times}次、{format_hours(year.minutes)}小时，{year.verdict}；"
        f"组织派遣服务{year.duty_times}次、{format_hours(year.duty_minutes)}小时。"
    )
    wartime = f"其中{emergency}{year.wartime}。" if year.wartime else ""
    return head + wartime + main_service(log).replace("\n", "") + year.corrected


def _graded(years: Sequence[YearResult]) -> tuple[str, ...]:
    told = []
    for one in years:
        grades = (
            ("社区评价", one.community_rating),
            ("党支部评价", one.branch_rating),
            ("综合等次", one.overall_rating),
        )
        if said := "，".join(f"{name}“{grade}”" for name, grade in grades if grade):
            told.append(f"{one.year}年度：{said}。")
    return tuple(told)


def _feedback(reads: Reads, uid: str, span: tuple[str, str]) -> tuple[str, ...]:
    rows = [row for row in feedback_rows(reads, uid) if span[0] <= row["given_on"] <= span[1]]
    return tuple(
        f"{format_date(row['given_on'])}，{row['given_by'] or '社区'}：{row['content'].strip('。')}。" for row in rows
    )
