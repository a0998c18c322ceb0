"""The union rule against a brute force over single minutes, and the derived table after every kind of write."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from core.archive.closing import close_year, closed_figures, corrections
from core.ledger import create_ledger, memory_ledger, open_ledger
from core.org.settings import set_settings
from core.roster.ops import save_cadre
from core.service_log.counting import Served, TallyRules, count_visits, interval
from core.service_log.ops import change_visit, return_visits, void_visits
from core.service_log.queries import VisitFilter, visit_sums
from core.service_log.tally import prove_tally, read_rules, rebuild_tally
from core.store import Store, keys
from tests.core.log_people import SIGNED, ledger, record


def _random_visits(dice: random.Random, count: int) -> list[Served]:
    visits = []
    for number in range(count):
        start = dice.randrange(0, 1440, 30)
        length = dice.choice((30, 60, 90, 180, 600))
        end = (start + length) % 1440
        clock = ("", "") if dice.random() < 0.1 else tuple(f"{one // 60:02d}:{one % 60:02d}" for one in (start, end))
        track, state = (
            dice.choice(("OWN", "OWN", "DISPATCHED")),
            dice.choice(("CONFIRMED", "CONFIRMED", "WAITING", "DRAFT")),
        )
        visits.append(Served(f"{number:03d}", f"2020-08-{dice.randint(1, 3):02d}", *clock, length, track, state))
    return visits


def _minutes(visits: list[Served], track: str, *states: str) -> set[int]:
    found: set[int] = set()
    for one in visits:
        span = interval(one.served_on, one.start_at, one.end_at)
        if span and one.track == track and one.state in states:
            found.update(range(*span))
    return found


def _loose(visits: list[Served], track: str, state: str) -> int:
    return sum(one.minutes for one in visits if not one.start_at and one.track == track and one.state == state)


def _total(visits: list[Served], counted: dict[str, tuple[int, int]], track: str, state: str) -> int:
    return sum(counted[one.uid][0] for one in visits if one.track == track and one.state == state)


@pytest.mark.parametrize("seed", range(60))
def test_the_union_equals_the_minutes_counted_one_by_one(seed: int) -> None:
    visits = _random_visits(random.Random(seed), 14)
    counted = count_visits(visits, TallyRules())
    duty, own = _minutes(visits, "DISPATCHED", "CONFIRMED"), _minutes(visits, "OWN", "CONFIRMED")
    all_duty = _minutes(visits, "DISPATCHED", "CONFIRMED", "WAITING")
    all_own = _minutes(visits, "OWN", "CONFIRMED", "WAITING")
    expected = {
        ("DISPATCHED", "CONFIRMED"): len(duty),
        ("DISPATCHED", "WAITING"): len(all_duty - duty),
        ("OWN", "CONFIRMED"): len(own - duty),
        ("OWN", "WAITING"): len(all_own - own - all_duty),
    }
    for (track, state), minutes in expected.items():
        assert _total(visits, counted, track, state) == minutes + _loose(visits, track, state), (track, state)
    assert all((minutes > 0) == (times == 1) for minutes, times in counted.values())
    assert set(counted) == {one.uid for one in visits if one.state != "DRAFT"}


@pytest.mark.parametrize("seed", range(10))
def test_the_order_of_writing_does_not_matter(seed: int) -> None:
    dice = random.Random(seed)
    visits = _random_visits(dice, 12)
    shuffled = dice.sample(visits, len(visits))
    assert count_visits(shuffled, TallyRules()) == count_visits(visits, TallyRules())


def _one(uid: str, start: str, end: str, minutes: int, **other: str) -> Served:
    return Served(uid, other.get("on", "2020-08-01"), start, end, minutes, other.get("track", "OWN"), "CONFIRMED")


def test_a_break_never_counts_more_than_actual_service() -> None:
    assert count_visits([_one("a", "08:00", "12:00", 180)], TallyRules()) == {"a": (180, 1)}


def test_one_time_a_day_if_the_setting_says_so() -> None:
    visits = [_one("a", "08:00", "09:00", 60), _one("b", "10:00", "11:00", 60), _one("c", "", "", 30)]
    each = count_visits(visits, TallyRules(same_day_each=True))
    once = count_visits(visits, TallyRules(same_day_each=False))
    assert [times for _, times in each.values()] == [1, 1, 1]
    assert sum(times for _, times in once.values()) == 1
    assert sum(minutes for minutes, _ in once.values()) == 150


def test_a_night_counts_on_the_day_it_began_and_meets_the_next_morning() -> None:
    visits = [_one("a", "22:00", "02:00", 240, on="2020-12-31"), _one("b", "01:00", "03:00", 120, on="2021-01-01")]
    assert count_visits(visits, TallyRules()) == {"a": (240, 1), "b": (60, 1)}
    store, uids = ledger()
    record(store, uids["张伟"], served_on="2019-12-31", start_at="22:00", end_at="02:00", next_day=True, **SIGNED)
    record(store, uids["张伟"], served_on="2020-01-01", start_at="01:00", end_at="03:00", **SIGNED)
    assert store.tuples("SELECT year, minutes FROM visit_tally ORDER BY year") == [(2019, 240), (2020, 60)]


def test_every_write_and_undo_keeps_the_table_right() -> None:
    store, uids = ledger()
    first = record(store, uids["张伟"], **SIGNED).uid
    second = record(store, uids["张伟"], start_at="15:00", end_at="17:00", **SIGNED).uid
    third = record(store, uids["李娜"]).uid

    def sums(name: str) -> tuple[int, int, int]:
        found = visit_sums(store, VisitFilter(cadre_uid=uids[name]))
        assert prove_tally(store) == []
        return found.times, found.minutes, found.waiting_minutes

    assert sums("张伟") == (2, 180, 0)
    assert sums("李娜") == (0, 0, 120)
    with store.transact("作废") as tx:
        void_visits(tx, [first], "重复登记")
    assert sums("张伟") == (1, 120, 0)
    store.undo()
    assert sums("张伟") == (2, 180, 0)
    with store.transact("改人") as tx:
        change_visit(tx, third, {"cadre_uid": uids["张伟"]})
    assert sums("李娜") == (0, 0, 0)
    assert sums("张伟") == (2, 180, 0)  # what waits adds no minute: 14:00-16:00 is confirmed already
    with store.transact("退回") as tx:
        return_visits(tx, [second], "时间不对")
    assert sums("张伟") == (1, 120, 0)
    store.undo()
    store.undo()
    store.undo()
    assert sums("李娜") == (0, 0, 0)
    assert sums("张伟") == (2, 180, 0)


def test_own_time_in_the_linked_community_is_a_setting() -> None:
    store, uids = ledger()
    with store.transact("住址") as tx:
        save_cadre(tx, {"community": "康园社区"}, uids["张伟"])
        save_cadre(tx, {"community": "经院社区"}, uids["李娜"])
    for name in ("张伟", "李娜", "王老"):
        record(store, uids[name], **SIGNED)
    with store.transact("设置") as tx:
        set_settings(tx, {"own_time_in_linked_counts": "0"})

    def minutes() -> list[int]:
        assert prove_tally(store) == []
        return [visit_sums(store, VisitFilter(cadre_uid=uids[name])).minutes for name in ("张伟", "李娜", "王老")]

    assert minutes() == [0, 120, 120]  # 王老's home is not known: nobody loses hours for that
    with store.transact("搬家") as tx:
        save_cadre(tx, {"community": "经院社区"}, uids["张伟"])
    assert minutes() == [120, 120, 120]
    store.undo()
    store.undo()
    assert minutes() == [120, 120, 120]


def test_proof_finds_what_is_wrong_and_rebuild_mends_it() -> None:
    store, uids = ledger()
    record(store, uids["张伟"], **SIGNED)
    with store.transact("弄坏") as tx:
        tx.derived("UPDATE visit_tally SET minutes = ?", [(999,)])
    assert prove_tally(store) == ["张伟（工号0001）的计入时长与服务记录不符，请运行“重新计算”。"]
    with store.transact("重新计算") as tx:
        rebuild_tally(tx)
    assert prove_tally(store) == []


CHEAP = {**keys.STRONG, "iterations": 1, "lanes": 1, "memory_kib": 64}


def counted_by_an_old_rule(store: Store) -> None:
    """As a program before RULE_VERSION left the file: 9-11 counts nothing beside 8-12 with 60 actual minutes."""
    store.connection.execute("UPDATE visit_tally SET minutes = 0, times = 0 WHERE minutes = 120")
    store.connection.execute("UPDATE person_tally SET minutes = 60, times = 1")
    store.connection.execute("DELETE FROM local WHERE key = 'derived_rule'")
    store.connection.execute("DELETE FROM setting WHERE uid = 'tally_rule'")


def test_a_ledger_counted_by_an_old_rule_is_counted_anew_once(tmp_path: Path) -> None:
    store, _code = create_ledger(tmp_path / "旧", "口令一二三四", org_name="湖北经济学院", year=2020, cost=CHEAP)
    with store.transact("名册") as tx:
        unit = tx.insert("unit", {"name": "会计学院党委"})
        uid = save_cadre(tx, {"staff_no": "0001", "name": "张伟", "unit_uid": unit})
    record(store, uid, start_at="09:00", end_at="11:00", **SIGNED)
    record(store, uid, start_at="08:00", end_at="12:00", minutes=60, **SIGNED)
    counted_by_an_old_rule(store)
    with store.transact("2020年度结账") as tx:
        close_year(tx, 2020)
    (told,) = prove_tally(store)
    assert "旧的计时规则" in told  # nothing is wrong with the records
    store.close()
    store = open_ledger(tmp_path / "旧", "口令一二三四", read_only=True)
    assert store.value("SELECT sum(minutes) FROM visit_tally") == 60
    store.close()
    store = open_ledger(tmp_path / "旧", "口令一二三四")
    assert store.value("SELECT sum(minutes) FROM visit_tally") == 180 and prove_tally(store) == []
    assert closed_figures(store, 2020)["CADRE", uid].figures["minutes"] == 60  # what was closed stays
    (mine,) = (one for one in corrections(store, 2020) if one.kind == "CADRE" and one.key == "minutes")
    (step,) = store.steps(1)
    assert (mine.was, mine.now, mine.steps) == (60, 180, (step.seq,))
    assert step.label == "计时规则改变，全部重新计算" and step.lasting
    store.close()
    store = open_ledger(tmp_path / "旧", "口令一二三四")
    assert store.steps(1)[0].seq == step.seq
    store.close()


def test_a_new_ledger_has_nothing_to_count_anew(tmp_path: Path) -> None:
    store, _code = create_ledger(tmp_path / "新", "口令一二三四", org_name="湖北经济学院", cost=CHEAP)
    store.close()
    store = open_ledger(tmp_path / "新", "口令一二三四")
    assert [step.label for step in store.steps()] == ["建立台账"]
    store.close()


def test_a_new_ledger_counts_by_the_rules_that_hold_where_none_are_said() -> None:
    rules, usual = read_rules(memory_ledger()), TallyRules()
    assert (rules.own_time_in_linked, rules.same_day_each) == (usual.own_time_in_linked, usual.same_day_each)
    assert usual == TallyRules(own_time_in_linked=True, same_day_each=True)  # 三(三)
