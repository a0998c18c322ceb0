"""重新生成: what it would change, sentence by sentence, before anything is replaced."""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from ui.kit import theme
from ui.kit.labels import words

_SIGN = {"-": "删去　", "+": "换上　", "": "保留　"}


class RedraftDialog(QDialog):
    """`changes` as (sign, sentence), a sign of '-', '+' or ''. `accepted` when the drafted parts may be replaced."""

    def __init__(
        self, title: str, changes: Iterable[tuple[str, str]], parent: QWidget, *, verb: str, warning: str = ""
    ) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.changes = QPlainTextEdit(
            "\n".join(f"{_SIGN.get(sign, sign)}{text}" for sign, text in changes), readOnly=True
        )
        self.changes.setAccessibleName("会有哪些变化")
        go, keep = theme.role(QPushButton(verb), "primary"), QPushButton("不改")
        go.clicked.connect(self.accept)
        keep.clicked.connect(self.reject)
        keep.setDefault(True)  # Enter alone never replaces what somebody wrote
        foot = QHBoxLayout()
        foot.addStretch(1)
        foot.addWidget(keep)
        foot.addWidget(go)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(10))
        column.addWidget(words(f"按现在的数据{verb}，可以撤销。{warning}", "warn" if warning else "sub"))
        column.addWidget(self.changes, 1)
        column.addLayout(foot)
        self.resize(theme.px(640), theme.px(420))
