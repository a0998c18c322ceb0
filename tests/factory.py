"""A lifelike ledger for tests of any room: `people(store, 40)` and `visits(store, 120)`, the same each time.

People are spread over four units with two branches each (the last unit is 离退休党委); a few lack branch, phone or
home community, two share a name. Visits are of 2020, the year of `memory_ledger()`; three of four are confirmed.
"""

from __future__ import annotations

import datetime as dt
import random
from typing import Any

from core.roster.membership import first_row
from core.roster.names import pinyin_of, stroke_key
from core.store import Store, Tx

YEAR = 2020
UNITS = ("会计学院党委", "经济与贸易学院党委", "机关党委", "离退休党委")
BRANCHES = ("教工第一党支部", "教工第二党支部")
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何林罗高曾单解仇覃"
GIVEN = ("伟", "芳", "建国", "雨欣", "志强", "秀英", "思远", "晓东", "海燕", "桂兰", "子轩", "立新")
COMMUNITIES = ("经院社区", "藏龙社区", "栗庙社区", "九凤社区")
CATEGORIES = ("宣传政策", "联系服务群众", "民主议事", "一般志愿服务", "专业志愿服务", "维护和谐稳定")
CONTENTS = (
    "入户走访独居老人，了解用药和生活困难。",
    "清理楼道堆物和小广告，捡拾白色垃圾。",
    "为居民讲解垃圾分类办法，发放宣传单，现场答疑。",
    "在小区北门值守，登记进出人员，协助搬运居民物资。",
)


def people(store: Store, n: int) -> list[str]:
    """Add `n` people (and, the first time, the units) in one step; returns their uids in order of 工号."""
    with store.transact("测试名册") as tx:
        # days and hours are drawn at random: what is asked about them has tests of its own (tests/core/test_doubts.py)
        if tx.value("SELECT value FROM setting WHERE uid = 'work_hours'"):
            tx.update("setting", "work_hours", {"value": ""})
        places = _places(tx)
        before = int(tx.value("SELECT count(*) FROM cadre"))
        rows = [_cadre(before + at, places[at % len(places)]) for at in range(n)]
        uids = tx.insert_many("cadre", rows)
        tx.insert_many(
            "membership",
            [first_row(uid, row) for uid, row in zip(uids, rows, strict=True)],
        )
    return list(uids)


def visits(store: Store, n: int, *, late: int = 0) -> list[str]:
    """Add `n` service records, in turn over everybody; every fourth waits, every twelfth is returned.

    The first `late` of those that wait are 补录 without a reason.
    """
    with store.transact("测试服务记录") as tx:
        cadres = tx.rows("SELECT uid, unit_uid, branch_uid FROM cadre ORDER BY staff_no, uid")
        rows = [_visit(at, cadres[at % len(cadres)]) for at in range(n)]
        for row in [one for one in rows if one["state"] == "WAITING"][:late]:
            row["written_on"] = (dt.date.fromisoformat(row["served_on"]) + dt.timedelta(days=30)).isoformat()
        return list(tx.insert_many("visit", rows))


def _places(tx: Tx) -> list[tuple[str, str]]:
    found = tx.tuples("SELECT unit_uid, uid FROM branch ORDER BY unit_uid, position")
    if found:
        return found
    places = []
    for position, name in enumerate(UNITS, start=1):
        status = "RETIRED" if "离退休" in name else "ACTIVE"
        unit = tx.insert("unit", {"name": name, "position": position, "default_status": status})
        for at, branch in enumerate(BRANCHES, start=1):
            places.append((unit, tx.insert("branch", {"unit_uid": unit, "name": branch, "position": at})))
    return places


def _cadre(number: int, place: tuple[str, str]) -> dict[str, Any]:
    dice = random.Random(number)
    # the third is called 张伟 as well: lists tell them apart by unit and 工号
    name = SURNAMES[number % len(SURNAMES)] + GIVEN[number // 3 % len(GIVEN)] if number else "张伟"
    pinyin, initials = pinyin_of(name)
    home = {
        "estate": "东苑",
        "building": f"{dice.randint(1, 30)}栋",
        "entrance": f"{dice.randint(1, 3)}单元",
        "room": "1201",
    }
    return {
        "staff_no": f"{number + 1:04d}",
        "name": name,
        "sex": dice.choice("12"),
        "nation": "汉族",
        "birth_on": f"{dice.randint(1960, 1992)}-{dice.randint(1, 12):02d}",
        "party_status": "中共预备党员" if number % 19 == 18 else "中共党员",
        "joined_on": f"{dice.randint(1995, 2018)}-06",
        "education": dice.choice(("博士研究生", "硕士研究生", "大学本科")),
        "title": dice.choice(("讲师", "副教授", "教授", "科员")),
        "phone": "" if number % 17 == 16 else f"138{number:08d}",
        "unit_uid": place[0],
        "branch_uid": None if number % 13 == 12 else place[1],
        "district": "江夏区",
        "street": "藏龙岛街道",
        "community": "" if number % 11 == 10 else COMMUNITIES[number % len(COMMUNITIES)],
        **home,
        "address": "".join(home.values()),
        "skills": dice.choice(("法律咨询、书法", "摄影", "财税咨询", "")),
        "status": "RETIRED" if number % 8 in (6, 7) else "ACTIVE",
        "pinyin": pinyin,
        "initials": initials,
        "stroke_key": stroke_key(name),
    }


def _visit(number: int, cadre: dict[str, Any]) -> dict[str, Any]:
    dice = random.Random(number)
    day = dt.date(YEAR, 1, 6) + dt.timedelta(days=dice.randrange(310))
    start, minutes = dice.randint(8, 18), dice.choice((60, 90, 120, 150, 240))
    state = "RETURNED" if number % 12 == 11 else "WAITING" if number % 4 == 3 else "CONFIRMED"
    signed = state == "CONFIRMED"
    return {
        "cadre_uid": cadre["uid"],
        "served_on": day.isoformat(),
        "start_at": f"{start:02d}:00",
        "end_at": f"{start + minutes // 60:02d}:{minutes % 60:02d}",
        "minutes": minutes,
        "community": COMMUNITIES[number % len(COMMUNITIES)],
        "place": "小区北门",
        "category": CATEGORIES[number % len(CATEGORIES)],
        "content": CONTENTS[number % len(CONTENTS)],
        "track": "DISPATCHED" if number % 10 == 9 else "OWN",
        "state": state,
        "unit_uid": cadre["unit_uid"],
        "branch_uid": cadre["branch_uid"],
        "source": "IMPORTED",
        "written_on": day.isoformat(),
        "confirm_method": "社区党组织" if signed else "",
        "confirmed_by": "李书记" if signed else "",
        "confirmed_on": day.isoformat() if signed else "",
        "state_reason": "缺签字" if state == "RETURNED" else "",
    }
