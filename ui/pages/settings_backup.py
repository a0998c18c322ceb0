"""设置 · 备份: what there is, one now, checking, copying and restoring one, the second place, the restore to be confirmed."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLineEdit, QTableWidgetItem, QWidget

from core.base.rights import Right, why_not
from core.store import Store, backup, backup_file, files, restoring
from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.kit.tasks import Progress
from ui.pages.settings_parts import Section, button, heading, plain_table, row_of
from ui.pages.settings_restore import RestoreDialog
from ui.shell import repair
from ui.shell.backup_button import MADE, SECOND, Done, make_now, say_made
from ui.shell.backup_words import moment, short_moment, size_of

IN_MEMORY = "示例台账在内存中，没有备份，请先建立台账。"
KINDS = f"备份文件 (*{backup.SUFFIX})"


class BackupSection(Section):
    """Backups of this ledger: at start, every half hour, before risky acts, at exit and on request."""

    title = "备份"
    intro = (
        "台账有改动时，启动、退出、每半小时和导入、合并、恢复之前自动备份；旧的按时间渐渐减少。"
        "一份备份就是一个加密文件，用当时的口令或恢复码可以在任何电脑上恢复。"
    )
    icon = "backup"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._files: list[Path] = []
        self.state = words("", "sub")
        self.table = plain_table("备份", ["时间", "原因", "大小", "文件"])
        self.table.setMinimumHeight(theme.px(200))
        self.table.itemDoubleClicked.connect(lambda _item: self.restore())
        self.make_button = button("立即备份", self.make, "primary", "backup")
        self.check_button = button("检查", self.check, picture="inspect")
        self.restore_button = button("看看并恢复…", self.restore, picture="return")
        self.elsewhere_button = button("恢复别处的备份…", self.restore_from_elsewhere, picture="folder")
        self.second = QLineEdit(readOnly=True, placeholderText="还没有选，建议选U盘或另一块硬盘")
        self.second.setAccessibleName("第二备份位置")
        self.second_state = words("", "sub")
        self.waits = self._waits()
        self._lay_out()
        ctx.settings.changed.connect(lambda key: self.reload() if key in (MADE, SECOND) else None)

    def reload(self) -> None:
        """The backups there are, and how things stand."""
        folder = self.ctx.store.folder
        self._files = backup.listed(folder) if folder is not None else []
        self.table.setRowCount(len(self._files))
        for at, file in enumerate(self._files):
            texts = (moment(backup.made_at(file)), backup.reason_of(file), size_of(file), file.name)
            for column, text in enumerate(texts):
                item = QTableWidgetItem(text)
                if column == 2:
                    item.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
                self.table.setItem(at, column, item)
        if self._files:
            self.table.setCurrentCell(0, 0)
        self.state.setText(self._state())
        self.second.setText(str(self.ctx.settings.get(SECOND, "")))
        self.second_state.setText(self._second_state())
        self.make_button.setEnabled(not self.ctx.store.read_only)
        refused = why_not(self.ctx.store.role, Right.RESTORE)
        for one in (self.restore_button, self.elsewhere_button, self.back_button):
            one.setEnabled(not refused)
            one.setToolTip(refused)
        self._show_waiting()

    # -- acts ----------------------------------------------------------------------------------------------------

    def make(self) -> None:
        """One now, on the worker; a copy goes to the second place."""
        if self.ctx.store.folder is None:
            self.ctx.messages.say(IN_MEMORY, "info")
            return
        make_now(self.ctx, self._made, self.ctx.messages.failure, self)

    def check(self) -> None:
        """Read the current one through and open it."""
        if (file := self._chosen()) is None:
            return

        def work(store: Store, progress: Progress) -> restoring.Preview:
            backup_file.check(file, progress)
            return restoring.preview(file, store.key)

        def told(found: restoring.Preview) -> None:
            self.ctx.messages.say(
                f"{moment(found.made_at)} 的备份完好：{found.people:,} 人，{found.visits:,} 条服务记录。"
            )

        self.ctx.tasks.run("检查备份", work, told, owner=self, apart=True)

    def copy(self) -> None:
        """The current one to a folder of choice, proved there."""
        if (file := self._chosen()) is not None:
            self._ask_folder("另存到哪个文件夹", lambda folder: self.copy_to(file, folder))

    def copy_to(self, file: Path, folder: Path) -> None:
        """Copy and say so."""

        def work(_store: Store, progress: Progress) -> Path:
            return backup.copy_to(file, folder, progress)

        def told(copied: Path) -> None:
            self.ctx.messages.say(f"已另存：{copied.name}，存好后核对过。")

        self.ctx.tasks.run("另存备份", work, told, owner=self, apart=True)

    def restore(self) -> None:
        """Look at the current one, then restore it if that is what is wanted."""
        if self.restore_button.isEnabled() and (file := self._chosen()) is not None:
            self.look_at(file)

    def restore_from_elsewhere(self) -> None:
        """A file from a stick or another computer."""
        self._ask("选备份文件", QFileDialog.FileMode.ExistingFile, lambda name: self.look_at(Path(name)), kinds=KINDS)

    def look_at(self, file: Path) -> RestoreDialog | None:
        """Open the preview."""
        if self.ctx.store.folder is None:
            self.ctx.messages.say(IN_MEMORY, "info")
            return None
        dialog = RestoreDialog(self.ctx, file, self)
        dialog.open()
        return dialog

    def open_folder(self) -> None:
        """Show the files."""
        from PySide6.QtCore import QUrl
        from PySide6.QtGui import QDesktopServices

        if self.ctx.store.folder is not None:
            QDesktopServices.openUrl(QUrl.fromLocalFile(str(backup.folder_of(self.ctx.store))))

    def choose_second(self) -> None:
        """Where the weekly copy goes."""
        self._ask_folder("第二备份位置", lambda folder: self.set_second(str(folder)))

    def set_second(self, folder: str) -> None:
        """Remember it on this machine."""
        self.ctx.settings.put(SECOND, folder)

    # -- inside --------------------------------------------------------------------------------------------------

    def _made(self, done: Done) -> None:
        say_made(self.ctx, done)
        self.ctx.settings.put(MADE, done[0].name if done[0] else "")

    def _state(self) -> str:
        store = self.ctx.store
        if store.folder is None:
            return IN_MEMORY
        last = backup.last(store)
        if not last:
            return "还没有备份。"
        if files.paused(store.folder):
            return f"自动备份暂停中。最近一次：{short_moment(last['at'])}。"
        return f"最近一次：{short_moment(last['at'])}，" + (
            "以后有改动。" if backup.changed(store) else "以后没有改动。"
        )

    def _second_state(self) -> str:
        place = str(self.ctx.settings.get(SECOND, ""))
        if not place:
            return "每周自动再存一份到这里，立即备份时也存，电脑坏了也找得回来。"
        at = backup.second_at(self.ctx.store)
        there = "" if Path(place).is_dir() else "现在找不到这个位置，插上后自动再试。"
        return f"每周一份，{f'最近一份：{short_moment(at)}。' if at else '还没有存过。'}{there}"

    def _show_waiting(self) -> None:
        folder = self.ctx.store.folder
        found = restoring.pending(folder) if folder is not None else None
        self.waits.setVisible(found is not None)
        if found is not None:
            source = f"{moment(found.at)} 从备份“{found.file}”恢复" if found.file else "从备份恢复"
            self.waits_text.setText(f"这个台账是{source}的，还没有确认。确认以前自动备份和清理旧备份都暂停。")
            self.back_button.setVisible(bool(found.aside))

    def _keep(self) -> None:
        if repair.keep_restored(self.ctx, self):
            self.reload()

    def _back(self) -> None:
        self.ctx.messages.ask(
            "要换回恢复前的台账吗？",
            "恢复出来的这一份不删除，移到旁边的文件夹。换回后程序会关闭，请重新打开。",
            "换回并关闭程序",
            lambda: repair.put_back(self.ctx, self),
            self,
        )

    def _chosen(self) -> Path | None:
        at = self.table.currentRow()
        if 0 <= at < len(self._files):
            return self._files[at]
        self.ctx.messages.say("先在列表中选一份备份。", "info")
        return None

    def _ask_folder(self, title: str, then: Callable[[Path], object]) -> None:
        self._ask(title, QFileDialog.FileMode.Directory, lambda folder: then(Path(folder)))

    def _ask(self, title: str, mode: QFileDialog.FileMode, then: Callable[[str], object], kinds: str = "") -> None:
        dialog = QFileDialog(self, title, "", kinds)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.setFileMode(mode)
        dialog.setOption(QFileDialog.Option.ShowDirsOnly, mode == QFileDialog.FileMode.Directory)
        dialog.fileSelected.connect(then)
        dialog.open()

    def _waits(self) -> QWidget:
        card = theme.role(QFrame(), "card")
        row = QHBoxLayout(card)
        row.setContentsMargins(*[theme.px(12)] * 4)
        row.setSpacing(theme.px(8))
        self.waits_text = words("", "warn")
        self.back_button = button("换回恢复前的台账…", self._back, picture="undo")
        row.addWidget(self.waits_text, 1)
        row.addWidget(self.back_button)
        row.addWidget(button("就用这一份", self._keep, picture="check"))
        return card

    def _lay_out(self) -> None:
        self.column.addWidget(self.waits)
        top = row_of(self.make_button, button("打开备份文件夹", self.open_folder, picture="folder"))
        top.addWidget(self.state, 0, Qt.AlignmentFlag.AlignRight)
        self.column.addLayout(top)
        self.column.addWidget(self.table, 1)
        self.column.addLayout(
            row_of(
                self.restore_button,
                self.check_button,
                button("另存…", self.copy, picture="export"),
                self.elsewhere_button,
            )
        )
        self.column.addWidget(heading("第二备份位置"))
        self.column.addWidget(self.second_state)
        line = row_of(button("选择…", self.choose_second), button("不用第二位置", lambda: self.set_second("")))
        line.insertWidget(0, self.second, 1)
        line.setStretch(line.count() - 1, 0)
        self.column.addLayout(line)
