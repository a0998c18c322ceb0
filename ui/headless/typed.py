"""What a person types as 字段=值, in stored form: English names or Chinese labels, dates and hours as people write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from core.base.dates import parse_date, parse_minutes, parse_time
from core.base.errors import InvalidInput
from core.base.fields import EntitySpec, Field, Kind
from core.roster.queries import resolve_people
from core.store import Reads
from ui.headless.parser import pairs

_FEW = 15  # minutes: no service is so short, and nobody serves so many hours

_YES_NO = {"是": 1, "否": 0, "1": 1, "0": 0, "true": 1, "false": 0, "yes": 1, "no": 0}


def typed_values(spec: EntitySpec, texts: Sequence[str], more: Sequence[str] = ()) -> dict[str, Any]:
    """字段=值 arguments in stored form by field key; `more` are keys that are no fields. InvalidInput names what is none."""
    found: dict[str, Any] = {}
    for name, text in pairs(texts, "内容").items():
        key = key_named(spec, name)
        if key in more:
            found[key] = text
        elif key in spec.keys:
            found[key] = typed(spec.field(key), text, name)
        else:
            known = "、".join(f"{one.key}（{one.label}）" for one in spec.fields if one.editable)
            raise InvalidInput({name: f"{spec.label}没有“{name}”这一项。可用：{known}。"})
    return found


def key_named(spec: EntitySpec, name: str) -> str:
    """The key of the field a person calls `name`: key or label; hours and 小时 for a length kept in minutes."""
    labels = {one.label: one.key for one in spec.fields}
    hours = {"hours": "minutes", "小时": "minutes", "时长": "minutes"} if "minutes" in spec.keys else {}
    return labels.get(name, hours.get(name, name))


def typed(field: Field, text: str, name: str = "") -> Any:
    """One value in stored form; InvalidInput if it cannot be read. `name`: how the field was called."""
    found: Any = text
    if not text:
        return text
    if field.kind is Kind.DATE:
        day = parse_date(text)
        found = day.isoformat() if day else None
    elif field.kind is Kind.TIME:
        found = parse_time(text)
    elif field.kind is Kind.MINUTES:
        found = _minutes(field, text) if name in ("", field.key) else parse_minutes(text)
    elif field.kind is Kind.BOOL:
        found = _YES_NO.get(text.lower())
    elif field.kind is Kind.INT:
        found = int(text) if text.isdecimal() else None
    elif field.choices:
        found = next((code for code, label in field.choices if text in {code, label}), None)
    if found is None:
        choices = "、".join(label for _code, label in field.choices)
        hint = f"可以是：{choices}。" if choices else "请写“是”或“否”。" if field.kind is Kind.BOOL else "请检查写法。"
        raise InvalidInput({field.key: f"{field.label}“{text}”读不出，{hint}"})
    return found


def _minutes(field: Field, text: str) -> int | None:
    """A length under `minutes=`: a bare number is minutes; a small one may be hours, so it is asked back."""
    if not re.fullmatch(r"\d+(\.\d+)?", text):
        return parse_minutes(text)
    number = float(text)
    if number < _FEW:
        hours = f"{text}小时请写 hours={text} 或 minutes={number * 60:.10g}"
        raise InvalidInput(
            {
                field.key: f"{field.key}={text} 是{text}分钟还是{text}小时？{hours}；{text}分钟请写 {field.key}={text}分钟。"
            }
        )
    return round(number)


def typed_day(text: str, key: str, label: str) -> str:
    """A day of an option in ISO form, '' for none; InvalidInput if it is no day."""
    if not text:
        return ""
    day = parse_date(text)
    if day is None:
        raise InvalidInput({key: f"{label}“{text}”读不出，请写成 2020-08-03。"})
    return day.isoformat()


def people_named(reads: Reads, texts: Sequence[str]) -> list[str]:
    """The uids of people by 工号 or name; InvalidInput names everybody who is not one certain person."""
    found = resolve_people(reads, texts)
    unknown = [one.text for one in found if not one.people]
    several = [one.text for one in found if len(one.people) > 1 and not one.uid]
    told = [f"名册里没有{'、'.join(unknown)}，请核对工号或姓名。"] if unknown else []
    told += [f"{'、'.join(several)}不止一人，请用工号指明。"] if several else []
    if told:
        raise InvalidInput({"cadre": "".join(told)})
    return [one.uid for one in found]
