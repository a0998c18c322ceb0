"""The year's totals against an oracle in plain Python, on random ledgers; answers; 报出台账 and what changed since."""

from __future__ import annotations

import datetime as dt
import random
from collections import defaultdict
from collections.abc import Callable

import pytest

from core.base.dates import format_date
from core.base.errors import InvalidInput, Refused
from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in
from core.checkin.status import checkin_status
from core.grid_assignment.queries import balance
from core.ledger import memory_ledger
from core.org.settings import set_settings
from core.overview.answers import all_answers, school_answers, unit_answers
from core.overview.figures import FigureTable, Line, behind, figure_table
from core.overview.issued import changes_since, issue, issued_rows, issued_table, withdraw
from core.overview.model import ASPECTS, MEASURES
from core.roster.membership import move
from core.roster.ops import archive_cadre, save_cadre
from core.service_log.model import VisitDraft
from core.service_log.ops import change_visit, record_visit, return_visits, void_visits
from core.service_log.queries import visit_rows
from core.service_log.quota import quota_report, unit_progress
from core.service_log.tally import prove_tally, rebuild_tally
from core.store import Row, Store
from core.store.migrations import m0004_year_end
from core.submission.ops import prepare_year
from core.submission.queries import task_rows
from tests import factory
from tests.core.log_people import SIGNED, ledger, record

SUMS = [one.key for one in MEASURES if one.key not in ("people", "records")]


def _random_ledger(dice: random.Random) -> Store:
    """Overlaps, both tracks, moves of unit, corrections, 作废, returned ones, archived people, nights, two years."""
    store = memory_ledger()
    people = factory.people(store, 7)
    with store.transact("网格") as tx:
        grids = [tx.insert("grid", {"community_uid": "linked", "name": f"第{n}网格", "position": n}) for n in (1, 2, 3)]
    places = store.tuples("SELECT unit_uid, uid FROM branch")
    uids: list[str] = []
    for number in range(30):
        cadre = dice.choice(people)
        unit, branch = store.tuples("SELECT unit_uid, branch_uid FROM cadre WHERE uid = ?", (cadre,))[0]
        day = dt.date(dice.choice((2019, 2020, 2020, 2020)), dice.choice((1, 5, 12)), dice.randint(29, 31))
        start, length = dice.randrange(0, 1440, 30), dice.choice((30, 60, 90, 300))
        end = (start + length) % 1440
        times = ("", "") if dice.random() < 0.15 else tuple(f"{one // 60:02d}:{one % 60:02d}" for one in (start, end))
        state = dice.choice(("CONFIRMED", "CONFIRMED", "WAITING", "DRAFT", "RETURNED"))
        with store.transact(f"第{number}条") as tx:
            uids.append(
                tx.insert(
                    "visit",
                    {
                        "cadre_uid": cadre, "served_on": day.isoformat(), "start_at": times[0], "end_at": times[1],
                        "minutes": max(15, length - dice.choice((0, 0, 15))), "unit_uid": unit, "branch_uid": branch,
                        "grid_uid": dice.choice((None, *grids)), "home_grid_uid": dice.choice((None, *grids)),
                        "category": dice.choice(("", *factory.CATEGORIES[:3], "旧类别")), "content": "巡查",
                        "track": dice.choice(("OWN", "OWN", "DISPATCHED")), "state": state,
                        "written_on": day.isoformat(),
                    },
                )
            )  # fmt: skip
        _something_else(store, dice, people, uids, places, grids)
    return store


def _something_else(
    store: Store,
    dice: random.Random,
    people: list[str],
    uids: list[str],
    places: list[tuple[str, str]],
    grids: list[str],
) -> None:
    what = dice.random()
    uid = dice.choice([one for one in uids if store.one("SELECT uid FROM visit WHERE uid = ?", (one,))] or uids[:1])
    if what > 0.93:
        store.undo()  # the record just written is gone
        return
    with store.transact("又一步", merging=True) as tx:  # what no op would write
        if what < 0.1:
            unit, branch = dice.choice(places)
            tx.update("cadre", dice.choice(people), {"unit_uid": unit, "branch_uid": branch})
        elif what < 0.2:
            tx.update("visit", uid, {"state": "VOID"})
        elif what < 0.35:
            tx.update("visit", uid, {"grid_uid": dice.choice(grids), "category": dice.choice(factory.CATEGORIES)})
        elif what < 0.45:
            tx.update("visit", uid, {"cadre_uid": dice.choice(people), "served_on": "2020-05-30"})
        elif what < 0.5:
            tx.update("cadre", dice.choice(people), {"archived_on": "2020-06-01", "archive_reason": "调出"})
    if what < 0.2 and dice.random() < 0.3:
        store.undo()


