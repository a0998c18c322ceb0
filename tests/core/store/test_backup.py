"""Backups: skipped when nothing changed, proved, cancelled, thinned by age, copied to a second place of its own."""

from __future__ import annotations

import datetime as dt
import os
import shutil
from collections import namedtuple
from collections.abc import Iterator
from pathlib import Path

import pytest

from core import check
from core.base import disk
from core.base.errors import MachineFault, Refused
from core.ledger import create_ledger, memory_ledger, open_ledger
from core.store import Store, Wiring, backup, backup_file, files, keys, restoring
from tests.conftest import Clock
from tests.factory import people, visits

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}
SECRET = "口令一二三四"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """A new ledger on disk."""
    made, _code = create_ledger(tmp_path / "台账", SECRET, org_name="某校", year=2020, cost=CHEAP)
    yield made
    made.close()


def home(store: Store) -> Path:
    assert store.folder is not None
    return store.folder


def step(store: Store, name: str) -> None:
    with store.transact("新增单位") as tx:
        tx.insert("unit", {"name": name})


def test_before_a_risky_act_only_if_something_changed(store: Store) -> None:
    first = backup.before(store, "导入前")
    assert first is not None and backup.reason_of(first) == "导入前"
    assert backup.before(store, "导入前") is None
    step(store, "甲")
    assert backup.changed(store)
    second = backup.before(store, "合并前")
    assert second is not None and backup.listed(home(store))[0] == second
    second.unlink()
    assert backup.changed(store), "the backup it counted on is gone"
    assert backup.before(store, "合并前") is not None


def test_another_passphrase_and_a_look_at_a_number_are_changes_too(store: Store) -> None:
    backup.make(store, backup.AT_START)
    envelope = files.read_envelope(home(store))
    files.write_envelope(home(store), keys.change_passphrase(envelope, store.key, "另一个口令在此"))
    assert backup.routine(store, backup.TIMED) is not None
    store.connection.execute(
        "INSERT INTO reveal (uid, at, operator, device, tbl, row_uid, field) VALUES ('1', '', '', '', 'cadre', '', 'phone')"
    )
    assert backup.routine(store, backup.TIMED) is not None
    store.local.put("draft.visit", ["only a draft"])
    assert backup.routine(store, backup.TIMED) is None


def test_taking_back_an_import_begins_with_a_backup(store: Store) -> None:
    with store.transact("导入名册：甲.xlsx") as tx:
        tx.insert("unit", {"name": "甲"})
    step(store, "乙")
    store.undo()
    assert backup.listed(home(store)) == []
    store.undo()
    assert [backup.reason_of(one) for one in backup.listed(home(store))] == ["撤销前"]


def test_two_in_one_second_have_names_of_their_own(store: Store) -> None:
    made = {backup.make(store, backup.BY_HAND) for _ in range(3)}
    assert len(made) == 3 and set(backup.listed(home(store))) == made
    assert {backup.reason_of(one) for one in made} == {"手动"}


def test_a_ledger_in_memory_has_none() -> None:
    store = memory_ledger()
    assert backup.before(store, "导入前") is None
    with pytest.raises(Refused, match="内存"):
        backup.make(store, backup.BY_HAND)
    store.close()


def test_a_damaged_page_stops_the_backup_and_is_said(store: Store) -> None:
    backup.make(store, backup.BY_HAND)
    step(store, "甲")
    spoil(store, "setting")
    other = Store.open(home(store), SECRET, read_only=True, wiring=Wiring())
    with pytest.raises(MachineFault, match=r"读不出来.*用最近一份完好的备份恢复"):
        backup.make(other, backup.BY_HAND)
    other.close()
    assert len(backup.listed(home(store))) == 1 and not list(home(store).rglob("*.part"))


def spoil(store: Store, name: str) -> None:
    """Turn one bit in the first page of a table or an index."""
    store.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    file, root = (
        files.ledger_file(home(store)),
        store.value("SELECT rootpage FROM sqlite_schema WHERE name = ?", (name,)),
    )
    data = bytearray(file.read_bytes())
    data[(root - 1) * 4096 + 100] ^= 1
    file.write_bytes(data)


