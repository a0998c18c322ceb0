"""结账: what is frozen stays, what is changed later stands beside it, and only undo opens the year again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from core.archive.closing import close_year, closed_figures, closed_years, corrections, open_items, roll_over
from core.base.errors import InvalidInput, Refused
from core.base.rights import Role
from core.evaluation.closed import closed
from core.ledger import memory_ledger
from core.org.settings import quota_for, set_quota, year_in_force
from core.reporting.results import performances, results
from core.roster.membership import move
from core.roster.ops import save_cadre
from core.service_log.model import VisitDraft
from core.service_log.ops import record_visit, void_visits
from core.service_log.quota import quota_report
from core.store import Store
from tests.factory import people, visits


@pytest.fixture
def ledger() -> Iterator[Store]:
    store = memory_ledger()
    people(store, 24)
    visits(store, 90)
    yield store
    store.close()


def close(store: Store, year: int = 2020, note: str = "") -> int:
    with store.transact(f"{year}年度结账") as tx:
        close_year(tx, year, note)
    assert tx.outcome.step is not None
    return tx.outcome.step


def confirmed(store: Store) -> tuple[str, str]:
    """A confirmed own-time visit and whose it is."""
    sql = "SELECT visit_uid, cadre_uid FROM visit_tally WHERE state = 'CONFIRMED' AND track = 'OWN' AND minutes > 0 LIMIT 1"
    return store.tuples(sql)[0]


def _draft(cadre: str, day: str) -> VisitDraft:
    told = {"content": "清扫楼道", "community": "经院社区", "category": "一般志愿服务", "late_reason": "出差"}
    return VisitDraft(cadre_uid=cadre, served_on=day, start_at="09:00", end_at="11:00", **told)


def test_what_is_frozen_are_the_figures_of_the_lists(ledger: Store) -> None:
    close(ledger, note="按时结账")
    report = quota_report(ledger, 2020)
    frozen = closed_figures(ledger, 2020)
    school = frozen["SCHOOL", ""].figures
    assert (school["people"], school["met"], school["minutes"]) == (
        report.total.people, report.total.met, report.total.minutes,
    )  # fmt: skip
    assert school["scope"] and school["people"] == school["met"] + school["below"]
    for row in report.rows:
        own = frozen["CADRE", row["uid"]]
        assert (own.figures["times"], own.figures["minutes"], own.figures["verdict"]) == (
            row["times"], row["minutes"], row["verdict"],
        )  # fmt: skip
    units = [one for (kind, _uid), one in frozen.items() if kind == "UNIT"]
    assert sum(one.figures["minutes"] for one in units) == school["minutes"] > 0
    earned = "SELECT sum(minutes) FROM visit_tally WHERE year = 2020 AND state = 'CONFIRMED' AND track = 'OWN'"
    assert sum(one.figures["earned_minutes"] for one in units) == ledger.value(earned)
    assert closed(ledger, 2020)["note"] == "按时结账" and closed_years(ledger) == [2020]  # type: ignore[index]
    assert corrections(ledger, 2020) == []


def test_a_unit_all_have_left_in_the_year_keeps_what_was_earned_in_it(ledger: Store) -> None:
    unit, name = ledger.tuples("SELECT uid, name FROM unit ORDER BY position LIMIT 1")[0]
    with ledger.transact("合并单位") as tx:
        other = tx.tuples("SELECT unit_uid, uid FROM branch WHERE unit_uid <> ? LIMIT 1", (unit,))[0]
        for (uid,) in tx.tuples("SELECT uid FROM cadre WHERE unit_uid = ?", (unit,)):
            move(tx, uid, *other, transfer_on="2020-11-20")
    close(ledger)
    frozen = closed_figures(ledger, 2020)
    left = frozen["UNIT", unit]
    assert left.name == name and left.figures["people"] == left.figures["times"] == 0 < left.figures["earned_times"]
    units = [one.figures for (kind, _uid), one in frozen.items() if kind == "UNIT"]
    assert sum(one["earned_times"] for one in units) == frozen["SCHOOL", ""].figures["times"]


def test_a_later_change_is_listed_and_changes_nothing_frozen(ledger: Store) -> None:
    close(ledger)
    before = ledger.rows("SELECT * FROM year_figure ORDER BY uid")
    visit, cadre = confirmed(ledger)
    with ledger.transact("作废服务记录") as tx:
        void_visits(tx, [visit], "重复登记")
    assert ledger.rows("SELECT * FROM year_figure ORDER BY uid") == before
    found = {(one.kind, one.key): one for one in corrections(ledger, 2020) if one.kind in ("SCHOOL", "CADRE")}
    mine, school = found["CADRE", "minutes"], found["SCHOOL", "minutes"]
    assert mine.subject_uid == cadre and mine.was - mine.now == school.was - school.now > 0
    assert mine.records == (visit,) and mine.steps == (tx.outcome.step,) == school.steps
    assert "结账时" in mine.text and "现在" in mine.text
    ledger.undo()
    assert corrections(ledger, 2020) == []


def test_a_record_added_for_another_year_stands_behind_nothing(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2021-04-01")
    close(ledger)
    _visit, cadre = confirmed(ledger)
    with ledger.transact("登记服务记录") as tx:
        record_visit(tx, _draft(cadre, "2021-03-06"))
    assert corrections(ledger, 2020) == []
    with ledger.transact("登记服务记录") as tx:
        made = record_visit(tx, _draft(cadre, "2020-12-26"))
    waiting = next(one for one in corrections(ledger, 2020) if one.kind == "CADRE" and one.key == "waiting_minutes")
    assert waiting.now - waiting.was == 120 and waiting.records == (made.uid,)


def test_another_minimum_is_a_correction_of_everybody_it_moves(ledger: Store) -> None:
    close(ledger)
    with ledger.transact("改最低要求") as tx:
        set_quota(tx, 2020, 1, 60)
    found = corrections(ledger, 2020)
    assert {one.key for one in found if one.kind == "CADRE"} == {"verdict"}
    assert all(one.steps == (tx.outcome.step,) for one in found)


def test_only_undo_opens_the_year_again(ledger: Store) -> None:
    step = close(ledger)
    with pytest.raises(Refused, match="已于"):
        close(ledger)
    ledger.undo(step)
    assert closed(ledger, 2020) is None and closed_figures(ledger, 2020) == {}
    close(ledger)
    assert closed(ledger, 2020) is not None


def test_who_may_close_and_which_years(ledger: Store) -> None:
    for year in (2019, 2100):
        with pytest.raises(InvalidInput, match="只能结"):
            close(ledger, year)
    ledger.role = Role.REVIEW
    with pytest.raises(Refused, match="年度结转"):
        close(ledger)


def test_what_is_still_open_is_told(ledger: Store) -> None:
    found = {one.key: one for one in open_items(ledger, 2020)}
    waiting = ledger.value("SELECT count(*) FROM visit WHERE state = 'WAITING'")
    assert found["waiting"].count == waiting > 0 and found["waiting"].page == "visits"
    assert found["evaluation"].count == quota_report(ledger, 2020).total.people
    assert "conflicts" not in found
    with ledger.transact("结账") as tx:
        assert close_year(tx, 2020) == list(found.values())


def test_the_next_year_has_its_year_minimum_and_tasks(ledger: Store) -> None:
    close(ledger)
    with ledger.transact("结转到2021年") as tx:
        assert roll_over(tx, 2020) == 2021
    assert year_in_force(ledger) == 2021 and quota_for(ledger, 2021) == (5, 1200)
    assert ledger.value("SELECT count(*) FROM submission_task WHERE year = 2021") == 6
    assert corrections(ledger, 2020) == []
    with ledger.transact("再结转") as tx:
        roll_over(tx, 2020)
    assert tx.outcome.step is None


@pytest.mark.parametrize("transfer_on", ["", "2020-03-01"])
def test_the_place_a_person_was_moved_out_of_names_the_step_too(ledger: Store, transfer_on: str) -> None:
    cadre = confirmed(ledger)[1]
    unit, branch = ledger.tuples("SELECT unit_uid, branch_uid FROM cadre WHERE uid = ?", (cadre,))[0]
    other = ledger.value("SELECT uid FROM unit WHERE uid <> ? AND default_status = 'ACTIVE'", (unit,))
    close(ledger)
    with ledger.transact("更正") as tx:
        move(tx, cadre, other, None, transfer_on=transfer_on)
    found = {(one.kind, one.subject_uid): one for one in corrections(ledger, 2020)}
    for place in (("UNIT", unit), ("BRANCH", branch), ("UNIT", other)):
        assert found[place].steps == (tx.outcome.step,), place


def test_a_move_in_the_next_year_is_no_correction(ledger: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    close(ledger)
    monkeypatch.setenv("XCJS_TODAY", "2021-05-05")
    uid, unit, branch = ledger.tuples("SELECT uid, unit_uid, branch_uid FROM cadre ORDER BY staff_no LIMIT 1")[0]
    with ledger.transact("调动") as tx:
        there = tx.tuples("SELECT unit_uid, uid FROM branch WHERE unit_uid <> ? LIMIT 1", (unit,))[0]
        move(tx, uid, *there, transfer_on="2021-03-01")
    row = quota_report(ledger, 2020, cadre_uids=[uid]).rows[0]
    assert (row["unit_uid"], row["branch_uid"]) == (unit, branch)
    assert corrections(ledger, 2020) == []


def test_results_of_a_closed_year_are_the_frozen_ones_and_say_what_differs_now(ledger: Store) -> None:
    cadre = confirmed(ledger)[1]
    before = results(ledger, [cadre], [2020])[0].years[0]
    close(ledger)
    with ledger.transact("补登") as tx:
        draft = _draft(cadre, "2020-01-05")
        record_visit(tx, replace(draft, confirm_method="社区党组织", confirmed_by="陈书记"))
    now = results(ledger, [cadre], [2020])[0].years[0]
    assert (now.times, now.minutes, now.verdict) == (before.times, before.minutes, before.verdict)
    assert before.corrected == ""
    assert now.corrected.startswith("所列为2020年11月24日结账时的数据，结账后更正：")
    assert f"业余次数{before.times}次→{before.times + 1}次" in now.corrected
    (told,) = dict(performances(ledger, [cadre], [2020])[0].parts)["服务情况"]
    assert told.endswith(now.corrected)


def test_who_came_after_a_closed_year_is_in_none_of_its_corrections(
    ledger: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    close(ledger)
    monkeypatch.setenv("XCJS_TODAY", "2021-03-10")
    with ledger.transact("新来") as tx:
        place = {"unit_uid": tx.value("SELECT unit_uid FROM cadre LIMIT 1")}
        new = save_cadre(tx, {"name": "后来", **place, "from_on": "2021-03-01"})
        active = tx.value("SELECT uid FROM cadre WHERE status = 'ACTIVE' LIMIT 1")
        save_cadre(tx, {"status": "RETIRED"}, active, transfer_on="2021-02-01")
    assert corrections(ledger, 2020) == []
    assert results(ledger, [new], [2020])[0].years[0].verdict == "不在册"
    (told,) = dict(performances(ledger, [new], [2020])[0].parts)["服务情况"]
    assert told == "2020年：不在册。"
