"""统计: the ways of counting, the measures, and the fields of an issued table; labels written once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from core.base.dates import format_hours
from core.base.fields import EntitySpec, Field, Kind


@dataclass(frozen=True, slots=True)
class Aspect:
    """One way of counting."""

    key: str
    label: str  # head of its column
    way: str  # 按…
    note: str = ""  # what its figures mean beside the common 统计口径


@dataclass(frozen=True, slots=True)
class Measure:
    """One figure of a line, and which records it is the sum of."""

    key: str
    label: str
    state: str = ""
    track: str = ""

    def text(self, line: Any) -> str:
        """The figure as people read it: minutes as hours."""
        value = getattr(line, self.key)
        return format_hours(value) if self.key.endswith("minutes") else str(value)


ASPECTS: dict[str, Aspect] = {
    one.key: one
    for one in (
        Aspect("unit", "二级单位党组织", "单位"),
        Aspect("branch", "党支部", "党支部"),
        Aspect("grid", "服务网格", "服务网格", "网格为服务所在的网格，只有联系社区的服务才有。"),
        Aspect("home", "编入网格", "编入网格", "网格为服务当天本人编入的网格。"),
        Aspect("category", "服务类别", "类别"),
        Aspect("month", "月份", "月份", "跨夜的服务计入开始的那一天。"),
        Aspect("track", "时间性质", "时间性质"),
    )
}

MEASURES: tuple[Measure, ...] = (
    Measure("people", "服务人数", "CONFIRMED"),
    Measure("records", "记录条数"),
    Measure("times", "业余人次", "CONFIRMED", "OWN"),
    Measure("minutes", "业余小时", "CONFIRMED", "OWN"),
    Measure("waiting_times", "待确认业余人次", "WAITING", "OWN"),
    Measure("waiting_minutes", "待确认业余小时", "WAITING", "OWN"),
    Measure("duty_times", "派遣人次", "CONFIRMED", "DISPATCHED"),
    Measure("duty_minutes", "派遣小时", "CONFIRMED", "DISPATCHED"),
    Measure("duty_waiting_times", "待确认派遣人次", "WAITING", "DISPATCHED"),
    Measure("duty_waiting_minutes", "待确认派遣小时", "WAITING", "DISPATCHED"),
)

ISSUED = EntitySpec(
    kind="issued",
    label="报出台账",
    table="issued_table",
    natural_key=("name", "issued_at"),
    fields=(
        Field("name", "表名", width=30),
        Field("kind", "表的种类", shown=False, width=12),
        Field("params", "统计方式", shown=False, width=14),
        Field("year", "年度", Kind.INT, width=7),
        Field("as_of", "截至日期", Kind.DATE, width=12),
        Field("scope", "统计口径", Kind.MEMO, shown=False, width=30),
        Field("figures", "表中数据", Kind.MEMO, shown=False, width=30),
        Field("issued_at", "报出时间", width=17),
        Field("issued_to", "报给", width=16),
        Field("operator", "经办人", width=10),
        Field("note", "备注", Kind.MEMO, width=18),
    ),
)
