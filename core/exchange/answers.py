"""The office's answer comes into a copy: taken as it is, but for what has been changed here since the packet it answers.

A copy never decides: a field changed here since keeps its value and, for the next packet, the value the person saw
before, so that the office sees the two changes meet.
"""

from __future__ import annotations

import json
from collections.abc import Mapping

from core.base.errors import Refused
from core.exchange.model import PacketReport
from core.exchange.packet_file import Change, Packet
from core.exchange.packets import renamed
from core.exchange.rows import hanging_on, holder, landed, parents_first, row_here
from core.exchange.three_way import changed
from core.store import Row, Tx
from core.store.past import Past, RowKey, columns_of, key_columns, references, rows_since, unique_sets
from core.store.tables import RECORDED, table


def take_answer(tx: Tx, packet: Packet, office: Row, report: PacketReport) -> None:
    """Bring the office's answer into this copy. Refused if a number typed here is taken by another record there."""
    _Taking(tx, packet, office, report).run()


class _Taking:
    def __init__(self, tx: Tx, packet: Packet, office: Row, report: PacketReport) -> None:
        self.tx, self.packet, self.office, self.report = tx, packet, office, report
        self._points, self._unique = references(tx), unique_sets(tx)
        self._here_since = self._own_changes()
        self._aliases: dict[str, str] = {}
        self._mine: dict[RowKey, Row | None] = {}  # rows changed here since, as they were before
        self._gone: set[RowKey] = set()  # rows the office has taken out
        self._kept: list[list[str]] = []  # of these, what something here still hangs on

    def _own_changes(self) -> Past:
        """What was changed here since the packet the office answers; what its earlier answers wrote is not ours."""
        sent = "SELECT seq FROM packet WHERE peer_uid = ? AND way = 'OUT' AND number = ?"
        seq = self.tx.value(sent, (self.office["uid"], self.packet.answers))
        if seq is None:  # it has merged nothing of ours: all since the copy was opened
            seq = self.tx.value("SELECT min(seq) FROM history")
        merges = "SELECT seq FROM packet WHERE peer_uid = ? AND way = 'IN'"
        skip = {row[0] for row in self.tx.tuples(merges, (self.office["uid"],))}
        return rows_since(self.tx, int(seq or 0), skip=skip)

    def run(self) -> None:
        for sha, data in self.packet.blobs.items():
            self.tx.keep_blob(sha, data)
        # what hangs on others first: two buildings become one before their 小区 do
        for name, uid, kept, _image in sorted(
            self.packet.aliases, key=lambda one: parents_first((one[0], one[1])), reverse=True
        ):
            self._rename(name, uid, kept)
        self._mine = {
            (name, self._aliases.get(uid, uid)): self._renamed(name, row)
            for (name, uid), row in self._here_since.then.items()
            if row != self._here_since.now[name, uid]
        }
        self._gone = {one.key for one in self.packet.changes if one.theirs is None} | set(self._left_over())
        writes = sorted(
            (one for one in self.packet.changes if one.theirs is not None), key=lambda one: parents_first(one.key)
        )
        again = [one for one in writes if not self._write(one)]
        for one in again:
            if not self._write(one):
                self._refuse(one)
        for key in sorted(self._gone, key=parents_first, reverse=True):
            self._delete(*key)
        self._note()

    # -- rows ----------------------------------------------------------------------------------------------------

    def _write(self, one: Change) -> bool:
        """Take a row of the office; False: a value of it is still held by another record here."""
        assert one.theirs is not None
        ours = row_here(self.tx, *one.key)
        mine = one.key in self._mine
        if ours is None:
            if mine and self._mine[one.key] is not None:
                return True  # deleted here since
            columns = columns_of(self.tx, one.tbl)
            row = {key: value for key, value in one.theirs.items() if key in columns}
            self._bring_back_parents(one.tbl, row)  # which may bring rows under the same parent
            if not self._make_room(one, row):
                return False
            self.tx.insert(one.tbl, row)
            self._landed("insert", one, {}, row)
            return True
        take = {key: one.theirs[key] for key in changed(ours, one.theirs) - self._own_fields(one.key, ours)}
        if one.base is not None:  # fields the office has not changed may be ours, sent and waiting for its decision
            take = {
                key: value for key, value in take.items() if one.base.get(key) != one.theirs[key] or key not in one.base
            }
        if not take:
            return True
        self._bring_back_parents(one.tbl, take)
        if not self._make_room(one, {**ours, **take}):
            return False
        self.tx.update_many(one.tbl, [(one.uid, take)])
        self._landed("update", one, {key: ours[key] for key in take}, take)
        return True

    def _own_fields(self, key: RowKey, ours: Row) -> set[str]:
        """Fields changed here since the packet that is answered; of a row added since, all."""
        if key not in self._mine:
            return set()
        before = self._mine[key]
        return set(ours) if before is None else changed(before, ours)

    def _bring_back_parents(self, name: str, row: Row) -> None:
        """What was deleted here is in use in the office by now: it stays, and that is said."""
        for column, parent in self._points[name].items():
            key = (parent, str(row.get(column) or ""))
            before = self._mine.get(key)
            if before is not None and row_here(self.tx, *key) is None:
                self._bring_back_parents(parent, before)
                now = next((one.theirs for one in self.packet.changes if one.key == key), None)
                back = Change(*key, None, {**before, **(now or {})})
                if not self._make_room(back, back.theirs or {}):
                    self._refuse(back)
                self.tx.insert(parent, back.theirs or {})
                del self._mine[key]
                label = table(parent).label
                self.report.notes.append(f"这边删除的{label}“{before.get('name', '')}”办公室正在使用，已恢复。")

    def _delete(self, name: str, uid: str) -> None:
        ours = row_here(self.tx, name, uid)
        if ours is None or (name, uid) in self._mine:
            return  # changed here since: the office will see both
        if hanging_on(self.tx, name, uid):
            self._kept.append([name, uid])
            return
        self.tx.delete(name, uid)
        self._landed("delete", Change(name, uid, ours, None), ours, {})

    def _left_over(self) -> list[RowKey]:
        sql = "SELECT withheld FROM packet WHERE peer_uid = ? AND way = 'IN' ORDER BY number DESC LIMIT 1"
        text = self.tx.value(sql, (self.office["uid"],))
        there = {one.key for one in self.packet.changes}
        return [(name, uid) for name, uid in json.loads(text or "[]") if (name, uid) not in there]

    # -- two keys for one thing ----------------------------------------------------------------------------------

    def _rename(self, name: str, uid: str, kept: str) -> None:
        """The office found that two keys mean one thing: use the one it keeps."""
        row = row_here(self.tx, name, uid)
        self._aliases[uid] = kept
        if row is None:
            return
        if row_here(self.tx, name, kept) is None:
            self.tx.delete(name, uid)
            self.tx.insert(name, {**row, "uid": kept})
            self._point_anew(name, uid, kept)
        else:
            self._point_anew(name, uid, kept)
            self.tx.delete(name, uid)

    def _point_anew(self, name: str, uid: str, kept: str) -> None:
        for child, columns in self._points.items():
            for column, parent in columns.items():
                if parent == name:
                    found = self.tx.tuples(f"SELECT uid FROM {child} WHERE {column} = ?", (uid,))
                    self.tx.update_many(child, [(row[0], {column: kept}) for row in found])
        for spec in RECORDED:
            for column in spec.loose if spec.travels else ():
                found = self.tx.tuples(f"SELECT uid FROM {spec.name} WHERE {column} = ?", (uid,))
                self.tx.update_many(spec.name, [(row[0], {column: kept}) for row in found])

    def _renamed(self, name: str, row: Row | None) -> Row | None:
        return renamed(row, key_columns(self.tx, name), self._aliases)

    def _make_room(self, one: Change, row: Row) -> bool:
        """A record added here, or changed here while the office put another in its place, gives way to the office's.

        What it held goes to the office.
        """
        for columns in self._unique[one.tbl]:
            other = holder(self.tx, one.tbl, row, columns)
            if other is None:
                continue
            key = (one.tbl, str(other["uid"]))
            if key in self._gone and key not in self._mine:  # taken out there, and added anew
                self._point_anew(one.tbl, key[1], one.uid)
                self.tx.delete(*key)
                self._landed("delete", Change(*key, other, None), other, {})
                continue
            added_here = key in self._mine and self._mine[key] is None
            if not added_here and not (key in self._mine and key in self._gone):
                return False
            self._give_up(one, other)
        return True

    def _give_up(self, one: Change, other: Row) -> None:
        uid = str(other["uid"])
        self._point_anew(one.tbl, uid, one.uid)
        self.tx.delete(one.tbl, uid)
        image = json.dumps(other, ensure_ascii=False)
        self.tx.insert("row_alias", {"uid": uid, "tbl": one.tbl, "kept_uid": one.uid, "image": image})
        self._aliases[uid] = one.uid
        self._mine.pop((one.tbl, uid))
        for key, before in list(self._mine.items()):
            self._mine[key] = self._renamed(key[0], before)
        self.report.notes.append(
            f"{table(one.tbl).label}{_quoted(other)}办公室已有，两条合为一条；这边填写的内容会随下一个数据包报办公室核对。"
        )

    def _refuse(self, one: Change) -> None:
        theirs = one.theirs or {}
        held = [holder(self.tx, one.tbl, theirs, columns) for columns in self._unique[one.tbl]]
        name = next((_quoted(row) for row in held if row is not None), "")
        raise Refused(
            f"回包里的{table(one.tbl).label}{_quoted(theirs)}与这边的{name or '一条'}编号或名称相同，没有合并。",
            "请先改正这边的那一条，再合并回包。",
        )

    # -- what the next packet starts from -------------------------------------------------------------------------

    def _note(self) -> None:
        """From now on the office has what it sent; of rows changed here since, what the person saw before the change."""
        old = [row[0] for row in self.tx.tuples("SELECT uid FROM peer_row WHERE peer_uid = ?", (self.office["uid"],))]
        for uid in old:
            self.tx.delete("peer_row", uid)
        rows = []
        for (name, uid), before in self._mine.items():
            image = json.dumps(before, ensure_ascii=False) if before is not None else ""
            ours = row_here(self.tx, name, uid)
            if before is not None and ours is not None:
                seen = {key: before[key] for key in changed(before, self._as_changed(name, uid, ours))}
                image = json.dumps({**ours, **seen}, ensure_ascii=False)
            rows.append({"peer_uid": self.office["uid"], "tbl": name, "row_uid": uid, "packet_no": 0, "image": image})
        self.tx.insert_many("peer_row", rows)
        seq = int(self.tx.value("SELECT coalesce(max(seq), 0) + 1 FROM history"))
        self.tx.update("peer", self.office["uid"], {"mark_seq": seq, "got_no": self.packet.header.number})
        self.report.kept_back = self._kept
        held = {row[0] for row in self.tx.tuples("SELECT cadre_uid FROM peer_cadre")}
        fresh = [uid for uid in self.packet.people if uid not in held]
        self.tx.insert_many("peer_cadre", [{"peer_uid": self.office["uid"], "cadre_uid": uid} for uid in fresh])

    def _as_changed(self, name: str, uid: str, ours: Row) -> Row:
        """The row as it was here before the answer: which of its fields were ours."""
        there = self._here_since.now.get((name, uid))
        return ours if there is None else {key: there.get(key, value) for key, value in ours.items()}

    def _landed(self, op: str, one: Change, before: Row, after: Row) -> None:
        self.report.landed.append(landed(op, one, before, after))


def _quoted(row: Mapping[str, object]) -> str:
    """“name” of a row that has one."""
    return f"“{row['name']}”" if row.get("name") else ""
