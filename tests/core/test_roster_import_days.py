"""What a roster sheet says of days: since when new people count, since when somebody is retired, who is back."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from core.ledger import memory_ledger
from core.org.settings import set_settings
from core.roster.ops import archive_cadre, save_cadre
from core.roster.timeline import first_day_of, periods_of
from core.sheet.importing import Outcome
from core.store import Store
from tests.core.roster_sheets import HEAD, LIN, SHI, Sheets, cadre, take, tally

STATUS_HEAD = (*HEAD, "在职状态", "政治面貌")


@pytest.fixture
def store() -> Iterator[Store]:
    ledger = memory_ledger()
    yield ledger
    ledger.close()


@pytest.fixture
def sheet(tmp_path: Path) -> Sheets:
    return Sheets(tmp_path)


def next_year(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """2021, after a year with something in it."""
    monkeypatch.setenv("XCJS_TODAY", "2021-04-06")
    with store.transact("结转") as tx:
        tx.insert("evaluation", {"cadre_uid": cadre(store, "林香")["uid"], "year": 2020})
        set_settings(tx, {"year": "2021"})


def test_in_a_first_year_nobody_is_asked_and_all_count_since_ever(store: Store, sheet: Sheets) -> None:
    prepared = take(store, sheet(LIN))
    assert prepared.asked == [] and first_day_of(store, cadre(store, "林香")["uid"]) == ""


def test_later_the_day_is_told_offered_and_never_taken_in_silence(
    store: Store, sheet: Sheets, monkeypatch: pytest.MonkeyPatch
) -> None:
    take(store, sheet(LIN))
    next_year(store, monkeypatch)
    prepared = take(store, sheet(LIN, SHI))
    (question,) = prepared.asked
    assert (question["id"], question["answer"]) == ("from_on", "from:2021-01-01")
    assert "新增的1人没有到岗日期，从2021年1月1日起算在册。" in [one["message"] for one in prepared.remarks]
    assert first_day_of(store, cadre(store, "史伟燕")["uid"]) == "2021-01-01"
    assert first_day_of(store, cadre(store, "林香")["uid"]) == ""
    other = ("0000003", "周明", "男", "1980-01", "13900000003", "")
    take(store, sheet(LIN, SHI, other), answers={"from_on": "from:2021-3-1"})
    assert first_day_of(store, cadre(store, "周明")["uid"]) == "2021-03-01"
    last = ("0000004", "钱红", "女", "1980-01", "13900000004", "")
    take(store, sheet(LIN, SHI, other, last), answers={"from_on": "ever"})
    assert first_day_of(store, cadre(store, "钱红")["uid"]) == ""


def test_a_column_says_since_when(store: Store, sheet: Sheets, monkeypatch: pytest.MonkeyPatch) -> None:
    take(store, sheet(LIN))
    next_year(store, monkeypatch)
    prepared = take(store, sheet((*SHI, "2021.3.15"), head=(*HEAD, "调入日期")))
    assert prepared.asked == [] and first_day_of(store, cadre(store, "史伟燕")["uid"]) == "2021-03-15"
    again = take(store, sheet((*SHI, "2021.3.20"), head=(*HEAD, "调入日期")))
    assert "到岗日期保留了台账里的2021年3月15日" in again.remarks[-1]["message"]


def test_another_status_is_since_a_day_or_a_correction(store: Store, sheet: Sheets) -> None:
    take(store, sheet((*LIN, "在职", "中共预备党员"), head=STATUS_HEAD))
    file = sheet((*LIN, "离退休", "中共党员"), head=STATUS_HEAD)
    waiting = take(store, file)
    assert (tally(waiting), cadre(store, "林香")["status"]) == ({"asked": 1}, "ACTIVE")
    kinds = {one["kind"]: one["id"] for one in waiting.asked}
    assert set(kinds) == {"party_status"}
    answers = {kinds["party_status"]: "correct"}
    answers |= {
        one["id"]: "transfer:2020-9-1" for one in take(store, file, answers=answers).asked if one["kind"] == "status"
    }
    done = take(store, file, answers=answers)
    assert tally(done) == {"updated": 1}
    uid = cadre(store, "林香")["uid"]
    found = [(one.from_on, one.status, one.party_status) for one in periods_of(store, [uid])[uid]]
    assert found == [("", "ACTIVE", "中共党员"), ("2020-09-01", "RETIRED", "中共党员")]


def test_a_day_that_does_not_fit_the_timeline_is_a_fault_of_the_row(store: Store, sheet: Sheets) -> None:
    take(store, sheet((*LIN, "在职", ""), head=STATUS_HEAD))
    uid = cadre(store, "林香")["uid"]
    with store.transact("离退休") as tx:
        save_cadre(tx, {"status": "OTHER"}, uid, transfer_on="2020-09-01")
    file = sheet((*LIN, "离退休", ""), head=STATUS_HEAD)
    (question,) = (one for one in take(store, file).asked if one["kind"] == "status")
    prepared = take(store, file, answers={question["id"]: "transfer:2020-6-1"}, skip_bad=True)
    (row,) = prepared.plan.rows
    assert row.outcome is Outcome.WRONG and "2020年9月1日已经另有变动" in row.faults[0].message


def test_who_left_and_is_on_the_sheet_again_may_be_back_since_a_day(store: Store, sheet: Sheets) -> None:
    take(store, sheet(LIN))
    uid = cadre(store, "林香")["uid"]
    with store.transact("归档") as tx:
        archive_cadre(tx, uid, "2020-09-01", "调离")
    (question,) = take(store, sheet(LIN)).asked
    early = take(store, sheet(LIN), answers={question["id"]: "back:2020-8-1"}, skip_bad=True)
    assert "才离开，重新到岗的日期应在那以后" in early.plan.rows[0].faults[0].message
    take(store, sheet(LIN), answers={question["id"]: "back:2020-11-1"})
    found = [(one.from_on, one.until_on) for one in periods_of(store, [uid])[uid]]
    assert found == [("", "2020-08-31"), ("2020-11-01", "")] and cadre(store, "林香")["archived_on"] == ""
