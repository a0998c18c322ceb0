"""Make assets/fonts/PenBox.ttf: one empty box, printed for the pen where no font has the character."""

from __future__ import annotations

from pathlib import Path

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib.tables._g_l_y_f import Glyph

TARGET = Path(__file__).parents[2] / "assets" / "fonts" / "PenBox.ttf"
OUTER, INNER = (60, -80, 940, 800), (100, -40, 900, 760)  # left, bottom, right, top in thousandths of the type size


def box() -> Glyph:
    """A square frame."""
    pen = TTGlyphPen(None)
    for (left, bottom, right, top), turn in ((OUTER, 1), (INNER, -1)):
        first, *others = [(left, bottom), (left, top), (right, top), (right, bottom)][::turn]
        pen.moveTo(first)
        for point in others:
            pen.lineTo(point)
        pen.closePath()
    return pen.glyph()


def main() -> None:
    """Write the font, the same bytes each time."""
    font = FontBuilder(1000, isTTF=True)
    font.setupGlyphOrder([".notdef", "box"])
    font.setupCharacterMap({0x25A1: "box"})
    font.setupGlyf({".notdef": box(), "box": box()})
    font.setupHorizontalMetrics({".notdef": (1000, 60), "box": (1000, 60)})
    font.setupHorizontalHeader(ascent=880, descent=-120)
    names = {"familyName": "XCJS Pen Box", "styleName": "Regular", "psName": "XCJSPenBox", "copyright": "下沉纪实"}
    font.setupNameTable(names)
    font.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120, sCapHeight=700, version=4)
    font.setupPost()
    font.font["OS/2"].fsType = 0
    font.font["head"].created = font.font["head"].modified = 3_600_000_000
    font.font.recalcTimestamp = False
    font.save(TARGET)


if __name__ == "__main__":
    main()
