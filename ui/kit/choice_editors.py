"""Editors that offer values: one of a list, several of a list."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QCoreApplication, QEvent, QObject, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QWheelEvent
from PySide6.QtWidgets import QComboBox, QCompleter, QLineEdit, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from core.base.fields import Field
from ui.kit import theme
from ui.kit.flow import FlowLayout


class ChoiceEdit(QComboBox):
    """One of a fixed list (stored: the code), or of an editable list (stored: the text; other text unless strict)."""

    edited = Signal()

    def __init__(self, field: Field, offered: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strict = bool(field.choices) or field.strict_list
        self.noun = ""  # what a new text would be one more of, where that is asked
        self.near: Callable[[str], Sequence[str] | None] = lambda _text: None
        pairs = field.choices or tuple((text, text) for text in offered)
        if self._strict and not any(code == "" for code, _ in pairs):
            self.addItem("", "")
        for code, label in pairs:
            self.addItem(label, code)
        # The longest unit name must not set the width of the whole form.
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(6)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._known = [code for code, _ in pairs]
        self.setEditable(True)
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        completer = self.completer()
        completer.setCompletionMode(QCompleter.CompletionMode.PopupCompletion)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        completer.popup().installEventFilter(self)
        self.setCurrentIndex(0 if self._strict else -1)
        self.lineEdit().setTextMargins(3, 0, 0, 0)
        self.lineEdit().textEdited.connect(lambda: self.edited.emit())
        self.lineEdit().textEdited.connect(lambda: QTimer.singleShot(0, self, self._point))  # once the list is shown
        self.activated.connect(lambda: self.edited.emit())

    def value(self) -> str:
        """The stored code or text; '' for none."""
        text = self.currentText().strip()
        at = self.findText(text, Qt.MatchFlag.MatchExactly)
        if at >= 0:
            return str(self.itemData(at))
        return "" if self._strict else text

    def set_value(self, value: object) -> None:
        """Show a stored code or text; one that is no longer offered is shown and kept."""
        stored = "" if value is None else str(value)
        at = self.findData(stored)
        if at < 0 and stored and self._strict:
            self.addItem(stored, stored)
            at = self.count() - 1
        self.setCurrentIndex(at)
        self.setEditText(self.itemText(at) if at >= 0 else stored)
        self.lineEdit().setCursorPosition(0)

    def text(self) -> str:
        """What stands there."""
        return self.currentText()

    def setText(self, text: str) -> None:
        """Put text, as QLineEdit calls it."""
        self.setCurrentIndex(self.findText(text))
        self.setEditText(text)

    def selectAll(self) -> None:
        """Select the text, as QLineEdit calls it."""
        self.lineEdit().selectAll()

    def problem(self) -> str:
        """Why the text is none of the list."""
        text = self.currentText().strip()
        if not text or not self._strict or self.findText(text, Qt.MatchFlag.MatchExactly) >= 0:
            return ""
        return f"“{text}”不在可选范围内，请从下拉列表中选择。"

    def new_text(self) -> str:
        """What stands there if it is none of the list and should be asked about; else ''."""
        text = self.currentText().strip()
        known = not text or self._strict or self.findText(text, Qt.MatchFlag.MatchExactly) >= 0
        return "" if known or self.near(text) is None else text

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """A beginning that only one entry has becomes that entry: 经贸 → 经贸学院."""
        super().focusOutEvent(event)
        self.complete()

    def complete(self) -> None:
        """Turn a unique beginning (or part) of an entry into the entry."""
        text = self.currentText().strip()
        if not self._strict or not text or self.findText(text, Qt.MatchFlag.MatchExactly) >= 0:
            return
        labels = [self.itemText(at) for at in range(self.count())]
        found = [label for label in labels if label.startswith(text)] or [label for label in labels if text in label]
        if len(found) == 1:
            self.setText(found[0])

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Enter takes the suggestion under the bar; Ctrl+Enter is for the form: the list hands keys on past its filters."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            if enter and not event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self._point()
            if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
                self.completer().popup().hide()
                self.complete()
                QCoreApplication.sendEvent(self.lineEdit(), event)
                return True
        return super().eventFilter(watched, event)

    def _point(self) -> None:
        """The bar on the suggestion that Enter takes: the text itself where it is one, else the first."""
        popup, model = self.completer().popup(), self.completer().completionModel()
        if not popup.isVisible() or popup.currentIndex().isValid() or not model.rowCount():
            return
        text = self.currentText().strip()
        rows = [at for at in range(model.rowCount()) if model.index(at, 0).data() == text]
        popup.selectionModel().blockSignals(True)  # else the suggestion would stand in place of what is being typed
        popup.setCurrentIndex(model.index(rows[0] if rows else 0, 0))
        popup.selectionModel().blockSignals(False)
        popup.viewport().update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scrolling the page over a closed list must not change it."""
        event.ignore()


