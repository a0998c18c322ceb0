"""Working days of China: holidays and make-up days as the State Council told them, by week where they are not known."""

from __future__ import annotations

import datetime as dt
import re

_WEEK = "一二三四五六日"
_SPAN = re.compile(r"(\d{1,2}):(\d{2})\s*-\s*(\d{1,2}):(\d{2})")
_BETWEEN = re.compile(r"[、，,;；\s]+")


def is_workday(day: dt.date) -> bool:
    """Whether people work on a day; past the years the calendar knows, Monday to Friday."""
    import chinese_calendar  # costs: only asked where a record is looked at

    try:
        return bool(chinese_calendar.is_workday(day))
    except NotImplementedError:
        return day.weekday() < 5


def week_day(day: dt.date) -> str:
    """'星期六'."""
    return f"星期{_WEEK[day.weekday()]}"


def read_hours(text: str) -> list[tuple[int, int]] | None:
    """'8:00-12:00、14:00-17:30' as spans in minutes after midnight; [] for none, None if it cannot be read."""
    plain = re.sub(r"[—–－~～至到]", "-", text.replace("：", ":"))
    found = []
    for part in filter(None, _BETWEEN.split(re.sub(r"\s*-\s*", "-", plain.strip()))):
        span = _SPAN.fullmatch(part)
        if span is None:
            return None
        start, end = int(span[1]) * 60 + int(span[2]), int(span[3]) * 60 + int(span[4])
        if not start < end <= 1440:
            return None
        found.append((start, end))
    return found