def _span(row: Row) -> list[int]:
    if not row["start_at"]:
        return []
    base = dt.date.fromisoformat(row["served_on"]).toordinal() * 1440
    start, end = (int(row[key][:2]) * 60 + int(row[key][3:]) for key in ("start_at", "end_at"))
    return list(range(base + start, base + end + (1440 if end <= start else 0)))


_SAID = ("unit_uid", "grid_uid", "community", "branch_uid", "home_grid_uid", "category", "place", "content")


class _Clock:
    """Minutes of the clock given to records one by one; a minute taken is handed on where that frees another."""

    def __init__(self) -> None:
        self.owner: dict[int, str] = {}
        self.spans: dict[str, set[int]] = {}

    def add(self, row: Row) -> int:
        """How many of the record's minutes find a place."""
        self.spans[row["uid"]] = set(_span(row))
        return next(
            count for count in range(row["minutes"] + 1) if count == row["minutes"] or not self._place(row["uid"])
        )

    def _place(self, uid: str) -> bool:
        came: dict[str, tuple[str, int]] = {}
        line = [uid]
        for at in line:  # grows: those whose minute is wanted look for another
            if free := self.spans[at] - self.owner.keys():
                minute = min(free)
                while True:
                    self.owner[minute] = at
                    if at == uid:
                        return True
                    at, minute = came[at]
            for minute in self.spans[at]:
                other = self.owner[minute]
                if other != uid and other not in came:
                    came[other] = (at, minute)
                    line.append(other)
        return False


def _counted(rows: list[Row]) -> dict[str, tuple[int, int]]:
    """Minutes and 次 of one person's records, minute by minute."""
    groups = (("DISPATCHED", "CONFIRMED"), ("OWN", "CONFIRMED"), ("DISPATCHED", "WAITING"), ("OWN", "WAITING"))
    mine = [[one for one in rows if (one["track"], one["state"]) == group] for group in groups]
    for group in mine:
        group.sort(key=lambda row: (*(_ends(row)), -row["minutes"], repr(tuple(row[key] for key in _SAID)), row["uid"]))
    found: dict[str, tuple[int, int]] = {}
    for group, before in zip(mine, ([], mine[0], mine[0], [*mine[0], *mine[1], *mine[2]]), strict=True):
        clock = _Clock()
        for one in before:
            if one["start_at"]:
                clock.add(one)
        for one in group:
            minutes = clock.add(one) if one["start_at"] else one["minutes"]
            found[one["uid"]] = (minutes, int(minutes > 0))
    return found


def _ends(row: Row) -> tuple[int, int]:
    span = _span(row)
    return (span[0], -span[-1]) if span else (0, 0)


def _oracle(store: Store, key_of: Callable[[Row], tuple[str, ...]], unit_uid: str = "") -> dict[tuple[str, ...], Row]:
    by_person: dict[str, list[Row]] = defaultdict(list)
    for row in store.rows("SELECT * FROM visit"):
        by_person[row["cadre_uid"]].append(row)
    sums: dict[tuple[str, ...], Row] = {}
    for cadre_uid, rows in by_person.items():
        counted = _counted(rows)
        for row in rows:
            if row["uid"] not in counted or row["served_on"][:4] != "2020" or unit_uid not in ("", row["unit_uid"]):
                continue
            one = sums.setdefault(key_of(row), dict.fromkeys(SUMS, 0) | {"records": 0, "who": set()})
            prefix = ("duty_" if row["track"] == "DISPATCHED" else "") + (
                "waiting_" if row["state"] == "WAITING" else ""
            )
            one[f"{prefix}minutes"] += counted[row["uid"]][0]
            one[f"{prefix}times"] += counted[row["uid"]][1]
            one["records"] += 1
            if row["state"] == "CONFIRMED":
                one["who"].add(cadre_uid)
    return sums


