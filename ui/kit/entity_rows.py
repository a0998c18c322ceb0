"""Rows of a list that is read as a whole: sorted as people count (第2网格 before 第10网格), filtered by what stands there."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from core.base.fields import Field
from core.store import Row, Store
from ui.kit.columns import field_text
from ui.kit.rows import Order, Where

Condition = Sequence[Any]  # field key, operator, stored value
OPERATORS = ("=", "~", "blank", "filled")
_NUMBER = re.compile(r"(\d+)")


class EntitySource:
    """A RowSource over rows in memory; without an order they stand as they were read."""

    def __init__(self, rows: Sequence[Row], fields: Sequence[Field]) -> None:
        self._rows = {str(row["uid"]): row for row in rows}
        self._fields = {one.key: one for one in fields}

    def first(self, where: Where, order: Order, limit: int) -> Sequence[Row]:
        """The first rows."""
        return self.page(self.uids(where, order)[:limit])

    def uids(self, where: Where, order: Order) -> Sequence[str]:
        """All ids in order; empty values stand last, whichever way."""
        uids = list(self._rows)
        for key, descending in reversed(order):
            present = [uid for uid in uids if self._rows[uid].get(key) not in (None, "")]
            missing = [uid for uid in uids if self._rows[uid].get(key) in (None, "")]
            present.sort(key=self._rank(key), reverse=descending)
            uids = present + missing
        return uids

    def page(self, uids: Sequence[str]) -> Sequence[Row]:
        """The rows of these ids."""
        return [self._rows[uid] for uid in uids if uid in self._rows]

    def on(self, reads: Store) -> EntitySource:
        """It needs no connection."""
        return self

    def _rank(self, key: str) -> Callable[[str], Any]:
        field = self._fields.get(key)

        def rank(uid: str) -> Any:
            value = self._rows[uid][key]
            if isinstance(value, int | float):
                return (value,)
            return natural(field.text(value) if field is not None and field.choices else str(value))

        return rank


def natural(text: str) -> tuple[tuple[int, str], ...]:
    """A sort key that takes the numbers in a text as numbers."""
    return tuple((int(part), "") if part.isdecimal() else (-1, part) for part in _NUMBER.split(text) if part)


def sifted(rows: Sequence[Row], fields: Sequence[Field], filter: Mapping[str, Any]) -> list[Row]:
    """The rows that hold every word of `search` (also as pinyin initials) and every condition of `where`."""
    known = {one.key: one for one in fields}
    words = str(filter.get("search") or "").lower().split()
    where = [one for one in filter.get("where", ()) if one[0] in known]
    return [
        row
        for row in rows
        if all(_meets(known[key], row.get(key), operator, value) for key, operator, value in where)
        and (not words or _holds(row, fields, words))
    ]


def _meets(field: Field, stored: Any, operator: str, value: Any) -> bool:
    text = "" if stored is None else str(stored)
    if operator in ("blank", "filled"):
        return bool(text) == (operator == "filled")
    if operator == "~":
        return str(value) in field.text(stored)
    return text == str(value) or str(value) in text.split("、")


def _holds(row: Row, fields: Sequence[Field], words: Sequence[str]) -> bool:
    said = " ".join(field_text(one, row.get(one.key), bare=True) for one in fields).lower()
    spoken = [str(row[key]) for key in ("pinyin", "initials") if row.get(key)]
    return all(word in said or any(one.startswith(word) for one in spoken) for word in words)
