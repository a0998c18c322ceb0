"""A step in words: which rows it changed, each field with its Chinese label, before and after. No Qt here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

from core.base.dates import format_date, format_hours
from core.base.fields import Field, Kind
from core.checkin.model import CHECKIN, SCHOOL, UNIT_CHECKIN
from core.entities import PLAIN
from core.org.model import BRANCH, CONTACT, UNIT
from core.roster.model import CADRE
from core.service_log.model import VISIT
from core.store import Reads
from core.store.history import RowChange
from core.store.tables import table
from ui.pages.settings_fields import SETTING_LABELS, SWITCHES, list_label

MOST_ROWS = 300
OPS = {"insert": "新增", "update": "修改", "delete": "删除"}
DERIVED = frozenset({"uid", "pinyin", "initials", "stroke_key", "stood", "sha256", "group_uid", "source"})
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
}
_WHOSE = "(SELECT name FROM cadre WHERE cadre.uid = {0}.cadre_uid)"
_DAY = "substr({0}, 1, 4) || '年' || CAST(substr({0}, 6, 2) AS INTEGER) || '月' || CAST(substr({0}, 9, 2) AS INTEGER) || '日'"
NAME_OF = {
    "unit": "name",
    "branch": "name",
    "community": "name",
    "grid": "name",
    "confirm_sheet": "sheet_no",
    "cadre": "name || CASE WHEN staff_no = '' THEN '' ELSE '（' || staff_no || '）' END",
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
}


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field of a row."""

    label: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class RowWords:
    """One row of a step: what it is, what was done to it, field by field."""

    title: str  # 党员干部 张伟（0012）
    op: str  # 新增, 修改, 删除
    fields: tuple[FieldChange, ...]


def step_words(reads: Reads, changes: Iterable[RowChange], most: int = MOST_ROWS) -> list[RowWords]:
    """The rows of a step as a person reads them, the first `most` of them; names are looked up together."""
    shown = list(changes)[:most]
    names = _names(reads, shown)
    return [RowWords(_title(one, names), OPS[one.op], tuple(_fields(one, names))) for one in shown]


def row_label(reads: Reads, name: str, uid: str) -> str:
    """'党员干部 张伟（0012）' of a row as it is now (what a partial undo kept)."""
    found = _looked_up(reads, name, [uid]).get(uid, "")
    return f"{table(name).label} {found or _own_name(name, uid, {})}".strip()


def reason_words(name: str, reason: str) -> str:
    """'后来又改过：phone、note' with the labels of the fields."""
    words, _, keys = reason.partition("：")
    if not keys:
        return words
    return f"{words}：{'、'.join(label_of(name, key) for key in keys.split('、'))}"


def label_of(name: str, key: str) -> str:
    """The Chinese label of a column: of the field spec where there is one."""
    fields = _fields_of(name)
    spec = fields.get(key) or fields.get(key.removesuffix("_uid"))  # grid_uid is what forms call grid
    return spec.label if spec is not None else LABELS.get(key, key)


@lru_cache(maxsize=32)
def _fields_of(name: str) -> dict[str, Field]:
    return {one.key: one for one in SPECS[name].fields} if name in SPECS else {}


def _fields(change: RowChange, names: Mapping[tuple[str, str], str]) -> Iterable[FieldChange]:
    for key in change.after or change.before:
        if key in DERIVED:
            continue
        before = _text(change, key, change.before, names) if change.op != "insert" else ""
        after = _text(change, key, change.after, names) if change.op != "delete" else ""
        if before != after:
            yield FieldChange(label_of(change.table, key), before, after)


