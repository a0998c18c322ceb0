"""The preview of a PDF: pages drawn as they come into view, zoom, page by page, all by keyboard; and printing it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from PySide6.QtCore import QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QPainter, QPaintEvent, QResizeEvent, QWheelEvent
from PySide6.QtWidgets import QAbstractScrollArea, QFrame, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from core.base.errors import MachineFault
from ui.kit import icons, theme
from ui.kit.pdf_pages import PdfPages

SCREEN_DPI = 96
ZOOMS = (0.25, 0.33, 0.5, 0.67, 0.75, 0.9, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)


class PdfView(QAbstractScrollArea):
    """Pages one below the other. `zoom` None fits the width."""

    page_changed = Signal(int, int)  # 1-based page, number of pages
    zoom_changed = Signal(float)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName("打印预览")
        self._pages: PdfPages | None = None
        self._words = "这里显示打印出来的样子。"
        self.zoom: float | None = None
        self._page = 0
        self.verticalScrollBar().valueChanged.connect(self._scrolled)
        self.horizontalScrollBar().valueChanged.connect(self.viewport().update)

    @property
    def count(self) -> int:
        """Number of pages."""
        return len(self._pages) if self._pages is not None else 0

    @property
    def page(self) -> int:
        """The page in view, 0-based."""
        return self._page

    def show_pages(self, pages: PdfPages | None, words: str = "") -> None:
        """Show a document, or a sentence instead."""
        if self._pages is not None:
            self._pages.close()
        self._pages = pages
        self._words = words or self._words
        self._page = 0
        self._lay_out()
        self.verticalScrollBar().setValue(0)
        self._tell()

    def go_to(self, page: int) -> None:
        """Bring a page (0-based) to the top."""
        if self.count:
            page = min(max(page, 0), self.count - 1)
            self.verticalScrollBar().setValue(round(self._tops()[page]) - theme.px(6))
            self._page = page
            self._tell()

    def set_zoom(self, zoom: float | None) -> None:
        """A factor, or None to fit the width; the page in view stays."""
        page = self._page
        self.zoom = zoom
        self._lay_out()
        self.go_to(page)
        self.zoom_changed.emit(self.factor)

    def step_zoom(self, by: int) -> None:
        """The next larger or smaller of the usual zooms."""
        now = self.factor
        steps = [one for one in ZOOMS if (one > now + 0.01 if by > 0 else one < now - 0.01)]
        if steps:
            self.set_zoom(steps[0] if by > 0 else steps[-1])

    @property
    def factor(self) -> float:
        """The zoom in force, 1.0 = paper size."""
        if self.zoom is not None:
            return self.zoom
        widest = max((size.width() for size in self._pages.sizes), default=595.0) if self._pages is not None else 595.0
        room = self.viewport().width() - 2 * theme.px(16)
        return max(room / (widest * SCREEN_DPI / 72), 0.1)

    def paintEvent(self, event: QPaintEvent) -> None:
        """The pages in view, on the ground of the window."""
        painter = QPainter(self.viewport())
        painter.fillRect(event.rect(), theme.color("hover"))
        if self._pages is None:
            painter.setPen(theme.color("sub"))
            room = self.viewport().rect().adjusted(20, 20, -20, -20)
            painter.drawText(room, Qt.AlignmentFlag.AlignCenter | Qt.TextFlag.TextWordWrap, self._words)
            return
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        for page, rect in enumerate(self._rects()):
            if rect.bottom() >= event.rect().top() and rect.top() <= event.rect().bottom():
                self._paint_page(painter, page, rect)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Fit again; the page in view stays."""
        page = self._page
        self._lay_out()
        if self.zoom is None and event.oldSize().width() != event.size().width():
            self.go_to(page)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """PageUp/PageDown turn pages, Home/End the first and last, Ctrl +, -, 0 zoom."""
        key, control = event.key(), bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        if key in (Qt.Key.Key_PageDown, Qt.Key.Key_PageUp):
            self.go_to(self._page + (1 if key == Qt.Key.Key_PageDown else -1))
        elif key in (Qt.Key.Key_Home, Qt.Key.Key_End):
            self.go_to(0 if key == Qt.Key.Key_Home else self.count - 1)
        elif control and key in (Qt.Key.Key_Plus, Qt.Key.Key_Equal, Qt.Key.Key_Minus):
            self.step_zoom(-1 if key == Qt.Key.Key_Minus else 1)
        elif control and key == Qt.Key.Key_0:
            self.set_zoom(None)
        else:
            super().keyPressEvent(event)

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl with the wheel zooms."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.step_zoom(1 if event.angleDelta().y() > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)

    def _paint_page(self, painter: QPainter, page: int, rect: QRectF) -> None:
        assert self._pages is not None  # asked from paintEvent only
        ratio = self.viewport().devicePixelRatioF()
        image = self._pages.image(page, max(round(rect.width() * ratio), 1))
        painter.fillRect(rect.adjusted(-1, -1, 1, 1), theme.color("line_strong"))
        painter.drawImage(rect, image)

    def _sizes(self) -> list[tuple[float, float]]:
        scale = self.factor * SCREEN_DPI / 72
        sizes = self._pages.sizes if self._pages is not None else []
        return [(size.width() * scale, size.height() * scale) for size in sizes]

    def _tops(self) -> list[float]:
        gap, top, tops = theme.px(14), float(theme.px(14)), []
        for _, height in self._sizes():
            tops.append(top)
            top += height + gap
        return tops

    def _rects(self) -> list[QRectF]:
        left, above = self.horizontalScrollBar().value(), self.verticalScrollBar().value()
        rects = []
        for (width, height), top in zip(self._sizes(), self._tops(), strict=True):
            x = max((self.viewport().width() - width) / 2, theme.px(16)) - left
            rects.append(QRectF(QPointF(x, top - above), QPointF(x + width, top - above + height)))
        return rects

    def _lay_out(self) -> None:
        sizes, tops = self._sizes(), self._tops()
        high = tops[-1] + sizes[-1][1] + theme.px(14) if sizes else 0
        wide = max((width for width, _ in sizes), default=0) + 2 * theme.px(16)
        room = self.viewport().size()
        for bar, needed, page in (
            (self.verticalScrollBar(), high, room.height()),
            (self.horizontalScrollBar(), wide, room.width()),
        ):
            bar.setRange(0, max(round(needed) - page, 0))
            bar.setPageStep(page)
            bar.setSingleStep(theme.px(40))
        self.viewport().update()

    def _scrolled(self) -> None:
        middle = self.verticalScrollBar().value() + self.viewport().height() / 3
        tops = self._tops()
        page = max((at for at, top in enumerate(tops) if top <= middle), default=0)
        if page != self._page:
            self._page = page
            self._tell()
        self.viewport().update()

    def _tell(self) -> None:
        self.page_changed.emit(self._page + 1 if self.count else 0, self.count)


