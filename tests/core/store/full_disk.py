"""What must hold when the disk fills up in the middle of each act; run in place on a small file system, or as a child under a limit.

python -m tests.core.store.full_disk FOLDER ACT   (the child: no file may grow beyond 96 KB while the disk is "full")
"""

from __future__ import annotations

import random
import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from pathlib import Path

from bench.kill import PASSPHRASE, import_sheets, record
from core import check
from core.base.errors import MachineFault
from core.base.ids import new_uid
from core.exchange.checkout import check_out, open_copy
from core.exchange.merging import merge
from core.exchange.model import CheckoutAsk
from core.exchange.packets import make_packet
from core.exchange_rules import RULES
from core.ledger import open_ledger
from core.store import Store, backup, files, restoring

Full = Callable[[], AbstractContextManager[None]]
LIMIT = 96 << 10  # bytes


def recording(store: Store) -> Iterator[None]:
    """Visits till no more go in."""
    return record(store, random.Random(1))


def importing(store: Store) -> Iterator[None]:
    """Sheets of visits, each with its backup."""
    return import_sheets(store, random.Random(2))


def backing_up(store: Store) -> Iterator[None]:
    """Backups on request."""
    while True:
        backup.make(store, backup.BY_HAND)
        yield


def writing_at_once(store: Store) -> Iterator[None]:
    """One big step without a backup before it."""
    while True:
        with store.transact("测试大步骤") as tx:
            tx.insert_many("unit", [{"name": f"单位{new_uid()}", "note": "字" * 300} for _ in range(2000)])
        yield


def merging(store: Store) -> Iterator[None]:
    """The packets that wait beside the ledger, without the backups before them."""
    for packet in sorted(_packets(store).glob("*.xcpkt")):
        merge(store, [packet], RULES, with_backup=False)
        yield


def _packets(store: Store) -> Path:
    assert store.folder is not None
    return store.folder.parent / "packets"


def prepare_packets(store: Store) -> None:
    """A copy has changed everybody and added two thousand units: each time in a packet of its own."""
    root = _packets(store)
    given = check_out(store, CheckoutAsk("笔记本", "DESK"), root / "out")
    open_copy(Path(given.file), root / "copy", given.code, PASSPHRASE)
    copy = open_ledger(root / "copy", PASSPHRASE)
    for number in range(2):
        with copy.transact("改") as tx:
            tx.insert_many("unit", [{"name": f"单位{number}-{at}", "note": "字" * 300} for at in range(2000)])
        make_packet(copy, root)
    copy.close()


ACTS = {
    "merging": merging,
    "recording": recording,
    "importing": importing,
    "backing_up": backing_up,
    "writing_at_once": writing_at_once,
}


def prove(folder: Path, act: str, full: Full) -> str:
    """Do the act till the disk is full, look that all is there, free it, go on; returns what was said."""
    store = open_ledger(folder, PASSPHRASE, operator="测试")
    if act == "merging":
        prepare_packets(store)
    there = store.tuples("SELECT seq, uid FROM history ORDER BY seq")
    backups = backup.listed(folder)
    said = ""
    with full():
        try:
            for _ in zip(range(2000), ACTS[act](store), strict=False):
                there = store.tuples("SELECT seq, uid FROM history ORDER BY seq")
                backups = backup.listed(folder)
        except MachineFault as error:
            said = str(error)
        assert said, "the disk was never full"
        assert store.tuples("SELECT seq, uid FROM history ORDER BY seq") == there, (
            "a step is lost, or one is there that failed"
        )
        assert backup.listed(folder) == backups and not list(folder.rglob("*.part")), "half a backup was left"
        for file in backups:
            backup.backup_file.check(file)
    next(ACTS[act](store))
    assert check.findings(store) == []
    store.close()
    again = open_ledger(folder, PASSPHRASE)
    assert set(there) <= set(again.tuples("SELECT seq, uid FROM history"))
    again.close()
    return said


@contextmanager
def limited() -> Iterator[None]:
    """No file of this process may grow beyond the limit."""
    import resource  # not there on Windows

    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (LIMIT, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)


def prove_restore(folder: Path, full: Full) -> str:
    """A restore that finds no room leaves the ledger as it is, and works once there is room."""
    store = open_ledger(folder, PASSPHRASE, operator="测试")
    made = backup.make(store, backup.BY_HAND)
    next(recording(store))
    steps = store.tuples("SELECT uid FROM history")
    store.close()
    said = ""
    with full():
        try:
            restoring.restore(made, folder)
        except MachineFault as error:
            said = str(error)
    assert said, "the disk was never full"
    assert {one.name for one in folder.iterdir() if one.is_dir()} == {backup.BACKUPS} and not files.paused(folder)
    store = open_ledger(folder, PASSPHRASE)
    assert store.tuples("SELECT uid FROM history") == steps
    store.close()
    restoring.restore(made, folder)
    store = open_ledger(folder, PASSPHRASE)
    assert store.tuples("SELECT uid FROM history") == steps[:-1]
    store.close()
    return said


if __name__ == "__main__":
    sys.stdout.reconfigure(encoding="utf-8")  # type: ignore[union-attr]
    place, wanted = Path(sys.argv[1]), sys.argv[2]
    print(prove_restore(place, limited) if wanted == "restoring" else prove(place, wanted, limited))
