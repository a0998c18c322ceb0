"""The way of every import: read, map, parse, plan, look, write. Knows field specs, no feature.

A feature adds a planner (rows to outcomes and questions) and a writer; the window and the command line use `prepare`
and `commit`. All rows are checked before anything is written, and everything is written in one step.
"""

from __future__ import annotations

import gc
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from core.base.errors import InvalidInput, Refused, Stale
from core.base.fields import EntitySpec
from core.sheet.contract import ColumnMap, Fault, FileProblem, ParsedRow, ParsedSheet
from core.sheet.form_reading import form_to_table
from core.sheet.mapping import map_columns, to_remember, unused_given
from core.sheet.parsing import parse_sheet
from core.sheet.reading import read_paths
from core.store import Reads, Store, Tx, backup

Answers = Mapping[str, str]
"""Question id -> key of the option taken."""
RowRef = tuple[str, str, int]
"""(file, sheet, row): where a row lies."""


class Outcome(StrEnum):
    """What becomes of one row."""

    NEW = "new"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    ASKED = "asked"  # waits for an answer; not written
    WRONG = "wrong"  # cannot be written


@dataclass(frozen=True, slots=True)
class Option:
    """One answer a person may choose."""

    key: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """Something only a person can settle. `default` is taken without a screen; '' = the row is listed, not written."""

    id: str
    kind: str
    text: str
    options: tuple[Option, ...]
    default: str = ""
    ref: RowRef | None = None  # the row it is about; None: about the whole import
    name: str = ""  # whom or what it is about


@dataclass(frozen=True, slots=True)
class Change:
    """One field of an update, as a person reads it."""

    key: str
    label: str
    old: str
    new: str


@dataclass(slots=True)
class RowPlan:
    """One row and what would be written of it."""

    sheet: ParsedSheet
    row: ParsedRow
    name: str
    outcome: Outcome
    uid: str = ""  # the record it meets or makes
    write: dict[str, Any] = field(default_factory=dict)  # columns to write
    seen: dict[str, Any] = field(default_factory=dict)  # what the sheet says, to tell later corrections from old news
    changes: list[Change] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)
    remarks: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)  # ids of questions without an answer

    @property
    def ref(self) -> RowRef:
        return ref_of(self.sheet, self.row)


@dataclass(slots=True)
class ImportPlan:
    """Every row's outcome, what must be asked, what is missing. Features extend it."""

    rows: list[RowPlan] = field(default_factory=list)
    questions: dict[str, Question] = field(default_factory=dict)
    taken: dict[str, str] = field(default_factory=dict)  # question id -> answer or default in force
    missing: list[dict[str, str]] = field(default_factory=list)  # known here, absent from the sheet
    sheet_faults: list[tuple[ParsedSheet, Fault]] = field(default_factory=list)  # about a whole sheet
    remarks: list[str] = field(default_factory=list)

    def ask(self, question: Question, answers: Answers) -> str:
        """The answer to a question, its default, or '' (then the row waits)."""
        self.questions[question.id] = question
        answer = answers.get(question.id, question.default)
        if answer and answer.partition(":")[0] not in {one.key for one in question.options}:
            known = "、".join(f"{one.key}（{one.label}）" for one in question.options)
            raise InvalidInput({question.id: f"“{question.text}”的回答“{answer}”不在可选范围内，可以选：{known}。"})
        self.taken[question.id] = answer
        return answer

    def counts(self) -> dict[Outcome, int]:
        """Rows by outcome, every outcome named."""
        found = Counter(one.outcome for one in self.rows)
        return {one: found[one] for one in Outcome}


class Planner(Protocol):
    """A feature's planner: parsed sheets to a plan. Called again inside the writing transaction if need be."""

    def __call__(self, reads: Reads, sheets: Sequence[ParsedSheet], answers: Answers) -> ImportPlan: ...


