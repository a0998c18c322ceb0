"""A lifelike ledger of any size, the same each time (run: python -m bench.make_ledger --out DIR).

python -m bench.make_ledger --out DIR [--cadres 3000] [--visits 20000] [--seed 1]

The passphrase is `bench`. Rows go in by Tx.insert_many in steps of 50,000, so history and the tally are there too.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from bench.measure import timed
from core.base.ids import new_uid
from core.ledger import create_ledger
from core.roster.membership import first_row
from core.roster.names import pinyin_of, stroke_key
from core.store import Store

PASSPHRASE = "bench"
YEAR = 2020
STEP_ROWS = 50_000
QUICK = {"iterations": 1, "lanes": 1, "memory_kib": 1024}  # the key's cost is no part of any figure

SURNAMES = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高郑梁谢宋唐许韩邓冯曹彭曾肖田董潘袁蔡蒋余于杜叶程魏苏吕丁任卢姚沈单解仇区"
)
GIVEN = "伟芳娜敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂英华玉兰建国文辉力志波红梅鹏婷浩然子轩雨欣思远嘉怡俊熙梓涵晓东海燕立新永春"
UNITS = 20
BRANCHES = 4  # of each unit
GRIDS = 19
COMMUNITIES = ("经院社区", "藏龙社区", "栗庙社区", "杨桥社区", "九凤社区", "关山社区", "东湖社区")
CATEGORIES = ("宣传政策", "联系服务群众", "民主议事", "一般志愿服务", "专业志愿服务", "维护和谐稳定", "处理突发事件")
CONTENTS = (
    "在小区北门值守，测温验码，登记进出人员，协助搬运居民团购物资。",
    "入户走访独居老人，了解用药和生活困难，帮助联系社区医院上门送药。",
    "清理楼道堆物和小广告，修剪绿化带，捡拾白色垃圾。",
    "参加居民议事会，就停车位划线方案征求意见并作记录。",
    "为居民讲解垃圾分类办法，发放宣传单，现场答疑。",
)


def write_places(store: Store) -> tuple[list[tuple[str, str]], list[str]]:
    """Units with branches, and grids; returns (unit, branch) pairs and grid uids."""
    pairs: list[tuple[str, str]] = []
    with store.transact("测试数据：单位与网格") as tx:
        linked = tx.value("SELECT uid FROM community WHERE linked = 1")
        for number in range(1, UNITS + 1):
            unit = tx.insert("unit", {"name": f"第{number:02d}学院党总支", "position": number})
            for branch in range(1, BRANCHES + 1):
                name = f"第{branch}教工党支部"
                pairs.append((unit, tx.insert("branch", {"unit_uid": unit, "name": name, "position": branch})))
        grids = [
            tx.insert("grid", {"community_uid": linked, "name": f"第{number}网格", "position": number})
            for number in range(1, GRIDS + 1)
        ]
    return pairs, grids


def cadres(count: int, pairs: list[tuple[str, str]], dice: random.Random) -> Iterator[dict[str, Any]]:
    """Rows of `cadre`; one in 25 is retired."""
    for number in range(1, count + 1):
        name = dice.choice(SURNAMES) + "".join(dice.choices(GIVEN, k=dice.choice((1, 2, 2))))
        pinyin, initials = pinyin_of(name)
        unit, branch = dice.choice(pairs)
        yield {
            "uid": new_uid(),
            "staff_no": f"{number:06d}",
            "name": name,
            "sex": dice.choice("12"),
            "nation": "汉族",
            "birth_on": f"{dice.randint(1960, 1995)}-{dice.randint(1, 12):02d}",
            "party_status": "中共党员",
            "joined_on": f"{dice.randint(1985, 2018)}-06",
            "phone": f"13{dice.randrange(10**9):09d}",
            "unit_uid": unit,
            "branch_uid": branch,
            "district": "江夏区",
            "street": "藏龙岛街道",
            "community": dice.choice(COMMUNITIES),
            "address": f"东苑{dice.randint(1, 30)}栋{dice.randint(1, 3)}单元{dice.randint(101, 1802)}",
            "status": "RETIRED" if number % 25 == 0 else "ACTIVE",
            "pinyin": pinyin,
            "initials": initials,
            "stroke_key": stroke_key(name),
        }


def visits(
    count: int, people: list[dict[str, Any]], grids: list[str], dice: random.Random, spread: int
) -> Iterator[dict[str, Any]]:
    """Rows of `visit`, evenly over the people and over `spread` years up to YEAR; three of four are confirmed."""
    for number in range(count):
        person = people[number % len(people)]
        day = dt.date(YEAR - dice.randrange(spread), 1, 1) + dt.timedelta(days=dice.randrange(365))
        start, minutes = dice.randint(8 * 4, 19 * 4) * 15, dice.choice((60, 90, 120, 120, 150, 180, 240))
        community, state = dice.choice(COMMUNITIES), dice.choice(("CONFIRMED", "CONFIRMED", "CONFIRMED", "WAITING"))
        confirmed = state == "CONFIRMED"
        yield {
            "uid": new_uid(),
            "cadre_uid": person["uid"],
            "served_on": day.isoformat(),
            "start_at": f"{start // 60:02d}:{start % 60:02d}",
            "end_at": f"{(start + minutes) // 60 % 24:02d}:{(start + minutes) % 60:02d}",
            "minutes": minutes,
            "community": community,
            "place": "小区北门",
            "grid_uid": dice.choice(grids) if community == COMMUNITIES[0] else None,
            "category": dice.choice(CATEGORIES),
            "content": dice.choice(CONTENTS),
            "track": dice.choice(("OWN", "OWN", "OWN", "OWN", "DISPATCHED")),
            "state": state,
            "confirm_method": "社区党组织" if confirmed else "",
            "confirmed_by": "李书记" if confirmed else "",
            "confirmed_on": day.isoformat() if confirmed else "",
            "unit_uid": person["unit_uid"],
            "branch_uid": person["branch_uid"],
            "source": "IMPORTED",
            "written_on": day.isoformat(),
        }


def write_rows(store: Store, table: str, label: str, rows: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """All rows, STEP_ROWS a step; returns them (for people: small enough)."""
    kept: list[dict[str, Any]] = []
    while chunk := [row for _, row in zip(range(STEP_ROWS), rows, strict=False)]:
        with store.transact(label) as tx:
            tx.insert_many(table, chunk)
        if table == "cadre":
            kept += chunk
    return kept


def make_ledger(folder: Path, cadre_count: int, visit_count: int, *, seed: int = 1, spread: int = 1) -> Store:
    """The ledger, open. `spread` is the number of years the visits cover."""
    dice = random.Random(seed)
    store, _ = create_ledger(folder, PASSPHRASE, org_name="湖北经济学院", year=YEAR, operator="测试", cost=QUICK)
    pairs, grids = write_places(store)
    with timed(f"write {cadre_count:,} cadres"):
        people = write_rows(store, "cadre", "测试数据：名册", cadres(cadre_count, pairs, dice))
        memberships = (first_row(one["uid"], {"status": "ACTIVE", "party_status": "", **one}) for one in people)
        write_rows(store, "membership", "测试数据：所属", memberships)
    with timed(f"write {visit_count:,} visits"):
        write_rows(store, "visit", "测试数据：服务记录", visits(visit_count, people, grids, dice, spread))
    return store


def main() -> None:
    """Make one by the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--cadres", type=int, default=3000)
    parser.add_argument("--visits", type=int, default=20_000)
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    make_ledger(given.out, given.cadres, given.visits, seed=given.seed).close()


if __name__ == "__main__":
    main()
