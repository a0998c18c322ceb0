"""Finding the head of a sheet: under titles, in one row or two, with merged cells, or nameless."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from core.base.fields import EntitySpec
from core.sheet.cells import cell_text, clean_head, is_blank, norm_head
from core.sheet.contract import RawSheet
from core.sheet.vocabulary import IGNORED_HEADS, Vocabulary, vocabulary

SEARCHED_ROWS = 40
_DATA_LIKE = re.compile(
    r"\d{6,}[\dXx]*|\d{2,4}[-./年]\d{1,2}([-./月]\d{0,2}日?)?|\d{1,2}[:：]\d{2}|男|女|.{1,5}族|中共(预备)?党员|[^/]*\d+(栋|号楼|单元|室).*"
)
_NOTE = re.compile(r"填表说明|填写说明|说明[:：]|注[:：]|备注[:：]|填报单位|填报时间|填表日期|单位[:：]|制表")


@dataclass(frozen=True, slots=True)
class Head:
    """Where the head is and what it says, column by column."""

    rows: tuple[int, ...]  # 1-based; empty: the sheet begins with data
    first_row: int  # 1-based
    labels: tuple[str, ...]  # one per column, '' for none; two rows: '上/下'
    title: str  # the text above
    named: bool  # False: found by density only, the labels say nothing known


def find_head(raw: RawSheet, spec: EntitySpec) -> Head | None:
    """The head of the sheet; None if this is no data sheet (a 说明 sheet, a cover)."""
    words = vocabulary(spec)
    rows = raw.rows[:SEARCHED_ROWS]
    scores = [_score(row, words) for row in rows]
    best = max(range(len(rows)), key=lambda index: (scores[index], -index), default=None)
    if best is None:
        return None
    filled = _count(rows[best])
    if scores[best] >= 4 or (scores[best] >= 2 and filled <= 2 and len(raw.rows) > best + 1):
        return _named_head(raw, best, words)
    return _nameless_head(raw)


def layout_of(head: Head) -> str:
    """A fingerprint of the heads: the same form filled by another unit has the same."""
    text = "\x1f".join(norm_head(label) for label in head.labels)
    return hashlib.blake2b(text.encode("utf-8"), digest_size=8).hexdigest()


def _count(row: Sequence[Any]) -> int:
    return sum(not is_blank(cell) for cell in row)


def _score(row: Sequence[Any], words: Vocabulary) -> int:
    """Two points for each different field named outright, one for a likely one; data and long text count against."""
    keys: set[str] = set()
    score = 0
    for cell in row:
        if not isinstance(cell, str) or not cell or len(cell) > 60:
            continue
        text = clean_head(cell)
        if norm_head(text) in IGNORED_HEADS:
            score += 1
            continue
        exact = words.exact(text)
        hit = exact or (words.match(text) if len(text) <= 16 else None)
        if hit and hit.key not in keys:
            keys.add(hit.key)
            score += 2 if exact else 1
    # A data row of an address sheet can hold a word that is also a head; a head holds no phone and no date.
    data = sum(1 for cell in row if _looks_like_data(cell))
    return score - 2 * data


def _looks_like_data(cell: Any) -> bool:
    if isinstance(cell, (dt.date, dt.time, dt.timedelta)):
        return True
    if isinstance(cell, bool) or cell == "" or cell is None:
        return False
    if isinstance(cell, (int, float)):
        return abs(cell) >= 1000 or cell != int(cell)
    text = cell_text(cell)
    return bool(_DATA_LIKE.fullmatch(text)) and len(text) < 40


def _merged_text(raw: RawSheet, row: int) -> list[str]:
    """The row's heads with horizontally merged cells filled; only the head is filled, never the data."""
    width = max((len(one) for one in raw.rows[:SEARCHED_ROWS]), default=0)
    cells = raw.rows[row] if row < len(raw.rows) else ()
    texts = [clean_head(cell) for cell in cells] + [""] * (width - len(cells))
    for top, left, bottom, right in raw.merged:
        if top <= row <= bottom and left < width:
            origin = raw.rows[top][left] if top < len(raw.rows) and left < len(raw.rows[top]) else ""
            for column in range(left, min(right + 1, width)):
                texts[column] = clean_head(origin)
    return texts


def _named_head(raw: RawSheet, best: int, words: Vocabulary) -> Head:
    above = best - 1 if best and _is_group_row(raw, best - 1, best, words) else None
    below = best + 1 if above is None and _is_sub_row(raw, best, words) else None
    top = above if above is not None else best
    rows = tuple(one for one in (above, best, below) if one is not None)
    labels = _joined([_merged_text(raw, row) for row in rows])
    if len(rows) == 2 and not any(bottom > first for first, _, bottom, _ in raw.merged):
        labels = _joined([_carried(raw, rows[0]), _merged_text(raw, rows[1])])
    return Head(tuple(row + 1 for row in rows), rows[-1] + 2, tuple(labels), _title(raw, top), True)


