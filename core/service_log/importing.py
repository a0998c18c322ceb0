"""Importing service records: the plan (every row new, updated, unchanged, skipped or wrong), then the writing in bulk.

The sheets are what units sum up from signed paper: a row with method and signer is confirmed, others wait. An end before
the start is the next day. A record sent again is known by person, day, times and content.
"""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from core.base.clock import today
from core.base.errors import InvalidInput
from core.base.rights import Right
from core.org.settings import values as list_values
from core.place.spelling import Spellings
from core.roster.person_index import PersonIndex
from core.service_log.categories import CATEGORY, near_categories
from core.service_log.counting import interval
from core.service_log.doubts import Doubts, signer_fault
from core.service_log.lookup import Grids, Places, visits_near, who
from core.service_log.model import STATE_LABEL, VISIT, VisitDraft
from core.service_log.ops import late_after
from core.service_log.rules import checked, is_late, needs_next_day_answer, overlap_text, span_minutes
from core.sheet.cells import cell_text
from core.sheet.contract import Fault, ParsedRow, ParsedSheet
from core.sheet.importing import (
    Answers,
    Change,
    ImportPlan,
    Option,
    Outcome,
    Planner,
    Prepared,
    Question,
    RowPlan,
    RowRef,
    Written,
    column_of,
    commit,
    place_text,
    prepare,
)
from core.store import Reads, Row, Store, Tx

LATE_REASON = "汇总表导入时尚未签字"
_ROUNDING = 3  # hours to one decimal are up to three minutes off the clock
_DRAFT = (
    "served_on", "start_at", "end_at", "minutes", "community", "place", "grid", "category", "content", "track",
    "confirm_method", "confirmed_by", "confirmed_on", "state", "arranged_by", "late_reason", "note",
)  # fmt: skip
_SIGNATURE = ("confirm_method", "confirmed_by", "confirmed_on")

_EMPTY, _KEEP = "empty", "keep"

Key = tuple[str, str, str, str, int, str]


@dataclass(slots=True)
class VisitPlan(ImportPlan):
    """The plan, and the overlaps found: rows of these sheets with each other or with records already there."""

    overlaps: list[dict[str, Any]] = field(default_factory=list)

    def states(self) -> dict[str, int]:
        """Records that would be stored, by state."""
        found: dict[str, int] = defaultdict(int)
        for one in self.rows:
            if one.outcome is Outcome.NEW:
                found[one.write["state"]] += 1
        return dict(found)


def visit_planner(unit: str | None = None, late_reason: str = "", skips: Collection[RowRef] = ()) -> Planner:
    """The planner with its options: `unit` narrows people told by name only; `late_reason` serves all 补录 of the batch."""

    def plan(reads: Reads, sheets: Sequence[ParsedSheet], answers: Answers) -> VisitPlan:
        signs = reads.may(Right.CONFIRM) if isinstance(reads, Store | Tx) else True
        return _VisitPlanner(reads, sheets, answers, unit, late_reason, frozenset(skips), signs).run()

    return plan


def prepare_visits(
    store: Store,
    paths: Iterable[str | Path],
    *,
    sheet: str | None = None,
    unit: str | None = None,
    maps: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    late_reason: str = "",
) -> Prepared:
    """Check files without writing."""
    return prepare(store, VISIT, visit_planner(unit, late_reason), paths, sheet=sheet, maps=maps, answers=answers)


def commit_visits(store: Store, prepared: Prepared, *, skip_bad: bool = False) -> Written:
    """Write a checked import as one step; Refused if there are errors and no `skip_bad`."""
    return commit(store, prepared, apply_visits, skip_bad=skip_bad)


def apply_visits(tx: Tx, plan: VisitPlan) -> None:
    """Put the rows of a plan into the open transaction."""
    if any(one.write.get("state") == "CONFIRMED" for one in plan.rows if one.outcome in (Outcome.NEW, Outcome.UPDATED)):
        tx.require(Right.CONFIRM)
    fresh = [one for one in plan.rows if one.outcome is Outcome.NEW]
    for one, uid in zip(fresh, tx.insert_many("visit", [row.write for row in fresh]), strict=True):
        one.uid = uid
    # all updates are the same: a record that waited comes back signed
    tx.update_many("visit", [(one.uid, one.write) for one in plan.rows if one.outcome is Outcome.UPDATED])