KEYS: dict[str, Callable[[Row], str]] = {
    "unit": lambda row: str(row["unit_uid"]),
    "branch": lambda row: str(row["branch_uid"] or ""),
    "grid": lambda row: str(row["grid_uid"] or ""),
    "home": lambda row: str(row["home_grid_uid"] or ""),
    "category": lambda row: str(row["category"]),
    "month": lambda row: str(int(row["served_on"][5:7])),
    "track": lambda row: str(row["track"]),
}


def _same(line: Line, sums: Row | None) -> None:
    for key in (*SUMS, "records"):
        assert getattr(line, key) == (sums or {}).get(key, 0), (line.names, key)
    assert line.people == len((sums or {}).get("who", ())), line.names


def _check(store: Store, table: FigureTable, unit_uid: str = "") -> None:
    ways = [KEYS[one.key] for one in table.aspects]
    expected = _oracle(store, lambda row: tuple(one(row) for one in ways), unit_uid)
    lines = {one.key: one for one in table.lines}
    assert set(expected) <= set(lines)
    for key, line in lines.items():
        _same(line, expected.get(key))
    whole = _oracle(store, lambda _row: (), unit_uid)
    _same(table.total, whole.get(()))


@pytest.mark.parametrize("seed", range(48))
def test_totals_in_every_way_equal_the_sum_of_the_records(seed: int) -> None:
    dice = random.Random(seed)
    store = _random_ledger(dice)
    assert prove_tally(store) == []
    unit = dice.choice([row[0] for row in store.tuples("SELECT uid FROM unit")])
    for way in ASPECTS:
        _check(store, figure_table(store, 2020, way))
        _check(store, figure_table(store, 2020, way, unit_uid=unit), unit)
    first, second = dice.sample(list(ASPECTS), 2)
    _check(store, figure_table(store, 2020, first, second))


@pytest.mark.parametrize("way", ASPECTS)
def test_a_figure_opens_the_records_it_is_the_sum_of(way: str) -> None:
    store = _random_ledger(random.Random(7))
    table = figure_table(store, 2020, way)
    for line in (*table.lines, table.total):
        assert len(behind(store, table, line).uids or ()) == line.records
        for measure in ("minutes", "waiting_minutes", "duty_minutes"):
            asked = behind(store, table, line, measure)
            rows = visit_rows(store, asked)
            assert sum(row["counted_minutes"] for row in rows) == getattr(line, measure)
        people = {row["cadre_uid"] for row in visit_rows(store, behind(store, table, line, "people"))}
        assert len(people) == line.people


def test_hours_stay_in_the_unit_they_were_earned_in() -> None:
    store, uids = ledger()
    record(store, uids["张伟"])
    with store.transact("调动") as tx:
        move(tx, uids["张伟"], uids["离退休"], None, transfer_on="2020-11-22")
    record(store, uids["张伟"], served_on="2020-11-23")
    found = {one.name: one.waiting_minutes for one in figure_table(store, 2020, "unit").lines}
    assert found == {"会计学院党委": 120, "离退休党委": 120}


def test_a_table_lists_every_unit_and_says_what_it_counts() -> None:
    store, uids = ledger()
    record(store, uids["张伟"])
    table = figure_table(store, 2020, "unit")
    assert [one.name for one in table.lines] == ["会计学院党委", "离退休党委"]
    assert table.rows()[-1][0] == "合计"
    assert len(table.rows()[0]) == len(table.heads)
    assert "待确认分列" in table.scope
    assert table.as_of == "2020-11-24"
    assert figure_table(store, 2019, "unit").as_of == "2019-12-31"
    with pytest.raises(InvalidInput, match="年度20200不合理"):
        figure_table(store, 20200, "unit")
    with pytest.raises(InvalidInput, match="不能按“天气”统计"):
        figure_table(store, 2020, "天气")


def test_answers_are_sentences_with_their_scope_and_day() -> None:
    store, uids = ledger()
    record(store, uids["张伟"], grid="第3网格", **SIGNED)
    record(store, uids["李娜"])
    school = school_answers(store, 2020)
    assert "截至2020年11月24日，2020年全校有1名党员干部下沉服务，业余时间1人次、2小时；另有待确认1人次、2小时" in (
        school[0].sentence
    )
    assert "口径：" in school[1].sentence
    assert "应考核2人，已达标0人，达标率0.0%" in school[1].sentence
    assert "会计学院党委有1名" in unit_answers(store, 2020, uids["会计"])[0].sentence
    assert any("全校“第3网格”" in one.sentence for one in all_answers(store, 2020))


