"""A preview promises what the act then does: imports and proposals, by what the step really wrote."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest

from core.base.paths import asset
from core.grid_assignment.auto import PLACED, accept, propose
from core.ledger import memory_ledger
from core.roster.import_run import commit_roster, prepare_roster
from core.service_log.importing import commit_visits, prepare_visits
from core.sheet.importing import Outcome, Prepared, Written
from core.store import Store
from tests.core.grid_people import community
from tests.core.roster_sheets import sample


def wrote(store: Store, step: int | None, table: str) -> Counter[str]:
    """What a step did to the rows of a table: insert, update, delete."""
    return Counter(one.op for one in store.step_changes(step or 0) if one.table == table)


def kept(store: Store, prepared: Prepared, written: Written, table: str) -> None:
    """The counts shown before are those shown after, and those of the rows."""
    counts = prepared.plan.counts()
    assert written.counts == counts
    done = wrote(store, written.step, table)
    assert (done["insert"], done["update"], done["delete"]) == (counts[Outcome.NEW], counts[Outcome.UPDATED], 0)


@pytest.fixture(scope="module")
def samples() -> Iterator[Store]:
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("XCJS_TODAY", "2026-11-24")
        store = memory_ledger()
        for paths in (
            [sample(f"0{number}_") for number in (1, 2)],
            [sample(f"0{number}_") for number in (1, 2, 3, 5)],  # some again
        ):
            prepared = prepare_roster(store, paths, same_person="new")
            kept(store, prepared, commit_roster(store, prepared, skip_bad=True), "cadre")
        yield store
        store.close()


def test_an_import_writes_what_its_check_said(samples: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2026-11-24")
    for again in (False, True):
        prepared = prepare_visits(samples, [asset("demo", "06_服务记录_2020.xlsx")])
        assert (prepared.plan.counts()[Outcome.NEW] == 0) == again
        kept(samples, prepared, commit_visits(samples, prepared, skip_bad=True), "visit")


def test_the_proposal_places_whom_it_says() -> None:
    store, _ = community()
    proposal = propose(store)
    with store.transact("自动编入网格") as tx:
        done = accept(tx, proposal.items)
    assert done.count == proposal.counts[PLACED] and done.left == ()
    assert wrote(store, tx.outcome.step, "grid_assignment")["insert"] == done.count
