"""Points and stars: optional, off by default; the scheme is data. 方案 七(四)2"""

from __future__ import annotations

import unicodedata

from core.base.fields import EntitySpec, Field, Kind

MEASURE = (("HOURS", "每小时"), ("TIMES", "每次"), ("RATING", "评价等次"))
TRACK_NOTE = "只计已确认的业余时间服务；评价等次按综合等次，没有综合等次的按党支部评价等次。"
SCOPE = f"积分按本校设定的规则计算，{TRACK_NOTE}名单按单位和姓名排列，不排名次。"

POINT_SETTINGS = (Field("points_on", "使用积分和星级", Kind.BOOL, help="方案没有规定，默认不用；不公布个人排名"),)


def told_points(text: str) -> float:
    """Points as typed, of full width too; ValueError if it is no number."""
    return float(unicodedata.normalize("NFKC", text))


def _points(text: str) -> str:
    try:
        value = told_points(text)
    except ValueError:
        return f"“{text}”不是数字。"
    return "" if -1000 <= value <= 10000 else "积分应在 -1000 到 10000 之间。"


def _most(text: str) -> str:
    if not text:
        return ""
    return _points(text) or ("" if told_points(text) >= 0 else "上限不能小于 0；不封顶就不填。")


POINT_RULE = EntitySpec(
    kind="point_rules",
    label="积分规则",
    table="point_rule",
    natural_key=("name",),
    fields=(
        Field("name", "规则", required=True, width=20),
        Field("measure", "按什么计", Kind.CHOICE, required=True, choices=MEASURE, synonyms=("计分方式",), width=12),
        Field("category", "服务类别", Kind.CHOICE, code_list="category", help="不填就是全部类别", width=16),
        Field("rating", "等次", Kind.CHOICE, code_list="grade", help="按评价等次计分时填写", width=10),
        Field("points", "积分", required=True, check=_points, synonyms=("分值",), width=8),
        Field("most", "每年最多", check=_most, help="不填就是不封顶", synonyms=("上限",), width=10),
        Field("active", "使用", Kind.BOOL, width=8),
        Field("position", "次序", Kind.INT, shown=False, width=8),
    ),
)
STAR_LEVEL = EntitySpec(
    kind="star_levels",
    label="星级",
    table="star_level",
    natural_key=("name",),
    fields=(
        Field("name", "星级", required=True, width=12),
        Field("points", "积分达到", required=True, check=_points, synonyms=("积分", "分值"), width=10),
    ),
)

DEFAULT_RULES: tuple[tuple[str, str, float], ...] = (("服务时长", "HOURS", 1.0),)
DEFAULT_STARS: tuple[tuple[str, float], ...] = (
    ("一星", 20.0),
    ("二星", 40.0),
    ("三星", 60.0),
    ("四星", 80.0),
    ("五星", 100.0),
)
"""What a school begins with when it switches points on; editable. 民政部 志愿服务星级 counts hours as well."""
