"""The roster as a list on screen: any column sorts it, up or down, each column the way a clerk expects."""

from __future__ import annotations

from collections.abc import Sequence

from core.roster.filter import RosterFilter, condition
from core.roster.model import CADRE
from core.roster.queries import cadre_page, cadre_rows, cadre_uids
from core.store import Reads, Row

Order = Sequence[tuple[str, bool]]  # (field key, descending), the first one counts most

_FROM = "FROM cadre JOIN unit ON unit.uid = cadre.unit_uid LEFT JOIN branch ON branch.uid = cadre.branch_uid"
_BY = {
    "name": ("cadre.pinyin", "cadre.name"),
    "staff_no": ("cadre.staff_no",),
    "unit": ("unit.position", "unit.name", "unit.uid"),
    "branch": ("branch.position", "branch.name"),
}
_PLAIN = frozenset(CADRE.keys) | {"archived_on", "archive_reason"}


def can_sort(key: str) -> bool:
    """Whether a column of that name sorts the list."""
    return key in _PLAIN


def listed_uids(reads: Reads, asked: RosterFilter, order: Order = (), limit: int | None = None) -> list[str]:
    """Uids of a filter in order; without an order by unit and 工号. Where a value is missing stands last."""
    if not order:
        return (
            cadre_uids(reads, asked) if limit is None else [row["uid"] for row in cadre_rows(reads, asked, limit=limit)]
        )
    where = condition(asked)
    sql = f"SELECT cadre.uid {_FROM} WHERE {where.sql} ORDER BY {_order_sql(order)} LIMIT ?"
    return [row[0] for row in reads.tuples(sql, (*where.params, -1 if limit is None else limit))]


def listed_rows(reads: Reads, asked: RosterFilter, order: Order, limit: int) -> list[Row]:
    """The first rows of a filter in order."""
    if not order:
        return cadre_rows(reads, asked, limit=limit)
    return cadre_page(reads, listed_uids(reads, asked, order, limit))


def _order_sql(order: Order) -> str:
    parts: list[str] = []
    for key, descending in order:
        if not can_sort(key):
            raise KeyError(key)
        down = " DESC" if descending else ""
        if key in ("name", "staff_no"):  # along their index, which a test for '' would not allow
            parts += [f"{column}{down}" for column in _BY[key]]
            continue
        columns = _BY.get(key, (f"cadre.{key}",))
        parts += [f"coalesce({columns[0]}, '') = ''", *(f"{column}{down}" for column in columns)]
    return ", ".join([*parts, "cadre.staff_no", "cadre.uid"])
