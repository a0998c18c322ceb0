"""Room for the pen: a rule drawn whole, and signatures that begin and end at the same places."""

from __future__ import annotations

from pathlib import Path

import pytest

from reports.evaluation_form import draw as draw_evaluation
from reports.kit.fonts import typeface
from reports.kit.form_grid import Cell, Row, Signature, draw_grid
from reports.kit.page import MM, Box, Sheets
from reports.kit.text import break_lines
from tests.reports import page_boxes, pdfa_check
from tests.reports.samples import evaluation, page_texts, printed


@pytest.mark.parametrize("width", [180, 220, 260, 400])
def test_room_for_the_pen_is_one_rule_and_is_never_broken(tmp_path: Path, width: int) -> None:
    text = "该同志已于＿＿＿＿年＿＿月＿＿日到我社区办理报到，联系电话＿＿＿＿＿＿。"
    face = typeface("body")
    lines = break_lines(text, face, 14, width)
    assert sum("＿＿＿＿年＿＿月＿＿日" in line.text for line in lines) == 1

    def draw(sheets: Sheets) -> None:
        page = sheets.page()
        page.lines(lines, Box(90, 100, width, 300), face, 14, 22)
        page.text(90, 500, "电话＿＿＿＿。", face, 14)

    path = printed(tmp_path / "a.pdf", draw)
    assert pdfa_check.findings(path) == [] and page_boxes.inspect(path, clearance=1.2) == []
    assert "＿" not in page_texts(path)[0] and "联系电话" in page_texts(path)[0].replace("\n", "")
    (page,) = page_boxes.pages(path)
    lengths = sorted(round(rule.x1 - rule.x0) for rule in page.rules)
    assert len(lengths) == 5 and lengths[0] >= round(1.4 * 14) and lengths[-1] >= 5 * 14


def test_signatures_of_a_form_begin_and_end_at_the_same_places(tmp_path: Path) -> None:
    def draw(sheets: Sheets) -> None:
        page = sheets.page()
        draw_grid(
            page, page.left, 100, [Row(15, (Cell(150, Signature(one)),)) for one in ("书记签名：", "评价人签名：")]
        )

    (page,) = page_boxes.pages(printed(tmp_path / "a.pdf", draw))
    heights = sorted({round(one.bottom) for one in page.glyphs if one.char == "签"})
    assert len(heights) == 2
    colons = {round(one.left, 1) for one in page.glyphs if one.char == "："}
    firsts = {round(min(one.left for one in page.glyphs if abs(one.bottom - y) < 4)) for y in heights}
    assert len(colons) == 1 and max(firsts) - min(firsts) <= 1
    pens = [rule for rule in page.rules if abs(rule.y0 - rule.y1) < 0.01 and rule.x1 - rule.x0 < 60 * MM]
    assert len({(round(rule.x0), round(rule.x1)) for rule in pens}) == 1 and len(pens) == 2


def test_the_two_signatures_of_the_evaluation_form_align(tmp_path: Path) -> None:
    path = printed(tmp_path / "a.pdf", lambda sheets: draw_evaluation(evaluation(), sheets))
    back = list(page_boxes.pages(path))[1]
    pens = {round(rule.x0) for rule in back.rules if 30 * MM < rule.x1 - rule.x0 < 45 * MM and rule.y0 == rule.y1}
    assert len(pens) == 1
