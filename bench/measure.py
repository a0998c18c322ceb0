"""What every benchmark needs: a clock, the peak memory of this process, and one way to print figures."""

from __future__ import annotations

import re
import resource
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


def peak_mb() -> float:
    """Peak memory of this process so far, in MB.

    Not ru_maxrss where Linux can tell better: a child starts with the ru_maxrss of the process that started it.
    """
    status = Path("/proc/self/status")
    if status.exists():
        found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(encoding="utf-8"), flags=re.MULTILINE)
        if found:
            return int(found[1]) / 1024
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak / 1024 / (1024 if sys.platform == "darwin" else 1)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """Print how long the block took."""
    start = time.perf_counter()
    yield
    print(f"{what:<44}{time.perf_counter() - start:10.2f} s   peak {peak_mb():7.0f} MB", flush=True)


def repeat_ms(act: Callable[[], object], rounds: int = 30) -> tuple[float, float, float]:
    """Median, 95 % and worst time of `act` in ms over `rounds` after one round that is not counted."""
    act()
    times = []
    for _ in range(rounds):
        start = time.perf_counter()
        act()
        times.append((time.perf_counter() - start) * 1000)
    times.sort()
    return statistics.median(times), times[int(len(times) * 0.95)], times[-1]


def report_ms(what: str, act: Callable[[], object], rounds: int = 30) -> None:
    """Print median, 95 % and worst of `act`."""
    median, p95, worst = repeat_ms(act, rounds)
    print(f"{what:<44}{median:10.2f} ms  p95 {p95:8.2f}  worst {worst:8.2f}", flush=True)
