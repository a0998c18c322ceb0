"""The PDF/A check sees what it must: a good file has no finding, and each planted fault has its own."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from pikepdf import Dictionary, Name

from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Label, Row, Value, draw_grid
from reports.kit.page import Box, Sheets, standard_foot
from reports.kit.pdfa import PdfaCanvas
from tests.reports.pdfa_check import findings

TITLE = "考核评价表—王𬭎 <试>"


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    canvas = PdfaCanvas(title=TITLE, author="党委组织部", subject="2020", keywords="党员干部,下沉社区")
    sheets = Sheets(canvas, foot=standard_foot("XCJS-00", baseline=800))
    page = sheets.page()
    page.text(100, 120, "党员干部下沉社区考核评价表", typeface("title"), 22)
    page.text(100, 160, "王𬭎㛃 2020年8月3日 Abc", typeface("body"), 12)
    page.text(100, 190, "统计口径 iW", typeface("label"), 10.5)
    page.frame(Box(90, 90, 400, 200))
    page.qr("XCJS", 450, 100, 40)
    page.tick_box(100, 220, 12, True)
    page.text(120, 220, "合格", typeface("body"), 12)
    rows = [
        Row(10, (Cell(20, Label("姓名"), rows=2), Cell(30, Value("张三")), Cell(30, Value("李四")))),
        Row(10, (Cell(60, Value("王五")),)),
    ]
    draw_grid(page, 100, 300, rows)
    sheets.close("")
    path = tmp_path_factory.mktemp("pdfa") / "good.pdf"
    path.write_bytes(canvas.content())
    return path


def spoiled(good: Path, target: Path, spoil: Callable[[pikepdf.Pdf], None], **saving: Any) -> list[str]:
    """Findings on a copy of the good file in which one thing was broken."""
    with pikepdf.open(good) as pdf:
        spoil(pdf)
        pdf.save(target, object_stream_mode=pikepdf.ObjectStreamMode.disable, **saving)
    return findings(target)


def nothing(pdf: pikepdf.Pdf) -> None:
    """Break nothing: a plain copy stays good, so that the finding is the planted fault's alone."""


