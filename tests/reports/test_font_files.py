"""The shipped fonts: what they can print, what their licences allow and ask, how much room they take."""

from __future__ import annotations

import json
from functools import cache

import pytest
from fontTools.ttLib import TTFont

from core.base.paths import asset

FILES = (
    "FandolSong-Bold.ttf",
    "FandolFang-Regular.ttf",
    "NotoSansSC-Regular.ttf",
    "JishiKai-Regular.ttf",
    "NotoSerifSC-Light.ttf",
)
FORM_SYMBOLS = "①⑩⑴⒈㈠Ⅰ□■○●△★√×÷℃‰—…·《》〈〉「」（），。、；：？！“”‘’０９ＡＺ￥№→←─│┌┘〇～－／"
NO_EMBEDDING, BITMAP_ONLY, NO_SUBSETTING = 0x0002, 0x0200, 0x0100


@cache
def charsets() -> dict[str, str]:
    found: dict[str, str] = json.loads(asset("fonts", "charsets.json").read_text(encoding="utf-8"))
    return found


@cache
def covered(file: str) -> frozenset[str]:
    with TTFont(asset("fonts", file), lazy=True) as font:
        return frozenset(map(chr, font.getBestCmap()))


def missing(text: str, file: str) -> str:
    return "".join(char for char in text if char not in covered(file))


@pytest.mark.parametrize("file", FILES)
def test_every_face_has_gb2312_ascii_and_the_symbols_of_forms(file: str) -> None:
    assert missing(charsets()["gb2312"], file) == ""
    assert missing("".join(map(chr, range(0x20, 0x7F))), file) == ""
    assert missing(FORM_SYMBOLS, file) == ""


@pytest.mark.parametrize("file", FILES[2:])
def test_three_faces_have_every_character_of_the_national_table(file: str) -> None:
    assert missing(charsets()["tgh"], file) == ""


def test_the_fallback_has_what_the_body_face_lacks() -> None:
    lacking = missing(charsets()["tgh"], "FandolFang-Regular.ttf")
    assert len(lacking) == 1467
    assert missing(lacking, "NotoSerifSC-Light.ttf") == ""


def test_faces_may_be_embedded_and_are_named_apart() -> None:
    names: set[str] = set()
    for file in FILES:
        with TTFont(asset("fonts", file), lazy=True) as font:
            assert "glyf" in font, file
            assert not font["OS/2"].fsType & (NO_EMBEDDING | BITMAP_ONLY | NO_SUBSETTING), file
            postscript = {one.toUnicode() for one in font["name"].names if one.nameID == 6}
            assert len(postscript) == 1, file
            names |= postscript
            assert font["name"].getDebugName(0), file
    assert len(names) == len(FILES)


def test_the_cut_kai_face_carries_no_reserved_name() -> None:
    with TTFont(asset("fonts", "JishiKai-Regular.ttf"), lazy=True) as font:
        shown = [one.toUnicode() for one in font["name"].names if one.nameID in (1, 2, 3, 4, 6, 16, 17, 18, 21, 22)]
    assert "Jishi Kai" in shown
    assert not [one for one in shown if "LXGW" in one.upper() or "霞鹜" in one or "WenKai" in one]


def test_licences_lie_beside_the_fonts_and_the_folder_stays_light() -> None:
    folder = asset("fonts")
    for name in ("FANDOL-COPYING.txt", "LXGW-LICENSE.txt", "NOTO-SANS-LICENSE.txt", "NOTO-SERIF-LICENSE.txt"):
        assert (folder / name).stat().st_size > 4000
    assert "font exception" in (folder / "README.md").read_text(encoding="utf-8")
    assert "embed this font" in (folder / "FANDOL-COPYING.txt").read_text(encoding="utf-8")
    shipped = sum(one.stat().st_size for one in folder.iterdir() if one.name != "HanaMinB.ttf")
    assert shipped <= 35_000_000
