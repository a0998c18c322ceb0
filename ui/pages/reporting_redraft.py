"""重新起草: what the fresh draft would change in a section, sentence by sentence, before anything is replaced."""

from __future__ import annotations

from PySide6.QtWidgets import QDialog, QHBoxLayout, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from core.reporting.yearly import Section, redraft_changes
from ui.kit import theme
from ui.kit.labels import words

_SIGN = {"-": "删去　", "+": "换上　", "": "保留　"}


class RedraftDialog(QDialog):
    """`accepted` when the draft may replace the text."""

    def __init__(self, section: Section, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(f"重新起草“{section.title}”")
        intro = "按现在的数据重新起草，会换掉这一部分的正文，可以撤销。"
        intro += "这一部分手工修改过，改过的话也会被换掉。" if section.edited_on else ""
        lines = "\n".join(f"{_SIGN[sign]}{text}" for sign, text in redraft_changes(section))
        self.changes = QPlainTextEdit(lines, readOnly=True)
        self.changes.setAccessibleName("会有哪些变化")
        go, keep = theme.role(QPushButton("重新起草"), "primary"), QPushButton("不改")
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
        column.addWidget(words(intro, "warn" if section.edited_on else "sub"))
        column.addWidget(self.changes, 1)
        column.addLayout(foot)
        self.resize(theme.px(640), theme.px(420))
