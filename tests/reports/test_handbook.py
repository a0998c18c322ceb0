"""《纪实手册》 as printed."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

import pikepdf
from PIL import Image

from reports.collect_person import SCOPE
from reports.handbook import HalfYear, HandbookData, draw, draw_record_pages
from reports.kit.page import MM
from tests.reports import page_boxes, pdfa_check
from tests.reports.samples import LONG_NAME, PERSON, SENTENCE, handbook, page_texts, printed, visit, worst_handbook

MARGINS = page_boxes.Margins(left=27.9 * MM, top=20 * MM, right=25.9 * MM, bottom=20 * MM)
SECTIONS = ("一、个人", "二、报到", "三、公开", "四、服务", "五、半年", "六、培训", "七、年度", "八、年度")


def make(path: Path, data: HandbookData) -> list[str]:
    """Print, check the file and every glyph against every rule, return the page texts."""
    printed(path, lambda sheets: draw(data, sheets))
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=MARGINS, clearance=2.8)] == []
    return page_texts(path)


def test_ordinary_book_has_every_part_and_about_a_dozen_pages(tmp_path: Path) -> None:
    texts = make(tmp_path / "a.pdf", handbook())
    assert 11 <= len(texts) <= 15
    whole = "".join(texts)
    for section in SECTIONS:
        assert section in whole
    for words in (
        "工作纪实手册",
        "（2020年度）",
        "填写说明",
        "认领岗位",
        "见待确认清单2020-017第2页第20行",
        "2020年8月20日",
    ):
        assert words in whole
    assert "第1页" not in texts[0]
    assert f"第2页共{len(texts)}页" in texts[1]
    with pikepdf.open(tmp_path / "a.pdf") as pdf, pdf.open_outline() as outline:
        assert len(outline.root) == 9


def test_subtotals_count_only_confirmed_and_keep_the_tracks_apart(tmp_path: Path) -> None:
    visits = (
        visit(0),
        replace(visit(1), minutes=120, counted_minutes=30),
        visit(2, dispatched=True),
        visit(3, confirmed=False),
    )
    texts = make(tmp_path / "a.pdf", replace(handbook(), visits=visits))
    (page,) = [text for text in texts if "四、服务记录" in text]
    line = "业余2次3小时；派遣1次2.5小时；待确认1次2.5小时"
    assert f"本页小计{line}" in page
    assert f"累计{line}" in page
    assert "计0.5小时" in page


def test_running_totals_go_on_over_the_pages(tmp_path: Path) -> None:
    visits = tuple(visit(i) for i in range(20))
    texts = make(tmp_path / "a.pdf", replace(handbook(), visits=visits))
    records = [text for text in texts if "四、服务记录" in text]
    assert len(records) > 1
    counts = [int(text.partition("本页小计业余")[2].partition("次")[0]) for text in records]
    sums = [int(text.partition("累计业余")[2].partition("次")[0]) for text in records]
    assert sum(counts) == sums[-1] == 20
    assert sums == [sum(counts[: n + 1]) for n in range(len(counts))]


def test_worst_book_is_whole(tmp_path: Path) -> None:
    data = worst_handbook()
    texts = make(tmp_path / "a.pdf", data)
    assert all(LONG_NAME in text for n, text in enumerate(texts) if n != 1 or LONG_NAME in text)
    assert sum(LONG_NAME in text for text in texts) == len(texts)
    whole = "".join(texts)
    for number in range(1, 61):
        assert f"第{(number - 1) // 20 + 1}页第{(number - 1) % 20 + 1}行" in whole
    huge = data.visits[7].content
    assert "".join(texts).count(huge) == 2
    assert "个人小结（续）" in whole


def test_blank_book_has_the_person_and_empty_pages_only(tmp_path: Path) -> None:
    data = replace(handbook(), blank=True, record_pages=4)
    texts = make(tmp_path / "a.pdf", data)
    records = [text for text in texts if "四、服务记录" in text]
    assert len(records) == 4
    whole = "".join(texts)
    assert PERSON.address in whole
    assert "待确认清单2020-017" not in whole
    assert "12.75" not in whole
    assert "每月到社区宣讲一次" not in whole


def test_extra_record_pages_follow_the_filled_ones(tmp_path: Path) -> None:
    plain = make(tmp_path / "a.pdf", handbook(5))
    more = make(tmp_path / "b.pdf", replace(handbook(5), extra_record_pages=2))
    assert len(more) == len(plain) + 2
    alone = printed(tmp_path / "c.pdf", lambda sheets: draw_record_pages(handbook(), sheets, 3))
    assert [text.count("四、服务记录") for text in page_texts(alone)] == [1, 1, 1]
    assert all("张三" in text for text in page_texts(alone))


def test_a_filled_book_never_pretends_a_signature(tmp_path: Path) -> None:
    visits = (replace(visit(0), confirm=""), visit(1))
    texts = make(tmp_path / "a.pdf", replace(handbook(), visits=visits))
    (page,) = [text for text in texts if "四、服务记录" in text]
    assert page.count("见待确认清单") == 1


def test_photo_is_printed_in_its_place(tmp_path: Path) -> None:
    packed = io.BytesIO()
    Image.new("RGB", (295, 413), (90, 120, 200)).save(packed, "JPEG")
    texts = make(tmp_path / "a.pdf", replace(handbook(3), photo=packed.getvalue()))
    assert "一寸照片" not in "".join(texts)
    with pikepdf.open(tmp_path / "a.pdf") as pdf:
        assert ["/XObject" in page.Resources for page in pdf.pages].index(True) == 2


def test_no_seal_space_is_smaller_than_45_mm(tmp_path: Path) -> None:
    make(tmp_path / "a.pdf", worst_handbook())
    seals = 0
    for page in page_boxes.pages(tmp_path / "a.pdf"):
        for seal in (glyph for glyph in page.glyphs if glyph.char == "章"):
            days = [
                g for g in page.glyphs if g.char == "日" and abs(g.bottom - seal.bottom) < 3 and g.left > seal.right
            ]
            if not days:
                continue  # the head of a column
            seals += 1
            right, bottom, side = days[0].right, seal.top + 0.5 * MM, 45 * MM
            inside = [
                g.char
                for g in page.glyphs
                if g.right > right - side and g.left < right and g.top > bottom and g.bottom < bottom + side
            ]
            assert inside == []
            assert not [r for r in page.rules if abs(r.y0 - r.y1) < 0.01 and bottom < r.y0 < bottom + side - 0.5]
    assert seals == 4


def test_parts_without_content_are_left_out_and_the_pages_still_count(tmp_path: Path) -> None:
    bare = replace(
        handbook(3), checkins=(), commitments=(), halves=(HalfYear(), HalfYear()), trainings=(), skip_empty=True
    )
    whole = make(tmp_path / "a.pdf", replace(bare, skip_empty=False))
    short = make(tmp_path / "b.pdf", bare)
    assert len(short) == len(whole) - 4
    text = "".join(short)
    assert [one for one in SECTIONS if one in text.replace("没有内容、未印的部分", "", 1)][:1] == ["一、个人"]
    assert "没有内容、未印的部分：二、报到与编组、三、公开承诺、五、半年报告、六、培训、表彰与突发事件处置。" in text
    for number, page in enumerate(short[1:], 2):
        assert f"第{number}页共{len(short)}页" in page
    with pikepdf.open(tmp_path / "b.pdf") as pdf, pdf.open_outline() as outline:
        assert [str(one.title)[:2] for one in outline.root] == ["填写", "一、", "四、", "七、", "八、"]
    blank = make(tmp_path / "c.pdf", replace(bare, blank=True, record_pages=2))
    assert all(section in "".join(blank) for section in SECTIONS)


def test_the_notes_of_the_summary_take_their_room_from_it_and_no_further_page(tmp_path: Path) -> None:
    """What counts, what still waits, the day and the parts left out: five lines of a usual book."""
    data = replace(handbook(3), commitments=(), halves=(HalfYear(), HalfYear()), trainings=(), skip_empty=True)
    totals = replace(data.totals, waiting_count=2, waiting_minutes=120)
    book = replace(data, totals=totals, scope=SCOPE, as_of="2022-11-30")
    pages = make(tmp_path / "小结.pdf", book)
    summary = next(page for page in pages if "七、年度小结" in page)
    assert "未印的部分" in summary
    assert "八、年度审核" in summary
    assert not any("续页" in page for page in pages)


def test_the_signer_of_a_half_year_report_is_a_note_and_no_signature(tmp_path: Path) -> None:
    half = HalfYear("业余时间1次、2小时", SENTENCE, SENTENCE, "主题党日，2020年7月10日", "李支书，2020年7月10日")
    texts = make(tmp_path / "a.pdf", replace(handbook(3), halves=(half, HalfYear())))
    (page,) = [text for text in texts if "五、半年报告" in text]
    assert "（据签署的半年报告登记：李支书，2020年7月10日）" in page and "主题党日，2020年7月10日" in page


def test_a_usual_draft_of_one_half_needs_no_further_page(tmp_path: Path) -> None:
    half = HalfYear("业余时间6次、14.5小时", ("走访困难家庭，" * 43)[:299] + "。", SENTENCE, "", "")
    texts = make(tmp_path / "a.pdf", replace(handbook(3), halves=(HalfYear("1次", SENTENCE, SENTENCE), half)))
    assert not any("（续）" in text for text in texts)
