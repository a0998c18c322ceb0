"""What may be stored of a person: every value checked at once, so that a form can mark all fields."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.errors import InvalidInput
from core.base.fields import Field, Kind
from core.roster.model import CADRE
from core.sheet.values import ColumnFacts, reader_for

_LONGEST = 500


def checked(values: Mapping[str, Any]) -> dict[str, Any]:
    """The given values as they are stored, without unit and branch; InvalidInput names every field that is wrong.

    A typed value is read by the same rules as a cell of a sheet.
    """
    row: dict[str, Any] = {}
    faults: dict[str, str] = {}
    for one in CADRE.fields:
        if one.key not in values or one.key in ("unit", "branch"):
            continue
        try:
            row[one.key] = stored_value(one, values[one.key])
        except InvalidInput as problem:
            faults |= problem.fields
    if not faults:
        faults = _together(row)
    if faults:
        raise InvalidInput(faults)
    return row


def stored_value(field: Field, given: Any) -> Any:
    """A typed value as it is stored, read by the rules of a cell of a sheet; InvalidInput says what is wrong."""
    text = given.strip() if isinstance(given, str) else given
    if text is None or text == "":
        if field.required:
            raise InvalidInput({field.key: f"请填写{field.label}。"})
        if field.kind is Kind.BOOL:
            return 0
        return "ACTIVE" if field.key == "status" else ""
    if isinstance(text, str) and len(text) > _LONGEST and field.kind is not Kind.MEMO:
        raise InvalidInput({field.key: f"{field.label}超过{_LONGEST}个字，请缩短。"})
    read = reader_for(field, ColumnFacts(field.label))(text)
    if read.fault:
        raise InvalidInput({field.key: read.fault})
    return read.value


def _together(row: Mapping[str, Any]) -> dict[str, str]:
    """What two fields say about each other."""
    birth, joined = str(row.get("birth_on", "")), str(row.get("joined_on", ""))
    if birth and joined and joined < birth:
        return {"joined_on": "入党时间早于出生年月，请核对这两项。"}
    return {}
