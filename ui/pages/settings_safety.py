"""设置 · 口令: a new passphrase, a new recovery code."""

from __future__ import annotations

from PySide6.QtWidgets import QLabel

from core.base.disk import fault
from core.base.errors import Problem
from core.base.rights import Right
from core.operators import change_own_passphrase
from core.org.settings import setting
from core.store import files, keys
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.pages.settings_parts import Section, button, heading, row_of
from ui.shell.dialog_kit import waiting
from ui.shell.passphrase import NewPassphrase, SecretEdit
from ui.shell.recovery_code import RecoveryCode

SECOND = "backup_second"  # folder of the second place
IN_MEMORY = "示例台账在内存中，没有口令和备份，请先建立台账。"


class PassphraseSection(Section):
    """The old passphrase opens the door to a new one; the database itself is not touched."""

    title = "口令"
    intro = "口令保护整个台账。更换口令不到一秒，数据不动；以前做的备份仍用当时的口令打开。"
    icon = "key"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.old = SecretEdit("现在的口令")
        self.new = NewPassphrase()
        self.said = theme.role(QLabel(wordWrap=True), "sub")
        self.change_button = button("更换口令", self.change, "primary", "key")
        self.code = RecoveryCode()
        self.code.hide()
        self.code_button = button("换一个恢复码…", self.ask_code, picture="refresh")
        label = QLabel("现在的口令")
        label.setBuddy(self.old)
        for widget in (label, self.old, self.new):
            self.column.addWidget(widget)
        self.column.addLayout(row_of(self.change_button))
        self.column.addWidget(self.said)
        self.column.addWidget(heading("恢复码"))
        self.column.addWidget(
            words("忘记口令时用恢复码打开。恢复码只在生成时显示一次；换了新的，旧的就不能再用。", "sub")
        )
        self.column.addLayout(row_of(self.code_button))
        self.column.addWidget(self.code)
        self.column.addStretch(1)
        self.old.textChanged.connect(self._fit)
        self.new.changed.connect(self._fit)
        self._fit()

    def change(self) -> None:
        """Check the old one, wrap the key anew."""
        if self.ctx.store.folder is None:
            self._say(IN_MEMORY, "warn")
            return
        try:
            with waiting():
                change_own_passphrase(self.ctx.store, self.old.text(), self.new.text)
        except Problem as error:
            self._say(str(error), "bad")
            self.old.setFocus()
            self.old.selectAll()
            return
        for edit in (self.old, self.new.first, self.new.second):
            edit.clear()
        self._say("口令已更换，下次打开时使用新口令。", "ok")

    def ask_code(self) -> None:
        """A new code makes the old one useless: ask first."""
        if self.ctx.store.folder is None:
            self._say(IN_MEMORY, "warn")
            return
        self.ctx.messages.ask(
            "要换一个新的恢复码吗？",
            "旧的恢复码从此不能打开台账（以前的备份除外）。新的只显示一次，请打印后封存。",
            "换恢复码",
            self.new_code,
            self,
        )

    def new_code(self) -> None:
        """Make it and show it."""
        folder, code = self.ctx.store.folder, keys.new_recovery_code()
        if folder is None:
            return
        try:
            self.ctx.store.require(Right.OPERATORS)
            with waiting():
                envelope = files.read_envelope(folder)
                files.write_envelope(folder, keys.change_recovery(envelope, self.ctx.store.key, code))
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return
        except OSError as error:
            self.ctx.messages.problem(fault(error, folder / files.ENVELOPE, "新恢复码没有写成，旧的仍然有效："), self)
            return
        self.code.show_code(code, setting(self.ctx.store, "org_name"))
        self.code.show()

    def _say(self, text: str, tone: str) -> None:
        self.said.setText(text)
        theme.role(self.said, tone)

    def _fit(self) -> None:
        self.change_button.setEnabled(bool(self.old.text() and self.new.text))
