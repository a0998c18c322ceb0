"""The plain entity of this room: the evaluation of a person's year, as sheets and forms carry it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from core.base.errors import InvalidInput
from core.evaluation.model import EVALUATION
from core.evaluation.ops import exempt_faults, remove_evaluation, save_row
from core.evaluation.queries import stored_rows
from core.evaluation.rules import evaluation_faults, told_codes
from core.org.settings import year_in_force
from core.roster.person_index import cadre_named
from core.sheet.plain import PlainEntity, Reader, Values
from core.store import Reads

WHOSE = "cadre_uid"


def row_faults(reads: Reads, uid: str, values: Mapping[str, Any]) -> dict[str, str]:
    """What is wrong with a row of a sheet."""
    old = reads.one("SELECT * FROM evaluation WHERE uid = ?", (uid,)) or {} if uid else {}
    cadre_uid = str(old.get("cadre_uid") or values.get(WHOSE) or "")
    if not cadre_uid and (values.get("staff_no") or values.get("name")):
        try:
            cadre_uid = str(cadre_named(reads, str(values.get("staff_no") or ""), str(values.get("name") or ""))["uid"])
        except InvalidInput as problem:
            return problem.fields
    told = exempt_faults({**old, **values}) if values.keys() & {"exempt_reason", "exempt_by"} else {}
    return told or evaluation_faults(reads, cadre_uid, values)


def evaluation_reader(reads: Reads) -> Reader:
    """Rows of a sheet: the year in force where none is told, the person as the ledger has him."""
    year = year_in_force(reads)

    def read(values: Values, remarks: list[str]) -> Values:
        number, name, unit = (str(values.get(key) or "") for key in ("staff_no", "name", "unit"))
        if not number and not name:
            raise InvalidInput({"staff_no": "请填写工号或姓名。"})
        person = cadre_named(reads, number, name, unit)
        meant = told_codes(reads, values)
        remarks += [
            f"{EVALUATION.field(key).label}“{values[key]}”按“{grade}”登记。"
            for key, grade in meant.items()
            if grade != str(values[key]).strip()
        ]
        whose = {"staff_no": person["staff_no"], "name": person["name"], WHOSE: person["uid"]}
        return {"year": year, **values, **meant, **whose}

    return read


EVALUATIONS = PlainEntity(
    EVALUATION,
    stored_rows,
    save_row,
    remove_evaluation,
    row_faults,
    evaluation_reader,
    heard=("unit",),
    whose=WHOSE,
    bare=False,
)
PLAIN: dict[str, PlainEntity] = {EVALUATION.kind: EVALUATIONS}
