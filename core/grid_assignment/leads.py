"""Verbs that write: 楼栋长, a cadre for a term. 方案 五(二)3"""

from __future__ import annotations

from collections.abc import Sequence

from core.base.clock import today
from core.base.dates import day_before, format_date
from core.base.errors import InvalidInput, Refused, Stale
from core.base.told import told_day
from core.grid_assignment.model import LEAD, LEADS_EACH
from core.org.model import STATUS
from core.service_log.lookup import people, who
from core.store import Reads, Row, Tx

_FIRST, _LAST = LEAD.field("from_on"), LEAD.field("until_on")


def appoint_lead(
    tx: Tx, building_uid: str, cadre_uid: str, from_on: str = "", until_on: str = "", note: str | None = None
) -> tuple[str, ...]:
    """楼栋长 of a building from a day on (default today), to a last day or open. Returns what is worth a look, in sentences.

    Whoever leads it then ends the day before; the same person goes on with the new term.
    """
    first = told_day(_FIRST, from_on, ahead=True) or today().isoformat()
    last = told_day(_LAST, until_on, ahead=True)
    if last and last < first:
        raise InvalidInput({"until_on": f"{_LAST.label}早于{_FIRST.label}，请核对。"})
    building, person = _building(tx, building_uid), people(tx, [cadre_uid])[cadre_uid]
    if person["archived_on"]:
        why = person["archive_reason"] or "归档"
        text = f"{who(person)}已于{format_date(person['archived_on'])}{why}，不能任楼栋长。"
        raise Refused(text, "请另选一名党员干部；如是误归档，请先在名册里恢复。")
    old = _terms(tx, building_uid)
    told, own = _make_way(tx, building["label"], old, cadre_uid, first, last)
    row = {"until_on": last} if note is None else {"until_on": last, "note": note.strip()}
    if own is None:
        tx.insert("building_lead", {"building_uid": building_uid, "cadre_uid": cadre_uid, "from_on": first, **row})
    else:
        tx.update("building_lead", own["uid"], row | ({"from_on": first} if own["from_on"] > first else {}))
    return (*told, *_warnings(tx, building, person))


def end_lead(tx: Tx, uid: str, on: str = "") -> None:
    """The term ends; `on` is its last day (default yesterday). One that would end before it began is taken away."""
    row = tx.one("SELECT * FROM building_lead WHERE uid = ?", (uid,))
    if row is None:
        raise Stale("这条楼栋长记录已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    last = told_day(_LAST, on, ahead=True) or day_before(today().isoformat())
    if row["from_on"] > last:
        tx.delete("building_lead", uid)
    elif row["until_on"] != last:
        tx.update("building_lead", uid, {"until_on": last})


def remove_lead(tx: Tx, uid: str) -> None:
    """Take away a term entered by mistake."""
    tx.delete("building_lead", uid)


def _building(reads: Reads, uid: str) -> Row:
    row = reads.one(
        "SELECT b.uid, b.grid_uid, e.name || b.name AS label, coalesce(g.name, '') AS grid FROM building b "
        "JOIN estate e ON e.uid = b.estate_uid LEFT JOIN grid g ON g.uid = b.grid_uid WHERE b.uid = ?",
        (uid,),
    )
    if row is None:
        raise Stale("选的楼栋已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return row


def _terms(reads: Reads, building_uid: str) -> list[Row]:
    sql = (
        "SELECT l.*, c.name FROM building_lead l JOIN cadre c ON c.uid = l.cadre_uid WHERE l.building_uid = ? "
        "ORDER BY l.from_on, l.uid"
    )
    return reads.rows(sql, (building_uid,))


def _make_way(
    tx: Tx, label: str, old: Sequence[Row], cadre_uid: str, first: str, last: str
) -> tuple[list[str], Row | None]:
    """End the terms that the new one meets; what was done, and the person's own term that goes on."""
    told: list[str] = []
    own: Row | None = None
    for row in old:
        if (row["until_on"] and row["until_on"] < first) or (last and row["from_on"] > last):
            continue
        if row["cadre_uid"] == cadre_uid:
            own = own or row
        elif row["from_on"] > first:
            text = f"{label}从{format_date(row['from_on'])}起由{row['name']}任楼栋长，请先结束那一任，或把任期止写在那之前。"
            raise InvalidInput({"from_on": text})
        elif row["from_on"] == first:
            tx.delete("building_lead", row["uid"])
            told.append(f"{label}同一天任命的楼栋长{row['name']}已由这次的任命代替。")
        else:
            until = day_before(first)
            tx.update("building_lead", row["uid"], {"until_on": until})
            told.append(f"{label}原来的楼栋长{row['name']}任期到{format_date(until)}为止。")
    return told, own


def _warnings(reads: Reads, building: Row, person: Row) -> list[str]:
    day, name = today().isoformat(), who(person)
    warnings = []
    status = str(reads.value("SELECT status FROM cadre WHERE uid = ?", (person["uid"],)))
    if status != "ACTIVE":
        warnings.append(f"{name}是{dict(STATUS)[status]}人员，不是在职党员干部，请确认。")
    led = "SELECT count(DISTINCT building_uid) FROM building_lead WHERE cadre_uid = ? AND (until_on = '' OR until_on >= ?)"
    count = int(reads.value(led, (person["uid"], day)))
    if count > LEADS_EACH:
        warnings.append(f"{name}已任{count}栋楼的楼栋长，请看是否太多。")
    home = "SELECT grid_uid FROM grid_assignment WHERE cadre_uid = ? AND until_on = ''"
    if building["grid_uid"] and reads.value(home, (person["uid"],)) != building["grid_uid"]:
        warnings.append(f"{name}没有编入{building['label']}所在的{building['grid']}，请确认。")
    return warnings
