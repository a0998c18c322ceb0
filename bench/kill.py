"""kill -9 at random moments of a process at work: nothing acknowledged may be lost, nothing may be there by half.

python -m bench.kill 100 [--act record --act import …] [--seed 1]

Each round starts a child that does one act over and over through the real ops and prints the number and uid of each step
once it is acknowledged. It is killed at a random moment. Afterwards the ledger must open, `check` must find nothing, each
acknowledged step must be in the history, and the whole ledger must equal its history replayed from the beginning.
Another act is one more function in ACTS.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from core import check
from core.base.errors import Problem
from core.ledger import create_ledger, open_ledger
from core.store import Store, Wiring, backup, backup_file, history, tables

PASSPHRASE = "bench-kill"
QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 64}
HEADS = "工号,姓名,服务日期,开始,结束,社区,网格/地点,服务类别,服务内容,确认方式,确认人,时间性质"
RECORDING = "登记服务记录"
ROOT = Path(__file__).parents[1]

Act = Callable[[Store, random.Random], Iterator[None]]
"""Goes on for ever; gives control back each time something has been done and is acknowledged."""


def record(store: Store, dice: random.Random) -> Iterator[None]:
    """One visit after another."""
    from core.service_log.model import VisitDraft
    from core.service_log.ops import record_visit

    people = [uid for (uid,) in store.tuples("SELECT uid FROM cadre ORDER BY staff_no")]
    while True:
        day, start = dt.date(2020, 1, 1) + dt.timedelta(days=dice.randrange(300)), dice.randint(8, 18)
        draft = VisitDraft(
            cadre_uid=dice.choice(people),
            served_on=day.isoformat(),
            start_at=f"{start:02d}:00",
            end_at=f"{start + 1:02d}:30",
            community="经院社区",
            place="小区北门",
            category="宣传政策",
            content="发放宣传单。",
            late_reason="测试",
        )
        with store.transact(RECORDING) as tx:
            record_visit(tx, draft)
        yield


def import_sheets(store: Store, dice: random.Random) -> Iterator[None]:
    """Sheets of 120 visits each, with the backup before each import."""
    from core.service_log.importing import commit_visits, prepare_visits

    people = store.tuples("SELECT staff_no, name FROM cadre ORDER BY staff_no")
    with tempfile.TemporaryDirectory() as scratch:
        while True:
            lines = [HEADS]
            for number in range(120):
                staff_no, name = dice.choice(people)
                day = dt.date(2020, 1, 1) + dt.timedelta(days=dice.randrange(300))
                hour = 8 + number % 10
                lines.append(
                    f"{staff_no},{name},{day},{hour:02d}:00,{hour:02d}:50,经院社区,第3网格,宣传政策,发放资料{number},,,业余时间"
                )
            file = Path(scratch, "服务.csv")
            file.write_text("\n".join(lines) + "\n", encoding="utf-8")
            commit_visits(store, prepare_visits(store, [file]), skip_bad=True)
            yield


def undo(store: Store, dice: random.Random) -> Iterator[None]:
    """Back and forth: steps taken back and done again, with a new one now and then."""
    records = record(store, dice)
    while True:
        if dice.random() < 0.4:
            next(records)
        elif dice.random() < 0.6 and (last := store.undo_candidate()) is not None and last.label == RECORDING:
            store.undo()
        elif store.redo_candidate() is not None:
            store.redo()
        else:
            next(records)
        yield


def back_up(store: Store, dice: random.Random) -> Iterator[None]:
    """A step, a backup, and so on."""
    records = record(store, dice)
    while True:
        next(records)
        backup.routine(store, backup.TIMED)
        yield


def merge_packets(store: Store, dice: random.Random) -> Iterator[None]:
    """One packet of a copy after another, with ten changes each."""
    from core.exchange.checkout import check_out, open_copy
    from core.exchange.merging import merge
    from core.exchange.model import CheckoutAsk
    from core.exchange.packets import make_packet
    from core.exchange_rules import RULES

    root = store.folder.parent / f"copy{dice.randrange(1 << 30)}" if store.folder else Path()
    given = check_out(store, CheckoutAsk(root.name, "DESK"), root / "out")
    open_copy(Path(given.file), root / "ledger", given.code, PASSPHRASE)
    copy = open_ledger(root / "ledger", PASSPHRASE, operator="笔记本")
    people = [uid for (uid,) in copy.tuples("SELECT uid FROM cadre ORDER BY staff_no")]
    while True:
        for uid in dice.sample(people, min(10, len(people))):
            with copy.transact("改") as tx:
                tx.update("cadre", uid, {"title": f"职务{dice.randrange(1000)}"})
        merge(store, [Path(make_packet(copy, root / "up").file)], RULES)
        yield


ACTS: dict[str, Act] = {
    "record": record,
    "import": import_sheets,
    "undo": undo,
    "backup": back_up,
    "merge": merge_packets,
}


def work(folder: Path, act: str, seed: int) -> None:
    """The child: does the act until it is killed."""
    store = open_ledger(folder, PASSPHRASE, operator="测试")
    for _ in ACTS[act](store, random.Random(seed)):
        seq, uid = store.tuples("SELECT seq, uid FROM history ORDER BY seq DESC LIMIT 1")[0]
        print(seq, uid, flush=True)


def found_after(folder: Path, acknowledged: list[tuple[int, str]]) -> list[str]:
    """What is wrong with a ledger after its process was killed; empty if nothing is."""
    try:
        store = open_ledger(folder, PASSPHRASE)
    except Problem as error:
        return [f"it does not open: {error}"]
    try:
        known = set(store.tuples("SELECT seq, uid FROM history"))
        wrong = [f"step {seq} was acknowledged and is lost" for seq, uid in acknowledged if (seq, uid) not in known]
        return wrong + check.findings(store) + differs_from_history(store) + _bad_backups(folder)
    finally:
        store.close()


def differs_from_history(store: Store) -> list[str]:
    """Tables that are not what the steps made of them: all changesets once more, into an empty ledger, then row for row."""
    import apsw

    replayed = Store.in_memory(wiring=Wiring())
    replayed.connection.execute("PRAGMA foreign_keys = OFF")
    clashes: list[str] = []

    def clash(_reason: int, change: apsw.TableChange) -> int:
        clashes.append(f"{change.name}: a step does not follow from those before it")
        return apsw.SQLITE_CHANGESET_OMIT

    for (changes,) in store.tuples("SELECT changes FROM history ORDER BY seq"):
        apsw.Changeset.apply(history.unpack(changes), replayed.connection, conflict=clash)
    rows = "SELECT * FROM {} ORDER BY uid"
    differing = [
        name for name in sorted(tables.NAMES) if store.tuples(rows.format(name)) != replayed.tuples(rows.format(name))
    ]
    replayed.close()
    return clashes + [f"{name}: rows are not those of the history" for name in differing]


def _bad_backups(folder: Path) -> list[str]:
    wrong = []
    for file in backup.listed(folder):
        try:
            backup_file.check(file)
        except Problem as error:
            wrong.append(str(error))
    return wrong


def prepare(folder: Path) -> None:
    """The ledger every round begins with."""
    from tests.factory import people

    store, _code = create_ledger(folder, PASSPHRASE, org_name="湖北经济学院", year=2020, operator="测试", cost=QUICK)
    people(store, 30)
    store.close()


def one_round(base: Path, act: str, seed: int, longest: float = 0.5) -> tuple[int, list[str]]:
    """Start the child on a copy of `base`, kill it; how many steps it had acknowledged, and what is wrong afterwards."""
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch, "台账")
        shutil.copytree(base, folder)
        command = [sys.executable, "-m", "bench.kill", "--child", str(folder), "--act", act, "--seed", str(seed)]
        with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=ROOT, encoding="utf-8") as child:
            assert child.stdout is not None
            lines = [child.stdout.readline()]
            time.sleep(random.Random(seed).uniform(0, longest))
            by_itself = child.poll() is not None
            child.kill()
            lines += child.stdout.readlines()
        done = [line.split() for line in lines if line.endswith("\n")]
        acknowledged = [(int(seq), uid) for seq, uid in done]
        if by_itself or not acknowledged:
            return 0, ["the child stopped by itself"]
        return len(acknowledged), found_after(folder, acknowledged)


def main() -> None:
    """Many rounds, in turn over the acts."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("rounds", type=int, nargs="?", default=100)
    parser.add_argument("--act", action="append", choices=ACTS)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--child", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.child:
        work(given.child, given.act[0], given.seed)
        return
    acts = given.act or list(ACTS)
    with tempfile.TemporaryDirectory() as scratch:
        base = Path(scratch, "base")
        prepare(base)
        steps, bad = 0, 0
        for number in range(given.rounds):
            act, seed = acts[number % len(acts)], given.seed + number
            count, wrong = one_round(base, act, seed)
            steps, bad = steps + count, bad + bool(wrong)
            for one in wrong:
                print(f"round {number + 1} ({act}, seed {seed}): {one}", flush=True)
        print(f"{given.rounds} rounds, {steps} acknowledged steps, {bad} rounds with something wrong")
    sys.exit(1 if bad else 0)


if __name__ == "__main__":
    main()
