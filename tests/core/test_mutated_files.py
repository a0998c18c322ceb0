"""500 spoilt files: packets, workbooks and grid files cut, overwritten or shuffled at random: words, no traceback, nothing written."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from core.base.errors import Problem
from core.base.paths import asset
from core.exchange.merging import merge
from core.exchange_rules import RULES
from core.ledger import memory_ledger
from core.place.import_map import prepare_grids
from core.roster.import_run import prepare_roster
from core.store import Store
from tests.exchange_desks import Desks, everything
from tests.factory import people


def spoilt(data: bytes, r: random.Random) -> bytes:
    """The file with one to eight things wrong: a byte, a piece cut out, doubled or filled with zeros, the end missing."""
    found = bytearray(data)
    for _ in range(r.randrange(1, 9)):
        at, size = r.randrange(len(found)), r.randrange(1, 60)
        act = r.randrange(5)
        if act == 0:
            found[at] ^= r.randrange(1, 256)
        elif act == 1:
            del found[at : at + size]
        elif act == 2:
            found[at:at] = found[at : at + size]
        elif act == 3:
            found[at : at + size] = bytes(len(found[at : at + size]))
        elif r.random() < 0.2:
            del found[max(1, at) :]
        found = found or bytearray(b"x")
    return bytes(found) if found != data else spoilt(data, r)


def spoil(store: Store, original: Path, tmp_path: Path, count: int, read: Callable[[Path], object]) -> int:
    """Read `count` spoilt copies; how many were refused in words. Anything but a Problem fails the test."""
    r, data, before, refused = random.Random(count), original.read_bytes(), everything(store), 0
    for number in range(count):
        file = tmp_path / f"{number}{original.suffix}"
        file.write_bytes(spoilt(data, r))
        try:
            read(file)
        except Problem as problem:
            assert str(problem)
            refused += 1
        file.unlink()
    assert everything(store) == before
    return refused


@pytest.mark.parametrize(("start", "count"), [("01_", 100), ("03_", 50)])
def test_spoilt_workbooks(tmp_path: Path, start: str, count: int) -> None:
    original = next(one for one in sorted(asset("demo").iterdir()) if one.name.startswith(start))
    store = memory_ledger()
    spoil(store, original, tmp_path, count, lambda file: prepare_roster(store, [file]))
    store.close()


def test_spoilt_grid_files(tmp_path: Path) -> None:
    original = next(one for one in sorted(asset("demo").iterdir()) if one.name.startswith("07_"))
    store = memory_ledger()
    assert spoil(store, original, tmp_path, 150, lambda file: prepare_grids(store, file)) > 20
    store.close()


def test_spoilt_packets(tmp_path: Path) -> None:
    desks = Desks(tmp_path)
    uids = people(desks.office, 6)
    copy = desks.give()
    with copy.transact("改") as tx:
        tx.update_many("cadre", [(uid, {"title": "研究员"}) for uid in uids])
    packet = desks.send(copy)
    refused = 0

    def read(file: Path) -> None:
        nonlocal refused
        report = merge(desks.office, [file], RULES)
        assert report.packets == [] and report.step is None and report.refused[0][1]
        refused += 1

    spoil(desks.office, packet, tmp_path, 200, read)
    assert refused == 200
    assert desks.take(packet).packets[0].applied == 6
    desks.close()
