"""A copy's packet comes in: every row lands, or waits in `conflict` for a person. Inside one open transaction.

Rows are written parents first; references are checked by hand, since what misses its parent must wait, not fail.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping

from core.base.clock import stamp
from core.base.ids import new_uid
from core.exchange.model import (
    CHANGED_HERE,
    CLASH,
    FIELD,
    GONE_HERE,
    IN_USE,
    NO_PARENT,
    PARALLEL,
    SAME_PERSON,
    WAITS,
    PacketReport,
    Rules,
)  # fmt: skip
from core.exchange.packet_file import Change, Packet
from core.exchange.packets import known_images, overlaid, renamed
from core.exchange.rows import hanging_on, holder, landed, parents_first, row_here
from core.exchange.three_way import changed, joined_base, three_way
from core.store import Row, Tx
from core.store.past import RowKey, columns_of, key_columns, references, unique_sets
from core.store.tables import table


class Landing:
    """One packet's way into the ledger."""

    def __init__(self, tx: Tx, packet: Packet, peer: Row, rules: Rules, report: PacketReport) -> None:
        self.tx, self.packet, self.peer, self.rules, self.report = tx, packet, peer, rules, report
        self.known = known_images(tx, peer["uid"])
        self.aliases: dict[str, str] = dict(tx.tuples("SELECT uid, kept_uid FROM row_alias"))
        self._points, self._unique = references(tx), unique_sets(tx)
        self._parked: dict[str, str] = {}  # uid of a row that waits -> its conflict
        self._coming = {one.uid for one in packet.changes}
        self._later: set[str] = set()  # rows put off until the others are in
        self._number = int(tx.value("SELECT coalesce(max(number), 0) FROM conflict"))

    def run(self) -> None:
        """Bring in every row of the packet."""
        for sha, data in self.packet.blobs.items():
            self.tx.keep_blob(sha, data)
        for name, uid, kept, image in self.packet.aliases:
            self._join_given_up(name, uid, kept, image)
        changes = [self._renamed(one) for one in self.packet.changes]
        deletes = sorted((one for one in changes if one.theirs is None), key=_order, reverse=True)
        writes = sorted((one for one in changes if one.theirs is not None), key=_order)
        in_use = [one for one in deletes if not self._delete(one, last=False)]
        again = []
        for one in writes:
            if not self._write(one, last=False):
                self._later.add(one.uid)
                again.append(one)
        for one in again:
            self._write(one, last=True)
        for one in in_use:
            self._delete(one, last=True)
        self._remember(changes)

    # -- names of rows -------------------------------------------------------------------------------------------

    def _renamed(self, one: Change) -> Change:
        columns = key_columns(self.tx, one.tbl)
        base, theirs = (renamed(row, columns, self.aliases) for row in (one.base, one.theirs))
        return Change(one.tbl, self.aliases.get(one.uid, one.uid), base, theirs, one.by, one.at, one.device)

    def _join_given_up(self, name: str, uid: str, kept: str, image: str) -> None:
        """The copy met our record with the same number, and gave its own up: what it held is merged into ours."""
        if uid in self.aliases:
            return
        self.alias(name, uid, kept)
        self._answer_question(uid)
        ours = row_here(self.tx, name, kept)
        if ours is not None:
            self.join(self._renamed(Change(name, uid, None, json.loads(image))), ours)

    def _answer_question(self, uid: str) -> None:
        """Whether it is the same person was asked here, and is answered by the copy: what waits comes again under the kept key."""
        sql = "SELECT * FROM conflict WHERE row_uid = ? AND state = 'OPEN' AND kind IN (?, ?)"
        for question in self.tx.rows(sql, (uid, SAME_PERSON, CLASH)):
            self.settle_later(question)
            for one in self.tx.rows(
                "SELECT * FROM conflict WHERE kind = ? AND other_uid = ?", (WAITS, question["uid"])
            ):
                self.settle_later(one)
                self.known.pop((one["tbl"], one["row_uid"]), None)

    def alias(self, name: str, uid: str, kept: str) -> None:
        """Note that a key means the row under another."""
        self.aliases[uid] = kept
        self.tx.insert("row_alias", {"uid": uid, "tbl": name, "kept_uid": kept})

    # -- one row -------------------------------------------------------------------------------------------------

    def _write(self, one: Change, *, last: bool) -> bool:
        """Bring in a row that was added or changed; False: try again when the others are in."""
        one = self._renamed(one)  # a row before it may have turned out to be one of ours
        assert one.theirs is not None
        ours = row_here(self.tx, one.tbl, one.uid)
        base = self._base(one)
        if ours is None:
            if base is None:
                return self.add(one, last=last)
            news = changed(base, one.theirs)
            if news and not self._newer_of_open(one):
                self.conflict(GONE_HERE, one, base, None, sorted(news))
            return True
        return self._merge(one, base or {}, ours, last=last)

    def _base(self, one: Change) -> Row | None:
        """What both had: the packet's base, under what the copy's last packets said."""
        if one.key not in self.known:
            return one.base
        return overlaid(one.base, self.known[one.key])

    def _merge(self, one: Change, base: Mapping[str, object], ours: Row, *, last: bool) -> bool:
        assert one.theirs is not None
        verdict = three_way(table(one.tbl), base, one.theirs, ours)
        take, clash = dict(verdict.take), set(verdict.clash)
        orphan = {
            key for key in take if key in self._points[one.tbl] and not self._parent_here(one.tbl, key, take[key])
        }
        taken = self.taken_values(one.tbl, {**ours, **take}, take.keys())
        if taken and not last:
            return False
        for bad in (orphan, taken & take.keys()):
            for key in self._with_group(one.tbl, bad) & take.keys():
                take.pop(key)
                clash.add(key)
        if take:
            self.tx.update_many(one.tbl, [(one.uid, take)])
            self._landed("update", one, {key: ours[key] for key in take}, take, parallel=verdict.parallel)
        if clash:
            kind = NO_PARENT if orphan else CLASH if taken else FIELD
            self.conflict(kind, one, dict(base) or None, ours, [key for key in one.theirs if key in clash])
        elif verdict.parallel:
            self.conflict(PARALLEL, one, dict(base), {**ours}, list(take))
        return True

    def _with_group(self, name: str, keys: set[str]) -> set[str]:
        found = set(keys)
        for group in map(set, table(name).groups):
            if group & keys:
                found |= group
        return found

    def add(self, one: Change, *, last: bool) -> bool:
        """Add a row we do not have, unless its parent is missing, it is somebody we know, or its number is taken."""
        assert one.theirs is not None
        row = {**one.theirs}
        if not last and any(row.get(key) in self._later for key in self._points[one.tbl]):
            return False
        if waits := self._waiting_parent(one):
            self._parked[one.uid] = self.conflict(WAITS, one, None, None, [], other_uid=waits)
            return True
        if not all(self._parent_here(one.tbl, key, row.get(key)) for key in self._points[one.tbl]):
            self._parked[one.uid] = self.conflict(NO_PARENT, one, None, None, [])
            return True
        if other := self._same_person(one):
            self._parked[one.uid] = self.conflict(
                SAME_PERSON, one, None, row_here(self.tx, one.tbl, other), [], other_uid=other
            )
            return True
        if taken := self.taken_values(one.tbl, row):
            return self._add_twin(one, taken, last=last)
        self.insert(one.tbl, row)
        self._landed("insert", one, {}, row)
        return True

    def add_all(self, changes: Iterable[Change]) -> None:
        """Add rows that waited, parents first."""
        for one in sorted(changes, key=_order):
            self.add(self._renamed(one), last=True)

    def insert(self, name: str, row: Row) -> None:
        """Write a whole row; columns an older program did not have keep their defaults."""
        columns = columns_of(self.tx, name)
        self.tx.insert(name, {key: value for key, value in row.items() if key in columns})

    def _add_twin(self, one: Change, taken: set[str], *, last: bool) -> bool:
        """Both sides added what may exist only once: the same thing under two keys (a 小区), or a number used twice."""
        twin = self._twin(one.tbl, one.theirs or {})
        if not last and twin is not None and twin["uid"] in self._coming:
            return False  # it may be about to give the number up
        apart = twin is not None and twin["uid"] in {one.uid, *self._coming}  # the copy has both, and tells of both
        if twin is None or apart or one.tbl in ("confirm_sheet", "cadre"):
            self._parked[one.uid] = self.conflict(
                CLASH, one, None, twin, sorted(taken), other_uid=str((twin or {}).get("uid", ""))
            )
            return True
        self.alias(one.tbl, one.uid, str(twin["uid"]))
        self.report.notes.append(f"两边都新增了{table(one.tbl).label}“{_name_of(twin)}”，已合为一条。")
        self.join(self._renamed(one), twin)
        return True

    def join(self, one: Change, ours: Row) -> None:
        """Merge a row into ours that is the same thing: what is empty on one side is filled in, what differs is asked."""
        theirs = {**(one.theirs or {}), "uid": ours["uid"]}
        joined = Change(one.tbl, str(ours["uid"]), None, theirs, one.by, one.at, one.device)
        self._merge(joined, joined_base(theirs, ours), ours, last=True)

    def _same_person(self, one: Change) -> str:
        look = self.rules.same.get(one.tbl)
        return look(self.tx, one.theirs or {}) if look is not None else ""

    def _delete(self, one: Change, *, last: bool) -> bool:
        """Take out a row that was deleted there; False: something hangs on it as yet."""
        ours = row_here(self.tx, one.tbl, one.uid)
        if ours is None:
            if (older := self._open(one)) is not None:
                self.settle_later(older)
            return True
        base = self._base(one)
        if base is None:
            return True  # deleted there before, and brought back here since
        if news := changed(base, ours) - set(table(one.tbl).stamped):
            self.conflict(CHANGED_HERE, one, base, ours, sorted(news))
            return True
        if hanging_on(self.tx, one.tbl, one.uid):
            if last:
                self.conflict(IN_USE, one, base, ours, [])
            return False
        self.tx.delete(one.tbl, one.uid)
        self._landed("delete", one, ours, {})
        return True

    # -- what is here --------------------------------------------------------------------------------------------

    def _parent_here(self, name: str, column: str, uid: object) -> bool:
        if uid is None:
            return True
        parent = self._points[name][column]
        return self.tx.value(f"SELECT 1 FROM {table(parent).name} WHERE uid = ?", (uid,)) is not None

    def _waiting_parent(self, one: Change) -> str:
        """The conflict behind which a row must wait, because a row it points to waits there."""
        for column in self._points[one.tbl]:
            uid = (one.theirs or {}).get(column)
            if uid in self._parked:
                return self._parked[uid]
            if uid and not self._parent_here(one.tbl, column, uid):
                sql = "SELECT uid FROM conflict WHERE row_uid = ? AND state = 'OPEN' AND kind IN (?, ?, ?, ?)"
                if found := self.tx.value(sql, (uid, SAME_PERSON, CLASH, NO_PARENT, WAITS)):
                    return str(found)
        return ""

    def taken_values(self, name: str, row: Row, among: Iterable[str] | None = None) -> set[str]:
        """Columns of `row` (those that involve `among`) whose values another record holds that may exist only once."""
        found: set[str] = set()
        wanted = set(row if among is None else among)
        for columns in self._unique[name]:
            if wanted & set(columns) and holder(self.tx, name, row, columns) is not None:
                found |= set(columns)
        return found

    def _twin(self, name: str, row: Row) -> Row | None:
        for columns in self._unique[name]:
            if (there := holder(self.tx, name, row, columns)) is not None:
                return there
        return None

    # -- writing down --------------------------------------------------------------------------------------------

    def _landed(self, op: str, one: Change, before: Row, after: Row, *, parallel: bool = False) -> None:
        self.report.landed.append(landed(op, one, before, after, parallel=parallel))

    def conflict(
        self, kind: str, one: Change, base: Row | None, ours: Row | None, fields: list[str], *, other_uid: str = ""
    ) -> str:
        """Open a conflict; an older one about the same row gives way to it and lends it its base."""
        older = None if kind == PARALLEL else self._open(one)
        if older is not None:
            base = json.loads(older["base"]) if older["base"] else base
            known = json.loads(older["fields"])
            fields = [*known, *(key for key in fields if key not in known)]
            self.settle_later(older)
            if base and one.theirs and fields and not any(one.theirs.get(key) != base.get(key) for key in fields):
                return str(older["uid"])  # taken back there: nothing is left to decide
        self._number += 1
        touch = self._last_touch(one.tbl, str((ours or {}).get("uid", one.uid)))
        row = {
            "uid": new_uid(),
            "packet_uid": self.packet.uid,
            "peer_uid": self.peer["uid"],
            "number": self._number,
            "kind": kind,
            "tbl": one.tbl,
            "row_uid": one.uid,
            "fields": json.dumps(fields),
            "base": _text(base),
            "theirs": _text(one.theirs),
            "ours": _text(ours),
            "other_uid": other_uid,
            "their_by": one.by,
            "their_at": one.at,
            **touch,
        }
        self.tx.insert("conflict", row)
        if older is not None:
            self._follow_question(str(older["uid"]), str(row["uid"]))
        if kind == PARALLEL:
            self.report.parallel += 1
        elif kind != WAITS:
            self.report.conflicts.append(row)
        return str(row["uid"])

    def settle_later(self, older: Row) -> None:
        """A newer packet has taken the place of what waited."""
        self.tx.update("conflict", older["uid"], {"state": "SETTLED", "taken": "LATER", "settled_at": stamp()})

    def _follow_question(self, old: str, new: str) -> None:
        sql = "SELECT uid FROM conflict WHERE other_uid = ? AND kind = ?"
        self.tx.update_many("conflict", [(row[0], {"other_uid": new}) for row in self.tx.tuples(sql, (old, WAITS))])

    def _open(self, one: Change) -> Row | None:
        sql = "SELECT * FROM conflict WHERE tbl = ? AND row_uid = ? AND peer_uid = ? AND state = 'OPEN' AND kind NOT IN (?, ?)"
        return self.tx.one(sql, (one.tbl, one.uid, self.peer["uid"], PARALLEL, "RULE"))

    def _newer_of_open(self, one: Change) -> bool:
        """A row that waits already was changed again there: the newer image waits instead."""
        older = self._open(one)
        if older is None or older["kind"] not in (SAME_PERSON, CLASH, NO_PARENT, WAITS):
            return False
        self.tx.update("conflict", older["uid"], {"theirs": _text(one.theirs), "their_by": one.by, "their_at": one.at})
        return True

    def _last_touch(self, name: str, uid: str) -> Row:
        sql = (
            "SELECT h.operator AS our_by, h.at AS our_at FROM history_row r JOIN history h ON h.seq = r.seq "
            "WHERE r.tbl = ? AND r.row_uid = ? ORDER BY r.seq DESC LIMIT 1"
        )
        return self.tx.one(sql, (name, uid)) or {"our_by": "", "our_at": ""}

    def _remember(self, changes: list[Change]) -> None:
        """Note what the copy has of each row it sent, as a patch over what both had."""
        sql = "SELECT tbl, row_uid, uid FROM peer_row WHERE peer_uid = ? ORDER BY packet_no DESC"
        there: dict[RowKey, str] = {}
        for name, row_uid, uid in self.tx.tuples(sql, (self.peer["uid"],)):
            key = (name, self.aliases.get(row_uid, row_uid))
            if key in there:  # told of under both keys: the older word goes
                self.tx.delete("peer_row", uid)
            there.setdefault(key, uid)
        fresh, again = {}, {}
        for one in map(self._renamed, changes):
            values = {"packet_no": self.packet.header.number, "image": _text(self._patch(one))}
            if one.key in there:
                again[there[one.key]] = values
            else:
                fresh[one.key] = {"peer_uid": self.peer["uid"], "tbl": one.tbl, "row_uid": one.uid, **values}
        self.tx.update_many("peer_row", again.items())
        self.tx.insert_many("peer_row", fresh.values())

    def _patch(self, one: Change) -> Row | None:
        if one.theirs is None or one.base is None:
            return one.theirs
        before = self.known.get(one.key) or {}
        return {key: value for key, value in one.theirs.items() if key in before or one.base.get(key, value) != value}


def _order(one: Change) -> tuple[int, str]:
    return parents_first(one.key)


def _text(row: Mapping[str, object] | None) -> str:
    return "" if row is None else json.dumps(row, ensure_ascii=False)


def _name_of(row: Row) -> str:
    return str(row.get("name") or row.get("value") or row.get("sheet_no") or row.get("alias") or "")
