"""Field specs: a Chinese label is written once, here in form; form, table, import, export and paper read it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Kind(StrEnum):
    """What a field holds. Stored form in brackets."""

    TEXT = "text"  # one line
    MEMO = "memo"  # several lines
    NAME = "name"  # a person's name, dot U+00B7 only
    STAFF_NO = "staff_no"  # 工号, text, leading zeros kept
    PHONE = "phone"  # 11-digit mobile, or a landline, text
    ID_NO = "id_no"  # 身份证号, 18 characters, check digit
    DATE = "date"  # 'YYYY-MM-DD'
    MONTH = "month"  # 'YYYY-MM' or 'YYYY-MM-DD': 出生年月, 入党时间
    TIME = "time"  # 'HH:MM'
    MINUTES = "minutes"  # int minutes; shown and read as hours
    INT = "int"
    BOOL = "bool"  # 0 / 1; shown 是 / 否
    CHOICE = "choice"  # one of choices (stored: the code), or of an editable list (stored: the text)
    MULTI = "multi"  # several of an editable list, joined with '、'


@dataclass(frozen=True, slots=True)
class Field:
    """One field of an entity."""

    key: str  # English name = JSON key = column (unless virtual)
    label: str  # the Chinese label, written once
    kind: Kind = Kind.TEXT
    required: bool = False
    decisive: bool = False  # True: if it cannot be read, the whole row of a sheet stays out
    choices: tuple[tuple[str, str], ...] = ()  # (stored code, label) of a fixed list
    code_list: str = ""  # name of the editable list (table code_list) that offers values
    strict_list: bool = False  # True: only values of the list are accepted
    synonyms: tuple[str, ...] = ()  # other heads under which sheets carry it
    help: str = ""
    width: int = 12  # table column width in characters
    personal: bool = False  # personal data: masked or left out where a list goes public
    says_none: bool = False  # “无” is an answer here and kept: only an empty cell says nothing
    shown: bool = True  # a column of the list from the start
    editable: bool = True
    check: Callable[[str], str] | None = None  # -> sentence if wrong, "" if fine

    def text(self, value: object) -> str:
        """The value as a person reads it (choice codes become labels)."""
        if value is None or value == "":
            return ""
        if self.choices:
            return dict(self.choices).get(str(value), str(value))
        if self.kind is Kind.BOOL:
            return "是" if value else "否"
        if self.kind is Kind.MINUTES:
            return f"{float(str(value)) / 60:.10g}"
        return str(value)


@dataclass(frozen=True, slots=True)
class EntitySpec:
    """One kind of record: what the command line calls it, its table and its fields in order."""

    kind: str  # 'roster', 'visits', ... (command line)
    label: str  # 名册
    table: str
    fields: tuple[Field, ...]
    natural_key: tuple[str, ...] = ()  # field keys that identify a record in a sheet
    number_label: str = "序号"

    def field(self, key: str) -> Field:
        """The field called `key`; KeyError if the spec has none."""
        for one in self.fields:
            if one.key == key:
                return one
        raise KeyError(key)

    def blocks(self, field: Field) -> bool:
        """Whether a cell of the field that cannot be read keeps the whole row out."""
        return field.required or field.decisive or field.key in self.natural_key

    @property
    def keys(self) -> tuple[str, ...]:
        return tuple(one.key for one in self.fields)
