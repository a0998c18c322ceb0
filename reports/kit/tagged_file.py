"""reportlab's document written with object streams: a structure tree has a hundred small objects a page.

In a plain file each of them would cost some hundred bytes; packed together they cost ten.
"""

from __future__ import annotations

import struct
from typing import Any

from isal import isal_zlib
from reportlab.pdfbase import pdfdoc

from reports.kit.tags import Structure

_FREE, _PLAIN, _PACKED = 0, 1, 2  # kinds of entries of a cross-reference stream


class TaggedDocument(pdfdoc.PDFDocument):  # type: ignore[misc]  # reportlab has no types
    """The objects of a file; those of its structure have numbers kept for them and are packed."""

    structure: Structure | None = None

    def reserve(self, count: int) -> int:
        """The first of `count` object numbers that reportlab will not give out."""
        first: int = self.objectcounter + 1
        self.objectcounter += count
        return first

    def format(self) -> bytes:
        """The whole file."""
        root, info = self.Reference(self.Catalog), self.Reference(self.info)
        out = pdfdoc.PDFFile(self._pdfVersion)
        places: dict[int, tuple[int, int, int]] = {}  # number → kind, offset or number of the stream, index in it
        number = 0
        while number < self.objectcounter:  # grows while objects are written
            number += 1
            name = self.numberToId.get(number)
            if name is not None:
                written = pdfdoc.PDFIndirectObject(name, self.idToObject[name]).format(self)
                places[number] = (_PLAIN, out.add(written), 0)
        for numbers, first, packed in self.structure.packed if self.structure else ():
            stream = self.reserve(1)
            entries = f"/Type/ObjStm/N {len(numbers)}/First {first}/Filter/FlateDecode"
            places[stream] = (_PLAIN, _add_stream(out, stream, entries, packed), 0)
            for index, inside in enumerate(numbers):
                places[inside] = (_PACKED, stream, index)
        self._cross_references(out, places, f"/Root {_reference(root, self)}/Info {_reference(info, self)}")
        whole: bytes = out.format(self)
        return whole

    def _cross_references(self, out: Any, places: dict[int, tuple[int, int, int]], trailer: str) -> None:
        own = self.reserve(1)
        start = out.offset
        places[own] = (_PLAIN, start, 0)
        table = b"".join(struct.pack(">BIH", *places.get(number, (_FREE, 0, 0))) for number in range(own + 1))
        identity = self.ID().decode("latin-1").partition("%")[0].strip()
        entries = f"/Type/XRef/Size {own + 1}/W[1 4 2]{trailer}/ID {identity}/Filter/FlateDecode"
        _add_stream(out, own, entries, isal_zlib.compress(table))
        out.add(f"startxref\n{start}\n%%EOF\n")


def _add_stream(out: Any, number: int, entries: str, packed: bytes) -> int:
    head = f"{number} 0 obj\n<<{entries}/Length {len(packed)}>>\nstream\n".encode("latin-1")
    offset: int = out.add(head + packed + b"\nendstream\nendobj\n")
    return offset


def _reference(reference: Any, document: Any) -> str:
    text = reference.format(document)
    return text.decode("ascii") if isinstance(text, bytes) else str(text)
