"""The people of the sample years: who comes, moves, turns 转正, retires, leaves and comes back, and what follows from it."""

from __future__ import annotations

import csv
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from core.store import Row, Tx
from ui.headless.demo import SURNAMES
from ui.headless.demo_years import LAST_DAY, Office

_RETIREES = "离退休党委"
_FULL, _PROBATIONARY = "中共党员", "中共预备党员"


class Change(NamedTuple):
    """From a day (ISO) the `number`-th person (by 工号) of those a unit had in August 2020; what with which facts.

    `told_on`: the day the office heard of it, '' = the same.
    """

    day: str
    what: str
    unit: str
    number: int
    facts: dict[str, str] = {}
    told_on: str = ""


CHANGES = (
    Change("2020-09-14", "调动", "法学院党委", 0, {"unit": "机关党委", "branch": "人事处党支部"}),
    Change("2020-11-02", "离退休", "图书馆党总支", 0, {"status": "RETIRED"}),
    Change("2020-11-16", "归档", "金融学院党委", 0, {"reason": "调离"}),
    Change("2020-11-23", "转正", "信息管理学院党总支", 0),
    Change("2021-01-18", "调动", "经济与贸易学院党委", 0, {"unit": "机关党委", "branch": "组织部党支部"}),
    Change("2021-04-12", "迁居", "会计学院党委", 1, {"address": "东苑3栋1单元201室"}),
    Change("2021-05-10", "调动", "金融学院党委", 2, {"unit": "金融学院党委", "branch": "保险系党支部"}),
    Change("2021-06-21", "离退休", "机关党委", 1, {"status": "RETIRED", "unit": _RETIREES, "branch": "离退休第一党支部"}),
    Change("2021-06-28", "转正", "校医院党总支", 0),
    Change("2021-06-28", "转正", "金融学院党委", 0),
    Change("2021-09-06", "回来", "金融学院党委", 0),
    Change("2021-10-18", "归档", "校医院党总支", 0, {"reason": "调离"}),
    Change("2021-11-15", "归档", "离退休党委", 2, {"reason": "去世"}),
    Change("2021-12-06", "归档", "会计学院党委", 0, {"reason": "退休"}),
    # the year before is closed by then, and keeps him
    Change("2022-01-01", "离退休", "亿优公司党总支", 3, {"status": "RETIRED"}, "2022-01-17"),
    Change("2022-03-14", "借调", "信息管理学院党总支", 3, {"status": "OTHER"}),
    Change(
        "2022-04-11", "调动", "图书馆党总支", 1, {"unit": "信息管理学院党总支", "branch": "计算机系党支部"}
    ),
    Change(
        "2022-06-20", "离退休", "经济与贸易学院党委", 0,
        {"status": "RETIRED", "unit": _RETIREES, "branch": "离退休第一党支部"},
    ),
    Change("2022-06-27", "转正", "亿优公司党总支", 0),
    Change("2022-09-05", "回来", "校医院党总支", 0),
    Change("2022-10-10", "借调", "信息管理学院党总支", 3, {"status": "ACTIVE"}),
    Change("2022-10-24", "归档", "机关党委", 2, {"reason": "调离"}),
    Change("2022-11-07", "归档", "新进", 1, {"reason": "调离"}),
)  # fmt: skip
"""By day. The unit '新进' is everybody who has come since, by 工号; 转正 counts among the 预备党员 of a unit."""
_COMERS = (("2021-03-08", 6), ("2021-09-13", 3), ("2022-02-21", 5))
_HEADS = (
    "工号", "姓名", "性别", "民族", "出生年月", "政治面貌", "入党时间", "学历", "职务/职称", "联系电话", "所在单位", "所在党支部",
    "现居住地（区）", "街道", "社区", "详细地址", "到岗日期",
)  # fmt: skip
_PLACES = (
    ("法学院党委", "法学系教工党支部"), ("金融学院党委", "金融系党支部"), ("会计学院党委", "审计系支部"),
    ("校医院党总支", "校医院党支部"), ("机关党委", "宣传部党支部"),
)  # fmt: skip