def _joined(lines: list[list[str]]) -> list[str]:
    labels = []
    for texts in zip(*lines, strict=True):
        parts = list(dict.fromkeys(text for text in texts if text))
        labels.append("/".join(parts))
    return labels


def _carried(raw: RawSheet, row: int) -> list[str]:
    """A group head written once over its columns without merging (CSV): carried to the right over blanks."""
    texts = _merged_text(raw, row)
    under = _merged_text(raw, row + 1)
    for column in range(1, len(texts)):
        if not texts[column] and under[column] and texts[column - 1] and under[column - 1]:
            texts[column] = texts[column - 1]
    return texts


def _is_group_row(raw: RawSheet, row: int, head: int, words: Vocabulary) -> bool:
    """Whether the row above the head groups its columns (基本信息 | 居住信息), other than a title over all."""
    texts = [clean_head(cell) for cell in raw.rows[row]]
    filled = [text for text in texts if text]
    if len(filled) < 2 or any(len(text) > 16 or _NOTE.search(text) for text in filled):
        return False
    if any(_looks_like_data(cell) for cell in raw.rows[row]):
        return False
    groups = [one for one in raw.merged if one[0] == row and (one[3] > one[1] or one[2] >= head)]
    if groups:
        return True
    if raw.merged:
        return False
    under = [clean_head(cell) for cell in raw.rows[head]]
    alone = [text for text, below in zip(texts, under, strict=False) if text and not below]
    if alone:  # a CSV: 工号 and 姓名 stand in the upper row, 区 and 街道 in the lower
        return sum(words.exact(text) is not None for text in alone) * 2 >= len(alone)
    return bool(texts[0])


def _is_sub_row(raw: RawSheet, best: int, words: Vocabulary) -> bool:
    """Whether the row under the head is its second row."""
    if best + 1 >= len(raw.rows):
        return False
    row = raw.rows[best + 1]
    if not _count(row) or any(_looks_like_data(cell) or isinstance(cell, (int, float)) for cell in row):
        return False
    if any(top == best and bottom == best + 1 for top, _, bottom, _ in raw.merged):
        return True
    wide = [one for one in raw.merged if one[0] == best == one[2] and one[3] > one[1]]
    if wide and any(
        not is_blank(row[column]) for one in wide for column in range(one[1], one[3] + 1) if column < len(row)
    ):
        return True
    texts = _merged_text(raw, best)
    under = [column for column, cell in enumerate(row) if not is_blank(cell)]
    gaps = [column for column in under if not texts[column]]
    known = [column for column in under if words.exact(clean_head(row[column]))]
    return (
        bool(gaps) and len(known) * 2 >= len(under) and len(under) < len([text for text in texts if text]) + len(gaps)
    )


def _title(raw: RawSheet, top: int) -> str:
    lines = []
    for row in raw.rows[:top]:
        line = " ".join(clean_head(cell) for cell in row if not is_blank(cell))
        if line:
            lines.append(line)
    return " ".join(lines)


def _nameless_head(raw: RawSheet) -> Head | None:
    """By density: the first row as wide as those under it; it is a head unless it holds data itself."""
    counts = [_count(row) for row in raw.rows[: SEARCHED_ROWS * 2]]
    usual = max(counts, default=0)
    if usual < 2 or len(raw.rows) < 2:
        return None
    first = next(index for index, count in enumerate(counts) if count * 10 >= usual * 6 and count >= 2)
    row = raw.rows[first]
    width = max(len(one) for one in raw.rows[:SEARCHED_ROWS])
    under = raw.rows[first + 1 : first + 20]
    if any(_looks_like_data(cell) for cell in row) or not _stands_apart(row, under):
        # No head at all, or one of blanks above the first data row.
        return Head((), first + 1, ("",) * width, _title(raw, first), False)
    labels = tuple(_merged_text(raw, first))
    return Head((first + 1,), first + 2, labels, _title(raw, first), False)


def _stands_apart(row: Sequence[Any], under: Sequence[Sequence[Any]]) -> bool:
    """Whether the row differs from the rows under it as a head does: no value of its own comes back below."""
    texts = {cell_text(cell) for cell in row if not is_blank(cell)}
    below = {cell_text(cell) for line in under for cell in line}
    return not texts & below
