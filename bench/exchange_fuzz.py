"""Many rounds of the exchange fuzz: `python -m bench.exchange_fuzz 5000 [FIRST]`; each failing seed is named."""

from __future__ import annotations

import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

os.environ.setdefault("XCJS_TODAY", "2020-11-24")  # the acts of the rounds are of that week

from tests.core.exchange.fuzz import play, template


def main() -> int:
    """Play the rounds; the exit code tells whether all held."""
    rounds = int(sys.argv[1]) if len(sys.argv) > 1 else 5000
    first = int(sys.argv[2]) if len(sys.argv) > 2 else 0
    bad, total, began = [], Counter[str](), time.monotonic()
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        start = template(root)
        for seed in range(first, first + rounds):
            try:
                total += play(seed, start, root)
            except Exception as error:  # noqa: BLE001 - a failing seed is the finding
                bad.append(seed)
                print(seed, type(error).__name__, str(error)[:300])
    print(f"{rounds} rounds, {time.monotonic() - began:.0f} s, {dict(total)}, failing seeds: {bad}")
    return int(bool(bad))


if __name__ == "__main__":
    sys.exit(main())
