"""网格地图 at a desk: the same work once by keyboard alone and once by mouse, each step taken back by Ctrl+Z."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from core.store import Store
from tests.flows.hands import CTRL, ENTER, SHIFT, TAB, Hands, wait_dialog
from tests.ui.map_room import AREA, PLACED, Mouse, map_context, rings, settled, uid_of
from ui.context import Context
from ui.pages.map import MapPage
from ui.pages.registry import PAGES, PROVIDERS
from ui.shell.main_window import MainWindow

ALT = Qt.KeyboardModifier.AltModifier
KEY = Qt.Key
SPACE, UP, DOWN, LEFT, RIGHT = KEY.Key_Space, KEY.Key_Up, KEY.Key_Down, KEY.Key_Left, KEY.Key_Right
DRAW, CORNER, ADD, SPLIT, MERGE, BUILDING, PLACE = (getattr(KEY, f"Key_{number}") for number in range(2, 9))
CENTRE = (500.0, 400.0)


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from map_context()


@pytest.fixture
def undrawn(dressed: QApplication) -> Iterator[Context]:
    yield from map_context(drawn=False)


def open_map(ctx: Context, qtbot: Any) -> MapPage:
    window = MainWindow(ctx, [spec for spec in PAGES if spec.id == "map"], PROVIDERS)
    qtbot.addWidget(window)
    window.resize(1280, 860)
    window.show()
    with qtbot.waitExposed(window):
        pass
    found = window.page
    assert isinstance(found, MapPage)
    return found


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> MapPage:
    found = open_map(ctx, qtbot)
    qtbot.waitUntil(lambda: QApplication.focusWidget() is found.canvas)
    settled(found)
    return found


@pytest.fixture
def hands(page: MapPage, qtbot: Any) -> Hands:
    return Hands(qtbot)


@pytest.fixture
def mouse(page: MapPage) -> Mouse:
    return Mouse(page.canvas)


def area(store: Store) -> float:
    """The sum of all areas."""
    total = 0.0
    for text in rings(store).values():
        ring = json.loads(text)
        total += sum(a[0] * b[1] - b[0] * a[1] for a, b in zip(ring, [*ring[1:], ring[0]], strict=True)) / 2
    return total


def walk_to(page: MapPage, hands: Hands, place: tuple[float, float]) -> None:
    """The keys , and . bring the cross to a stop."""
    for _ in range(60):
        if page.canvas.crosshair == place:
            return
        hands.keys_of(".")
    raise AssertionError(f"the cross never came to {place}")


def take_back(page: MapPage, hands: Hands, qtbot: Any, before: dict[str, str]) -> None:
    back_to_map(page, qtbot)
    hands.press(KEY.Key_Z, held=CTRL)
    settled(page)
    assert rings(page.ctx.store) == before


def back_to_map(page: MapPage, qtbot: Any) -> None:
    """A desktop gives the keyboard back to the window when its dialog closes; without one the test does."""
    qtbot.waitUntil(lambda: QApplication.activeModalWidget() is None)
    page.window().activateWindow()
    page.canvas.setFocus()
    qtbot.waitUntil(lambda: QApplication.focusWidget() is page.canvas)


def name_it(dialogs: Any, qtbot: Any, title: str, name: str = "") -> None:
    """The small form: another name, or the one it offers."""
    dialog = wait_dialog(qtbot, title)
    hands = Hands(qtbot)
    if name:
        dialog.form.put("name", name)
    hands.press(ENTER, held=CTRL)


# -- draw


def test_draw_by_keys(undrawn: Context, qtbot: Any, dialogs: Any) -> None:
    page = open_map(undrawn, qtbot)
    hands = Hands(qtbot)
    before = rings(page.ctx.store)
    hands.press(DRAW, held=ALT)
    assert QApplication.focusWidget() is page.canvas
    hands.press(SPACE, *[RIGHT] * 5, SPACE, *[UP] * 5, SPACE)
    hands.press(UP, held=SHIFT)
    dialogs.expect(lambda dialog: None)
    hands.press(*[LEFT] * 5, SPACE, ENTER)
    name_it(dialogs, qtbot, "新网格")
    back_to_map(page, qtbot)
    assert list(rings(page.ctx.store)) == ["第1网格"]  # the first that had no outline is offered
    assert page.canvas.selected == uid_of(page, "第1网格")
    assert page.canvas.tool.id == "select"
    take_back(page, hands, qtbot, before)


def test_draw_by_mouse_beside_a_neighbour_leaves_no_gap(
    page: MapPage, hands: Hands, mouse: Mouse, dialogs: Any, qtbot: Any
) -> None:
    before = rings(page.ctx.store)
    page.tools.buttons["draw"].click()
    page.canvas.zoom(0.7)
    mouse.click((997, 3), (1200, 0), (1200, 400), (1003, 398))
    dialogs.expect(lambda dialog: None)
    mouse.click((999, 2))  # the first corner again closes the ring
    name_it(dialogs, qtbot, "新网格", "湖滨网格")
    assert "第2网格" in before
    made = json.loads(rings(page.ctx.store)["湖滨网格"])
    assert [1000.0, 0.0] in made
    assert [1000.0, 400.0] in made
    assert area(page.ctx.store) == pytest.approx(AREA + 200 * 400, rel=0.02)
    take_back(page, hands, qtbot, before)
    assert page.ctx.store.value("SELECT count(*) FROM grid") == 4  # the grid itself was of the same step


# -- split and merge


def test_split_by_keys(page: MapPage, hands: Hands, dialogs: Any, qtbot: Any) -> None:
    before = rings(page.ctx.store)
    hands.keys_of("1")
    hands.press(SPLIT, held=ALT)
    walk_to(page, hands, (250.0, 0.0))
    hands.press(SPACE)
    walk_to(page, hands, (250.0, 400.0))
    dialogs.expect(lambda dialog: None)
    hands.press(SPACE, ENTER)
    name_it(dialogs, qtbot, "拆分第1网格")
    assert sorted(rings(page.ctx.store)) == [*sorted(before), "第5网格"]
    assert area(page.ctx.store) == pytest.approx(AREA)
    homes = page.ctx.store.tuples(
        "SELECT building.name, grid.name FROM building JOIN grid ON grid.uid = grid_uid WHERE building.name IN ('1栋', '2栋')"
    )
    assert len({grid for _, grid in homes}) == 2  # each building is in the part that holds it
    take_back(page, hands, qtbot, before)


def test_split_by_mouse(page: MapPage, hands: Hands, mouse: Mouse, dialogs: Any, qtbot: Any) -> None:
    before = rings(page.ctx.store)
    page.tools.buttons["split"].click()
    mouse.click((500, 200), (700, 250), (1000, 200))
    dialogs.expect(lambda dialog: None)
    hands.press(ENTER)
    name_it(dialogs, qtbot, "拆分第2网格", "湖滨网格")
    assert "湖滨网格" in rings(page.ctx.store)
    assert area(page.ctx.store) == pytest.approx(AREA)
    take_back(page, hands, qtbot, before)


def test_merge_by_keys(page: MapPage, hands: Hands, qtbot: Any) -> None:
    before = rings(page.ctx.store)
    hands.keys_of("1")
    hands.press(MERGE, held=ALT)
    hands.keys_of("]")
    other = page.view.scene.by_uid[page.canvas.kinds["merge"].other].name
    hands.press(ENTER)
    settled(page)
    assert sorted(rings(page.ctx.store)) == sorted(set(before) - {other})
    assert area(page.ctx.store) == pytest.approx(AREA)
    take_back(page, hands, qtbot, before)


def test_merge_by_mouse_and_two_that_only_touch_are_refused_beside_the_map(
    page: MapPage, hands: Hands, mouse: Mouse, qtbot: Any
) -> None:
    before = rings(page.ctx.store)
    mouse.click((100, 350))
    page.tools.buttons["merge"].click()
    mouse.click((900, 700))  # 第4网格 meets 第1网格 in one point
    assert rings(page.ctx.store) == before
    assert page.tools.hint.property("role") == "bad"
    assert "没有共同的边" in page.tools.hint.text()
    mouse.click((900, 50))
    settled(page)
    assert sorted(rings(page.ctx.store)) == ["第1网格", "第3网格", "第4网格"]
    assert area(page.ctx.store) == pytest.approx(AREA)
    take_back(page, hands, qtbot, before)


# -- corners


def test_a_shared_corner_moves_by_keys_in_all_four(page: MapPage, hands: Hands, qtbot: Any) -> None:
    before = rings(page.ctx.store)
    hands.keys_of("1")
    hands.press(CORNER, held=ALT)
    walk_to(page, hands, CENTRE)
    hands.press(SPACE, RIGHT, RIGHT, UP, SPACE)
    settled(page)
    after = rings(page.ctx.store)
    assert all(after[name] != before[name] for name in before)
    assert area(page.ctx.store) == pytest.approx(AREA)
    take_back(page, hands, qtbot, before)


def test_a_shared_corner_moves_by_mouse_and_not_where_it_would_overlap(
    page: MapPage, hands: Hands, mouse: Mouse, qtbot: Any
) -> None:
    before = rings(page.ctx.store)
    page.tools.buttons["corner"].click()
    mouse.drag(CENTRE, (560, 450))
    settled(page)
    assert all(rings(page.ctx.store)[name] != before[name] for name in before)
    assert area(page.ctx.store) == pytest.approx(AREA)
    take_back(page, hands, qtbot, before)
    mouse.drag(CENTRE, (1150, 900))  # through the opposite corner
    assert rings(page.ctx.store) == before
    assert page.tools.hint.property("role") == "bad"


def test_the_outer_border_moves_only_when_it_is_allowed(page: MapPage, hands: Hands, mouse: Mouse, qtbot: Any) -> None:
    before = rings(page.ctx.store)
    page.tools.buttons["corner"].click()
    page.canvas.zoom(0.7)
    mouse.drag((1000, 800), (1100, 850))
    assert rings(page.ctx.store) == before
    assert "允许改外边界" in page.tools.hint.text()
    page.tools.outer.click()
    mouse.drag((1000, 800), (1100, 850))
    settled(page)
    assert area(page.ctx.store) > AREA * 1.02
    take_back(page, hands, qtbot, before)


def test_a_corner_is_added_for_both_neighbours_and_taken_away(
    page: MapPage, hands: Hands, mouse: Mouse, qtbot: Any
) -> None:
    before = rings(page.ctx.store)
    page.tools.buttons["add_corner"].click()
    mouse.click((500, 200))
    settled(page)
    for name in ("第1网格", "第2网格"):
        assert len(json.loads(rings(page.ctx.store)[name])) == 5
    hands.press(CORNER, held=ALT)
    walk_to(page, hands, next(point for point in page.view.scene.corners() if point[0] == 500 and 100 < point[1] < 300))
    hands.press(SPACE, KEY.Key_Delete)
    settled(page)
    assert {name: len(json.loads(text)) for name, text in rings(page.ctx.store).items()} == dict.fromkeys(before, 4)
    assert area(page.ctx.store) == pytest.approx(AREA)


# -- buildings and people


def house(store: Store, name: str) -> tuple[str, float, float]:
    sql = "SELECT grid.name, x, y FROM building JOIN grid ON grid.uid = grid_uid WHERE building.name = ?"
    return store.tuples(sql, (name,))[0]


def test_a_building_moves_by_mouse_and_by_keys_into_the_grid_below_it(
    page: MapPage, hands: Hands, mouse: Mouse, qtbot: Any
) -> None:
    store = page.ctx.store
    page.tools.buttons["building"].click()
    mouse.drag((850, 600), (250, 600))
    settled(page)
    assert house(store, "5栋")[0] == "第3网格"
    hands.press(KEY.Key_Z, held=CTRL)
    settled(page)
    assert house(store, "5栋") == ("第4网格", 850.0, 600.0)
    hands.press(KEY.Key_Escape, KEY.Key_Escape)
    hands.keys_of("2")
    hands.press(BUILDING, held=ALT)
    walk_to(page, hands, (750.0, 150.0))
    hands.press(SPACE, *[UP] * 12, ENTER)
    settled(page)
    assert house(store, "3栋")[0] == "第4网格"
    back_to_map(page, qtbot)
    hands.press(KEY.Key_Z, held=CTRL)
    assert house(store, "3栋")[0] == "第2网格"


def homes(store: Store) -> list[tuple[str, str]]:
    """(grid, building) of everybody in a grid."""
    sql = (
        "SELECT grid.name, coalesce(building.name, '') FROM grid_assignment a JOIN grid ON grid.uid = a.grid_uid "
        "LEFT JOIN building ON building.uid = a.building_uid WHERE a.until_on = '' ORDER BY a.rowid"
    )
    return store.tuples(sql)


def test_people_are_placed_by_keys(page: MapPage, hands: Hands, qtbot: Any) -> None:
    store = page.ctx.store
    waiting = page.strip.count
    assert waiting > 2
    for _ in range(80):
        if QApplication.focusWidget() is page.strip.list:
            break
        hands.press(TAB)
    hands.press(KEY.Key_Home)
    hands.press(DOWN, held=SHIFT)
    assert len(page.strip.selected()) == 2
    hands.press(PLACE, held=ALT)
    assert page.strip.who() in page.tools.hint.text()
    hands.keys_of("4")
    hands.press(ENTER)
    settled(page)
    assert homes(store)[PLACED:] == [("第4网格", "")] * 2
    assert page.strip.count == waiting - 2
    back_to_map(page, qtbot)
    hands.press(KEY.Key_Z, held=CTRL)
    settled(page)
    assert len(homes(store)) == PLACED
    assert page.strip.count == waiting


def test_a_person_is_dropped_on_a_building(page: MapPage, hands: Hands, mouse: Mouse, qtbot: Any) -> None:
    from PySide6.QtCore import QPointF
    from PySide6.QtGui import QDragEnterEvent, QDragMoveEvent, QDropEvent

    page.strip.list.setCurrentRow(0)
    data = page.strip.list.mimeData(page.strip.list.selectedItems())
    point, copy, none = mouse.at(850, 600), Qt.DropAction.CopyAction, Qt.KeyboardModifier.NoModifier
    left = Qt.MouseButton.LeftButton
    QApplication.sendEvent(page.canvas, QDragEnterEvent(point, copy, data, left, none))
    QApplication.sendEvent(page.canvas, QDragMoveEvent(point, copy, data, left, none))
    assert page.canvas.over_building == uid_of(page, "东苑5栋")
    QApplication.sendEvent(page.canvas, QDropEvent(QPointF(point), copy, data, left, none))
    settled(page)
    assert homes(page.ctx.store)[PLACED:] == [("第4网格", "5栋")]
    back_to_map(page, qtbot)
    hands.press(KEY.Key_Z, held=CTRL)
    assert len(homes(page.ctx.store)) == PLACED


def test_people_are_pasted_into_the_selected_grid(page: MapPage, hands: Hands, dialogs: Any, qtbot: Any) -> None:
    hands.keys_of("3")
    hands.press(ENTER)  # to the card
    assert QApplication.focusWidget() is page.card.place
    dialogs.expect(lambda dialog: None)
    hands.press(SPACE)
    wait_dialog(qtbot, "编入第3网格")
    QApplication.clipboard().setText("0010\n0011\n查无此人")
    hands.press(KEY.Key_V, held=CTRL)
    hands.press(ENTER, held=CTRL)
    settled(page)
    assert homes(page.ctx.store)[PLACED:] == [("第3网格", "")] * 2


def test_auto_is_one_step_and_asks_where_the_address_cannot_tell(
    page: MapPage, hands: Hands, dialogs: Any, qtbot: Any
) -> None:
    store = page.ctx.store
    dialogs.expect(lambda dialog: None)
    hands.press(KEY.Key_B, held=CTRL)
    dialog = wait_dialog(qtbot, "自动编入")
    placed = len(dialog.model.chosen())
    assert placed == 2
    assert dialog.write.text() == f"写入 {placed} 人"
    at = next(n for n, line in enumerate(dialog.model.shown) if not line.ticked)
    dialog.stand_on(at)
    hands.press(SPACE)
    assert len(dialog.model.chosen()) == placed  # nowhere to go: not ticked
    dialog.choice.setCurrentIndex(dialog.choice.count() - 1)
    dialog.choice.activated.emit(dialog.choice.currentIndex())
    assert len(dialog.model.chosen()) == placed + 1
    hands.press(ENTER, held=CTRL)
    settled(page)
    assert len(homes(store)) == PLACED + placed + 1
    back_to_map(page, qtbot)
    hands.press(KEY.Key_Z, held=CTRL)
    assert len(homes(store)) == PLACED