def test_a_spoilt_index_is_made_anew_in_the_backup(store: Store) -> None:
    people(store, 3)
    visits(store, 5)
    spoil(store, "packet_by_peer")
    folder = home(store)
    with pytest.raises(files.Damaged):
        open_ledger(folder, SECRET)
    other = Store.open(folder, SECRET, read_only=True, wiring=Wiring())
    made = backup.make(other, backup.BY_HAND)
    found = restoring.preview(made, other.key, other)
    assert (found.people, found.visits, found.lost) == (3, 5, ())
    other.close()
    store.close()
    restoring.restore(made, folder, store.key)
    again = open_ledger(folder, SECRET)
    assert check.findings(again) == []
    again.close()


def test_a_spoilt_page_that_holds_nothing_stops_no_backup(tmp_path: Path) -> None:
    folder = tmp_path / "台账"
    store, _code = create_ledger(folder, SECRET, org_name="某校", year=2020, cost=CHEAP)
    people(store, 3)
    visits(store, 1500)
    store.undo()
    assert store.value("PRAGMA freelist_count") > 100
    store.close()
    file = files.ledger_file(folder)
    data = bytearray(file.read_bytes())
    data[-2000] ^= 1  # the last page was given to the visits that are gone
    file.write_bytes(data)
    store = open_ledger(folder, SECRET)
    made = backup.make(store, backup.BY_HAND)
    assert b"SQLite format" not in made.read_bytes()
    found = restoring.preview(made, store.key, store)
    assert (found.people, found.visits, found.lost) == (3, 0, ())
    store.close()


def test_cancelled_it_leaves_nothing(store: Store) -> None:
    class Stop(Exception):
        pass

    for at in range(3):
        calls = iter(range(99))

        def stop(_done: int, total: int, calls: Iterator[int] = calls, at: int = at) -> None:
            assert total > 0
            if next(calls) == at:
                raise Stop

        with pytest.raises(Stop):
            backup.make(store, backup.BY_HAND, progress=stop)
        assert list((home(store) / backup.BACKUPS).iterdir()) == []


