"""What a person is asked to look at in one record, and what a record cannot say: the same words in form, import and command.

Doubts warn and never block: 组织派遣 is for working days in the linked community (三(三) 五(二)2), 业余时间 for the rest.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from core.base.workdays import is_workday, read_hours, week_day
from core.org.settings import all_settings
from core.service_log.counting import DAY, interval
from core.service_log.model import SERVED
from core.store import Reads

WORK_HOURS = "8:00-12:00、14:00-17:30"
"""Working hours of a ledger that says none: a setting."""


class Doubts:
    """The settings that bear on doubts, read once."""

    def __init__(self, reads: Reads) -> None:
        settings = all_settings(reads)
        self._hours_text = settings.get("work_hours", WORK_HOURS)
        self._hours = read_hours(self._hours_text) or []
        self._linked = settings.get("linked_community", "")

    def of(self, row: Mapping[str, Any], status: str) -> list[str]:
        """Sentences about a record (columns of `visit`) of somebody whose 在职状态 is `status`."""
        if row["track"] == "DISPATCHED":
            return [*self._day_off(row), *self._elsewhere(row)]
        return self._in_working_hours(row) if status == "ACTIVE" else []

    def _day_off(self, row: Mapping[str, Any]) -> list[str]:
        day = dt.date.fromisoformat(row["served_on"])
        if is_workday(day):
            return []
        return [f"{_day_text(day)}不是工作日，组织派遣一般在工作日，请核对日期和时间性质。"]

    def _elsewhere(self, row: Mapping[str, Any]) -> list[str]:
        if not self._linked or row["community"] in ("", self._linked):
            return []
        return [f"组织派遣一般在联系社区{self._linked}，本条写的是{row['community']}，请核对社区和时间性质。"]

    def _in_working_hours(self, row: Mapping[str, Any]) -> list[str]:
        span = interval(row["served_on"], row["start_at"], row["end_at"])
        if span is None:
            return []
        for number in range(span[0] // DAY, (span[1] - 1) // DAY + 1):
            zero = number * DAY
            met = any(span[0] < zero + end and zero + start < span[1] for start, end in self._hours)
            if met and is_workday(day := dt.date.fromordinal(number)):
                when = (
                    f"{_day_text(day)}是工作日，{row['start_at']}-{row['end_at']}与工作时间（{self._hours_text}）重合"
                )
                return [f"{when}，本条登记为业余时间，请核对时间性质。"]
        return []


def signer_fault(method: str, signer: str, name: str) -> str:
    """Nobody confirms his own service as the one he served (三(六)); '' if the signer may be."""
    if method.strip() != SERVED or "".join(signer.split()) != "".join(name.split()) or not name:
        return ""
    return f"确认人“{signer.strip()}”就是服务的人自己，不能由本人作为{SERVED}确认，请填写接受服务的人，或者改由社区党组织确认。"


def _day_text(day: dt.date) -> str:
    return f"{day.month}月{day.day}日（{week_day(day)}）"
