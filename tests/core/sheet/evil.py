"""Writes the same people in the many ways that units write them: every one must read back the same."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable, Sequence
from html import escape
from pathlib import Path
from typing import Any

import openpyxl
import xlwt

from core.base.fields import EntitySpec
from core.roster.model import CADRE
from core.sheet.contract import ParsedSheet
from core.sheet.mapping import map_columns
from core.sheet.parsing import parse_sheet
from core.sheet.reading import read_file

Rows = list[list[Any]]
Merges = Sequence[tuple[int, int, int, int]]

PEOPLE: list[dict[str, str]] = [
    {
        "staff_no": f"{number:07d}",
        "name": name,
        "sex": sex,
        "birth_on": born,
        "party_status": "中共党员",
        "phone": phone,
        "branch": branch,
        "district": "江夏区",
        "street": "藏龙岛街道",
        "community": "经院社区",
        "address": f"东苑{number}号楼3单元1201",
        "skills": "摄影、书法",
    }
    for number, name, sex, born, phone, branch in (
        (32, "王伟", "1", "1986-07", "13812345678", "审计系党支部"),
        (1000033, "欧阳修", "1", "1977-04", "15379018386", "审计系党支部"),
        (41, "古丽娜尔·阿不都热合曼", "2", "1970-10", "18704274900", "财务管理系党支部"),
        (1000052, "朱𬬻", "1", "1969-04", "18469703324", "财务管理系党支部"),
        (77, "吴㛃", "2", "1990-12", "17496549658", "行政党支部"),
        (1000078, "单雄信", "1", "1961-01", "13900001111", "行政党支部"),
    )
]
KEYS = tuple(PEOPLE[0])
HEADS = ("工号", "姓名", "性别", "出生年月", "政治面貌", "联系电话", "党支部", "区", "街道", "社区", "详细地址", "特长")


def plain_rows() -> Rows:
    """The people as a clean unit would write them."""
    return [[{"1": "男", "2": "女"}[one[key]] if key == "sex" else one[key] for key in KEYS] for one in PEOPLE]


def messy_rows(seed: int = 1) -> Rows:
    """The same with full-width digits, odd spaces, dashes, dots and date forms."""
    rng = random.Random(seed)
    wide = str.maketrans("0123456789", "０１２３４５６７８９")
    rows = []
    for row in plain_rows():
        year, month = row[3].split("-")
        row[0] = rng.choice((row[0], row[0].translate(wide), f" {row[0]} ", f"{row[0]}\u3000"))
        row[1] = rng.choice(
            (row[1], row[1].replace("·", "•"), row[1].replace("·", "．"), f"{row[1][0]} {row[1][1:]}", f"{row[1]}  ")
        )
        row[2] = rng.choice((row[2], f"{row[2]}性", f" {row[2]}"))
        row[3] = rng.choice(
            (f"{year}.{month}", f"{year}年{int(month)}月", f"{year}/{month}", f"{year}{month}", f"{year}．{month}")
        )
        row[4] = rng.choice(("中共党员", "党员", "正式党员"))
        phone = row[5]
        row[5] = rng.choice(
            (
                phone,
                f"{phone[:3]} {phone[3:7]} {phone[7:]}",
                f"{phone[:3]}-{phone[3:7]}-{phone[7:]}",
                f"+86 {phone}",
                phone.translate(wide),
            )
        )
        row[11] = rng.choice(("摄影，书法", "摄影 书法", "摄影;书法", "摄影、书法、"))
        rows.append(row)
    return rows


def write_xlsx(path: Path, rows: Rows, merges: Merges = ()) -> Path:
    """A workbook by openpyxl; merges are 0-based (top, left, bottom, right)."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "名册"
    for number, row in enumerate(rows, 1):
        for column, value in enumerate(row, 1):
            if value != "":
                sheet.cell(number, column, value)
    for top, left, bottom, right in merges:
        sheet.merge_cells(start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1)
    book.save(path)
    return path


def write_xls(path: Path, rows: Rows, merges: Merges = ()) -> Path:
    """A real BIFF workbook."""
    book = xlwt.Workbook()
    sheet = book.add_sheet("名册")
    day = xlwt.easyxf(num_format_str="yyyy-mm-dd")
    covered = {
        (row, column)
        for top, left, bottom, right in merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    }
    for top, left, bottom, right in merges:
        sheet.write_merge(top, bottom, left, right, rows[top][left])
    for number, row in enumerate(rows):
        for column, value in enumerate(row):
            if value != "" and (number, column) not in covered:
                sheet.write(number, column, value, day if isinstance(value, dt.date) else xlwt.Style.default_style)
    book.save(str(path))
    return path


