"""The empty sheet for the units: heads, drop-downs, text columns, a sheet that says how to fill it in."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from core.base.fields import EntitySpec, Field, Kind
from core.sheet.reading import OPTION_SHEET

if TYPE_CHECKING:
    from openpyxl import Workbook
    from openpyxl.worksheet.worksheet import Worksheet

HELP_SHEET = "填写说明"
_ROWS = 2000  # rows that carry the drop-downs
_INLINE_LIMIT = 240  # Excel takes 255 characters of a list written into the rule
_NUMERIC = frozenset((Kind.INT, Kind.MINUTES))
_HOW: dict[Kind, str] = {
    Kind.NAME: "一格一人；少数民族姓名的间隔号用“·”。",
    Kind.STAFF_NO: "文本，前面的0要保留。",
    Kind.PHONE: "11位手机号。",
    Kind.ID_NO: "18位，文本；可以不填。",
    Kind.DATE: "写作 2020-08-03、2020.8.3 或 2020年8月3日。",
    Kind.MONTH: "写作 1980-08、1980.08 或 1980年8月。",
    Kind.TIME: "24小时制，写作 9:00、14:30。",
    Kind.MINUTES: "小时数，写作 1.5；也可写 90分钟。",
    Kind.INT: "整数。",
    Kind.BOOL: "填 是 或 否。",
    Kind.MULTI: "可填几项，用“、”分开。",
}


def build_template(
    spec: EntitySpec, lists: Mapping[str, Collection[str]], title: str, fields: Sequence[Field] | None
) -> Workbook:
    """The workbook of an empty sheet of the entity; `lists` are the editable lists by code_list or field key."""
    from openpyxl import Workbook

    shown = [
        one for one in (fields if fields is not None else spec.fields) if one.editable or one.key in ("unit", "branch")
    ]
    book = Workbook()
    sheet: Worksheet = book.active
    sheet.title = spec.label
    head_row = 1
    if title:
        _title(sheet, title, len(shown))
        head_row = 2
    options = _Options(book)
    for column, field in enumerate(shown, 1):
        _column(sheet, column, field, head_row)
        offered = _offered(field, lists)
        if offered:
            _drop_down(sheet, column, field, head_row, options.source(field, offered))
    sheet.freeze_panes = sheet.cell(head_row + 1, min(3, len(shown) + 1))
    _help(book, spec, shown, lists)
    options.finish()
    return book


def _title(sheet: Worksheet, title: str, width: int) -> None:
    from openpyxl.styles import Alignment, Font

    cell: Any = sheet.cell(1, 1, title)
    cell.font, cell.alignment = Font(bold=True, size=16), Alignment(horizontal="center")
    if width > 1:
        sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)


def _column(sheet: Worksheet, column: int, field: Field, head_row: int) -> None:
    from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
    from openpyxl.utils import get_column_letter

    side = Side(style="thin", color="FFBFBFBF")
    cell: Any = sheet.cell(head_row, column, field.label)
    cell.font = Font(bold=True, color="FFC00000" if field.required else "FF000000")
    cell.fill = PatternFill("solid", fgColor="FFE7E6E6")
    cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=True)
    cell.border = Border(left=side, right=side, top=side, bottom=side)
    dimension = sheet.column_dimensions[get_column_letter(column)]
    dimension.width = max(field.width, 2 * len(field.label)) + 2
    # Excel turns 0000032 into 32 and 1980.10 into 1980.1 unless the column is text before anything is typed.
    dimension.number_format = "General" if field.kind in _NUMERIC else "@"


def _offered(field: Field, lists: Mapping[str, Collection[str]]) -> list[str]:
    if field.choices:
        return [label for code, label in field.choices if not (field.key == "sex" and code in ("0", "9"))]
    if field.kind is Kind.BOOL:
        return ["是", "否"]
    return list(lists.get(field.code_list) or lists.get(field.key) or ())


def _drop_down(sheet: Worksheet, column: int, field: Field, head_row: int, source: str) -> None:
    from openpyxl.utils import get_column_letter
    from openpyxl.worksheet.datavalidation import DataValidation

    strict = (bool(field.choices) or field.strict_list or field.kind is Kind.BOOL) and field.kind is not Kind.MULTI
    rule = DataValidation(type="list", formula1=source, allow_blank=True, showErrorMessage=strict)
    rule.error, rule.errorTitle = "请从下拉清单中选一项。", field.label
    if field.kind is Kind.MULTI:
        rule.promptTitle, rule.prompt, rule.showInputMessage = (
            field.label,
            "可选一项，也可自己写几项，用“、”分开。",
            True,
        )
    letter = get_column_letter(column)
    rule.add(f"{letter}{head_row + 1}:{letter}{head_row + _ROWS}")
    sheet.add_data_validation(rule)


class _Options:
    """The hidden sheet of long lists; short ones are written into the rule itself."""

    def __init__(self, book: Workbook) -> None:
        self.book = book
        self.columns: list[list[str]] = []

    def source(self, field: Field, offered: Sequence[str]) -> str:
        """The formula of a drop-down."""
        from openpyxl.utils import get_column_letter

        inline = ",".join(offered)
        if len(inline) <= _INLINE_LIMIT and not any(set(one) & set(',"') for one in offered):
            return f'"{inline}"'
        self.columns.append([field.label, *offered])
        letter = get_column_letter(len(self.columns))
        return f"'{OPTION_SHEET}'!${letter}$2:${letter}${len(offered) + 1}"

    def finish(self) -> None:
        """Write the sheet, if any list needed it."""
        if not self.columns:
            return
        sheet = self.book.create_sheet(OPTION_SHEET)
        sheet.sheet_state = "hidden"
        for number, column in enumerate(self.columns, 1):
            for row, text in enumerate(column, 1):
                cell: Any = sheet.cell(row, number, text)
                cell.data_type = "s"


def _help(book: Workbook, spec: EntitySpec, fields: Sequence[Field], lists: Mapping[str, Collection[str]]) -> None:
    from openpyxl.styles import Alignment, Font

    sheet = book.create_sheet(HELP_SHEET)
    sheet.append([f"{spec.label}填写说明：一行一条，表头请不要改动，红色的必填；可以不填的格子留空即可。"])
    sheet["A1"].font = Font(bold=True)
    for number, field in enumerate(fields, 1):
        parts = ["必填。" if field.required else "", _HOW.get(field.kind, ""), field.help]
        offered = _offered(field, lists)
        if offered and field.kind is not Kind.BOOL:
            parts.append("可选：" + "、".join(offered[:20]) + ("等。" if len(offered) > 20 else "。"))
        sheet.append([f"{number}. {field.label}：{''.join(parts) or '文字。'}"])
    sheet.column_dimensions["A"].width = 100
    for (cell,) in sheet.iter_rows(min_row=1, max_col=1):
        cell.alignment = Alignment(wrap_text=True, vertical="top")
