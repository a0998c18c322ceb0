"""The menus: 台账, 编辑 (undo and redo with the step's name), 本页 (the page's commands), 显示, 帮助."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMenu, QMenuBar

from ui.kit import theme
from ui.kit.command import Command
from ui.kit.icons import icon
from ui.kit.operator_name import ask_name
from ui.kit.perform import redo, undo

if TYPE_CHECKING:
    from ui.shell.main_window import MainWindow

SMALLEST, LARGEST = 9, 16  # pt


class Menus:
    """Belongs to one window."""

    def __init__(self, window: MainWindow) -> None:
        self._window = window
        self._ctx = window.ctx
        self.bar = QMenuBar()
        self._icons: list[tuple[QAction, str]] = []
        ledger = self.bar.addMenu("台账(&L)")
        self._add(ledger, "立即备份", lambda: window.backup.make(), "", "backup")
        ledger.addSeparator()
        self.lock = self._add(ledger, "锁定", lambda: window.lock.ask(), "Ctrl+L", "lock")
        self.switch = self._add(ledger, "换人…", lambda: window.lock.ask(switch=True), "Ctrl+Shift+L", "person")
        self.name = self._add(ledger, "经办人姓名…", lambda: ask_name(self._ctx, window), "", "person")
        ledger.addSeparator()
        self._add(ledger, "退出", window.close, "Ctrl+Q", "")
        edit = self.bar.addMenu("编辑(&E)")
        self.undo = self._add(edit, "撤销", lambda: undo(self._ctx, parent=window), "Ctrl+Z", "undo")
        # in a text Ctrl+Z is the text's: the longer chord always means the ledger
        self.undo.setShortcuts([QKeySequence("Ctrl+Z"), QKeySequence("Ctrl+Alt+Z")])
        self.redo = self._add(edit, "重做", lambda: redo(self._ctx, parent=window), "Ctrl+Y", "redo")
        self.redo.setShortcuts([QKeySequence("Ctrl+Y"), QKeySequence("Ctrl+Shift+Z")])
        edit.addSeparator()
        self._add(edit, "搜索全部内容", lambda: window.search.start(), "", "search")
        self._page = self.bar.addMenu("本页(&P)")
        self._look = self._look_menu()
        self._help_menu()
        self.restyle()
        self.show_steps()
        self.show_operators()

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        for action, name in self._icons:
            action.setIcon(icon(name, "text", 16))
        self._dark.setChecked(bool(self._ctx.settings.get("dark", False)))

    def show_steps(self) -> None:
        """Name what Ctrl+Z and Ctrl+Y would do now."""
        last, next_ = self._ctx.store.undo_candidate(), self._ctx.store.redo_candidate()
        self.undo.setText(f"撤销：{last.label}" if last else "撤销")
        self.undo.setEnabled(last is not None)
        self.redo.setText(f"重做：{next_.label.removeprefix('撤销：')}" if next_ else "重做")
        self.redo.setEnabled(next_ is not None)

    def show_operators(self) -> None:
        """换人 only where there are people with passphrases of their own; who has signed in has his name from there."""
        from core.operators import operators

        self.name.setVisible(not self._ctx.store.login)
        self.switch.setVisible(bool(self._ctx.store.login or operators(self._ctx.store)))

    def show_page(self, title: str, commands: Sequence[Command]) -> None:
        """The commands of the page in view, with their keys."""
        self._page.clear()
        self._page.setTitle(f"{title}(&P)" if title else "本页(&P)")
        self._page.menuAction().setVisible(bool(commands))
        for command in commands:
            action = self._page.addAction(icon(command.icon, "text", 16), command.text)
            action.triggered.connect(lambda _checked=False, run=command.run: run())
            action.setEnabled(not command.disabled)
            action.setToolTip(command.hint)
            if command.key:
                action.setShortcut(QKeySequence(command.key))

    def _add(self, menu: QMenu, text: str, run, key: str, name: str) -> QAction:
        action = menu.addAction(text)
        action.triggered.connect(lambda _checked=False: run())
        if key:
            action.setShortcut(QKeySequence(key))
        if name:
            self._icons.append((action, name))
        return action

    def _look_menu(self) -> QMenu:
        menu = self.bar.addMenu("显示(&V)")
        self._dark = self._add(menu, "深色", self._toggle_dark, "", "")
        self._dark.setCheckable(True)
        menu.addSeparator()
        self._add(menu, "放大字体", lambda: self._grow(1), "Ctrl+=", "")
        self._add(menu, "缩小字体", lambda: self._grow(-1), "Ctrl+-", "")
        self._add(menu, "标准字体", lambda: self._ctx.settings.put("points", 10), "Ctrl+0", "")
        return menu

    def _help_menu(self) -> None:
        menu = self.bar.addMenu("帮助(&H)")
        self._add(menu, "用户手册", self._show_help, "F1", "help")
        self._add(menu, "安装说明（PDF）…", self._save_guide, "", "print")
        self._add(menu, "关于下沉纪实", self._show_about, "", "info")

    def _show_help(self) -> None:
        from ui.shell.help_window import show_help

        show_help(self._window)

    def _save_guide(self) -> None:
        from ui.shell.help_window import ask_guide

        ask_guide(self._ctx, self._window)

    def _show_about(self) -> None:
        from ui.shell.help_window import show_about

        show_about(self._window)

    def _toggle_dark(self) -> None:
        self._ctx.settings.put("dark", self._dark.isChecked())

    def _grow(self, step: int) -> None:
        points = int(self._ctx.settings.get("points", 10)) + step
        self._ctx.settings.put("points", min(max(points, SMALLEST), LARGEST))
        self._ctx.messages.say(f"字号：{theme.points()} 磅。", "info", seconds=3)
