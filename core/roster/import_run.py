"""Importing rosters in two calls, for the window and the command line: look first, then write."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path

from core.roster.import_apply import apply_roster
from core.roster.import_places import RosterPlan
from core.roster.importing import plan_roster
from core.roster.model import ROSTER_SHEET
from core.sheet.contract import ParsedSheet
from core.sheet.importing import Answers, Planner, Prepared, RowRef, Written, commit, prepare
from core.store import Reads, Store


def roster_planner(unit: str | None = None, same_person: str = "", skips: Collection[RowRef] = ()) -> Planner:
    """The planner of the roster with its options."""

    def plan(reads: Reads, sheets: Sequence[ParsedSheet], answers: Answers) -> RosterPlan:
        return plan_roster(reads, sheets, answers, unit=unit, same_person=same_person, skips=skips)

    return plan


def prepare_roster(
    store: Store,
    paths: Iterable[str | Path],
    *,
    sheet: str | None = None,
    unit: str | None = None,
    maps: Mapping[str, str] | None = None,
    answers: Answers | None = None,
    same_person: str = "",
) -> Prepared:
    """Check files without writing. `same_person` (new, merge, skip) settles likely duplicates without a screen."""
    planner = roster_planner(unit, same_person)
    return prepare(store, ROSTER_SHEET, planner, paths, sheet=sheet, maps=maps, answers=answers)


def commit_roster(store: Store, prepared: Prepared, *, skip_bad: bool = False) -> Written:
    """Write a checked import as one step; Refused if there are errors and no `skip_bad`."""
    return commit(store, prepared, apply_roster, skip_bad=skip_bad)
