"""Who looked at which masked numbers, in words: for 设置 and the command line."""

from __future__ import annotations

import json
from collections.abc import Mapping

from core.entities import PLAIN
from core.org.model import CONTACT
from core.roster.model import CADRE
from core.salvage import rescues
from core.store import Reads, Row, Store, reveals, tables

_WITH_NUMBERS = (CADRE, CONTACT, *(one.spec for one in PLAIN.values()))


def looks(store: Store, limit: int = 200) -> list[Row]:
    """Who asked to see masked numbers, newest first: `what` is '张伟的手机、身份证号', or of a whole list, or everything."""
    found: list[Row] = []
    for row in reveals.recorded(store, limit):
        last = found[-1] if found else None
        if last and all(last[key] == row[key] for key in ("at", "operator", "tbl", "row_uid")):
            last["fields"].insert(0, row["field"])  # asked for together
        else:
            found.append({**row, "fields": [row["field"]]})
    names = _names_of(store, found)
    keys_shown = ("at", "operator", "device", "tbl", "row_uid", "fields")
    seen = [{**{key: row[key] for key in keys_shown}, "what": _looked_at(row, names)} for row in found]
    nothing: Row = {"tbl": "", "row_uid": "", "fields": []}
    taken = [{**row, **nothing, "what": f"读得出的全部内容，存到“{row['file']}”"} for row in rescues(store)]
    return sorted([*seen, *taken], key=lambda row: str(row["at"]), reverse=True)[:limit]


def _names_of(reads: Reads, looks: list[Row]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for name in {one["tbl"] for one in looks} & tables.NAMES:
        if not reads.value("SELECT 1 FROM pragma_table_info(?) WHERE name = 'name'", (name,)):
            continue
        uids = json.dumps(list({one["row_uid"] for one in looks if one["tbl"] == name}))
        sql = f"SELECT uid, name FROM {name} WHERE uid IN (SELECT value FROM json_each(?))"
        found.update({(name, uid): called for uid, called in reads.tuples(sql, (uids,))})
    return found


def _looked_at(look: Row, names: Mapping[tuple[str, str], str]) -> str:
    labels = {one.key: one.label for spec in _WITH_NUMBERS if spec.table == look["tbl"] for one in spec.fields}
    fields = "、".join(labels.get(one, one) for one in look["fields"])
    kind = tables.table(look["tbl"]).label if look["tbl"] in tables.NAMES else look["tbl"]
    if not look["row_uid"]:
        return f"导出含{fields}的{kind}列表"
    return f"{kind}{names.get((look['tbl'], look['row_uid']), '（已删除）')}的{fields}"