@dataclass(slots=True)
class Prepared:
    """An import that is checked and not yet written."""

    spec: EntitySpec
    sheets: list[ParsedSheet]
    plan: ImportPlan
    planner: Planner
    answers: dict[str, str]
    problems: list[FileProblem]  # files that could not be taken
    passed_over: list[tuple[str, str, str]]  # (file, sheet, why): sheets without data
    seq: int  # newest step of the ledger when it was planned

    @property
    def errors(self) -> list[dict[str, Any]]:
        """Everything wrong, as the command line prints it."""
        found = [_error(one.file, one.sheet, None, "", "", one.message) for one in self.problems]
        found += [_fault(sheet, fault) for sheet, fault in self.plan.sheet_faults]
        found += [_fault(row.sheet, fault) for row in self.plan.rows for fault in row.faults]
        return found

    @property
    def unmapped(self) -> list[dict[str, Any]]:
        """Columns that hold something and fill no field."""
        return [
            {
                "file": Path(one.raw.file).name,
                "sheet": one.raw.sheet,
                "column": column.head,
                "how": column.how,
                "samples": list(column.samples),
            }
            for one in self.sheets
            for column in one.map.unplaced
        ]

    @property
    def asked(self) -> list[dict[str, Any]]:
        """Questions in force, with the row they hold back (if any) and what is taken without an answer."""
        found = []
        for one in self.plan.questions.values():
            file, sheet, row = one.ref or ("", "", None)
            options = {option.key: option.label for option in one.options}
            found.append(
                {
                    "id": one.id,
                    "kind": one.kind,
                    "file": Path(file).name if file else "",
                    "sheet": sheet,
                    "row": row,
                    "name": one.name,
                    "message": one.text,
                    "options": options,
                    "answer": self.plan.taken.get(one.id, ""),
                    "written": bool(self.plan.taken.get(one.id)),
                }
            )
        return found

    @property
    def left_out(self) -> list[dict[str, Any]]:
        """Rows that hold no record: totals, notes, signatures."""
        return [
            {"file": Path(one.raw.file).name, "sheet": one.raw.sheet, "row": row, "why": why}
            for one in self.sheets
            for row, why in one.left_out
        ]

    @property
    def remarks(self) -> list[dict[str, Any]]:
        """What was put right or kept on the way, row by row, and what is said of whole sheets."""
        found = [_remark(one.raw.file, one.raw.sheet, None, text) for one in self.sheets for text in one.raw.remarks]
        found += [_remark(file, sheet, None, why) for file, sheet, why in self.passed_over]
        found += [_remark("", "", None, text) for text in self.plan.remarks]
        for row in self.plan.rows:
            found += [_remark(*row.ref, text) for text in (*row.row.remarks, *row.remarks)]
        return found

    @property
    def label(self) -> str:
        """What the history calls the import."""
        files = list(dict.fromkeys(Path(one.raw.file).name for one in self.sheets))
        return f"导入{self.spec.label}：{files[0] if len(files) == 1 else f'{len(files)}个文件'}"


@dataclass(frozen=True, slots=True)
class Written:
    """What an import wrote; `step` is None if nothing."""

    step: int | None
    label: str
    counts: dict[Outcome, int]
    tables: frozenset[str] = frozenset()


Writer = Callable[[Tx, Any], None]
"""A feature's writer: puts a plan's rows into the open transaction."""


@contextmanager
def _without_collector() -> Iterator[None]:
    """A big sheet becomes a million objects that stay: the collector would walk them all, again and again, for nothing."""
    was_on = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_on:
            gc.enable()


@_without_collector()
def prepare(
    store: Store,
    spec: EntitySpec,
    planner: Planner,
    paths: Iterable[str | Path],
    *,
    sheet: str | None = None,
    maps: Mapping[str, str] | None = None,
    answers: Answers | None = None,
) -> Prepared:
    """Read, map, parse and plan; nothing is written. `maps` is heads (or 第3列, C) to fields for all sheets."""
    raws, problems = read_paths(paths, sheet)
    lists = code_lists(store)
    remembered = store.local.get(_memory(spec), {})
    sheets: list[ParsedSheet] = []
    passed_over: list[tuple[str, str, str]] = []
    for raw in [form_to_table(one, spec) or one for one in raws]:  # one-person forms read as one row
        columns = map_columns(raw, spec, remembered, maps, lists)
        lacking = [] if columns is None else _lacking(columns, spec)
        if columns is None or (lacking and len(columns.placed) < 2):
            passed_over.append((raw.file, raw.sheet, f"工作表“{raw.sheet}”里没有找到{spec.label}的表头，没有导入。"))
        elif lacking:
            problems.append(FileProblem(raw.file, _lacking_text(raw.sheet, lacking), raw.sheet))
            sheets.append(ParsedSheet(raw, columns, []))  # kept, so that its columns can be put right
        else:
            sheets.append(parse_sheet(raw, columns, spec, lists))
    if maps and (unknown := unused_given((one.map for one in sheets), maps)):
        names = "、".join(f"“{name}”" for name in unknown)
        raise InvalidInput({"map": f"表里没有名为{names}的列，请检查指定的列名。"})
    problems += _empty_files([one.file for one in raws], sheets, spec)
    found = dict(answers or {})
    plan = planner(store, sheets, found)
    return Prepared(spec, sheets, plan, planner, found, problems, passed_over, last_seq(store))


@_without_collector()
def plan_again(store: Store, prepared: Prepared) -> None:
    """Plan anew after answers or corrected cells (`prepared.answers`, `prepared.sheets`)."""
    prepared.plan = prepared.planner(store, prepared.sheets, prepared.answers)
    prepared.seq = last_seq(store)


