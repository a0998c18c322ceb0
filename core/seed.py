"""Editable data of a new ledger: the policy's defaults (方案), never constants in code."""

from __future__ import annotations

from core.base.clock import today
from core.evaluation.model import EXEMPT_REASONS, GRADES, RATER_ROLES
from core.place.spelling import community_parts
from core.service_log.categories import DEFAULT_EMERGENCY
from core.service_log.doubts import WORK_HOURS
from core.service_log.model import SERVED
from core.store import Tx

QUOTA = (
    ("default", 5, 1200, "方案 五(三)3：每年至少5次、不少于20小时"),
    ("2020", 3, 720, "方案 五(三)3：今年至少3次、不少于12小时"),
)

Place = tuple[str, str, str]
"""区, 街道, 社区."""
LINKED: dict[str, Place] = {
    "湖北经济学院": ("江夏区", "藏龙岛街道", "经院社区")
}  # 三(三): of the school that wrote 方案

SETTINGS = {
    "org_name": "",
    "year": "",
    "linked_community": "",
    "linked_street": "",
    "linked_district": "",
    "own_time_in_linked_counts": "1",  # 三(三): own-time service in 经院社区 of people who live elsewhere
    "late_after_days": "7",  # 补录
    "same_day_visits_count_each": "1",
    "work_hours": WORK_HOURS,
    "issuer": "党委组织部",
    "checkin_due": "08-10",  # 方案 五(一)2: 8月10日前 双报到
}

LISTS: dict[str, tuple[str, ...]] = {
    # 方案 四(三): the six duties of a cadre are the service categories
    "category": (
        "宣传政策",
        "联系服务群众",
        "民主议事",
        "一般志愿服务",
        "专业志愿服务",
        "维护和谐稳定",
        "处理突发事件",
    ),
    "emergency_category": DEFAULT_EMERGENCY,  # 七(三)1: what counts as 战时
    "confirm_method": ("社区党组织", SERVED),  # 三(六)
    "grade": GRADES,
    "rater_role": RATER_ROLES,
    "exempt_reason": EXEMPT_REASONS,
    "party_status": ("中共党员", "中共预备党员"),
    "education": ("博士研究生", "硕士研究生", "研究生", "大学本科", "大学专科", "中专", "高中及以下"),
    "degree": ("博士", "硕士", "学士", "无"),
    "contact_role": ("书记", "副书记", "联络员", "支部书记", "组织委员", "社区书记", "社区主任", "经办人", "网格员"),
    "skills": (
        "法律咨询",
        "心理咨询",
        "健康义诊",
        "财税咨询",
        "科普宣讲",
        "英语辅导",
        "电脑维修",
        "水电维修",
        "矛盾调解",
        "文艺演出",
        "合唱",
        "书法",
        "摄影",
        "乒乓球",
    ),
    "hobbies": ("书法", "摄影", "合唱", "乒乓球", "羽毛球", "阅读", "园艺"),
    # 方案 四(三)4
    "willingness": (
        "环境整治",
        "义务护绿",
        "治安巡逻",
        "交通值守",
        "宣传政策",
        "物资运送",
        "结对帮扶",
        "健康义诊",
        "心理咨询",
        "科普宣传",
        "应急处突",
    ),
    "free_time": ("工作日晚上", "周六上午", "周六下午", "周日上午", "周日下午", "寒暑假", "节假日"),
    "volunteer_kind": ("居民", "物业人员", "学生", "其他"),  # 三(一): 志愿服务队
    "worker_duty": ("网格员", "网格长", "社区工作者"),
    "submission_form": ("电子", "纸质"),
    "archive_reason": ("调离", "退休", "迁居", "去世", "其他"),
    "nation": (
        "汉族",
        "蒙古族",
        "回族",
        "藏族",
        "维吾尔族",
        "苗族",
        "彝族",
        "壮族",
        "布依族",
        "朝鲜族",
        "满族",
        "侗族",
        "瑶族",
        "白族",
        "土家族",
        "哈尼族",
        "哈萨克族",
        "傣族",
        "黎族",
        "傈僳族",
        "佤族",
        "畲族",
        "高山族",
        "拉祜族",
        "水族",
        "东乡族",
        "纳西族",
        "景颇族",
        "柯尔克孜族",
        "土族",
        "达斡尔族",
        "仫佬族",
        "羌族",
        "布朗族",
        "撒拉族",
        "毛南族",
        "仡佬族",
        "锡伯族",
        "阿昌族",
        "普米族",
        "塔吉克族",
        "怒族",
        "乌孜别克族",
        "俄罗斯族",
        "鄂温克族",
        "德昂族",
        "保安族",
        "裕固族",
        "京族",
        "塔塔尔族",
        "独龙族",
        "鄂伦春族",
        "赫哲族",
        "门巴族",
        "珞巴族",
        "基诺族",
        "其他",
    ),
}


def linked_place(org_name: str, told: Place | None = None) -> Place:
    """The 联系社区 of a school as told, its parts written apart; that of 方案 for the school itself where nothing is told."""
    if told is None or not any(told):
        return LINKED.get(org_name.strip(), ("", "", ""))
    district, street, name = (part.strip() for part in told)
    parts = community_parts("".join(name.split()))
    return district or parts[0], street or parts[1], parts[2]


def seed(tx: Tx, org_name: str, year: int, linked: Place | None = None) -> None:
    """Fill a new ledger: settings, minimum by year, lists, the linked community (see `linked_place`)."""
    place = dict(zip(("district", "street", "name"), linked_place(org_name, linked), strict=True))
    settings = {**SETTINGS, "org_name": org_name, "year": str(year), "begun_on": today().isoformat()}
    settings |= {f"linked_{'community' if key == 'name' else key}": text for key, text in place.items()}
    tx.insert_many("setting", [{"uid": key, "value": value} for key, value in settings.items()])
    tx.insert_many(
        "service_quota",
        [{"uid": uid, "times": times, "minutes": minutes, "note": note} for uid, times, minutes, note in QUOTA],
    )
    # A fixed uid per value: two ledgers seeded apart do not clash when merged.
    rows = [
        {"uid": f"{name}:{value}", "list": name, "value": value, "position": number}
        for name, values in LISTS.items()
        for number, value in enumerate(values, start=1)
    ]
    tx.insert_many("code_list", rows)
    if place["name"]:
        tx.insert("community", {"uid": "linked", **place, "linked": 1})
