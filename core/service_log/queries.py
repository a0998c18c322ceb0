"""Nouns that read: the log as lists, sums and one person's record."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from core.service_log.filter import column, condition, field_named, is_narrow, named_filter
from core.service_log.model import VISIT, VisitFilter
from core.store import Reads, Row

__all__ = [
    "ORDERS",
    "VisitFilter",
    "VisitSums",
    "count_by",
    "named_filter",
    "person_logs",
    "visit_count",
    "visit_page",
    "visit_rows",
    "visit_sums",
    "visit_uids",
    "waiting_by_community",
]

ORDERS = {
    "day": "visit.served_on DESC, visit.uid DESC",
    "day_up": "visit.served_on, visit.uid",
    "written": "visit.uid DESC",
    "written_up": "visit.uid",
    "person": "cadre.pinyin, cadre.rowid, visit.served_on, visit.start_at",
    "person_down": "cadre.pinyin DESC, cadre.rowid DESC, visit.served_on DESC, visit.start_at DESC",
    "unit": "unit.position, unit.name, unit.uid, cadre.staff_no, cadre.uid, visit.served_on, visit.start_at, visit.uid",
}
"""`unit` sorts everything it finds (printing, export); the others walk an index."""

_ELSEWHERE = {
    "staff_no": "cadre.staff_no",
    "name": "cadre.name",
    "unit": "unit.name AS unit",
    "branch": "coalesce(branch.name, '') AS branch",
    "grid": "coalesce(grid.name, '') AS grid",
}
_COLUMNS = ", ".join(
    (
        "visit.uid",
        *(_ELSEWHERE.get(key, f"visit.{key}") for key in VISIT.keys),
        *(f"visit.{key}" for key in ("cadre_uid", "unit_uid", "branch_uid", "grid_uid", "sheet_page", "sheet_row")),
        *(f"visit.{key}" for key in ("source", "group_uid", "written_on", "state_reason")),
        "coalesce(sheet.sheet_no, '') AS sheet_no",
        "coalesce(tally.minutes, 0) AS counted_minutes",
        "coalesce(tally.times, 0) AS counted_times",
    )
)
_NAMES = (
    "JOIN unit ON unit.uid = visit.unit_uid LEFT JOIN branch ON branch.uid = visit.branch_uid "
    "LEFT JOIN grid ON grid.uid = visit.grid_uid"
)
# CROSS JOIN keeps the order: visit leads, but in the order of people cadre does
_BY_VISIT = f"visit CROSS JOIN cadre ON cadre.uid = visit.cadre_uid {_NAMES}"
_BY_PERSON = f"cadre CROSS JOIN visit ON visit.cadre_uid = cadre.uid {_NAMES}"
_TALLY = "LEFT JOIN visit_tally tally ON tally.visit_uid = visit.uid"
_SHEET = "LEFT JOIN confirm_sheet sheet ON sheet.uid = visit.sheet_uid"
_CHUNK = 5000
_PERSON_FIRST = ("person", "person_down")


@dataclass(frozen=True, slots=True)
class VisitSums:
    """What a list adds up to. Own time confirmed and waiting side by side; dispatched time apart (三(三))."""

    visits: int = 0
    people: int = 0
    times: int = 0
    minutes: int = 0
    waiting_times: int = 0
    waiting_minutes: int = 0
    duty_times: int = 0
    duty_minutes: int = 0
    duty_waiting_times: int = 0
    duty_waiting_minutes: int = 0


def visit_rows(reads: Reads, asked: VisitFilter, order: str = "day", limit: int | None = None) -> list[Row]:
    """Records of a filter in order, by field key, with what each counts (`counted_minutes`, `counted_times`)."""
    where = condition(reads, asked, order)
    sql = f"SELECT {_COLUMNS} FROM {_from(order, asked)} {_TALLY} {_SHEET} WHERE {where.sql} ORDER BY {ORDERS[order]} LIMIT ?"
    return reads.rows(sql, (*where.params, -1 if limit is None else limit))


def visit_uids(reads: Reads, asked: VisitFilter, order: str = "day") -> list[str]:
    """Uids of a filter in order."""
    where = condition(reads, asked, order)
    sql = f"SELECT visit.uid FROM {_from(order, asked, bare=True)} WHERE {where.sql} ORDER BY {ORDERS[order]}"
    return [row[0] for row in reads.tuples(sql, where.params)]


def visit_page(reads: Reads, uids: Sequence[str]) -> list[Row]:
    """The records of `uids`, in that order; those that are gone are left out."""
    rows: list[Row] = []
    for start in range(0, len(uids), _CHUNK):
        sql = (
            f"SELECT {_COLUMNS} FROM json_each(?) j CROSS JOIN visit ON visit.uid = j.value "
            f"JOIN cadre ON cadre.uid = visit.cadre_uid {_NAMES} {_TALLY} {_SHEET} ORDER BY j.key"
        )
        rows += reads.rows(sql, (json.dumps(list(uids[start : start + _CHUNK])),))
    return rows


def visit_count(reads: Reads, asked: VisitFilter) -> int:
    """How many records a filter finds."""
    where = condition(reads, asked)
    return int(reads.value(f"SELECT count(*) FROM {_from('day', asked, bare=True)} WHERE {where.sql}", where.params))


def visit_sums(reads: Reads, asked: VisitFilter) -> VisitSums:
    """Count and sums of a filter, for the foot of a list."""
    where = condition(reads, asked)
    sums = ", ".join(
        f"coalesce(sum(CASE WHEN tally.track = '{track}' AND tally.state = '{state}' THEN tally.{what} END), 0)"
        for track in ("OWN", "DISPATCHED")
        for state in ("CONFIRMED", "WAITING")
        for what in ("times", "minutes")
    )
    sql = (
        f"SELECT count(*), count(DISTINCT visit.cadre_uid), {sums} FROM {_from('day', asked, bare=True)} {_TALLY} "
        f"WHERE {where.sql}"
    )
    return VisitSums(*reads.tuples(sql, where.params)[0])


def count_by(reads: Reads, asked: VisitFilter, first: str, second: str = "") -> list[tuple[str, str, int, int]]:
    """按…统计: (value, value, records, counted minutes) of one or two fields, most records first."""
    fields = [field_named(name) for name in (first, second) if name]
    where = condition(reads, asked)
    columns = ", ".join(column(one) for one in fields)
    sql = (
        f"SELECT {columns}, count(*), coalesce(sum(tally.minutes), 0) FROM {_BY_VISIT} {_TALLY} "
        f"WHERE {where.sql} GROUP BY {columns}"
    )
    found = []
    for *values, records, minutes in reads.tuples(sql, where.params):
        texts = [one.text(value) for one, value in zip(fields, values, strict=True)]
        found.append((texts[0], texts[1] if len(texts) > 1 else "", records, minutes))
    return sorted(found, key=lambda row: (-row[2], row[0], row[1]))


def person_logs(reads: Reads, cadre_uids: Iterable[str], year: int, until_on: str = "") -> dict[str, list[Row]]:
    """The year's records (no drafts, no void ones) of people by uid, oldest first: pages and paper."""
    logs: dict[str, list[Row]] = {uid: [] for uid in cadre_uids}
    sql = (
        f"SELECT {_COLUMNS} FROM json_each(?) j CROSS JOIN visit ON visit.cadre_uid = j.value "
        f"JOIN cadre ON cadre.uid = visit.cadre_uid {_NAMES} {_TALLY} {_SHEET} "
        "WHERE visit.served_on BETWEEN ? AND ? AND visit.state NOT IN ('DRAFT', 'VOID')"
    )
    until = min(until_on or "9999", f"{year}-12-31")
    for row in reads.rows(sql, (json.dumps(list(logs)), f"{year}-01-01", until)):
        logs[row["cadre_uid"]].append(row)
    for rows in logs.values():
        rows.sort(key=lambda row: (row["served_on"], row["start_at"] or "99", row["uid"]))
    return logs


def waiting_by_community(reads: Reads, year: int) -> list[Row]:
    """Per community how many records wait, and how many of those stand on no 待确认清单 yet."""
    sql = (
        "SELECT visit.community, count(*) AS waiting, "
        "sum(NOT EXISTS (SELECT 1 FROM confirm_row WHERE confirm_row.visit_uid = visit.uid)) AS unprinted "
        "FROM visit WHERE state = 'WAITING' AND served_on BETWEEN ? AND ? GROUP BY visit.community "
        "ORDER BY waiting DESC, visit.community"
    )
    return reads.rows(sql, (f"{year}-01-01", f"{year}-12-31"))


def _from(order: str, asked: VisitFilter, *, bare: bool = False) -> str:
    """The tables a question needs; `bare`: names are joined only where a condition or the order reads them."""
    if order in _PERSON_FIRST and not is_narrow(asked):
        return _BY_PERSON
    return "visit" if bare and order not in (*_PERSON_FIRST, "unit") and not asked.where else _BY_VISIT
