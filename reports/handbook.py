"""《高校党员干部下沉社区工作纪实手册》: one a person and year, A4 upright, bound left.

`HandbookData` is everything in the book. Two uses: filled from the ledger for filing; `blank`, with only the person's
data, to be carried to the community and signed. A confirmation kept elsewhere is referred to, never imitated.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from reports.kit.form_texts import form_texts
from reports.kit.page import MM, Sheets, standard_foot
from reports.person import PersonData, ServiceTotals


@dataclass(frozen=True, slots=True)
class CheckinLine:
    """One check-in (方案 三(三)): a block of 二、报到与编组. What is empty stays empty for the pen."""

    kind: str = ""  # as printed: 个人报到（居住地社区） / 组织派遣报到（联系社区）
    on: str = ""  # ISO date
    place: str = ""  # street and community
    grid: str = ""
    building: str = ""
    building_lead: str = ""  # 是 / 否 / ''
    squad: str = ""  # 112小分队
    team: str = ""  # 社区工作队、应急突击队、志愿服务队


@dataclass(frozen=True, slots=True)
class CommitmentLine:
    """One public commitment (方案 三(五)): a page of 三、公开承诺."""

    post: str = ""
    text: str = ""
    fulfilment: str = ""


@dataclass(frozen=True, slots=True)
class VisitLine:
    """One record of 四、服务记录."""

    served_on: str  # ISO date
    minutes: int  # of actual service, as written
    start_at: str = ""  # HH:MM; both empty = hours only
    end_at: str = ""
    next_day: bool = False
    place: str = ""
    category: str = ""
    content: str = ""
    dispatched: bool = False  # track: 组织派遣, else 业余
    confirmed: bool = False  # only confirmed records count
    counted_minutes: int | None = None  # after the union rule; None = as written
    confirm: str = ""  # as 见待确认清单 2020-017 第2页 第5行; '' leaves room to sign
    note: str = ""

    @property
    def counted(self) -> int:
        """Minutes that count: none before confirmation."""
        if not self.confirmed:
            return 0
        return self.minutes if self.counted_minutes is None else self.counted_minutes


@dataclass(frozen=True, slots=True)
class HalfYear:
    """One half of 五、半年报告 (方案 三(三): 双报告)."""

    service: str = ""  # 次数、小时 in words
    main: str = ""
    check: str = ""
    occasion: str = ""  # 主题党日 / 组织生活会, with its date
    signed: str = ""  # which secretary signed the paper, and the day: printed as a note, never as a signature

    @property
    def told(self) -> bool:
        """Whether the ledger knows anything of this half."""
        return any((self.service, self.main, self.check, self.occasion, self.signed))


@dataclass(frozen=True, slots=True)
class HandbookData:
    """Everything in the book."""

    person: PersonData
    year: int
    number: str = ""  # 手册编号
    community: str = ""  # 报到社区, for the cover
    grid: str = ""
    issuer: str = ""  # 制发单位
    issued_on: str = ""  # ISO date of issue: its year and month stand on the cover
    photo: bytes | None = None  # JPEG, 一寸
    checkins: tuple[CheckinLine, ...] = ()
    commitments: tuple[CommitmentLine, ...] = ()
    visits: tuple[VisitLine, ...] = ()  # in order of date; drafts and void ones left out
    halves: tuple[HalfYear, HalfYear] = (HalfYear(), HalfYear())
    trainings: tuple[tuple[str, str, str, str], ...] = ()  # 日期 内容 组织单位 学时
    honours: tuple[tuple[str, str, str, str], ...] = ()  # 日期 名称 授予单位 级别
    incidents: tuple[tuple[str, str, str, str], ...] = ()  # 起止日期 (ISO or as printed) 事件任务 表现结果 社区确认
    totals: ServiceTotals = field(default_factory=ServiceTotals)
    summary: str = ""  # 个人小结
    review: str = ""  # 二级单位党组织审核意见
    archive_no: str = ""
    scope: str = ""  # 统计口径
    as_of: str = ""  # 截至, ISO date
    blank: bool = False  # only the person's data is printed, the rest is ruled for the pen
    record_pages: int = 5  # record pages of a blank book
    extra_record_pages: int = 0  # blank record pages after the filled ones
    skip_empty: bool = False  # parts without content are left out; a blank book has them all

    def prints(self, part: str) -> bool:
        """Whether a part (its key in the form's texts) is in the book."""
        return self.blank or not self.skip_empty or self._has(part)

    @property
    def left_out(self) -> tuple[str, ...]:
        """Keys of the parts that are left out."""
        return tuple(part for part in PARTS if not self.prints(part))

    def _has(self, part: str) -> bool:
        content = {
            "checkin_title": self.checkins,
            "commitment_title": self.commitments,
            "visits_title": self.visits or self.extra_record_pages,
            "half_year_title": any(half.told for half in self.halves),
            "deeds_title": self.trainings or self.honours or self.incidents,
        }
        return bool(content[part])


PARTS = ("checkin_title", "commitment_title", "visits_title", "half_year_title", "deeds_title")
"""The parts that may be without content; cover, 填写说明, 一, 七 and 八 never are."""


def draw(data: HandbookData, sheets: Sheets, texts: Mapping[str, str] | None = None) -> None:
    """Draw the whole book into `sheets`."""
    from reports import handbook_pages as pages
    from reports import handbook_visits as visits

    words = form_texts("handbook", texts)
    note = f"{words['form_no']}　{words['version']}版"
    if data.number:
        note += f"　{words['number']}{data.number}"
    sheets.foot = standard_foot(note, baseline=272 * MM, first_numbered=2)
    pages.cover(data, sheets, words)
    pages.guide(data, sheets, words)
    pages.personal(data, sheets, words)
    drawn = (pages.checkins, pages.commitments, visits.records, pages.half_years, visits.deeds)
    for part, draw_part in zip(PARTS, drawn, strict=True):
        if data.prints(part):
            draw_part(data, sheets, words)
    pages.summary_and_review(data, sheets, words)


def draw_record_pages(data: HandbookData, sheets: Sheets, count: int, texts: Mapping[str, str] | None = None) -> None:
    """Only blank record pages for this person, to be added to a book that is full."""
    from reports import handbook_visits as visits

    words = form_texts("handbook", texts)
    sheets.foot = standard_foot(f"{words['form_no']}　{words['version']}版", baseline=272 * MM)
    visits.blank_records(data, sheets, words, count)