def _text(change: RowChange, key: str, values: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> str:
    value = values.get(key)
    if value is None or value == "":
        return ""
    if key in REFERENCES:
        return names.get((REFERENCES[key], str(value)), "（已不在）")
    field = _fields_of(change.table).get(key)
    if (field is not None and field.kind in (Kind.DATE, Kind.MONTH)) or key.endswith("_on"):
        return format_date(str(value))
    if key == "minutes":
        return format_hours(int(value))
    if field is not None:
        return field.text(value)
    if key in ("active", "linked") or (change.table == "setting" and change.uid in SWITCHES):
        return "是" if str(value) == "1" else "否"
    if key == "outline":
        return f"{str(value).count('[') - 1}个角点"
    if key == "owner_table":
        return table(str(value)).label
    if key == "sheet_values":
        return _sheet_values(str(value))
    return str(value)


def _sheet_values(text: str) -> str:
    try:
        found = json.loads(text)
    except ValueError:
        return text
    return "，".join(f"{label_of('cadre', key)} {value}" for key, value in found.items() if value)


def _title(change: RowChange, names: Mapping[tuple[str, str], str]) -> str:
    known = names.get((change.table, change.uid), "")
    return f"{table(change.table).label} {known or _own_name(change.table, change.uid, _whole(change), names)}".strip()


def _whole(change: RowChange) -> dict[str, Any]:
    return {**change.before, **change.after}


def _own_name(
    name: str, uid: str, values: Mapping[str, Any], names: Mapping[tuple[str, str], str] | None = None
) -> str:
    """What a row that is not (or no longer) there is called, from its own values."""
    if name == "setting":
        return SETTING_LABELS.get(uid, uid)
    if name == "service_quota":
        return "默认" if uid == "default" else f"{uid}年"
    if name == "code_list":
        return f"{list_label(uid.partition(':')[0])}：{uid.partition(':')[2]}"
    if name == "form_text":
        return uid
    whose = _whose(name, values, names or {})
    day = format_date(str(values.get("served_on") or values.get("checked_on") or ""))
    own = str(values.get("name") or values.get("sheet_no") or values.get("alias") or "")
    staff_no = f"（{values['staff_no']}）" if values.get("staff_no") else ""
    return " ".join(part for part in (whose, day, own + staff_no) if part)


def _whose(name: str, values: Mapping[str, Any], names: Mapping[tuple[str, str], str]) -> str:
    """Whose row it is: a person's, or what a unit or branch did itself."""
    keys = ("cadre_uid", "worker_uid", "volunteer_uid")
    if name in ("submission", "checkin") and not values.get("cadre_uid"):
        keys = ("unit_uid", "branch_uid")
    found = "".join(names.get((REFERENCES[key], str(values[key])), "") for key in keys if values.get(key))
    return found or (SCHOOL if name == "checkin" and values.get("track") else "")


def _names(reads: Reads, changes: Iterable[RowChange]) -> dict[tuple[str, str], str]:
    wanted: dict[str, set[str]] = {}
    for one in changes:
        if one.table in NAME_OF:
            wanted.setdefault(one.table, set()).add(one.uid)
        for values in (one.before, one.after):
            for key, name in REFERENCES.items():
                if values.get(key):
                    wanted.setdefault(name, set()).add(str(values[key]))
        if one.op == "update":
            _owner(reads, one, wanted)
    found: dict[tuple[str, str], str] = {}
    for name, uids in wanted.items():
        found |= {(name, uid): words for uid, words in _looked_up(reads, name, sorted(uids)).items()}
    return found


def _owner(reads: Reads, change: RowChange, wanted: dict[str, set[str]]) -> None:
    """An update names only what changed: whose row it is is looked up."""
    if change.table in ("membership", "evaluation", "feedback"):
        uid = reads.value(f"SELECT cadre_uid FROM {change.table} WHERE uid = ?", (change.uid,))
        if uid:
            change.before.setdefault("cadre_uid", uid)
            change.after.setdefault("cadre_uid", uid)
            wanted.setdefault("cadre", set()).add(str(uid))


def _looked_up(reads: Reads, name: str, uids: list[str]) -> dict[str, str]:
    if name not in NAME_OF:
        return {}
    found: dict[str, str] = {}
    for start in range(0, len(uids), 500):
        chunk = uids[start : start + 500]
        marks = ", ".join("?" * len(chunk))
        found |= dict(reads.tuples(f"SELECT uid, {NAME_OF[name]} FROM {name} WHERE uid IN ({marks})", chunk))
    return found
