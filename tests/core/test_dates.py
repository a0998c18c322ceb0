"""What people type for dates, months, times and hours, and how it is written back."""

from __future__ import annotations

import datetime as dt

import pytest

from core.base import clock, dates


@pytest.fixture(autouse=True)
def _fixed_day(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XCJS_TODAY", "2020-08-12")


@pytest.mark.parametrize(
    "typed",
    [
        "2020-8-3", "2020-08-03", "2020.8.3", "2020/8/3", "20200803", "2020年8月3日", "2020年8月3号",
        "２０２０年８月３日",
        " 2020 年 8 月 3 日 ", "2020-08-03 00:00:00", "2020-08-03T00:00:00", "8-3", "8.3", "8月3日", "20-8-3", "20.8.3",
        "二〇二〇年八月三日", "2020年8月3日 星期一", "2020—8—3", "2020。8。3",
    ],
)  # fmt: skip
def test_every_common_spelling_of_a_day_is_read(typed: str) -> None:
    assert dates.parse_date(typed) == dt.date(2020, 8, 3)


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("今天", dt.date(2020, 8, 12)),
        ("昨天", dt.date(2020, 8, 11)),
        ("前天", dt.date(2020, 8, 10)),
        ("T", dt.date(2020, 8, 12)),
        ("二〇二〇年十二月三十一日", dt.date(2020, 12, 31)),
        ("二〇一九年十月二十日", dt.date(2019, 10, 20)),
        ("85.7.1", dt.date(1985, 7, 1)),
        ("2020-2-29", dt.date(2020, 2, 29)),
    ],
)
def test_relative_chinese_and_short_days(typed: str, expected: dt.date) -> None:
    assert dates.parse_date(typed) == expected


@pytest.mark.parametrize(
    "typed", ["", " ", "2019-2-29", "2020-13-1", "20201", "八月", "abc", "2020-8", "0001-1-1", "43900"]
)
def test_what_is_no_day_is_refused(typed: str) -> None:
    assert dates.parse_date(typed) is None


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("1985.3", "1985-03"), ("1985-03", "1985-03"), ("198503", "1985-03"), ("1985年3月", "1985-03"),
        ("1985/12", "1985-12"), ("１９８５．３", "1985-03"), ("1985年3月8日", "1985-03-08"), ("19850308", "1985-03-08"),
        ("一九八五年三月", "1985-03"), ("1985.3.8", "1985-03-08"), ("8-3", None), ("1985-13", None), ("", None),
    ],
)  # fmt: skip
def test_months_keep_what_was_given(typed: str, expected: str | None) -> None:
    assert dates.parse_month(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("14:30", "14:30"), ("14：30", "14:30"), ("1430", "14:30"), ("930", "09:30"), ("9", "09:00"), ("9点", "09:00"),
        ("14点半", "14:30"), ("14时05分", "14:05"), ("下午2:30", "14:30"), ("下午2点半", "14:30"), ("晚上8点", "20:00"),
        ("上午9点整", "09:00"), ("中午12:15", "12:15"), ("2:30pm", "14:30"), ("12:10am", "00:10"), ("14.30", "14:30"),
        ("14:30:00", "14:30"), ("24:00", "00:00"), ("0:05", "00:05"), ("25:00", None), ("12:60", None), ("", None),
        ("abc", None), ("下午", None),
    ],
)  # fmt: skip
def test_clock_times(typed: str, expected: str | None) -> None:
    assert dates.parse_time(typed) == expected


@pytest.mark.parametrize(
    ("typed", "expected"),
    [
        ("2", 120), ("2.5", 150), ("2.5小时", 150), ("２．５", 150), ("1小时40分", 100), ("90分钟", 90), ("1:40", 100),
        ("半小时", 30), ("半个小时", 30), ("1个半小时", 90), ("一个半小时", 90), ("两小时", 120), ("1.67", 100),
        ("0", 0),
        ("3h", 180), ("", None), ("-2", None), ("小时", None), ("很久", None), ("1:75", None), ("999999", None),
    ],
)  # fmt: skip
def test_durations(typed: str, expected: int | None) -> None:
    assert dates.parse_minutes(typed) == expected


def test_days_and_months_are_written_without_zero_padding() -> None:
    assert dates.format_date(dt.date(2020, 8, 3)) == "2020年8月3日"
    assert dates.format_date("2020-08-03") == "2020年8月3日"
    assert dates.format_date("1985-03") == "1985年3月"
    assert dates.format_date("2020-08-03T10:11:12") == "2020年8月3日"
    assert dates.format_date("") == dates.format_date(None) == ""
    assert dates.format_date("约八月") == "约八月"
    assert dates.format_stamp("2020-08-03T09:05:33") == "2020年8月3日 09:05"


@pytest.mark.parametrize(("minutes", "text"), [(150, "2.5"), (120, "2"), (100, "1.67"), (0, "0"), (None, "")])
def test_hours_for_reading(minutes: int | None, text: str) -> None:
    assert dates.format_hours(minutes) == text


@pytest.mark.parametrize("minutes", [*range(0, 200), 599, 600, 1440])
def test_a_duration_read_back_is_the_same_to_the_minute(minutes: int) -> None:
    assert dates.parse_minutes(dates.format_duration(minutes)) == minutes


@pytest.mark.parametrize("typed", ["9.1", "9-1", "9/1", "9月1日", "９．１", "9。1"])
def test_a_day_without_a_year_is_one_of_the_year_in_force(typed: str, monkeypatch: pytest.MonkeyPatch) -> None:
    assert dates.parse_date(typed) == dt.date(2020, 9, 1), "the calendar's year where none is in force"
    monkeypatch.setenv("XCJS_TODAY", "2021-01-06")
    clock.work_in(2020)
    assert dates.parse_date(typed) == dt.date(2020, 9, 1), "around New Year the 年度 rules"
    assert dates.parse_date(typed, 2019) == dt.date(2019, 9, 1)
    assert dates.parse_date("今天") == dt.date(2021, 1, 6), "today is today"


@pytest.mark.parametrize(("typed", "year"), [("20-8-3", 2020), ("21-8-3", 2021), ("22-8-3", 1922), ("85-8-3", 1985)])
def test_a_year_of_two_digits_lies_at_most_a_year_ahead(typed: str, year: int) -> None:
    assert dates.parse_date(typed) == dt.date(year, 8, 3)
