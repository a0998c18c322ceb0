"""《考核评价表》 as printed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pikepdf

from reports.evaluation_form import EVALUATORS, GRADES, EvaluationData, Verdict, draw
from reports.kit.page import MM, Sheets
from reports.kit.pdfa import PdfaCanvas
from tests.reports import page_boxes, pdfa_check
from tests.reports.samples import LONG_NAME, PERSON, SENTENCE, evaluation, page_texts, printed, worst_evaluation

MARGINS = page_boxes.Margins(left=27.9 * MM, top=15 * MM, right=19.9 * MM, bottom=5 * MM, mirrored=True)


def blank() -> EvaluationData:
    """Only the person, everything else for the pen."""
    return EvaluationData(person=PERSON, year=2020, unit_review=Verdict(), overall="")


def make(path: Path, data: EvaluationData) -> list[str]:
    """Print, check the file and every glyph against every rule, return the page texts."""
    printed(path, lambda sheets: draw(data, sheets))
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=MARGINS, clearance=2.8)] == []
    return page_texts(path)


def test_ordinary_form_is_one_sheet_and_says_everything(tmp_path: Path) -> None:
    front, back = make(tmp_path / "a.pdf", evaluation())
    for words in (
        "张三",
        "D20050132",
        "1985年8月",
        "2020-0001",
        "12.75",
        "已达标",
        "3次且12小时",
        "另有待确认1次、2小时",
    ):
        assert words in front
    for words in (
        "张三",
        "同意社区评价。",
        "统计口径：只计已确认",
        "截至日期：2020年12月31日",
        "第2页共2页",
        "XCJS-02",
    ):
        assert words in back
    assert "王某某，2020年12月28日" in back


def test_worst_form_continues_on_further_pages_and_loses_nothing(tmp_path: Path) -> None:
    data = worst_evaluation()
    texts = make(tmp_path / "a.pdf", data)
    assert len(texts) > 3
    assert all(LONG_NAME in text for text in texts)
    assert all(f"共{len(texts)}页" in text for text in texts)
    whole = "".join(texts)
    for caption in ("主要服务情况（续）", "个人自评（续）", "社区党组织评价（续）", "二级单位党组织审核（续）"):
        assert caption in whole
    asked = sum(
        text.count("困难家庭")
        for text in (
            data.main_service, data.self_review, data.next_plan, data.community.opinion, data.branch.opinion,
            data.unit_review.opinion if data.unit_review else "", data.remark,
        )
    )  # fmt: skip
    # a sentence cut between two pages may miss its words on both: at most one for each of the seven texts
    assert asked - 7 <= whole.count("困难家庭") <= asked


def test_blank_form_has_no_tick_and_room_for_the_pen(tmp_path: Path) -> None:
    front, back = make(tmp_path / "a.pdf", blank())
    assert "编号" not in front
    assert "二级单位" not in back or "审核意见" in back
    assert ticks(tmp_path / "a.pdf") == 0


def test_the_chosen_grade_is_ticked(tmp_path: Path) -> None:
    make(tmp_path / "a.pdf", evaluation())
    assert ticks(tmp_path / "a.pdf") == 3  # two grades and the evaluator
    chosen = replace(evaluation(), community=Verdict(), branch=Verdict("合格"))
    make(tmp_path / "b.pdf", chosen)
    assert ticks(tmp_path / "b.pdf") == 1


def test_every_choice_of_each_list_ticks_its_own_box_and_one_outside_is_shown(tmp_path: Path) -> None:
    for grade in GRADES:
        chosen = replace(evaluation(), community=Verdict(grade), branch=Verdict(grade))
        make(tmp_path / "a.pdf", chosen)
        assert ticks(tmp_path / "a.pdf") == 2, grade
    for role in (*EVALUATORS, "居民代表"):
        chosen = replace(evaluation(), community=Verdict(evaluator=role), branch=Verdict())
        _front, back = make(tmp_path / "a.pdf", chosen)
        assert ticks(tmp_path / "a.pdf") == 1 and role in back, role


def ticks(path: Path) -> int:
    """Tick strokes on the second page: two-segment paths 1.2 pt wide."""
    with pikepdf.open(path) as pdf:
        content = pdf.pages[1].Contents.read_bytes()
    return content.count(b"1.2 w ")


def test_every_seal_has_its_clear_45_mm(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    make(path, worst_evaluation())
    back = list(page_boxes.pages(path))[1]
    seals = [glyph for glyph in back.glyphs if glyph.char == "章"]
    assert len(seals) == 2
    for seal in seals:
        (day,) = [g for g in back.glyphs if g.char == "日" and abs(g.bottom - seal.bottom) < 3 and g.left > seal.right]
        right, bottom, side = day.right, seal.top + 0.5 * MM, 45 * MM
        inside = [
            g
            for g in back.glyphs
            if g.right > right - side and g.left < right and g.top > bottom and g.bottom < bottom + side
        ]
        assert [g.char for g in inside] == []
        crossing = [r for r in back.rules if abs(r.y0 - r.y1) < 0.01 and bottom < r.y0 < bottom + side - 0.5]
        assert crossing == []


def test_grades_and_texts_are_data(tmp_path: Path) -> None:
    data = replace(evaluation(), grades=("好", "较好", "一般"), community=Verdict("较好"))
    words = {"title": "下沉社区年度考核表", "version": "2021"}
    path = printed(tmp_path / "a.pdf", lambda sheets: draw(data, sheets, words))
    front, back = page_texts(path)
    assert "下沉社区年度考核表" in front
    assert "2021版" in front
    assert "好较好一般" in back
    assert "基本合格" not in back


def test_a_character_no_font_has_is_a_box_that_still_is_text(tmp_path: Path) -> None:
    data = replace(evaluation(), remark="又名\U0002a700")
    sheets = Sheets(PdfaCanvas(title="x"))
    draw(data, sheets)
    assert [(page, one.char, one.words) for page, one in sheets.boxed] == [(2, "\U0002a700", "又名\U0002a700")]
    path = printed(tmp_path / "a.pdf", lambda sheets: draw(data, sheets))
    assert "又名\U0002a700" in page_texts(path)[1]
    assert pdfa_check.findings(path) == []


def test_long_text_is_shrunk_before_it_is_continued(tmp_path: Path) -> None:
    data = replace(evaluation(), self_review=SENTENCE * 6)
    texts = make(tmp_path / "a.pdf", data)
    assert len(texts) == 2
    sizes = {round(glyph.size, 1) for page in page_boxes.pages(tmp_path / "a.pdf") for glyph in page.glyphs}
    assert min(sizes) >= 9
