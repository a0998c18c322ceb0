"""Verbs that write the timeline: a change is dated (调动, 离退休, 转正: a new row from that day) or 更正 (the current row rewritten).

Records of service keep the unit and branch of their day: whatever changes a timeline stamps the person's records anew.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from itertools import pairwise
from typing import Any

from core.base.dates import day_after, day_before, format_date
from core.base.errors import Problem, Refused
from core.org.model import STATUS
from core.roster.timeline import KEYS, nearest
from core.store import Reads, Row, RowChange, Tx

_ROWS = "SELECT * FROM membership WHERE cadre_uid = ? ORDER BY from_on, uid"
_WORDS = {"unit_uid": "调动", "branch_uid": "调动", "party_status": "政治面貌变动"}


def first_row(cadre_uid: str, values: Mapping[str, Any], from_on: str = "") -> Row:
    """The first membership of a new person, from his row of the roster; `from_on` '' = since ever."""
    return {"cadre_uid": cadre_uid, **{key: values.get(key) for key in KEYS}, "from_on": from_on}


def begin_membership(tx: Tx, cadre_uid: str, from_on: str = "") -> None:
    """The first membership of somebody on the roster."""
    person = tx.one("SELECT * FROM cadre WHERE uid = ?", (cadre_uid,))
    assert person is not None
    tx.insert("membership", first_row(cadre_uid, person, from_on))


def change_fault(reads: Reads, cadre_uid: str, changes: Mapping[str, Any], from_on: str) -> Problem | None:
    """Why a dated change cannot be: before he came, after he left, or over a later change of the same."""
    rows = reads.rows(_ROWS, (cadre_uid,))
    at = _place(rows, from_on)
    day = format_date(from_on)
    if at is None:
        came = format_date(rows[0]["from_on"]) if rows else ""
        return Refused(f"这个人{came}才到岗，不能从{day}起变动。", "请核对日期；到岗日期有误的，请先更正到岗日期。")
    if rows[-1]["until_on"] and rows[-1]["until_on"] < from_on:
        return Refused(
            f"这个人{format_date(day_after(rows[-1]['until_on']))}已经离开，不能从{day}起变动。", "请核对日期。"
        )
    until = rows[at]["until_on"]
    if until and until < from_on:
        return Refused(f"这个人{day}不在册，不能从那天起变动。", "请核对日期。")
    for row in rows[at + 1 :]:
        if any(row[key] != rows[at][key] for key in changes):
            when = format_date(row["from_on"])
            return Refused(f"这个人{when}已经另有变动，不能再登记从{day}起的同一项变动。", "请核对日期，或用“更正”。")
    return None


def change_person(tx: Tx, cadre_uid: str, changes: Mapping[str, Any], *, from_on: str = "", reason: str = "") -> None:
    """Change what a person is (KEYS): dated from `from_on` (ISO), or ('') 更正 of what he is now. Refused where it cannot be.

    Unit and branch go together: give both. The roster holds what he is now.
    """
    rows = tx.rows(_ROWS, (cadre_uid,))
    if not rows:  # a merge or an old file may leave somebody without one: what the roster says held until now
        begin_membership(tx, cadre_uid)
        rows = tx.rows(_ROWS, (cadre_uid,))
    changes = {key: value for key, value in changes.items() if key in KEYS}
    if not from_on:
        _correct(tx, rows, changes)
    else:
        if fault := change_fault(tx, cadre_uid, changes, from_on):
            raise fault
        at = _place(rows, from_on) or 0
        old = rows[at]
        if old["from_on"] == from_on:
            _rewrite(tx, rows[at:], changes)
        elif {key: old[key] for key in changes} != changes:
            tx.update("membership", old["uid"], {"until_on": day_before(from_on)})
            kept = {key: old[key] for key in ("cadre_uid", *KEYS, "until_on")}
            said = reason or "、".join(
                dict.fromkeys(_said(key, changes[key]) for key in changes if changes[key] != old[key])
            )
            tx.insert("membership", {**kept, **changes, "from_on": from_on, "reason": said})
            _rewrite(tx, rows[at + 1 :], changes)
    tx.update("cadre", cadre_uid, changes)
    restamp_units(tx, [cadre_uid])


def move(
    tx: Tx, cadre_uid: str, unit_uid: str, branch_uid: str | None, *, transfer_on: str = "", reason: str = ""
) -> None:
    """Change where a person belongs: 调动 on `transfer_on`, or (if '') 更正 of the current membership."""
    place = {"unit_uid": unit_uid, "branch_uid": branch_uid}
    change_person(tx, cadre_uid, place, from_on=transfer_on, reason=reason)


def set_first_day(tx: Tx, cadre_uid: str, from_on: str) -> None:
    """更正到岗日期: from when the person counts (ISO), '' = since ever; Refused after the first row's last day."""
    rows = tx.rows(_ROWS, (cadre_uid,))
    if not rows:
        begin_membership(tx, cadre_uid, from_on)
        return
    first = rows[0]
    if first["until_on"] and from_on > first["until_on"]:
        ends = format_date(first["until_on"])
        what = "他那以后已有别的变动" if len(rows) > 1 else "他那以后已经离开"
        raise Refused(f"到岗日期不能晚于{ends}：{what}。", "请核对日期。")
    if first["from_on"] != from_on:
        tx.update("membership", first["uid"], {"from_on": from_on})
        restamp_units(tx, [cadre_uid])


