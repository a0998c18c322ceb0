"""Telephone numbers and 身份证号 as they are shown before somebody asks for them, and what a list of records holds."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping

from core.base.fields import Field, Kind

_NUMBER = re.compile(r"[0-9Xx*]{5,}")


def is_masked(field: Field) -> bool:
    """Whether the field is shown masked: a 身份证号, or the telephone of a person."""
    return field.kind is Kind.ID_NO or (field.kind is Kind.PHONE and field.personal)


def masked(field: Field, value: object) -> str:
    """The value as it is shown until somebody asks for it; other fields as they are."""
    text = field.text(value)
    return hidden(text, field.kind) if text and is_masked(field) else text


def hidden(text: str, kind: Kind) -> str:
    """'138****5678', '4201**********1234'; of a shorter number half is shown, at most the last four digits."""
    return _NUMBER.sub(lambda found: _hide(found[0], 4 if kind is Kind.ID_NO else 3), text)


def masked_fields(fields: Iterable[Field]) -> tuple[Field, ...]:
    """Those that are shown masked."""
    return tuple(one for one in fields if is_masked(one))


def personal_sentence(fields: Iterable[Field], rows: Iterable[Mapping[str, object]]) -> str:
    """What a file of these rows holds of personal data, as one sentence; '' if no number of a person is in it."""
    masks, numbers = masked_fields(fields), Counter[str]()
    for row in rows:
        numbers.update(one.key for one in masks if row.get(one.key))
    return personal_note(masks, numbers)


def personal_note(fields: Iterable[Field], numbers: Mapping[str, int]) -> str:
    """The same from counts by field key."""
    words = "、".join(f"{one.label}{numbers[one.key]}人" for one in fields if numbers.get(one.key))
    return f"含个人信息：{words}，请妥善保管，不要转发或张贴。" if words else ""


def _hide(number: str, front: int) -> str:
    if len(number) >= front + 8:
        return number[:front] + "*" * (len(number) - front - 4) + number[-4:]
    tail = min(4, len(number) // 2)
    return "*" * (len(number) - tail) + number[-tail:]
