"""The plain entities of this room: tasks and what was sent."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.errors import InvalidInput
from core.org.settings import year_in_force
from core.sheet.plain import PlainEntity, Reader, Values
from core.store import Reads
from core.submission import ops
from core.submission.model import SUBMISSION, TASK
from core.submission.queries import submission_rows, task_rows


def submission_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with an entry of the 报送台账."""
    if uid:
        return ops.day_faults(values)
    try:
        _task, unit_uid, branch_uid = ops.whose(reads, values)
    except InvalidInput as problem:
        return problem.fields
    found = ops.day_faults({"sent_on": "", **values})
    return found or ops.sender_faults(reads, unit_uid, branch_uid, str(values["sent_on"]))


def submission_reader(reads: Reads) -> Reader:
    """Rows of a sheet: without a year the one in force, without a version the first; names as the ledger has them."""
    year = year_in_force(reads)
    units = dict(reads.tuples("SELECT uid, name FROM unit"))
    branches = dict(reads.tuples("SELECT uid, name FROM branch"))

    def read(values: Values, _remarks: list[str]) -> Values:
        full = {"year": year, "version": 1, **values}
        _task, unit_uid, branch_uid = ops.whose(reads, full)
        names = {"unit": units[unit_uid], "branch": branches[branch_uid] if branch_uid else ""}
        return {key: value for key, value in {**full, **names}.items() if value != ""}

    return read


TASKS = PlainEntity(TASK, task_rows, ops.save_task, ops.remove_task, ops.task_faults)
SUBMISSIONS = PlainEntity(
    SUBMISSION, submission_rows, ops.save_submission, ops.remove_submission, submission_faults, submission_reader
)
PLAIN: dict[str, PlainEntity] = {one.spec.kind: one for one in (TASKS, SUBMISSIONS)}