def html(rows: Rows, merges: Merges = (), charset: str = "gb2312") -> str:
    """The page that HR systems call .xls."""
    spans = {(top, left): (bottom - top + 1, right - left + 1) for top, left, bottom, right in merges}
    covered = {
        (row, column)
        for top, left, bottom, right in merges
        for row in range(top, bottom + 1)
        for column in range(left, right + 1)
    } - set(spans)
    lines = []
    for number, row in enumerate(rows):
        cells = []
        for column, value in enumerate(row):
            if (number, column) in covered:
                continue
            down, across = spans.get((number, column), (1, 1))
            text = escape(str(value)).replace("\n", "<br/>")
            cells.append(f"<td rowspan='{down}' colspan={across} style=\"mso-number-format:'\\@'\">{text}\r\n</td>")
        lines.append(f"<tr>{''.join(cells)}</tr>")
    meta = f'<meta http-equiv="Content-Type" content="text/html; charset={charset}">'
    return f"<html><head>{meta}<style>td{{}}</style></head><body><table border=1>{''.join(lines)}</table></body></html>"


def write_html(
    path: Path, rows: Rows, merges: Merges = (), *, charset: str = "gb2312", encoding: str = "gb18030"
) -> Path:
    """HTML bytes under any ending."""
    path.write_bytes(html(rows, merges, charset).encode(encoding))
    return path


def write_xml(path: Path, rows: Rows) -> Path:
    """Excel's XML of 2003."""
    lines = "".join(
        "<Row>"
        + "".join(f'<Cell><Data ss:Type="String">{escape(str(value))}</Data></Cell>' for value in row)
        + "</Row>"
        for row in rows
    )
    space = "urn:schemas-microsoft-com:office:spreadsheet"
    page = f'<Worksheet ss:Name="名册"><Table>{lines}</Table></Worksheet>'
    text = f'<?xml version="1.0"?><Workbook xmlns="{space}" xmlns:ss="{space}">{page}</Workbook>'
    path.write_bytes(text.encode("utf-8"))
    return path


def delimited(rows: Rows, separator: str = ",") -> str:
    """CSV text with quotation marks where needed."""

    def cell(value: Any) -> str:
        text = str(value)
        return '"' + text.replace('"', '""') + '"' if any(mark in text for mark in (separator, '"', "\n")) else text

    return "".join(separator.join(map(cell, row)) + "\r\n" for row in rows)


FORMATS: dict[str, Callable[[Path, Rows], Path]] = {
    "xlsx": lambda folder, rows: write_xlsx(folder / "a.xlsx", rows),
    "xls": lambda folder, rows: write_xls(folder / "a.xls", rows),
    "xls that is xlsx": lambda folder, rows: write_xlsx(folder / "a.xlsx", rows).rename(folder / "a.xls"),
    "xls that is GBK html": lambda folder, rows: write_html(folder / "a.xls", rows),
    "xls that is UTF-8 html": lambda folder, rows: write_html(
        folder / "a.xls", rows, charset="utf-8", encoding="utf-8"
    ),
    "html that lies of its charset": lambda folder, rows: write_html(
        folder / "a.xls", rows, charset="gb2312", encoding="utf-8-sig"
    ),
    "xls that is XML": lambda folder, rows: write_xml(folder / "a.xls", rows),
    "csv GBK": lambda folder, rows: _text(folder / "a.csv", delimited(rows).encode("gb18030")),
    "csv UTF-8": lambda folder, rows: _text(folder / "a.csv", delimited(rows).encode("utf-8")),
    "csv UTF-8 with BOM": lambda folder, rows: _text(folder / "a.csv", delimited(rows).encode("utf-8-sig")),
    "tsv UTF-16": lambda folder, rows: _text(folder / "a.txt", delimited(rows, "\t").encode("utf-16")),
    "csv UTF-16 without BOM": lambda folder, rows: _text(folder / "a.csv", delimited(rows).encode("utf-16-le")),
    "xls that is GBK tsv": lambda folder, rows: _text(folder / "a.xls", delimited(rows, "\t").encode("gb18030")),
    "csv with semicolons": lambda folder, rows: _text(folder / "a.csv", delimited(rows, ";").encode("utf-8")),
}


def _text(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def parse(path: Path, spec: EntitySpec = CADRE, **options: Any) -> ParsedSheet:
    """The first data sheet of a file, parsed."""
    for raw in read_file(path):
        columns = map_columns(raw, spec, **options)
        if columns is not None:
            return parse_sheet(raw, columns, spec)
    raise AssertionError(f"no data sheet in {path.name}")


def people(parsed: ParsedSheet, keys: Sequence[str] = KEYS) -> list[dict[str, Any]]:
    """The values of every row, by the keys asked for."""
    return [{key: row.values.get(key) for key in keys} for row in parsed.rows]
