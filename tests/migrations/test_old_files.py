"""Each schema an old program left is brought up to date with a backup first and nothing lost."""

from __future__ import annotations

import sys
from collections import Counter
from pathlib import Path

import pytest

from core.base.errors import MachineFault
from core.store import Store, Wiring, backup, driver, files, keys
from core.store.migrations import STEPS, migrate

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}


def old_ledger(folder: Path, version: int) -> None:
    """A ledger as the program with `version` migrations left it, with one row in it."""
    key = keys.new_key()
    files.prepare_new(folder, keys.make_envelope(key, "口令一二三四", keys.new_recovery_code(), CHEAP))
    connection = driver.connect(str(files.ledger_file(folder)), key=key)
    connection.execute("PRAGMA journal_mode = WAL")
    migrate(connection, upto=version)
    connection.execute("INSERT INTO unit (uid, name) VALUES ('u1', '会计学院党委')")
    connection.close()


@pytest.mark.parametrize("version", range(1, len(STEPS) + 1))
def test_an_old_file_opens_whole(tmp_path: Path, version: int) -> None:
    old_ledger(tmp_path / "旧", version)
    store = Store.open(tmp_path / "旧", "口令一二三四", wiring=Wiring())
    assert store.value("SELECT name FROM unit") == "会计学院党委"
    assert store.value("PRAGMA user_version") == len(STEPS)
    assert len(backup.listed(tmp_path / "旧")) == (1 if version < len(STEPS) else 0)
    fresh = Store.in_memory(wiring=Wiring())
    shape = "SELECT m.name, p.name FROM sqlite_schema m, pragma_table_info(m.name) p WHERE m.type = 'table' ORDER BY 1, p.cid"
    assert store.tuples(shape) == fresh.tuples(shape)
    store.close()


def test_a_migration_that_fails_changes_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old_ledger(tmp_path / "旧", len(STEPS))
    broken = (
        *STEPS,
        ("m9999_broken", "CREATE TABLE half (uid TEXT PRIMARY KEY NOT NULL) STRICT; SELECT * FROM nothing;"),
    )
    monkeypatch.setattr("core.store.migrations.STEPS", broken)
    with pytest.raises(driver.OperationalError):
        Store.open(tmp_path / "旧", "口令一二三四", wiring=Wiring())
    monkeypatch.undo()
    store = Store.open(tmp_path / "旧", "口令一二三四", wiring=Wiring())
    assert store.value("SELECT count(*) FROM sqlite_schema WHERE name = 'half'") == 0
    assert len(backup.listed(tmp_path / "旧")) == 1
    store.close()


def test_an_old_ledger_with_categories_is_given_the_list_of_those_of_wartime(tmp_path: Path) -> None:
    key = keys.new_key()
    files.prepare_new(tmp_path / "旧", keys.make_envelope(key, "口令一二三四", keys.new_recovery_code(), CHEAP))
    connection = driver.connect(str(files.ledger_file(tmp_path / "旧")), key=key)
    migrate(connection, upto=4)
    connection.execute(
        "INSERT INTO code_list (uid, list, value, position) VALUES ('category:宣传政策', 'category', '宣传政策', 1)"
    )
    connection.close()
    store = Store.open(tmp_path / "旧", "口令一二三四", wiring=Wiring())
    assert store.tuples("SELECT uid, value, active FROM code_list WHERE list = 'emergency_category'") == [
        ("emergency_category:处理突发事件", "处理突发事件", 1)
    ]
    store.close()


def test_memberships_of_an_old_file_become_one_timeline() -> None:
    connection = driver.connect(":memory:")
    migrate(connection, upto=4)
    connection.execute("INSERT INTO unit (uid, name) VALUES ('u1', '会计学院党委')")
    for uid, status, party, gone, why in (
        ("c1", "RETIRED", "中共党员", "", ""),
        ("c2", "ACTIVE", "中共预备党员", "2020-09-01", "调离"),
        ("c3", "OTHER", "", "", ""),  # whom a partial undo left without a membership
        ("c4", "ACTIVE", "", "2020-02-01", "调离"),  # archived before he came
    ):
        facts = (uid, uid, status, party, gone, why)
        columns = "uid, name, unit_uid, status, party_status, archived_on, archive_reason"
        connection.execute(f"INSERT INTO cadre ({columns}) VALUES (?, ?, 'u1', ?, ?, ?, ?)", facts)
    for row in (
        ("m1", "c1", "", ""),
        ("m2", "c2", "", "2020-02-29"),
        ("m3", "c2", "2020-03-01", "2020-09-01"),
        ("m4", "c4", "2020-03-01", "2020-02-01"),
    ):
        columns = "uid, cadre_uid, from_on, until_on, unit_uid"
        connection.execute(f"INSERT INTO membership ({columns}) VALUES (?, ?, ?, ?, 'u1')", row)
    migrate(connection)
    sql = "SELECT uid, cadre_uid, from_on, until_on, status, party_status, left_reason FROM membership ORDER BY uid"
    assert [tuple(row) for row in connection.execute(sql)] == [
        ("c3", "c3", "", "", "OTHER", "", ""),
        ("m1", "c1", "", "", "RETIRED", "中共党员", ""),
        ("m2", "c2", "", "2020-02-29", "ACTIVE", "中共预备党员", ""),
        ("m3", "c2", "2020-03-01", "2020-08-31", "ACTIVE", "中共预备党员", "调离"),
        ("m4", "c4", "2020-03-01", "2020-03-01", "ACTIVE", "", "调离"),
    ]
    connection.close()


def test_a_constraint_that_old_content_breaks_is_not_told_as_damage(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    old_ledger(tmp_path / "旧", len(STEPS))
    narrow = (
        *STEPS,
        (
            "m9999_narrow",
            "UPDATE unit SET note = 'x'; CREATE TABLE n (a TEXT UNIQUE) STRICT; INSERT INTO n VALUES (1), (1);",
        ),
    )
    monkeypatch.setattr("core.store.migrations.STEPS", narrow)
    with pytest.raises(MachineFault, match="没有升级") as caught:
        Store.open(tmp_path / "旧", "口令一二三四", wiring=Wiring())
    assert "没有损坏" in caught.value.text and "原来的版本" in caught.value.hint
    assert not isinstance(caught.value, files.Damaged)
    monkeypatch.undo()
    store = Store.open(tmp_path / "旧", "口令一二三四", wiring=Wiring())
    assert store.value("SELECT note FROM unit") == ""
    store.close()


def test_a_new_ledger_is_not_read_character_by_character() -> None:
    """A new ledger is made in hundreds of calls; a search for the end of a statement after each character were 40,000."""
    calls: Counter[str] = Counter()
    connection = driver.connect(":memory:")
    migrate(driver.connect(":memory:"))  # what is imported at the first time is not counted
    sys.setprofile(lambda _frame, event, _arg: calls.update((event,)))
    migrate(connection)
    sys.setprofile(None)
    assert calls["call"] + calls["c_call"] < 40_000
    connection.close()
