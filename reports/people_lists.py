"""Lists of people and units: 花名册, 服务情况汇总 and 未达标名单. 方案 五(三)3"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from functools import partial

from core.base.clock import today
from core.base.dates import format_duration, format_hours
from core.org.model import STATUS
from core.roster.model import CADRE
from core.roster.queries import RosterFilter, cadre_page, cadre_rows
from core.service_log.quota import ASSESSED, QuotaReport, UnitProgress, quota_report
from core.store import Reads, Row
from reports.collect_person import SCOPE, own_texts
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.list_jobs import list_job, list_subtitle, unit_name, unprintable
from reports.lists import ListColumn, ListData, list_of
from reports.spec import Asked, Gap

_ROSTER = (
    "name", "staff_no", "sex", "nation", "birth_on", "party_status", "joined_on", "title", "phone", "unit", "branch",
    "community",
)  # fmt: skip
_NUMBER, _NAME, _NO, _UNIT = (
    ListColumn("序号", whole=True),
    ListColumn("姓名", name=True),
    ListColumn("工号", whole=True),
    ListColumn("二级单位党组织"),
)
_OWN = (ListColumn("业余次数", whole=True), ListColumn("业余时长\n（小时）", whole=True))
_WAITING = (ListColumn("待确认次数", whole=True), ListColumn("待确认时长\n（小时）", whole=True))
_DUTY = (ListColumn("派遣次数", whole=True), ListColumn("派遣时长\n（小时）", whole=True))


def roster_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """花名册: who is on the roster today, by unit and 工号 or by strokes."""
    data = _roster(reads, asked)
    if data.rows:
        yield _job(reads, asked, "花名册", data, len(data.rows))


def quota_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """服务情况汇总: everybody's year against the minimum."""
    report = _report(reads, asked)
    if report.rows:
        yield _job(reads, asked, "服务情况汇总", _quota(reads, asked, report), len(report.rows))


def shortfall_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """未达标名单: who falls short, and by how much."""
    report = _report(reads, asked)
    rows = [row for row in report.rows if not row["meets"] and not row["exempt"]]
    if rows:
        yield _job(reads, asked, "未达标名单", _shortfall(reads, asked, report, rows), len(rows))


def summary_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """服务情况汇总（按单位）: a line for each unit, one for the school."""
    report = _report(reads, asked)
    if report.by_unit:
        yield _job(reads, asked, "服务情况汇总（按单位）", _summary(reads, asked, report), report.total.people)


def glyph_check(jobs: str) -> partial[list[Gap]]:
    """The check of one of these lists: characters no font can print."""
    return partial(_check, jobs)


def _check(name: str, reads: Reads, asked: Asked) -> list[Gap]:
    report = None if name == "roster" else _report(reads, asked)
    data = _roster(reads, asked) if report is None else _quota(reads, asked, report)
    return unprintable(data.title, (data,))


def _job(reads: Reads, asked: Asked, name: str, data: ListData, people: int) -> Job:
    when = str(asked.year) if name != "花名册" else today().isoformat()
    parts = (when, name, unit_name(reads, asked), "公示" if asked.public else "")
    return list_job(reads, data.title, parts, (data,), people)


def _subtitle(reads: Reads, asked: Asked, as_of: str = "") -> str:
    order = (form_texts("lists", own_texts(reads, "lists"))["stroke"],) if asked.by_stroke else ()
    return list_subtitle(reads, unit_name(reads, asked), as_of, *order)


def _roster(reads: Reads, asked: Asked) -> ListData:
    if asked.uids:
        rows = cadre_page(reads, asked.uids)
        if asked.by_stroke:
            rows.sort(key=lambda row: (row["stroke_key"], row["uid"]))
    else:
        rows = cadre_rows(reads, RosterFilter(unit_uid=asked.unit_uid), "stroke" if asked.by_stroke else "unit")
    fields = [CADRE.field(key) for key in _ROSTER if not (key == "unit" and asked.unit_uid)]
    columns, cells = list_of(fields, rows, public=asked.public)
    counts = Counter(row["status"] for row in rows)
    told = "、".join(f"{label}{counts[code]}人" for code, label in STATUS if counts[code])
    masked = "手机号码已隐去中间四位。" if asked.public else ""
    scope = f"名册中未归档的党员干部，共{len(rows)}人，其中{told}；单位、党支部为当前所在。{masked}"
    return ListData("下沉党员干部花名册", columns, cells, _subtitle(reads, asked), scope, today().isoformat())


def _report(reads: Reads, asked: Asked) -> QuotaReport:
    as_of = min(asked.as_of or today().isoformat(), f"{asked.year}-12-31")
    return quota_report(reads, asked.year, asked.unit_uid or None, cadre_uids=asked.uids or None, as_of=as_of)


