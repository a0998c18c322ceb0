"""The oracle of the fuzz: it knows nothing of the merge, only what each desk held before and after."""

from __future__ import annotations

import json
from typing import Any

from core.check import findings
from core.exchange.packets import pending
from core.exchange.queries import own_copy
from core.store import Store
from core.store.past import rows_since
from core.store.tables import table

State = dict[str, dict[str, dict[str, Any]]]
FOLLOWING = {"membership"}  # set anew from the roster after a merge
ALIGNED = {("cadre", "unit_uid"), ("cadre", "branch_uid")}


class Watcher:
    """What must hold whenever the office merges a packet of a copy."""

    seed: int
    office: Store
    copies: list[Store]
    peers: list[str]
    touched: list[
        dict[tuple[str, str, str], Any]
    ]  # what the office changed since a copy's last answer, and what stood before

    def note(self, before: State, after: State, copies: tuple[int, ...]) -> None:
        for name in before:
            for uid in before[name].keys() | after[name].keys():
                one, two = before[name].get(uid), after[name].get(uid)
                keys_ = (
                    (one or two or {}).keys()
                    if one is None or two is None
                    else [key for key in one if one[key] != two[key]]
                )
                for copy in copies:
                    for key in keys_:
                        mark, stood = (name, uid, key), (one or {}).get(key)
                        if self.touched[copy].setdefault(mark, stood) == (two or {}).get(key):
                            del self.touched[copy][mark]  # as it was again

    def agreed(self, copy: int, name: str, uid: str) -> None:
        """The office has taken a row as the copy has it."""
        for mark in [one for one in self.touched[copy] if one[:2] == (name, uid)]:
            del self.touched[copy][mark]

    def come_together(self, copy: int, after: State, there: State) -> None:
        """Where both have the same by now, nothing of the office's stands against the copy's next change."""
        for name, uid, key in list(self.touched[copy]):
            one, two = after[name].get(uid), there[name].get(uid)
            if one is not None and two is not None and one[key] == two[key]:
                del self.touched[copy][name, uid, key]

    def office_stays(self, copy: int, before: State, after: State, there: State) -> None:
        kept = dict(self.office.tuples("SELECT uid, kept_uid FROM row_alias"))
        given_up: dict[str, list[dict[str, Any]]] = {}
        for one in self.copies[copy].rows("SELECT kept_uid, image FROM row_alias WHERE image <> ''"):
            given_up.setdefault(one["kept_uid"], []).append(json.loads(one["image"]))
        for name, rows in before.items():
            stamped = set(table(name).stamped)
            if name in FOLLOWING:
                continue
            for uid, row in rows.items():
                now = after[name].get(uid)
                if now is None:
                    assert not any(self._changed(copy, name, row, key) for key in row if key not in stamped), (
                        self.seed, "office's row deleted", name, row,
                    )  # fmt: skip
                    continue
                for key, value in row.items():
                    if now[key] == value or key in stamped or (name, key) in ALIGNED:
                        continue
                    assert not self._changed(copy, name, row, key) or value in ("", None, 0), (
                        self.seed, "office's change lost", name, uid, key, value, now[key],
                    )  # fmt: skip
                    theirs = there[name].get(uid) or {}
                    twins = [there[name][old] for old, new in kept.items() if new == uid and old in there[name]]
                    values = [kept.get(one.get(key), one.get(key)) for one in (theirs, *twins, *given_up.get(uid, ()))]
                    assert now[key] in values, (self.seed, "value from nowhere", name, uid, key, now[key])

    def _changed(self, copy: int, name: str, row: dict[str, Any], key: str) -> bool:
        """Whether the office has a field otherwise than at the copy's last answer (a row added since is not the copy's)."""
        before, told = self.touched[copy].get((name, row["uid"], key)), self.known.get((name, row["uid"])) or {}
        return before is not None and before != row[key] and told.get(key, before) != row[key]

    def copy_arrived(self, copy: int, after: State, there: State, waits: set[tuple[str, str]]) -> None:
        """Each row the copy holds otherwise than at the last answer is as the copy has it, or waits."""
        kept = dict(self.office.tuples("SELECT uid, kept_uid FROM row_alias"))
        sent = self._pending(copy)
        for name, uid, fields in sent:
            if name in FOLLOWING:
                continue
            theirs, here_uid = there[name].get(uid), kept.get(uid, uid)
            if (name, here_uid) in waits or (name, uid) in waits:
                continue
            now = after[name].get(here_uid)
            if theirs is None:
                if (name, here_uid) in self.known and self.known[name, here_uid] is None:
                    continue  # told of before: if it is here again, somebody brought it back since
                assert now is None or uid in kept or self._decided(name, uid), (self.seed, "deletion lost", name, uid)
                continue
            if uid in kept:
                continue  # one of two: whoever deletes the other deletes both
            assert now is not None or self._decided(name, here_uid), (self.seed, "row lost", name, uid, theirs)
            if now is None:
                continue
            for key in fields - set(table(name).stamped):
                value = kept.get(theirs[key], theirs[key])
                if (name, key) in ALIGNED or now[key] == value:
                    continue
                assert self._decided(name, here_uid), (self.seed, "change lost", name, uid, key, value, now[key])

    def _pending(self, copy: int) -> list[tuple[str, str, set[str]]]:

        store = self.copies[copy]
        office = own_copy(store)
        assert office is not None
        found = []
        for one in pending(store, office):
            fields = set(one.theirs or {})
            if one.base is not None and one.theirs is not None:
                fields = {key for key in one.theirs if one.base.get(key, one.theirs[key]) != one.theirs[key]}
            found.append((one.tbl, one.uid, fields - {"uid"}))
        return found

    def _decided(self, name: str, uid: str) -> bool:
        """Whether a person decided about the row earlier, or the office has changed it since it landed."""
        sql = "SELECT 1 FROM conflict WHERE tbl = ? AND row_uid = ? AND state = 'SETTLED'"
        return self.office.value(sql, (name, uid)) is not None or any(
            (name, uid) == one[:2] for touched in self.touched for one in touched
        )

    def sound(self) -> None:
        bad = [text for text in findings(self.office) if "指向已不存在" in text or "时长" in text or "不一致" in text]
        assert not bad, (self.seed, bad)

    def own_since(self, copy: int) -> list[tuple[str, str, set[str]]]:
        """What the copy has changed since the packet the office has merged."""
        store = self.copies[copy]
        got = self.office.value("SELECT got_no FROM peer WHERE uid = ?", (self.peers[copy],))
        seq = store.value("SELECT seq FROM packet WHERE way = 'OUT' AND number = ?", (got,)) or 1
        skip = {row[0] for row in store.tuples("SELECT seq FROM packet WHERE way = 'IN'")}
        past = rows_since(store, seq, skip=skip)
        found = []
        for (name, uid), then in past.then.items():
            now = past.now[name, uid]
            if now is not None and now != then:
                found.append((name, uid, {key for key in now if then is None or now[key] != then[key]} - {"uid"}))
        return found
