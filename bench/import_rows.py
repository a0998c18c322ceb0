"""Import of 10,000 rows, roster and visits, against only reading the file with python-calamine (aim: at most 4 times).

python -m bench.import_rows [--rows 10000] [--rounds 3]

All run in child processes of their own, so that each has its own peak memory. Modules are loaded before the clock runs
(pypinyin takes 0.2 s, once in the life of the program). What an import does beyond reading: every cell checked, every
person compared, a backup, encrypted rows with their indexes, and the changeset that makes it all one undoable step.
"""

from __future__ import annotations

import argparse
import datetime as dt
import json
import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bench.measure import peak_mb

Figures = dict[str, float]
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
VISIT_HEADS = ("工号", "姓名", "日期", "开始", "结束", "社区", "地点", "服务类别", "服务内容", "确认方式", "确认人")


def write_roster(file: Path, count: int) -> list[tuple[str, str]]:
    """A plain roster sheet of `count` people with a title row, as a unit sends it; returns 工号 and name of each."""
    from openpyxl import Workbook

    from bench.make_ledger import COMMUNITIES, GIVEN, SURNAMES

    dice = random.Random(1)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("党员信息")
    sheet.append(["党员干部信息采集表"])
    sheet.append(HEADS)
    people = []
    for number in range(1, count + 1):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        born, joined = f"{dice.randint(1960, 1995)}.{dice.randint(1, 12)}", f"{dice.randint(1985, 2018)}年6月"
        home = f"江夏区藏龙岛街道{dice.choice(COMMUNITIES)}东苑{dice.randint(1, 30)}栋{dice.randint(101, 999)}"
        phone = f"13{dice.randrange(10**9):09d}"
        unit, branch = f"第{number % 20 + 1:02d}学院党总支", f"第{number % 4 + 1}教工党支部"
        people.append((f"{number:06d}", name))
        row = (f"{number:06d}", name, dice.choice("男女"), "汉族", born, "中共党员", joined, "硕士研究生", phone)
        sheet.append([*row, unit, branch, home])
    book.save(file)
    return people


def write_visits(file: Path, count: int, people: list[tuple[str, str]]) -> None:
    """A signed summary of `count` visits of three months."""
    from openpyxl import Workbook

    from bench.make_ledger import CATEGORIES, COMMUNITIES, CONTENTS

    dice = random.Random(2)
    book = Workbook(write_only=True)
    sheet = book.create_sheet("服务纪实")
    sheet.append(VISIT_HEADS)
    for number in range(count):
        day, start = dt.date(2020, 8, 1) + dt.timedelta(days=dice.randrange(90)), dice.randrange(8, 18)
        times = (f"{start:02d}:00", f"{start + dice.randint(1, 3):02d}:{dice.choice(('00', '30'))}")
        what = (dice.choice(CATEGORIES), f"{dice.choice(CONTENTS)}（{number}）")
        place = (dice.choice(COMMUNITIES), f"第{dice.randint(1, 19)}网格")
        sheet.append([*dice.choice(people), day.isoformat(), *times, *place, *what, "社区党组织确认", "王书记"])
    book.save(file)


def measured(act: Callable[[], Any]) -> Figures:
    """Wall and CPU seconds of `act`, and the peak memory after it."""
    wall, cpu = time.perf_counter(), time.process_time()
    act()
    return {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak": peak_mb()}


def read_only(file: Path) -> list[Figures]:
    """The yardstick: all cells by python-calamine."""
    from python_calamine import CalamineWorkbook

    return [measured(lambda: CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python())]


def roster_import(file: Path) -> list[Figures]:
    """Check and write, as the command does, then the same sheet again (all unchanged)."""
    with tempfile.TemporaryDirectory() as folder:
        store = _ledger(Path(folder))
        found = [measured(lambda: _import_roster(store, file)) for _ in range(2)]
        store.close()
    return found


def visit_import(file: Path) -> list[Figures]:
    """The same with visits, of people who are there already (the roster lies beside `file`)."""
    from core.service_log.importing import commit_visits, prepare_visits

    with tempfile.TemporaryDirectory() as folder:
        store = _ledger(Path(folder))
        _import_roster(store, file.with_name("名册.xlsx"))
        found = [measured(lambda: commit_visits(store, prepare_visits(store, [file]))) for _ in range(2)]
        store.close()
    return found


def _ledger(folder: Path) -> Any:
    from bench.make_ledger import QUICK
    from core.ledger import create_ledger
    from core.roster.names import pinyin_of

    pinyin_of("张伟")  # loads pypinyin
    return create_ledger(folder / "台账", "bench", org_name="湖北经济学院", year=2020, cost=QUICK)[0]


def _import_roster(store: Any, file: Path) -> None:
    from core.roster.import_run import commit_roster, prepare_roster

    commit_roster(store, prepare_roster(store, [file], same_person="new"), skip_bad=True)


CHILDREN = {"read": read_only, "roster": roster_import, "visits": visit_import}


def child(kind: str, file: Path) -> list[Figures]:
    """What one child measured, without the start of Python."""
    command = [sys.executable, "-m", "bench.import_rows", "--child", kind, "--file", str(file)]
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE, timeout=600)
    found: list[Figures] = json.loads(done.stdout)
    return found


def compare(kind: str, file: Path, rounds: int) -> None:
    """Reading and importing in turn; prints medians and how many times the reading an import takes."""
    runs = [[*child("read", file), *child(kind, file)] for _ in range(rounds)]
    read, first, again = (
        {key: statistics.median(one[key] for one in column) for key in column[0]} for column in zip(*runs, strict=True)
    )
    for label, one in (("calamine only", read), (f"import {kind}", first), ("the same again", again)):
        ratios = f"{one['wall'] / read['wall']:.1f} times wall, {one['cpu'] / read['cpu']:.1f} times CPU"
        print(
            f"{label:<16}{one['wall']:6.2f} s wall {one['cpu']:6.2f} s CPU {one['peak']:5.0f} MB   {ratios}", flush=True
        )


def main() -> None:
    """Roster, then visits, each in children of their own."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--child", choices=tuple(CHILDREN))
    parser.add_argument("--file", type=Path)
    given = parser.parse_args()
    if given.child:
        print(json.dumps(CHILDREN[given.child](given.file)))
        return
    with tempfile.TemporaryDirectory() as folder:
        roster, visits = Path(folder, "名册.xlsx"), Path(folder, "服务纪实.xlsx")
        write_visits(visits, given.rows, write_roster(roster, given.rows))
        compare("roster", roster, given.rounds)
        compare("visits", visits, given.rounds)


if __name__ == "__main__":
    main()
