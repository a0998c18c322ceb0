"""The line at the bottom: what is shown, what just happened (with 撤销), what a merge left open, operator, 年度, backup."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QHBoxLayout, QLabel, QPushButton, QWidget

from core.base.clock import today
from core.base.rights import ROLE_LABEL, Role
from core.exchange.queries import open_counts
from core.service_log.quota import FIRST_YEAR
from ui.context import Context
from ui.kit import theme
from ui.kit.icons import icon, pixmap
from ui.kit.labels import ElidedLabel
from ui.kit.messages import Note

_SIGNS = {"ok": ("check", "ok"), "info": ("info", "info"), "warn": ("warning", "warn")}


class StatusBar(QFrame):
    """`backup_asked` when a person wants a backup now."""

    backup_asked = Signal()

    def __init__(self, ctx: Context, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.role(self, "foot")
        self._ctx = ctx
        self._note: Note | None = None
        self.footer = theme.role(ElidedLabel(), "sub")
        self._sign = QLabel()
        self.message = ElidedLabel()
        self.message.setAccessibleName("最近的消息")
        self.action = theme.role(QPushButton(), "link")
        self.action.clicked.connect(self._act)
        self.pending = theme.role(QPushButton(), "quiet")
        self.pending.setToolTip("合并数据包以后要您来定的事。单击打开。")
        self.pending.clicked.connect(lambda: ctx.go_to("exchange", tab="review"))
        self.operator = theme.role(ElidedLabel(), "sub")
        self.year = QComboBox()
        self.year.setAccessibleName("年度")
        self.year.setToolTip("年度：每一页都按这个年度显示")
        self.backup = theme.role(QPushButton(), "quiet")
        self.backup.clicked.connect(self.backup_asked)
        self._row = QHBoxLayout(self)
        self._row.addWidget(self.footer)
        self._row.addStretch(1)
        for widget in (self._sign, self.message, self.action):
            self._row.addWidget(widget)
        self._row.addStretch(2)
        for widget in (self.pending, self.operator, self.year, self.backup):
            self._row.addWidget(widget)
        self._clock = QTimer(self, singleShot=True)
        self._clock.timeout.connect(self.clear)
        ctx.messages.said.connect(self.show_note)
        ctx.year_changed.connect(self._show_year)
        ctx.refresher.changed.connect(
            lambda tables: self.show_pending() if not tables or "conflict" in tables else None
        )
        self._fill_years()
        self.clear()
        self.restyle()
        self.show_pending()

    def restyle(self) -> None:
        """Take the sizes and colours of the theme in force."""
        self._row.setContentsMargins(theme.px(20), theme.px(3), theme.px(12), theme.px(3))
        self._row.setSpacing(theme.px(8))
        self.backup.setIcon(icon("backup", "sub", 16))
        self.backup.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.pending.setIcon(icon("warning", "warn", 16))
        self.pending.setIconSize(QSize(theme.px(16), theme.px(16)))
        self.setMinimumHeight(theme.px(42))
        self._keep_operator()
        self._dress()

    def show_note(self, note: Note) -> None:
        """Say it for its seconds."""
        self._note = note
        self._dress()
        self._clock.start(note.seconds * 1000)

    def clear(self) -> None:
        """Nothing to say."""
        self._note = None
        self._dress()

    def show_operator(self) -> None:
        """Who is at work."""
        name = self._ctx.store.operator
        role = f"（{ROLE_LABEL[Role(self._ctx.store.role)]}）" if self._ctx.store.login else ""
        self.operator.setText(f"经办：{name}{role}" if name else "经办：未填")
        self._keep_operator()

    def show_pending(self) -> None:
        """待定 n 处: what a merge left open."""
        count = open_counts(self._ctx.store)["decide"]
        self.pending.setText(f"待定 {count:,} 处")
        self.pending.setVisible(count > 0)

    def show_backup(self, text: str, tip: str) -> None:
        """When the last backup was made."""
        self.backup.setText(text)
        self.backup.setToolTip(tip)

    def _keep_operator(self) -> None:
        """The long sums on the left give way first: a name of usual length stays whole."""
        self.operator.setMinimumWidth(min(self.operator.sizeHint().width(), theme.px(120)))

    def _dress(self) -> None:
        note = self._note
        for widget in (self._sign, self.message):
            widget.setVisible(note is not None)
        self.action.setVisible(note is not None and bool(note.action))
        if note is None:
            return
        sign, tone = _SIGNS[note.kind]
        self._sign.setPixmap(pixmap(sign, tone, 16))
        self.message.setText(note.text)
        self.message.setMinimumWidth(min(self.message.sizeHint().width(), self.width() // 3))  # before the sums
        theme.role(self.message, "warn" if note.kind == "warn" else "strong")
        self.action.setText(note.action)

    def _act(self) -> None:
        note = self._note
        self.clear()
        if note is not None and note.run is not None:
            note.run()

    def _fill_years(self) -> None:
        years = set(range(FIRST_YEAR, today().year + 1)) | {self._ctx.year}
        for year in sorted(years, reverse=True):
            self.year.addItem(f"{year} 年度", year)
        self._show_year(self._ctx.year)
        self.year.currentIndexChanged.connect(self._pick_year)

    def _show_year(self, year: int) -> None:
        place = self.year.findData(year)
        if place < 0:
            self.year.addItem(f"{year} 年度", year)
            place = self.year.count() - 1
        self.year.setCurrentIndex(place)

    def _pick_year(self) -> None:
        self._ctx.year = int(self.year.currentData(Qt.ItemDataRole.UserRole))
