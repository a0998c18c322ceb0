"""The open card of the review: the question, the sides to choose from by 1 2 3, a third value, Enter."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from core.words_labels import REFERENCES
from ui.kit import theme
from ui.kit.editors import Lists
from ui.kit.flow import FlowLayout
from ui.kit.form import Form
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.kit.revealed import HIDE, KEY, SHOW, TIP
from ui.kit.sides import SidesView
from ui.pages.exchange_words import CardWords, Choice

OTHER_KEY = "4"
UNCHOSEN = "先选一个"


class ConflictBody(QWidget):
    """`settle_wanted(choice)` on Enter or 确定; `typed(values)` when a third value was filled in."""

    settle_wanted = Signal(object)
    typed = Signal(object)
    numbers_wanted = Signal()  # F4: masked numbers, shown or hidden again
    form_opened = Signal()
    form_closed = Signal()

    def __init__(self, card: CardWords, lists: Lists) -> None:
        super().__init__()
        self.card, self.form = card, None
        self.choice: Choice | None = card.taken
        self._lists = lists
        self.sides = SidesView(card.labels, card.sides)
        self.sides.chosen.connect(lambda at: self.pick(card.sides[at].key))
        self.buttons: dict[str, QPushButton] = {}
        self.said = words("", "warn")
        self.confirm = theme.role(QPushButton("改用这一方" if self._settled else "确定"), "primary")
        self.confirm.setToolTip("Enter")
        self.confirm.clicked.connect(self.settle)
        self.other = QPushButton(f"{OTHER_KEY}　另填…")
        self.other.setToolTip("都不对，自己填（4 或 F2）")
        self.numbers = theme.role(QPushButton(HIDE if card.bare else SHOW), "link")
        self.numbers.setToolTip(f"{TIP}（{KEY}）")
        self.numbers.clicked.connect(self.numbers_wanted)
        self._form_place = QVBoxLayout()
        self._lay_out()
        self._mark()

    def pick(self, key: str) -> bool:
        """Choose by key; False if no choice has it."""
        found = next((one for one in self.card.choices if one.key == key), None)
        if found is None:
            return False
        self.choice = found
        self.said.hide()
        self._mark()
        return True

    def settle(self) -> None:
        """Enter: what was chosen holds."""
        if self.form is not None:
            self.form.submit()
        elif self.choice is None:
            keys = "、".join(one.key for one in self.card.choices)
            self.say(f"{UNCHOSEN}：按 {keys}，或用鼠标点。")
        elif self.choice is not self.card.taken:
            self.settle_wanted.emit(self.choice)
        else:
            self.say("这一方已经采用了，没有要改的。")

    def open_form(self) -> bool:
        """4 or F2: fill in what neither side has; it begins with the side chosen, else the office's."""
        if not self.card.fields or self.form is not None:
            return False
        form = Form(self.card.fields, self._lists, columns=1)
        form.load(self._begin_with())
        form.submitted.connect(self._typed)
        form.cancelled.connect(self.close_form)
        self._form_place.addWidget(form)
        self.form = form
        self._mark()
        form.show()
        form.focus(self.card.fields[0].key)
        self.form_opened.emit()
        return True

    def close_form(self) -> None:
        """Esc: back to the sides."""
        form, self.form = self.form, None
        if form is None:
            return
        self._form_place.removeWidget(form)
        form.hide()
        form.deleteLater()
        self._mark()
        self.form_closed.emit()

    def show_errors(self, fields: Any) -> None:
        """Sentences beside the fields of the third value; of others, below."""
        if self.form is not None:
            known = {key: text for key, text in fields.items() if key in self.card.keys}
            self.form.show_errors(known)
            self.say("".join(text for key, text in fields.items() if key not in known))
        else:
            self.say("".join(fields.values()))

    def say(self, text: str) -> None:
        """A sentence above the buttons; '' takes it away."""
        self.said.setText(text)
        self.said.setVisible(bool(text))

    @property
    def _settled(self) -> bool:
        return bool(self.card.row["state"] == "SETTLED")

    def _typed(self, values: dict[str, Any]) -> None:
        self.typed.emit({key: self._stored(key, value) for key, value in values.items()})

    def _stored(self, key: str, value: Any) -> Any:
        """An empty field as the column holds it: no record for a reference, '' for a text."""
        if key in REFERENCES:
            return value or None
        images = (self.card.row["ours"], self.card.row["theirs"], self.card.row["base"])
        is_text = any(isinstance(image.get(key), str) for image in images if image)
        return "" if value is None and is_text else value

    def _begin_with(self) -> dict[str, Any]:
        row = self.card.row
        if self.card.asked_apart:
            return dict(row["theirs"])
        side = {"1": "base", "3": "theirs"}.get(self.choice.key if self.choice else "", "ours")
        return dict(row[side] or row["ours"] or row["theirs"])

    def _mark(self) -> None:
        key = self.choice.key if self.choice is not None and self.form is None else ""
        self.sides.choose(next((at for at, side in enumerate(self.card.sides) if key and side.key == key), -1))
        for one, button in self.buttons.items():
            on = one == key
            button.setChecked(on)
            button.setIcon(icon("check" if on else "", "sel_text", 16))
            button.setAccessibleName(f"{button.text()}{'，已选中' if on else ''}")
        self.other.setVisible(bool(self.card.fields) and self.form is None)

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        column.addWidget(words(self.card.question))
        if self.card.sides:
            column.addWidget(self.sides)
        else:
            self.sides.setParent(self)
            self.sides.hide()
        column.addLayout(self._form_place)
        if self.card.note:
            note = QFrame()
            row = QHBoxLayout(note)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(words(self.card.note, "sub"))
            column.addWidget(note)
        column.addWidget(self.said)
        self.said.hide()
        foot = FlowLayout(spacing=theme.px(8))
        if self.card.asked_apart:
            for choice in self.card.choices:
                foot.addWidget(self._button(choice))
        foot.addWidget(self.other)
        foot.addWidget(self.confirm)
        if self.card.numbers:
            foot.addWidget(self.numbers)
        if not self.card.is_open:
            self.confirm.hide()
        column.addLayout(foot)

    def _button(self, choice: Choice) -> QPushButton:
        button = theme.role(QPushButton(f"{choice.key}　{choice.words}"), "side")
        button.setCheckable(True)
        button.setIconSize(QSize(theme.px(16), theme.px(16)))
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.clicked.connect(lambda: self.pick(choice.key))
        self.buttons[choice.key] = button
        return button
