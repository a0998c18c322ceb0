"""Everything that prints: the print centre, the command line and the tests read this one list."""

from __future__ import annotations

from core.base.errors import InvalidInput
from reports import checkin_forms as checkin
from reports import checkin_lists, grid_lists, grid_papers, handover
from reports import confirm_sheet as sheets
from reports import exchange_lists as exchange
from reports import id_cards as cards
from reports import people_forms as people
from reports import people_lists as lists
from reports import submission_list as submissions
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
        "checkin_form",
        "信息采集表",
        "person",
        "《党员干部下沉村、社区报到信息采集表》，每人一页；选“全校”印空白表时是一张不署名的空表，供复印分发。",
        checkin.checkin_form_jobs,
        checkin.checkin_form_check,
        frozenset({"blank", "split", "as_of", "empty"}),
        needs=(
            "sex", "nation", "birth_on", "party_status", "joined_on", "staff_no", "education", "title", "branch", "phone",
            "community",
        ),
    ),
    ReportSpec(
        "checkin_slip",
        "报到单",
        "person",
        "带到社区报到用，每个社区一张：上半是给社区的介绍，下半是社区盖章交回的回执。",
        checkin.checkin_slip_jobs,
        checkin.checkin_slip_check,
        frozenset({"split", "as_of"}),
        needs=("sex", "party_status", "staff_no", "phone", "community"),
    ),
    ReportSpec(
        "checkin_letter",
        "单位报到函",
        "list",
        "学校和二级单位党组织向社区报到的函，附回执；不选单位时印学校和已登记报到的各单位。",
        checkin.checkin_letter_jobs,
        checkin.checkin_letter_check,
        frozenset({"as_of"}),
        whom=frozenset({"unit"}),
    ),
    ReportSpec(
        "checkin_status",
        "报到情况一览表",
        "list",
        "各单位或各党支部应报到、已报到、按期、逾期、未报到人数和报到率，全校合计一行。",
        checkin_lists.checkin_status_jobs,
        checkin_lists.checkin_status_check,
        frozenset({"as_of"}),
        whom=frozenset({"unit"}),
        ways=(("unit", "按单位"), ("branch", "按党支部")),
    ),
    ReportSpec(
        "checkin_missing",
        "催报名单",
        "list",
        "在职党员干部中还没有个人报到的人，可以每单位一份，附联系人，催报用。",
        checkin_lists.checkin_missing_jobs,
        checkin_lists.checkin_missing_check,
        frozenset({"split", "stroke", "public", "as_of"}),
    ),
    ReportSpec(
        "grid_notice",
        "网格公示牌",
        "list",
        "每个网格一张A4大字公示牌：网格员、楼栋长、小分队和下沉党员干部，不含住址和私人电话。",
        grid_papers.grid_notice_jobs,
        grid_papers.grid_notice_check,
        whom=frozenset({"grid"}),
    ),
    ReportSpec(
        "grid_assignment",
        "网格编组表",
        "list",
        "按网格列出编入的党员干部、小区楼栋、楼栋长和小分队，最后是还没有编入网格的人。",
        grid_lists.grid_assignment_jobs,
        grid_lists.grid_assignment_check,
        whom=frozenset({"grid"}),
    ),
    ReportSpec(
        "grid_map",
        "网格图",
        "list",
        "社区网格图，按人数、时长、楼栋长或未达标着色，可印A4、A3；没有底图也能印。",
        grid_papers.grid_map_jobs,
        grid_papers.grid_map_check,
        whom=frozenset(),
        ways=(
            ("people", "编入党员干部人数"),
            ("hours", "本年度服务时长"),
            ("leads", "有楼栋长的楼栋比例"),
            ("below", "未达标人数"),
        ),
        papers=("A4", "A3"),
    ),
    ReportSpec(
        "squad_list",
        "112小分队名单",
        "list",
        "每支112下沉服务小分队的网格员、党员干部和志愿者，编成不齐的注明缺几名。",
        grid_lists.squad_list_jobs,
        grid_lists.squad_list_check,
        whom=frozenset({"grid"}),
    ),
    ReportSpec(
        "submission_list",
        "报送台账",
        "list",
        "本年度每个报送事项一张表：各单位或党支部报了没有、哪天报的、第几版；可只印未报送的。",
        submissions.submission_list_jobs,
        submissions.submission_list_check,
        whom=frozenset({"unit"}),
        ways=(("all", "全部"), ("missing", "只印未报送")),
    ),
    ReportSpec(
        "id_card",
        "亮身份卡",
        "person",
        "共产党员下沉社区身份卡，一张A4纸八张，按裁切线裁开佩戴。",
        cards.id_card_jobs,
        cards.id_card_check,
        frozenset({"split", "as_of"}),
        needs=("staff_no",),
        photo=True,
        previewed=8,
    ),
    ReportSpec(
        "confirm_sheet",
        "待确认清单",
        "list",
        "按社区列出待确认的服务记录，社区党组织每页签一次，签好后按序号勾入。",
        sheets.confirm_sheet_jobs,
        sheets.confirm_sheet_check,
        frozenset({"sheet"}),
        whom=frozenset(),
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
    ReportSpec(
        "handover_sheet",
        "带出数据交接单",
        "list",
        "带出数据时双方签字的交接单，每份一张：范围、所含个人信息、应交回日期和领用须知，收回时再签。",
        handover.handover_jobs,
        handover.handover_check,
        frozenset({"which"}),
        whom=frozenset(),
    ),
    ReportSpec(
        "peer_list",
        "带出台账",
        "list",
        "每份带出的数据由谁领用、什么范围、何时带出、应何时交回、是否已收回。",
        exchange.peer_list_jobs,
        exchange.peer_list_check,
        whom=frozenset(),
    ),
    ReportSpec(
        "packet_list",
        "数据包收发台账",
        "list",
        "收到和发出的每个数据包：第几包、时间、改动条数、待定几项、所含个人信息和经办人。",
        exchange.packet_list_jobs,
        exchange.packet_list_check,
        frozenset({"which"}),
        whom=frozenset(),
    ),
    ReportSpec(
        "merge_report",
        "合并情况报告",
        "list",
        "一个数据包（默认最近合并的）改了谁的哪些内容，有哪些待定事项，是怎样处理的。",
        exchange.merge_report_jobs,
        exchange.merge_report_check,
        frozenset({"which"}),
        whom=frozenset(),
    ),
)  # fmt: skip


def report(form_id: str) -> ReportSpec:
    """The form with that id; InvalidInput lists all there are."""
    for one in REPORTS:
        if one.id == form_id:
            return one
    known = "、".join(f"{one.id}（{one.title}）" for one in REPORTS)
    raise InvalidInput({"form": f"没有名为“{form_id}”的表。可以打印的有：{known}。"})
