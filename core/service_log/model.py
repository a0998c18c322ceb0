"""服务纪实: fields of one service record, written once; form, list, import, export and paper read them. 方案 三(六)"""

from __future__ import annotations

from dataclasses import dataclass

from core.base.fields import EntitySpec, Field, Kind

TRACK = (("OWN", "业余时间"), ("DISPATCHED", "工作时间（组织派遣）"))  # 三(三): never mixed
STATE = (
    ("DRAFT", "草稿"),
    ("WAITING", "待确认"),
    ("CONFIRMED", "已确认"),
    ("RETURNED", "退回修改"),
    ("VOID", "作废"),
)
SERVED = "服务对象"  # 三(六): who was served may confirm, as 社区党组织 does
STATE_LABEL, TRACK_LABEL = dict(STATE), dict(TRACK)

VISIT = EntitySpec(
    kind="visits",
    label="服务纪实",
    table="visit",
    natural_key=("staff_no", "served_on", "start_at", "content"),
    fields=(
        Field("staff_no", "工号", Kind.STAFF_NO, synonyms=("职工号", "教工号", "人员编号", "职工编号"), width=9),
        Field("name", "姓名", Kind.NAME, required=True, synonyms=("党员姓名", "干部姓名", "名字"), width=10),
        Field(
            "unit",
            "二级单位党组织",
            synonyms=("单位", "所在单位", "工作单位", "二级单位", "部门", "学院"),
            help="按服务当天所在的单位。",
            editable=False,
            width=18,
        ),
        Field("branch", "党支部", synonyms=("支部", "所在党支部"), editable=False, shown=False, width=16),
        Field(
            "served_on",
            "服务日期",
            Kind.DATE,
            required=True,
            synonyms=("日期", "服务时间", "活动日期", "下沉日期", "活动时间"),
            width=15,
        ),
        Field("start_at", "开始", Kind.TIME, synonyms=("开始时间", "起始时间", "起", "服务开始时间"), width=6),
        Field(
            "end_at",
            "结束",
            Kind.TIME,
            synonyms=("结束时间", "终止时间", "止", "服务结束时间"),
            help="早于开始表示次日结束。",
            width=6,
        ),
        Field(
            "minutes",
            "时长（小时）",
            Kind.MINUTES,
            synonyms=("时长", "服务时长", "小时", "小时数", "服务小时数", "时长(小时)", "服务时长(小时)"),
            help="实际服务时间，不含往返；填了起止时间可以不填。",
            width=9,
        ),
        Field("community", "社区", synonyms=("服务社区", "所在社区", "社区名称"), width=12),
        Field("place", "网格/地点", synonyms=("地点", "服务地点", "活动地点", "具体地点", "地点/网格"), width=12),
        Field(
            "grid",
            "网格",
            synonyms=("服务网格", "所属网格", "网格号"),
            help="只用于联系社区的网格。",
            shown=False,
            width=9,
        ),
        Field(
            "category",
            "服务类别",
            Kind.CHOICE,
            code_list="category",  # 四(三): the six duties
            synonyms=("类别", "服务类型", "活动类别", "服务项目"),
            width=13,
        ),
        Field(
            "content",
            "服务内容",
            Kind.MEMO,
            required=True,
            synonyms=("内容", "主要内容", "活动内容", "服务事项"),
            width=30,
        ),
        Field(
            "track",
            "时间性质",
            Kind.CHOICE,
            choices=TRACK,
            decisive=True,  # 三(三): what cannot be read is no 业余时间
            synonyms=("性质", "服务性质", "报到类别", "下沉方式"),
            help="组织派遣的工作时间不计入业余时间的年度最低要求。",
            width=13,
        ),
        Field("confirm_method", "确认方式", Kind.CHOICE, code_list="confirm_method", synonyms=("认定方式",), width=10),
        Field(
            "confirmed_by",
            "确认人",
            synonyms=("确认人签名", "证明人", "社区确认人", "签字确认"),
            personal=True,
            width=9,
        ),
        Field("confirmed_on", "确认日期", Kind.DATE, synonyms=("确认时间", "签字日期"), shown=False, width=11),
        Field(
            "state", "状态", Kind.CHOICE, choices=STATE, decisive=True, synonyms=("记录状态",), editable=False, width=8
        ),
        Field(
            "arranged_by",
            "事前衔接",
            synonyms=("事先联系", "衔接情况"),
            help="方案五（三）1，可不填。",
            shown=False,
            width=12,
        ),
        Field("late_reason", "补录原因", synonyms=("补录说明",), shown=False, width=14),
        Field("note", "备注", Kind.MEMO, synonyms=("说明", "备注说明"), shown=False, width=14),
    ),
)
NEXT_DAY = Field("next_day", "次日结束", Kind.BOOL, help="结束时间在第二天。")
"""Asked for beside the fields of a record: 22:00–02:00."""

SIGNED_FOR = frozenset(
    {
        "cadre_uid", "served_on", "start_at", "end_at", "minutes", "community", "place", "grid_uid", "category",
        "content", "track",
    }
)  # fmt: skip
"""Columns a signature stands for: changing one of them takes the confirmation away."""


@dataclass(frozen=True, slots=True)
class VisitDraft:
    """A service record as typed. Times 'HH:MM', date ISO; hours-only records leave both times empty."""

    served_on: str
    start_at: str = ""
    end_at: str = ""
    minutes: int | None = None
    next_day: bool = False  # the answer to 次日结束？
    community: str = ""
    place: str = ""
    grid: str = ""
    category: str = ""
    content: str = ""
    track: str = "OWN"
    confirm_method: str = ""
    confirmed_by: str = ""
    confirmed_on: str = ""
    state: str = ""  # '' = CONFIRMED with method and signer, else WAITING; or DRAFT
    arranged_by: str = ""
    late_reason: str = ""
    note: str = ""
    cadre_uid: str = ""


@dataclass(frozen=True, slots=True)
class VisitFilter:
    """Which records a list shows; all parts must hold. Void ones are shown only where asked for."""

    year: int | None = None
    from_on: str = ""
    until_on: str = ""
    unit_uid: str = ""  # unit as of the day
    branch_uid: str = ""
    community: str = ""
    grid_uid: str = ""
    state: str = ""
    track: str = ""
    category: str = ""
    cadre_uid: str = ""
    late: bool = False  # 补录 only
    sheet_no: str = ""  # what stands on that 待确认清单
    group_uid: str = ""
    search: str = ""  # content, name, 工号, pinyin, initials
    where: tuple[tuple[str, str], ...] = ()  # field key or label = value or its label
    uids: tuple[str, ...] | None = None
    with_void: bool = False


@dataclass(frozen=True, slots=True)
class Recorded:
    """What recording made: one uid per person, and what a person should know (overlaps)."""

    uids: tuple[str, ...]
    warnings: tuple[str, ...] = ()

    @property
    def uid(self) -> str:
        return self.uids[0] if self.uids else ""


@dataclass(frozen=True, slots=True)
class Ticked:
    """What a batch did, and a sentence for each record it left as it was."""

    uids: tuple[str, ...]
    left: tuple[str, ...] = ()
    numbers: tuple[int, ...] = ()  # on their sheet, where it was done by numbers
