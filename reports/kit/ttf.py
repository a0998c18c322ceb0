"""TrueType files: what is needed to measure text and to cut subsets, read once per process.

Own reader instead of reportlab's: that one parses in 30-50 ms a face, keeps the file in memory and scales the
advances of the shared tail of `hmtx` twice (wrong widths in monospaced faces).
"""

from __future__ import annotations

import mmap
import struct
import sys
from array import array
from collections.abc import Iterator
from pathlib import Path

from core.base.errors import MachineFault

_PRIVATE_USE = ((0xE000, 0xF8FF), (0xF0000, 0x10FFFF))
_COMPOSITE_MORE = 0x20
_USAGE, _RESTRICTED, _NO_SUBSETTING, _BITMAP_ONLY = 0x000F, 0x0002, 0x0100, 0x0200  # OS/2 fsType
_UNICODE_MAPS = ((3, 10), (0, 6), (0, 4), (3, 1), (0, 3))

Data = mmap.mmap | bytes
Tables = dict[bytes, tuple[int, int]]


def is_private(ordinal: int) -> bool:
    """Private use code points: any glyph a font has there is somebody's own invention."""
    return any(low <= ordinal <= high for low, high in _PRIVATE_USE)


def mapped(path: Path) -> mmap.mmap:
    """The file mapped into memory: until it is closed, Windows lets nobody replace or delete it."""
    with path.open("rb") as file:
        return mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ)


def fonts_in(data: Data) -> list[Tables]:
    """The tables (offset, length) of each font in the file: one, or those of a collection."""
    starts = [0]
    if data[:4] == b"ttcf":
        (count,) = struct.unpack_from(">L", data, 8)
        starts = list(struct.unpack_from(f">{count}L", data, 12))
    found = []
    for start in starts:
        (count,) = struct.unpack_from(">H", data, start + 4)
        tables = {}
        for at in range(start + 12, start + 12 + 16 * count, 16):
            tag, _, offset, length = struct.unpack_from(">4sLLL", data, at)
            tables[tag] = (offset, length)
        found.append(tables)
    return found


def embedding_refused(data: Data, tables: Tables) -> str:
    """Why the font may not go into a PDF cut to its used glyphs, in words; '' if it may."""
    if b"glyf" not in tables:
        return "它不是TrueType轮廓的字体（常见的.otf、部分.ttc是另一种轮廓），请换TrueType轮廓的.ttf或.ttc。"
    if b"OS/2" not in tables:
        return ""
    (kind,) = struct.unpack_from(">H", data, tables[b"OS/2"][0] + 8)
    if kind & _USAGE == _RESTRICTED:
        return "字体的许可不允许嵌入文件。"
    if kind & _NO_SUBSETTING:
        return "字体的许可不允许只嵌入用到的字。"
    return "字体的许可只允许嵌入点阵。" if kind & _BITMAP_ONLY else ""


def unicode_map(data: Data, tables: Tables) -> int:
    """Where the best Unicode character map begins; ValueError if there is none that is understood."""
    offset, _ = tables[b"cmap"]
    (count,) = struct.unpack_from(">H", data, offset + 2)
    found: dict[tuple[int, int], int] = {}
    for at in range(offset + 4, offset + 4 + 8 * count, 8):
        platform, encoding, where = struct.unpack_from(">HHL", data, at)
        found[platform, encoding] = offset + where
    for key in _UNICODE_MAPS:
        if key in found and struct.unpack_from(">H", data, found[key])[0] in (4, 12):
            return found[key]
    raise ValueError("no Unicode character map")


def maps(data: Data, at: int, ordinal: int) -> bool:
    """Whether the character map at `at` may have the character: a look without reading the whole of it."""
    if struct.unpack_from(">H", data, at)[0] == 12:
        (groups,) = struct.unpack_from(">L", data, at + 12)
        low, high = 0, groups
        while low < high:
            middle = (low + high) // 2
            first, last, _ = struct.unpack_from(">LLL", data, at + 16 + 12 * middle)
            if first <= ordinal <= last:
                return True
            low, high = (low, middle) if ordinal < first else (middle + 1, high)
        return False
    if ordinal > 0xFFFF:
        return False
    count = struct.unpack_from(">H", data, at + 6)[0] // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + 2 * count)
    return any(first <= ordinal <= last for first, last in zip(starts, ends, strict=True))


