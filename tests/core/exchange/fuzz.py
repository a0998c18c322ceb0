"""Three ledgers and many packets, at random: one round of the fuzz. `bench/exchange_fuzz.py` plays thousands of them.

The office, a second desk that holds everything, and a laptop that holds one unit work side by side; packets go up in three
generations, some are held back, merged twice or in the other order, merges are undone and merged again. An oracle that
knows nothing of the merge watches: what a copy changed has landed or waits, what the office changed stays.
"""

from __future__ import annotations

import json
import random
import shutil
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from core.base.errors import Problem
from core.check import findings
from core.exchange.checkout import check_out, open_copy
from core.exchange.merging import merge
from core.exchange.model import CheckoutAsk
from core.exchange.packets import known_images, make_packet
from core.exchange.queries import conflict_rows, own_copy
from core.exchange.review import choices_of, settle
from core.exchange.scope import scope_of
from core.exchange_rules import RULES
from core.ledger import create_ledger, open_ledger
from core.store import Store, backup
from core.store.tables import table
from tests.core.exchange.acts import act_once
from tests.core.exchange.oracle import ALIGNED, FOLLOWING, State, Watcher
from tests.exchange_desks import CHEAP, SECRET, everything, travelling
from tests.factory import people, visits


def template(root: Path) -> Path:
    """A small office with its two copies, to start every round from."""
    folder = root / "template"
    store, _code = create_ledger(folder / "office", SECRET, org_name="湖北经济学院", year=2020, cost=CHEAP)
    people(store, 6)
    visits(store, 8)
    with store.transact("测试网格") as tx:
        community = tx.value("SELECT uid FROM community WHERE linked = 1")
        for number in (1, 2):
            tx.insert("grid", {"community_uid": community, "name": f"第{number}网格", "position": number})
        tx.insert("estate", {"community_uid": community, "name": "东苑"})
        tx.insert("estate", {"community_uid": community, "name": "西苑"})
    unit = store.value("SELECT uid FROM unit ORDER BY position LIMIT 1")
    for at, ask in enumerate((CheckoutAsk("二号电脑", "DESK"), CheckoutAsk("笔记本1", units=(unit,)))):
        given = check_out(store, ask, folder / f"{at}.xcout", code="ABCDE")
        open_copy(Path(given.file), folder / f"copy{at}", given.code, SECRET)
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    (folder / "office" / "key").write_bytes(store.key)
    for at, (key,) in enumerate(store.tuples("SELECT key FROM peer ORDER BY number")):
        (folder / f"copy{at}" / "key").write_bytes(bytes.fromhex(key))
    store.close()
    return folder


