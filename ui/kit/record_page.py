"""The panel of the selected row: title, facts in sections (edited in place), the page's own parts, history with undo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from core.base.fields import Field, Kind
from core.base.masks import masked_fields
from ui.kit import icons, theme
from ui.kit.columns import Row, cell, field_text
from ui.kit.drafts import Local
from ui.kit.editors import Lists
from ui.kit.form import Form, no_lists
from ui.kit.history_list import HistoryLine, HistoryList
from ui.kit.messages import ask_which
from ui.kit.revealed import HIDE, KEY, SHOW, TIP, Revealed
from ui.kit.table import TableView

Save = Callable[[str, dict[str, Any], Form], bool]  # (uid, changed values, form for errors) -> True if written


class FactsSection(QFrame):
    """A titled block of facts. F2, double click or 修改 turns it into a form; Ctrl+Enter saves, Esc goes back."""

    saved = Signal()
    WIDE = (Kind.MEMO,)

    def __init__(
        self,
        title: str,
        spec_fields: Sequence[Field],
        lists: Lists = no_lists,
        save: Save | None = None,
        *,
        draft: str = "",
        local: Local | None = None,
        empty: bool = False,
        revealed: Revealed | None = None,
        table: str = "",
    ) -> None:
        """`save` None: read only. `empty` shows facts without a value too.

        `revealed` of records of `table`: who asks for a masked number, here or by editing it, is written down.
        """
        super().__init__()
        self.form: Form | None = None
        self._fields, self._lists, self._save = list(spec_fields), lists, save
        self._draft, self._local, self._empty = draft, local, empty
        self._revealed, self._table = revealed, table
        self._row: Row = {}
        self._uid, self._values = "", dict[QWidget, str]()
        self.title = theme.role(QLabel(title), "section")
        self.edit = theme.role(QPushButton("修改"), "link")
        self.edit.setToolTip("F2")
        self.edit.setAccessibleName(f"修改{title}")
        self.edit.clicked.connect(lambda: self.start())
        self.reveal = theme.role(QPushButton(SHOW), "link")
        self.reveal.setToolTip(f"{TIP}（{KEY}）")
        self.reveal.clicked.connect(lambda: self.show_numbers())
        self.reveal.hide()
        if revealed is not None:
            revealed.changed.connect(self._numbers_changed)
        if save is None:  # setVisible(True) before it has a parent would flash a window of its own
            self.edit.hide()
        head = QHBoxLayout()
        head.addWidget(self.title)
        head.addStretch(1)
        head.addWidget(self.reveal)
        head.addWidget(self.edit)
        self._body = QVBoxLayout()
        self._body.setContentsMargins(0, 0, 0, 0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(head)
        column.addLayout(self._body)
        self._facts: QWidget | None = None

    @property
    def is_editing(self) -> bool:
        """True while the form stands here."""
        return self.form is not None

    def show_row(self, uid: str, row: Row) -> None:
        """Show a record; a form for the same record stays open, and follows the ledger until something is typed."""
        if self.form is not None and self._uid == uid:
            if not self.form.is_dirty:
                self._row = row
                self.form.load({field.key: cell(row, field.key) for field in self._fields})
            return
        self.stop()
        self._uid, self._row = uid, row
        self._fill()

    def start(self, key: str = "") -> None:
        """Edit in place, beginning with the field `key`."""
        if self._save is None or self.form is not None:
            return
        if (asked := self._numbers()) and not (self._revealed and self._revealed.ask(self._table, self._uid, asked)):
            return
        draft = f"{self._draft}.{self._uid}" if self._draft else ""
        self.form = Form(self._fields, self._lists, draft, self._local, columns=1)
        self.form.load({field.key: cell(self._row, field.key) for field in self._fields})
        self.form.submitted.connect(lambda _values: self._write())
        self.form.cancelled.connect(self.stop)
        self._clear_facts()
        self.reveal.hide()
        self._body.addWidget(self.form)
        self._body.addWidget(self._buttons())
        self.edit.hide()
        self.form.show()  # a layout shows its widgets only in the next turn, too late for the keyboard
        QTimer.singleShot(0, self.form, lambda: self.form and self.form.focus(key))

    def stop(self) -> None:
        """Back to reading; what was typed stays as a draft."""
        if self.form is None:
            return
        self.form.drafts.flush() if self.form.is_dirty else self.form.drafts.clear()
        held = self.form.isAncestorOf(QApplication.focusWidget()) if QApplication.focusWidget() else False
        self.form = None
        self._clear_facts()
        self.edit.setVisible(self._save is not None)
        self._fill()
        if held:
            self.edit.setFocus()

    @property
    def is_dirty(self) -> bool:
        """True while something typed here is not saved."""
        return self.form is not None and self.form.is_dirty

    def save(self) -> bool:
        """Write what is typed, as 保存 does; False if it was refused and the form still stands."""
        if self.form is not None:
            self.form.submit()
        return self.form is None

    def discard(self) -> None:
        """Back to reading, and no draft of what was typed."""
        if self.form is not None:
            self.form.mark_saved()
        self.stop()

    def show_numbers(self, on: bool | None = None) -> None:
        """Show the masked numbers of this record, or hide them again (None: the other way round)."""
        if self._revealed is None or not (asked := self._numbers()):
            return
        if on or (on is None and not self._bare):
            self._revealed.ask(self._table, self._uid, asked)
        else:
            self._revealed.forget()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Edit the fact under the mouse."""
        child = self.childAt(event.position().toPoint())
        self.start(self._values.get(child, "") if child is not None else "")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """F2 edits."""
        if event.key() == Qt.Key.Key_F2:
            self.start()
        else:
            super().keyPressEvent(event)

    def _write(self) -> None:
        form = self.form
        if form is None or self._save is None:
            return
        changes = form.changes()
        if not changes or self._save(self._uid, changes, form):
            self.written(changes)

    def written(self, changes: Mapping[str, Any]) -> None:
        """The changes are in the ledger: back to reading. For a page that asked something more before it wrote."""
        if self.form is not None:
            self._row = {**_as_dict(self._row, self._fields), **changes}
            self.form.mark_saved()
            self.stop()
            self.saved.emit()

    def _buttons(self) -> QWidget:
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, theme.px(6), 0, 0)
        save, back = theme.role(QPushButton("保存"), "primary"), QPushButton("取消")
        save.setToolTip("Ctrl+Enter")
        back.setToolTip("Esc")
        save.clicked.connect(lambda: self.form and self.form.submit())
        back.clicked.connect(self.stop)
        row.addStretch(1)
        row.addWidget(save)
        row.addWidget(back)
        return host

    def _clear_facts(self) -> None:
        self._values = {}
        while self._body.count():
            widget = self._body.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()

    def _fill(self) -> None:
        self._clear_facts()
        host = QWidget()
        grid = QGridLayout(host)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(theme.px(12))
        grid.setVerticalSpacing(theme.px(5))
        grid.setColumnStretch(1, 1)
        at, bare = 0, self._bare
        self.reveal.setText(HIDE if bare else SHOW)
        self.reveal.setVisible(self._revealed is not None and bool(self._numbers()))
        for field in self._fields:
            text = field_text(field, cell(self._row, field.key), bare=bare)
            if not text and not self._empty:
                continue
            name = theme.role(QLabel(field.label), "sub")
            value = QLabel(text or "—", wordWrap=True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            value.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
            value.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, False)
            value.installEventFilter(self)
            self._values[value] = self._values[name] = field.key
            grid.addWidget(name, at, 0, Qt.AlignmentFlag.AlignTop)
            grid.addWidget(value, at, 1)
            at += 1
        if not at:
            grid.addWidget(theme.role(QLabel("还没有填写。"), "sub"), 0, 0)
        self._body.addWidget(host)

    @property
    def _bare(self) -> bool:
        return self._revealed is not None and self._revealed.holds(self._table, self._uid)

    def _numbers(self) -> list[str]:
        """The masked fields that have something to hide."""
        return [one.key for one in masked_fields(self._fields) if cell(self._row, one.key)]

    def _numbers_changed(self) -> None:
        if self.form is None and self._numbers():
            self._fill()

    def eventFilter(self, watched: Any, event: QEvent) -> bool:
        """A selectable label keeps the double click for itself: it means 修改 here."""
        if event.type() == QEvent.Type.MouseButtonDblClick and self._save is not None and watched in self._values:
            self.start(self._values[watched])
            return True
        return False


