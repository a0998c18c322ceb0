"""Leaving is one step: what a person still holds when he is archived or moved is ended or handed over with it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.base.dates import day_before
from core.base.errors import Refused
from core.checkin.ops import end_checkins
from core.grid_assignment.leads import appoint_lead, end_lead
from core.grid_assignment.ops import leave_grid
from core.holdings import Held, ended_by_leaving, holdings, left_behind
from core.roster.ops import archive_cadre, restore_cadre, save_cadre
from core.store import Tx
from core.team.ops import add_member, remove_member


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


END: dict[str, Callable[[Tx, Held, str, str], None]] = {
    "checkin": _end_checkin,
    "assignment": _end_assignment,
    "lead": _end_lead,
    "squad": _end_member,
}
"""How each kind of `HOLDINGS` ends: with the first day away (ISO) and the reason."""
GIVE: dict[str, Callable[[Tx, Held, str, str], tuple[str, ...]]] = {"lead": _give_lead, "squad": _give_member}
"""How somebody takes it over: with the first day away and his uid; returns what is worth a look."""


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
            END[one.kind](tx, one, day, reason)
            ended.append(f"{one.name}：{one.words}已{one.holding.how}。")
            continue
        if one.kind not in GIVE:
            raise Refused(f"{one.words}不能交给别人。", "请选择结束它。")
        if to_uid == one.cadre_uid:
            raise Refused(f"{one.words}不能交给{one.name}自己。", "请另选一人接手。")
        warnings += GIVE[one.kind](tx, one, day, to_uid)
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
