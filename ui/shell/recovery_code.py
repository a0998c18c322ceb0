"""Shows a recovery code once: to copy by hand, to print, to save elsewhere."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.base.clock import today
from core.base.dates import format_date
from core.base.disk import write_whole
from core.base.errors import MachineFault
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import words


class RecoveryCode(QWidget):
    """The code in two lines of three groups, with 打印 and 另存."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._code = self._org = ""
        self.label = theme.role(QLabel(), "code")
        self.label.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.label.setAccessibleName("恢复码")
        self.said = words("", "sub")
        self.print = QPushButton("打印恢复码")
        self.print.setIcon(icon("print", "text", 16))
        self.print.clicked.connect(self._print)
        self.save = QPushButton("另存到U盘…")
        self.save.setIcon(icon("backup", "text", 16))
        self.save.clicked.connect(self._ask_where)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.print)
        row.addWidget(self.save)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addWidget(self.label)
        column.addLayout(row)
        column.addWidget(self.said)

    def show_code(self, code: str, org: str) -> None:
        """Show the code of the ledger of `org`."""
        self._code, self._org = code, org
        groups = code.split("-")
        self.label.setText("\n".join("  ".join(groups[start : start + 3]) for start in range(0, len(groups), 3)))

    @property
    def paper(self) -> str:
        """What is printed or saved."""
        return (
            f"下沉纪实 恢复码\n\n单位：{self._org}\n日期：{format_date(today())}\n\n{self._code}\n\n"
            "忘记口令时，在打开台账的窗口选择“用恢复码打开”，输入以上 30 个字母和数字。\n"
            "恢复码等同于口令：请放进保密柜，不要与电脑放在一起，不要拍照外传。\n"
        )

    def save_to(self, file: Path) -> None:
        """Write it to a file the person chose."""
        try:
            write_whole(file, self.paper.encode("utf-8-sig"), "没有保存成功：")
        except MachineFault as error:
            self.said.setText(str(error))
            theme.role(self.said, "bad")
        else:
            self.said.setText(f"已保存到“{file}”。")
            theme.role(self.said, "ok")

    def _ask_where(self) -> None:
        place, _kind = QFileDialog.getSaveFileName(self, "另存恢复码", "下沉纪实恢复码.txt", "文本文件 (*.txt)")
        if place:
            self.save_to(Path(place))

    def _print(self) -> None:
        from PySide6.QtGui import QTextDocument
        from PySide6.QtPrintSupport import QPrintDialog, QPrinter

        from ui.kit.printing import NO_PRINTER, NO_PRINTER_HINT, lacks_printer

        printer = QPrinter()
        if lacks_printer(printer.outputFormat(), sys.platform):
            self.said.setText(f"{NO_PRINTER}{NO_PRINTER_HINT}")
            theme.role(self.said, "bad")
            return
        dialog = QPrintDialog(printer, self)
        if dialog.exec():
            page = QTextDocument(self.paper)
            page.setDefaultFont(self.font())
            page.print_(printer)
            self.said.setText("已送往打印机。请确认打印清楚，再勾选下面的确认。")
