"""What a copy of the ledger says it is, beside the title of every page."""

from __future__ import annotations

import json
import re

from core.exchange.queries import own_copy
from core.org.settings import setting
from core.store import Reads

_NUMBERED = re.compile(r"第(\d+)网格")
_MOST = 4


def copy_words(reads: Reads) -> str:
    """'笔记本1 · 第3、5网格 · 上报到 湖北经济学院党委组织部' in a copy given out; '' in the office's own ledger."""
    office = own_copy(reads)
    if office is None:
        return ""
    issuer = setting(reads, "issuer")
    name = office["name"] if issuer and office["name"].endswith(issuer) else f"{office['name']}{issuer}"
    return " · ".join((office["holder"], part_words(reads, office["units"], office["grids"]), f"上报到 {name}"))


def part_words(reads: Reads, units: str, grids: str) -> str:
    """'第3、5网格' of the part a copy holds (JSON lists of uids), shortened; '全部数据' for everything."""
    told = []
    for table, listed in (("unit", units), ("grid", grids)):
        uids = json.loads(listed)
        sql = f"SELECT name FROM {table} WHERE uid IN (SELECT value FROM json_each(?)) ORDER BY position, name"
        if names := [row[0] for row in reads.tuples(sql, (listed,))]:
            told.append(_shortened(names, "个网格" if table == "grid" else "个单位"))
        elif uids:
            told.append("已撤并的" + ("网格" if table == "grid" else "单位"))
    return "、".join(told) or "全部数据"


def _shortened(names: list[str], measure: str) -> str:
    numbered = [_NUMBERED.fullmatch(name) for name in names]
    more = f"等{len(names)}{measure}" if len(names) > _MOST else ""
    if all(numbered):
        return f"第{'、'.join(found[1] for found in numbered[:_MOST] if found)}网格{more}"
    return "、".join(names[:_MOST]) + more
