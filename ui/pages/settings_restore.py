"""Restoring with a preview: what the backup holds, which steps of today would be missing; nothing is replaced before that."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QStackedWidget,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from core.base.errors import Problem, Refused
from core.base.rights import Right
from core.store import Store, backup, files, restoring
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.tasks import Progress
from ui.pages.settings_parts import plain_table
from ui.shell.backup_words import holds, loses, moment, named, opens_by, size_of
from ui.shell.dialog_kit import buttons, column, field, head, waiting
from ui.shell.passphrase import SecretEdit
from ui.shell.repair import leave_and

_SHOWN = 500  # steps listed


class RestoreDialog(QDialog):
    """Reads on a worker, asks for the backup's own secret if it has one, shows the preview, restores."""

    def __init__(self, ctx: Context, file: Path, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle("恢复备份 - 下沉纪实")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.ctx, self.file = ctx, file
        self.key = ctx.store.key
        self.preview: restoring.Preview | None = None
        self.pages = QStackedWidget()
        for page in (self._reading(), self._asking(), self._showing()):
            self.pages.addWidget(page)
        column(self, 0).addWidget(self.pages)
        self.setMinimumSize(theme.px(640), theme.px(460))
        self.read()

    def read(self) -> None:
        """Look into the backup with the key at hand."""
        self.pages.setCurrentIndex(0)
        file, key = self.file, self.key

        def work(store: Store, progress: Progress) -> restoring.Preview:
            return restoring.preview(file, key, store, progress)

        self.ctx.tasks.run("看备份的内容", work, self._read_done, self._read_failed, owner=self, quiet=True, apart=True)

    def unlock(self) -> None:
        """Try the secret of that time."""
        self.said.clear()
        try:
            with waiting():
                self.key = restoring.unlock(
                    self.file, self.secret.text(), self.code.text().strip(), self.operator.text().strip()
                )
        except Problem as error:
            self.said.setText(str(error))
            (self.code if self.code.text() else self.secret).setFocus()
            return
        self._proved = True
        if self.preview is not None and self.key == self.ctx.store.key:
            self._show()
        else:
            self.read()

    def restore_here(self) -> None:
        """Back up what is there, put the backup in its place, end the program: open pages would show the former one."""
        ctx, file, key = self.ctx, self.file, self.key
        opens = opens_by(self.preview) if self.preview is not None else ""
        try:
            ctx.store.require(Right.RESTORE)
        except Problem as error:
            ctx.messages.problem(error, self)
            return

        def put(_made: object) -> None:
            def act(folder: Path) -> str:
                aside = restoring.restore(file, folder, key)
                return f"台账已恢复到 {moment(backup.made_at(file))} 的样子。原来的台账保留在“{aside.name if aside else ''}”里。{opens}"

            leave_and(ctx, self, act)

        def work(store: Store, _progress: Progress) -> Path | None:
            return backup.before(store, "恢复前")

        self._busy(True)
        ctx.tasks.run("恢复前备份", work, put, self._failed, owner=self, quiet=True, apart=True)

    def restore_elsewhere(self) -> None:
        """As a ledger of its own in an empty folder."""
        dialog = QFileDialog(self, "恢复到哪个文件夹")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: self.restore_to(Path(folder)))
        dialog.open()

    def restore_to(self, folder: Path) -> None:
        """Restore into another folder; one that holds a ledger is refused."""
        if files.is_ledger(folder):
            self.ctx.messages.problem(Refused(f"“{folder}”里已有台账，没有恢复。", "请另选一个空文件夹。"), self)
            return
        file, key = self.file, self.key

        def work(_store: Store, progress: Progress) -> Path | None:
            return restoring.restore(file, folder, key, progress)

        def done(_aside: object) -> None:
            self.ctx.messages.say(f"已恢复到“{folder.name}”。要用它，请在打开台账时选择这个文件夹。", seconds=20)
            self.accept()

        self._busy(True)
        self.ctx.tasks.run("恢复备份", work, done, self._failed, owner=self, apart=True)

    # -- inside --------------------------------------------------------------------------------------------------

    def _read_done(self, found: restoring.Preview) -> None:
        self.preview = found
        if found.same_secrets or self._proved:
            self._show()
        else:  # whoever restores it must be able to open it afterwards
            self.why.setText("这份备份以后换过口令或经办人。恢复后要用备份时的口令打开，请先输入它，确认还打得开。")
            self._ask()

    def _read_failed(self, error: Exception) -> None:
        if isinstance(error, Refused) and not self._proved:
            self.why.setText("这份备份不是用现在的密钥加密的（另一个台账，或另一台电脑上的）。请输入它的口令或恢复码。")
            self._ask()
            return
        self.reject()
        self.ctx.messages.failure(error, self.parentWidget())

    def _ask(self) -> None:
        self.pages.setCurrentIndex(1)
        self.secret.setFocus()

    def _show(self) -> None:
        found = self.preview
        if found is None:
            return
        self.pages.setCurrentIndex(2)
        self.holds.setText(holds(found))
        self.loses.setText(loses(found))
        self.opens.setText(opens_by(found))
        theme.role(self.loses, "warn" if found.lost else "ok")
        shown = found.lost[:_SHOWN]
        self.table.setVisible(bool(shown))
        self.table.setRowCount(len(shown))
        for row, step in enumerate(shown):
            for at, text in enumerate((str(step.seq), moment(step.at), step.operator, step.label)):
                self.table.setItem(row, at, QTableWidgetItem(text))
        self.leave.setFocus()  # Space or Enter without looking must not replace the ledger

    def _failed(self, error: Exception) -> None:
        self._busy(False)
        self.ctx.messages.failure(error, self)

    def _busy(self, busy: bool) -> None:
        for one in (self.here, self.elsewhere):
            one.setEnabled(not busy)

    def _reading(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(
            head("正在看备份的内容…", f"{named(self.file)}，{size_of(self.file) if self.file.exists() else ''}")
        )
        bar = QProgressBar(textVisible=False)
        bar.setRange(0, 0)
        bar.setAccessibleName("正在读备份")
        into.addWidget(bar)
        into.addStretch(1)
        leave = QPushButton("取消")
        leave.clicked.connect(self.reject)
        buttons(into, None, leave)
        return page

    def _asking(self) -> QWidget:
        self._proved = False
        page = QWidget()
        into = column(page)
        into.addWidget(head("备份的口令", named(self.file)))
        self.why = words("", "sub")
        into.addWidget(self.why)
        self.operator = QLineEdit(placeholderText="用台账总口令时不填")
        self.secret = SecretEdit("备份时的口令")
        self.code = QLineEdit(placeholderText="忘记口令时填恢复码 XXXXX-XXXXX-XXXXX-XXXXX-XXXXX-XXXXX")
        field(into, "经办人姓名", self.operator)
        field(into, "备份时的口令", self.secret)
        field(into, "或恢复码", self.code)
        self.said = words("", "bad")
        into.addWidget(self.said)
        into.addStretch(1)
        leave, go = QPushButton("取消"), theme.role(QPushButton("打开备份"), "primary")
        leave.clicked.connect(self.reject)
        go.clicked.connect(self.unlock)
        self.secret.returnPressed.connect(self.unlock)
        self.code.returnPressed.connect(self.unlock)
        buttons(into, None, leave, go)
        return page

    def _showing(self) -> QWidget:
        page = QWidget()
        into = column(page)
        into.addWidget(head("恢复这份备份吗？", f"{named(self.file)}，{self.file.name}"))
        self.holds = words("")
        self.loses = words("", "warn")
        self.opens = words("")
        self.table: QTableWidget = plain_table("恢复后没有的步骤", ["步骤", "时间", "经办人", "做了什么"])
        into.addWidget(self.holds)
        into.addWidget(self.loses)
        into.addWidget(self.opens)
        into.addWidget(self.table, 1)
        note = "现在的台账不删除，移到旁边的文件夹，以后还可以换回。恢复后程序会关闭，请重新打开；自动备份暂停，直到您确认。"
        into.addWidget(words(note, "sub"))
        into.addStretch(0)
        self.leave = QPushButton("取消")
        self.elsewhere = QPushButton("恢复到别的文件夹…")
        self.here = theme.role(QPushButton("恢复并关闭程序"), "danger")
        self.leave.clicked.connect(self.reject)
        self.elsewhere.clicked.connect(self.restore_elsewhere)
        self.here.clicked.connect(self.restore_here)
        buttons(into, self.elsewhere, None, self.leave, self.here)
        return page
