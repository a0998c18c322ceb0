"""Open a ledger: by name and passphrase, by the Windows account, or by recovery code (which sets a new passphrase)."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QStackedWidget, QWidget

from core import operators
from core.base.errors import MachineFault, Problem, Refused
from core.ledger import open_ledger
from core.store import Store, restoring
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.shell.dialog_kit import buttons, column, field, head, waiting
from ui.shell.passphrase import NewPassphrase
from ui.shell.repair import RepairDialog, Secret
from ui.shell.sign_in import SignIn


class UnlockDialog(QDialog):
    """`store` is the open ledger once it is accepted; `elsewhere` if another ledger is wanted."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("打开台账 - 下沉纪实")
        self.folder = folder
        self.store: Store | None = None
        self.elsewhere = False
        self.sign_in = SignIn(folder)
        self.secret, self.said = self.sign_in.secret, self.sign_in.said
        self.pages = QStackedWidget()
        for page in (self._by_passphrase(), self._by_code(), self._new_passphrase()):
            self.pages.addWidget(page)
        outer = column(self, 0)
        outer.addWidget(self.pages)
        self.setMinimumSize(theme.px(480), theme.px(290))
        if note := restoring.secrets_note(folder):
            self.sign_in.say(note, "warn")
        self.sign_in.setFocus()

    def unlock(self) -> None:
        """Try the passphrase, under the name if one is given."""
        name, secret = self.sign_in.asked()
        self.sign_in.say("")

        def opened() -> Store:
            key, login = operators.unlock(self.folder, secret, name, known_only=True)
            return open_ledger(self.folder, key=key, login=login)

        self._try(opened, Secret(secret, operator=name), self.sign_in.refused)

    def unlock_by_account(self) -> None:
        """Let Windows give the key."""
        self.sign_in.say("")
        try:
            key, login = operators.unlock_by_account(self.folder)
        except Problem as error:
            self.sign_in.refused(error)
            return
        self._try(lambda: open_ledger(self.folder, key=key, login=login), Secret(key=key), self.sign_in.refused)

    def unlock_by_code(self) -> None:
        """Try the recovery code; a new passphrase comes next."""
        self.code_said.clear()

        def refused(error: Refused) -> None:
            self.code_said.setText(str(error))
            self.code.setFocus()

        code = self.code.text()
        if self._try(lambda: open_ledger(self.folder, recovery_code=code), Secret(recovery_code=code), refused, False):
            self.pages.setCurrentIndex(2)
            self.fresh.first.setFocus()

    def set_passphrase(self) -> None:
        """Wrap the key again under the new passphrase."""
        if self.store is None or not self.fresh.text:
            return
        try:
            with waiting():
                operators.replace_own_passphrase(self.store, self.fresh.text)
        except Problem as error:
            self.fresh.said.setText(str(error))
            theme.role(self.fresh.said, "bad")
            return
        self.accept()

    def reject(self) -> None:
        """A ledger that was opened only to be left is closed again."""
        if self.store is not None:
            self.store.close()
            self.store = None
        super().reject()

    def _try(
        self, opened: Callable[[], Store], secret: Secret, refused: Callable[[Refused], None], done: bool = True
    ) -> bool:
        """Open; a wrong secret is said in place, damage is met by the offer of a backup. `done`: the dialog ends."""
        try:
            with waiting():
                self.store = opened()
        except Refused as error:
            refused(error)
            return False
        except MachineFault as error:
            self._repair(error, secret)
            return False
        if done:
            self.accept()
        return True

    def _repair(self, error: MachineFault, secret: Secret) -> None:
        repair = RepairDialog(self.folder, error, secret, self)
        repair.exec()
        if repair.store is not None:
            self.store = repair.store
            self.accept()
        elif repair.elsewhere:
            self._go_elsewhere()
        elif repair.restored:
            self.pages.setCurrentIndex(0)
            self.sign_in.look()
            self.sign_in.say(repair.restored, "ok")
            self.sign_in.setFocus()

    def _by_passphrase(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("打开台账", str(self.folder)))
        into.addWidget(self.sign_in)
        into.addStretch(1)
        other, code = self._link("打开其他台账"), self._link("忘记口令，用恢复码打开")
        self.go = theme.role(QPushButton("打开"), "primary")
        self.go.setDefault(True)
        self.go.clicked.connect(self.unlock)
        self.account = QPushButton("用 Windows 账户打开")
        self.account.setIcon(icon("person", "text", 16))
        self.account.clicked.connect(self.unlock_by_account)
        self.account.setVisible(self._account_offers())
        self.sign_in.ready.connect(self.go.setEnabled)
        self.go.setEnabled(not self.sign_in.waits)
        other.clicked.connect(self._go_elsewhere)
        code.clicked.connect(lambda: (self.pages.setCurrentIndex(1), self.code.setFocus()))
        buttons(into, code, other, None, self.account, self.go)
        return page

    def _account_offers(self) -> bool:
        try:
            return operators.account_offers(self.folder)
        except Problem:
            return False

    def _by_code(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("用恢复码打开", "恢复码是新建台账时打印或抄下的 30 个字母和数字。"))
        self.code = QLineEdit(placeholderText="XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
        field(into, "恢复码", self.code)
        self.code_said = words("", "bad")
        into.addWidget(self.code_said)
        into.addStretch(1)
        back, go = QPushButton("返回"), theme.role(QPushButton("打开"), "primary")
        back.clicked.connect(lambda: self.pages.setCurrentIndex(0))
        go.clicked.connect(self.unlock_by_code)
        self.code.returnPressed.connect(self.unlock_by_code)
        buttons(into, None, back, go)
        return page

    def _new_passphrase(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("设一个新口令", "恢复码正确，台账已经打开。以后用新口令打开，恢复码不变。"))
        self.fresh = NewPassphrase()
        into.addWidget(self.fresh)
        into.addStretch(1)
        go = theme.role(QPushButton("保存新口令"), "primary")
        go.setEnabled(False)
        go.clicked.connect(self.set_passphrase)
        self.fresh.changed.connect(lambda: go.setEnabled(bool(self.fresh.text)))
        buttons(into, None, go)
        return page

    def _go_elsewhere(self) -> None:
        self.elsewhere = True
        self.reject()

    @staticmethod
    def _link(text: str) -> QPushButton:
        return theme.role(QPushButton(text), "link")
