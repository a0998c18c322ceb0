"""What offline work costs: python -m bench.exchange [--ledger DIR] [--changes 1500].

Takes a ledger of bench.make_ledger (passphrase `bench`), by default makes one of 1,000,000 records. Shows: a whole copy, a
unit's part, 1,500 changes in the copy as a packet, the merge, the answer, its merge, and what writing down one step costs.
"""

from __future__ import annotations

import argparse
import shutil
import tempfile
from pathlib import Path

from bench.make_ledger import PASSPHRASE, make_ledger
from bench.measure import repeat_ms, timed
from core.exchange.checkout import check_out, open_copy
from core.exchange.merging import merge
from core.exchange.model import CheckoutAsk
from core.exchange.packets import make_packet
from core.exchange_rules import RULES
from core.ledger import open_ledger
from core.store import Store


def main() -> None:
    """Run the whole way once."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--ledger", type=Path)
    parser.add_argument("--changes", type=int, default=1500)
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        root = Path(scratch)
        folder = root / "office"
        if args.ledger:
            shutil.copytree(args.ledger, folder)
        else:
            make_ledger(folder, 3000, 1_000_000, seed=1).close()
        run(root, folder, args.changes)


def run(root: Path, folder: Path, changes: int) -> None:
    """Every figure of the module's head."""
    with timed("open the office's ledger"):
        office = open_ledger(folder, PASSPHRASE)
    with timed("check out everything"):
        whole = check_out(office, CheckoutAsk("二号电脑", "DESK"), root)
    print(f"{'':44}{Path(whole.file).stat().st_size / 1e6:10.0f} MB")
    unit = str(office.value("SELECT unit_uid FROM cadre GROUP BY unit_uid ORDER BY count(*) DESC LIMIT 1"))
    with timed("check out one unit of twenty"):
        check_out(office, CheckoutAsk("单位", "UNIT", units=(unit,)), root)
    with timed("open the copy there"):
        open_copy(Path(whole.file), root / "copy", whole.code, PASSPHRASE)
    copy = open_ledger(root / "copy", PASSPHRASE)
    change(copy, changes)
    with timed(f"packet of {changes} changes"):
        made = make_packet(copy, root / "up")
    print(f"{'':44}{made.size / 1e3:10.0f} kB")
    with timed("preview the merge"):
        merge(office, [Path(made.file)], RULES, dry_run=True)
    with timed("merge it"):
        report = merge(office, [Path(made.file)], RULES, with_backup=False)
    print(f"{'':44}{report.packets[0].applied:10} applied, {len(report.packets[0].conflicts)} conflicts")
    with timed("the answer"):
        answer = make_packet(office, root / "down", whole.peer_uid)
    with timed("merge the answer"):
        merge(copy, [Path(answer.file)], RULES, with_backup=False)
    with timed("undo the merge"):
        office.undo(report.step)
    one_step(office)


def change(copy: Store, count: int) -> None:
    """New records, changed records, changed people."""
    visits = [row[0] for row in copy.tuples("SELECT uid FROM visit ORDER BY uid DESC LIMIT ?", (count // 3,))]
    people = [row[0] for row in copy.tuples("SELECT uid FROM cadre ORDER BY uid LIMIT ?", (count // 3,))]
    with copy.transact("改") as tx:
        tx.update_many("visit", [(uid, {"note": "更正"}) for uid in visits])
        tx.update_many("cadre", [(uid, {"title": "研究员"}) for uid in people])
        row = tx.one("SELECT * FROM visit LIMIT 1") or {}
        fresh = {key: value for key, value in row.items() if key != "uid"}
        tx.insert_many("visit", [{**fresh, "cadre_uid": uid, "served_on": "2020-12-01"} for uid in people])


def one_step(store: Store) -> None:
    """One small change, as written down in history, and the same without."""
    uid = store.value("SELECT uid FROM cadre LIMIT 1")
    turn = iter(range(10_000))

    def recorded() -> None:
        with store.transact("改") as tx:
            tx.update("cadre", uid, {"title": str(next(turn))})

    def bare() -> None:
        store.connection.execute("BEGIN IMMEDIATE")
        store.connection.execute("UPDATE cadre SET title = ? WHERE uid = ?", (str(next(turn)), uid))
        store.connection.execute("COMMIT")

    for what, act in (("one step, recorded", recorded), ("the same write alone", bare)):
        median, p95, worst = repeat_ms(act, 100)
        print(f"{what:<44}{median:8.2f} ms   p95 {p95:.2f}   worst {worst:.2f}")


if __name__ == "__main__":
    main()
