"""backup and restore without a window: listed, checked, looked at, put in place, confirmed, taken back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from core.ledger import open_ledger
from core.store import backup, files
from tests.factory import people
from tests.ui.test_headless import PASSPHRASE, Command, command, ledger
from ui.one_window import lock_folder

__all__ = ["command", "ledger"]


@pytest.fixture
def place(ledger: Command, tmp_path: Path) -> Path:
    """The folder of a ledger with five people."""
    add_people(tmp_path / "台账", 5)
    return tmp_path / "台账"


def add_people(folder: Path, number: int) -> None:
    store = open_ledger(folder, PASSPHRASE, operator="李干事")
    people(store, number)
    store.close()


def count(folder: Path) -> int:
    store = open_ledger(folder, PASSPHRASE)
    try:
        return int(store.value("SELECT count(*) FROM cadre"))
    finally:
        store.close()


def test_listed_and_checked(ledger: Command, place: Path) -> None:
    code, made = ledger("backup")
    assert (code, made["ok"], made["findings"]) == (0, True, [])
    _, body = ledger("backup", "--list")
    assert [(one["file"], one["reason"]) for one in body["rows"]] == [(made["file"], "手动")] and not body["paused"]
    code, body = ledger("backup", "--check", made["file"])
    assert (code, body["ok"], body["people"], body["last"]) == (0, True, 5, "测试名册")
    Path(made["file"]).write_bytes(Path(made["file"]).read_bytes()[:-1])
    code, body = ledger("backup", "--check", made["file"])
    assert code == 3 and "已损坏" in body["error"]


def test_looked_at_without_restoring(ledger: Command, place: Path) -> None:
    _, made = ledger("backup")
    add_people(place, 2)
    code, body = ledger("restore", made["file"], "--dry-run")
    assert code == 0 and (body["people"], body["visits"], body["same_ledger"], body["same_secrets"]) == (
        5,
        0,
        True,
        True,
    )
    assert [(one["step"], one["operator"], one["label"]) for one in body["lost"]] == [(3, "李干事", "测试名册")]
    assert count(place) == 7 and not files.paused(place)


def test_restored_paused_confirmed(ledger: Command, place: Path) -> None:
    _, made = ledger("backup")
    add_people(place, 2)
    code, body = ledger("restore", made["file"])
    assert code == 0 and body["file"] == str(place) and count(Path(body["aside"])) == 7
    assert count(place) == 5
    assert [backup.reason_of(one) for one in backup.listed(place)] == ["恢复前", "手动"]
    assert ledger("backup", "--list")[1]["paused"]
    assert ledger("restore", "--confirm")[0] == 0
    assert not ledger("backup", "--list")[1]["paused"]
    code, body = ledger("restore", "--back")
    assert code == 2 and "没有等待确认" in body["error"]


def test_taken_back(ledger: Command, place: Path) -> None:
    _, made = ledger("backup")
    add_people(place, 2)
    ledger("restore", made["file"])
    code, body = ledger("restore", "--back")
    assert code == 0 and count(Path(body["aside"])) == 5
    assert count(place) == 7


def test_a_damaged_ledger_is_restored_without_opening(ledger: Command, place: Path) -> None:
    _, made = ledger("backup")
    file = files.ledger_file(place)
    file.write_bytes(b"\0" * 4096 + file.read_bytes()[4096:])
    code, body = ledger("check")
    assert code == 3 and Path(made["file"]).name in body["error"]
    assert ledger("restore", made["file"])[0] == 0
    assert count(place) == 5


def test_the_recovery_code_of_the_backup_opens_it(
    ledger: Command, place: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, made = ledger("backup")
    monkeypatch.setenv("XCJS_PASSPHRASE", "不对的口令在此")
    code, body = ledger("restore", made["file"], "--dry-run")
    assert code == 2 and "--code" in body["error"]
    code, body = ledger("restore", made["file"], "--dry-run", "--code", "AAAAA-" * 6)
    assert code == 2 and "恢复码不对" in body["error"]


def test_an_open_window_keeps_its_ledger(ledger: Command, place: Path) -> None:
    _, made = ledger("backup")
    lock = lock_folder(place)
    code, body = ledger("restore", made["file"])
    assert code == 3 and "另一个窗口" in body["error"]
    lock.unlock()
    assert count(place) == 5 and not files.paused(place)


def test_what_can_be_read_is_rescued(ledger: Command, place: Path, tmp_path: Path) -> None:
    store = open_ledger(place, PASSPHRASE)
    root = store.value("SELECT rootpage FROM sqlite_schema WHERE name = 'unit'")
    store.close()
    file = files.ledger_file(place)
    data = bytearray(file.read_bytes())
    data[(root - 1) * 4096 + 100] ^= 1
    file.write_bytes(data)
    code, body = ledger("rescue", "--out", str(tmp_path / "读出.xlsx"))
    assert (
        code == 1
        and body["rows"]["cadre"] == 5
        and body["findings"] == ["二级单位党组织：读出 0 条，有 1 处读不出来。"]
    )
    assert file.read_bytes() == bytes(data) and (tmp_path / "读出.xlsx").exists()


@pytest.mark.parametrize("given", [(), ("--confirm", "--back"), ("x.xcbak", "--back")])
def test_one_thing_at_a_time(ledger: Command, given: tuple[Any, ...]) -> None:
    code, body = ledger("restore", *given)
    assert code == 2 and "请写一个备份文件" in body["error"]


def test_a_file_that_is_not_there(ledger: Command) -> None:
    code, body = ledger("restore", "没有.xcbak")
    assert code == 3 and "没有找到备份文件" in body["error"]


def test_check_computes_anew_what_it_found(ledger: Command, place: Path) -> None:
    store = open_ledger(place, PASSPHRASE)
    store.connection.execute("DELETE FROM membership")
    store.close()
    code, body = ledger("check")
    assert code == 1 and all(one.endswith("请运行“重新计算”。") for one in body["findings"])
    assert ledger("check", "--recompute") == (0, {"ok": True, "findings": []})
    assert ledger("check")[0] == 0
