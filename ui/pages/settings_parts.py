"""What the sections of 设置 share: a heading, one sentence, and the parts below."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QHeaderView, QLabel, QPushButton, QTableWidget, QVBoxLayout, QWidget

from core.base.rights import Right
from ui.context import Context
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import words

WIDEST = 820  # logical pixels at 10 pt: a form that fills a wide screen is hard to read


class Section(QWidget):
    """One section; `reload` reads the ledger again, `dirty` tells that something typed is not saved."""

    title = ""
    intro = ""
    icon = ""
    narrow = True  # keeps to WIDEST
    needs: Right | None = None  # what one must be allowed to do here; else the section can only be read

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.ctx = ctx
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), theme.px(18))
        self.column.setSpacing(theme.px(10))
        self.column.addWidget(theme.role(QLabel(self.title), "title"))
        self.column.addWidget(words(self.intro, "sub"))
        self.column.addSpacing(theme.px(4))
        if self.narrow:
            self.setMaximumWidth(theme.px(WIDEST))
        self.denied_note = words("", "warn")  # stands above the section: what is disabled is grey
        self.denied_note.setContentsMargins(theme.px(24), theme.px(18), theme.px(24), 0)
        self.denied_note.hide()

    def reload(self) -> None:
        """Read again."""

    def fit_rights(self) -> None:
        """Who may not change this sees it, with the reason why it is grey."""
        deny = self.ctx.why_not(self.needs) if self.needs is not None else ""
        self.denied_note.setText(deny)
        self.denied_note.setVisible(bool(deny))
        self.setEnabled(not deny)

    @property
    def dirty(self) -> bool:
        """True if something typed is not saved."""
        return False


def heading(text: str) -> QLabel:
    """A heading inside a section."""
    label = theme.role(QLabel(text), "section")
    label.setContentsMargins(0, theme.px(10), 0, 0)
    return label


def button(text: str, act: object, role: str = "", picture: str = "") -> QPushButton:
    """A push button with its act."""
    made = QPushButton(text)
    if role:
        theme.role(made, role)
    if picture:
        made.setIcon(icon(picture, "on_accent" if role == "primary" else "text", 16))
    made.setAutoDefault(False)
    made.clicked.connect(act)
    return made


def row_of(*widgets: QWidget) -> QHBoxLayout:
    """Widgets side by side, the rest of the line free."""
    row = QHBoxLayout()
    row.setSpacing(theme.px(8))
    for widget in widgets:
        row.addWidget(widget)
    row.addStretch(1)
    return row


def plain_table(name: str, heads: list[str]) -> QTableWidget:
    """A small table of whole rows in the look of the lists."""
    table = QTableWidget(0, len(heads))
    theme.role(table, "list")
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(heads)
    table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    table.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
    table.horizontalHeader().setStretchLastSection(True)
    table.horizontalHeader().setHighlightSections(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(theme.row_height())
    table.setShowGrid(False)
    table.setFrameShape(QFrame.Shape.NoFrame)
    table.setAlternatingRowColors(True)
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
    table.setTabKeyNavigation(False)
    return table
