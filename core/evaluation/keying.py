"""Second keying: the forms are typed once more without sight of the first; only what differs is shown. 方案 三(七)"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import today
from core.base.dates import parse_date
from core.base.errors import InvalidInput
from core.base.rights import Right
from core.evaluation.model import DAYS, EVALUATION, KEYED
from core.evaluation.ops import records
from core.sheet.plain import plain_text
from core.store import Tx


@dataclass(frozen=True, slots=True)
class Difference:
    """One field of one person that was typed otherwise the second time."""

    cadre_uid: str
    key: str
    label: str
    first: str
    second: str


@dataclass(frozen=True, slots=True)
class Compared:
    """Who agrees (and is marked so), what differs, whose form nobody has keyed a first time."""

    agreed: tuple[str, ...]
    differs: tuple[Difference, ...]
    unkeyed: tuple[str, ...]


def key_second(tx: Tx, year: int, rows: Sequence[Mapping[str, Any]]) -> Compared:
    """Compare what was typed again (`cadre_uid` and fields of the form) with what stands; nothing that stands is changed.

    Only fields that a row names are compared, an empty one too: “无” and nothing are not the same.
    """
    tx.require(Right.EVALUATE)
    known = records(tx, [str(row["cadre_uid"]) for row in rows], year)
    agreed, differs, unkeyed = [], [], []
    for row in rows:
        uid = str(row["cadre_uid"])
        named = [key for key in KEYED if key in row]
        if not named:
            raise InvalidInput({"rows": "第二次录入没有任何一项内容，请先录入再核对。"})
        old = known.get(uid, {})
        if not old.get("keyed_on"):
            unkeyed.append(uid)
            continue
        found = [
            Difference(uid, key, EVALUATION.field(key).label, str(old[key]), str(row[key] or "").strip())
            for key in named
            if _plain(key, old[key]) != _plain(key, row[key])
        ]
        differs += found
        if not found:
            agreed.append(uid)
            tx.update("evaluation", old["uid"], {"checked_on": today().isoformat(), "checked_by": tx.operator})
    return Compared(tuple(agreed), tuple(differs), tuple(unkeyed))


def _plain(key: str, value: Any) -> str:
    """A value as two typings are compared: width and blanks aside, a day however it is written."""
    if key in DAYS and (day := parse_date(str(value or ""))):
        return day.isoformat()
    return plain_text(value)
