"""Open a ledger: by passphrase, by recovery code (which sets a new passphrase), or from the last good backup."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QStackedWidget, QWidget

from core.base.errors import MachineFault, Problem, Refused
from core.ledger import open_ledger
from core.store import Store, files, keys
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.shell.dialog_kit import buttons, column, field, head, waiting
from ui.shell.passphrase import NewPassphrase, SecretEdit


class UnlockDialog(QDialog):
    """`store` is the open ledger once it is accepted; `elsewhere` if another ledger is wanted."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("打开台账 - 下沉纪实")
        self.folder = folder
        self.store: Store | None = None
        self.elsewhere = False
        self.pages = QStackedWidget()
        for page in (self._by_passphrase(), self._by_code(), self._new_passphrase(), self._damaged()):
            self.pages.addWidget(page)
        outer = column(self, 0)
        outer.addWidget(self.pages)
        self.setMinimumSize(theme.px(480), theme.px(290))
        self.secret.setFocus()

    def unlock(self) -> None:
        """Try the passphrase."""
        self.said.clear()
        try:
            with waiting():
                self.store = open_ledger(self.folder, self.secret.text())
        except Refused as error:
            self.said.setText(str(error))
            self.secret.selectAll()
            self.secret.setFocus()
        except MachineFault as error:
            self._offer_backup(error)
        else:
            self.accept()

    def unlock_by_code(self) -> None:
        """Try the recovery code; a new passphrase comes next."""
        self.code_said.clear()
        try:
            with waiting():
                self.store = open_ledger(self.folder, recovery_code=self.code.text())
        except Refused as error:
            self.code_said.setText(str(error))
            self.code.setFocus()
        except MachineFault as error:
            self._offer_backup(error)
        else:
            self.pages.setCurrentIndex(2)
            self.fresh.first.setFocus()

    def set_passphrase(self) -> None:
        """Wrap the key again under the new passphrase."""
        if self.store is None or not self.fresh.text:
            return
        try:
            with waiting():
                envelope = files.read_envelope(self.folder)
                files.write_envelope(self.folder, keys.change_passphrase(envelope, self.store.key, self.fresh.text))
        except (Problem, OSError) as error:
            self.fresh.said.setText(f"新口令没有保存（{error}）。请检查磁盘后再试。")
            theme.role(self.fresh.said, "bad")
            return
        self.accept()

    def restore(self) -> None:
        """Put the last good backup in place; the damaged files are kept aside."""
        if self.backup is None:
            return
        try:
            with waiting():
                aside = files.restore_backup(self.backup, self.folder)
        except (Problem, OSError) as error:
            self.damage.setText(f"没有恢复成功：{error}")
            return
        self.pages.setCurrentIndex(0)
        kept = f"损坏的文件保留在“{aside.name}”里。" if aside else ""
        self.said.setText(f"已恢复备份“{self.backup.name}”。{kept}请输入口令打开。")
        theme.role(self.said, "ok")
        self.secret.setFocus()

    def reject(self) -> None:
        """A ledger that was opened only to be left is closed again."""
        if self.store is not None:
            self.store.close()
            self.store = None
        super().reject()

    def _by_passphrase(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("打开台账", str(self.folder)))
        self.secret = SecretEdit("口令")
        field(into, "口令", self.secret)
        self.said = words("", "bad")
        into.addWidget(self.said)
        into.addStretch(1)
        other, code = self._link("打开其他台账"), self._link("忘记口令，用恢复码打开")
        go = theme.role(QPushButton("打开"), "primary")
        go.setDefault(True)
        go.clicked.connect(self.unlock)
        other.clicked.connect(self._go_elsewhere)
        code.clicked.connect(lambda: (self.pages.setCurrentIndex(1), self.code.setFocus()))
        buttons(into, code, other, None, go)
        return page

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

    def _damaged(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("台账打不开", str(self.folder)))
        self.damage = words("", "bad")
        self.offer = words("")
        self.backup: Path | None = None
        into.addWidget(self.damage)
        into.addWidget(self.offer)
        into.addStretch(1)
        other, again = self._link("打开其他台账"), QPushButton("再试一次")
        self.take = theme.role(QPushButton("恢复这份备份"), "primary")
        self.take.setIcon(icon("backup", "on_accent", 16))
        other.clicked.connect(self._go_elsewhere)
        again.clicked.connect(lambda: self.pages.setCurrentIndex(0))
        self.take.clicked.connect(self.restore)
        buttons(into, other, None, again, self.take)
        return page

    def _offer_backup(self, error: MachineFault) -> None:
        self.damage.setText(str(error))
        with waiting():
            self.backup = files.latest_good_backup(self.folder)
        if self.backup is None:
            self.offer.setText(
                "这个文件夹里没有完好的备份。如果在别处（U盘等）存有备份文件，请把它放进“backups”文件夹再试。"
            )
        else:
            self.offer.setText(
                f"最近一份完好的备份是“{self.backup.name}”。恢复后回到那时的内容；现在的文件会另外保留，不会删除。"
            )
        self.take.setVisible(self.backup is not None)
        self.pages.setCurrentIndex(3)

    def _go_elsewhere(self) -> None:
        self.elsewhere = True
        self.reject()

    @staticmethod
    def _link(text: str) -> QPushButton:
        return theme.role(QPushButton(text), "link")
