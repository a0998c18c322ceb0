"""The icon family: stroke drawings in assets/icons, tinted by a theme colour, drawn once per size."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap

from core.base.paths import asset
from ui.kit import theme


def icon(name: str, tone: str = "text", size: int = 20) -> QIcon:
    """The icon `name` in the colour `tone` of the theme in force; greyed where disabled. '' is no icon."""
    if not name:
        return QIcon()
    made = QIcon(pixmap(name, tone, size))
    made.addPixmap(pixmap(name, "faint", size), QIcon.Mode.Disabled)
    return made


def pixmap(name: str, tone: str = "text", size: int = 20) -> QPixmap:
    """The picture itself, sharp on this screen; `size` at 10 pt, it grows with the font."""
    return _draw(name, theme.tokens()[tone], theme.px(size), QGuiApplication.primaryScreen().devicePixelRatio())


@lru_cache(maxsize=512)
def _draw(name: str, colour: str, size: int, ratio: float) -> QPixmap:
    from PySide6.QtSvg import QSvgRenderer  # loaded with the first icon, not with the module

    text = asset("icons", f"{name}.svg").read_text(encoding="utf-8").replace("#000000", colour)
    picture = QPixmap(round(size * ratio), round(size * ratio))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(text.encode("utf-8"))).render(painter)
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
