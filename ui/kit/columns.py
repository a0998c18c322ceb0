"""The columns of a list, made from field specs: label, width, text, and the colour of a status word."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from core.base import dates
from core.base.fields import Field, Kind
from core.base.masks import is_masked, masked

Row = Any  # a mapping or a frozen dataclass; carries `uid`
Tone = Callable[[Row], str]  # -> name of a theme colour: ok, warn, bad, info, sub; '' for plain


@dataclass(frozen=True, slots=True)
class Column:
    """One column of a list. `text` makes its words from the row; without it the value under `key` is shown."""

    key: str
    label: str
    width: int = 12  # in Latin characters
    right: bool = False  # numbers stand right
    text: Callable[[Row], str] | None = None
    bare: Callable[[Row], str] | None = None  # of a masked field: its words once somebody has asked for them
    tone: Tone | None = None
    sortable: bool = True
    shown: bool = True

    def words(self, row: Row, bare: bool = False) -> str:
        """What stands in the cell; `bare` shows what else is masked."""
        if bare and self.bare is not None:
            return self.bare(row)
        if self.text is not None:
            return self.text(row)
        value = cell(row, self.key)
        return "" if value is None else str(value)


def cell(row: Row, key: str) -> Any:
    """The value of a row under `key`; None if it has none."""
    return row.get(key) if isinstance(row, Mapping) else getattr(row, key, None)


def column_of(field: Field, **changes: Any) -> Column:
    """The column of a field; `changes` overrides (tone=…, shown=…)."""
    made = Column(
        key=field.key,
        label=field.label,
        width=field.width,
        right=field.kind in (Kind.MINUTES, Kind.INT),
        text=_text_of(field),
        bare=(lambda row: field_text(field, cell(row, field.key), bare=True)) if is_masked(field) else None,
        shown=field.shown,
    )
    return replace(made, **changes)


def columns_of(fields: Sequence[Field], tones: Mapping[str, Tone] | None = None) -> list[Column]:
    """Columns of an entity in the order of its spec; `tones` colours status words by field key."""
    tones = tones or {}
    return [column_of(field, tone=tones.get(field.key)) for field in fields]


def field_text(field: Field, value: Any, *, bare: bool = False) -> str:
    """A stored value as a person reads it on screen; numbers of persons are masked unless `bare`."""
    if value is None or value == "":
        return ""
    if field.kind in (Kind.DATE, Kind.MONTH):
        return dates.format_date(str(value))
    if field.kind is Kind.MINUTES:
        return dates.format_hours(int(value))
    return field.text(value) if bare else masked(field, value)


def _text_of(field: Field) -> Callable[[Row], str] | None:
    plain = field.kind in (Kind.TEXT, Kind.NAME, Kind.STAFF_NO, Kind.TIME) and not field.choices
    if plain:
        return None
    if field.kind is Kind.MEMO:
        return lambda row: " ".join(str(cell(row, field.key) or "").split())
    return lambda row: field_text(field, cell(row, field.key))
