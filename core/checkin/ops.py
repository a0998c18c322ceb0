"""Verbs that write: check-ins of cadres, of units and of the school. 方案 三(三)"""

from __future__ import annotations

import dataclasses
import json
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Refused, Stale
from core.checkin.model import MOVED, SCHOOL, TRACK_LABEL, CheckinDraft, GroupOutcome
from core.checkin.queries import checkin, open_checkins
from core.checkin.rules import WHERE, Place, day_faults, draft_faults, place_changed, place_told, who
from core.org.matching import resolve_unit
from core.place.ops import ensure_community
from core.store import Reads, Row, Tx

_TEXTS = ("place", "handler", "our_contact", "letter_no", "receipt_on", "note")
_ENDING = ("ended_on", "end_reason")

# -- of cadres ---------------------------------------------------------------------------------------------------------


def check_in(tx: Tx, draft: CheckinDraft) -> str:
    """A cadre's check-in; returns its uid.

    InvalidInput for what is typed wrong, Refused if he already has an open one of the track (unless `replace`).
    """
    return check_in_many(tx, [draft])[0]


def check_in_many(tx: Tx, drafts: Sequence[CheckinDraft]) -> list[str]:
    """Check-ins of any people, all or none, as `check_in`; returns their uids in order."""
    people = _people(tx, [one.cadre_uid for one in drafts])
    there = {track: open_checkins(tx, list(people), track) for track in {one.track for one in drafts}}
    begun = Counter((one.cadre_uid, one.track) for one in drafts if not one.ended_on)
    if twice := next((uid for (uid, _), number in begun.items() if number > 1), ""):
        raise Refused(f"{who(people[twice])}在这一批里有两条同一类的报到，同一类只能有一条有效。", "请只留一条。")
    return tx.insert_many(
        "checkin", [_row(tx, one, people[one.cadre_uid], there[one.track].get(one.cadre_uid)) for one in drafts]
    )


def check_in_group(tx: Tx, cadre_uids: Sequence[str], draft: CheckinDraft) -> GroupOutcome:
    """One entry for many people; who cannot be checked in is left with a sentence, the others are."""
    wanted = list(dict.fromkeys(cadre_uids))
    people, there = _people(tx, wanted), open_checkins(tx, wanted, draft.track)
    # wrong for one is wrong for all
    if faults := day_faults(dataclasses.asdict(draft)):
        raise InvalidInput(faults)
    rows, left = [], []
    for uid in wanted:
        own = dataclasses.replace(draft, cadre_uid=uid, source="GROUP")
        try:
            rows.append(_row(tx, own, people[uid], there.get(uid)))
        except Refused as problem:
            left.append(problem.text)
        except InvalidInput as problem:
            text = "；".join(one.removesuffix("。") for one in problem.fields.values())
            left.append(f"{text}。" if text.startswith(people[uid]["name"]) else f"{who(people[uid])}：{text}。")
    return GroupOutcome(tuple(tx.insert_many("checkin", rows)), tuple(left))


def change_checkin(tx: Tx, uid: str, values: Mapping[str, Any]) -> None:
    """Change facts of a cadre's check-in; the community by district, street and community."""
    old = checkin(tx, uid)
    row: dict[str, Any] = {key: str(values[key] or "").strip() for key in (*_TEXTS, *_ENDING) if key in values}
    row |= {key: str(values[key]).strip() for key in ("track", "checked_on") if values.get(key)}
    if not row.get("ended_on", old["ended_on"]):
        row |= {key: "" for key in _ENDING if key in row or old[key]}
    now = {**old, **row}
    faults = day_faults(now, str(tx.value("SELECT birth_on FROM cadre WHERE uid = ?", (old["cadre_uid"],)) or ""))
    if now["track"] not in TRACK_LABEL:
        faults["track"] = "请选择报到类别：组织派遣报到，或个人报到。"
    there = None if now["ended_on"] else open_checkins(tx, [old["cadre_uid"]], now["track"]).get(old["cadre_uid"])
    if there and there["uid"] != uid:
        text = f"{who(old)}已于{there['checked_on']}在{there['community']}{TRACK_LABEL[now['track']]}，请先注销那一条。"
        faults["track" if now["track"] != old["track"] else "ended_on"] = text
    if faults:
        raise InvalidInput(faults)
    if now["track"] != old["track"] or any(key in values for key in WHERE):
        row["community_uid"] = _made(tx, place_told(tx, now["track"], place_changed(old, values), old))
    tx.update("checkin", uid, row)


