"""The structure tree against the pages: what PDF/A-2a asks beyond 2b (ISO 19005-2, 6.7) and what a reader needs.

Every piece of content is an artifact or in the tree exactly once; the way back (parent tree) is the same; tables are
regular and their heads have a scope; figures say what they show. No validator, as `pdfa_check` is none.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import pikepdf
from pikepdf import Array, Dictionary, Name

STANDARD = frozenset(
    {"Document", "Part", "Sect", "Div", "P", "H", "H1", "H2", "H3", "H4", "H5", "H6", "L", "LI", "Lbl", "LBody",
     "Table", "THead", "TBody", "TFoot", "TR", "TH", "TD", "Span", "Figure"}
)  # fmt: skip
_INSIDE = {
    "Table": {"THead", "TBody", "TFoot", "TR"},
    "THead": {"TR"},
    "TBody": {"TR"},
    "TR": {"TH", "TD"},
}  # fmt: skip
_PAINTS = {"S", "s", "f", "F", "f*", "B", "B*", "b", "b*", "Tj", "TJ", "'", '"', "Do", "sh"}
_SHOWS = {"Tj", "TJ", "'", '"'}
_NO_TEXT = {0, 0xFEFF, 0xFFFE}


def findings(pdf: pikepdf.Pdf) -> list[str]:
    """Everything wrong with the structure of a file that claims conformance A."""
    root = pdf.Root
    found = []
    if not root.get("/MarkInfo", Dictionary()).get("/Marked", False):
        found.append("6.7.2.2 not marked")
    if str(root.get("/Lang", "")) != "zh-CN":
        found.append("6.7.4 no language")
    if "/StructTreeRoot" not in root:
        return [*found, "6.7.3 no structure tree"]
    tree = _Tree(root.StructTreeRoot)
    found += tree.faults
    for number, page in enumerate(pdf.pages, 1):
        marks = _Marks(page)
        found += [f"{fault} (page {number})" for fault in marks.faults + _compared(page.obj, marks, tree)]
    return list(dict.fromkeys(found))


def kinds(pdf: pikepdf.Pdf) -> Counter[str]:
    """How many elements of each kind a file has."""
    return Counter(str(one.S)[1:] for one in _Tree(pdf.Root.StructTreeRoot).elements)


@dataclass
class _Tree:
    """The elements, and which of them holds each piece of content (by page and number)."""

    root: Any
    elements: list[Any] = field(default_factory=list)
    holders: dict[tuple[Any, int], list[Any]] = field(default_factory=lambda: defaultdict(list))
    faults: list[str] = field(default_factory=list)
    parents: dict[int, Any] = field(default_factory=dict)

    def __post_init__(self) -> None:
        for kid in _kids(self.root):
            self._walk(kid, self.root)
        listed = list(self.root.get("/ParentTree", Dictionary()).get("/Nums", []))
        self.parents = {int(listed[at]): listed[at + 1] for at in range(0, len(listed), 2)}
        levels = [int(str(one.S)[2:]) for one in self.elements if re.fullmatch(r"/H[1-6]", str(one.S))]
        if any(after > before + 1 for before, after in zip([0, *levels], levels, strict=False)):
            self.faults.append("headings skip a level")

    def _walk(self, element: Any, parent: Any) -> None:
        self.elements.append(element)
        kind = str(element.get("/S", ""))[1:]
        if element.get("/P") is None or element.P.objgen != parent.objgen:
            self.faults.append(f"6.7.3 wrong parent of {kind}")
        if kind not in STANDARD and f"/{kind}" not in self.root.get("/RoleMap", Dictionary()):
            self.faults.append(f"6.7.3.4 unknown kind {kind}")
        if kind == "Figure" and not str(element.get("/Alt", "")):
            self.faults.append("6.7.5 figure without words")
        if kind == "TH" and "/Scope" not in element.get("/A", Dictionary()):
            self.faults.append("table head without scope")
        if kind == "Table":
            self.faults += _table_faults(element)
        for kid in _kids(element):
            if isinstance(kid, Dictionary) and "/S" in kid:
                inside = str(kid.S)[1:]
                if inside not in _INSIDE.get(kind, {inside}) or (inside in {"TH", "TD"} and kind != "TR"):
                    self.faults.append(f"{inside} in {kind}")
                self._walk(kid, element)
            elif isinstance(kid, Dictionary):
                self.holders[kid.get("/Pg", element.get("/Pg")).objgen, int(kid.MCID)].append(element)
            elif "/Pg" not in element:
                self.faults.append(f"content of {kind} without a page")
            else:
                self.holders[element.Pg.objgen, int(kid)].append(element)


def _kids(element: Any) -> list[Any]:
    held = element.get("/K")
    return [] if held is None else list(held) if isinstance(held, Array) else [held]


def _table_faults(table: Any) -> list[str]:
    """A table whose rows do not all have the same number of columns, spans counted."""
    taken: dict[int, int] = defaultdict(int)  # columns of a row taken from above or by its own cells
    row = 0
    for line in _rows(table):
        for cell in _kids(line):
            if isinstance(cell, Dictionary) and "/S" in cell:
                place = cell.get("/A", Dictionary())
                for down in range(int(place.get("/RowSpan", 1))):
                    taken[row + down] += int(place.get("/ColSpan", 1))
        row += 1
    widths = {taken[number] for number in range(row)}
    return [f"table not regular: rows of {sorted(widths)} columns"] if len(widths) > 1 or len(taken) > row else []


def _rows(table: Any) -> Iterator[Any]:
    for kid in _kids(table):
        if isinstance(kid, Dictionary) and "/S" in kid:
            if kid.S == Name.TR:
                yield kid
            else:
                yield from _rows(kid)


class _Marks:
    """The marked content of one page: number → its tag; what is drawn outside of any."""

    def __init__(self, page: Any) -> None:
        self.faults: list[str] = []
        self.tags: dict[int, str] = {}
        self._open: list[tuple[str, bool, bool]] = []  # tag, in the tree or an artifact, has a text of its own
        self._fonts = {key: _code_map(font) for key, font in page.obj.Resources.get("/Font", Dictionary()).items()}
        self._font: dict[int, str] = {}
        for step in pikepdf.parse_content_stream(page):
            self._step(str(step.operator), step.operands)
        if self._open:
            self.faults.append("marked content not closed")

    def _step(self, operator: str, operands: Any) -> None:
        if operator in {"BMC", "BDC"}:
            self._begin(str(operands[0])[1:], operands[1] if operator == "BDC" else Dictionary())
        elif operator == "EMC":
            if not self._open:
                self.faults.append("EMC without a beginning")
            else:
                self._open.pop()
        elif operator == "Tf":
            self._font = self._fonts.get(str(operands[0]), {})
        elif operator in _PAINTS:
            if not any(told for _, told, _ in self._open):
                self.faults.append(f"6.7.3 {'text' if operator in _SHOWS else 'drawing'} outside of the structure")
            if operator in _SHOWS and not any(own for _, _, own in self._open):
                self._codes(operands[0] if operator == "TJ" else operands[-1:])

    def _begin(self, tag: str, properties: Any) -> None:
        told = tag == "Artifact"
        if "/MCID" in properties:
            number, told = int(properties.MCID), True
            if number in self.tags:
                self.faults.append(f"content {number} twice")
            if any(inside for _, inside, _ in self._open):
                self.faults.append(f"content {number} inside other content")
            self.tags[number] = tag
        self._open.append((tag, told, bool(str(properties.get("/ActualText", "")))))

    def _codes(self, shown: Any) -> None:
        for text in (bytes(one) for one in shown if isinstance(one, pikepdf.String)):
            for at in range(0, len(text), 2):
                told = self._font.get(int.from_bytes(text[at : at + 2], "big"), "")
                if not told or ord(told[0]) in _NO_TEXT or any(_private(ord(char)) for char in told):
                    self.faults.append(f"6.2.11.7.3 glyph {text[at : at + 2].hex()} without a text")


def _private(code: int) -> bool:
    return 0xE000 <= code <= 0xF8FF or code >= 0xF0000


def _code_map(font: Any) -> dict[int, str]:
    """code → text, from ToUnicode as this program writes it (bfchar only)."""
    if "/ToUnicode" not in font:
        return {}
    pairs = re.findall(
        rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", font.ToUnicode.read_bytes().partition(b"beginbfchar")[2]
    )
    return {int(code, 16): bytes.fromhex(text.decode()).decode("utf-16-be", "replace") for code, text in pairs}


def _compared(page: Any, marks: _Marks, tree: _Tree) -> list[str]:
    found = []
    if marks.tags and page.get("/Tabs") != Name.S:
        found.append("tab order is not that of the structure")
    owners = list(tree.parents.get(int(page.get("/StructParents", -1)), []))
    for number, tag in marks.tags.items():
        holders = tree.holders.get((page.objgen, number), [])
        if len(holders) != 1:
            found.append(f"content {number} {len(holders)} times in the tree")
            continue
        if str(holders[0].S)[1:] != tag:
            found.append(f"content {number} is {tag}, in the tree {str(holders[0].S)[1:]}")
        if number >= len(owners) or owners[number].objgen != holders[0].objgen:
            found.append(f"parent tree wrong for content {number}")
    missing = [number for (place, number) in tree.holders if place == page.objgen and number not in marks.tags]
    return found + [f"content {number} of the tree is not on the page" for number in missing]
