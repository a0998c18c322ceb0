"""Step 1, 选文件: what is imported, and from which files; dropped, chosen or pasted. What could not be read says why."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent, QGuiApplication, QKeyEvent, QKeySequence
from PySide6.QtWidgets import (
    QAbstractItemView,
    QComboBox,
    QFrame,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from ui.kit import icons, theme
from ui.kit.flow import FlowLayout
from ui.kit.labels import words
from ui.pages.import_kinds import GROUPS, KINDS
from ui.pages.import_state import ImportRun

_PATH = Qt.ItemDataRole.UserRole


class FileList(QListWidget):
    """Files and folders; Delete takes one off, Ctrl+V puts on what was copied in the Explorer (or as text)."""

    given = Signal(object)  # list of paths
    removed = Signal(object)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName("要导入的文件")
        self.setAcceptDrops(True)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DropOnly)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setWordWrap(True)
        theme.role(self, "bare")

    def paths(self) -> list[str]:
        """The selected lines."""
        return [item.data(_PATH) for item in self.selectedItems()]

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Delete and Ctrl+V."""
        if event.key() == Qt.Key.Key_Delete and self.paths():
            self.removed.emit(self.paths())
        elif event.matches(QKeySequence.StandardKey.Paste):
            self.given.emit(paths_in(QGuiApplication.clipboard().mimeData()))
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Files only."""
        event.setAccepted(event.mimeData().hasUrls())

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        """Anywhere on the list."""
        event.setAccepted(event.mimeData().hasUrls())

    def dropEvent(self, event: QDropEvent) -> None:
        """Put the dropped files on the list."""
        event.setDropAction(Qt.DropAction.CopyAction)
        event.accept()
        self.given.emit(paths_in(event.mimeData()))


def paths_in(data: QMimeData) -> list[str]:
    """Paths of files that lie in what was dropped or copied; lines of text that are paths count too."""
    if data.hasUrls():
        return [url.toLocalFile() for url in data.urls() if url.isLocalFile()]
    lines = [line.strip().strip('"') for line in data.text().splitlines()]
    return [line for line in lines if line and Path(line).exists()]


class FilesStep(QWidget):
    """The kind, the list of files, and the ways to fill it."""

    changed = Signal()
    choose_wanted = Signal()
    folder_wanted = Signal()
    template_wanted = Signal()
    heads_wanted = Signal()

    def __init__(self, run: ImportRun) -> None:
        super().__init__()
        self.run = run
        self.kinds = QComboBox()
        self.about = words("", "sub")
        self.list = FileList()
        self.hint = theme.role(QLabel(alignment=Qt.AlignmentFlag.AlignCenter, wordWrap=True), "sub")
        self.problems = words("", "bad")
        self.choose, self.folder = QPushButton("选择文件…"), QPushButton("选择文件夹…")
        self.take_off = theme.role(QPushButton("移除选中的"), "quiet")
        self.heads = QPushButton("指定表头…")
        self.heads.setToolTip("有的表没有找到表头：说出表头在第几行，再逐列对")
        self.heads.clicked.connect(self.heads_wanted)
        self.template = QPushButton("下载空白模板…")
        self._lay_out()
        self.list.given.connect(self.add)
        self.list.removed.connect(self.remove)
        self.list.itemSelectionChanged.connect(self._show_buttons)
        self.choose.clicked.connect(self.choose_wanted)
        self.folder.clicked.connect(self.folder_wanted)
        self.template.clicked.connect(self.template_wanted)
        self.take_off.clicked.connect(lambda: self.remove(self.list.paths()))
        self.refresh()

    def add(self, paths: Sequence[str]) -> None:
        """Put files on the list."""
        if self.run.add_files(paths):
            self.refresh()
            self.changed.emit()

    def remove(self, paths: Sequence[str]) -> None:
        """Take files off the list; nothing happens to the files themselves."""
        self.run.files = [one for one in self.run.files if one not in paths]
        self.refresh()
        self.changed.emit()

    def set_kind(self, kind_id: str) -> None:
        """Choose what is imported."""
        self.run.kind = next(one for one in KINDS if one.id == kind_id)
        self.refresh()
        self.changed.emit()

    def refresh(self) -> None:
        """Show the list as it is."""
        self.kinds.setCurrentIndex(self.kinds.findData(self.run.kind.id))
        self.about.setText(self.run.kind.about)
        chosen = self.list.paths()
        self.list.clear()
        read = self.run.is_read
        for path in self.run.files:
            self.list.addItem(self._line(path, self.run.problems_of(path) if read else []))
        for row in range(self.list.count()):
            self.list.item(row).setSelected(self.list.item(row).data(_PATH) in chosen)
        self.hint.setVisible(not self.run.files)
        self._show_problems(read)
        self._show_buttons()

    def restyle(self) -> None:
        """Another size or other colours."""
        self.refresh()

    def focus(self) -> None:
        """The keyboard begins in the list: Ctrl+V works at once."""
        self.list.setFocus()
        if self.list.count() and self.list.currentRow() < 0:
            self.list.setCurrentRow(0)

    def _line(self, path: str, problems: list[str]) -> QListWidgetItem:
        one = Path(path)
        text = f"{one.name}　{one.parent}" if not problems else f"✗ {one.name}　{' '.join(problems)}"
        item = QListWidgetItem(icons.icon("warning" if problems else "folder" if one.is_dir() else "log"), text)
        item.setData(_PATH, path)
        item.setToolTip(f"{path}\n{' '.join(problems)}".strip())
        if problems:
            item.setForeground(theme.color("bad"))
        else:
            item.setSizeHint(QSize(0, theme.px(32)))
        return item

    def _show_problems(self, read: bool) -> None:
        failed = sum(bool(self.run.problems_of(path)) for path in self.run.files) if read else 0
        text = ""
        if failed and self.run.maps:
            text = f"有 {failed} 个文件不能导入，原因写在上面；其余的可以继续。改好文件后按“重新读取”。"
        elif failed or (read and self.run.files and not self.run.maps):
            more = " ".join(dict.fromkeys(why for _, _, why in self.run.reading.passed_over))
            text = f"没有可以导入的内容。请看上面的原因，换一个文件，或确认左上选的类别。{more}"
        self.problems.setText(text)
        self.problems.setVisible(bool(text))

    def _show_buttons(self) -> None:
        self.take_off.setEnabled(bool(self.list.paths()))
        self.heads.setVisible(self.run.is_read and bool(self.run.unread_sheets()))

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(14), theme.px(20), theme.px(14))
        column.setSpacing(theme.px(10))
        kinds = FlowLayout(spacing=theme.px(16))
        kinds.addWidget(theme.role(QLabel("导入什么"), "section"))
        self.kinds.setAccessibleName("导入什么")
        self.kinds.setMaxVisibleItems(len(KINDS) + len(GROUPS))
        for at, group in enumerate(GROUPS):
            if at:
                self.kinds.insertSeparator(self.kinds.count())
            for kind in group:
                self.kinds.addItem(kind.label, kind.id)
        self.kinds.activated.connect(lambda _at: self._pick(str(self.kinds.currentData())))
        kinds.addWidget(self.kinds)
        kinds.addWidget(self.template)
        column.addLayout(kinds)
        column.addWidget(self.about)
        card = theme.role(QFrame(), "card")
        inner = QVBoxLayout(card)
        inner.setContentsMargins(theme.px(8), theme.px(8), theme.px(8), theme.px(8))
        self.hint.setText(
            "把 Excel、WPS 或 CSV 文件（或整个文件夹）拖到这里，可以一次放多个。\n"
            "也可以在资源管理器里复制文件，在这里按 Ctrl+V。"
        )
        self.hint.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        inside = QVBoxLayout(self.list.viewport())
        inside.addWidget(self.hint)
        inner.addWidget(self.list, 1)
        card.setMinimumHeight(theme.px(140))
        column.addWidget(card, 1)
        column.addWidget(self.problems)
        row = QHBoxLayout()
        for button in (self.choose, self.folder, self.heads, self.take_off):
            row.addWidget(button)
        row.addStretch(1)
        column.addLayout(row)

    def _pick(self, kind_id: str) -> None:
        if kind_id != self.run.kind.id:
            self.set_kind(kind_id)
