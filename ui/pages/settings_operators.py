"""设置 · 经办人: who works with this ledger and as what, when it locks by itself, and who looked at which numbers."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QSpinBox, QTableWidgetItem, QVBoxLayout, QWidget

from core import operators as ops
from core.base.dates import format_date, format_stamp
from core.base.errors import Problem
from core.base.fields import Field
from core.base.rights import ROLE_LABEL, Right, Role, acts_of
from core.looks import looks
from core.store import Row, windows_account
from ui.context import Context
from ui.kit import theme
from ui.kit.dialogs import FormDialog
from ui.kit.labels import words
from ui.kit.perform import perform
from ui.pages.settings_parts import Section, button, heading, plain_table, row_of
from ui.shell.lock import DEFAULT_MINUTES, MINUTES
from ui.shell.passphrase import NewPassphrase

LOOKS_SHOWN = 200
LONGEST = 240  # minutes
_ROLES = "；".join(f"{label}：{acts_of(role)}" for role, label in ROLE_LABEL.items())
_SECRET = Field("passphrase", "口令", required=True)


class OperatorsSection(Section):
    """Without operators the name is only a name; with them each has a passphrase and a role."""

    title = "经办人"
    intro = "每一步改动都记下是谁做的。给每人设自己的口令和权限以后，打开台账时写姓名和自己的口令。"
    icon = "person"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._rows: list[Row] = []
        self._free_name()
        self._list()
        self._locking()
        self.column.addWidget(heading("谁看过隐去的号码"))
        self.looks = plain_table("查看记录", ["时间", "经办人", "看了什么"])
        self.looks.setMinimumHeight(theme.px(150))
        self.column.addWidget(self.looks)
        self.column.addStretch(1)

    def reload(self) -> None:
        """Names, list and looks as they are now."""
        store = self.ctx.store
        kept, self._rows = self.table.currentRow(), ops.operators(store, left=True)
        without = ops.without_passphrase(store)
        self.table.setRowCount(len(self._rows))
        for at, row in enumerate(self._rows):
            state = (
                f"{format_date(row['left_on'])}离岗" if row["left_on"] else "没有口令" if row["uid"] in without else ""
            )
            me = "（您）" if store.login and row["login_id"] == store.login else ""
            for column, text in enumerate((f"{row['name']}{me}", ROLE_LABEL[row["role"]], state, row["note"])):
                self.table.setItem(at, column, QTableWidgetItem(text))
        if self._rows:
            self.table.setCurrentCell(min(max(kept, 0), len(self._rows) - 1), 0)
        self.free.setVisible(not any(not row["left_on"] for row in self._rows) and not store.login)
        self._fill_names()
        self._fill_looks()
        self.minutes.setValue(int(self.ctx.settings.get(MINUTES, DEFAULT_MINUTES)))
        self._fit()

    @property
    def dirty(self) -> bool:
        """Another name is typed."""
        return not self.free.isHidden() and self.name.currentText().strip() != self.ctx.store.operator

    # -- acts

    def save(self) -> None:
        """From now on the steps carry this name."""
        name = self.name.currentText().strip()
        if not name:
            self._say("请填写操作员的姓名。", "bad")
            return
        self.ctx.store.operator = name
        self.ctx.settings.put("operator", name)
        self._say(f"从现在起，改动记在“{name}”名下。", "ok")

    def add(self) -> FormDialog:
        """新增经办人."""
        fields = [ops.OPERATOR.field("name"), ops.OPERATOR.field("role"), _SECRET, ops.OPERATOR.field("note")]
        intro = f"{_ROLES}。口令请本人输入。"
        return self._ask("新增经办人", fields, {"role": Role.ENTRY}, intro, self._added)

    def change_role(self) -> FormDialog | None:
        """Another role or note."""
        row = self.current()
        if row is None:
            return None
        fields = [ops.OPERATOR.field("role"), ops.OPERATOR.field("note")]

        def write(dialog: FormDialog, values: dict[str, Any]) -> bool:
            label = f"修改经办人{row['name']}的权限"
            return self._write(dialog, label, ops.change_operator, row["uid"], values)

        return self._ask(f"{row['name']}的权限", fields, row, f"{_ROLES}。", write)

    def reset_passphrase(self) -> FormDialog | None:
        """Another passphrase for the chosen one."""
        row = self.current()
        if row is None:
            return None

        def write(dialog: FormDialog, values: dict[str, Any]) -> bool:
            label = f"重设经办人{row['name']}的口令"
            done = f"已重设{row['name']}的口令。"
            op = ops.set_passphrase
            return self._write(dialog, label, op, self.ctx.store, row["uid"], values["passphrase"], done=done)

        return self._ask(
            f"重设{row['name']}的口令", [_SECRET], {}, "请本人输入。以前做的备份仍用当时的口令打开。", write
        )

    def leave(self) -> None:
        """He works here no longer."""
        if (row := self.current()) is None:
            return
        hint = "他的口令从此打不开台账；他做过的每一步仍记在他名下。撤销这一步后要重设口令才能再打开。"

        def act() -> None:
            perform(self.ctx, f"经办人{row['name']}离岗", ops.leave_operator, self.ctx.store, row["uid"], parent=self)

        self.ctx.messages.ask(f"让{row['name']}离岗吗？", hint, "离岗", act, self)

    def current(self) -> Row | None:
        """The chosen operator."""
        at = self.table.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    # -- inside

    def _added(self, dialog: FormDialog, values: dict[str, Any]) -> bool:
        secret = values.pop("passphrase")
        return self._write(dialog, f"新增经办人{values['name']}", ops.add_operator, self.ctx.store, values, secret)

    def _ask(
        self,
        title: str,
        fields: list[Field],
        values: Any,
        intro: str,
        write: Callable[[FormDialog, dict[str, Any]], bool],
    ) -> FormDialog:
        editors = {"passphrase": SecretPair()} if _SECRET in fields else {}
        dialog = FormDialog(title, fields, parent=self, intro=intro, values=values, editors=editors)

        def save(given: dict[str, Any]) -> None:
            if write(dialog, given):
                dialog.done_saving()

        dialog.accepted_values.connect(save)
        dialog.open()
        return dialog

    def _write(self, dialog: FormDialog, label: str, op: Callable[..., Any], *args: Any, done: str = "") -> bool:
        return perform(self.ctx, label, op, *args, form=dialog.form, parent=dialog, done=done) is not None

    def _fill_names(self) -> None:
        sql = "SELECT DISTINCT operator FROM history WHERE operator <> '' ORDER BY 1"
        self.name.clear()
        self.name.addItems([row[0] for row in self.ctx.store.tuples(sql)])
        self.name.setEditText(self.ctx.store.operator)

    def _fill_looks(self) -> None:
        found = looks(self.ctx.store, LOOKS_SHOWN)
        self.looks.setRowCount(len(found))
        for at, one in enumerate(found):
            for column, text in enumerate((format_stamp(one["at"]), one["operator"], one["what"])):
                self.looks.setItem(at, column, QTableWidgetItem(text))

    def _fit(self) -> None:
        deny, row = self.ctx.why_not(Right.OPERATORS), self.current()
        here = row is not None and not row["left_on"]
        for act, able in ((self.add_button, True), *((one, here) for one in self.on_one)):
            act.setEnabled(able and not deny)
            act.setToolTip(deny)
        self.denied.setText(deny)
        self.denied.setVisible(bool(deny))

    def _keep_account(self, on: bool) -> None:
        try:
            (ops.remember_account if on else ops.forget_account)(self.ctx.store)
        except Problem as error:
            self.ctx.messages.problem(error, self)
            return
        self.ctx.messages.say("以后这个 Windows 账户不问口令就能打开。" if on else "以后打开要输入口令。", "info")

    def _say(self, text: str, tone: str) -> None:
        self.said.setText(text)
        theme.role(self.said, tone)

    # -- layout

    def _free_name(self) -> None:
        self.free = QWidget()
        self.name = QComboBox(editable=True)
        self.name.setAccessibleName("现在的经办人")
        self.name.setMinimumWidth(theme.px(240))
        self.name.lineEdit().setMaxLength(ops.LONGEST_NAME)
        self.name.lineEdit().returnPressed.connect(self.save)
        self.said = theme.role(QLabel(wordWrap=True), "sub")
        label = QLabel("现在的经办人")
        label.setBuddy(self.name)
        column = QVBoxLayout(self.free)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(6))
        column.addWidget(label)
        column.addLayout(row_of(self.name, button("保存", self.save, "primary", "check")))
        column.addWidget(self.said)
        self.column.addWidget(self.free)

    def _list(self) -> None:
        self.table = plain_table("经办人", ["姓名", "权限", "状态", "备注"])
        self.table.setMinimumHeight(theme.px(170))
        self.table.itemSelectionChanged.connect(self._fit)
        self.table.cellActivated.connect(lambda *_: self._fit() or (self.on_one[0].isEnabled() and self.change_role()))
        self.add_button = button("新增…", lambda: self.add(), picture="add")
        self.on_one = (
            button("改权限…", lambda: self.change_role(), picture="edit"),
            button("重设口令…", lambda: self.reset_passphrase(), picture="key"),
            button("离岗…", lambda: self.leave(), picture="void"),
        )
        self.denied = words("", "warn")
        self.column.addWidget(heading("有自己口令的经办人"))
        self.column.addWidget(self.denied)
        self.column.addWidget(self.table)
        self.column.addLayout(row_of(self.add_button, *self.on_one))
        self.column.addWidget(words("台账的总口令始终有管理权限，请由负责人保管。", "sub"))

    def _locking(self) -> None:
        self.minutes = QSpinBox(minimum=0, maximum=LONGEST, suffix=" 分钟", specialValueText="不自动锁定")
        self.minutes.setAccessibleName("没有人用多久后锁定")
        self.minutes.valueChanged.connect(lambda value: self.ctx.settings.put(MINUTES, value))
        self.column.addWidget(heading("没有人用时自动锁定"))
        self.column.addLayout(row_of(self.minutes, words("写到一半的内容都在。Ctrl+L 马上锁定。", "sub", wrap=False)))
        self.account = QCheckBox("这个 Windows 账户打开台账时不问口令")
        self.account.setVisible(bool(windows_account.account()))
        if windows_account.account() and self.ctx.store.folder is not None:
            self.account.setChecked(ops.account_offers(self.ctx.store.folder))
        self.account.toggled.connect(self._keep_account)
        self.column.addWidget(self.account)


class SecretPair(QWidget):
    """A new passphrase typed twice, as an editor of a form; never part of a draft."""

    edited = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.pair = NewPassphrase(lost="忘记时由管理人员重设。")
        self.pair.changed.connect(self.edited)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.pair)
        self.setFocusProxy(self.pair.first)

    def value(self) -> str:
        """The passphrase, '' until it can be used."""
        return self.pair.text

    def set_value(self, _value: object) -> None:
        """Nothing is ever put in."""
        self.pair.first.clear()
        self.pair.second.clear()

    def text(self) -> str:
        """For the draft: nothing."""
        return ""

    def setText(self, _text: str) -> None:
        """A draft has nothing to put back."""

    def problem(self) -> str:
        """Why it cannot be used."""
        return "" if self.pair.text or not self.pair.first.text() else self.pair.said.text()
