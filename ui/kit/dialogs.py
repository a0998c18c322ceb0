"""Small dialogs, opened without blocking: a form, a long text, names pasted from Excel.

Asking before what undo cannot bring back is `ctx.messages.ask`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Protocol

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtGui import QGuiApplication, QKeyEvent
from PySide6.QtWidgets import (
    QComboBox,
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from core.base.fields import Field
from ui.kit import theme
from ui.kit.columns import Row, cell
from ui.kit.drafts import Local
from ui.kit.editors import Lists
from ui.kit.form import Form, Groups, no_lists


class FormDialog(QDialog):
    """A form in a window. `accepted_values(values)`: write, then `done_saving()`; or `form.show_errors(…)`."""

    accepted_values = Signal(object)

    def __init__(
        self,
        title: str,
        spec_fields: Sequence[Field],
        lists: Lists = no_lists,
        parent: QWidget | None = None,
        *,
        verb: str = "保存",
        intro: str = "",
        draft_key: str = "",
        local: Local | None = None,
        groups: Groups = (),
        values: Mapping[str, Any] | None = None,
        checks: Mapping[str, Callable[[Any], str]] | None = None,
        editors: Mapping[str, Any] | None = None,
        danger: bool = False,
    ) -> None:
        """`danger`: Enter goes through the fields to the button and no further; Space, Ctrl+Enter or a click does it."""
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = Form(spec_fields, lists, draft_key, local, groups=groups, checks=checks, editors=editors)
        if values is not None:
            self.form.load(values)
        self.form.submitted.connect(self.accepted_values)
        self.form.cancelled.connect(self.reject)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        column.setSpacing(theme.px(12))
        self._said = theme.role(QLabel(intro, wordWrap=True), "sub") if intro else None
        if self._said is not None:
            column.addWidget(self._said)
        column.addWidget(self.form.in_scroll(), 1)
        buttons = QDialogButtonBox()
        self.save = theme.role(buttons.addButton(verb, QDialogButtonBox.ButtonRole.AcceptRole), "primary")
        self.save.setToolTip("Ctrl+Enter")
        self.form.enter_submits = not danger
        self.form.ended.connect(self.save.setFocus)
        buttons.addButton("取消", QDialogButtonBox.ButtonRole.RejectRole)
        for button in buttons.buttons():
            button.setAutoDefault(False)
        buttons.accepted.connect(self.form.submit)
        buttons.rejected.connect(self.reject)
        column.addWidget(buttons)
        self._fit(column, buttons, theme.px(780 if len(spec_fields) > 8 else 480))

    def _fit(self, column: QVBoxLayout, buttons: QWidget, width: int) -> None:
        inner = width - theme.px(40)
        said = 0
        if self._said is not None:
            said = self._said.heightForWidth(inner) + column.spacing()
            self._said.setMinimumHeight(self._said.heightForWidth(inner))  # the form's scroll area would take its room
        around = 2 * theme.px(16) + column.spacing() + buttons.sizeHint().height() + said
        wanted = self.form.height_at(inner) + around + theme.px(4)
        self.resize(width, min(wanted, round(self.screen().availableSize().height() * 0.9)))

    def done_saving(self) -> None:
        """It is in the ledger: the draft goes, the window closes."""
        self.form.mark_saved()
        self.accept()

    def showEvent(self, event: Any) -> None:
        """The keyboard starts in the first field."""
        super().showEvent(event)
        if not self.form.enter_submits:  # the box of buttons has just made its first one the default
            self.save.setDefault(False)
        QTimer.singleShot(0, self.form, self.form.focus)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter is meant on the buttons too."""
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held:
            self.form.submit()
        else:
            super().keyPressEvent(event)

    def done(self, result: int) -> None:
        """What was typed and not saved stays as a draft."""
        self.form.drafts.flush()
        super().done(result)


class TextDialog(QDialog):
    """A long text to read and copy."""

    def __init__(self, title: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.view = QPlainTextEdit(text, readOnly=True)
        self.view.setAccessibleName(title)
        copy, close = QPushButton("复制全部"), theme.role(QPushButton("关闭"), "primary")
        copy.clicked.connect(lambda: QGuiApplication.clipboard().setText(text))
        close.clicked.connect(self.accept)
        foot = QHBoxLayout()
        foot.addWidget(copy)
        foot.addStretch(1)
        foot.addWidget(close)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(16), theme.px(16), theme.px(16))
        column.setSpacing(theme.px(12))
        column.addWidget(self.view, 1)
        column.addLayout(foot)
        self.resize(theme.px(680), theme.px(480))


class Resolved(Protocol):
    """One pasted line: what it was, the person meant (uid), or those it may be."""

    text: str
    people: Sequence[Row]

    @property
    def uid(self) -> str:
        """The person's uid, '' unless exactly one is meant."""


