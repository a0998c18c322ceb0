"""报到情况一览表 and 催报名单: who must have checked in by the date, who has, who has not. 方案 五(一)2"""

from __future__ import annotations

from collections.abc import Iterator

from core.base.dates import format_date
from core.checkin.model import TRACK_LABEL
from core.checkin.status import Count, Status, absent_rows, checkin_status, day_in_year
from core.org.reminding import contacts_of
from core.roster.model import CADRE
from core.store import Reads, Row
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.list_jobs import list_job, list_subtitle, unit_name, unprintable
from reports.lists import ListColumn, ListData, list_of
from reports.spec import Asked, Gap

_TRACK = "HOME"  # everybody 在职 must; 组织派遣报到 is only for those who are sent
_HEADS = (
    "应报到",
    "已报到",
    "其中\n按期",
    "其中\n逾期",
    "未报到",
    "报到率",
    "另有派遣\n报到",
    "不纳入",
    "不纳入中\n已报到",
)
_MISSING = ("name", "staff_no", "unit", "branch", "street", "community", "phone")


def checkin_status_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """报到情况一览表: a line for each unit or branch, and their sum."""
    status = _status(reads, asked)
    if status.units:
        name = "报到情况一览表（按党支部）" if asked.by == "branch" else "报到情况一览表"
        yield _job(reads, asked, name, _status_table(reads, asked, status), status.total.due)


def checkin_status_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the table that no font can print."""
    table = _status_table(reads, asked, _status(reads, asked))
    return unprintable(table.title, (table,))


def checkin_missing_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """催报名单: who has not checked in at home."""
    rows = _absent(reads, asked)
    if rows:
        yield _job(reads, asked, "催报名单", _missing_table(reads, asked, rows), len(rows))


def checkin_missing_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the list that no font can print."""
    table = _missing_table(reads, asked, _absent(reads, asked))
    return unprintable(table.title, (table,))


def _job(reads: Reads, asked: Asked, name: str, data: ListData, people: int) -> Job:
    return list_job(reads, data.title, (str(asked.year), name, unit_name(reads, asked)), (data,), people)


def _day(asked: Asked) -> str:
    return day_in_year(asked.as_of, asked.year)


def _subtitle(reads: Reads, asked: Asked) -> str:
    return list_subtitle(reads, unit_name(reads, asked), _day(asked))


def _status(reads: Reads, asked: Asked) -> Status:
    return checkin_status(reads, _day(asked), _TRACK, asked.unit_uid, year=asked.year)


def _status_table(reads: Reads, asked: Asked, status: Status) -> ListData:
    by_branch = asked.by == "branch"
    number, unit, branch = form_texts("lists")["number"], CADRE.field("unit").label, CADRE.field("branch").label
    columns = (
        ListColumn(number, whole=True),
        ListColumn(unit),
        *((ListColumn(branch),) if by_branch else ()),
        *(ListColumn(head, whole=True) for head in _HEADS),
    )
    lines = status.branches if by_branch else status.units
    cells = []
    for at, one in enumerate(lines, 1):
        whose = (one.unit, one.branch or "（未编入支部）") if by_branch else (one.unit,)
        cells.append((str(at), *whose, *_counts(one)))
    if len(lines) > 1:
        cells.append(("", "合　　计", *(("",) if by_branch else ()), *_counts(status.total)))
    title = f"{asked.year}年党员干部下沉社区报到情况一览表"
    return ListData(title, columns, tuple(cells), _subtitle(reads, asked), status.scope, status.as_of)


def _counts(one: Count) -> tuple[str, ...]:
    rate = "—" if one.rate is None else f"{100 * one.rate:.1f}%"
    numbers = (one.due, one.checked, one.on_time, one.late, one.absent)
    others = (one.assigned, one.exempt, one.exempt_checked)
    return (*map(str, numbers), rate, *map(str, others))


def _absent(reads: Reads, asked: Asked) -> list[Row]:
    rows = absent_rows(reads, _TRACK, asked.unit_uid, _day(asked))
    if asked.uids:
        wanted = set(asked.uids)
        rows = [row for row in rows if row["uid"] in wanted]
    if asked.by_stroke:
        rows.sort(key=lambda row: (row["stroke_key"], row["uid"]))
    return rows


def _missing_table(reads: Reads, asked: Asked, rows: list[Row]) -> ListData:
    fields = [CADRE.field(key) for key in _MISSING if not (key == "unit" and asked.unit_uid)]
    columns, cells = list_of(fields, rows, public=asked.public)
    columns = (*columns, ListColumn("备　　注"))
    status = _status(reads, asked)
    subtitle = _subtitle(reads, asked)
    contacts = contacts_of(reads, asked.unit_uid) if asked.unit_uid and not asked.public else ""
    if contacts:
        subtitle += f"　　联系人：{contacts}"
    scope = (
        f"截至日在职的党员干部中，还没有有效{TRACK_LABEL[_TRACK]}的，共{len(rows)}人；"
        f"应于{format_date(status.due_on)}前报到。单位和支部按截至日所在。"
    )
    title = f"{asked.year}年党员干部下沉社区未报到名单"
    return ListData(title, columns, tuple((*line, "") for line in cells), subtitle, scope, status.as_of)