class Face:
    """One TrueType font (glyf outlines): character map, advances, outlines.

    number: which of a collection.  hold: map the file; else it is read whole and may be deleted meanwhile.
    """

    def __init__(self, path: Path, number: int = 0, *, hold: bool = True) -> None:
        self.path = path
        try:
            self._data: Data = mapped(path) if hold else path.read_bytes()
            self._tables = fonts_in(self._data)[number]
            self._read_metrics()
            self.glyphs = self._read_cmap()
            self.name = self._postscript_name()
        except (OSError, ValueError, KeyError, IndexError, struct.error) as error:
            raise MachineFault(f"字体文件“{path.name}”缺失或已损坏，无法打印。", "请重新安装本程序。") from error
        self._widths: dict[str, int] = {}

    def _table(self, tag: bytes) -> bytes:
        offset, length = self._tables[tag]
        return self._data[offset : offset + length]

    def _numbers(self, tag: bytes, code: str, start: int = 0, count: int | None = None) -> array[int]:
        """Big-endian numbers of a table as an array."""
        raw = self._table(tag)[start:]
        numbers: array[int] = array(code)
        size = numbers.itemsize
        numbers.frombytes(raw[: (len(raw) // size if count is None else count) * size])
        if sys.byteorder == "little":
            numbers.byteswap()
        return numbers

    def _read_metrics(self) -> None:
        self._head = self._table(b"head")
        self._hhea = self._table(b"hhea")
        self._maxp = self._table(b"maxp")
        self.units: int = struct.unpack_from(">H", self._head, 18)[0]
        box = struct.unpack_from(">4h", self._head, 36)
        (self._long_loca,) = struct.unpack_from(">h", self._head, 50)
        (wide,) = struct.unpack_from(">H", self._hhea, 34)
        (self.glyph_count,) = struct.unpack_from(">H", self._maxp, 4)
        pairs = self._numbers(b"hmtx", "H", 0, 2 * wide)
        tail = self._numbers(b"hmtx", "H", 4 * wide, self.glyph_count - wide)
        self._advances = pairs[0::2]
        self._bearings = pairs[1::2] + tail
        self._last_advance = self._advances[-1]
        self._loca = self._numbers(b"loca", "I" if self._long_loca else "H")
        scale = 1000 / self.units
        os2 = self._table(b"OS/2")
        ascent, descent = struct.unpack_from(">2h", os2, 68)
        cap = struct.unpack_from(">h", os2, 88)[0] if len(os2) >= 90 else 0
        self.bbox = tuple(round(v * scale) for v in box)
        self.ascent = round(ascent * scale)
        self.descent = round(descent * scale)
        self.cap_height = round(cap * scale) or 700

    def _read_cmap(self) -> dict[int, int]:
        at = unicode_map(self._data, self._tables)
        reader = self._cmap12 if struct.unpack_from(">H", self._data, at)[0] == 12 else self._cmap4
        return {code: glyph for code, glyph in reader(at) if glyph and not is_private(code)}

    def _cmap12(self, at: int) -> Iterator[tuple[int, int]]:
        (groups,) = struct.unpack_from(">L", self._data, at + 12)
        for first, last, glyph in struct.iter_unpack(">LLL", self._data[at + 16 : at + 16 + 12 * groups]):
            yield from zip(range(first, last + 1), range(glyph, glyph + last - first + 1), strict=True)

    def _cmap4(self, at: int) -> Iterator[tuple[int, int]]:
        data = self._data
        (twice,) = struct.unpack_from(">H", data, at + 6)
        count = twice // 2
        ends = struct.unpack_from(f">{count}H", data, at + 14)
        starts = struct.unpack_from(f">{count}H", data, at + 16 + twice)
        deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * twice)
        ranges_at = at + 16 + 3 * twice
        ranges = struct.unpack_from(f">{count}H", data, ranges_at)
        for index, (first, last) in enumerate(zip(starts, ends, strict=True)):
            for code in range(first, min(last, 0xFFFE) + 1):
                glyph = code
                if ranges[index]:
                    where = ranges_at + 2 * index + ranges[index] + 2 * (code - first)
                    (glyph,) = struct.unpack_from(">H", data, where)
                    if not glyph:
                        continue
                yield code, (glyph + deltas[index]) & 0xFFFF

    def _postscript_name(self) -> str:
        table = self._table(b"name")
        count, strings = struct.unpack_from(">HH", table, 2)
        for at in range(6, 6 + 12 * count, 12):
            platform, _, _, name, length, where = struct.unpack_from(">6H", table, at)
            if name == 6:
                raw = table[strings + where : strings + where + length]
                text = raw.decode("utf-16-be" if platform != 1 else "latin-1")
                return "".join(c for c in text if c.isascii() and (c.isalnum() or c in "-_"))
        return self.path.stem

    def has(self, char: str) -> bool:
        """Whether the face can print this character."""
        return ord(char) in self.glyphs

    def has_ink(self, char: str) -> bool:
        """Whether it does so with an outline: some fonts name characters that they leave empty."""
        return self.has(char) and bool(self._outline(self.glyphs[ord(char)]))

    def width(self, char: str) -> int:
        """Advance of a character in thousandths of the type size; KeyError if the face lacks it."""
        known = self._widths.get(char)
        if known is None:
            known = self._widths[char] = self.advance(self.glyphs[ord(char)])
        return known

    def advance(self, glyph: int) -> int:
        """Advance of a glyph in thousandths of the type size."""
        units = self._advances[glyph] if glyph < len(self._advances) else self._last_advance
        return round(units * 1000 / self.units)

    def _outline(self, glyph: int) -> bytes:
        base, _ = self._tables[b"glyf"]
        low, high = self._loca[glyph], self._loca[glyph + 1]
        if not self._long_loca:
            low, high = 2 * low, 2 * high
        return self._data[base + low : base + high]

    def subset(self, glyphs: list[int]) -> bytes:
        """A font file of just these glyphs, numbered in this order; `glyphs` grows by the parts of composites."""
        outlines: list[bytes] = []
        offsets = [0]
        place = {glyph: index for index, glyph in enumerate(glyphs)}
        index = 0
        while index < len(glyphs):
            outline = self._outline(glyphs[index])
            if outline and outline[0] & 0x80:
                outline = _renumber(outline, glyphs, place)
            outline += b"\0\0\0"[: -len(outline) & 3]
            outlines.append(outline)
            offsets.append(offsets[-1] + len(outline))
            index += 1
        return self._assemble(glyphs, b"".join(outlines), offsets)

    def _assemble(self, glyphs: list[int], outlines: bytes, offsets: list[int]) -> bytes:
        count = len(glyphs)
        advances, wide, bearings = self._advances, len(self._advances), self._bearings
        metrics: list[int] = []
        for glyph in glyphs:
            metrics += (advances[glyph] if glyph < wide else self._last_advance, bearings[glyph])
        head, hhea, maxp = bytearray(self._head), bytearray(self._hhea), bytearray(self._maxp)
        struct.pack_into(">L", head, 8, 0)
        struct.pack_into(">h", head, 50, 1)
        struct.pack_into(">H", hhea, 34, count)
        struct.pack_into(">H", maxp, 4, count)
        tables = {
            b"glyf": outlines,
            b"head": bytes(head),
            b"hhea": bytes(hhea),
            b"hmtx": struct.pack(f">{2 * count}H", *metrics),
            b"loca": struct.pack(f">{count + 1}L", *offsets),
            b"maxp": bytes(maxp),
        }
        for tag in (b"cvt ", b"fpgm", b"prep"):
            if tag in self._tables:
                tables[tag] = self._table(tag)
        return _sfnt(tables)


class _AnyCharacter(dict[int, int]):
    """Every character is the one box."""

    def __missing__(self, ordinal: int) -> int:
        return 1


class PenBox(Face):
    """The face of last resort: for every character an empty box for the pen, under which the character still is text."""

    def _read_cmap(self) -> dict[int, int]:
        return _AnyCharacter()

    def has(self, char: str) -> bool:
        """It takes any."""
        return True


def _renumber(outline: bytes, glyphs: list[int], place: dict[int, int]) -> bytes:
    """A composite outline whose parts carry their numbers in the subset."""
    raw = bytearray(outline)
    at = 10
    while True:
        flags, part = struct.unpack_from(">HH", raw, at)
        if part not in place:
            place[part] = len(glyphs)
            glyphs.append(part)
        struct.pack_into(">H", raw, at + 2, place[part])
        at += 4 + (4 if flags & 1 else 2)
        at += 2 if flags & 8 else 4 if flags & 0x40 else 8 if flags & 0x80 else 0
        if not flags & _COMPOSITE_MORE:
            return bytes(raw)


def _sfnt(tables: dict[bytes, bytes]) -> bytes:
    count = len(tables)
    power = count.bit_length() - 1
    search = 16 << power
    parts = [struct.pack(">LHHHH", 0x10000, count, search, power, count * 16 - search)]
    offset = 12 + 16 * count
    for tag, content in sorted(tables.items()):
        # Check sums are left at zero: ISO 32000 does not ask for them and no reader of embedded fonts tests them.
        parts.append(tag + struct.pack(">LLL", 0, offset, len(content)))
        offset += len(content) + (-len(content) & 3)
    for _, content in sorted(tables.items()):
        parts += (content, b"\0\0\0"[: -len(content) & 3])
    return b"".join(parts)
