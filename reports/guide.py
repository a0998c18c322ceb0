"""安装说明: the guide for the office, from assets/guide/安装说明.md, with chapters of the program's own help in it.

The Markdown that is understood: # title, ## heading, ### small heading, - and 1. lists, **words**, tables, ``` lines, and
`@include chapter.md [heading]`, which puts a chapter of assets/help (or one part of it) in its place.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from core.base.disk import write_whole
from core.base.paths import asset
from reports.kit.flow import Column, Layout, Opened, Table
from reports.kit.fonts import typeface
from reports.kit.page import MM, Page, Sheets, standard_foot
from reports.kit.text import break_lines

NAME = "安装说明"
_INCLUDE = "@include "
_END, _FOOT, _TOP, _SIDE = 275 * MM, 284 * MM, 22 * MM, 26 * MM
_SIZE, _LEADING = 11.5, 19.0
_ROW = 8.6  # mm, of a row of a table
_MARK = 2.0  # em: how far the text of a list stands in
_ITEM = re.compile(r"(-|\d+\.) (.*)")
_LEAD = re.compile(r"(?:^|(?<=。))\*\*([^*]+)\*\*：")
_BOLD = re.compile(r" ?\*\*(.+?)\*\* ?")


def write_guide(out: Path) -> int:
    """Write the guide as PDF/A; returns its pages. MachineFault in words where `out` cannot be written."""
    from reports.kit.pdfa import PdfaCanvas

    canvas = PdfaCanvas(title=f"下沉纪实 {NAME}", author="", subject="安装、恢复码、备份、打印和排错")
    sheets = Sheets(canvas)
    draw(guide_text(), sheets)
    pages = sheets.close("")
    write_whole(out, canvas.content())
    return pages


def guide_text() -> str:
    """The whole text, the chapters of the help in their places."""
    lines: list[str] = []
    for line in asset("guide", f"{NAME}.md").read_text(encoding="utf-8").splitlines():
        if line.startswith(_INCLUDE):
            chapter, _, part = line.removeprefix(_INCLUDE).partition(" ")
            lines += help_part(chapter, part)
        else:
            lines.append(line)
    return "\n".join(lines)


def help_part(chapter: str, part: str = "") -> list[str]:
    """A chapter of the help without its title, or what stands under one of its headings; KeyError if there is none."""
    found: dict[str, list[str]] = {"": []}
    name = ""
    for line in asset("help", chapter).read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            name = line.removeprefix("## ").strip()
            found[name] = []
        elif not line.startswith("# "):
            found[name].append(line)
    return found[part]


def draw(text: str, sheets: Sheets) -> None:
    """Draw the text."""
    sheets.margins = (_SIDE, _SIDE)
    sheets.foot = standard_foot("", baseline=_FOOT)
    flow = _Flow(sheets)
    for kind, words in _blocks(text):
        flow.set(kind, words)


def _blocks(text: str) -> Iterator[tuple[str, list[str]]]:
    """('title' 'heading' 'small' 'item' 'table' 'code' 'text', its lines)."""
    table: list[str] = []
    in_code = False
    for line in [*text.splitlines(), ""]:
        if table and not line.startswith("|"):
            yield "table", table
            table = []
        if line.startswith("```"):
            in_code = not in_code
        elif in_code:
            yield "code", [line]
        elif line.startswith("|"):
            table.append(line)
        elif line.startswith("#"):
            mark, _, words = line.partition(" ")
            yield {1: "title", 2: "heading"}.get(len(mark), "small"), [words]
        elif found := _ITEM.fullmatch(line):
            yield "item", [found[1], _plain(found[2])]
        elif line.strip():
            yield "text", [_plain(line)]


def _plain(text: str) -> str:
    """点 **打印**。 is set as 点“打印”。: the fonts of the paper have no bold. Words that begin a line stay as they are."""
    text = _LEAD.sub(r"\1：", text)
    return _BOLD.sub(r"“\1”", text)


class _Flow:
    """The text running down its pages."""

    def __init__(self, sheets: Sheets) -> None:
        self.sheets = sheets
        self.page: Page = sheets.page()
        self.y = _TOP

    def set(self, kind: str, words: list[str]) -> None:
        """One block."""
        if kind == "title":
            self._title(words[0])
        elif kind in ("heading", "small"):
            self._heading(words[0], 15.0 if kind == "heading" else 12.5, marked=kind == "heading")
        elif kind == "table":
            self._table(words)
        elif kind == "item":
            self._item(*words)
        else:
            self._text(words[0], code=kind == "code")

    @property
    def _wide(self) -> float:
        return self.page.right - self.page.left

    def _title(self, text: str) -> None:
        face = typeface("title")
        self.page.text(self.page.size[0] / 2, self.y + 24, text, face, 24, align="centre")
        self.page.mark(text)
        self.y += 48

    def _heading(self, text: str, size: float, *, marked: bool) -> None:
        face = typeface("label")
        if self.y > _TOP:
            self.y += 10
        self._need(size + 3 * _LEADING)  # never alone at the foot
        self.page.text(self.page.left, self.y + face.ink_top * size, text, face, size)
        if marked:
            self.page.mark(text)
        self.y += size * 1.3 + 6

    def _text(self, text: str, *, code: bool) -> None:
        face = typeface("label" if code else "body")
        step = _MARK * _SIZE if code else 0.0
        for line in break_lines(text, face, _SIZE, self._wide - step, indent_em=0.0 if code else 2.0, justify=not code):
            self._need(_LEADING)
            self.page.line(self.page.left + step, self.y + face.ink_top * _SIZE, line, face, _SIZE)
            self.y += _LEADING
        self.y += 3

    def _item(self, mark: str, text: str) -> None:
        face, step = typeface("body"), _MARK * _SIZE
        lines = break_lines(text, face, _SIZE, self._wide - step)
        self._need(min(2, len(lines)) * _LEADING)
        for number, line in enumerate(lines):
            self._need(_LEADING)
            baseline = self.y + face.ink_top * _SIZE
            if not number and mark == "-":
                self.page.dot(self.page.left + step / 2, baseline - 0.35 * _SIZE, 1.6)
            elif not number:
                self.page.text(self.page.left + step - 0.4 * _SIZE, baseline, mark, face, _SIZE, align="right")
            self.page.line(self.page.left + step, baseline, line, face, _SIZE)
            self.y += _LEADING
        self.y += 2

    def _table(self, lines: list[str]) -> None:
        heads, *rows = ([_plain(cell.strip()) for cell in line.strip("|").split("|")] for line in lines)
        rows = [row for row in rows if not set("".join(row)) <= {"-", ":"}]
        whole = self._wide / MM
        longest = max(len(row[0]) for row in [heads, *rows])
        first = min(whole * 0.36, longest * 10.5 / MM + 6)
        columns = (Column(first, heads[0], "left"), Column(whole - first, heads[1], "left"))

        def new_page(number: int) -> Opened:
            if number > 1:
                self._turn()
            return Opened(self.page, self.page.left, self.y, _END)

        tall = (len(rows) + 1) * _ROW * MM
        self._need(tall if tall < _END - _TOP else 4 * _LEADING)  # whole, where a page can hold it
        layout = Layout(bands=(columns,), heights=(_ROW,), head_heights=(_ROW,), size=10.5)
        self.y = Table(layout, new_page).run(rows).y + 10

    def _need(self, height: float) -> None:
        if self.y + height > _END:
            self._turn()

    def _turn(self) -> None:
        self.page, self.y = self.sheets.page(), _TOP
