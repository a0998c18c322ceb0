"""The machine fails: wrong secrets, damage, a full disk, a newer program, a network drive (more in the files beside this one)."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from core.base.errors import MachineFault, Problem, Refused
from core.store import Store, Wiring, backup, driver, files, keys, restoring

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}


@pytest.fixture
def ledger(tmp_path: Path) -> tuple[Path, str]:
    folder = tmp_path / "台账 甲"
    store, code = Store.create(folder, "口令一二三", cost=CHEAP, wiring=Wiring())
    with store.transact("增加单位") as tx:
        unit = tx.insert("unit", {"name": "会计学院党委"})
        tx.insert_many(
            "cadre", [{"name": "张伟" + str(n), "phone": "13912345678", "unit_uid": unit} for n in range(50)]
        )
    backup.make(store, "测试")
    store.close()
    return folder, code


def test_wrong_passphrase_and_recovery(ledger: tuple[Path, str]) -> None:
    folder, code = ledger
    with pytest.raises(Refused, match="口令不对"):
        Store.open(folder, "别的口令", wiring=Wiring())
    with pytest.raises(Refused, match="恢复码不对"):
        Store.open(folder, recovery_code="AAAAA-" * 6, wiring=Wiring())
    store = Store.open(folder, recovery_code=code.lower().replace("-", " "), wiring=Wiring())
    envelope = files.read_envelope(folder)
    files.write_envelope(folder, keys.change_passphrase(envelope, store.key, "新口令四五六"))
    store.close()
    with pytest.raises(Refused):
        Store.open(folder, "口令一二三", wiring=Wiring())
    Store.open(folder, "新口令四五六", wiring=Wiring()).close()


def test_a_flipped_byte_in_the_envelope_heals_and_two_are_told(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    file = folder / files.ENVELOPE
    sound = file.read_bytes()
    broken = bytearray(sound)
    broken[100] ^= 1
    file.write_bytes(broken)
    Store.open(folder, "口令一二三", wiring=Wiring()).close()
    assert file.read_bytes() == sound
    broken[-100] ^= 1
    file.write_bytes(broken)
    with pytest.raises(MachineFault, match="密钥文件已损坏"):
        Store.open(folder, "口令一二三", wiring=Wiring())


def test_a_damaged_backup_is_passed_over(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    (made,) = backup.listed(folder)
    data = bytearray(made.read_bytes())
    data[len(data) // 2] ^= 1
    made.write_bytes(data)
    assert backup.latest_good(folder) is None
    with pytest.raises(MachineFault, match="已损坏"):
        restoring.restore(made, folder)


def test_a_backup_restores_on_an_empty_machine(ledger: tuple[Path, str], tmp_path: Path) -> None:
    folder, code = ledger
    (made,) = backup.listed(folder)
    restoring.restore(made, tmp_path / "空电脑")
    store = Store.open(tmp_path / "空电脑", recovery_code=code, wiring=Wiring())
    assert store.value("SELECT name FROM unit") == "会计学院党委"
    store.close()


def test_a_full_disk_loses_nothing_acknowledged(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    store = Store.open(folder, "口令一二三", wiring=Wiring())
    pages = store.value("PRAGMA page_count")
    store.connection.execute(f"PRAGMA max_page_count = {pages + 3}")
    with pytest.raises(MachineFault, match="磁盘已满"), store.transact("大导入") as tx:
        tx.insert_many("unit", [{"name": f"单位{n}", "note": "字" * 500} for n in range(500)])
    assert store.value("SELECT count(*) FROM unit") == 1
    store.connection.execute("PRAGMA max_page_count = 1000000")
    with store.transact("再来") as tx:
        tx.insert("unit", {"name": "乙"})
    store.close()


def test_a_newer_ledger_and_a_missing_one(ledger: tuple[Path, str], tmp_path: Path) -> None:
    folder, _ = ledger
    store = Store.open(folder, "口令一二三", wiring=Wiring())
    store.connection.execute("PRAGMA user_version = 9999")
    store.close()
    with pytest.raises(Refused, match="更新版本"):
        Store.open(folder, "口令一二三", wiring=Wiring())
    with pytest.raises(MachineFault, match="没有台账"):
        Store.open(tmp_path / "无", "口令一二三", wiring=Wiring())
    with pytest.raises(Refused, match="已有台账"):
        Store.create(folder, "口令一二三", cost=CHEAP, wiring=Wiring())


def test_a_network_drive_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(MachineFault, match="网络盘"):
        Store.create(Path("//server/share/台账"), "口令一二三", cost=CHEAP, wiring=Wiring())
    monkeypatch.setattr(files, "_mount_kind", lambda folder: "cifs")
    if sys.platform != "win32":
        with pytest.raises(MachineFault, match="网络盘"):
            Store.create(tmp_path, "口令一二三", cost=CHEAP, wiring=Wiring())


def test_two_writers_take_turns(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    one, two = Store.open(folder, "口令一二三", wiring=Wiring()), Store.open(folder, "口令一二三", wiring=Wiring())
    two.connection.set_busy_timeout(50)
    with one.transact("甲") as tx:
        tx.insert("unit", {"name": "甲"})
        with pytest.raises(MachineFault, match="正在写入"), two.transact("乙") as other:
            other.insert("unit", {"name": "乙"})
    with two.transact("乙") as tx:
        tx.insert("unit", {"name": "乙"})
    assert one.value("SELECT count(*) FROM unit") == 3
    one.close()
    two.close()


def test_an_error_in_a_later_row_is_a_driver_error_too() -> None:
    connection = driver.connect(":memory:")
    cursor = connection.execute("SELECT abs(column1) FROM (VALUES (1), (-9223372036854775808))")
    with pytest.raises(driver.OperationalError):
        cursor.fetchall()


def test_driver_errors_are_told_apart() -> None:
    connection = driver.connect(":memory:")
    with pytest.raises(driver.OperationalError):
        connection.execute("SELECT * FROM nothing")
    connection.execute("CREATE TABLE t (a INTEGER NOT NULL)")
    with pytest.raises(driver.IntegrityError):
        connection.execute("INSERT INTO t VALUES (NULL)")
    assert issubclass(MachineFault, Problem)
