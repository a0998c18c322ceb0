"""First page of each list on a large ledger (aim: at most 50 ms with 1,000,000 visits).

python -m bench.lists --data DIR         (make DIR with: python -m bench.make_ledger --cadres 30000 --visits 1000000)
"""

from __future__ import annotations

import argparse
from pathlib import Path

from bench.make_ledger import PASSPHRASE, YEAR
from bench.measure import peak_mb, report_ms, timed
from core.ledger import open_ledger
from core.roster import queries as roster
from core.service_log import queries as log
from core.store import Store

PAGE = 100


def visit_lists(store: Store) -> None:
    """The log: every order a page offers, and the filters a clerk uses most."""
    unit = store.value("SELECT uid FROM unit ORDER BY position DESC LIMIT 1")
    person = store.value("SELECT uid FROM cadre ORDER BY uid LIMIT 1")
    everything = log.VisitFilter()
    for order in log.ORDERS:
        if order != "unit":  # sorts all it finds: for printing and export, no list shows it
            report_ms(f"visits, order {order}", lambda order=order: log.visit_rows(store, everything, order, PAGE))
    for name, asked in (
        ("one year", log.VisitFilter(year=YEAR)),
        ("waiting", log.VisitFilter(state="WAITING")),
        ("one unit", log.VisitFilter(unit_uid=unit)),
        ("one person", log.VisitFilter(cadre_uid=person)),
        ("search 张伟", log.VisitFilter(search="张伟")),
        ("search 图书 (in no record)", log.VisitFilter(search="图书")),
    ):
        report_ms(f"visits, {name}", lambda asked=asked: log.visit_rows(store, asked, "day", PAGE))


def roster_lists(store: Store) -> None:
    """The roster in each order, and a search."""
    for order in roster.ORDERS:
        report_ms(
            f"roster, order {order}", lambda order=order: roster.cadre_rows(store, roster.RosterFilter(), order, PAGE)
        )
    for text in ("张伟", "zw", "00012"):
        asked = roster.RosterFilter(search=text)
        report_ms(f"roster, search {text}", lambda asked=asked: roster.cadre_rows(store, asked, "unit", PAGE))


def main() -> None:
    """Print median, 95 % and worst of each first page, and what the worker loads after it."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, required=True)
    store = open_ledger(parser.parse_args().data, PASSPHRASE)
    people, visits = (store.value(f"SELECT count(*) FROM {table}") for table in ("cadre", "visit"))
    print(f"{people:,} cadres, {visits:,} visits; first page of {PAGE}")
    visit_lists(store)
    roster_lists(store)
    print(f"after the lists{'':<40}peak {peak_mb():7.0f} MB")
    with timed("worker: all visit uids"):
        log.visit_uids(store, log.VisitFilter())
    with timed("worker: count and sums"):
        log.visit_sums(store, log.VisitFilter())
    store.close()


if __name__ == "__main__":
    main()
