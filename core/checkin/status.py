"""报到情况: who must have checked in, who has, who has not, per unit and branch against the date. 方案 五(一)2"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from core.base.clock import today
from core.base.dates import format_date
from core.checkin.model import TRACK_LABEL
from core.org.reminding import Reminder, contacts_by_uid, issuer, with_contacts
from core.org.settings import setting, year_in_force
from core.roster.timeline import there_on
from core.store import Reads, Row

DUE = "08-10"  # 方案 五(一)2, where no setting says otherwise

# A row for each person who was there on day ?1: unit and branch of the day, first check-in of track ?2 if one is open.
_PERSON = f"""
WITH here AS ({there_on("?1")}), seen AS (
  SELECT cadre_uid, min(CASE WHEN track = ?2 THEN checked_on END) AS first_on,
    max(track = ?2 AND (ended_on = '' OR ended_on > ?1)) AS open,
    max(track = 'ASSIGNED' AND (ended_on = '' OR ended_on > ?1)) AS assigned
  FROM checkin WHERE cadre_uid IS NOT NULL AND checked_on <= ?1 GROUP BY cadre_uid
), person AS (
  SELECT here.cadre_uid AS uid, here.status, here.status = 'ACTIVE' AS due, coalesce(seen.assigned, 0) AS assigned,
    CASE WHEN seen.open THEN seen.first_on ELSE '' END AS checked_on, here.unit_uid, here.branch_uid
  FROM here LEFT JOIN seen ON seen.cadre_uid = here.cadre_uid
)
"""
_PLACED = """
FROM person p JOIN unit ON unit.uid = p.unit_uid LEFT JOIN branch ON branch.uid = p.branch_uid
"""
_COUNTS = f"""{_PERSON}
SELECT p.unit_uid, unit.name, coalesce(p.branch_uid, ''), coalesce(branch.name, ''), total(p.due),
  total(p.due AND p.checked_on BETWEEN '0' AND ?4), total(p.due AND p.checked_on > ?4),
  total(p.due AND p.checked_on = ''), total(p.due AND p.assigned), total(NOT p.due),
  total(NOT p.due AND p.checked_on <> '')
{_PLACED} WHERE ?3 IN ('', p.unit_uid) GROUP BY p.unit_uid, p.branch_uid
ORDER BY unit.position, unit.name, p.unit_uid, p.branch_uid IS NULL, branch.position, branch.name
"""
_PEOPLE = f"""{_PERSON}
SELECT c.uid, c.staff_no, c.name, c.phone, p.status, c.stroke_key, c.district, c.street, c.community,
  p.unit_uid, unit.name AS unit, coalesce(p.branch_uid, '') AS branch_uid, coalesce(branch.name, '') AS branch,
  p.checked_on, p.assigned
{_PLACED} JOIN cadre c ON c.uid = p.uid
WHERE ?3 IN ('', p.unit_uid) AND ?4 IN ('', p.branch_uid) AND (NOT ?5 OR (p.due AND p.checked_on = ''))
ORDER BY unit.position, unit.name, p.branch_uid IS NULL, branch.position, branch.name, c.staff_no, c.uid
"""


@dataclass(slots=True)
class Count:
    """One line of the table. 应报到 = 已报到 + 未报到; 已报到 = 按期 + 逾期; people who need not are counted apart."""

    unit_uid: str = ""
    unit: str = ""
    branch_uid: str = ""
    branch: str = ""
    due: int = 0
    on_time: int = 0
    late: int = 0
    absent: int = 0
    assigned: int = 0  # of 应报到: dispatched to the linked community besides
    exempt: int = 0  # 离退休, 其他
    exempt_checked: int = 0

    @property
    def checked(self) -> int:
        return self.on_time + self.late

    @property
    def rate(self) -> float | None:
        """Share of 应报到, 0..1; None where nobody must."""
        return self.checked / self.due if self.due else None

    def add(self, other: Count) -> None:
        """Add the figures of a part."""
        for key in _FIGURES:
            setattr(self, key, getattr(self, key) + getattr(other, key))


_FIGURES = ("due", "on_time", "late", "absent", "assigned", "exempt", "exempt_checked")


@dataclass(frozen=True, slots=True)
class Status:
    """The table of one day and one track: units in order, their branches, the whole school."""

    as_of: str
    due_on: str
    track: str
    units: list[Count] = field(default_factory=list)
    branches: list[Count] = field(default_factory=list)  # by unit; people without a branch last, branch ''
    total: Count = field(default_factory=Count)

    @property
    def scope(self) -> str:
        """统计口径, for screen and paper."""
        return (
            f"应报到为截至日在职的党员干部，离退休等不纳入，另列；{TRACK_LABEL[self.track]}在截至日仍有效的计为已报到，"
            f"{format_date(self.due_on)}及以前报到的为按期；那天还没有到岗、已经离开的不计，在职状态、单位和支部都按截至日。"
        )


def due_date(reads: Reads, year: int | None = None) -> str:
    """The day by which all must have checked in (ISO), of the year in force unless told."""
    return f"{year or year_in_force(reads)}-{setting(reads, 'checkin_due', DUE)}"


def day_in_year(as_of: str, year: int) -> str:
    """The day a table of a year speaks of (ISO): as asked, else today, never past the year's end."""
    return min(as_of or today().isoformat(), f"{year}-12-31")


