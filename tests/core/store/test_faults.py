"""The machine fails: wrong secrets, damage, a full disk, a killed process, a newer program, a network drive."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from core.base.errors import MachineFault, Problem, Refused
from core.store import Store, driver, files, keys

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
ROOT = Path(__file__).parents[3]


@pytest.fixture
def ledger(tmp_path: Path) -> tuple[Path, str]:
    folder = tmp_path / "台账 甲"
    store, code = Store.create(folder, "口令一二三", cost=CHEAP)
    with store.transact("增加单位") as tx:
        unit = tx.insert("unit", {"name": "会计学院党委"})
        tx.insert_many(
            "cadre", [{"name": "张伟" + str(n), "phone": "13912345678", "unit_uid": unit} for n in range(50)]
        )
    files.make_backup(store, "测试")
    store.close()
    return folder, code


def test_no_plain_text_of_a_name_or_phone_in_the_folder(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    store = Store.open(folder, "口令一二三")
    store.local.put("draft", "张伟的草稿 13912345678")
    for file in folder.rglob("*"):
        if file.is_file():
            data = file.read_bytes()
            assert "张伟".encode() not in data, file
            assert b"13912345678" not in data, file
    store.close()


def test_wrong_passphrase_and_recovery(ledger: tuple[Path, str]) -> None:
    folder, code = ledger
    with pytest.raises(Refused, match="口令不对"):
        Store.open(folder, "别的口令")
    with pytest.raises(Refused, match="恢复码不对"):
        Store.open(folder, recovery_code="AAAAA-" * 6)
    store = Store.open(folder, recovery_code=code.lower().replace("-", " "))
    envelope = files.read_envelope(folder)
    files.write_envelope(folder, keys.change_passphrase(envelope, store.key, "新口令四五六"))
    store.close()
    with pytest.raises(Refused):
        Store.open(folder, "口令一二三")
    Store.open(folder, "新口令四五六").close()


@pytest.mark.parametrize("place", [0.0, 0.3, 0.6, 0.97])
def test_one_flipped_byte_in_the_data_is_detected_and_a_backup_named(ledger: tuple[Path, str], place: float) -> None:
    folder, _ = ledger
    file = files.ledger_file(folder)
    data = bytearray(file.read_bytes())
    data[int(len(data) * place) + 40] ^= 0x10
    file.write_bytes(data)
    with pytest.raises(MachineFault, match="台账备份_"):
        Store.open(folder, "口令一二三")
    good = files.latest_good_backup(folder)
    assert good is not None
    aside = files.restore_backup(good, folder)
    assert aside is not None and (aside / files.LEDGER).exists()
    store = Store.open(folder, "口令一二三")
    assert store.value("SELECT count(*) FROM cadre") == 50
    store.close()


def test_a_flipped_byte_in_the_envelope_heals_and_two_are_told(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    file = folder / files.ENVELOPE
    sound = file.read_bytes()
    broken = bytearray(sound)
    broken[100] ^= 1
    file.write_bytes(broken)
    Store.open(folder, "口令一二三").close()
    assert file.read_bytes() == sound
    broken[-100] ^= 1
    file.write_bytes(broken)
    with pytest.raises(MachineFault, match="密钥文件已损坏"):
        Store.open(folder, "口令一二三")


def test_a_damaged_backup_is_passed_over(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    (backup,) = files.backups(folder)
    data = bytearray(backup.read_bytes())
    data[len(data) // 2] ^= 1
    backup.write_bytes(data)
    assert files.latest_good_backup(folder) is None
    with pytest.raises(MachineFault, match="已损坏"):
        files.restore_backup(backup, folder)


def test_a_backup_restores_on_an_empty_machine(ledger: tuple[Path, str], tmp_path: Path) -> None:
    folder, code = ledger
    (backup,) = files.backups(folder)
    files.restore_backup(backup, tmp_path / "空电脑")
    store = Store.open(tmp_path / "空电脑", recovery_code=code)
    assert store.value("SELECT name FROM unit") == "会计学院党委"
    store.close()


def test_a_full_disk_loses_nothing_acknowledged(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    store = Store.open(folder, "口令一二三")
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
    store = Store.open(folder, "口令一二三")
    store.connection.execute("PRAGMA user_version = 9999")
    store.close()
    with pytest.raises(Refused, match="更新版本"):
        Store.open(folder, "口令一二三")
    with pytest.raises(MachineFault, match="没有台账"):
        Store.open(tmp_path / "无", "口令一二三")
    with pytest.raises(Refused, match="已有台账"):
        Store.create(folder, "口令一二三", cost=CHEAP)


def test_a_network_drive_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(MachineFault, match="网络盘"):
        Store.create(Path("//server/share/台账"), "口令一二三", cost=CHEAP)
    monkeypatch.setattr(files, "_mount_kind", lambda folder: "cifs")
    if sys.platform != "win32":
        with pytest.raises(MachineFault, match="网络盘"):
            Store.create(tmp_path, "口令一二三", cost=CHEAP)


WRITER = """
import sys
from pathlib import Path
from core.store import Store
store = Store.open(Path(sys.argv[1]), "口令一二三")
for number in range(100000):
    with store.transact("写") as tx:
        tx.insert("unit", {"name": f"单位{number}"})
        tx.insert("name_alias", {"kind": "unit", "alias": str(number), "target_uid": "x"})
    print(number, flush=True)
"""


def test_kill_in_the_middle_keeps_everything_acknowledged_and_no_half(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    with subprocess.Popen(
        [sys.executable, "-c", WRITER, str(folder)], stdout=subprocess.PIPE, cwd=ROOT, encoding="utf-8"
    ) as writer:
        assert writer.stdout is not None
        acknowledged = [int(writer.stdout.readline()) for _ in range(40)]
        writer.kill()
        acknowledged += [int(line) for line in writer.stdout if line.endswith("\n")]
    store = Store.open(folder, "口令一二三")
    units = store.value("SELECT count(*) FROM unit WHERE name LIKE '单位%'")
    assert units >= len(acknowledged)
    assert units == store.value("SELECT count(*) FROM name_alias")
    assert len(store.steps(100000)) == units + 1
    store.close()


def test_two_writers_take_turns(ledger: tuple[Path, str]) -> None:
    folder, _ = ledger
    one, two = Store.open(folder, "口令一二三"), Store.open(folder, "口令一二三")
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


def test_old_backups_are_thinned_by_age(tmp_path: Path) -> None:
    place = tmp_path / files.BACKUPS
    place.mkdir()
    for month in range(1, 13):
        for day in (1, 15):
            for hour in (8, 17):
                (place / f"台账备份_2020{month:02}{day:02}_{hour:02}0000_启动{files.SUFFIX}").write_bytes(b"")
    files.thin(tmp_path)
    left = files.backups(tmp_path)
    assert len(left) < 25
    assert {file.name[9:11] for file in left} == {f"{month:02}" for month in range(1, 13)}


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
