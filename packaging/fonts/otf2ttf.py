"""Turn an OpenType font with cubic (CFF) outlines into one with quadratic (glyf) outlines.

This is how the two Fandol faces were made from the OTF files of the CTAN package `fandol`: the PDF writer takes
TrueType outlines only. The script stays beside the fonts' cutter because the licence of Fandol (GPL with font
exception) asks for the source of a changed version.

    python packaging/fonts/otf2ttf.py FandolFang-Regular.otf FandolFang-Regular.ttf
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from fontTools.pens.cu2quPen import Cu2QuPen
from fontTools.pens.ttGlyphPen import TTGlyphPen
from fontTools.ttLib import TTFont, newTable

# Positioning and vertical tables speak of the old outlines or are not read by the PDF writer.
DROPPED = ("CFF ", "VORG", "DSIG", "GPOS", "GSUB", "BASE", "vhea", "vmtx", "GDEF")
MAXP_FIELDS = (
    "maxPoints",
    "maxContours",
    "maxCompositePoints",
    "maxCompositeContours",
    "maxTwilightPoints",
    "maxStorage",
    "maxFunctionDefs",
    "maxInstructionDefs",
    "maxStackElements",
    "maxSizeOfInstructions",
    "maxComponentElements",
    "maxComponentDepth",
)


def to_truetype(font: TTFont, max_error: float = 1.0) -> None:
    """Replace the CFF outlines of `font` by quadratic ones, at most `max_error` font units away from the cubic ones."""
    order = font.getGlyphOrder()
    glyph_set = font.getGlyphSet()
    outlines = {}
    for name in order:
        pen = TTGlyphPen(glyph_set)
        glyph_set[name].draw(Cu2QuPen(pen, max_error, reverse_direction=True))
        outlines[name] = pen.glyph()
    font["loca"] = newTable("loca")
    glyf = font["glyf"] = newTable("glyf")
    glyf.glyphOrder = order
    glyf.glyphs = outlines
    metrics = font["hmtx"].metrics
    for name, outline in outlines.items():
        outline.recalcBounds(glyf)
        left = outline.xMin if outline.numberOfContours else 0
        metrics[name] = (metrics[name][0], left)
    maxp = font["maxp"]
    maxp.tableVersion = 0x00010000
    maxp.maxZones = 1
    for field in MAXP_FIELDS:
        setattr(maxp, field, 0)
    post = font["post"]
    post.formatType = 3.0
    post.extraNames = []
    post.mapping = {}
    post.glyphOrder = order
    for tag in DROPPED:
        if tag in font:
            del font[tag]
    font.sfntVersion = "\000\001\000\000"
    font["head"].glyphDataFormat = 0


def main(argv: list[str]) -> int:
    """Convert one file."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("source", type=Path)
    parser.add_argument("target", type=Path)
    parser.add_argument("--max-error", type=float, default=1.0, help="font units (default 1.0)")
    given = parser.parse_args(argv)
    with TTFont(given.source, recalcTimestamp=False) as font:
        to_truetype(font, given.max_error)
        font.save(given.target)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
