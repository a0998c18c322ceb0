"""报送台账: what units and branches must send, and what came; fields written once. 方案 三(三) 六(四)"""

from __future__ import annotations

from core.base.fields import EntitySpec, Field, Kind

LEVEL = (("UNIT", "二级单位党组织"), ("BRANCH", "党支部"))
LEVEL_LABEL = dict(LEVEL)
VERDICT = (("MISSING", "未报送"), ("ON_TIME", "按期"), ("LATE", "逾期"))
VERDICT_LABEL = dict(VERDICT)

POLICY_ON = "2020-08-03"  # 方案 印发: nothing was asked for before it

# 方案 五(一)2, 三(三), 三(七), 六(四): the calendar's defaults; a year's tasks are editable data.
DEFAULT_TASKS: tuple[tuple[str, str, str], ...] = (
    ("信息采集表", "UNIT", "08-10"),
    ("双报到情况", "BRANCH", "08-10"),
    ("上半年双报告", "BRANCH", "07-15"),
    ("下半年双报告", "BRANCH", "12-31"),
    ("考核评价表", "BRANCH", "12-31"),
    ("年度工作总结", "UNIT", "12-25"),
)

TASK = EntitySpec(
    kind="submission_tasks",
    label="报送事项",
    table="submission_task",
    natural_key=("year", "name"),
    fields=(
        Field("year", "年度", Kind.INT, required=True, synonyms=("年份",), width=7),
        Field("name", "报送事项", required=True, synonyms=("事项", "材料", "材料名称", "报送材料"), width=20),
        Field("level", "报送单位", Kind.CHOICE, required=True, choices=LEVEL, synonyms=("由谁报送", "层级"), width=14),
        Field("due_on", "截止日期", Kind.DATE, synonyms=("截止时间", "报送时限", "时限"), width=12),
        Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14),
    ),
)

SUBMISSION = EntitySpec(
    kind="submissions",
    label="报送记录",
    table="submission",
    natural_key=("year", "task", "unit", "branch", "version"),
    fields=(
        Field("year", "年度", Kind.INT, synonyms=("年份",), width=7),
        Field("task", "报送事项", required=True, synonyms=("事项", "材料", "材料名称", "报送材料"), width=18),
        Field(
            "unit",
            "二级单位党组织",
            required=True,
            synonyms=("单位", "所在单位", "二级单位", "报送单位", "学院"),
            width=20,
        ),
        Field("branch", "党支部", synonyms=("支部", "所在党支部"), width=18),
        Field(
            "version",
            "版次",
            Kind.INT,
            synonyms=("版本", "第几次"),
            help="登记时不填就是下一版，导入时不填就是第1版。",
            width=6,
        ),
        Field("sent_on", "报送日期", Kind.DATE, required=True, synonyms=("报送时间", "收到日期", "日期"), width=12),
        Field("sender", "报送人", synonyms=("经办人", "联系人"), personal=True, width=10),
        Field("form", "形式", Kind.CHOICE, code_list="submission_form", synonyms=("报送形式", "方式"), width=8),
        Field("file_name", "文件", synonyms=("文件名", "附件"), shown=False, width=20),
        Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14),
    ),
)
