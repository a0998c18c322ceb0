"""Everybody with both tracks: which check-in counts, who is found by what, sums, who cannot be checked in."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.checkin.model import CheckinDraft
from core.checkin.ops import check_in, check_in_group, end_checkins
from core.checkin.people import (
    PeopleFilter,
    PeopleSums,
    cannot_check_in,
    people_rows,
    people_sums,
    people_uids,
)
from core.holdings import left_behind
from core.ledger import memory_ledger
from core.roster.ops import archive_cadre
from core.store import Store
from tests import factory


@pytest.fixture
def people() -> Iterator[tuple[Store, list[str]]]:
    store = memory_ledger()
    uids = factory.people(store, 24)
    with store.transact("报到") as tx:
        check_in_group(tx, uids[:6], CheckinDraft("", "HOME", "2020-08-05", handler="李书记"))
        check_in_group(tx, uids[:2], CheckinDraft("", "ASSIGNED", "2020-08-03", receipt_on="2020-08-04"))
    yield store, uids
    store.close()


def test_a_line_tells_of_the_open_checkin_and_else_of_the_newest(people: tuple[Store, list[str]]) -> None:
    store, uids = people
    with store.transact("迁居") as tx:
        first = people_rows(tx, uids[:1])[0]["home_uid"]
        end_checkins(tx, [first], "2020-09-01", "迁居")
        second = check_in(tx, CheckinDraft(uids[0], "HOME", "2020-09-01"))
    row = people_rows(store, uids[:1])[0]
    assert (row["home_uid"], row["home_state"], row["sent_state"]) == (second, "CHECKED_IN", "CHECKED_IN")
    with store.transact("注销") as tx:
        end_checkins(tx, [second], "2020-10-01", "退休")
    row = people_rows(store, uids[:1])[0]
    assert (row["home_uid"], row["home_state"], row["home_end_reason"]) == (second, "ENDED", "退休")
    assert uids[0] in people_uids(store, PeopleFilter(state="ABSENT"))
    assert people_uids(store, PeopleFilter(state="ENDED")) == [uids[0]]


def test_rows_come_in_the_order_asked_and_without_a_checkin_are_empty(people: tuple[Store, list[str]]) -> None:
    store, uids = people
    rows = people_rows(store, [uids[9], uids[0]])
    assert [row["uid"] for row in rows] == [uids[9], uids[0]]
    assert (rows[0]["home_state"], rows[0]["home_uid"], rows[0]["sent_state"]) == ("ABSENT", "", "")
    newest = people_uids(store, PeopleFilter(track="HOME"), (("home_handler", True),))
    assert set(newest) == set(uids[:6])


@pytest.mark.parametrize(
    ("asked", "count"),
    [
        (PeopleFilter(), 24),
        (PeopleFilter(track="ASSIGNED"), 2),
        (PeopleFilter(track="ASSIGNED", no_receipt=True), 0),
        (PeopleFilter(no_receipt=True), 6),
        (PeopleFilter(search="李书记"), 6),
        (PeopleFilter(no_branch=True), 1),
        (PeopleFilter(unit="会计学院党委", track="HOME"), 2),
        (PeopleFilter(status="ARCHIVED"), 0),
    ],
)
def test_filters(people: tuple[Store, list[str]], asked: PeopleFilter, count: int) -> None:
    store, _ = people
    assert len(people_uids(store, asked)) == count
    assert people_sums(store, asked).people == count


def test_sums_and_those_who_left(people: tuple[Store, list[str]]) -> None:
    store, uids = people
    active = store.value("SELECT count(*) FROM cadre WHERE status = 'ACTIVE'")
    assert people_sums(store, PeopleFilter()) == PeopleSums(24, 6, 2, active - 6, "2020-11-24")
    with store.transact("归档") as tx:
        archive_cadre(tx, uids[1], "2020-11-01", "调离")
    assert {one.cadre_uid for one in left_behind(store)} == {uids[1]}
    assert uids[1] not in people_uids(store, PeopleFilter())
    assert people_uids(store, PeopleFilter(status="ARCHIVED")) == [uids[1]]
    assert people_uids(store, PeopleFilter(uids=(uids[1],))) == [uids[1]]


def test_who_cannot_be_checked_in_is_told_before_anything_is_written(people: tuple[Store, list[str]]) -> None:
    store, uids = people
    draft = CheckinDraft("", "HOME", "2020-09-01")
    told = cannot_check_in(store, [uids[0], uids[8], uids[10]], draft)
    assert set(told) == {uids[0], uids[10]}  # checked in already; no home community
    assert told[uids[0]].endswith("：已于2020年8月5日在经院社区个人报到。")
    with store.transact("批量") as tx:
        outcome = check_in_group(tx, [uids[0], uids[8], uids[10]], draft)
    assert (len(outcome.made), len(outcome.left)) == (1, 2), "what is told beforehand is what the op does"
