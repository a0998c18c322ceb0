"""Verbs that write: what must be sent in a year, and what was received."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput, Refused, Stale
from core.org.matching import OrgIndex
from core.org.settings import year_in_force
from core.store import Reads, Tx
from core.submission.model import DEFAULT_TASKS, LEVEL_LABEL, POLICY_ON, SUBMISSION, TASK
from core.submission.queries import task

Values = Mapping[str, Any]
_TASK_TEXTS = ("name", "level", "due_on", "note")
_TEXTS = ("sent_on", "sender", "form", "file_name", "note")


def task_faults(reads: Reads, uid: str, values: Values) -> dict[str, str]:
    """What is wrong with a task: a name is missing or taken in the year, nobody is told to send."""
    old = reads.one("SELECT * FROM submission_task WHERE uid = ?", (uid,)) or {} if uid else {}
    now = {**old, **values}
    found = {one.key: f"请填写{one.label}。" for one in TASK.fields if one.required and not now.get(one.key)}
    if not found and not 2000 <= int(now["year"]) <= 2100:
        found["year"] = f"年度{now['year']}不合理，请核对。"
    if now.get("level") and now["level"] not in LEVEL_LABEL:
        found["level"] = "报送单位只能是二级单位党组织或党支部。"
    sql = "SELECT uid FROM submission_task WHERE year = ? AND name = ? AND uid <> ?"
    if not found and reads.one(sql, (int(now["year"]), str(now["name"]).strip(), uid)):
        found["name"] = f"{now['year']}年已经有“{now['name']}”。"
    return found


def save_task(tx: Tx, uid: str | None, values: Values) -> str:
    """What must be sent, new or changed; returns its uid."""
    if faults := task_faults(tx, uid or "", values):
        raise InvalidInput(faults)
    row: dict[str, Any] = {key: str(values[key] or "").strip() for key in _TASK_TEXTS if key in values}
    if values.get("year"):
        row["year"] = int(values["year"])
    if uid is not None:
        if row.get("level", "") not in ("", task(tx, uid)["level"]) and _received(tx, uid):
            raise Refused("这个事项已经收到报送，不能再改由谁报送。", "请另建一个事项。")
        tx.update("submission_task", uid, row)
        return uid
    position = tx.value("SELECT coalesce(max(position), 0) + 1 FROM submission_task WHERE year = ?", (row["year"],))
    return tx.insert("submission_task", {**row, "position": position})


def remove_task(tx: Tx, uid: str) -> None:
    """Take out a task nothing was sent for."""
    if number := _received(tx, uid):
        raise Refused(f"“{task(tx, uid)['name']}”已收到{number}份报送，不能删除。", "请先删除报送记录。")
    tx.delete("submission_task", uid)


def prepare_year(tx: Tx, year: int) -> int:
    """The tasks of the policy's calendar for a year, where they are not there yet; how many were made.

    What would be due before the policy was issued (上半年双报告 of 2020) is none.
    """
    there = {row[0] for row in tx.tuples("SELECT name FROM submission_task WHERE year = ?", (year,))}
    wanted = [one for one in DEFAULT_TASKS if one[0] not in there and f"{year}-{one[2]}" >= POLICY_ON]
    for name, level, day in wanted:
        save_task(tx, None, {"year": year, "name": name, "level": level, "due_on": f"{year}-{day}"})
    return len(wanted)


def receive(tx: Tx, task_uid: str, unit_uid: str, branch_uid: str | None, values: Values) -> str:
    """Something was sent: the next version of that sender (unless `version` says which); returns its uid."""
    which = task(tx, task_uid)
    if which["level"] == "BRANCH" and branch_uid is None:
        raise InvalidInput({"branch": f"“{which['name']}”由党支部报送，请填写党支部。"})
    if which["level"] == "UNIT":
        branch_uid = None
    row = _checked({"sent_on": today().isoformat(), **values})
    if faults := sender_faults(tx, unit_uid, branch_uid, row["sent_on"]):
        raise InvalidInput(faults)
    sql = "SELECT coalesce(max(version), 0) + 1 FROM submission WHERE task_uid = ? AND unit_uid = ? AND branch_uid IS ?"
    version = int(values.get("version") or tx.value(sql, (task_uid, unit_uid, branch_uid)))
    same = "SELECT sent_on FROM submission WHERE task_uid = ? AND unit_uid = ? AND branch_uid IS ? AND version = ?"
    if there := tx.value(same, (task_uid, unit_uid, branch_uid, version)):
        raise InvalidInput({"version": f"第{version}版已于{there}收到，请核对版次；不填就是下一版。"})
    whose = {"task_uid": task_uid, "unit_uid": unit_uid, "branch_uid": branch_uid, "version": version}
    return tx.insert("submission", {**row, **whose})


def change_submission(tx: Tx, uid: str, values: Values) -> None:
    """Change day, sender, form, file or note of what was sent."""
    tx.update("submission", uid, _checked(values))


def remove_submission(tx: Tx, uid: str) -> None:
    """Take out an entry made by mistake."""
    tx.delete("submission", uid)


def save_submission(tx: Tx, uid: str | None, values: Values) -> str:
    """What a sheet or form says was sent, by names; returns its uid."""
    if uid is not None:
        change_submission(tx, uid, values)
        return uid
    task_uid, unit_uid, branch_uid = whose(tx, values)
    return receive(tx, task_uid, unit_uid, branch_uid, values)


def whose(reads: Reads, values: Values) -> tuple[str, str, str | None]:
    """Task, unit and branch of what is written; InvalidInput where there is none of that name."""
    year, name = int(values.get("year") or year_in_force(reads)), str(values.get("task") or "").strip()
    task_uid = reads.value("SELECT uid FROM submission_task WHERE year = ? AND name = ?", (year, name))
    if task_uid is None:
        raise InvalidInput({"task": f"{year}年没有名为“{name}”的报送事项，请先建立它。"})
    index, unit = OrgIndex.load(reads), str(values.get("unit") or "").strip()
    match = index.unit(unit)
    if not match:
        raise InvalidInput({"unit": f"没有名为“{unit}”的单位，请核对写法。"})
    branch = str(values.get("branch") or "").strip()
    if task(reads, task_uid)["level"] == "UNIT":
        return task_uid, match.uid, None
    if not branch:
        raise InvalidInput({"branch": f"“{name}”由党支部报送，请填写党支部。"})
    found = index.branch(match.uid, branch)
    if not found:
        raise InvalidInput({"branch": f"{match.name}没有名为“{branch}”的党支部，请核对写法。"})
    return task_uid, match.uid, found.uid


def sender_faults(reads: Reads, unit_uid: str, branch_uid: str | None, sent_on: str) -> dict[str, str]:
    """Whether the branch is one of the unit, and neither had closed by that day."""
    unit = reads.one("SELECT name, archived_on FROM unit WHERE uid = ?", (unit_uid,))
    branch = reads.one("SELECT name, unit_uid, archived_on FROM branch WHERE uid = ?", (branch_uid,)) or {}
    if unit is None or (branch_uid and not branch):
        raise Stale("这个单位或党支部已不存在，可能刚被撤销或删除。", "请刷新后再试。")
    if branch and branch["unit_uid"] != unit_uid:
        return {"branch": f"{branch['name']}不属于{unit['name']}，请重新选择党支部。"}
    closed = [(key, one) for key, one in (("unit", unit), ("branch", branch)) if one.get("archived_on")]
    return {
        key: f"{one['name']}已于{one['archived_on']}撤销，{sent_on}不再报送，请核对。"
        for key, one in closed
        if sent_on > one["archived_on"]
    }


def day_faults(values: Values) -> dict[str, str]:
    """What is wrong with the day something was sent, where it is told."""
    if "sent_on" not in values:
        return {}
    day = str(values["sent_on"] or "").strip()
    if not day:
        return {"sent_on": f"请填写{SUBMISSION.field('sent_on').label}。"}
    return {"sent_on": f"报送日期{day}还没有到，请核对。"} if day > today().isoformat() else {}


def _checked(values: Values) -> dict[str, Any]:
    if faults := day_faults(values):
        raise InvalidInput(faults)
    return {key: str(values[key] or "").strip() for key in _TEXTS if key in values}


def _received(reads: Reads, task_uid: str) -> int:
    return int(reads.value("SELECT count(*) FROM submission WHERE task_uid = ?", (task_uid,)))