def end_membership(tx: Tx, cadre_uid: str, away_on: str, reason: str = "") -> None:
    """The person leaves: `away_on` (ISO) is the first day away, so the day before is his last one. Refused before it began."""
    rows = tx.rows(_ROWS, (cadre_uid,))
    if not rows:
        begin_membership(tx, cadre_uid)
        rows = tx.rows(_ROWS, (cadre_uid,))
    last = rows[-1]
    if last["from_on"] >= away_on:
        what = "才到岗" if len(rows) == 1 else "还有一次变动"
        raise Refused(
            f"这个人{format_date(last['from_on'])}{what}，离开日期应在那以后。",
            "请核对离开日期；如果到岗或变动的日期登记错了，请先更正。",
        )
    tx.update("membership", last["uid"], {"until_on": day_before(away_on), "left_reason": reason})


def reopen_membership(tx: Tx, cadre_uid: str, back_on: str = "") -> None:
    """Back again: as if never ended, or from `back_on` (ISO) in a row of its own. Refused before he was away."""
    rows = tx.rows(_ROWS, (cadre_uid,))
    if not rows:
        begin_membership(tx, cadre_uid, back_on)
        return
    last = rows[-1]
    if not back_on:
        tx.update("membership", last["uid"], {"until_on": "", "left_reason": ""})
        return
    if back_on <= last["until_on"]:
        raise Refused(
            f"这个人{format_date(last['until_on'])}才离开，重新到岗的日期应在那以后。",
            "请核对日期；误归档的请直接恢复。",
        )
    row = {key: last[key] for key in ("cadre_uid", *KEYS)}
    tx.insert("membership", {**row, "from_on": back_on, "reason": "重新到岗"})
    restamp_units(tx, [cadre_uid])


def _place(rows: Sequence[Row], day: str) -> int | None:
    """The row last begun by a day; None if he had not come yet."""
    return next((at for at in range(len(rows) - 1, -1, -1) if rows[at]["from_on"] <= day), None)


def _correct(tx: Tx, rows: Sequence[Row], changes: Mapping[str, Any]) -> None:
    """What was wrong was wrong since it was so: back over the rows before that say the same of it, without a gap."""
    news: dict[str, dict[str, Any]] = {}
    for group in (("unit_uid", "branch_uid"), ("status",), ("party_status",)):
        mine = {key: changes[key] for key in group if key in changes}
        for at in range(len(rows) - 1, -1, -1):
            follows = at + 1 == len(rows) or (
                all(rows[at][key] == rows[-1][key] for key in group)
                and rows[at]["until_on"] == day_before(rows[at + 1]["from_on"])
            )
            if not follows or not mine:
                break
            news.setdefault(rows[at]["uid"], {}).update(mine)
    for row in rows:
        _rewrite(tx, [row], news.get(row["uid"], {}))


def _rewrite(tx: Tx, rows: Sequence[Row], changes: Mapping[str, Any]) -> None:
    for row in rows:
        if news := {key: value for key, value in changes.items() if row[key] != value}:
            tx.update("membership", row["uid"], news)


def _said(key: str, value: Any) -> str:
    return dict(STATUS)[value] if key == "status" else _WORDS[key]


# -- after a merge, an undo, an import -------------------------------------------------------------------------