def end_checkins(tx: Tx, uids: Sequence[str], on: str, reason: str) -> list[str]:
    """注销 check-ins on a day (the first it no longer holds, default today) with its reason: 调离, 退休, 迁居 …; which ended."""
    ending = {"ended_on": on or today().isoformat(), "end_reason": reason.strip()}
    rows = _rows(tx, uids)
    for row in rows:
        if row["ended_on"]:
            text = f"{row['whose']}的{TRACK_LABEL[row['track']]}已于{row['ended_on']}注销。"
            raise Refused(text, "要改日期或原因，请修改那一条。")
        if faults := day_faults({**row, **ending}):
            raise InvalidInput(faults)
    if reason.strip() == MOVED and any(row["track"] == "HOME" for row in rows):
        rows = [row for row in rows if row["track"] == "HOME"]  # 三(三): the dispatch does not follow the home
    tx.update_many("checkin", [(row["uid"], ending) for row in rows])
    return [row["uid"] for row in rows]


def reopen_checkins(tx: Tx, uids: Sequence[str]) -> None:
    """Take a 注销 back; Refused where another check-in of the track is open, or the person has left."""
    rows = _rows(tx, uids)
    opened: set[tuple[str, str]] = set()
    for row in (one for one in rows if one["cadre_uid"]):
        if row["archived_on"]:
            raise Refused(f"{row['whose']}已于{row['archived_on']}归档，不能取消注销。", "请先在名册恢复这个人。")
        key, there = (row["cadre_uid"], row["track"]), open_checkins(tx, [row["cadre_uid"]], row["track"])
        if key in opened or any(one["uid"] != row["uid"] for one in there.values()):
            text = f"{row['whose']}另有一条{TRACK_LABEL[row['track']]}，同一类只能有一条有效。"
            raise Refused(text, "请先注销或删除另一条。")
        opened.add(key)
    tx.update_many("checkin", [(row["uid"], dict.fromkeys(_ENDING, "")) for row in rows])


def remove_checkins(tx: Tx, uids: Sequence[str]) -> None:
    """Take out check-ins entered by mistake; who moves or leaves is ended instead."""
    for row in _rows(tx, uids):
        tx.delete("checkin", row["uid"])


def receive_receipts(tx: Tx, uids: Sequence[str], on: str = "") -> None:
    """The 回执 came back on a day (default today)."""
    day, rows = on or today().isoformat(), _rows(tx, uids)
    for row in rows:
        if faults := day_faults({"checked_on": row["checked_on"], "receipt_on": day}):
            raise InvalidInput(faults)
    tx.update_many("checkin", [(row["uid"], {"receipt_on": day}) for row in rows])


# -- of units and the school -------------------------------------------------------------------------------------------


