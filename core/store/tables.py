"""What every table declares: does it travel in packets, which fields mean something together, which are personal.

A conflict arises if both sides touch one field group. Decided in the first schema, since costly later.
"""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class TableSpec:
    """Declaration of one table. `label` is what the history calls its rows.

    `within`: the references that put a row into a part (a laptop's units or grids); () = it goes with every part.
    `stamped`: what is set from other records, not by people: never a conflict, set anew after a merge.
    `loose`: columns that hold the key of a row of one table or another, which the schema therefore cannot check.
    """

    name: str
    label: str
    travels: bool = True
    groups: tuple[tuple[str, ...], ...] = ()
    personal: tuple[str, ...] = ()
    within: tuple[str, ...] = ()
    stamped: tuple[str, ...] = ()
    loose: tuple[str, ...] = ()


_COMMUNITY_SAYS = (
    "community_rating",
    "community_remark",
    "community_rater",
    "community_rater_role",
    "community_rated_on",
)
_BRANCH_SAYS = ("branch_rating", "branch_remark", "branch_rater", "branch_rated_on")
_CHECKED = ("checked_on", "checked_by")  # the second keying vouches for what was keyed, in either block of the form
_PLACE = ("district", "street", "community", "address", "estate", "building", "entrance", "room")

RECORDED: tuple[TableSpec, ...] = (
    TableSpec("setting", "设置"),
    TableSpec("service_quota", "年度最低要求", groups=(("times", "minutes"),)),
    TableSpec("code_list", "选项"),
    TableSpec("community", "社区", groups=(("district", "street", "name"),)),
    TableSpec("grid", "网格", groups=(("name", "code", "archived_on"), ("outline", "archived_on"))),
    TableSpec("estate", "小区", groups=(("community_uid", "name"),)),
    TableSpec("building", "楼栋", groups=(("estate_uid", "name", "position"), ("grid_uid", "x", "y"))),
    TableSpec("entrance", "单元", groups=(("building_uid", "name", "position"),)),
    TableSpec(
        "grid_worker", "网格员", groups=(("from_on", "until_on"),), personal=("name", "phone"), within=("grid_uid",)
    ),
    TableSpec("map_plan", "平面图", groups=(("width", "height"),)),
    TableSpec("control_point", "控制点", groups=(("x", "y"), ("lon", "lat"))),
    TableSpec("unit", "二级单位党组织"),
    TableSpec("branch", "党支部", groups=(("unit_uid", "parent_uid"),)),
    TableSpec("name_alias", "别名", loose=("scope_uid", "target_uid")),
    TableSpec("contact", "联系人", personal=("name", "phone"), within=("unit_uid", "branch_uid")),
    TableSpec(
        "cadre",
        "党员干部",
        groups=(
            _PLACE,
            ("unit_uid", "branch_uid"),
            ("archived_on", "archive_reason"),
            ("name", "pinyin", "initials", "stroke_key"),
        ),
        personal=("staff_no", "name", "pinyin", "initials", "birth_on", "phone", "id_no", *_PLACE),
        within=("unit_uid",),
    ),
    TableSpec(
        "membership",
        "所属记录",
        groups=(("unit_uid", "branch_uid", "status", "party_status", "from_on", "until_on", "left_reason"),),
        within=("cadre_uid",),
    ),
    TableSpec("feedback", "社区反馈", personal=("content",), within=("cadre_uid",)),
    TableSpec(
        "volunteer",
        "志愿者",
        groups=(("name", "pinyin", "initials"), ("from_on", "until_on")),
        personal=("name", "pinyin", "initials", "phone", "address"),
        within=("grid_uid",),
    ),
    TableSpec(
        "grid_assignment",
        "编入网格",
        groups=(("grid_uid", "building_uid", "entrance"), ("from_on", "until_on")),
        within=("cadre_uid",),
    ),
    TableSpec("building_lead", "楼栋长", groups=(("from_on", "until_on"),), within=("cadre_uid",)),
    TableSpec("squad", "112小分队", groups=(("grid_uid", "name"), ("formed_on", "ended_on")), within=("grid_uid",)),
    TableSpec(
        "squad_member",
        "小分队成员",
        groups=(("role", "worker_uid", "cadre_uid", "volunteer_uid"), ("from_on", "until_on")),
        within=("squad_uid", "cadre_uid"),
    ),
    TableSpec(
        "checkin",
        "报到",
        groups=(("track", "community_uid", "place", "checked_on"), ("ended_on", "end_reason")),
        personal=("handler", "our_contact"),
        within=("cadre_uid", "unit_uid"),
    ),
    TableSpec("submission_task", "报送事项", groups=(("year", "name", "level"),)),
    TableSpec(
        "submission",
        "报送记录",
        groups=(("task_uid", "unit_uid", "branch_uid", "version"),),
        personal=("sender",),
        within=("unit_uid",),
    ),
    TableSpec("attachment", "附件", personal=("name",), within=("owner_uid",), loose=("owner_uid",)),
    TableSpec("confirm_sheet", "待确认清单"),
    TableSpec(
        "visit",
        "服务记录",
        groups=(
            ("served_on", "start_at", "end_at", "minutes", "track", "state", "state_reason"),
            ("confirm_method", "confirmed_by", "confirmed_on", "sheet_uid", "sheet_page", "sheet_row"),
            ("community", "place", "grid_uid"),
            ("unit_uid", "branch_uid", "home_grid_uid"),
        ),
        personal=("content", "confirmed_by"),
        within=("cadre_uid",),
        stamped=("unit_uid", "branch_uid", "home_grid_uid"),
    ),
    TableSpec("confirm_row", "待确认清单的行", within=("visit_uid",)),
    TableSpec(
        "evaluation",
        "考核评价",
        groups=(
            (*_COMMUNITY_SAYS, *_CHECKED),
            (*_BRANCH_SAYS, *_CHECKED),
            ("overall_rating", *_CHECKED),
            ("main_work", "drafted_text"),
            ("unit_remark", "unit_reviewed_on"),
            ("keyed_on", "keyed_by"),
            ("exempt_reason", "exempt_by", "exempt_on"),
        ),
        personal=("self_summary", "community_remark", "branch_remark"),
        within=("cadre_uid",),
    ),
    TableSpec(
        "half_year_report",
        "半年报告",
        groups=(
            ("times", "minutes", "main_work", "drafted_text"),
            ("times", "minutes", "reported_on", "occasion", "signed_by"),
        ),
        personal=("main_work", "drafted_text", "review", "plan"),
        within=("cadre_uid",),
    ),
    TableSpec(
        "commendation",
        "表彰",
        groups=(("year", "title", "given_by", "given_on", "letter_no"),),
        within=("cadre_uid",),
    ),
    TableSpec(
        "yearly_report", "年度报告", groups=(("text", "drafted_text", "drafted_on", "edited_on"),), within=("unit_uid",)
    ),
    TableSpec("issued_table", "报出台账", travels=False),
    TableSpec("closed_year", "结账", travels=False),
    TableSpec("year_figure", "结账数据", travels=False, personal=("name", "figures")),
    TableSpec("archive_item", "归档文件", travels=False, personal=("title", "file_name")),
    TableSpec("archive_list", "校验清单", travels=False, personal=("sums",)),
    TableSpec("point_rule", "积分规则", groups=(("measure", "category", "rating", "points", "most"),)),
    TableSpec("star_level", "星级"),
    TableSpec("form_text", "表格文字", groups=(("text", "version"),)),
    TableSpec("import_seen", "导入原值", travels=False, personal=("sheet_values",)),
    # what is known of the copies outside: recorded, so that undoing a merge brings it back too
    TableSpec("peer", "带出的数据", travels=False, personal=("holder", "holder_phone")),
    TableSpec("peer_row", "对方的原值", travels=False, personal=("image",)),
    TableSpec("peer_cadre", "带出的人员", travels=False),
    TableSpec("packet", "数据包", travels=False, personal=("authors",)),
    TableSpec("conflict", "待定事项", travels=False, personal=("base", "theirs", "ours", "text")),
    TableSpec("row_alias", "合为一条的记录", travels=False),
    TableSpec("operator", "经办人", travels=False, personal=("name",)),
)

DERIVED = ("visit_tally", "person_tally")
"""Tables worked out from the others before each COMMIT."""

DERIVED_RULE = "derived_rule"
"""Key in `local`: by which version of the rules the derived tables were worked out."""

LOCAL = ("local", "blob", "history", "history_row", *DERIVED, "identity", "reveal")
"""Tables that stay on this machine and outside history."""

NAMES = frozenset(one.name for one in RECORDED)


def table(name: str) -> TableSpec:
    """The declaration of table `name`; KeyError if it has none."""
    for one in RECORDED:
        if one.name == name:
            return one
    raise KeyError(name)
