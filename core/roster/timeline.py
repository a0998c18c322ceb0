"""What a person was on a day: unit, branch, 在职状态, 政治面貌. One dated timeline; every figure asks it here, as SQL or in Python.

A membership says it from `from_on` ('' = since ever) to `until_on`, its last day ('' = still). No row covers a day: he was
not there. A record of such a day is stamped by the nearest row: the last one before it, else the first.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from core.base.clock import today
from core.store import Reads, Row


class Period(NamedTuple):
    """One row of the timeline; oldest first in a list."""

    from_on: str
    until_on: str
    unit_uid: str
    branch_uid: str | None
    status: str = "ACTIVE"
    party_status: str = ""

    @property
    def values(self) -> dict[str, str | None]:
        """What the person was (KEYS)."""
        return {key: getattr(self, key) for key in KEYS}


KEYS = ("unit_uid", "branch_uid", "status", "party_status")
"""What is dated; the roster holds the values of the last row."""
_COLUMNS = ", ".join(f"m.{one}" for one in Period._fields)


def day_of_year(year: int, as_of: str = "") -> str:
    """The day (ISO) a year's figures of people speak of: its last one, or `as_of` (default today) where that is earlier.

    A year that has not begun speaks of its first day.
    """
    return max(f"{year}-01-01", min(as_of or today().isoformat(), f"{year}-12-31"))


# -- as SQL ----------------------------------------------------------------------------------------------------


def covers(day: str, row: str = "m") -> str:
    """SQL: whether the membership `row` covers `day` (both SQL names)."""
    return f"({row}.from_on <= {day} AND ({row}.until_on = '' OR {row}.until_on >= {day}))"


def there_on(day: str) -> str:
    """SQL: everybody who was there on `day` (an SQL expression), once, with what he was: cadre_uid and KEYS."""
    # one max() in it: SQLite takes the other columns from the row that holds it
    return (
        f"SELECT m.cadre_uid, m.unit_uid, m.branch_uid, m.status, m.party_status, max(m.from_on) AS from_on "
        f"FROM membership m WHERE {covers(day)} GROUP BY m.cadre_uid"
    )


def nearest(cadre: str, day: str) -> str:
    """SQL: uid of the membership that speaks for `day`: the last one begun by then, else the first one."""
    return (
        f"(SELECT n.uid FROM membership n WHERE n.cadre_uid = {cadre} "
        f"ORDER BY n.from_on > {day}, iif(n.from_on > {day}, n.from_on, ''), n.from_on DESC LIMIT 1)"
    )


def people_of_year(first: str, day: str, named: str = "") -> str:
    """SQL: CTEs that end in `person`: everybody of the roster with what he was in a year up to `day`.

    `first`, `day`: SQL of ISO days; `named`: SQL that selects the uids asked for ('' = all). `person` has cadre_uid, KEYS as
    they were at last, `came` (1: there, but not yet on `first`) and `standing`: DUE 在职 on the day; LEFT 在职 in the year,
    not on the day; EXEMPT there on the day and never 在职 in the year; GONE there in the year, neither 在职 nor still there;
    AWAY not there in the year.
    """
    among, asked = (f"AND m.cadre_uid IN ({named})", f"WHERE c.uid IN ({named})") if named else ("", "")
    # nothing of him is dated since the year began: what the roster says held in it, without a look at his rows
    still = "c.archived_on = '' AND d.cadre_uid IS NULL"
    was = ", ".join(
        f"iif({still}, c.{key}, iif(t.cadre_uid IS NULL, (SELECT m.{key} FROM membership m "
        f"WHERE m.uid = {nearest('c.uid', day)}), t.{key})) AS {key}"
        for key in KEYS
    )
    return f"""
  dated AS MATERIALIZED (
    SELECT m.cadre_uid FROM membership m WHERE m.from_on > {first} {among}
    UNION SELECT m.cadre_uid FROM membership m WHERE m.until_on >= {first} {among}),
  there AS (
    SELECT m.cadre_uid, m.unit_uid, m.branch_uid, m.status, m.party_status, max(m.from_on) AS from_on,
      m.until_on = '' OR m.until_on >= {day} AS here, total(m.status = 'ACTIVE') > 0 AS was_active,
      total(m.from_on <= {first}) = 0 AS came
    FROM dated CROSS JOIN membership m ON m.cadre_uid = dated.cadre_uid
    WHERE m.from_on <= {day} AND (m.until_on = '' OR m.until_on >= {first}) GROUP BY m.cadre_uid),
  person AS (
    SELECT c.uid AS cadre_uid, {was}, coalesce(t.came, 0) AS came,
      CASE WHEN {still} THEN iif(c.status = 'ACTIVE', 'DUE', 'EXEMPT') WHEN t.cadre_uid IS NULL THEN 'AWAY'
        WHEN t.here AND t.status = 'ACTIVE' THEN 'DUE' WHEN t.was_active THEN 'LEFT' WHEN t.here THEN 'EXEMPT'
        ELSE 'GONE' END AS standing
    FROM cadre c LEFT JOIN dated d ON d.cadre_uid = c.uid LEFT JOIN there t ON t.cadre_uid = c.uid {asked})
