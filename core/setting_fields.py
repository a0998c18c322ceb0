"""The settings of a ledger as fields: their labels stand here once, for the page, the paper and the history."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Mapping
from typing import Any

from core.archive.model import ARCHIVE_SETTINGS
from core.base.fields import EntitySpec, Field, Kind
from core.base.workdays import read_hours
from core.evaluation.model import CAP_BASES
from core.evaluation.rules import cap_fault
from core.org.model import BRANCH, CONTACT, UNIT
from core.org.settings import all_settings, set_settings
from core.place.spelling import community_spelled
from core.points.model import POINT_SETTINGS
from core.roster.model import CADRE
from core.service_log.doubts import WORK_HOURS
from core.service_log.model import VISIT
from core.store import Reads, Tx

_MONTH_DAY = re.compile(r"(\d{2}|\d{1,2}(?=\s*[月./-]))\s*[月./-]?\s*(\d{1,2})\s*[日号]?")
YEARS = (2020, 2099)  # 方案 was issued in 2020


def _year(text: str) -> str:
    return "" if YEARS[0] <= int(text) <= YEARS[1] else f"年度应在 {YEARS[0]} 到 {YEARS[1]} 之间。"


def _days(text: str) -> str:
    return "" if 0 <= int(text) <= 365 else "天数应在 0 到 365 之间。"


def month_day(text: str) -> str:
    """'8月15日', '8-15', '8.15', '０815' as '08-15', the stored form; '' if it is no day of the year."""
    found = _MONTH_DAY.fullmatch(unicodedata.normalize("NFKC", text).strip())
    if found is None:
        return ""
    try:
        return dt.date(2020, int(found[1]), int(found[2])).isoformat()[5:]  # a leap year: 02-29 is a day
    except ValueError:
        return ""


def _month_day(text: str) -> str:
    return "" if month_day(text) else f"“{text}”不是一年中的一天，请写成 8月10日 或 08-10。"


def _hours(text: str) -> str:
    return "" if read_hours(text) is not None else f"“{text}”读不懂，请写成 8:00-12:00、14:00-17:30 这样的形式。"


SCHOOL = (
    Field("org_name", "学校名称", required=True, width=30),
    Field("issuer", "制发部门", help="印在表格上的制发单位，接在学校名称后面", width=16),
    Field("year", "年度", Kind.INT, required=True, check=_year, help="每一页都按这个年度显示"),
    Field("linked_district", "联系社区所在区", width=12),
    Field("linked_street", "联系社区所在街道", width=12),
    Field("linked_community", "联系社区", required=True, width=12, help="学校组织派遣报到的社区，方案 三(三)"),
    Field(
        "own_time_in_linked_counts",
        "在联系社区的业余服务计入",
        Kind.BOOL,
        help="住在别处的人，业余时间在联系社区的服务也算个人报到的服务",
    ),
    Field("same_day_visits_count_each", "同一天多次服务分别计次", Kind.BOOL),
    Field("late_after_days", "超过几天算补录", Kind.INT, required=True, check=_days),
    Field(
        "work_hours",
        "工作时间",
        check=_hours,
        help="工作日的这些时间里登记业余服务会提醒，不拦；写作 8:00-12:00、14:00-17:30，空着不提醒",
    ),
    Field(
        "checkin_due",
        "报到截止日期",
        required=True,
        check=_month_day,
        help="每年的几月几日，如 8月10日、08-10；方案 五(一)2",
    ),
    Field("begun_on", "台账启用日期", Kind.DATE, help="此前到期的报送事项不列为逾期"),
    Field("evaluation_unit", "评价表带单位审核栏", Kind.BOOL),
    Field("evaluation_overall", "评价表带综合等次栏", Kind.BOOL),
    Field(
        "evaluation_cap",
        "优秀比例上限",
        check=cap_fault,
        help="如 1/3、30%；只提醒，不拦。不填就不限制。方案没有规定，学校自己定",
    ),
    Field("evaluation_cap_base", "优秀比例按什么算", Kind.CHOICE, choices=CAP_BASES),
    Field("evaluation_ungraded", "预备党员不定等次", Kind.BOOL),
)
GROUPS = (
    ("学校", ("org_name", "issuer", "year")),
    ("联系社区", ("linked_district", "linked_street", "linked_community")),
    ("双报到", ("checkin_due", "begun_on")),
    ("服务记录", ("own_time_in_linked_counts", "same_day_visits_count_each", "late_after_days", "work_hours")),
    (
        "考核评价表",
        ("evaluation_unit", "evaluation_overall", "evaluation_cap", "evaluation_cap_base", "evaluation_ungraded"),
    ),
)
SETTING_LABELS = {one.key: one.label for one in (*SCHOOL, *ARCHIVE_SETTINGS, *POINT_SETTINGS)} | {
    "tally_rule": "计时规则",
}
SWITCHES = frozenset(one.key for one in (*SCHOOL, *POINT_SETTINGS) if one.kind is Kind.BOOL)
QUOTA = (
    Field("year", "年度", Kind.INT, required=True, check=_year),
    Field("times", "最低次数", Kind.INT, required=True),
    Field("minutes", "最低时长（小时）", Kind.MINUTES, required=True),
    Field("note", "依据", width=30),
)
# lists that no field names, since they stand in rules or on paper, or whose field says 类别 without saying of what
_OTHER_LISTS = {
    "grade": "评价等次",
    "rater_role": "社区评价人身份",
    "exempt_reason": "不纳入考核的原因",
    "archive_reason": "归档、注销原因",
    "contact_role": "联系人身份",
    "volunteer_kind": "志愿者类别",
    "worker_duty": "网格员岗位",
    "submission_form": "报送形式",
    "emergency_category": "战时服务类别",
}


def list_label(name: str) -> str:
    """What an editable list is called: after the field that offers it."""
    specs: tuple[EntitySpec, ...] = (CADRE, VISIT, UNIT, BRANCH, CONTACT)
    found = [one.label for spec in specs for one in spec.fields if one.code_list == name]
    return found[0] if found and name not in _OTHER_LISTS else _OTHER_LISTS.get(name, name)


def school_values(reads: Reads) -> dict[str, Any]:
    """The settings as a form shows them."""
    found = all_settings(reads)
    made: dict[str, Any] = {}
    for one in SCHOOL:
        text = found.get(one.key, WORK_HOURS if one.key == "work_hours" else "")
        made[one.key] = int(text) if one.kind in (Kind.INT, Kind.BOOL) and text.isdigit() else text
    return made


def save_school(tx: Tx, values: Mapping[str, Any]) -> None:
    """Write the settings; another linked community moves the mark, a new spelling renames the one there is."""
    before = all_settings(tx)
    given = {key: _stored(value) for key, value in values.items()}
    given["checkin_due"] = month_day(given["checkin_due"])
    given["linked_community"] = community_spelled(tx, given["linked_community"])
    set_settings(tx, given)
    place = [given[f"linked_{key}"] for key in ("district", "street", "community")]
    if place != [before.get(f"linked_{key}", "") for key in ("district", "street", "community")]:
        _link(tx, *place)


def _link(tx: Tx, district: str, street: str, name: str) -> None:
    linked = tx.value("SELECT uid FROM community WHERE linked = 1 ORDER BY uid LIMIT 1")
    there = tx.value(
        "SELECT uid FROM community WHERE district = ? AND street = ? AND name = ?", (district, street, name)
    )
    row = {"district": district, "street": street, "name": name, "linked": 1}
    if there is not None:
        if linked is not None and linked != there:
            tx.update("community", linked, {"linked": 0})
        tx.update("community", there, {"linked": 1})
    elif linked is not None:
        tx.update("community", linked, row)  # its grids stay with it
    else:
        tx.insert("community", row)


def _stored(value: object) -> str:
    if isinstance(value, bool):
        return str(int(value))
    return "" if value is None else str(value).strip()
