"""Make assets/fonts/ from the full fonts: cut to what Chinese office paper needs, and renamed where a licence asks it.

    python packaging/fonts/cut_fonts.py FOLDER_WITH_THE_FULL_FONTS [--target assets/fonts]

FOLDER holds the files named in FACES (for the Fandol faces the original .otf will do as well: it is converted first),
`charsets.json` with the code points of GB2312 ("gb") and of 通用规范汉字表 ("tgh": code point -> number in the list),
the licences and sRGB.icc. The result is the same byte for byte each time.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from fontTools import subset
from fontTools.ttLib import TTFont
from otf2ttf import to_truetype

# Beside the characters of the two lists: everything a form, a name, an address or an Excel sheet can hold that is no 汉字.
SYMBOLS = (
    (0x0020, 0x007E),  # ASCII
    (0x00A0, 0x017F),  # Latin-1, Latin Extended-A
    (0x01CD, 0x01DC),  # pinyin vowels
    (0x02C6, 0x02DD),  # tone marks
    (0x0391, 0x03C9),  # Greek
    (0x0401, 0x0451),  # Cyrillic
    (0x2010, 0x205E),  # punctuation
    (0x2070, 0x209C),  # superscripts and subscripts
    (0x20A0, 0x20BF),  # currency
    (0x2100, 0x22FF),  # ℃ №, Ⅰ Ⅱ, arrows, mathematics
    (0x2312, 0x2312),
    (0x2460, 0x24FF),  # ① ⑴ ⒈
    (0x2500, 0x27BF),  # box drawing, blocks, □ ■ ○ ★ √
    (0x3000, 0x312F),  # CJK punctuation, 〇, kana, bopomofo
    (0x3200, 0x33FF),  # ㈠ ㊣ ㎡
    (0xFE10, 0xFE6B),  # vertical and small forms
    (0xFF01, 0xFFEE),  # full-width forms
)
SYMBOL_ROWS_OF_GB2312 = range(0xA1, 0xAA)
COPIED = ("FANDOL-COPYING.txt", "LXGW-LICENSE.txt", "NOTO-SANS-LICENSE.txt", "NOTO-SERIF-LICENSE.txt", "sRGB.icc")
SIMPLIFIED_CHINESE = 0x0804


@dataclass(frozen=True)
class Face:
    """One font of the product and where it comes from."""

    source: str
    target: str
    family: str = ""  # new family name; "" keeps the font's own
    postscript: str = ""
    chinese: str = ""
    style: str = "Regular"


FACES = (
    Face("FandolSong-Bold", "FandolSong-Bold.ttf", "FandolSong TTF", "FandolSongTTF-Bold", style="Bold"),
    Face("FandolFang-Regular", "FandolFang-Regular.ttf", "FandolFang TTF", "FandolFangTTF-Regular"),
    Face("NotoSansSC_400Regular", "NotoSansSC-Regular.ttf"),
    # 霞鹜 and LXGW are reserved names under the OFL: a changed version must not carry them.
    Face("LXGWWenKai-Regular", "JishiKai-Regular.ttf", "Jishi Kai", "JishiKai-Regular", "纪实楷"),
)
UNCUT = ("NotoSerifSC_300Light.ttf", "NotoSerifSC-Light.ttf")


def wanted(charsets: dict[str, object]) -> set[int]:
    """Code points every cut face keeps, as far as its full font has them."""
    found: set[int] = set(charsets["gb"]) | {int(one) for one in charsets["tgh"]}  # type: ignore[call-overload, attr-defined]
    for first, last in SYMBOLS:
        found.update(range(first, last + 1))
    for row in SYMBOL_ROWS_OF_GB2312:
        for cell in range(0xA1, 0xFF):
            found.update(map(ord, bytes((row, cell)).decode("gb2312", "ignore")))
    return found


def open_source(folder: Path, stem: str) -> TTFont:
    """The full font, converted on the way if only its OTF is there."""
    path = folder / f"{stem}.ttf"
    if path.exists():
        return TTFont(path, recalcTimestamp=False)
    font = TTFont(folder / f"{stem}.otf", recalcTimestamp=False)
    to_truetype(font)
    return font


def rename(font: TTFont, face: Face) -> None:
    """Give the face its own family and PostScript names; copyright, licence and authors stay."""
    table = font["name"]
    full = face.family if face.style == "Regular" else f"{face.family} {face.style}"
    texts = {1: face.family, 2: face.style, 3: f"cut:{face.postscript}", 4: full, 6: face.postscript}
    kept = [one for one in table.names if one.nameID not in (1, 2, 3, 4, 6, 16, 17)]
    table.names = kept
    for number, text in texts.items():
        table.setName(text, number, 3, 1, 0x0409)
        table.setName(text, number, 1, 0, 0)
    if face.chinese:
        for number, text in ((1, face.chinese), (2, face.style), (4, face.chinese)):
            table.setName(text, number, 3, 1, SIMPLIFIED_CHINESE)


def cut(font: TTFont, codes: set[int]) -> None:
    """Keep the glyphs of `codes`, without hints and layout tables (the PDF writer reads neither)."""
    options = subset.Options()
    options.layout_features = []
    options.hinting = False
    options.notdef_outline = True
    options.glyph_names = False
    options.name_IDs = ["*"]
    options.name_languages = ["*"]
    options.name_legacy = True
    options.recalc_timestamp = False
    options.drop_tables += ["GSUB", "GPOS", "GDEF", "BASE", "STAT", "vhea", "vmtx", "gasp"]
    cutter = subset.Subsetter(options)
    cutter.populate(unicodes=codes)
    cutter.subset(font)


def main(argv: list[str]) -> int:
    """Write the fonts, their licences, the colour profile and the character lists."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("--target", type=Path, default=Path(__file__).resolve().parents[2] / "assets" / "fonts")
    given = parser.parse_args(argv)
    given.target.mkdir(parents=True, exist_ok=True)
    charsets = json.loads((given.source / "charsets.json").read_text(encoding="utf-8"))
    codes = wanted(charsets)
    for face in FACES:
        with open_source(given.source, face.source) as font:
            cut(font, codes)
            if face.family:
                rename(font, face)
            font.save(given.target / face.target)
    shutil.copyfile(given.source / UNCUT[0], given.target / UNCUT[1])
    for name in COPIED:
        shutil.copyfile(given.source / name, given.target / name)
    order = sorted(charsets["tgh"], key=charsets["tgh"].__getitem__)
    lists = {"gb2312": "".join(map(chr, charsets["gb"])), "tgh": "".join(chr(int(one)) for one in order)}
    (given.target / "charsets.json").write_text(json.dumps(lists, ensure_ascii=False), encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
