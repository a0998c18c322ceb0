"""A full disk while recording, importing, backing up: a clear message, all earlier data there, work goes on once there is room."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from bench.kill import PASSPHRASE, prepare
from core.base.errors import MachineFault, Refused
from core.ledger import clock_note, open_ledger
from tests.conftest import PATIENCE
from tests.core.store.full_disk import ACTS, prove, prove_restore

ROOT = Path(__file__).parents[3]
SAID = ("磁盘已满", "磁盘空间不足", "备份没有写成", "读写备份文件")


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with thirty people."""
    folder = tmp_path_factory.mktemp("full") / "台账"
    prepare(folder)
    return folder


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 24 MB; needs root."""
    place = tmp_path / "小盘"
    place.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", str(place)],
        capture_output=True,
        text=True,
        encoding="utf-8",
    )
    if mounted.returncode:
        pytest.skip(f"a small file system cannot be mounted here: {mounted.stderr.strip()}")
    yield place
    subprocess.run(["umount", "-l", str(place)], check=True)


@pytest.mark.parametrize("act", [*ACTS, "restoring"])
def test_no_file_may_grow(base: Path, tmp_path: Path, act: str) -> None:
    folder = tmp_path / "台账"
    shutil.copytree(base, folder)
    command = [sys.executable, "-m", "tests.core.store.full_disk", str(folder), act]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, encoding="utf-8", timeout=PATIENCE)
    assert done.returncode == 0, done.stderr
    assert any(one in done.stdout for one in SAID), done.stdout


@pytest.mark.parametrize("act", ACTS)
def test_a_small_file_system_fills_up(base: Path, small_disk: Path, act: str) -> None:
    folder, filler = small_disk / "台账", small_disk / "filler"
    shutil.copytree(base, folder)

    @contextmanager
    def full() -> Iterator[None]:
        free = shutil.disk_usage(small_disk).free
        filler.write_bytes(b"\0" * (free - (256 << 10)))
        yield
        filler.unlink()

    said = prove(folder, act, full)
    assert any(one in said for one in SAID), said


def test_a_restore_on_a_small_file_system(base: Path, small_disk: Path) -> None:
    folder, filler = small_disk / "台账", small_disk / "filler"
    shutil.copytree(base, folder)

    @contextmanager
    def full() -> Iterator[None]:
        filler.write_bytes(b"\0" * (shutil.disk_usage(small_disk).free - (256 << 10)))
        yield
        filler.unlink()

    assert "空间不足，没有恢复，现在的台账没有改动" in prove_restore(folder, full)


def test_on_a_full_disk_the_ledger_opens_to_be_read(base: Path, small_disk: Path) -> None:
    folder = small_disk / "台账"
    shutil.copytree(base, folder)
    for log in folder.glob("ledger.xcjs-*"):
        log.unlink()  # as after a clean end
    (small_disk / "filler").write_bytes(b"\0" * shutil.disk_usage(small_disk).free)
    store = open_ledger(folder, PASSPHRASE)
    assert store.read_only and "磁盘已满" in store.why_read_only
    assert store.value("SELECT count(*) FROM cadre") == 30
    twin = store.twin()
    assert twin.value("SELECT count(*) FROM cadre") == 30
    twin.close()
    with pytest.raises(Refused, match="以只读方式打开") as caught, store.transact("不会写入"):
        raise AssertionError
    assert "重新打开" in caught.value.hint
    store.close()


def test_a_ledger_taken_away_while_it_is_open_takes_no_more_steps(base: Path, tmp_path: Path) -> None:
    folder = tmp_path / "台账"
    shutil.copytree(base, folder)
    store = open_ledger(folder, PASSPHRASE)
    shutil.rmtree(folder)
    with pytest.raises(MachineFault, match="台账文件不在") as caught, store.transact("不会写入"):
        raise AssertionError
    assert "放回原处" in caught.value.hint
    store.close()


def test_a_clock_that_went_back_is_said(base: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store = open_ledger(base, PASSPHRASE, read_only=True)
    assert clock_note(store) == ""
    monkeypatch.setenv("XCJS_TODAY", "2001-01-01")
    assert "2001年1月1日" in clock_note(store) and "核对电脑的日期" in clock_note(store)
    store.close()
