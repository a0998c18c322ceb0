"""半年报告: drafted from the confirmed log of the half, never over what a person wrote, counted by branch."""

from __future__ import annotations

import pytest

from core.base.errors import InvalidInput, Refused, Stale
from core.ledger import memory_ledger
from core.reporting import half_year
from core.service_log.ops import void_visits
from core.store import Store
from tests.core.log_people import SIGNED, record
from tests.factory import people, visits


@pytest.fixture
def store() -> Store:
    one = memory_ledger()
    people(one, 16)
    visits(one, 160)
    return one


def own(store: Store, uid: str, first: str, last: str) -> tuple[int, int]:
    """The sums as the derived table has them, by another way than the log."""
    sql = (
        "SELECT coalesce(sum(t.times), 0), coalesce(sum(t.minutes), 0) FROM visit_tally t JOIN visit v ON v.uid = t.visit_uid "
        "WHERE t.cadre_uid = ? AND t.state = 'CONFIRMED' AND t.track = 'OWN' AND v.served_on BETWEEN ? AND ?"
    )
    return store.tuples(sql, (uid, first, last))[0]  # type: ignore[return-value]


def drafted(store: Store, half: int = 1) -> list[dict[str, object]]:
    uids = [row[0] for row in store.tuples("SELECT uid FROM cadre ORDER BY staff_no")]
    with store.transact("起草") as tx:
        half_year.draft(tx, uids, 2020, half)
    return half_year.report_rows(store, 2020, half)


def test_the_two_halves_hold_the_log_and_together_the_year(store: Store) -> None:
    first, second = drafted(store, 1), drafted(store, 2)
    assert len(first) == 16 and any(row["times"] for row in first) and any(row["times"] for row in second)
    for row, other in zip(first, second, strict=True):
        uid = str(row["cadre_uid"])
        assert (row["times"], row["minutes"]) == own(store, uid, "2020-01-01", "2020-06-30")
        assert (other["times"], other["minutes"]) == own(store, uid, "2020-07-01", "2020-12-31")
        assert not row["stale"]
        assert "7月" not in str(row["main_work"])


def test_what_was_edited_is_never_overwritten_and_the_changed_log_stands_beside(store: Store) -> None:
    row = max(drafted(store), key=lambda one: one["times"])
    other = next(one for one in drafted(store) if one["times"] and one["uid"] != row["uid"])
    with store.transact("改") as tx:
        half_year.edit(tx, row["uid"], {"main_work": "本人自己写的。", "review": "差距。"})
    with store.transact("作废") as tx:
        for uid in (row["cadre_uid"], other["cadre_uid"]):
            sql = (
                "SELECT visit.uid FROM visit JOIN visit_tally t ON t.visit_uid = visit.uid WHERE visit.cadre_uid = ? "
                "AND t.times AND t.track = 'OWN' AND t.state = 'CONFIRMED' AND served_on < '2020-07' LIMIT 1"
            )
            void_visits(tx, [tx.value(sql, (uid,))], "重复登记")
    with store.transact("再起草") as tx:
        done = half_year.draft(tx, [row["cadre_uid"], other["cadre_uid"]], 2020, 1)
    assert done.kept == [row["cadre_uid"]] and done.refreshed == [other["uid"]] and not done.made
    now = {one["uid"]: one for one in half_year.report_rows(store, 2020, 1)}
    mine, theirs = now[row["uid"]], now[other["uid"]]
    assert (mine["main_work"], mine["times"], mine["stale"]) == ("本人自己写的。", row["times"], True)
    assert mine["log_times"] == row["times"] - 1 and not theirs["stale"] and theirs["times"] == other["times"] - 1
    with store.transact("取数") as tx:
        half_year.take_figures(tx, row["uid"])
    mine = half_year.report_rows(store, 2020, 1, cadre_uids=[row["cadre_uid"]])[0]
    assert (mine["main_work"], mine["times"], mine["stale"]) == ("本人自己写的。", row["times"] - 1, False)


def test_taking_figures_drafts_the_drafted_words_anew_and_keeps_the_typed_ones(store: Store) -> None:
    row = max(drafted(store), key=lambda one: one["times"])
    typed = f"{row['main_work']}\n另外担任楼栋长。"
    with store.transact("改") as tx:
        half_year.edit(tx, row["uid"], {"main_work": typed})
    assert not half_year.report_rows(store, 2020, 1, cadre_uids=[row["cadre_uid"]])[0]["stale"]
    record(
        store, row["cadre_uid"], served_on="2020-05-07", start_at="05:00", end_at="06:00", late_reason="补", **SIGNED
    )
    assert half_year.report_rows(store, 2020, 1, cadre_uids=[row["cadre_uid"]])[0]["stale"]
    with store.transact("取数") as tx:
        half_year.take_figures(tx, row["uid"])
    (now,) = half_year.report_rows(store, 2020, 1, cadre_uids=[row["cadre_uid"]])
    assert now["main_work"] == f"{now['log_text']}\n另外担任楼栋长。" and not now["stale"]
    assert now["times"] == row["times"] + 1


def test_reporting_is_marked_by_day_and_counted_by_branch(store: Store) -> None:
    rows = [row for row in drafted(store) if row["branch"]]
    branch = rows[0]["branch_uid"]
    mine = [row for row in rows if row["branch_uid"] == branch]
    with store.transact("报告") as tx:
        done = half_year.mark_reported(tx, [mine[0]["uid"]], "2020-07-10", "组织生活会", "周书记")
    assert done == 1
    (count,) = [one for one in half_year.branch_counts(store, 2020, 1) if one.branch_uid == branch]
    assert (count.due, count.reported, count.drafted, count.missing) == (len(mine), 1, len(mine) - 1, 0)
    left = half_year.missing_by_branch(store, 2020, 1)[count.unit, count.branch]
    assert [row["uid"] for row in left] == [row["uid"] for row in mine[1:]]
    with store.transact("再起草") as tx:  # what was reported stays as it was reported
        assert not half_year.draft(tx, [mine[0]["cadre_uid"]], 2020, 1).refreshed
    with pytest.raises(Refused), store.transact("删") as tx:
        half_year.remove(tx, mine[0]["uid"])


def test_wrong_days_and_halves_are_said(store: Store) -> None:
    uid = drafted(store)[0]["uid"]
    for day in ("2019-12-31", "2099-01-01", ""):
        with pytest.raises(InvalidInput) as raised, store.transact("报告") as tx:
            half_year.mark_reported(tx, [str(uid)], day)
        assert "报告日期" in raised.value.fields["reported_on"]
    with pytest.raises(InvalidInput), store.transact("起草") as tx:
        half_year.draft(tx, [], 2020, 3)
    with pytest.raises(Stale):
        half_year.report(store, "nobody")


def test_without_a_draft_the_active_owe_one_and_the_retired_do_not(store: Store) -> None:
    rows = half_year.report_rows(store, 2020, 1)
    assert rows and {row["state"] for row in rows} == {"MISSING"} and {row["status"] for row in rows} == {"ACTIVE"}
    total = sum(one.due for one in half_year.branch_counts(store, 2020, 1))
    assert total == len(rows) == store.value("SELECT count(*) FROM cadre WHERE status = 'ACTIVE'")
