"""The first start: a new ledger, one that is already there, data given out by the office, or the sample."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPushButton,
    QSpinBox,
    QStackedWidget,
    QWidget,
)

from core.base.clock import today
from core.base.errors import Problem
from core.ledger import create_ledger
from core.operators import remember_account
from core.org.settings import year_in_force
from core.seed import LINKED, linked_place
from core.store import Store, files, restoring, windows_account
from core.store.backup_file import SUFFIX
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.shell.dialog_kit import buttons, column, head, pair, waiting
from ui.shell.passphrase import NewPassphrase
from ui.shell.recovery_code import RecoveryCode
from ui.shell.taken_data import TakenData

FIELD_PAGE = "field"  # what a copy opens with


class FirstRun(QDialog):
    """What was chosen: `store` (new, with `goto` the page to open first), `existing` (a folder), or `demo`."""

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("下沉纪实")
        self.store: Store | None = None
        self.year = today().year
        self.goto = ""
        self.existing: Path | None = None
        self.demo = False
        self._folder = folder
        self.pages = QStackedWidget()
        self.pages.addWidget(self._choices())
        self.pages.addWidget(self._form())
        self.code = RecoveryCode()
        self.pages.addWidget(self._code_page())
        self.taken = TakenData(folder)
        self.taken.back.connect(lambda: self.pages.setCurrentIndex(0))
        self.taken.opened.connect(self._take_copy)
        self.pages.addWidget(self.taken)
        outer = column(self, 0)
        outer.addWidget(self.pages)
        self.setMinimumWidth(theme.px(520))

    def create(self) -> None:
        """Make the ledger and show its recovery code."""
        place = Path(self.place.text().strip())
        try:
            with waiting():
                self.store, code = create_ledger(
                    place,
                    self.secret.text,
                    org_name=self.school.text().strip(),
                    year=self.year_box.value(),
                    operator=self.operator.text().strip(),
                    linked=(self.district.text(), self.street.text(), self.community.text()),
                )
                self._remember_account(self.store)
        except Problem as error:
            self.said.setText(str(error))
            return
        self.year = self.year_box.value()
        self.code.show_code(code, self.school.text().strip())
        self.pages.setCurrentIndex(2)

    def _remember_account(self, store: Store) -> None:
        """Without it the ledger is as good: the passphrase opens it."""
        if self.account.isChecked() and windows_account.account():
            try:
                remember_account(store)
            except Problem as error:
                self.code_said.setText(str(error))

    def choose_existing(self, folder: str) -> None:
        """Take a folder, if a ledger is in it."""
        if not folder:
            return
        if files.is_ledger(Path(folder)):
            self.existing = Path(folder)
            self.accept()
        else:
            self.choice_said.setText(f"文件夹“{folder}”里没有台账。请选择含有 {files.LEDGER} 的文件夹。")

    def restore(self, backup: str) -> None:
        """A backup file becomes the ledger of this machine; it is then opened as any other."""
        if not backup:
            return
        try:
            with waiting():
                restoring.restore(Path(backup), self._folder)
        except Problem as error:
            self.choice_said.setText(str(error))
            return
        self.existing = self._folder
        self.accept()

    def reject(self) -> None:
        """Once the ledger exists there is no way back: the code must be confirmed first."""
        if self.store is None:
            super().reject()
        else:
            self.code_said.setText("请先抄写或打印恢复码，并勾选确认。")

    def _choices(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("欢迎使用下沉纪实", "数据只保存在本机，加密存放，程序不连接网络。"))
        self.new = self._choice("add", "新建台账", "第一次使用：填写学校和年度，设置口令。")
        self.open = self._choice("folder", "打开已有台账", "选择存放台账的文件夹。")
        self.take_out = self._choice(
            "exchange", "打开带出的数据", "在外出用的电脑上：选择办公室带出的文件，输入开启码。"
        )
        self.saved = theme.role(QPushButton("电脑坏了或换了电脑？从备份文件恢复…"), "link")
        self.saved.setAutoDefault(False)
        self.sample = self._choice("eye", "先看示例", "用虚构的人员和记录试一试，不影响正式数据。")
        self.new.clicked.connect(self._start_form)
        self.open.clicked.connect(
            lambda: self.choose_existing(QFileDialog.getExistingDirectory(self, "选择台账所在的文件夹"))
        )
        self.take_out.clicked.connect(self._start_taken)
        self.saved.clicked.connect(
            lambda: self.restore(QFileDialog.getOpenFileName(self, "选择备份文件", "", f"备份文件 (*{SUFFIX})")[0])
        )
        self.sample.clicked.connect(self._take_demo)
        self.choice_said = words("", "bad")
        for widget in (self.new, self.open, self.take_out, self.sample, self.saved, self.choice_said):
            into.addWidget(widget)
        into.addStretch(1)
        return page

    def _form(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("新建台账", "这些内容以后都可以在“设置”里修改。"))
        self.school = QLineEdit(placeholderText="例如：湖北经济学院")
        self.year_box = QSpinBox(minimum=2020, maximum=2099, value=self.year, suffix=" 年")
        self.operator = QLineEdit(placeholderText="您的姓名，写在每一步操作的记录里")
        self.district, self.street, self.community = (
            QLineEdit(placeholderText=f"例如：{example}") for example in LINKED["湖北经济学院"]
        )
        self.account = QCheckBox("用 Windows 账户解锁：登录这台电脑后打开台账不问口令")
        self.account.setToolTip("只在这台电脑、这个 Windows 账户下有效；口令仍然可用。以后可在“设置”里改。")
        self.account.setVisible(bool(windows_account.account()))
        self.place = QLineEdit(str(self._folder))
        browse = QPushButton("选择…")
        browse.clicked.connect(self._browse)
        where = QWidget()
        row = QHBoxLayout(where)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(self.place, 1)
        row.addWidget(browse)
        where.setFocusProxy(self.place)
        self.place.setAccessibleName("存放位置")
        pair(into, ("学校名称", self.school, 3), ("年度", self.year_box, 1))
        pair(
            into, ("联系社区所在区", self.district, 1), ("街道", self.street, 1), ("联系社区", self.community, 1)
        )  # 方案 三(三)
        pair(into, ("经办人", self.operator, 2), ("存放位置（本机硬盘）", where, 3))
        self.secret = NewPassphrase()
        into.addWidget(self.secret)
        into.addWidget(self.account)
        self.said = words("", "bad")
        into.addWidget(self.said)
        into.addStretch(1)
        back, self.make = QPushButton("返回"), theme.role(QPushButton("新建"), "primary")
        back.clicked.connect(lambda: self.pages.setCurrentIndex(0))
        self.make.clicked.connect(self.create)
        self.school.textChanged.connect(self._offer_linked)
        for signal in (self.secret.changed, self.school.textChanged, self.place.textChanged):
            signal.connect(self._check_form)
        self._check_form()
        buttons(into, None, back, self.make)
        return page

    def _code_page(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("保存恢复码", "忘记口令时，只有恢复码能打开台账。它只显示这一次。"))
        into.addWidget(self.code)
        self.kept = QCheckBox("我已抄写、打印或另存恢复码，并放在安全的地方")
        into.addSpacing(theme.px(4))
        into.addWidget(self.kept)
        self.code_said = words("", "bad")
        into.addWidget(self.code_said)
        into.addStretch(1)
        later = QPushButton("进入工作台")
        sheet = theme.role(QPushButton("导入第一张名册"), "primary")
        for button, goto in ((later, ""), (sheet, "import")):
            button.setEnabled(False)
            button.clicked.connect(lambda _checked=False, page_id=goto: self._finish(page_id))
            self.kept.toggled.connect(button.setEnabled)
        buttons(into, None, later, sheet)
        return page

    def _finish(self, goto: str) -> None:
        self.goto = goto
        self.accept()

    def _start_form(self) -> None:
        self.pages.setCurrentIndex(1)
        self.school.setFocus()

    def _start_taken(self) -> None:
        self.pages.setCurrentWidget(self.taken)
        self.taken.file.setFocus()

    def _take_copy(self, store: Store) -> None:
        self.store, self.year, self.goto = store, year_in_force(store), FIELD_PAGE
        self.accept()

    def _take_demo(self) -> None:
        self.demo = True
        self.accept()

    def _browse(self) -> None:
        if folder := QFileDialog.getExistingDirectory(self, "选择存放台账的文件夹", self.place.text()):
            self.place.setText(str(Path(folder)))

    def _offer_linked(self) -> None:
        """The school that wrote 方案 has its 联系社区; what was typed stays."""
        edits = (self.district, self.street, self.community)
        known = [*LINKED.values(), ("", "", "")]
        if tuple(edit.text() for edit in edits) in known:
            for edit, text in zip(edits, linked_place(self.school.text()), strict=True):
                edit.setText(text)

    def _check_form(self) -> None:
        lacks = [
            name
            for name, there in (
                ("学校名称", self.school.text().strip()),
                ("存放位置", self.place.text().strip()),
                ("口令（两次一样）", self.secret.text),
            )
            if not there
        ]
        self.make.setEnabled(not lacks)
        self.make.setToolTip(f"还缺：{'、'.join(lacks)}。" if lacks else "")

    @staticmethod
    def _choice(name: str, title: str, sentence: str) -> QPushButton:
        button = theme.role(QPushButton(f"  {title}\n  {sentence}"), "choice")
        button.setIcon(icon(name, "accent_text", 24))
        button.setIconSize(QSize(theme.px(24), theme.px(24)))
        button.setAccessibleName(title)
        button.setAccessibleDescription(sentence)
        return button
