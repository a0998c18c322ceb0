"""How good a passphrase is, in a sentence; and the two fields that ask for a new one."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QIcon, QInputMethodEvent, QKeyEvent
from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from core.operators import SHORTEST
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.shell.dialog_kit import pair

_COMMON = (
    "12345678",
    "123456789",
    "1234567890",
    "password",
    "qwertyui",
    "11111111",
    "88888888",
    "abcd1234",
    "abc12345",
)


def strength(text: str) -> tuple[str, str]:
    """(role, sentence): 'bad' is refused, 'warn' is allowed, 'ok' is good."""
    if len(text) < SHORTEST:
        return "bad", f"太短：口令至少要 {SHORTEST} 个字符，现在是 {len(text)} 个。"
    if text.lower() in _COMMON or len(set(text)) < 4:
        return "bad", "太容易猜到：请不要用连号、重复字符或常见口令。"
    kinds = sum(
        any(test(char) for char in text)
        for test in (str.isdigit, str.islower, str.isupper, lambda char: not char.isalnum() or ord(char) > 0x2E80)
    )
    if len(text) >= 16 or (len(text) >= 12 and kinds >= 2) or (len(text) >= 10 and kinds >= 3):
        return "ok", "强度好。"
    return "warn", "可以使用；再长一些更安全，例如用一句只有您知道的话。"


CAPS = "大写锁定（Caps Lock）似乎开着。"
WIDE = "输入了全角字符；口令如果是英文和数字，请切换到半角再输入。"


class SecretEdit(QLineEdit):
    """A passphrase field with 显示 and 隐藏; `odd` tells what may go wrong with the keyboard ('' = nothing)."""

    odd = Signal(str)

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEchoMode(QLineEdit.EchoMode.Password)
        self.setAccessibleName(name)
        self._eye = QAction(self)
        self._eye.triggered.connect(self.toggle)
        self.addAction(self._eye, QLineEdit.ActionPosition.TrailingPosition)
        self._dress()

    def toggle(self) -> None:
        """Show what is typed, or hide it again."""
        hidden = self.echoMode() == QLineEdit.EchoMode.Password
        self.setEchoMode(QLineEdit.EchoMode.Normal if hidden else QLineEdit.EchoMode.Password)
        self._dress()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Notice a capital without Shift, and full-width letters: nobody sees them behind the dots."""
        self._notice(event.text(), bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier))
        super().keyPressEvent(event)

    def inputMethodEvent(self, event: QInputMethodEvent) -> None:
        """The same of what an input method hands over."""
        self._notice(event.commitString(), True)
        super().inputMethodEvent(event)

    def _notice(self, text: str, shifted: bool) -> None:
        letters = [one for one in text if one.isascii() and one.isalpha()]
        if any("\uff01" <= one <= "\uff5e" for one in text):
            self.odd.emit(WIDE)
        elif len(text) == 1 and letters and text.isupper() and not shifted:
            self.odd.emit(CAPS)
        elif text.isprintable() and text:
            self.odd.emit("")

    def _dress(self) -> None:
        hidden = self.echoMode() == QLineEdit.EchoMode.Password
        picture: QIcon = icon("eye" if hidden else "eye-off", "sub", 16)
        self._eye.setIcon(picture)
        self._eye.setToolTip("显示口令" if hidden else "隐藏口令")
        self._eye.setText(self._eye.toolTip())


class NewPassphrase(QWidget):
    """A new passphrase, typed twice, with its strength said as it is typed; `lost`: the way out for who forgets it."""

    changed = Signal()

    def __init__(self, parent: QWidget | None = None, *, lost: str = "忘记时只能用恢复码。") -> None:
        super().__init__(parent)
        self._lost = lost
        self.first = SecretEdit("新口令")
        self.second = SecretEdit("再输入一次口令")
        self.said = words("", "sub")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        pair(column, ("口令", self.first, 1), ("再输入一次", self.second, 1))
        column.addWidget(self.said)
        self.first.textChanged.connect(self._judge)
        self.second.textChanged.connect(self._judge)
        self._judge()

    @property
    def text(self) -> str:
        """The passphrase if it can be used, else ''."""
        good = strength(self.first.text())[0] != "bad" and self.first.text() == self.second.text()
        return self.first.text() if good else ""

    def _judge(self) -> None:
        tone, sentence = strength(self.first.text())
        if not self.first.text():
            tone = "sub"
            sentence = f"至少 {SHORTEST} 个字符，不用连号、重复或常见口令。{self._lost}"
        elif tone != "bad" and self.second.text() and self.first.text() != self.second.text():
            tone, sentence = "bad", "两次输入的口令不一样。"
        self.said.setText(sentence)
        theme.role(self.said, tone)
        self.changed.emit()
