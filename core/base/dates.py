"""Reading dates, months, clock times and durations as people type them, and writing them as people read them.

Stored forms: 'YYYY-MM-DD', 'YYYY-MM', 'HH:MM', int minutes. Readers answer None for what they cannot read;
the caller says so beside the field.
"""

from __future__ import annotations

import datetime as dt
import re
import unicodedata

from core.base import clock

_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_YMD = re.compile(r"(\d{4}|\d{2})[年\-/.,、](\d{1,2})[月\-/.,、](\d{1,2})[日号]?")
_COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
_MD = re.compile(r"(\d{1,2})[月\-/.](\d{1,2})[日号]?")
_YM = re.compile(r"(\d{4})(?:年|[\-/.])(\d{1,2})月?")
_YM_COMPACT = re.compile(r"(\d{4})(\d{2})")
_MIDNIGHT = re.compile(r"[T ]?0{1,2}:00(:00(\.0+)?)?$")
_WEEKDAY = re.compile(r"\(?(星期|周|礼拜)[一二三四五六日天]\)?$")
_RELATIVE = {"今天": 0, "今日": 0, "t": 0, "昨天": -1, "昨日": -1, "前天": -2, "明天": 1, "后天": 2}
_CLOCK = re.compile(r"(\d{1,2})(?:[:.点时](?:(\d{1,2})分?|(半)|(整))?)?(?::00)?")
_HALF_DAY = re.compile(r"^(凌晨|早上|早晨|清晨|上午|中午|下午|傍晚|晚上|am|pm)|(am|pm)$")
_AFTERNOON = ("下午", "傍晚", "晚上", "pm")
_DURATION = re.compile(r"(?:(\d+(?:\.\d+)?)个?(半)?(?:小时|钟头|时|h))?(?:(\d+)(?:分钟|分|min|m))?")


def _clean(text: str) -> str:
    """Half-width, no blanks at the ends, odd dashes turned into '-'."""
    return re.sub(r"[—–−~]", "-", unicodedata.normalize("NFKC", text).strip()).replace("。", ".")


def _squeeze(text: str) -> str:
    return re.sub(r"\s+", "", text)


def _from_chinese(text: str) -> str:
    """'二〇二〇年八月十三日' -> '2020年8月13日'; text without Chinese numerals comes back as it is."""
    if not re.search("[一二三四五六七八九十]", text):
        return text.translate(_CHINESE_DIGITS)
    digits = "[一二三四五六七八九]"
    text = re.sub(f"({digits})十({digits})", r"\1\2", text)
    text = re.sub(f"({digits})十", r"\g<1>0", text)
    text = re.sub(f"十({digits})", r"1\1", text).replace("十", "10")
    return text.translate(_CHINESE_DIGITS)


def _day(year_text: str, month_text: str, day_text: str) -> dt.date | None:
    year = int(year_text)
    if len(year_text) == 2:
        # Two digits: the century that keeps the date from lying far ahead (a 入党时间 of 85 is 1985).
        year += 2000 if year <= clock.today().year % 100 + 1 else 1900
    try:
        return dt.date(year, int(month_text), int(day_text)) if 1900 <= year <= 2200 else None
    except ValueError:
        return None


def parse_date(text: str, year: int | None = None) -> dt.date | None:
    """A calendar day from 2020-8-3, 2020.8.3, 20200803, 2020年8月3日, 今天 …; None if unreadable.

    9.1, 9-1, 9/1 and 9月1日 are days of the 年度 in force (`clock.working_year`), or of `year`.
    """
    cleaned = _MIDNIGHT.sub("", _clean(text))
    squeezed = _squeeze(cleaned)
    if squeezed.lower() in _RELATIVE:
        return clock.today() + dt.timedelta(days=_RELATIVE[squeezed.lower()])
    squeezed = _from_chinese(_WEEKDAY.sub("", squeezed))
    for pattern in (_YMD, _COMPACT):
        if found := pattern.fullmatch(squeezed):
            return _day(found[1], found[2], found[3])
    if found := _MD.fullmatch(squeezed):
        return _day(str(year or clock.working_year()), found[1], found[2])
    return None


