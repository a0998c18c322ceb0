"""Many rounds of the history at random: `python -m bench.history_fuzz 200 [FIRST]`; each failing seed is named."""

from __future__ import annotations

import os
import sys
import time
from collections import Counter

os.environ.setdefault("XCJS_TODAY", "2020-11-24")  # the acts of the rounds are of that week

from tests.core.history_rounds import Round


def main() -> int:
    """Play the rounds; the exit code tells whether all held."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 200
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    bad, total, began = [], Counter[str](), time.monotonic()
    for seed in range(first, first + rounds):
        try:
            total += Round(seed).play()
        except Exception as error:  # noqa: BLE001 - a failing seed is the finding
            bad.append(seed)
            print(seed, type(error).__name__, str(error)[:600], flush=True)
    print(f"{rounds} rounds, {time.monotonic() - began:.0f} s, {dict(total)}, failing seeds: {bad}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
