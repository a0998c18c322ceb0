"""Files of the import page: asking for them without blocking, the empty template, the sheet of errors."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from core.base.disk import file_name
from core.base.fields import Field
from core.base.fields import Kind as FieldKind
from core.sheet.contract import Fault
from core.sheet.importing import Prepared, code_lists
from core.store import Store
from ui.kit.dialogs import FormDialog
from ui.pages.import_heads import SheetRef
from ui.pages.import_state import Kind

_BOOK = "Excel 工作簿 (*.xlsx)"


def ask_files(parent: QWidget, title: str, pattern: str, then: Callable[[list[str]], object]) -> QFileDialog:
    """Choose existing files."""
    dialog = _dialog(parent, title, pattern)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(then)
    dialog.open()
    return dialog


def ask_folder(parent: QWidget, title: str, then: Callable[[list[str]], object]) -> QFileDialog:
    """Choose a folder."""
    dialog = _dialog(parent, title, "")
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.filesSelected.connect(then)
    dialog.open()
    return dialog


def ask_save(parent: QWidget, title: str, name: str, then: Callable[[Path], object]) -> QFileDialog:
    """Choose where a workbook is written."""
    dialog = _dialog(parent, title, _BOOK)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("xlsx")
    dialog.selectFile(file_name(name))
    dialog.fileSelected.connect(lambda path: then(Path(path)))
    dialog.open()
    return dialog


def ask_head(parent: QWidget, left: Sequence[SheetRef], then: Callable[[SheetRef, int], object]) -> FormDialog:
    """Ask in which row the head of one of these sheets is."""
    choices = tuple((str(at), f"{Path(file).name}“{sheet}”") for at, (file, sheet) in enumerate(left))
    fields = (
        Field("sheet", "工作表", FieldKind.CHOICE, required=True, choices=choices),
        Field("row", "表头在第几行", FieldKind.INT, required=True, help="没有表头、第一行就是数据的，填 0。"),
    )
    dialog = FormDialog("指定表头", fields, parent=parent, verb="指定", values={"sheet": "0", "row": 1})

    def take(values: dict[str, Any]) -> None:
        dialog.done_saving()
        then(left[int(values["sheet"])], int(values["row"]))

    dialog.accepted_values.connect(take)
    dialog.open()
    return dialog


def write_template_file(store: Store, kind: Kind, path: Path) -> None:
    """The empty sheet with drop-downs of the lists and units of this ledger."""
    from core.sheet.writing import write_template

    lists: dict[str, list[str]] = dict(code_lists(store))
    lists["unit"] = [name for (name,) in store.tuples("SELECT name FROM unit ORDER BY position")]
    write_template(kind.spec, path, lists, title=f"党员干部下沉社区{kind.spec.label}")


def write_errors(made: Prepared, path: Path) -> int:
    """The sheets as they came, wrong cells red, with a 错误说明 column; returns how many rows say something."""
    from core.sheet.writing import write_error_book

    by_sheet: dict[int, dict[int, list[Fault]]] = {id(one): defaultdict(list) for one in made.sheets}
    for sheet, fault in made.plan.sheet_faults:
        by_sheet[id(sheet)][fault.row].append(fault)
    for row in made.plan.rows:
        found = list(row.faults)
        for question in row.asked:
            found.append(Fault(row.row.row, "", "", "", f"待回答：{made.plan.questions[question].text}"))
        if found:
            by_sheet[id(row.sheet)][row.row.row] += found
    write_error_book([(one.raw, by_sheet[id(one)], one.map) for one in made.sheets], path)
    return sum(len(rows) for rows in by_sheet.values())


def open_file(path: Path) -> None:
    """Open a file with its own program."""
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path)))


def _dialog(parent: QWidget, title: str, pattern: str) -> QFileDialog:
    dialog = QFileDialog(parent, title, "", pattern)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return dialog
