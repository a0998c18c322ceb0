"""The words of sheets: which heads mean which field, beyond label and synonyms of the spec."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

from core.base.fields import EntitySpec, Kind
from core.sheet.cells import norm_head

# Heads that sheets in general use for a field of this key; the spec's own label and synonyms come first.
_COMMON = """
staff_no: 工号 职工号 教工号 教职工号 员工号 员工编号 职工编号 人员编号 人事编号 工作证号 一卡通号
name: 姓名 党员姓名 名字 教师姓名 职工姓名 人员姓名 下沉干部姓名 党员干部姓名 下沉党员姓名
sex: 性别
nation: 民族
birth_on: 出生年月 出生日期 出生年月日 生日 出生时间 出生
party_status: 政治面貌 党员类型 党员类别 人员类别 党员性质 党籍状态
joined_on: 入党时间 入党日期 入党年月 加入党组织时间 加入党组织日期 何时入党
education: 学历 文化程度 最高学历
degree: 学位 最高学位
title: 职务 职称 职务/职称 职务职称 职称/职务 现任职务 专业技术职务 职级 岗位职务
phone: 手机 手机号 手机号码 联系电话 电话 联系方式 电话号码 移动电话 本人电话 联系手机 联络电话 tel
id_no: 身份证号 身份证 身份证号码 公民身份号码 公民身份证号 证件号码 居民身份证号 证件号
unit: 二级单位党组织 二级党组织 所在单位 单位 工作单位 二级单位 所在二级单位 院系 学院 部门 所属单位 党组织 单位名称
    所在部门 基层党组织
branch: 党支部 所在党支部 支部 所属党支部 支部名称 所在支部 党支部名称 组织关系所在支部
district: 区 区县 所在区 居住区 行政区 城区 区(县) 区/县
street: 街道 所在街道 居住街道 街道办 街道办事处 街道(乡镇) 街道/乡镇 街道名称 所属街道
community: 社区 所在社区 居住社区 居住地社区 报到社区 社区名称 现居住社区 所属社区 服务社区 下沉社区 社区(村)
estate: 小区 小区名称 所在小区 居住小区
building: 楼栋 楼栋号 栋号 楼号 幢号 栋
entrance: 单元 单元号
room: 房号 室 门牌号 房间号 室号
address: 详细地址 家庭住址 住址 居住地址 现居住地 现居住地址 家庭地址 现住址 地址 居住地 居住详细地址 家庭详细地址
    常住地址
skills: 特长 个人特长 专业特长 特长爱好 技能特长 兴趣特长 特长/爱好 爱好特长 专长 服务特长 特长及爱好
hobbies: 爱好 兴趣爱好 兴趣 个人爱好
willingness: 服务意愿 志愿服务意愿 意愿 服务意向 愿意从事的服务 志愿意向 可提供的服务 服务项目意愿
free_time: 可服务时间 可服务时段 空闲时间 服务时段 方便时间 可参加服务时间
status: 在职状态 人员状态 在岗状态 是否在职 在职情况
served_on: 服务日期 日期 服务时间 活动日期 下沉日期 参加日期 活动时间 下沉时间
start_at: 开始 开始时间 起始时间 服务开始时间 起 到达时间 签到时间
    起止时间 服务起止时间 时间段 服务时段 活动起止时间 具体时间
