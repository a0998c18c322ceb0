"""What each piece of a page is: heading, paragraph, cell, figure. From it come reading order and PDF/A-2a structure.

A page puts everything it draws under one tag: text under the cell or figure being set, else under a paragraph of its
own (a heading where the face is that of titles); lines and shades under `ARTIFACT`, heads and feet that return on each
page under `FURNITURE`. `Structure` packs the tags of one person as soon as his pages are sent.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Sequence

from isal import isal_zlib

from reports.kit.fonts import Typeface

_KEPT = frozenset({"Table", "TR", "TH", "TD"})  # also where nothing is written in them
_HEADING = 13.0  # pt
_PACK = 500  # objects in one object stream


class Tag:
    """A structure element. `kids` are tags, and numbers of marked content on the page given by `page`."""

    __slots__ = ("alt", "attributes", "kids", "kind", "number", "opening", "page")

    def __init__(self, kind: str, attributes: str = "", alt: str = "", opening: str = "") -> None:
        self.kind = kind
        self.attributes = attributes  # PDF syntax: /O/Table/Scope/Row
        self.alt = alt  # what a figure shows, in words
        self.opening = opening  # how an artifact begins; it stands outside the tree
        self.kids: list[Tag | int | tuple[Place, int]] = []
        self.page: Place | None = None
        self.number = 0  # of its object in the file

    def add(self, kind: str, attributes: str = "", alt: str = "") -> Tag:
        """A new tag inside, behind the others."""
        tag = Tag(kind, attributes, alt)
        self.kids.append(tag)
        return tag

    def hold(self, page: Place, number: int) -> None:
        """Marked content of a page belongs here."""
        if self.page is None:
            self.page = page
        self.kids.append(number if page is self.page else (page, number))

    @property
    def last_text(self) -> Tag | None:
        """The paragraph or heading set last, if nothing else came after it."""
        last = self.kids[-1] if self.kids else None
        return last if isinstance(last, Tag) and last.kind[0] in "PH" else None


class Place:
    """What the tree must know of a page; it does not hold the page, which would outlive its person in a circle."""

    __slots__ = ("object_number",)

    def __init__(self) -> None:
        self.object_number = 0  # once the page is in the file


ARTIFACT = Tag("Artifact", opening="/Artifact BMC")
FURNITURE = Tag("Artifact", opening="/Artifact<</Type/Pagination>>BDC")


def text_kind(face: Typeface, size: float, into: Tag) -> str:
    """H1 for what is set in the face of titles, which sets nothing else; H2 for 黑体 larger than that of tables."""
    if face.role == "label" and size >= _HEADING:
        return "H2" if any(isinstance(kid, Tag) and kid.kind == "H1" for kid in into.kids) else "H1"
    return "H1" if face.role == "title" else "P"


class TableTags:
    """A table whose cells are given by where they stand; the spans follow when all are known."""

    def __init__(self, into: Tag) -> None:
        self.tag = into.add("Table")
        self._rows: dict[int, Tag] = {}
        self._cells: list[tuple[Tag, int, float, float, int, bool]] = []

    def cell(self, row: int, left: float, right: float, *, rows: int = 1, head: bool = False) -> Tag:
        """A cell of that row from `left` to `right` (points), reaching down over `rows`; TH if it is a `head`."""
        line = self._rows.get(row)
        if line is None:
            line = self._rows[row] = self.tag.add("TR")
        tag = line.add("TH" if head else "TD")
        self._cells.append((tag, row, left, right, rows, head))
        return tag

    def close(self) -> None:
        """Spans and scopes: a row of heads names the columns below it, any other head the row it stands in."""
        edges = column_edges([cell[2:4] for cell in self._cells])
        beside = {row for _, row, _, _, _, head in self._cells if not head}
        for tag, row, left, right, rows, head in self._cells:
            scope = "" if not head else "Row" if row in beside or len(self._rows[row].kids) == 1 else "Column"
            tag.attributes = cell_attributes(edges, left, right, rows=rows, scope=scope)


def column_edges(spans: Sequence[tuple[float, float]]) -> list[float]:
    """Where columns begin and end, of all rows together; points that differ by a rounding are one."""
    edges: list[float] = []
    for at in sorted({at for span in spans for at in span}):
        if not edges or at - edges[-1] > 0.2:
            edges.append(at)
    return edges


def cell_attributes(edges: Sequence[float], left: float, right: float, *, rows: int = 1, scope: str = "") -> str:
    """PDF syntax of a cell's place in the table; '' for a plain cell."""
    columns = bisect_left(edges, right - 0.1) - bisect_left(edges, left - 0.1)
    text = f"/Scope/{scope}" if scope else ""
    if columns > 1:
        text += f"/ColSpan {columns}"
    if rows > 1:
        text += f"/RowSpan {rows}"
    return "/O/Table" + text if text else ""


