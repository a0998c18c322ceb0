"""设置 · 外观: light or dark, the size of the letters. Kept on this machine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QLabel, QRadioButton, QSlider

from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.pages.settings_parts import Section, heading, row_of

SMALLEST, LARGEST = 9, 16


class LookSection(Section):
    """Colours and size, at once."""

    title = "外观"
    intro = "只影响这台电脑，立即生效。"
    icon = "sun"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.light, self.dark = QRadioButton("浅色"), QRadioButton("深色")
        group = QButtonGroup(self)
        for choice in (self.light, self.dark):
            group.addButton(choice)
        self.points = QSlider(Qt.Orientation.Horizontal, minimum=SMALLEST, maximum=LARGEST)
        self.points.setAccessibleName("字号")
        self.points.setPageStep(1)
        self.points.setTickPosition(QSlider.TickPosition.TicksBelow)
        self.points.setMinimumWidth(theme.px(220))
        self.size = theme.role(QLabel(), "sub")
        self.column.addWidget(heading("颜色"))
        self.column.addLayout(row_of(self.light, self.dark))
        self.column.addWidget(heading("字号"))
        self.column.addLayout(row_of(self.points, self.size))
        self.column.addWidget(words("表格、按钮和间距随字号一起变大。看不清时，从 12 号试起。", "sub"))
        self.column.addStretch(1)
        self.dark.toggled.connect(self._pick_dark)
        self.points.valueChanged.connect(self._pick_points)
        ctx.settings.changed.connect(self._changed_elsewhere)

    def reload(self) -> None:
        """As it is now."""
        for widget in (self.light, self.dark, self.points):
            widget.blockSignals(True)
        dark = bool(self.ctx.settings.get("dark", False))
        (self.dark if dark else self.light).setChecked(True)
        self.points.setValue(int(self.ctx.settings.get("points", 10)))
        for widget in (self.light, self.dark, self.points):
            widget.blockSignals(False)
        self._say()

    def _changed_elsewhere(self, key: str) -> None:
        """The menu 显示 changes the look too."""
        if key in ("dark", "points"):
            self.reload()

    def _pick_dark(self, on: bool) -> None:
        if on != bool(self.ctx.settings.get("dark", False)):
            self.ctx.settings.put("dark", on)

    def _pick_points(self, points: int) -> None:
        self._say()
        if points != int(self.ctx.settings.get("points", 10)):
            self.ctx.settings.put("points", points)

    def _say(self) -> None:
        self.size.setText(f"{self.points.value()} 磅")
