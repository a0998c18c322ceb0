"""Computers of an office and its copies, driven by the command line; and acts to do there."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in
from core.ledger import create_ledger, open_ledger
from core.roster.ops import save_cadre
from core.service_log.model import VisitDraft
from core.service_log.ops import record_visit
from core.store import Store, Tx
from tests.exchange_desks import CHEAP, row
from tests.factory import people, visits
from tests.ui.command_room import CommandLine

SECRET = "口令一二三四"
Act = Callable[[Tx], object]


class Desk:
    """One computer: a ledger's folder, and the command line over it."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.folder = folder
        self.run = CommandLine(folder, capsys)
        self.told = self.run.told

    def do(self, label: str, act: Act) -> Any:
        """One step through the ops."""
        store = open_ledger(self.folder, SECRET)
        try:
            with store.transact(label) as tx:
                return act(tx)
        finally:
            store.close()

    def look(self, look: Callable[[Store], Any]) -> Any:
        store = open_ledger(self.folder, SECRET)
        try:
            return look(store)
        finally:
            store.close()

    def one(self, table: str, uid: str) -> Any:
        return self.look(lambda store: row(store, table, uid))


class Place:
    """The office with forty people, and as many copies as a test needs."""

    def __init__(self, root: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.root, self._capsys = root, capsys
        store, _code = create_ledger(root / "office", SECRET, org_name="湖北经济学院", year=2020, cost=CHEAP)
        self.people, self.visits = people(store, 40), visits(store, 40)
        store.close()
        self.office = Desk(root / "office", capsys)

    def give(self, name: str = "笔记本1", *options: str) -> Desk:
        """Check out a copy and open it in another folder."""
        code, given = self.office.run("packet", "checkout", "--to", name, "--out", str(self.root), *options)
        assert code == 0, given
        copy = Desk(self.root / name, self._capsys)
        assert copy.run("packet", "open", given["file"], "--code", given["code"])[0] == 0
        return copy

    def packet(self, copy: Desk) -> str:
        code, made = copy.run("packet", "make", "--out", str(self.root))
        assert code == 0, made
        return str(made["file"])

    def merge(self, copy: Desk) -> dict[str, Any]:
        """The copy sends, the office merges."""
        return dict(self.office.run("packet", "merge", self.packet(copy))[1])

    def answer(self, name: str, copy: Desk) -> dict[str, Any]:
        made = self.office.run("packet", "make", "--to", name, "--out", str(self.root))[1]
        return dict(copy.run("packet", "merge", made["file"])[1])

    def settle(self, *how: str) -> dict[str, Any]:
        """Decide the first conflict that is open."""
        waits = self.office.run("packet", "conflicts")[1]["conflicts"]
        code, done = self.office.run("packet", "settle", str(waits[0]["id"]), *how)
        assert code == 0, done
        return dict(done)


def changing(table: str, uid: str, **values: Any) -> Act:
    return lambda tx: tx.update(table, uid, values)


def serving(cadre: str, day: str = "2020-11-20", start: str = "14:00", end: str = "16:00", **more: Any) -> Act:
    more = {"community": "经院社区", "category": "宣传政策", "content": "宣讲政策", **more}
    return lambda tx: record_visit(tx, VisitDraft(day, start, end, cadre_uid=cadre, **more)).uid


def praising(cadre: str) -> Act:
    return lambda tx: tx.insert("feedback", {"cadre_uid": cadre, "given_on": "2020-09-01", "content": "认真"})


def coming(cadre: str) -> Act:
    return lambda tx: check_in(tx, CheckinDraft(cadre, "HOME", "2020-08-01", community="康园社区"))


def somebody_else(store: Store) -> Any:
    """A person of a unit outside the part."""
    return store.one("SELECT c.* FROM cadre c JOIN unit u ON u.uid = c.unit_uid WHERE u.name = '机关党委'")


def all_in_it(store: Store) -> str:
    """Everything a ledger holds, history and drafts too, as one text."""
    names = store.tuples("SELECT name FROM sqlite_schema WHERE type = 'table'")
    return str([store.tuples(f"SELECT * FROM {name}") for (name,) in names])


def new_person(place: Place, name: str, staff_no: str, **more: Any) -> Act:
    values = {"name": name, "staff_no": staff_no, "unit": "会计学院党委", **more}
    return lambda tx: save_cadre(tx, values)
