"""Seeded rounds of the fuzz (tests/core/exchange/fuzz.py): a few in the run, all by `XCJS_FUZZ=200`.

`python -m bench.exchange_fuzz 5000` plays more.
"""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from tests.core.exchange.fuzz import play, template

ROUNDS, AT_ONCE = int(os.environ.get("XCJS_FUZZ", "50")), 10


@pytest.fixture(scope="module")
def start(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return template(tmp_path_factory.mktemp("fuzz"))


@pytest.mark.parametrize("first", range(0, ROUNDS, AT_ONCE))
def test_nothing_is_lost_whatever_three_desks_do(start: Path, tmp_path: Path, first: int) -> None:
    landed = sum(play(seed, start, tmp_path)["landed"] for seed in range(first, first + AT_ONCE))
    assert landed > 20  # the rounds did something
