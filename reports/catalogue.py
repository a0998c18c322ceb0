"""Everything that prints: the print centre, the command line and the tests read this one list."""

from __future__ import annotations

from core.base.errors import InvalidInput
from reports import confirm_sheet as sheets
from reports import people_forms as people
from reports import people_lists as lists
from reports.spec import ReportSpec

REPORTS: tuple[ReportSpec, ...] = (
    ReportSpec(
        "handbook",
        "纪实手册",
        "person",
        "《高校党员干部下沉社区工作纪实手册》，每人一册；空白手册只填个人信息，带到社区填写签字。",
        people.handbook_jobs,
        people.handbook_check,
        frozenset({"blank", "extra", "duplex", "split", "as_of"}),
        needs=(
            "sex", "nation", "birth_on", "party_status", "joined_on", "staff_no", "education", "title", "branch", "phone",
            "address",
        ),
        photo=True,
    ),
    ReportSpec(
        "handbook_pages",
        "纪实手册加页",
        "person",
        "空白的服务记录页，手册写满后续用，页首印有姓名和工号。",
        people.record_page_jobs,
        people.handbook_check,
        frozenset({"extra", "duplex", "split"}),
        needs=("staff_no",),
    ),
    ReportSpec(
        "evaluation",
        "考核评价表",
        "person",
        "《党员干部下沉社区考核评价表》，每人一张，双面；次数、时长和是否达标由服务记录计算。",
        people.evaluation_jobs,
        people.evaluation_check,
        frozenset({"blank", "duplex", "split", "as_of"}),
        needs=("sex", "birth_on", "party_status", "staff_no", "title", "branch", "phone", "community"),
    ),
    ReportSpec(
        "confirm_sheet",
        "待确认清单",
        "list",
        "按社区列出待确认的服务记录，社区党组织每页签一次，签好后按序号勾入。",
        sheets.confirm_sheet_jobs,
        sheets.confirm_sheet_check,
        frozenset({"sheet"}),
    ),
    ReportSpec(
        "roster_list",
        "花名册",
        "list",
        "名册中的党员干部，按单位或按姓氏笔画；张贴用的隐去手机号码等个人信息。",
        lists.roster_jobs,
        lists.glyph_check("roster"),
        frozenset({"split", "stroke", "public"}),
    ),
    ReportSpec(
        "quota_list",
        "服务情况汇总",
        "list",
        "每人本年度的次数、时长和是否达标，业余和派遣分列。",
        lists.quota_jobs,
        lists.glyph_check("quota"),
        frozenset({"split", "stroke", "as_of"}),
    ),
    ReportSpec(
        "shortfall_list",
        "未达标名单",
        "list",
        "在职党员干部中没有达到年度最低要求的人，差几次、差几小时。",
        lists.shortfall_jobs,
        lists.glyph_check("quota"),
        frozenset({"split", "stroke", "as_of"}),
    ),
    ReportSpec(
        "service_summary",
        "服务情况汇总（按单位）",
        "list",
        "各单位应考核、已达标人数和次数、时长，全校合计一行。",
        lists.summary_jobs,
        lists.glyph_check("quota"),
        frozenset({"as_of"}),
    ),
)  # fmt: skip


def report(form_id: str) -> ReportSpec:
    """The form with that id; InvalidInput lists all there are."""
    for one in REPORTS:
        if one.id == form_id:
            return one
    known = "、".join(f"{one.id}（{one.title}）" for one in REPORTS)
    raise InvalidInput({"form": f"没有名为“{form_id}”的表。可以打印的有：{known}。"})