def test_answers_know_checkins_minimum_leads_and_what_is_owed_from_the_tables_own_functions() -> None:
    store, uids = ledger()
    with store.transact("准备") as tx:
        prepare_year(tx, 2020)
        home = tx.value("SELECT uid FROM community WHERE linked = 1")
        grid = tx.value("SELECT uid FROM grid WHERE community_uid = ? LIMIT 1", (home,))
        estate = tx.insert("estate", {"community_uid": home, "name": "东苑"})
        houses = [
            tx.insert("building", {"estate_uid": estate, "name": f"{at}栋", "grid_uid": grid}) for at in (1, 2, 3)
        ]
        tx.insert("building_lead", {"building_uid": houses[0], "cadre_uid": uids["张伟"], "from_on": "2020-09-01"})
        check_in(tx, CheckinDraft(uids["张伟"], track="HOME", checked_on="2020-08-01", community="经院社区"))
    told = {one.question: one.sentence for one in school_answers(store, 2020)}
    status = checkin_status(store, "2020-11-24", year=2020)
    whole = told["2020年全校报到率是多少？"]
    assert f"报到率{status.total.rate:.1%}" in whole and f"已报到{status.total.checked}人" in whole
    for one in (one for one in status.units if one.due):
        assert f"{one.unit}{one.rate:.1%}（{one.checked}/{one.due}）" in told["2020年各单位报到率是多少？"]
    for unit in (unit for unit in unit_progress(store, 2020).by_unit if unit.people):
        assert (
            f"{unit.unit}{unit.met / unit.people:.1%}（{unit.met}/{unit.people}）" in told["2020年各单位达标率是多少？"]
        )
    rows = balance(store, 2020)
    assert f"缺{sum(row['buildings'] - row['led'] for row in rows)}栋" in told["哪些网格、楼栋还没有楼栋长？"]
    assert "东苑2栋、东苑3栋" in told["哪些网格、楼栋还没有楼栋长？"]
    owed = told["2020年还有谁没有报送什么？"]
    for row in task_rows(store, 2020):
        assert (f"“{row['name']}”" in owed) == (row["due"] > row["sent"])
        if row["due_on"] and row["due_on"] < "2020-11-24":
            assert f"（截止{format_date(row['due_on'])}，已逾期）" in owed
    assert all("口径：" in text and "截至2020年11月24日" in text for text in told.values())
    mine = {one.question: one.sentence for one in unit_answers(store, 2020, uids["会计"])}
    assert any("报到率" in question for question in mine) and any("未报送" in text for text in mine.values())


def _issue(store: Store, by: str = "unit", unit_uid: str = "") -> str:
    with store.transact("报出统计表") as tx:
        return issue(tx, figure_table(tx, 2020, by, unit_uid=unit_uid), "学校党委办公室", "电话询问")


def test_an_issued_table_stays_and_tells_what_changed_since() -> None:
    store, uids = ledger()
    with store.transact("导入服务纪实：40条") as tx:
        for hour in (8, 10):
            times = {"start_at": f"{hour:02d}:00", "end_at": f"{hour + 1:02d}:00"}
            record_visit(
                tx, VisitDraft("2020-11-20", content="值守", community="经院社区", cadre_uid=uids["张伟"], **times)
            )
    imported = store.steps(1)[0].seq
    uid = _issue(store)
    assert changes_since(store, uid).figures == ()
    assert "没有变化" in changes_since(store, uid).text
    before = issued_table(store, uid)
    store.undo(imported)
    other = record(store, uids["王老"], **SIGNED).uid
    with store.transact("别的年度") as tx:
        change_visit(tx, other, {"served_on": "2019-11-20"}, "日期写错")
    found = changes_since(store, uid)
    told = [one.text for one in found.figures]
    assert "会计学院党委 待确认业余人次：2 → 0" in told
    assert "合计 待确认业余小时：2 → 0" in told
    assert not any("离退休" in one for one in told)
    assert "导入服务纪实：40条" in found.steps[0]
    assert "涉及本表的服务记录2条" in found.steps[0]
    now = issued_table(store, uid)
    assert (now["heads"], now["rows"]) == (before["heads"], before["rows"])
    assert [row["issued_to"] for row in issued_rows(store, 2020)] == ["学校党委办公室"]
    assert issued_rows(store, 2019) == []


