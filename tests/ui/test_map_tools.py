"""The tools of the map, each by mouse and by keys."""

from __future__ import annotations

from typing import Any

import pytest

from tests.ui.canvas_room import KEY, SHIFT, click, drag, drop, heard, near, press, shown
from ui.map.canvas import MapCanvas


@pytest.fixture
def canvas(qtbot: Any) -> MapCanvas:
    return shown(qtbot)


def test_draw_by_mouse_snaps_to_a_neighbour_and_closes_on_the_first_corner(canvas: MapCanvas, qtbot: Any) -> None:
    drawn = heard(canvas.drawn)
    canvas.set_tool("draw")
    for place in ((503, 797), (997, 803), (900, 600)):
        click(qtbot, canvas, *place)
    click(qtbot, canvas, 498, 650)  # onto the border of the two
    click(qtbot, canvas, 501, 799)  # the first again
    (ring,) = drawn[0]
    assert ring[0] == (500.0, 800.0) and ring[1] == (1000.0, 800.0)
    assert ring[3][0] == 500.0
    assert len(ring) == 4
    assert canvas.kinds["draw"].points == []


def test_draw_by_keys_with_fine_steps_and_taking_a_corner_back(canvas: MapCanvas, qtbot: Any) -> None:
    drawn, told = heard(canvas.drawn), heard(canvas.told)
    canvas.set_tool("draw")
    press(qtbot, canvas, KEY.Key_Space)
    begin = canvas.kinds["draw"].points[0]
    press(qtbot, canvas, KEY.Key_Return)
    assert told[-1] == ("网格至少要 3 个角，现在有 1 个。", "warn")
    press(qtbot, canvas, KEY.Key_Right, KEY.Key_Right, KEY.Key_Space)
    press(qtbot, canvas, KEY.Key_Up, held=SHIFT)
    press(qtbot, canvas, KEY.Key_Space)
    assert len(canvas.kinds["draw"].points) == 3
    press(qtbot, canvas, KEY.Key_Backspace, KEY.Key_Up, KEY.Key_Up, KEY.Key_Space, KEY.Key_Return)
    (ring,) = drawn[0]
    step = 20 / canvas.lens.scale
    assert near(ring[0], begin)
    assert near(ring[1], (begin[0] + 2 * step, begin[1]), 3)
    assert near(ring[2], (begin[0] + 2 * step, begin[1] + 2.1 * step), 3)


def test_escape_gives_the_line_up_then_the_tool(canvas: MapCanvas, qtbot: Any) -> None:
    canvas.set_tool("draw")
    press(qtbot, canvas, KEY.Key_Space, KEY.Key_Escape)
    assert canvas.kinds["draw"].points == []
    assert canvas.tool.id == "draw"
    press(qtbot, canvas, KEY.Key_Escape)
    assert canvas.tool.id == "select"
    assert not canvas.escape()


def test_space_held_with_the_mouse_pans_and_sets_no_corner(canvas: MapCanvas, qtbot: Any) -> None:
    canvas.set_tool("draw")
    before = canvas.lens.left
    qtbot.keyPress(canvas, KEY.Key_Space)
    drag(qtbot, canvas, (300, 300), (200, 300))
    qtbot.keyRelease(canvas, KEY.Key_Space)
    assert canvas.lens.left > before
    assert canvas.kinds["draw"].points == []


def test_a_dragged_corner_tells_both_places_and_where_it_may_not_stand_goes_back(canvas: MapCanvas, qtbot: Any) -> None:
    moved, told = heard(canvas.corner_moved), heard(canvas.told)
    canvas.set_tool("corner")
    drag(qtbot, canvas, (500, 800), (450, 760))
    ((held, to),) = moved
    assert held == (500.0, 800.0)
    assert near(to, (450, 760))
    canvas.may_move = lambda _point, to: "会压到第3网格。" if to[0] > 600 else ""
    drag(qtbot, canvas, (500, 800), (700, 760))
    assert len(moved) == 1
    assert told[-1] == ("会压到第3网格。", "bad")
    assert canvas.kinds["corner"].held is None