def parse_month(text: str) -> str | None:
    """A month 'YYYY-MM' from 1985.3, 198503, 1985年3月 …, or the whole day 'YYYY-MM-DD' where one was given."""
    squeezed = _from_chinese(_squeeze(_MIDNIGHT.sub("", _clean(text))))
    for pattern in (_YM, _YM_COMPACT):
        if found := pattern.fullmatch(squeezed):
            first = _day(found[1], found[2], "1")
            return f"{first:%Y-%m}" if first else None
    if _MD.fullmatch(squeezed):
        return None  # '8-3' says no year; a month of birth without its year is no answer
    day = parse_date(text)
    return day.isoformat() if day else None


def parse_time(text: str) -> str | None:
    """A clock time 'HH:MM' from 14:30, 14：30, 1430, 14点半, 下午2:30, 9 …; None if unreadable."""
    squeezed = _squeeze(_clean(text)).lower()
    half = _HALF_DAY.search(squeezed)
    word = (half[1] or half[2]) if half else ""
    bare = _HALF_DAY.sub("", squeezed)
    if re.fullmatch(r"\d{3,4}", bare):
        hour, minute = int(bare[:-2]), int(bare[-2:])
    elif found := _CLOCK.fullmatch(bare):
        hour = int(found[1])
        minute = 30 if found[3] else int(found[2] or 0)
    else:
        return None
    if hour < 12 and (word in _AFTERNOON or (word == "中午" and hour < 11)):
        hour += 12
    elif word == "am" and hour == 12:
        hour = 0
    if (hour, minute) == (24, 0):
        hour = 0
    return f"{hour:02d}:{minute:02d}" if hour < 24 and minute < 60 else None


def parse_minutes(text: str) -> int | None:
    """Minutes of service from hours: 2.5, 2.5小时, 1小时40分, 90分钟, 1:40, 半小时 …; None if unreadable."""
    squeezed = _squeeze(_clean(text)).lower().replace("两", "二")
    if re.fullmatch(r"\d+(\.\d+)?", squeezed):
        return _whole_minutes(float(squeezed) * 60)
    if found := re.fullmatch(r"(\d{1,2}):(\d{2})", squeezed):
        return int(found[1]) * 60 + int(found[2]) if int(found[2]) < 60 else None
    if re.fullmatch(r"半个?(小时|钟头)", squeezed):
        return 30
    found = _DURATION.fullmatch(_from_chinese(squeezed))
    if not squeezed or not found or not (found[1] or found[3]):
        return None
    hours = float(found[1] or 0) + (0.5 if found[2] else 0)
    return _whole_minutes(hours * 60 + int(found[3] or 0))


def _whole_minutes(minutes: float) -> int | None:
    """A typed 1.67 means 100 minutes; anything past a few days is a typing slip, left to the caller's limits."""
    return round(minutes) if minutes < 100_000 else None


def format_date(value: dt.date | str | None) -> str:
    """'2020年8月3日' ('2020年8月' for a month), no zero padding; '' for nothing; other text as it stands."""
    if not value:
        return ""
    if isinstance(value, dt.date):
        return f"{value.year}年{value.month}月{value.day}日"
    parts = value[:10].split("-")
    if len(parts) not in (2, 3) or not all(part.isdigit() for part in parts):
        return value
    numbers = [int(part) for part in parts]
    return "".join(f"{number}{unit}" for number, unit in zip(numbers, "年月日", strict=False))


def format_stamp(value: str) -> str:
    """An `_at` instant as '2020年8月3日 14:05'."""
    return f"{format_date(value[:10])} {value[11:16]}".strip()


def format_hours(minutes: int | None) -> str:
    """Minutes as hours with at most two decimals: 150 -> '2.5'; '' for none."""
    return "" if minutes is None else f"{minutes / 60:.2f}".rstrip("0").rstrip(".")


def format_duration(minutes: int | None) -> str:
    """Minutes so that reading them back loses nothing: '2.5' where hours are round, else '1小时40分'."""
    if minutes is None:
        return ""
    if minutes * 100 % 60 == 0:
        return format_hours(minutes)
    hours, rest = divmod(minutes, 60)
    return f"{hours}小时{rest}分" if hours else f"{rest}分钟"


def day_before(day: str) -> str:
    """The ISO day before an ISO day: where a term ends when another begins."""
    return (dt.date.fromisoformat(day) - dt.timedelta(days=1)).isoformat()


def day_after(day: str) -> str:
    """The ISO day after an ISO day: the first day away of a term that ended."""
    return (dt.date.fromisoformat(day) + dt.timedelta(days=1)).isoformat()