"""


# -- in Python -------------------------------------------------------------------------------------------------


def periods_of(reads: Reads, cadre_uids: Iterable[str] | None = None) -> dict[str, list[Period]]:
    """The timelines of many people (None: of all) by cadre uid."""
    if cadre_uids is None:
        rows = reads.tuples(f"SELECT m.cadre_uid, {_COLUMNS} FROM membership m ORDER BY m.cadre_uid, m.from_on, m.uid")
    else:
        sql = (
            f"SELECT m.cadre_uid, {_COLUMNS} FROM json_each(?) j CROSS JOIN membership m ON m.cadre_uid = j.value "
            "ORDER BY m.from_on, m.uid"
        )
        rows = reads.tuples(sql, (json.dumps(list(dict.fromkeys(cadre_uids))),))
    periods: dict[str, list[Period]] = defaultdict(list)
    for cadre_uid, *period in rows:
        periods[cadre_uid].append(Period(*period))
    return periods


def nearest_period(periods: Sequence[Period], day: str) -> Period:
    """The period that speaks for a day (ISO): the last one begun by then, else the first one."""
    return next((one for one in reversed(periods) if one.from_on <= day), periods[0])


def period_of(periods: Sequence[Period], day: str) -> Period | None:
    """The period that covers a day, None if the person was not there."""
    if not periods:
        return None
    one = nearest_period(periods, day)
    return one if one.from_on <= day and (not one.until_on or one.until_on >= day) else None


def period_on(periods: Sequence[Period], day: str) -> tuple[str, str | None]:
    """The unit and branch that a record of that day is stamped with."""
    one = nearest_period(periods, day)
    return one.unit_uid, one.branch_uid


def person_on(reads: Reads, cadre_uid: str, day: str) -> Period | None:
    """What a person was on a day (ISO), None if he was not there."""
    return period_of(periods_of(reads, [cadre_uid]).get(cadre_uid, ()), day)


def first_day_of(reads: Reads, cadre_uid: str) -> str:
    """到岗日期 of a person (ISO), '' = since ever."""
    periods = periods_of(reads, [cadre_uid]).get(cadre_uid)
    return periods[0].from_on if periods else ""


def membership_on(reads: Reads, cadre_uid: str, day: str) -> tuple[str, str | None]:
    """Unit and branch that a person's record of a day (ISO) is stamped with."""
    periods = periods_of(reads, [cadre_uid]).get(cadre_uid)
    if periods:
        return period_on(periods, day)
    row = reads.one("SELECT unit_uid, branch_uid FROM cadre WHERE uid = ?", (cadre_uid,)) or {}
    return row["unit_uid"], row["branch_uid"]


def memberships(reads: Reads, cadre_uid: str) -> list[Row]:
    """A person's memberships with the names of unit and branch, newest first."""
    sql = (
        "SELECT membership.*, unit.name AS unit, coalesce(branch.name, '') AS branch FROM membership "
        "JOIN unit ON unit.uid = membership.unit_uid LEFT JOIN branch ON branch.uid = membership.branch_uid "
        "WHERE cadre_uid = ? ORDER BY from_on DESC"
    )
    return reads.rows(sql, (cadre_uid,))