class RecordPanel(QFrame):
    """Head with the name, sections below each other, history at the end. Esc (`closed`) closes it."""

    closed = Signal()
    undo_wanted = Signal(int)  # the page runs perform.undo and reloads
    back_wanted = Signal(object)  # a BackLine: the page puts it back

    def __init__(self, history: Callable[[str], Sequence[HistoryLine]] | None = None, parent: Any = None) -> None:
        super().__init__(parent)
        theme.role(self, "panel")
        self.uid = ""
        self._asking = False
        self._history = history
        self._sections: list[FactsSection] = []
        self.title = theme.role(QLabel(wordWrap=True), "title")
        self.subtitle = theme.role(QLabel(wordWrap=True), "sub")
        self.chip = QLabel()
        self.actions = QHBoxLayout()  # the page's buttons
        self.history_list = HistoryList()
        self.history_list.undo_wanted.connect(self.undo_wanted)
        self.history_list.back_wanted.connect(self.back_wanted)
        self._build()

    def add_section(self, section: FactsSection) -> FactsSection:
        """A block of facts; returned."""
        self._sections.append(section)
        self.add_widget(section)
        return section

    def add_widget(self, widget: QWidget) -> None:
        """A part of the page's own, above the history."""
        self._column.insertWidget(self._column.count() - 2, widget)

    def show_record(self, uid: str, row: Row, title: str, subtitle: str = "", chip: tuple[str, str] = ("", "")) -> None:
        """Show a record; `chip` is (words, tone): ('已达标', 'ok')."""
        self.uid = uid
        self.title.setText(title)
        self.subtitle.setText(subtitle)
        self.subtitle.setVisible(bool(subtitle))
        words, tone = chip
        theme.role(self.chip, f"chip-{tone}" if tone else "chip")  # before the text: its room includes the padding
        self.chip.setText(words)
        self.chip.setVisible(bool(words))
        for section in self._sections:
            section.show_row(uid, row)
        self.show_history()

    def show_history(self) -> None:
        """Read the history of the record again."""
        on = self._history is not None and bool(self.uid)
        self._history_title.setVisible(on)
        self.history_list.setVisible(on)
        if on and self._history is not None:
            self.history_list.show_lines(self._history(self.uid))

    def turn_to(self, uid: str, show: Callable[[str], object], table: TableView) -> None:
        """`show` another record; what is typed and not saved is asked about before, and the row goes back to who is edited.

        Row and panel then always are of the same record, whichever way the row changed.
        """
        if self._asking or not uid:
            return
        typed = [section for section in self.forms() if section.is_dirty]
        if uid == self.uid or not typed or self.isHidden():
            show(uid)
            return

        def go_on() -> None:
            self._asking = False
            show(uid)

        def stay() -> None:
            self._asking = False
            self.hold_row(table)

        def save() -> None:
            go_on() if all(section.save() for section in typed) else stay()

        def discard() -> None:
            for section in typed:
                section.discard()
            go_on()

        self._asking = True
        hint = f"改的是“{self.title.text()}”。保存或放弃以后，再看所选的另一条。"
        acts = {"保存": save, "放弃": discard, "继续编辑": stay}
        ask_which(f"“{self.title.text()}”的修改还没有保存。", hint, acts, self)

    def hold_row(self, table: TableView) -> None:
        """The row of the record shown is current, or none where the list does not have it."""
        if self.isHidden() or not self.uid or self._asking or table.current_uid() == self.uid:
            return
        if not table.select(self.uid):
            table.clear_current()

    def drop(self) -> None:
        """The record is gone: what was typed of it stays as a draft, the panel closes."""
        for section in self.forms():
            section.stop()
        self.uid = ""
        self.hide()
        self.closed.emit()

    def forms(self) -> Sequence[FactsSection]:
        """The sections that can be edited."""
        return self._sections

    @property
    def is_editing(self) -> bool:
        """True while a section is a form."""
        return any(section.is_editing for section in self.forms())

    def edit(self) -> None:
        """F2 from the list: edit the first section that can be."""
        for section in self.forms():
            if not section.edit.isHidden():
                section.start()
                return

    def escape(self) -> bool:
        """Esc: first the form, then the panel; False if there was nothing to close."""
        for section in self.forms():
            if section.is_editing:
                section.stop()
                return True
        if self.isHidden():
            return False
        self.hide()
        self.closed.emit()
        return True

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes, F2 edits."""
        if event.key() == Qt.Key.Key_Escape:
            self.escape()
        elif event.key() == Qt.Key.Key_F2:
            self.edit()
        else:
            super().keyPressEvent(event)

    def _build(self) -> None:
        close = QToolButton()
        close.setIcon(icons.icon("close", "sub", 16))
        close.setIconSize(QSize(theme.px(16), theme.px(16)))
        close.setAccessibleName("关闭详情")
        close.setToolTip("关闭（Esc）")
        close.clicked.connect(self.escape)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.title)
        head.addWidget(self.chip, 0, Qt.AlignmentFlag.AlignVCenter)
        head.addStretch(1)
        head.addWidget(close, 0, Qt.AlignmentFlag.AlignTop)
        self.title.setWordWrap(False)
        body = QWidget()
        self._column = QVBoxLayout(body)
        self._column.setContentsMargins(theme.px(20), theme.px(8), theme.px(20), theme.px(20))
        self._column.setSpacing(theme.px(18))
        self._history_title = theme.role(QLabel("历史"), "section")
        past = QVBoxLayout()
        past.setSpacing(theme.px(2))
        past.addWidget(self._history_title)
        past.addWidget(self.history_list)
        self._column.addLayout(past)
        self._column.addStretch(1)
        area = QScrollArea(widgetResizable=True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(body)
        area.viewport().setAutoFillBackground(False)
        body.setAutoFillBackground(False)
        top = QVBoxLayout()
        top.setContentsMargins(theme.px(20), theme.px(16), theme.px(12), 0)
        top.setSpacing(theme.px(4))
        top.addLayout(head)
        top.addWidget(self.subtitle)
        top.addLayout(self.actions)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addLayout(top)
        column.addWidget(area, 1)


def _as_dict(row: Row, fields: Sequence[Field]) -> dict[str, Any]:
    return dict(row) if isinstance(row, Mapping) else {field.key: cell(row, field.key) for field in fields}
