"""Wrong passphrases are slowed: after three, a wait that grows to a minute. A small file beside the ledger remembers them.

It holds a count and a time, nothing of persons. Whatever happens to it, nobody waits longer than a minute for it.
"""

from __future__ import annotations

import contextlib
import json
import math
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from core.base import clock
from core.base.errors import Refused

FILE = "ledger.tries"
FREE, LONGEST = 3, 60.0  # wrong ones without a wait; seconds


@contextmanager
def counted(folder: Path) -> Iterator[None]:
    """Around one try of a secret: Refused while it must wait; a wrong one (Refused inside) counts, a right one clears."""
    if left := seconds_left(folder):
        raise Refused(f"口令连续不对，请等{left}秒再试。")
    try:
        yield
    except Refused:
        _write(folder, _read(folder)[0] + 1, clock.seconds())
        raise
    if (folder / FILE).exists():
        with contextlib.suppress(OSError):
            (folder / FILE).unlink()


def seconds_left(folder: Path) -> int:
    """Whole seconds until the next try is taken, 0 if at once."""
    wrong, at = _read(folder)
    gone = clock.seconds() - at
    if gone < 0:  # the clock was put back, or the file is damaged: waiting for it could take for ever
        return 0
    return max(0, math.ceil(delay(wrong) - gone))


def delay(wrong: int) -> float:
    """Seconds to wait after so many wrong ones: 0, 0, 1, 2, 4 … 60."""
    return 0.0 if wrong < FREE else min(LONGEST, 2.0 ** min(wrong - FREE, 10))


def _read(folder: Path) -> tuple[int, float]:
    try:
        kept = json.loads((folder / FILE).read_text(encoding="utf-8"))
        wrong, at = max(0, int(kept["wrong"])), float(kept["at"])
        return (wrong, at) if math.isfinite(at) else (0, 0.0)
    except (OSError, ValueError, KeyError, TypeError, OverflowError):
        return 0, 0.0


def _write(folder: Path, wrong: int, at: float) -> None:
    # one that cannot be written (a stick set to read only) slows nobody, and keeps nobody out
    with contextlib.suppress(OSError):
        (folder / FILE).write_text(json.dumps({"wrong": wrong, "at": at}), encoding="utf-8")
