"""The manual inside the program (assets/help/*.md, in the order of their file names), and 关于."""

from __future__ import annotations

import platform
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QDialog, QFileDialog, QHBoxLayout, QListWidget, QMessageBox, QTextBrowser, QWidget

from core.base.paths import asset
from reports.guide import NAME as GUIDE
from reports.guide import write_guide
from ui.context import Context
from ui.kit import theme


class HelpWindow(QDialog):
    """Chapters at the left, text at the right; stays open beside the work."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("用户手册 - 下沉纪实")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.resize(theme.px(900), theme.px(640))
        self.files = sorted(asset("help").glob("*.md"))
        self.chapters = QListWidget()
        self.chapters.setAccessibleName("章节")
        self.chapters.setMaximumWidth(theme.px(220))
        self.text = QTextBrowser()
        self.text.setAccessibleName("手册正文")
        self.text.setOpenExternalLinks(False)
        for file in self.files:
            self.chapters.addItem(_title(file.read_text(encoding="utf-8"), file.stem))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(12))
        row.setSpacing(theme.px(12))
        row.addWidget(self.chapters)
        row.addWidget(self.text, 1)
        self.chapters.currentRowChanged.connect(self.open_chapter)
        self.chapters.setCurrentRow(0)

    def open_chapter(self, number: int) -> None:
        """Show a chapter."""
        file = self.files[number]
        self.text.document().setBaseUrl(QUrl.fromLocalFile(str(file.parent) + "/"))
        self.text.document().setDocumentMargin(theme.px(16))
        self.text.setMarkdown(file.read_text(encoding="utf-8"))


def _title(text: str, otherwise: str) -> str:
    first = text.lstrip().splitlines()[0] if text.strip() else ""
    return first.lstrip("# ").strip() or otherwise


def show_help(parent: QWidget) -> HelpWindow:
    """Open the manual, or bring it to the front."""
    for open_one in parent.findChildren(HelpWindow):
        open_one.raise_()
        open_one.activateWindow()
        return open_one
    window = HelpWindow(parent)
    window.show()
    return window


def ask_guide(ctx: Context, parent: QWidget) -> QFileDialog:
    """Where the guide for the office is saved."""
    dialog = QFileDialog(parent, "存到", f"{GUIDE}.pdf", "PDF 文件 (*.pdf)")
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
    dialog.setDefaultSuffix("pdf")
    dialog.fileSelected.connect(lambda path: save_guide(ctx, Path(path), parent))
    dialog.open()
    return dialog


def save_guide(ctx: Context, out: Path, parent: QWidget) -> None:
    """Write the guide; the status bar offers to open it."""

    def work(_store: object, _progress: object) -> int:
        return write_guide(out)

    def told(pages: int) -> None:
        ctx.messages.say(f"已写出《{GUIDE}》，{pages} 页：{out.name}。", "ok", "打开", lambda: _open(out))

    ctx.tasks.run(f"写出{GUIDE}", work, told, owner=parent)


def _open(file: Path) -> None:
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(file)))


def show_about(parent: QWidget) -> QMessageBox:
    """Name, versions, licences."""
    import PySide6

    box = QMessageBox(parent)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    box.setWindowTitle("关于下沉纪实")
    box.setText("下沉纪实")
    box.setInformativeText(
        "高校党员干部下沉社区工作的名册、服务纪实与考核评价。\n"
        "数据只保存在本机的加密台账里，程序不连接网络。\n\n"
        f"Python {platform.python_version()} · Qt {PySide6.__version__}（LGPL-3.0）\n"
        "字体：Noto 系列、霞鹜文楷（OFL-1.1）、Fandol（GPL，带字体例外）"
    )
    box.addButton("关闭", QMessageBox.ButtonRole.AcceptRole)
    box.open()
    return box
