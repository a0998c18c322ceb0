"""Nouns that read: the roster as lists, counts and one person's page."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from itertools import chain

from core.base.fields import Kind
from core.roster.filter import RosterFilter, column, condition, field_named, named_filter
from core.roster.model import CADRE
from core.roster.people import Found, Resolved, find_people, resolve_people
from core.roster.timeline import membership_on, memberships
from core.store import Reads, Row

__all__ = [
    "ORDERS",
    "Found",
    "Resolved",
    "RosterFilter",
    "attachments",
    "cadre_count",
    "cadre_page",
    "cadre_rows",
    "cadre_uids",
    "count_by",
    "feedback_of",
    "feedback_rows",
    "find_people",
    "membership_on",
    "memberships",
    "named_filter",
    "person",
    "photo",
    "resolve_people",
]

ORDERS = {
    "unit": "unit.position, unit.name, unit.uid, cadre.staff_no, cadre.uid",
    "branch": "unit.position, unit.name, unit.uid, coalesce(branch.position, -1), coalesce(branch.name, ''), cadre.staff_no, "
    "cadre.uid",
    "staff_no": "cadre.staff_no, cadre.uid",
    "pinyin": "cadre.pinyin, cadre.uid",
    "stroke": "cadre.stroke_key, cadre.uid",
}
_COLUMNS = ", ".join(
    (
        "cadre.uid",
        *(f"cadre.{key}" for key in CADRE.keys if key not in ("unit", "branch")),
        "unit.name AS unit",
        "coalesce(branch.name, '') AS branch",
        *(f"cadre.{key}" for key in ("unit_uid", "branch_uid", "archived_on", "archive_reason", "pinyin", "initials")),
        "cadre.stroke_key",
    )
)
_FROM = "FROM cadre JOIN unit ON unit.uid = cadre.unit_uid LEFT JOIN branch ON branch.uid = cadre.branch_uid"
_CHUNK = 500


def cadre_rows(
    reads: Reads, asked: RosterFilter, order: str = "unit", limit: int | None = None, after: str = ""
) -> list[Row]:
    """People of a filter in order; `limit` and `after` (the last uid shown) page through them without a full scan."""
    if limit is not None and order == "unit" and asked.uids is None:
        return _by_unit(reads, asked, limit, after)
    where = condition(asked)
    params = where.params
    sql = f"SELECT {_COLUMNS} {_FROM} WHERE {where.sql}"
    if after:
        keys = ORDERS[order]
        sql += f" AND ({keys}) > (SELECT {keys} {_FROM} WHERE cadre.uid = ?)"
        params = (*params, after)
    sql += f" ORDER BY {ORDERS[order]} LIMIT ?"
    return reads.rows(sql, (*params, -1 if limit is None else limit))


def _by_unit(reads: Reads, asked: RosterFilter, limit: int, after: str) -> list[Row]:
    """Unit by unit along the index (unit, archived, 工号): the first page of a million rows costs no sort."""
    where = condition(asked)
    last = reads.one("SELECT unit_uid, staff_no, uid FROM cadre WHERE uid = ?", (after,)) if after else None
    uids = [row[0] for row in reads.tuples("SELECT uid FROM unit ORDER BY position, name, uid")]
    if asked.unit_uid:
        uids = [uid for uid in uids if uid == asked.unit_uid]
    if last is not None and last["unit_uid"] in uids:
        uids = uids[uids.index(last["unit_uid"]) :]
    rows: list[Row] = []
    for uid in uids:
        params: tuple[object, ...] = (*where.params, uid)
        sql = f"SELECT {_COLUMNS} {_FROM} WHERE {where.sql} AND cadre.unit_uid = ?"
        if last is not None and last["unit_uid"] == uid:
            sql += " AND (cadre.staff_no, cadre.uid) > (?, ?)"
            params = (*params, last["staff_no"], last["uid"])
        rows += reads.rows(f"{sql} ORDER BY cadre.staff_no, cadre.uid LIMIT ?", (*params, limit - len(rows)))
        if len(rows) >= limit:
            break
    return rows


def cadre_uids(reads: Reads, asked: RosterFilter, order: str = "unit") -> list[str]:
    """Uids of a filter in order."""
    where = condition(asked)
    sql = f"SELECT cadre.uid {_FROM} WHERE {where.sql} ORDER BY {ORDERS[order]}"
    return [row[0] for row in reads.tuples(sql, where.params)]


def cadre_count(reads: Reads, asked: RosterFilter) -> int:
    """How many people a filter finds."""
    where = condition(asked)
    return int(reads.value(f"SELECT count(*) {_FROM} WHERE {where.sql}", where.params))


def cadre_page(reads: Reads, uids: Sequence[str]) -> list[Row]:
    """The people of `uids`, in that order; those that are gone are left out."""
    found: dict[str, Row] = {}
    for start in range(0, len(uids), _CHUNK):
        chunk = uids[start : start + _CHUNK]
        marks = ", ".join("?" * len(chunk))
        for row in reads.rows(f"SELECT {_COLUMNS} {_FROM} WHERE cadre.uid IN ({marks})", chunk):
            found[row["uid"]] = row
    return [found[uid] for uid in uids if uid in found]


def count_by(reads: Reads, asked: RosterFilter, first: str, second: str = "") -> list[tuple[str, str, int]]:
    """按…统计: (value, value, people) of one or two fields, most people first; a person with two skills counts in both."""
    fields = [field_named(name) for name in (first, second) if name]
    where = condition(asked)
    columns = ", ".join(column(one) for one in fields)
    sql = f"SELECT {columns}, count(*) {_FROM} WHERE {where.sql} GROUP BY {columns}"
    counts: Counter[tuple[str, str]] = Counter()
    for row in reads.tuples(sql, where.params):
        parts = [
            str(value).split("、") if one.kind is Kind.MULTI else [one.text(value)]
            for one, value in zip(fields, row, strict=False)
        ]
        for one in parts[0]:
            for other in parts[1] if len(parts) > 1 else [""]:
                counts[one, other] += row[-1]
    return [(*key, number) for key, number in sorted(counts.items(), key=lambda item: (-item[1], item[0]))]


def person(reads: Reads, uid: str) -> Row | None:
    """Everything the roster knows of one person: values, `labels`, memberships, attachments, feedback."""
    rows = cadre_page(reads, [uid])
    if not rows:
        return None
    row = rows[0]
    return {
        **row,
        "labels": {one.key: one.text(row[one.key]) for one in CADRE.fields},
        "memberships": memberships(reads, uid),
        "attachments": attachments(reads, uid),
        "feedback": feedback_rows(reads, uid),
    }


def attachments(reads: Reads, owner_uid: str, role: str = "") -> list[Row]:
    """Attachments of a record, newest first; `present` tells whether the bytes are on this machine."""
    sql = (
        "SELECT attachment.*, EXISTS (SELECT 1 FROM blob WHERE blob.sha256 = attachment.sha256) AS present "
        "FROM attachment WHERE owner_uid = ? AND (? = '' OR role = ?) ORDER BY added_at DESC, uid DESC"
    )
    return reads.rows(sql, (owner_uid, role, role))


def blob(reads: Reads, sha256: str) -> bytes | None:
    """The bytes of an attachment, if they are on this machine."""
    return reads.value("SELECT data FROM blob WHERE sha256 = ?", (sha256,))  # type: ignore[no-any-return]


def photo(reads: Reads, uid: str) -> bytes | None:
    """The person's photo as JPEG, or None."""
    found = attachments(reads, uid, "photo")
    return blob(reads, found[0]["sha256"]) if found else None


