"""The bar above a page: its title, its own commands, and the search box for everything."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QLayout, QMenu, QPushButton, QWidget

from ui.kit import theme
from ui.kit.command import Command
from ui.kit.icons import icon
from ui.kit.labels import ElidedLabel


class TopBar(QFrame):
    """Commands that find no room go into 更多."""

    def __init__(self, search: QWidget, note: str = "", parent: QWidget | None = None) -> None:
        """`note` stands beside the title: which copy of the ledger this is."""
        super().__init__(parent)
        theme.role(self, "bar")
        self._search = search
        self._commands: list[Command] = []
        self.buttons: dict[str, QPushButton] = {}
        self.title = theme.role(QLabel(), "title")
        self.note = theme.role(ElidedLabel(note), "chip-info")
        self.note.setVisible(bool(note))
        self._more = theme.role(QPushButton(), "quiet")
        self._more.setAccessibleName("更多命令")
        self._more.setToolTip("更多命令")
        self._menu = QMenu(self._more)
        self._more.setMenu(self._menu)
        self._row = QHBoxLayout(self)
        self._row.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # the buttons give way, see _fit
        self._row.addWidget(self.title)
        self._row.addWidget(self.note)
        self._row.addStretch(1)
        self._row.addWidget(self._more)
        self._row.addWidget(search)
        self.restyle()

    def show_page(self, title: str, commands: Sequence[Command]) -> None:
        """Title and buttons of the page in view."""
        self.title.setText(title)
        self._commands = [command for command in commands if command.in_bar]
        for button in self.buttons.values():
            button.hide()
            button.deleteLater()
        self.buttons = {}
        for command in self._commands:
            button = self._button(command)
            self.buttons[command.id] = button
            self._row.insertWidget(self._row.indexOf(self._more), button)
        self._fit()

    def restyle(self) -> None:
        """Take the sizes and colours of the theme in force."""
        self._row.setContentsMargins(theme.px(20), theme.px(8), theme.px(16), theme.px(8))
        self._row.setSpacing(theme.px(8))
        self._more.setIcon(icon("more", "text", 18))
        self._more.setIconSize(QSize(theme.px(18), theme.px(18)))
        self._search.setMinimumWidth(theme.px(150))
        self._search.setMaximumWidth(theme.px(240))
        self.show_page(self.title.text(), self._commands)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Show as many commands as fit."""
        super().resizeEvent(event)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Title, 更多 and search; the buttons can go into 更多."""
        return QSize(self._taken() + self._more.sizeHint().width(), self._row.minimumSize().height())

    def _taken(self) -> int:
        margins = self._row.contentsMargins()
        fixed = self.title.sizeHint().width() + self._search.minimumWidth() + 2 * self._row.spacing()
        if self.note.text():
            fixed += self.note.sizeHint().width() + self._row.spacing()
        return margins.left() + margins.right() + fixed

    def _button(self, command: Command) -> QPushButton:
        button = QPushButton(command.text)
        tone = "on_accent" if command.primary else "text"
        if command.icon:
            button.setIcon(icon(command.icon, tone, 16))
            button.setIconSize(QSize(theme.px(16), theme.px(16)))
        if command.primary:
            theme.role(button, "primary")
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setToolTip(command.hint)
        button.setEnabled(not command.disabled)
        button.clicked.connect(lambda _checked=False: command.run())
        return button

    def _fit(self) -> None:
        gap, room = self._row.spacing(), self.width() - self._taken()
        widths = [self.buttons[command.id].sizeHint().width() + gap for command in self._commands]
        fits = len(widths)
        if sum(widths) > room:
            room -= self._more.sizeHint().width() + gap
            while fits and sum(widths[:fits]) > room:
                fits -= 1
        self._menu.clear()
        for number, command in enumerate(self._commands):
            self.buttons[command.id].setVisible(number < fits)
            if number >= fits:
                action = self._menu.addAction(icon(command.icon, "text", 16), command.text, command.run)
                action.setEnabled(not command.disabled)
                action.setToolTip(command.hint)
        self._more.setVisible(fits < len(widths))
