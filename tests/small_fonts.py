"""Fonts of a few glyphs, made for the tests of rare characters."""

from __future__ import annotations

import io
import struct
from typing import Any

from fontTools.fontBuilder import FontBuilder
from fontTools.pens.t2CharStringPen import T2CharStringPen
from fontTools.pens.ttGlyphPen import TTGlyphPen

RARE = "𫚉"  # U+2B689, a fish: in none of the shipped fonts
RESTRICTED, PREVIEW, NO_SUBSET, BITMAP = 0x0002, 0x0004, 0x0100, 0x0200  # OS/2 fsType


def font(name: str, chars: str, kind: int = 0, *, empty: str = "", outlines: str = "glyf") -> bytes:
    """A small font whose every glyph is a triangle; those of `empty` have no ink."""
    glyphs = [".notdef", *(f"u{ord(char):X}" for char in chars)]
    made = FontBuilder(1000, isTTF=outlines == "glyf")
    made.setupGlyphOrder(glyphs)
    made.setupCharacterMap({ord(char): f"u{ord(char):X}" for char in chars})
    bare = {f"u{ord(char):X}" for char in empty}
    if outlines == "glyf":
        made.setupGlyf({one: _triangle(TTGlyphPen(None), one in bare).glyph() for one in glyphs})
    else:
        pens = {one: _triangle(T2CharStringPen(1000, None), False) for one in glyphs}
        made.setupCFF(name, {}, {one: pen.getCharString() for one, pen in pens.items()}, {})
    made.setupHorizontalMetrics(dict.fromkeys(glyphs, (900, 50)))
    made.setupHorizontalHeader(ascent=880, descent=-120)
    made.setupNameTable({"familyName": name, "styleName": "Regular", "psName": name})
    made.setupOS2(sTypoAscender=880, sTypoDescender=-120, usWinAscent=880, usWinDescent=120)
    made.font["OS/2"].fsType = kind
    made.setupPost()
    out = io.BytesIO()
    made.save(out)
    return out.getvalue()


def _triangle(pen: Any, bare: bool) -> Any:
    if not bare:
        pen.moveTo((50, 0))
        pen.lineTo((450, 800))
        pen.lineTo((850, 0))
        pen.closePath()
    return pen


def collection(*fonts: bytes) -> bytes:
    """Fonts in one .ttc file: the offsets of their tables moved to where they lie now."""
    head = 12 + 4 * len(fonts)
    starts, parts, at = [], [], head
    for one in fonts:
        (count,) = struct.unpack_from(">H", one, 4)
        moved = bytearray(one)
        for entry in range(12, 12 + 16 * count, 16):
            (offset,) = struct.unpack_from(">L", moved, entry + 8)
            struct.pack_into(">L", moved, entry + 8, offset + at)
        starts.append(at)
        parts.append(bytes(moved))
        at += len(moved)
    return struct.pack(f">4sLL{len(fonts)}L", b"ttcf", 0x10000, len(fonts), *starts) + b"".join(parts)
