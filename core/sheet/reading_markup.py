"""The .xls that is really a web page (HR exports), a web archive, or Excel's XML of 2003."""

from __future__ import annotations

import datetime as dt
import email
import email.policy
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

from core.base.errors import Refused
from core.sheet.contract import RawSheet

_CHARSET = re.compile(rb"""charset\s*=\s*["']?\s*([\w-]+)""", re.I)
_MARKUP = re.compile(r"\s*(<!--|<\?xml|<!doctype|<html|<head|<meta|<table|<style|<div|<body|<script)", re.I)
_WEB_ARCHIVE = re.compile(rb"\s*(MIME-Version|Content-Type|From: )", re.I)
_SS = "{urn:schemas-microsoft-com:office:spreadsheet}"
_SPAN_LIMIT = 1000
_BLOCKS = frozenset(("p", "div", "br", "li"))
Span = tuple[int, int, int, int]


def is_markup(data: bytes) -> bool:
    """Whether the bytes are HTML, XML or a web archive."""
    head = data[:4096].replace(b"\x00", b"").lstrip(b"\xef\xbb\xbf\xff\xfe").decode("latin-1")
    return bool(_MARKUP.match(head) or (_WEB_ARCHIVE.match(data[:4096]) and b"mime" in data[:4096].lower()))


def read_markup(path: Path, data: bytes) -> list[RawSheet]:
    """The tables of a web page, or the sheets of an Excel XML file."""
    if _WEB_ARCHIVE.match(data[:4096]):
        data = _page_of_archive(path, data)
    if b"urn:schemas-microsoft-com:office:spreadsheet" in data[:4096] and b"<Workbook" in data[:8192].replace(
        b"ss:", b""
    ):
        return _read_xml(path, data)
    return _read_html(path, _decode(data, path.name))


