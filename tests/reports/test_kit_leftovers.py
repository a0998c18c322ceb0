"""What does not fit its place: rows grow, cells say 转续页, and nothing that is left over can be forgotten."""

from __future__ import annotations

import ast
from itertools import pairwise
from pathlib import Path

import pytest

from reports.kit.continuation import draw_continuation
from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Label, Long, Row, Value, draw_grid
from reports.kit.page import MM, Box, Page, Sheets, small_notes
from tests.reports import page_boxes
from tests.reports.samples import LONG_UNIT, SENTENCE, page_texts, printed

REPORTS = Path(__file__).parents[2] / "reports"


def heights(path: Path) -> list[float]:
    """Heights in mm of the rows of the first page, by the rules that run across."""
    page = next(iter(page_boxes.pages(path)))
    across = sorted({round((page.height - one.y0) / MM, 1) for one in page.rules if abs(one.y0 - one.y1) < 0.01})
    return [round(low - high, 1) for high, low in pairwise(across)]


def form(sheets: Sheets, *texts: str, height: float = 120.0) -> Page:
    """A form of one narrow row for each text, and a stretching one under them."""
    page = sheets.page()
    rows = [
        Row(8, (Cell(20, Label("单位")), Cell(45, Value(text), caption=f"第{at}项"))) for at, text in enumerate(texts)
    ]
    rows.append(Row(30, (Cell(20, Label("小结")), Cell(45, Long(""), caption="小结")), stretch=1.0))
    draw_grid(page, page.left, 20 * MM, rows, height=height * MM)
    return page


def test_a_row_grows_for_its_text_out_of_what_the_form_has_to_spare(tmp_path: Path) -> None:
    path = printed(tmp_path / "a.pdf", lambda sheets: form(sheets, LONG_UNIT, "经院社区") and None)
    grown, plain, rest = heights(path)
    assert grown > 12 and plain == 8 and grown + plain + rest == pytest.approx(120, abs=0.2)
    (text,) = page_texts(path)
    assert LONG_UNIT in text and "续" not in text


def test_without_room_to_spare_the_text_goes_on_under_its_caption(tmp_path: Path) -> None:
    path = printed(tmp_path / "a.pdf", lambda sheets: form(sheets, LONG_UNIT * 2, height=38) and None)
    first, rest = page_texts(path)
    assert heights(path) == [8, 30]
    shown = first.partition("单位")[2].partition("（转续页）")[0]
    assert shown + rest.partition("第0项（续）")[2] == LONG_UNIT * 2


def test_what_no_form_claims_is_printed_when_the_sheets_are_closed(tmp_path: Path) -> None:
    def draw(sheets: Sheets) -> None:
        page = sheets.page()
        sheets.rest_title, sheets.identity = "名单（续页）", ("张三", "工号 D1")
        page.put("甲乙丙丁" * 40, Box(80, 80, 60, 30), typeface("body"))
        small_notes(page, SENTENCE * 9, Box(80, 700, 300, 30))

    first, rest = page_texts(printed(tmp_path / "a.pdf", draw))
    assert first.count("转续页") == 2
    assert rest.startswith("名单（续页）张三工号D1页首（续）") and "注（续）" in rest
    assert (
        first.partition("（转续页）")[0] + rest.partition("页首（续）")[2].partition("注（续）")[0] == "甲乙丙丁" * 40
    )


def test_leftovers_are_printed_once_and_those_of_one_place_together(tmp_path: Path) -> None:
    def draw(sheets: Sheets) -> None:
        page = sheets.page()
        with page.captioned("备注"):
            page.leave_over("第一段")
            page.leave_over("第二段")
        draw_continuation(sheets, "评价表（续页）", ("张三", ""), top=20 * MM, bottom=270 * MM)

    _, rest = page_texts(printed(tmp_path / "a.pdf", draw))
    assert rest == "评价表（续页）张三备注（续）第一段第二段"


def test_a_line_too_long_for_the_page_is_made_smaller_then_goes_on(tmp_path: Path) -> None:
    def draw(sheets: Sheets) -> None:
        page = sheets.page()
        page.short(page.left, 100, LONG_UNIT * 3, typeface("kai"), 12, page.right - page.left)

    path = printed(tmp_path / "a.pdf", draw)
    first, rest = page_texts(path)
    assert first.endswith("（转续页）")
    assert first.removesuffix("（转续页）") + rest.partition("页首（续）")[2] == LONG_UNIT * 3
    assert page_boxes.inspect(path, margins=page_boxes.Margins(left=27.9 * MM, right=25.9 * MM)) == []


def test_only_the_page_fits_text_into_boxes() -> None:
    """`fit` returns what is left over: whoever called it could forget that, so only `Page` may."""
    callers = []
    for path in sorted(REPORTS.rglob("*.py")):
        names = [
            alias.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and node.module == "reports.kit.text"
            for alias in node.names
        ]
        if "fit" in names:
            callers.append(path.name)
    assert callers == ["page.py"]