end_at: 结束 结束时间 终止时间 服务结束时间 止 离开时间 签退时间
minutes: 时长 服务时长 时长(小时) 服务时长(小时) 小时 小时数 服务小时数 时长(分钟) 志愿时长 服务时数
place: 地点 服务地点 活动地点 网格/地点 地点/网格 具体地点
grid: 网格 所在网格 网格号 网格编号 服务网格 所属网格
category: 服务类别 类别 服务类型 活动类别 服务项目 服务种类
content: 服务内容 内容 主要内容 活动内容 服务事项 工作内容 具体内容
confirm_method: 确认方式 认定方式
confirmed_by: 确认人 确认人签名 证明人 社区确认人 确认人姓名 签字确认
track: 时间性质 服务性质 性质 下沉方式 报到类别 工作时间/业余时间
note: 备注 说明 备注说明
"""
COMMON_HEADS: dict[str, tuple[str, ...]] = {
    line.partition(":")[0]: tuple(line.partition(":")[2].split())
    for line in re.sub(r"\n +", " ", _COMMON).split("\n")
    if line
}

IGNORED_HEADS = frozenset(
    norm_head(one)
    for one in ("序号", "序", "编号", "no", "no.", "行号", "错误说明", "n", "№", "顺序号", "顺号", "项次")
)
# A head under which sheets number their rows but some keep 工号: settled by content.
NUMBER_OR_KEY = frozenset(("编号", "no", "no."))

# "父亲姓名" is a name, but not this person's: such a head only matches as a whole.
_OTHERS = re.compile(
    "配偶|父|母亲|子女|家属|亲属|紧急|联系人|介绍人|书记|负责人|经办|联络员|推荐|确认人|填表|填报|证明人|审核|培养人|组长|队长|"
    "是否|有无|可否|能否|曾|原|签名|签字|户籍|籍贯|备用|办公|固定|家庭电话|毕业|服务对象|居民|第二|其他|转入|转出|转正"
)
_NAMELESS = re.compile(
    r"(列|字段|栏|数据|项目?|变量|表头|标题|第)?[\s_:-]*(\d{1,3}|[a-z]{1,2}|[一二三四五六七八九十]{1,3})(列|栏|项)?"
    r"|(column|col|field|f|var|unnamed|x|v|c)[\s_:.-]*\d{0,3}(level_?\d+)?|未命名\d*|空白?|无|\?+|？+|-+|/+"
)
_TAIL = re.compile(r"^(情况|名称|全称|简称|信息|号码|号|内容|说明|填写|必填|选填|时间|日期|及?编码|类型|类别)$")
_LEAD = re.compile(r"^(请?填写|本人|您的?|目前|当前|所在的?|所属的?|现在?的?|个人)")
_END = re.compile(r"(情况|名称|全称|信息|\d)$")
_BRACKET = re.compile(r"\(([^()]*)\)")


def is_nameless(head: str) -> bool:
    """Whether the head says nothing about its column: 列1, 字段A, F3, blank."""
    norm = norm_head(head)
    return not norm or bool(_NAMELESS.fullmatch(norm))


@dataclass(frozen=True, slots=True)
class Match:
    """A field that a head may mean."""

    key: str
    score: int  # 0..100
    how: str  # 'head' the label itself, 'synonym' any other way


@dataclass(slots=True)
class Vocabulary:
    """All words of one entity."""

    words: dict[str, tuple[str, int, str]] = field(default_factory=dict)  # word -> (key, score, how)

    def exact(self, head: str) -> Match | None:
        """The field whose label or synonym this head is, with or without its brackets."""
        return self._as_whole(norm_head(head))

    def match(self, head: str) -> Match | None:
        """The best field for the head: as a whole, else by the words inside."""
        norm = norm_head(head)
        return self._as_whole(norm) or self._inside(norm)

    def is_own(self, head: str) -> bool:
        """Whether the head can speak of this person (联系渠道), not of another (紧急联系人电话)."""
        return not _OTHERS.search(norm_head(head))

    def _as_whole(self, norm: str) -> Match | None:
        bare = _BRACKET.sub("", norm)
        inner = "".join(_BRACKET.findall(norm))
        # 现居住地(区): the bracket says which part, where the word before it alone would be the whole address.
        tries = [(norm, 0), (bare + inner, 2)]
        if (
            inner in self.words
            and self._key(inner) in ("district", "street", "community")
            and self._key(bare) == "address"
        ):
            tries.append((inner, 3))
        tries += [(bare, 5), (_END.sub("", _LEAD.sub("", bare)), 12), (inner, 15)]
        if "/" in norm:
            top, _, bottom = norm.rpartition("/")
            tries += [(top + bottom, 4), (bottom, 6), (_BRACKET.sub("", bottom), 8), (top, 20)]
        for word, cost in tries:
            hit = self.words.get(word)
            if hit and word:
                return Match(hit[0], hit[1] - cost, "synonym" if cost > 5 else hit[2])
        return None

    def _key(self, word: str) -> str:
        hit = self.words.get(word)
        return hit[0] if hit else ""

    def _inside(self, norm: str) -> Match | None:
        """Chinese heads end with what they are: 本人常用手机号码 is a phone, 党支部书记 is no branch."""
        bare = _BRACKET.sub("", norm)
        if _OTHERS.search(bare):
            return None
        pieces = {bare[-length:] for length in range(2, len(bare))} | {bare[:end] for end in range(2, len(bare))}
        if self.words.keys().isdisjoint(pieces):
            return None  # nearly all cells of data rows, which are looked at too while the head is sought
        best: Match | None = None
        for word, (key, _, _) in self.words.items():
            if len(word) < 2 or len(word) >= len(bare):
                continue
            if bare.endswith(word):
                score = 70
            elif bare.startswith(word) and _TAIL.match(bare[len(word) :]):
                score = 60
            else:
                continue
            score += min(len(word) * 20 // len(bare), 15)
            if best is None or score > best.score:
                best = Match(key, score, "synonym")
        return best


@lru_cache(maxsize=16)
def vocabulary(spec: EntitySpec) -> Vocabulary:
    """Words of the spec: labels, then its synonyms, then the heads that sheets commonly use."""
    made = Vocabulary()
    keys = set(spec.keys) - placenames(spec)
    for score, how, entries in (
        (100, "head", ((one.key, (one.label,)) for one in spec.fields)),
        (95, "synonym", ((one.key, one.synonyms) for one in spec.fields)),
        (90, "synonym", ((key, words) for key, words in COMMON_HEADS.items() if key in keys)),
    ):
        for key, words in entries:
            _add(made, key, words, score, how)
    return made


def placenames(spec: EntitySpec) -> set[str]:
    """{'name'} where that is what a building, 小区 or task is called: 姓名 is no head of it."""
    return {one.key for one in spec.fields if one.key == "name" and one.kind is not Kind.NAME}


def _add(made: Vocabulary, key: str, words: Iterable[str], score: int, how: str) -> None:
    for word in words:
        made.words.setdefault(norm_head(word), (key, score, how))
