"""From which day a new person counts, where nobody says it: never a guess in silence, always offered or told."""

from __future__ import annotations

from core.base.clock import today
from core.org.settings import year_in_force
from core.store import Reads

# whatever tells of a year before the one in force: then somebody new was not there all along
_EARLIER = """
SELECT EXISTS (SELECT 1 FROM visit_tally WHERE year < ?1) OR EXISTS (SELECT 1 FROM closed_year WHERE CAST(uid AS INTEGER) < ?1)
  OR EXISTS (SELECT 1 FROM evaluation WHERE year < ?1) OR EXISTS (SELECT 1 FROM half_year_report WHERE year < ?1)
  OR EXISTS (SELECT 1 FROM checkin WHERE checked_on < ?2)
"""


def first_day_of_sheet(reads: Reads) -> str:
    """For new people of a roster without 到岗日期: the first day (ISO) of the year in force, '' in a ledger's first year."""
    year = year_in_force(reads)
    start = f"{year}-01-01"
    return start if reads.value(_EARLIER, (year, start)) else ""


def first_day_offered(reads: Reads) -> str:
    """For a person typed into a form: today (ISO), or where another year is worked on its first day; '' in a first year."""
    start, day = first_day_of_sheet(reads), today().isoformat()
    return day if start and start[:4] == day[:4] else start
