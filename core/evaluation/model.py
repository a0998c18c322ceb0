"""考核评价: fields of one person's year, written once; what each step of a form's way is called. 方案 三(七) 七(一)3"""

from __future__ import annotations

from core.base.fields import EntitySpec, Field, Kind

GRADES = ("优秀", "合格", "基本合格", "不合格")
RATER_ROLES = ("社区“两委”成员", "社区工作人员", "社区网格员")  # 七(一)3
EXEMPT_REASONS = ("援派挂职", "长期病假", "产假", "脱产学习", "因公出国（境）", "年内调入", "其他")
DEFAULT_LISTS = {"grade": GRADES, "rater_role": RATER_ROLES, "exempt_reason": EXEMPT_REASONS}
"""What is offered where a ledger's own list is empty."""

WAY = (("printed", "已打印"), ("out", "已发出"), ("back", "已收回"))
WAY_LABEL = dict(WAY)
CAP_BASES = (("ALL", "党员总数"), ("ASSESSED", "参评党员数"), ("FULL", "正式党员数"))

EVALUATION = EntitySpec(
    kind="evaluations",
    label="考核评价",
    table="evaluation",
    natural_key=("year", "staff_no", "name"),
    fields=(
        Field("year", "年度", Kind.INT, synonyms=("考核年度", "年份"), help="不填就是台账的年度。", width=7),
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
        Field("times", "业余时间（次）", Kind.INT, editable=False, width=9),
        Field("minutes", "业余时间（小时）", Kind.MINUTES, editable=False, width=10),
        Field("verdict", "是否达标", editable=False, width=16),
        Field("duty_minutes", "组织派遣（小时）", Kind.MINUTES, editable=False, width=10),
        Field(
            "main_work",
            "主要服务情况",
            Kind.MEMO,
            synonyms=("主要工作", "服务情况"),
            help="没有填写时，评价表按服务记录生成。",
            shown=False,
            width=30,
        ),
        Field(
            "self_summary",
            "个人自评",
            Kind.MEMO,
            synonyms=("自评", "自我评价", "个人总结", "自我总结"),
            personal=True,
            shown=False,
            width=30,
        ),
        Field("next_plan", "下一年工作打算", Kind.MEMO, synonyms=("工作打算", "下年打算"), shown=False, width=24),
        Field(
            "community_rating",
            "社区评价等次",
            Kind.CHOICE,
            code_list="grade",
            synonyms=("社区等次", "社区评价", "社区评定", "社区评价等级"),
            width=10,
        ),
        Field(
            "community_remark",
            "社区评价意见",
            Kind.MEMO,
            synonyms=("社区意见", "社区评语"),
            says_none=True,
            help="没有意见写“无”；空着表示还不知道。",
            personal=True,
            width=20,
        ),
        Field("community_rater", "社区评价人", synonyms=("社区签字人",), shown=False, width=10),
        Field(
            "community_rater_role",
            "社区评价人身份",
            Kind.CHOICE,
            code_list="rater_role",
            synonyms=("评价人身份",),
            width=14,
        ),
        Field("community_rated_on", "社区评价日期", Kind.DATE, synonyms=("社区评价时间",), shown=False, width=12),
        Field(
            "branch_rating",
            "党支部评价等次",
            Kind.CHOICE,
            code_list="grade",
            synonyms=(
                "支部等次",
                "支部评价等次",
                "党支部评价",
                "支部评价",
                "支部评定",
                "支部评价等级",
                "党支部评价等级",
            ),
            width=10,
        ),
        Field(
            "branch_remark",
            "党支部评价意见",
            Kind.MEMO,
            synonyms=("支部意见", "支部评语", "支部评价意见"),
            says_none=True,
            help="没有意见写“无”；空着表示还不知道。",
            personal=True,
            width=20,
        ),
        Field("branch_rater", "党支部评价人", synonyms=("支部书记", "支部评价人"), shown=False, width=10),
        Field(
            "branch_rated_on",
            "党支部评价日期",
            Kind.DATE,
            synonyms=("支部评价日期", "党支部评价时间", "支部评价时间"),
            shown=False,
            width=12,
        ),
        Field(
            "overall_rating",
            "综合等次",
            Kind.CHOICE,
            code_list="grade",
            synonyms=("综合评定", "最终等次", "综合", "综合评价", "综合评价等次", "综合等级", "综合考评等次"),
            help="由人评定，程序不推算。",
            width=10,
        ),
        Field(
            "unit_remark",
            "单位审核意见",
            Kind.MEMO,
            synonyms=("审核意见", "二级单位审核意见"),
            says_none=True,
            shown=False,
            width=16,
        ),
        Field("unit_reviewed_on", "单位审核日期", Kind.DATE, synonyms=("审核日期",), shown=False, width=12),
        Field(
            "exempt_reason",
            "不纳入考核的原因",
            Kind.CHOICE,
            code_list="exempt_reason",
            synonyms=("免考原因", "不参加考核原因"),
            width=12,
        ),
        Field("exempt_by", "免考批准人", synonyms=("批准人",), shown=False, width=10),
        Field("exempt_on", "免考批准日期", Kind.DATE, synonyms=("批准日期",), shown=False, width=12),
        Field("printed_on", "打印日期", Kind.DATE, shown=False, width=12),
        Field("out_on", "发出日期", Kind.DATE, shown=False, width=12),
        Field("back_on", "收回日期", Kind.DATE, shown=False, width=12),
        Field("keyed_on", "录入日期", Kind.DATE, editable=False, shown=False, width=12),
        Field("keyed_by", "录入人", editable=False, shown=False, width=10),
        Field("checked_on", "二次录入一致日期", Kind.DATE, editable=False, shown=False, width=12),
        Field("checked_by", "二次录入人", editable=False, shown=False, width=10),
        Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14),
    ),
)


def named(name: str, staff_no: str) -> str:
    """'张伟（0001）' as lists and messages call a person; the name alone where there is no 工号."""
    return f"{name}（{staff_no}）" if staff_no else name


KEYED = (
    "community_rating", "community_remark", "community_rater", "community_rater_role", "community_rated_on",
    "branch_rating", "branch_remark", "branch_rater", "branch_rated_on", "overall_rating",
)  # fmt: skip
"""What a returned form says and somebody types from it: the second keying is of these."""
RATINGS = ("community_rating", "branch_rating", "overall_rating")
DAYS = tuple(one.key for one in EVALUATION.fields if one.kind is Kind.DATE and one.editable)
WRITTEN = tuple(
    one.key for one in EVALUATION.fields if one.editable and one.key not in (*EVALUATION.natural_key, "unit", "branch")
)
"""Columns that a form, a sheet or a command may fill."""
