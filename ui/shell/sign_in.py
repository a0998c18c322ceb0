"""Name and passphrase, asked before the ledger opens and again after it was locked; wrong ones wait, in words."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from core.base.errors import Problem
from core.store import files, keys, tries
from ui.kit import theme
from ui.kit.labels import words
from ui.shell.dialog_kit import field
from ui.shell.passphrase import SecretEdit

MASTER_HINT = "姓名留空，用台账的总口令"


class SignIn(QWidget):
    """`wanted` on Enter; `ready(bool)` while the next try must wait. The name is asked where operators have passphrases."""

    wanted = Signal()
    ready = Signal(bool)

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.folder = folder
        self.name = QLineEdit(placeholderText=MASTER_HINT)
        self.secret = SecretEdit("口令")
        self.hint, self.said = words("", "warn"), words("", "bad")
        self._people = QWidget()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        people = QVBoxLayout(self._people)
        people.setContentsMargins(0, 0, 0, 0)
        people.setSpacing(theme.px(4))
        field(people, "姓名", self.name)
        column.addWidget(self._people)
        field(column, "口令", self.secret)
        for line in (self.hint, self.said):
            line.hide()
            column.addWidget(line)
        self._clock = QTimer(self, interval=250)
        self._clock.timeout.connect(self._count_down)
        self.secret.odd.connect(self._show_hint)
        self.secret.returnPressed.connect(self._entered)
        self.name.returnPressed.connect(self.secret.setFocus)
        self.setFocusProxy(self.secret)
        self.look()

    @property
    def waits(self) -> bool:
        """Whether the next try must wait."""
        return self._clock.isActive()

    def look(self) -> None:
        """Read the key file again: whether names are asked, and whether wrong tries are still being slowed."""
        try:
            named = bool(keys.logins(files.read_envelope(self.folder)))
        except Problem:
            named = False  # the damage is said when it is opened
        self._people.setVisible(named)
        self.setFocusProxy(self.name if named else self.secret)
        self._hold()

    def asked(self) -> tuple[str, str]:
        """Name ('' = the ledger's own passphrase) and passphrase as typed."""
        return ("" if self._people.isHidden() else self.name.text().strip()), self.secret.text()

    def say(self, text: str, tone: str = "bad") -> None:
        """A sentence below the passphrase; '' takes it away."""
        self.said.setText(text)
        self.said.setVisible(bool(text))
        theme.role(self.said, tone)

    def refused(self, error: Problem) -> None:
        """Say why; the passphrase is selected to be typed again, or a wait begins."""
        self.say(str(error))
        self.secret.selectAll()
        self.secret.setFocus()
        self._hold()

    def forget(self) -> None:
        """Nothing typed stays."""
        self.secret.clear()
        self._show_hint("")
        self.say("")

    def _entered(self) -> None:
        if not self.waits:
            self.wanted.emit()

    def _hold(self) -> None:
        if tries.seconds_left(self.folder):
            self._wrong = self.said.text() if not self.said.isHidden() else ""
            self._clock.start()
            self.ready.emit(False)
            self._count_down()

    def _count_down(self) -> None:
        if left := tries.seconds_left(self.folder):
            first = self._wrong.split("。")[0]
            told = f"{first}。" if first and "请等" not in first else ""
            self.say(f"{told}连续几次不对，请等 {left} 秒再试。")
            return
        self._clock.stop()
        self.say("现在可以再试。", "sub")
        self.ready.emit(True)

    def _show_hint(self, text: str) -> None:
        self.hint.setText(text)
        self.hint.setVisible(bool(text))
