"""A mapped sheet into rows of stored values: every row is looked at, every fault is told at its cell."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from core.base.dates import parse_time
from core.base.fields import EntitySpec, Field, Kind
from core.sheet.cells import cell_text, is_blank, norm_head
from core.sheet.contract import Column, ColumnMap, Fault, ParsedRow, ParsedSheet, RawSheet
from core.sheet.value_dates import RANGE, Read
from core.sheet.values import column_facts, plain_test, reader_for

_TOTAL = re.compile(
    r"(本页|本表|全院|全校|全部|以上|各项)?[(（]?(合|总|小|共|累)\s*计([:：)）\s\d（(人名].*)?"
    r"|共\s*\d+\s*[人名户个].*|平均[值数]?"
)
_NOTE = re.compile(
    r"(填表|填报|制表|报送|审核|审批|复核|单位|主管|分管|支部|党委|部门)?(人|单位|负责人|领导|书记|日期|时间|签字|签名|盖章|意见)(签字|签名|盖章)?(\(.*\)|（.*）)?[:：].*"
    r"|(备注|说明|注|附|填表说明|填写说明|注意|温馨提示|特别说明|其他说明)\d?[:：.、].*"
    r"|[*※★]\s*(注|说明|填).*|统计口径.*|截至.*|制表.*|填表.*|填报.*|联系人[:：].*|联系电话[:：].*|第\s*\d+\s*页.*|以下空白|以下为空"
)
_EXAMPLE = re.compile(r"[(（【]?(例|示例|样例|例如|举例|范例|填写示例)[)）】:：]?\d?")
_SUSPECT = frozenset(
    " \u3000合总小共累本全以各平填制报审复单主分支党部负领书备说注附温特其*※★统截联第例示样举范(（【日签盖"
)
_HALF_DAY = re.compile("上午|下午|晚上|傍晚|早上|中午|凌晨")
_NEXT_DAY = re.compile(r"\s*[(（]?(次日|翌日|第二天|隔天|隔日)[)）]?\s*")
_LONG_NOTE = 12


def parse_sheet(
    raw: RawSheet, columns: ColumnMap, spec: EntitySpec, lists: Mapping[str, Collection[str]] | None = None
) -> ParsedSheet:
    """All data rows with their values, faults and remarks; totals, notes and blanks are left out by name."""
    return _Parser(raw, columns, spec, lists or {}).run()


class _Parser:
    def __init__(
        self, raw: RawSheet, columns: ColumnMap, spec: EntitySpec, lists: Mapping[str, Collection[str]]
    ) -> None:
        self.raw, self.columns, self.spec, self.lists = raw, columns, spec, lists
        self.placed = columns.placed
        self.body = raw.rows[columns.first_row - 1 :]
        self.faults: dict[int, list[Fault]] = defaultdict(list)
        self.remarks: dict[int, list[str]] = defaultdict(list)
        self.cells: dict[str, list[Any]] = {}
        self.split: dict[str, str] = {}  # field without a column of its own -> the field whose column holds it
        anchors = {one.key for one in spec.fields if one.required} | set(spec.natural_key)
        self.anchors = [key for key in self.placed if key in anchors]

    def run(self) -> ParsedSheet:
        """Column by column, so that each distinct cell is read once; then row by row."""
        self.cells = {key: self._column_cells(column) for key, column in self.placed.items()}
        self._split_ranges()
        left_out = self._left_out()
        values = {key: self._read(self.spec.field(key), cells, left_out) for key, cells in self.cells.items()}
        self._check_required(values, left_out)
        self._check_duplicates(values, left_out)
        return ParsedSheet(self.raw, self.columns, self._rows(values, left_out), sorted(left_out.items()))

    def _rows(self, values: Mapping[str, list[Any]], left_out: Collection[int]) -> list[ParsedRow]:
        keys, first = tuple(values), self.columns.first_row
        lines = zip(*values.values(), strict=True) if keys else iter(())
        rows = []
        for number, line in enumerate(lines, first):
            if number in left_out:
                continue
            row = ParsedRow(number, dict(zip(keys, line, strict=True)))
            if number in self.faults:
                row.faults = self.faults[number]
            if number in self.remarks:
                row.remarks = self.remarks[number]
            rows.append(row)
        return rows

    # -- cells -----------------------------------------------------------------------------------------------------

    def _column_cells(self, column: Column) -> list[Any]:
        index = column.index
        try:
            cells = [row[index] for row in self.body]
        except IndexError:  # ragged lines of a CSV
            cells = [row[index] if index < len(row) else "" for row in self.body]
        if self.raw.merged and column.key != (self.spec.natural_key[0] if len(self.spec.natural_key) == 1 else None):
            self._fill_down(cells, index)
        return cells

    def _fill_down(self, cells: list[Any], index: int) -> None:
        """A cell merged over several rows (one 党支部 for ten people) holds for each of them."""
        start = self.columns.first_row - 1
        for top, left, bottom, right in self.raw.merged:
            if left <= index <= right and bottom > top >= start and left == right and top - start < len(cells):
                for row in range(top - start + 1, min(bottom - start + 1, len(cells))):
                    if is_blank(cells[row]):
                        cells[row] = cells[top - start]

    def _split_ranges(self) -> None:
        """起止时间 in one column: '9:00-11:30' is a start and an end; an end may be written 次日2:00."""
        times = [one.key for one in self.spec.fields if one.kind is Kind.TIME]
        if len(times) < 2 or times[0] not in self.cells:
            return
        if times[1] in self.cells:
            both = zip(self.cells[times[0]], self.cells[times[1]], strict=True)
            self.cells[times[1]] = [_without_next_day(start, end) for start, end in both]
            return
        self.split[times[1]] = times[0]
        pairs = [RANGE.fullmatch(cell) if isinstance(cell, str) else None for cell in self.cells[times[0]]]
        if any(pairs):
            starts = self.cells[times[0]]
            self.cells[times[0]] = [pair[1] if pair else cell for pair, cell in zip(pairs, starts, strict=True)]
            self.cells[times[1]] = [
                _without_next_day(pair[1], _with_half_day(pair[1], pair[2])) if pair else "" for pair in pairs
            ]

    # -- rows that are no data -------------------------------------------------------------------------------------

    def _left_out(self) -> dict[int, str]:
        left_out: dict[int, str] = {}
        lacking = {offset for key in self.anchors for offset, cell in enumerate(self.cells[key]) if is_blank(cell)}
        lacking |= self._like_heads()
        for offset, row in enumerate(self.body):
            first = (row[0] if row else "") or next((cell for cell in row if cell != "" and cell is not None), "")
            whole = bool(self.anchors) and offset not in lacking
            if whole and not (type(first) is str and first[0] in _SUSPECT):
                continue
            why = self._why_no_data(row, whole=whole)
            if why:
                left_out[self.columns.first_row + offset] = why
        return left_out

    def _like_heads(self) -> set[int]:
        """Rows whose key cells hold what their head says: perhaps the head again, as on each printed page."""
        found: set[int] = set()
        for key in self.anchors:
            index = self.placed[key].index
            heads = {row[index] for number in self.columns.head_rows if index < len(row := self.raw.rows[number - 1])}
            texts = {head for head in heads if isinstance(head, str) and head}
            found |= {offset for offset, cell in enumerate(self.cells[key]) if type(cell) is str and cell in texts}
        return found

    def _why_no_data(self, row: Sequence[Any], *, whole: bool) -> str:
        texts = {index: cell_text(cell) for index, cell in enumerate(row) if not is_blank(cell)}
        if not texts:
            return "空行"
        known = {column.index: column for column in self.columns.columns}
        ignored = all(index in known and known[index].how == "ignored" for index in texts)
        if ignored and all(text.isdigit() for text in texts.values()):
            return "只有序号的空行"
        first = next(iter(texts.values()))
        names = [
            texts[column.index] for key, column in self.placed.items() if key in self.anchors and column.index in texts
        ]
        if any(_TOTAL.fullmatch(text) for text in (first, *names)):
            return "合计行"
        if self._repeats_head(texts, known):
            return "重复的表头"
        if _EXAMPLE.fullmatch(first):
            return "填写示例"
        if not whole and _NOTE.fullmatch(first.replace("\n", " ")):
            return "表尾说明"
        placed = {column.index: key for key, column in self.placed.items()}
        if not any(index in placed for index in texts):
            return "对上的列都是空的"
        index = next(iter(texts))
        if len(texts) == 1 and (placed.get(index) not in self.anchors or len(first) > _LONG_NOTE):
            return f"只有一格文字：“{first[:30]}”"
        return ""

    def _repeats_head(self, texts: Mapping[int, str], known: Mapping[int, Column]) -> bool:
        heads = {index: norm_head(column.head) for index, column in known.items() if column.head}
        same = sum(
            1
            for index, text in texts.items()
            if index in heads
            and norm_head(text)
            and (norm_head(text) == heads[index] or heads[index].endswith(f"/{norm_head(text)}"))
        )
        return same >= 2 and same * 10 >= len(texts) * 6

    # -- values ----------------------------------------------------------------------------------------------------

    def _read(self, field: Field, cells: list[Any], left_out: Collection[int]) -> list[Any]:
        column = self.placed.get(self.split.get(field.key, field.key))
        head = column.head if column else field.label
        start = self.columns.first_row
        kept = [cell for number, cell in enumerate(cells, start) if number not in left_out] if left_out else cells
        facts = column_facts(field, head, kept, exact_text=not self.raw.encoding)
        read = reader_for(field, facts, self.lists.get(field.code_list, ()) if field.code_list else ())
        plain = plain_test(field)
        kinds = set(map(type, cells))
        if bool in kinds:  # True and 1 are one key of a dict and two cells of a sheet
            cells = [cell_text(cell) if cell is True or cell is False else cell for cell in cells]
        stored: dict[Any, Any] = {}
        notes: dict[Any, Read] = {}
        for cell in dict.fromkeys(cells):  # each distinct cell once
            if cell == "" or cell is None:
                stored[cell] = ""
            elif plain is not None and type(cell) is str and plain(cell):
                stored[cell] = cell
            else:
                hit = read(cell)
                stored[cell] = hit.value
                if hit.fault or hit.remark:
                    notes[cell] = hit
        if notes:
            self._note(field, head, cells, notes)
        return [stored[cell] for cell in cells]

    def _note(self, field: Field, head: str, cells: Sequence[Any], notes: Mapping[Any, Read]) -> None:
        blocking = self.spec.blocks(field)
        for number, cell in enumerate(cells, self.columns.first_row):
            hit = notes.get(cell)
            if hit is None:
                continue
            if hit.fault:
                message = hit.fault if blocking else f"{hit.fault}也可以先不填这一项。"
                self.faults[number].append(Fault(number, field.key, head, cell_text(cell), message, blocking))
            else:
                self.remarks[number].append(hit.remark)

    def _check_required(self, values: Mapping[str, list[Any]], left_out: Collection[int]) -> None:
        for field in self.spec.fields:
            if not field.required or field.key not in values:
                continue
            head = self.placed[field.key].head if field.key in self.placed else field.label
            for number, value in enumerate(values[field.key], self.columns.first_row):
                if value != "" or number in left_out:
                    continue
                if not any(fault.key == field.key for fault in self.faults.get(number, ())):
                    text = f"{field.label}为空，请填写{field.label}。"
                    self.faults[number].append(Fault(number, field.key, head, "", text, True))

    def _check_duplicates(self, values: Mapping[str, list[Any]], left_out: Collection[int]) -> None:
        """The key of one record twice in a sheet: the later row is told, with the row it repeats."""
        if len(self.spec.natural_key) != 1 or self.spec.natural_key[0] not in values:
            return
        field = self.spec.field(self.spec.natural_key[0])
        column = self.placed[field.key]
        first: dict[Any, int] = {}
        for number, value in enumerate(values[field.key], self.columns.first_row):
            if value == "" or number in left_out:
                continue
            earlier = first.setdefault(value, number)
            if earlier != number:
                who = values["name"][earlier - self.columns.first_row] if "name" in values else ""
                who = f"（{who}）" if who else ""
                text = (
                    f"{field.label}重复：“{value}”在第{earlier}行{who}已经有了，请核对，删去一行或改正{field.label}。"
                )
                cell = cell_text(self.cells[field.key][number - self.columns.first_row])
                self.faults[number].append(Fault(number, field.key, column.head, cell, text, True))


def _with_half_day(start: str, end: str) -> str:
    """下午2点-4点: the 下午 is meant for both."""
    half = _HALF_DAY.match(start)
    return f"{half[0]}{end}" if half and not _HALF_DAY.match(end) else end


def _without_next_day(start: Any, end: Any) -> Any:
    """次日2:00 after a start of 22:00 is 2:00; after 1:00 it is more than a day and stays as it is, unreadable."""
    if not isinstance(end, str) or not (found := _NEXT_DAY.match(end)):
        return end
    begins, ends = parse_time(cell_text(start)) if isinstance(start, str) else None, parse_time(end[found.end() :])
    return end[found.end() :] if begins and ends and ends < begins else end