def test_steps_of_another_unit_are_not_told_and_settings_are() -> None:
    store, uids = ledger()
    mine = record(store, uids["张伟"]).uid
    uid = _issue(store, unit_uid=uids["会计"])
    record(store, uids["王老"])
    assert changes_since(store, uid).steps == ()
    with store.transact("退回") as tx:
        return_visits(tx, [mine], "时间不对")
    with store.transact("改设置") as tx:
        set_settings(tx, {"same_day_visits_count_each": "0"})
    steps = changes_since(store, uid).steps
    assert [("退回" in steps[0]), ("计算规则改了" in steps[1]), len(steps)] == [True, True, 2]


def test_an_entry_made_by_mistake_is_taken_out() -> None:
    store, _uids = ledger()
    uid = _issue(store)
    with store.transact("撤回报出") as tx:
        withdraw(tx, uid)
    with pytest.raises(Refused, match="没有这张表"):
        changes_since(store, uid)


def test_archived_people_and_void_records() -> None:
    store, uids = ledger()
    first = record(store, uids["张伟"], **SIGNED).uid
    with store.transact("归档") as tx:
        archive_cadre(tx, uids["张伟"], "2020-11-21", "调出")
    assert figure_table(store, 2020, "unit").total.people == 1
    with store.transact("作废") as tx:
        void_visits(tx, [first], "重复登记")
    assert figure_table(store, 2020, "unit").total.records == 0
    with store.transact("新人") as tx:
        save_cadre(tx, {"name": "赵新", "staff_no": "0099", "unit_uid": uids["会计"]})
    assert figure_table(store, 2020, "unit").total.people == 0


def test_the_migration_counts_as_the_program_does() -> None:
    store = _random_ledger(random.Random(3))
    parts = m0004_year_end.DDL.split(";")
    store.connection.execute("UPDATE visit_tally SET month = 0, branch_uid = NULL, category = '', firsts = 0")
    store.connection.execute("DELETE FROM person_tally")
    assert prove_tally(store) != []
    for one in parts:
        if "UPDATE visit_tally" in one or "INSERT INTO person_tally" in one:
            store.connection.execute(one)
    assert prove_tally(store) == []


def test_wrong_sums_of_a_person_are_found_and_mended() -> None:
    store = _random_ledger(random.Random(5))
    for wrong in (
        "UPDATE person_tally SET minutes = minutes + 1",
        "DELETE FROM person_tally",
        "INSERT INTO person_tally SELECT 2031, cadre_uid, unit_uid, branch_uid, home_grid_uid, 1, 1, 0, 1, 60, 0, 0, 0, 0, 0, 0 "
        "FROM person_tally LIMIT 1",
    ):
        store.connection.execute(wrong)
        assert prove_tally(store) != []
        with store.transact("重新计算") as tx:
            rebuild_tally(tx)
        assert prove_tally(store) == []


@pytest.mark.parametrize("seed", range(6))
def test_service_up_to_a_day_is_the_sum_of_the_records_up_to_it(seed: int) -> None:
    store = _random_ledger(random.Random(100 + seed))
    by_person: dict[str, list[Row]] = defaultdict(list)
    for row in store.rows("SELECT * FROM visit"):
        by_person[row["cadre_uid"]].append(row)
    for day in ("2019-05-30", "2020-01-30", "2020-05-30", "2020-12-31"):
        for row in quota_report(store, 2020, as_of=day).rows:
            mine = by_person[row["uid"]]
            counted = _counted(mine)
            then = [one for one in mine if one["uid"] in counted and "2020" <= one["served_on"] <= day]
            for state, track, key in (("CONFIRMED", "OWN", ""), ("WAITING", "DISPATCHED", "duty_waiting_")):
                sums = [counted[one["uid"]] for one in then if (one["state"], one["track"]) == (state, track)]
                assert row[f"{key}minutes"] == sum(one[0] for one in sums)
                assert row[f"{key}times"] == sum(one[1] for one in sums)
