"""Restoring: looked at first, never destructive, confirmed or taken back; every crash point leaves a ledger that opens."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core import check
from core.base import disk
from core.base.errors import MachineFault, Refused
from core.ledger import create_ledger, open_ledger
from core.store import Store, backup, files, keys, restoring
from tests.factory import people, visits

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET, NEW = "口令一二三四", "另一个口令在此"


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[tuple[Store, Path, str]]:
    """A ledger, a backup of its 5 people and 8 visits, and its recovery code; three more people came since."""
    store, code = create_ledger(tmp_path / "台账", SECRET, org_name="某校", year=2020, operator="李干事", cost=CHEAP)
    people(store, 5)
    visits(store, 8)
    made = backup.make(store, backup.AT_EXIT)
    people(store, 3)
    yield store, made, code
    store.close()


def home(store: Store) -> Path:
    assert store.folder is not None
    return store.folder


def count(folder: Path, secret: str = SECRET) -> int:
    store = open_ledger(folder, secret)
    try:
        return int(store.value("SELECT count(*) FROM cadre"))
    finally:
        store.close()


def test_the_preview_says_what_is_in_it_and_what_would_be_lost(ledger: tuple[Store, Path, str]) -> None:
    store, made, _code = ledger
    found = restoring.preview(made, store.key, store)
    assert (found.org, found.people, found.visits, found.steps) == ("某校", 5, 8, 3)
    assert found.last is not None and (found.last.label, found.last.operator) == ("测试服务记录", "李干事")
    assert [(one.seq, one.label) for one in found.lost] == [(4, "测试名册")]
    assert (found.gained, found.same_ledger, found.same_secrets, found.reason) == (0, True, True, "退出")
    store.undo(4)
    assert [one.label for one in restoring.preview(made, store.key, store).lost] == ["撤销：测试名册", "测试名册"]
    newer = backup.make(store, backup.BY_HAND)
    assert restoring.preview(newer, store.key, store).lost == ()


def test_the_preview_of_another_ledger_needs_its_own_key(ledger: tuple[Store, Path, str], tmp_path: Path) -> None:
    _store, made, code = ledger
    other, _ = create_ledger(tmp_path / "另一个", NEW, org_name="他校", year=2020, cost=CHEAP)
    with pytest.raises(Refused, match="它自己的口令或恢复码"):
        restoring.preview(made, other.key, other)
    key = restoring.unlock(made, recovery_code=code)
    found = restoring.preview(made, key, other)
    assert not found.same_ledger and not found.same_secrets and len(found.lost) == 1
    with pytest.raises(Refused, match="口令不对"):
        restoring.unlock(made, NEW)
    with pytest.raises(Refused, match="恢复码不对"):
        restoring.unlock(made, recovery_code="AAAAA-" * 6)
    other.close()


def test_after_a_new_passphrase_the_backup_still_wants_the_old_one(ledger: tuple[Store, Path, str]) -> None:
    store, made, _code = ledger
    folder, key = home(store), store.key
    files.write_envelope(folder, keys.change_passphrase(files.read_envelope(folder), key, NEW))
    assert not restoring.preview(made, key, store).same_secrets
    assert restoring.unlock(made, SECRET) == key
    store.close()
    restoring.restore(made, folder, key)
    with pytest.raises(Refused, match="备份那时的口令"):
        count(folder, NEW)
    assert count(folder) == 5
    assert made.name in restoring.secrets_note(folder)
    restoring.confirm(folder)
    assert restoring.secrets_note(folder) == ""


def test_where_the_secrets_did_not_change_nothing_is_said_of_them(ledger: tuple[Store, Path, str]) -> None:
    store, made, _code = ledger
    folder, key = home(store), store.key
    store.close()
    restoring.restore(made, folder, key)
    assert restoring.secrets_note(folder) == ""


def test_a_ledger_restored_under_an_open_one_is_no_damage_and_nothing_is_written_aside(
    ledger: tuple[Store, Path, str],
) -> None:
    store, made, _code = ledger
    folder = home(store)
    other = open_ledger(folder, key=store.key, operator="命令行")  # a check under way in another process
    assert not store.is_replaced
    aside = restoring.restore(made, folder, store.key)
    assert aside is not None
    for one in (store, other):
        assert one.is_replaced and check.findings(one) == [], "what it reads is the former ledger, whole"
        with pytest.raises(files.Replaced, match="没有损坏"), one.transact("登记") as tx:
            tx.update("cadre", tx.value("SELECT uid FROM cadre"), {"phone": "13800000000"})
    other.close()
    fresh = open_ledger(folder, SECRET)
    people(fresh, 1)
    store.close()  # the last of the old ones does not take the new one's log along
    assert check.findings(fresh) == [] and not fresh.is_replaced
    fresh.close()
    assert count(folder) == 6 and count(aside) == 8


def test_a_busy_ledger_is_not_called_damaged(ledger: tuple[Store, Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    store, _made, _code = ledger

    def busy(*_args: object) -> list[tuple[object, ...]]:
        raise MachineFault("另一个窗口正在写入台账。")

    monkeypatch.setattr(store, "tuples", busy)
    with pytest.raises(MachineFault, match="另一个窗口"):
        check.pages(store)


def test_backups_rest_until_the_restored_ledger_is_confirmed(ledger: tuple[Store, Path, str]) -> None:
    store, made, _code = ledger
    folder, key = home(store), store.key
    store.close()
    aside = restoring.restore(made, folder, key)
    assert aside is not None
    found = restoring.pending(folder)
    assert found is not None and (found.file, found.aside) == (made.name, aside.name)
    restored = open_ledger(folder, SECRET)
    people(restored, 2)
    assert backup.before(restored, "导入前") is None and backup.routine(restored, backup.TIMED) is None
    assert backup.make(restored, backup.BY_HAND).exists(), "on request all the same"
    people(restored, 1)
    restoring.confirm(folder)
    assert backup.before(restored, "导入前") is not None
    restored.close()
    assert restoring.pending(folder) is None and count(aside) == 8
    with pytest.raises(Refused, match="没有等待确认"):
        restoring.back(folder)


def test_back_puts_the_former_ledger_in_place_with_its_log(ledger: tuple[Store, Path, str], tmp_path: Path) -> None:
    store, made, _code = ledger
    folder, key = home(store), store.key
    rows = store.tuples("SELECT * FROM cadre ORDER BY uid")
    wal = (folder / "ledger.xcjs-wal").read_bytes()
    data = files.ledger_file(folder).read_bytes()
    store.close()
    files.ledger_file(folder).write_bytes(data)  # as after a crash: part of it only in the log
    (folder / "ledger.xcjs-wal").write_bytes(wal)
    aside = restoring.restore(made, folder, key)
    assert aside is not None and (aside / "ledger.xcjs-wal").exists()
    assert not (folder / "ledger.xcjs-wal").exists()
    assert count(folder) == 5
    kept = restoring.back(folder)
    assert not aside.exists() and restoring.pending(folder) is None
    assert count(kept) == 5
    again = open_ledger(folder, SECRET)
    assert again.tuples("SELECT * FROM cadre ORDER BY uid") == rows
    again.close()


def test_a_restore_into_an_empty_folder_has_nothing_to_go_back_to(
    ledger: tuple[Store, Path, str], tmp_path: Path
) -> None:
    _store, made, _code = ledger
    place = tmp_path / "新电脑" / "台账"
    assert restoring.restore(made, place) is None
    assert files.paused(place) and count(place) == 5
    with pytest.raises(Refused, match="没有可以换回的"):
        restoring.back(place)
    restoring.confirm(place)
    assert not files.paused(place)


def test_a_key_that_does_not_open_it_stops_the_restore(ledger: tuple[Store, Path, str]) -> None:
    store, made, _code = ledger
    folder = home(store)
    store.close()
    with pytest.raises(Refused, match="它自己的口令"):
        restoring.restore(made, folder, keys.new_key())
    assert not files.paused(folder) and count(folder) == 8


class PowerCut(BaseException):
    """The machine stops here."""


def breaking(monkeypatch: pytest.MonkeyPatch, after: int, error: BaseException) -> None:
    """The rename number `after` does not happen."""
    renames, real = [0], disk.put_in_place

    def put(part: Path, target: Path) -> None:
        renames[0] += 1
        if renames[0] == after:
            raise error
        real(part, target)

    monkeypatch.setattr(disk, "put_in_place", put)


def with_log(store: Store) -> None:
    """Close it as a crash does: the newest steps only in the log."""
    folder = home(store)
    kept = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    store.close()
    for name, data in kept.items():
        (folder / name).write_bytes(data)


@pytest.mark.parametrize("after", range(1, 10))
def test_a_crash_at_any_rename_leaves_one_of_the_two_ledgers(
    ledger: tuple[Store, Path, str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    store, made, _code = ledger
    folder = home(store)
    with_log(store)
    with monkeypatch.context() as patch:
        breaking(patch, after, PowerCut())
        with pytest.raises(PowerCut):
            restoring.restore(made, folder)
    assert files.is_ledger(folder)
    # before the note is in place nothing has happened; from then on it is carried through
    assert count(folder) == (8 if after <= 2 else 5)
    assert files.paused(folder) == (after > 2)
    if after > 2:
        restoring.back(folder)
        assert count(folder) == 8


@pytest.mark.parametrize("after", range(1, 7))
def test_a_crash_while_going_back_too(
    ledger: tuple[Store, Path, str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    store, made, _code = ledger
    folder = home(store)
    with_log(store)
    restoring.restore(made, folder)
    with monkeypatch.context() as patch:
        breaking(patch, after, PowerCut())
        with pytest.raises(PowerCut):
            restoring.back(folder)
    assert count(folder) == (5 if after == 1 else 8)
    assert files.paused(folder) == (after == 1)


@pytest.mark.parametrize("after", range(1, 10))
def test_a_rename_that_is_refused_leaves_all_as_it_was(
    ledger: tuple[Store, Path, str], monkeypatch: pytest.MonkeyPatch, after: int
) -> None:
    store, made, _code = ledger
    folder = home(store)
    with_log(store)
    before = {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()}
    with monkeypatch.context() as patch:
        breaking(patch, after, PermissionError(13, "in use"))
        with pytest.raises(MachineFault, match=r"没有恢复成.*原来的台账没有改动"):
            restoring.restore(made, folder)
    assert {file.name: file.read_bytes() for file in folder.iterdir() if file.is_file()} == before
    assert {one.name for one in folder.iterdir() if one.is_dir()} == {backup.BACKUPS}
    assert count(folder) == 8


def test_no_room_leaves_all_as_it_was(ledger: tuple[Store, Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    import shutil
    from collections import namedtuple

    store, made, _code = ledger
    folder = home(store)
    store.close()
    usage = namedtuple("usage", "total used free")
    with monkeypatch.context() as patch:
        patch.setattr(shutil, "disk_usage", lambda _place: usage(10, 9, 1 << 20))
        with pytest.raises(MachineFault, match="空间不足，没有恢复，现在的台账没有改动"):
            restoring.restore(made, folder)
    assert count(folder) == 8 and not files.paused(folder)


def test_a_note_that_cannot_be_read_asks_and_can_be_confirmed(ledger: tuple[Store, Path, str]) -> None:
    store, _made, _code = ledger
    folder = home(store)
    (folder / files.RESTORED).write_bytes(b"\0\0\0")
    assert restoring.pending(folder) == restoring.Pending("", "")
    restoring.confirm(folder)
    assert restoring.pending(folder) is None
