"""After 带出: the opening code, large and shown only now; what the copy holds; the 交接单 and the folder."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from core.exchange.model import CheckedOut
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import rule, words
from ui.pages.checkin_out import print_form
from ui.pages.exchange_parts import said_button, show_folder

GROUPS_A_LINE = 3


def print_handover(ctx: Context, parent: QWidget, peer_uid: str) -> None:
    """The 交接单 of a copy, which both sides sign."""
    print_form(ctx, parent, form="handover_sheet", which=peer_uid)


class GivenPart(QWidget):
    """The last page of 带出…: it closes once the code has been noted down."""

    closed = Signal()

    def __init__(self, ctx: Context, given: CheckedOut, name: str) -> None:
        super().__init__()
        self.given = given
        title = theme.role(QLabel(f"已带出：{name}（设备号 {given.number}）"), "title")
        self.code = theme.role(QLabel(_in_lines(given.code)), "code-big")
        self.code.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.code.setAccessibleName(f"开启码 {given.code}")
        self.code.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.copy = said_button("复制开启码", "copy", self._copy)
        self.print = said_button("打印交接单", "print", lambda: print_handover(ctx, self, given.peer_uid))
        self.folder = said_button("打开所在文件夹", "folder", lambda: show_folder(given.file))
        self.noted = QCheckBox("开启码已经记下，另行交给领用人")
        self.close_button = theme.role(QPushButton("完成"), "primary")
        self.close_button.setEnabled(False)
        self.noted.toggled.connect(self.close_button.setEnabled)
        self.close_button.clicked.connect(self.closed)
        held = "、".join(f"{label} {count:,}" for label, count in given.rows.items())
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(12))
        for widget in (
            title,
            words(f"文件“{Path(given.file).name}”已写好，其中 {given.people:,} 人，{given.personal}。"),
            theme.role(QLabel("开启码"), "section"),
            self.code,
            words("开启码只在现在显示这一次，程序不保存。请不要和文件放在同一个 U 盘里交给对方。", "warn"),
        ):
            column.addWidget(widget)
        row = QHBoxLayout()
        for button in (self.copy, self.print, self.folder):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)
        column.addWidget(rule())
        column.addWidget(words(f"里面有：{held}。", "sub"))
        self.asked = words("", "bad")
        self.asked.hide()
        column.addStretch(1)
        column.addWidget(self.asked)
        foot = QHBoxLayout()
        foot.addWidget(self.noted, 1)
        foot.addWidget(self.close_button)
        column.addLayout(foot)

    def may_close(self) -> bool:
        """Whether the code was noted; it is said, if not."""
        if not self.noted.isChecked():
            self.asked.setText("请先记下开启码，再勾选左下方的确认。关上以后它不会再显示。")
            self.asked.show()
            self.noted.setFocus()
        return self.noted.isChecked()

    def focus(self) -> None:
        """The keyboard begins at 打印交接单."""
        self.print.setFocus()

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.given.code)
        self.copy.setText("已复制开启码")


def _in_lines(code: str) -> str:
    groups = code.split("-")
    return "\n".join("  ".join(groups[at : at + GROUPS_A_LINE]) for at in range(0, len(groups), GROUPS_A_LINE))
