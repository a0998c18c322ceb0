"""Start to painted 工作台 with its figures, against a bare PySide6 window with a table, in the same run.

python -m bench.start [--data DIR] [--rounds 7] [--platform offscreen]

Aim: at most 2.5 times the bare window on 3,000 cadres and 20,000 visits. Each start is a fresh process; its time counts from
before Python starts until the first paint is through. Unlocking is left out: the key is given (the passphrase's cost is wanted),
and the opening of the file, which reads and checks every page, is timed apart. Both run from bytecode, as the packaged program does.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.make_ledger import PASSPHRASE, YEAR, make_ledger

HEAD = """
import time
unlock = 0.0
"""
BARE = """
import sys
from PySide6.QtWidgets import QApplication, QMainWindow, QTableWidget, QTableWidgetItem
app = QApplication([])
window = QMainWindow()
table = QTableWidget(50, 8)
for row in range(50):
    for column in range(8):
        table.setItem(row, column, QTableWidgetItem(f"第{row}行 第{column}列"))
window.setCentralWidget(table)
window.resize(1280, 800)
window.show()
app.processEvents()
window.grab()
"""
OURS = """
import gc
gc.disable()  # as main() does until the window stands
import sys
from pathlib import Path
key, folder = bytes.fromhex(sys.stdin.read()), Path(sys.argv[1])
from ui.kit import theme
from ui.kit.messages import Messages
from ui.headless.demo import make_demo
from ui.start import make_application, start_log
app = make_application()
theme.apply(app, False, 10)
from core.ledger import open_ledger
from ui.app import make_context
from ui.pages.registry import PAGES, PROVIDERS
from ui.shell.main_window import MainWindow
begun = time.perf_counter()
store = open_ledger(folder, key=key)
unlock = (time.perf_counter() - begun) * 1000
start_log(folder)
ctx = make_context(store, Messages())
ctx.year = int(sys.argv[2])
window = MainWindow(ctx, PAGES, PROVIDERS)
window.resize(1280, 800)
window.show()
app.processEvents()
window.grab()
from ui.pages.overview import OverviewPage
assert window.findChild(OverviewPage).report is not None, "the figures are not there yet: this would measure an empty page"
"""
TAIL = """
import os
painted = time.time_ns()
from bench.measure import peak_mb
print(f"{painted} {unlock:.1f} {peak_mb():.0f}", flush=True)
os._exit(0)  # closing down is no part of the start
"""


def one_start(code: str, given: str, *arguments: str) -> tuple[float, float, int]:
    """One start in a fresh process: ms to painted without unlocking, ms of unlocking, peak MB. `given` goes in by standard input."""
    begun = time.time_ns()
    command = [sys.executable, "-c", HEAD + code + TAIL, *arguments]
    root = Path(__file__).parents[1]
    done = subprocess.run(command, check=True, input=given.encode(), stdout=subprocess.PIPE, timeout=60, cwd=root)
    painted, unlock, peak = done.stdout.split()[-3:]
    return (int(painted) - begun) / 1e6 - float(unlock), float(unlock), int(peak)


def compare(folder: Path, key: bytes, rounds: int) -> None:
    """Both in turn, so that what else the machine does hits both alike."""
    kinds = {"bare window with a table": (BARE, ""), "工作台": (OURS, key.hex(), str(folder.resolve()), str(YEAR))}
    found: dict[str, list[tuple[float, float, int]]] = {name: [] for name in kinds}
    for number in range(rounds + 1):
        for name, call in kinds.items():
            one = one_start(*call)
            if number:  # the first of each warms the file cache and writes the bytecode
                found[name].append(one)
    times = {name: [one[0] for one in all_of_it] for name, all_of_it in found.items()}
    for name, spent in times.items():
        unlock, peak = min(one[1] for one in found[name]), max(one[2] for one in found[name])
        print(
            f"{name}: best {min(spent):.0f} ms, median {statistics.median(spent):.0f}, worst {max(spent):.0f}, "
            f"opening the file apart {unlock:.0f} ms, peak {peak} MB"
        )
    bare, ours = times.values()
    print(f"ratio {statistics.median(ours) / statistics.median(bare):.2f}, of the best {min(ours) / min(bare):.2f}")


def main() -> None:
    """Make or open the ledger, then compare."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--platform", default="offscreen")
    given = parser.parse_args()
    os.environ["QT_QPA_PLATFORM"] = given.platform
    with tempfile.TemporaryDirectory() as scratch:
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(Path(scratch, "bytecode"))
        if given.data:
            from core.ledger import open_ledger

            store = open_ledger(given.data, PASSPHRASE)
        else:
            store = make_ledger(Path(scratch, "台账"), 3000, 20_000)
        folder, key = given.data or Path(scratch, "台账"), store.key
        store.close()
        compare(folder, key, given.rounds)


if __name__ == "__main__":
    main()