def change_people(office: Office, year: int, quarter: int) -> None:
    """What happens to people in a quarter, in the order of days."""
    until = f"{year}-{LAST_DAY}" if year == office.last else f"{year}-12-31"
    span = f"{year}-{3 * quarter - 2:02d}-01", min(f"{year}-{3 * quarter:02d}-31", until)
    steps: list[tuple[str, Callable[[], None]]] = []
    for one in CHANGES:
        told_on = one.told_on or one.day
        if span[0] <= told_on <= span[1]:
            steps.append((told_on, lambda one=one: _change(office, one)))  # type: ignore[misc]
    for day, count in _COMERS:
        if span[0] <= day <= span[1]:
            steps.append((day, lambda day=day, count=count: _come(office, day, count)))  # type: ignore[misc]
    for _day, step in sorted(steps, key=lambda one: one[0]):
        step()


def person(tx: Any, unit: str, number: int) -> Row:
    """Who is meant: of the first membership in a unit, or of those who came since."""
    since = "m.from_on > ''" if unit == "新进" else "u.name = ?1 AND m.from_on = ''"
    sql = (
        f"SELECT c.* FROM membership m JOIN cadre c ON c.uid = m.cadre_uid JOIN unit u ON u.uid = m.unit_uid "
        f"WHERE {since} AND ?1 <> '' AND m.from_on = (SELECT min(o.from_on) FROM membership o WHERE o.cadre_uid = c.uid) "
        "ORDER BY c.staff_no, c.uid LIMIT 1 OFFSET ?2"
    )
    row: Row = tx.rows(sql, (unit, number))[0]
    return row


def _change(office: Office, one: Change) -> None:
    with office.on(one.told_on or one.day, one.what) as tx:
        _ACTS[one.what](tx, one)


def _dated(tx: Tx, one: Change) -> None:
    from core.roster.ops import save_cadre

    save_cadre(tx, one.facts, person(tx, one.unit, one.number)["uid"], transfer_on=one.day)


def _turn_full(tx: Tx, one: Change) -> None:
    from core.roster.ops import change_person

    sql = (
        "SELECT c.uid FROM cadre c JOIN unit u ON u.uid = c.unit_uid WHERE u.name = ? AND c.party_status = ? "
        "ORDER BY c.staff_no LIMIT 1"
    )
    change_person(tx, str(tx.value(sql, (one.unit, _PROBATIONARY))), {"party_status": _FULL}, from_on=one.day)


def _leave(tx: Tx, one: Change) -> None:
    from core.leaving import leave

    leave(tx, person(tx, one.unit, one.number)["uid"], one.day, one.facts["reason"])


def _come_back(tx: Tx, one: Change) -> None:
    from core.roster.ops import restore_cadre

    uid = person(tx, one.unit, one.number)["uid"]
    restore_cadre(tx, uid, one.day)
    _settle(tx, [uid], one.day)


def _move_home(tx: Tx, one: Change) -> None:
    """Another home in the linked community: another check-in, another grid."""
    from core.checkin.model import CheckinDraft
    from core.checkin.ops import check_in
    from core.grid_assignment.auto import accept, propose
    from core.roster.ops import save_cadre

    uid = person(tx, one.unit, one.number)["uid"]
    home = {"district": "江夏区", "street": "藏龙岛街道", "community": "经院社区", "estate": "", "building": ""}
    save_cadre(tx, {**home, **one.facts}, uid)
    check_in(tx, CheckinDraft(uid, "HOME", one.day, handler="陈社工", replace=True))
    accept(tx, propose(tx, [uid], again=True).items, one.day)


_ACTS: dict[str, Callable[[Tx, Change], None]] = {
    "调动": _dated, "离退休": _dated, "借调": _dated, "转正": _turn_full, "归档": _leave, "回来": _come_back, "迁居": _move_home,
}  # fmt: skip


