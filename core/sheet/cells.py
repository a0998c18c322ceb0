"""Cells and heads as plain text: spaces, full-width characters, what Excel does to numbers."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Sequence
from typing import Any

# Visible and invisible blanks that sheets carry: full-width, no-break, zero-width, BOM, line ends.
_BLANKS = "\\s\u3000\u00a0\u2000-\u200f\u2028-\u202f\u205f-\u2064\ufeff\u00ad\x00-\x1f\x7f"
_BLANK_RUN = re.compile(f"[{_BLANKS}]+")
_FULL_WIDTH = {code: code - 0xFEE0 for code in (*range(0xFF10, 0xFF1A), *range(0xFF21, 0xFF3B), *range(0xFF41, 0xFF5B))}
# Kangxi and CJK radicals come from text copied out of a PDF: ⼥ looks like 女 and matches nothing.
_RADICALS = {
    code: unicodedata.normalize("NFKC", chr(code))
    for code in (*range(0x2F00, 0x2FD6), *range(0x2E80, 0x2EF4))
    if unicodedata.normalize("NFKC", chr(code)) != chr(code)
}
_TO_CLEAN = re.compile(f"[{_BLANKS}\uff10-\uff19\uff21-\uff3a\uff41-\uff5a\u2e80-\u2fd5]")
_TABLE: dict[int, int | str] = {**_FULL_WIDTH, **_RADICALS}
_HAN_GAP = re.compile(r"(?<=[\u3400-\u9fff（）()/、：:]) +| +(?=[\u3400-\u9fff（）()/、：:])")
_SCIENTIFIC = re.compile(r"(\d)(?:\.(\d+))?[eE]\+?(\d{1,3})")
_EMPTY_WORDS = frozenset(
    (
        "/",
        "//",
        "\\",
        "-",
        "--",
        "---",
        "—",
        "——",
        "–",
        "－",
        "／",
        "无",
        "暂无",
        "空",
        "空白",
        "未填",
        "null",
        "NULL",
        "N/A",
        "n/a",
    )
)
ERROR_WORDS = frozenset(("#N/A", "#REF!", "#VALUE!", "#NAME?", "#DIV/0!", "#NULL!", "#NUM!", "#GETTING_DATA"))
LONGEST_EXACT = 15  # digits an Excel number keeps


def number_text(number: float) -> str:
    """A number as Excel's cell shows it: 18704274900, 1986.07, 4.10102198909023E+17."""
    if number != number or number in (float("inf"), float("-inf")):
        return ""
    if number == int(number) and abs(number) < 10**LONGEST_EXACT:
        return str(int(number))
    return f"{number:.15G}"


def cell_text(cell: Any) -> str:
    """The cell as a person reads it, trimmed; dates in ISO form."""
    if isinstance(cell, str):
        return cell.strip() if cell.isascii() else _strip(cell)
    if cell is None:
        return ""
    if isinstance(cell, bool):
        return "是" if cell else "否"
    if isinstance(cell, (int, float)):
        return number_text(cell)
    if isinstance(cell, dt.datetime):
        return f"{cell:%Y-%m-%d}" if cell.time() == dt.time() else f"{cell:%Y-%m-%d %H:%M}"
    if isinstance(cell, dt.date):
        return cell.isoformat()
    if isinstance(cell, dt.time):
        return f"{cell:%H:%M}"
    if isinstance(cell, dt.timedelta):
        minutes = round(cell.total_seconds() / 60)
        return f"{minutes // 60}:{minutes % 60:02d}"
    return str(cell).strip()


def _strip(text: str) -> str:
    return text.strip("\u3000\u00a0\ufeff\u200b\u200c\u200d\u200e\u200f\u2060 \t\r\n\x00\x0b\x0c")


def clean(text: str) -> str:
    """One line: blanks collapsed and trimmed, full-width digits and letters halved; other characters stay."""
    if not _TO_CLEAN.search(text):
        return text
    return _BLANK_RUN.sub(" ", text.translate(_TABLE)).strip()


def squeeze(text: str) -> str:
    """`clean`, with no blank left at all: for numbers and codes."""
    if not _TO_CLEAN.search(text):
        return text
    return _BLANK_RUN.sub("", text.translate(_TABLE))


def clean_memo(text: str) -> str:
    """Several lines kept: line ends unified, trailing blanks and control characters gone."""
    if text.isprintable() and "_x000D_" not in text:
        return _strip(text)
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("_x000D_", "").split("\n")
    kept = ["".join(char for char in _strip(line) if char >= " " or char == "\t") for line in lines]
    return "\n".join(kept).strip("\n")


def is_blank(cell: Any) -> bool:
    """Whether the cell shows nothing; 0 is something."""
    if cell == "" or cell is None:
        return True
    return isinstance(cell, str) and not _strip(cell)


def says_nothing(text: str) -> bool:
    """Whether the text is only a placeholder: 无, /, —, N/A."""
    return text in _EMPTY_WORDS


def expand_scientific(text: str) -> str | None:
    """'1.87E+10' of a CSV as digits; None if digits are lost; the text itself if it is no such number."""
    found = _SCIENTIFIC.fullmatch(text)
    if not found:
        return text
    fraction = (found[2] or "").rstrip("0")
    exponent = int(found[3])
    # 1.8E+10 may be a true 18000000000, but no phone and no 工号 looks like that: digits were lost.
    if exponent >= LONGEST_EXACT or len(fraction) < exponent - 2:
        return None
    return found[1] + fraction.ljust(exponent, "0") if len(fraction) <= exponent else None


def clean_head(cell: Any) -> str:
    """A head as the person sees it, on one line and without gaps inside Chinese words: '姓 名' -> '姓名'."""
    text = _BLANK_RUN.sub(" ", cell_text(cell).translate(_TABLE)).strip()
    return _HAN_GAP.sub("", text)


def norm_head(text: str) -> str:
    """A head for comparing: no blanks, no marks, half-width, lower case; brackets kept as ( )."""
    folded = _BLANK_RUN.sub("", unicodedata.normalize("NFKC", text)).lower()
    folded = (
        folded.replace("【", "(")
        .replace("】", ")")
        .replace("[", "(")
        .replace("]", ")")
        .replace("〔", "(")
        .replace("〕", ")")
    )
    return folded.strip("*:：.。、,;；★☆●#_-\"'“”").replace("*", "")


def filled(rows: Iterable[Sequence[Any]], column: int, limit: int) -> list[Any]:
    """Up to `limit` cells of the column that show something, from the top."""
    cells: list[Any] = []
    for row in rows:
        if column < len(row) and not is_blank(row[column]):
            cells.append(row[column])
            if len(cells) >= limit:
                break
    return cells
