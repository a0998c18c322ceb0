"""Leaving is one step: what a person still holds when he is archived or moved, and how each is ended or handed over.

Each feature's part is a `Holding`; what comes later (posts, teams) is one more line of `HOLDINGS`. 方案 三(三) 五(二)3
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.base.dates import day_before, format_date
from core.base.errors import Refused
from core.checkin.model import TRACK_LABEL
from core.checkin.ops import end_checkins
from core.grid_assignment.leads import appoint_lead, end_lead
from core.grid_assignment.ops import leave_grid
from core.roster.ops import archive_cadre, restore_cadre, save_cadre
from core.store import Reads, Tx
from core.team.ops import add_member, remove_member


@dataclass(frozen=True, slots=True)
class Held:
    """One thing a person holds: the row, its words, since when (ISO), the last day where one is set."""

    kind: str
    uid: str
    cadre_uid: str
    name: str  # of the person
    words: str
    since: str
    until: str
    place_uid: str  # the building or squad that somebody else may be given

    @property
    def holding(self) -> Holding:
        """What ends it."""
        return next(one for one in HOLDINGS if one.kind == self.kind)


@dataclass(frozen=True, slots=True)
class Holding:
    """One kind of thing: where it lies, and how it ends. Every callable gets the first day away (ISO)."""

    kind: str
    label: str
    source: str  # SQL after SELECT: uid, cadre_uid, words, since, until, place_uid … FROM leaver l (uid, day) JOIN …
    reaches: str  # SQL: whether it reaches the day l.day or is open
    ended: str  # SQL: whether it ended by leaving on l.day
    how: str  # what ending is called
    end: Callable[[Tx, Held, str, str], None]
    hand_over: Callable[[Tx, Held, str, str], tuple[str, ...]] | None = None


@dataclass(frozen=True, slots=True)
class Left:
    """What leaving did: each thing ended or handed over in words, and what is worth a look."""

    ended: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


# -- how each kind ends ------------------------------------------------------------------------------------------------


def _end_checkin(tx: Tx, held: Held, day: str, reason: str) -> None:
    """注销 on the first day away; a check-in made after it lasted no day, one that ends ahead ends today."""
    end_checkins(tx, [held.uid], max(held.since, min(day, today().isoformat())), reason)


def _end_assignment(tx: Tx, held: Held, day: str, _reason: str) -> None:
    leave_grid(tx, held.cadre_uid, day_before(day))


def _end_lead(tx: Tx, held: Held, day: str, _reason: str) -> None:
    end_lead(tx, held.uid, day_before(day))


def _give_lead(tx: Tx, held: Held, day: str, to_uid: str) -> tuple[str, ...]:
    end_lead(tx, held.uid, day_before(day))
    return appoint_lead(tx, held.place_uid, to_uid, day, held.until)


def _end_member(tx: Tx, held: Held, day: str, _reason: str) -> None:
    remove_member(tx, held.uid, min(day_before(day), today().isoformat()))  # a place in a squad is not kept ahead


def _give_member(tx: Tx, held: Held, day: str, to_uid: str) -> tuple[str, ...]:
    _end_member(tx, held, day, "")
    return add_member(tx, held.place_uid, "CADRE", to_uid, min(day, today().isoformat()))


_TRACKS = " ".join(f"WHEN '{code}' THEN '{label}'" for code, label in TRACK_LABEL.items())
_REACHES, _ENDED = "({0}.until_on = '' OR {0}.until_on >= l.day)", "{0}.until_on = date(l.day, '-1 day')"
HOLDINGS: tuple[Holding, ...] = (
    Holding(
        "checkin",
        "报到",
        f"k.uid, k.cadre_uid, CASE k.track {_TRACKS} END || '（' || m.name || '）', k.checked_on, '', '' "
        "FROM leaver l JOIN checkin k ON k.cadre_uid = l.uid JOIN community m ON m.uid = k.community_uid",
        "k.ended_on = ''",
        "k.ended_on = l.day",
        "注销",
        _end_checkin,
    ),
    Holding(
        "assignment",
        "编入网格",
        "a.uid, a.cadre_uid, '编入' || g.name || coalesce('（' || e.name || b.name || '）', ''), a.from_on, a.until_on, '' "
        "FROM leaver l JOIN grid_assignment a ON a.cadre_uid = l.uid JOIN grid g ON g.uid = a.grid_uid "
        "LEFT JOIN building b ON b.uid = a.building_uid LEFT JOIN estate e ON e.uid = b.estate_uid",
        _REACHES.format("a"),
        _ENDED.format("a"),
        "移出网格",
        _end_assignment,
    ),
    Holding(
        "lead",
        "楼栋长",
        "d.uid, d.cadre_uid, e.name || b.name || '楼栋长', d.from_on, d.until_on, d.building_uid "
        "FROM leaver l JOIN building_lead d ON d.cadre_uid = l.uid JOIN building b ON b.uid = d.building_uid "
        "JOIN estate e ON e.uid = b.estate_uid",
        _REACHES.format("d"),
        _ENDED.format("d"),
        "结束任期",
        _end_lead,
        _give_lead,
    ),
    Holding(
        "squad",
        "112小分队",
        "q.uid, q.cadre_uid, g.name || '“' || s.name || '”成员', q.from_on, q.until_on, q.squad_uid FROM leaver l "
        "JOIN squad_member q ON q.cadre_uid = l.uid JOIN squad s ON s.uid = q.squad_uid "
        "AND (s.ended_on = '' OR s.ended_on >= l.day) JOIN grid g ON g.uid = s.grid_uid",
        _REACHES.format("q"),
        _ENDED.format("q"),
        "退出",
        _end_member,
        _give_member,
    ),
)
_GONE = "SELECT uid, archived_on FROM cadre WHERE archived_on <> ''"


# -- what somebody holds -----------------------------------------------------------------------------------------------


def holdings(reads: Reads, cadre_uids: Iterable[str], on: str = "") -> list[Held]:
    """What these people hold on `on` (ISO, the first day away; default today) or begin after it, person by person."""
    listed = json.dumps(list(dict.fromkeys(cadre_uids)))
    return _rows(reads, "SELECT value, ?2 FROM json_each(?1)", "reaches", (listed, on or today().isoformat()))


def left_behind(reads: Reads) -> list[Held]:
    """What people who have left still hold: after a merge, an undo, an old ledger."""
    return _rows(reads, _GONE, "reaches")


def ended_by_leaving(reads: Reads, cadre_uid: str) -> list[Held]:
    """What ended when this archived person left: it stays ended when he is restored."""
    return _rows(reads, f"{_GONE} AND uid = ?1", "ended", (cadre_uid,))


def findings(reads: Reads) -> list[str]:
    """A sentence for each thing somebody who has left still holds; the 工作台 ends them in one step."""
    gone = {
        row["uid"]: row
        for row in reads.rows("SELECT uid, name, staff_no, archived_on FROM cadre WHERE archived_on <> ''")
    }
    return [
        f"{held.name}（工号{gone[held.cadre_uid]['staff_no'] or '未填'}）已于{format_date(gone[held.cadre_uid]['archived_on'])}"
        f"归档，但{held.words}没有结束，请在“工作台”点“已归档人员手上的事没有结束”，一次结束。"
        for held in left_behind(reads)
    ]


def _rows(reads: Reads, leavers: str, which: str, params: Sequence[Any] = ()) -> list[Held]:
    parts = " UNION ALL ".join(
        f"SELECT {at} AS kind, {one.source} WHERE {getattr(one, which)}" for at, one in enumerate(HOLDINGS)
    )
    sql = (
        f"WITH leaver(uid, day) AS ({leavers}), held(kind, uid, cadre_uid, words, since, until, place_uid) AS ({parts}) "
        "SELECT h.*, c.name FROM held h JOIN cadre c ON c.uid = h.cadre_uid JOIN unit ON unit.uid = c.unit_uid "
        "ORDER BY unit.position, unit.name, c.staff_no, c.uid, h.kind, h.since, h.uid"
    )
    return [Held(**{**row, "kind": HOLDINGS[row["kind"]].kind}) for row in reads.rows(sql, params)]


# -- leaving -----------------------------------------------------------------------------------------------------------


def leave(tx: Tx, cadre_uid: str, on: str = "", reason: str = "", hand_over: Mapping[str, str] | None = None) -> Left:
    """归档 from `on` (ISO, the first day away) and the end of all the person holds, in the open step.

    `hand_over`: the uid of a `Held` → the cadre who takes it. What began after he left is taken away.
    """
    archive_cadre(tx, cadre_uid, on, reason)
    row = tx.one("SELECT archived_on, archive_reason FROM cadre WHERE uid = ?", (cadre_uid,)) or {}
    return end_held(
        tx, holdings(tx, [cadre_uid], row["archived_on"]), row["archived_on"], row["archive_reason"], hand_over
    )


def leave_many(
    tx: Tx, cadre_uids: Sequence[str], on: str = "", reason: str = "", hand_over: Mapping[str, str] | None = None
) -> Left:
    """`leave` of several people; nobody of them may take over from another."""
    if set((hand_over or {}).values()) & set(cadre_uids):
        raise Refused("接手的人自己也在这次归档的人里。", "请另选一人接手。")
    return together([leave(tx, uid, on, reason, hand_over) for uid in cadre_uids])


def move(
    tx: Tx,
    cadre_uid: str,
    values: Mapping[str, Any],
    on: str,
    reason: str = "",
    end: Iterable[str] = (),
    hand_over: Mapping[str, str] | None = None,
) -> Left:
    """调动 to `unit` and `branch` from `on` (ISO); of what he holds only what is named in `end` or `hand_over` ends."""
    save_cadre(tx, values, cadre_uid, transfer_on=on, transfer_reason=reason)
    chosen = {*end, *(hand_over or {})}
    listed = [one for one in holdings(tx, [cadre_uid], on) if one.uid in chosen]
    return end_held(tx, listed, on, reason.strip() or "调动", hand_over)


def end_left_behind(tx: Tx, uids: Iterable[str] | None = None) -> Left:
    """End what people who have left still hold (`uids` of `Held`; None: all of it), each as of the day he left."""
    wanted = None if uids is None else set(uids)
    gone = {
        row["uid"]: row for row in tx.rows("SELECT uid, archived_on, archive_reason FROM cadre WHERE archived_on <> ''")
    }
    listed = [one for one in left_behind(tx) if wanted is None or one.uid in wanted]
    days = [(one, gone[one.cadre_uid]) for one in listed]
    return together([end_held(tx, [one], row["archived_on"], row["archive_reason"] or "归档") for one, row in days])


def end_held(tx: Tx, listed: Iterable[Held], day: str, reason: str, hand_over: Mapping[str, str] | None = None) -> Left:
    """End each as of the first day away, or give it to whom `hand_over` names."""
    ended, warnings = [], list[str]()
    for one in listed:
        to_uid = (hand_over or {}).get(one.uid, "")
        if not to_uid:
            one.holding.end(tx, one, day, reason)
            ended.append(f"{one.name}：{one.words}已{one.holding.how}。")
            continue
        if one.holding.hand_over is None:
            raise Refused(f"{one.words}不能交给别人。", "请选择结束它。")
        if to_uid == one.cadre_uid:
            raise Refused(f"{one.words}不能交给{one.name}自己。", "请另选一人接手。")
        warnings += one.holding.hand_over(tx, one, day, to_uid)
        name = tx.value("SELECT name FROM cadre WHERE uid = ?", (to_uid,))
        ended.append(f"{one.name}：{one.words}已交给{name}。")
    return Left(tuple(ended), tuple(warnings))


def restore(tx: Tx, cadre_uid: str, back_on: str = "") -> tuple[str, ...]:
    """Undo only the 归档, as `restore_cadre`; returns what ended with it and stays so, in words."""
    ended = ended_by_leaving(tx, cadre_uid)
    restore_cadre(tx, cadre_uid, back_on)
    return tuple(f"{one.name}：{one.words}" for one in ended)


def together(done: Sequence[Left]) -> Left:
    """What several people's leaving did."""
    return Left(tuple(text for one in done for text in one.ended), tuple(text for one in done for text in one.warnings))
