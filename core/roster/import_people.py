"""Who a row of a sheet is: nobody we know, somebody we know, or somebody a person must tell us."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping
from enum import IntEnum
from typing import Any

from core.store import Reads, Row


class Like(IntEnum):
    """How alike two descriptions of a person are."""

    OTHER = 0
    LIKELY = 1  # to be asked
    SAME = 2


def same_day(first: str, second: str) -> bool:
    """Whether two days or months agree as far as both say: '1978-06' and '1978-06-08' do."""
    shorter = min(len(first), len(second))
    return first[:shorter] == second[:shorter]


def is_without_zeros(number: str, full: str) -> bool:
    """Whether `number` is the 工号 `full` with its leading zeros lost, as in a number cell: 1001 of 0001001."""
    return number.isdigit() and len(number) < len(full) and number.lstrip("0") == full.lstrip("0")


def alike(one: Mapping[str, Any], other: Mapping[str, Any]) -> Like:
    """Compare by 身份证号, name, birth, phone, 工号 and unit (`unit_uid`); names alone prove nothing."""
    if one.get("id_no") and other.get("id_no"):
        if one["id_no"] != other["id_no"]:
            return Like.OTHER
        return Like.SAME if one["name"] == other["name"] else Like.LIKELY
    if one["name"] != other["name"]:
        return Like.OTHER
    births = [str(person.get("birth_on") or "") for person in (one, other)]
    phones = [person.get("phone") or "" for person in (one, other)]
    if all(births) and not same_day(births[0], births[1]):
        return Like.OTHER
    agree = all(births) or (all(phones) and phones[0] == phones[1])
    if one.get("staff_no") and other.get("staff_no"):
        return Like.LIKELY if agree and one["staff_no"] != other["staff_no"] else Like.OTHER
    if one.get("unit_uid") != other.get("unit_uid"):
        return Like.LIKELY if agree else Like.OTHER
    # same unit, same name, one of them without 工号: the same person unless the phones speak against it
    return Like.SAME if agree or not all(phones) else Like.LIKELY


def likeness(one: Mapping[str, Any], other: Mapping[str, Any]) -> str:
    """What is alike and what differs, for the question: '姓名、出生年月相同，工号不同'."""
    names = {"name": "姓名", "birth_on": "出生年月", "phone": "手机", "id_no": "身份证号", "staff_no": "工号"}
    same: list[str] = []
    differ: list[str] = []
    for key, label in names.items():
        first, second = str(one.get(key) or ""), str(other.get(key) or "")
        if first and second:
            agrees = same_day(first, second) if key == "birth_on" else first == second
            (same if agrees else differ).append(label)
    if "出生年月" in same:
        same = [label for label in same if label != "手机"]
    differ = [label for label in differ if label != "手机"]
    return f"{'、'.join(same)}相同" + (f"，{'、'.join(differ)}不同" if differ else "")


class People:
    """The people of the ledger that the rows of an import may be: three queries, then look-ups."""

    def __init__(self, reads: Reads, rows: Iterable[Mapping[str, Any]]) -> None:
        listed = list(rows)
        self.by_uid: dict[str, Row] = {}
        for column in ("staff_no", "id_no", "name"):
            # who is known by 工号 needs no other look
            found_numbers = {row["staff_no"] for row in self.by_uid.values()} - {""}
            open_rows = [row for row in listed if row.get("staff_no") not in found_numbers] if found_numbers else listed
            wanted = list({str(row[column]) for row in open_rows if row.get(column)})
            if not wanted:
                continue
            sql = f"SELECT * FROM cadre WHERE {column} <> '' AND {column} IN (SELECT value FROM json_each(?))"
            for found in reads.rows(sql, (json.dumps(wanted, ensure_ascii=False),)):
                self.by_uid[found["uid"]] = found
        self.by_no = {row["staff_no"]: row for row in self.by_uid.values() if row["staff_no"]}
        self.by_name: dict[str, list[Row]] = defaultdict(list)
        self.by_id: dict[str, Row] = {}
        for row in self.by_uid.values():
            self.by_name[row["name"]].append(row)
            if row["id_no"]:
                self.by_id[row["id_no"]] = row
        # people whose own 工号 is among the rows cannot be a second row as well
        numbers = {str(row["staff_no"]) for row in listed if row.get("staff_no")}
        self.claimed = {self.by_no[number]["uid"] for number in numbers & self.by_no.keys()}
        self.seen = self._seen(reads)

    def _seen(self, reads: Reads) -> dict[str, dict[str, Any]]:
        keys = json.dumps([f"cadre:{uid}" for uid in self.by_uid])
        sql = "SELECT uid, sheet_values FROM import_seen WHERE uid IN (SELECT value FROM json_each(?))"
        return {uid.removeprefix("cadre:"): json.loads(text) for uid, text in reads.tuples(sql, (keys,))}

    def candidates(self, values: Mapping[str, Any]) -> list[tuple[Like, Row]]:
        """People of the ledger a row may be, the surest first."""
        rows = list(self.by_name.get(str(values["name"]), ()))
        same_id = self.by_id.get(str(values["id_no"])) if values.get("id_no") else None
        if not rows and same_id is None:
            return []
        if same_id is not None and same_id not in rows:
            rows.append(same_id)
        found = [(alike(values, row), row) for row in rows]
        # an id_no in common outweighs another 工号: 工号 may change
        return sorted(
            (one for one in found if one[0]), key=lambda one: (-one[0], one[1]["archived_on"] != "", one[1]["uid"])
        )
