"""带出…: for whom, which part, with phones or not, where to; then the opening code, shown only now, and the 交接单."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QScrollArea,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from core.base.errors import InvalidInput
from core.exchange.checkout import check_out
from core.exchange.model import PEER, CheckedOut, CheckoutAsk
from core.exchange.scope import Scope, left_out_of, personal_words
from core.store import Store
from ui.context import Context
from ui.kit import theme
from ui.kit.check_list import CheckList
from ui.kit.flow import FlowLayout
from ui.kit.form import Form
from ui.kit.labels import rule, words
from ui.kit.operator_name import ask_once
from ui.kit.saving import with_folder
from ui.kit.tasks import Task
from ui.pages.exchange_given import GivenPart
from ui.pages.exchange_parts import FolderLine, WorkLine, grid_options, unit_options

FOLDER = "exchange.folder"
ASKED = ("name", "kind", "holder", "holder_phone", "due_on", "note")
SCOPES = (("all", "全部"), ("units", "选定的单位"), ("grids", "选定的网格"))
FORM_KEYS = frozenset(ASKED)


class CheckoutDialog(QDialog):
    """One window: the order, the work, and what came of it. `given` is set once the copy is there."""

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.ctx = ctx
        self.given: CheckedOut | None = None
        self.part: GivenPart | None = None
        self._task: Task | None = None
        self._shown_scope = ""
        self.setWindowTitle("带出")
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.form = Form([PEER.field(key) for key in ASKED])
        self.form.load({"kind": "LAPTOP"})
        self.scopes = {code: QRadioButton(text) for code, text in SCOPES}
        self.units = CheckList("要带出的单位", "人", unit_options(ctx.store))
        self.grids = CheckList("要带出的网格", "人", grid_options(ctx.store))
        self.phones, self.photos = QCheckBox("带手机号码"), QCheckBox("带照片")
        self.folder = FolderLine(ctx.settings, FOLDER, "写到哪里")
        self.says = words("")
        self.fault = words("", "bad")
        self.work = WorkLine()
        self.go = theme.role(QPushButton("带出"), "primary")
        self.stack = QStackedWidget()
        self._lay_out()
        self._wire()
        self.scopes["all"].setChecked(True)
        self._say()

    # -- what is asked for

    @property
    def scope(self) -> str:
        """all, units or grids."""
        return next(code for code, button in self.scopes.items() if button.isChecked())

    def order(self) -> CheckoutAsk:
        """What was filled in."""
        values = {key: str(value or "") for key, value in self.form.values().items()}
        return CheckoutAsk(
            **values,
            units=self.units.uids() if self.scope == "units" else (),
            grids=self.grids.uids() if self.scope == "grids" else (),
            phones=self.phones.isChecked(),
            photos=self.photos.isChecked(),
        )

    def people(self) -> int:
        """How many people the copy will hold."""
        asked = self.order()
        if self.scope == "all":
            return int(self.ctx.store.value("SELECT count(*) FROM cadre"))
        return len(Scope(self.ctx.store, frozenset(asked.units), frozenset(asked.grids), frozenset()).people_now())

    # -- acts

    def start(self) -> None:
        """带出: on the worker, with progress."""
        folder = self.folder.path()
        if fault := self._fault(folder):
            self._show_fault(fault)
            return
        self._show_fault("")
        with_folder(self.ctx.messages, Path(folder), lambda: self._write_to(folder), self)

    def _write_to(self, folder: str) -> None:
        asked = self.order()
        ask_once(self.ctx, self)

        def work(store: Store, progress: Any) -> CheckedOut:
            return check_out(store, asked, Path(folder), progress=progress)

        self._busy(True)
        self._task = self.ctx.tasks.run(f"带出{asked.name}", work, self._done, self._failed, owner=self)
        self.work.follow(self._task, "正在做带出的数据，请稍候。")

    def reject(self) -> None:
        """取消 stops the work first; the code is not lost by a slip."""
        if self._task is not None:
            self._task.cancel()
            self._task = None
            self._busy(False)
        elif self.part is None or self.part.may_close():
            super().reject()

    # -- inside

    def _fault(self, folder: str) -> str:
        if self.scope == "units" and not self.units.uids():
            return "请勾选要带出的单位。"
        if self.scope == "grids" and not self.grids.uids():
            return "请勾选要带出的网格。"
        return "" if folder else "请选择写到哪个文件夹，例如 U 盘。"

    def _done(self, given: CheckedOut) -> None:
        self._task, self.given = None, given
        self.folder.keep()
        self.ctx.refresher.announce(frozenset({"peer", "packet", "peer_cadre"}))
        self.part = part = GivenPart(self.ctx, given, self.order().name)
        part.closed.connect(self.accept)
        self.stack.addWidget(part)
        self.stack.setCurrentWidget(part)
        part.focus()

    def _failed(self, error: Exception) -> None:
        self._task = None
        self._busy(False)
        if not isinstance(error, InvalidInput):
            self.ctx.messages.failure(error, self)
            return
        self.form.show_errors({key: text for key, text in error.fields.items() if key in FORM_KEYS})
        self._show_fault("".join(text for key, text in error.fields.items() if key not in FORM_KEYS))
        if wrong := next((key for key in ASKED if key in error.fields), ""):
            self.form.focus(wrong)

    def _busy(self, on: bool) -> None:
        self.work.setVisible(on)
        for widget in (self.form, self.go, self.folder, self.units, self.grids, self.phones, self.photos):
            widget.setEnabled(not on)
        for button in self.scopes.values():
            button.setEnabled(not on)
        if not on:
            self._follow_kind()

    def _show_fault(self, text: str) -> None:
        self.fault.setText(text)
        self.fault.setVisible(bool(text))

    def _follow_kind(self) -> None:
        """A desk in the office gets everything; a unit gets its own part."""
        kind = self.form.values().get("kind")
        desk = kind == "DESK"
        for code, button in self.scopes.items():
            button.setEnabled(not desk or code == "all")
        if desk:
            self.scopes["all"].setChecked(True)
        elif kind == "UNIT" and self.scope == "all":
            self.scopes["units"].setChecked(True)
        for box in (self.phones, self.photos):
            box.setEnabled(not desk)
            if desk:
                box.setChecked(True)
        self._say()

    def _say(self) -> None:
        """What the copy will hold, before it is made."""
        if self.scope != self._shown_scope:
            self._shown_scope = self.scope
            self.units.setVisible(self.scope == "units")
            self.grids.setVisible(self.scope == "grids")
            self._fit()
        asked = self.order()
        left_out = left_out_of(asked.kind, phones=asked.phones, photos=asked.photos)
        held = personal_words(left_out, photos=asked.photos or asked.kind == "DESK")
        self.says.setText(
            f"这份数据将有 {self.people():,} 人的信息，{held}。文件是加密的，用带出后显示的开启码才能打开。"
        )

    def _wire(self) -> None:
        group = QButtonGroup(self)
        for button in self.scopes.values():
            group.addButton(button)
            button.toggled.connect(lambda on: self._say() if on else None)
        for part in (self.units, self.grids):
            part.changed.connect(self._say)
        for box in (self.phones, self.photos):
            box.toggled.connect(lambda _on: self._say())
        self.form.changed.connect(self._follow_kind)
        self.form.submitted.connect(lambda _values: self.start())
        self.form.cancelled.connect(self.reject)
        self.go.clicked.connect(self.form.submit)

    def _lay_out(self) -> None:
        inner = QWidget()
        column = QVBoxLayout(inner)
        column.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(4))
        column.setSpacing(theme.px(10))
        for widget in (
            self.form,
            rule(),
            self._range_row(),
            self.units,
            self.grids,
            self.folder,
            self.says,
            self.fault,
        ):
            column.addWidget(widget)
        column.addStretch(1)
        for part in (self.units, self.grids):
            part.setMinimumHeight(theme.px(170))
            column.setStretchFactor(part, 9)
        self.fault.hide()
        self.work.hide()
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        area.setWidget(inner)
        asked = QWidget()
        outer = QVBoxLayout(asked)
        outer.setContentsMargins(0, 0, 0, theme.px(14))
        outer.setSpacing(theme.px(10))
        outer.addWidget(area, 1)
        for widget in (rule(), self.says, self.fault):
            widget.setContentsMargins(theme.px(18), 0, theme.px(18), 0)
            outer.addWidget(widget)
        outer.addLayout(self._foot())
        self.stack.addWidget(asked)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.stack)

    def _range_row(self) -> QWidget:
        host = QWidget()
        row = FlowLayout(host, spacing=theme.px(12))
        row.addWidget(theme.role(QLabel("带出哪些"), "section"))
        for button in self.scopes.values():
            row.addWidget(button)
        for box in (self.phones, self.photos):
            row.addWidget(box)
        return host

    def _foot(self) -> QHBoxLayout:
        foot = QHBoxLayout()
        foot.setContentsMargins(theme.px(18), 0, theme.px(18), 0)
        foot.addWidget(self.work, 1)
        foot.addStretch(1)
        back = QPushButton("取消")
        back.setToolTip("Esc")
        back.clicked.connect(self.reject)
        self.go.setToolTip("Ctrl+Enter")
        for button in (self.go, back):
            button.setAutoDefault(False)
            foot.addWidget(button)
        return foot

    def _fit(self) -> None:
        """With a list to tick it is higher."""
        room = self.screen().availableSize()
        high = 340 if self.scope == "all" else 620
        self.resize(min(theme.px(760), room.width()), min(theme.px(high), round(room.height() * 0.92)))

    def showEvent(self, event: Any) -> None:
        """The keyboard starts in the name."""
        super().showEvent(event)
        if self.given is None:
            self.form.focus("name")