def unit_checkin_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with the check-in of a unit: no such unit, a day that cannot be, a community that is not clear."""
    old = reads.one("SELECT * FROM checkin WHERE uid = ?", (uid,)) or {} if uid else {}
    faults = day_faults({"checked_on": "", **old, **values})
    name = str(values.get("unit") or "").strip()
    if not name and (not uid or "unit" in values):
        faults["unit"] = "请填写单位；学校自己的报到写“学校”。"
    elif name and name != SCHOOL and not resolve_unit(reads, name):
        faults["unit"] = f"没有名为“{name}”的单位，请核对写法；学校自己的报到写“学校”。"
    if not uid or values.get("community"):
        try:
            place_told(reads, "ASSIGNED", place_changed({}, values))
        except InvalidInput as problem:
            faults |= problem.fields
    return faults


def save_unit_checkin(tx: Tx, uid: str | None, values: Mapping[str, Any]) -> str:
    """The check-in of a unit or of the school, new or changed; without a community at the linked one. 三(三)"""
    if faults := unit_checkin_faults(tx, uid or "", values):
        raise InvalidInput(faults)
    row: dict[str, Any] = {key: str(values[key] or "").strip() for key in (*_TEXTS, "checked_on") if key in values}
    if "unit" in values:
        name = str(values["unit"]).strip()
        row["unit_uid"] = None if name == SCHOOL else resolve_unit(tx, name).uid
    if uid is None or values.get("community"):
        row["community_uid"] = _made(tx, place_told(tx, "ASSIGNED", place_changed({}, values)))
    if uid is not None:
        tx.update("checkin", uid, row)
        return uid
    return tx.insert("checkin", {**row, "track": "ASSIGNED", "written_on": today().isoformat()})


def check_in_unit(tx: Tx, unit_uid: str, values: Mapping[str, Any]) -> str:
    """The check-in of a unit by uid ('' = the school)."""
    name = tx.value("SELECT name FROM unit WHERE uid = ?", (unit_uid,)) if unit_uid else SCHOOL
    return save_unit_checkin(tx, None, {**values, "unit": name})


# -- inside ------------------------------------------------------------------------------------------------------------


def _row(tx: Tx, draft: CheckinDraft, person: Row, there: Row | None) -> dict[str, Any]:
    """The row of a check-in that may be; its community is made and the old check-in makes room."""
    if faults := draft_faults(tx, draft, person):
        raise InvalidInput(faults)
    if there and not draft.ended_on:
        _make_room(tx, draft, person, there)
    told = (draft.district, draft.street, draft.community)
    community_uid = _made(tx, place_told(tx, draft.track, told, person))
    row = {key: str(getattr(draft, key)).strip() for key in (*_TEXTS, *_ENDING)}
    facts = {"track": draft.track, "checked_on": draft.checked_on, "source": draft.source}
    owner = {"cadre_uid": draft.cadre_uid, "community_uid": community_uid, "written_on": today().isoformat()}
    return {**row, **facts, **owner}


def _make_room(tx: Tx, draft: CheckinDraft, person: Row, there: Row) -> None:
    """The open check-in of the track ends on the day of the new one: no day without, none with two."""
    if not draft.replace:
        text = f"{who(person)}已于{there['checked_on']}在{there['community']}{TRACK_LABEL[draft.track]}。"
        raise Refused(text, "搬家的请先注销原来的报到，或勾选“迁居”再登记。")
    if draft.checked_on < there["checked_on"]:
        text = f"{who(person)}现有的报到在{there['checked_on']}，新的报到不能早于它，请核对日期。"
        raise InvalidInput({"checked_on": text})
    tx.update("checkin", there["uid"], {"ended_on": draft.checked_on, "end_reason": MOVED})


def _made(tx: Tx, place: Place) -> str:
    return place.uid or ensure_community(tx, place.district, place.street, place.name)


def _people(reads: Reads, cadre_uids: Sequence[str]) -> dict[str, Row]:
    sql = (
        "SELECT cadre.*, unit.name AS unit FROM json_each(?) j CROSS JOIN cadre ON cadre.uid = j.value "
        "JOIN unit ON unit.uid = cadre.unit_uid"
    )
    found = {row["uid"]: row for row in reads.rows(sql, (json.dumps(list(cadre_uids)),))}
    if len(found) < len(set(cadre_uids)):
        raise Stale("选中的人里有人已不在名册中，可能刚被撤销或删除。", "请刷新后再试。")
    return found


def _rows(reads: Reads, uids: Iterable[str]) -> list[Row]:
    """Check-ins of cadres, units or the school, with `whose` as messages say it."""
    wanted = list(dict.fromkeys(uids))
    sql = (
        "SELECT checkin.*, coalesce(c.name, unit.name, ?) AS whose, coalesce(c.archived_on, '') AS archived_on "
        "FROM json_each(?) j CROSS JOIN checkin ON checkin.uid = j.value "
        "LEFT JOIN cadre c ON c.uid = checkin.cadre_uid LEFT JOIN unit ON unit.uid = checkin.unit_uid"
    )
    found = reads.rows(sql, (SCHOOL, json.dumps(wanted)))
    if len(found) < len(wanted):
        raise Stale("选中的报到里有的已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return found
