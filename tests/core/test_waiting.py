"""What waits, and the roster as a sorted list: counts agree with the rows behind them, and walk an index."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from core.ledger import memory_ledger
from core.org.settings import set_settings
from core.roster.filter import RosterFilter
from core.roster.listing import listed_rows, listed_uids
from core.roster.model import CADRE
from core.roster.queries import cadre_count, cadre_page, cadre_uids
from core.service_log import waiting
from core.service_log.ops import set_late_reason
from core.service_log.queries import VisitFilter, visit_count
from core.service_log.sheets import make_sheet
from core.store import Store
from tests import factory


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    made = memory_ledger()
    factory.people(made, 60)
    factory.visits(made, 300, late=7)
    yield made
    made.close()


def test_counts_agree_with_the_rows_behind_them(store: Store) -> None:
    found = waiting.what_waits(store, 2020)
    for state, count in (("WAITING", found.waiting), ("RETURNED", found.returned), ("DRAFT", found.drafts)):
        assert count == visit_count(store, VisitFilter(year=2020, state=state))
    assert found.waiting == found.unprinted > 0
    for key, count in (("branch", found.no_branch), ("phone", found.no_phone), ("staff_no", found.no_staff_no)):
        assert count == cadre_count(store, RosterFilter(where=((key, ""),)))
    assert found.no_community == cadre_count(store, RosterFilter(status="ACTIVE", where=(("community", ""),))) > 0
    assert found.people == cadre_count(store, RosterFilter()) == 60


def test_another_year_has_its_own_counts(store: Store) -> None:
    found = waiting.what_waits(store, 2019)
    assert (found.waiting, found.returned, found.late_unexplained, found.people) == (0, 0, 0, 60)


def test_late_records_wait_for_their_reason(store: Store) -> None:
    late = waiting.late_unexplained(store, 2020)
    assert len(late) == waiting.what_waits(store, 2020).late_unexplained == 7
    with store.transact("补录原因") as tx:
        set_late_reason(tx, late[:2], "当时没有网络")
    assert waiting.late_unexplained(store, 2020) == late[2:]
    store.undo()
    with store.transact("补录期限") as tx:
        set_settings(tx, {"late_after_days": "30"})
    assert waiting.late_unexplained(store, 2020) == []
    store.undo()


def test_what_is_on_a_sheet_no_longer_waits_for_one(store: Store) -> None:
    before = waiting.unprinted(store, 2020)
    community = store.value("SELECT community FROM visit WHERE uid = ?", (before[0],))
    with store.transact("生成清单") as tx:
        make_sheet(tx, community, 2020)
    after = waiting.unprinted(store, 2020)
    assert len(after) == waiting.what_waits(store, 2020).unprinted < len(before)
    assert before[0] not in after
    store.undo()


def test_no_count_reads_the_whole_log(store: Store) -> None:
    days = ("2020-01-01", "2020-12-31")
    for sql, params in (
        (waiting._STATES, days),
        (f"SELECT uid FROM visit WHERE {waiting._UNPRINTED}", days),
        (f"SELECT uid FROM visit WHERE {waiting._LATE}", days),
    ):
        plan = " ".join(str(row[-1]) for row in store.tuples(f"EXPLAIN QUERY PLAN {sql}", params))
        assert "SCAN visit" not in plan
        assert "visit_by_state" in plan


@pytest.mark.parametrize("key", [*CADRE.keys, "archived_on"])
def test_every_column_orders_everybody_once(store: Store, key: str) -> None:
    everybody = set(cadre_uids(store, RosterFilter()))
    for descending in (False, True):
        uids = listed_uids(store, RosterFilter(), ((key, descending),))
        assert set(uids) == everybody
        assert len(uids) == 60
        first = listed_rows(store, RosterFilter(), ((key, descending),), 5)
        assert [row["uid"] for row in first] == uids[:5]
        if key not in ("name", "staff_no"):
            values = [row[key] for row in cadre_page(store, uids)] if key != "archived_on" else []
            blanks = [value in ("", None) for value in values]
            assert blanks == sorted(blanks), "a missing value stands before one that is there"


def test_without_an_order_the_list_goes_by_unit(store: Store) -> None:
    assert listed_uids(store, RosterFilter()) == cadre_uids(store, RosterFilter())
    assert [row["uid"] for row in listed_rows(store, RosterFilter(), (), 7)] == cadre_uids(store, RosterFilter())[:7]
    assert listed_uids(store, RosterFilter(), limit=4) == cadre_uids(store, RosterFilter())[:4]


def test_an_unknown_column_is_our_own_fault(store: Store) -> None:
    with pytest.raises(KeyError):
        listed_uids(store, RosterFilter(), (("verdict", False),))
