"""Nouns that read: tasks of a year, who has sent what and when, who has not."""

from __future__ import annotations

from collections.abc import Sequence

from core.base.clock import today
from core.base.dates import format_date
from core.base.errors import Stale
from core.org.reminding import Reminder, issuer, with_contacts
from core.org.settings import setting
from core.store import Reads, Row

# Who has closed owes nothing; what he sent before stays on the ledger.
_UNITS = (
    "SELECT u.uid AS unit_uid, NULL AS branch_uid, u.name AS unit, '' AS branch, u.position AS up, 0 AS at FROM unit u "
    "WHERE u.archived_on = '' OR u.uid IN (SELECT unit_uid FROM sent)"
)
_BRANCHES = (
    "SELECT u.uid AS unit_uid, b.uid AS branch_uid, u.name AS unit, b.name AS branch, u.position AS up, "
    "b.position AS at FROM branch b JOIN unit u ON u.uid = b.unit_uid "
    "WHERE (b.archived_on = '' AND u.archived_on = '') OR b.uid IN (SELECT branch_uid FROM sent)"
)


def task_rows(reads: Reads, year: int | None = None) -> list[Row]:
    """Tasks (of a year) in order, with how many must send, have sent, sent late."""
    sql = "SELECT * FROM submission_task WHERE ? IN (0, year) ORDER BY year DESC, position, due_on, name"
    found = reads.rows(sql, (year or 0,))
    for row in found:
        rows = ledger_rows(reads, row["uid"])
        row["due"], row["sent"] = len(rows), sum(one["verdict"] != "MISSING" for one in rows)
        row["late"] = sum(one["verdict"] == "LATE" for one in rows)
    return found


def overdue_tasks(reads: Reads, year: int, day: str) -> list[Row]:
    """Tasks of a year whose last day lies before `day`, with who must send and has sent.

    What was due before the ledger was begun is left out: it was not asked for here, and nobody waits for it.
    """
    begun_on = setting(reads, "begun_on")
    return [row for row in task_rows(reads, year) if row["due_on"] and begun_on <= row["due_on"] < day]


