"""Who will miss the year's minimum at the present pace, and the words to remind a unit or branch with. 方案 五(三)3"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from dataclasses import dataclass

from core.base.clock import today
from core.base.dates import format_date, format_hours
from core.org.reminding import Reminder, issuer, with_contacts
from core.service_log.counting import RULE
from core.service_log.quota import ASSESSED, Minimum, quota_report
from core.store import Reads, Row

NAMED = 30  # people named in one reminder; the others are counted


@dataclass(frozen=True, slots=True)
class Forecast:
    """Everybody assessed who is not there yet, by unit and 工号; `will_miss` at the present pace."""

    year: int
    as_of: str
    minimum: Minimum
    people: int  # 应考核
    met: int
    rows: list[Row]

    @property
    def missing(self) -> list[Row]:
        return [row for row in self.rows if row["will_miss"]]

    @property
    def scope(self) -> str:
        """统计口径, for screen, paper and command."""
        return (
            f"{ASSESSED}{self.year}年度最低要求：{self.minimum.text}；已确认和待确认的业余时间服务都计入进度，"
            f"{RULE}；"
            "按到今年以来（年内调入的自调入之日起）的平均进度推算到年末。"
        )


def forecast(reads: Reads, year: int, unit_uid: str = "", as_of: str = "") -> Forecast:
    """Times and minutes (confirmed and waiting) carried on at the present pace to the year's end.

    The pace is measured from the day somebody came, the minimum is the whole year's: the policy knows no share.
    """
    day = min(max(as_of or today().isoformat(), f"{year}-01-01"), f"{year}-12-31")
    report = quota_report(reads, year, unit_uid or None, as_of=day)
    branches = dict(reads.tuples("SELECT uid, name FROM branch"))
    due = [row for row in report.rows if not row["exempt"]]
    rows = []
    for row in due:
        if not row["meets"]:
            start = max(row["came_on"], f"{year}-01-01")
            rows.append(
                {**row, "branch": branches.get(row["branch_uid"] or "", ""), **_ahead(row, report.minimum, start, day)}
            )
    return Forecast(year, day, report.minimum, len(due), len(due) - len(rows), rows)


def reminders(reads: Reads, found: Forecast, *, by_branch: bool = False) -> list[Reminder]:
    """A message to paste for each unit (or branch) that somebody will miss the minimum of."""
    groups: dict[tuple[str, str, str, str], list[Row]] = defaultdict(list)
    for row in found.missing:
        branch = (row["branch"], row["branch_uid"] or "") if by_branch else ("", "")
        groups[row["unit_uid"], row["unit"], *branch].append(row)
    told = [
        {
            "unit_uid": unit_uid,
            "unit": unit,
            "branch": branch,
            "branch_uid": branch_uid,
            "count": len(rows),
            "text": reminder_text(reads, found, unit + branch, rows),
        }
        for (unit_uid, unit, branch, branch_uid), rows in groups.items()
    ]
    return with_contacts(reads, told)


def reminder_text(reads: Reads, found: Forecast, whom: str, rows: list[Row]) -> str:
    """One message: who falls short by how much, until when, from whom it comes."""
    named = "、".join(f"{row['name']}{_short(row)}" for row in rows[:NAMED])
    more = f"等{len(rows)}人" if len(rows) > NAMED else ""
    over = found.as_of >= f"{found.year}-12-31"
    state = "未达到" if over else "按目前进度年末达不到"
    what = "请核对有没有漏登、待确认的记录" if over else "请提醒他们参加服务，并及时登记、确认"
    return (
        f"{whom}：截至{format_date(found.as_of)}，{state}{found.year}年度最低要求（{found.minimum.text}）的有"
        f"{len(rows)}人：{named}{more}。{what}。{issuer(reads)}"
    )


def _ahead(row: Row, minimum: Minimum, start: str, day: str) -> Row:
    end = dt.date(int(day[:4]), 12, 31)
    gone = max(1, (dt.date.fromisoformat(day) - dt.date.fromisoformat(min(start, day))).days + 1)
    left = (end - dt.date.fromisoformat(day)).days
    times, minutes = row["times"] + row["waiting_times"], row["minutes"] + row["waiting_minutes"]
    # whole numbers, cut: half a visit is none
    ahead_times, ahead_minutes = (done + done * left // gone for done in (times, minutes))
    return {
        "ahead_times": ahead_times,
        "ahead_minutes": ahead_minutes,
        "will_miss": ahead_times < minimum.times or ahead_minutes < minimum.minutes,
    }


def _short(row: Row) -> str:
    waits = f"，另有待确认{row['waiting_times']}次、{format_hours(row['waiting_minutes'])}小时"
    words = row["verdict"].removeprefix("未达标（").removesuffix("）")
    number = f"{row['staff_no']}，" if row["staff_no"] else ""
    return f"（{number}{words}{waits if row['waiting_times'] else ''}）"
