"""The map canvas: looking, every tool by mouse and by keys, what is painted."""

from __future__ import annotations

from typing import Any

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QPainter, QWheelEvent
from PySide6.QtWidgets import QApplication

from tests.ui.canvas_room import KEY, LEFT, MIDDLE, at, click, drag, heard, near, press, shown, small_scene
from ui.kit import theme
from ui.map.canvas import MapCanvas
from ui.map.labels import Labels
from ui.map.lens import Lens
from ui.map.look import ramp
from ui.map.shapes import MapBuilding, MapScene, anchor, is_inside
from ui.map.tiles import Layers


@pytest.fixture
def canvas(qtbot: Any) -> MapCanvas:
    return shown(qtbot)


# -- looking


@pytest.mark.parametrize("ratio", [1.0, 1.5, 2.0])
def test_view_and_map_agree_and_zooming_keeps_the_place_under_the_mouse(ratio: float) -> None:
    lens = Lens()
    lens.bounds = (0.0, 0.0, 1000.0, 800.0)
    lens.resize(700, 560, ratio)
    lens.fit()
    here = QPointF(200, 150)
    place = lens.to_map(here)
    assert (lens.to_view(place) - here).manhattanLength() < 0.01
    for _ in range(5):
        place = lens.to_map(here)
        lens.zoom(1.3, here)
        assert (lens.to_view(place) - here).manhattanLength() <= 1.01  # whole device pixels
    lens.zoom(1e9, here)
    assert lens.scale == pytest.approx(60 * lens.fit_scale)
    lens.zoom(1e-9, here)
    assert lens.scale == pytest.approx(0.4 * lens.fit_scale)


def test_the_whole_map_is_seen_first_and_again_by_key(canvas: MapCanvas, qtbot: Any) -> None:
    left, bottom, right, top = canvas.lens.visible()
    assert left <= 0 and bottom <= 0 and right >= 1000 and top >= 800
    press(qtbot, canvas, "++", KEY.Key_Right)
    assert canvas.lens.visible()[0] > 0
    press(qtbot, canvas, "0")
    assert canvas.lens.visible() == pytest.approx((left, bottom, right, top))


def test_the_wheel_zooms_about_the_mouse_and_a_drag_pans(canvas: MapCanvas, qtbot: Any) -> None:
    here = QPointF(100, 100)
    place = canvas.lens.to_map(here)
    none = Qt.KeyboardModifier.NoModifier
    turn = QWheelEvent(
        here, here, QPoint(), QPoint(0, 120), Qt.MouseButton.NoButton, none, Qt.ScrollPhase.NoScrollPhase, False
    )
    QApplication.sendEvent(canvas, turn)
    assert canvas.lens.scale > canvas.lens.fit_scale * 1.1
    assert near(canvas.lens.to_map(here), place)
    for button in (MIDDLE, LEFT):
        before = canvas.lens.to_view((500.0, 400.0))
        drag(qtbot, canvas, (500, 400), (560, 400), button)
        after = canvas.lens.to_view((500.0, 400.0))
        assert after.x() - before.x() == pytest.approx(60 * canvas.lens.scale, abs=2)
    assert canvas.selected == ""  # a drag is not a click


def test_some_of_the_map_always_stays_in_view(canvas: MapCanvas, qtbot: Any) -> None:
    for _ in range(40):
        press(qtbot, canvas, KEY.Key_Left, KEY.Key_Up)
    left, _bottom, right, top = canvas.lens.visible()
    assert right > 0 and left < 1000 and top > 0


# -- choosing


def test_click_selects_a_grid_or_a_building_and_double_click_opens(canvas: MapCanvas, qtbot: Any) -> None:
    grids, opened = heard(canvas.grid_selected), heard(canvas.opened)
    click(qtbot, canvas, 800, 700)
    assert canvas.selected == "e"
    click(qtbot, canvas, 200, 300)
    assert (canvas.selected, canvas.selected_building) == ("w", "b1")
    assert "第1网格，3 人" in canvas.accessibleDescription()
    qtbot.mouseDClick(canvas, LEFT, pos=at(canvas, 800, 700))
    assert opened == [("w",)]
    assert grids == [("e",), ("w",)]


def test_brackets_go_through_the_grids_digits_jump_and_enter_opens(canvas: MapCanvas, qtbot: Any) -> None:
    opened = heard(canvas.opened)
    press(qtbot, canvas, "]")
    assert canvas.selected == "w"
    press(qtbot, canvas, "]")
    assert canvas.selected == "e"
    press(qtbot, canvas, "[")
    assert canvas.selected == "w"
    press(qtbot, canvas, "12")
    assert canvas.selected == "e"
    press(qtbot, canvas, KEY.Key_Return)
    assert opened == [("e",)]
    press(qtbot, canvas, ".")
    assert canvas.selected_building == "b2"
    press(qtbot, canvas, KEY.Key_Escape)
    assert (canvas.selected, canvas.selected_building) == ("", "")


