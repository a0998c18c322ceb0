"""What a check-in may say: days that can be, and the community it is at. Sentences by field. 方案 三(三)"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput
from core.checkin.model import CHECKIN, TRACK_LABEL, CheckinDraft
from core.place.queries import linked_community
from core.place.spelling import community_parts, community_spelled
from core.store import Reads, Row

WHERE = ("district", "street", "community")
_SPELLED = re.compile(r"(?<=[社村区])(居委会|居民委员会|村委会|党委|党总支|党群服务中心)$")


@dataclass(frozen=True, slots=True)
class Place:
    """The community of a check-in; `uid` '' = the ledger does not have it yet."""

    uid: str
    district: str
    street: str
    name: str


def draft_faults(reads: Reads, draft: CheckinDraft, person: Row) -> dict[str, str]:
    """What is wrong with a check-in before the ledger is asked whether he has one."""
    if draft.track not in TRACK_LABEL:
        return {"track": "请选择报到类别：组织派遣报到，或个人报到。"}
    if person["archived_on"] and not draft.ended_on:
        return {"name": f"{who(person)}已于{person['archived_on']}归档，不能再报到，请核对人员，或先在名册恢复。"}
    facts = {key: getattr(draft, key) for key in ("checked_on", "receipt_on", "ended_on", "end_reason")}
    found = day_faults(facts, str(person["birth_on"] or ""))
    try:
        place_told(reads, draft.track, (draft.district, draft.street, draft.community), person)
    except InvalidInput as problem:
        found |= problem.fields
    return found


def day_faults(facts: Mapping[str, Any], birth_on: str = "") -> dict[str, str]:
    """Days that cannot be: not yet come, before the check-in, before the person was born."""
    found: dict[str, str] = {}
    first = str(facts["checked_on"] or "")
    if not first:
        found["checked_on"] = "请填写报到日期。"
    for key in ("checked_on", "receipt_on", "ended_on"):
        day, label = str(facts.get(key) or ""), CHECKIN.field(key).label
        if not day:
            continue
        if not _is_day(day):
            found[key] = f"{label}“{day}”不是日期，请写成 2020-8-3 这样的形式。"
        elif day > today().isoformat():
            found[key] = f"{label}{day}还没有到，请核对。"
        elif day < first:
            found[key] = f"{label}{day}早于报到日期{first}，请核对。"
    if birth_on and first and "checked_on" not in found and first <= birth_on:
        found["checked_on"] = f"报到日期{first}早于出生年月{birth_on}，请核对。"
    if facts.get("ended_on") and not str(facts.get("end_reason") or "").strip():
        found["end_reason"] = "请选择注销原因。"
    return found


def place_told(reads: Reads, track: str, told: tuple[str, str, str], person: Mapping[str, Any] | None = None) -> Place:
    """The community meant by (区, 街道, 社区 or its uid); InvalidInput says what is lacking.

    Without one: 个人报到 is at the community of the person's home, 组织派遣报到 at the linked one, and nowhere else.
    """
    district, street, name = (one.strip() for one in told)
    linked = linked_community(reads)
    by_uid = reads.one("SELECT uid, district, street, name FROM community WHERE uid = ?", (name,)) if name else None
    if by_uid is not None:
        found = Place(**by_uid)
    elif name:
        parts = community_told(reads, name)
        told = (district or parts.get("district", ""), street or parts.get("street", ""), parts["community"])
        found = _named(reads, told, person)
    elif track == "HOME":
        home = person or {}
        if not home.get("community"):
            raise InvalidInput({"community": "名册里没有他居住的社区，请填写报到社区，或先补填住址。"})
        found = _named(reads, (home["district"], home["street"], home["community"]), None)
    elif linked is None:
        raise InvalidInput({"community": "还没有设定联系社区，请填写社区，或先在设置里填写联系社区。"})
    else:
        found = Place(linked["uid"], linked["district"], linked["street"], linked["name"])
    if track == "ASSIGNED" and person is not None and linked and found.uid != linked["uid"]:
        text = f"组织派遣报到只能到联系社区（{linked['name']}）；到居住地社区的请选“个人报到”。"
        raise InvalidInput({"community": text})
    return found


def place_changed(old: Mapping[str, Any], values: Mapping[str, Any]) -> tuple[str, str, str]:
    """区, 街道, 社区 as changed; another community does not lie in the old street unless it is told again."""
    if "community" not in values or str(values["community"] or "").strip() == old.get("community"):
        values = {**{key: old.get(key) for key in WHERE}, **values}
    district, street, community = (str(values.get(key) or "") for key in WHERE)
    return district, street, community


def community_told(reads: Reads, text: str) -> dict[str, str]:
    """社区, and 区 and 街道 if the cell tells them too: 经院, 经院社区居委会, 江夏区藏龙岛街道经院社区 are 经院社区.

    One that is new only loses its office.
    """
    district, street, name = community_parts(_SPELLED.sub("", "".join(text.split())))
    found = {"district": district, "street": street, "community": community_spelled(reads, name)}
    return {key: value for key, value in found.items() if value}


def who(person: Mapping[str, Any]) -> str:
    """How messages name a person."""
    return f"{person['name']}（{person['unit']}，工号{person['staff_no'] or '未填'}）"


def _named(reads: Reads, told: tuple[str, str, str], person: Mapping[str, Any] | None) -> Place:
    district, street, name = told
    if person and name == person.get("community") and not district and not street:
        district, street = person["district"], person["street"]  # his own, written short
    sql = (
        "SELECT uid, district, street, name FROM community WHERE name = ? AND (? = '' OR district = ?) "
        "AND (? = '' OR street = ?) LIMIT 2"
    )
    found = reads.rows(sql, (name, district, district, street, street))
    if len(found) > 1:
        raise InvalidInput(
            {"community": f"有几个社区都叫“{name}”。", "district": f"请写明是哪个区、哪个街道的{name}。"}
        )
    return Place(**found[0]) if found else Place("", district, street, name)


def _is_day(text: str) -> bool:
    try:
        return dt.date.fromisoformat(text).isoformat() == text
    except ValueError:
        return False
