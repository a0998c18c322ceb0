"""亮身份卡: eight on a sheet, nothing outside its card."""

from __future__ import annotations

import io
from dataclasses import replace
from pathlib import Path

from PIL import Image

from core.roster.attachments import set_photo
from core.roster.ops import save_cadre
from reports.id_card import Card, CardSheets, draw
from reports.kit.page import MM
from reports.printing import check_form, print_form
from tests.reports import page_boxes, pdfa_check
from tests.reports.community import community
from tests.reports.samples import LONG_NAME, LONG_UNIT, page_texts, printed

MARGINS = page_boxes.Margins(left=14.9 * MM, top=10 * MM, right=14.9 * MM, bottom=5 * MM)


def clean(path: Path) -> list[str]:
    """Check the file and every glyph against every rule, return the page texts."""
    assert pdfa_check.findings(path) == []
    assert [str(one) for one in page_boxes.inspect(path, margins=MARGINS, clearance=1.5)] == []
    return page_texts(path)


def test_cards_of_everybody_with_photo_grid_and_post(tmp_path: Path) -> None:
    store, _, cadres = community()
    out = io.BytesIO()
    Image.new("RGB", (60, 84), "white").save(out, "PNG")
    with store.transact("照片") as tx:
        set_photo(tx, cadres[0], out.getvalue())
        save_cadre(tx, {"free_time": "周六上午"}, cadres[0])
    done = print_form(store, "id_card", year=2020, grid="1", out=tmp_path)
    assert [one.name for one in done.files] == ["2020_亮身份卡.pdf"] and (done.people, done.pages) == (9, 2)
    first, _ = clean(done.files[0])
    assert "共产党员下沉社区" in first and "第1网格" in first and "东苑1栋楼栋长" in first and "周六上午" in first
    assert "138" not in first and first.count("一寸照片") == 7
    assert {one.missing for one in check_form(store, "id_card", year=2020, grid="1")} == {("照片",)}


def test_a_name_no_font_has_is_printed_with_a_box_and_told(tmp_path: Path) -> None:
    store, _, cadres = community()
    with store.transact("姓名") as tx:
        tx.update("cadre", cadres[0], {"name": "张\ue5e5"})
    done = print_form(store, "id_card", year=2020, grid="1", out=tmp_path)
    assert done.people == 9 and [one.blocking for one in done.problems if "U+E5E5" in one.text] == [False]


def test_the_longest_card_stays_in_its_frame(tmp_path: Path) -> None:
    times = "工作日晚上、周六上午、周六下午、周日上午、周日下午、寒暑假、节假日"
    worst = Card("1", "某", LONG_NAME, LONG_UNIT, "第19网格", "东苑3栋、西苑12栋楼栋长", times)
    short = replace(worst, name="单雄信", unit="机关党委", post="", free_time="")
    (page,) = clean(
        printed(
            tmp_path / "a.pdf",
            lambda sheets: draw(CardSheets((worst, short) * 4, LONG_UNIT, "口径。", "2020-11-24"), sheets),
        )
    )
    assert page.count(LONG_NAME) == 4 and page.count("单雄信") == 4 and page.count("第19网格") == 8
