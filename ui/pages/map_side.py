"""Left of the map: what colours the grids, what its colours mean, and which layers are shown."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QFrame, QGridLayout, QLabel, QVBoxLayout, QWidget

from ui.kit import theme
from ui.kit.labels import rule, words
from ui.map.look import ramp, seen, swatch
from ui.map.tiles import Layers
from ui.pages.map_data import COLOURINGS, Legend

LAYERS = (("ground", "平面图"), ("grids", "网格"), ("buildings", "楼栋"), ("names", "名称"))
SWATCH = 14


class LegendList(QWidget):
    """A line per class: its colour, its range, how many grids are in it."""

    def __init__(self) -> None:
        super().__init__()
        self.legend, self.pictured = Legend(), False
        self.setAccessibleName("图例")
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(theme.px(8))
        self._grid.setVerticalSpacing(theme.px(3))
        self._grid.setColumnStretch(1, 1)

    def show_legend(self, legend: Legend, pictured: bool = False) -> None:
        """Show these classes, in the colours they have over the picture or alone."""
        self.legend, self.pictured = legend, pictured
        while self._grid.count():
            widget = self._grid.takeAt(0).widget()
            if widget is not None:
                widget.hide()
                widget.deleteLater()
        colours = [seen(one, pictured) for one in ramp(legend.warning, len(legend.classes))]
        for row, (label, count) in enumerate(legend.classes):
            colour = QLabel()
            colour.setPixmap(swatch(colours[row], theme.px(SWATCH)))
            self._grid.addWidget(colour, row, 0)
            self._grid.addWidget(QLabel(label), row, 1)
            self._grid.addWidget(theme.role(QLabel(f"{count} 个"), "sub"), row, 2)
        self.setAccessibleDescription("；".join(f"{label}，{count} 个网格" for label, count in legend.classes))

    def changeEvent(self, event: QEvent) -> None:
        """Other colours."""
        super().changeEvent(event)
        if event.type() in (QEvent.Type.PaletteChange, QEvent.Type.FontChange) and hasattr(self, "_grid"):
            self.show_legend(self.legend, self.pictured)


class MapSide(QFrame):
    """`colouring_changed(id)`, `layers_changed(Layers)`."""

    colouring_changed = Signal(str)
    layers_changed = Signal(object)

    def __init__(self) -> None:
        super().__init__()
        theme.role(self, "card")
        self.combo = QComboBox()
        self.combo.setAccessibleName("网格按什么着色")
        for one in COLOURINGS:
            self.combo.addItem(one.label, one.id)
        self.combo.currentIndexChanged.connect(lambda _at: self.colouring_changed.emit(self.colouring))
        self.legend = LegendList()
        self.total, self.scope = words("", "sub"), words("", "sub")
        self.boxes = {key: QCheckBox(label) for key, label in LAYERS}
        self.marks = words("■ 有楼栋长　□ 没有", "sub")
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(12), theme.px(12), theme.px(12), theme.px(12))
        column.setSpacing(theme.px(8))
        column.addWidget(theme.role(QLabel("着色"), "section"))
        column.addWidget(self.combo)
        column.addWidget(self.legend)
        column.addWidget(self.total)
        column.addWidget(self.scope)
        column.addWidget(rule())
        column.addWidget(theme.role(QLabel("图层"), "section"))
        for box in self.boxes.values():
            box.setChecked(True)
            box.toggled.connect(lambda _on: self.layers_changed.emit(self.layers()))
            column.addWidget(box)
        column.addWidget(self.marks)
        column.addStretch(1)

    @property
    def colouring(self) -> str:
        """Id of the colouring chosen."""
        return str(self.combo.currentData())

    def layers(self) -> Layers:
        """What is ticked."""
        return Layers(**{key: box.isChecked() for key, box in self.boxes.items()})

    def take(self, colouring: str, hidden: Sequence[str]) -> None:
        """What was chosen last time, without telling."""
        for widget in (self.combo, *self.boxes.values()):
            widget.blockSignals(True)
        self.combo.setCurrentIndex(max(self.combo.findData(colouring), 0))
        for key, box in self.boxes.items():
            box.setChecked(key not in hidden)
        for widget in (self.combo, *self.boxes.values()):
            widget.blockSignals(False)

    def show_legend(self, legend: Legend, pictured: bool = False) -> None:
        """The classes, and what they sum to."""
        self.legend.show_legend(legend, pictured)
        self.total.setText(legend.total)
        self.scope.setText(legend.scope)
