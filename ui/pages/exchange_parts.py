"""Small parts of 数据交换: a line for a folder, a line for work under way, files dropped, lists to tick."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMimeData, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QFileDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QProgressBar,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from core.exchange.model import PACKET_SUFFIX
from core.org.queries import units
from core.store import Reads
from ui.kit import theme
from ui.kit.check_list import Option
from ui.kit.icons import icon
from ui.kit.labels import words
from ui.kit.settings import Settings
from ui.kit.tasks import Task

PACKETS = f"数据包 (*{PACKET_SUFFIX});;所有文件 (*)"


class FolderLine(QWidget):
    """A folder: typed, or chosen with 选择…; the last one used is offered again."""

    changed = Signal()

    def __init__(self, settings: Settings, key: str, label: str) -> None:
        super().__init__()
        self._settings, self._key, self._label = settings, key, label
        self.edit = QLineEdit(str(settings.get(key, "") or ""))
        self.edit.setAccessibleName(label)
        self.edit.setPlaceholderText("例如 U 盘或共享文件夹")
        self.edit.textChanged.connect(lambda _text: self.changed.emit())
        self.button = QPushButton("选择…")
        self.button.setAccessibleName(f"选择{label}")
        self.button.setIcon(icon("folder", "text", 16))
        self.button.setAutoDefault(False)
        self.button.clicked.connect(self.choose)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        name = QLabel(label)
        name.setBuddy(self.edit)
        row.addWidget(name)
        row.addWidget(self.edit, 1)
        row.addWidget(self.button)

    def path(self) -> str:
        """What stands there."""
        return self.edit.text().strip()

    def set_path(self, path: str) -> None:
        """Put a folder."""
        self.edit.setText(path)

    def keep(self) -> None:
        """Offer it the next time."""
        self._settings.put(self._key, self.path())

    def choose(self) -> QFileDialog:
        """选择…"""
        return ask_folder(self, self._label, self.path(), self.set_path)


class WorkLine(QWidget):
    """What is under way: a sentence and a bar."""

    def __init__(self) -> None:
        super().__init__()
        self.said, self.bar = words("", "sub"), QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setAccessibleName("进度")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self.said)
        column.addWidget(self.bar)

    def follow(self, task: Task, text: str) -> None:
        """Show the progress of a task."""
        self.said.setText(text)
        self.bar.setRange(0, 0)
        self.show()
        task.progressed.connect(self._progress)

    def _progress(self, done: int, total: int, _text: str) -> None:
        self.bar.setRange(0, total)
        self.bar.setValue(done)


def ask_folder(parent: QWidget, title: str, begin: str, then: Callable[[str], object]) -> QFileDialog:
    """Choose a folder; `then(path)`."""
    dialog = QFileDialog(parent, title, begin or str(Path.home()))
    dialog.setFileMode(QFileDialog.FileMode.Directory)
    dialog.setOption(QFileDialog.Option.ShowDirsOnly)
    dialog.fileSelected.connect(then)
    dialog.open()
    return dialog


def ask_packets(parent: QWidget, begin: str, then: Callable[[list[str]], object]) -> QFileDialog:
    """Choose packets; `then(paths)`."""
    dialog = QFileDialog(parent, "选择数据包", begin or str(Path.home()), PACKETS)
    dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
    dialog.filesSelected.connect(lambda paths: then(list(paths)))
    dialog.open()
    return dialog


def show_folder(file: str) -> None:
    """Open the folder a file lies in."""
    path = Path(file)
    QDesktopServices.openUrl(QUrl.fromLocalFile(str(path if path.is_dir() else path.parent)))


def dropped(data: QMimeData) -> list[str]:
    """Paths of the files and folders that were dropped or copied."""
    return [str(Path(url.toLocalFile())) for url in data.urls() if url.isLocalFile()] if data.hasUrls() else []


def unit_options(reads: Reads) -> list[Option]:
    """Units with how many people each has."""
    counted = dict(reads.tuples("SELECT unit_uid, count(*) FROM cadre GROUP BY unit_uid"))
    return [Option(row["uid"], row["name"], int(counted.get(row["uid"], 0))) for row in units(reads)]


def grid_options(reads: Reads) -> list[Option]:
    """Grids with how many people are placed in each today."""
    sql = (
        "SELECT grid.uid, grid.name, community.name, (SELECT count(*) FROM grid_assignment a WHERE a.grid_uid = grid.uid "
        "AND a.until_on = '') FROM grid JOIN community ON community.uid = grid.community_uid WHERE grid.archived_on = '' "
        "ORDER BY community.linked DESC, community.name, grid.position, grid.name"
    )
    found = reads.tuples(sql)
    several = len({row[2] for row in found}) > 1
    return [Option(uid, f"{place}{name}" if several else name, int(count)) for uid, name, place, count in found]


def said_button(text: str, name: str, run: Callable[[], object]) -> QPushButton:
    """A button with an icon that Enter in a field does not press."""
    button = QPushButton(text)
    button.setIcon(icon(name, "text", 16))
    button.setAutoDefault(False)
    button.clicked.connect(lambda _on=False: run())
    return button


def title_of(text: str) -> QLabel:
    """The head of a part."""
    return theme.role(QLabel(text), "section")


def titled(text: str, widget: QWidget) -> QWidget:
    """A head close to what it is of."""
    host = QWidget()
    column = QVBoxLayout(host)
    column.setContentsMargins(0, 0, 0, 0)
    column.setSpacing(theme.px(6))
    column.addWidget(title_of(text))
    column.addWidget(widget)
    return host
