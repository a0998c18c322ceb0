"""The history as rows of a list: filter fields, columns, and the queries behind them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from core.base.clock import today
from core.base.dates import format_date
from core.base.fields import Field, Kind
from core.history_of import keys_of_person, steps_touching, subjects
from core.store import Reads, Row
from core.store.tables import NAMES, RECORDED, table
from ui.kit.columns import Column
from ui.kit.editors import Lists
from ui.kit.rows import Order, QuerySource, Where

OPERATORS_LIST, DEVICES_LIST = "@operator", "@device"
_SHOWN_TABLES = 3
FIELDS = (
    Field("table", "改了什么", Kind.CHOICE, choices=tuple((one.name, one.label) for one in RECORDED)),
    Field("operator", "经办人", Kind.CHOICE, code_list=OPERATORS_LIST, strict_list=True),
    Field("device", "设备", Kind.CHOICE, code_list=DEVICES_LIST, strict_list=True),
    Field("since", "从哪天起", Kind.DATE),
    Field("until", "到哪天止", Kind.DATE),
    Field("undone", "是否已撤销", Kind.CHOICE, choices=(("1", "已撤销"), ("0", "没有撤销"))),
)
_CONDITIONS = {
    "table": "EXISTS (SELECT 1 FROM json_each(h.tables) WHERE json_each.value = ?)",
    "operator": "h.operator = ?",
    "device": "h.device = ?",
    "since": "substr(h.at, 1, 10) >= ?",
    "until": "substr(h.at, 1, 10) <= ?",
    "undone": "(h.undone_by IS NOT NULL) = CAST(? AS INTEGER)",
}
_SELECT = "SELECT h.seq, h.at, h.operator, h.device, h.label, h.tables, h.count, h.undoes, h.undone_by FROM history h"


def history_columns() -> list[Column]:
    """When, what, about whom, how many rows, by whom, on which machine."""
    return [
        Column("at", "时间", 14, text=lambda row: when(row["at"]), sortable=False),
        Column("label", "做了什么", 23, tone=_tone, sortable=False),
        Column("subject", "涉及谁", 14, tone=_tone, sortable=False),
        Column("state", "状态", 5, text=state_words, tone=_tone, sortable=False),
        Column("count", "行数", 5, right=True, text=lambda row: f"{row['count']:,}", sortable=False),
        Column("tables", "改了什么", 11, text=tables_words, sortable=False),
        Column("operator", "经办人", 7, sortable=False),
        Column("device", "设备", 8, sortable=False),
    ]


def history_source(reads: Reads) -> QuerySource:
    """Steps, newest first."""
    return QuerySource(reads, _uids, _page, _first)


def history_lists(reads: Reads) -> Lists:
    """Operators and machines that have worked on this ledger."""

    def offered(name: str) -> Sequence[str]:
        column = {OPERATORS_LIST: "operator", DEVICES_LIST: "device"}.get(name, "")
        if not column:
            return ()
        return [
            row[0] for row in reads.tuples(f"SELECT DISTINCT {column} FROM history WHERE {column} <> '' ORDER BY 1")
        ]

    return offered


def when(at: str) -> str:
    """'今天 14:05', '2020年8月12日 14:05'."""
    day = "今天" if at[:10] == today().isoformat() else format_date(at[:10])
    return f"{day} {at[11:16]}"


def tables_words(row: Any) -> str:
    """'党员干部、所属记录'."""
    names = [table(name).label for name in json.loads(row["tables"]) if name in NAMES]
    return "、".join(names[:_SHOWN_TABLES]) + (" 等" if len(names) > _SHOWN_TABLES else "")


def state_words(row: Any) -> str:
    """'已撤销' of a step that was taken back."""
    return "已撤销" if row["undone_by"] is not None else ""


def _tone(row: Any) -> str:
    return "sub" if row["undone_by"] is not None else ""


def _condition(reads: Reads, where: Where) -> tuple[str, list[Any]]:
    parts: list[str] = []
    params: list[Any] = []
    asked = [keys_of_person(reads, str(person))] if (person := where.get("person")) else []
    asked += [[tuple(record)]] if (record := where.get("record")) else []
    for keys in asked:
        sql, values = steps_touching(keys)
        parts.append(sql)
        params += values
    for key, _operator, value in where.get("where", ()):
        parts.append(_CONDITIONS[key])
        params.append(value)
    if search := str(where.get("search") or "").strip():
        parts.append("h.label LIKE ? ESCAPE '\\'")
        escaped = search.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        params.append(f"%{escaped}%")
    return " AND ".join(parts) or "1", params


def _uids(reads: Reads, where: Where, order: Order) -> list[str]:
    sql, params = _condition(reads, where)
    return [str(row[0]) for row in reads.tuples(f"SELECT h.seq FROM history h WHERE {sql} ORDER BY h.seq DESC", params)]


def _first(reads: Reads, where: Where, order: Order, limit: int) -> list[Row]:
    sql, params = _condition(reads, where)
    return _rows(reads, reads.rows(f"{_SELECT} WHERE {sql} ORDER BY h.seq DESC LIMIT ?", [*params, limit]))


def _page(reads: Reads, uids: Sequence[str]) -> list[Row]:
    marks = ", ".join("?" * len(uids))
    return _rows(reads, reads.rows(f"{_SELECT} WHERE h.seq IN ({marks})", [int(uid) for uid in uids]))


def _rows(reads: Reads, found: list[Row]) -> list[Row]:
    names = subjects(reads, [row["seq"] for row in found])
    return [{**row, "uid": str(row["seq"]), "subject": names[row["seq"]]} for row in found]
