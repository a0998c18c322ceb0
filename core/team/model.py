"""112下沉服务小分队: 1 网格员 + 1 下沉党员干部 + 2 志愿者; fields and shape, written once. 方案 五(二)3"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.base.fields import EntitySpec, Field, Kind

ROLE = (("WORKER", "网格员"), ("CADRE", "下沉党员干部"), ("VOLUNTEER", "志愿者"))
ROLE_LABEL = dict(ROLE)
SHAPE = {"WORKER": 1, "CADRE": 1, "VOLUNTEER": 2}  # 方案 五(二)3

_GRID = Field("grid", "网格", required=True, synonyms=("所属网格", "网格名称", "网格号"), width=10)

SQUAD = EntitySpec(
    kind="squads",
    label="112小分队",
    table="squad",
    natural_key=("grid", "name"),
    fields=(
        _GRID,
        Field("name", "小分队", required=True, synonyms=("小分队名称", "队名", "名称"), width=16),
        Field("formed_on", "组建日期", Kind.DATE, synonyms=("成立日期", "组建时间"), width=11),
        Field("ended_on", "撤销日期", Kind.DATE, help="最后一天；空着表示还在。", shown=False, width=11),
        Field("members", "成员", editable=False, width=40),
        Field("warning", "人员构成", editable=False, help="应为1名网格员、1名下沉党员干部、2名志愿者。", width=24),
        Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14),
    ),
)

SQUAD_MEMBER = EntitySpec(
    kind="squad_members",
    label="小分队成员",
    table="squad_member",
    natural_key=("grid", "squad", "role", "name", "staff_no"),
    fields=(
        _GRID,
        Field("squad", "小分队", required=True, synonyms=("小分队名称", "队名"), width=16),
        Field(
            "role",
            "角色",
            Kind.CHOICE,
            required=True,
            choices=ROLE,
            synonyms=("身份", "成员类别", "类别"),
            width=12,
        ),
        Field("name", "姓名", Kind.NAME, required=True, synonyms=("成员姓名", "成员"), width=10),
        Field("staff_no", "工号", Kind.STAFF_NO, synonyms=("职工号", "教工号"), help="只有党员干部填。", width=9),
        Field("phone", "手机", Kind.PHONE, synonyms=("联系电话", "电话"), personal=True, editable=False, width=13),
        Field("from_on", "加入日期", Kind.DATE, decisive=True, synonyms=("加入时间",), shown=False, width=11),
        Field("until_on", "退出日期", Kind.DATE, decisive=True, help="最后一天；空着表示还在。", shown=False, width=11),
    ),
)


def shape_warning(members: Iterable[Mapping[str, Any]]) -> str:
    """'' for 1 网格员 + 1 党员干部 + 2 志愿者, else what is missing and what is too many, in words: never a refusal."""
    counts = Counter(str(one["role"]) for one in members)
    lacking = [f"{label}{SHAPE[code] - counts[code]}名" for code, label in ROLE if counts[code] < SHAPE[code]]
    extra = [f"{label}{counts[code] - SHAPE[code]}名" for code, label in ROLE if counts[code] > SHAPE[code]]
    parts = [f"缺{'、'.join(lacking)}"] if lacking else []
    parts += [f"多{'、'.join(extra)}"] if extra else []
    return f"{'；'.join(parts)}。" if parts else ""


@dataclass(frozen=True, slots=True)
class SquadProposal:
    """A squad that could be formed; `warning` tells what is missing of 1+1+2."""

    grid_uid: str
    grid: str
    name: str
    worker_uid: str = ""
    worker: str = ""
    cadre_uid: str = ""
    cadre: str = ""
    volunteer_uids: tuple[str, ...] = ()
    volunteers: tuple[str, ...] = ()
    warning: str = ""
    why: str = ""  # why this cadre

    @property
    def people(self) -> tuple[tuple[str, str], ...]:
        """(role, uid) of everybody proposed."""
        found = [("WORKER", self.worker_uid), ("CADRE", self.cadre_uid)]
        return tuple(one for one in (*found, *(("VOLUNTEER", uid) for uid in self.volunteer_uids)) if one[1])
