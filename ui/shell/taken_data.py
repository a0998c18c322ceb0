"""The first start on a laptop or in a unit: the file from the office, its opening code, a passphrase of this machine."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLineEdit, QPushButton, QWidget

from core.base.errors import Problem
from core.exchange.model import CHECKOUT_SUFFIX
from ui.kit import theme
from ui.kit.labels import words
from ui.shell.dialog_kit import buttons, column, head, pair, waiting
from ui.shell.passphrase import NewPassphrase


class TakenData(QWidget):
    """`opened(store)` once the copy is founded and open; `back` without."""

    opened = Signal(object)
    back = Signal()

    def __init__(self, folder: Path) -> None:
        super().__init__()
        into = column(self)
        into.addWidget(head("打开带出的数据", "数据加密存放在这台电脑，以后用这里设的口令打开；忘记口令时用开启码。"))
        self.file = QLineEdit(placeholderText=f"办公室给的 *{CHECKOUT_SUFFIX} 文件")
        self.place = QLineEdit(str(folder))
        self.code = QLineEdit(placeholderText="30 个字母和数字，由办公室当面告知")
        self.operator = QLineEdit(placeholderText="您的姓名")
        pair(
            into,
            ("带出的文件", self._row(self.file, "带出的文件", self._browse_file), 1),
            ("存放位置（本机硬盘）", self._row(self.place, "存放位置", self._browse_place), 1),
        )
        pair(into, ("开启码", self.code, 3), ("经办人", self.operator, 1))
        self.secret = NewPassphrase()
        into.addWidget(self.secret)
        self.said = words("", "bad")
        into.addWidget(self.said)
        into.addStretch(1)
        leave, self.go = QPushButton("返回"), theme.role(QPushButton("打开"), "primary")
        leave.clicked.connect(self.back)
        self.go.clicked.connect(self.open)
        for signal in (self.secret.changed, self.file.textChanged, self.code.textChanged, self.place.textChanged):
            signal.connect(self._check)
        self._check()
        buttons(into, None, leave, self.go)

    def open(self) -> None:
        """Found the copy and open it; what is wrong is said here and nothing is left behind."""
        from core.exchange.checkout import open_copy
        from core.ledger import open_ledger

        file, place = Path(self.file.text().strip()), Path(self.place.text().strip())
        operator = self.operator.text().strip()
        try:
            with waiting():
                open_copy(file, place, self.code.text().strip(), self.secret.text, operator)
                store = open_ledger(place, self.secret.text)
        except Problem as error:
            self.said.setText(str(error))
            return
        store.operator = operator or store.operator
        self.opened.emit(store)

    def _check(self) -> None:
        typed = (self.file.text().strip(), self.code.text().strip(), self.place.text().strip(), self.secret.text)
        self.go.setEnabled(all(typed))

    def _row(self, edit: QLineEdit, name: str, browse: object) -> QWidget:
        host, button = QWidget(), QPushButton("选择…")
        button.setAccessibleName(name)
        button.clicked.connect(browse)
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(edit, 1)
        row.addWidget(button)
        host.setFocusProxy(edit)
        edit.setAccessibleName(name)
        return host

    def _browse_file(self) -> None:
        chosen, _ = QFileDialog.getOpenFileName(self, "选择带出的文件", "", f"带出的数据 (*{CHECKOUT_SUFFIX})")
        if chosen:
            self.file.setText(str(Path(chosen)))

    def _browse_place(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "选择存放位置", self.place.text()):
            self.place.setText(str(Path(folder)))