def _come(office: Office, day: str, count: int) -> None:
    """New people by a sheet of the personnel office; they check in and are placed within the week."""
    from core.roster.import_run import commit_roster, prepare_roster

    office.go_to(day)
    there = int(office.store.value("SELECT count(*) FROM cadre WHERE staff_no LIKE '20%'"))
    with tempfile.TemporaryDirectory(prefix="xcjs-") as folder:
        sheet = Path(folder) / f"{day[:7]}新进人员.csv"
        with sheet.open("w", encoding="utf-8-sig", newline="") as out:
            csv.writer(out).writerows([_HEADS, *(_newcomer(day, there + at) for at in range(count))])
        commit_roster(office.store, prepare_roster(office.store, [sheet]))
    sql = "SELECT m.cadre_uid FROM membership m WHERE m.from_on = ? AND m.reason = '' ORDER BY m.cadre_uid"
    uids = [row[0] for row in office.store.tuples(sql, (day,))]
    with office.on(f"{day[:8]}{int(day[8:]) + 7:02d}", "新进人员报到、编入网格") as tx:
        _settle(tx, uids, f"{day[:8]}{int(day[8:]) + 6:02d}")


def _newcomer(day: str, at: int) -> list[str]:
    name = SURNAMES[(7 * at + 3) % len(SURNAMES)] + ("晓雯", "浩然", "思远", "佳宁", "子涵")[at % 5]
    born, joined = f"{1985 + at % 9}.{at % 12 + 1:02d}", f"{2012 + at % 6}.06"
    party, (unit, branch) = (_PROBATIONARY if at % 4 == 3 else _FULL), _PLACES[at % len(_PLACES)]
    near = at % 3 != 2
    home = ["江夏区", "藏龙岛街道", "经院社区", f"东苑{at + 2}栋2单元{at + 3}01室"]
    away = ["洪山区", "关山街道", "康园社区", f"{at + 1}栋1单元{at + 2}02室"]
    person = [
        f"20{day[2:4]}{at:03d}",
        name,
        "女" if at % 2 else "男",
        "汉族",
        born,
        party,
        joined,
        "博士研究生",
        "讲师",
    ]
    return [*person, f"1370000{at:04d}", unit, branch, *(home if near else away), day]


def _settle(tx: Tx, uids: list[str], day: str) -> None:
    """Check in at home on a day, be placed in a grid if the address says which, and be sent there."""
    from core.checkin.model import CheckinDraft
    from core.checkin.ops import check_in
    from core.grid_assignment.auto import accept, propose

    accept(tx, propose(tx, uids).items, day)
    placed = {row[0] for row in tx.tuples("SELECT cadre_uid FROM grid_assignment WHERE until_on = ''")}
    for uid in uids:
        check_in(tx, CheckinDraft(uid, "HOME", day, handler="李社工"))
        if uid in placed:
            check_in(tx, CheckinDraft(uid, "ASSIGNED", day, handler="陈社工"))


def fill_places(tx: Tx, day: str) -> None:
    """楼栋长 of buildings that have none any more, and one other building in nine is handed on."""
    from core.grid_assignment.leads import appoint_lead

    sql = """
    SELECT a.building_uid, a.cadre_uid, l.cadre_uid FROM grid_assignment a JOIN cadre c ON c.uid = a.cadre_uid
    LEFT JOIN building_lead l ON l.building_uid = a.building_uid AND l.until_on = ''
    WHERE a.until_on = '' AND a.building_uid IS NOT NULL AND c.status = 'ACTIVE' AND c.archived_on = ''
    ORDER BY a.building_uid, a.cadre_uid
    """
    living: dict[str, list[tuple[str, str]]] = {}
    for building, cadre, lead in tx.tuples(sql):
        living.setdefault(building, []).append((cadre, lead or ""))
    for at, (building, people) in enumerate(living.items()):
        lead = people[0][1]
        if not lead or at % 9 == 0:
            other = next((cadre for cadre, _ in people if cadre != lead), "")
            if other:
                appoint_lead(tx, building, other, day)
