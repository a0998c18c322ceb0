"""The figures of the statistics page on a large ledger (aim: each at most 200 ms on an idle machine with 1,000,000 visits).

python -m bench.overview --data DIR         (make DIR with: python -m bench.make_ledger --cadres 50000 --visits 1000000)
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.make_ledger import PASSPHRASE, YEAR
from bench.measure import peak_mb, report_ms
from core.ledger import open_ledger
from core.overview.answers import school_answers
from core.overview.figures import behind, figure_table
from core.overview.model import ASPECTS
from core.service_log.quota import unit_progress

ROUNDS = 10


def main() -> None:
    """Print median, 95 % and worst of each query."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    parser.add_argument("--year", type=int, default=YEAR)
    asked = parser.parse_args()
    store, year = open_ledger(asked.data, PASSPHRASE), asked.year
    people, visits = (store.value(f"SELECT count(*) FROM {table}") for table in ("cadre", "visit"))
    of_year = store.value("SELECT count(*) FROM visit_tally WHERE year = ?", (year,))
    print(f"{people:,} cadres, {visits:,} visits, {of_year:,} counted in {year}")
    for way in ASPECTS:
        report_ms(f"by {way}", lambda way=way: figure_table(store, year, way), ROUNDS)
    report_ms("unit progress (达标)", lambda: unit_progress(store, year), ROUNDS)
    table = figure_table(store, year, "unit")
    unit = table.lines[0]
    report_ms("records behind a unit's waiting hours", lambda: behind(store, table, unit, "waiting_minutes"), ROUNDS)
    print("on the worker, when asked for:")
    report_ms("one unit by category", lambda: figure_table(store, year, "category", unit_uid=unit.key[0]), 3)
    report_ms("unit and category", lambda: figure_table(store, year, "unit", "category"), 1)
    report_ms("sentences for the school", lambda: school_answers(store, year), 3)
    print(f"{'':<44}peak {peak_mb():7.0f} MB")
    store.close()


if __name__ == "__main__":
    main()
