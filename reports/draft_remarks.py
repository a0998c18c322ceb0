"""Before printing: which texts drafted from the log no longer agree with the figures beside them. 方案 三(三) 三(七)"""

from __future__ import annotations

from collections.abc import Sequence

from core.base.dates import format_hours
from core.evaluation.closed import closed
from core.evaluation.drafting import TRACKS
from core.evaluation.model import EVALUATION
from core.evaluation.ops import stale_main_work
from core.evaluation.redraft import figures_apart
from core.reporting.half_year import report_rows
from core.reporting.model import HALF_LABEL
from core.reporting.yearly import yearly_report
from core.roster.queries import cadre_page
from core.service_log.quota import quota_report
from core.store import Reads, Row
from reports.collect_evaluation import collect_evaluation
from reports.collect_person import BATCH
from reports.reporting_forms import usual_half
from reports.spec import Asked, Gap

MAIN_WORK = EVALUATION.field("main_work").label


def evaluation_remarks(reads: Reads, asked: Asked) -> list[Gap]:
    """Whose 主要服务情况 says otherwise than the table on the same 考核评价表."""
    if asked.blank:
        return []
    find = _of_closed if closed(reads, asked.year) else _of_open
    chunks = (asked.uids[start : start + BATCH] for start in range(0, len(asked.uids), BATCH))
    return [*_away(reads, asked), *(gap for chunk in chunks for gap in find(reads, chunk, asked))]


def half_year_remarks(reads: Reads, asked: Asked) -> list[Gap]:
    """Whose half-year report, not given to the branch yet, the log has left behind."""
    return _halves(reads, asked, (int(asked.by or usual_half(asked.year)),), drafts=True)


def handbook_remarks(reads: Reads, asked: Asked) -> list[Gap]:
    """The same of the half-year reports in a handbook, which draws those nobody has edited from the log itself."""
    return [*_away(reads, asked), *_halves(reads, asked, tuple(HALF_LABEL), drafts=False)]


def yearly_remarks(reads: Reads, asked: Asked) -> list[Gap]:
    """Parts of the yearly report that say other figures than its tables."""
    report = yearly_report(reads, asked.year, asked.unit_uid)
    text = "正文与现在的数据不一致，请在“双报告”里核对；可以“重新起草这一部分”。"
    return [Gap("", f"{report.whose}：{one.title}", remark=text) for one in report.sections if one.stale]


def _away(reads: Reads, asked: Asked) -> list[Gap]:
    """Who was named for a year in which he was not there: his form of it would be empty."""
    if asked.blank:
        return []
    text = f"{asked.year}年不在册，请核对年度和姓名；到岗日期登记错了的，请在名册里更正。"
    rows = quota_report(reads, asked.year, cadre_uids=asked.uids).rows
    return [Gap(row["uid"], _whose(row), remark=text) for row in rows if row["progress"] == "AWAY"]


def _of_open(reads: Reads, uids: Sequence[str], asked: Asked) -> list[Gap]:
    apart = stale_main_work(reads, uids, asked.year, asked.as_of)
    whole = apart if not asked.as_of else stale_main_work(reads, list(apart), asked.year)
    found = []
    for row in cadre_page(reads, list(apart)):
        one = apart[row["uid"]]
        # drafting speaks of the whole year: it does not help a form that counts up to an earlier day
        redraft = one.anew != one.text and whole.get(row["uid"]) == one
        text = one.sentence if redraft or one.anew == one.text else f"写的是全年的情况，本表只计到{asked.as_of}。"
        found.append(Gap(row["uid"], _whose(row), remark=f"{MAIN_WORK}{text}", redraft=redraft))
    return found


def _of_closed(reads: Reads, uids: Sequence[str], asked: Asked) -> list[Gap]:
    """Of a closed year the frozen figures count: the log may have been corrected since."""
    found = []
    for form in collect_evaluation(reads, uids, asked.year, asked.as_of):
        sums = form.totals
        shown = {
            "OWN": (sums.own_count, sums.own_minutes),
            "DISPATCHED": (sums.dispatched_count, sums.dispatched_minutes),
        }
        table = "".join(
            f"{TRACKS[track]}{times}次、{format_hours(minutes)}小时" for track, (times, minutes) in shown.items()
        )
        told, now = figures_apart(form.main_service, table)
        if told:
            text = f"{MAIN_WORK}写的是{told}，本表为结账时的数据{now}，请核对后改正文字。"
            found.append(Gap(form.person.uid, form.person.whose, remark=text))
    return found


def _whose(row: Row) -> str:
    return f"{row['name']}（{row['staff_no'] or row['unit']}）"


def _halves(reads: Reads, asked: Asked, halves: Sequence[int], *, drafts: bool) -> list[Gap]:
    if asked.blank:
        return []
    found = []
    for half in halves:
        for row in report_rows(reads, asked.year, half, cadre_uids=asked.uids):
            if row["stale"] and (drafts or row["edited_on"]) and not row["reported_on"]:
                now = f"{row['log_times']}次、{format_hours(row['log_minutes'])}小时"
                text = (
                    f"{HALF_LABEL[half]}的半年报告与服务记录（业余时间{now}）不一致，可在“双报告”里“取服务记录的数”。"
                )
                found.append(Gap(row["cadre_uid"], _whose(row), remark=text))
    return found
