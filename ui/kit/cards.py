"""A list of cards, one of them open: ↑ and ↓ go from card to card, the open one has the keyboard and shows all it has."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QFrame, QHBoxLayout, QLabel, QScrollArea, QVBoxLayout, QWidget

from ui.kit import theme
from ui.kit.labels import ElidedLabel

_STEPS = {Qt.Key.Key_Up: -1, Qt.Key.Key_Down: 1, Qt.Key.Key_PageUp: -5, Qt.Key.Key_PageDown: 5}


class Card(QFrame):
    """A line with title, chip and summary; `body()` is made when it opens and thrown away when it closes."""

    pressed = Signal()

    def __init__(
        self,
        key: str,
        title: str,
        summary: str,
        body: Callable[[], QWidget],
        *,
        chip: tuple[str, str] = ("", ""),
        about: str = "",
    ) -> None:
        """`chip` is (words, tone); `about` stands at the right: number, device."""
        super().__init__()
        self.key = key
        self.inner: QWidget | None = None
        self._body = body
        theme.role(self, "card")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("，".join(part for part in (title, chip[0], summary, about) if part))
        self.title, self.summary = ElidedLabel(title), theme.role(ElidedLabel(summary), "sub")
        theme.role(self.title, "section")
        words, tone = chip
        self.chip = theme.role(QLabel(words), f"chip-{tone}" if tone else "chip")
        head = QHBoxLayout()
        head.setSpacing(theme.px(10))
        if words:
            head.addWidget(self.chip)
        head.addWidget(self.title, 1)
        head.addWidget(theme.role(QLabel(about), "sub"))
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.px(14), theme.px(9), theme.px(14), theme.px(10))
        self._column.setSpacing(theme.px(5))
        self._column.addLayout(head)
        self._column.addWidget(self.summary)

    @property
    def is_open(self) -> bool:
        """Whether it shows all it has."""
        return self.inner is not None

    def set_open(self, on: bool) -> None:
        """Show everything, or the line."""
        if on == self.is_open:
            return
        theme.role(self, "card-on" if on else "card")
        self.summary.setVisible(not on)
        if on:
            self.inner = self._body()
            self._column.addWidget(self.inner)
            return
        assert self.inner is not None  # it was open
        self._column.removeWidget(self.inner)
        self.inner.hide()
        self.inner.deleteLater()
        self.inner = None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click opens it."""
        self.pressed.emit()
        event.accept()


class CardList(QScrollArea):
    """`show_cards` keeps the card that was open, else opens the one that took its place. `take_key(event)` is asked first
    for every key that no editor inside a card has used."""

    current_changed = Signal(str)  # key of the open card, '' for none

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.cards: list[Card] = []
        self.take_key: Callable[[QKeyEvent], bool] = lambda _event: False
        self._at = -1
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        host = theme.role(QWidget(), "page")
        self._column = QVBoxLayout(host)
        self._column.setContentsMargins(0, 0, theme.px(4), 0)
        self._column.setSpacing(theme.px(8))
        self._column.addStretch(1)
        theme.role(self, "page")
        self.setWidget(host)

    @property
    def current(self) -> Card | None:
        """The open card."""
        return self.cards[self._at] if 0 <= self._at < len(self.cards) else None

    def show_cards(self, cards: Sequence[Card]) -> None:
        """Show other cards (those that stay may be the same objects)."""
        held = self.holds_keyboard()
        open_key = self.current.key if self.current is not None else ""
        place = max(self._at, 0)
        for card in self.cards:
            if card not in cards:
                self._column.removeWidget(card)
                card.hide()
                card.deleteLater()
        for at, card in enumerate(cards):
            if card not in self.cards:
                card.pressed.connect(lambda card=card: self.open(card))
            self._column.insertWidget(at, card)
            card.show()  # a layout shows its widgets only in the next turn, too late for the keyboard
        self.cards = list(cards)
        keys = [card.key for card in cards]
        self._at = -1
        self.go(keys.index(open_key) if open_key in keys else min(place, len(cards) - 1), focus=held)

    def open(self, card: Card) -> None:
        """Open a card and give it the keyboard."""
        if card in self.cards:
            self.go(self.cards.index(card))

    def open_key(self, key: str) -> bool:
        """Open the card of a key; False if it is not here."""
        found = next((card for card in self.cards if card.key == key), None)
        if found is not None:
            self.open(found)
        return found is not None

    def go(self, at: int, *, focus: bool = True) -> None:
        """Open the card at a place."""
        at = min(max(at, 0), len(self.cards) - 1)
        self._at = at
        for place, card in enumerate(self.cards):
            card.set_open(place == at)
        card = self.current
        if card is not None:
            if focus:
                card.setFocus(Qt.FocusReason.OtherFocusReason)
            QTimer.singleShot(0, card, lambda: self.ensureWidgetVisible(card, 0, theme.px(12)))
        self.current_changed.emit(card.key if card is not None else "")

    def focus(self) -> None:
        """Give the keyboard to the open card."""
        if self.current is not None:
            self.current.setFocus(Qt.FocusReason.OtherFocusReason)

    def holds_keyboard(self) -> bool:
        """Whether the keyboard stands in one of the cards."""
        held = QApplication.focusWidget()
        return held is not None and self.isAncestorOf(held)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The page's own keys, then ↑ ↓ PgUp PgDn Home End."""
        key = Qt.Key(event.key())
        if self.take_key(event):
            event.accept()
        elif key in _STEPS:
            self.go(self._at + _STEPS[key])
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go(0 if key == Qt.Key.Key_Home else len(self.cards) - 1)
        else:
            event.ignore()

    def changeEvent(self, event: QEvent) -> None:
        """Other colours: the ground is drawn anew."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange):
            self._column.setSpacing(theme.px(8))
