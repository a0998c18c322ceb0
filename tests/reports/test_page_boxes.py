"""The page inspector measures ink truly and sees each planted fault; a careful page has no finding."""

from __future__ import annotations

import io
from collections.abc import Callable
from dataclasses import astuple
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont as Outlines
from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

from core.base.paths import asset
from reports.kit.fonts import typeface
from reports.kit.page import Box, Page
from reports.kit.pdfa import PdfaCanvas
from tests.reports.page_boxes import MM, Finding, Margins, inspect, pages

FACE = "box-kai"
X, Y = 200.0, 500.0


@pytest.fixture(scope="module", autouse=True)
def face() -> None:
    """One face known to reportlab."""
    pdfmetrics.registerFont(TTFont(FACE, str(asset("fonts", "JishiKai-Regular.ttf"))))


def drawn(tmp_path: Path, draw: Callable[[Canvas], None]) -> Path:
    """A page with a careful line of text and a box around it, and what `draw` adds."""
    packed = io.BytesIO()
    canvas = Canvas(packed, initialFontName=FACE)
    canvas.setLineWidth(0.5)
    canvas.setFont(FACE, 12)
    canvas.drawString(100, 700, "下沉社区 2020 国")
    canvas.rect(90, 690, 300, 30)
    draw(canvas)
    canvas.showPage()
    canvas.save()
    path = tmp_path / "page.pdf"
    path.write_bytes(packed.getvalue())
    return path


def ink(char: str, size: float, x: float, y: float) -> tuple[float, float, float, float]:
    """Ink box by the font's own outline."""
    with Outlines(asset("fonts", "JishiKai-Regular.ttf"), lazy=True) as font:
        shape = font["glyf"][font.getBestCmap()[ord(char)]]
        scale = size / font["head"].unitsPerEm
        edges = (shape.xMin * scale, shape.yMin * scale, shape.xMax * scale, shape.yMax * scale)
    return x + edges[0], y + edges[1], x + edges[2], y + edges[3]


def text(x: float, y: float, words: str, size: float = 12) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.setFont(FACE, size)
        canvas.drawString(x, y, words)

    return draw


def both(*steps: Callable[[Canvas], None]) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        for step in steps:
            step(canvas)

    return draw


def in_form(inner: Callable[[Canvas], None], *, scale: float = 1.0) -> Callable[[Canvas], None]:
    def draw(canvas: Canvas) -> None:
        canvas.beginForm("back", 0, 0, 595, 842)
        canvas.setFont(FACE, 12)
        canvas.setLineWidth(0.5)
        inner(canvas)
        canvas.endForm()
        canvas.saveState()
        canvas.scale(scale, scale)
        canvas.doForm("back")
        canvas.restoreState()

    return draw


def kinds(found: list[Finding]) -> set[str]:
    return {one.kind for one in found}


@pytest.mark.parametrize("char", ["国", "一", "，", "g", "·"])
def test_ink_boxes_are_those_of_the_outline(tmp_path: Path, char: str) -> None:
    path = drawn(tmp_path, text(X, Y, char, 40))
    found = [one for page in pages(path) for one in page.glyphs if one.char == char][-1]
    assert (found.left, found.bottom, found.right, found.top) == pytest.approx(ink(char, 40, X, Y), abs=0.06)
    assert found.size == pytest.approx(40)


def test_rules_of_all_kinds_are_measured(tmp_path: Path) -> None:
    def draw(canvas: Canvas) -> None:
        canvas.line(X, Y, X + 50, Y)
        canvas.rect(X, 300, 50, 0.8, stroke=0, fill=1)
        canvas.rect(X, 200, 50, 20, stroke=0, fill=1)  # a shade: no rule
        canvas.translate(10, 20)
        canvas.scale(2, 2)
        canvas.line(100, 50, 100, 60)

    page = next(pages(drawn(tmp_path, draw)))
    added = [one for one in page.rules if one.y0 < 600]
    expected = [(X, Y, X + 50, Y, 0.25), (X, 300.4, X + 50, 300.4, 0.4), (210, 120, 210, 140, 0.5)]
    assert [astuple(one) for one in added] == [pytest.approx(one, abs=0.01) for one in expected]
    assert len(page.rules) == 4 + 3  # the box around the first line has four


def test_a_careful_page_has_no_finding(tmp_path: Path) -> None:
    path = drawn(tmp_path, in_form(both(text(X, Y, "表内文字"), lambda canvas: canvas.rect(X - 5, Y - 8, 60, 25))))
    assert inspect(path) == []


def on_edge(edge: str, gap: float) -> tuple[float, float, float, float]:
    """A line that runs `gap` off one edge of the ink of 国 at (X, Y), measured to the line's middle."""
    left, bottom, right, top = ink("国", 12, X, Y)
    return {
        "left": (left - gap, bottom, left - gap, top),
        "right": (right + gap, bottom, right + gap, top),
        "top": (left, top + gap, right, top + gap),
        "bottom": (left, bottom - gap, right, bottom - gap),
    }[edge]


