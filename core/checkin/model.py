"""双报到: fields of the check-ins of cadres and of units, written once; rules that need no ledger. 方案 三(三) 五(一)2"""

from __future__ import annotations

from dataclasses import dataclass

from core.base.fields import EntitySpec, Field, Kind

TRACK = (("ASSIGNED", "组织派遣报到"), ("HOME", "个人报到"))
STATE = (("ABSENT", "未报到"), ("CHECKED_IN", "已报到"), ("PLACED", "已编入网格"), ("ENDED", "已注销"))
TRACK_LABEL, STATE_LABEL = dict(TRACK), dict(STATE)
SCHOOL = "学校"  # how lists name the school's own check-in, which belongs to no unit
MOVED = "迁居"

_COMMUNITY = (
    Field("district", "区", synonyms=("所在区", "城区", "报到区", "社区所在区"), shown=False, width=9),
    Field("street", "街道", synonyms=("所在街道", "报到街道", "街道（乡镇）"), shown=False, width=12),
    Field("community", "报到社区", synonyms=("社区", "社区名称", "报到的社区", "居住社区", "村社区"), width=14),
)
_CHECKED_ON = Field(
    "checked_on", "报到日期", Kind.DATE, required=True, synonyms=("报到时间", "报到日", "日期"), width=12
)
_HANDLER = Field(
    "handler", "社区经办人", synonyms=("经办人", "接收人", "社区接收人", "社区联系人"), personal=True, width=10
)
_OUR_CONTACT = Field(
    "our_contact", "我方联系人", synonyms=("联系人", "学校联系人", "单位联系人"), personal=True, shown=False, width=10
)
_LETTER_NO = Field("letter_no", "介绍信编号", synonyms=("函号", "报到函编号", "介绍信", "文号"), shown=False, width=12)
_RECEIPT_ON = Field("receipt_on", "回执日期", Kind.DATE, synonyms=("回执时间", "收到回执", "回执"), width=12)
_NOTE = Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14)

CHECKIN = EntitySpec(
    kind="checkins",
    label="报到",
    table="checkin",
    natural_key=("staff_no", "name", "track", "checked_on"),
    fields=(
        Field("staff_no", "工号", Kind.STAFF_NO, synonyms=("职工号", "教工号", "人员编号", "职工编号"), width=9),
        Field("name", "姓名", Kind.NAME, synonyms=("党员姓名", "干部姓名", "名字"), width=10),
        Field(
            "unit",
            "二级单位党组织",
            synonyms=("单位", "所在单位", "工作单位", "二级单位", "部门", "学院"),
            editable=False,
            width=18,
        ),
        Field("branch", "党支部", synonyms=("支部", "所在党支部"), editable=False, width=16),
        Field(
            "track",
            "报到类别",
            Kind.CHOICE,
            choices=TRACK,
            decisive=True,  # 三(三): the two tracks are never mixed
            synonyms=("类别", "报到类型", "报到方式", "报到性质"),
            width=13,
        ),
        _CHECKED_ON,
        *_COMMUNITY,
        Field(
            "place",
            "网格/岗位",
            synonyms=("网格", "岗位", "编入网格", "所在网格"),
            help="对方社区的叫法；联系社区的网格在“编入网格”里登记。",
            width=12,
        ),
        _HANDLER,
        _OUR_CONTACT,
        _LETTER_NO,
        _RECEIPT_ON,
        Field("state", "状态", Kind.CHOICE, choices=STATE, synonyms=("报到状态",), editable=False, width=10),
        Field("ended_on", "注销日期", Kind.DATE, synonyms=("注销时间",), shown=False, width=12),
        Field(
            "end_reason",
            "注销原因",
            Kind.CHOICE,
            code_list="archive_reason",
            synonyms=("注销事由",),
            shown=False,
            width=10,
        ),
        _NOTE,
    ),
)

UNIT_CHECKIN = EntitySpec(
    kind="unit_checkins",
    label="单位报到",
    table="checkin",
    natural_key=("unit", "checked_on"),
    fields=(
        Field(
            "unit",
            "单位",
            required=True,
            synonyms=("二级单位党组织", "所在单位", "工作单位", "二级单位", "党组织", "学院"),
            help="学校自己的报到写“学校”。",
            width=20,
        ),
        _CHECKED_ON,
        *_COMMUNITY,
        _OUR_CONTACT,
        _HANDLER,
        _LETTER_NO,
        _RECEIPT_ON,
        _NOTE,
    ),
)


@dataclass(frozen=True, slots=True)
class CheckinDraft:
    """One check-in as typed. `community` is a name or a uid; '' = that of the person's home (HOME), the linked one (ASSIGNED)."""

    cadre_uid: str
    track: str
    checked_on: str
    community: str = ""
    district: str = ""
    street: str = ""
    place: str = ""
    handler: str = ""
    our_contact: str = ""
    letter_no: str = ""
    receipt_on: str = ""
    note: str = ""
    ended_on: str = ""  # of a check-in that is over already, as sheets tell of
    end_reason: str = ""
    replace: bool = False  # an open check-in of the same track ends on the day of this one (迁居)
    source: str = "KEYED"


@dataclass(frozen=True, slots=True)
class GroupOutcome:
    """A group entry: the uids it made, and a sentence for each person it left."""

    made: tuple[str, ...]
    left: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class CheckinFilter:
    """What is asked of the list; all parts must hold. Who has no check-in (ABSENT) is no row here: see `absent_rows`."""

    unit_uid: str = ""
    branch_uid: str = ""
    track: str = ""
    community_uid: str = ""
    state: str = ""
    search: str = ""  # 工号 or name, community, handler
    cadre_uid: str = ""
    cadre_uids: tuple[str, ...] | None = None
    uids: tuple[str, ...] | None = None
