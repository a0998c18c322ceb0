"""What may be stored of a visit, and what a person is warned of: pure rules, every field checked at once. 方案 三(六)"""

from __future__ import annotations

import datetime as dt
import re
from typing import Any

from core.base.dates import format_duration
from core.base.errors import InvalidInput
from core.service_log.counting import DAY, clock_minutes, interval
from core.service_log.model import STATE_LABEL, TRACK_LABEL, VisitDraft

LONGEST = 1440  # 24 hours
_CONTENT, _TEXT = 2000, 100
_TIME = re.compile(r"([01]\d|2[0-3]):[0-5]\d")


def needs_next_day_answer(start_at: str, end_at: str) -> bool:
    """Whether 次日结束？ is to be asked: the end does not lie after the start."""
    return bool(start_at and end_at) and end_at <= start_at


def span_minutes(start_at: str, end_at: str) -> int:
    """Minutes from start to end; an end not after the start is the next day."""
    found = clock_minutes(end_at) - clock_minutes(start_at)
    return found if found > 0 else found + DAY


def checked(draft: VisitDraft, today: dt.date) -> dict[str, Any]:
    """The columns that follow from the draft alone; InvalidInput names every field that is wrong."""
    faults: dict[str, str] = {}
    row = {
        key: getattr(draft, key).strip()
        for key in (
            "served_on", "start_at", "end_at", "community", "place", "category", "content", "confirm_method",
            "confirmed_by", "confirmed_on", "arranged_by", "late_reason", "note",
        )
    }  # fmt: skip
    row["track"] = draft.track
    row["served_on"] = _day(row["served_on"], "服务日期", today, "served_on", faults)
    row["minutes"] = _minutes(draft, row, faults)
    _check_texts(draft, row, faults)
    row["state"] = _state(draft, row, faults)
    _check_signature(row, today, faults)
    if faults:
        raise InvalidInput(faults)
    return row


def is_late(row: dict[str, Any], written_on: str, after_days: int) -> bool:
    """补录: written more than N days after the service without signed paper (confirmed with signer = signed paper)."""
    if row["state"] in ("CONFIRMED", "DRAFT"):
        return False
    return (dt.date.fromisoformat(written_on) - dt.date.fromisoformat(row["served_on"])).days > after_days


def late_fault(row: dict[str, Any], after_days: int) -> str:
    """What is said of a 补录 without a reason."""
    return (
        f"{_short_day(row['served_on'])}的服务已超过{after_days}天，又没有签字，属于补录，请填写补录原因；"
        "已有签字的纸质记录的，请填写确认方式和确认人。"
    )


def overlap_minutes(one: tuple[str, str, str], other: tuple[str, str, str]) -> int:
    """Minutes two records (served_on, start, end) have in common; hours-only records are not tested."""
    first, second = interval(*one), interval(*other)
    if first is None or second is None:
        return 0
    return max(0, min(first[1], second[1]) - max(first[0], second[0]))


def overlap_text(
    who: str, there: tuple[str, str, str], new: tuple[str, str, str], minutes: int, *, tracks: bool
) -> str:
    """The warning that names both records (date, start, end); `tracks`: one is own time, the other dispatched."""
    # 三(三): working time never fills the own-time minimum
    rule = "重叠部分只计一次，先计组织派遣" if tracks else "重叠部分只计一次"
    known, mine = (f"{_short_day(day)} {start}-{end}" for day, start, end in (there, new))
    return f"{who}在 {known} 已有一条记录，与本条（{mine}）重叠 {duration_text(minutes)}。{rule}。"


def person_text(name: str, unit: str, staff_no: str) -> str:
    """A person as messages name him: same names are normal. 张伟（会计学院，工号0012）"""
    inner = "，".join(part for part in (unit, f"工号{staff_no}" if staff_no else "") if part)
    return f"{name}（{inner}）" if inner else name


def duration_text(minutes: int) -> str:
    """'1.5 小时', '1小时40分', '40分钟'."""
    text = format_duration(minutes)
    return text if text.endswith(("分", "分钟")) else f"{text} 小时"


def visit_text(served_on: str, start_at: str, end_at: str, minutes: int) -> str:
    """A record in a few words: 8月12日 14:00-16:00 (2 小时)."""
    when = f" {start_at}-{end_at}" if start_at else ""
    return f"{_short_day(served_on)}{when}（{duration_text(minutes)}）"


def _short_day(iso: str) -> str:
    return f"{int(iso[5:7])}月{int(iso[8:10])}日"


