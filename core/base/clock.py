"""The one place that asks what time it is, so that tests can set the clock."""

from __future__ import annotations

import datetime as dt
import os
import time

_working_year: list[int] = []  # of this process; empty: the calendar's own


def now() -> dt.datetime:
    """Local time, whole seconds. XCJS_TODAY=YYYY-MM-DD fixes the date (tests, screenshots, demo)."""
    moment = dt.datetime.now().replace(microsecond=0)
    fixed = os.environ.get("XCJS_TODAY")
    return dt.datetime.combine(dt.date.fromisoformat(fixed), moment.time()) if fixed else moment


def today() -> dt.date:
    """The local calendar day."""
    return now().date()


def working_year() -> int:
    """The year a day typed without one belongs to: the 年度 in force, also around New Year; else the calendar's."""
    return _working_year[0] if _working_year else today().year


def work_in(year: int | None) -> None:
    """Put a 年度 in force for what is typed in this process (window, command, child); None: the calendar's."""
    _working_year[:] = [] if year is None else [year]


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