class PreviewPane(QFrame):
    """The view under a small bar: page, zoom, 适合宽度, 打印."""

    print_wanted = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        theme.role(self, "card")
        self.view = PdfView()
        self.setFocusProxy(self.view)
        self.path: Path | None = None
        self.where = QLabel()
        self.size_words = theme.role(QLabel(), "sub")
        bar = QHBoxLayout()
        bar.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(4))
        bar.setSpacing(theme.px(4))
        self._buttons = [
            self._button("chevron-up", "上一页（PageUp）", lambda: self.view.go_to(self.view.page - 1)),
            self._button("chevron-down", "下一页（PageDown）", lambda: self.view.go_to(self.view.page + 1)),
        ]
        for button in self._buttons:
            bar.addWidget(button)
        bar.addWidget(self.where)
        bar.addStretch(1)
        zoom = [
            self._button("", "缩小（Ctrl+-）", lambda: self.view.step_zoom(-1), "－"),
            self._button("", "放大（Ctrl++）", lambda: self.view.step_zoom(1), "＋"),
            self._button("", "适合宽度（Ctrl+0）", lambda: self.view.set_zoom(None), "适合宽度"),
        ]
        bar.addWidget(zoom[0])
        bar.addWidget(self.size_words)
        for button in zoom[1:]:
            bar.addWidget(button)
        self._buttons += zoom
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.setSpacing(0)
        column.addLayout(bar)
        column.addWidget(self.view, 1)
        self.view.page_changed.connect(self._show_place)
        self.view.zoom_changed.connect(lambda _factor: self._show_zoom())
        self.show_words("选好要打印的内容，这里显示打印出来的样子。")

    def show_pdf(self, source: Path | bytes) -> None:
        """Show a document; one that cannot be read is said in its place."""
        self.path = source if isinstance(source, Path) else None
        try:
            pages = PdfPages(source)
        except MachineFault as fault:
            self.show_words(str(fault))
            return
        self.view.show_pages(pages)
        self._show_zoom()

    def show_words(self, words: str) -> None:
        """No document: a sentence instead (what to choose, what goes on)."""
        self.view.show_pages(None, words)

    def resizeEvent(self, event: Any) -> None:
        """The zoom follows the width."""
        super().resizeEvent(event)
        self._show_zoom()

    def _button(self, icon: str, name: str, act: Any, text: str = "") -> QToolButton:
        button = QToolButton()
        button.setIcon(icons.icon(icon))
        button.setIconSize(QSize(theme.px(18), theme.px(18)))
        button.setText(text)
        button.setToolTip(name)
        button.setAccessibleName(name)
        button.clicked.connect(act)
        return button

    def _show_place(self, page: int, count: int) -> None:
        self.where.setText(f"第 {page} 页，共 {count} 页" if count else "")
        for button in self._buttons:
            button.setEnabled(count > 0)
        self._show_zoom()

    def _show_zoom(self) -> None:
        self.size_words.setText(f"{round(self.view.factor * 100)}%" if self.view.count else "")
