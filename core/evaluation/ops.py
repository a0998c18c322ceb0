"""Verbs that write the year's evaluation: what is keyed, who is exempt, how far a form has come. 方案 三(七)"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Stale
from core.base.rights import Right
from core.base.told import told_day
from core.evaluation.drafting import main_service
from core.evaluation.model import DAYS, EVALUATION, KEYED, WAY_LABEL, WRITTEN
from core.evaluation.redraft import Drift, drafted_part, drift
from core.evaluation.rules import evaluation_faults, told_codes
from core.org.settings import year_in_force
from core.roster.person_index import cadre_named
from core.service_log.queries import person_logs
from core.store import Reads, Row, Tx

Values = Mapping[str, Any]
_UNCHECKED = {"checked_on": "", "checked_by": ""}


@dataclass(frozen=True, slots=True)
class Drafted:
    """Whose 主要服务情况 was made from the log, whose own text was left, who has no confirmed service."""

    made: tuple[str, ...]
    kept: tuple[str, ...]
    empty: tuple[str, ...]


def drafted_label(done: Drafted) -> str:
    """The step of a drafting, by what it made."""
    return f"生成主要服务情况：{len(done.made)}人"


def save_evaluation(tx: Tx, cadre_uid: str, year: int, values: Values) -> str:
    """Write the given fields of a person's year, '' empties one; returns the uid of the record.

    The first words of a returned form note who keyed them; a change after the second keying asks for another.
    """
    tx.require(Right.EVALUATE)
    old = records(tx, [cadre_uid], year).get(cadre_uid, {})
    told = {key: str(values[key] or "").strip() for key in WRITTEN if key in values}
    told |= told_codes(tx, told)
    changes = {key: text for key, text in told.items() if text != old.get(key, "")}
    if faults := evaluation_faults(tx, cadre_uid, {"year": year, **changes}):
        raise InvalidInput(faults)
    for key in DAYS:
        if changes.get(key):
            changes[key] = told_day(EVALUATION.field(key), changes[key])
    if (changes.keys() & {"exempt_reason", "exempt_by"}) and (faults := exempt_faults({**old, **changes})):
        raise InvalidInput(faults)
    if "main_work" in changes and not old.get("drafted_text"):
        changes["drafted_text"] = _drafted_as(tx, cadre_uid, year, old.get("main_work", ""), changes["main_work"])
    if any(changes.get(key) for key in KEYED) and not old.get("keyed_on"):
        changes |= {"keyed_on": today().isoformat(), "keyed_by": tx.operator}
    if changes.keys() & set(KEYED) and old.get("checked_on"):
        changes |= _UNCHECKED
    return _write(tx, cadre_uid, year, old, changes)


def save_many(tx: Tx, year: int, typed: Mapping[str, Values]) -> int:
    """A grid's cells by person, as one step; how many records that changed."""
    before = records(tx, list(typed), year)
    for cadre_uid, values in typed.items():
        save_evaluation(tx, cadre_uid, year, values)
    return sum(row != before.get(uid) for uid, row in records(tx, list(typed), year).items())


def save_row(tx: Tx, uid: str | None, values: Values) -> str:
    """What a sheet or form says of one person's year; the person by 工号 or name."""
    if uid is not None:
        old = tx.one("SELECT cadre_uid, year FROM evaluation WHERE uid = ?", (uid,))
        if old is None:
            raise Stale("这条考核评价已不存在，可能刚被撤销或删除。", "请刷新后再试。")
        return save_evaluation(tx, old["cadre_uid"], old["year"], values)
    uid = str(values.get("cadre_uid") or "")  # a sheet's reader has found him, namesakes or not
    if not uid:
        number, name, unit = (str(values.get(key) or "") for key in ("staff_no", "name", "unit"))
        uid = cadre_named(tx, number, name, unit)["uid"]
    return save_evaluation(tx, uid, int(values.get("year") or year_in_force(tx)), values)


def remove_evaluation(tx: Tx, uid: str) -> None:
    """Take out a record made by mistake."""
    tx.require(Right.EVALUATE)
    tx.delete("evaluation", uid)


def exempt(tx: Tx, cadre_uids: Sequence[str], year: int, reason: str, by: str, on: str = "") -> int:
    """免考: reason, approver and day (default today) for each; an empty reason lifts it. How many changed."""
    said = {"exempt_reason": reason.strip(), "exempt_by": by.strip(), "exempt_on": ""}
    if said["exempt_reason"]:
        if faults := exempt_faults(said):
            raise InvalidInput(faults)
        said["exempt_on"] = told_day(EVALUATION.field("exempt_on"), on) or today().isoformat()
    else:
        said["exempt_by"] = ""
    return _each(tx, cadre_uids, year, said)


def mark_way(tx: Tx, cadre_uids: Sequence[str], year: int, step: str, on: str = "") -> int:
    """A form was printed, given out or came back on a day (default today); 'step' is a code of WAY. How many changed."""
    if step not in WAY_LABEL:
        raise InvalidInput({"step": f"没有“{step}”这一步，可以是：{'、'.join(WAY_LABEL)}。"})
    key = f"{step}_on"
    return _each(tx, cadre_uids, year, {key: told_day(EVALUATION.field(key), on) or today().isoformat()})


