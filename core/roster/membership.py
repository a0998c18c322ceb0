"""Dated memberships: hours stay where they were earned; 调动 dates a change, 更正 rewrites what was wrong."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Sequence

from core.base.dates import day_before
from core.store import Reads, Row, RowChange, Tx

Period = tuple[str, str, str, str | None]
"""(from_on, until_on, unit_uid, branch_uid), oldest first in a list."""


def membership_on(reads: Reads, cadre_uid: str, day: str) -> tuple[str, str | None]:
    """Unit and branch of a person on a day (ISO)."""
    sql = "SELECT from_on, until_on, unit_uid, branch_uid FROM membership WHERE cadre_uid = ? ORDER BY from_on"
    periods = reads.tuples(sql, (cadre_uid,))
    if not periods:
        row = reads.one("SELECT unit_uid, branch_uid FROM cadre WHERE uid = ?", (cadre_uid,)) or {}
        return row["unit_uid"], row["branch_uid"]
    return period_on(periods, day)


def period_on(periods: Sequence[Period], day: str) -> tuple[str, str | None]:
    """The unit and branch of the period that holds `day`; outside all of them the nearest one."""
    chosen = periods[0]
    for one in periods:
        if one[0] <= day:
            chosen = one
    return chosen[2], chosen[3]


def periods_of(reads: Reads, cadre_uids: Iterable[str] | None = None) -> dict[str, list[Period]]:
    """Memberships of many people (None: of all) by cadre uid, for imports and groups."""
    columns = "m.cadre_uid, m.from_on, m.until_on, m.unit_uid, m.branch_uid"
    if cadre_uids is None:
        rows = reads.tuples(f"SELECT {columns} FROM membership m ORDER BY from_on")
    else:
        sql = f"SELECT {columns} FROM json_each(?) j CROSS JOIN membership m ON m.cadre_uid = j.value ORDER BY from_on"
        rows = reads.tuples(sql, (json.dumps(list(dict.fromkeys(cadre_uids))),))
    periods: dict[str, list[Period]] = defaultdict(list)
    for cadre_uid, *period in rows:
        periods[cadre_uid].append(tuple(period))
    return periods


def memberships(reads: Reads, cadre_uid: str) -> list[Row]:
    """A person's memberships with the names of unit and branch, newest first."""
    sql = (
        "SELECT membership.*, unit.name AS unit, coalesce(branch.name, '') AS branch FROM membership "
        "JOIN unit ON unit.uid = membership.unit_uid LEFT JOIN branch ON branch.uid = membership.branch_uid "
        "WHERE cadre_uid = ? ORDER BY from_on DESC"
    )
    return reads.rows(sql, (cadre_uid,))


def begin_membership(tx: Tx, cadre_uid: str, unit_uid: str, branch_uid: str | None, from_on: str = "") -> None:
    """The first membership of a new person."""
    row = {"cadre_uid": cadre_uid, "unit_uid": unit_uid, "branch_uid": branch_uid, "from_on": from_on}
    tx.insert("membership", row)


def move(
    tx: Tx, cadre_uid: str, unit_uid: str, branch_uid: str | None, *, transfer_on: str = "", reason: str = ""
) -> None:
    """Change where a person belongs: 调动 on `transfer_on`, or (if '') 更正 of the current membership.

    Visits keep the unit of their day, so those of the days concerned follow.
    """
    sql = "SELECT uid, from_on, unit_uid, branch_uid FROM membership WHERE cadre_uid = ? ORDER BY from_on DESC LIMIT 1"
    current = tx.one(sql, (cadre_uid,))
    place = {"unit_uid": unit_uid, "branch_uid": branch_uid}
    if current is None:
        # a partial undo may have left the person without one: what the roster says held until now
        begin_membership(tx, cadre_uid, *membership_on(tx, cadre_uid, transfer_on))
        current = tx.one(sql, (cadre_uid,))
        assert current is not None
    if not transfer_on or transfer_on <= current["from_on"]:
        tx.update("membership", current["uid"], place)
        _carry_visits(tx, cadre_uid, current["from_on"], place)
    else:
        tx.update("membership", current["uid"], {"until_on": day_before(transfer_on)})
        row = {"cadre_uid": cadre_uid, **place, "from_on": transfer_on, "reason": reason or "调动"}
        tx.insert("membership", row)
        _carry_visits(tx, cadre_uid, transfer_on, place)
    tx.update("cadre", cadre_uid, place)