def checkin_status(
    reads: Reads, as_of: str = "", track: str = "HOME", unit_uid: str = "", *, year: int | None = None
) -> Status:
    """Count everybody once; `as_of` (ISO, default today) is the day the table speaks of, `year` whose date is due."""
    status = Status(as_of or today().isoformat(), due_date(reads, year), track)
    units: dict[str, Count] = {}
    for unit, name, branch, branch_name, *figures in reads.tuples(
        _COUNTS, (status.as_of, track, unit_uid, status.due_on)
    ):
        part = Count(unit, name, branch, branch_name, *map(int, figures))
        status.branches.append(part)
        for whole in (units.setdefault(unit, Count(unit, name)), status.total):
            whole.add(part)
    status.units.extend(units.values())
    return status


def sums_among(reads: Reads, cadre_uids: Sequence[str], as_of: str) -> tuple[int, int, int]:
    """Of these people on a day: with an open 个人报到, dispatched, and 应报到 without 个人报到, by the rule of the table."""
    sql = (
        f"{_PERSON} SELECT total(p.checked_on <> ''), total(p.assigned), total(p.due AND p.checked_on = '') FROM person p "
        "WHERE p.uid IN (SELECT value FROM json_each(?3))"
    )
    home, sent, absent = reads.tuples(sql, (as_of, "HOME", json.dumps(list(cadre_uids))))[0]
    return int(home), int(sent), int(absent)


def people_on(reads: Reads, as_of: str, track: str = "HOME", unit_uid: str = "") -> list[Row]:
    """Everybody of the roster on a day with `checked_on` ('' = not), by unit, branch and 工号."""
    return reads.rows(_PEOPLE, (as_of, track, unit_uid, "", 0))


def absent_rows(
    reads: Reads, track: str = "HOME", unit_uid: str = "", as_of: str = "", branch_uid: str = ""
) -> list[Row]:
    """催报名单: 在职 people without an open check-in of the track, with whom to call about them (`contact`)."""
    rows = reads.rows(_PEOPLE, (as_of or today().isoformat(), track, unit_uid, branch_uid, 1))
    calls = contacts_by_uid(reads) if rows else {}
    for row in rows:
        row["contact"] = calls.get(row["branch_uid"]) or calls.get(row["unit_uid"], "")
    return rows


def absent_count(reads: Reads, as_of: str = "", track: str = "HOME") -> int:
    """How many stand on the 催报名单 of the whole school: what the 工作台 asks at every look."""
    sql = f"{_PERSON} SELECT count(*) FROM person p WHERE p.due AND p.checked_on = ''"
    return int(reads.value(sql, (as_of or today().isoformat(), track)))


def reminders(reads: Reads, status: Status, unit_uid: str = "", *, by_branch: bool = False) -> list[Reminder]:
    """A message to paste for each unit (or branch) of a table that people are missing from."""
    absent = defaultdict(list)
    for row in absent_rows(reads, status.track, unit_uid, status.as_of):
        absent[row["unit_uid"], row["branch_uid"] if by_branch else ""].append(row)
    told = [
        {
            **{key: getattr(one, key) for key in ("unit_uid", "unit", "branch_uid", "branch")},
            "count": one.absent,
            "text": reminder_text(reads, one, absent[one.unit_uid, one.branch_uid], status),
        }
        for one in (status.branches if by_branch else status.units)
        if one.absent
    ]
    return with_contacts(reads, told)


def reminder_text(reads: Reads, count: Count, absent: Iterable[Row], status: Status) -> str:
    """A message to paste for one unit or branch: figures, names, the date, whom to answer."""
    names = "、".join(f"{row['name']}（{row['staff_no']}）" if row["staff_no"] else row["name"] for row in absent)
    whom = f"{count.unit}{count.branch}"
    done = f"应报到{count.due}人，已报到{count.checked}人"
    if not names:
        return f"{whom}：截至{format_date(status.as_of)}，{done}，已全部报到。"
    by = "，请尽快办理" if status.as_of > status.due_on else f"，请于{format_date(status.due_on)}前办理"
    text = f"{whom}：截至{format_date(status.as_of)}，{TRACK_LABEL[status.track]}{done}，未报到{count.absent}人：{names}{by}并报回。"
    return text + issuer(reads)
