"""What an import under way consists of: files, columns as settled, corrections, answers. No widget; it outlives them.

`read` and `check` are long and run on a worker; everything else is quick. Nothing a person typed is lost by going back.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from core.base.fields import EntitySpec
from core.sheet.contract import Column, ColumnMap, FileProblem, ParsedRow, ParsedSheet
from core.sheet.correcting import correct_cell
from core.sheet.importing import (
    Answers,
    ImportPlan,
    Outcome,
    Planner,
    Prepared,
    RowPlan,
    RowRef,
    Written,
    code_lists,
    commit,
    plan_again,
    prepare,
    ref_of,
)
from core.sheet.parsing import parse_sheet
from core.store import Reads, Store
from ui.kit.tasks import Progress
from ui.pages.import_heads import SheetRef, place_by_hand
from ui.pages.import_kinds import KINDS, Kind


@dataclass(slots=True)
class Reading:
    """What the files hold."""

    sheets: list[ParsedSheet] = field(default_factory=list)
    problems: list[FileProblem] = field(default_factory=list)
    passed_over: list[tuple[str, str, str]] = field(default_factory=list)


class ImportRun:
    """One import from the choice of files to the written step."""

    def __init__(self) -> None:
        self.kind = KINDS[0]
        self.begin()

    def begin(self) -> None:
        """Nothing chosen yet (the kind stays)."""
        self.files: list[str] = []
        self.read_of: tuple[str, tuple[str, ...]] | None = None  # what `reading` was read from
        self.by_hand: dict[SheetRef, int] = {}  # row of the head of sheets where none was found
        self.unit = ""  # for rows that name none
        self.late_reason = ""
        self.written: Written | None = None
        self._forget_reading()

    def _forget_reading(self) -> None:
        self.reading = Reading()
        self.maps: dict[SheetRef, ColumnMap] = {}  # as settled by the person
        self.left: set[SheetRef] = set()  # sheets not to import
        self.skips: set[RowRef] = set()
        self.corrections: dict[RowRef, dict[str, str]] = {}
        self.answers: dict[str, str] = {}
        self.lists: dict[str, list[str]] = {}
        self.prepared: Prepared | None = None
        self.written = None

    # -- files

    def add_files(self, paths: Iterable[str]) -> int:
        """Put files and folders on the list, each once; returns how many are new."""
        written = (str(Path(path)) for path in paths)  # Qt writes C:/ where Explorer writes C:\ for the same file
        fresh = [path for path in dict.fromkeys(written) if path not in self.files]
        self.files += fresh
        return len(fresh)

    @property
    def is_read(self) -> bool:
        """The files were read as they are now listed."""
        return self.read_of == (self.kind.id, tuple(self.files))

    def take_reading(self, reading: Reading) -> None:
        """The files have been read (anew). What was settled for sheets that are as they were stays settled."""
        same_kind = self.read_of is not None and self.read_of[0] == self.kind.id
        before = {sheet_ref(one): one for one in self.reading.sheets} if same_kind else {}
        old_maps, old_left = self.maps, self.left
        skips, corrections, answers = self.skips, self.corrections, self.answers
        self._forget_reading()
        self.read_of = (self.kind.id, tuple(self.files))
        self.reading = reading
        self.maps = {sheet_ref(one): one.map for one in reading.sheets}
        same = {sheet_ref(one) for one in reading.sheets if _unchanged(one, before.get(sheet_ref(one)))}
        self.maps |= {ref: old_maps[ref] for ref in same}
        self.left = old_left & same
        self.skips = {ref for ref in skips if ref[:2] in same}
        self.corrections = {ref: cells for ref, cells in corrections.items() if ref[:2] in same}
        self.answers = answers if same else {}

    def problems_of(self, path: str) -> list[str]:
        """What is wrong with one line of the file list."""
        inside = Path(path)
        return [
            one.message
            for one in self.reading.problems
            if not one.sheet and (Path(one.file) == inside or inside in Path(one.file).parents)
        ]

    def unread_sheets(self) -> list[SheetRef]:
        """Sheets whose head was not found."""
        return [(file, sheet) for file, sheet, _why in self.reading.passed_over]

    # -- columns

    def lacking(self, ref: SheetRef) -> list[str]:
        """Labels of required fields that no column of the sheet fills."""
        return [one.label for one in self.kind.spec.fields if one.required and one.key not in self.maps[ref].placed]

    def open_columns(self, ref: SheetRef) -> int:
        """How many things must still be settled in a sheet's columns."""
        return 0 if ref in self.left else len(self.maps[ref].unplaced) + len(self.lacking(ref))

    def alike(self, ref: SheetRef) -> list[SheetRef]:
        """Other sheets with the same heads: a choice for one is a choice for all."""
        layout = self.maps[ref].layout
        return [other for other, one in self.maps.items() if other != ref and layout and one.layout == layout]

    def place(self, ref: SheetRef, index: int, key: str | None) -> int:
        """Column `index` fills `key` ('' = not imported, None = open again), here and in sheets with the same heads."""
        for one in (ref, *(others := self.alike(ref))):
            self.maps[one] = _placed(self.maps[one], index, key)
        return len(others)

    def place_all_open(self, ref: SheetRef) -> None:
        """Leave out every column that is still open in the sheet."""
        for column in self.maps[ref].unplaced:
            self.place(ref, column.index, "")

    # -- rows

    @property
    def included(self) -> list[SheetRef]:
        """The sheets to import."""
        return [ref for ref in self.maps if ref not in self.left]

    def planner(self) -> Planner:
        """The planner with the options in force."""
        return self.kind.planner(self.unit, self.late_reason, frozenset(self.skips))

    def correct(self, row: RowPlan, key: str, text: str) -> str:
        """Put a cell right; returns what is still wrong with it."""
        self.corrections.setdefault(row.ref, {})[key] = text
        wrong = correct_cell(row.sheet, row.row, key, text, self.kind.spec, self.lists)
        self._look_again_at_repeats(key)
        return wrong

    def like(self, key: str, value: str) -> list[RowPlan]:
        """Rows whose cell of the field is wrong with the same value."""
        rows = self.prepared.plan.rows if self.prepared else []
        return [one for one in rows if any(fault.key == key and fault.value == value for fault in one.faults)]

    def skip(self, refs: Iterable[RowRef], on: bool) -> None:
        """Leave rows out, or take them in again."""
        (self.skips.update if on else self.skips.difference_update)(refs)
        for key in self.kind.spec.natural_key:
            self._look_again_at_repeats(key)

    def _look_again_at_repeats(self, key: str) -> None:
        """A number told as a repeat may be none any more; the planner tells it again if it still is."""
        if key not in self.kind.spec.natural_key or self.prepared is None:
            return
        for sheet in self.prepared.sheets:
            for row in sheet.rows:
                for fault in [one for one in row.faults if one.key == key and "重复：" in one.message]:
                    correct_cell(sheet, row, key, fault.value, self.kind.spec, self.lists)

    def counts(self) -> dict[Outcome, int]:
        """Rows by outcome."""
        return self.prepared.plan.counts() if self.prepared else dict.fromkeys(Outcome, 0)


