"""Unlocking, backups and restoring, with figures (aim: unlock at most 300 ms; the rest runs beside the work).

python -m bench.backup [--data DIR] [--cadres 3000] [--visits 20000]

Without --data a ledger is made whose passphrase costs what it costs a clerk. 1,000,000 visits: --cadres 20000 --visits 1000000.
"""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from bench import make_ledger
from bench.measure import report_ms, timed
from core.ledger import open_ledger
from core.store import backup, backup_file, files, keys, restoring


def measure(folder: Path, scratch: Path) -> None:
    """Print what each costs on one ledger."""
    secret, envelope = make_ledger.PASSPHRASE, files.read_envelope(folder)
    print(f"{files.ledger_file(folder).stat().st_size / (1 << 20):,.0f} MB")
    report_ms("unlock", lambda: open_ledger(folder, secret).close(), 8)
    report_ms("  of it the passphrase", lambda: keys.open_with_passphrase(envelope, secret), 8)
    store = open_ledger(folder, secret)
    report_ms("  of it opening and checking the file", lambda: open_ledger(folder, key=store.key).close(), 8)
    with timed("backup, proved"):
        made = backup.make(store, backup.BY_HAND)
    report_ms("backup, nothing changed", lambda: backup.routine(store, backup.TIMED))
    with timed("check of a backup"):
        backup_file.check(made)
    with timed("preview of a backup"):
        restoring.preview(made, store.key, store)
    key = store.key
    store.close()
    with timed("restore, checked"):
        restoring.restore(made, scratch / "restored", key)


def main() -> None:
    """Make or open the ledger, then measure."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--cadres", type=int, default=3000)
    parser.add_argument("--visits", type=int, default=20_000)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        folder = given.data or Path(scratch, "台账")
        if not given.data:
            store = make_ledger.make_ledger(folder, given.cadres, given.visits)
            code = keys.new_recovery_code()
            files.write_envelope(folder, keys.make_envelope(store.key, make_ledger.PASSPHRASE, code))  # at full cost
            store.close()
        measure(folder, Path(scratch))


if __name__ == "__main__":
    main()