def take_back_way(tx: Tx, cadre_uids: Sequence[str], year: int, step: str) -> int:
    """The mark of a step was a mistake. How many changed."""
    if step not in WAY_LABEL:
        raise InvalidInput({"step": f"没有“{step}”这一步，可以是：{'、'.join(WAY_LABEL)}。"})
    there = list(records(tx, cadre_uids, year))
    return _each(tx, there, year, {f"{step}_on": ""})


def draft_main_work(tx: Tx, cadre_uids: Sequence[str], year: int) -> Drafted:
    """Write 主要服务情况 from the confirmed log where nothing stands yet; a text that stands is never overwritten."""
    tx.require(Right.EVALUATE)
    _check_year(tx, year)
    known = records(tx, cadre_uids, year)
    kept = [uid for uid in cadre_uids if known.get(uid, {}).get("main_work")]
    texts = proposals(tx, [uid for uid in cadre_uids if uid not in set(kept)], year)
    for uid, text in texts.items():
        if text:
            _write(tx, uid, year, known.get(uid, {}), {"main_work": text, "drafted_text": text})
    made = tuple(uid for uid, text in texts.items() if text)
    return Drafted(made, tuple(kept), tuple(uid for uid, text in texts.items() if not text))


def redraft_main_work(tx: Tx, cadre_uids: Sequence[str], year: int) -> int:
    """重新生成: the drafted parts of each 主要服务情况 that the log has left behind; typed parts stay. How many changed."""
    tx.require(Right.EVALUATE)
    _check_year(tx, year)
    known, changed = records(tx, cadre_uids, year), 0
    fresh = proposals(tx, known, year)
    for uid, apart in stale_main_work(tx, cadre_uids, year).items():
        if apart.anew != apart.text:
            _write(tx, uid, year, known[uid], {"main_work": apart.anew, "drafted_text": fresh[uid]})
            changed += 1
    return changed


def stale_main_work(reads: Reads, cadre_uids: Iterable[str], year: int, as_of: str = "") -> dict[str, Drift]:
    """Whose stored 主要服务情况 no longer agrees with the confirmed log (up to `as_of`, ISO), and how."""
    known = {uid: row for uid, row in records(reads, cadre_uids, year).items() if row["main_work"]}
    logs = person_logs(reads, known, year, as_of)
    found = {uid: drift(row["drafted_text"], row["main_work"], main_service(logs[uid])) for uid, row in known.items()}
    return {uid: apart for uid, apart in found.items() if apart is not None}


def proposals(reads: Reads, cadre_uids: Iterable[str], year: int) -> dict[str, str]:
    """主要服务情况 as the log tells it, by person; '' where nothing is confirmed."""
    return {uid: main_service(visits) for uid, visits in person_logs(reads, cadre_uids, year).items()}


def records(reads: Reads, cadre_uids: Iterable[str], year: int) -> dict[str, Row]:
    """The stored records of a year by person."""
    sql = "SELECT e.* FROM json_each(?) j CROSS JOIN evaluation e ON e.cadre_uid = j.value AND e.year = ?"
    return {row["cadre_uid"]: row for row in reads.rows(sql, (json.dumps(list(cadre_uids)), year))}


def _drafted_as(tx: Tx, cadre_uid: str, year: int, was: str, text: str) -> str:
    """What a text written now was drafted as: the draft that stood there, else the log's own where it begins so."""
    if drafted_part(was):
        return drafted_part(was)
    return proposals(tx, [cadre_uid], year)[cadre_uid] if drafted_part(text) else ""


def _check_year(reads: Reads, year: int) -> None:
    if faults := evaluation_faults(reads, "", {"year": year}):
        raise InvalidInput(faults)


def _each(tx: Tx, cadre_uids: Sequence[str], year: int, said: Mapping[str, str]) -> int:
    tx.require(Right.EVALUATE)
    _check_year(tx, year)
    known = records(tx, cadre_uids, year)
    changed = 0
    for uid in dict.fromkeys(cadre_uids):
        old = known.get(uid, {})
        changes = {key: text for key, text in said.items() if text != old.get(key, "")}
        if changes:
            _write(tx, uid, year, old, changes)
            changed += 1
    return changed


def _write(tx: Tx, cadre_uid: str, year: int, old: Row, changes: Mapping[str, str]) -> str:
    if old:
        if changes:
            tx.update("evaluation", old["uid"], changes)
        return str(old["uid"])
    if tx.value("SELECT 1 FROM cadre WHERE uid = ?", (cadre_uid,)) is None:
        raise Stale("这个人已不在名册中，可能刚被撤销或删除。", "请刷新后再试。")
    return tx.insert("evaluation", {"cadre_uid": cadre_uid, "year": year, **changes})


def exempt_faults(row: Values) -> dict[str, str]:
    """A reason without an approver, or the other way round."""
    if row.get("exempt_reason") and not row.get("exempt_by"):
        return {"exempt_by": "不纳入考核要写明批准人。"}
    if row.get("exempt_by") and not row.get("exempt_reason"):
        return {"exempt_reason": "请填写不纳入考核的原因；取消免考请把批准人也清空。"}
    return {}
