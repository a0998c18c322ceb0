"""What the features give to a merge: who may be the same person, what a rule of the work asks to look at, how a record is dropped."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence

from core.base.dates import day_before, format_date
from core.checkin.must_hold import ONE_OPEN
from core.exchange.model import Finding, Landed, Rules, Touched
from core.grid_assignment.must_hold import ONE_GRID, ONE_LEAD
from core.roster.membership import align_memberships
from core.service_log.model import SIGNED_FOR
from core.service_log.rules import overlap_minutes, visit_text
from core.service_log.stamps import restamp
from core.store import Reads, Row, RowChange, Tx, breaches


def _named(reads: Reads, cadre_uid: str) -> str:
    row = reads.one("SELECT name, staff_no FROM cadre WHERE uid = ?", (cadre_uid,)) or {"name": "", "staff_no": ""}
    return f"{row['name']}（工号{row['staff_no'] or '未填'}）"


def _came(landed: Sequence[Landed], name: str) -> list[str]:
    return list(dict.fromkeys(one.uid for one in landed if one.tbl == name and one.op != "delete"))


# -- who it may be ---------------------------------------------------------------------------------------------------


def same_cadre(reads: Reads, row: Row) -> str:
    """The uid of the person here that a new one may be: the same 工号, 身份证号, or name and unit where a 工号 is missing."""
    for key in ("staff_no", "id_no"):
        if row.get(key):
            sql = f"SELECT uid FROM cadre WHERE {key} = ? AND uid <> ?"
            if found := reads.value(sql, (row[key], row["uid"])):
                return str(found)
    sql = (
        "SELECT uid FROM cadre WHERE name = ? AND unit_uid = ? AND uid <> ? AND (staff_no = '' OR ? = '') "
        "AND (id_no = '' OR ? = '') LIMIT 1"
    )
    wanted = (row["name"], row["unit_uid"], row["uid"], row.get("staff_no", ""), row.get("id_no", ""))
    return str(reads.value(sql, wanted) or "")


# -- what to look at -------------------------------------------------------------------------------------------------


def visits_meet(reads: Reads, landed: Sequence[Landed]) -> list[Finding]:
    """The same service entered by two hands; one person in two places in one hour."""
    came = _came(landed, "visit")
    found = []
    for uid in came:
        row = reads.one("SELECT * FROM visit WHERE uid = ? AND state <> 'VOID'", (uid,))
        if row is None:
            continue
        sql = (
            "SELECT * FROM visit WHERE cadre_uid = ? AND served_on BETWEEN ? AND ? AND state <> 'VOID' AND uid <> ? "
            "ORDER BY served_on, uid"
        )
        days = (day_before(row["served_on"]), _day_after(row["served_on"]))
        for other in reads.rows(sql, (row["cadre_uid"], *days, uid)):
            if other["uid"] not in came and (text := _meeting(row, other)):
                found.append(Finding("visit", uid, other["uid"], f"{_named(reads, row['cadre_uid'])}{text}"))
    return found


def _day_after(iso: str) -> str:
    return (dt.date.fromisoformat(iso) + dt.timedelta(days=1)).isoformat()


def _meeting(row: Row, other: Row) -> str:
    """What two records of a person say against each other; '' if nothing."""
    one, two = (
        visit_text(each["served_on"], each["start_at"], each["end_at"], each["minutes"]) for each in (row, other)
    )
    timed = bool(row["start_at"] and other["start_at"])
    shared = overlap_minutes(
        (row["served_on"], row["start_at"], row["end_at"]), (other["served_on"], other["start_at"], other["end_at"])
    )
    alike = row["served_on"] == other["served_on"] and row["community"] == other["community"]
    if timed and shared == 0:
        return ""
    if timed and not alike:
        return f"同一时间在两处：{one}在{row['community'] or '未填社区'}，{two}在{other['community'] or '未填社区'}。"
    if alike and (timed or (row["minutes"] == other["minutes"] and row["category"] == other["category"])):
        return f"的这次服务可能登记了两次：{one}与{two}。"
    return ""


def confirmed_changed(reads: Reads, landed: Sequence[Landed]) -> list[Finding]:
    """A record confirmed here was changed there in something the signature stands for. 方案 三(六)"""
    found = []
    for one in landed:
        fields = tuple(sorted(one.before.keys() & SIGNED_FOR)) if one.tbl == "visit" and one.op == "update" else ()
        row = reads.one("SELECT * FROM visit WHERE uid = ? AND state = 'CONFIRMED'", (one.uid,)) if fields else None
        if row is not None and "state" not in one.before:
            who = f"{_named(reads, row['cadre_uid'])}{format_date(row['served_on'])}"
            text = f"{who}的记录在这边已确认，对方修改了内容，请核对签字的原件。"
            found.append(Finding("visit", one.uid, "", text, fields))
    return found


def _beside(reads: Reads, landed: Sequence[Landed], name: str, sql: str, say: Callable[[Row], str]) -> list[Finding]:
    """What came and does not go with another (`other`) that `sql` finds beside it."""
    return [
        Finding(name, uid, row["other"], say(row)) for uid in _came(landed, name) for row in reads.rows(sql, (uid,))
    ]


def two_at_once(reads: Reads, landed: Sequence[Landed]) -> list[Finding]:
    """What came and breaks a rule of one at a time: check-ins of a track, grids of a person, leads of a building."""
    changes = [RowChange(one.tbl, one.uid, one.op, one.before, one.after) for one in landed]
    came = {(one.tbl, one.uid) for one in landed}
    found = []
    for breach in breaches(reads, (ONE_OPEN, ONE_LEAD, ONE_GRID), changes):
        (name, uid), (_, other) = sorted(breach.rows, key=lambda key: key not in came)
        found.append(Finding(name, uid, other, breach.text))
    return found


def commendations_double(reads: Reads, landed: Sequence[Landed]) -> list[Finding]:
    """One commendation of a person entered by two desks. 方案 六(四)"""
    sql = (
        "SELECT c.uid, o.uid AS other, c.cadre_uid, c.year, c.title FROM commendation c JOIN commendation o "
        "ON o.cadre_uid = c.cadre_uid AND o.year = c.year AND o.title = c.title AND o.uid <> c.uid WHERE c.uid = ?"
    )

    def say(row: Row) -> str:
        return f"{_named(reads, row['cadre_uid'])}{row['year']}年的表彰“{row['title']}”登记了两次。"

    return _beside(reads, landed, "commendation", sql, say)


# -- what a decision does, and what follows a merge ------------------------------------------------------------------


def _void(tx: Tx, uid: str, reason: str) -> None:
    tx.update("visit", uid, {"state": "VOID", "state_reason": reason})


def _people(reads: Reads, touched: Touched) -> set[str]:
    """Whose records a merge wrote."""
    found = set(touched.get("cadre", ()))
    for name in ("membership", "grid_assignment", "visit"):
        for uid in touched.get(name, ()):
            if (cadre := reads.value(f"SELECT cadre_uid FROM {name} WHERE uid = ?", (uid,))) is not None:
                found.add(str(cadre))
    return found


def align_people(tx: Tx, touched: Touched) -> None:
    """One open membership a person, where the roster says he is."""
    align_memberships(tx, sorted(_people(tx, touched)))


def stamp_visits(tx: Tx, touched: Touched) -> None:
    """Records keep unit, branch and home grid of their day, from memberships and assignments as they now are. 方案 五(二)3"""
    if people := _people(tx, touched):
        restamp(tx, sorted(people))


RULES = Rules(
    checks=(visits_meet, confirmed_changed, two_at_once, commendations_double),
    same={"cadre": same_cadre},
    drop={
        "visit": _void,
        "checkin": lambda tx, uid, _reason: tx.delete("checkin", uid),
        "building_lead": lambda tx, uid, _reason: tx.delete("building_lead", uid),
        "grid_assignment": lambda tx, uid, _reason: tx.delete("grid_assignment", uid),
        "commendation": lambda tx, uid, _reason: tx.delete("commendation", uid),
    },
    align=(align_people,),
    follow=(stamp_visits,),
)
