"""A `Document` as Word, for the leaders to edit: GB/T 9704 page and type, real headings and tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base.disk import replacing
from reports.document import BODY, LEADING, Document, Grid, Heading, Paragraph, column_widths
from reports.docx_chart import add_chart

if TYPE_CHECKING:
    from docx.document import Document as Word

FANG, HEI, KAI, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_MARGINS = (("top_margin", 37), ("bottom_margin", 35), ("left_margin", 28), ("right_margin", 26))  # mm
_WIDTH = 156.0  # mm between the margins
_CELL_SIDE = 40  # twentieths of a point left and right of a cell's text
_ROWS_OF_A_PAGE = 30
_SHORT, _SHORT_LEADING, _LEAST = 14.0, 24.0, 9.0  # 四号 and down, where a document should keep to one page
_WIDE, _HIGH = 156 * 72 / 25.4 * 0.97, 225 * 72 / 25.4 - _SHORT_LEADING  # pt of the page; Word breaks lines its own way


def write_docx(documents: Sequence[Document], out: Path) -> None:
    """Write documents into one Word file, each beginning on a page of its own; an old file stays whole until it is done."""
    import docx
    from docx.shared import Mm

    word = docx.Document()
    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    for name, margin in _MARGINS:
        setattr(section, name, Mm(margin))
    size = _SHORT if documents and all(one.one_page for one in documents) else BODY
    _style(word.styles["Normal"], FANG, size)
    _style(word.styles["Heading 1"], HEI, size)
    _style(word.styles["Title"], TITLE, 22)
    _page_number(section)
    for number, one in enumerate(documents):
        _write(word, one, bool(number))
    with replacing(out) as part:
        word.save(str(part))


def _write(word: Word, data: Document, new_page: bool) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    title = word.add_paragraph(data.title, style="Title")
    _lines(title, ALIGN.CENTER, 36)
    title.paragraph_format.page_break_before = new_page
    if data.subtitle:
        line = word.add_paragraph()
        _run(line, data.subtitle, KAI, 14)
        _lines(line, ALIGN.CENTER, LEADING)
    size = _fitting(data) if data.one_page else BODY
    leading = size * _SHORT_LEADING / _SHORT if data.one_page else LEADING
    for block in data.blocks:
        if isinstance(block, Heading):
            _indent(word.add_paragraph(block.text, style="Heading 1"), size, leading)
        elif isinstance(block, Paragraph):
            for text in block.text.split("\n"):
                _indent(word.add_paragraph(text), size, leading)
        elif isinstance(block, Grid):
            _caption(word, block.title)
            _table(word, block)
        elif block.items:
            _caption(word, block.title)
            add_chart(word, block)
    for text in data.closing:
        line = word.add_paragraph()
        _run(line, text + "　　", FANG, size)
        _lines(line, ALIGN.RIGHT, leading)
    for text in data.notes:
        line = word.add_paragraph()
        _run(line, text, KAI, 10)
        _lines(line, ALIGN.LEFT, 14)


def _caption(word: Word, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    line = word.add_paragraph()
    _run(line, text, HEI, 12)
    _lines(line, ALIGN.CENTER, 22)
    line.paragraph_format.keep_with_next = True


def _table(word: Word, block: Grid) -> None:
    """A ruled table: on one page where a page holds it, else cut between rows with its head repeated."""
    from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm

    table = word.add_table(rows=0, cols=len(block.heads), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    _mark(table._tbl.tblPr, "w:tblCellMar", *(("w:" + side, _CELL_SIDE) for side in ("left", "right")))
    widths = [Mm(width) for width in column_widths(block, _WIDTH)]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    together = len(block.rows) <= _ROWS_OF_A_PAGE
    for number, texts in enumerate([block.heads, *block.rows]):
        row = table.add_row()
        _mark(row._tr.get_or_add_trPr(), "w:cantSplit")
        if not number:
            _mark(row._tr.get_or_add_trPr(), "w:tblHeader")  # the head again on every page
        for cell, text, width in zip(row.cells, texts, widths, strict=True):
            cell.width, cell.vertical_alignment = width, WD_CELL_VERTICAL_ALIGNMENT.CENTER
            line = cell.paragraphs[0]
            _run(line, text, FANG if number else HEI, 10.5)
            _lines(line, ALIGN.CENTER, 16)
            line.paragraph_format.keep_with_next = not number or (together and number < len(block.rows))
    _lines(word.add_paragraph(), ALIGN.LEFT, 10)


def _mark(parent: Any, name: str, *inner: tuple[str, int]) -> None:
    """A property of a table or row; `inner` are its parts with their widths in twentieths of a point."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement(name)
    if not inner:
        mark.set(qn("w:val"), "true")
    for key, width in inner:
        part = OxmlElement(key)
        part.set(qn("w:w"), str(width))
        part.set(qn("w:type"), "dxa")
        mark.append(part)
    later = parent.find(qn("w:tblLook"))  # the schema has an order, and Word holds to it
    if later is None:
        parent.append(mark)
    else:
        later.addprevious(mark)


