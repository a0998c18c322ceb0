"""历史: every step, newest first; one opened shows before and after, and can be taken back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton, QSplitter, QVBoxLayout

from core.base.errors import Refused
from core.history_of import subjects
from core.roster.people import find_people
from core.roster.queries import cadre_page
from core.store import Store, UndoResult
from core.store.history import KeptRow, Step
from core.words import RowWords, lines_of, reason_words, row_label, step_words
from ui.context import Context
from ui.kit import theme
from ui.kit.command import Command
from ui.kit.dialogs import TextDialog
from ui.kit.filters import FilterBar
from ui.kit.page import Page
from ui.kit.perform import redo, undo
from ui.kit.person_picker import PersonPicker
from ui.kit.rows import RowsModel
from ui.kit.table import TableView
from ui.pages.history_detail import StepPanel
from ui.pages.history_record import put_back_line
from ui.pages.history_rows import FIELDS, history_columns, history_lists, history_source

ONLY_UNTOUCHED = "只撤销未改动的部分"


class HistoryPage(Page):
    """The list left, the step opened at the right."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        theme.role(self, "page")
        store = ctx.store
        self.filters = FilterBar(
            FIELDS, history_lists(store), "history", store.local, search_hint="做了什么，如“导入”", parent=self
        )
        self.person = PersonPicker(lambda text: find_people(store, text))
        self.person.setAccessibleName("只看某个人")
        self.person.setPlaceholderText("只看某个人：工号或姓名")
        self.person.setClearButtonEnabled(True)
        self.person.setMinimumWidth(theme.px(200))
        self.filters.add_widget(self.person)
        self._record: tuple[str, str] | None = None
        self.record = theme.role(QPushButton(), "pick")
        self.record.setToolTip("点一下看全部历史")
        self.record.clicked.connect(lambda: self.apply_filter())
        self.record.hide()
        self.filters.add_widget(self.record)
        self.model = RowsModel(history_source(store), history_columns(), ctx.tasks)
        self.table = TableView(self.model, "history", store.local, frozen=2)
        self.table.set_empty("这里会列出做过的每一步改动。现在还没有改动。")
        self.panel = StepPanel()
        self.panel.hide()
        self._shown = 0
        self._wanted = True  # Esc closes the step until Enter opens one again
        self._lay_out()
        self._wire()
        self.setFocusProxy(self.table)

    # -- what the window asks

    def commands(self) -> list[Command]:
        """Undo the step in view, redo."""
        step = self.current()
        why = "先在列表中选一步。" if step is None else self._why_not(step)
        nothing = "" if self.ctx.store.redo_candidate() else "没有可以重做的步骤。"
        return [
            Command("undo_step", "撤销此步", self.undo_step, icon="undo", disabled=why),
            Command("redo_step", "重做", self.redo_step, icon="redo", disabled=nothing),
            Command("put_back", "改回原样", self.put_back, icon="undo", disabled=self._no_line(), in_bar=False),
            Command("refresh", "刷新", lambda: self.reload(frozenset()), icon="refresh", in_bar=False),
        ]

    def reload(self, tables: frozenset[str]) -> None:
        """The list again; the step in view stays."""
        self.table.load(self._where())
        self._show(self.table.current_uid())
        self.commands_changed.emit()

    def footer(self) -> str:
        """How many steps are shown."""
        return f"{self.model.rowCount():,} 步" if self.model.complete else ""

    def open_record(self, uid: str) -> None:
        """A step by its number, or the steps of a person by uid."""
        if uid.isdigit() and len(uid) < 20:
            self.table.select(uid)
            self._open(uid)
        else:
            self.apply_filter(person=uid)

    def apply_filter(self, **filter: Any) -> None:
        """Another page asks: person (or cadre_uid), record (table, uid), table, search, step."""
        uid = str(filter.get("person") or filter.get("cadre_uid") or "")
        found = cadre_page(self.ctx.store, [uid]) if uid else []
        self.person.set_row(found[0] if found else None)
        self._show_record(filter.get("record"))
        where = [["table", "=", str(filter["table"])]] if filter.get("table") else []
        self.filters.set_value({"search": str(filter.get("search") or ""), "where": where}, tell=False)
        self._load()
        if step := filter.get("step"):
            self.open_record(str(step))

    def escape(self) -> bool:
        """Esc closes the step."""
        if self.panel.isHidden():
            return False
        self._wanted = False
        self.panel.hide()
        self.table.focus()
        return True

    # -- acts

    def current(self) -> Step | None:
        """The step of the current line."""
        uid = self.table.current_uid()
        return self._step(uid) if uid else None

    def undo_step(self) -> None:
        """Take the whole step back; if later changes are in the way, offer the part nobody touched."""
        step = self.current()
        if step is None or self._why_not(step):
            return

        def offer(error: Refused) -> None:
            self.ctx.messages.ask(
                error.text,
                f"可以{ONLY_UNTOUCHED}：后来改过的内容保持现在的样子，并列出来。",
                ONLY_UNTOUCHED,
                lambda: self._undo_part(step),
                self,
            )

        undo(self.ctx, step.seq, parent=self, refused=offer)

    def redo_step(self) -> None:
        """Do again what was last taken back."""
        redo(self.ctx, self)

    def put_back(self) -> None:
        """The chosen field or record as it was before the step in view."""
        if line := self.panel.current_line():
            put_back_line(self.ctx, self, line)

    def _no_line(self) -> str:
        if self.panel.isHidden() or self.panel.current_line() is None:
            return "先打开一步，在右边选一项修改或一条删除的记录。"
        return ""

    def _undo_part(self, step: Step) -> None:
        def tell(result: UndoResult) -> None:
            if result.kept:
                TextDialog("保持不变的内容", self._kept_words(step, result.kept), self).open()

        undo(self.ctx, step.seq, partial=True, parent=self, then=tell, ask=False)

    def _kept_words(self, step: Step, kept: tuple[KeptRow, ...]) -> str:
        lines = [
            f"{row_label(self.ctx.store, one.table, one.uid)}：{reason_words(one.table, one.reason)}" for one in kept
        ]
        return f"“{step.label}”已撤销，下面 {len(kept)} 条保持现在的样子：\n\n" + "\n".join(lines)

    # -- inside

    def _step(self, uid: str) -> Step | None:
        found = self.ctx.store.steps(1, where="h.seq = ?", params=(int(uid),))
        return found[0] if found else None

    def _why_not(self, step: Step) -> str:
        if step.undone:
            return f"这一步已经撤销过了{'，可以用“重做”恢复' if self.ctx.store.redo_candidate() else ''}。"
        if step.lasting:  # settings, minimums and lists of a new ledger: nothing works without them
            return "建立台账这一步不能撤销。"
        return "这一步本身就是撤销，可以用“重做”恢复。" if step.undoes is not None else ""

    def _where(self) -> dict[str, Any]:
        return {**self.filters.value(), "person": self.person.uid(), "record": self._record}

    def _show_record(self, record: Any) -> None:
        self._record = tuple(record) if record else None
        self.record.setVisible(self._record is not None)
        if self._record is not None:
            self.record.setText(f"只看：{row_label(self.ctx.store, *self._record)}　✕")

    def _load(self) -> None:
        self.table.load(self._where())
        self.commands_changed.emit()

    def _open(self, uid: str) -> None:
        self._wanted = True
        self._show(uid)

    def _current_changed(self, uid: str) -> None:
        self.commands_changed.emit()
        self._show(uid)

    def _show(self, uid: str) -> None:
        step = self._step(uid) if uid and self._wanted else None
        self.panel.setVisible(step is not None)
        if step is None:
            return
        candidate = self.ctx.store.redo_candidate()
        can_redo = candidate is not None and candidate.seq in (step.seq, self._undone_by(step))
        about = subjects(self.ctx.store, [step.seq])[step.seq]
        self.panel.show_step(step, about, not self._why_not(step), can_redo)
        self._shown = step.seq

        def read(store: Store, _progress: object) -> tuple[list[RowWords], int]:
            changes = store.step_changes(step.seq)
            return step_words(store, changes, mask=True), lines_of(changes)

        self.ctx.tasks.run("读取改动", read, lambda found: self._show_rows(step.seq, *found), owner=self, quiet=True)

    def _undone_by(self, step: Step) -> int:
        return int(self.ctx.store.value("SELECT undone_by FROM history WHERE seq = ?", (step.seq,)) or 0)

    def _show_rows(self, seq: int, rows: list[RowWords], total: int) -> None:
        if seq == self._shown:
            self.panel.show_rows(rows, total)

    def _lay_out(self) -> None:
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.table)
        split.addWidget(self.panel)
        split.setStretchFactor(0, 11)
        split.setStretchFactor(1, 9)
        split.setSizes([1100, 900])
        split.setChildrenCollapsible(False)
        split.setHandleWidth(theme.px(12))
        split.setStyleSheet("QSplitter::handle { background: transparent; }")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        column.addWidget(self.filters)
        column.addWidget(split, 1)

    def _wire(self) -> None:
        self.filters.changed.connect(lambda _value: self._load())
        self.person.picked.connect(lambda _row: self._load())
        self.person.textChanged.connect(lambda text: self._load() if not text else None)
        self.table.opened.connect(self._open)
        self.table.current_changed.connect(self._current_changed)
        self.table.loaded.connect(lambda *_: self.footer_changed.emit())
        self.table.said.connect(lambda words: self.ctx.messages.say(words, "info"))
        self.table.clear_filter_wanted.connect(
            lambda: (self.person.set_row(None), self._show_record(None), self.filters.clear())
        )
        self.panel.undo_wanted.connect(lambda _seq: self.undo_step())
        self.panel.redo_wanted.connect(self.redo_step)
        self.panel.back_wanted.connect(lambda line: put_back_line(self.ctx, self, line))
        self.panel.picked.connect(self.commands_changed)
        self.panel.closed.connect(self.escape)