def _scope(report: QuotaReport) -> str:
    return f"{SCOPE}{report.year}年度最低要求：{report.minimum.text}。{ASSESSED}"


def _by_stroke(reads: Reads, asked: Asked, rows: Sequence[Row]) -> Sequence[Row]:
    if not asked.by_stroke:
        return rows
    keys = {row["uid"]: row["stroke_key"] for row in cadre_page(reads, [row["uid"] for row in rows])}
    return sorted(rows, key=lambda row: (keys[row["uid"]], row["uid"]))


def _quota(reads: Reads, asked: Asked, report: QuotaReport) -> ListData:
    unit = () if asked.unit_uid else (_UNIT,)
    columns = (_NUMBER, _NAME, _NO, *unit, *_OWN, *_WAITING, *_DUTY, ListColumn("是否达标"))
    cells = tuple(
        (
            str(number),
            row["name"],
            row["staff_no"],
            *((row["unit"],) if unit else ()),
            *_sums(row, "", "waiting_"),
            str(row["duty_times"]),
            format_hours(row["duty_minutes"]),
            "\n".join(filter(None, (row["verdict"], row["remark"]))),
        )
        for number, row in enumerate(_by_stroke(reads, asked, report.rows), 1)
    )
    title = f"{report.year}年度党员干部下沉社区服务情况汇总"
    return ListData(title, columns, cells, _subtitle(reads, asked, report.as_of), _scope(report), report.as_of)


def _shortfall(reads: Reads, asked: Asked, report: QuotaReport, rows: Sequence[Row]) -> ListData:
    unit = () if asked.unit_uid else (_UNIT,)
    short = (ListColumn("差次数", whole=True), ListColumn("差时长\n（小时）", whole=True))
    columns = (_NUMBER, _NAME, _NO, *unit, *_OWN, *_WAITING, *short, ListColumn("备　　注"))
    cells = tuple(
        (
            str(number),
            row["name"],
            row["staff_no"],
            *((row["unit"],) if unit else ()),
            *_sums(row, "", "waiting_"),
            str(row["short_times"] or ""),
            format_duration(row["short_minutes"]) if row["short_minutes"] else "",
            row["remark"],
        )
        for number, row in enumerate(_by_stroke(reads, asked, rows), 1)
    )
    title = f"{report.year}年度党员干部下沉社区服务未达标名单"
    return ListData(title, columns, cells, _subtitle(reads, asked, report.as_of), _scope(report), report.as_of)


def _summary(reads: Reads, asked: Asked, report: QuotaReport) -> ListData:
    heads = (
        "应考核",
        *(label for label, _ in report.standing(report.total)),
        "达标率",
        "业余次数",
        "业余时长\n（小时）",
        "待确认次数",
        "待确认时长\n（小时）",
    )
    columns = (
        _NUMBER,
        ListColumn("二级单位党组织"),
        *(
            ListColumn(head, whole=True)
            for head in (*heads, "派遣时长\n（小时）", "不纳入考核", "年内离开\n（另有达标）")
        ),
    )
    cells = [(str(number), *_unit_cells(report, one)) for number, one in enumerate(report.by_unit, 1)]
    if len(report.by_unit) > 1:
        cells.append(("", *_unit_cells(report, report.total)))
    title = f"{report.year}年度党员干部下沉社区服务情况汇总（按单位）"
    away = f"不在册期间的服务另有{report.total.away}人，计入次数和时长。" if report.total.away else ""
    guess = "" if report.over else "进行中、落后按年度已过去的时间和待确认的服务估计。"
    scope = f"{_scope(report)}{away}单位按年末所在。{guess}"
    return ListData(title, columns, tuple(cells), _subtitle(reads, asked, report.as_of), scope, report.as_of)


def _unit_cells(report: QuotaReport, one: UnitProgress) -> tuple[str, ...]:
    share = f"{100 * one.met / one.people:.1f}%" if one.people else "—"
    return (
        one.unit,
        str(one.people),
        *(str(people) for _, people in report.standing(one)),
        share,
        str(one.times),
        format_hours(one.minutes),
        str(one.waiting_times),
        format_hours(one.waiting_minutes),
        format_hours(one.duty_minutes),
        str(one.exempt),
        f"{one.left_people}（{one.left_met}）" if one.left_people else "0",
    )


def _sums(row: Row, *prefixes: str) -> tuple[str, ...]:
    return tuple(
        text for prefix in prefixes for text in (str(row[f"{prefix}times"]), format_hours(row[f"{prefix}minutes"]))
    )
