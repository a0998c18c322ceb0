"""The one place that asks what time it is, so that tests can set the clock."""

from __future__ import annotations

import datetime as dt
import os
import time


def now() -> dt.datetime:
    """Local time, whole seconds. XCJS_TODAY=YYYY-MM-DD fixes the date (tests, screenshots, demo)."""
    moment = dt.datetime.now().replace(microsecond=0)
    fixed = os.environ.get("XCJS_TODAY")
    return dt.datetime.combine(dt.date.fromisoformat(fixed), moment.time()) if fixed else moment


def today() -> dt.date:
    """The local calendar day."""
    return now().date()


def stamp() -> str:
    """Now as ISO text 'YYYY-MM-DDTHH:MM:SS', the form of every `_at` column."""
    return now().isoformat()


def seconds() -> float:
    """Seconds since 1970 by the machine's clock, which can be put back: for waits that outlive the program."""
    return time.time()


def ticking() -> float:
    """Seconds by a clock that only goes forward: for how long something takes while the program runs."""
    return time.monotonic()


def pause(seconds: float) -> None:
    """Let so many seconds go by."""
    time.sleep(seconds)