def sheet_ref(sheet: ParsedSheet) -> SheetRef:
    """Which sheet it is."""
    return sheet.raw.file, sheet.raw.sheet


def read_files(
    kind: Kind, files: Sequence[str], heads: Mapping[SheetRef, int], store: Store, progress: Progress
) -> Reading:
    """Read and map every file, one after the other, so that it can be watched and stopped.

    `heads` are the rows of heads that a person pointed out.
    """
    found, seen = Reading(), set[SheetRef]()
    for number, path in enumerate(files):
        progress(number, len(files))
        one = prepare(store, kind.spec, _no_plan, [path])
        place_by_hand(one, heads)
        found.problems += [problem for problem in one.problems if problem not in found.problems]
        found.passed_over += [left for left in one.passed_over if left not in found.passed_over]
        for sheet in one.sheets:
            if sheet_ref(sheet) not in seen:  # a file that also lies in a folder of the list
                seen.add(sheet_ref(sheet))
                found.sheets.append(sheet)
    progress(len(files), len(files))
    return found


def _no_plan(_reads: Reads, _sheets: Sequence[ParsedSheet], _answers: Answers) -> ImportPlan:
    return ImportPlan()


def check(run: ImportRun, store: Store, progress: Progress) -> Prepared:
    """Parse what was mapped anew, put the corrections back in, plan. Builds a new Prepared; `run` is only read."""
    spec, lists = run.kind.spec, code_lists(store)
    sheets = []
    by_ref = {sheet_ref(one): one for one in run.reading.sheets}
    done = {sheet_ref(one): one for one in run.prepared.sheets} if run.prepared else {}
    refs = run.included
    for number, ref in enumerate(refs):
        progress(number, len(refs) + 1)
        sheet = done.get(ref) or by_ref[ref]
        if sheet.map is not run.maps[ref] or not sheet.rows:
            sheet = parse_sheet(sheet.raw, run.maps[ref], spec, lists)
        _correct_again(sheet, run.corrections, spec, lists)
        sheets.append(sheet)
    kept = [one for one in run.reading.problems if not one.sheet]
    left = [(file, sheet, "您选择了不导入这张表。") for file, sheet in run.maps if (file, sheet) in run.left]
    passed_over = [*run.reading.passed_over, *left]
    made = Prepared(spec, sheets, ImportPlan(), run.planner(), dict(run.answers), kept, passed_over, 0)
    run.lists = lists
    plan_again(store, made)
    progress(len(refs) + 1, len(refs) + 1)
    return made


