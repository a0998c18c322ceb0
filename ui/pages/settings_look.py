"""设置 · 操作员 and 外观: who is at work, light or dark, the size of the letters. Kept on this machine."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QButtonGroup, QComboBox, QLabel, QRadioButton, QSlider

from ui.context import Context
from ui.kit import theme
from ui.kit.labels import words
from ui.pages.settings_parts import Section, button, heading, row_of

SMALLEST, LARGEST = 9, 16


class OperatorSection(Section):
    """The name that stands on every step of the history."""

    title = "操作员"
    intro = "每一步改动都记下是谁做的。换人使用时，在这里改成自己的姓名。"
    icon = "person"

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.name = QComboBox(editable=True)
        self.name.setAccessibleName("现在的操作员")
        self.name.setMinimumWidth(theme.px(240))
        self.name.lineEdit().setMaxLength(30)
        self.name.lineEdit().returnPressed.connect(self.save)
        self.said = theme.role(QLabel(wordWrap=True), "sub")
        label = QLabel("现在的操作员")
        label.setBuddy(self.name)
        self.column.addWidget(label)
        self.column.addLayout(row_of(self.name, button("保存", self.save, "primary", "check")))
        self.column.addWidget(self.said)
        self.column.addStretch(1)

    def reload(self) -> None:
        """Those who have worked on this ledger, the present one chosen."""
        sql = "SELECT DISTINCT operator FROM history WHERE operator <> '' ORDER BY 1"
        names = [row[0] for row in self.ctx.store.tuples(sql)]
        self.name.clear()
        self.name.addItems(names)
        self.name.setEditText(self.ctx.store.operator)

    @property
    def dirty(self) -> bool:
        """Another name is typed."""
        return self.name.currentText().strip() != self.ctx.store.operator

    def save(self) -> None:
        """From now on the steps carry this name."""
        name = self.name.currentText().strip()
        if not name:
            self._say("请填写操作员的姓名。", "bad")
            return
        self.ctx.store.operator = name
        self.ctx.settings.put("operator", name)
        self._say(f"从现在起，改动记在“{name}”名下。", "ok")

    def _say(self, text: str, tone: str) -> None:
        self.said.setText(text)
        theme.role(self.said, tone)


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
