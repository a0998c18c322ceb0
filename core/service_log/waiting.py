"""What waits to be done today: counts for the first page, from indexes, and the records behind a count."""

from __future__ import annotations

from dataclasses import dataclass

from core.store import Reads


@dataclass(frozen=True, slots=True)
class Waiting:
    """How much waits. Records are those of the year, people those not archived."""

    waiting: int = 0  # 待确认
    unprinted: int = 0  # of those: on no 待确认清单 yet
    returned: int = 0  # 退回修改
    drafts: int = 0
    late_unexplained: int = 0  # 补录 without a reason
    no_branch: int = 0
    no_staff_no: int = 0
    no_phone: int = 0
    no_community: int = 0  # 在职 only: 三(三) asks every one of them to check in at home
    people: int = 0


_STATES = """
SELECT coalesce(sum(state = 'WAITING'), 0), coalesce(sum(state = 'RETURNED'), 0), coalesce(sum(state = 'DRAFT'), 0)
FROM visit WHERE state IN ('WAITING', 'RETURNED', 'DRAFT') AND served_on BETWEEN ? AND ?
"""
_UNPRINTED = """
state = 'WAITING' AND served_on BETWEEN ? AND ?
AND NOT EXISTS (SELECT 1 FROM confirm_row WHERE confirm_row.visit_uid = visit.uid)
"""
_LATE = """
state IN ('WAITING', 'RETURNED') AND served_on BETWEEN ? AND ? AND late_reason = ''
AND julianday(written_on) - julianday(served_on)
  > coalesce((SELECT CAST(value AS INTEGER) FROM setting WHERE uid = 'late_after_days' AND value <> ''), 7)
"""
_PEOPLE = """
SELECT coalesce(sum(branch_uid IS NULL), 0), coalesce(sum(staff_no = ''), 0), coalesce(sum(phone = ''), 0),
  coalesce(sum(community = '' AND status = 'ACTIVE'), 0), count(*)
FROM cadre WHERE archived_on = ''
"""


def what_waits(reads: Reads, year: int) -> Waiting:
    """The counts of a year."""
    days = (f"{year}-01-01", f"{year}-12-31")
    waiting, returned, drafts = reads.tuples(_STATES, days)[0]
    late = reads.value(f"SELECT count(*) FROM visit WHERE {_LATE}", days)
    no_branch, no_staff_no, no_phone, no_community, people = reads.tuples(_PEOPLE)[0]
    return Waiting(
        waiting=waiting,
        unprinted=int(reads.value(f"SELECT count(*) FROM visit WHERE {_UNPRINTED}", days)),
        returned=returned,
        drafts=drafts,
        late_unexplained=int(late),
        no_branch=no_branch,
        no_staff_no=no_staff_no,
        no_phone=no_phone,
        no_community=no_community,
        people=people,
    )


def late_unexplained(reads: Reads, year: int) -> list[str]:
    """Uids of the 补录 of a year that still lack their reason, oldest first."""
    sql = f"SELECT uid FROM visit WHERE {_LATE} ORDER BY served_on, uid"
    return [row[0] for row in reads.tuples(sql, (f"{year}-01-01", f"{year}-12-31"))]


def unprinted(reads: Reads, year: int) -> list[str]:
    """Uids of the waiting records of a year that stand on no 待确认清单 yet, oldest first."""
    sql = f"SELECT uid FROM visit WHERE {_UNPRINTED} ORDER BY served_on, uid"
    return [row[0] for row in reads.tuples(sql, (f"{year}-01-01", f"{year}-12-31"))]
