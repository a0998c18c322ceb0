"""A small honest check of PDF/A-2b and 2a structure (ISO 19005-2): the clauses that a writer of forms can break.

It is no validator: 按 PDF/A-2a 结构生成, 未经 veraPDF 认证. `findings(path)` gives one line for each fault, led by its
clause; test_pdfa_check.py plants a fault of each kind and requires that it is seen.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
from fontTools.ttLib import TTFont
from pikepdf import Name

from tests.reports import structure_check

_DEPTH = 8  # form XObjects inside form XObjects
_PRINTABLE = 4  # bit of the annotation flags
_SYMBOLIC = 4  # bit of the font flags
_COLOUR_OPERATORS = {"rg": "RGB", "RG": "RGB", "k": "CMYK", "K": "CMYK", "g": "Gray", "G": "Gray"}
_PAINTING = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Tj", "TJ", "'", '"'}
_DEVICE_SPACES = {Name.DeviceRGB: "RGB", Name.DeviceCMYK: "CMYK", Name.DeviceGray: "Gray"}


def findings(path: Path) -> list[str]:
    """Everything found wrong with one file; an empty list is what every printed file must give."""
    found = _file_structure(path.read_bytes())
    with pikepdf.open(path) as pdf:
        if pdf.is_encrypted or "/Encrypt" in pdf.trailer:
            found.append("6.1.3 encrypted")
        if "/ID" not in pdf.trailer:
            found.append("6.1.3 no /ID in the trailer")
        found += _metadata(pdf) + _actions(pdf) + _streams(pdf)
        contents = [one for page in pdf.pages for one in _contents(page.obj)]
        found += _colours(pdf, contents)
        found += _annotations(pdf)
        if conformance(pdf) == "A":
            found += structure_check.findings(pdf)
        for font in _fonts(contents):
            found += _font(font)
        if any(_shows_notdef(content, resources) for content, resources in contents):
            found.append("6.2.11.8 .notdef shown")
    return found


def conformance(pdf: pikepdf.Pdf) -> str:
    """What the file says of itself: A with a structure tree, B without; '' if nothing."""
    raw = pdf.Root.Metadata.read_bytes() if "/Metadata" in pdf.Root else b""
    told = re.search(rb"pdfaid:conformance(?:>|=\")([BUA])", raw)
    return told[1].decode() if told else ""


def _file_structure(raw: bytes) -> list[str]:
    found = []
    if not re.match(rb"%PDF-1\.[4-7]\r?\n%[\x80-\xff]{4}", raw):
        found.append("6.1.2 header or binary comment")
    if re.search(rb"[^\r\n]endstream", raw):
        found.append("6.1.7 no end of line before endstream")
    if not raw.rstrip().endswith(b"%%EOF"):
        found.append("6.1.3 data after %%EOF")
    return found


def _metadata(pdf: pikepdf.Pdf) -> list[str]:
    if "/Metadata" not in pdf.Root:
        return ["6.6.2 no XMP"]
    found = []
    xmp = pdf.Root.Metadata.read_bytes().decode("utf-8", "replace")
    if not re.search(r"pdfaid:part(>|=\")2", xmp) or not re.search(r"pdfaid:conformance(>|=\")[BUA]", xmp):
        found.append("6.6.4 pdfaid missing")
    if "<?xpacket begin" not in xmp:
        found.append("6.6.2.1 no xpacket")
    title = str(pdf.docinfo.get("/Title", ""))
    if title and f">{_escaped(title)}</rdf:li>" not in xmp:
        found.append("6.6.3 title of the document information differs from XMP")
    return found


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _actions(pdf: pikepdf.Pdf) -> list[str]:
    found = []
    root = pdf.Root
    if "/AA" in root:
        found.append("6.5 action /AA")
    opening = root.get("/OpenAction")
    if isinstance(opening, pikepdf.Dictionary) and opening.get("/S") == Name.JavaScript:
        found.append("6.5.1 JavaScript in /OpenAction")
    names = root.get("/Names", pikepdf.Dictionary())
    if "/JavaScript" in names:
        found.append("6.5.1 JavaScript")
    if "/EmbeddedFiles" in names:
        found.append("6.8 embedded files")
    if "/AcroForm" in root and root.AcroForm.get("/NeedAppearances", False):
        found.append("6.4.1 NeedAppearances")
    return found


def _streams(pdf: pikepdf.Pdf) -> list[str]:
    found = []
    for one in pdf.objects:
        if not isinstance(one, pikepdf.Stream):
            continue
        filters = one.get("/Filter", [])
        if Name.LZWDecode in ([filters] if isinstance(filters, Name) else list(filters)):  # type: ignore[arg-type]
            found.append("6.1.7.2 LZW")
        if "/F" in one and not isinstance(one.get("/F"), int):
            found.append("6.1.7.1 external stream")
        if one.get("/Subtype") == Name.Image and one.get("/Interpolate", False):
            found.append("6.2.8 Interpolate")
        if one.get("/Subtype") == Name.PS:
            found.append("6.2.9 PostScript XObject")
    return found


def _contents(holder: Any, inherited: Any = None, depth: int = 0) -> Iterator[tuple[Any, Any]]:
    """(content, resources) of a page or form XObject and of every form XObject it holds."""
    resources = holder.get("/Resources") or inherited or pikepdf.Dictionary()
    yield holder, resources
    if depth < _DEPTH:
        for one in (resources.get("/XObject") or pikepdf.Dictionary()).values():
            if one.get("/Subtype") == Name.Form:
                yield from _contents(one, resources, depth + 1)


def _colours(pdf: pikepdf.Pdf, contents: list[tuple[Any, Any]]) -> list[str]:
    used: set[str] = set()
    for content, resources in contents:
        for step in pikepdf.parse_content_stream(content):
            operator = str(step.operator)
            if operator in _COLOUR_OPERATORS:
                used.add(_COLOUR_OPERATORS[operator])
            elif operator in _PAINTING:
                used.add("Gray")  # black is the colour to begin with
        for one in (resources.get("/XObject") or pikepdf.Dictionary()).values():
            space = one.get("/ColorSpace")
            if isinstance(space, Name) and space in _DEVICE_SPACES:
                used.add(_DEVICE_SPACES[space])
    intents = [one for one in pdf.Root.get("/OutputIntents", []) if one.get("/S") == Name.GTS_PDFA1]  # type: ignore[union-attr]
    profiles = [one.DestOutputProfile for one in intents if "/DestOutputProfile" in one]
    if used and not profiles:
        return [f"6.2.4 device colours {sorted(used)} without OutputIntent"]
    if "CMYK" in used and int(profiles[0].N) != 4:
        return ["6.2.4.3 DeviceCMYK under an RGB OutputIntent"]
    return []


def _annotations(pdf: pikepdf.Pdf) -> list[str]:
    found = []
    for page in pdf.pages:
        for one in page.obj.get("/Annots", []):
            if one.get("/Subtype") not in (Name.Link, Name.Popup) and "/AP" not in one:
                found.append("6.3.3 annotation without appearance")
            if one.get("/Subtype") != Name.Popup and not int(one.get("/F", 0)) & _PRINTABLE:
                found.append("6.3.2 annotation not printable")
    return found


def _fonts(contents: list[tuple[Any, Any]]) -> list[Any]:
    fonts = {}
    for _, resources in contents:
        for one in (resources.get("/Font") or pikepdf.Dictionary()).values():
            fonts[one.objgen if one.objgen != (0, 0) else id(one)] = one
    return list(fonts.values())


def _font(font: Any) -> list[str]:
    """Embedding, mapping to text and widths of one font."""
    name = str(font.get("/BaseFont"))
    if font.Subtype == Name.Type3:
        return []
    found = []
    holder = font.DescendantFonts[0] if font.Subtype == Name.Type0 else font
    if holder.Subtype == Name.CIDFontType2 and "/CIDToGIDMap" not in holder:
        found.append(f"6.2.11.3.2 no CIDToGIDMap {name}")
    descriptor = holder.get("/FontDescriptor")
    if descriptor is None or not any(key in descriptor for key in ("/FontFile", "/FontFile2", "/FontFile3")):
        return [*found, f"6.2.11.4.1 not embedded {name}"]
    if "/ToUnicode" not in font:
        found.append(f"6.2.11.7 no ToUnicode {name}")
    if "/FontFile2" in descriptor:
        with TTFont(io.BytesIO(descriptor.FontFile2.read_bytes()), lazy=True) as program:
            if font.Subtype == Name.TrueType and int(descriptor.Flags) & _SYMBOLIC:
                found += _symbolic_truetype(font, program, name)
            elif font.Subtype == Name.Type0 and holder.get("/CIDToGIDMap") == Name.Identity:
                found += _widths_differ(_cid_widths(holder), _advances(program), name)
    return found


def _symbolic_truetype(font: Any, program: TTFont, name: str) -> list[str]:
    found = []
    if "/Encoding" in font:
        found.append(f"6.2.11.6 symbolic TrueType with Encoding {name}")
    tables = program["cmap"].tables
    if len(tables) != 1 and not any((one.platformID, one.platEncID) == (3, 0) for one in tables):
        found.append(f"6.2.11.6 number of cmaps {name}")
    metrics, scale = program["hmtx"].metrics, 1000 / program["head"].unitsPerEm
    real = {code: metrics[glyph][0] * scale for code, glyph in tables[0].cmap.items()}
    declared = {int(font.FirstChar) + place: float(width) for place, width in enumerate(font.Widths)}
    return found + _widths_differ(declared, real, name)


def _advances(program: TTFont) -> dict[int, float]:
    metrics, scale = program["hmtx"].metrics, 1000 / program["head"].unitsPerEm
    return {place: metrics[glyph][0] * scale for place, glyph in enumerate(program.getGlyphOrder())}


def _cid_widths(holder: Any) -> dict[int, float]:
    """The declared widths; glyphs that /W leaves out have /DW."""
    listed = list(holder.get("/W", []))
    found: dict[int, float] = {}
    at = 0
    while at < len(listed):
        first = int(listed[at])
        if isinstance(listed[at + 1], pikepdf.Array):
            found.update({first + place: float(width) for place, width in enumerate(listed[at + 1])})
            at += 2
        else:
            found.update(dict.fromkeys(range(first, int(listed[at + 1]) + 1), float(listed[at + 2])))
            at += 3
    return _WithDefault(found, float(holder.get("/DW", 1000)))


class _WithDefault(dict[int, float]):
    """Widths with the default of the font for what is not listed."""

    def __init__(self, listed: dict[int, float], default: float) -> None:
        super().__init__(listed)
        self._default = default

    def __missing__(self, code: int) -> float:
        return self._default


def _widths_differ(declared: dict[int, float], real: dict[int, float], name: str) -> list[str]:
    with_default = isinstance(declared, _WithDefault)
    wrong = [code for code in real if (with_default or code in declared) and abs(declared[code] - real[code]) > 1]
    return [f"6.2.11.5 widths differ {name} {wrong[:5]}"] if wrong else []


def _shows_notdef(content: Any, resources: Any) -> bool:
    """Whether glyph 0 is shown: a missing character prints as nothing or as a box."""
    font: Any = None
    for step in pikepdf.parse_content_stream(content):
        operator, operands = str(step.operator), step.operands
        if operator == "Tf":
            font = (resources.get("/Font") or pikepdf.Dictionary()).get(str(operands[0]))
        elif operator in {"Tj", "TJ", "'", '"'} and font is not None:
            shown = operands[0] if operator == "TJ" else operands[-1:]
            texts = [bytes(one) for one in shown if isinstance(one, pikepdf.String)]  # type: ignore[union-attr]
            if any(_has_notdef(text, font.get("/Subtype")) for text in texts):
                return True
    return False


def _has_notdef(text: bytes, subtype: Any) -> bool:
    if subtype == Name.Type0:
        return any(text[at : at + 2] == b"\0\0" for at in range(0, len(text), 2))
    return bool(subtype == Name.TrueType and b"\0" in text)