class Structure:
    """The structure tree of one file. `reserve(n)` gives the first of n object numbers nobody else will have."""

    def __init__(self, reserve: Callable[[int], int]) -> None:
        self._reserve = reserve
        self.root = reserve(1)
        self._document = reserve(1)
        self._parts: list[int] = []
        self._pages: list[int] = []  # the array of owners of each page, by its key
        self._waiting: list[tuple[int, str]] = []
        self.packed: list[tuple[list[int], int, bytes]] = []  # numbers, offset of the first object, stream

    def page_key(self) -> int:
        """StructParents of a new page."""
        self._pages.append(0)
        return len(self._pages) - 1

    def part(self, root: Tag, pages: Sequence[tuple[int, Sequence[Tag]]]) -> None:
        """The tags of one person; of each page its key and which tag owns its content, by number."""
        self._parts.append(self._reserve(0))
        self._reserve(_write(root, self._document, self._parts[-1], self._waiting) - self._parts[-1])
        for key, owners in pages:
            self._pages[key] = self._put(f"[{' '.join([f'{owner.number} 0 R' for owner in owners])}]")
        while len(self._waiting) >= _PACK:
            self._pack(_PACK)

    def finish(self) -> None:
        """The root; nothing is added afterwards."""
        keys = " ".join(f"{key} {number} 0 R" for key, number in enumerate(self._pages) if number)
        tree = self._put(f"<</Nums[{keys}]>>")
        kids = " ".join(f"{number} 0 R" for number in self._parts)
        self._waiting.append((self._document, f"<</S/Document/P {self.root} 0 R/K[{kids}]>>"))
        ends = f"/ParentTree {tree} 0 R/ParentTreeNextKey {len(self._pages)}"
        self._waiting.append((self.root, f"<</Type/StructTreeRoot/K {self._document} 0 R{ends}>>"))
        self._pack(len(self._waiting))

    def _put(self, text: str) -> int:
        number = self._reserve(1)
        self._waiting.append((number, text))
        return number

    def _pack(self, count: int) -> None:
        batch, self._waiting = self._waiting[:count], self._waiting[count:]
        heads, at = [], 0
        for number, text in batch:
            heads.append(f"{number} {at}")
            at += len(text) + 1
        head = " ".join(heads) + "\n"
        body = head + "\n".join(text for _, text in batch)
        packed = isal_zlib.compress(body.encode("ascii"))
        self.packed.append(([number for number, _ in batch], len(head), packed))


def _write(tag: Tag, parent: int, number: int, out: list[tuple[int, str]]) -> int:
    """Number a tag and all below it, from `number` on, and write them; returns the next number free."""
    tag.number = number
    after = number + 1
    kids = []
    for kid in tag.kids:
        if isinstance(kid, int):
            kids.append(str(kid))
        elif isinstance(kid, Tag):
            if kid.kids or kid.kind in _KEPT:
                kids.append(f"{after} 0 R")
                after = _write(kid, number, after, out)
        else:
            page, at = kid
            kids.append(f"<</Type/MCR/Pg {page.object_number} 0 R/MCID {at}>>")
    held = kids[0] if len(kids) == 1 else f"[{' '.join(kids)}]"
    text = f"<</S/{tag.kind}/P {parent} 0 R/K {held}" if kids else f"<</S/{tag.kind}/P {parent} 0 R"
    if tag.page:
        text += f"/Pg {tag.page.object_number} 0 R"
    if tag.attributes:
        text += f"/A<<{tag.attributes}>>"
    if tag.alt:
        text += f"/Alt{text_string(tag.alt)}"
    out.append((number, text + ">>"))
    return after


def text_string(text: str) -> str:
    """A PDF text string in UTF-16."""
    return f"<FEFF{text.encode('utf-16-be').hex().upper()}>"
