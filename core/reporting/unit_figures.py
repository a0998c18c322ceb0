"""二级单位考核数据表 and the 述职 figures of a branch: check-in, minimum, service by category, reports in time. 方案 七(四)2"""

from __future__ import annotations

from dataclasses import dataclass, field

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.checkin.status import Count, checkin_status, day_in_year
from core.org.settings import values
from core.reporting.half_year import branch_counts
from core.reporting.model import HALF_LABEL
from core.service_log import tally
from core.service_log.counting import RULE
from core.service_log.quota import ASSESSED, quota_report
from core.store import Reads, Row
from core.submission.queries import ledger_rows, task_rows

SCOPE = (
    "报到率为个人报到人数占应报到人数（截至日在职）；达标率为达到年度最低要求的人数占应考核人数，人员按年末所在单位；"
    f"次数、时长只计已确认的服务，{RULE}，按服务当日所在单位；按时报送为截止日期已到的报送事项中按期报送的份数。"
) + ASSESSED
# what was earned where stands in sums by person; the categories and months of the school in one index each
_EARNED = """
SELECT {key} AS key, count(DISTINCT cadre_uid), sum(times), sum(minutes), sum(duty_times), sum(duty_minutes),
  count(DISTINCT iif(times OR minutes, cadre_uid, NULL)), count(DISTINCT iif(duty_times OR duty_minutes, cadre_uid, NULL))
FROM person_tally WHERE year = ?1 AND confirmed AND ?2 IN ('', unit_uid) AND ?3 IN ('', branch_uid)
GROUP BY 1 ORDER BY 1
"""
_SERVICE = """
SELECT {key} AS key, {people} AS people,
  sum(iif(track = 'OWN', times, 0)) AS times, sum(iif(track = 'OWN', minutes, 0)) AS minutes,
  sum(iif(track = 'OWN', 0, times)) AS duty_times, sum(iif(track = 'OWN', 0, minutes)) AS duty_minutes
FROM visit_tally INDEXED BY {index} WHERE year = ?1 AND state = 'CONFIRMED' {where} GROUP BY 1 ORDER BY 1
"""
_CATEGORIES = """
SELECT {key}, category, sum(times) FROM visit_tally INDEXED BY visit_tally_by_unit
WHERE year = ?1 AND state = 'CONFIRMED' {where} GROUP BY 1, 2
"""
_BITS = {"category": tally.CATEGORY_BIT, "month": tally.MONTH_BIT}
_EARNED_KEYS = {"all": "''", "unit": "unit_uid", "branch": "branch_uid"}


@dataclass(frozen=True, slots=True)
class Service:
    """Confirmed service under one key, both tracks apart; times and minutes after the union rule. 三(六)"""

    key: str
    people: int = 0  # of both tracks together
    times: int = 0
    minutes: int = 0
    duty_times: int = 0
    duty_minutes: int = 0
    own_people: int = 0  # with own time counted; of 'all', 'unit' and 'branch' only
    duty_people: int = 0  # with dispatched time counted, likewise


@dataclass(slots=True)
class Figures:
    """One line: a unit, a branch of it, or the whole school."""

    unit_uid: str = ""
    unit: str = ""
    branch_uid: str = ""
    branch: str = ""
    due: int = 0  # 应报到
    checked: int = 0
    on_time: int = 0
    people: int = 0  # 应考核
    met: int = 0
    exempt: int = 0
    left_people: int = 0  # 年内离开
    left_met: int = 0  # of them 另有达标
    times: int = 0
    minutes: int = 0
    duty_times: int = 0
    duty_minutes: int = 0
    owed: int = 0  # 应报送, whose day has come or that was sent
    sent_on_time: int = 0
    sent_late: int = 0
    by_category: dict[str, int] = field(default_factory=dict)  # 次 of both tracks

    @property
    def missing(self) -> int:
        return self.owed - self.sent_on_time - self.sent_late

    @property
    def checkin_rate(self) -> float | None:
        return self.checked / self.due if self.due else None

    @property
    def met_rate(self) -> float | None:
        return self.met / self.people if self.people else None

    @property
    def on_time_rate(self) -> float | None:
        return self.sent_on_time / self.owed if self.owed else None

    def add(self, other: Figures) -> None:
        """Add the figures of a part."""
        for key in _SUMS:
            setattr(self, key, getattr(self, key) + getattr(other, key))
        for name, times in other.by_category.items():
            self.by_category[name] = self.by_category.get(name, 0) + times


