"""1,000 考核评价表 (two sides) and 1,000 纪实手册 with 40 visits or more each: one process, a file each.

python -m bench.print [--people 1000] [--few 7] [--many 45] [--sync]

Aims: at most 20 ms a form, at most 2.5 ms a page of a handbook. `--sync` forces each file to the disk, which is told apart.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench.make_ledger import PASSPHRASE, YEAR
from bench.measure import peak_mb
from core.ledger import open_ledger
from core.store import Store

CHUNK = 100


def chunks(uids: Sequence[str]) -> Iterator[list[str]]:
    """The uids, CHUNK at a time, as the print centre collects them."""
    waiting = iter(uids)
    while part := list(islice(waiting, CHUNK)):
        yield part


def run(name: str, uids: Sequence[str], collect: Callable, draw: Callable, out: Path, sync: bool) -> None:
    """Collect, draw and write one form for everybody; print ms a form and ms a page."""
    from reports.kit.batch import Job, write_files

    def jobs() -> Iterator[Job]:
        for part in chunks(uids):
            for data in collect(part):
                label = f"{data.person.name}_{data.person.staff_no}"
                yield Job(label, f"{name}_{label}.pdf", name, lambda sheets, data=data: draw(data, sheets))

    start = time.perf_counter()
    done = write_files(jobs(), out, total=len(uids), sync=sync)
    spent = (time.perf_counter() - start) * 1000
    size = sum(file.stat().st_size for file in done.files) / 1024 / max(1, len(done.files))
    print(
        f"{name}: {done.people:,} people, {done.pages:,} pages, {spent / 1000:.1f} s = {spent / done.people:.1f} ms a form, "
        f"{spent / done.pages:.2f} ms a page, {size:.0f} kB a file, {len(done.problems)} problems, peak {peak_mb():.0f} MB",
        flush=True,
    )


def print_forms(store: Store, out: Path, sync: bool) -> None:
    """The evaluation form of everybody."""
    from reports.collect_evaluation import collect_evaluation
    from reports.evaluation_form import draw

    run("考核评价表", everybody(store), lambda part: collect_evaluation(store, part, YEAR), draw, out, sync)


def print_books(store: Store, out: Path, sync: bool) -> None:
    """The handbook of everybody."""
    from reports.collect_handbook import collect_handbook
    from reports.handbook import draw

    run("纪实手册", everybody(store), lambda part: collect_handbook(store, part, YEAR), draw, out, sync)


def everybody(store: Store) -> list[str]:
    return [row[0] for row in store.tuples("SELECT uid FROM cadre ORDER BY staff_no")]


def main() -> None:
    """Forms for people with few records (two sides) and with many (a 续 page), then the handbooks of the latter."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--few", type=int, default=7, help="records a person for the form of two sides")
    parser.add_argument("--many", type=int, default=45, help="records a person for the handbook")
    parser.add_argument("--sync", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        for name, visits in (("few", given.few), ("many", given.many)):
            print(f"-- {visits} records a person")
            ledger = Path(folder, name, "台账")
            # in a process of its own, so that the peak told below is that of printing
            sizes = ["--cadres", str(given.people), "--visits", str(given.people * visits)]
            subprocess.run(
                [sys.executable, "-m", "bench.make_ledger", "--out", str(ledger), *sizes], check=True, timeout=600
            )
            store = open_ledger(ledger, PASSPHRASE)
            print_forms(store, Path(folder, name, "表"), given.sync)
            if name == "many":
                print_books(store, Path(folder, name, "手册"), given.sync)
            store.close()


if __name__ == "__main__":
    main()
