"""报送台账: for each matter of the year who has sent it, when, which version, and who has not. 方案 三(三) 六(四)"""

from __future__ import annotations

from collections.abc import Iterator

from core.base.clock import today
from core.base.dates import format_date
from core.base.errors import Refused
from core.org.settings import all_settings
from core.store import Reads, Row
from core.submission.model import LEVEL_LABEL, SUBMISSION, TASK, VERDICT, VERDICT_LABEL
from core.submission.queries import ledger_rows, task_rows
from reports.collect_person import own_texts
from reports.kit.batch import Job
from reports.kit.form_texts import form_texts
from reports.kit.text import date_cn
from reports.list_jobs import list_job, unprintable
from reports.lists import ListColumn, ListData
from reports.spec import Asked, Gap

_WHOLE = ("sent_on", "version")
_SHOWN = ("sent_on", "version", "sender", "form", "note")


def submission_list_jobs(reads: Reads, asked: Asked) -> Iterator[Job]:
    """A table for each matter of the year, all in one file; with a unit, or of what is missing only."""
    tables = _tables(reads, asked)
    if tables:
        name = "报送台账（未报送）" if asked.by == "missing" else "报送台账"
        yield list_job(reads, f"{asked.year}年{name}", (str(asked.year), name), tables, 0)


def submission_list_check(reads: Reads, asked: Asked) -> list[Gap]:
    """Characters of the tables that no font can print."""
    return unprintable("报送台账", _tables(reads, asked))


def _tables(reads: Reads, asked: Asked) -> tuple[ListData, ...]:
    tasks = task_rows(reads, asked.year)
    if not tasks:
        raise Refused(f"{asked.year}年还没有报送事项。", "请先在“报送台账”里建立这一年的报送事项。")
    found = []
    for task in tasks:
        rows = [row for row in ledger_rows(reads, task["uid"]) if asked.unit_uid in ("", row["unit_uid"])]
        listed = [row for row in rows if asked.by != "missing" or row["verdict"] == "MISSING"]
        if listed:
            found.append(_table(reads, task, rows, listed))
    return tuple(found)


def _table(reads: Reads, task: Row, rows: list[Row], listed: list[Row]) -> ListData:
    words = form_texts("lists", own_texts(reads, "lists"))
    by_branch = task["level"] == "BRANCH"
    keys = ("unit", "branch") if by_branch else ("unit",)
    columns = (
        ListColumn(words["number"], whole=True),
        *(ListColumn(SUBMISSION.field(key).label) for key in keys),
        ListColumn("报送情况", whole=True),
        *(ListColumn(SUBMISSION.field(key).label, whole=key in _WHOLE) for key in _SHOWN),
    )
    cells = []
    for number, row in enumerate(listed, 1):
        version = str(row["version"] or "")
        facts = (date_cn(row["sent_on"]), version, row["sender"], row["form"], row["note"])
        cells.append((str(number), *(row[key] for key in keys), VERDICT_LABEL[row["verdict"]], *facts))
    counts = {code: sum(row["verdict"] == code for row in rows) for code, _ in VERDICT}
    told = "、".join(f"{label}{counts[code]}个" for code, label in VERDICT)
    scope = (
        f"应报送的{LEVEL_LABEL[task['level']]}{len(rows)}个，其中{told}；"
        "按第一次报送的日期算按期、逾期，报送日期和版次为最新一版的。"
    )
    org = all_settings(reads).get("org_name", "") or words["whole"]
    subtitle = f"{words['unit']}{org}"
    if task["due_on"]:
        subtitle += f"　　{TASK.field('due_on').label}：{format_date(task['due_on'])}"
    title = f"{task['year']}年“{task['name']}”报送台账"
    return ListData(title, columns, tuple(cells), subtitle, scope, today().isoformat())