def _day(text: str, label: str, today: dt.date, key: str, faults: dict[str, str]) -> str:
    try:
        day = dt.date.fromisoformat(text)
    except ValueError:
        faults[key] = f"{label}“{text}”不是日期，请写成 2020-8-3 这样的形式。" if text else f"请填写{label}。"
        return ""
    if day > today:
        faults[key] = f"{label}“{text}”在将来，请核对。"
    elif day.year < 2000:
        faults[key] = f"{label}“{text}”太早，请核对年份。"
    return day.isoformat()


def _minutes(draft: VisitDraft, row: dict[str, Any], faults: dict[str, str]) -> int:
    start, end, minutes = row["start_at"], row["end_at"], draft.minutes
    for key, label in (("start_at", "开始"), ("end_at", "结束")):
        if row[key] and not _TIME.fullmatch(row[key]):
            faults[key] = f"{label}时间“{row[key]}”读不懂，请写成 14:30 这样的形式。"
            return 0
    if minutes is not None and not 0 < minutes <= LONGEST:
        # a bare 120 under 小时 was meant as minutes
        meant = (
            f"如果是{minutes // 60}分钟，请写成 {minutes // 60}分钟；"
            if minutes > LONGEST and minutes % 60 == 0
            else ""
        )
        faults["minutes"] = f"时长应大于 0、不超过 24 小时，请核对；{meant}跨天的服务请分天登记。"
        return 0
    if start and not end and minutes:
        end = row["end_at"] = _clock_after(start, minutes)
    elif bool(start) != bool(end):
        missing, label = ("end_at", "结束") if start else ("start_at", "开始")
        faults[missing] = f"请填写{label}时间，或者起止时间都不填、只填时长。"
        return 0
    elif start and needs_next_day_answer(start, end) and not draft.next_day:
        faults["end_at"] = f"结束 {end} 不晚于开始 {start}。如果是次日结束，请在“次日结束”一项选“是”；否则请改正时间。"
        return 0
    if not start:
        if minutes is None:
            faults["minutes"] = "请填写起止时间或时长。"
        return minutes or 0
    span = span_minutes(start, end)
    if minutes is not None and minutes > span:
        faults["minutes"] = f"时长{duration_text(minutes)}多于起止时间（{duration_text(span)}），请核对。"
    return minutes if minutes is not None else span


def _clock_after(start: str, minutes: int) -> str:
    end = (clock_minutes(start) + minutes) % DAY
    return f"{end // 60:02d}:{end % 60:02d}"


def _check_texts(draft: VisitDraft, row: dict[str, Any], faults: dict[str, str]) -> None:
    if draft.track not in TRACK_LABEL:
        faults["track"] = "时间性质请选业余时间或工作时间（组织派遣）。"
    if draft.state != "DRAFT" and not row["content"]:
        faults["content"] = "请填写服务内容。"
    if len(row["content"]) > _CONTENT:
        faults["content"] = f"服务内容超过{_CONTENT}个字，请缩短。"
    for key, label in (("community", "社区"), ("place", "地点"), ("confirmed_by", "确认人"), ("category", "服务类别")):
        if len(row[key]) > _TEXT:
            faults[key] = f"{label}超过{_TEXT}个字，请缩短。"


def _state(draft: VisitDraft, row: dict[str, Any], faults: dict[str, str]) -> str:
    signed = bool(row["confirm_method"] and row["confirmed_by"])
    if draft.state in ("", "WAITING"):
        return "CONFIRMED" if signed and draft.state == "" else "WAITING"
    if draft.state == "CONFIRMED" and not signed:
        # 三(六): confirmed by 社区党组织 or 服务对象, and somebody signed
        key, label = ("confirm_method", "确认方式") if not row["confirm_method"] else ("confirmed_by", "确认人")
        faults[key] = f"已确认的记录要有确认方式和确认人，请填写{label}，或先存为待确认。"
    if draft.state not in STATE_LABEL:
        faults["state"] = "状态只能是草稿、待确认或已确认。"
    return draft.state


def _check_signature(row: dict[str, Any], today: dt.date, faults: dict[str, str]) -> None:
    if not row["confirmed_on"]:
        return
    row["confirmed_on"] = _day(row["confirmed_on"], "确认日期", today, "confirmed_on", faults)
    if row["confirmed_on"] and row["served_on"] and row["confirmed_on"] < row["served_on"]:
        faults["confirmed_on"] = "确认日期早于服务日期，请核对。"
