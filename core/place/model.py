"""Places: communities, 小区, grids, buildings, entrances and the people who work in grids; fields written once. 方案 五(二)3"""

from __future__ import annotations

import re
from dataclasses import replace

from core.base.codes import SEX
from core.base.fields import EntitySpec, Field, Kind


def real_number(text: object) -> float | None:
    """A coordinate as typed ('596', '596.5'); None if it is none."""
    plain = re.sub(r"(?<=\d)[,，](?=\d{3}(\D|$))", "", str(text).strip())  # 1,200
    try:
        found = float(plain)
    except ValueError:
        return None
    return found if abs(found) < 1e9 else None  # inf and nan are no coordinates either


def _is_number(text: str) -> str:
    return "" if real_number(text) is not None else f"坐标“{text}”不是数字，请核对。"


_NOTE = Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14)
_HOUSEHOLDS = Field("households", "户数", Kind.INT, synonyms=("住户数", "居民户数", "总户数", "户数（户）"), width=7)
_COMMUNITY = Field(
    "community", "社区", synonyms=("社区名称", "所在社区"), help="不填就是联系社区。", shown=False, width=14
)
# half a position is none: a coordinate that cannot be read keeps the building out
_COORDINATE = Field("", "", check=_is_number, decisive=True, shown=False, width=8)
_GRID_HEADS = ("所属网格", "网格名称", "所在网格", "网格号", "网格编号")
_ESTATE_HEADS = ("小区名称", "所属小区", "所在小区", "苑区")
_BUILDING_HEADS = ("楼号", "栋号", "楼栋号", "栋", "幢", "楼栋名称", "幢号", "楼栋编号", "楼宇")

COMMUNITY = EntitySpec(
    kind="communities",
    label="社区",
    table="community",
    natural_key=("district", "street", "name"),
    fields=(
        Field("district", "区", synonyms=("所在区", "城区", "行政区", "区县"), width=10),
        Field("street", "街道", synonyms=("街道（乡镇）", "所在街道", "乡镇街道"), width=14),
        Field("name", "社区", required=True, synonyms=("社区名称", "村社区", "所在社区"), width=16),
        Field("linked", "联系社区", Kind.BOOL, help="有网格地图的社区，方案三（三）。", editable=False, width=9),
        _NOTE,
    ),
)

ESTATE = EntitySpec(
    kind="estates",
    label="小区",
    table="estate",
    natural_key=("community", "name"),
    fields=(
        Field("name", "小区", required=True, synonyms=_ESTATE_HEADS, width=14),
        Field(
            "other_names",
            "别名",
            synonyms=("又名", "其他叫法", "俗称"),
            help="地址里的其他叫法，用顿号隔开，自动编入时一并认出。",
            width=18,
        ),
        replace(_COMMUNITY, shown=True),
        _NOTE,
    ),
)

GRID = EntitySpec(
    kind="grids",
    label="网格",
    table="grid",
    natural_key=("name",),
    fields=(
        Field("name", "网格", required=True, synonyms=("网格名称", "所属网格", "所在网格", "名称"), width=10),
        Field("code", "编号", synonyms=("网格编号", "网格号", "网格代码", "代码"), width=9),
        Field("position", "顺序", Kind.INT, synonyms=("排序",), shown=False, width=6),
        _HOUSEHOLDS,
        Field("workers", "网格员", synonyms=("网格员姓名", "网格长"), editable=False, width=14),
        _NOTE,
    ),
)

BUILDING = EntitySpec(
    kind="buildings",
    label="楼栋",
    table="building",
    natural_key=("community", "estate", "name"),
    fields=(
        Field("name", "楼栋", required=True, synonyms=_BUILDING_HEADS, width=9),
        Field("grid", "网格", synonyms=_GRID_HEADS, width=10),
        Field("estate", "小区", synonyms=_ESTATE_HEADS, help="楼栋写成“东苑3栋”的可以不填。", width=12),
        Field("entrances", "单元数", Kind.INT, synonyms=("单元个数", "单元", "单元数量"), width=7),
        _HOUSEHOLDS,
        replace(_COORDINATE, key="x", label="x", synonyms=("横坐标", "x坐标", "图上x")),
        replace(_COORDINATE, key="y", label="y", synonyms=("纵坐标", "y坐标", "图上y"), help="自下而上。"),
        _COMMUNITY,
        _NOTE,
    ),
)

ENTRANCE = EntitySpec(
    kind="entrances",
    label="单元",
    table="entrance",
    natural_key=("estate", "building", "name"),
    fields=(
        Field("estate", "小区", synonyms=_ESTATE_HEADS, help="楼栋写成“东苑3栋”的可以不填。", width=12),
        Field("building", "楼栋", required=True, synonyms=_BUILDING_HEADS, width=9),
        Field("name", "单元", required=True, synonyms=("单元号", "单元名称"), width=8),
        _HOUSEHOLDS,
        _NOTE,
    ),
)

GRID_WORKER = EntitySpec(
    kind="workers",
    label="网格员",
    table="grid_worker",
    natural_key=("name", "grid"),
    fields=(
        Field("name", "姓名", Kind.NAME, required=True, synonyms=("网格员", "网格员姓名", "名字"), width=10),
        Field("sex", "性别", Kind.CHOICE, choices=SEX, width=5),
        Field(
            "phone", "联系电话", Kind.PHONE, synonyms=("电话", "手机", "手机号", "手机号码"), personal=True, width=13
        ),
        Field("duty", "岗位", Kind.CHOICE, code_list="worker_duty", synonyms=("职务", "身份"), width=10),
        Field("grid", "网格", synonyms=(*_GRID_HEADS, "负责网格"), width=10),
        Field("from_on", "任职日期", Kind.DATE, synonyms=("上岗日期", "起始日期", "到岗日期"), width=12),
        Field(
            "until_on",
            "离任日期",
            Kind.DATE,
            decisive=True,  # left out, who has gone would still be there
            synonyms=("离岗日期", "终止日期"),
            shown=False,
            width=12,
        ),
        _NOTE,
    ),
)
