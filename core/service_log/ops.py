"""Verbs that write the log. Other activities write their visits through here, in the same step. 方案 三(六)"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import fields, replace
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput
from core.base.ids import new_uid
from core.base.rights import Right
from core.org.settings import setting
from core.place.spelling import community_spelled
from core.roster.timeline import nearest_period, periods_of
from core.service_log.categories import category_fault
from core.service_log.doubts import Doubts, signer_fault
from core.service_log.lookup import Grids, Places, absence, overlap_warnings, people, visits_in_words, visits_near, who
from core.service_log.model import SERVED, SIGNED_FOR, STATE_LABEL, Recorded, Ticked, VisitDraft
from core.service_log.rules import checked, is_late, late_fault, needs_next_day_answer, visit_text
from core.store import Reads, Row, Tx

UNSIGNED = {"confirmed_by": "", "confirmed_on": "", "sheet_uid": None, "sheet_page": None, "sheet_row": None}
_FROM = {
    "确认": ("WAITING",),
    "退回": ("WAITING", "CONFIRMED"),
    "作废": ("DRAFT", "WAITING", "CONFIRMED", "RETURNED"),
    "重新提交": ("DRAFT", "RETURNED", "VOID"),
}
"""From which states each act goes: what a dialog promises is what the act then does."""
_TYPED = frozenset(one.name for one in fields(VisitDraft))


def record_visit(tx: Tx, draft: VisitDraft) -> Recorded:
    """One person's service record."""
    if not draft.cadre_uid:
        raise InvalidInput({"cadre_uid": "请选择服务的人。"})
    return _record(tx, draft, [draft.cadre_uid], "KEYED", "")


def record_group(
    tx: Tx, draft: VisitDraft, cadre_uids: Sequence[str], *, source: str = "GROUP", group_uid: str = ""
) -> Recorded:
    """One entry of a group activity: a personal record for each; `source` CAMPAIGN or DUTY where they come from there."""
    wanted = list(dict.fromkeys(cadre_uids))
    if not wanted:
        raise InvalidInput({"cadre_uid": "请选择参加的人。"})
    return _record(tx, draft, wanted, source, group_uid or new_uid())


def visit_warnings(reads: Reads, draft: VisitDraft, cadre_uids: Sequence[str]) -> list[str]:
    """What a person is asked before saving: overlaps, service after leaving; InvalidInput as the recording itself."""
    wanted = list(dict.fromkeys(cadre_uids))
    found, row = people(reads, wanted), checked(draft, today())
    _check_words(reads, found, row)
    return _warnings(reads, found, row, _near(reads, wanted, draft))


def change_visit(tx: Tx, uid: str, changes: Mapping[str, Any], reason: str = "") -> Recorded:
    """Change fields of a record (names of VisitDraft). A confirmed one returns to 待确认, with a reason."""
    (old,) = visits_in_words(tx, [uid])
    row, warnings = _changed_row(tx, old, changes)
    different = {key: value for key, value in row.items() if value != old[key]}
    if old["state"] == "CONFIRMED" and different.keys() & SIGNED_FOR:
        # a signature stands for what was signed; the old values stay in the history
        if not reason.strip():
            raise InvalidInput({"reason": "这条记录已确认，改动后要重新确认，请填写改动原因。"})
        different |= {**UNSIGNED, "state": "WAITING", "state_reason": reason.strip()}
    elif reason.strip() and different:
        different["state_reason"] = reason.strip()
    different = {key: value for key, value in different.items() if value != old[key]}
    if different:
        tx.update("visit", uid, different)
    return Recorded((uid,), tuple(warnings))


def confirm_visits(tx: Tx, uids: Sequence[str], method: str, signer: str, on: str = "") -> Ticked:
    """待确认 → 已确认, by 社区党组织 or 服务对象 (三(六)): needs method AND signer; `on` is the day of the signature."""
    tx.require(Right.CONFIRM)
    signed = signature(method, signer, on)
    early = {row["uid"] for row in visits_in_words(tx, uids) if row["served_on"] > signed["confirmed_on"]}
    left = dict.fromkeys(early, f"在签字日期 {signed['confirmed_on']} 之后")
    own = [row["uid"] for row in visits_in_words(tx, uids) if signer_fault(method, signer, row["name"])]
    left |= dict.fromkeys(own, f"的确认人是本人，不能作为{SERVED}确认")
    return _set_state(tx, uids, {**signed, "state": "CONFIRMED", "state_reason": ""}, "确认", left)


def return_visits(tx: Tx, uids: Sequence[str], reason: str) -> Ticked:
    """待确认 or 已确认 → 退回修改, with a reason."""
    tx.require(Right.CONFIRM)
    row = {**UNSIGNED, "state": "RETURNED", "state_reason": _reason(reason, "退回")}
    return _set_state(tx, uids, row, "退回", {})


