"""网格地图: what other pages ask of it and it hands on, what its legend promises, what its windows ask before they close."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QApplication, QLabel

from tests.ui.map_room import Mouse, map_context, settled, uid_of
from tests.ui.page_room import open_window
from ui.context import Context
from ui.kit import theme
from ui.pages.map import MapPage
from ui.pages.map_auto import AutoDialog
from ui.pages.map_files import put_ground


@pytest.fixture
def ctx(dressed: QApplication) -> Iterator[Context]:
    yield from map_context()


@pytest.fixture
def page(ctx: Context, qtbot: Any) -> MapPage:
    found = open_window(ctx, qtbot, "map").page
    assert isinstance(found, MapPage)
    settled(found)
    return found


def white_ground(page: MapPage, folder: Path) -> None:
    image = QImage(1000, 800, QImage.Format.Format_RGB32)
    image.fill(QColor("white"))
    image.save(str(folder / "平面图.png"))
    put_ground(page.ctx, folder / "平面图.png", 1, page)
    settled(page)


def test_who_is_asked_for_stands_open_and_whole(page: MapPage) -> None:
    assert page.strip.count > 0
    page.strip.search.setText("没有这个人")
    page.strip.set_folded(True)
    page.apply_filter(unplaced=True)
    shown = [at for at in range(page.strip.list.count()) if not page.strip.list.item(at).isHidden()]
    assert page.strip.list.isVisibleTo(page)
    assert len(shown) == page.strip.count


def test_the_printed_map_takes_over_the_colouring(page: MapPage) -> None:
    asked: list[tuple[Any, ...]] = []
    page.ctx.wanted.connect(lambda *one: asked.append(one))
    page.side.combo.setCurrentIndex(page.side.combo.findData("below"))
    page.print_map()
    assert asked[-1][0] == "print"
    window = page.window()
    settled(page)
    assert window.page_id == "print"
    assert window.page.options.order("grid_map").by == "below"


@pytest.mark.parametrize("dark", [False, True])
@pytest.mark.parametrize("pictured", [False, True])
def test_the_legend_has_the_colours_of_the_map(
    page: MapPage, dressed: QApplication, tmp_path: Path, dark: bool, pictured: bool
) -> None:
    white_ground(page, tmp_path)
    page.side.boxes["ground"].setChecked(pictured)
    page.side.boxes["names"].setChecked(False)
    theme.apply(dressed, dark=dark, points=10)
    QApplication.processEvents()
    grid = page.view.scene.by_uid[uid_of(page, "第1网格")]
    seen = page.canvas.grab().toImage().pixelColor(Mouse(page.canvas).at(30, 350))
    swatches = page.side.legend.findChildren(QLabel)
    told = [
        one.pixmap().toImage().pixelColor(5, 5) for one in swatches if one.isVisible() and not one.pixmap().isNull()
    ]
    near = [abs(a - b) for a, b in zip(seen.getRgb(), told[grid.level].getRgb(), strict=True)]
    assert max(near) <= 3, (seen.name(), told[grid.level].name())


def test_who_draws_without_a_picture_keeps_the_room_around(ctx: Context, qtbot: Any, dialogs: Any) -> None:
    with ctx.store.transact("没有轮廓") as tx:
        for (uid,) in tx.tuples("SELECT uid FROM grid"):
            tx.update("grid", uid, {"outline": ""})
        for (uid,) in tx.tuples("SELECT uid FROM building"):
            tx.update("building", uid, {"x": None, "y": None})
    page = open_window(ctx, qtbot, "map").page
    assert isinstance(page, MapPage)
    settled(page)
    page.use("draw")
    QApplication.processEvents()  # only now the map has its size
    before = page.canvas.lens.visible()
    assert before[0] <= 0 and before[2] >= 3000  # the whole sheet, though nothing is on it
    dialogs.expect(lambda dialog: dialog.save.click())
    Mouse(page.canvas).click((100, 100), (600, 100), (600, 500), (100, 500))
    page.canvas.tool.finish()
    qtbot.waitUntil(lambda: bool(page.view.scene.drawn))
    assert page.canvas.lens.visible() == pytest.approx(before)


def test_points_not_saved_are_asked_about(page: MapPage, dialogs: Any, qtbot: Any, tmp_path: Path) -> None:
    white_ground(page, tmp_path)
    dialog = page.open_points()
    assert page.open_points() is dialog
    dialog.add_point((10.0, 20.0), "", 114.4, 30.4)
    dialogs.expect("不了")
    dialog.reject()
    qtbot.waitUntil(lambda: bool(dialogs.seen))
    assert dialog.isVisible()
    assert dialog.table.rowCount() == 1
    dialogs.expect("不保存，关闭")
    dialog.reject()
    qtbot.waitUntil(lambda: len(dialogs.seen) == 2)
    assert not any(one.isVisible() for one in page.window().findChildren(type(dialog)))
    page.open_points().reject()  # nothing typed: nothing asked


def test_all_are_ticked_in_one_go_and_the_certain_stand_first(page: MapPage, dialogs: Any) -> None:
    dialog = AutoDialog(page.ctx, None, page)
    outcomes = [line.item.outcome for line in dialog.model.all]
    assert outcomes == sorted(outcomes, key=("PLACED", "ASKED", "UNKNOWN", "OUTSIDE").index)
    told: list[int] = []
    dialog.model.ticked.connect(lambda: told.append(1))
    dialog.none.click()
    dialog.all.click()
    assert len(told) == 2
    assert dialog.write.text() == f"写入 {sum(line.can_tick for line in dialog.model.all)} 人"
    dialog.reject()