def test_no_room_is_said_before_anything_is_written(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    usage = namedtuple("usage", "total used free")
    monkeypatch.setattr(shutil, "disk_usage", lambda _place: usage(10, 9, 1 << 20))
    with pytest.raises(MachineFault, match="空间不足，没有备份。所以也没有开始"):
        backup.before(store, "导入前")
    assert backup.listed(home(store)) == []


def test_a_file_held_for_a_moment_is_renamed_all_the_same(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    held, rename = [2], Path.replace

    def sometimes(self: Path, target: Path) -> Path:
        if held[0]:
            held[0] -= 1
            raise PermissionError(13, "held by a virus scanner")
        return rename(self, target)

    monkeypatch.setattr(disk, "_PATIENCE", (0.0, 0.0, 0.0))
    monkeypatch.setattr(Path, "replace", sometimes)
    assert backup.make(store, backup.BY_HAND).exists()
    held[0] = 99
    with pytest.raises(MachineFault, match="备份没有写成"):
        backup.make(store, backup.BY_HAND)
    assert not list(home(store).rglob("*.part"))


def test_a_place_that_cannot_be_written_is_said(store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(self: Path, _mode: int = 0o666) -> None:
        raise PermissionError(13, "no")

    monkeypatch.setattr(Path, "touch", refuses)  # a folder that root could not write either cannot be made
    with pytest.raises(MachineFault, match=r"备份没有写成：没有在“.*优盘”里写文件的权限"):
        backup.make(store, backup.BY_HAND, tmp_path / "优盘")
    assert list((tmp_path / "优盘").iterdir()) == []


def test_halves_of_a_killed_process_are_swept_after_an_hour(store: Store, clock: Clock) -> None:
    place = backup.folder_of(store)
    place.mkdir()
    old, fresh = place / "台账备份_x.xcbak.db.part", place / "台账备份_y.xcbak.part"
    for one in (old, fresh):
        one.write_bytes(b"half")
    os.utime(old, (clock.at - 7200,) * 2)
    backup.make(store, backup.BY_HAND)
    assert not old.exists() and fresh.exists()


# -- thinning ----------------------------------------------------------------------------------------------------


def fill(folder: Path, moments: list[dt.datetime]) -> None:
    (folder / backup.BACKUPS).mkdir(parents=True)
    for at in moments:
        (folder / backup.BACKUPS / f"台账备份_{at:%Y%m%d_%H%M%S}_定时{backup.SUFFIX}").write_bytes(b"")


def test_thinning_keeps_the_last_then_one_a_day_a_week_a_month(tmp_path: Path) -> None:
    end = dt.datetime(2020, 11, 24, 18)
    fill(tmp_path, [end - dt.timedelta(hours=6 * number) for number in range(4 * 500)])
    (tmp_path / backup.BACKUPS / f"自己改的名字{backup.SUFFIX}").write_bytes(b"")
    gone = backup.thin(tmp_path)
    left = [at for one in backup.listed(tmp_path) if (at := backup.made_at(one))]
    assert len(gone) + len(left) == 2000
    assert left[:10] == [end - dt.timedelta(hours=6 * number) for number in range(10)]
    assert {at.date() for at in left} >= {end.date() - dt.timedelta(days=number) for number in range(7)}
    assert len({at.isocalendar()[:2] for at in left}) >= 5
    assert {(at.year, at.month) for at in left} == {(2020, m) for m in range(1, 12)} | {(2019, 12)}
    assert len(left) <= 10 + 7 + 5 + 12
    assert (tmp_path / backup.BACKUPS / f"自己改的名字{backup.SUFFIX}").exists()
    assert backup.thin(tmp_path) == []


def test_thinning_waits_while_a_restore_is_not_confirmed(tmp_path: Path) -> None:
    fill(tmp_path, [dt.datetime(2020, 1, 1, 0, number) for number in range(40)])
    (tmp_path / files.RESTORED).write_text("{}", encoding="utf-8")
    assert backup.thin(tmp_path) == []
    (tmp_path / files.RESTORED).unlink()
    assert len(backup.thin(tmp_path)) == 30


# -- the second place --------------------------------------------------------------------------------------------


def test_the_second_place_gets_a_proved_copy_once_a_week(store: Store, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    assert backup.second_due(store)
    with pytest.raises(MachineFault, match=r"找不到文件夹.*U盘"):
        backup.to_second(store, stick)
    assert backup.second_due(store) and len(backup.listed(home(store))) == 1
    stick.mkdir()
    copied = backup.to_second(store, stick)
    assert copied.read_bytes() == backup.listed(home(store))[0].read_bytes()
    assert not backup.second_due(store)
    kept = store.local.get("backup.second")
    store.local.put("backup.second", {**kept, "at": "2020-11-16T08:00:00"})
    assert backup.second_due(store)


def test_only_our_own_copies_are_thinned_there(store: Store, tmp_path: Path) -> None:
    stick = tmp_path / "U盘"
    stick.mkdir()
    names = [f"台账备份_2020010{day}_0{hour}0000_定时{backup.SUFFIX}" for day in range(1, 9) for hour in range(9)]
    for name in names:
        (stick / name).write_bytes(b"")
    other = stick / f"台账备份_20190101_080000_手动{backup.SUFFIX}"
    other.write_bytes(b"of another ledger")
    store.local.put("backup.second", {"at": "2020-01-08T08:00:00", "names": names})
    copied = backup.to_second(store, stick)
    left = {one.name for one in stick.iterdir()}
    assert {copied.name, other.name} <= left and len(left) < 30
    assert set(store.local.get("backup.second")["names"]) == left - {other.name}


def test_a_spoilt_backup_is_not_copied(store: Store, tmp_path: Path) -> None:
    made = backup.make(store, backup.BY_HAND)
    data = bytearray(made.read_bytes())
    data[-40] ^= 1
    made.write_bytes(data)
    with pytest.raises(MachineFault, match="已损坏"):
        backup.copy_to(made, tmp_path)
    assert not list(tmp_path.glob("*.xcbak*"))
    with pytest.raises(Refused, match="不是本程序的备份"):
        backup_file.check(Path(__file__))
