"""待定: what a merge left for a person, one card after the other; what was settled, and the other side brought back."""

from __future__ import annotations

from typing import Any

from PySide6.QtCore import QEvent, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QLabel, QPushButton, QStackedWidget, QVBoxLayout, QWidget

from core.base.rights import Right
from core.exchange import review
from core.exchange.model import DECIDED, KIND, PARALLEL
from core.exchange.queries import conflict_rows, open_counts
from core.exchange_rules import RULES
from core.store import Row, Tx
from ui.context import Context
from ui.kit import theme
from ui.kit.cards import Card, CardList
from ui.kit.command import Command
from ui.kit.flow import FlowLayout
from ui.kit.page import Page
from ui.kit.perform import perform
from ui.kit.revealed import KEY, SHOW, TIP
from ui.kit.table_parts import EmptyState
from ui.pages.exchange_card import OTHER_KEY, ConflictBody
from ui.pages.exchange_words import CardWords, Choice, card_words
from ui.pages.roster_rows import lists_of

MOST_CARDS = 100  # what follows comes up as these are settled
WHICH = (("OPEN", "待定"), ("PARALLEL", "并行修改"), ("SETTLED", "已处理"))
NOTHING = {
    "OPEN": "没有要定的事。收回的数据包合并以后，两边都改过的内容会列在这里。",
    "PARALLEL": "没有要看的并行修改。",
    "SETTLED": "还没有处理过的。",
}


