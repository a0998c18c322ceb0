"""Where a file goes: asked once, in one way, and the file is what its name says."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from core.base.disk import make_folder
from core.base.errors import Problem
from ui.kit.messages import Messages

KINDS = {
    "xlsx": "Excel 工作簿 (*.xlsx)",
    "docx": "Word 文档 (*.docx)",
    "pdf": "PDF 文件 (*.pdf)",
}


def ask_where(parent: QWidget, name: str, kind: str, then: Callable[[Path], object]) -> QFileDialog:
    """Ask where a file called `name` of this kind goes; `then` gets the path, with the ending of its kind."""
    dialog = QFileDialog(parent, "存到", name, KINDS[kind])
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix(kind)
    dialog.selectFile(name)
    dialog.fileSelected.connect(lambda path: then(with_ending(Path(path), kind)))
    dialog.open()
    return dialog


def with_folder(messages: Messages, folder: Path, then: Callable[[], object], parent: QWidget) -> None:
    """`then()` once the folder is there: one that was typed or remembered and is not there is asked about, never made silently."""
    if folder.is_dir():
        then()
        return

    def make() -> None:
        try:
            make_folder(folder, "没有新建文件夹：")
        except Problem as error:
            messages.problem(error, parent)
            return
        then()

    hint = "请核对有没有写错，U 盘或共享盘有没有接上；位置没有错就新建。"
    messages.ask(f"“{folder}”这个文件夹还没有。新建这个文件夹吗？", hint, "新建这个文件夹", make, parent)


def with_ending(path: Path, kind: str) -> Path:
    """'2020.12月报' has no ending, though it has a dot: it is given one, and what is there already is not written over."""
    if path.suffix.lower() == f".{kind}":
        return path
    found, number = path.with_name(f"{path.name}.{kind}"), 2
    while found.exists():  # the dialog asked about another name
        found, number = path.with_name(f"{path.name}（{number}）.{kind}"), number + 1
    return found
