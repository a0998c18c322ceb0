"""The look: one table of colours for light and dark, Fusion with a palette, and little QSS.

All sizes grow with the font: `px(30)` is 30 logical pixels at 10 pt, 48 at 16 pt. The QSS is made again when the font or
the colours change, so nothing in it is fixed. Never a border or background on QComboBox, QSpinBox, QDateEdit,
QScrollBar in QSS: that breaks their arrows.

A widget takes part by its role, `role(QLabel("名册"), "title")`:
    QLabel       title · section · sub (secondary) · ok, warn, bad, info (status words) · figure (a big number) · link
    QPushButton  primary (at most one in view) · quiet (no frame) · danger
    QFrame       card (white, thin line, round corner) · panel (white, a line at its left) · bar (white, a line below)
    QLabel       chip-ok, chip-warn, chip-bad, chip-info, chip (a status word on its soft ground)
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QFontInfo, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui.kit.qss import QSS

W = TypeVar("W", bound=QWidget)

FAMILIES = ("Microsoft YaHei UI", "Microsoft YaHei", "Noto Sans CJK SC", "Noto Sans SC", "WenQuanYi Micro Hei")
_GENERAL = QFontDatabase.SystemFont.GeneralFont
# Fusion draws the outline of a control in a darker shade (per cent) of its Window colour: on a dark card none is left
OUTLINED = (("QCheckBox", "box", 127), ("QRadioButton", "box", 150), ("QComboBox", "line_strong", 140),
            ("QAbstractSpinBox", "line_strong", 140), ("QListWidget", "box", 127))  # fmt: skip
MARK = "#B3261E"  # the seal red of the header mark, and of nothing else

LIGHT: Mapping[str, str] = {
    "bg": "#f3f5f7",  # the ground of a page
    "base": "#ffffff",  # tables, fields, cards
    "alt": "#f8fafb",
    "text": "#1c2329",
    "sub": "#57626d",  # secondary text
    "faint": "#929ca6",  # disabled text and icons (not read for content)
    "line": "#dbe1e7",
    "line_strong": "#c3ccd5",
    "box": "#6f7b86",  # outline of checkboxes and radio buttons
    "accent": "#1a62d6",  # buttons, focus
    "accent_hover": "#1553b8",
    "accent_text": "#1558c0",  # links and blue words on base or bg
    "on_accent": "#ffffff",
    "sel": "#dce9fc",
    "sel_text": "#0f2442",
    "hover": "#eaeef2",
    "button": "#ffffff",
    "nav": "#1e2a38",
    "nav_text": "#c9d4df",
    "nav_sub": "#93a3b3",
    "nav_hover": "#2a394a",
    "nav_sel": "#35485e",
    "nav_sel_text": "#ffffff",
    "ok": "#176b34",
    "ok_bg": "#e3f4e8",
    "warn": "#865300",
    "warn_bg": "#fdf1d6",
    "bad": "#b42318",
    "bad_bg": "#fde8e6",
    "info": "#1558c0",
    "info_bg": "#e5effd",
    "mark": MARK,
    "on_mark": "#ffffff",
}
DARK: Mapping[str, str] = {
    "bg": "#181c21",
    "base": "#20262d",
    "alt": "#252c34",
    "text": "#e4eaf0",
    "sub": "#a3afbb",
    "faint": "#717d89",
    "line": "#363f49",
    "line_strong": "#4a5561",
    "box": "#8591a0",
    "accent": "#2f6fdb",
    "accent_hover": "#2761c4",
    "accent_text": "#7db4ff",
    "on_accent": "#ffffff",
    "sel": "#243f66",
    "sel_text": "#ffffff",
    "hover": "#2c343d",
    "button": "#2a323b",
    "nav": "#12161a",
    "nav_text": "#bcc8d4",
    "nav_sub": "#8d9aa7",
    "nav_hover": "#1f262d",
    "nav_sel": "#2b3642",
    "nav_sel_text": "#ffffff",
    "ok": "#62c67f",
    "ok_bg": "#1d3626",
    "warn": "#e5b04a",
    "warn_bg": "#3b2f16",
    "bad": "#ff8f85",
    "bad_bg": "#44211f",
    "info": "#7db4ff",
    "info_bg": "#1d3050",
    "mark": MARK,
    "on_mark": "#ffffff",
}


def tokens() -> Mapping[str, str]:
    """The colour table in force."""
    app = QApplication.instance()
    return DARK if app is not None and app.property("dark") else LIGHT


def color(name: str) -> QColor:
    """A colour of the table in force."""
    return QColor(tokens()[name])


def families() -> list[str]:
    """Those of our fonts that are here (naming an absent one lets the system put any other in its place)."""
    here = set(QFontDatabase.families())
    return [name for name in FAMILIES if name in here] or [QFontDatabase.systemFont(_GENERAL).family()]


def px(size: float) -> int:
    """`size` logical pixels at 10 pt, grown with the font in force."""
    return max(1, round(size * QFontInfo(QApplication.font()).pixelSize() / 13))


def points() -> int:
    """The font size in force."""
    return QApplication.font().pointSize()


def row_height() -> int:
    """The height of a table row."""
    return px(30)


def role(widget: W, name: str) -> W:
    """Give a widget its role in the look; returns it."""
    if widget.property("role") != name:
        widget.setProperty("role", name)
        widget.style().unpolish(widget)
        widget.style().polish(widget)
        if widget.testAttribute(Qt.WidgetAttribute.WA_WState_Polished):  # it was dressed before: its padding is another
            QApplication.sendEvent(widget, QEvent(QEvent.Type.StyleChange))
    return widget


def digits(font: QFont) -> QFont:
    """The same font with digits of one width, for columns of numbers."""
    made = QFont(font)
    made.setFeature(QFont.Tag("tnum"), 1)
    return made


def apply(app: QApplication, dark: bool, points: int) -> None:
    """Dress the program: colours, font size, style sheet. Works while windows are open.

    Title bars on Windows, of dialogs that open later too, follow the colour scheme and the palette: Qt sees to it.
    """
    app.setProperty("dark", dark)
    if app.style().objectName() != "fusion":
        app.setStyle("Fusion")
    app.styleHints().setColorScheme(Qt.ColorScheme.Dark if dark else Qt.ColorScheme.Light)
    font = QFont()
    font.setFamilies(families())
    font.setPointSize(points)
    app.setFont(font)
    app.setPalette(_palette(tokens()))
    for name, line, shade in OUTLINED:
        app.setPalette(_outlined(app.palette(), color(line), shade), name)
    sizes = {f"px{n}": f"{px(n)}px" for n in (2, 3, 4, 5, 6, 8, 10, 12, 13, 14, 16, 18, 20, 22, 24, 26, 28, 30, 36)}
    app.setStyleSheet(QSS.format(**tokens(), **sizes))


def _outlined(base: QPalette, line: QColor, shade: int) -> QPalette:
    """`base` with the Window colour whose shade is `line`; the control's own ground is not painted with it."""
    made = QPalette(base)
    made.setColor(QPalette.ColorRole.Window, line.lighter(shade))
    return made


def _palette(table: Mapping[str, str]) -> QPalette:
    part, group = QPalette.ColorRole, QPalette.ColorGroup
    made = QPalette()
    for which, name in (
        (part.Window, "bg"),
        (part.Base, "base"),
        (part.AlternateBase, "alt"),
        (part.Button, "button"),
        (part.Highlight, "accent"),
        (part.HighlightedText, "on_accent"),
        (part.Accent, "accent"),
        (part.Link, "accent_text"),
        (part.LinkVisited, "accent_text"),
        (part.ToolTipBase, "base"),
        (part.ToolTipText, "text"),
        (part.PlaceholderText, "sub"),
        (part.WindowText, "text"),
        (part.Text, "text"),
        (part.ButtonText, "text"),
    ):
        made.setColor(which, QColor(table[name]))
    for which in (part.WindowText, part.Text, part.ButtonText):
        made.setColor(group.Disabled, which, QColor(table["faint"]))
    made.setColor(group.Disabled, part.Highlight, QColor(table["line_strong"]))
    return made
