"""Small parts of the map page: what stands there before there is a map, and lines of the card."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from ui.kit import theme
from ui.kit.labels import words


class EmptyMap(QWidget):
    """One sentence and the first steps: `import_wanted`, `ground_wanted`, `draw_wanted`."""

    import_wanted = Signal()
    ground_wanted = Signal()
    draw_wanted = Signal()

    def __init__(self) -> None:
        super().__init__()
        said = words(
            "还没有网格地图。有社区给的网格文件（GeoJSON）就导入；没有就放入平面图，在上面画出各个网格。", "sub"
        )
        said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.first = theme.role(QPushButton("导入网格…"), "primary")
        self.second, self.third = QPushButton("放入平面图…"), theme.role(QPushButton("直接画网格"), "quiet")
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addStretch(1)
        for button, signal in (
            (self.first, self.import_wanted),
            (self.second, self.ground_wanted),
            (self.third, self.draw_wanted),
        ):
            button.clicked.connect(signal)
            row.addWidget(button)
        row.addStretch(1)
        column = QVBoxLayout(self)
        column.setSpacing(theme.px(12))
        column.addStretch(2)
        column.addWidget(said)
        column.addLayout(row)
        column.addStretch(3)


class Section(QWidget):
    """A titled block of lines; hidden while it has none."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self._name = title
        self.title = theme.role(QLabel(title), "section")
        self._lines = QVBoxLayout()
        self._lines.setSpacing(theme.px(2))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self.title)
        column.addLayout(self._lines)

    def clear(self, count: int | None = None) -> None:
        """Take the lines away; the title tells how many come."""
        while self._lines.count():
            widget = self._lines.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        self.title.setText(self._name if count is None else f"{self._name}（{count:,}）")
        self.setVisible(count != 0)

    def add(self, widget: QWidget) -> None:
        """A line."""
        self._lines.addWidget(widget)

    def say(self, text: str, tone: str = "") -> None:
        """A line of words."""
        self.add(words(text, tone))

    def link(self, text: str, detail: str, act: Callable[[], object], tone: str = "sub") -> QPushButton:
        """A line that goes somewhere: a link, and what is to be known beside it."""
        host = QWidget()
        row = QHBoxLayout(host)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        button = theme.role(QPushButton(text), "link")
        button.clicked.connect(lambda _on=False: act())
        row.addWidget(button)
        side = words(detail, tone)
        side.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        row.addWidget(side, 1)
        self.add(host)
        return button
