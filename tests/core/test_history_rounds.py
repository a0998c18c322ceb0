"""Whatever is done, taken back and put back: nothing is lost and what must hold holds (tests/core/history_rounds.py)."""

from __future__ import annotations

import pytest

from tests.core.history_rounds import Round

ROUNDS = 4  # `python -m bench.history_fuzz 200` plays more


@pytest.mark.parametrize("seed", range(ROUNDS))
def test_all_back_is_the_start_all_again_is_the_end_and_between_is_exact_or_refused(seed: int) -> None:
    stats = Round(seed).play()
    assert stats["acts"] > 10 and stats["middle"] + stats["partial"] > 0, stats
