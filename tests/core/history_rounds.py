"""One round of the history at random: acts over all ops, then everything taken back and done again, and single steps in between.

`python -m bench.history_fuzz 200` plays many.
"""

from __future__ import annotations

import json
import random
from collections import Counter
from typing import Any

from core.base.errors import Problem
from core.check import findings
from core.checkin.ops import reopen_checkins
from core.grid_assignment.ops import change_assignment
from core.grid_assignment.regroup import merge_grids, save_building
from core.ledger import memory_ledger
from core.org import ops as org
from core.place import ops as place
from core.putting_back import put_back, put_back_step
from core.service_log.model import VisitDraft
from core.service_log.ops import record_group, reopen_visits
from core.store import RowChange, Step, Store, Tx
from core.store.past import rows_now
from core.store.tables import table
from core.team import ops as team
from tests.core.exchange.acts import ACTS
from tests.core.exchange.year_acts import DAYS, WORDS, Act, Chance, some
from tests.exchange_desks import everything
from tests.factory import people, visits


def _group(tx: Tx, r: Chance) -> object:
    draft = VisitDraft(
        r.choice(DAYS), "08:00", "11:30", community="经院社区", category="宣传政策", content=r.choice(WORDS)
    )
    return record_group(tx, draft, [some(tx, r, "cadre"), some(tx, r, "cadre")])


def _regrid(tx: Tx, r: Chance) -> object:
    grid = tx.value("SELECT name FROM grid WHERE uid = ?", (some(tx, r, "grid", "archived_on = ''"),))
    return save_building(tx, some(tx, r, "building"), {"grid": grid})


def _merge(tx: Tx, r: Chance) -> object:
    return merge_grids(tx, some(tx, r, "grid", "archived_on = ''"), some(tx, r, "grid", "archived_on = ''"))


def _days(tx: Tx, r: Chance) -> object:
    first = r.choice(DAYS)
    values = r.choice([{"from_on": first}, {"until_on": r.choice(DAYS)}, {"from_on": first, "until_on": ""}])
    if r.random() < 0.5:
        return change_assignment(tx, some(tx, r, "grid_assignment"), values)
    return team.change_member(tx, some(tx, r, "squad_member"), values)


MORE: tuple[tuple[int, Act], ...] = (
    (2, _group),
    (3, _regrid),
    (2, _merge),
    (3, _days),
    (1, lambda tx, r: place.save_worker(tx, some(tx, r, "grid_worker"), {"until_on": r.choice(DAYS)})),
    (1, lambda tx, r: reopen_checkins(tx, [some(tx, r, "checkin", "ended_on <> ''")])),
    (1, lambda tx, r: reopen_visits(tx, [some(tx, r, "visit", "state IN ('VOID', 'RETURNED')")])),
    (1, lambda tx, r: team.end_squad(tx, some(tx, r, "squad", "ended_on = ''"), "2020-11-23")),
    (1, lambda tx, r: team.remove_squad(tx, some(tx, r, "squad"))),
    (1, lambda tx, r: org.archive_unit(tx, some(tx, r, "unit", "archived_on = ''"))),
    (1, lambda tx, r: org.archive_branch(tx, some(tx, r, "branch", "archived_on = ''"))),
    (1, lambda tx, r: org.update_branch(tx, some(tx, r, "branch"), {"note": r.choice(WORDS)})),
)
_WEIGHTS = [weight for weight, _act in (*ACTS, *MORE)]
_CHOICES = [act for _weight, act in (*ACTS, *MORE)]

State = dict[str, list[tuple[Any, ...]]]


