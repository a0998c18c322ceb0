"""What calamine does not tell of an .xlsx: hidden rows and columns, numbers shown with leading zeros, formula errors.

A 工号 kept as the number 32 under the format 0000000 reads 0000032 on the screen; the sheet means what the screen shows.
"""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import dataclass, field
from html import unescape
from typing import Any

_NUM_FMT = re.compile(
    rb'<numFmt\s[^>]*?numFmtId="(\d+)"[^>]*?formatCode="([^"]*)"|<numFmt\s[^>]*?formatCode="([^"]*)"[^>]*?numFmtId="(\d+)"'
)
_CELL_XFS = re.compile(rb"<cellXfs\b.*?</cellXfs>", re.S)
_XF = re.compile(rb"<xf\b[^>]*>")
_XF_FORMAT = re.compile(rb'numFmtId="(\d+)"')
_HIDDEN_ROW = re.compile(rb'<row\b[^>]*?\br="(\d+)"[^>]*?\bhidden="(?:1|true)"')
_HIDDEN_COLUMN = re.compile(rb'<col\b[^>]*?\bhidden="(?:1|true)"[^>]*>')
_SHEET = re.compile(rb"<(?:\w+:)?sheet\s[^>]*>")
_RELATION = re.compile(rb"<Relationship\s[^>]*>")
_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)" s="(\d+)"(?: t="n")?><v>(\d+)(?:\.0)?</v>')
_ERROR = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?\bt="e"[^>]*>(?:<f\b[^<]*(?:</f>|(?<=/)>))?<v>(#[^<]+)</v>')
_SCAN_LIMIT = 64_000_000  # bytes of one sheet's XML; past it the marks are not worth the wait


@dataclass(slots=True)
class Marks:
    """The marks of one sheet."""

    remarks: tuple[str, ...] = ()
    padded: list[tuple[int, int, str]] = field(default_factory=list)  # (row0, col0, text shown)
    errors: list[tuple[int, int, str]] = field(default_factory=list)  # the same of #REF! and its like

    def pad(self, rows: list[list[Any]]) -> None:
        """Put the shown text where the plain number, or nothing, was read."""
        for row, column, text in self.padded:
            if row < len(rows) and column < len(rows[row]) and isinstance(rows[row][column], (int, float)):
                rows[row][column] = text
        for row, column, text in self.errors:
            if row < len(rows) and column < len(rows[row]) and rows[row][column] in ("", None):
                rows[row][column] = text


def read_marks(data: bytes) -> dict[str, Marks]:
    """Marks by sheet name; empty where the file is put together in an unusual way."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            paths = _sheet_paths(archive)
            widths = _padded_styles(archive)
            found = {}
            for name, path in paths.items():
                if archive.getinfo(path).file_size <= _SCAN_LIMIT:
                    found[name] = _marks_of(name, archive.read(path), widths)
            return found
    except KeyError:
        return {}


def _attribute(tag: bytes, name: str) -> str:
    found = re.search(rb"\b" + name.encode() + rb'="([^"]*)"', tag)
    return unescape(found[1].decode("utf-8")) if found else ""


def _sheet_paths(archive: zipfile.ZipFile) -> dict[str, str]:
    targets = {}
    for tag in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        target = _attribute(tag, "Target")
        targets[_attribute(tag, "Id")] = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
    sheets = {}
    for tag in _SHEET.findall(archive.read("xl/workbook.xml")):
        path = targets.get(_attribute(tag, "r:id"), "")
        if "worksheets/" in path:
            sheets[_attribute(tag, "name")] = path
    return sheets


def _padded_styles(archive: zipfile.ZipFile) -> dict[bytes, int]:
    """Style index -> digits, for the styles whose format is nothing but zeros."""
    styles = archive.read("xl/styles.xml")
    widths: dict[bytes, int] = {}
    for first_id, first_code, second_code, second_id in _NUM_FMT.findall(styles):
        code = (first_code or second_code).replace(b'"', b"").replace(b";@", b"")
        if re.fullmatch(rb"0{2,20}", code):
            widths[first_id or second_id] = len(code)
    if not widths:
        return {}
    table = _CELL_XFS.search(styles)
    result = {}
    for index, xf in enumerate(_XF.findall(table[0] if table else b"")):
        number = _XF_FORMAT.search(xf)
        if number and number[1] in widths:
            result[str(index).encode()] = widths[number[1]]
    return result


def _marks_of(name: str, xml: bytes, widths: dict[bytes, int]) -> Marks:
    remarks: list[str] = []
    if b'hidden="' in xml:
        rows = _HIDDEN_ROW.findall(xml)
        if rows:
            shown = "、".join(row.decode() for row in rows[:5]) + (" 等" if len(rows) > 5 else "")
            remarks.append(f"工作表“{name}”有{len(rows)}个隐藏行（第{shown}行），也一并读入了。")
        if _HIDDEN_COLUMN.search(xml):
            remarks.append(f"工作表“{name}”有隐藏的列，也一并读入了。")
    padded = []
    if widths:
        for letters, row, style, digits in _CELL.findall(xml):
            width = widths.get(style)
            if width and len(digits) < width:
                padded.append((int(row) - 1, _column_index(letters), digits.decode().zfill(width)))
    errors = _ERROR.findall(xml) if b't="e"' in xml else []
    shown_errors = [(int(row) - 1, _column_index(letters), unescape(text.decode())) for letters, row, text in errors]
    return Marks(tuple(remarks), padded, shown_errors)


def _column_index(letters: bytes) -> int:
    index = 0
    for letter in letters:
        index = index * 26 + letter - 64
    return index - 1
