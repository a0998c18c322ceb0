"""Taking a step back inside an open transaction: what is in the way, what others point to, what the rules of the work say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import apsw

from core.base.errors import Refused
from core.store import tables
from core.store.history import KeptRow, RowChange, named, row_changes
from core.store.must_hold import RECOMPUTE, Breach, RowKey, Rule, breaches
from core.store.past import rows_after, rows_now
from core.store.reads import Reader, Row


@dataclass(frozen=True, slots=True)
class Signed:
    """While `column` has this `value`, `fields` are what was signed: they do not change under the signature."""

    column: str
    value: str
    fields: frozenset[str]


@dataclass(slots=True)
class Taker:
    """Takes one changeset back inside an open transaction with foreign keys off."""

    connection: Any
    columns: dict[str, list[str]]
    partial: bool
    seq: int  # of the step that is taken back
    rules: Sequence[Rule] = ()
    signed: Mapping[str, Signed] = field(default_factory=dict)
    verb: str = "撤销"
    kept: list[KeptRow] = field(default_factory=list)
    _deleted: dict[tuple[str, str], Row] = field(default_factory=dict)
    _clashes: list[RowChange] = field(default_factory=list)
    _taken: set[RowKey] = field(default_factory=set)  # what must be unique and is another's now
    _bound: dict[RowKey, set[str]] = field(
        default_factory=dict
    )  # fields bound to others that were changed or signed since

    def apply(self, changes: bytes) -> None:
        """Apply `changes` (already inverted); Refused if whole and something is in the way, or a rule would be broken."""
        listed = list(row_changes(changes, self.columns))
        self._deleted = {(one.table, one.uid): one.before for one in listed if one.op == "delete"}
        read = Reader(self.connection)
        broken_before = {one.place for one in breaches(read, self.rules, listed)}
        was = rows_now(read, [(one.table, one.uid) for one in listed if self.partial or one.op == "update"])
        self._bind(read, listed, was)
        apsw.Changeset.apply(changes, self.connection, filter=tables.NAMES.__contains__, conflict=self._conflict)
        if self._clashes and not self.partial:
            raise self._in_the_way(self._clashes[0])
        for clash in self._clashes:
            if (clash.table, clash.uid) in self._bound:
                self._as_it_was(clash.table, clash.uid, was[clash.table, clash.uid])
            self._take_untouched_fields(clash)
        self._restore_parents()
        while broken := [
            one
            for one in breaches(read, self.rules, listed)
            if one.place not in broken_before and not self._stood_before(read, one, was)
        ]:
            self._keep(broken, was)
            self._restore_parents()

    def _stood_before(self, read: Reader, breach: Breach, was: Mapping[RowKey, Row | None]) -> bool:
        """Whether the step itself mended it: then none of its rows has changed since, and taking back brings back what was."""
        if any(by.via != "uid" for by in breach.rule.by):  # rows that are gone may have had a part in it
            later = "SELECT 1 FROM history WHERE seq > ? AND undoes IS NULL AND undone_by IS NULL"
            return read.value(later, (self.seq,)) is None
        then = rows_after(read, self.seq, breach.rows)
        now = {**rows_now(read, then), **{key: was[key] for key in then.keys() & was.keys()}}
        return then == now

    def _bind(self, read: Reader, listed: Sequence[RowChange], was: Mapping[RowKey, Row | None]) -> None:
        """Fields mean something together: where their fellows were changed or signed since, they are in the way too."""
        updates = [one for one in listed if one.op == "update" and tables.table(one.table).groups]
        then = rows_after(read, self.seq, {(one.table, one.uid) for one in updates})
        for one in updates:
            now, after = was[one.table, one.uid], then.get((one.table, one.uid))
            if now is None or after is None:
                continue
            spec, changed = tables.table(one.table), one.before.keys() - {"uid"}
            bound = {
                key
                for group in spec.groups
                if changed & set(group) and any(now[key] != after[key] for key in set(group) - set(spec.stamped))
                for key in changed & set(group)
            }
            signed = self.signed.get(one.table)
            if signed and now[signed.column] == signed.value and signed.column not in changed:
                bound |= changed & signed.fields
            if bound:
                self._bound[one.table, one.uid] = bound
                self._clashes.append(one)

    def _keep(self, broken: Sequence[Breach], was: dict[RowKey, Row | None]) -> None:
        """What would break a rule stays as it is (partial), or stops the undo (whole)."""
        left = was.keys() - {(one.table, one.uid) for one in self.kept} if self.partial else set()
        stays: dict[RowKey, str] = {}
        for breach in broken:
            uids = {uid for _name, uid in breach.rows}
            concerned = left & set(breach.rows) or {key for key in left if uids & set((was[key] or {}).values())}
            stays |= dict.fromkeys(concerned, breach.text.rstrip("。"))
        if not stays:
            text = f"{self.verb}后会是这样：{broken[0].text}所以没有{self.verb}。"
            way_out = broken[0].rule.way_out
            hint = "请先撤销后来的步骤，或选择“只撤销未改动的部分”。"
            raise Refused(text, hint if way_out == RECOMPUTE else f"{way_out}然后再{self.verb}。")
        for (name, uid), why in sorted(stays.items()):
            self._as_it_was(name, uid, was[name, uid])
            self.kept.append(KeptRow(name, uid, f"撤销后会是：{why}"))

    def _as_it_was(self, name: str, uid: str, row: Row | None) -> None:
        self._deleted.pop((name, uid), None)
        self.connection.execute(f"DELETE FROM {name} WHERE uid = ?", (uid,))
        if row is not None:
            marks = ", ".join("?" * len(row))
            self.connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))

    def _conflict(self, reason: int, change: Any) -> int:
        names = self.columns[change.name]
        before, after = named(names, change.old), named(names, change.new)
        uid = str((before or after)["uid"])
        if (change.name, uid) not in self._bound:
            self._clashes.append(RowChange(change.name, uid, change.op.lower(), before, after))
        self._deleted.pop((change.name, uid), None)
        if reason == apsw.SQLITE_CHANGESET_CONSTRAINT:
            self._taken.add((change.name, uid))
        return apsw.SQLITE_CHANGESET_OMIT

    def _in_the_way(self, clash: RowChange) -> Refused:
        label = tables.table(clash.table).label
        now = Reader(self.connection).one(f"SELECT * FROM {clash.table} WHERE uid = ?", (clash.uid,))
        row = now or clash.before or clash.after
        person = Reader(self.connection).value("SELECT name FROM cadre WHERE uid = ?", (row.get("cadre_uid"),))
        name = str(row.get("name") or person or "")
        shown = f"{label}{f'“{name}”' if name else ''}"
        if (clash.table, clash.uid) in self._taken:
            return Refused(f"{shown}原来的编号或名称现在属于另一条记录，不能整步{self.verb}。", "请先改那一条。")
        hint = "请先撤销后来的修改，或选择“只撤销未改动的部分”。"
        return Refused(f"{shown}在这一步之后又改过，不能整步{self.verb}。", hint)

    def _take_untouched_fields(self, clash: RowChange) -> None:
        """Field groups of an update that nobody has touched since go back; the others stay and are listed."""
        read = Reader(self.connection)
        now = read.one(f"SELECT * FROM {clash.table} WHERE uid = ?", (clash.uid,))
        if clash.op != "update" or now is None:
            self.kept.append(KeptRow(clash.table, clash.uid, "后来又改过" if now else "后来已删除"))
            return
        moved = {key for key in clash.after if now.get(key) != clash.before.get(key)} - {"uid"}
        moved |= self._bound.get((clash.table, clash.uid), set())
        for group in tables.table(clash.table).groups:
            if moved & set(group):
                moved |= set(group) & set(clash.after)
        back = {key: value for key, value in clash.after.items() if key not in moved and key != "uid"}
        if back:
            sets = ", ".join(f"{key} = ?" for key in back)
            self.connection.execute(f"UPDATE {clash.table} SET {sets} WHERE uid = ?", (*back.values(), clash.uid))
        self.kept.append(KeptRow(clash.table, clash.uid, "后来又改过：" + "、".join(sorted(moved))))

    def _restore_parents(self) -> None:
        """A row that others still point to is put back (partial) or stops the undo (whole)."""
        read = Reader(self.connection)
        while missing := self._missing_parents(read):
            # several children may miss the same parent: it is put back once
            for (name, uid), child in sorted({(name, uid): child for child, name, uid in missing}.items()):
                row = self._deleted.pop((name, uid), None)
                label, user = tables.table(name).label, tables.table(child).label
                if row is None or not self.partial:
                    raise Refused(
                        f"{label}“{(row or {}).get('name', uid)}”已被{user}用到，不能撤销。", "请先处理这些记录。"
                    )
                marks = ", ".join("?" * len(row))
                self.connection.execute(f"INSERT INTO {name} ({', '.join(row)}) VALUES ({marks})", tuple(row.values()))
                self.kept.append(KeptRow(name, uid, f"已被{user}用到"))

    def _missing_parents(self, read: Reader) -> set[tuple[str, str, str]]:
        found = set()
        for child, rowid, parent, number in read.tuples("PRAGMA foreign_key_check"):
            for fk in read.rows(f"PRAGMA foreign_key_list({child})"):
                if fk["id"] == number:
                    uid = read.value(f"SELECT {fk['from']} FROM {child} WHERE rowid = ?", (rowid,))
                    found.add((child, parent, str(uid)))
        return found
