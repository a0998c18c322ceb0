"""kill -9 at random moments while recording, importing, undoing and backing up (many more rounds: python -m bench.kill)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bench.kill import ACTS, PASSPHRASE, differs_from_history, found_after, one_round, prepare
from core.ledger import open_ledger

ROUNDS = [(act, seed) for seed in (1, 2) for act in ACTS] + [("record", 3), ("backup", 3)]


@pytest.fixture(scope="module")
def base(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The ledger every round begins with."""
    folder = tmp_path_factory.mktemp("kill") / "台账"
    prepare(folder)
    return folder


@pytest.mark.parametrize(("act", "seed"), ROUNDS)
def test_killed_at_a_random_moment_nothing_is_lost_or_half_there(base: Path, act: str, seed: int) -> None:
    acknowledged, wrong = one_round(base, act, seed, longest=0.2)
    assert acknowledged > 0
    assert wrong == []


def test_the_proof_can_fail(base: Path) -> None:
    assert found_after(base, [(2, "not the uid of step 2")]) == ["step 2 was acknowledged and is lost"]
    store = open_ledger(base, PASSPHRASE)
    store.connection.execute("UPDATE cadre SET phone = '13900000000' WHERE staff_no = '0001'")
    assert differs_from_history(store) == ["cadre: rows are not those of the history"]
    store.connection.execute("UPDATE cadre SET phone = '13800000000' WHERE staff_no = '0001'")
    store.close()
