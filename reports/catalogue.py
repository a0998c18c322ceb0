"""Everything that prints: the print centre, the command line and the tests read this one list."""

from __future__ import annotations

from core.base.errors import InvalidInput
from reports import people_forms as people
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
)  # fmt: skip


def report(form_id: str) -> ReportSpec:
    """The form with that id; InvalidInput lists all there are."""
    for one in REPORTS:
        if one.id == form_id:
            return one
    known = "、".join(f"{one.id}（{one.title}）" for one in REPORTS)
    raise InvalidInput({"form": f"没有名为“{form_id}”的表。可以打印的有：{known}。"})
