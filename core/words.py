"""Rows in words: what a step or a packet changed, each field with its Chinese label, before and after."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.base.dates import format_date, format_hours, format_stamp
from core.base.fields import Field, Kind
from core.base.masks import is_masked, masked
from core.checkin.model import SCHOOL
from core.exchange.model import Landed
from core.setting_fields import SETTING_LABELS, SWITCHES, list_label
from core.store import Reads, Row
from core.store.history import RowChange
from core.store.tables import NAMES, table
from core.words_labels import (
    BOOKKEEPING,
    CHOICES,
    DERIVED,
    LABELS,
    LAST,
    NAME_OF,
    OWN_LABELS,
    REFERENCES,
    SPECS,
    UID_LISTS,
    UNTOLD,
)

MOST_ROWS = 300
OPS = {"insert": "新增", "update": "修改", "delete": "删除"}
GONE = "（已不在）"
Names = Mapping[tuple[str, str], str]
"""(table, uid) → what the row is called."""


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row."""

    label: str
    before: str
    after: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row of a step: what it is, what was done to it, field by field."""

    title: str  # 党员干部 张伟（0012）
    op: str  # 新增, 修改, 删除; '' of the line that counts the bookkeeping
    fields: tuple[FieldChange, ...]
    table: str = ""
    uid: str = ""


def step_words(
    reads: Reads, changes: Iterable[RowChange], most: int = MOST_ROWS, *, mask: bool = False
) -> list[RowWords]:
    """The rows of a step as a person reads them, the first `most` of them; names are looked up together.

    `mask` hides telephone numbers and 身份证号 as lists do.
    """
    shown, kept_books = _sorted_out(changes)
    shown = shown[:most]
    names = row_names(reads, shown)
    told = [_words(one, names, mask) for one in shown]
    return [*told, RowWords(f"数据包登记 {kept_books:,} 条", "", ())] if kept_books else told


def lines_of(changes: Iterable[RowChange]) -> int:
    """How many lines `step_words` makes of all the rows of a step."""
    shown, kept_books = _sorted_out(changes)
    return len(shown) + bool(kept_books)


def landed_words(reads: Reads, landed: Iterable[Landed], *, mask: bool = False) -> list[RowWords]:
    """The rows of a packet, in its order; they may name each other without being in this ledger. `mask` as `step_words`."""
    changes = [RowChange(one.tbl, one.uid, one.op, one.before, one.after) for one in landed]
    names = row_names(reads, changes)
    return [_words(one, names, mask) for one in changes]


def row_words(reads: Reads, name: str, before: Row | None, after: Row | None, names: Names | None = None) -> RowWords:
    """One row before and after (None = no such row), also if it is not in this ledger; `names` adds to what is known."""
    op = "insert" if before is None else "delete" if after is None else "update"
    change = RowChange(name, str((after or before or {}).get("uid", "")), op, before or {}, after or {})
    return _words(change, {**row_names(reads, [change]), **(names or {})})


def row_label(reads: Reads, name: str, uid: str) -> str:
    """'党员干部 张伟（0012）' of a row as it is now (what a partial undo kept)."""
    found = _looked_up(reads, name, [uid]).get(uid, "")
    return f"{table(name).label} {found or _own_name(name, uid, {}, {})}".strip()


def reason_words(name: str, reason: str) -> str:
    """'后来又改过：phone、note' with the labels of the fields."""
    words, _, keys = reason.partition("：")
    if not keys:
        return words
    return f"{words}：{'、'.join(label_of(name, key) for key in keys.split('、'))}"


def label_of(name: str, key: str) -> str:
    """The Chinese label of a column: of the field spec where there is one."""
    if own := OWN_LABELS.get((name, key)):
        return own
    fields = _fields_of(name)
    spec = fields.get(key) or fields.get(key.removesuffix("_uid"))  # grid_uid is what forms call grid
    return spec.label if spec is not None else LABELS.get(key, key)


def is_told(name: str, key: str) -> bool:
    """Whether a person reads this column: not a key, a derived spelling or a counter of the packets."""
    return key not in DERIVED and key not in UNTOLD.get(name, ())


def field_text(
    name: str, key: str, value: object, names: Names | None = None, uid: str = "", *, mask: bool = False
) -> str:
    """One value as a person reads it; `names` resolves references, `uid` tells a setting from another."""
    if value is None or value == "":
        return ""
    if mask and (numbered := _fields_of(name).get(key)) is not None and is_masked(numbered):
        return masked(numbered, value)
    known, text = names or {}, str(value)
    if key in REFERENCES:
        return known.get((REFERENCES[key], text), GONE)
    if (name, key) in UID_LISTS:
        return "、".join(known.get((UID_LISTS[name, key], one), GONE) for one in _listed(text))
    if (name, key) in CHOICES:
        return CHOICES[name, key].get(text, text)
    field = _fields_of(name).get(key)
    if (field is not None and field.kind in (Kind.DATE, Kind.MONTH)) or key.endswith("_on"):
        return format_date(text)
    if key.endswith("_at") and len(text) > len("14:05"):
        return format_stamp(text)
    if key == "minutes":
        return format_hours(int(text))
    if field is not None:
        return field.text(value)
    return _bare_text(name, key, text, uid)


def row_names(reads: Reads, changes: Sequence[RowChange]) -> dict[tuple[str, str], str]:
    """What the rows of some changes, and the rows they name, are called: as they are now, else by the changes' own values."""
    wanted: dict[str, set[str]] = {}
    for one in changes:
        if one.table in NAME_OF:
            wanted.setdefault(one.table, set()).add(one.uid)
        for values in (one.before, one.after):
            for key, name in REFERENCES.items():
                if values.get(key):
                    wanted.setdefault(name, set()).add(str(values[key]))
            for (holder, key), target in UID_LISTS.items():
                if holder == one.table and values.get(key):
                    wanted.setdefault(target, set()).update(_listed(str(values[key])))
        if owner := _attached_to(one):
            wanted.setdefault("cadre", set()).add(owner)
    found: dict[tuple[str, str], str] = {}
    for name, uids in wanted.items():
        found |= {(name, uid): words for uid, words in _looked_up(reads, name, sorted(uids)).items()}
    for one in sorted(changes, key=lambda change: change.table in ("visit", "checkin")):  # these name a person
        if (one.table, one.uid) not in found and (own := _own_name(one.table, one.uid, _whole(one), found)):
            found[one.table, one.uid] = own
    return found