class ReviewTab(Page):
    """Keys: ↑ ↓ another card, 1 2 3 choose, 4 or F2 a third value, Enter settles and goes on, Ctrl+Z takes back."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._rows: list[Row] = []
        self._made: dict[str, tuple[Row, Card]] = {}
        self._numbered: set[str] = set()  # cards that show numbers of persons
        self.counts: dict[str, int] = {"decide": 0, "parallel": 0}
        self.which, self.peer, self.kind = QComboBox(), QComboBox(), QComboBox()
        self.keys_words = theme.role(QLabel("↑↓ 换一条　1 2 3 选　4 另填　Enter 确定并到下一条"), "sub")
        self.accept_all = QPushButton()
        self.accept_all.setToolTip("两边改了不同的项、已经合在一起的，一次看过（Ctrl+Shift+A）")
        self.list = CardList("待定的事")
        self.list.take_key = self._take_key
        self.more = theme.role(QLabel(wordWrap=True), "sub")
        self.empty = EmptyState()
        self.stack = QStackedWidget()
        self._anew = QTimer(self, singleShot=True, interval=0)
        self._anew.timeout.connect(self._show)
        self._lay_out()
        self._wire()

    # -- what the window asks

    def commands(self) -> list[Command]:
        """Settle first; all parallel changes with one key."""
        may, body = self.ctx.why_not(Right.SETTLE), self.body
        none = may or ("" if body is not None else "这里没有要定的。")
        typed = none or ("" if body is not None and body.card.fields else "这一条不能另填，请选一方。")
        parallel = may or ("" if self.counts["parallel"] else "没有并行修改。")
        numbers = "" if body is not None and body.card.numbers else "这一条里没有隐去的号码。"
        return [
            Command("accept", "全部采用并行修改", self.accept_parallel, "Ctrl+Shift+A", "check", disabled=parallel,
                    in_bar=False, tip="两边改了不同的项、已经合在一起的，一次看过"),
            Command("edit", "另填", self.open_form, icon="edit", disabled=typed),
            Command("numbers", SHOW, self.show_numbers, KEY, "eye", tip=TIP, disabled=numbers, in_bar=False),
            Command("settle", "确定", lambda: self.body and self.body.settle(), icon="check", disabled=none, in_bar=False),
        ]  # fmt: skip

    def reload(self, tables: frozenset[str]) -> None:
        """Read again; the card in view stays, or the next one takes its place."""
        store, state = self.ctx.store, str(self.which.currentData())
        self.counts = open_counts(store)
        kinds = (PARALLEL,) if state == "PARALLEL" else DECIDED
        if state == "SETTLED":
            self._rows = sorted(
                conflict_rows(store, "SETTLED", (*DECIDED, PARALLEL)), key=lambda row: row["settled_at"], reverse=True
            )
        else:
            self._rows = conflict_rows(store, "OPEN", kinds)
        self._fill_filters()
        self._show()

    def footer(self) -> str:
        """How many wait."""
        parts = [f"待定 {self.counts['decide']:,} 处", f"并行修改 {self.counts['parallel']:,} 处"]
        shown = len(self.shown_rows())
        if shown != len(self._rows):
            parts.insert(0, f"显示 {shown:,} 处")
        return " · ".join(parts)

    def open_record(self, uid: str) -> None:
        """One conflict."""
        if not self.list.open_key(uid):
            self.apply_filter()
            self.list.open_key(uid)

    def apply_filter(self, **filter: Any) -> None:
        """`which` OPEN, PARALLEL or SETTLED; `peer` uid; `kind`."""
        for box, key, rest in ((self.which, "which", "OPEN"), (self.peer, "peer", ""), (self.kind, "kind", "")):
            box.blockSignals(True)
            box.setCurrentIndex(max(box.findData(filter.get(key, rest)), 0))
            box.blockSignals(False)
        self.reload(frozenset())

    def escape(self) -> bool:
        """Esc closes the form of a third value."""
        if self.body is None or self.body.form is None:
            return False
        self.body.close_form()
        return True

    # -- what is shown

    @property
    def body(self) -> ConflictBody | None:
        """What the open card shows."""
        card = self.list.current
        return card.inner if card is not None and isinstance(card.inner, ConflictBody) else None

    def shown_rows(self) -> list[Row]:
        """The rows of the filter."""
        peer, kind = self.peer.currentData() or "", self.kind.currentData() or ""
        return [row for row in self._rows if peer in ("", row["peer_uid"]) and kind in ("", row["kind"])]

    # -- acts

    def settle(self, card: CardWords, choice: Choice) -> None:
        """The choice holds; the next card comes up."""
        self._write(card, choice.words, choice.take, choice.values)

    def settle_typed(self, card: CardWords, values: Row) -> None:
        """A third value holds."""
        self._write(card, "另填", card.typed_take, values)

    def accept_parallel(self) -> None:
        """全部采用并行修改."""
        perform(
            self.ctx, lambda count: f"全部采用并行修改：{count}处", review.accept_parallel, parent=self,
            done=lambda count: f"已采用 {count} 处并行修改。",
        )  # fmt: skip
        self.ctx.refresher.flush()

    def _write(self, card: CardWords, words: str, take: str, values: Row | None) -> None:
        if (why := self.ctx.why_not(Right.SETTLE)) and self.body is not None:
            self.body.say(why)
            return

        def write(tx: Tx) -> None:
            review.settle(tx, card.row["uid"], RULES, take=take, values=values)

        done = perform(self.ctx, f"处理待定“{card.title}”：{words}", write, form=self.body, parent=self)
        if done is not None:
            if self.body is not None:
                self.body.form = None  # it is settled: nothing to close
            self.ctx.refresher.flush()
            self.list.focus()

    def show_numbers(self) -> None:
        """F4: the masked numbers of the open card, or hide them again; who asks is written down."""
        body = self.body
        if body is None or not body.card.numbers:
            return
        row = body.card.row
        if self._bare(row):
            self.ctx.revealed.forget()
        else:
            self.ctx.revealed.ask(row["tbl"], row["row_uid"], body.card.numbers)

    def open_form(self) -> None:
        """F2: a third value; a number of a person is shown in it, so it is asked for."""
        body = self.body
        if body is None or not body.card.fields:
            return
        row = body.card.row
        if body.card.numbers and not self.ctx.revealed.ask(row["tbl"], row["row_uid"], body.card.numbers):
            return
        if self.body is not None:  # asking may have made it anew
            self.body.open_form()

    # -- inside

    def _bare(self, row: Row) -> bool:
        return self.ctx.revealed.holds(row["tbl"], row["row_uid"])

    def _numbers_changed(self) -> None:
        """Numbers appear or go: the cards that show some are made anew."""
        if self.isVisible() and not (self.body is not None and self.body.form is not None):
            self._made = {uid: (row, card) for uid, (row, card) in self._made.items() if uid not in self._numbered}
            self._show()

    def _take_key(self, event: QKeyEvent) -> bool:
        body, text = self.body, event.text()
        if body is None or event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            return False
        if text == OTHER_KEY or event.key() == Qt.Key.Key_F2:
            self.open_form()
            return True
        if text in ("1", "2", "3"):
            body.pick(text)
            return True
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            body.settle()
            return True
        return False

    def _show(self) -> None:
        shown = self.shown_rows()
        kept = dict(self._made)
        self._made = {}
        fresh = [row for row in shown[:MOST_CARDS] if kept.get(row["uid"], ({}, None))[0] != row]
        told = {words.row["uid"]: words for words in card_words(self.ctx.store, fresh, self._bare)}
        self._numbered |= {uid for uid, words in told.items() if words.numbers}
        for row in shown[:MOST_CARDS]:
            uid = row["uid"]
            self._made[uid] = (row, self._card(told[uid])) if uid in told else kept[uid]
        self.list.show_cards([card for _, card in self._made.values()])
        rest = len(shown) - len(self._made)
        self.more.setText(f"另有 {rest:,} 处，处理完上面的就会接着列出。")
        self.more.setVisible(rest > 0)
        state = str(self.which.currentData())
        self.empty.say("没有符合条件的。" if self._rows else NOTHING[state], *self._way_on())
        self.stack.setCurrentIndex(0 if shown else 1)
        self.accept_all.setText(f"全部采用并行修改（{self.counts['parallel']:,} 处）")
        self.accept_all.setVisible(self.counts["parallel"] > 0)
        self.footer_changed.emit()
        self.commands_changed.emit()

    def _way_on(self) -> tuple[Any, ...]:
        if self._rows:
            return "清除筛选", lambda: self.apply_filter(which=self.which.currentData())
        if self.which.currentData() == "OPEN" and self.counts["parallel"]:
            return "看并行修改", lambda: self.apply_filter(which="PARALLEL")
        return "", None

    def _card(self, words: CardWords) -> Card:
        def body() -> QWidget:
            made = ConflictBody(words, lists_of(self.ctx.store))
            made.settle_wanted.connect(lambda choice: self.settle(words, choice))
            made.typed.connect(lambda values: self.settle_typed(words, values))
            made.numbers_wanted.connect(self.show_numbers)
            made.other.clicked.connect(self.open_form)
            made.form_opened.connect(
                lambda: QTimer.singleShot(0, made, lambda: self.list.ensureWidgetVisible(made.confirm, 0, theme.px(12)))
            )
            made.form_closed.connect(lambda: QTimer.singleShot(0, self.list, self.list.focus))
            return made

        return Card(
            words.row["uid"], words.title, words.summary, body, chip=(words.kind, words.tone), about=words.about
        )

    def _fill_filters(self) -> None:
        peers = {row["peer_uid"]: row["peer"] for row in self._rows}
        present = {row["kind"] for row in self._rows}
        kinds = {code: label for code, label in KIND if code in present}
        for box, whole, found in ((self.peer, "全部设备", peers), (self.kind, "全部类别", kinds)):
            kept = box.currentData()
            box.blockSignals(True)
            box.clear()
            box.addItem(whole, "")
            for code, label in found.items():
                box.addItem(label, code)
            box.setCurrentIndex(max(box.findData(kept), 0))
            box.setVisible(len(found) > 1 or box.currentIndex() > 0)
            box.blockSignals(False)

    def _current_changed(self, _key: str) -> None:
        self.setFocusProxy(self.list.current or self.which)
        if self.body is not None:
            row = self.body.card.row
            QTimer.singleShot(0, self, lambda: self.ctx.revealed.opened(row["tbl"], row["row_uid"]))
        self.commands_changed.emit()

    def changeEvent(self, event: QEvent) -> None:
        """Other colours or another size: the cards are made anew, once the whole look is there."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and self._rows:
            self._made = {}
            self._anew.start()

    def _wire(self) -> None:
        self.which.currentIndexChanged.connect(lambda _at: self.reload(frozenset()))
        for box in (self.peer, self.kind):
            box.currentIndexChanged.connect(lambda _at: self._show())
        self.accept_all.clicked.connect(self.accept_parallel)
        self.list.current_changed.connect(self._current_changed)
        self.ctx.revealed.changed.connect(self._numbers_changed)

    def _lay_out(self) -> None:
        for box, name in ((self.which, "待定还是已处理"), (self.peer, "设备"), (self.kind, "类别")):
            box.setAccessibleName(name)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        for code, label in WHICH:
            self.which.addItem(label, code)
        head = FlowLayout(spacing=theme.px(8))
        for widget in (self.which, self.peer, self.kind, self.accept_all, self.keys_words):
            head.addWidget(widget)
        cards = QWidget()
        inner = QVBoxLayout(cards)
        inner.setContentsMargins(0, 0, 0, 0)
        inner.addWidget(self.list, 1)
        inner.addWidget(self.more)
        blank = QWidget()
        row = QHBoxLayout(blank)
        row.addWidget(self.empty)
        self.stack.addWidget(cards)
        self.stack.addWidget(blank)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(10))
        column.addLayout(head)
        column.addWidget(self.stack, 1)