def photos(reads: Reads, uids: Iterable[str]) -> dict[str, bytes]:
    """Photos of many people by uid, for a batch of forms."""
    wanted = list(uids)
    chunks = [wanted[start : start + _CHUNK] for start in range(0, len(wanted), _CHUNK)]
    sql = (
        "SELECT owner_uid, data FROM attachment JOIN blob USING (sha256) "
        "WHERE owner_table = 'cadre' AND role = 'photo' AND owner_uid IN ({}) ORDER BY added_at"
    )
    return dict(chain.from_iterable(reads.tuples(sql.format(", ".join("?" * len(one))), one) for one in chunks))


def feedback_of(reads: Reads, cadre_uids: Iterable[str], from_on: str, until_on: str) -> dict[str, list[Row]]:
    """The community's word on people between two days (ISO, inclusive) by uid, oldest first. 方案 三(六)"""
    sql = (
        "SELECT t.* FROM json_each(?) j CROSS JOIN feedback t ON t.cadre_uid = j.value "
        "WHERE t.given_on BETWEEN ? AND ? ORDER BY t.given_on, t.uid"
    )
    found: dict[str, list[Row]] = {}
    for row in reads.rows(sql, (json.dumps(list(cadre_uids)), from_on, until_on)):
        found.setdefault(row["cadre_uid"], []).append(row)
    return found


def feedback_rows(reads: Reads, uid: str) -> list[Row]:
    """The community's word on a person, newest first. 方案 三(六)"""
    return reads.rows("SELECT * FROM feedback WHERE cadre_uid = ? ORDER BY given_on DESC, uid DESC", (uid,))
