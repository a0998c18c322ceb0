"""Parts of 打印中心: the catalogue with small pictures, the check before printing, what was saved last."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt, QUrl, Signal
from PySide6.QtGui import QDesktopServices, QFont, QImage, QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from ui.kit import theme
from ui.kit.person_picker import DETAIL, UID, TwoPartDelegate

if TYPE_CHECKING:
    from reports.spec import Gap, ReportSpec

PICTURE = UID + 5
SENTENCE = UID + 6
PAPER = (50, 70)  # logical pixels at 10 pt: the proportion of A4
MOST_GAPS = 500


class FormDelegate(QStyledItemDelegate):
    """A form of the catalogue: a small picture of its first page, its title and one sentence."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        """Picture left, words right."""
        self.initStyleOption(option, index)
        title, option.text = option.text, ""
        option.widget.style().drawControl(QStyle.ControlElement.CE_ItemViewItem, option, painter, option.widget)
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        gap = theme.px(10)
        paper = QRect(option.rect.left() + gap, option.rect.top() + gap, theme.px(PAPER[0]), theme.px(PAPER[1]))
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
        _paint_paper(painter, paper, index.data(PICTURE))
        room = option.rect.adjusted(paper.width() + 2 * gap + theme.px(2), gap, -gap, -theme.px(4))
        bold = QFont(option.font)
        bold.setBold(True)
        painter.setFont(bold)
        painter.setPen(theme.color("sel_text" if chosen else "text"))
        line = painter.fontMetrics().height()
        painter.drawText(QRect(room.left(), room.top(), room.width(), line), Qt.AlignmentFlag.AlignLeft, title)
        painter.setFont(option.font)
        painter.setPen(theme.color("sel_text" if chosen else "sub"))
        below = QRect(room.left(), room.top() + line + theme.px(3), room.width(), room.height() - line - theme.px(3))
        painter.drawText(below, int(Qt.TextFlag.TextWordWrap), str(index.data(SENTENCE)))
        painter.restore()

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """As high as the words need at the width of the list."""
        view = self.parent()
        width = view.viewport().width() if isinstance(view, QListWidget) else 200
        room = max(width - theme.px(PAPER[0] + 34), theme.px(60))
        words = option.fontMetrics.boundingRect(
            QRect(0, 0, room, 4000), int(Qt.TextFlag.TextWordWrap), str(index.data(SENTENCE))
        )
        high = option.fontMetrics.height() + words.height() + theme.px(28)
        return QSize(0, max(high, theme.px(PAPER[1] + 20)))


def _paint_paper(painter: QPainter, paper: QRect, picture: QImage | None) -> None:
    painter.fillRect(paper.adjusted(-1, -1, 1, 1), theme.color("line_strong"))
    painter.fillRect(paper, Qt.GlobalColor.white)
    if picture is not None:
        painter.drawImage(QRectF(paper), picture)
        return
    step = max(paper.height() // 9, 3)
    for number in range(2, 8):
        left = paper.left() + paper.width() // 6
        wide = paper.width() * (2 if number % 3 else 1) // 3
        painter.fillRect(left, paper.top() + number * step, wide, 1, theme.color("line_strong"))


class Catalogue(QListWidget):
    """Every form that prints; `picked(form id)`."""

    picked = Signal(str)

    def __init__(self, specs: Sequence[ReportSpec]) -> None:
        super().__init__()
        theme.role(self, "bare")
        self.setAccessibleName("可以打印的表")
        self.setItemDelegate(FormDelegate(self))
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setResizeMode(QListWidget.ResizeMode.Adjust)
        for spec in specs:
            item = QListWidgetItem(spec.title)
            item.setData(UID, spec.id)
            item.setData(SENTENCE, spec.description)
            item.setToolTip(spec.description)
            self.addItem(item)
        self.setCurrentRow(0)
        self.currentItemChanged.connect(lambda *_: self.picked.emit(self.current()))

    def current(self) -> str:
        """The id of the chosen form."""
        item = self.currentItem()
        return str(item.data(UID)) if item is not None else ""

    def choose(self, form_id: str) -> bool:
        """Choose a form; False if there is none of that id."""
        for row in range(self.count()):
            if self.item(row).data(UID) == form_id:
                self.setCurrentRow(row)
                return True
        return False

    def set_picture(self, form_id: str, picture: QImage) -> None:
        """Show a form's first page as its picture."""
        for row in range(self.count()):
            if self.item(row).data(UID) == form_id:
                self.item(row).setData(PICTURE, picture)