_SUMS = (
    "due", "checked", "on_time", "people", "met", "exempt", "left_people", "left_met", "times", "minutes", "duty_times",
    "duty_minutes", "owed", "sent_on_time", "sent_late",
)  # fmt: skip


def rate(share: float | None) -> str:
    """A share as printed: '87.5%', '—' where nobody is asked."""
    return "—" if share is None else f"{100 * share:.1f}%"


def service(reads: Reads, year: int, by: str = "all", unit_uid: str = "", branch_uid: str = "") -> list[Service]:
    """Confirmed service of a year by 'category', 'month', 'unit', 'branch' or in all; unit and branch of the day served."""
    params: tuple[object, ...] = (year, unit_uid, branch_uid)
    if by in _EARNED_KEYS:
        sql = _EARNED.format(key=_EARNED_KEYS[by])
    elif unit_uid or branch_uid:
        where = f"AND {'unit_uid = ?2' if unit_uid else '?2 IS NOT NULL'} AND ?3 IN ('', branch_uid)"
        people, index = "count(DISTINCT cadre_uid)", "visit_tally_by_unit"
        sql = _SERVICE.format(key=by, people=people, index=index, where=where)
    else:
        people, params = f"sum(firsts >> {_BITS[by]} & 1)", (year,)
        sql = _SERVICE.format(key=by, people=people, index=f"visit_tally_by_{by}", where="")
    found = reads.tuples(sql, params)
    return [Service(str(key), *map(int, figures)) for key, *figures in found]


def category_names(reads: Reads, found: list[Service]) -> list[str]:
    """The categories in the order of the list of options, with those only old records still bear."""
    listed = values(reads, "category")
    return [*listed, *sorted({one.key for one in found} - set(listed))]


def unit_figures(reads: Reads, year: int) -> list[Figures]:
    """A line for each unit in order; their sum is `total`."""
    return _figures(reads, year, "")


def branch_figures(reads: Reads, year: int, unit_uid: str) -> list[Figures]:
    """A line for each branch of a unit; branch '' is the unit itself and its people without a branch."""
    return _figures(reads, year, unit_uid)


def total(lines: list[Figures], name: str = "全校") -> Figures:
    """The sum of all lines."""
    found = Figures(unit=name)
    for one in lines:
        found.add(one)
    return found


def branch_sentences(reads: Reads, year: int, unit_uid: str, branch_uid: str) -> list[str]:
    """The 述职 figures of one branch, a sentence each, to copy into the secretary's report."""
    lines = [one for one in branch_figures(reads, year, unit_uid) if one.branch_uid == branch_uid]
    one = lines[0] if lines else Figures()
    day = day_in_year("", year)
    told = [
        f"截至{format_date(day)}，应报到{one.due}人，已报到{one.checked}人，其中按期{one.on_time}人，报到率{rate(one.checkin_rate)}。",
        f"{year}年度应考核{one.people}人，达到年度最低要求{one.met}人，达标率{rate(one.met_rate)}；不纳入考核{one.exempt}人"
        + (f"，年内离开{one.left_people}人（另有达标{one.left_met}人）。" if one.left_people else "。"),
        f"业余时间服务{one.times}次、{format_hours(one.minutes)}小时；组织派遣服务{one.duty_times}次、"
        f"{format_hours(one.duty_minutes)}小时。",
    ]
    if kinds := "、".join(f"{name}{times}次" for name, times in one.by_category.items() if times):
        told.append(f"按服务类别：{kinds}。")
    for half, label in HALF_LABEL.items():
        counts = [each for each in branch_counts(reads, year, half, unit_uid) if each.branch_uid == branch_uid]
        if counts:
            told.append(f"{label}应向支部报告{counts[0].due}人，已报告{counts[0].reported}人。")
    if one.owed:
        told.append(f"应报送材料{one.owed}份，按期{one.sent_on_time}份、逾期{one.sent_late}份、未报送{one.missing}份。")
    return told