class Round(Watcher):
    """One round: seeded, on real files."""

    def __init__(self, seed: int, start: Path, root: Path) -> None:
        self.r, self.seed, self.root = random.Random(seed), seed, root
        shutil.copytree(start, root, dirs_exist_ok=True)
        self.office = self._open("office")
        self.copies = [self._open("copy0"), self._open("copy1")]
        self.peers = [row[0] for row in self.office.tuples("SELECT uid FROM peer ORDER BY number")]
        self.touched = [{}, {}]
        self.stats: Counter[str] = Counter()

    def _open(self, name: str) -> Store:
        folder = self.root / name
        store = open_ledger(folder, key=(folder / "key").read_bytes())
        store.connection.execute("PRAGMA synchronous = OFF")
        return store

    # -- acts --------------------------------------------------------------------------------------------------------

    def work(self, copy: int, acts: int) -> None:
        """Random acts in one copy."""
        for _ in range(acts):
            act_once(self.copies[copy], self.r, undo=True)

    def office_works(self, acts: int) -> None:
        """Random acts in the office, noted field by field."""
        before = travelling(self.office)
        for _ in range(acts):
            act_once(self.office, self.r, undo=True)
        self.note(before, travelling(self.office), (0, 1))

    # -- packets -----------------------------------------------------------------------------------------------------

    def send(self, copy: int) -> tuple[Path, State]:
        made = make_packet(self.copies[copy], self.root / f"up{copy}")
        return Path(made.file), travelling(self.copies[copy])

    def merge(self, copy: int, packet: Path, there: State) -> None:
        """The office merges, and the oracle looks."""
        before, full = travelling(self.office), everything(self.office)
        self.known = known_images(self.office, self.peers[copy])
        report = merge(self.office, [packet], RULES)
        assert not report.refused, (self.seed, report.refused)
        after = travelling(self.office)
        waits = {
            (row["tbl"], row["row_uid"])
            for row in self.office.rows("SELECT tbl, row_uid FROM conflict WHERE state = 'OPEN'")
        }
        self.stats["landed"] += report.packets[0].applied
        self.stats["conflicts"] += len(report.packets[0].conflicts)
        self.office_stays(copy, before, after, there)
        self.copy_arrived(copy, after, there, waits)
        again = merge(self.office, [packet], RULES)
        assert again.packets[0].already and again.step is None and travelling(self.office) == after, self.seed
        if report.step is not None and self.r.random() < 0.4:
            self.office.undo(report.step)
            assert everything(self.office) == full, (self.seed, "undo")
            merge(self.office, [packet], RULES)
            assert _but_following(travelling(self.office)) == _but_following(after), (self.seed, "merged again")
            self.stats["undone"] += 1
        self.sound()
        self.note(before, travelling(self.office), (1 - copy,))
        self.come_together(copy, after, there)

    def settle_some(self, share: float) -> None:
        """Decide open conflicts at random."""
        for row in conflict_rows(self.office):
            if self.r.random() > share:
                continue
            choices = [one for one in choices_of(row) if one != "VALUES"]
            self.r.shuffle(choices)
            for take in choices:
                before = travelling(self.office)
                try:
                    with self.office.transact("处理", merging=True) as tx:
                        settle(tx, row["uid"], RULES, take=take)
                except Problem:
                    continue
                self.note(before, travelling(self.office), (0, 1))
                if take == "THEIRS":
                    self.agreed(self.peers.index(row["peer_uid"]), row["tbl"], row["row_uid"])
                self.stats["settled"] += 1
                break

    def answer(self, copy: int) -> None:
        """The office's answer goes down and is merged; what the copy changed since stays."""
        made = make_packet(self.office, self.root / "down", self.peers[copy])
        store = self.copies[copy]
        before, full = travelling(store), everything(store)
        mine = self.own_since(copy)
        report = merge(store, [Path(made.file)], RULES)
        if report.refused:
            assert "编号或名称相同" in report.refused[0][1], (self.seed, report.refused)
            assert everything(store) == full
            return
        after = travelling(store)
        given_up = {row[0] for row in store.tuples("SELECT uid FROM row_alias")}
        renamed = dict(self.office.tuples("SELECT uid, kept_uid FROM row_alias"))  # the office knew the same thing
        for name, uid, fields in mine:
            if uid in given_up or uid not in before[name]:
                continue
            here = after[name].get(uid) or after[name].get(renamed.get(uid, ""))
            assert here is not None, (self.seed, "copy's row lost", name, uid)
            for key in fields - set(table(name).stamped):
                value = before[name][uid][key]
                gone = key.endswith("_uid") and not any(value in rows for rows in after.values())
                assert here[key] == value or gone or value in given_up | renamed.keys(), (
                    self.seed,
                    "copy's change lost",
                    name,
                    uid,
                    key,
                )
        bad = [text for text in findings(store) if "指向已不存在" in text]
        assert not bad, (self.seed, bad)
        if report.step is not None and self.r.random() < 0.2:
            store.undo(report.step)
            assert everything(store) == full, (self.seed, "undo of an answer")
            merge(store, [Path(made.file)], RULES)
            assert travelling(store) == after, (self.seed, "answer merged again")

    # -- a round -----------------------------------------------------------------------------------------------------

    def play(self) -> Counter[str]:
        """Three generations of packets, then everything is settled and both copies end as the office."""
        held: list[tuple[int, Path, State]] = []
        for _generation in range(3):
            self.office_works(self.r.randrange(0, 14))
            for copy in (0, 1):
                self.work(copy, self.r.randrange(1, 16))
                if self.r.random() < 0.85:
                    held.append((copy, *self.send(copy)))
            self.office_works(self.r.randrange(0, 10))
            self._merge_some(held)
            self.settle_some(0.5)
            for copy in (0, 1):
                if self.r.random() < 0.6:
                    self.work(copy, self.r.randrange(0, 4))
                    self.answer(copy)
                    self._acknowledged(copy)
        self._end()
        for store in (self.office, *self.copies):
            store.close()
        return self.stats

    def _merge_some(self, held: list[tuple[int, Path, State]]) -> None:
        if len({one[0] for one in held}) == 2 and self.r.random() < 0.3:
            self._either_order(held)
        for copy, packet, there in held:
            if self.r.random() < 0.25 and there is not None:
                continue  # lost on the way: the next one holds it too
            if self.office.value("SELECT got_no FROM peer WHERE uid = ?", (self.peers[copy],)) < _number(packet):
                self._merge_now(copy, packet, there)
        held.clear()

    def _merge_now(self, copy: int, packet: Path, there: State) -> None:
        """The oracle compares with the copy as it was when it sent: nothing has been done there since."""
        if travelling(self.copies[copy]) == there:
            self.merge(copy, packet, there)
        else:
            before = travelling(self.office)
            merge(self.office, [packet], RULES)
            self.note(before, travelling(self.office), (1 - copy,))
            self.come_together(copy, travelling(self.office), there)

    def _either_order(self, held: list[tuple[int, Path, State]]) -> None:
        """Rows nobody is asked about end the same whichever packet comes first."""
        newest = {copy: packet for copy, packet, _there in held}
        ends = []
        for order in ((0, 1), (1, 0)):
            steps = [merge(self.office, [newest[copy]], RULES).step for copy in order]
            asked = {(row["tbl"], row["row_uid"]) for row in self.office.rows("SELECT tbl, row_uid FROM conflict")}
            asked |= {(row["tbl"], row["other_uid"]) for row in self.office.rows("SELECT tbl, other_uid FROM conflict")}
            same = self.office.value("SELECT count(*) FROM row_alias")
            ends.append((travelling(self.office), asked, same))
            for step in reversed([one for one in steps if one is not None]):
                self.office.undo(step)
        (one, asked, twins), (two, asked_too, twins_too) = ends
        if twins or twins_too:
            return  # which of two keys is kept depends on who comes first
        for name in one:
            if name in FOLLOWING:
                continue
            for uid in one[name].keys() | two[name].keys():
                if (name, uid) not in asked | asked_too:
                    first, second = one[name].get(uid), two[name].get(uid)
                    assert _alike(name, first, second), (self.seed, "order matters", name, uid, first, second)
        self.stats["orders"] += 1

    def _acknowledged(self, copy: int) -> None:
        """The next packet tells the office that its answer has arrived."""
        packet, there = self.send(copy)
        self.touched[copy] = {}
        self._merge_now(copy, packet, there)

    def _end(self) -> None:
        for _ in range(12):
            for copy in (0, 1):
                packet, there = self.send(copy)
                self._merge_now(copy, packet, there)
            for _again in range(6):
                self.settle_some(1.0)
            for copy in (0, 1):
                self.answer(copy)
                self.touched[copy] = {}
            if self._equal():
                return
        raise AssertionError((self.seed, "never equal", self._differences()[:3]))

    def _equal(self) -> bool:
        return not conflict_rows(self.office) and not self._differences()

    def _differences(self) -> list[object]:
        office, desk, laptop = (travelling(one) for one in (self.office, *self.copies))
        found: list[object] = []
        for name in office:
            for uid in office[name].keys() | desk[name].keys():
                if office[name].get(uid) != desk[name].get(uid):
                    found.append(("desk", name, uid, *_apart(office[name].get(uid), desk[name].get(uid))))
            for uid, row in laptop[name].items():
                there = office[name].get(uid)
                left = {f"{name}.{key}" for key in row} & set(
                    json.loads(self.copies[1].value("SELECT left_out FROM peer"))
                )
                shown = {key: value for key, value in row.items() if f"{name}.{key}" not in left}
                apart = there is None or any(there[key] != value for key, value in shown.items())
                if apart and name != "attachment" and self._held(name, uid):
                    found.append(("laptop", name, uid, *_apart(there, shown)))
        return found

    def _held(self, name: str, uid: str) -> bool:
        """Whether the laptop is kept up to date on a row: it lies in its part."""
        office = own_copy(self.copies[1])
        assert office is not None
        row = self.copies[1].one(f"SELECT * FROM {name} WHERE uid = ?", (uid,))
        return row is not None and scope_of(self.copies[1], office).holds(name, row)


def _number(packet: Path) -> int:
    return int(packet.stem.split("_")[-2])


def _but_following(state: State) -> State:
    """Without what is set anew under fresh keys each time."""
    return {name: rows for name, rows in state.items() if name not in FOLLOWING}


def _apart(one: dict[str, Any] | None, two: dict[str, Any] | None) -> tuple[object, object]:
    """Only what differs between two rows."""
    if one is None or two is None:
        return one, two
    keys_ = [key for key in two if one[key] != two[key]]
    return {key: one[key] for key in keys_}, {key: two[key] for key in keys_}


def _alike(name: str, one: dict[str, Any] | None, two: dict[str, Any] | None) -> bool:
    if one is None or two is None:
        return one is two
    loose = set(table(name).stamped) | {key for tbl, key in ALIGNED if tbl == name}
    return all(one[key] == two[key] for key in one if key not in loose)


def play(seed: int, start: Path, root: Path) -> Counter[str]:
    """One seeded round in an empty folder, which is removed again if nothing was found."""
    folder = root / f"round{seed}"
    folder.mkdir()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(backup, "before", lambda *_: None)  # the round itself is what is watched
        found = Round(seed, start, folder).play()
    shutil.rmtree(folder)
    return found
