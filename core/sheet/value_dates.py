"""Dates, months, clock times and durations out of cells: typed, as text, or as Excel's bare numbers."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from core.base import clock
from core.base.dates import parse_date, parse_minutes, parse_month, parse_time
from core.base.fields import Field, Kind
from core.sheet.cells import cell_text, clean, number_text, squeeze


class Read(NamedTuple):
    """What a cell gave: a value, or a fault; a remark tells what was put right."""

    value: Any
    fault: str = ""
    remark: str = ""


_ISO = re.compile(r"(?:19|20)\d\d-(?:0[1-9]|1[0-2])(?:-(?:0[1-9]|1\d|2[0-8]))?")
_CLOCK_TAIL = re.compile(r"[ T]+\d{1,2}[:：]\d{2}([:：]\d{2})?(\.0+)?$")
_TENTH = re.compile(r"(\d{4})[.．](1)")
_EPOCH = dt.date(1899, 12, 30)
_NO_YEAR = re.compile(r"\d{1,2}[月\-/.]\d{1,2}[日号]?")
_SHORT_YEAR = re.compile(r"'?\d{2}[年\-/.]\d{1,2}([月\-/.]\d{0,2}[日号]?)?")
_SHORT_TIME = re.compile(r"(\d{1,2})\.(\d)")
_READY_TIME = re.compile(r"(?:[01]\d|2[0-3]):[0-5]\d")
RANGE = re.compile(r"\s*(\S+?)\s*(?:-{1,2}|—{1,2}|–|~|～|至|到|－)\s*(\S+)\s*")


@dataclass(frozen=True, slots=True)
class DateFacts:
    """How a whole column writes dates; it settles what one cell alone does not say."""

    tenth: int = 0  # the month that '1986.1' means: 1, 10, or 0 = cannot be told
    months_only: bool = False  # every date cell is the first of a month: Excel made it of '1980-08'


def date_facts(cells: Sequence[Any], *, exact_text: bool) -> DateFacts:
    """Facts of a column; `exact_text`: text is as typed (a workbook), not numbers printed by Excel (a CSV)."""
    texts = {cell_text(cell) for cell in cells if isinstance(cell, (str, float))}
    ten = any(re.fullmatch(r"\d{4}\.10", text) for text in texts)
    two_digits = any(re.fullmatch(r"\d{4}\.0[1-9]", text) for text in texts)
    one_digit = any(re.fullmatch(r"\d{4}\.[2-9]", text) for text in texts)
    tenth = 0
    if ten and not two_digits:
        tenth = 1
    elif two_digits and not ten and not one_digit:
        tenth = 10
    elif exact_text and not ten and not two_digits and not any(isinstance(cell, float) for cell in cells):
        tenth = 1
    days = {cell.day for cell in cells if isinstance(cell, dt.date)}
    many = sum(isinstance(cell, dt.date) for cell in cells) >= 2
    return DateFacts(tenth, many and days == {1})


def read_date(cell: Any, field: Field, facts: DateFacts) -> Read:
    """A DATE ('YYYY-MM-DD') or MONTH ('YYYY-MM' or the whole day)."""
    if isinstance(cell, str) and _ISO.fullmatch(cell):
        found = Read(cell)
    elif isinstance(cell, dt.date):
        iso = cell.date().isoformat() if isinstance(cell, dt.datetime) else cell.isoformat()
        found = Read(iso[:7] if facts.months_only and field.kind is Kind.MONTH else iso)
    elif isinstance(cell, (int, float)):
        found = _from_number(float(cell), facts)
    else:
        found = _from_text(cell_text(cell), facts)
    if found.fault:
        return found
    return _in_range(found, cell, field)


def _in_range(found: Read, cell: Any, field: Field) -> Read:
    shown = cell_text(cell)
    today = clock.today().isoformat()
    if field.kind is Kind.MONTH:
        # 出生年月 and 入党时间 lie in the past; plans and deadlines (DATE) need not.
        if found.value > today[: len(found.value)]:
            what = "出生日期" if field.key == "birth_on" else field.label
            return Read("", f"{what}在将来：“{shown}”，请核对年份。")
        if found.value < "1900":
            return Read("", f"{field.label}“{shown}”早于1900年，请核对年份。")
    elif len(found.value) < 10:
        return Read("", f"日期读不出：“{shown}”只有年月，请写上日，如 2020-08-03。")
    return found


def unreadable_date(shown: str) -> Read:
    """The fault of a date that is none."""
    return Read("", f"日期读不出：“{shown}”，请改成 1980-08、1980-08-03 或 1980年8月 这样的写法。")


def _from_number(number: float, facts: DateFacts) -> Read:
    text = number_text(number)
    if 1900 <= number < 2101:
        if number == int(number):
            return Read("", f"日期读不出：“{text}”只有年份，请补上月份，如 {text}-08。")
        return _from_text(text, facts)
    if 2101 < number < 80000:
        return Read((_EPOCH + dt.timedelta(days=int(number))).isoformat())
    return _from_text(text, facts)


def _from_text(text: str, facts: DateFacts) -> Read:
    shown = text
    text = _CLOCK_TAIL.sub("", clean(text)).strip(" 。.'\"、")
    tight = squeeze(text)
    tenth = _TENTH.fullmatch(tight)
    if tenth:
        if not facts.tenth:
            year = tenth[1]
            return Read(
                "", f"日期读不出：“{shown}”可能是{year}年1月，也可能是{year}年10月，请改成 {year}-01 或 {year}-10。"
            )
        remark = f"“{shown}”按同列写法读作{tenth[1]}年{facts.tenth}月。" if facts.tenth == 10 else ""
        return Read(f"{tenth[1]}-{facts.tenth:02d}", remark=remark)
    if re.fullmatch(r"(19|20)\d{2}年?", tight):
        return Read("", f"日期读不出：“{shown}”只有年份，请补上月份，如 {tight[:4]}-08。")
    if _NO_YEAR.fullmatch(tight) and not _SHORT_YEAR.fullmatch(tight):
        return Read("", f"日期读不出：“{shown}”没有年份，请补上年份。")
    if re.fullmatch(r"\d{5}(\.\d+)?", tight) and 7000 < float(tight) < 80000:
        day = _EPOCH + dt.timedelta(days=int(float(tight)))
        return Read(day.isoformat(), remark=f"“{shown}”是 Excel 的日期序号，读作{day.year}年{day.month}月{day.day}日。")
    return _by_pattern(tight, shown)


def _by_pattern(tight: str, shown: str) -> Read:
    tight = tight.lstrip("'")
    if re.fullmatch(r"\d{2}[年\-/.]\d{1,2}月?", tight):
        # '86.07': base reads '8-3' as a day of this year, a two-digit year needs its century first.
        year = int(tight[:2])
        century = 2000 if year <= clock.today().year % 100 else 1900
        month = parse_month(f"{century + year}{tight[2:]}")
        if int(re.findall(r"\d+", tight)[1]) > 12 or not month or year < 13:
            return unreadable_date(shown)
        return Read(month, remark=f"“{shown}”读作{month[:4]}年{int(month[5:])}月。")
    if re.search(r"[今昨前明后]|^t$", tight):
        return unreadable_date(shown)
    day = parse_date(tight)
    value = day.isoformat() if day else parse_month(tight)
    if not value:
        return unreadable_date(shown)
    remark = f"“{shown}”读作{value[:4]}年。" if _SHORT_YEAR.fullmatch(tight) else ""
    return Read(value, remark=remark)


def read_time(cell: Any, field: Field) -> Read:
    """A clock time 'HH:MM'."""
    if isinstance(cell, str) and _READY_TIME.fullmatch(cell):
        return Read(cell)
    shown = cell_text(cell)
    wrong = Read("", f"{field.label}读不出：“{shown}”，请改成 9:00、14:30 这样的写法。")
    if isinstance(cell, (dt.datetime, dt.time)):
        return Read(f"{cell:%H:%M}")
    if isinstance(cell, dt.timedelta):
        cell = cell.total_seconds() / 86400
    if isinstance(cell, (int, float)) and not isinstance(cell, bool):
        if 0 <= cell < 1 or (cell == 1 and isinstance(cell, float)):
            minutes = round(cell * 1440) % 1440
            return Read(f"{minutes // 60:02d}:{minutes % 60:02d}")
        if cell > 20000:
            cell = cell % 1 * 1440
            return Read(f"{round(cell) // 60 % 24:02d}:{round(cell) % 60:02d}")
        shown = number_text(cell)
    short = _SHORT_TIME.fullmatch(shown)
    if short:
        # 9.5 is half past nine to some, 9:05 or 9:50 to others; only .0 and .5 have one likely meaning.
        if short[2] not in "05" or int(short[1]) > 23:
            return wrong
        value = f"{int(short[1]):02d}:{'30' if short[2] == '5' else '00'}"
        return Read(value, remark=f"{field.label}“{shown}”读作{value}。")
    found = parse_time(shown)
    return Read(found) if found else wrong


def read_minutes(cell: Any, field: Field, *, in_minutes: bool) -> Read:
    """Minutes of a duration; bare numbers are hours unless the head says 分钟."""
    shown = cell_text(cell)
    wrong = Read("", f"{field.label}读不出：“{shown}”，请写小时数，如 1.5，或 90分钟。")
    if isinstance(cell, dt.datetime):
        return wrong
    if isinstance(cell, dt.time):
        return Read(cell.hour * 60 + cell.minute)
    if isinstance(cell, dt.timedelta):
        return Read(round(cell.total_seconds() / 60))
    number: float | None = None
    if isinstance(cell, (int, float)):
        number = float(cell)
    elif re.fullmatch(r"\d+(\.\d+)?", squeeze(shown)):
        number = float(squeeze(shown))
    if number is not None:
        minutes = round(number if in_minutes else number * 60)
        return Read(minutes) if 0 <= minutes < 100_000 else wrong
    found = parse_minutes(shown)
    return Read(found) if found is not None else wrong
