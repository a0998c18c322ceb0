"""People and records for the print tests: an ordinary one and the worst one, all invented."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pypdfium2 as pdfium

from reports.evaluation_form import EvaluationData, Verdict
from reports.handbook import CheckinLine, CommitmentLine, HalfYear, HandbookData, VisitLine
from reports.kit.page import Sheets
from reports.kit.pdfa import PdfaCanvas
from reports.person import PersonData, ServiceTotals

LONG_NAME = "阿卜杜热合曼·𬭎𫖯买买提江·阿卜杜拉𣲗䶮尼亚孜别克"
SENTENCE = "入户走访独居老人和困难家庭，登记身体状况、生活需求，向居民发放“反诈骗”宣传手册120余份，协助办理事项46件。"
LONG_UNIT = "离退休工作处党委（老干部工作处、关心下一代工作委员会办公室、老年大学）"

PERSON = PersonData(
    uid="0193aabbccddeeff0011223344556677",
    name="张三",
    staff_no="D20050132",
    sex="男",
    nation="汉族",
    birth_on="1985-08-03",
    party_status="中共党员",
    joined_on="2006-07",
    education="研究生、博士",
    title="副部长、副教授",
    phone="13812345678",
    unit="经济与贸易学院党委",
    branch="国际贸易系教工党支部",
    address="武汉市江夏区藏龙岛街道经院社区湖经家园3栋2单元501室",
    skills="法律咨询",
    hobbies="书法",
    willingness="志愿服务、走访慰问",
    free_time="周末",
)
WORST_PERSON = replace(
    PERSON,
    uid="0193aabbccddeeff0011223344556678",
    name=LONG_NAME,
    staff_no="D20050133",
    unit=LONG_UNIT,
    title="马克思主义学院党委书记、湖北省中国特色社会主义理论研究中心副主任、教授",
    branch="离退休第十二党支部（南湖校区、藏龙岛校区联合）",
)
TOTALS = ServiceTotals(4, 765, 2, 480, 1, 120, 3, 720, "已达标")
SCOPE = "只计已确认的服务记录；业余时间按并集计算，与派遣时间不重复计。"


def evaluation() -> EvaluationData:
    """An ordinary filled form."""
    return EvaluationData(
        person=PERSON,
        year=2020,
        number="2020-0001",
        home_community="藏龙岛街道经院社区",
        linked_community="藏龙岛街道经院社区",
        grid="第3网格",
        post="政策宣讲岗",
        totals=TOTALS,
        main_service=SENTENCE * 3,
        self_review=SENTENCE * 2,
        next_plan="继续发挥专业特长，提供法律咨询服务不少于4次。",
        community=Verdict("优秀", "服务热情，作风扎实。", "社区工作人员", "王某某", "2020-12-28"),
        branch=Verdict("合格", "同意社区评价。"),
        scope=SCOPE,
        as_of="2020-12-31",
    )


def worst_evaluation() -> EvaluationData:
    """Everything too long."""
    return replace(
        evaluation(),
        person=WORST_PERSON,
        main_service=SENTENCE * 30,
        self_review=SENTENCE * 20,
        next_plan=SENTENCE * 20,
        community=Verdict("基本合格", SENTENCE * 20, "社区“两委”成员"),
        branch=Verdict("不合格", SENTENCE * 20),
        unit_review=Verdict("", SENTENCE * 20),
        overall="基本合格",
        remark=SENTENCE * 9,
        totals=replace(TOTALS, verdict="未达标（差2次、3.5小时）"),
    )


def visit(index: int, *, content: str = SENTENCE, confirmed: bool = True, dispatched: bool = False) -> VisitLine:
    """One visit; its sheet reference tells its number."""
    return VisitLine(
        served_on=f"2020-{8 + index // 28:02d}-{1 + index % 28:02d}",
        minutes=150,
        start_at="09:00",
        end_at="11:30",
        place="经院社区党群服务中心",
        category="志愿服务（一般）",
        content=content,
        dispatched=dispatched,
        confirmed=confirmed,
        confirm=f"见待确认清单 2020-017 第{index // 20 + 1}页 第{index % 20 + 1}行" if confirmed else "",
    )


def handbook(visits: int = 40) -> HandbookData:
    """An ordinary book."""
    return HandbookData(
        person=PERSON,
        year=2020,
        number="2020-0001",
        community="藏龙岛街道经院社区",
        grid="第3网格",
        issuer="中共湖北经济学院委员会组织部",
        issued_on="2020-08",
        checkins=(CheckinLine("个人报到", "2020-08-08", "藏龙岛街道经院社区", "第3网格", "湖经家园3栋", "是"),),
        commitments=(CommitmentLine("政策宣讲岗", "每月到社区宣讲一次。", "已宣讲3次。"),),
        visits=tuple(visit(i, confirmed=i % 7 != 3, dispatched=i % 5 == 0) for i in range(visits)),
        halves=(HalfYear(), HalfYear("4次12.75小时", SENTENCE, "主动性还需加强。", "主题党日，2020年12月20日")),
        trainings=(("2020-08-20", "下沉社区工作培训", "党委组织部", "4"),),
        totals=TOTALS,
        summary=SENTENCE * 3,
        scope=SCOPE,
        as_of="2020-12-31",
    )


def worst_handbook() -> HandbookData:
    """25-character name beyond the BMP, 60 visits, contents of 600 characters, longest unit name."""
    huge = ("在社区" + SENTENCE * 20)[:600]
    visits = [visit(i, content=huge if i in {7, 30} else SENTENCE) for i in range(60)]
    return replace(
        handbook(),
        person=WORST_PERSON,
        visits=tuple(visits),
        commitments=(CommitmentLine(SENTENCE * 3, SENTENCE * 20, SENTENCE * 20),),
        halves=(HalfYear("", SENTENCE * 9, SENTENCE * 9), HalfYear("", SENTENCE * 9, SENTENCE * 9)),
        incidents=tuple(("2020-07", SENTENCE * 3, SENTENCE * 4, "") for _ in range(4)),
        summary=SENTENCE * 25,
        review=SENTENCE * 15,
        extra_record_pages=1,
    )


def printed(path: Path, draw: Callable[[Sheets], None], *, title: str = "测试") -> Path:
    """One person's form as a file."""
    canvas = PdfaCanvas(title=title, author="党委组织部")
    sheets = Sheets(canvas)
    draw(sheets)
    sheets.close("")
    path.write_bytes(canvas.content())
    return path


def page_texts(path: Path) -> list[str]:
    """The text of each page as a reader copies it, without spaces and line ends."""
    with pdfium.PdfDocument(path) as document:
        texts = []
        for page in document:
            text_page = page.get_textpage()
            texts.append("".join(text_page.get_text_bounded().split()))
            text_page.close()
            page.close()
        return texts
