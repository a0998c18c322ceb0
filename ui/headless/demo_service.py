"""The service of the sample years after the first: sheets of a quarter that the community signed, and what is keyed by hand."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import json
import random
import tempfile
from pathlib import Path
from typing import Any

from core.base.dates import day_before
from core.base.workdays import is_workday
from core.store import Row
from ui.headless.demo_years import Office

_HEADS = (
    "工号", "姓名", "服务日期", "开始", "结束", "时长(小时)", "社区", "网格/地点", "服务类别", "服务内容", "确认方式", "确认人", "时间性质",
)  # fmt: skip
_WORK = (
    ("联系服务群众", "入户走访独居老人，了解用药和生活困难"),
    ("一般志愿服务", "清理楼道堆物，捡拾白色垃圾"),
    ("宣传政策", "发放反诈和医保政策宣传单"),
    ("专业志愿服务", "义诊，测量血压血糖"),
    ("维护和谐稳定", "调解邻里停车纠纷"),
    ("民主议事", "参加居民恳谈会，收集意见"),
    ("处理突发事件", "防汛值守，转运物资"),
)
_EVERY = (0.8, 0.8, 0.75, 0.7, 0.7, 0.65, 0.5, 0.4, 0.2, 0.1)  # how often a month somebody serves, by his number
_SENT_FROM = ("亿优公司党总支", "机关党委", "校医院党总支")
_PEOPLE = """
SELECT c.uid, c.staff_no, c.name, c.community, c.status, u.name AS unit,
  coalesce((SELECT g.name FROM grid_assignment a JOIN grid g ON g.uid = a.grid_uid WHERE a.cadre_uid = c.uid
    AND a.until_on = '' LIMIT 1), '') AS grid
FROM cadre c JOIN unit u ON u.uid = c.unit_uid WHERE c.uid IN (SELECT value FROM json_each(?)) ORDER BY c.staff_no, c.uid
"""
Line = list[Any]


def serve_quarter(office: Office, year: int, quarter: int) -> None:
    """The signed sheet of a quarter, imported on its last day, and a few records keyed by hand."""
    from core.service_log.importing import commit_visits, prepare_visits

    last = year == office.last
    months = [one for one in range(3 * quarter - 2, 3 * quarter + 1) if one > 1 and not (last and one > 11)]
    dice = random.Random(year * 10 + quarter)
    lines = [line for month in months for line in _month(office, year, month, dice)]
    after = f"{year}-12-21" if months[-1] == 12 else f"{year}-{months[-1] + 1:02d}-01"
    done_on = day_before(after)
    office.go_to(done_on)
    with tempfile.TemporaryDirectory(prefix="xcjs-") as folder:
        sheet = Path(folder) / f"服务记录{year}年第{quarter}季度.csv"
        with sheet.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([_HEADS, *lines])
        commit_visits(office.store, prepare_visits(office.store, [sheet]))
    _by_hand(office, done_on)


def _month(office: Office, year: int, month: int, dice: random.Random) -> list[Line]:
    """Lines of everybody who is there in the middle of a month and serves in it."""
    uids = office.there(f"{year}-{month:02d}-15")
    lines: list[Line] = []
    for at, row in enumerate(office.store.rows(_PEOPLE, (json.dumps(uids),))):
        often = _EVERY[int(row["staff_no"] or at) % 10] * (1 if row["status"] == "ACTIVE" else 0.3)
        if dice.random() < often:
            lines.append(_own(row, year, month, dice))
            if dice.random() < 0.06:
                lines.append(_within(lines[-1]))
            if often > 0.7 and dice.random() < 0.4 and (more := _own(row, year, month, dice))[2] != lines[-1][2]:
                lines.append(more)
        if row["unit"] in _SENT_FROM and row["status"] == "ACTIVE" and (at + month) % 6 == 0:
            lines.append(_sent(row, year, month, dice))
    return lines


def _own(row: Row, year: int, month: int, dice: random.Random) -> Line:
    """A weekend's half day, or an evening; most of it signed, some with less actual time than its span."""
    day = _day(year, month, dice)
    if dice.random() < 0.8:  # a weekend
        day -= dt.timedelta((day.weekday() - 5) % 7)
    start, hours = (
        (18, dice.choice((1.5, 2, 2.5))) if is_workday(day) else (dice.choice((8, 9, 14)), dice.choice((2, 3, 3, 4, 4)))
    )
    end = f"{int(start + hours)}:{'30' if hours % 1 else '00'}"
    actual = "" if dice.random() > 0.1 else str(hours - 0.5)
    linked = row["community"] in ("", "经院社区")
    community, place = ("经院社区", row["grid"] or "居委会") if linked else (row["community"], "党群服务中心")
    category, content = _WORK[dice.randrange(6) if month not in (7, 8) else dice.randrange(7)]
    signed = ("社区党组织", "陈书记") if dice.random() > 0.07 else ("", "")
    who = [row["staff_no"], row["name"], day.isoformat(), f"{start}:00", end, actual]
    return [*who, community, place, category, content, *signed, "业余时间"]


def _day(year: int, month: int, dice: random.Random) -> dt.date:
    """A day of the second half of a month, of December before its forms are drafted."""
    return dt.date(year, month, dice.randrange(8, 19) if month == 12 else dice.randrange(17, 28))


def _within(line: Line) -> Line:
    """A second record over the end of the first: only what it adds counts."""
    start, end = int(line[3].split(":")[0]) + 1, int(line[4].split(":")[0]) + 1
    return [*line[:3], f"{start}:00", f"{end}:00", "1", *line[6:9], "楼道消防通道清理", *line[10:]]


def _sent(row: Row, year: int, month: int, dice: random.Random) -> Line:
    """A working day in the linked community, 组织派遣. 方案 五(二)2"""
    day = _day(year, month, dice)
    while not is_workday(day):
        day -= dt.timedelta(1)
    what = ("一般志愿服务", "组织派遣值班，协助社区接待和巡查")
    who = [row["staff_no"], row["name"], day.isoformat(), "8:00", "17:30", "7"]
    return [*who, "经院社区", "居委会", *what, "社区党组织", "陈书记", "组织派遣"]


def _by_hand(office: Office, day: str) -> None:
    """A group's entry that waits, hours without a start, one sent back, one void, one of who has left: two days before `day` (ISO)."""
    from core.service_log.model import VisitDraft
    from core.service_log.ops import record_group, record_visit, return_visits, void_visits

    served_on = (dt.date.fromisoformat(day) - dt.timedelta(2)).isoformat()
    people = office.there(day)[5:60:5]
    group = VisitDraft(
        served_on, "19:00", "21:00", community="经院社区", place="小区广场", category="宣传政策", content="露天电影放映，维持秩序"
    )  # fmt: skip
    hours = VisitDraft(
        served_on, minutes=90, community="经院社区", place="居委会", category="民主议事", content="电话收集居民意见",
        cadre_uid=people[0], confirm_method="社区党组织", confirmed_by="陈书记", confirmed_on=day,
    )  # fmt: skip
    gone = office.store.tuples("SELECT uid FROM cadre WHERE archived_on <> '' ORDER BY staff_no LIMIT 1")
    with office.on(day, "登记服务记录") as tx:
        made = record_group(tx, group, people)
        record_visit(tx, hours)
        if gone:
            record_visit(
                tx, dataclasses.replace(hours, cadre_uid=gone[0][0], content="离校前报名的活动，离校后仍来参加")
            )
    with office.on(day, "退回、作废服务记录") as tx:
        uids = list(made.uids)
        return_visits(tx, uids[:1], "内容没有写清楚")
        void_visits(tx, uids[1:2], "重复登记")
