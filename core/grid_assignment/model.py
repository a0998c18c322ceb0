"""编入网格 and 楼栋长: fields, written once; form, list, import, export and paper read them. 方案 五(二)3"""

from __future__ import annotations

from dataclasses import dataclass

from core.base.fields import EntitySpec, Field, Kind

METHOD = (("HAND", "手工"), ("AUTO", "按住址"), ("IMPORT", "导入"))
LEADS_EACH = 2  # more buildings than this on one person are warned about

_STAFF_NO = Field("staff_no", "工号", Kind.STAFF_NO, synonyms=("职工号", "教工号", "人员编号", "职工编号"), width=9)
_NAME = Field("name", "姓名", Kind.NAME, synonyms=("党员姓名", "干部姓名", "名字"), width=10)
_UNIT = Field(
    "unit",
    "二级单位党组织",
    synonyms=("单位", "所在单位", "工作单位", "二级单位", "部门", "学院"),
    editable=False,
    width=18,
)
_NOTE = Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14)
_ESTATE, _BUILDING = ("小区名称", "所在小区"), ("栋", "楼号", "幢", "楼栋号", "栋号")

ASSIGNMENT = EntitySpec(
    kind="assignments",
    label="编入网格",
    table="grid_assignment",
    natural_key=("staff_no", "name"),
    fields=(
        _STAFF_NO,
        _NAME,
        _UNIT,
        Field("branch", "党支部", synonyms=("支部", "所在党支部"), editable=False, shown=False, width=16),
        Field("grid", "网格", synonyms=("编入网格", "编入的网格", "所属网格", "网格名称", "网格号"), width=10),
        Field("estate", "小区", synonyms=_ESTATE, width=10),
        Field("building", "楼栋", synonyms=_BUILDING, width=8),
        Field("entrance", "单元", synonyms=("单元号",), width=7),
        Field(
            "from_on",
            "编入日期",
            Kind.DATE,
            decisive=True,  # left out, it would be today
            synonyms=("编入时间", "编入网格日期", "开始日期"),
            help="从这一天起算这个网格的人；以前的服务时长留在原来的网格。",
            width=11,
        ),
        Field(
            "until_on",
            "编入截止",
            Kind.DATE,
            decisive=True,
            synonyms=("截止日期", "移出日期"),
            help="在这个网格的最后一天；空着表示现在仍在。",
            shown=False,
            width=11,
        ),
        Field(
            "method",
            "编入方式",
            Kind.CHOICE,
            choices=METHOD,
            editable=False,
            shown=False,
            width=8,
        ),
        _NOTE,
    ),
)

LEAD = EntitySpec(
    kind="leads",
    label="楼栋长",
    table="building_lead",
    natural_key=("estate", "building"),
    fields=(
        Field("estate", "小区", synonyms=_ESTATE, help="楼栋写成“东苑3栋”的可以不填。", width=10),
        Field("building", "楼栋", required=True, synonyms=_BUILDING, width=8),
        Field("grid", "网格", synonyms=("所属网格", "网格名称"), editable=False, width=10),
        _STAFF_NO,
        Field(
            "name",
            "姓名",
            Kind.NAME,
            synonyms=("楼栋长", "楼栋长姓名", "党员姓名", "干部姓名"),
            width=10,
        ),
        _UNIT,
        Field(
            "from_on",
            "任期起",
            Kind.DATE,
            decisive=True,  # left out, it would be today
            synonyms=("任职日期", "任职时间", "开始日期", "起始日期"),
            width=11,
        ),
        Field(
            "until_on",
            "任期止",
            Kind.DATE,
            decisive=True,
            synonyms=("届满日期", "截止日期", "结束日期"),
            help="任期的最后一天；空着表示没有定。",
            width=11,
        ),
        _NOTE,
    ),
)


@dataclass(frozen=True, slots=True)
class Assigned:
    """What an act on many people did: how many it changed, a sentence for each it left, and what is worth a look."""

    count: int
    left: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Spot:
    """Where a person goes. `grid_uid` '' = the grid of the building."""

    cadre_uid: str
    grid_uid: str
    building_uid: str | None = None
    entrance: str = ""
