"""What rows and columns are called in Chinese, for everything that no form's field spec names: the tables behind core/words.py."""

from __future__ import annotations

from core.archive.model import ARCHIVE_ITEM, ARCHIVE_LIST, CLOSED_YEAR, YEAR_FIGURE
from core.base.rights import ROLE_LABEL
from core.checkin.model import CHECKIN, SCHOOL, UNIT_CHECKIN
from core.entities import PLAIN
from core.exchange.model import KIND, PACKET, PEER, TAKEN
from core.org.model import BRANCH, CONTACT, STATUS, UNIT
from core.overview.model import ISSUED
from core.reporting.model import HALF_YEAR, YEARLY
from core.roster.model import CADRE
from core.service_log.model import VISIT

BOOKKEEPING = ("peer_row", "peer_cadre")
"""Rows about packets that mean nothing to a person: counted in one line."""
LAST = ("peer", "packet", "conflict", "row_alias")
"""Told after the records of people: what a merge wrote about itself."""
DERIVED = frozenset(
    {"uid", "pinyin", "initials", "stroke_key", "stood", "sha256", "group_uid", "source", "drafted_text"}
)
UNTOLD: dict[str, frozenset[str]] = {
    "peer": frozenset({"key", "instance", "mark_seq", "sent_no", "got_no"}),
    "packet": frozenset({"seq", "answers", "withheld", "authors"}),
    "conflict": frozenset({"packet_uid", "row_uid", "base", "theirs", "ours", "other_uid"}),
    "row_alias": frozenset({"image"}),
    "operator": frozenset({"login_id"}),
    "year_figure": frozenset({"subject_uid", "figures"}),
    "archive_list": frozenset({"base", "sums"}),
}
"""Columns no person reads: keys, counters, whole rows kept as they were."""
REFERENCES = {
    "unit_uid": "unit",
    "branch_uid": "branch",
    "parent_uid": "branch",
    "cadre_uid": "cadre",
    "community_uid": "community",
    "grid_uid": "grid",
    "home_grid_uid": "grid",
    "sheet_uid": "confirm_sheet",
    "visit_uid": "visit",
    "target_uid": "unit",
    "estate_uid": "estate",
    "building_uid": "building",
    "squad_uid": "squad",
    "worker_uid": "grid_worker",
    "volunteer_uid": "volunteer",
    "task_uid": "submission_task",
    "plan_uid": "map_plan",
    "peer_uid": "peer",
}
UID_LISTS = {("peer", "units"): "unit", ("peer", "grids"): "grid"}
"""Columns that hold a JSON list of uids, and of which table."""
_WHOSE = "(SELECT name FROM cadre WHERE cadre.uid = {0}.cadre_uid)"
_DAY = "substr({0}, 1, 4) || '年' || CAST(substr({0}, 6, 2) AS INTEGER) || '月' || CAST(substr({0}, 9, 2) AS INTEGER) || '日'"
_PERSON = "name || CASE WHEN staff_no = '' THEN '' ELSE '（' || staff_no || '）' END"
NAME_OF = {
    "unit": "name",
    "branch": "name",
    "community": "name",
    "grid": "name",
    "confirm_sheet": "sheet_no",
    "confirm_row": "(SELECT sheet_no FROM confirm_sheet s WHERE s.uid = confirm_row.sheet_uid) || ' 第' || number || '号'"
    " || (SELECT ' ' || name FROM cadre JOIN visit ON cadre.uid = visit.cadre_uid WHERE visit.uid = confirm_row.visit_uid)",
    "cadre": _PERSON,
    **{
        one: f"(SELECT {_PERSON} FROM cadre WHERE cadre.uid = {one}.cadre_uid)"
        for one in ("membership", "evaluation", "feedback")
    },
    "contact": "name",
    "attachment": f"coalesce((SELECT {_PERSON} FROM cadre WHERE cadre.uid = owner_uid) || ' ', '') || attachment.name",
    "visit": f"{_WHOSE.format('visit')} || ' ' || {_DAY.format('served_on')}",
    "checkin": f"coalesce({_WHOSE.format('checkin')}, (SELECT name FROM unit WHERE unit.uid = checkin.unit_uid), '{SCHOOL}') "
    f"|| ' ' || {_DAY.format('checked_on')}",
    "estate": "name",
    "building": "(SELECT name FROM estate WHERE estate.uid = building.estate_uid) || name",
    "entrance": "(SELECT estate.name || building.name FROM building JOIN estate ON estate.uid = estate_uid "
    "WHERE building.uid = entrance.building_uid) || name",
    "grid_worker": "name",
    "volunteer": "name",
    "squad": "(SELECT name FROM grid WHERE grid.uid = squad.grid_uid) || name",
    "map_plan": "(SELECT name FROM community WHERE community.uid = map_plan.community_uid)",
    "control_point": "name",
    "submission_task": "year || '年' || name",
    "submission": "(SELECT name FROM unit WHERE unit.uid = submission.unit_uid) || "
    "coalesce((SELECT name FROM branch WHERE branch.uid = submission.branch_uid), '')",
    "half_year_report": f"{_WHOSE.format('half_year_report')} || ' ' || year || '年' || iif(half = 1, '上', '下') || '半年'",
    "yearly_report": "year || '年' || title",
    "commendation": f"{_WHOSE.format('commendation')} || ' ' || year || '年' || title",
    "peer": "name",
    "packet": "(SELECT name FROM peer WHERE peer.uid = packet.peer_uid) || ' 第' || number || '包'",
    "conflict": "'第' || number || '条'",
    "operator": "name",
    "closed_year": "uid || '年'",
    "year_figure": "name",
    "archive_item": f"item_no || coalesce(' ' || {_WHOSE.format('archive_item')}, '')",
    "archive_list": "folder",
    "point_rule": "name",
    "star_level": "name",
    **{one: _WHOSE.format(one) for one in ("grid_assignment", "building_lead")},
    "squad_member": "coalesce((SELECT name FROM cadre WHERE cadre.uid = cadre_uid), "
    "(SELECT name FROM grid_worker WHERE grid_worker.uid = worker_uid), "
    "(SELECT name FROM volunteer WHERE volunteer.uid = volunteer_uid))",
}
SPECS = {
    "cadre": CADRE,
    "visit": VISIT,
    "unit": UNIT,
    "branch": BRANCH,
    "contact": CONTACT,
    "checkin": CHECKIN,
    "peer": PEER,
    "packet": PACKET,
    "issued_table": ISSUED,
    "half_year_report": HALF_YEAR,
    "yearly_report": YEARLY,
    "closed_year": CLOSED_YEAR,
    "year_figure": YEAR_FIGURE,
    "archive_item": ARCHIVE_ITEM,
    "archive_list": ARCHIVE_LIST,
    **{one.spec.table: one.spec for kind, one in PLAIN.items() if kind != UNIT_CHECKIN.kind},
}
# columns no field spec names: they have no form, or belong to tables without one
LABELS = {
    "unit_uid": "单位",
    "branch_uid": "党支部",
    "parent_uid": "上级支部",
    "cadre_uid": "人员",
    "community_uid": "社区",
    "grid_uid": "网格",
    "home_grid_uid": "编入网格",
    "sheet_uid": "待确认清单",
    "sheet_page": "清单页",
    "sheet_row": "清单行",
    "visit_uid": "服务记录",
    "target_uid": "指的是",
    "archived_on": "归档日期",
    "archive_reason": "归档原因",
    "left_reason": "离开原因",
    "position": "次序",
    "from_on": "从",
    "until_on": "到",
    "reason": "原因",
    "note": "备注",
    "name": "名称",
    "value": "内容",
    "list": "选项表",
    "active": "可选用",
    "times": "最低次数",
    "minutes": "时长（小时）",
    "text": "文字",
    "version": "版本",
    "alias": "另一写法",
    "kind": "类别",
    "scope_uid": "所属单位",
    "district": "区",
    "street": "街道",
    "community": "社区",
    "linked": "联系社区",
    "code": "编号",
    "sheet_no": "清单编号",
    "year": "年度",
    "made_on": "制表日期",
    "rows_per_page": "每页行数",
    "number": "序号",
    "page": "页",
    "row": "行",
    "given_on": "反馈日期",
    "given_by": "反馈人",
    "content": "内容",
    "owner_table": "属于",
    "owner_uid": "所属记录",
    "role": "用途",
    "media": "文件类型",
    "size": "大小",
    "added_at": "加入时间",
    "written_on": "登记日期",
    "state_reason": "状态说明",
    "arranged_by": "事前衔接",
    "sheet_values": "表中原值",
    "file": "文件",
    "seen_at": "导入时间",
    "main_work": "主要服务情况",
    "self_summary": "个人自评",
    "next_plan": "下一年工作打算",
    "community_rating": "社区评价等次",
    "community_remark": "社区评价意见",
    "community_rater": "社区评价人",
    "community_rater_role": "社区评价人身份",
    "community_rated_on": "社区评价日期",
    "branch_rating": "党支部评价等次",
    "branch_remark": "党支部评价意见",
    "branch_rater": "党支部评价人",
    "branch_rated_on": "党支部评价日期",
    "overall_rating": "综合等次",
    "exempt_reason": "不纳入考核的原因",
    "exempt_by": "批准人",
    "exempt_on": "批准日期",
    "building_uid": "楼栋",
    "estate_uid": "小区",
    "squad_uid": "小分队",
    "worker_uid": "网格员",
    "volunteer_uid": "志愿者",
    "task_uid": "报送事项",
    "plan_uid": "底图",
    "outline": "边界",
    "width": "宽",
    "height": "高",
    "datum": "坐标系",
    "lon": "经度",
    "lat": "纬度",
    "x": "图上横坐标",
    "y": "图上纵坐标",
    "peer_uid": "设备或单位",
    "units": "单位",
    "grids": "网格",
    "left_out": "不带出的内容",
    "tbl": "哪一类",
    "fields": "哪几项",
    "their_by": "对方经办人",
    "their_at": "对方修改时间",
    "our_by": "这边经办人",
    "our_at": "这边修改时间",
    "state": "状态",
    "taken": "处理",
    "settled_by": "处理人",
    "settled_at": "处理时间",
    "kept_uid": "保留的一条",
    "left_on": "离岗日期",
}
OWN_LABELS = {
    ("operator", "name"): "姓名",
    ("operator", "role"): "权限",
    ("conflict", "number"): "第几条",
    ("conflict", "text"): "说明",
    ("conflict", "kind"): "情况",
    ("packet", "size"): "大小（字节）",
    **{("membership", key): CADRE.field(key).label for key in ("status", "party_status")},
    ("building", "x"): "图上横坐标",  # sheets call them x and y
    ("building", "y"): "图上纵坐标",
}
"""Where one table calls a column otherwise than the rest does."""
CHOICES: dict[tuple[str, str], dict[str, str]] = {
    ("membership", "status"): dict(STATUS),
    ("conflict", "kind"): dict(KIND),
    ("conflict", "taken"): dict(TAKEN),
    ("conflict", "state"): {"OPEN": "待定", "SETTLED": "已处理"},
    ("operator", "role"): {str(role): label for role, label in ROLE_LABEL.items()},
}
"""Codes of columns without a field spec."""
