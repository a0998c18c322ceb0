"""The colours and sizes of the map, from the theme in force."""

from __future__ import annotations

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPixmap

from ui.kit import theme

CLASSES = 5
LIGHT = ("#e3eefa", "#b9d5f1", "#85b4e3", "#4b8ccb", "#1f62a8")
DARK = ("#22344a", "#2b4d75", "#336aa3", "#4a8ccf", "#86b8ee")
LIGHT_WARN = ("#eaf4ea", "#fbe9c3", "#f6cf86", "#eda65a", "#d9733b")
DARK_WARN = ("#23372a", "#4d4020", "#74561f", "#a06a2a", "#cf8644")
OVER_PICTURE, OVER_DARK, ALONE = 150, 185, 235  # how dense a coloured grid is, of 255
DIMMED = 140  # how much a bright picture is darkened in the dark look, of 255


def is_dark() -> bool:
    """Whether the dark table is in force."""
    return theme.tokens() is theme.DARK


def ramp(warning: bool = False, count: int = CLASSES) -> list[QColor]:
    """The colours of `count` classes, from few to many, spread over the whole scale; `warning`: many is bad."""
    table = (DARK_WARN if warning else DARK) if is_dark() else (LIGHT_WARN if warning else LIGHT)
    step = (CLASSES - 1) / max(count - 1, 1)
    return [QColor(table[round(at * step)]) for at in range(count)]


def swatch(colour: QColor, size: int) -> QPixmap:
    """A square of a class for the legend."""
    made = QPixmap(size, size)
    made.fill(Qt.GlobalColor.transparent)
    painter = QPainter(made)
    painter.fillRect(QRectF(0, 0, size, size), colour)
    painter.setPen(theme.color("box"))
    painter.drawRect(0, 0, size - 1, size - 1)
    painter.end()
    return made


def fill(colour: QColor, over_picture: bool) -> QBrush:
    """The brush of a coloured grid."""
    made = QColor(colour)
    made.setAlpha(ALONE if not over_picture else OVER_DARK if is_dark() else OVER_PICTURE)
    return QBrush(made)


def seen(colour: QColor, over_picture: bool) -> QColor:
    """What `fill` looks like on the map, over white paper or the picture's: the legend shows this, not the pure colour."""
    ground = theme.color("base")
    if over_picture:
        white = 255 - DIMMED if is_dark() else 255
        ground = QColor(white, white, white)
    share = fill(colour, over_picture).color().alphaF()
    mixed = [share * one + (1 - share) * other for one, other in zip(colour.getRgb(), ground.getRgb(), strict=True)]
    return QColor(*(round(part) for part in mixed[:3]))


def pen(name: str, width: float, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A line of `width` pixels at 10 pt."""
    made = QPen(theme.color(name), width * theme.px(100) / 100, style)
    made.setCosmetic(True)
    made.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
    return made