class MultiEdit(QWidget):
    """Several of an editable list as chips; what the list lacks is typed behind them. Stored joined with '、'."""

    edited = Signal()

    def __init__(self, field: Field, offered: Sequence[str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._strict = field.strict_list
        self._flow = FlowLayout(spacing=6)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(self._flow)
        self.chips: list[QPushButton] = []
        labels = [label for _, label in field.choices] or list(offered)
        self._codes = {label: code for code, label in field.choices}
        for label in labels:
            self._add_chip(label)
        self.other = QLineEdit()
        self.other.setPlaceholderText("其他（用、隔开）")
        self.other.setAccessibleName(f"{field.label}：其他")
        self.other.setMinimumWidth(self.fontMetrics().averageCharWidth() * 18)
        self.other.textEdited.connect(lambda: self.edited.emit())
        self._flow.addWidget(self.other)
        self.other.setVisible(not self._strict)
        self._first_focus()

    def value(self) -> str:
        """Chosen values joined with '、', in the order of the list."""
        return "、".join(self._chosen())

    def set_value(self, value: object) -> None:
        """Show stored values; those not in the list stand behind the chips."""
        wanted = split_multi(str(value or ""))
        for chip in self.chips:
            label = chip.text()
            chip.setChecked(label in wanted or self._codes.get(label, label) in wanted)
        known = {chip.text() for chip in self.chips} | {self._codes.get(chip.text(), "") for chip in self.chips}
        rest = [one for one in wanted if one not in known]
        self.other.setText("、".join(rest))
        self.other.setVisible(bool(rest) or not self._strict)

    def text(self) -> str:
        """What stands there."""
        return self.value()

    def setText(self, text: str) -> None:
        """Put values."""
        self.set_value(text)

    def problem(self) -> str:
        """Why what is typed behind the chips is not taken."""
        rest = split_multi(self.other.text())
        if self._strict and rest:
            return f"“{'、'.join(rest)}”不在可选范围内，请从列出的项目中选择。"
        return ""

    def focus_widgets(self) -> list[QWidget]:
        """Chips and the edit behind them."""
        return [*self.chips, self.other]

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Arrows walk over the chips, so that Tab needs one stop only."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and watched in self.chips:
            step = {Qt.Key.Key_Left: -1, Qt.Key.Key_Right: 1}.get(event.key())
            if step is not None:
                row = [*self.chips, self.other] if self.other.isVisibleTo(self) else self.chips
                at = row.index(watched) + step  # type: ignore[arg-type]
                if 0 <= at < len(row):
                    row[at].setFocus(Qt.FocusReason.TabFocusReason)
                return True
        return super().eventFilter(watched, event)

    def sizeHint(self) -> QSize:
        """The height of the lines at the present width."""
        width = max(self.width(), 240)
        return QSize(240, self._flow.heightForWidth(width))

    def _add_chip(self, label: str) -> None:
        chip = QPushButton(label, checkable=True)
        chip.setAutoDefault(False)
        theme.role(chip, "pick")
        chip.setAccessibleName(label)
        chip.clicked.connect(lambda: self.edited.emit())
        chip.installEventFilter(self)
        self.chips.append(chip)
        self._flow.addWidget(chip)

    def _first_focus(self) -> None:
        for chip in self.chips[1:]:
            chip.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.setFocusProxy(self.chips[0] if self.chips else self.other)

    def _chosen(self) -> list[str]:
        ticked = [self._codes.get(chip.text(), chip.text()) for chip in self.chips if chip.isChecked()]
        return [*ticked, *(one for one in split_multi(self.other.text()) if one not in ticked)]


def split_multi(text: str) -> list[str]:
    """'心理疏导、 法律，摄影' -> three values, each once."""
    for mark in "，,；;/ \n":
        text = text.replace(mark, "、")
    return list(dict.fromkeys(part.strip() for part in text.split("、") if part.strip()))
