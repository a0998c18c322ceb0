"""How sheets tell of check-ins: one row a track, a column group a track, or 双报到 in one word. 方案 三(三)"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Mapping
from typing import Any

from core.base.errors import InvalidInput
from core.base.fields import EntitySpec, Field, Kind
from core.checkin.model import CHECKIN, TRACK_LABEL

BOTH = "BOTH"
TRACKS = ("HOME", "ASSIGNED")
_WORDS = {
    "ASSIGNED": ("组织派遣报到", "派遣报到", "组织派遣", "派遣", "联系社区报到", "联系社区", "单位报到"),
    "HOME": ("个人报到", "居住地报到", "居住地社区报到", "居住地", "居住社区报到", "个人", "在职党员报到"),
    BOTH: ("双报到", "两类", "两项", "均报到", "都报到"),
}
_WORD = {word: track for track, words in _WORDS.items() for word in words} | {one: one for one in TRACKS}
# what a column group may tell of its track: key, label in the group, other heads
_GROUPED = (
    ("checked_on", "日期", Kind.DATE, ("时间", "报到日期", "报到时间")),
    ("district", "区", Kind.TEXT, ("所在区", "报到区")),
    ("street", "街道", Kind.TEXT, ("报到街道", "街道(乡镇)")),
    ("community", "社区", Kind.TEXT, ("报到社区", "社区名称", "所在社区")),
    ("place", "网格/岗位", Kind.TEXT, ("网格", "岗位", "编入网格")),
    ("handler", "经办人", Kind.TEXT, ("社区经办人", "接收人")),
    ("letter_no", "介绍信编号", Kind.TEXT, ("介绍信", "函号")),
    ("receipt_on", "回执日期", Kind.DATE, ("回执", "回执时间")),
)
_GROUP = {"ASSIGNED": "派遣报到", "HOME": "个人报到"}
_FACTS = (
    *(key for key, *_ in _GROUPED if key != "checked_on"),
    "our_contact", "note", "ended_on", "end_reason",
)  # fmt: skip
_SEVERAL = re.compile(r"[、,，;；/]")


def _group(track: str) -> tuple[Field, ...]:
    """The fields of a column group, under each word that sheets head it with."""
    made = []
    for key, label, kind, others in _GROUPED:
        heads = [f"{top}{tail}" for top in _WORDS[track] for tail in (label, *others)]
        own = _GROUP[track] + label
        made.append(Field(_in_group(track, key), own, kind, synonyms=tuple(one for one in heads if one != own)))
    return tuple(made)


def _in_group(track: str, key: str) -> str:
    return f"{track.lower()}_{key}"


def _as_told(field: Field) -> Field:
    """A field of the record as a sheet may have it: 双报到 and short words are no codes, a date may stand in a group."""
    if field.key == "track":
        return dataclasses.replace(field, kind=Kind.TEXT, choices=(), decisive=False)
    return dataclasses.replace(field, required=False) if field.key == "checked_on" else field


SHEET = EntitySpec(
    kind=CHECKIN.kind,
    label=CHECKIN.label,
    table=CHECKIN.table,
    natural_key=("staff_no", "name"),  # what no row can do without; a date is asked for by the plan
    fields=(*map(_as_told, CHECKIN.fields), *_group("HOME"), *_group("ASSIGNED")),
)
NEVER_READ = frozenset(
    one.key for one in CHECKIN.fields if not one.editable
)  # heads of exports; `unit` tells namesakes apart


def tracks_told(values: Mapping[str, Any], linked: str) -> tuple[str, ...]:
    """The tracks a row tells of; () = it says none, (BOTH,) = 双报到 without telling both communities."""
    dated = tuple(track for track in TRACKS if values.get(_in_group(track, "checked_on")))
    if dated:
        return dated
    text = re.sub(r"[\s。.]+", "", str(values.get("track") or ""))
    if not text:
        return ()
    track = _WORD.get(text, text if text in TRACK_LABEL else "")
    if not track:
        labels = "、".join((*TRACK_LABEL.values(), "双报到"))
        raise InvalidInput({"track": f"{CHECKIN.field('track').label}读不出：“{text}”，请改成{labels}中的一个。"})
    if track == BOTH:
        names = {facts_of(values, one, both=True, linked=linked).get("community") for one in TRACKS}
        return TRACKS if None not in names and len(names) > 1 else (BOTH,)
    return (track,)


def facts_of(values: Mapping[str, Any], track: str, *, both: bool, linked: str) -> dict[str, Any]:
    """What a row says of its check-in of a track. Of a row on both, the columns outside the groups speak of the home."""
    found = {key: value for key in _FACTS if (value := values.get(_in_group(track, key))) not in (None, "")}
    shared = ("our_contact", "note") if both and track == "ASSIGNED" else _FACTS
    common = {key: values[key] for key in shared if values.get(key) not in (None, "")}
    if both and (several := _several(values, linked)):
        common["community"] = several[track]
    elif len(parts := _SEVERAL.split(str(common.get("community") or ""))) > 1:
        text = f"一格里写了几个社区（{'、'.join(parts)}），请每次报到写一行，或分两列写。"
        raise InvalidInput({"community": text})
    return common | found


def day_of(values: Mapping[str, Any], track: str) -> str:
    """The day of the check-in of a track; InvalidInput if no column tells it."""
    day = values.get(_in_group(track, "checked_on")) or values.get("checked_on")
    if not day:
        raise InvalidInput({"checked_on": "没有报到日期，请填写；还没有报到的人不用列在这张表里。"})
    return str(day)


def _several(values: Mapping[str, Any], linked: str) -> dict[str, str]:
    """经院社区、康园社区 in one cell of a row on both tracks: the linked one and that of the home."""
    parts = [one.strip() for one in _SEVERAL.split(str(values.get("community") or "")) if one.strip()]
    if len(parts) != 2 or linked not in parts:
        return {}
    return {"ASSIGNED": linked, "HOME": parts[1 - parts.index(linked)]}