def task(reads: Reads, uid: str) -> Row:
    """One task; Stale if it is gone."""
    found = reads.one("SELECT * FROM submission_task WHERE uid = ?", (uid,))
    if found is None:
        raise Stale("这个报送事项已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    return found


def ledger_rows(reads: Reads, task_uid: str) -> list[Row]:
    """报送台账 of a task: a row per unit or branch that must send, with its newest version.

    `verdict`: MISSING, or ON_TIME or LATE by the day the first version came; who sent and since closed stays listed.
    """
    which = task(reads, task_uid)
    owners = _BRANCHES if which["level"] == "BRANCH" else _UNITS
    sql = (
        "WITH sent AS (SELECT s.*, min(sent_on) OVER (PARTITION BY unit_uid, branch_uid) AS first_on, "
        "row_number() OVER (PARTITION BY unit_uid, branch_uid ORDER BY version DESC, uid DESC) AS newest "
        f"FROM submission s WHERE task_uid = ?), owner AS ({owners}) "
        "SELECT owner.unit_uid, owner.branch_uid, unit, branch, coalesce(sent.uid, '') AS uid, "
        "coalesce(version, 0) AS version, coalesce(sent_on, '') AS sent_on, coalesce(first_on, '') AS first_on, "
        "coalesce(sender, '') AS sender, coalesce(form, '') AS form, coalesce(file_name, '') AS file_name, "
        "coalesce(sent.note, '') AS note FROM owner LEFT JOIN sent ON sent.unit_uid = owner.unit_uid "
        "AND sent.branch_uid IS owner.branch_uid AND sent.newest = 1 ORDER BY up, unit, at, branch"
    )
    rows = reads.rows(sql, (task_uid,))
    for row in rows:
        late = which["due_on"] and row["first_on"] > which["due_on"]
        row["verdict"] = "MISSING" if not row["uid"] else "LATE" if late else "ON_TIME"
    return rows


def missing(reads: Reads, task_uid: str) -> list[Row]:
    """Who has sent nothing yet."""
    return [row for row in ledger_rows(reads, task_uid) if row["verdict"] == "MISSING"]


def unit_rows(reads: Reads, task_uid: str) -> list[Row]:
    """Per unit: how many must send (`due`: the unit itself, or its branches), have, were late; `missing` names the rest."""
    found: dict[str, Row] = {}
    for row in ledger_rows(reads, task_uid):
        fresh = {"unit_uid": row["unit_uid"], "unit": row["unit"], "due": 0, "sent": 0, "late": 0, "missing": ""}
        unit = found.setdefault(row["unit_uid"], fresh)
        unit["due"] += 1
        unit["sent"] += row["verdict"] != "MISSING"
        unit["late"] += row["verdict"] == "LATE"
        if row["verdict"] == "MISSING":
            unit["missing"] = "、".join(filter(None, (unit["missing"], row["branch"] or row["unit"])))
    return list(found.values())


def versions(reads: Reads, task_uid: str, unit_uid: str, branch_uid: str | None) -> list[Row]:
    """All versions one sender has sent for a task, newest first."""
    sql = "SELECT * FROM submission WHERE task_uid = ? AND unit_uid = ? AND branch_uid IS ? ORDER BY version DESC, uid DESC"
    return reads.rows(sql, (task_uid, unit_uid, branch_uid))


def submission_rows(reads: Reads, year: int | None = None) -> list[Row]:
    """Everything sent (in a year), all versions, with names."""
    sql = (
        "SELECT s.*, k.year, k.name AS task, unit.name AS unit, coalesce(branch.name, '') AS branch FROM submission s "
        "JOIN submission_task k ON k.uid = s.task_uid JOIN unit ON unit.uid = s.unit_uid "
        "LEFT JOIN branch ON branch.uid = s.branch_uid WHERE ? IN (0, k.year) "
        "ORDER BY k.year DESC, k.position, unit.position, unit.name, branch.position, branch.name, s.version"
    )
    return reads.rows(sql, (year or 0,))


def reminder_text(reads: Reads, task_uid: str, rows: Sequence[Row] | None = None) -> str:
    """A message to paste: what is missing, from whom, by when."""
    which = task(reads, task_uid)
    absent = missing(reads, task_uid) if rows is None else [row for row in rows if row["verdict"] == "MISSING"]
    if not absent:
        return f"{which['year']}年“{which['name']}”已全部报齐。"
    names: dict[str, list[str]] = {}
    for row in absent:
        names.setdefault(row["unit"], []).append(row["branch"])
    said = "；".join(
        unit + (f"（{'、'.join(filter(None, owed))}）" if any(owed) else "") for unit, owed in names.items()
    )
    due = which["due_on"]
    by = f"截止日期为{format_date(due)}，请尽快报送" if due and due < today().isoformat() else "请尽快报送"
    by = f"请于{format_date(due)}前报送" if due and due >= today().isoformat() else by
    text = f"截至{format_date(today())}，{which['year']}年“{which['name']}”尚有{len(absent)}家未报送：{said}。{by}。"
    return text + issuer(reads)


def reminders(reads: Reads, task_uids: Sequence[str]) -> list[Reminder]:
    """A message to paste for each unit that owes any of these matters: what, from which branches, by when."""
    owed: dict[str, Row] = {}
    for uid in task_uids:
        which, day = task(reads, uid), today().isoformat()
        due = f"应于{format_date(which['due_on'])}前报送" if which["due_on"] else "请尽快报送"
        late = "，已逾期" if which["due_on"] and which["due_on"] < day else ""
        for row in unit_rows(reads, uid):
            if row["missing"]:
                fresh = {
                    "unit_uid": row["unit_uid"],
                    "unit": row["unit"],
                    "branch_uid": "",
                    "branch": "",
                    "matters": [],
                }
                whose = f"，{row['missing']}未报" if which["level"] == "BRANCH" else ""
                matter = f"“{which['name']}”（{due}{late}{whose}）"
                owed.setdefault(row["unit_uid"], fresh)["matters"].append(matter)
    for row in owed.values():
        row["count"] = len(row["matters"])
        listed = "；".join(row["matters"])
        row["text"] = (
            f"{row['unit']}：截至{format_date(today())}，还有{row['count']}项没有报送：{listed}。请尽快报来。{issuer(reads)}"
        )
    return with_contacts(reads, list(owed.values()))