@pytest.mark.parametrize("edge", ["left", "right", "top", "bottom"])
@pytest.mark.parametrize("wrapped", [False, True])
def test_a_glyph_that_touches_a_rule_is_found(tmp_path: Path, edge: str, wrapped: bool) -> None:
    near, far = on_edge(edge, 0.6), on_edge(edge, 1.0)  # 0.25 half width + 0.5 clearance = 0.75

    def page(line: tuple[float, float, float, float]) -> Path:
        rule: Callable[[Canvas], None] = lambda canvas: canvas.line(*line)  # noqa: E731 - one shape in two holders
        return drawn(tmp_path, both(text(X, Y, "国"), in_form(rule) if wrapped else rule))

    found = inspect(page(near))
    assert [(one.kind, one.char) for one in found] == [("rule", "国")]
    assert inspect(page(far)) == []


@pytest.mark.parametrize(
    "cross",
    [
        lambda canvas: canvas.line(X - 20, Y + 5, X + 40, Y + 5),
        lambda canvas: canvas.line(X + 6, Y - 20, X + 6, Y + 40),
        lambda canvas: canvas.line(X - 20, Y - 20, X + 30, Y + 30),
        lambda canvas: canvas.rect(X - 20, Y + 4, 60, 0.5, stroke=0, fill=1),
        lambda canvas: canvas.rect(X + 6, Y - 30, 60, 80),
    ],
)
def test_a_rule_through_a_glyph_is_found(tmp_path: Path, cross: Callable[[Canvas], None]) -> None:
    found = inspect(drawn(tmp_path, both(text(X, Y, "国"), cross)))
    assert [(one.page, one.kind, one.char) for one in found] == [(1, "rule", "国")]
    assert "碰到线" in str(found[0])


def test_a_slanted_line_beside_a_glyph_is_no_fault(tmp_path: Path) -> None:
    beside: Callable[[Canvas], None] = lambda canvas: canvas.line(X - 4, Y + 4, X + 6, Y + 24)  # noqa: E731
    assert inspect(drawn(tmp_path, both(text(X, Y, "国"), beside))) == []


@pytest.mark.parametrize(
    ("x", "y"), [(19 * MM, Y), (595 - 12 * MM, Y), (X, 4 * MM), (X, 842 - 6 * MM)], ids=["left", "right", "low", "high"]
)
def test_a_glyph_outside_the_margins_is_found(tmp_path: Path, x: float, y: float) -> None:
    found = inspect(drawn(tmp_path, text(x, y, "国")))
    assert [(one.kind, one.char) for one in found] == [("margin", "国")]


def test_mirrored_margins_swap_on_even_pages(tmp_path: Path) -> None:
    path = drawn(tmp_path, both(text(25 * MM, Y, "国"), Canvas.showPage, text(12 * MM, Y, "中")))
    assert [one.char for one in inspect(path)] == ["中"]
    assert inspect(path, margins=Margins(mirrored=True)) == []


def test_small_type_is_found_also_behind_a_matrix(tmp_path: Path) -> None:
    assert inspect(drawn(tmp_path, text(X, Y, "国", 9))) == []
    assert kinds(inspect(drawn(tmp_path, text(X, Y, "国", 8.9)))) == {"size"}
    shrunk = inspect(drawn(tmp_path, in_form(text(X, Y, "国"), scale=0.7)))
    assert [(one.kind, one.char, one.detail) for one in shrunk] == [("size", "国", "8.40 pt")]


def test_runs_printed_over_each_other_are_found(tmp_path: Path) -> None:
    over = both(text(X, Y, "统计口径"), text(X + 6, Y + 4, "截至日期"))
    found = inspect(drawn(tmp_path, over))
    assert kinds(found) == {"overlap"}
    assert len(found) >= 4


def test_neighbouring_runs_and_lines_do_not_overlap(tmp_path: Path) -> None:
    beside = both(text(X, Y, "统计口径"), text(X + 48, Y, "截至日期"), text(X, Y - 13, "国国国国国国"))
    assert inspect(drawn(tmp_path, beside)) == []


def test_pages_of_the_kit_are_measured(tmp_path: Path) -> None:
    canvas = PdfaCanvas(title="量度")
    page = Page(canvas)
    page.text(100, 120, "王𬭎㛃", typeface("body").for_name("王𬭎㛃"), 12)
    page.text(100, 160, "国", typeface("label"), 12)
    page.rules([(90, 155, 200, 155)])  # through 国
    page.frame(Box(90, 90, 300, 50))
    canvas.add_page(page.operators, page.size, page.images)
    path = tmp_path / "kit.pdf"
    path.write_bytes(canvas.content())
    glyphs = next(pages(path)).glyphs
    assert [one.char for one in glyphs] == ["王", "𬭎", "㛃", "国"]
    rare = glyphs[1]  # beyond the BMP
    assert 10 < rare.right - rare.left < 12.5
    assert rare.left >= 112
    assert [(one.kind, one.char) for one in inspect(path)] == [("rule", "国")]