def test_a_grid_or_building_that_was_found_is_brought_into_view(canvas: MapCanvas) -> None:
    canvas.zoom(8.0)
    canvas.lens.centre_on((100.0, 100.0))
    canvas.show_building("b2")
    assert near(canvas.lens.to_map(QPointF(350, 280)), (700, 300))
    assert canvas.flashing is not None
    canvas.show_grid("w")
    assert canvas.selected == "w"
    assert near(canvas.lens.to_map(QPointF(350, 280)), (250, 400))


# -- what is painted


def colour_at(canvas: MapCanvas, x: float, y: float) -> QColor:
    return canvas.grab().toImage().pixelColor(at(canvas, x, y))


def test_grids_are_painted_in_the_colour_of_their_class_and_layers_hide(canvas: MapCanvas) -> None:
    assert colour_at(canvas, 100, 100) != colour_at(canvas, 900, 100)
    canvas.set_layers(Layers(grids=False))
    assert colour_at(canvas, 100, 100) == colour_at(canvas, 900, 100) == theme.color("base")


def test_the_picture_lies_below_and_is_the_right_way_up(canvas: MapCanvas) -> None:
    image = QImage(500, 400, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    painter = QPainter(image)
    painter.fillRect(0, 0, 250, 200, QColor("red"))  # upper left
    painter.end()
    canvas.set_ground(image)
    canvas.set_layers(Layers(grids=False, buildings=False))
    assert colour_at(canvas, 100, 700) == QColor("red")
    assert colour_at(canvas, 100, 100) == QColor("white")
    canvas.zoom(4.0)
    canvas.lens.centre_on((500.0, 400.0))
    assert colour_at(canvas, 480, 420) == QColor("red")
    assert colour_at(canvas, 520, 380) == QColor("white")


def test_a_mark_tells_its_lead_by_shape(canvas: MapCanvas) -> None:
    assert colour_at(canvas, 200, 300).lightness() < 80  # full
    assert colour_at(canvas, 700, 300).lightness() > 200  # hollow


def test_the_figure_is_told_even_where_the_name_has_no_room(dressed: QApplication) -> None:
    labels, font = Labels(), dressed.font()
    plain, bold = labels.fonts(font)
    grid = small_scene().by_uid["e"]

    def lines(wide: float, tall: float) -> list[str]:
        return [text for text, _ in labels._lines(grid, True, plain, bold, wide, tall, 18.0)]

    assert lines(300, 100) == ["第12网格", "9 人"]
    assert lines(60, 60) == ["12", "9 人"]
    assert lines(45, 26) == ["9 人"]
    assert lines(20, 20) == []


def test_names_of_buildings_come_with_room_and_never_cover_one_another(canvas: MapCanvas) -> None:
    crowd = [MapBuilding(f"c{n}", 300 + 3 * n, 400, f"东苑{n}栋") for n in range(12)]
    scene = MapScene(canvas.scene.grids, crowd, (1000.0, 800.0))
    image = QImage(700, 560, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    taken: list[Any] = []
    Labels().draw_buildings(painter, canvas.lens, scene, QFont(canvas.font()), 9, taken)
    painter.end()
    assert 0 < len(taken) < 12
    assert not any(a.intersects(b) for n, a in enumerate(taken) for b in taken[n + 1 :])


@pytest.mark.parametrize(("dark", "points"), [(True, 10), (False, 16), (True, 16)])
def test_the_look_follows_the_theme(canvas: MapCanvas, dressed: QApplication, dark: bool, points: int) -> None:
    before = canvas.grab().toImage()
    theme.apply(dressed, dark, points)
    dressed.processEvents()
    canvas.set_scene(canvas.scene, ramp())
    assert canvas.grab().toImage() != before
    paper = canvas.grab().toImage().pixelColor(3, 3)
    assert (paper.lightness() < 90) == dark


def test_a_label_stands_inside_its_grid_even_if_the_grid_is_bent() -> None:
    bent = ((0.0, 0.0), (900.0, 0.0), (900.0, 900.0), (800.0, 900.0), (800.0, 100.0), (0.0, 100.0))
    assert is_inside(bent, *anchor(bent))


def test_an_empty_map_can_be_looked_at_and_drawn_on(canvas: MapCanvas, qtbot: Any) -> None:
    canvas.set_scene(MapScene())
    drawn = heard(canvas.drawn)
    assert not canvas.grab().isNull()
    canvas.set_tool("draw")
    press(qtbot, canvas, KEY.Key_Space, KEY.Key_Right, KEY.Key_Space, KEY.Key_Up, KEY.Key_Space, KEY.Key_Return)
    assert len(drawn[0][0]) == 3