def _figures(reads: Reads, year: int, unit_uid: str) -> list[Figures]:
    """By unit, or by branch of one unit: the same questions, put to the same queries."""
    by_branch = bool(unit_uid)
    found: dict[str, Figures] = {}

    units = dict(reads.tuples("SELECT uid, name FROM unit"))
    branches = {uid: (name, owner) for uid, name, owner in reads.tuples("SELECT uid, name, unit_uid FROM branch")}

    def line(unit: str, branch: str) -> Figures:
        name, owner = branches.get(branch, ("", ""))
        if not by_branch:
            return found.setdefault(unit, Figures(unit, units[unit]))
        if owner != unit:  # the branch he is in now is of another unit than the one he was in that year
            branch, name = "", ""
        return found.setdefault(branch, Figures(unit, units[unit], branch, name))

    status = checkin_status(reads, day_in_year("", year), "HOME", unit_uid, year=year)
    for count in status.branches if by_branch else status.units:
        _take_checkins(line(count.unit_uid, count.branch_uid), count)
    for row in quota_report(reads, year, unit_uid or None, as_of=day_in_year("", year)).rows:
        one = line(row["unit_uid"], row["branch_uid"] or "")
        one.people += not row["exempt"]
        one.met += row["progress"] == "MET"
        one.exempt += row["progress"] == "EXEMPT"
        one.left_people += row["progress"] == "LEFT"
        one.left_met += row["progress"] == "LEFT" and row["meets"]
    for done in service(reads, year, "branch" if by_branch else "unit", unit_uid):
        one = line(unit_uid, done.key) if by_branch else line(done.key, "")
        one.times += done.times
        one.minutes += done.minutes
        one.duty_times += done.duty_times
        one.duty_minutes += done.duty_minutes
    _take_categories(reads, year, unit_uid, found)
    for row in _owed(reads, year):
        if unit_uid in ("", row["unit_uid"]):
            one = line(row["unit_uid"], row["branch_uid"] or "")  # what the unit itself sends stands at its own line
            one.owed += 1
            one.sent_on_time += row["verdict"] == "ON_TIME"
            one.sent_late += row["verdict"] == "LATE"
    return _in_order(reads, found)


def _take_checkins(one: Figures, count: Count) -> None:
    one.due += count.due
    one.checked += count.checked
    one.on_time += count.on_time


def _take_categories(reads: Reads, year: int, unit_uid: str, found: dict[str, Figures]) -> None:
    if unit_uid:
        sql = _CATEGORIES.format(key="coalesce(branch_uid, '')", where="AND unit_uid = ?2")
        rows = reads.tuples(sql, (year, unit_uid))
    else:
        rows = reads.tuples(_CATEGORIES.format(key="unit_uid", where=""), (year,))
    names = category_names(reads, [Service(category) for _, category, _ in rows])
    for one in found.values():
        one.by_category = dict.fromkeys(names, 0)
    for owner, category, times in rows:
        kinds = (found.get(owner) or found[""]).by_category  # a branch of another unit: told with the unit's own people
        kinds[category] += times


def _owed(reads: Reads, year: int) -> list[Row]:
    """Who must send what: everything whose day has come, and what was sent before it."""
    day = today().isoformat()
    return [
        row
        for task in task_rows(reads, year)
        for row in ledger_rows(reads, task["uid"])
        if row["verdict"] != "MISSING" or task["due_on"] <= day
    ]


def _in_order(reads: Reads, found: dict[str, Figures]) -> list[Figures]:
    sql = "SELECT uid FROM unit ORDER BY position, name, uid"
    units = {row[0]: at for at, row in enumerate(reads.tuples(sql))}
    branches = {
        row[0]: at for at, row in enumerate(reads.tuples("SELECT uid FROM branch ORDER BY position, name, uid"))
    }
    last = len(branches)
    return sorted(found.values(), key=lambda one: (units[one.unit_uid], branches.get(one.branch_uid, last)))
