"""归档 of a closed year for 1,000 people: time, size, peak memory; then the check of the folder.

python -m bench.archive [--people 1000] [--visits 7]
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from pathlib import Path

from bench.make_ledger import PASSPHRASE, YEAR
from bench.measure import timed
from core.archive.checking import check_folder
from core.archive.closing import close_year
from core.ledger import open_ledger
from reports.archive import archive


def main() -> None:
    """Close the year, file it, check the folder, change one byte and check again."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--visits", type=int, default=7, help="records a person")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        ledger = Path(folder, "台账")
        sizes = ["--cadres", str(given.people), "--visits", str(given.people * given.visits)]
        # in a process of its own, so that the peak told below is that of archiving
        subprocess.run(
            [sys.executable, "-m", "bench.make_ledger", "--out", str(ledger), *sizes], check=True, timeout=600
        )
        store = open_ledger(ledger, PASSPHRASE)
        with timed("close the year"), store.transact("结账") as tx:
            close_year(tx, YEAR)
        with timed(f"archive {given.people:,} people"):
            done = archive(store, YEAR, Path(folder, "归档"))
        size = sum(path.stat().st_size for path in done.files)
        print(f"{len(done.files):,} files, {done.pages:,} pages, {size / 1e6:.0f} MB, {len(done.problems)} problems")
        with timed("check the folder"):
            print(f"ok: {check_folder(done.folder, store).ok}")
        first = done.files[0]
        content = bytearray(first.read_bytes())
        content[len(content) // 2] ^= 1
        first.write_bytes(content)
        print(f"one byte changed: {check_folder(done.folder, store).changed}")
        store.close()


if __name__ == "__main__":
    main()
