"""Units, branches (a tree) and the phone book."""

from __future__ import annotations

from core.base.fields import EntitySpec, Field, Kind

STATUS = (("ACTIVE", "在职"), ("RETIRED", "离退休"), ("OTHER", "其他"))

UNIT = EntitySpec(
    kind="units",
    label="二级单位党组织",
    table="unit",
    natural_key=("name",),
    fields=(
        Field("name", "单位名称", required=True, synonyms=("二级单位党组织", "单位", "党组织名称"), width=22),
        Field("short_name", "简称", width=12),
        Field("position", "序号", Kind.INT, width=6),
        Field("default_status", "人员默认状态", Kind.CHOICE, choices=STATUS, width=12),
        Field("note", "备注", Kind.MEMO, width=20),
    ),
)

BRANCH = EntitySpec(
    kind="branches",
    label="党支部",
    table="branch",
    natural_key=("unit", "name"),
    fields=(
        Field("unit", "二级单位党组织", required=True, synonyms=("单位", "所属党组织"), width=22),
        Field("name", "支部名称", required=True, synonyms=("党支部", "支部"), width=20),
        Field("parent", "上级支部", width=16),
        Field("position", "序号", Kind.INT, width=6),
        Field("note", "备注", Kind.MEMO, width=20),
    ),
)

CONTACT = EntitySpec(
    kind="contacts",
    label="通讯录",
    table="contact",
    natural_key=("unit", "branch", "community", "role", "name"),
    fields=(
        Field("unit", "二级单位党组织", synonyms=("单位",), width=22),
        Field("branch", "党支部", synonyms=("支部",), width=18),
        Field("community", "社区", width=14),
        Field(
            "role", "身份", Kind.CHOICE, code_list="contact_role", required=True, synonyms=("职务", "角色"), width=10
        ),
        Field("name", "姓名", Kind.NAME, required=True, width=10),
        Field("phone", "电话", Kind.PHONE, synonyms=("手机", "联系电话", "手机号码"), personal=True, width=14),
        Field("office", "办公室", width=14),
        Field("note", "备注", Kind.MEMO, width=16),
    ),
)
