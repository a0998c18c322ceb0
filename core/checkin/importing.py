"""Importing check-ins: whom a row names, which tracks it tells of, and how that differs from the ledger. 方案 三(三)"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

from core.base.errors import InvalidInput
from core.checkin.model import CHECKIN, TRACK_LABEL, CheckinDraft, CheckinFilter
from core.checkin.ops import change_checkin, check_in_many
from core.checkin.queries import checkin_rows
from core.checkin.rules import WHERE, community_told, day_faults, draft_faults, place_changed, place_told, who
from core.checkin.sheets import BOTH, NEVER_READ, SHEET, TRACKS, day_of, facts_of, tracks_told
from core.place.queries import linked_community
from core.roster.person_index import PersonIndex
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
    Written,
    column_of,
    commit,
    place_text,
    prepare,
)
from core.sheet.plain import same
from core.store import Reads, Row, Store, Tx

_CHOICES = tuple(Option(track, TRACK_LABEL[track]) for track in TRACKS)
_QUESTIONS = {
    "track": (
        "表里没有写明是组织派遣报到还是个人报到，这些行是哪一类？",
        _CHOICES,
    ),
    "both": (
        "表里写的是“双报到”，没有分别写明两个社区。怎样登记？",
        (Option(BOTH, "两类都登记：表里（或名册）的社区是个人报到，另在联系社区登记组织派遣报到"), *_CHOICES),
    ),
}
Key = tuple[str, str, str]
"""Cadre uid, track, day: the natural key of a check-in."""


def checkin_planner() -> Planner:
    """The planner of check-ins."""

    def plan(reads: Reads, sheets: Sequence[ParsedSheet], answers: Answers) -> ImportPlan:
        return _Planner(reads, sheets, answers).run()

    return plan


def prepare_checkins(
    store: Store,
    paths: Iterable[str | Path],
    *,
    sheet: str | None = None,
    maps: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Prepared:
    """Check files without writing."""
    return prepare(store, SHEET, checkin_planner(), paths, sheet=sheet, maps=maps, answers=answers)


def commit_checkins(store: Store, prepared: Prepared, *, skip_bad: bool = False) -> Written:
    """Write a checked import as one step; Refused if there are errors and no `skip_bad`."""
    return commit(store, prepared, apply_checkins, skip_bad=skip_bad)


def apply_checkins(tx: Tx, plan: ImportPlan) -> None:
    """Put the rows of a plan into the open transaction: what ends goes first and makes room for what begins."""
    changed = [one for one in plan.rows if one.outcome is Outcome.UPDATED]
    for one in sorted(changed, key=lambda row: not row.write.get("ended_on")):
        try:
            change_checkin(tx, one.uid, one.write)
        except InvalidInput as problem:
            where = place_text(one.ref)
            raise InvalidInput({key: f"{where}：{text}" for key, text in problem.fields.items()}) from problem
    fresh = [one for one in plan.rows if one.outcome is Outcome.NEW]
    drafts = [CheckinDraft(**one.write, source="IMPORTED") for one in fresh]
    for one, uid in zip(fresh, check_in_many(tx, drafts), strict=True):
        one.uid = uid


class _Planner:
    def __init__(self, reads: Reads, sheets: Sequence[ParsedSheet], answers: Answers) -> None:
        self.reads, self.sheets, self.answers = reads, sheets, answers
        self.plan = ImportPlan()
        self.linked = str((linked_community(reads) or {}).get("name", ""))
        self.spelled = lru_cache(maxsize=None)(lambda text: community_told(reads, text))
        self.people = PersonIndex(reads, (row.values for sheet in sheets for row in sheet.rows))
        self.known: dict[Key, list[Row]] = defaultdict(list)
        self.times: Counter[Key] = Counter()  # how often the sheets tell of one day
        self.open: dict[tuple[str, str], str] = {}  # the day of the open check-in of a person and track
        self.met: dict[Key, list[tuple[RowPlan, dict[str, Any]]]] = defaultdict(list)

    def run(self) -> ImportPlan:
        """Every row's outcome; a row that tells of both tracks becomes two."""
        told = [one for sheet in self.sheets for row in sheet.rows for one in self._row(sheet, row)]
        self._load([person["uid"] for _, person, *_ in told])
        self.times = Counter((person["uid"], track, facts["checked_on"]) for _, person, track, facts in told)
        later = []
        for one, person, track, facts in told:
            if self._meet(one, person, track, facts):
                later.append((one, person, track, facts))
        for one, person, track, facts in later:  # what a sheet ends has made room by now, whatever the order of rows
            self._new(one, person, track, facts)
        return self.plan

    def _load(self, cadre_uids: Sequence[str]) -> None:
        asked = CheckinFilter(cadre_uids=tuple(dict.fromkeys(cadre_uids)))
        for row in checkin_rows(self.reads, asked):
            self.known[row["cadre_uid"], row["track"], row["checked_on"]].append(row)
            if not row["ended_on"]:
                self.open[row["cadre_uid"], row["track"]] = row["checked_on"]

    # -- one row -------------------------------------------------------------------------------------------------------

    def _row(self, sheet: ParsedSheet, row: ParsedRow) -> list[tuple[RowPlan, Row, str, dict[str, Any]]]:
        """What a row tells: a plan for each track with the person and the facts; nothing if it is wrong or waits."""
        faults = [one for one in row.faults if one.key not in NEVER_READ]
        first = RowPlan(sheet, row, str(row.values.get("name") or ""), Outcome.WRONG, faults=faults)
        self.plan.rows.append(first)
        if any(one.blocking for one in faults):
            return []
        wrong = {one.key for one in faults}
        values = {key: value for key, value in row.values.items() if key not in wrong and value not in (None, "")}
        try:
            person = self.people.of(values)
            tracks = self._settled(first, tracks_told(values, self.linked))
            both = len(tracks) > 1
            told = [
                (track, {**facts_of(values, track, both=both, linked=self.linked), "checked_on": day_of(values, track)})
                for track in tracks
            ]
        except InvalidInput as problem:
            self._faults(first, problem.fields)
            return []
        if (number := values.get("staff_no")) and number != person["staff_no"]:
            first.remarks.append(f"工号{number}少了前面的0，按名册里同名的工号{person['staff_no']}计。")
        first.name = person["name"]
        plans = [first, *(RowPlan(sheet, row, person["name"], Outcome.WRONG) for _ in told[1:])]
        self.plan.rows += plans[1:]
        return [(one, person, track, facts) for one, (track, facts) in zip(plans, told, strict=False)]

    def _settled(self, planned: RowPlan, tracks: tuple[str, ...]) -> tuple[str, ...]:
        """The tracks, asked for once an import where the sheet leaves them open; () = the row waits."""
        if tracks and tracks != (BOTH,):
            return tracks
        number = "both" if tracks else "track"
        text, options = _QUESTIONS[number]
        answer = self.plan.ask(Question(number, number, text, options), self.answers)
        if not answer:
            planned.outcome = Outcome.ASKED
            planned.asked.append(number)
            return ()
        return TRACKS if answer == BOTH else (answer,)

    # -- against the ledger --------------------------------------------------------------------------------------------

    def _meet(self, planned: RowPlan, person: Row, track: str, facts: dict[str, Any]) -> bool:
        """Compare with what is known and with the rows above; True if it is told here for the first time."""
        if facts.get("community"):
            facts |= {
                **self.spelled(str(facts["community"])),
                **{key: facts[key] for key in WHERE[:2] if facts.get(key)},
            }
        key = (person["uid"], track, facts["checked_on"])
        if self._is_second(planned, key, facts):
            return False
        there = self._there(key, facts)
        if there is None:
            return True
        differs = _differing(there, facts)
        planned.uid = there["uid"]
        planned.changes += [
            Change(
                one, CHECKIN.field(one).label, CHECKIN.field(one).text(there[one]), CHECKIN.field(one).text(facts[one])
            )
            for one in differs
        ]
        planned.write = {one: facts[one] for one in differs}
        problems = day_faults({**there, **planned.write}, str(person["birth_on"] or "")) if differs else {}
        if any(one in differs for one in WHERE):
            problems |= self._place_faults(track, place_changed(there, facts), person)
        if problems:
            self._faults(planned, problems)
        else:
            planned.outcome = Outcome.UPDATED if differs else Outcome.UNCHANGED
            if planned.write.get("ended_on") and self.open.get(key[:2]) == key[2]:
                del self.open[key[:2]]
        return False

    def _new(self, planned: RowPlan, person: Row, track: str, facts: dict[str, Any]) -> None:
        ending = {"end_reason": facts.get("end_reason") or "其他"} if facts.get("ended_on") else {"end_reason": ""}
        planned.write = {"cadre_uid": person["uid"], "track": track, **facts, **ending}
        problems = draft_faults(self.reads, CheckinDraft(**planned.write), person)
        held = self.open.get((person["uid"], track))
        if held and not facts.get("ended_on") and not problems:
            what = f"{who(person)}已有{held}的{TRACK_LABEL[track]}，还没有注销"
            problems = {"checked_on": f"{what}。搬家的请先注销那一条（迁居），日期写错的请核对。"}
        if problems:
            self._faults(planned, problems)
            return
        planned.outcome = Outcome.NEW
        if not facts.get("ended_on"):
            self.open[person["uid"], track] = facts["checked_on"]

    def _is_second(self, planned: RowPlan, key: Key, facts: dict[str, Any]) -> bool:
        """Whether a row above told of the same check-in: the same again is left out, anything else is wrong.

        Two rows of one day are two check-ins only if they are at two communities and all but one are over.
        """
        before = self.met[key]
        for first, told in before:
            if not _differing(told, facts) and not _differing(facts, told):
                planned.outcome = Outcome.SKIPPED
                planned.remarks.append(f"与{place_text(first.ref, planned.ref)}是同一次报到，只取一条。")
                return True
        before.append((planned, facts))
        places = {str(told.get("community") or "") for _, told in before}
        if len(places) == len(before) and sum(not told.get("ended_on") for _, told in before) < 2:
            return False
        where, label = place_text(before[0][0].ref, planned.ref), TRACK_LABEL[key[1]]
        text = f"{planned.name}{key[2]}的{label}在{where}已经出现过，两行写得不一样，请只留一行。"
        self._faults(planned, {"checked_on": text})
        return True

    def _there(self, key: Key, facts: Mapping[str, Any]) -> Row | None:
        """The record a row means: the most alike of that day; where the sheet has several, the one at its community."""
        known = self.known.get(key, [])
        if self.times[key] > 1:
            known = [row for row in known if row["community"] == facts.get("community", row["community"])]
        return min(known, key=lambda row: len(_differing(row, facts)), default=None)

    def _place_faults(self, track: str, told: tuple[str, str, str], person: Row) -> dict[str, str]:
        try:
            place_told(self.reads, track, told, person)
        except InvalidInput as problem:
            return problem.fields
        return {}

    def _faults(self, planned: RowPlan, problems: Mapping[str, str]) -> None:
        planned.outcome = Outcome.WRONG
        for key, text in problems.items():
            known = key if key in SHEET.keys else ""
            value = str(planned.row.values.get(known) or "") if known else ""
            planned.faults.append(Fault(planned.row.row, known, column_of(planned.sheet, known, SHEET), value, text))


def _differing(there: Mapping[str, Any], facts: Mapping[str, Any]) -> list[str]:
    """The facts that say something else than a record or another row; what is left empty says nothing."""
    return [key for key, value in facts.items() if not same(CHECKIN.field(key), there.get(key), value)]
