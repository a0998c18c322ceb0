"""Rare characters: the fonts of the system, those added by the user, and the box for the pen where none has them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pikepdf
import pytest

from core.base.errors import Refused
from reports.kit import spare_fonts
from reports.kit.fonts import boxed_characters, pen_box, typeface
from reports.kit.page import Sheets
from reports.kit.pdfa import PdfaCanvas
from tests.reports import pdfa_check
from tests.reports.samples import page_texts
from tests.small_fonts import BITMAP, NO_SUBSET, PREVIEW, RARE, RESTRICTED, collection, font


@pytest.fixture
def system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str, bytes], None]:
    """Puts a font among those of the system; what the user added is empty at first."""
    folder = tmp_path / "fonts"
    folder.mkdir()
    monkeypatch.setenv("XCJS_SYSTEM_FONTS", str(folder))
    monkeypatch.setenv("XCJS_DATA", str(tmp_path / "data"))
    spare_fonts.forget()

    def put(name: str, content: bytes) -> None:
        (folder / name).write_bytes(content)
        spare_fonts.forget()

    return put


@pytest.fixture(autouse=True)
def _forget_after(monkeypatch: pytest.MonkeyPatch, request: pytest.FixtureRequest) -> None:
    request.addfinalizer(spare_fonts.forget)


def name_of(char: str) -> str:
    return typeface("body").places[char].name


def sheet(text: str) -> Sheets:
    sheets = Sheets(PdfaCanvas(title="字"))
    sheets.page().text(90, 90, text, typeface("body").for_name(text), 12)
    return sheets


def test_without_any_font_it_is_a_box_that_can_be_searched_for(system: object, tmp_path: Path) -> None:
    sheets = sheet(f"张{RARE}三")
    assert boxed_characters(f"张{RARE}三") == (RARE,)
    assert [(page, one.char, one.words) for page, one in sheets.boxed] == [(1, RARE, f"张{RARE}三")]
    sheets.close("")
    path = tmp_path / "a.pdf"
    path.write_bytes(sheets.target.content())
    assert page_texts(path) == [f"张{RARE}三"]
    assert pdfa_check.findings(path) == []
    with pikepdf.open(path) as pdf:
        names = {str(one.BaseFont).partition("+")[2] for one in pdf.pages[0].Resources.Font.values()}
    assert "XCJSPenBox" in names


def test_a_font_of_the_system_is_taken_and_embedded(system: Callable[[str, bytes], None], tmp_path: Path) -> None:
    system("simsunb.ttf", font("ExtB", RARE + "𫚕"))
    sheets = sheet(f"张{RARE}三")
    assert sheets.boxed == [] and boxed_characters(RARE) == ()
    sheets.close("")
    path = tmp_path / "a.pdf"
    path.write_bytes(sheets.target.content())
    assert page_texts(path) == [f"张{RARE}三"] and pdfa_check.findings(path) == []
    assert typeface("body").em[RARE] == 0.9
    with pikepdf.open(path) as pdf:
        names = {str(one.BaseFont).partition("+")[2] for one in pdf.pages[0].Resources.Font.values()}
    assert "ExtB" in names


def test_the_font_nearest_to_song_is_asked_first_and_a_collection_is_looked_through(
    system: Callable[[str, bytes], None],
) -> None:
    system("aaa.ttf", font("Other", RARE))
    assert name_of(RARE) == "Other"
    system("mingliub.ttc", collection(font("First", "甲"), font("Second", RARE)))
    assert name_of(RARE) == "Second"
    system("SimSunExtG.ttf", font("ExtG", RARE))
    assert name_of(RARE) == "ExtG"


@pytest.mark.parametrize(
    ("content", "taken"),
    [
        (font("Kept", RARE, RESTRICTED), False),
        (font("Whole", RARE, NO_SUBSET), False),
        (font("Dots", RARE, BITMAP), False),
        (font("Hollow", RARE, empty=RARE), False),
        (font("Cubic", RARE, outlines="CFF "), False),
        (b"\0\1\0\0" + b"\xff" * 60, False),
        (b"", False),
        (font("Shown", RARE, PREVIEW), True),
        (font("Either", RARE, RESTRICTED | PREVIEW), True),
    ],
)
def test_only_what_may_be_embedded_and_has_ink_is_taken(
    system: Callable[[str, bytes], None], content: bytes, taken: bool
) -> None:
    system("simsunb.ttf", content)
    assert (typeface("body").places[RARE] is not pen_box()) is taken


def test_a_font_added_by_the_user_is_used_and_can_be_removed(
    system: Callable[[str, bytes], None], tmp_path: Path
) -> None:
    file = tmp_path / "村里的字.ttf"
    file.write_bytes(font("Village", RARE))
    assert spare_fonts.add_font(file).name == "村里的字.ttf"
    assert [one.name for one in spare_fonts.added_fonts()] == ["村里的字.ttf"] and name_of(RARE) == "Village"
    system("simsunb.ttf", font("ExtB", RARE))
    assert name_of(RARE) == "ExtB"  # the system's own comes first
    with pytest.raises(Refused, match=r"村里的字\.ttf"):
        spare_fonts.remove_font("别的.ttf")
    spare_fonts.remove_font("村里的字.ttf")
    assert spare_fonts.added_fonts() == []


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (font("Kept", RARE, RESTRICTED), "不允许嵌入"),
        (font("Whole", RARE, NO_SUBSET), "只嵌入用到的字"),
        (font("Cubic", RARE, outlines="CFF "), "不是TrueType轮廓"),
        (b"<html>", "不是可用的字体文件"),
        (b"", "不是可用的字体文件"),
    ],
)
def test_a_font_that_may_not_be_embedded_is_refused_in_words(
    system: object, tmp_path: Path, content: bytes, words: str
) -> None:
    file = tmp_path / "a.ttf"
    file.write_bytes(content)
    with pytest.raises(Refused, match=words):
        spare_fonts.add_font(file)
    assert spare_fonts.added_fonts() == []