def _page_of_archive(path: Path, data: bytes) -> bytes:
    message = email.message_from_bytes(data, policy=email.policy.default)
    pages = [part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html"]
    tables = [page for page in pages if isinstance(page, bytes) and b"<table" in page.lower()]
    if not tables:
        raise Refused(f"{path.name} 是网页存档，里面没有表格，", "请用 Excel 打开后另存为 .xlsx 再导入。")
    return max(tables, key=len)


def _decode(data: bytes, name: str) -> str:
    """By the page's own charset if that works, else by content."""
    from core.sheet.reading_text import decode

    declared = _CHARSET.search(data[:4096])
    if declared and not data.startswith((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")):
        charset = declared[1].decode("ascii").lower()
        if charset in ("gb2312", "gbk", "x-gbk", "gb_2312-80", "cp936"):
            charset = "gb18030"  # the pages say gb2312 and contain more
        try:
            return data.decode(charset)
        except (LookupError, UnicodeDecodeError):
            pass  # the declaration is wrong; the content decides below
    return decode(data, name)[0]


@dataclass(slots=True)
class _Table:
    rows: list[list[str]] = field(default_factory=list)
    merged: list[Span] = field(default_factory=list)
    taken: set[tuple[int, int]] = field(default_factory=set)  # covered by a rowspan from above
    cell: list[str] | None = None
    span: tuple[int, int] = (1, 1)
    outer: bool = False  # holds another table: layout, not data


class _Pages(HTMLParser):
    """Collects tables; a cell's text belongs to the innermost table."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.done: list[_Table] = []
        self.open: list[_Table] = []
        self.skip = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("style", "script"):
            self.skip += 1
        elif tag == "table":
            for table in self.open:
                table.outer = True
            self.open.append(_Table())
        elif self.open:
            table = self.open[-1]
            if tag == "tr":
                self._end_cell(table)
                table.rows.append([])
            elif tag in ("td", "th"):
                self._end_cell(table)
                given = dict(attrs)
                table.cell, table.span = [], (_span(given.get("rowspan")), _span(given.get("colspan")))
            elif tag in _BLOCKS and table.cell:
                table.cell.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in ("style", "script"):
            self.skip = max(0, self.skip - 1)
        elif self.open and tag in ("td", "th", "tr", "table"):
            self._end_cell(self.open[-1])
            if tag == "table":
                self.done.append(self.open.pop())

    def handle_data(self, data: str) -> None:
        if self.open and not self.skip:
            cell = self.open[-1].cell
            if cell is not None:
                # Line ends of the source are only blanks; those that mean something come from <br>.
                cell.append(re.sub(r"[ \t\r\n]+", " ", data))

    def finish(self) -> list[_Table]:
        self.close()
        for table in self.open:
            self._end_cell(table)
        return [one for one in self.done + self.open if not one.outer]

    @staticmethod
    def _end_cell(table: _Table) -> None:
        if table.cell is None:
            return
        if not table.rows:
            table.rows.append([])
        row, line = len(table.rows) - 1, table.rows[-1]
        column = len(line)
        while (row, column) in table.taken:
            line.append("")
            column += 1
        down, across = table.span
        text = "".join(table.cell).replace("\xa0", " ").strip()
        line += [text, *[""] * (across - 1)]
        if down > 1 or across > 1:
            table.merged.append((row, column, row + down - 1, column + across - 1))
            table.taken.update((row + i, column + j) for i in range(1, down) for j in range(across))
        table.cell, table.span = None, (1, 1)


def _span(value: str | None) -> int:
    digits = re.match(r"\s*(\d+)", value or "")
    return min(max(int(digits[1]), 1), _SPAN_LIMIT) if digits else 1


def _read_html(path: Path, text: str) -> list[RawSheet]:
    from core.sheet.reading import raw_sheet

    parser = _Pages()
    parser.feed(text)
    tables = [one for one in parser.finish() if any(any(row) for row in one.rows)]
    if not tables:
        where = "，数据在旁边同名的文件夹里" if re.search(r"<frame|\.files/", text, re.I) else ""
        raise Refused(
            f"{path.name} 是网页，里面没有表格{where}，", "请用 Excel 打开后另存为“Excel 工作簿（.xlsx）”再导入。"
        )
    names = re.findall(r"<x:Name>([^<]+)</x:Name>", text)
    sheets = []
    for number, table in enumerate(tables, 1):
        name = names[number - 1] if len(names) == len(tables) else path.stem if len(tables) == 1 else f"表{number}"
        width = max(map(len, table.rows))
        rows: list[list[Any]] = [[*row, *[""] * (width - len(row))] for row in table.rows]
        merged = tuple((top, left, min(bottom, len(rows) - 1), right) for top, left, bottom, right in table.merged)
        sheets.append(raw_sheet(path, name, rows, merged))
    return sheets


def _read_xml(path: Path, data: bytes) -> list[RawSheet]:
    from core.sheet.reading import raw_sheet

    try:
        root = ET.fromstring(data)
    except ET.ParseError as error:
        raise Refused(
            f"{path.name} 是 Excel 的 XML 格式，但已损坏（{error}），", "请用 Excel 打开修复后另存为 .xlsx。"
        ) from None
    sheets = []
    for sheet in root.iter(f"{_SS}Worksheet"):
        rows, merged = _xml_rows(sheet)
        sheets.append(raw_sheet(path, sheet.get(f"{_SS}Name", path.stem), rows, tuple(merged)))
    return sheets


def _xml_rows(sheet: ET.Element) -> tuple[list[list[Any]], list[Span]]:
    rows: list[list[Any]] = []
    merged: list[Span] = []
    taken: set[tuple[int, int]] = set()
    for element in sheet.iter(f"{_SS}Row"):
        index = int(element.get(f"{_SS}Index", len(rows) + 1)) - 1
        while len(rows) < index:
            rows.append([])
        line: list[Any] = []
        for cell in element.iter(f"{_SS}Cell"):
            column = int(cell.get(f"{_SS}Index", 0)) - 1
            while len(line) < column or (column < 0 and (index, len(line)) in taken):
                line.append("")
            across, down = int(cell.get(f"{_SS}MergeAcross", 0)), int(cell.get(f"{_SS}MergeDown", 0))
            if across or down:
                merged.append((index, len(line), index + down, len(line) + across))
                taken.update((index + i, len(line) + j) for i in range(1, down + 1) for j in range(across + 1))
            line += [_xml_value(cell.find(f"{_SS}Data")), *[""] * across]
        rows.append(line)
    width = max(map(len, rows), default=0)
    return [[*row, *[""] * (width - len(row))] for row in rows], merged


def _xml_value(data: ET.Element | None) -> Any:
    if data is None:
        return ""
    text = "".join(data.itertext())
    kind = data.get(f"{_SS}Type", "String")
    try:
        if kind == "Number":
            return float(text)
        if kind == "DateTime":
            moment = dt.datetime.fromisoformat(text)
            return moment.date() if moment.time() == dt.time() else moment
    except ValueError:
        return text
    return bool(int(text)) if kind == "Boolean" and text in ("0", "1") else text
