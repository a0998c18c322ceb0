"""Ctrl+F: one box that finds everything; the providers say what there is."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, QSize, Qt, QTimer
from PySide6.QtGui import QAction, QPainter
from PySide6.QtWidgets import (
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QWidget,
)

from core.base.errors import Problem
from ui.context import Context
from ui.kit import theme
from ui.kit.icons import icon
from ui.kit.search import Hit, Provider

EACH = 6  # answers of one provider
_HIT = Qt.ItemDataRole.UserRole


class SearchBox(QLineEdit):
    """Type, Down or Up to choose, Enter to go there, Esc to leave."""

    def __init__(self, ctx: Context, providers: Sequence[Provider], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("everything")
        self.setPlaceholderText("搜索（Ctrl+F）")
        self.setAccessibleName("搜索全部内容")
        self.setToolTip("输入工号、姓名或姓名首字母，搜索全部内容（Ctrl+F）")
        self.setClearButtonEnabled(True)
        self.findChild(QAction, "_q_qlineeditclearaction").setText("清空搜索")  # its accessible name
        self._ctx = ctx
        self._providers = providers
        self._sign = QAction(self)
        self.addAction(self._sign, QLineEdit.ActionPosition.LeadingPosition)
        self._wait = QTimer(self, singleShot=True, interval=120)
        self._wait.timeout.connect(self.look)
        self.textEdited.connect(lambda: self._wait.start())
        self.hits = QListWidget()
        self.hits.setObjectName("hits")
        self.hits.setAccessibleName("搜索结果")
        self.hits.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.hits.setItemDelegate(_HitLine(self.hits))
        self.hits.itemClicked.connect(self._open)
        self.hits.hide()
        self.restyle()

    def restyle(self) -> None:
        """Take the colours of the theme in force."""
        self._sign.setIcon(icon("search", "sub", 16))

    def start(self) -> None:
        """Ctrl+F: be ready to type."""
        self.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.selectAll()

    def look(self) -> None:
        """Ask the providers and show what they found."""
        self._wait.stop()
        text = self.text().strip()
        self.hits.clear()
        if not text:
            self.hits.hide()
            return
        for hit in self._find(text):
            item = QListWidgetItem(icon(hit.icon, "sub", 16), hit.title)
            item.setData(_HIT, hit)
            self.hits.addItem(item)
        if not self.hits.count():
            item = QListWidgetItem(f"没有找到“{text}”。可输入工号、姓名或姓名首字母。")
            item.setFlags(Qt.ItemFlag.NoItemFlags)
            self.hits.addItem(item)
        else:
            self.hits.setCurrentRow(0)
        self._place()

    def keyPressEvent(self, event) -> None:
        """Choose with the arrows while the caret stays here."""
        key = event.key()
        if key in (Qt.Key.Key_Down, Qt.Key.Key_Up) and self.hits.isVisible():
            step = 1 if key == Qt.Key.Key_Down else -1
            self.hits.setCurrentRow((self.hits.currentRow() + step) % self.hits.count())
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            if self._wait.isActive() or not self.hits.isVisible():
                self.look()
            if self.hits.currentItem():
                self._open(self.hits.currentItem())
        elif key == Qt.Key.Key_Escape:
            self.leave()
        else:
            super().keyPressEvent(event)

    def leave(self) -> None:
        """Close the answers and give the keyboard back to the page."""
        self.hits.hide()
        self.clear()
        self.clearFocus()

    def event(self, event: QEvent) -> bool:
        """Esc is ours while we have the keyboard."""
        if event.type() == QEvent.Type.ShortcutOverride and event.key() == Qt.Key.Key_Escape:
            event.accept()
            return True
        return super().event(event)

    def focusOutEvent(self, event) -> None:
        """The answers go with the keyboard."""
        super().focusOutEvent(event)
        self.hits.hide()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Follow the window's size."""
        if event.type() == QEvent.Type.Resize and self.hits.isVisible():
            self._place()
        return False

    def _find(self, text: str) -> list[Hit]:
        found: list[Hit] = []
        try:
            for provider in self._providers:
                found += provider(self._ctx.store, text, EACH)
        except Problem as error:
            self._ctx.messages.problem(error, self.window())
        return found

    def _open(self, item: QListWidgetItem) -> None:
        hit = item.data(_HIT)
        if hit is not None:
            self.leave()
            self._ctx.go_to(hit.page_id, hit.uid)

    def _place(self) -> None:
        window = self.window()
        if self.hits.parentWidget() is not window:
            self.hits.setParent(window)
            window.installEventFilter(self)
        width = min(max(self.width(), theme.px(360)), window.width() - theme.px(16))
        height = min(self.hits.count() * theme.px(34) + theme.px(12), theme.px(420))
        corner = self.mapTo(window, QPoint(self.width() - width, self.height() + theme.px(4)))
        self.hits.setGeometry(QRect(corner, QSize(width, height)))
        self.hits.raise_()
        self.hits.show()


class _HitLine(QStyledItemDelegate):
    """Title at the left, the grey detail at the right."""

    def sizeHint(self, option: QStyleOptionViewItem, index) -> QSize:
        """All lines alike."""
        return QSize(theme.px(100), theme.px(34))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index) -> None:
        """The usual line, then the detail."""
        super().paint(painter, option, index)
        hit = index.data(_HIT)
        if hit is None or not hit.detail:
            return
        used = option.fontMetrics.horizontalAdvance(hit.title) + theme.px(52)
        room = option.rect.adjusted(used, 0, -theme.px(10), 0)
        text = option.fontMetrics.elidedText(hit.detail, Qt.TextElideMode.ElideRight, room.width())
        painter.setPen(theme.color("sub"))
        painter.drawText(room, int(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter), text)
