"""报出台账: each table that left the office is kept as it was; what has changed since is told in words."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.base.clock import stamp
from core.base.dates import format_date, format_stamp
from core.base.errors import Refused
from core.overview.figures import FigureTable, figure_table
from core.service_log.tally import BEARING
from core.store import Reads, Row, Tx
from core.store.history import RowChange, row_changes, unpack

_NAMING = ("unit", "branch", "grid")
_STEPS = """
SELECT seq, at, operator, label, tables, changes, shape FROM history
WHERE seq > ? AND EXISTS (SELECT 1 FROM json_each(tables) WHERE value IN ('visit', 'setting', 'unit', 'branch', 'grid'))
ORDER BY seq
"""


@dataclass(frozen=True, slots=True)
class FigureChange:
    """One figure that is another now."""

    line: str
    head: str
    was: str
    now: str

    @property
    def text(self) -> str:
        """'会计学院党委 业余人次：12 → 11'."""
        return f"{self.line} {self.head}：{self.was or '0'} → {self.now or '0'}"


@dataclass(frozen=True, slots=True)
class Changes:
    """What changed since a table was issued: the figures, and the steps that touched the records behind them."""

    issued: Row
    as_of: str  # of the new count
    figures: tuple[FigureChange, ...]
    steps: tuple[str, ...]
    records: tuple[str, ...] = ()  # uids of the service records those steps touched

    @property
    def text(self) -> str:
        """All in words, a line each."""
        head = f"《{self.issued['name']}》{format_stamp(self.issued['issued_at'])}报出，截至{format_date(self.issued['as_of'])}"
        if not self.figures:
            return f"{head}；现在重新统计，各项数字没有变化。"
        lines = [
            f"{head}；截至{format_date(self.as_of)}重新统计，有{len(self.figures)}个数字变了：",
            *map(_text, self.figures),
        ]
        return "\n".join([*lines, "这期间改动了有关记录的操作：", *self.steps] if self.steps else lines)


def issue(tx: Tx, table: FigureTable, to: str, note: str = "") -> str:
    """Enter a table into the ledger of issued tables, as it is; returns its uid."""
    return tx.insert(
        "issued_table",
        {
            "name": table.title if not table.unit_uid else f"{table.whose}{table.title}",
            "kind": "figures",
            "params": json.dumps({"by": table.by, "then": table.then, "unit_uid": table.unit_uid}),
            "year": table.year,
            "as_of": table.as_of,
            "scope": table.scope,
            "figures": json.dumps(_image(tx, table), ensure_ascii=False),
            "issued_at": stamp(),
            "issued_to": to.strip(),
            "operator": tx.operator,
            "note": note.strip(),
        },
    )


def withdraw(tx: Tx, uid: str) -> None:
    """Take out an entry made by mistake."""
    issued_table(tx, uid)
    tx.delete("issued_table", uid)


def issued_rows(reads: Reads, year: int | None = None) -> list[Row]:
    """The ledger of issued tables, the newest first, without their figures."""
    sql = (
        "SELECT uid, name, kind, params, year, as_of, scope, issued_at, issued_to, operator, note FROM issued_table "
        "WHERE ?1 IS NULL OR year = ?1 ORDER BY issued_at DESC, uid DESC"
    )
    return reads.rows(sql, (year,))


def issued_table(reads: Reads, uid: str) -> Row:
    """One issued table with `heads` and `rows` as they were; Refused if it is not there."""
    row = reads.one("SELECT * FROM issued_table WHERE uid = ?", (uid,))
    if row is None:
        raise Refused("报出台账里没有这张表，可能刚被撤销。", "请重新打开报出台账。")
    return {**row, **json.loads(row["figures"]), "params": json.loads(row["params"])}


def changes_since(reads: Reads, uid: str) -> Changes:
    """Count an issued table anew: which figures are others now, and which steps touched the records behind."""
    then = issued_table(reads, uid)
    table = figure_table(reads, then["year"], **then["params"])
    fresh = _image(reads, table)
    width = len(table.aspects)
    was, new = _by_key(then), _by_key(fresh)
    changed = []
    for key in dict.fromkeys((*was, *new)):
        line = " ".join(filter(None, (new.get(key) or was[key])[:width])) if key else "合计"
        both = key in was and key in new
        for at, head in enumerate(fresh["heads"]):
            if at < width and not both:
                continue  # a line that has come or gone: its name is no figure
            before, after = (one[key][at] if key in one else "" for one in (was, new))
            if before != after and (before or "0") != (after or "0"):
                changed.append(FigureChange(line, head, before, after))
    steps, records = _steps(reads, then)
    return Changes(then, table.as_of, tuple(changed), tuple(steps), tuple(records))


def last_step(reads: Reads) -> int:
    """The newest step of the history: a table read at this step is still true while it is the newest."""
    return int(reads.value("SELECT coalesce(max(seq), 0) FROM history"))


def _image(reads: Reads, table: FigureTable) -> dict[str, Any]:
    """What is kept: heads, keys and rows, and the step of the history up to which it counts."""
    keys = [*(one.uid for one in table.lines), ""]
    return {"heads": table.heads, "keys": keys, "rows": table.rows(), "seq": last_step(reads)}


def _by_key(image: Row) -> dict[str, Sequence[str]]:
    # the last row is the sum; a line of records that lack the value has an empty key too
    keys = [*(f"={one}" for one in image["keys"][:-1]), ""]
    return dict(zip(keys, image["rows"], strict=True))


def _text(one: FigureChange) -> str:
    return one.text


def _steps(reads: Reads, then: Row) -> tuple[list[str], list[str]]:
    """Each later step that touched records of the table's year and unit, in words, the oldest first; those records."""
    told: list[str] = []
    records: dict[str, None] = {}
    for row in reads.rows(_STEPS, (then["seq"],)):
        changes = list(row_changes(unpack(row["changes"]), json.loads(row["shape"])))
        visits = {one.uid: one for one in changes if one.table == "visit"}
        touched = _touched(reads, visits, then)
        records |= dict.fromkeys(touched)
        parts = [f"涉及本表的服务记录{len(touched)}条"] if touched else []
        if any(one.table == "setting" and one.uid in BEARING for one in changes):
            parts.append("计算规则改了")
        if any(one.table in _NAMING and "name" in one.after for one in changes) and not touched:
            parts.append("单位、支部或网格的名称有变")
        if parts:
            who = f" {row['operator']}" if row["operator"] else ""
            told.append(f"{format_stamp(row['at'])}{who}：{row['label']}，{'，'.join(parts)}。")
    return told, list(records)


def _touched(reads: Reads, visits: dict[str, RowChange], then: Row) -> list[str]:
    """Which of the records lie, or lay before the step, in the year and unit of the table."""
    sql = "SELECT v.uid, v.served_on, v.unit_uid FROM json_each(?) j CROSS JOIN visit v ON v.uid = j.value"
    there = {row["uid"]: row for row in reads.rows(sql, (json.dumps(list(visits)),))} if visits else {}
    year, unit_uid = str(then["year"]), then["params"]["unit_uid"]
    found = []
    for uid, change in visits.items():
        known = there.get(uid, {})
        images = ({**known, **change.before}, {**known, **change.after})
        if any(
            str(one.get("served_on", "")).startswith(year) and unit_uid in ("", one.get("unit_uid")) for one in images
        ):
            found.append(uid)
    return found
