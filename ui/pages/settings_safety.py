"""设置 · 口令 and 备份: a new passphrase, a new recovery code, backups here and elsewhere, restoring."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QLineEdit, QMessageBox, QTableWidgetItem

from core.base.clock import now
from core.base.dates import format_date
from core.base.errors import MachineFault, Problem, Refused
from core.org.settings import setting
from core.store import Store, files, keys
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.pages.settings_parts import Section, button, heading, plain_table, row_of
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
        folder = self.ctx.store.folder
        if folder is None:
            self._say(IN_MEMORY, "warn")
            return
        try:
            with waiting():
                envelope = files.read_envelope(folder)
                keys.open_with_passphrase(envelope, self.old.text())
                files.write_envelope(folder, keys.change_passphrase(envelope, self.ctx.store.key, self.new.text))
        except Problem as error:
            self._say(str(error), "bad")
            self.old.setFocus()
            self.old.selectAll()
            return
        except OSError as error:
            self._say(f"新口令没有写成（{error.strerror}），现在仍用原来的口令。请检查磁盘后再试。", "bad")
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
            with waiting():
                envelope = files.read_envelope(folder)
                files.write_envelope(folder, keys.change_recovery(envelope, self.ctx.store.key, code))
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return
        except OSError as error:
            self.ctx.messages.problem(
                MachineFault(f"新恢复码没有写成（{error.strerror}），旧的仍然有效。", "请检查磁盘后再试。"), self
            )
            return
        self.code.show_code(code, setting(self.ctx.store, "org_name"))
        self.code.show()

    def _say(self, text: str, tone: str) -> None:
        self.said.setText(text)
        theme.role(self.said, tone)

    def _fit(self) -> None:
        self.change_button.setEnabled(bool(self.old.text() and self.new.text))


class BackupSection(Section):
    """Backups of this ledger: made at start, before imports, at exit and on request."""

    title = "备份"
    intro = "每次启动、导入前和退出时自动备份。一份备份就是一个加密文件，用当时的口令或恢复码可以在任何电脑上恢复。"
    icon = "backup"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.table = plain_table("备份", ["时间", "原因", "大小", "文件"])
        self.table.setMinimumHeight(theme.px(200))
        self.make_button = button("立即备份", self.make, "primary", "backup")
        self.second = QLineEdit(readOnly=True, placeholderText="还没有选，建议选U盘或另一块硬盘")
        self.second.setAccessibleName("第二备份位置")
        self.column.addLayout(row_of(self.make_button, button("打开备份文件夹", self.open_folder, picture="folder")))
        self.column.addWidget(self.table, 1)
        self.column.addLayout(
            row_of(
                button("恢复到别的文件夹…", self.restore_elsewhere, picture="folder"),
                button("恢复到这里…", self.restore_here, "danger", "return"),
            )
        )
        self.column.addWidget(heading("第二备份位置"))
        self.column.addWidget(words("立即备份时，同一份再存一份到这里，电脑坏了也找得回来。", "sub"))
        line = row_of(button("选择…", self.choose_second), button("不用第二位置", lambda: self.set_second("")))
        line.insertWidget(0, self.second, 1)
        line.setStretch(line.count() - 1, 0)
        self.column.addLayout(line)
        self._files: list[Path] = []

    def reload(self) -> None:
        """The backups there are."""
        folder = self.ctx.store.folder
        self._files = files.backups(folder) if folder is not None else []
        self.table.setRowCount(len(self._files))
        for at, file in enumerate(self._files):
            moment, reason = _name_parts(file)
            size = f"{file.stat().st_size / (1 << 20):,.1f} MB"
            for column, text in enumerate((moment, reason, size, file.name)):
                self.table.setItem(at, column, QTableWidgetItem(text))
        if self._files:
            self.table.setCurrentCell(0, 0)
        self.second.setText(str(self.ctx.settings.get(SECOND, "")))

    def make(self) -> None:
        """One now, on the worker; a copy goes to the second place."""
        ctx, second = self.ctx, str(self.ctx.settings.get(SECOND, ""))
        if ctx.store.folder is None:
            ctx.messages.say(IN_MEMORY, "info")
            return

        def work(store: Store, _progress: object) -> list[str]:
            made = [files.make_backup(store, "手动").name]
            if second:
                made.append(str(files.make_backup(store, "手动", Path(second))))
            return made

        ctx.tasks.run("备份台账", work, self._made, owner=self)

    def open_folder(self) -> None:
        """Show the files."""
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if self.ctx.store.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(files.backup_folder(self.ctx.store))))

    def restore_elsewhere(self) -> None:
        """The current backup as a ledger of its own in an empty folder."""
        if (file := self._chosen()) is not None:
            self._ask_folder("恢复到哪个文件夹", lambda folder: self.restore_to(file, folder))

    def restore_to(self, file: Path, folder: Path) -> None:
        """Restore into another folder; one that holds a ledger is refused."""
        ctx = self.ctx
        try:
            if files.is_ledger(folder):
                raise Refused(f"“{folder}”里已有台账，没有恢复。", "请另选一个空文件夹。")
            files.restore_backup(file, folder)
        except Problem as error:
            ctx.messages.problem(error, self)
        except OSError as error:
            ctx.messages.problem(MachineFault(f"没有恢复成（{error.strerror}）。", "请检查位置和磁盘空间。"), self)
        else:
            ctx.messages.say(f"已恢复到“{folder.name}”。要用它，请在打开台账时选择这个文件夹。", seconds=20)

    def restore_here(self) -> None:
        """Ask: what was done since that backup is set aside, and the program must be started again."""
        if (file := self._chosen()) is None:
            return
        self.ctx.messages.ask(
            f"要把台账恢复到 {_name_parts(file)[0]} 的样子吗？",
            "这以后的改动不会出现在恢复后的台账里。现在的台账不删除，移到旁边的文件夹。恢复后程序会关闭，请重新打开。",
            "恢复并关闭程序",
            lambda: self.restore_and_leave(file),
            self,
        )

    def restore_and_leave(self, file: Path) -> None:
        """Close the ledger, put the backup in its place, and end the program: open pages would show the old one."""
        store, folder = self.ctx.store, self.ctx.store.folder
        if folder is None:
            return
        try:
            files.read_backup(file)  # a damaged one is noticed while the ledger is still open
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return
        self.ctx.tasks.close()
        store.close()
        store.folder = None  # nothing is backed up or kept on the way out
        try:
            aside = files.restore_backup(file, folder)
            text, hint = "台账已恢复。", f"原来的台账在“{aside.name if aside else ''}”。程序现在关闭，请重新打开。"
        except Problem as error:
            text, hint = error.text, f"{error.hint}程序现在关闭，请重新打开。"
        except OSError as error:
            text, hint = f"没有恢复成（{error.strerror}）。", "程序现在关闭，请检查磁盘空间后重新打开。"
        box = QMessageBox(QMessageBox.Icon.Information, "下沉纪实", text, parent=self)
        box.setInformativeText(hint)
        box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        box.addButton("关闭程序", QMessageBox.ButtonRole.AcceptRole)
        box.finished.connect(lambda _code: QApplication.exit(0))
        box.open()

    def choose_second(self) -> None:
        """Where the second copy goes."""
        self._ask_folder("第二备份位置", lambda folder: self.set_second(str(folder)))

    def set_second(self, folder: str) -> None:
        """Remember it on this machine."""
        self.ctx.settings.put(SECOND, folder)
        self.second.setText(folder)

    def _made(self, made: list[str]) -> None:
        self.ctx.settings.put("backed_up_at", now().isoformat())
        also = "，第二份已存到第二备份位置" if len(made) > 1 else ""
        self.ctx.messages.say(f"已备份：{made[0]}{also}。")
        self.reload()

    def _chosen(self) -> Path | None:
        at = self.table.currentRow()
        if 0 <= at < len(self._files):
            return self._files[at]
        self.ctx.messages.say("先在列表中选一份备份。", "info")
        return None

    def _ask_folder(self, title: str, then: object) -> None:
        dialog = QFileDialog(self, title)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(QFileDialog.FileMode.Directory)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly)
        dialog.fileSelected.connect(lambda folder: then(Path(folder)))  # type: ignore[operator]
        dialog.open()


def _name_parts(file: Path) -> tuple[str, str]:
    """'2020年11月24日 07:49', '手动' from the name of a backup file."""
    parts = file.stem.split("_")
    try:
        moment = dt.datetime.strptime("".join(parts[1:3]), "%Y%m%d%H%M%S")
    except ValueError:
        return file.stem, ""
    return f"{format_date(moment.date())} {moment:%H:%M}", parts[3] if len(parts) > 3 else ""
