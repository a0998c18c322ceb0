"""The look: contrast of every pair that is read, growth with the font, icons."""

from __future__ import annotations

from collections.abc import Mapping

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QAbstractButton, QApplication, QCheckBox, QComboBox, QFrame, QLabel, QRadioButton

from core.base.paths import asset
from ui.kit import icons, qss, theme

GROUNDS = {
    "text": ("bg", "base", "alt", "hover", "button"),
    "sub": ("bg", "base", "alt", "hover"),
    "accent_text": ("bg", "base", "hover"),
    "on_accent": ("accent", "accent_hover"),
    "sel_text": ("sel",),
    "nav_text": ("nav", "nav_hover"),
    "nav_sub": ("nav",),
    "nav_sel_text": ("nav_sel", "nav_hover"),
    "on_mark": ("mark",),
    **{word: (f"{word}_bg", "base", "bg", "alt") for word in ("ok", "warn", "bad", "info")},
}
AA = 4.5
GRAPHIC = 3.0  # of the outline of a control


def luminance(colour: str) -> float:
    """WCAG 2 relative luminance."""
    parts = [int(colour[start : start + 2], 16) / 255 for start in (1, 3, 5)]
    red, green, blue = (part / 12.92 if part <= 0.03928 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    """WCAG 2 contrast ratio."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_contrast_formula_agrees_with_the_known_ends() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@pytest.mark.parametrize("table", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_every_word_has_contrast(table: Mapping[str, str]) -> None:
    pairs = [
        (ink, ground, contrast(table[ink], table[ground])) for ink, grounds in GROUNDS.items() for ground in grounds
    ]
    assert [pair for pair in pairs if pair[2] < AA] == []


def test_light_and_dark_name_the_same_colours() -> None:
    assert theme.LIGHT.keys() == theme.DARK.keys()


def test_sizes_grow_with_the_font(dressed: QApplication) -> None:
    assert (theme.px(30), theme.row_height()) == (30, 30)
    theme.apply(dressed, dark=False, points=16)
    assert theme.px(30) >= 46
    assert QLabel("名册").fontInfo().pixelSize() >= 20


def test_style_sheet_has_no_fixed_sizes_and_leaves_arrows_alone() -> None:
    assert "pt;" not in qss.QSS
    for line in qss.QSS.splitlines():
        if line.startswith(("QComboBox", "QAbstractSpinBox", "QScrollBar", "QDateEdit")) and "QLineEdit" not in line:
            assert "border" not in line and "background" not in line, line


def test_families_are_only_those_that_are_here(dressed: QApplication) -> None:
    assert theme.families()
    assert "Microsoft YaHei UI" not in theme.families() or dressed.platformName() == "windows"


@pytest.mark.parametrize("file", sorted(asset("icons").glob("*.svg")), ids=lambda file: file.stem)
def test_every_icon_is_drawn_and_tinted(dressed: QApplication, file) -> None:
    picture = icons.pixmap(file.stem, "bad", 20).toImage()
    seen = {
        picture.pixelColor(x, y).name() for x in range(20) for y in range(20) if picture.pixelColor(x, y).alpha() > 250
    }
    assert picture.width() == 20
    if file.stem != "app":
        assert theme.LIGHT["bad"] in seen


def test_no_name_is_no_icon(dressed: QApplication) -> None:
    assert icons.icon("").isNull()
    assert not icons.icon("add").pixmap(20, QIcon.Mode.Disabled).isNull()


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("kind", [QCheckBox, QRadioButton])
def test_a_box_is_seen_on_every_ground(dressed: QApplication, kind: type[QAbstractButton], dark: bool) -> None:
    theme.apply(dressed, dark, 10)
    table = theme.DARK if dark else theme.LIGHT
    for ground in ("base", "bg", "alt"):
        host = QFrame()
        host.setObjectName("host")
        host.setStyleSheet(f"#host {{ background: {table[ground]}; }}")
        box = kind("", host)
        box.adjustSize()
        picture = host.grab(box.geometry()).toImage()
        assert picture.pixelColor(picture.width() - 1, picture.height() - 1).name() == table[ground]
        seen = {picture.pixelColor(x, y).name() for x in range(picture.width()) for y in range(picture.height())}
        assert max(contrast(one, table[ground]) for one in seen) >= GRAPHIC


def test_the_list_of_a_combo_box_keeps_the_ground_of_the_window(dressed: QApplication) -> None:
    theme.apply(dressed, True, 10)
    combo = QComboBox()
    combo.ensurePolished()
    assert combo.palette().window().color() != theme.color("bg")  # its outline is made from it
    assert combo.view().palette().window().color() == theme.color("bg")


def test_each_screen_keeps_its_own_scale(dressed: QApplication) -> None:
    assert dressed.highDpiScaleFactorRoundingPolicy() == Qt.HighDpiScaleFactorRoundingPolicy.PassThrough


def test_title_bars_have_a_palette_to_follow(dressed: QApplication) -> None:
    for dark in (True, False):
        theme.apply(dressed, dark=dark, points=10)
        ground, text = dressed.palette().window().color(), dressed.palette().windowText().color()
        assert (ground.lightness() < text.lightness()) is dark
