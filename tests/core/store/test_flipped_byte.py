"""One flipped byte anywhere: noticed (or healed, for one copy of the envelope), and the backup that is offered opens."""

from __future__ import annotations

import random
import shutil
from pathlib import Path

import pytest

from bench.kill import PASSPHRASE, prepare
from core.base.errors import MachineFault, Problem, Refused
from core.ledger import open_ledger
from core.store import backup, backup_file, files, restoring
from tests.factory import visits

PLACES = 60
SALT = 16  # bytes at the head of the file that a raw key makes no use of: nothing that is read depends on them


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with people and visits, and one backup."""
    folder = tmp_path_factory.mktemp("flip") / "台账"
    prepare(folder)
    store = open_ledger(folder, PASSPHRASE)
    visits(store, 60)
    backup.make(store, backup.AT_EXIT)
    store.close()
    return folder


@pytest.fixture
def folder(base: Path, tmp_path: Path) -> Path:
    """A copy of it to be spoilt."""
    return Path(shutil.copytree(base, tmp_path / "台账"))


def flipped(data: bytes, place: int, dice: random.Random) -> bytes:
    """The same bytes with one bit of one byte turned."""
    spoilt = bytearray(data)
    spoilt[place] ^= 1 << dice.randrange(8)
    return bytes(spoilt)


def test_in_the_ledger(folder: Path) -> None:
    dice, file = random.Random(4), files.ledger_file(folder)
    sound = file.read_bytes()
    for place in [SALT, len(sound) - 1, *dice.sample(range(SALT, len(sound)), PLACES)]:
        file.write_bytes(flipped(sound, place, dice))
        with pytest.raises(files.Damaged, match="台账备份_"):
            open_ledger(folder, PASSPHRASE)
        assert file.read_bytes() != sound, "it was written to"
        for log in folder.glob(f"{files.LEDGER}-*"):
            log.unlink()
    offered = backup.latest_good(folder)
    assert offered is not None
    restoring.restore(offered, folder)
    store = open_ledger(folder, PASSPHRASE)
    assert store.value("SELECT count(*) FROM visit") == 60
    store.close()


def test_in_the_envelope(folder: Path) -> None:
    dice, file = random.Random(5), folder / files.ENVELOPE
    sound = file.read_bytes()
    for place in [0, len(sound) - 1, *dice.sample(range(len(sound)), PLACES)]:
        file.write_bytes(flipped(sound, place, dice))
        open_ledger(folder, PASSPHRASE).close()
        assert file.read_bytes() == sound, f"byte {place} was not healed"


def test_in_both_copies_of_the_envelope(folder: Path) -> None:
    dice, file = random.Random(6), folder / files.ENVELOPE
    sound = file.read_bytes()
    half = len(sound) // 2
    for _ in range(PLACES):
        one, other = dice.randrange(half - 1), half + dice.randrange(half - 1)
        file.write_bytes(flipped(flipped(sound, one, dice), other, dice))
        with pytest.raises(files.Damaged, match="密钥文件已损坏"):
            open_ledger(folder, PASSPHRASE)


def test_in_a_backup(folder: Path) -> None:
    dice = random.Random(7)
    (file,) = backup.listed(folder)
    sound = file.read_bytes()
    head = 12 + len(backup_file.parts(file).envelope)
    places = [
        *range(12),
        *dice.sample(range(12, head), 20),
        *dice.sample(range(head, len(sound)), PLACES),
        len(sound) - 1,
    ]
    for place in places:
        file.write_bytes(flipped(sound, place, dice))
        try:
            found = backup_file.check(file)
        except Problem:
            assert backup.latest_good(folder) is None
            continue
        # only where one copy of the envelope is hit, and the other still opens it
        assert 12 <= place < head and len(found.envelope) == head - 12
        assert restoring.unlock(file, PASSPHRASE)


def test_a_backup_cut_at_any_byte_is_refused_and_nothing_changes(folder: Path) -> None:
    dice = random.Random(8)
    (file,) = backup.listed(folder)
    sound = file.read_bytes()
    before = files.ledger_file(folder).read_bytes()
    for place in [0, 1, 11, 12, *dice.sample(range(len(sound)), 40)]:
        file.write_bytes(sound[:place])
        with pytest.raises((MachineFault, Refused)):
            restoring.restore(file, folder)
        assert files.ledger_file(folder).read_bytes() == before and not files.paused(folder)
        assert {one.name for one in folder.iterdir()} == {files.LEDGER, files.ENVELOPE, backup.BACKUPS}
