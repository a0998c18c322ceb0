"""When a ledger does not open, and the one question after a crash or a restore.

repair = RepairDialog(folder, error, Secret(passphrase=…, operator=…), self); repair.exec()
repair.store (opened read-only) · repair.restored (what to say above the passphrase) · repair.elsewhere
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QMessageBox,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core import check
from core.base.errors import MachineFault, Problem
from core.ledger import open_ledger
from core.store import RECOMPUTE, Store, backup, files, keys, restoring, tables
from ui.context import Context
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.shell.backup_button import MADE
from ui.shell.backup_words import holds, moment, named, step_line
from ui.shell.dialog_kit import buttons, column, head, waiting

RESCUED = "损坏时"  # the reason of a backup made of a damaged ledger whose records can all be read
_FEW = 6  # findings shown in a box


@dataclass(frozen=True, slots=True)
class Secret:
    """What was typed to open the ledger: it opens the backups of that time too."""

    passphrase: str = ""
    recovery_code: str = ""
    operator: str = ""
    key: bytes | None = None  # where Windows gave it

    def key_of(self, file: Path) -> bytes:
        """The key of a backup; Refused if it was made under other secrets."""
        return self.key or restoring.unlock(file, self.passphrase, self.recovery_code, self.operator)

    def open_to_read(self, folder: Path) -> Store:
        """The damaged ledger, read-only; where its own key file is spoilt, by the one inside the latest backup."""
        try:
            files.read_envelope(folder)
        except files.Damaged:
            return self._by_backup(folder)
        if self.key is not None:
            return open_ledger(folder, key=self.key, operator=self.operator, read_only=True)
        code = self.recovery_code or None
        return open_ledger(folder, self.passphrase, recovery_code=code, operator=self.operator, read_only=True)

    def _by_backup(self, folder: Path) -> Store:
        for file in backup.listed(folder):
            try:
                key = self.key_of(file)
                envelope, _ = keys.load(backup.backup_file.parts(file).envelope)
            except Problem:
                continue
            login = keys.login_id(envelope, self.operator) if keys.knows(envelope, self.operator) else ""
            return open_ledger(folder, key=key, operator=self.operator, login=login, read_only=True)
        raise files.Damaged(
            "密钥文件已损坏，备份里也没有能用这个口令打开的密钥。", "请用恢复码再试，或换一份备份文件。"
        )


class RepairDialog(QDialog):
    """A ledger that does not open: restore the latest sound backup, look at what can be read, or another backup."""

    def __init__(self, folder: Path, error: MachineFault, secret: Secret, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle("台账打不开 - 下沉纪实")
        self.folder, self.secret = folder, secret
        self.store: Store | None = None
        self.restored = ""
        self.elsewhere = False
        self.backup: Path | None = None
        self._key: bytes | None = None  # of that backup, where the secret opens it
        self.is_damaged = isinstance(error, files.Damaged)  # else: a full disk, another window; no case for a backup
        self.damage = words(error.text if self.is_damaged else str(error), "bad")
        self.offer = words("", "sub")
        self.said = words("", "bad")
        self.take = theme.role(QPushButton("恢复这份备份"), "primary")
        self.take.setIcon(icon("backup", "on_accent", 16))
        self.look = QPushButton("只读打开")
        self.other = QPushButton("选备份文件…")
        self._lay_out()
        self.take.clicked.connect(self.restore)
        self.look.clicked.connect(self.open_to_read)
        self.other.clicked.connect(self.choose)
        for button in (self.take, self.look, self.other):
            button.setAutoDefault(False)  # Enter alone restores nothing
        self.look.setFocus()
        self.setMinimumWidth(theme.px(740))
        if self.is_damaged:
            with waiting():
                self.offer_backup(self._rescued() or backup.latest_good(folder))

    def offer_backup(self, file: Path | None) -> None:
        """Name the backup that would be restored, and what it holds as far as the secret opens it."""
        self.backup = file
        self.take.setEnabled(file is not None)
        if file is None:
            self.offer.setText("这个文件夹里没有完好的备份。如果在别处（U盘等）存有备份文件，请用下面的“选备份文件”。")
            self._fit()
            return
        text, self._key = f"{named(file)}，完好。", None
        try:
            self._key = self.secret.key_of(file)
            found = self._preview(file, self._key)
            text += holds(found)
            if found.same_ledger and found.lost:
                text += f"现在的台账里还有这以后做的 {len(found.lost):,} 步，不在其中。"
            elif found.same_ledger:
                text += "现在台账里的每一步都在其中，恢复不会少内容。"
        except Problem:
            text += "它用备份时的口令或恢复码打开。"
        self.offer.setText(f"{text}现在的文件移到旁边保留，不会删除。")
        self._fit()

    def _rescued(self) -> Path | None:
        """A backup of the damaged ledger itself: it can be made where only an index or a blank page is spoilt."""
        newest = next(iter(backup.listed(self.folder)), None)
        if newest is not None and backup.reason_of(newest) == RESCUED:
            return None  # made at an earlier try; it is the latest good one
        try:
            store = self.secret.open_to_read(self.folder)
        except Problem:
            return None
        try:
            return backup.make(store, RESCUED)
        except Problem:
            return None
        finally:
            store.close()

    def _preview(self, file: Path, key: bytes) -> restoring.Preview:
        """Compared with the damaged ledger as far as its history can still be read."""
        try:
            store = self.secret.open_to_read(self.folder)
        except Problem:
            return restoring.preview(file, key)
        try:
            return restoring.preview(file, key, store)
        except MachineFault:
            return restoring.preview(file, key)
        finally:
            store.close()

    def choose(self) -> None:
        """Another backup file."""
        name, _kind = QFileDialog.getOpenFileName(self, "选备份文件", str(self.folder), f"备份文件 (*{backup.SUFFIX})")
        if name:
            self.choose_file(Path(name))

    def choose_file(self, file: Path) -> None:
        """Take it if it is sound."""
        self.said.clear()
        try:
            with waiting():
                backup.backup_file.check(file)
                self.offer_backup(file)
        except Problem as error:
            self.said.setText(str(error))

    def restore(self) -> None:
        """Put the backup in place; the damaged files are kept aside."""
        if self.backup is None:
            return
        self.said.clear()
        try:
            with waiting():
                aside = restoring.restore(self.backup, self.folder, self._key)
        except Problem as error:
            self.said.setText(str(error))
            return
        kept = f"损坏的文件保留在“{aside.name}”里。" if aside else ""
        self.restored = (
            f"已恢复 {named(self.backup)} 的备份。{kept}{restoring.secrets_note(self.folder) or '请输入口令打开。'}"
        )
        self.accept()

    def open_to_read(self) -> None:
        """Look at what can still be read; nothing is written."""
        self.said.clear()
        try:
            with waiting():
                self.store = self.secret.open_to_read(self.folder)
        except Problem as error:
            self.said.setText(str(error))
            return
        self.accept()

    def _fit(self) -> None:
        """Wrapped text tells its height only for a width."""
        self.setMinimumHeight(self.layout().totalHeightForWidth(self.minimumWidth()))

    def _lay_out(self) -> None:
        into = column(self)
        into.addWidget(head("台账打不开", str(self.folder)))
        into.addWidget(self.damage)
        if self.is_damaged:
            self._choices(into)
        into.addWidget(self.said)
        away, again = theme.role(QPushButton("打开其他台账"), "link"), QPushButton("返回")
        away.clicked.connect(self._go_elsewhere)
        again.clicked.connect(self.reject)
        buttons(into, away, None, again)

    def _choices(self, into: QVBoxLayout) -> None:
        into.addWidget(_choice("恢复最近一份完好的备份", self.offer, self.take))
        look = words("只能查看、打印和导出还读得出的内容，什么都不会改；读得出的记录可以全部存成 Excel。", "sub")
        into.addWidget(_choice("先看看还读得出什么", look, self.look))
        other = words("U盘、第二备份位置或别的电脑上的备份（*.xcbak）。", "sub")
        into.addWidget(_choice("用另一份备份", other, self.other))

    def _go_elsewhere(self) -> None:
        self.elsewhere = True
        self.reject()


def _choice(title: str, text: QWidget, button: QPushButton) -> QFrame:
    card = theme.role(QFrame(), "card")
    row = QHBoxLayout(card)
    row.setContentsMargins(*[theme.px(12)] * 4)
    row.setSpacing(theme.px(12))
    into = QVBoxLayout()
    into.setSpacing(theme.px(4))
    into.addWidget(words(title, "section"))
    into.addWidget(text)
    row.addLayout(into, 1)
    row.addWidget(button)
    return card


# -- in the window -----------------------------------------------------------------------------------------------


def ask_after_crash(ctx: Context, parent: QWidget) -> None:
    """Look the ledger over on a worker, then the one question: was this the last step?"""
    ctx.tasks.run("检查台账", lambda store, _progress: check.findings(store), lambda found: _crashed(ctx, found, parent),
                  owner=parent, quiet=True, apart=True)  # fmt: skip


def _crashed(ctx: Context, found: list[str], parent: QWidget) -> None:
    if found:
        _tell_findings(ctx, "上次没有正常退出，检查发现：", found, parent)
        return
    last = ctx.store.steps(1)
    drafts = len(ctx.store.local.keys("draft."))
    text = "检查过了，台账完好：数据文件、记录之间的关联和时长合计都对。"
    text += f"\n最后一步：{step_line(last[0])}。" if last else ""
    text += f"\n保留着 {drafts} 份没有保存的草稿，打开那个表单时可以继续填写。" if drafts else "\n没有未保存的草稿。"
    box = _box(ctx, parent, "上次没有正常退出。", f"{text}\n最后一步是您记得的那一步吗？")
    yes = box.addButton("是，继续", QMessageBox.ButtonRole.AcceptRole)
    history = box.addButton("看看历史", QMessageBox.ButtonRole.ActionRole)
    history.clicked.connect(lambda: ctx.go_to("history"))
    box.setDefaultButton(yes)
    box.setEscapeButton(yes)
    box.open()


def look_over(ctx: Context, parent: QWidget, work: Callable[[Store], list[str]]) -> None:
    """A check in the background; only what does not hold is said."""

    def told(found: list[str]) -> None:
        if found:
            _tell_findings(ctx, "检查台账时发现：", found, parent)

    ctx.tasks.run("检查台账", lambda store, _progress: work(store), told, owner=parent, quiet=True, apart=True)


def _tell_findings(ctx: Context, title: str, found: list[str], parent: QWidget) -> None:
    lines = [f"· {one}" for one in found[:_FEW]]
    lines += [f"……共 {len(found)} 处，可用命令 check 列出全部。"] if len(found) > _FEW else []
    lines.append("备份都在，可以到“设置 → 备份”里看，需要时恢复。")
    box = _box(ctx, parent, title, "\n".join(lines))
    later = box.addButton("先继续工作", QMessageBox.ButtonRole.RejectRole)
    if any(one.endswith(RECOMPUTE) for one in found):
        again = box.addButton("重新计算", QMessageBox.ButtonRole.ActionRole)
        again.clicked.connect(lambda: _recompute(ctx, parent))
    see = box.addButton("看备份", QMessageBox.ButtonRole.AcceptRole)
    see.clicked.connect(lambda: ctx.go_to("settings", section="backup"))
    box.setEscapeButton(later)
    box.open()


def _recompute(ctx: Context, parent: QWidget) -> None:
    """Set right what follows from other records; what then still does not hold is said."""

    def told(found: list[str]) -> None:
        ctx.refresher.announce(tables.NAMES)
        if found:
            _tell_findings(ctx, "重新计算之后还有：", found, parent)
        else:
            ctx.messages.say("已重新计算，检查没有再发现问题。", "ok")

    ctx.tasks.run("重新计算", lambda store, _progress: check.recomputed(store), told, owner=parent)


def ask_restored(ctx: Context, parent: QWidget) -> None:
    """After a restore: is this the right one? Backups rest until it is said."""
    folder = ctx.store.folder
    found = restoring.pending(folder) if folder is not None else None
    if folder is None or found is None:
        return
    last = ctx.store.steps(1)
    text = f"它来自备份“{found.file}”，{moment(found.at)} 恢复。" if found.file else ""
    text += f"最后一步：{step_line(last[0])}。" if last else ""
    box = _box(ctx, parent, "现在打开的是恢复出来的台账，是您要的那一份吗？", f"{text}\n确认以前，自动备份暂停。")
    keep = box.addButton("就用这一份", QMessageBox.ButtonRole.AcceptRole)
    back = box.addButton("换回恢复前的台账", QMessageBox.ButtonRole.DestructiveRole) if found.aside else None
    later = box.addButton("再看看", QMessageBox.ButtonRole.RejectRole)
    box.setDefaultButton(later)
    box.setEscapeButton(later)
    keep.clicked.connect(lambda: keep_restored(ctx, parent))
    if back is not None:
        back.clicked.connect(lambda: put_back(ctx, parent))
    box.open()


def keep_restored(ctx: Context, parent: QWidget) -> bool:
    """The restored ledger it is: backups go on."""
    folder = ctx.store.folder
    try:
        if folder is not None:
            restoring.confirm(folder)
    except Problem as error:
        ctx.messages.problem(error, parent)
        return False
    ctx.settings.put(MADE, "")  # the words in the status bar follow this key
    ctx.messages.say("已确认，自动备份继续。恢复前的台账仍在旁边的文件夹里。")
    return True


def put_back(ctx: Context, parent: QWidget) -> None:
    """The former ledger again; the program ends, since open pages show the other one."""

    def act(folder: Path) -> str:
        aside = restoring.back(folder)
        return f"恢复前的台账已换回；恢复出来的那一份保留在“{aside.name}”里。"

    leave_and(ctx, parent, act)


def leave_and(ctx: Context, parent: QWidget, act: Callable[[Path], str]) -> None:
    """Close the ledger, exchange its files by `act` (which returns what to say), and end the program."""
    folder = ctx.store.folder
    if folder is None:
        return
    ctx.tasks.close()
    ctx.store.close()
    ctx.store.folder = None  # nothing is backed up or kept on the way out
    try:
        with waiting():
            text, hint = act(folder), "程序现在关闭，请重新打开。"
    except Problem as error:
        text, hint = error.text, f"{error.hint}程序现在关闭，请重新打开。"
    box = _box(ctx, parent, text, hint)
    box.addButton("关闭程序", QMessageBox.ButtonRole.AcceptRole)
    box.finished.connect(lambda _code: QApplication.exit(0))
    box.open()


def _box(_ctx: Context, parent: QWidget, text: str, more: str) -> QMessageBox:
    box = QMessageBox(QMessageBox.Icon.Information, "下沉纪实", text, parent=parent)
    box.setInformativeText(more)
    box.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    return box