class _VisitPlanner:
    def __init__(
        self,
        reads: Reads,
        sheets: Sequence[ParsedSheet],
        answers: Answers,
        unit: str | None,
        late_reason: str,
        skips: frozenset[RowRef],
        signs: bool,
    ) -> None:
        """`signs`: who imports may confirm; else signed rows wait, with their signature."""
        self.answers, self.doubts = answers, Doubts(reads)
        self.reads, self.sheets, self.skips, self.signs = reads, sheets, skips, signs
        self.late_reason, self.late_after = late_reason.strip() or LATE_REASON, late_after(reads)
        self.today = today()
        self.plan = VisitPlan()
        values = (row.values for sheet in sheets for row in sheet.rows)
        self.people = PersonIndex(reads, values, unit=unit or "", past=True)  # who left may have served before
        self.grids, self.spellings = Grids(reads), Spellings(reads)
        self.offered = list_values(reads, CATEGORY)
        self.met: dict[Key, RowPlan] = {}

    def run(self) -> VisitPlan:
        """Every row's outcome: first who and what, then against the ledger, which is read once."""
        candidates = [one for sheet in self.sheets for row in sheet.rows if (one := self._row(sheet, row))]
        cadre_uids = list(dict.fromkeys(one.write["cadre_uid"] for one in candidates))
        known, places = self._known(candidates, cadre_uids), Places(self.reads, cadre_uids)
        for one in candidates:
            one.remarks += self.doubts.of(one.write, places.status(one.write["cadre_uid"], one.write["served_on"]))
            if away := places.absence(one.write["cadre_uid"], one.write["served_on"]):
                one.remarks.append(f"{one.name}{away}")
            self._meet(one, known)
            if one.outcome is Outcome.NEW:
                one.write |= places.on(one.write["cadre_uid"], one.write["served_on"])
        self._find_overlaps([one for one in candidates if one.outcome is Outcome.NEW])
        return self.plan

    # -- one row ---------------------------------------------------------------------------------------------------

    def _row(self, sheet: ParsedSheet, row: ParsedRow) -> RowPlan | None:
        """The row as it would be stored; None if it is wrong or left out."""
        planned = RowPlan(sheet, row, str(row.values.get("name") or ""), Outcome.WRONG, faults=list(row.faults))
        self.plan.rows.append(planned)
        if planned.ref in self.skips:
            planned.outcome, planned.faults = Outcome.SKIPPED, []
            return None
        if row.blocked:
            return None
        faulty = {one.key for one in row.faults}
        values = {key: value for key, value in row.values.items() if key not in faulty and value not in (None, "")}
        try:
            person = self.people.of(values)
        except InvalidInput as problem:
            for key, text in problem.fields.items():
                self._fault(planned, key, str(values.get(key) or ""), text)
            return None
        planned.name = person["name"]
        if (number := values.get("staff_no")) and number != person["staff_no"]:
            planned.remarks.append(f"工号{number}少了前面的0，按名册里同名的工号{person['staff_no']}计。")
        if not self._known_category(planned, values):
            return None
        try:
            write = checked(self._draft(planned, values), self.today)
        except InvalidInput as problem:
            for key, text in problem.fields.items():
                self._fault(planned, key, _as_written(sheet, row, key), text)
            return None
        if fault := signer_fault(write["confirm_method"], write["confirmed_by"], person["name"]):
            self._fault(planned, "confirmed_by", write["confirmed_by"], fault)
            return None
        self._complete(planned, write, person, values)
        return planned

    def _known_category(self, planned: RowPlan, values: dict[str, Any]) -> bool:
        """A category of no list is asked about once an import: it would become a column of the statistics. False: it waits."""
        text = str(values.get("category") or "")
        if not text or not self.offered or text in self.offered:
            return True
        label = VISIT.field("category").label
        options = [Option(name, f"改为“{name}”") for name in near_categories(self.offered, text)]
        options += [Option(_EMPTY, "不写类别"), Option(_KEEP, f"照写“{text}”，统计里另成一类")]
        asked = Question(
            f"category:{text}", "category", f"{label}“{text}”不在清单里，这些记录算哪一类？", tuple(options), name=text
        )
        answer = self.plan.ask(asked, self.answers)
        if not answer:
            planned.outcome = Outcome.ASKED
            planned.asked.append(asked.id)
            return False
        if answer != _KEEP:
            values["category"] = "" if answer == _EMPTY else answer
            planned.remarks.append(f"{label}“{text}”{'不写' if answer == _EMPTY else f'改为“{answer}”'}。")
        else:
            planned.remarks.append(f"{label}“{text}”不在清单里，照写，统计里另成一类。")
        return True

    def _draft(self, planned: RowPlan, values: dict[str, Any]) -> VisitDraft:
        start, end = str(values.get("start_at") or ""), str(values.get("end_at") or "")
        if start and start == end:
            raise InvalidInput({"end_at": f"开始和结束都是 {start}，请核对时间。"})
        if needs_next_day_answer(start, end):
            planned.remarks.append(f"结束 {end} 早于开始 {start}，按次日结束计。")
        draft = {key: values[key] for key in _DRAFT if key in values}
        minutes = values.get("minutes")
        if start and end and minutes and abs(minutes - span_minutes(start, end)) <= _ROUNDING:
            draft["minutes"] = None
        signed = values.get("confirm_method") and values.get("confirmed_by")
        if draft.get("state") == "CONFIRMED" or (draft.get("state") == "WAITING" and signed):
            draft["state"] = ""  # method and signer decide, whatever the sheet says
        return VisitDraft(**{"track": "OWN", **draft}, next_day=True)

    def _complete(self, planned: RowPlan, write: dict[str, Any], person: Row, values: Mapping[str, Any]) -> None:
        if not is_late(write, self.today.isoformat(), self.late_after):
            write["late_reason"] = ""  # importing signed paper is not 补录
        elif not write["late_reason"]:
            write["late_reason"] = self.late_reason
        if write["state"] == "CONFIRMED" and not self.signs:
            write["state"] = "WAITING"
            planned.remarks.append("签字已记下，先列为待确认，由审核人员确认。")
        if not write["community"] and (linked := self.grids.community_in(write["place"])):
            # without it the record would stand on no 待确认清单
            write |= {"community": linked, "place": write["place"].removeprefix(linked).strip()}
        write["community"] = self.spellings.spelled(write["community"])
        located = self.grids.located(write["community"], write["place"], str(values.get("grid") or ""))
        write["grid_uid"], write["place"] = located
        write |= {"cadre_uid": person["uid"], "source": "IMPORTED", "written_on": self.today.isoformat()}
        planned.write = write

    def _fault(self, planned: RowPlan, key: str, value: str, message: str) -> None:
        known = key if key in VISIT.keys else ""
        known = known if known != "end_at" or known in planned.sheet.map.placed else "start_at"  # 起止时间 in one cell
        planned.faults.append(Fault(planned.row.row, known, column_of(planned.sheet, known, VISIT), value, message))

    # -- against the ledger ----------------------------------------------------------------------------------------

    def _known(self, candidates: Sequence[RowPlan], cadre_uids: Sequence[str]) -> dict[Key, Row]:
        if not candidates:
            return {}
        days = [one.write["served_on"] for one in candidates]
        sql = (
            "SELECT visit.uid, cadre_uid, served_on, start_at, end_at, minutes, content, state "
            "FROM json_each(?) j CROSS JOIN visit ON visit.cadre_uid = j.value WHERE served_on BETWEEN ? AND ?"
        )
        rows = self.reads.rows(sql, (json.dumps(cadre_uids), min(days), max(days)))
        rows.sort(key=lambda row: row["state"] != "VOID")  # a void twin does not hide the record in force
        return {_key(row): row for row in rows}

    def _meet(self, planned: RowPlan, known: Mapping[Key, Row]) -> None:
        key = _key(planned.write)
        first, there = self.met.setdefault(key, planned), known.get(key)
        if first is not planned:
            planned.outcome = Outcome.SKIPPED
            planned.remarks.append(f"与{place_text(first.ref, planned.ref)}完全相同，只取一条。")
        elif there is None:
            planned.outcome = Outcome.NEW
        elif there["state"] == "WAITING" and planned.write["state"] == "CONFIRMED":
            planned.uid, planned.outcome = there["uid"], Outcome.UPDATED
            planned.write = {key: planned.write[key] for key in _SIGNATURE} | {"state": "CONFIRMED", "state_reason": ""}
            planned.changes.append(Change("state", "状态", STATE_LABEL["WAITING"], STATE_LABEL["CONFIRMED"]))
        else:
            planned.uid, planned.outcome = there["uid"], Outcome.UNCHANGED
            if there["state"] in ("VOID", "RETURNED"):
                planned.remarks.append(f"台账里这条记录现在是{STATE_LABEL[there['state']]}，保持不变。")

    def _find_overlaps(self, rows: Sequence[RowPlan]) -> None:
        timed: dict[str, list[RowPlan]] = defaultdict(list)
        for one in rows:
            if one.write["start_at"] and one.write["state"] != "VOID":
                timed[one.write["cadre_uid"]].append(one)
        if not timed:
            return
        days = [one.write["served_on"] for group in timed.values() for one in group]
        near = visits_near(self.reads, timed, min(days), max(days))
        for cadre_uid, group in timed.items():
            spans = sorted(
                [(_span(one.write), one.write, one) for one in group]
                + [(_span(row), row, None) for row in near.get(cadre_uid, ())],
                key=lambda item: item[0],
            )
            for place, item in enumerate(spans):
                last = bisect_right(spans, item[0][1] - 1, key=lambda other: other[0][0])
                for other in spans[place + 1 : last]:
                    self._overlap(cadre_uid, item, other)

    def _overlap(self, cadre_uid: str, one: _Timed, other: _Timed) -> None:
        newer, older = (
            (one, other) if other[2] is None or (one[2] and one[2].row.row > other[2].row.row) else (other, one)
        )
        planned = newer[2]
        if planned is None:
            return  # both are in the ledger already
        minutes = min(one[0][1], other[0][1]) - max(one[0][0], other[0][0])
        times = [(row["served_on"], row["start_at"], row["end_at"]) for row in (older[1], newer[1])]
        tracks = older[1]["track"] != newer[1]["track"]
        text = overlap_text(who(self.people.by_uid[cadre_uid]), times[0], times[1], minutes, tracks=tracks)
        planned.remarks.append(text)
        file, sheet, row = planned.ref
        found: dict[str, Any] = {
            "file": Path(file).name,
            "sheet": sheet,
            "row": row,
            "minutes": minutes,
            "message": text,
        }
        found["with_row"] = older[2].row.row if older[2] else None
        self.plan.overlaps.append(found)


_Timed = tuple[tuple[int, int], Mapping[str, Any], RowPlan | None]


def _as_written(sheet: ParsedSheet, row: ParsedRow, key: str) -> str:
    """The cell behind a field as the sheet has it; for times in one cell, that cell."""
    placed = sheet.map.placed
    column = placed.get(key) or (placed.get("start_at") if key == "end_at" else None)
    cells = sheet.raw.rows[row.row - 1] if 0 < row.row <= len(sheet.raw.rows) else ()
    return cell_text(cells[column.index]) if column and column.index < len(cells) else ""


def _key(row: Mapping[str, Any]) -> Key:
    hours_only = 0 if row["start_at"] else row["minutes"]
    return row["cadre_uid"], row["served_on"], row["start_at"], row["end_at"], hours_only, row["content"]


def _span(row: Mapping[str, Any]) -> tuple[int, int]:
    found = interval(row["served_on"], row["start_at"], row["end_at"])
    assert found is not None  # only timed records are compared
    return found