class CheckPanel(QFrame):
    """What is missing before printing, person by person (Enter opens the person), and what was saved last."""

    opened = Signal(str)
    redraft_asked = Signal()

    def __init__(self) -> None:
        super().__init__()
        theme.role(self, "card")
        self.redraft = QPushButton("重新生成…")
        self.redraft.setToolTip("文字里生成的部分换成服务记录现在的，手写的部分保留；先看会有哪些变化")
        self.redraft.clicked.connect(self.redraft_asked.emit)
        self.redraft.hide()
        self.words = QLabel(wordWrap=True)
        self.words.setAccessibleName("打印前检查")
        self.list = QListWidget()
        theme.role(self.list, "bare")
        self.list.setAccessibleName("缺内容的人")
        self.list.setItemDelegate(TwoPartDelegate(self.list))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemActivated.connect(lambda item: self.opened.emit(str(item.data(UID) or "")))
        self.saved = SavedLine()
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        column.setSpacing(theme.px(4))
        column.addWidget(self.saved)
        column.addWidget(theme.role(QLabel("打印前检查"), "section"))
        said = QHBoxLayout()
        said.addWidget(self.words, 1)
        said.addWidget(self.redraft, 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(said)
        column.addWidget(self.list, 1)
        self._below = QWidget()  # keeps the words at the top while there is no list
        column.addWidget(self._below, 1)
        self.say("选好人以后，这里列出每人缺的内容。")

    def say(self, words: str, tone: str = "sub") -> None:
        """A sentence, and no list."""
        self.words.setText(words)
        theme.role(self.words, tone)
        self.list.clear()
        self.list.hide()
        self.redraft.hide()
        self._below.show()

    def show_gaps(self, people: int, gaps: Sequence[Gap]) -> None:
        """Those who lack something; the rest prints."""
        if not gaps:
            self.say(f"{people:,} 人的内容齐全，可以打印。" if people else "内容齐全，可以打印。", "ok")
            return
        stopped = {gap.uid for gap in gaps if gap.blocked}
        boxed = {gap.uid for gap in gaps if gap.boxes}
        lacking = {gap.uid for gap in gaps if gap.missing} - stopped
        apart = {gap.uid for gap in gaps if gap.remark} - stopped
        parts = [f"{len(apart):,} 人的文字与数字不一致"] if apart else []
        parts += [f"{len(lacking):,} 人缺内容，空着打印"] if lacking else []
        parts += [f"{len(boxed):,} 人有字体里没有的字，印成方框"] if boxed else []
        parts += [f"{len(stopped):,} 人印不出"] if stopped else []
        if stopped | lacking | apart | boxed == {""}:  # a sheet or a list as a whole: nobody to open
            self.say(f"有 {len(gaps):,} 处需要留意，见下面。", "warn")
        else:
            self.say(f"共 {people:,} 人：{'，'.join(parts)}，其余照常打印。按回车打开一个人补填。", "warn")
        for gap in sorted(gaps, key=_weight)[:MOST_GAPS]:
            item = QListWidgetItem(gap.label)
            item.setData(UID, gap.uid)
            item.setData(DETAIL, gap.blocked or gap.remark or gap.boxes or f"缺{'、'.join(gap.missing)}")
            item.setToolTip(gap.text)
            self.list.addItem(item)
        self._below.hide()
        self.redraft.setVisible(any(gap.redraft for gap in gaps))
        self.list.show()


def _weight(gap: Gap) -> int:
    """Who cannot be printed first, then whose text is wrong; who lacks only the photo last."""
    return 0 if gap.blocked else 1 if gap.remark or gap.boxes else 3 if gap.missing == ("照片",) else 2


def boxed_words(count: int) -> str:
    """How many papers have boxes for the pen."""
    return f"{count:,} 份表里有字体没有的字，已印成方框，请手写；是哪些字见“打印前检查”。"


class SavedLine(QWidget):
    """'已保存 12 人 144 页' with 打开文件夹; hidden until something was saved."""

    def __init__(self, open_folder: Callable[[Path], object] | None = None) -> None:
        super().__init__()
        self._open = open_folder or (lambda path: QDesktopServices.openUrl(QUrl.fromLocalFile(str(path))))
        self.folder = Path()
        self.words = theme.role(QLabel(wordWrap=True), "ok")
        self.button = QPushButton("打开文件夹")
        self.button.clicked.connect(lambda: self._open(self.folder))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, theme.px(4))
        row.addWidget(self.words, 1)
        row.addWidget(self.button, 0, Qt.AlignmentFlag.AlignTop)
        self.hide()

    def show_saved(self, words: str, folder: Path) -> None:
        """Say what was saved and where."""
        self.folder = folder
        self.words.setText(words)
        self.show()