def end_membership(tx: Tx, cadre_uid: str, until_on: str) -> None:
    """Close the current membership on its last day, or ('' ) open the last one again."""
    sql = "SELECT uid, until_on FROM membership WHERE cadre_uid = ? ORDER BY from_on DESC LIMIT 1"
    current = tx.one(sql, (cadre_uid,))
    if current is not None and current["until_on"] != until_on:
        tx.update("membership", current["uid"], {"until_on": until_on})


def _carry_visits(tx: Tx, cadre_uid: str, from_on: str, place: dict[str, str | None]) -> None:
    sql = "SELECT uid FROM visit WHERE cadre_uid = ? AND served_on >= ? AND (unit_uid <> ? OR branch_uid IS NOT ?)"
    found = tx.tuples(sql, (cadre_uid, from_on, place["unit_uid"], place["branch_uid"]))
    tx.update_many("visit", [(row[0], place) for row in found])


def align_memberships(tx: Tx, cadre_uids: Iterable[str]) -> None:
    """One open membership a person, where the roster says he is: two desks may each have moved him. For after a merge."""
    sql = "SELECT * FROM membership WHERE cadre_uid = ? AND until_on = '' ORDER BY from_on DESC, uid"
    for cadre_uid in cadre_uids:
        person = tx.one("SELECT unit_uid, branch_uid, archived_on FROM cadre WHERE uid = ?", (cadre_uid,))
        if person is None:
            continue
        place = {"unit_uid": person["unit_uid"], "branch_uid": person["branch_uid"]}
        if person["archived_on"]:
            _end_where_he_was(tx, cadre_uid, place)
            continue
        current = tx.rows(sql, (cadre_uid,))
        there = [one for one in current if all(one[key] == value for key, value in place.items())]
        if not current:
            latest = tx.one(
                "SELECT uid FROM membership WHERE cadre_uid = ? ORDER BY from_on DESC LIMIT 1", (cadre_uid,)
            )
            if latest is None:
                begin_membership(tx, cadre_uid, place["unit_uid"], place["branch_uid"])
            else:
                tx.update("membership", latest["uid"], {"until_on": "", **place})
            continue
        kept = (there or current)[0]
        if not there:
            tx.update("membership", kept["uid"], place)
        for other in current:
            if other["uid"] != kept["uid"]:
                _end_before(tx, other, kept["from_on"])


def _end_where_he_was(tx: Tx, cadre_uid: str, place: dict[str, str | None]) -> None:
    """Who has left stands where the roster says he was last."""
    rows = tx.rows("SELECT * FROM membership WHERE cadre_uid = ? ORDER BY from_on DESC, uid DESC", (cadre_uid,))
    if rows and not any(all(row[key] == value for key, value in place.items()) for row in rows):
        tx.update("membership", rows[0]["uid"], place)


def _end_before(tx: Tx, other: Row, from_on: str) -> None:
    if other["from_on"] < from_on:
        tx.update("membership", other["uid"], {"until_on": day_before(from_on)})
    else:
        tx.delete("membership", other["uid"])


def follow_memberships(tx: Tx, changes: Sequence[RowChange], seq: int) -> None:
    """Memberships were taken back: records written since that step get the unit of their day, not the one undone."""
    there = json.dumps([one.uid for one in changes])
    sql = "SELECT m.cadre_uid FROM json_each(?) j CROSS JOIN membership m ON m.uid = j.value"
    people = {row[0] for row in tx.tuples(sql, (there,))}
    people |= {one.before["cadre_uid"] for one in changes if one.op == "delete"}
    sql = (
        "SELECT v.uid FROM json_each(?) j CROSS JOIN visit v ON v.cadre_uid = j.value "
        "WHERE EXISTS (SELECT 1 FROM history_row r WHERE r.tbl = 'visit' AND r.row_uid = v.uid AND r.seq > ?)"
    )
    restamp_units(tx, people, [row[0] for row in tx.tuples(sql, (json.dumps(sorted(people)), seq))])


def restamp_units(tx: Tx, cadre_uids: Iterable[str], visit_uids: Iterable[str]) -> None:
    """Unit and branch of records as of their day; for records that came in by a merge."""
    periods = periods_of(tx, cadre_uids)
    for uid in visit_uids:
        row = tx.one("SELECT cadre_uid, served_on, unit_uid, branch_uid FROM visit WHERE uid = ?", (uid,))
        if row is not None and periods.get(row["cadre_uid"]):
            unit_uid, branch_uid = period_on(periods[row["cadre_uid"]], row["served_on"])
            if (unit_uid, branch_uid) != (row["unit_uid"], row["branch_uid"]):
                tx.update("visit", uid, {"unit_uid": unit_uid, "branch_uid": branch_uid})