class Round:
    """A seeded round on a ledger in memory; the first thing that does not hold fails it."""

    def __init__(self, seed: int, acts: int = 40) -> None:
        self.seed, self.acts, self.r = seed, acts, random.Random(seed)
        self.stats: Counter[str] = Counter()
        self.store = _start()

    def play(self) -> Counter[str]:
        """Acts; all back and again; single steps back; rows put back."""
        start = self.state()
        for _ in range(self.acts):
            self.act()
        end = self.state()
        for _ in range(6):
            self.middle(partial=False)
            self.middle(partial=True)
            self.put_back()
        assert self.state() == end, (self.seed, "not as before the middle steps")
        steps = self.store.value("SELECT count(*) FROM history WHERE label = '随机' AND undone_by IS NULL")
        for _ in range(steps):
            self.store.undo()
        self.same(start, "all undone")
        for _ in range(steps):
            self.store.redo()
        self.same(end, "all redone")
        self.store.close()
        return self.stats

    def act(self) -> None:
        """One act; what the rules refuse leaves nothing behind."""
        try:
            with self.store.transact("随机") as tx:
                self.r.choices(_CHOICES, _WEIGHTS)[0](tx, self.r)
        except Problem:
            self.stats["refused"] += 1
            return
        self.stats["acts"] += 1
        self.sound("an act")

    def middle(self, *, partial: bool) -> None:
        """Any step taken back: exactly, or refused and nothing changed; and that taken back again."""
        step = self.any_step()
        before, changes = self.state(), self.store.step_changes(step.seq)
        try:
            result = self.store.undo(step.seq, partial=partial)
        except Problem as problem:
            assert str(problem), (self.seed, step)
            assert self.state() == before, (self.seed, step, "refused, and changed")
            self.stats["undo refused"] += 1
            return
        self.stats["partial" if partial else "middle"] += 1
        self.sound(f"step {step.seq} taken back (partial: {partial})")
        if not partial:
            self.exact(changes)
        kept = {(one.table, one.uid) for one in result.kept}
        assert partial or not kept
        self.store.redo()
        self.same(before, f"step {step.seq} taken back and done again")

    def exact(self, changes: list[RowChange]) -> None:
        """What the step wrote is as it was before it, but for what is set from other records."""
        now = rows_now(self.store, [(one.table, one.uid) for one in changes])
        for one in changes:
            row = now[one.table, one.uid]
            if one.op == "insert":
                assert row is None, (self.seed, one)
                continue
            assert row is not None, (self.seed, one)
            for key in one.before.keys() - set(table(one.table).stamped):
                assert row[key] == one.before[key], (self.seed, one, key)

    def put_back(self) -> None:
        """A record, some of its fields, or a whole step as it was before a step."""
        step = self.any_step()
        change = self.r.choice(self.store.step_changes(step.seq))
        before = self.state()
        fields = [self.r.choice(sorted(change.before))] if change.before and self.r.random() < 0.5 else None
        try:
            with self.store.transact("改回原样") as tx:
                if self.r.random() < 0.3:
                    put_back_step(tx, step.seq)
                else:
                    put_back(tx, change.table, change.uid, step.seq, fields)
        except Problem:
            assert self.state() == before, (self.seed, step, "refused, and changed")
            self.stats["put back refused"] += 1
            return
        self.sound(f"{change.table} put back to before step {step.seq}")
        if tx.outcome.step is not None:
            self.stats["put back"] += 1
            self.store.undo()
        self.same(before, "put back and taken back")

    def any_step(self) -> Step:
        """A step of this round that is in force."""
        where = "undoes IS NULL AND undone_by IS NULL AND NOT lasting AND label = '随机'"
        return self.r.choice(self.store.steps(10_000, where=where))

    def state(self) -> State:
        return everything(self.store)

    def same(self, wanted: State, what: str) -> None:
        now = self.state()
        apart = {name: sorted(set(now[name]) ^ set(wanted[name]), key=json.dumps) for name in now}
        assert now == wanted, (self.seed, what, {name: rows for name, rows in apart.items() if rows})
        self.sound(what)

    def sound(self, what: str) -> None:
        found = findings(self.store)
        assert not found, (self.seed, what, found)


def _start() -> Store:
    store = memory_ledger()
    people(store, 6)
    visits(store, 8)
    with store.transact("测试网格") as tx:
        for number in (1, 2, 3):
            tx.insert("grid", {"community_uid": "linked", "name": f"第{number}网格", "position": number})
        for name in ("东苑", "西苑"):
            tx.insert("estate", {"community_uid": "linked", "name": name})
        for number in (1, 2):
            place.save_building(tx, None, {"name": f"{number}栋", "estate": "东苑", "grid": f"第{number}网格"})
        place.save_worker(tx, None, {"name": "陈明", "grid": "第1网格"})
        for number in (1, 2):
            team.save_squad(tx, None, {"grid": f"第{number}网格", "name": "第1小分队"})
    return store