@_without_collector()
def commit(store: Store, prepared: Prepared, writer: Writer, *, skip_bad: bool = False) -> Written:
    """Write a prepared import as one step. With errors and no `skip_bad` nothing is written: Refused."""
    if not prepared.sheets:
        raise Refused("没有可以导入的内容。", "请检查选的文件。")
    if prepared.errors and not skip_bad:
        number = len(prepared.errors)
        raise Refused(f"有{number}处错误，什么都没有写入。", "请改正后再导入，或选择跳过有错的部分。")
    backup.before(store, "导入前")
    with store.transact(prepared.label) as tx:
        plan = prepared.plan
        if last_seq(tx) != prepared.seq:
            # somebody wrote since the check: the same look again, and a word if it would now do something else
            plan = prepared.planner(tx, prepared.sheets, prepared.answers)
            if plan.counts() != prepared.plan.counts():
                raise Stale("检查之后台账又有改动，导入的结果会与刚才看到的不同，没有写入。", "请重新检查后再导入。")
        writer(tx, plan)
    remember_maps(store, prepared)
    return Written(tx.outcome.step, tx.outcome.label, plan.counts(), tx.outcome.tables)


def remember_maps(store: Store, prepared: Prepared) -> None:
    """Keep how each layout was mapped, for the next sheet that looks the same."""
    memory = store.local.get(_memory(prepared.spec), {})
    fresh = {one.map.layout: to_remember(one.map) for one in prepared.sheets}
    if any(memory.get(layout) != mapping for layout, mapping in fresh.items()):
        store.local.put(_memory(prepared.spec), {**memory, **fresh})


def code_lists(reads: Reads) -> dict[str, list[str]]:
    """The editable lists, by name."""
    lists: dict[str, list[str]] = {}
    for name, value in reads.tuples("SELECT list, value FROM code_list ORDER BY list, position"):
        lists.setdefault(name, []).append(value)
    return lists


def ref_of(sheet: ParsedSheet, row: ParsedRow) -> RowRef:
    """Where a row lies."""
    return sheet.raw.file, sheet.raw.sheet, row.row


def place_text(ref: RowRef, other: RowRef | None = None) -> str:
    """'第2行', with sheet and file in front where they differ from those of `other`."""
    file, sheet, row = ref
    if other is not None and other[:2] == (file, sheet):
        return f"第{row}行"
    name = Path(file).name
    return f"{name}“{sheet}”第{row}行" if sheet != Path(file).stem else f"{name}第{row}行"


def column_of(sheet: ParsedSheet, key: str, spec: EntitySpec) -> str:
    """The head of a field's column in a sheet, or its label."""
    found = sheet.map.placed.get(key)
    return found.head if found else (spec.field(key).label if key else "")


def _empty_files(files: Iterable[str], sheets: Sequence[ParsedSheet], spec: EntitySpec) -> list[FileProblem]:
    with_data = {one.raw.file for one in sheets}
    with_rows = {one.raw.file for one in sheets if one.rows or one.left_out or _lacking(one.map, spec)}
    strange = f"里没有一张表能认出{spec.label}的表头，没有导入。请检查表头，或用“对列”指定各列。"
    bare = "里只有表头，没有一行数据，没有导入。请确认发来的是填好的那一份。"
    return [
        FileProblem(file, f"{Path(file).name} {bare if file in with_data else strange}")
        for file in dict.fromkeys(files)
        if file not in with_rows
    ]


def _lacking(columns: ColumnMap, spec: EntitySpec) -> list[str]:
    """Labels of required fields that no column fills: without them no row can go in."""
    return [one.label for one in spec.fields if one.required and one.key not in columns.placed]


def _lacking_text(sheet: str, labels: list[str]) -> str:
    names = "、".join(f"“{label}”" for label in labels)
    return f"工作表“{sheet}”里没有认出{names}这一列，没有导入。请用“对列”指定它是哪一列。"


def _memory(spec: EntitySpec) -> str:
    return f"import.columns.{spec.kind}"


def last_seq(reads: Reads) -> int:
    """The newest step of the history: whether somebody wrote between check and commit."""
    return int(reads.value("SELECT coalesce(max(seq), 0) FROM history"))


def _fault(sheet: ParsedSheet, fault: Fault) -> dict[str, Any]:
    return _error(sheet.raw.file, sheet.raw.sheet, fault.row or None, fault.column, fault.value, fault.message)


def _error(file: str, sheet: str, row: int | None, column: str, value: str, message: str) -> dict[str, Any]:
    name = Path(file).name
    return {"file": name, "sheet": sheet, "row": row, "column": column, "value": value, "message": message}


def _remark(file: str, sheet: str, row: int | None, text: str) -> dict[str, Any]:
    return {"file": Path(file).name if file else "", "sheet": sheet, "row": row, "message": text}
