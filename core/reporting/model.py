"""双报告: half-yearly reports of cadres, yearly reports of the school and its units; fields written once. 方案 三(三) 七(三)"""

from __future__ import annotations

import datetime as dt

from core.base.fields import EntitySpec, Field, Kind

HALF = (("1", "上半年"), ("2", "下半年"))
HALF_LABEL = {int(code): label for code, label in HALF}
SPANS = {1: ("01-01", "06-30"), 2: ("07-01", "12-31")}

HALF_YEAR = EntitySpec(
    kind="half_reports",
    label="半年报告",
    table="half_year_report",
    natural_key=("staff_no", "year", "half"),
    fields=(
        Field("staff_no", "工号", Kind.STAFF_NO, editable=False, width=12),
        Field("name", "姓名", Kind.NAME, editable=False, width=10),
        Field("unit", "二级单位党组织", editable=False, width=20),
        Field("branch", "党支部", editable=False, width=18),
        Field("year", "年度", Kind.INT, required=True, editable=False, width=7),
        Field("half", "半年", Kind.CHOICE, required=True, choices=HALF, editable=False, width=8),
        Field("times", "服务次数", Kind.INT, editable=False, width=8),
        Field("minutes", "服务时长（小时）", Kind.MINUTES, editable=False, width=10),
        Field("main_work", "主要服务情况", Kind.MEMO, personal=True, width=40),
        Field("review", "对照检查", Kind.MEMO, personal=True, width=30),
        Field("plan", "下一步打算", Kind.MEMO, personal=True, width=30),
        Field("drafted_on", "起草日期", Kind.DATE, editable=False, shown=False, width=12),
        Field("edited_on", "修改日期", Kind.DATE, editable=False, shown=False, width=12),
        Field("reported_on", "报告日期", Kind.DATE, width=12),
        Field("occasion", "报告场合", help="如组织生活会、主题党日、党员大会。", width=14),
        Field("signed_by", "支部书记", personal=True, width=10),
    ),
)

YEARLY = EntitySpec(
    kind="yearly_sections",
    label="年度报告",
    table="yearly_report",
    natural_key=("unit", "year", "section"),
    fields=(
        Field("unit", "二级单位党组织", editable=False, width=20),
        Field("year", "年度", Kind.INT, required=True, editable=False, width=7),
        Field("section", "部分", required=True, editable=False, shown=False, width=12),
        Field("position", "次序", Kind.INT, editable=False, shown=False, width=6),
        Field("title", "标题", required=True, width=16),
        Field("text", "正文", Kind.MEMO, width=60),
        Field("drafted_on", "起草日期", Kind.DATE, editable=False, shown=False, width=12),
        Field("edited_on", "修改日期", Kind.DATE, editable=False, shown=False, width=12),
    ),
)


def half_span(year: int, half: int) -> tuple[str, str]:
    """First and last day of a half year (ISO)."""
    first, last = SPANS[half]
    return f"{year}-{first}", f"{year}-{last}"


def half_at(year: int, day: dt.date) -> int:
    """The half year that is reported on a day: 1 or 2 of `year`; a half is still reported in the month after it."""
    if day.year != year:
        return 2 if day.year > year else 1
    return 1 if day.month <= 7 else 2
