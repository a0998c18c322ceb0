"""Picking a person by 工号, name or initials."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, QModelIndex, QPoint, QRect, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFontMetrics, QInputMethodEvent, QKeyEvent, QPainter
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.kit import theme
from ui.kit.columns import Row, cell

UID = int(Qt.ItemDataRole.UserRole)
DETAIL = UID + 1
PAUSE_MS = 120
MOST = 12


class TwoPartDelegate(QStyledItemDelegate):
    """A line with its main words left and a grey detail behind them."""

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex) -> None:
        """Words in the text colour, detail in the secondary one; both elided where room is short."""
        self.initStyleOption(option, index)
        words, option.text = option.text, ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        room = option.rect.adjusted(theme.px(8), 0, -theme.px(8), 0)
        painter.save()
        painter.setPen(theme.color("sel_text" if selected else "text"))
        painter.drawText(room, Qt.AlignmentFlag.AlignVCenter, words)
        used = option.fontMetrics.horizontalAdvance(words) + theme.px(12)
        rest = QRect(room.left() + used, room.top(), room.width() - used, room.height())
        detail = option.fontMetrics.elidedText(str(index.data(DETAIL) or ""), Qt.TextElideMode.ElideRight, rest.width())
        painter.setPen(theme.color("sel_text" if selected else "sub"))
        painter.drawText(rest, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight, detail)
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex) -> QSize:
        """The height of a table row, more where the list has larger type."""
        return QSize(0, line_height(option.fontMetrics))


def line_height(metrics: QFontMetrics) -> int:
    """The height of a line that can be picked."""
    return max(theme.px(28), metrics.height() + theme.px(8))


class _Suggestions(QFrame):
    """The pop-up under a picker; the keyboard stays in the edit."""

    def __init__(self, edit: QLineEdit) -> None:
        super().__init__(edit.window(), Qt.WindowType.ToolTip)
        theme.role(self, "card")
        self.list = QListWidget()
        theme.role(self.list, "bare")
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(TwoPartDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.setAccessibleName("候选")
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.list)
        self._edit = edit
        self._rows: list[Row] = []

    def show_lines(self, lines: Sequence[tuple[str, str, Row]], nothing: str) -> None:
        """Show what was found, or the sentence that nothing was."""
        self.list.clear()
        for words, detail, _ in lines:
            item = QListWidgetItem(words)
            item.setData(DETAIL, detail)
            self.list.addItem(item)
        self._rows = [row for _, _, row in lines]
        if not lines:
            item = QListWidgetItem(nothing)
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.list.addItem(item)
        self.list.setCurrentRow(0 if lines else -1)
        self.list.setFont(self._edit.font())  # the pop-up is a window of its own: nothing of the edit's look reaches it
        shown = min(self.list.count(), MOST)
        high = line_height(self.list.fontMetrics())
        self.resize(max(self._edit.width(), theme.px(340)), shown * high + 6)
        self.move(self._edit.mapToGlobal(QPoint(0, self._edit.height() + 2)))
        self.show()

    def row(self) -> Row | None:
        """The row under the bar, None if there is none."""
        at = self.list.currentRow()
        return self._rows[at] if 0 <= at < len(self._rows) else None

    @property
    def is_single(self) -> bool:
        """True if exactly one row was found."""
        return len(self._rows) == 1

    def step(self, by: int) -> None:
        """Move the bar."""
        if count := self.list.count():
            self.list.setCurrentRow((self.list.currentRow() + by) % count)


class PersonPicker(QLineEdit):
    """Type 工号, name or initials; ↑↓ choose, Enter takes. `picked(row)`; `row` is None until one is taken."""

    picked = Signal(object)
    edited = Signal()
    nothing = "没有找到，请检查工号、姓名或拼音首字母。"

    def __init__(self, search: Callable[[str], Sequence[Row]], parent: QWidget | None = None) -> None:
        """`search` gives rows with uid, name, unit, staff_no, the likeliest first."""
        super().__init__(parent)
        self.row: Row | None = None
        self._search = search
        self._popup: _Suggestions | None = None
        self._composing = False
        self.setPlaceholderText("工号、姓名或拼音首字母")
        self._timer = QTimer(self, singleShot=True, interval=PAUSE_MS)
        self._timer.timeout.connect(self.suggest)
        self.textEdited.connect(self._typed)

    def uid(self) -> str:
        """Uid of the person taken, '' for none."""
        return str(cell(self.row, "uid")) if self.row is not None else ""

    def value(self) -> str:
        """The uid, as a form asks."""
        return self.uid()

    def set_value(self, value: object) -> None:
        """A row, or nothing, as a form sets it."""
        self.set_row(value if value not in ("", None) else None)

    def set_row(self, row: Row | None) -> None:
        """Show a person (None: nobody)."""
        self.row = row
        self.setText(person_words(row) if row is not None else "")
        self.setCursorPosition(0)
        self.close_popup()

    def setText(self, text: str) -> None:
        """Show a text; where it is a person as words (a draft keeps those), that person is taken again."""
        super().setText(text)
        if self.row is not None and person_words(self.row) != text:  # another stood here before
            self.row = None
        if self.row is None and text.endswith("）"):
            inside = text.rpartition("（")[2].removesuffix("）").split()
            found = self._search(inside[-1]) if inside else ()
            self.row = next((row for row in found if person_words(row) == text), None)
            if self.row is not None:
                self.picked.emit(self.row)

    def problem(self) -> str:
        """Why what is typed is nobody yet."""
        return "请从列出的人员中选定一位。" if self.text().strip() and self.row is None else ""

    def suggest(self) -> None:
        """Search now and show what was found."""
        self._timer.stop()
        text = self.text().strip()
        if not text or self.row is not None:
            self.close_popup()
            return
        found = list(self._search(text))[:MOST]
        lines = [(str(cell(row, "name")), person_detail(row), row) for row in found]
        if self._popup is None:
            self._popup = _Suggestions(self)
            self._popup.list.itemClicked.connect(lambda _item: self.take())
        self._popup.show_lines(lines, self.nothing)

    def take(self) -> bool:
        """Take the person under the bar; False if there is none."""
        if self._timer.isActive():  # Enter came faster than the pause
            self.suggest()
        row = self._popup.row() if self._popup is not None and self.is_suggesting else None
        if row is None:
            return self.row is not None
        self.set_row(row)
        self.edited.emit()
        self.picked.emit(row)
        return True

    def close_popup(self) -> None:
        """Hide the suggestions."""
        if self._popup is not None:
            self._popup.hide()

    @property
    def is_suggesting(self) -> bool:
        """True while the suggestions are shown."""
        return self._popup is not None and self._popup.isVisible()

    @property
    def suggestions(self) -> list[str]:
        """Words of the lines shown, for tests and screen readers."""
        if self._popup is None or not self.is_suggesting:
            return []
        return [self._popup.list.item(at).text() for at in range(self._popup.list.count())]

    def event(self, event: QEvent) -> bool:
        """Enter first takes a person; only then it means the next field."""
        if isinstance(event, QInputMethodEvent) and event.type() == QEvent.Type.InputMethod:
            self._composing = bool(event.preeditString())
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """↑↓ move the bar, Enter takes, Esc closes."""
        key, shown = event.key(), self.is_suggesting
        if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and not self._composing:
            if not shown:
                self.suggest()
            elif self._popup is not None:
                self._popup.step(-1 if key == Qt.Key.Key_Up else 1)
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.row is None and not self._composing:
            self.take()
        elif key == Qt.Key.Key_Escape and shown:
            self.close_popup()
        else:
            super().keyPressEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        """A single find is taken on leaving."""
        super().focusOutEvent(event)
        if self.row is None and self._timer.isActive():
            self.suggest()
        if self.row is None and self._popup is not None and self.is_suggesting and self._popup.is_single:
            self.take()
        self.close_popup()

    def hideEvent(self, event: Any) -> None:
        """No suggestions without their edit."""
        self.close_popup()
        super().hideEvent(event)

    def _typed(self) -> None:
        self.row = None
        self.edited.emit()
        self._timer.start()


def person_words(row: Row) -> str:
    """'张伟（会计学院 0012）': names repeat, so the unit and 工号 go with them."""
    parts = [str(cell(row, key) or "") for key in ("unit", "staff_no")]
    inside = " ".join(part for part in parts if part)
    return f"{cell(row, 'name')}（{inside}）" if inside else str(cell(row, "name"))


def person_detail(row: Row) -> str:
    """What tells two of a name apart: 单位 and 工号, and whether archived."""
    parts = [str(cell(row, key) or "") for key in ("unit", "staff_no")]
    if cell(row, "archived_on"):
        parts.append("已归档")
    return "  ".join(part for part in parts if part)
