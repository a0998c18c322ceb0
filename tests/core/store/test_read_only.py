"""A damaged ledger opened to be read: what is whole can be seen, nothing is written, and whoever tries is told in words."""

from __future__ import annotations

from pathlib import Path

import pytest

from core.base.errors import MachineFault, Refused
from core.ledger import create_ledger, open_ledger
from core.store import Store, Wiring, backup, files
from core.store.migrations import STEPS
from tests.factory import people, visits

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "口令一二三四"


@pytest.fixture
def damaged(tmp_path: Path) -> Path:
    """A ledger with a spoilt page somewhere among the visits."""
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, SECRET, org_name="某校", year=2020, cost=CHEAP)
    people(store, 20)
    before = files.ledger_file(folder).stat().st_size
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    visits(store, 3000)
    root = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'visit'")
    store.close()
    file = files.ledger_file(folder)
    data = bytearray(file.read_bytes())
    assert len(data) > before
    data[(root - 1) * 4096 + 2000] ^= 1
    file.write_bytes(data)
    return folder


def test_the_rest_is_read_and_the_file_stays_as_it_is(damaged: Path) -> None:
    bytes_before = files.ledger_file(damaged).read_bytes()
    with pytest.raises(files.Damaged, match="没有打开，也没有改动"):
        open_ledger(damaged, SECRET)
    store = open_ledger(damaged, SECRET, read_only=True)
    assert store.value("SELECT count(*) FROM cadre") == 20
    with pytest.raises(MachineFault, match="损坏"):
        store.rows("SELECT * FROM visit")
    store.close()
    assert files.ledger_file(damaged).read_bytes() == bytes_before


def test_writing_is_refused_in_words(damaged: Path) -> None:
    store = open_ledger(damaged, SECRET, read_only=True)
    with pytest.raises(Refused, match="只读方式打开，不能改动"), store.transact("新增单位") as tx:
        tx.insert("unit", {"name": "甲"})
    with pytest.raises(Refused, match="只读"):
        store.undo(2)
    with pytest.raises(Refused, match="只读"):
        store.redo() if store.redo_candidate() else store.undo(1)
    assert backup.before(store, "导入前") is None
    store.close()


def test_the_windows_own_memory_lasts_till_it_is_closed(damaged: Path) -> None:
    store = open_ledger(damaged, SECRET, read_only=True)
    store.local.put("ui.dark", True)
    assert store.local.get("ui.dark") is True
    store.local.delete("ui.dark")
    assert store.local.get("ui.dark", "none") == "none"
    store.close()
    again = open_ledger(damaged, SECRET, read_only=True)
    assert again.local.get("ui.dark") is None
    again.close()


def test_a_sound_ledger_can_be_read_while_another_writes(tmp_path: Path) -> None:
    store, _code = create_ledger(tmp_path, SECRET, org_name="某校", year=2020, cost=CHEAP)
    reader = Store.open(tmp_path, SECRET, read_only=True, wiring=Wiring())
    people(store, 3)
    assert reader.value("SELECT count(*) FROM cadre") == 3
    reader.close()
    store.close()


def test_an_older_and_a_hopeless_file_are_told_apart(tmp_path: Path) -> None:
    store, _code = create_ledger(tmp_path, SECRET, org_name="某校", year=2020, cost=CHEAP)
    store.connection.execute(f"PRAGMA user_version = {len(STEPS) - 1}")
    store.close()
    with pytest.raises(Refused, match="旧版本"):
        Store.open(tmp_path, SECRET, read_only=True, wiring=Wiring())
    file = files.ledger_file(tmp_path)
    file.write_bytes(b"\0" * 8192 + file.read_bytes()[8192:])
    with pytest.raises(files.Damaged, match="只读方式也打不开"):
        Store.open(tmp_path, SECRET, read_only=True, wiring=Wiring())