def _style(style: Any, face: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt, RGBColor

    style.font.name, style.font.size, style.font.bold = "Times New Roman", Pt(size), False
    style.font.color.rgb = RGBColor(0, 0, 0)
    fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
    for key in [one for one in fonts.attrib if one.endswith("Theme")]:
        del fonts.attrib[key]  # a theme's face goes before the one that is named
    fonts.set(qn("w:eastAsia"), face)
    fonts.set(qn("w:ascii"), "Times New Roman")
    fonts.set(qn("w:hAnsi"), "Times New Roman")
    for border in style.element.iter(qn("w:pBdr")):
        border.getparent().remove(border)  # Word's own Title has a line under it
        break


def _run(line: Any, text: str, face: str, size: float) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Pt

    run = line.add_run(text)
    run.font.name, run.font.size = "Times New Roman", Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), face)


def _lines(line: Any, align: Any, leading: float) -> None:
    from docx.enum.text import WD_LINE_SPACING
    from docx.shared import Pt

    line.alignment = align
    look = line.paragraph_format
    look.line_spacing_rule, look.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(leading)
    look.space_before = look.space_after = Pt(0)


def _fitting(data: Document) -> float:
    """The largest type (pt) at which a document of text keeps to one page, by counting its lines; the smallest if none."""
    texts = [text for one in data.blocks if isinstance(one, Paragraph) for text in one.text.split("\n")]
    texts += [one.text for one in data.blocks if isinstance(one, Heading)]
    notes = 14 * sum(_line_count(text, 10, 0) for text in data.notes)
    size = _SHORT
    while size > _LEAST:
        lines = sum(_line_count(text, size, 2) for text in texts) + len(data.closing)
        if 36 + notes + lines * size * _SHORT_LEADING / _SHORT <= _HIGH:
            break
        size -= 0.5
    return size


def _line_count(text: str, size: float, indent: float) -> int:
    ems = indent + sum(0.55 if one.isascii() else 1.0 for one in text)
    return max(1, ceil(ems * size / _WIDE))


def _indent(line: Any, size: float, leading: float) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Pt

    _lines(line, ALIGN.JUSTIFY, leading)
    line.paragraph_format.first_line_indent = Pt(2 * size)
    for run in line.runs:
        run.font.size = Pt(size)


def _page_number(section: Any) -> None:
    """— 1 — in the middle of the foot, as a field."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    line = section.footer.paragraphs[0]
    line.alignment = ALIGN.CENTER
    _run(line, "— ", FANG, 14)
    run = line.add_run()
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        piece = OxmlElement("w:fldChar" if kind else "w:instrText")
        if kind:
            piece.set(qn("w:fldCharType"), kind)
        else:
            piece.text = text
        run._element.append(piece)
    _run(line, " —", FANG, 14)
