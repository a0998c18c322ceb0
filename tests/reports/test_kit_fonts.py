"""Faces, fallbacks and missing characters."""

from __future__ import annotations

import io
import re
from pathlib import Path

import pikepdf
import pytest
from fontTools.ttLib import TTFont

from core.base.errors import MachineFault
from core.base.paths import asset
from reports.kit.fonts import ROLES, boxed_characters, boxed_remark, clean, typeface
from reports.kit.page import Sheets
from reports.kit.pdfa import PdfaCanvas
from reports.kit.ttf import Face
from tests.reports.samples import page_texts


@pytest.mark.parametrize("file_name", [*ROLES.values(), "NotoSerifSC-Light.ttf"])
def test_own_reader_agrees_with_fonttools(file_name: str) -> None:
    face = Face(asset("fonts", file_name))
    with TTFont(asset("fonts", file_name), lazy=True) as font:
        cmap = dict(font.getBestCmap())
        theirs = {code: font.getGlyphID(name) for code, name in cmap.items()}
        metrics, scale = dict(font["hmtx"].metrics), 1000 / font["head"].unitsPerEm
    public = {
        code: glyph for code, glyph in theirs.items() if glyph and not 0xE000 <= code <= 0xF8FF and code < 0xF0000
    }
    assert face.glyphs == public
    for char in "A1i，国一·“—":
        assert face.width(char) == round(metrics[cmap[ord(char)]][0] * scale)


def test_subset_is_a_font_with_the_same_outlines() -> None:
    face = Face(asset("fonts", "NotoSansSC-Regular.ttf"))
    glyphs = [0, *(face.glyphs[ord(char)] for char in "国é；12")]
    asked = list(glyphs)
    with (
        TTFont(io.BytesIO(face.subset(glyphs))) as cut,
        TTFont(asset("fonts", "NotoSansSC-Regular.ttf")) as whole,
    ):
        order, names = cut.getGlyphOrder(), whole.getGlyphOrder()
        assert cut["maxp"].numGlyphs == len(glyphs) >= len(asked)
        for new, old in enumerate(asked):
            ours = cut["glyf"][order[new]].getCoordinates(cut["glyf"])
            theirs = whole["glyf"][names[old]].getCoordinates(whole["glyf"])
            assert list(ours[0]) == list(theirs[0])
            assert cut["hmtx"][order[new]] == whole["hmtx"][names[old]]


def test_name_with_one_rare_character_is_set_whole_in_the_fallback() -> None:
    body = typeface("body")
    assert body.for_name("张三") is body
    chosen = body.for_name("张𬭎三")
    assert [(face.name, text) for face, text in chosen.runs("张𬭎三")] == [("NotoSerifSC-Light", "张𬭎三")]


def test_running_text_falls_back_per_character() -> None:
    assert [text for _, text in typeface("body").runs("在堃园走访")] == ["在", "堃", "园走访"]


def test_the_check_names_the_code_point_and_the_way_out() -> None:
    data = ("正常", ("\U0002a700", "又\U0002a700"))
    assert boxed_characters(data) == ("\U0002a700",)
    assert re.search(r"“\U0002a700”（U\+2A700），将印成方框.*“设置”", boxed_remark(data))


def test_private_use_is_a_box_even_where_a_font_has_a_glyph() -> None:
    assert boxed_characters("\ue863") == ("\ue863",)
    assert re.search(r"U\+E863.*自造字", boxed_remark("\ue863"))


def test_marks_without_ink_are_no_missing_characters() -> None:
    assert boxed_characters("甲\t乙\r\n\ufeff丙\u200b葛\U000e0100") == ()
    assert clean("甲\t乙\u200b\ufe0f") == "甲 乙"


def test_damaged_font_file_is_a_fault_with_a_way_out(tmp_path: Path) -> None:
    broken = tmp_path / "x.ttf"
    broken.write_bytes(asset("fonts", ROLES["body"]).read_bytes()[:3000])
    with pytest.raises(MachineFault, match=r"x\.ttf.*重新安装"):
        Face(broken)


def test_one_embedded_font_for_each_face_and_text_right_beyond_the_bmp(tmp_path: Path) -> None:
    canvas = PdfaCanvas(title="字")
    sheets = Sheets(canvas)
    for _ in range(2):
        page = sheets.page()
        page.text(90, 90, "张𬭎𫖯䶮三 A1", typeface("body").for_name("张𬭎𫖯䶮三 A1"), 12)
        page.text(90, 120, "普通𣲗文字", typeface("body"), 12)
    sheets.close("")
    path = tmp_path / "a.pdf"
    path.write_bytes(canvas.content())
    assert page_texts(path) == ["张𬭎𫖯䶮三A1普通𣲗文字"] * 2
    with pikepdf.open(path) as pdf:
        fonts = pdf.pages[0].Resources.Font
        names = [str(font.BaseFont) for font in fonts.values()]
        assert sorted(name.partition("+")[2] for name in names) == ["FandolFangTTF-Regular", "NotoSerifSC-Light"]
        assert all(font.Subtype == pikepdf.Name.Type0 for font in fonts.values())


def test_subset_tags_differ_with_the_glyphs() -> None:
    tags = set()
    for text in ("甲乙", "丙丁"):
        canvas = PdfaCanvas(title="字")
        sheets = Sheets(canvas)
        sheets.page().text(90, 90, text, typeface("body"), 12)
        sheets.close("")
        with pikepdf.open(io.BytesIO(canvas.content())) as pdf:
            tags.add(str(pdf.pages[0].Resources.Font.F1.BaseFont)[1:7])
    assert len(tags) == 2
