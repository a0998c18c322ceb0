"""Tagged pages: every form says what its pieces are, in reading order; each planted fault of the tree is seen."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2 as pdfium
import pypdfium2.raw as raw
import pytest
from pikepdf import Array, Dictionary, Name

from reports.evaluation_form import draw as draw_evaluation
from reports.handbook import draw as draw_handbook
from reports.kit.batch import Job, write_files
from reports.kit.fonts import typeface
from reports.kit.page import Sheets
from reports.lists import ListColumn, ListData
from reports.lists import draw as draw_list
from tests.reports import pdfa_check, structure_check
from tests.reports.samples import (
    SENTENCE,
    evaluation,
    handbook,
    printed,
    worst_evaluation,
    worst_handbook,
)

ROWS = tuple((str(number), f"张{number}", SENTENCE) for number in range(1, 60))
LIST = ListData(
    "测试名单",
    (ListColumn("序号", whole=True), ListColumn("姓名", name=True), ListColumn("内容", "left")),
    ROWS,
    scope=SENTENCE,
)


def a_form(sheets: Sheets) -> None:
    """The evaluation form: heads beside values, boxes ticked, a QR code."""
    draw_evaluation(evaluation(), sheets)


def a_list(sheets: Sheets) -> None:
    draw_list(LIST, sheets)


@pytest.fixture(scope="module")
def form(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return printed(tmp_path_factory.mktemp("tags") / "form.pdf", a_form)


def elements(root: Any, kind: str) -> list[Any]:
    """All elements of a kind, in reading order."""
    found = []
    for kid in structure_check._kids(root):
        if isinstance(kid, Dictionary) and "/S" in kid:
            found += [kid] if f"/{kind}" == kid.S else []
            found += elements(kid, kind)
    return found


def first(pdf: pikepdf.Pdf, kind: str) -> Any:
    return elements(pdf.Root.StructTreeRoot, kind)[0]


def not_marked(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.MarkInfo


def no_language(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.Lang


def no_tree(pdf: pikepdf.Pdf) -> None:
    del pdf.Root.StructTreeRoot


def no_scope(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "TH").A.Scope


def no_alt(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "Figure").Alt


def unknown_kind(pdf: pikepdf.Pdf) -> None:
    first(pdf, "P").S = Name.Absatz


def wrong_parent(pdf: pikepdf.Pdf) -> None:
    first(pdf, "TR").P = first(pdf, "P")


def cell_outside_a_row(pdf: pikepdf.Pdf) -> None:
    first(pdf, "TR").S = Name.Div


def one_span_too_many(pdf: pikepdf.Pdf) -> None:
    first(pdf, "TD").A = Dictionary(O=Name.Table, ColSpan=9)


def heading_skipped(pdf: pikepdf.Pdf) -> None:
    first(pdf, "H1").S = Name.H3


def twice_in_the_tree(pdf: pikepdf.Pdf) -> None:
    held = first(pdf, "H1").K
    first(pdf, "P").K = Array([int(held)])


def not_in_the_tree(pdf: pikepdf.Pdf) -> None:
    del first(pdf, "TD").K


def parent_tree_wrong(pdf: pikepdf.Pdf) -> None:
    owners = pdf.Root.StructTreeRoot.ParentTree.Nums[1]
    owners[0] = owners[len(owners) - 1]


def no_tab_order(pdf: pikepdf.Pdf) -> None:
    del pdf.pages[0].obj.Tabs


def rewritten(pdf: pikepdf.Pdf, change: Callable[[bytes], bytes]) -> None:
    content = pdf.pages[0].obj.Contents
    before = content.read_bytes()
    after = change(before)
    assert before != after
    content.write(after)


def text_outside(pdf: pikepdf.Pdf) -> None:
    rewritten(pdf, lambda old: old.replace(b"/H1<</MCID 0>>BDC", b"/Nobody BMC"))


def line_outside(pdf: pikepdf.Pdf) -> None:
    rewritten(pdf, lambda old: old + b"\n0 0 m 10 10 l S")


def number_twice(pdf: pikepdf.Pdf) -> None:
    rewritten(pdf, lambda old: old.replace(b"<</MCID 1>>", b"<</MCID 0>>"))


def never_closed(pdf: pikepdf.Pdf) -> None:
    rewritten(pdf, lambda old: old[: old.rindex(b"EMC")])


def other_tag(pdf: pikepdf.Pdf) -> None:
    first(pdf, "H1").S = Name.P


def private_glyph(pdf: pikepdf.Pdf) -> None:
    font = next(iter(pdf.pages[0].obj.Resources.Font.values()))
    table = font.ToUnicode.read_bytes()
    at = table.index(b"<0001> <") + 8
    font.ToUnicode.write(table[:at] + b"E000" + table[at + 4 :])


@pytest.mark.parametrize(
    ("spoil", "fault"),
    [
        (not_marked, "6.7.2.2"),
        (no_language, "6.7.4"),
        (no_tree, "6.7.3 no structure tree"),
        (no_scope, "table head without scope"),
        (no_alt, "6.7.5"),
        (unknown_kind, "6.7.3.4"),
        (wrong_parent, "6.7.3 wrong parent of TR"),
        (cell_outside_a_row, "Div in Table"),
        (one_span_too_many, "table not regular"),
        (heading_skipped, "headings skip"),
        (twice_in_the_tree, "content 0 2 times"),
        (not_in_the_tree, "content"),
        (parent_tree_wrong, "parent tree wrong for content 0"),
        (no_tab_order, "tab order"),
        (text_outside, "6.7.3 text outside"),
        (line_outside, "6.7.3 drawing outside"),
        (number_twice, "content 0 twice"),
        (never_closed, "marked content not closed"),
        (other_tag, "content 0 is H1, in the tree P"),
        (private_glyph, "6.2.11.7.3"),
    ],
)
def test_a_planted_fault_of_the_tree_is_found(
    form: Path, tmp_path: Path, spoil: Callable[[pikepdf.Pdf], None], fault: str
) -> None:
    bad = tmp_path / "bad.pdf"
    with pikepdf.open(form) as pdf:
        spoil(pdf)
        pdf.save(bad)
    found = pdfa_check.findings(bad)
    assert [one for one in found if one.startswith(fault)], found


@pytest.mark.parametrize(
    "draw",
    [
        lambda sheets: draw_handbook(handbook(), sheets),
        lambda sheets: draw_handbook(worst_handbook(), sheets),
        lambda sheets: draw_evaluation(worst_evaluation(), sheets),
        a_list,
    ],
)
def test_forms_books_and_lists_are_tagged(tmp_path: Path, draw: Callable[[Sheets], None]) -> None:
    path = printed(tmp_path / "a.pdf", draw)
    assert pdfa_check.findings(path) == []
    with pikepdf.open(path) as pdf:
        assert pdfa_check.conformance(pdf) == "A"
        counts = structure_check.kinds(pdf)
    assert counts["H1"] >= 1 and counts["Table"] >= 1 and counts["TH"] >= 3 and counts["TD"] >= 10


def test_a_list_is_one_table_over_its_pages_and_its_heads_are_told_once(tmp_path: Path) -> None:
    path = printed(tmp_path / "a.pdf", a_list)
    with pikepdf.open(path) as pdf:
        assert len(pdf.pages) > 1
        (table,) = elements(pdf.Root.StructTreeRoot, "Table")
        heads = elements(table, "TH")
        assert [str(one.A.Scope) for one in heads] == ["/Column"] * 3
        assert len(elements(table, "THead")) == 1 and len(elements(table, "TR")) == 1 + len(ROWS)
        assert len({one.Pg.objgen for one in elements(table, "TD")}) == len(pdf.pages)


def test_what_a_pen_or_a_box_says_is_told_in_words(form: Path) -> None:
    with pikepdf.open(form) as pdf:
        assert str(first(pdf, "Figure").Alt).startswith("二维码：")
        whole = b"".join(page.obj.Contents.read_bytes() for page in pdf.pages)
    ticked, empty = "☑".encode("utf-16-be").hex().upper(), "□".encode("utf-16-be").hex().upper()
    assert whole.count(f"<FEFF{ticked}>".encode()) == 3 and f"<FEFF{empty}>".encode() in whole


def person(name: str, pages: int) -> Job:
    def draw(sheets: Sheets) -> None:
        for _ in range(pages):
            sheets.page().text(90, 90, name, typeface("title"), 14)

    return Job(name, f"{name}.pdf", name, draw)


def test_a_merged_file_has_a_part_for_each_person(tmp_path: Path) -> None:
    people = [person("张三", 1), person("李四", 2)]
    done = write_files(people, tmp_path, merged=True, duplex=True)
    assert pdfa_check.findings(done.files[0]) == []
    with pikepdf.open(done.files[0]) as pdf:
        assert pdfa_check.conformance(pdf) == "A" and structure_check.kinds(pdf)["Part"] == 2
        assert len(pdf.pages) == 4  # the back of the first is blank


def test_a_reprint_of_some_pages_claims_no_structure(tmp_path: Path) -> None:
    done = write_files([person("张三", 3)], tmp_path, only_pages={2})
    with pikepdf.open(done.files[0]) as pdf:
        assert pdfa_check.conformance(pdf) == "B" and "/StructTreeRoot" not in pdf.Root
    assert pdfa_check.findings(done.files[0]) == []


def test_a_reader_that_is_not_ours_walks_the_tree(form: Path) -> None:
    """PDFium's own structure tree: the same tags, and the words of a figure."""
    with pdfium.PdfDocument(form) as document:
        page = document[0]
        tree = raw.FPDF_StructTree_GetForPage(page.raw)
        found = list(walked(tree, raw.FPDF_StructTree_CountChildren, raw.FPDF_StructTree_GetChildAtIndex))
        raw.FPDF_StructTree_Close(tree)
        page.close()
    kinds = [kind for kind, _ in found]
    assert kinds[0] == "Document" and {"Part", "H1", "Table", "TR", "TH", "TD", "Figure"} <= set(kinds)
    assert any(alt.startswith("二维码：") for kind, alt in found if kind == "Figure")


def walked(parent: Any, count: Any, child: Any) -> Iterator[tuple[str, str]]:
    for index in range(count(parent)):
        element = child(parent, index)
        if element:
            yield told(element, raw.FPDF_StructElement_GetType), told(element, raw.FPDF_StructElement_GetAltText)
            yield from walked(element, raw.FPDF_StructElement_CountChildren, raw.FPDF_StructElement_GetChildAtIndex)


def told(element: Any, ask: Any) -> str:
    room = ctypes.create_string_buffer(2000)
    size = ask(element, room, 2000)
    return room.raw[: max(0, size - 2)].decode("utf-16-le")
