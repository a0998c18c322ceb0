"""Reports as Word: charts that Word can edit, tables kept on their page, a package whose parts all hang together."""

from __future__ import annotations

import io
import posixpath
import zipfile
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import docx
import pytest
from openpyxl import load_workbook

from reports.document import Bars, Document, Grid, Heading, Paragraph, column_widths, draw
from reports.docx_report import write_docx
from tests.reports.samples import page_texts, printed

C = "{http://schemas.openxmlformats.org/drawingml/2006/chart}"
W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
R = "{http://schemas.openxmlformats.org/package/2006/relationships}"
MONTHS = Bars("图1　各月“时长”<小时>", tuple((f"{month}月", float(month * 7 % 5)) for month in range(1, 13)))
UNITS = Bars("图2　达标率（%）", tuple((f"第{number}学院党委", number * 4.5) for number in range(1, 21)))
TABLE = Grid(
    "表1　情况",
    ("二级单位党组织", "应报到", "报到率", "业余\n次数"),
    tuple((f"经济与贸易第{number}学院党委", "120", "100.0%", "1234") for number in range(1, 13)),
)


@pytest.fixture(scope="module")
def path(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("word") / "报告.docx"
    blocks = (Heading("一、概况"), Paragraph("正文。" * 200), TABLE, MONTHS, UNITS, Bars("图3　没有", ()))
    write_docx([Document("报告", blocks, whose="报告"), Document("另一份", (MONTHS,), whose="另一份")], made)
    return made


def parts(path: Path) -> dict[str, bytes]:
    with zipfile.ZipFile(path) as package:
        assert package.testzip() is None
        return {name: package.read(name) for name in package.namelist()}


def test_every_part_has_a_type_and_every_relation_its_part(path: Path) -> None:
    found = parts(path)
    types = ElementTree.fromstring(found["[Content_Types].xml"])
    ends = {one.get("Extension"): one.get("ContentType") for one in types if one.get("Extension")}
    named = {one.get("PartName"): str(one.get("ContentType")) for one in types if one.get("PartName")}
    for name in found:
        assert name == "[Content_Types].xml" or f"/{name}" in named or name.rpartition(".")[2] in ends, name
    assert sum("drawingml.chart+xml" in kind for kind in named.values()) == 3
    for name, body in found.items():
        if name.endswith((".xml", ".rels")):
            ElementTree.fromstring(body)
        if name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            targets = [one.get("Target") for one in ElementTree.fromstring(body) if one.get("TargetMode") != "External"]
            for target in targets:
                whole = str(target).lstrip("/") if str(target).startswith("/") else posixpath.join(folder, str(target))
                assert posixpath.normpath(whole) in found, (name, target)


def test_a_chart_is_words_own_and_its_workbook_says_the_same(path: Path) -> None:
    found = parts(path)
    for number, block in ((1, MONTHS), (2, UNITS), (3, MONTHS)):
        chart = ElementTree.fromstring(found[f"word/charts/chart{number}.xml"])
        labels = [one.text for one in chart.iterfind(f".//{C}cat//{C}v")]
        values = [float(str(one.text)) for one in chart.iterfind(f".//{C}val//{C}v")]
        assert tuple(zip(labels, values, strict=True)) == block.items
        assert chart.find(f".//{C}dLbls/{C}showVal").get("val") == "1"  # type: ignore[union-attr]  # no colour is needed
        assert chart.find(f".//{C}barDir").get("val") == ("bar" if block is UNITS else "col")  # type: ignore[union-attr]
        related = ElementTree.fromstring(found[f"word/charts/_rels/chart{number}.xml.rels"])
        (book,) = related.iter(f"{R}Relationship")
        inside = posixpath.normpath(posixpath.join("word/charts", str(book.get("Target"))))
        sheet: Any = load_workbook(io.BytesIO(found[inside])).active
        assert tuple(tuple(row) for row in sheet.iter_rows(min_row=2, values_only=True)) == block.items
        assert sheet["B1"].value == block.title
    text = found["word/document.xml"].decode()
    assert "■" not in text and text.count("<c:chart ") == 3
    assert "12月 4" in text  # what the chart shows, for those who cannot see it


def test_a_table_keeps_to_one_page_and_its_rows_are_whole(path: Path) -> None:
    word = docx.Document(str(path))
    (table,) = word.tables
    assert all(row._tr.find(f".//{W}cantSplit") is not None for row in table.rows)
    kept = [
        [bool(line.paragraph_format.keep_with_next) for cell in row.cells for line in cell.paragraphs]
        for row in table.rows
    ]
    assert all(all(row) for row in kept[:-1]) and not any(kept[-1])  # the last row holds to nothing below
    order = [one.tag.removeprefix(W) for one in table._tbl.tblPr]
    assert order.index("tblCellMar") < order.index("tblLook")


def test_a_table_that_a_page_holds_is_not_cut_in_the_pdf(tmp_path: Path) -> None:
    turned = set()
    for count in range(60, 520, 46):  # wherever the text before it ends
        data = Document("报告", (Paragraph("正" * count), TABLE), whose="报告")
        texts = page_texts(printed(tmp_path / "a.pdf", lambda sheets, data=data: draw(data, sheets)))
        (whole,) = [text for text in texts if "表1情况" in text]
        assert "第1学院党委" in whole and "第12学院党委" in whole
        turned.add(texts.index(whole))
    assert turned == {0, 1}
    long = Grid(TABLE.title, TABLE.heads, TABLE.rows * 6)  # more than a page: the head again on each
    texts = page_texts(
        printed(tmp_path / "b.pdf", lambda sheets: draw(Document("报告", (Paragraph("正文。"), long)), sheets))
    )
    assert len(texts) > 2 and all("应报到" in text for text in texts[1:])


def test_figures_keep_on_their_lines_and_the_widths_fill_the_page() -> None:
    widths = column_widths(TABLE, 156.0)
    assert sum(widths) == pytest.approx(156.0)
    assert min(widths[1:]) > 3 * 10.5 * 25.4 / 72  # three characters on a line
    wide = Grid("表", ("单位", *(f"类别{number}" for number in range(20))), (("某某学院党委", *("1",) * 20),))
    assert sum(column_widths(wide, 156.0)) == pytest.approx(156.0)
