"""One-person forms (采集表): a label and its value beside or below it, turned into a sheet of one row."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from core.base.fields import EntitySpec
from core.sheet.cells import cell_text, clean_head, is_blank
from core.sheet.contract import RawSheet
from core.sheet.vocabulary import Vocabulary, vocabulary

_LONGEST_FORM = 120  # rows; a longer sheet is a list
_LEAST_LABELS = 4
_CHECKED = re.compile(r"[☑√■✓✔☒]\s*([^□☐☑√■✓✔☒\s、，,;；]+)")
_BOX = re.compile(r"[□☐☑■☒]")
_INLINE = re.compile(r"\s*([^:：]{1,14})[:：]\s*(.+?)\s*", re.S)


@dataclass(frozen=True, slots=True)
class _Label:
    """A label of the form and the block of cells it covers (0-based, inclusive)."""

    key: str
    text: str
    block: tuple[int, int, int, int]  # top, left, bottom, right
    inline: str = ""  # the value, where it stands in the same cell after a colon


def form_to_table(raw: RawSheet, spec: EntitySpec) -> RawSheet | None:
    """The form as a sheet with a head and one row; None if it is no form of this entity."""
    if len(raw.rows) > _LONGEST_FORM:
        return None
    labels = _Form(raw, vocabulary(spec)).labels()
    if not _is_form(labels):
        return None
    form = _Form(raw, vocabulary(spec))
    taken = {label.block[:2] for label in labels}
    pairs: dict[str, tuple[str, Any]] = {}
    for label in labels:
        value = label.inline or form.value_of(label, taken)
        # The first answer counts; a label that comes again (family table below) is somebody else's.
        if label.key not in pairs or (is_blank(pairs[label.key][1]) and not is_blank(value)):
            pairs.setdefault(label.key, (label.text, value))
            pairs[label.key] = (pairs[label.key][0], value)
    heads, values = zip(*pairs.values(), strict=True)
    title = _title(raw, min(label.block[0] for label in labels))
    above = ((title, *[""] * (len(heads) - 1)),) if title else ()
    remark = f"工作表“{raw.sheet}”是一人一表，读作一行。"
    return RawSheet(raw.file, raw.sheet, (*above, heads, values), (), raw.encoding, (*raw.remarks, remark))


def _is_form(labels: list[_Label]) -> bool:
    """Labels down the page, not all in one row."""
    keys = {label.key for label in labels}
    by_row: dict[int, set[str]] = {}
    for label in labels:
        by_row.setdefault(label.block[0], set()).add(label.key)
    widest = max((len(found) for found in by_row.values()), default=0)
    return len(keys) >= _LEAST_LABELS and len(by_row) >= 3 and widest * 2 <= len(keys) + 1


def _title(raw: RawSheet, first: int) -> str:
    lines = [" ".join(clean_head(cell) for cell in row if not is_blank(cell)) for row in raw.rows[:first]]
    return " ".join(line for line in lines if line)


class _Form:
    def __init__(self, raw: RawSheet, words: Vocabulary) -> None:
        self.raw, self.words = raw, words
        self.blocks = {(top, left): (top, left, bottom, right) for top, left, bottom, right in raw.merged}
        self.origin = {
            (row, column): (top, left)
            for top, left, bottom, right in raw.merged
            if (bottom - top + 1) * (right - left + 1) < 10_000
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        }

    def labels(self) -> list[_Label]:
        """Every cell that names a field, from the top."""
        found = []
        for row, line in enumerate(self.raw.rows):
            for column, cell in enumerate(line):
                if isinstance(cell, str) and cell and self.origin.get((row, column), (row, column)) == (row, column):
                    label = self._label(row, column, cell)
                    if label:
                        found.append(label)
        return found

    def _label(self, row: int, column: int, cell: str) -> _Label | None:
        block = self.blocks.get((row, column), (row, column, row, column))
        text = clean_head(cell)
        match = self.words.exact(text) if len(text) <= 24 else None
        if match and match.score >= 85:
            return _Label(match.key, text.strip("：: *"), block)
        inline = _INLINE.fullmatch(cell)
        if inline:
            match = self.words.exact(clean_head(inline[1]))
            if match and match.score >= 90:
                return _Label(match.key, clean_head(inline[1]), block, inline[2])
        return None

    def value_of(self, label: _Label, taken: set[tuple[int, int]]) -> Any:
        """What stands to the right of the label, else below it; '' if another label stands there."""
        top, left, bottom, right = label.block
        for place in ((top, right + 1), (bottom + 1, left)):
            origin = self.origin.get(place, place)
            if origin in taken or origin[0] >= len(self.raw.rows) or origin[1] >= len(self.raw.rows[origin[0]]):
                continue
            cell = self.raw.rows[origin[0]][origin[1]]
            if not is_blank(cell):
                return _ticked(cell)
            if place[1] > right:
                return ""  # an empty box beside the label is its answer: what lies below belongs to others
        return ""


def _ticked(cell: Any) -> Any:
    """Of '☑男 □女' the ticked answers; other values as they are."""
    text = cell_text(cell)
    if not _BOX.search(text):
        return cell
    return "、".join(_CHECKED.findall(text))