def plan(run: ImportRun, store: Store, _progress: Progress) -> None:
    """Plan again after a correction, an answer or a skip."""
    made = run.prepared
    assert made is not None
    made.planner, made.answers = run.planner(), dict(run.answers)
    plan_again(store, made)


def write(run: ImportRun, store: Store, progress: Progress) -> Written:
    """Write what can be written as one step; 取消 before its end leaves nothing behind."""
    made = run.prepared
    assert made is not None

    def writer(tx: object, found: ImportPlan) -> None:
        progress(1, 3)
        run.kind.writer(tx, found)  # type: ignore[arg-type]
        progress(2, 3)

    progress(0, 3)
    return commit(store, made, writer, skip_bad=True)


def _correct_again(
    sheet: ParsedSheet, corrections: dict[RowRef, dict[str, str]], spec: EntitySpec, lists: dict[str, list[str]]
) -> None:
    if not corrections:
        return
    rows: dict[RowRef, ParsedRow] = {ref_of(sheet, row): row for row in sheet.rows}
    for ref, cells in corrections.items():
        for key, text in cells.items() if ref in rows else ():
            correct_cell(sheet, rows[ref], key, text, spec, lists)


def _unchanged(sheet: ParsedSheet, before: ParsedSheet | None) -> bool:
    return before is not None and sheet.raw.rows == before.raw.rows


def _placed(old: ColumnMap, index: int, key: str | None) -> ColumnMap:
    columns: list[Column] = []
    for one in old.columns:
        if one.index == index:
            how = "given" if key else "unplaced" if key is None else "ignored"
            columns.append(replace(one, key=key or None, how=how))
        elif key and one.key == key:
            # one field, one column: the other is open again
            columns.append(replace(one, key=None, how="unplaced" if one.samples else "ignored"))
        else:
            columns.append(one)
    taken = {one.key for one in columns if one.key}
    unclear = tuple(one for one in old.ambiguous if one not in taken)
    return replace(old, columns=tuple(columns), ambiguous=unclear)