def _sorted_out(changes: Iterable[RowChange]) -> tuple[list[RowChange], int]:
    listed = list(changes)
    shown = [one for one in listed if one.table not in BOOKKEEPING]
    shown.sort(key=lambda one: one.table in LAST)
    return shown, len(listed) - len(shown)


def _words(change: RowChange, names: Names, mask: bool = False) -> RowWords:
    fields = tuple(_fields(change, names, mask))
    return RowWords(_title(change, names), OPS[change.op], fields, change.table, change.uid)


@lru_cache(maxsize=64)
def _fields_of(name: str) -> dict[str, Field]:
    return {one.key: one for one in SPECS[name].fields} if name in SPECS else {}


def _fields(change: RowChange, names: Names, mask: bool) -> Iterable[FieldChange]:
    for key in change.after or change.before:
        if not is_told(change.table, key):
            continue
        before, after = change.before.get(key), change.after.get(key)
        old = field_text(change.table, key, before, names, change.uid) if change.op != "insert" else ""
        new = field_text(change.table, key, after, names, change.uid) if change.op != "delete" else ""
        if old != new:
            if mask and (field := _fields_of(change.table).get(key)) is not None and is_masked(field):
                old, new = masked(field, old), masked(field, new)
            yield FieldChange(label_of(change.table, key), old, new, key)


def _bare_text(name: str, key: str, text: str, uid: str) -> str:
    """A value of a column that no field spec describes."""
    if key in ("active", "linked") or (name == "setting" and uid in SWITCHES):
        return "是" if text == "1" else "否"
    if key == "outline":
        return f"{text.count('[') - 1}个角点"
    if key in ("owner_table", "tbl"):
        return table(text).label if text in NAMES else text
    if key == "left_out":
        return "、".join(_column_label(one) for one in _listed(text))
    if key == "sheet_values":
        return _sheet_values(text)
    return text


def _column_label(column: str) -> str:
    name, _, key = column.partition(".")
    return label_of(name, key) if key else column


def _listed(text: str) -> list[str]:
    """A JSON list of texts; [] for anything else."""
    try:
        found = json.loads(text)
    except ValueError:
        return []
    return [str(one) for one in found] if isinstance(found, list) else []


def _sheet_values(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return "，".join(f"{label_of('cadre', key)} {value}" for key, value in found.items() if value)


def called(change: RowChange, names: Names) -> str:
    """What a row is called: as it is now, else by the change's own values; `names` as `row_names` gives them."""
    return names.get((change.table, change.uid)) or _own_name(change.table, change.uid, _whole(change), names)


def _title(change: RowChange, names: Names) -> str:
    return f"{table(change.table).label} {called(change, names)}".strip()


def _whole(change: RowChange) -> dict[str, Any]:
    return {**change.before, **change.after}


def _own_name(name: str, uid: str, values: Mapping[str, Any], names: Names) -> str:
    """What a row that is not (or no longer) there is called, from its own values."""
    if name == "setting":
        return SETTING_LABELS.get(uid, uid)
    if name == "service_quota":
        return "默认" if uid == "default" else f"{uid}年"
    if name == "code_list":
        return f"{list_label(uid.partition(':')[0])}：{uid.partition(':')[2]}"
    if name == "form_text":
        return uid
    whose = _whose(name, values, names)
    day = format_date(str(values.get("served_on") or values.get("checked_on") or ""))
    own = str(values.get("name") or values.get("sheet_no") or values.get("alias") or "")
    staff_no = f"（{values['staff_no']}）" if values.get("staff_no") else ""
    return " ".join(part for part in (whose, day, own + staff_no) if part)


def _whose(name: str, values: Mapping[str, Any], names: Names) -> str:
    """Whose row it is: a person's, or what a unit or branch did itself."""
    keys: tuple[str, ...] = ("cadre_uid", "worker_uid", "volunteer_uid")
    if name in ("submission", "checkin") and not values.get("cadre_uid"):
        keys = ("unit_uid", "branch_uid")
    if name == "attachment":
        return names.get(("cadre", str(values.get("owner_uid"))), "")
    found = "".join(names.get((REFERENCES[key], str(values[key])), "") for key in keys if values.get(key))
    return found or (SCHOOL if name == "checkin" and values.get("track") else "")


def _attached_to(change: RowChange) -> str:
    """The person a file hangs on, as far as the change itself says: a file taken out is no longer in the ledger."""
    values = _whole(change)
    return str(values.get("owner_uid") or "") if change.table == "attachment" else ""


def _looked_up(reads: Reads, name: str, uids: list[str]) -> dict[str, str]:
    if name not in NAME_OF:
        return {}
    found: dict[str, str] = {}
    for start in range(0, len(uids), 500):
        chunk = uids[start : start + 500]
        marks = ", ".join("?" * len(chunk))
        found |= dict(reads.tuples(f"SELECT uid, {NAME_OF[name]} FROM {name} WHERE uid IN ({marks})", chunk))
    return found
