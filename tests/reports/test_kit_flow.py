"""Ruled tables over pages, and forms with merged cells."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from reports.kit.flow import Column, Layout, Opened, Table
from reports.kit.form_grid import Cell, Label, Long, Row, Value, draw_grid
from reports.kit.page import MM, Sheets
from tests.reports import page_boxes
from tests.reports.samples import SENTENCE, page_texts, printed

LAYOUT = Layout(bands=((Column(40, "姓名", name=True), Column(100, "内容", align="left")),), lead=(Column(12, "序号"),))


def run(path: Path, records: list[tuple[str, str, str]], *, fill: bool = False) -> tuple[list[str], list[list[int]]]:
    """The table as a file; page texts and the records begun on each page."""
    began: list[list[int]] = []

    def draw(sheets: Sheets) -> None:
        def new_page(number: int) -> Opened:
            page = sheets.page()
            return Opened(page, page.left, 40 * MM, 250 * MM)

        def subtotal(here: Sequence[int], so_far: Sequence[int]) -> list[tuple[str, str]]:
            began.append(list(here))
            return [("本页", f"{len(here)}条"), ("累计", f"{len(so_far)}条")]

        Table(LAYOUT, new_page, subtotal=subtotal, subtotal_rows=2).run(records, fill=fill)

    printed(path, draw)
    assert page_boxes.inspect(path, clearance=2.8) == []
    return page_texts(path), began


def test_heads_repeat_and_subtotals_add_up(tmp_path: Path) -> None:
    records = [(str(n), f"张{n}", SENTENCE) for n in range(1, 61)]
    texts, began = run(tmp_path / "a.pdf", records)
    assert len(texts) > 2
    assert all("序号" in text and "姓名" in text for text in texts)
    assert [n for page in began for n in page] == list(range(60))
    assert texts[-1].endswith("累计60条")
    assert "".join(texts).count(SENTENCE[:20]) == 60


def test_record_higher_than_a_page_is_continued_and_nothing_is_lost(tmp_path: Path) -> None:
    marked = "".join(f"第{n}号。" + SENTENCE for n in range(60))
    texts, began = run(tmp_path / "a.pdf", [("1", "张三", "短"), ("2", "李四", marked), ("3", "王五", "末")])
    assert [n for page in began for n in page] == [0, 1, 2]
    assert sum("（续）" in text for text in texts) >= 1
    joined = "".join(texts)
    assert all(f"第{n}号" in joined for n in range(60))


def test_blank_rows_fill_the_page_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    run(path, [("1", "张三", "短")], fill=True)
    (page,) = page_boxes.pages(path)
    across = sorted({round(rule.y0, 1) for rule in page.rules if abs(rule.y0 - rule.y1) < 0.01})
    assert min(across) == round((297 - 250) * MM, 1)
    assert len(across) > 20


def test_merged_cells_leave_no_rule_inside_and_go_on_where_they_do_not_fit(tmp_path: Path) -> None:
    def draw(sheets: Sheets) -> None:
        page = sheets.page()
        rows = [
            Row(10, (Cell(20, Label("合并"), rows=2), Cell(60, Value("甲")))),
            Row(10, (Cell(60, Value("乙")),)),
            Row(20, (Cell(20, Label("长文")), Cell(60, Long(SENTENCE * 5), caption="长文"))),
        ]
        draw_grid(page, page.left, 40 * MM, rows)

    path = printed(tmp_path / "a.pdf", draw)
    page, _rest = page_boxes.pages(path)
    inner = [r for r in page.rules if abs(r.y0 - r.y1) < 0.01 and abs(page.height - r.y0 - 50 * MM) < 0.1]
    assert [round((r.x1 - r.x0) / MM) for r in inner] == [60]
    first, rest = page_texts(path)
    shown = first.partition("长文")[2].partition("（转续页）")[0]
    assert shown + rest.partition("长文（续）")[2] in {SENTENCE * 5, "甲乙" + SENTENCE * 5}
