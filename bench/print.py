"""1,000 考核评价表 (two sides) and 1,000 纪实手册 with 40 visits or more each: one process, a file each.

python -m bench.print [--people 1000] [--visits 45] [--sync]

Aims: at most 20 ms a form, at most 2.5 ms a page of a handbook. `--sync` forces each file to the disk, which is told apart.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from bench.make_ledger import YEAR, make_ledger
from bench.measure import peak_mb
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


def print_all(store: Store, out: Path, sync: bool) -> None:
    """Both forms."""
    from reports.collect_evaluation import collect_evaluation
    from reports.collect_handbook import collect_handbook
    from reports.evaluation_form import draw as draw_form
    from reports.handbook import draw as draw_book

    uids = [row[0] for row in store.tuples("SELECT uid FROM cadre ORDER BY staff_no")]
    run("考核评价表", uids, lambda part: collect_evaluation(store, part, YEAR), draw_form, out / "form", sync)
    run("纪实手册", uids, lambda part: collect_handbook(store, part, YEAR), draw_book, out / "book", sync)


def main() -> None:
    """Make the ledger, print both forms."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=1000)
    parser.add_argument("--visits", type=int, default=45, help="a person")
    parser.add_argument("--sync", action="store_true")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = make_ledger(Path(folder, "台账"), given.people, given.people * given.visits)
        print_all(store, Path(folder, "打印"), given.sync)
        store.close()


if __name__ == "__main__":
    main()
