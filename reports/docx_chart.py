"""A bar chart as Word's own: a chart part with its workbook inside, to be edited in Word by 编辑数据; not a picture.

Grey bars with a black edge and their values beside them, so that a black-and-white print says the same.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from reports.document import Bars, shown

if TYPE_CHECKING:
    from docx.document import Document as Word

_CHART = "http://schemas.openxmlformats.org/drawingml/2006/chart"
_DRAWING = "http://schemas.openxmlformats.org/drawingml/2006/main"
_INLINE = "http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing"
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_CHART_TYPE = "application/vnd.openxmlformats-officedocument.drawingml.chart+xml"
_BOOK_TYPE = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_EMU = 36000  # a millimetre
_WIDTH, _UPRIGHT, _STEP, _MOST = 156, 72, 7, 205  # mm: of the text, of columns, of a bar lying down, of a page
_COLUMNS = 16  # upright columns that keep their labels apart
_AXES = (111111111, 222222222)


def add_chart(word: Word, block: Bars) -> None:
    """A paragraph of its own that holds the chart: upright columns for short labels as months, else bars, the first on top."""
    from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
    from docx.oxml import parse_xml
    from docx.shared import Pt

    upright = len(block.items) <= _COLUMNS and all(len(label) <= 3 for label, _value in block.items)
    height = _UPRIGHT if upright else min(_MOST, 14 + _STEP * len(block.items))
    line = word.add_paragraph()
    line.alignment = WD_ALIGN_PARAGRAPH.CENTER
    look = line.paragraph_format
    look.line_spacing_rule = WD_LINE_SPACING.SINGLE  # a fixed spacing would cut the chart down to one line
    look.space_before, look.space_after = Pt(0), Pt(6)
    related, number = _add_part(word, block, upright)
    line.add_run()._element.append(parse_xml(_inline(block, related, number, height)))


def _add_part(word: Word, block: Bars, upright: bool) -> tuple[str, int]:
    """The chart and its workbook as parts of the package: (relation of the document to the chart, its number)."""
    from docx.opc.packuri import PackURI
    from docx.opc.part import Part

    package = word.part.package
    number = sum(str(part.partname).startswith("/word/charts/") for part in package.iter_parts()) + 1
    chart = Part(PackURI(f"/word/charts/chart{number}.xml"), _CHART_TYPE, b"", package)
    book = Part(PackURI(f"/word/embeddings/Microsoft_Excel_Sheet{number}.xlsx"), _BOOK_TYPE, _workbook(block), package)
    inside = chart.relate_to(book, f"{_RELATIONS}/package")
    chart._blob = _chart_xml(block, upright, inside).encode()
    return word.part.relate_to(chart, f"{_RELATIONS}/chart"), number


def _workbook(block: Bars) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet: Any = book.active
    sheet.title = "Sheet1"
    sheet.append(["", block.title])
    for label, value in block.items:
        sheet.append([label, value])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _inline(block: Bars, related: str, number: int, height: float) -> str:
    told = f"{block.title}：" + "，".join(f"{label} {shown(value)}" for label, value in block.items)
    quoted = escape(told, {'"': "&quot;"})
    return (
        f'<w:drawing xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main" xmlns:wp="{_INLINE}" '
        f'xmlns:a="{_DRAWING}"><wp:inline distT="0" distB="0" distL="0" distR="0">'
        f'<wp:extent cx="{_WIDTH * _EMU}" cy="{round(height * _EMU)}"/><wp:effectExtent l="0" t="0" r="0" b="0"/>'
        f'<wp:docPr id="{1000 + number}" name="图 {number}" descr="{quoted}"/><wp:cNvGraphicFramePr/>'
        f'<a:graphic><a:graphicData uri="{_CHART}"><c:chart xmlns:c="{_CHART}" xmlns:r="{_RELATIONS}" r:id="{related}"/>'
        "</a:graphicData></a:graphic></wp:inline></w:drawing>"
    )


def _chart_xml(block: Bars, upright: bool, book: str) -> str:
    direction, place = ("col", ("b", "l")) if upright else ("bar", ("l", "b"))
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
        f'<c:chartSpace xmlns:c="{_CHART}" xmlns:a="{_DRAWING}" xmlns:r="{_RELATIONS}"><c:date1904 val="0"/>'
        '<c:roundedCorners val="0"/><c:chart><c:autoTitleDeleted val="1"/><c:plotArea><c:layout/><c:barChart>'
        f'<c:barDir val="{direction}"/><c:grouping val="clustered"/><c:varyColors val="0"/>{_series(block)}'
        f'<c:gapWidth val="60"/><c:axId val="{_AXES[0]}"/><c:axId val="{_AXES[1]}"/></c:barChart>'
        f"{_axes(upright, place)}</c:plotArea>"
        '<c:plotVisOnly val="1"/><c:dispBlanksAs val="gap"/></c:chart>'
        f"<c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_type()}"
        f'<c:externalData r:id="{book}"><c:autoUpdate val="0"/></c:externalData></c:chartSpace>'
    )


def _series(block: Bars) -> str:
    count = len(block.items)
    labels = "".join(
        f'<c:pt idx="{at}"><c:v>{escape(label)}</c:v></c:pt>' for at, (label, _value) in enumerate(block.items)
    )
    values = "".join(f'<c:pt idx="{at}"><c:v>{value!r}</c:v></c:pt>' for at, (_label, value) in enumerate(block.items))
    edge = '<a:ln w="6350"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln>'
    return (
        '<c:ser><c:idx val="0"/><c:order val="0"/><c:tx><c:strRef><c:f>Sheet1!$B$1</c:f><c:strCache><c:ptCount val="1"/>'
        f'<c:pt idx="0"><c:v>{escape(block.title)}</c:v></c:pt></c:strCache></c:strRef></c:tx>'
        f'<c:spPr><a:solidFill><a:srgbClr val="A6A6A6"/></a:solidFill>{edge}</c:spPr><c:invertIfNegative val="0"/>'
        f'<c:dLbls><c:spPr><a:noFill/><a:ln><a:noFill/></a:ln></c:spPr>{_type()}<c:dLblPos val="outEnd"/>'
        '<c:showLegendKey val="0"/><c:showVal val="1"/><c:showCatName val="0"/><c:showSerName val="0"/>'
        '<c:showPercent val="0"/><c:showBubbleSize val="0"/></c:dLbls>'
        f'<c:cat><c:strRef><c:f>Sheet1!$A$2:$A${count + 1}</c:f><c:strCache><c:ptCount val="{count}"/>{labels}'
        "</c:strCache></c:strRef></c:cat>"
        f"<c:val><c:numRef><c:f>Sheet1!$B$2:$B${count + 1}</c:f><c:numCache><c:formatCode>General</c:formatCode>"
        f'<c:ptCount val="{count}"/>{values}</c:numCache></c:numRef></c:val></c:ser>'
    )


def _axes(upright: bool, place: tuple[str, str]) -> str:
    order = "minMax" if upright else "maxMin"  # bars lying down: the first on top, as the table has it
    line = '<c:spPr><a:ln w="6350"><a:solidFill><a:srgbClr val="000000"/></a:solidFill></a:ln></c:spPr>'
    first, second = _AXES
    return (
        f'<c:catAx><c:axId val="{first}"/><c:scaling><c:orientation val="{order}"/></c:scaling><c:delete val="0"/>'
        f'<c:axPos val="{place[0]}"/><c:numFmt formatCode="General" sourceLinked="0"/><c:majorTickMark val="none"/>'
        f'<c:minorTickMark val="none"/><c:tickLblPos val="low"/>{line}{_type()}<c:crossAx val="{second}"/>'
        '<c:crosses val="autoZero"/><c:auto val="0"/><c:lblAlgn val="ctr"/><c:lblOffset val="100"/>'
        '<c:tickLblSkip val="1"/><c:noMultiLvlLbl val="1"/></c:catAx>'
        # the value axis is not drawn: each bar bears its value
        f'<c:valAx><c:axId val="{second}"/><c:scaling><c:orientation val="minMax"/><c:min val="0"/></c:scaling>'
        f'<c:delete val="1"/><c:axPos val="{place[1]}"/><c:numFmt formatCode="General" sourceLinked="0"/>'
        f'<c:majorTickMark val="none"/><c:minorTickMark val="none"/><c:tickLblPos val="nextTo"/>'
        f'<c:crossAx val="{first}"/><c:crosses val="autoZero"/><c:crossBetween val="between"/></c:valAx>'
    )


def _type() -> str:
    """Type of labels and values: 10.5 pt, 仿宋 for Chinese."""
    face = '<a:latin typeface="Times New Roman"/><a:ea typeface="仿宋_GB2312"/>'
    ink = '<a:solidFill><a:srgbClr val="000000"/></a:solidFill>'
    return (
        f'<c:txPr><a:bodyPr/><a:lstStyle/><a:p><a:pPr><a:defRPr sz="1050" b="0">{ink}{face}</a:defRPr></a:pPr>'
        '<a:endParaRPr lang="zh-CN"/></a:p></c:txPr>'
    )
