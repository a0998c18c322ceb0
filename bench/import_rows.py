"""Import of a roster of 10,000 rows against only reading the file with python-calamine (aim: at most 4 times).

python -m bench.import_rows [--rows 10000] [--rounds 3]

The two run in child processes of their own, so that each has its own peak memory and pays for its own imports.
"""

from __future__ import annotations

import argparse
import random
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from bench.measure import peak_mb

HEADS = (
    "工号",
    "姓名",
    "性别",
    "民族",
    "出生年月",
    "政治面貌",
    "入党时间",
    "学历",
    "手机号码",
    "单位",
    "党支部",
    "家庭住址",
)


def write_sheet(file: Path, count: int) -> None:
    """A plain roster sheet of `count` people with a title row, as a unit sends it."""
    from openpyxl import Workbook

    from bench.make_ledger import COMMUNITIES, GIVEN, SURNAMES

    dice = random.Random(1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("党员信息")
    sheet.append(["党员干部信息采集表"])
    sheet.append(HEADS)
    for number in range(1, count + 1):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        born, joined = f"{dice.randint(1960, 1995)}.{dice.randint(1, 12)}", f"{dice.randint(1985, 2018)}年6月"
        home = f"江夏区藏龙岛街道{dice.choice(COMMUNITIES)}东苑{dice.randint(1, 30)}栋{dice.randint(101, 999)}"
        phone = f"13{dice.randrange(10**9):09d}"
        unit, branch = f"第{number % 20 + 1:02d}学院党总支", f"第{number % 4 + 1}教工党支部"
        row = (f"{number:06d}", name, dice.choice("男女"), "汉族", born, "中共党员", joined, "硕士研究生", phone)
        sheet.append([*row, unit, branch, home])
    book.save(file)


def read_only(file: Path) -> None:
    """The yardstick: all cells by python-calamine."""
    start = time.perf_counter()
    from python_calamine import CalamineWorkbook

    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    spent = time.perf_counter() - start
    print(f"calamine only: {len(rows):,} rows, peak {peak_mb():.0f} MB", file=sys.stderr)
    print(spent)


def whole_import(file: Path) -> None:
    """Check and write, as the command does, then the same sheet again (all unchanged)."""
    from bench.make_ledger import QUICK
    from core.ledger import create_ledger
    from core.roster.import_run import commit_roster, prepare_roster

    with tempfile.TemporaryDirectory() as folder:
        store, _ = create_ledger(Path(folder, "台账"), "bench", org_name="湖北经济学院", year=2020, cost=QUICK)
        for word in ("first", "again"):
            start = time.perf_counter()
            prepared = prepare_roster(store, [file])
            checked = time.perf_counter()
            commit_roster(store, prepared, skip_bad=True)
            done = time.perf_counter()
            counts = {outcome.value: number for outcome, number in prepared.plan.counts().items() if number}
            print(f"{word}: check {checked - start:.2f} s, write {done - checked:.2f} s, {counts}", file=sys.stderr)
            print(f"{word}: peak {peak_mb():.0f} MB", file=sys.stderr)
            print(done - start)
        store.close()


def child(kind: str, file: Path) -> list[float]:
    """The seconds one child needed, without the start of Python."""
    command = [sys.executable, "-m", "bench.import_rows", "--child", kind, "--file", str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600)
    return [float(line) for line in done.stdout.split()]


def main() -> None:
    """Run both in children, in turn, and compare the medians."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", choices=("read", "import"))
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.child == "read":
        read_only(given.file)
    elif given.child == "import":
        whole_import(given.file)
    else:
        with tempfile.TemporaryDirectory() as folder:
            file = Path(folder, "名册.xlsx")
            write_sheet(file, given.rows)
            pairs = [(child("read", file)[0], *child("import", file)) for _ in range(given.rounds)]
        read, first, again = (statistics.median(column) for column in zip(*pairs, strict=True))
        print(f"calamine only {read:.2f} s; import {first:.2f} s = {first / read:.1f} times; ", end="")
        print(f"again, all unchanged, {again:.2f} s = {again / read:.1f} times")


if __name__ == "__main__":
    main()
