"""A `Document` as Word, for the leaders to edit: GB/T 9704 page and type, real headings and tables."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil
from pathlib import Path
from typing import TYPE_CHECKING, Any

from core.base.errors import MachineFault
from core.base.paths import rename_over
from reports.document import BODY, LEADING, Bars, Document, Grid, Heading, Paragraph, shown

if TYPE_CHECKING:
    from docx.document import Document as Word

FANG, HEI, KAI, TITLE = "仿宋_GB2312", "黑体", "楷体_GB2312", "方正小标宋简体"
_MARGINS = (("top_margin", 37), ("bottom_margin", 35), ("left_margin", 28), ("right_margin", 26))  # mm
_LONGEST_BAR = 16
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
    part = out.with_name(f"{out.name}.part")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        word.save(str(part))
        rename_over(part, out)
    except OSError as error:
        part.unlink(missing_ok=True)
        raise MachineFault(
            f"写不了 {out.name}：文件正被 Word 打开，或没有写这个文件夹的权限（{error.strerror or error}），",
            "请关闭它或换个文件名再试。",
        ) from None


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
            _table(word, block.heads, block.rows, block.shares)
        else:
            _bars(word, block)
    for text in data.closing:
        line = word.add_paragraph()
        _run(line, text + "　　", FANG, size)
        _lines(line, ALIGN.RIGHT, leading)
    for text in data.notes:
        line = word.add_paragraph()
        _run(line, text, KAI, 10)
        _lines(line, ALIGN.LEFT, 14)


def _bars(word: Word, block: Bars) -> None:
    """A table with a bar of blocks: it stays editable where a picture would not."""
    _caption(word, block.title)
    most = max((value for _, value in block.items), default=0.0) or 1.0
    rows = [(label, "■" * round(_LONGEST_BAR * value / most), shown(value)) for label, value in block.items]
    _table(word, (), rows, (2.4, 7.0, 1.6), left=1)


def _caption(word: Word, text: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN

    line = word.add_paragraph()
    _run(line, text, HEI, 12)
    _lines(line, ALIGN.CENTER, 22)
    line.paragraph_format.keep_with_next = True


def _table(
    word: Word, heads: Sequence[str], rows: Sequence[Sequence[str]], shares: Sequence[float], *, left: int = -1
) -> None:
    from docx.enum.table import WD_TABLE_ALIGNMENT
    from docx.enum.text import WD_ALIGN_PARAGRAPH as ALIGN
    from docx.shared import Mm

    table = word.add_table(rows=0, cols=len(shares), style="Table Grid")
    table.alignment, table.autofit = WD_TABLE_ALIGNMENT.CENTER, False
    widths = [Mm(156 * share / sum(shares)) for share in shares]
    for column, width in zip(table.columns, widths, strict=True):
        column.width = width
    for number, texts in enumerate([heads, *rows] if heads else rows):
        row = table.add_row()
        if heads and not number:
            _repeat(row)
        for at, (cell, text, width) in enumerate(zip(row.cells, texts, widths, strict=True)):
            cell.width = width
            line = cell.paragraphs[0]
            _run(line, text.replace("\n", ""), HEI if heads and not number else FANG, 10.5)
            _lines(line, ALIGN.LEFT if at == left else ALIGN.CENTER, 16)
    _lines(word.add_paragraph(), ALIGN.LEFT, 10)


def _repeat(row: Any) -> None:
    """The head row again on every page."""
    from docx.oxml import OxmlElement
    from docx.oxml.ns import qn

    mark = OxmlElement("w:tblHeader")
    mark.set(qn("w:val"), "true")
    row._tr.get_or_add_trPr().append(mark)


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
