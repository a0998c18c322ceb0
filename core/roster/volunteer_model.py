"""志愿者: fields of the roster of volunteers, written once; form, list, import and export read them. 方案 三(一)"""

from __future__ import annotations

from core.base.codes import SEX
from core.base.fields import EntitySpec, Field, Kind

VOLUNTEER = EntitySpec(
    kind="volunteers",
    label="志愿者",
    table="volunteer",
    natural_key=("name", "phone"),
    fields=(
        Field("name", "姓名", Kind.NAME, required=True, synonyms=("名字", "志愿者姓名", "志愿者"), width=10),
        Field("sex", "性别", Kind.CHOICE, choices=SEX, width=5),
        Field(
            "phone",
            "手机",
            Kind.PHONE,
            synonyms=("联系电话", "手机号码", "手机号", "电话", "联系方式"),
            personal=True,
            width=13,
        ),
        Field("kind", "类别", Kind.CHOICE, code_list="volunteer_kind", synonyms=("志愿者类别", "人员类别"), width=9),
        Field("employer", "工作单位", synonyms=("单位", "所在单位", "物业公司", "学校"), width=16),
        Field("address", "住址", synonyms=("家庭住址", "地址", "居住地址"), personal=True, width=20),
        Field("grid", "网格", synonyms=("所属网格", "所在网格", "服务网格"), width=10),
        Field("skills", "专业特长", Kind.MULTI, code_list="skills", synonyms=("特长", "专长"), width=18),
        Field(
            "free_time",
            "可服务时段",
            Kind.MULTI,
            code_list="free_time",
            synonyms=("可服务时间", "空闲时间", "服务时间段"),
            width=16,
        ),
        Field("from_on", "加入日期", Kind.DATE, synonyms=("登记日期", "注册日期"), shown=False, width=11),
        Field(
            "until_on",
            "退出日期",
            Kind.DATE,
            decisive=True,  # left out, who has gone would still be there
            help="在队的最后一天；空着表示还在。",
            shown=False,
            width=11,
        ),
        Field("note", "备注", Kind.MEMO, synonyms=("说明",), shown=False, width=14),
    ),
)