def void_visits(tx: Tx, uids: Sequence[str], reason: str) -> Ticked:
    """Any → 作废, with a reason; the record stays and counts nothing."""
    tx.require(Right.CONFIRM)
    row = {"state": "VOID", "state_reason": _reason(reason, "作废")}
    return _set_state(tx, uids, row, "作废", {})


def reopen_visits(tx: Tx, uids: Sequence[str], late_reason: str = "") -> Ticked:
    """草稿, 退回修改 or 作废 → 待确认. A draft handed in late needs the reason of 补录."""
    rows, days, day = visits_in_words(tx, uids), late_after(tx), today().isoformat()
    if any(row["state"] == "VOID" for row in rows):
        tx.require(Right.CONFIRM)
    drafts = [row for row in rows if row["state"] == "DRAFT" and not row["late_reason"]]
    late = [row["uid"] for row in drafts if is_late({**row, "state": "WAITING"}, day, days)]
    left = {} if late_reason.strip() else dict.fromkeys(late, "属于补录，缺补录原因")
    left |= {row["uid"]: "没有服务内容" for row in rows if not row["content"]}
    done = _set_state(tx, uids, {**UNSIGNED, "state": "WAITING"}, "重新提交", left)
    tx.update_many("visit", [(uid, {"late_reason": late_reason.strip()}) for uid in late if uid in done.uids])
    return done


def set_late_reason(tx: Tx, uids: Sequence[str], reason: str) -> None:
    """One reason for a batch of 补录."""
    row = {"late_reason": _reason(reason, "补录")}
    tx.update_many("visit", [(uid, row) for uid in dict.fromkeys(uids)])


def late_after(reads: Reads) -> int:
    """Days after the service from which writing it is 补录."""
    text = setting(reads, "late_after_days", "7")
    return int(text) if text.isdigit() else 7


def promised(reads: Reads, uids: Sequence[str], verb: str) -> str:
    """What an act would do to these records: 选中的 5 条中 3 条能确认，2 条现在是已确认，不变动."""
    states = Counter(row["state"] for row in visits_in_words(reads, uids))
    able = sum(number for state, number in states.items() if state in _FROM[verb])
    rest = [f"{number} 条现在是{STATE_LABEL[state]}" for state, number in states.items() if state not in _FROM[verb]]
    if not rest:
        return f"{verb}选中的 {able} 条。"
    return f"选中的 {len(set(uids))} 条中 {able} 条能{verb}；{'，'.join(rest)}，不变动。"


def signature(method: str, signer: str, on: str) -> dict[str, str]:
    """Method, signer and day as they are stored; InvalidInput if one is missing."""
    faults = {}
    if not method.strip():
        faults["confirm_method"] = "请选择确认方式（社区党组织或服务对象）。"
    if not signer.strip():
        faults["confirmed_by"] = "请填写确认人（在纸上签字的人）。"
    day = on.strip() or today().isoformat()
    if day > today().isoformat():
        faults["confirmed_on"] = "确认日期在将来，请核对。"
    if faults:
        raise InvalidInput(faults)
    return {"confirm_method": method.strip(), "confirmed_by": signer.strip(), "confirmed_on": day}


def _record(tx: Tx, draft: VisitDraft, cadre_uids: list[str], source: str, group_uid: str) -> Recorded:
    found, row = people(tx, cadre_uids), checked(draft, today())
    _check_words(tx, found, row)
    written_on, days = today().isoformat(), late_after(tx)
    if not row["late_reason"] and is_late(row, written_on, days):
        raise InvalidInput({"late_reason": late_fault(row, days)})
    if not is_late(row, written_on, days):
        row["late_reason"] = ""
    row["community"] = community_spelled(tx, row["community"])
    row["grid_uid"], row["place"] = Grids(tx).located(row["community"], row["place"], draft.grid.strip())
    row |= {"source": source, "group_uid": group_uid, "written_on": written_on}
    warnings = _warnings(tx, found, row, _near(tx, cadre_uids, draft))
    if row["state"] == "CONFIRMED" and not tx.may(Right.CONFIRM):
        # the signer is kept: who reviews has it before him
        row["state"] = "WAITING"
        warnings.append("签字已记下，这条先列为待确认，由审核人员确认。")
    places = Places(tx, cadre_uids)
    rows = [{**row, "cadre_uid": uid, **places.on(uid, row["served_on"])} for uid in cadre_uids]
    return Recorded(tuple(tx.insert_many("visit", rows)), tuple(warnings))


def _near(reads: Reads, cadre_uids: Sequence[str], draft: VisitDraft) -> dict[str, list[Row]]:
    timed = draft.served_on and draft.start_at
    return visits_near(reads, cadre_uids, draft.served_on, draft.served_on) if timed else {}