def test_a_corner_moves_by_keys(canvas: MapCanvas, qtbot: Any) -> None:
    moved = heard(canvas.corner_moved)
    canvas.select("w")
    canvas.set_tool("corner")
    while canvas.crosshair != (500.0, 800.0):
        press(qtbot, canvas, ".")
    press(qtbot, canvas, KEY.Key_Space, KEY.Key_Left, KEY.Key_Left)
    assert canvas.kinds["corner"].to != canvas.kinds["corner"].held
    press(qtbot, canvas, KEY.Key_Escape)
    assert moved == []
    press(qtbot, canvas, ",")
    while canvas.crosshair != (500.0, 800.0):
        press(qtbot, canvas, ".")
    press(qtbot, canvas, KEY.Key_Space, KEY.Key_Left, KEY.Key_Space)
    assert moved[0][0] == (500.0, 800.0)
    assert near(moved[0][1], (500 - 20 / canvas.lens.scale, 800), 3)


def test_a_corner_is_added_on_a_side_and_removed_by_delete(canvas: MapCanvas, qtbot: Any) -> None:
    added, removed, told = heard(canvas.corner_added), heard(canvas.corner_removed), heard(canvas.told)
    canvas.set_tool("add_corner")
    click(qtbot, canvas, 503, 300)
    assert added[0][0][0] == 500.0
    click(qtbot, canvas, 250, 400)
    assert told[-1][1] == "warn"
    press(qtbot, canvas, ".", KEY.Key_Space)  # the middle of a side
    assert len(added) == 2
    canvas.set_tool("corner")
    press(qtbot, canvas, ".", KEY.Key_Space, KEY.Key_Delete)
    assert len(removed) == 1
    assert removed[0][0] in canvas.scene.corners()


def test_split_by_mouse_and_by_keys(canvas: MapCanvas, qtbot: Any) -> None:
    cut, told = heard(canvas.cut), heard(canvas.told)
    canvas.set_tool("split")
    click(qtbot, canvas, 0, 400)
    press(qtbot, canvas, KEY.Key_Return)
    assert told[-1][1] == "warn"
    click(qtbot, canvas, 500, 400)
    press(qtbot, canvas, KEY.Key_Return)
    uid, line = cut[0]
    assert uid == "w"  # the one that is crossed
    assert line[0][0] < 0 and near(line[0], (0, 400), 8)  # a little beyond the border
    assert line[1][0] > 500 and near(line[1], (500, 400), 8)
    canvas.select("e")
    canvas.set_tool("split")
    for place in ((750.0, 0.0), (750.0, 800.0)):
        while canvas.crosshair != place:
            press(qtbot, canvas, ".")
        press(qtbot, canvas, KEY.Key_Space)
    press(qtbot, canvas, KEY.Key_Return)
    uid, line = cut[1]
    assert uid == "e"
    assert line[0][1] < 0 and near(line[0], (750, 0), 8)
    assert line[1][1] > 800 and near(line[1], (750, 800), 8)


def test_merge_by_mouse_and_by_keys(canvas: MapCanvas, qtbot: Any) -> None:
    joined = heard(canvas.joined)
    canvas.set_tool("merge")
    click(qtbot, canvas, 250, 600)
    click(qtbot, canvas, 750, 600)
    assert joined == [("w", "e")]
    press(qtbot, canvas, "12")
    press(qtbot, canvas, "]", KEY.Key_Return)
    assert joined[1] == ("e", "w")


def test_a_building_is_moved_by_mouse_and_by_keys(canvas: MapCanvas, qtbot: Any) -> None:
    moved = heard(canvas.building_moved)
    canvas.set_tool("building")
    drag(qtbot, canvas, (200, 300), (600, 500))
    assert moved[0][0] == "b1"
    assert near(moved[0][1], (600, 500))
    canvas.select("e")
    press(qtbot, canvas, ".", KEY.Key_Space, KEY.Key_Up, KEY.Key_Return)
    assert moved[1][0] == "b2"
    assert near(moved[1][1], (700, 300 + 20 / canvas.lens.scale), 3)


def test_people_are_placed_by_click_by_key_and_by_drop(canvas: MapCanvas, qtbot: Any) -> None:
    placed, dropped = heard(canvas.placed), heard(canvas.dropped)
    canvas.set_tool("place")
    click(qtbot, canvas, 750, 600)
    click(qtbot, canvas, 200, 300)
    press(qtbot, canvas, "12", KEY.Key_Return)
    assert placed == [("e", ""), ("w", "b1"), ("e", "")]
    drop(canvas, 700, 300, b'["p1"]')
    assert dropped == [("e", "b2", b'["p1"]')]
    drop(canvas, 1200, 300, b'["p1"]')
    assert len(dropped) == 1  # outside every grid
    assert canvas.over_grid == ""
