"""Key, ledger, backups and recovery code are for their user only; a killed process leaves no half file for long."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from core.base.disk import make_private
from core.ledger import create_ledger
from core.store import Store, backup, files

CHEAP = {"iterations": 1, "lanes": 1, "memory_kib": 64}


@pytest.fixture
def store(tmp_path: Path) -> Store:
    before = os.umask(0o022)
    made, _code = create_ledger(tmp_path / "台账", "口令一二三四", org_name="某校", year=2020, cost=CHEAP)
    os.umask(before)
    return made


def mode(file: Path) -> int:
    return file.stat().st_mode & 0o777


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a user's files by the rights of his folder")
def test_only_their_user_reads_them(store: Store, tmp_path: Path) -> None:
    made = backup.make(store, backup.BY_HAND)
    assert store.folder is not None
    kept = [files.ledger_file(store.folder), store.folder / files.ENVELOPE, made]
    kept += [file for file in store.folder.iterdir() if file.name.startswith(files.LEDGER)]
    kept.append(backup.copy_to(made, tmp_path))
    assert {file.name: oct(mode(file)) for file in kept if mode(file) != 0o600} == {}


@pytest.mark.skipif(os.name != "posix", reason="asking Windows whether a process lives would end it")
def test_the_next_backup_takes_away_what_a_killed_one_left(store: Store) -> None:
    dead = subprocess.run(
        [sys.executable, "-c", "import os; print(os.getpid())"], capture_output=True, text=True, encoding="utf-8"
    ).stdout.strip()
    folder = backup.folder_of(store)
    folder.mkdir(exist_ok=True)
    left, alive = folder / f"台账备份_x.xcbak.{dead}.part", folder / f"台账备份_y.xcbak.{os.getpid()}.part"
    for file in (left, alive):
        file.write_bytes(b"half")
    backup.routine(store, backup.AT_START)
    assert not left.exists() and alive.exists()


@pytest.mark.skipif(os.name != "posix", reason="Windows keeps a user's files by the rights of his folder")
def test_a_file_that_is_there_is_not_opened(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """POSIX: closing any handle of a file drops the process's locks on it, those of SQLite on an open ledger too."""
    file = tmp_path / "ledger.xcjs"
    file.write_bytes(b"in use")
    file.chmod(0o644)

    def opened(*_args: object, **_named: object) -> int:
        raise AssertionError("opened")

    monkeypatch.setattr(os, "open", opened)
    make_private(file)
    assert mode(file) == 0o600