def _check_words(reads: Reads, found: Mapping[str, Row], row: Mapping[str, Any], old: Row | None = None) -> None:
    """InvalidInput for a category of no list and for who confirms himself; what stood there before may stay."""
    faults = {}
    if (old is None or row["category"] != old["category"]) and (fault := category_fault(reads, row["category"])):
        faults["category"] = fault
    signed = (row["confirm_method"], row["confirmed_by"])
    if old is None or signed != (old["confirm_method"], old["confirmed_by"]):
        for person in found.values():
            if fault := signer_fault(*signed, person["name"]):
                faults["confirmed_by"] = fault
    if faults:
        raise InvalidInput(faults)


def _warnings(
    reads: Reads, found: Mapping[str, Row], row: Mapping[str, Any], near: Mapping[str, list[Row]]
) -> list[str]:
    doubts, warnings, periods = Doubts(reads), [], periods_of(reads, found)
    for uid, person in found.items():
        warnings += overlap_warnings(person, row, near.get(uid, ()))
        if why := absence(periods.get(uid, ()), row["served_on"]):
            warnings.append(f"{who(person)}{why}")
    day = row["served_on"]
    said = (
        doubts.of(row, nearest_period(periods[uid], day).status if uid in periods else one["status"])
        for uid, one in found.items()
    )
    # the same words for everybody of a group are said once
    return [*warnings, *dict.fromkeys(text for texts in said for text in texts)]


def _changed_row(tx: Tx, old: Row, changes: Mapping[str, Any]) -> tuple[dict[str, Any], list[str]]:
    """The columns as they would be after `changes`, and what to warn of."""
    unknown = set(changes) - _TYPED
    if unknown:
        raise KeyError(f"no such field of a visit: {sorted(unknown)}")
    draft = _draft_of(old, changes)
    row = checked(draft, today())
    days = late_after(tx)
    moved = row["served_on"] != old["served_on"] and old["state"] == "WAITING" and not row["late_reason"]
    if moved and is_late(row, old["written_on"], days):
        raise InvalidInput({"late_reason": late_fault(row, days)})
    if "community" in changes:
        row["community"] = community_spelled(tx, row["community"])
    if {"community", "place", "grid"} & changes.keys():
        row["grid_uid"], row["place"] = Grids(tx).located(row["community"], row["place"], draft.grid.strip())
    row["state"] = _state_after(old, row)
    cadre_uid = draft.cadre_uid
    if cadre_uid != old["cadre_uid"] or row["served_on"] != old["served_on"]:
        row |= Places(tx, [cadre_uid]).on(cadre_uid, row["served_on"])
    row |= {"cadre_uid": cadre_uid}
    person = people(tx, [cadre_uid])
    _check_words(tx, person, row, old)
    return row, _warnings(tx, person, {**row, "uid": old["uid"]}, _near(tx, [cadre_uid], draft))


def _draft_of(old: Row, changes: Mapping[str, Any]) -> VisitDraft:
    kept = {key: old[key] for key in _TYPED & old.keys()}
    kept["state"] = "DRAFT" if old["state"] == "DRAFT" else "WAITING"
    kept["next_day"] = needs_next_day_answer(old["start_at"], old["end_at"])
    timed = changes.get("start_at", old["start_at"])
    if timed and {"start_at", "end_at"} & changes.keys():
        kept["minutes"] = None  # the length follows the clock
    return replace(VisitDraft(**kept), **{key: value for key, value in changes.items() if key != "state"})


def _state_after(old: Row, row: Mapping[str, Any]) -> str:
    """A changed record keeps its state; a confirmed one without method or signer is none."""
    if old["state"] == "CONFIRMED" and not (row["confirm_method"] and row["confirmed_by"]):
        key = "confirm_method" if not row["confirm_method"] else "confirmed_by"
        raise InvalidInput({key: "已确认的记录要有确认方式和确认人；要取消确认，请退回这条记录。"})
    return str(old["state"])


def _set_state(
    tx: Tx,
    uids: Sequence[str],
    row: Mapping[str, Any],
    verb: str,
    left_why: Mapping[str, str],
) -> Ticked:
    done, left = [], []
    for old in visits_in_words(tx, uids):
        why = left_why.get(old["uid"], "")
        if old["state"] not in _FROM[verb]:
            why = f"现在是{STATE_LABEL[old['state']]}"
        if why:
            when = visit_text(old["served_on"], old["start_at"], old["end_at"], old["minutes"])
            left.append(f"{who(old)}{when}{why}，没有{verb}。")
        else:
            done.append(old["uid"])
    tx.update_many("visit", [(uid, row) for uid in done])
    return Ticked(tuple(done), tuple(left))


def _reason(text: str, verb: str) -> str:
    if not text.strip():
        raise InvalidInput({"reason": f"请填写{verb}原因。"})
    return text.strip()
