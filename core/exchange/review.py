"""What waits is decided: one side, the other, or a third value; what is not taken is kept and can be brought back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from core.base.clock import stamp
from core.base.errors import Refused
from core.base.rights import Right
from core.exchange.landing import Landing
from core.exchange.model import (
    CHANGED_HERE,
    CLASH,
    GONE_HERE,
    IN_USE,
    NO_PARENT,
    PARALLEL,
    RULE,
    SAME_PERSON,
    WAITS,
    PacketReport,
    Rules,
)  # fmt: skip
from core.exchange.packet_file import UP, Change, Header, Packet
from core.exchange.queries import opened
from core.exchange.rows import hanging_on, row_here
from core.store import Row, Tx
from core.store.past import as_deleted, columns_of, references
from core.store.tables import table

CHOICES = {
    "FIELD": ("OURS", "THEIRS", "VALUES"),
    GONE_HERE: ("OURS", "THEIRS"),
    CHANGED_HERE: ("OURS", "THEIRS"),
    IN_USE: ("OURS", "THEIRS"),
    NO_PARENT: ("OURS", "THEIRS"),
    SAME_PERSON: ("YES", "NO"),
    CLASH: ("OURS", "THEIRS", "VALUES", "YES", "NO"),
    RULE: ("ACCEPT", "DROP"),
    PARALLEL: ("ACCEPT", "OURS"),
}
"""What may be decided for each kind of conflict."""

_FINAL = ("YES", "NO", "DROP", "LATER")  # taken back only by undoing the step


def choices_of(row: Row) -> tuple[str, ...]:
    """What may be decided for a conflict. A number that is taken: of a new record YES, NO, OURS; of a changed one as FIELD."""
    if row["kind"] == CLASH:
        return ("YES", "NO", "OURS") if row["other_uid"] else ("OURS", "THEIRS", "VALUES")
    return CHOICES.get(row["kind"], ())


def settle(tx: Tx, conflict_uid: str, rules: Rules, *, take: str, values: Mapping[str, Any] | None = None) -> None:
    """Decide a conflict, or change an earlier decision. Refused where the choice does not fit or something stands in the way."""
    tx.require(Right.SETTLE)
    found = tx.one("SELECT * FROM conflict WHERE uid = ?", (conflict_uid,))
    if found is None:
        raise Refused("这条待定事项已不存在。", "请刷新后再试。")
    row = opened(found)
    if take not in choices_of(row):
        raise Refused(f"第{row['number']}条待定事项不能这样处理。", "请从列出的办法里选择。")
    if row["state"] == "SETTLED" and (row["taken"] in _FINAL or take in _FINAL):
        raise Refused(f"第{row['number']}条已经处理过，不能再改。", "要重新处理，请在历史中撤销那一步。")
    _Settling(tx, row, rules).act(take, dict(values or {}))
    done = {"state": "SETTLED", "taken": take, "settled_by": tx.operator, "settled_at": stamp()}
    tx.update("conflict", conflict_uid, done)


def accept_parallel(tx: Tx) -> int:
    """全部采用并行修改: all parallel changes have been looked at; how many."""
    tx.require(Right.SETTLE)
    found = tx.tuples("SELECT uid FROM conflict WHERE state = 'OPEN' AND kind = ?", (PARALLEL,))
    done = {"state": "SETTLED", "taken": "ACCEPT", "settled_by": tx.operator, "settled_at": stamp()}
    tx.update_many("conflict", [(row[0], done) for row in found])
    return len(found)


class _Settling:
    def __init__(self, tx: Tx, row: Row, rules: Rules) -> None:
        self.tx, self.row, self.rules = tx, row, rules
        self.tbl, self.uid = str(row["tbl"]), str(row["row_uid"])
        self.here = row_here(tx, self.tbl, self.uid)

    def act(self, take: str, values: dict[str, Any]) -> None:
        kind = self.row["kind"]
        if take in ("YES", "NO"):
            self._person(take == "YES", values)
        elif kind == RULE:
            if take == "DROP":
                self._drop()
        elif kind == PARALLEL:
            if take == "OURS":
                self._put({key: self.row["ours"][key] for key in self.row["fields"]})
        elif kind == GONE_HERE:
            self._there(take == "THEIRS", self._whole())
        elif kind in (CHANGED_HERE, IN_USE):
            self._there(take == "OURS", self.row["ours"])
        elif self.row["fields"] and not (kind == CLASH and self.row["other_uid"]):
            self._fields(take, values)
        else:
            self._orphan(take == "THEIRS")
        self._follow()

    # -- fields ------------------------------------------------------------------------------------------------------

    def _fields(self, take: str, values: dict[str, Any]) -> None:
        side = self.row["theirs"] if take == "THEIRS" else self.row["ours"]
        chosen = {key: side[key] for key in self.row["fields"] if key in side}
        if take == "VALUES":
            unknown = values.keys() - set(columns_of(self.tx, self.tbl))
            if unknown or not values:
                raise Refused("没有写明另填哪一项。", f"可以填：{'、'.join(self.row['fields'])}。")
            chosen |= values
        if self.here is not None:
            self._put(chosen)
        elif take != "OURS":  # deleted here since: what they have brings it back
            self._there(True, {**self._whole(), **chosen})

    def _put(self, values: dict[str, Any]) -> None:
        if self.here is None:
            raise Refused(f"这条{table(self.tbl).label}在这边已删除，不能再改。", "请先在历史中把它恢复。")
        if any(self.here[key] != value for key, value in values.items()):
            self._check_parents(values)
            self._check_free(self.tbl, {**self.here, **values})
            self.tx.update(self.tbl, self.uid, values)

    def _check_parents(self, values: Mapping[str, Any]) -> None:
        for column, parent in references(self.tx)[self.tbl].items():
            uid = values.get(column)
            if uid and row_here(self.tx, parent, uid) is None:
                raise Refused(f"所属的{table(parent).label}在这边已删除。", "请先恢复它，或采用这边的值。")

    def _check_free(self, name: str, row: Row) -> None:
        if self._landing().taken_values(name, row):
            raise Refused(f"{table(name).label}的编号或名称在这边已被另一条使用。", "请另填一个不重复的，或采用这边。")

    def _insert(self, name: str, row: Row) -> None:
        self._check_free(name, row)
        self.tx.insert(name, row)

    # -- whole rows --------------------------------------------------------------------------------------------------

    def _there(self, wanted: bool, image: Row | None) -> None:
        """Have the row, as `image`, or not."""
        if wanted and self.here is None and image is not None:
            self._check_parents(image)
            self._insert(self.tbl, image)
        elif not wanted and self.here is not None:
            self._delete()

    def _delete(self) -> None:
        if held := hanging_on(self.tx, self.tbl, self.uid):
            label = table(held[0][0]).label
            raise Refused(f"还有{label}在用这条{table(self.tbl).label}，不能删除。", "请先处理那些记录，或采用这边。")
        self.tx.delete(self.tbl, self.uid)

    def _whole(self) -> Row:
        """The row as it was deleted here, with what they changed: a part does not hold every field."""
        news = {key: value for key, value in self.row["theirs"].items() if key in self.row["fields"]}
        return {**self.row["theirs"], **(as_deleted(self.tx, self.tbl, self.uid) or {}), **news}

    def _orphan(self, wanted: bool) -> None:
        """A row whose parent is deleted here: in with its parent, or neither."""
        theirs = self.row["theirs"]
        if not wanted:
            self._there(False, None)
            self._settle_waiting("OURS")
            return
        for column, parent in references(self.tx)[self.tbl].items():
            uid = theirs.get(column)
            if uid and row_here(self.tx, parent, uid) is None:
                image = as_deleted(self.tx, parent, uid)
                if image is None:
                    raise Refused(f"找不到已删除的{table(parent).label}，不能连它一起恢复。", "请采用这边。")
                self._insert(parent, image)
        self._there(True, theirs)
        self._land_waiting()

    # -- one person or two -------------------------------------------------------------------------------------------

    def _person(self, yes: bool, values: dict[str, Any]) -> None:
        landing = self._landing()
        theirs, other = dict(self.row["theirs"]), str(self.row["other_uid"])
        if yes:
            ours = row_here(self.tx, self.tbl, other)
            if ours is None:
                raise Refused("这边的那个人已不在名册里。", "请选择“不是同一人”，或先恢复他。")
            landing.alias(self.tbl, self.uid, other)
            landing.join(self._change(theirs), ours)
        else:
            theirs |= values
            taken = landing.taken_values(self.tbl, theirs)
            if taken & values.keys():
                raise Refused("另填的编号也已被使用。", "请核对后另填一个，或留空。")
            theirs |= dict.fromkeys(taken, "") if taken == {"staff_no"} else {}
            if taken - {"staff_no"}:
                raise Refused("这些编号或名称在这边已被使用。", "请另填一个不重复的。")
            landing.insert(self.tbl, theirs)
        self._land_waiting(landing)

    def _land_waiting(self, landing: Landing | None = None) -> None:
        """What hung on the question comes in, parents first."""
        landing = landing or self._landing()
        rows = self._settle_waiting("LATER")
        landing.add_all(self._change(json.loads(row["theirs"]), row) for row in rows)

    def _settle_waiting(self, taken: str) -> list[Row]:
        rows = self.tx.rows("SELECT * FROM conflict WHERE kind = ? AND other_uid = ?", (WAITS, self.row["uid"]))
        done = {"state": "SETTLED", "taken": taken, "settled_by": self.tx.operator, "settled_at": stamp()}
        self.tx.update_many("conflict", [(row["uid"], done) for row in rows])
        return rows

    def _change(self, theirs: Row, row: Row | None = None) -> Change:
        row = row or self.row
        return Change(row["tbl"], row["row_uid"], None, theirs, row["their_by"], row["their_at"])

    def _drop(self) -> None:
        if self.row["fields"]:
            self._put({key: self.row["ours"][key] for key in self.row["fields"] if key in self.row["ours"]})
        elif self.here is not None:
            self.rules.drop[self.tbl](self.tx, self.uid, f"合并时核对：{self.row['text']}")

    # -- around ------------------------------------------------------------------------------------------------------

    def _landing(self) -> Landing:
        peer = self.tx.one("SELECT * FROM peer WHERE uid = ?", (self.row["peer_uid"],))
        assert peer is not None
        uid = self.row["packet_uid"]
        packet = Packet(Header("", peer["uid"], UP, 0, 0), "", "", 0, (), uid=uid)
        return Landing(self.tx, packet, peer, self.rules, PacketReport(uid, peer["uid"], peer["name"], 0, "", ""))

    def _follow(self) -> None:
        images = [self.row[side] or {} for side in ("base", "theirs", "ours")] + [self.here or {}]
        people = {str(one["cadre_uid"]) for one in images if one.get("cadre_uid")} | {str(self.row["other_uid"])}
        touched = {self.tbl: frozenset({self.uid})}
        touched["cadre"] = touched.get("cadre", frozenset()) | people
        for follow in (*self.rules.align, *self.rules.follow):
            follow(self.tx, touched)
