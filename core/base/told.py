"""What was typed into a field, as it is stored."""

from __future__ import annotations

from core.base.clock import today
from core.base.dates import parse_date
from core.base.errors import InvalidInput
from core.base.fields import Field


def told_day(field: Field, text: str, *, ahead: bool = False) -> str:
    """A day in ISO form, '' for none; InvalidInput at the field if it is no day, or in the future unless `ahead`."""
    if not text.strip():
        return ""
    day = parse_date(text)
    if day is None:
        raise InvalidInput({field.key: f"{field.label}“{text}”读不出，请写成 2020-8-3 这样的形式。"})
    if day > today() and not ahead:
        raise InvalidInput({field.key: f"{field.label}在将来，请核对。"})
    return day.isoformat()
