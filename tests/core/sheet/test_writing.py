"""What is written reads back: exports, returned sheets, templates, forms."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import openpyxl
import pytest

from core.base import disk
from core.base.errors import MachineFault
from core.base.fields import Field, Kind
from core.base.paths import asset
from core.roster.model import CADRE
from core.service_log.model import VISIT
from core.sheet.form_reading import form_to_table
from core.sheet.mapping import map_columns
from core.sheet.parsing import parse_sheet
from core.sheet.reading import read_file
from core.sheet.writing import FAULT_HEAD, write_error_book, write_error_sheet, write_sheet, write_template
from tests.core.sheet.evil import HEADS, PEOPLE, parse, people, plain_rows, write_html, write_xls, write_xlsx


@pytest.mark.parametrize("title", ["", "党员干部花名册"])
def test_an_export_reads_back_unchanged(tmp_path: Path, title: str) -> None:
    rows: list[dict[str, Any]] = [
        {**one, "note": "=1+1", "title": "-主任", "hobbies": "@读书", "would_lead": 1} for one in PEOPLE
    ]
    out = tmp_path / "a.xlsx"
    assert write_sheet(CADRE, rows, out, title, "统计口径：在册人员；截至2026年11月24日。") == len(rows)
    parsed = parse(out)
    assert people(parsed, tuple(rows[0])) == rows
    assert [why for _, why in parsed.left_out] == ["空行", "表尾说明"]
    assert parsed.map.unplaced == ()
    assert not out.with_name("a.xlsx.part").exists()
    page = openpyxl.load_workbook(out).active
    kinds = {cell.data_type for line in page.iter_rows() for cell in line if cell.value is not None}
    assert kinds == {"s"}


def test_records_read_back_to_the_minute(tmp_path: Path) -> None:
    same = {"staff_no": "0000032", "name": "王伟", "served_on": "2020-08-03", "start_at": "09:00", "track": "OWN"}
    rows = [{**same, "minutes": minutes, "content": "第一行\n第二行"} for minutes in (100, 90, 7, 1440)]
    write_sheet(VISIT, rows, tmp_path / "a.xlsx")
    assert people(parse(tmp_path / "a.xlsx", VISIT), tuple(rows[0])) == rows


def test_numbers_stay_numbers(tmp_path: Path) -> None:
    fields = [Field("building", "楼栋"), Field("homes", "户数", Kind.INT)]
    write_sheet(fields, [{"building": "1栋", "homes": 89}], tmp_path / "a.xlsx", sheet_name="a/b[c]")
    (sheet,) = read_file(tmp_path / "a.xlsx")
    assert sheet.rows == (("楼栋", "户数"), ("1栋", 89.0))


def test_a_sheet_comes_back_with_its_faults(tmp_path: Path) -> None:
    (raw,) = read_file(asset("demo", "04_错误示例_法学院.xlsx"))
    columns = map_columns(raw, CADRE)
    assert columns is not None
    parsed = parse_sheet(raw, columns, CADRE)
    out = tmp_path / "错误.xlsx"
    write_error_sheet(raw, {row.row: row.faults for row in parsed.rows}, out, columns)
    page = openpyxl.load_workbook(out)["法学院"]
    assert page["I1"].value == FAULT_HEAD
    assert page["I3"].value.startswith("身份证号已被Excel损坏")
    assert page["E3"].fill.fgColor.rgb == "FFFFC7CE"
    assert page["E2"].fill.fgColor.rgb != "FFFFC7CE"
    assert page["B8"].fill.fgColor.rgb == "FFFFC7CE"  # the empty name
    assert page["A2"].value == "1000032"
    again = parse(out)
    assert [row.values for row in again.rows] == [row.values for row in parsed.rows]
    told = [[fault.message for fault in row.faults] for row in parsed.rows]
    assert [[fault.message for fault in row.faults] for row in again.rows] == told
    assert again.map.unplaced == ()


def test_returned_sheets_keep_titles_and_names_apart(tmp_path: Path) -> None:
    rows = [["标题", *[""] * 11], list(HEADS), *plain_rows()]
    (raw,) = read_file(write_xlsx(tmp_path / "in.xlsx", rows, [(0, 0, 0, 11)]))
    write_error_book([(raw, {}, map_columns(raw, CADRE)), (raw, {}, None)], tmp_path / "out.xlsx")
    sheets = read_file(tmp_path / "out.xlsx")
    assert [one.sheet for one in sheets] == ["名册", "名册2"]
    assert sheets[0].merged == raw.merged
    assert people(parse(tmp_path / "out.xlsx")) == PEOPLE


def test_a_file_open_in_excel(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    out = tmp_path / "a.xlsx"
    write_sheet(CADRE, PEOPLE, out)
    before = out.read_bytes()

    def locked(source: object, target: object) -> None:
        raise PermissionError(13, "locked")

    monkeypatch.setattr(disk, "_PATIENCE", ())
    monkeypatch.setattr("os.replace", locked)
    with pytest.raises(MachineFault, match="正被别的程序打开（如 Excel"):
        write_sheet(CADRE, PEOPLE[:1], out)
    assert out.read_bytes() == before
    assert list(tmp_path.iterdir()) == [out]


def test_the_template_is_filled_in_and_read(tmp_path: Path) -> None:
    out = tmp_path / "模板.xlsx"
    skills = [f"特长{number}" for number in range(90)]
    write_template(CADRE, out, {"skills": skills, "nation": ["汉族", "回族"]}, "信息采集汇总表")
    book = openpyxl.load_workbook(out)
    page = book["名册"]
    heads = [cell.value for cell in page[2]]
    rules = {str(rule.sqref): rule.formula1 for rule in page.data_validations.dataValidation}
    letter = page.cell(2, heads.index("性别") + 1).column_letter
    assert rules[f"{letter}3:{letter}2002"] == '"男,女"'
    assert any(formula.startswith("'选项'!$A$2:$A$91") for formula in rules.values())
    assert book["选项"].sheet_state == "hidden"
    assert page.column_dimensions["A"].number_format == "@"
    assert page.freeze_panes == "C3"
    assert [one.sheet for one in read_file(out)] == ["名册", "填写说明"]
    own = {"手机": "联系电话", "专业特长": "特长"}
    for row in plain_rows():
        cells = dict(zip(HEADS, row, strict=True))
        page.append([cells.get(own.get(head, head), "") for head in heads])
    book.save(out)
    filled = [raw for raw in read_file(out) if map_columns(raw, CADRE) is not None]
    assert [one.sheet for one in filled] == ["名册"]
    assert people(parse(out)) == PEOPLE


FORM = [
    ["党员干部下沉社区报到信息采集表", "", "", "", "", ""],
    ["姓  名", "欧阳修", "性别", "☑男 □女", "照片", ""],
    ["出生年月", "1977.04", "民 族", "汉", "", ""],
    ["工号", "１０００033", "政治面貌", "党员", "入党时间", "2001年7月"],
    ["手机", "153 7901-8386", "党支部", "审计系党支部", "", ""],
    ["现居住地", "江夏区藏龙岛街道经院社区东苑3栋2单元501", "", "", "", ""],
    ["专业特长", "摄影，书法", "", "", "", ""],
    ["服务意愿", "□治安巡逻 ☑环境整治 ☑应急处突", "", "", "", ""],
    ["社区意见", "同意接收", "", "", "", ""],
    ["本人签名", "", "", "填表日期", "2020.8.3", ""],
]
FORM_MERGES = [(0, 0, 0, 5), (1, 4, 2, 5), (5, 1, 5, 5), (6, 1, 6, 5), (7, 1, 7, 5), (8, 1, 8, 5)]


@pytest.mark.parametrize("write", [write_xlsx, write_xls, write_html])
def test_a_form_of_one_person(tmp_path: Path, write: Any) -> None:
    (raw,) = read_file(write(tmp_path / "欧阳修.xls", FORM, FORM_MERGES))
    table = form_to_table(raw, CADRE)
    assert table is not None
    columns = map_columns(table, CADRE)
    assert columns is not None
    (row,) = parse_sheet(table, columns, CADRE).rows
    assert row.faults == []
    assert row.values == {
        "name": "欧阳修",
        "sex": "1",
        "birth_on": "1977-04",
        "nation": "汉族",
        "staff_no": "1000033",
        "party_status": "中共党员",
        "joined_on": "2001-07",
        "phone": "15379018386",
        "branch": "审计系党支部",
        "address": "江夏区藏龙岛街道经院社区东苑3栋2单元501",
        "skills": "摄影、书法",
        "willingness": "环境整治、应急处突",
    }
    assert columns.title == FORM[0][0]


def test_a_form_down_the_page_with_colons(tmp_path: Path) -> None:
    rows = [
        ["姓名：王伟", ""],
        ["性别：", "男"],
        ["工号：0000032", ""],
        ["出生年月", "1986.07"],
        ["手机", ""],
        ["党支部", "审计系党支部"],
    ]
    (raw,) = read_file(write_xlsx(tmp_path / "a.xlsx", rows))
    table = form_to_table(raw, CADRE)
    assert table is not None
    assert dict(zip(*table.rows[-2:], strict=True)) == {
        "姓名": "王伟",
        "性别": "男",
        "工号": "0000032",
        "出生年月": "1986.07",
        "手机": "",
        "党支部": "审计系党支部",
    }


def test_lists_are_no_forms(tmp_path: Path) -> None:
    for name in ("01_规范_经贸学院.xlsx", "02_异构表头_会计学院.xlsx", "05_多工作表_其余单位.xlsx"):
        assert all(form_to_table(raw, CADRE) is None for raw in read_file(asset("demo", name)))
    assert all(form_to_table(raw, VISIT) is None for raw in read_file(asset("demo", "06_服务记录_2020.xlsx")))
    (raw,) = read_file(write_xlsx(tmp_path / "a.xlsx", [list(HEADS), *plain_rows()]))
    assert form_to_table(raw, CADRE) is None