def no_xmp(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Metadata


def no_pdfaid(pdf: pikepdf.Pdf) -> None:
    xmp = pdf.Root.Metadata.read_bytes().replace(b"pdfaid:part>2", b"pdfaid:part>3")
    pdf.Root.Metadata.write(xmp)


def other_title(pdf: pikepdf.Pdf) -> None:
    pdf.docinfo["/Title"] = "纪实手册"


def no_output_intent(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.OutputIntents


def javascript(pdf: pikepdf.Pdf) -> None:
    pdf.Root.OpenAction = Dictionary(S=Name.JavaScript, JS="app.alert(1)")


def helvetica(pdf: pikepdf.Pdf) -> None:
    font = Dictionary(Type=Name.Font, Subtype=Name.Type1, BaseFont=Name.Helvetica)
    pdf.pages[0].obj.Resources.Font["/Fx"] = pdf.make_indirect(font)
    pdf.pages[0].contents_add(b"BT /Fx 12 Tf 10 10 Td (x) Tj ET")


def first_font(pdf: pikepdf.Pdf) -> tuple[str, Any]:
    return next(iter(pdf.pages[0].obj.Resources.Font.items()))


def wrong_listed_width(pdf: pikepdf.Pdf) -> None:
    for font in pdf.pages[0].obj.Resources.Font.values():
        widths = font.DescendantFonts[0].W
        if len(widths):
            widths[1][0] = float(widths[1][0]) + 111
            return
    raise AssertionError("no font of the page lists a width")


def wrong_default_width(pdf: pikepdf.Pdf) -> None:
    first_font(pdf)[1].DescendantFonts[0].DW = 500


def no_tounicode(pdf: pikepdf.Pdf) -> None:
    del first_font(pdf)[1].ToUnicode


def no_font_file(pdf: pikepdf.Pdf) -> None:
    del first_font(pdf)[1].DescendantFonts[0].FontDescriptor.FontFile2


def notdef(pdf: pikepdf.Pdf) -> None:
    name = first_font(pdf)[0]
    pdf.pages[0].contents_add(f"BT {name} 12 Tf 10 10 Td <0000> Tj ET".encode())


def notdef_in_form(pdf: pikepdf.Pdf) -> None:
    resources = pdf.pages[0].obj.Resources
    name = first_font(pdf)[0]
    form = pdf.make_stream(
        f"BT {name} 12 Tf 10 10 Td [<00010000>] TJ ET".encode(),
        Type=Name.XObject,
        Subtype=Name.Form,
        BBox=[0, 0, 100, 100],
        Resources=Dictionary(Font=resources.Font),
    )
    resources.XObject = Dictionary(Fx=form)
    pdf.pages[0].contents_add(b"/Fx Do")


def cmyk(pdf: pikepdf.Pdf) -> None:
    pdf.pages[0].contents_add(b"0 0 0 1 k 0 0 10 10 re f")


def cmyk_image(pdf: pikepdf.Pdf) -> None:
    image = pdf.make_stream(
        b"\0\0\0\0",
        Type=Name.XObject,
        Subtype=Name.Image,
        Width=1,
        Height=1,
        BitsPerComponent=8,
        ColorSpace=Name.DeviceCMYK,
    )
    pdf.pages[0].obj.Resources.XObject = Dictionary(Im=image)


def bad_annotation(pdf: pikepdf.Pdf) -> None:
    note = Dictionary(Type=Name.Annot, Subtype=Name.Text, Rect=[0, 0, 20, 20], Contents="hi")
    pdf.pages[0].obj.Annots = pdf.make_indirect(pikepdf.Array([pdf.make_indirect(note)]))


def attachment(pdf: pikepdf.Pdf) -> None:
    pdf.attachments["a.txt"] = pikepdf.AttachedFileSpec(pdf, b"a", filename="a.txt")


def test_a_file_of_the_kit_has_no_finding(good: Path, tmp_path: Path) -> None:
    assert findings(good) == []
    assert spoiled(good, tmp_path / "copy.pdf", nothing) == []


@pytest.mark.parametrize(
    ("spoil", "clause"),
    [
        (no_xmp, "6.6.2 no XMP"),
        (no_pdfaid, "6.6.4"),
        (other_title, "6.6.3"),
        (no_output_intent, "6.2.4 device"),
        (javascript, "6.5.1"),
        (helvetica, "6.2.11.4.1"),
        (no_font_file, "6.2.11.4.1"),
        (wrong_listed_width, "6.2.11.5"),
        (wrong_default_width, "6.2.11.5"),
        (no_tounicode, "6.2.11.7"),
        (notdef, "6.2.11.8"),
        (notdef_in_form, "6.2.11.8"),
        (cmyk, "6.2.4.3"),
        (cmyk_image, "6.2.4.3"),
        (bad_annotation, "6.3.3"),
        (bad_annotation, "6.3.2"),
        (attachment, "6.8"),
    ],
)
def test_a_planted_fault_is_found(
    good: Path, tmp_path: Path, spoil: Callable[[pikepdf.Pdf], None], clause: str
) -> None:
    found = spoiled(good, tmp_path / "bad.pdf", spoil)
    assert [one for one in found if one.startswith(clause)], found


def test_encryption_is_found(good: Path, tmp_path: Path) -> None:
    lock = pikepdf.Encryption(owner="a", user="")
    assert "6.1.3 encrypted" in spoiled(good, tmp_path / "locked.pdf", nothing, encryption=lock)


@pytest.mark.parametrize(
    ("before", "after", "clause"),
    [
        (b"\nendstream", b" endstream", "6.1.7 "),
        (b"%PDF-1.7", b"%PDF-2.0", "6.1.2"),
    ],
)
def test_broken_bytes_are_found(good: Path, tmp_path: Path, before: bytes, after: bytes, clause: str) -> None:
    raw = good.read_bytes()
    assert before in raw
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(raw.replace(before, after, 1))
    found = findings(bad)
    assert [one for one in found if one.startswith(clause)], found


def test_data_after_the_end_is_found(good: Path, tmp_path: Path) -> None:
    bad = tmp_path / "bad.pdf"
    bad.write_bytes(good.read_bytes() + b"\nmore")
    assert "6.1.3 data after %%EOF" in findings(bad)
