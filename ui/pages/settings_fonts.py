"""设置 · 字体: font files for rare characters that neither the program nor the system has. Kept on this machine."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QLineEdit, QTableWidgetItem

from core.base.errors import Problem
from reports.kit.fonts import set_in
from reports.kit.spare_fonts import add_font, added_fonts, remove_font
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.pages.settings_parts import Section, button, heading, plain_table, row_of


class FontsSection(Section):
    """What was added, and a box to try a character in."""

    title = "字体"
    intro = (
        "打印先用本程序的字体，没有的字再用这台电脑的字体（如 SimSun-ExtB），最后用这里添加的字体。"
        "都没有的字印成方框，留给手写。只影响这台电脑。"
    )
    icon = "print"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.table = plain_table("添加的字体", ["字体文件", "大小"])
        self.table.setMinimumHeight(theme.px(140))
        self.remove_button = button("删除", self.remove, picture="trash")
        self.try_box = QLineEdit(placeholderText="输入或粘贴要查的字")
        self.try_box.setAccessibleName("查一个字能不能打印")
        self.try_box.setMaximumWidth(theme.px(260))
        self.answer = words("", "sub")
        self.column.addWidget(heading("添加的字体"))
        self.column.addWidget(self.table)
        self.column.addLayout(row_of(button("添加字体…", self.choose, picture="add"), self.remove_button))
        self.column.addWidget(words("只能添加许可允许嵌入的TrueType字体（.ttf、.ttc）；不能用的会说明原因。", "sub"))
        self.column.addWidget(heading("查一个字能不能打印"))
        self.column.addLayout(row_of(self.try_box))
        self.column.addWidget(self.answer)
        self.column.addStretch(1)
        self.try_box.textChanged.connect(lambda _text: self._try())

    def reload(self) -> None:
        """As the folder is now."""
        files = added_fonts()
        self.table.setRowCount(len(files))
        for at, file in enumerate(files):
            size = f"{max(1, round(file.stat().st_size / 1024)):,} KB"
            for column, text in enumerate((file.name, size)):
                self.table.setItem(at, column, QTableWidgetItem(text))
        if files and self.table.currentRow() < 0:
            self.table.setCurrentCell(0, 0)
        self.remove_button.setEnabled(bool(files))
        self._try()

    def choose(self) -> QFileDialog:
        """Ask which file."""
        dialog = QFileDialog(self, "添加字体", "", "字体文件 (*.ttf *.ttc *.otf)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda file: self.add(Path(file)))
        dialog.open()
        return dialog

    def add(self, file: Path) -> None:
        """Keep a copy of the file, or say why it cannot be used."""
        try:
            kept = add_font(file)
        except Problem as problem:
            self.ctx.messages.problem(problem, self)
            return
        self.reload()
        self.ctx.messages.say(f"已添加字体“{kept.name}”，现在起打印会用到它。", "ok")

    def remove(self) -> None:
        """Delete the current one."""
        item = self.table.item(self.table.currentRow(), 0)
        if item is None:
            return
        try:
            gone = remove_font(item.text())
        except Problem as problem:
            self.ctx.messages.problem(problem, self)
            return
        self.reload()
        self.ctx.messages.say(f"已删去字体“{gone.name}”。", "ok")

    def _try(self) -> None:
        """Which font prints each character typed."""
        chars = dict.fromkeys(char for char in self.try_box.text() if not char.isspace())
        self.answer.setText("\n".join(f"{char}　{set_in(char) or '没有字体，印成方框，请手写'}" for char in chars))