class PasteBox(QWidget):
    """Names or 工号 pasted from Excel; who was found, who may be meant, who was not found stands at once beside it."""

    changed = Signal()
    submitted = Signal()  # Ctrl+Enter

    def __init__(self, resolve: Callable[[str], Sequence[Resolved]], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._resolve = resolve
        self._lines: list[Resolved] = []
        self._settled: dict[str, str] = {}  # pasted text -> uid chosen among several
        self._keep: Callable[[str], object] = lambda _text: None
        self.edit = QPlainTextEdit(placeholderText="从 Excel 粘贴姓名或工号，一行一人")
        self.edit.setAccessibleName("粘贴姓名或工号")
        self.edit.setTabChangesFocus(True)
        self.summary = theme.role(QLabel(wordWrap=True), "sub")
        self.table = QTableWidget(0, 2)
        self._dress_table()
        row = QHBoxLayout()
        row.setSpacing(theme.px(12))
        row.addWidget(self.edit, 2)
        row.addWidget(self.table, 3)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(row, 1)
        column.addWidget(self.summary)
        self._timer = QTimer(self, singleShot=True, interval=250)
        self._timer.timeout.connect(self.read)
        self.edit.textChanged.connect(self._timer.start)
        self.read()

    def uids(self) -> list[str]:
        """Those who are certain, each once."""
        self._read_if_waiting()
        found = [line.uid or self._settled.get(line.text, "") for line in self._lines]
        return list(dict.fromkeys(uid for uid in found if uid))

    def open_lines(self) -> list[str]:
        """Pasted lines that name nobody yet."""
        self._read_if_waiting()
        return [line.text for line in self._lines if not line.uid and line.text not in self._settled]

    def set_text(self, text: str) -> None:
        """Put text, as if pasted."""
        self.edit.setPlainText(text)
        self.read()

    def keep_in(self, local: Local, key: str) -> bool:
        """Keep what is pasted until `forget`: closing the dialog loses nothing. True if there was something to bring back."""
        self._keep = lambda text: local.put(key, text) if text.strip() else local.delete(key)
        text = str(local.get(key) or "")
        if text and not self.edit.toPlainText():
            self.set_text(text)
            return True
        return False

    def forget(self) -> None:
        """What was pasted has been used."""
        self._keep("")

    def settle(self, text: str, uid: str) -> None:
        """Say which of several of a name is meant."""
        self._settled[text] = uid
        self._show()

    def read(self) -> None:
        """Look everybody up now."""
        self._timer.stop()
        text = self.edit.toPlainText()
        self._lines = list(self._resolve(text)) if text.strip() else []
        self._keep(text)
        self._show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Ctrl+Enter: done."""
        held = event.modifiers() & Qt.KeyboardModifier.ControlModifier
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and held:
            self._read_if_waiting()
            self.submitted.emit()
        else:
            super().keyPressEvent(event)

    def _read_if_waiting(self) -> None:
        if self._timer.isActive():
            self.read()

    def _dress_table(self) -> None:
        self.table.setAccessibleName("查到的人")
        self.table.setHorizontalHeaderLabels(["粘贴的内容", "查到"])
        self.table.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.ResizeToContents)
        self.table.horizontalHeader().setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.table.horizontalHeader().setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        self.table.verticalHeader().hide()
        self.table.verticalHeader().setDefaultSectionSize(theme.row_height())
        self.table.setShowGrid(False)
        theme.role(self.table, "list")
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setSelectionMode(QTableWidget.SelectionMode.NoSelection)

    def _show(self) -> None:
        # whoever needs a look comes first
        lines = sorted(self._lines, key=lambda line: bool(line.uid or line.text in self._settled))
        self.table.setRowCount(len(lines))
        for row, line in enumerate(lines):
            self.table.removeCellWidget(row, 1)
            self.table.setItem(row, 0, QTableWidgetItem(line.text))
            item = QTableWidgetItem(self._answer(line))
            item.setForeground(theme.color(self._tone(line)))
            self.table.setItem(row, 1, item)
            if len(line.people) > 1 and not line.uid:
                self.table.setCellWidget(row, 1, self._chooser(line))
        count, rest = len(self.uids()), len(self.open_lines())
        parts = [f"查到 {count} 人"] + ([f"还有 {rest} 行要处理，处理完才会计入"] if rest else [])
        self.summary.setText("，".join(parts) + "。" if self._lines else "")
        theme.role(self.summary, "warn" if rest else "sub")
        self.changed.emit()

    def _answer(self, line: Resolved) -> str:
        if line.uid:
            person = line.people[0]
            return f"{cell(person, 'name')}  {cell(person, 'unit') or ''}  {cell(person, 'staff_no') or ''}".strip()
        return "有几位同名，请选定" if line.people else "没有找到，请核对姓名或工号"

    def _tone(self, line: Resolved) -> str:
        return "text" if line.uid else "warn" if line.people else "bad"

    def _chooser(self, line: Resolved) -> QWidget:
        box = QComboBox()
        box.setAccessibleName(f"{line.text}是哪一位")
        box.addItem("有几位同名，请选定", "")
        for person in line.people:
            words = f"{cell(person, 'name')}  {cell(person, 'unit') or ''}  {cell(person, 'staff_no') or ''}"
            box.addItem(words, cell(person, "uid"))
        box.setCurrentIndex(max(box.findData(self._settled.get(line.text, "")), 0))
        box.activated.connect(lambda _at: self.settle(line.text, str(box.currentData())))
        return box