def align_memberships(tx: Tx, cadre_uids: Iterable[str]) -> None:
    """One timeline a person without overlaps, whose last row says what the roster says. For after a merge.

    Two desks may each have dated a change: rows stand in the order of their days, each until the next begins.
    """
    for cadre_uid in cadre_uids:
        person = tx.one("SELECT * FROM cadre WHERE uid = ?", (cadre_uid,))
        if person is None:
            continue
        rows = _one_a_day(tx, person, tx.rows(_ROWS, (cadre_uid,)))
        away_on = str(person["archived_on"])
        while away_on and len(rows) > 1 and rows[-1]["from_on"] >= away_on:
            tx.delete("membership", rows.pop()["uid"])
        if not rows:
            begin_membership(tx, cadre_uid)
            rows = tx.rows(_ROWS, (cadre_uid,))
        for row, after in pairwise(rows):
            if not row["until_on"] or row["until_on"] >= after["from_on"]:
                tx.update("membership", row["uid"], {"until_on": day_before(after["from_on"])})
        last = rows[-1]
        until = max(day_before(away_on), last["from_on"]) if away_on else ""
        right = {**{key: person[key] for key in KEYS}, "until_on": until, "left_reason": person["archive_reason"]}
        _rewrite(tx, [last], right)


def _one_a_day(tx: Tx, person: Row, rows: Sequence[Row]) -> list[Row]:
    """Of rows that begin on one day the one that says what the roster says stays, else the first made."""
    kept: dict[str, Row] = {}
    for row in sorted(rows, key=lambda each: any(each[key] != person[key] for key in KEYS)):
        covers_nothing = "" < row["until_on"] < row["from_on"] and len(rows) > 1
        if row["from_on"] in kept or covers_nothing:
            tx.delete("membership", row["uid"])
        else:
            kept[row["from_on"]] = row
    return [kept[day] for day in sorted(kept)]


def follow_memberships(tx: Tx, changes: Sequence[RowChange], seq: int) -> None:
    """Memberships were taken back: records written since that step get the unit of their day, not the one undone.

    Those before have it again by the step itself; in a copy that waits for a decision it may not be that of the rule.
    """
    there = json.dumps([one.uid for one in changes])
    sql = "SELECT m.cadre_uid FROM json_each(?) j CROSS JOIN membership m ON m.uid = j.value"
    people = {row[0] for row in tx.tuples(sql, (there,))}
    people |= {one.before["cadre_uid"] for one in changes if one.op == "delete"}
    sql = (
        "SELECT v.uid FROM json_each(?) j CROSS JOIN visit v ON v.cadre_uid = j.value "
        "WHERE EXISTS (SELECT 1 FROM history_row r WHERE r.tbl = 'visit' AND r.row_uid = v.uid AND r.seq > ?)"
    )
    restamp_units(tx, people, [row[0] for row in tx.tuples(sql, (json.dumps(sorted(people)), seq))])


def wrong_units(reads: Reads, cadre_uids: Iterable[str] | None = None) -> list[tuple[str, str, str, str | None]]:
    """Records (of people, None: of all) that do not say the unit and branch of their day: uid, cadre, right unit and branch.

    The one rule of their day is `core.roster.timeline.nearest`.
    """
    among = "" if cadre_uids is None else "json_each(?) j CROSS JOIN "
    joined = "" if cadre_uids is None else "ON v.cadre_uid = j.value "
    sql = (
        f"SELECT v.uid, v.cadre_uid, m.unit_uid, m.branch_uid FROM {among}visit v {joined}"
        f"JOIN membership m ON m.uid = {nearest('v.cadre_uid', 'v.served_on')} "
        "WHERE v.unit_uid <> m.unit_uid OR v.branch_uid IS NOT m.branch_uid"
    )
    return reads.tuples(sql, () if cadre_uids is None else (json.dumps(sorted(cadre_uids)),))


def restamp_units(tx: Tx, cadre_uids: Iterable[str] | None = None, visit_uids: Iterable[str] | None = None) -> int:
    """Unit and branch of people's records (None: of everybody's), or of some of them, as of their day; how many changed."""
    only = None if visit_uids is None else set(visit_uids)
    wrong = [row for row in wrong_units(tx, cadre_uids) if only is None or row[0] in only]
    tx.update_many("visit", [(uid, {"unit_uid": unit, "branch_uid": branch}) for uid, _who, unit, branch in wrong])
    return len(wrong)
