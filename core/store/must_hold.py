"""What must hold between rows and no constraint of a table can hold: declared once, asked by every step, undo, merge and check.

Not as unique indexes: a merge lets both desks' records stand until a person has decided, and an old ledger may hold some.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import apsw

from core.base.errors import Refused
from core.store.history import RowChange, row_changes
from core.store.reads import Reader, Reads

RowKey = tuple[str, str]
"""(table, uid)."""


RECOMPUTE = "请运行“重新计算”。"
"""The way out where the ledger itself knows what is right: `core.check.recompute`."""


@dataclass(frozen=True, slots=True)
class By:
    """A change of a row of `table` may break the rule: `column` of its sql holds the row's uid, or what its `via` points to."""

    table: str
    column: str
    via: str = "uid"


@dataclass(frozen=True, slots=True)
class Rule:
    """`sql` selects what breaks it: first the uids of the rows it is about (of the tables `about`), then what `says` names.

    `{among}` in it is narrowed to the rows of a step, once for each of `by`.
    """

    about: tuple[str, ...]
    sql: str
    says: str  # a whole sentence
    way_out: str
    by: tuple[By, ...]
    of_steps: bool = True  # False: the ops see to it themselves; taking back and putting back are asked


@dataclass(frozen=True, slots=True)
class Breach:
    """A rule that is broken: the rows it is about, and what is wrong in a sentence."""

    rule: Rule
    rows: tuple[RowKey, ...]
    text: str

    @property
    def place(self) -> tuple[int, tuple[RowKey, ...]]:
        """What tells two breaches apart, whatever is said of them."""
        return id(self.rule), self.rows


def breaches(reads: Reads, rules: Sequence[Rule], changes: Sequence[RowChange] | None = None) -> list[Breach]:
    """What is broken: by the rows of a step, or (None) anywhere."""
    rows: dict[str, list[RowChange]] = defaultdict(list)
    for one in changes or ():
        rows[one.table].append(one)
    found: dict[tuple[int, tuple[RowKey, ...]], Breach] = {}
    for rule in rules:
        for among, params in [("1", ())] if changes is None else _narrowed(rule, rows):
            for row in reads.tuples(rule.sql.replace("{among}", among), params):
                keys = tuple(zip(rule.about, (str(uid) for uid in row), strict=False))
                one_breach = Breach(rule, keys, rule.says.format(*row[len(rule.about) :]))
                found.setdefault(one_breach.place, one_breach)
    return list(found.values())


def _narrowed(rule: Rule, rows: Mapping[str, list[RowChange]]) -> list[tuple[str, tuple[str, ...]]]:
    found: list[tuple[str, tuple[str, ...]]] = []
    for by in rule.by:
        if by.table not in rows:
            continue
        uids = json.dumps([one.uid for one in rows[by.table]])
        if by.via == "uid":
            found.append((f"{by.column} IN (SELECT value FROM json_each(?))", (uids,)))
        else:  # a row that is gone, or belonged to another, says so in the step only
            was = json.dumps([one.before[by.via] for one in rows[by.table] if one.before.get(by.via)])
            is_now = f"SELECT {by.via} FROM {by.table} WHERE uid IN (SELECT value FROM json_each(?))"
            found.append((f"{by.column} IN ({is_now} UNION SELECT value FROM json_each(?))", (uids, was)))
    return found


def made_by(connection: Any, rules: Sequence[Rule], changes: bytes, columns: dict[str, list[str]]) -> list[Breach]:
    """What a changeset broke inside the open transaction; what was broken before it is not its fault."""
    read = Reader(connection)
    listed = list(row_changes(changes, columns))
    found = breaches(read, rules, listed)
    if not found:
        return []
    connection.execute("SAVEPOINT as_before")
    try:
        apsw.Changeset.apply(apsw.Changeset.invert(changes), connection)
        before = {one.place for one in breaches(read, rules, listed)}
    finally:
        connection.execute("ROLLBACK TO as_before")
        connection.execute("RELEASE as_before")
    return [one for one in found if one.place not in before]


class Broken(Refused):
    """A step would break a rule."""

    def __init__(self, breach: Breach) -> None:
        super().__init__(breach.text, "" if breach.rule.way_out == RECOMPUTE else breach.rule.way_out)
